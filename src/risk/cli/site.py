"""The pages: `risk-docs` builds what there is to read about the project, in a clone, from what is in it."""

import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

from risk.cli.console import begin, complain, end

HOW = "in a clone, `uv run --group docs risk-docs` builds the pages"


def main() -> None:
    """Build the pages, and leave with their status: 1 for a broken link, 2 where they cannot be built."""
    begin()
    builder = Path(str(files("risk"))).parents[1] / "docs" / "build.py"
    if not builder.is_file() or find_spec("myst_nb") is None:
        lack = "Sphinx is not installed" if builder.is_file() else "the sources of the pages are not here"
        complain(f"{lack}; {HOW}")
        end()
        sys.exit(2)
    run_path(str(builder), run_name="__main__")
