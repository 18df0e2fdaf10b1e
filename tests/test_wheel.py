"""The wheel: what a person installs, tried where there is no clone."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

from risk.core.shipped import generator, sample_cohorts, shipped_notebooks

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this clone."""
    folder = tmp_path_factory.mktemp("dist")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return folder / build_wheel(str(folder))


@pytest.fixture(scope="module")
def outside(wheel, tmp_path_factory):
    """How to run Python, far from the clone, with what is in the wheel before what is installed here."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(*words: str) -> subprocess.CompletedProcess:
        surroundings = {**os.environ, "PYTHONPATH": str(folder)}
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=elsewhere, env=surroundings, capture_output=True, text=True)

    return run


def inside(wheel: Path, folder: str) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(n.removeprefix(folder) for n in archive.namelist() if n.startswith(folder))


def test_the_wheel_holds_every_file_of_the_sample_cohorts_and_no_other(wheel):
    samples = ROOT / "data" / "synthetic"
    there = sorted(p.relative_to(samples).as_posix() for p in samples.rglob("*") if p.is_file())
    assert inside(wheel, "risk/samples/") == there


def test_the_wheel_holds_the_notebooks_and_what_they_read_but_not_what_builds_them(wheel):
    assert inside(wheel, "risk/notebooks/") == sorted(path.name for path in shipped_notebooks())


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    package = ROOT / "src" / "risk"
    files = (p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    assert {p.relative_to(package).as_posix() for p in files} <= set(inside(wheel, "risk/"))


def test_a_person_without_a_clone_has_a_version_a_sample_and_notebooks(outside):
    assert outside("-m", "risk", "--version").stdout.strip() == generator()
    code = f"import risk; print(risk.__file__, *(risk.load_sample(n).made['seed'] for n in {list(sample_cohorts())}))"
    loaded = outside("-c", code)
    assert loaded.returncode == 0, loaded.stderr
    assert str(ROOT) not in loaded.stdout
    assert loaded.stdout.split()[1:] == ["1", "1"]
    refused = outside("-m", "risk", "lab")
    assert (refused.returncode, "risk lab --to" in refused.stderr) == (2, True)


def test_a_person_without_a_clone_reviews_the_reviews_own_case(outside):
    done = outside("-m", "risk", "review", "norfolk_review")
    assert done.returncode == 0, done.stderr


def test_whoever_cites_it_cites_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {project['version']}" in cited
    assert f"license: {project['license']}" in cited
    assert not any("http" in line for line in cited)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/release_checklist.md"])
def test_what_is_written_for_who_adds_something_names_files_that_are_there(page):
    words = re.findall(r"`((?:src|tests|docs|notebooks)/[\w/.]+)`", (ROOT / page).read_text(encoding="utf-8"))
    assert words
    assert [word for word in words if word != "tests/that_file.py" and not (ROOT / word).exists()] == []
