"""The notebooks: short, without machinery of their own, and as committed."""

import ast
import importlib.util
import inspect
import math
import pkgutil
import re
from pathlib import Path

import altair as alt
import nbformat
import polars as pl
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbconvert import HTMLExporter

import risk
from risk.show.notebook import DRAWN_BY_JUPYTERLAB

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SOURCES = sorted((NOTEBOOKS / "src").glob("*.py"))
MOST_CELLS = 13
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


FOR_TRAINERS = ("00_start_here", "01_the_moment", "07_make_your_own_case")
PACKAGES = {module.name for module in pkgutil.iter_modules(risk.__path__) if module.ispkg}


def is_public(owner, name: str) -> bool:
    """Whether a module hands a name on: in its list, or, where it has none, defined in it without a dash."""
    if owner is risk and name in PACKAGES:
        return True
    listed = getattr(owner, "__all__", None)
    return name in listed if listed is not None else not name.startswith("_") and hasattr(owner, name)


def not_public(source: str) -> list[str]:
    """The names of this package that a source uses and that no package hands on."""
    tree, bound, found = ast.parse(source), {}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            deep = [a.name for a in node.names if a.name.startswith("risk.")]
            found += deep
            bound |= {a.asname or a.name: risk for a in node.names if a.name == "risk"}
        elif isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "risk":
            owner = importlib.import_module(node.module)
            if owner is not risk and (
                node.module.count(".") > 1 or node.module.split(".")[1] not in PACKAGES
            ):
                found.append(node.module)
            found += [f"{node.module}.{a.name}" for a in node.names if not is_public(owner, a.name)]
            bound |= {
                a.asname or a.name: getattr(owner, a.name, None) or importlib.import_module(f"risk.{a.name}")
                for a in node.names
                if is_public(owner, a.name)
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = thing_of(node.value, bound)
            if inspect.ismodule(owner) and not is_public(owner, node.attr):
                found.append(f"{owner.__name__}.{node.attr}")
    return found


def thing_of(node: ast.expr, bound: dict):
    """The module that an expression names, if it names one."""
    if isinstance(node, ast.Name):
        return bound.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = thing_of(node.value, bound)
        return getattr(owner, node.attr, None) if inspect.ismodule(owner) else None
    return None


@every_notebook
def test_a_cell_uses_public_names_only_and_leaves_what_judges_rows_inside(source):
    text = source.read_text(encoding="utf-8")
    assert not_public(text) == []
    assert not re.search(r"\b(judges|detection|both_sides|rows_to_judge|judged_rows)\b", text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import risk; risk.simulate", []),
        ("from risk import reviews; reviews.waits", []),
        ("import risk; risk.charts.trajectory; risk.notebook.words", []),
        ("from risk.evaluation.detection import by_line", ["risk.evaluation.detection"]),
        ("from risk import reviews; reviews.report.said", ["risk.reviews.report"]),
        ("import risk; risk.model", []),
        ("import risk; risk.notebook._shown", ["risk.show.notebook._shown"]),
        ("import risk.core.arrays", ["risk.core.arrays"]),
    ],
)
def test_a_name_that_is_not_public_is_found(line, expected):
    assert not_public(line) == expected


@every_notebook
def test_a_trainer_reads_a_page_and_not_a_program(source, build):
    cells = code(build.unexecuted(source))
    hidden = [cell.metadata.get("jupyter", {}).get("source_hidden", False) for cell in cells]
    assert all(hidden) if source.stem in FOR_TRAINERS else not any(hidden)


MEANT = re.compile(
    r"`[^`]*`|\*\*?|0800 1111|0808 800 5000|\d+ minutes|\d+ with a class|\d+ alone|\b[Nn]otebooks? 0\d( and 0\d)?|1 is the most"
    r"|\b(12|four) weeks|\b0\d (moves|takes)|section (17|47)|95 %"
)
"""Numbers that are no results: of helplines, minutes, notebooks, the card's windows, and the law."""
RESULT = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|half|most) (in|of) (two|three|four|five|six|seven|ten|\d+)\b"
)
AS_A_QUESTION = re.compile(r"when it says one in five, is it one in five\?")


def figures(cell: str) -> list[str]:
    words = AS_A_QUESTION.sub("", MEANT.sub("", " ".join(cell.split())))
    return [words[max(0, m.start() - 30) : m.end() + 20] for m in RESULT.finditer(words)]


@every_notebook
def test_no_sentence_states_a_figure_that_no_cell_prints(source, build):
    assert [
        f for c in build.unexecuted(source).cells if c.cell_type == "markdown" for f in figures(c.source)
    ] == []


def test_a_figure_typed_by_hand_is_found():
    assert figures("about one in three is of a home") != []
    assert figures("seven of 90 targets") != []
    assert (
        figures("For trainers; 30 minutes with a class, 10 alone. Childline 0800 1111; notebook 05 moves it.")
        == []
    )


@every_notebook
def test_every_chart_that_is_drawn_is_in_the_static_export(source):
    notebook = committed(source)
    drawn = [o for cell in code(notebook) for o in cell.outputs if DRAWN_BY_JUPYTERLAB in o.get("data", {})]
    page, _ = HTMLExporter().from_notebook_node(notebook)
    assert len(drawn) > 0
    assert len(re.findall(r'<img[^>]+src="data:image/svg\+xml;base64,', page)) == len(drawn)
