"""What is installed is what was tested: exact versions travel with the project, and name no registry."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.IGNORECASE)
IMPORTED_AS = {
    "faker": "faker",
    "scikit-learn": "sklearn",
    "vl-convert-python": "vl_convert",
}


def named(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(lines: list[str]) -> dict[str, set[str]]:
    """Return the versions of each package: some have several, each for a Python or a platform of its own."""
    versions: dict[str, set[str]] = {}
    for pin in filter(None, (PIN.match(line.strip()) for line in lines)):
        versions.setdefault(named(pin[1]), set()).add(pin[2])
    return versions


CONSTRAINTS = pinned(PROJECT["tool"]["uv"]["constraint-dependencies"])
LOCK = pinned((ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines())


def test_the_lock_for_pip_and_the_constraints_for_uv_agree():
    assert len(LOCK) > 50
    assert {name: CONSTRAINTS.get(name) for name in LOCK} == LOCK


def test_what_is_installed_is_what_is_pinned():
    here = {named(each.metadata["Name"]): each.version for each in distributions()}
    del here["risk-trajectory"]
    assert {name: version for name, version in here.items() if version not in CONSTRAINTS.get(name, ())} == {}


def test_the_build_backend_is_pinned_with_what_it_needs():
    assert all("==" in need for need in PROJECT["build-system"]["requires"])
    allowed = pinned(PROJECT["tool"]["uv"]["build-constraint-dependencies"])
    assert {"hatchling", "packaging", "pathspec", "pluggy", "trove-classifiers"} <= set(allowed)


def test_no_file_of_versions_names_a_registry():
    for name in ("requirements.lock", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|find-links|https?://(?!github\.com)", text), name


@pytest.mark.parametrize("need", PROJECT["project"]["dependencies"])
def test_a_dependency_is_imported_by_the_package(need):
    name = re.match(r"[a-z0-9-]+", need)[0]
    module = IMPORTED_AS.get(name, name.replace("-", "_"))
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert re.search(rf"(from|import|load\(\") ?{module}\b", sources), f"nothing imports {module}"
