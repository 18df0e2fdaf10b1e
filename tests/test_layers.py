"""The walls of the house: imports go down, and the truth stays in the rooms that may hold it."""

import ast
from pathlib import Path

import pytest

import risk
from risk.schema import RECORD, TRUTH

SOURCE = Path(risk.__file__).parent
# Smaller digits are lower. `arrays`, `schema`, `kinds` and `mistakes` are vocabulary and may be imported from anywhere.
LAYERS = {
    **dict.fromkeys(
        ["arrays", "mistakes", "kinds", "schema", "draws", "calendar", "assumptions", "overrides"], 0
    ),
    **dict.fromkeys(["content", "draft", "engine", "cluster", "datasheet", "resamples", "risk_table"], 0),
    **dict.fromkeys(["workbook", "dates", "synonyms", "account"], 0),
    **dict.fromkeys(["scenario_file", "manifest", "sheet", "entries", "chain", "accuracy"], 1),
    **dict.fromkeys(["scenario", "channels", "factors", "reading", "template"], 2),
    "cohort": 3,
    **dict.fromkeys(["simulate", "chronology", "landmarks", "describe", "homes", "verify", "windows"], 4),
    **dict.fromkeys(["features", "opportunities", "flows", "effects", "generate", "unanswered"], 5),
    **dict.fromkeys(["splits", "outcomes", "reporting", "answers", "waits", "case"], 5),
    **dict.fromkeys(
        ["card_file", "explanation", "regression", "patterns", "measures", "ceiling", "above_line"], 6
    ),
    **dict.fromkeys(["baselines", "challengers", "ebm"], 6),
    **dict.fromkeys(["scorecard", "calibration", "missed"], 7),
    **dict.fromkeys(["alarms", "judges", "stability"], 8),
    **dict.fromkeys(["trajectory", "detection", "reliability"], 9),
    **dict.fromkeys(["review", "evaluate", "groups"], 10),
    **dict.fromkeys(["report", "replay", "caseload", "remedies", "surveillance"], 11),
    **dict.fromkeys(["charts", "console", "export", "page"], 12),
    **dict.fromkeys(["demo", "lesson", "notebook", "scoreboard"], 13),
    "pack": 14,
    "cli": 15,
}
ANYWHERE = {"arrays", "mistakes", "kinds", "schema"}
MAY_NAME_TRUTH = {"cohort", "simulate", "landmarks", "evaluate", "review", "effects"}
MODULES = sorted(
    p for p in SOURCE.rglob("*.py") if p.name not in ("__init__.py", "__main__.py") or p.parent != SOURCE
)


def noun(path: Path) -> str:
    """The module's name in the layout: a package's parts belong to the package."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts == ["risk"]:
                found |= {alias.name for alias in node.names}
            elif parts[0] == "risk":
                found.add(parts[1])
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("risk.")}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_imports_only_go_down(path):
    here = noun(path)
    for there in imported(path) - ANYWHERE - {here}:
        assert LAYERS[there] < LAYERS[here], f"{here} imports {there}"


INSIDE = {
    "ceiling": ["circumstances", "delays", "incidents", "readings", "sightings", "__init__"],
    "simulate": [
        *("block", "stretches", "families", "harm", "noticing", "casework", "front_door", "assessing"),
        *("reviewing", "practice", "adults", "tables", "__init__"),
    ],
    "charts": ["look", "layout", "published", "case", "model", "line", "cohort", "__init__"],
    "export": [
        *("cells", "dictionary", "tables", "workbook", "database"),
        *("years", "counts", "episodes", "pathway", "cin_codes", "cin_tables", "cin_census"),
        *("care", "ssda903", "inspection", "annex_a_codes", "annex_a_headings"),
        *("annex_a_lists", "annex_a", "__init__"),
    ],
    "pack": ["stops", "classroom", "answer", "notes", "__init__"],
    "cli": [
        *("options", "cohorts", "cards", "reviews", "chronologies", "judging", "exports", "packs"),
        "__init__",
    ],
}


@pytest.mark.parametrize(("package", "order"), INSIDE.items())
def test_inside_a_package_imports_only_go_down_too(package, order):
    for path in (SOURCE / package).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.startswith(f"risk.{package}.")
            ):
                assert order.index(node.module.split(".")[2]) < order.index(path.stem)


def test_every_module_has_a_layer():
    assert {noun(p) for p in MODULES} == set(LAYERS)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_the_truth_is_named_only_where_it_may_be(path):
    names = {n.id for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Name)}
    names |= {
        a.name
        for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(n, ast.ImportFrom)
        for a in n.names
    }
    if "Truth" in names:
        assert noun(path) in MAY_NAME_TRUTH


def test_no_column_of_the_truth_is_in_the_record():
    hidden = {c for s in TRUTH.values() for c in s.column_names()}
    shown = {c for s in RECORD.values() for c in s.column_names()}
    shared = {"household_id", "child_id", "event_id", "kind", "agency"}
    shared |= {"adult_id", "role", "joined_on", "left_on"}  # residents lived there; adults are known to have
    assert hidden & shown == shared


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_every_module_opens_by_teaching_one_noun(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert len(docstring.split()) >= 8


def test_the_public_names_stand_in_the_order_of_the_pipeline():
    order = [
        getattr(getattr(risk, name), "__module__", f"risk.{name}").split(".")[1] for name in risk.__all__
    ]
    layers = [LAYERS[m] for m in order]
    assert layers == sorted(layers)
