"""Build the notebooks, one way: every `src/*.py` becomes an executed `*.ipynb` beside this file.

    uv run python notebooks/build.py [name ...]

A rebuild is the same but for the SVG, which depends on the machine's fonts. Never save a built notebook
from JupyterLab: it adds pictures of its own.
"""

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).parent
SECONDS_A_CELL = 300
FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
"""Of a cell whose source says so: JupyterLab shows what it draws and a mark to unfold it, pages likewise."""
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def sources() -> list[Path]:
    """Return the sources of all notebooks, in reading order."""
    return sorted((HERE / "src").glob("*.py"))


def unexecuted(source: Path) -> nbformat.NotebookNode:
    """Return the notebook of a source, with ids that depend on nothing but their place."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(KERNEL)
    for place, cell in enumerate(notebook.cells, start=1):
        cell.id = f"{source.stem}-{place:02}"
        folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        cell.metadata = nbformat.from_dict(FOLDED if folded else {})
    return notebook


def executed(source: Path) -> nbformat.NotebookNode:
    """Return the notebook of a source with its outputs, made in a fresh kernel."""
    notebook = unexecuted(source)
    try:
        _run(notebook)
    except CellExecutionError:
        raise
    except RuntimeError:  # a kernel may die before it has begun, on a busy machine; twice is no accident
        notebook = unexecuted(source)
        _run(notebook)
    notebook.metadata = nbformat.from_dict(KERNEL)  # the kernel has added its Python's version
    nbformat.validate(notebook)
    return notebook


def _run(notebook: nbformat.NotebookNode) -> None:
    resources = {"metadata": {"path": str(HERE)}}
    NotebookClient(notebook, timeout=SECONDS_A_CELL, record_timing=False, resources=resources).execute()


def main(names: list[str]) -> None:
    """Build the named notebooks, or all."""
    for source in sources():
        if not names or source.stem in names:
            target = HERE / f"{source.stem}.ipynb"
            target.write_text(nbformat.writes(executed(source)) + "\n", encoding="utf-8", newline="\n")
            print(f"{target.name}: {target.stat().st_size / 1024:,.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
