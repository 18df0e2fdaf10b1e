"""Pins: write the exact versions that were resolved into requirements.lock and pyproject.toml.

`uv run python tests/pins.py` after a change of dependencies; with `--upgrade` it takes the newest versions that
pyproject.toml allows. uv.lock is not kept, since it names the registry it came from.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(?<=constraint-dependencies = \[\n).*?(?=\n\])", re.DOTALL)


def uv(*words: str) -> str:
    return subprocess.run(["uv", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def exported(*groups: str) -> str:
    return uv("export", "--no-emit-project", "--no-header", "--locked", *groups)


def pins() -> list[str]:
    """Return what everything, development included, was resolved to: `name==version`, with its marker."""
    lines = exported("--all-groups", "--all-extras", "--no-hashes", "--no-annotate").splitlines()
    return [line for line in lines if "==" in line]


def main() -> None:
    project = ROOT / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    if "--upgrade" in sys.argv:
        project.write_text(BLOCK.sub("", text, count=1), encoding="utf-8", newline="\n")
        uv("lock", "--upgrade")
    else:
        uv("lock")
    block = "\n".join(f'    "{pin}",' for pin in pins())
    project.write_text(BLOCK.sub(lambda _: block, text, count=1), encoding="utf-8", newline="\n")
    uv("lock")
    lock = exported("--no-dev", "--extra", "lab")
    (ROOT / "requirements.lock").write_text(lock, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
