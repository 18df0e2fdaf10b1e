"""The walls of the house: imports go down, and the truth stays in the rooms that may hold it."""

import ast
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import risk
from risk.records.schema import RECORD, TRUTH

SOURCE = Path(risk.__file__).parent
EVERYTHING = "core records chronologies world model export national evaluation reviews show"
MAY_IMPORT = {
    "core": "",
    "records": "core",
    "chronologies": "core records",
    "world": "core records",
    "model": "core records",
    "export": "core records",
    "national": "core records world export",
    "evaluation": "core records world model",
    "reviews": "core records chronologies world model",
    "show": EVERYTHING.removesuffix(" show"),
    "cli": EVERYTHING,
}
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
    if path.parent != SOURCE
}
HOLD_THE_TRUTH = (
    *("records.cohort", "records.verification", "world.simulate", "world.patterns.opportunities"),
    *(
        "world.description",
        "world.effects",
        "world.pairing",
        "world.varying",
        "world.avoided",
        "world.replaying",
        "world.remaking",
        "model.labelling",
    ),
    *("model.feature_files", "evaluation.judged_rows"),
    *("reviews.dated_lines", "reviews.caseload", "reviews.thresholds", "export"),
)
"""Whatever else computes a score, an alarm or a dated line is given a `Record`, and nothing that leads to a `Truth`."""
HIDDEN = set(TRUTH) - set(RECORD)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """The modules of `risk` that a module imports, however it does it, by their dotted names below `risk`."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "risk":
            under = node.module.removeprefix("risk").removeprefix(".")
            for alias in node.names:
                inner = f"{under}.{alias.name}".removeprefix(".")
                found.add(inner if inner in MODULES else under)
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("risk.") for a in node.names if a.name.startswith("risk.")}
    return found


def test_the_top_of_the_package_is_a_table_of_contents():
    entries = {p.name.removesuffix(".py") for p in SOURCE.iterdir()} - {"__pycache__"}
    assert entries - {"__init__", "__init__.pyi", "__main__", "py.typed"} == set(MAY_IMPORT)
    mirrored = {p.name for p in Path(__file__).parent.iterdir() if p.is_dir() and p.name in MAY_IMPORT}
    assert mirrored == set(MAY_IMPORT)


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_go_down(module):
    here = module.split(".")[0]
    for there in {name.split(".")[0] for name in imports(MODULES[module])} - {here}:
        assert there in MAY_IMPORT[here].split(), f"{module} imports {there or 'the whole of risk'}"


def test_no_module_imports_itself_by_way_of_others():
    graph = {name: imports(path) & set(MODULES) - {name} for name, path in MODULES.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_no_two_modules_have_one_name():
    stems = Counter(path.stem for path in MODULES.values() if path.stem != "__init__")
    assert [stem for stem, n in stems.items() if n > 1] == []


def leads_to_the_truth(source: str, *, by_table: bool = True) -> set[str]:
    """What in a module's syntax tree leads to the hidden truth: its name, the attribute, or a hidden table's name."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.alias):
            found |= {getattr(node, "id", getattr(node, "name", ""))} & {"Truth", "TRUTH"}
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & ({"truth"} | (HIDDEN if by_table else set()))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value} & ({"truth"} | (HIDDEN if by_table else set()))
    return found


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith(HOLD_THE_TRUTH)])
def test_the_truth_is_reached_only_where_it_may_be(module):
    # The world's own assumptions about families and incidents have the names of the tables they fill.
    by_table = not module.startswith("world.") and module not in ("records.schema", "records.manifest")
    found = leads_to_the_truth(MODULES[module].read_text(encoding="utf-8"), by_table=by_table)
    assert found <= {
        "records.schema": {"TRUTH"},
        "records.dictionary": {"TRUTH"},
        "records.manifest": {"TRUTH", "truth"},
    }.get(module, set())


@pytest.mark.parametrize(
    "line",
    [
        "cohort.truth.harms",
        "getattr(cohort, 'truth')",
        "from risk import Truth",
        "of.spells",
        "tables['harms']",
    ],
)
def test_no_way_to_the_truth_is_overlooked(line):
    assert leads_to_the_truth(f"def featurise(at, cohort):\n    {line}\n")


def test_no_column_of_the_truth_is_in_the_record():
    hidden = {c for s in TRUTH.values() for c in s.column_names()}
    shown = {c for s in RECORD.values() for c in s.column_names()}
    shared = {"household_id", "child_id", "event_id", "kind", "agency"}
    shared |= {"adult_id", "role", "joined_on", "left_on"}  # residents lived there; adults are known to have
    assert hidden & shown == shared


@pytest.mark.parametrize("module", MODULES)
def test_every_module_opens_by_teaching_one_noun(module):
    docstring = ast.get_docstring(tree_of(MODULES[module]))
    assert docstring
    assert len(docstring.split()) >= 8


@pytest.mark.parametrize("module", MODULES)
def test_a_function_fits_on_a_screen(module):
    for node in ast.walk(tree_of(MODULES[module])):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno <= 40, f"{module}.{node.name}"
