"""The scenario's file: TOML, in which an assumption is a table with `value`, `unit` and `source`.

A file may extend another: `extends = "england_2014"`, or a .toml file beside it. It then has a name of its
own, and restates what differs. `value` replaces the whole value, so that a row left out is gone;
`change = { police = 0.3 }` changes some entries of the base's table and keeps the others. Either brings its
own source, or is an "assumption".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from risk.core.bounded import read_text, toml_of
from risk.core.errors import InputError, shown, unknown
from risk.core.shipped import shipped_names
from risk.world.assumptions import (
    FamiliesAssumptions,
    HarmAssumptions,
    LookedAfterAssumptions,
    NoticingAssumptions,
    OpeningAssumptions,
    PracticeAssumptions,
)

SHIPPED: Final = files("risk.world") / "scenarios"
GROUPS: Final[Mapping[str, type[BaseModel]]] = {
    "families": FamiliesAssumptions,
    "harm": HarmAssumptions,
    "noticing": NoticingAssumptions,
    "practice": PracticeAssumptions,
    "opening": OpeningAssumptions,
    "looked_after": LookedAfterAssumptions,
}
NOT_STATED: Final = ("assumptions", "overrides", "base")
"""Fields of a scenario that no file states: they are found, or a user's."""

Units = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class ScenarioFile:
    """A file as its user knows it, what it states, and the folder it names others from; None if shipped."""

    name: str
    stated: dict[str, Any]
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
    the file and the key; whether the values are possible is not asked here.
    """
    stack = _with_bases(_opened(name, None))
    _check_names(stack)
    laid: dict[str, Any] = {}
    for file in reversed(stack):
        laid = _laid_over(laid, file)
    laid.pop("extends", None)
    return *_split(laid, stack), stack


def stated_in(stack: list[ScenarioFile], path: list[str]) -> str:
    """Return the name of the file that the value at `path` comes from, or most of the way to it."""
    return max(stack, key=lambda file: _depth(file.stated, path)).name  # of equals the first: it lies over


def _depth(stated: Any, path: list[str]) -> int:
    """Return how many names of `path` are stated, one within the other; of a list, none."""
    if not isinstance(stated, dict) or not path:
        return 0
    inner = [stated[name] for name in ("value", "change") if isinstance(stated.get(name), dict)]
    if path[0] in stated:
        return 1 + _depth(stated[path[0]], path[1:])
    return max((_depth(table, path) for table in inner), default=0)


def _opened(name: str, beside: Path | None) -> ScenarioFile:
    if is_file_name(name):
        path = (beside or Path()) / name
        return ScenarioFile(str(path), _parsed(str(path), read_text(path)), path.parent)
    if name not in scenario_names():
        raise InputError(unknown("scenario", name, scenario_names()) + "; or give a file that ends in .toml")
    file = f"{name}.toml"
    return ScenarioFile(file, _parsed(file, (SHIPPED / file).read_text(encoding="utf-8")), None)


def _with_bases(file: ScenarioFile) -> list[ScenarioFile]:
    stack = [file]
    while (base := stack[-1].stated.get("extends")) is not None:
        if not isinstance(base, str):
            raise InputError(f"{stack[-1].name}: extends = {shown(base)}: it names one scenario")
        below = _opened(base, stack[-1].folder)
        way = [f.name for f in (*stack, below)]
        if any(_same(below, above) for above in stack):
            raise InputError(f"{file.name}: extends itself, by way of {' → '.join(way)}")
        stack.append(below)
    return stack


def base_of(stack: list[ScenarioFile]) -> str:
    """Return the first shipped scenario among files that are laid over each other; empty for none."""
    return next((file.name.removesuffix(".toml") for file in stack if file.folder is None), "")


def _check_names(stack: list[ScenarioFile]) -> None:
    """Raise InputError for a user's file that goes by the name of another scenario, or by none of its own."""
    taken = set(scenario_names())
    for file in reversed([file for file in stack if file.folder is not None]):
        name, rule = file.stated.get("name"), 'a scenario has a name of its own, as in name = "mine"'
        if name is None and "extends" in file.stated:
            raise InputError(f"{file.name}: extends {file.stated['extends']} and has no name; {rule}")
        if isinstance(name, str):
            if name in taken:
                raise InputError(f"{file.name}: name = {name!r} is another scenario's; {rule}")
            taken.add(name)


def _same(one: ScenarioFile, other: ScenarioFile) -> bool:
    if one.folder is None or other.folder is None:
        return one.folder == other.folder and one.name == other.name
    return Path(one.name).resolve() == Path(other.name).resolve()


def _parsed(file: str, text: str) -> dict[str, Any]:
    parsed = toml_of(text, file)
    for name in NOT_STATED:
        if name in parsed:
            raise InputError(f"{file}: unknown name {name!r}; each assumption stands in its own group")
    return parsed


def _laid_over(base: dict[str, Any], file: ScenarioFile) -> dict[str, Any]:
    """Return `base` with the assumptions that a file restates."""
    laid = base | file.stated
    for group, restated in file.stated.items():
        below = base.get(group)
        if isinstance(below, dict) and isinstance(restated, dict):
            place = f"{file.name}: {group}."
            laid[group] = below | {
                field: _restated(below[field], leaf, place + field) if field in below else leaf
                for field, leaf in restated.items()
            }
    return laid


def _restated(base: Any, leaf: Any, place: str) -> Any:
    if not isinstance(base, dict) or not isinstance(leaf, dict):
        return leaf
    leaf = dict(leaf)
    if "change" in leaf:
        change, below = leaf.pop("change"), base.get("value")
        if "value" in leaf:
            raise InputError(f"{place} has a value and a change; one replaces all, the other some")
        if not isinstance(change, dict) or not isinstance(below, dict):
            raise InputError(f"{place}: change = {shown(change)}: only a table changes in part")
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
            place = f"{stated_in(stack, [group, field])}: {group}.{field}"
            if field not in known:
                raise InputError(f"{place}: {unknown('name', field, known)}")
            if not isinstance(leaf, dict) or set(leaf) != {"value", "unit", "source"}:
                rule = "an assumption is a value, a unit and a source"
                raise InputError(f"{place} = {shown(leaf)}: {rule}")
            plain[group][field] = leaf["value"]
            units[f"{group}.{field}"] = (str(leaf["unit"]), str(leaf["source"]))
    return plain, units
