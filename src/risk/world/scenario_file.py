"""The scenario's file: TOML, in which an assumption is a table with `value`, `unit` and `source`.

A file may extend another: `extends = "england_2014"`, or a .toml file beside it. It then restates what
differs. `value` replaces the whole value, so that a row left out is gone; `change = { police = 0.3 }` changes
some entries of the base's table and keeps the others. Either brings its own source, or is an "assumption".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from risk.core.bounded import read_text, toml_of
from risk.core.errors import InputError, at, shown, unknown
from risk.core.shipped import shipped_names
from risk.world.assumptions import (
    FamiliesAssumptions,
    HarmAssumptions,
    NoticingAssumptions,
    PracticeAssumptions,
)

SHIPPED: Final = files("risk.world") / "scenarios"
GROUPS: Final[Mapping[str, type[BaseModel]]] = {
    "families": FamiliesAssumptions,
    "harm": HarmAssumptions,
    "noticing": NoticingAssumptions,
    "practice": PracticeAssumptions,
}
NOT_STATED: Final = ("assumptions", "overrides")
"""Fields of a scenario that no file states: they are found, or a user's."""

Units = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class ScenarioFile:
    """A file as its user knows it, its text, and the folder that it names others from; None if shipped."""

    name: str
    text: str
    folder: Path | None


def scenario_names() -> list[str]:
    """Return the names of the shipped scenarios."""
    return shipped_names("risk.world", "scenarios", ".toml")


def is_file_name(name: str) -> bool:
    """Return whether a scenario is asked for by a file's name, as Windows and people write it.

    >>> is_file_name("MINE.TOML"), is_file_name("england_2014")
    (True, False)
    """
    return name.lower().endswith(".toml")


def read_scenario(name: str) -> tuple[dict[str, Any], Units, list[ScenarioFile]]:
    """Return a scenario's bare values, the unit and source of each, and the files that it is laid from.

    name: a shipped scenario, or a .toml file. The extending file comes first. Raises InputError that names
    the file and the line; whether the values are possible is not asked here.
    """
    stack = _with_bases(_opened(name, None))
    laid: dict[str, Any] = {}
    for file in reversed(stack):
        laid = _laid_over(laid, _parsed(file), file)
    laid.pop("extends", None)
    return *_split(laid, stack), stack


def place(stack: list[ScenarioFile], path: list[str]) -> str:
    """Return the file and row where the name at `path` is set, or where most of the way to it is."""
    found = [(*_line(file.text, path), file.name) for file in stack]
    _, row, name = max(found, key=lambda f: f[0])  # of equals the first: it lies over the others
    return at(name, row)


def _opened(name: str, beside: Path | None) -> ScenarioFile:
    if is_file_name(name):
        path = (beside or Path()) / name
        return ScenarioFile(str(path), read_text(path), path.parent)
    if name not in scenario_names():
        raise InputError(unknown("scenario", name, scenario_names()) + "; or give a file that ends in .toml")
    return ScenarioFile(f"{name}.toml", (SHIPPED / f"{name}.toml").read_text(encoding="utf-8"), None)


def _with_bases(file: ScenarioFile) -> list[ScenarioFile]:
    stack = [file]
    while (base := _parsed(stack[-1]).get("extends")) is not None:
        if not isinstance(base, str):
            raise InputError(
                f"{place(stack[-1:], ['extends'])}: extends = {shown(base)}: it names one scenario"
            )
        below = _opened(base, stack[-1].folder)
        way = [f.name for f in (*stack, below)]
        if any(_same(below, above) for above in stack):
            raise InputError(f"{file.name}: extends itself, by way of {' → '.join(way)}")
        stack.append(below)
    return stack


def _same(one: ScenarioFile, other: ScenarioFile) -> bool:
    if one.folder is None or other.folder is None:
        return one.folder == other.folder and one.name == other.name
    return Path(one.name).resolve() == Path(other.name).resolve()


def _parsed(file: ScenarioFile) -> dict[str, Any]:
    parsed = toml_of(file.text, file.name)
    for name in NOT_STATED:
        if name in parsed:
            where = place([file], [name])
            raise InputError(f"{where}: unknown name {name!r}; each assumption stands in its own group")
    return parsed


def _laid_over(base: dict[str, Any], over: dict[str, Any], file: ScenarioFile) -> dict[str, Any]:
    """Return `base` with the assumptions that `over` restates."""
    laid = base | over
    for group, restated in over.items():
        below = base.get(group)
        if isinstance(below, dict) and isinstance(restated, dict):
            laid[group] = below | {
                field: _restated(below[field], leaf, file, [group, field]) if field in below else leaf
                for field, leaf in restated.items()
            }
    return laid


def _restated(base: Any, leaf: Any, file: ScenarioFile, path: list[str]) -> Any:
    if not isinstance(base, dict) or not isinstance(leaf, dict):
        return leaf
    leaf = dict(leaf)
    if "change" in leaf:
        change, below = leaf.pop("change"), base.get("value")
        where, name = place([file], path), ".".join(path)
        if "value" in leaf:
            raise InputError(f"{where}: {name} has a value and a change; one replaces all, the other some")
        if not isinstance(change, dict) or not isinstance(below, dict):
            raise InputError(f"{where}: {name}: change = {shown(change)}: only a table changes in part")
        leaf["value"] = _merged(below, change)
    # A restated value brings its own source: the base's would lend it an authority it has not.
    return base | ({"source": "assumption"} if "value" in leaf else {}) | leaf


def _merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    merged = base | change
    for key in base.keys() & change.keys():
        if isinstance(base[key], dict) and isinstance(change[key], dict):
            merged[key] = _merged(base[key], change[key])
    return merged


def _split(laid: dict[str, Any], stack: list[ScenarioFile]) -> tuple[dict[str, Any], Units]:
    """Return the bare values for the models, and the unit and source of each."""
    plain: dict[str, Any] = {}
    units: Units = {}
    for group, fields in laid.items():
        plain[group] = fields
        if not isinstance(fields, dict) or group not in GROUPS:
            continue
        plain[group] = {}
        for field, leaf in fields.items():
            known = GROUPS[group].model_fields
            if field not in known:
                raise InputError(f"{place(stack, [group, field])}: {unknown('name', field, known)}")
            if not isinstance(leaf, dict) or set(leaf) != {"value", "unit", "source"}:
                rule = "an assumption is a value, a unit and a source"
                raise InputError(f"{place(stack, [group, field])}: {group}.{field} = {shown(leaf)}: {rule}")
            plain[group][field] = leaf["value"]
            units[f"{group}.{field}"] = (str(leaf["unit"]), str(leaf["source"]))
    return plain, units


def _line(text: str, path: list[str]) -> tuple[int, int | None]:
    """Return how far down `path` the text goes, and the last row, counted from 1, that goes so far."""
    table: list[str] = []
    deepest, row = 0, None
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].strip()
        if words.startswith("["):
            table = _names(words.strip("[]"))
            here = table
        elif "=" in words:
            here = table + _names(words.split("=")[0])
        else:
            continue
        here = [name for name in here if name not in ("value", "change")]
        if here and here == path[: len(here)] and len(here) >= deepest:
            deepest, row = len(here), number
    return deepest, row


def _names(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in dotted.split(".")]
