"""The notebooks: short, without machinery of their own, and as committed."""

import ast
import importlib.util
from pathlib import Path

import altair as alt
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from risk.notebook import DRAWN_BY_JUPYTERLAB

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
SOURCES = sorted((NOTEBOOKS / "src").glob("*.py"))
MOST_CELLS = 12
MOST_LINES = 5

pytestmark = pytest.mark.skipif(not SOURCES, reason="the notebooks are not here: not a clone of the project")


@pytest.fixture(scope="module")
def build():
    """notebooks/build.py, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("build", NOTEBOOKS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def committed(source: Path):
    return nbformat.read(NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def told(outputs) -> list:
    """What outputs say, without the SVG: that depends on the machine's fonts."""
    said = []
    for output in outputs:
        if output.output_type == "stream":
            said.append(output.text)
        else:
            said.append({t: output.data[t] for t in (DRAWN_BY_JUPYTERLAB, "text/plain") if t in output.data})
    return said


every_notebook = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)


@every_notebook
def test_a_notebook_is_short(source, build):
    notebook = build.unexecuted(source)
    assert len(notebook.cells) <= MOST_CELLS
    for cell in code(notebook):
        assert (
            len([line for line in cell.source.splitlines() if line.strip() and line[0] != "#"]) <= MOST_LINES
        )


@every_notebook
def test_a_notebook_calls_the_package_and_builds_nothing_of_its_own(source):
    machinery = (
        ast.FunctionDef,
        ast.ClassDef,
        ast.Lambda,
        ast.For,
        ast.While,
        ast.If,
        ast.Try,
        ast.comprehension,
    )
    assert not [
        n for n in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(n, machinery)
    ]


@every_notebook
def test_a_notebook_begins_with_its_title_whom_it_is_for_and_a_warning(source):
    first = committed(source).cells[0].source
    title, _, whom, *rest = first.splitlines()
    assert title.startswith("# ")
    assert whom.startswith("For ")
    assert "minutes" in whom
    assert "This notebook describes neglect and abuse." in " ".join(rest)


@every_notebook
def test_the_committed_notebook_is_its_source(source, build):
    assert [(c.id, c.cell_type, c.source) for c in committed(source).cells] == [
        (c.id, c.cell_type, c.source) for c in build.unexecuted(source).cells
    ]


@every_notebook
def test_running_a_notebook_here_says_what_the_committed_one_says(source):
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(history_load_length=0)
    before = alt.renderers.active
    try:
        for cell in code(committed(source)):
            with capture_output() as captured:
                shell.run_cell(cell.source).raise_error()
            charts = [
                {t: o.data[t] for t in (DRAWN_BY_JUPYTERLAB, "text/plain") if t in o.data}
                for o in captured.outputs
            ]
            expected = told(cell.outputs)
            assert charts == [e for e in expected if isinstance(e, dict)]
            assert captured.stdout == "".join(e for e in expected if isinstance(e, str))
    finally:
        alt.renderers.enable(before)
        InteractiveShell.clear_instance()


@pytest.mark.parametrize("source", SOURCES[:1], ids=lambda p: p.stem)
def test_a_rebuild_is_the_committed_notebook_but_for_the_svg(source, build):
    rebuilt, there = build.executed(source), committed(source)
    assert rebuilt.metadata == there.metadata
    assert [told(c.outputs) for c in code(rebuilt)] == [told(c.outputs) for c in code(there)]
