"""The notebooks: short, without machinery of their own, and as committed."""

import ast
import importlib.util
import math
import re
from pathlib import Path

import altair as alt
import nbformat
import polars as pl
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from risk.show.notebook import DRAWN_BY_JUPYTERLAB

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
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


NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*\.\d+(?:e[-+]?\d+)?")
FLOATS = {"rel_tol": 1e-6, "abs_tol": 1e-9}
"""Another processor's instructions move nine figures by 4e-9; a word or a whole number by nothing."""


def same(one, other) -> bool:
    """Whether two outputs say the same: words and whole numbers exactly, other numbers nearly."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return (
            isinstance(one, float | int)
            and isinstance(other, float | int)
            and math.isclose(one, other, **FLOATS)
        )
    if isinstance(one, str) and isinstance(other, str):
        return NUMBER.sub("#", one) == NUMBER.sub("#", other) and all(
            map(_nearly, NUMBER.findall(one), NUMBER.findall(other))
        )
    return type(one) is type(other) and one == other


def _nearly(one: str, other: str) -> bool:
    """Whether two printed numbers differ by no more than one in their last place."""
    places = len(one.partition(".")[2].partition("e")[0])
    numbers = [float(text.replace(",", "").replace("−", "-")) for text in (one, other)]
    last = 0.0 if "e" in one else 1.001 * 10.0**-places
    return math.isclose(*numbers, rel_tol=1e-6, abs_tol=last)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": [1, 0.25, "x"]}, {"a": [1, 0.25 + 4e-9, "x"]}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 0.25}, {"a": 0.26}, False),
        ({"a": 1.0}, {"b": 1.0}, False),
        ([1, 2], [1, 2, 3], False),
        ([True], [1], False),
        ("by 4 March, 0.250 of 12", "by 4 March, 0.251 of 12", True),
        ("by 4 March, 0.250 of 12", "by 4 March, 0.250 of 13", False),
        ("by 4 March, 0.250 of 12", "by 5 March, 0.250 of 12", False),
        ("0.25", "0.27", False),
        ("1,234.5 of it", "1,234.5 of that", False),
    ],
)
def test_words_are_compared_exactly_and_numbers_nearly(one, other, expected):
    assert same(one, other) == expected


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


def run_here(shell, source: str) -> tuple[list[dict], str]:
    """What a cell shows, its last value included, and what it prints."""
    with capture_output() as captured:
        result = shell.run_cell(source)
        result.raise_error()
    shown = [output.data for output in captured.outputs]
    if result.result is not None:
        shown.append(shell.display_formatter.format(result.result)[0])
    printed = captured.stdout.partition("Out[")[0]  # a plain shell prints its last value too
    return [{t: data[t] for t in (DRAWN_BY_JUPYTERLAB, "text/plain") if t in data} for data in shown], printed


@every_notebook
def test_running_a_notebook_here_says_what_the_committed_one_says(source, monkeypatch):
    monkeypatch.chdir(NOTEBOOKS)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(history_load_length=0)
    before = alt.renderers.active
    try:
        for cell in code(committed(source)):
            shown, printed = run_here(shell, cell.source)
            expected = told(cell.outputs)
            there = [e for e in expected if isinstance(e, dict)]
            assert same(shown, there), (shown, there)
            assert same(printed, "".join(e for e in expected if isinstance(e, str)))
    finally:
        alt.renderers.enable(before)
        pl.Config.restore_defaults()
        InteractiveShell.clear_instance()


@pytest.mark.parametrize("source", SOURCES[:1], ids=lambda p: p.stem)
def test_a_rebuild_is_the_committed_notebook_but_for_the_svg(source, build):
    rebuilt, there = build.executed(source), committed(source)
    assert rebuilt.metadata == there.metadata
    assert same([told(c.outputs) for c in code(rebuilt)], [told(c.outputs) for c in code(there)])
