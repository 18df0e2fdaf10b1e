"""The scenario: every assumption about the simulated world, each with a value, a unit and a source.

A scenario is a TOML file. An assumption is a table with `value`, `unit` and `source`; the source is a
published figure or the word "assumption". A scenario may extend another by name and restate what differs.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

import polars as pl
from pydantic import BaseModel, Field, ValidationError, model_validator

from risk.assumptions import (
    FamiliesAssumptions,
    Frozen,
    HarmAssumptions,
    NoticingAssumptions,
    PracticeAssumptions,
)
from risk.mistakes import InputError, at, unknown

SHIPPED = files("risk") / "scenarios"


class Scenario(Frozen):
    """A simulated world: who lives in it, how harm moves, who notices, and how services answer.

    name, title: what it is called. calibrated: whether it was tuned to published figures. from_on: the
    first day, a Monday. years: how long it is followed unless asked otherwise. assumptions: unit and
    source of every value, by dotted name.
    """

    name: str
    title: str
    calibrated: bool
    from_on: date
    years: Annotated[int, Field(ge=1, le=20)]
    families: FamiliesAssumptions
    harm: HarmAssumptions
    noticing: NoticingAssumptions
    practice: PracticeAssumptions
    assumptions: dict[str, tuple[str, str]]

    @model_validator(mode="after")
    def _starts_on_a_monday(self) -> Self:
        if self.from_on.weekday() != 0:
            raise ValueError(
                f"from_on = {self.from_on} is a {self.from_on:%A}; a scenario starts on a Monday"
            )
        return self

    @classmethod
    def named(cls, name: str) -> Self:
        """Return a shipped scenario, or the one in a TOML file when `name` ends in .toml.

        Raises InputError for an unknown name, a file that is no TOML, and an unknown, missing or
        out-of-range assumption, naming file, line, value and rule.
        """
        source, text = _source(name)
        plain, assumptions = _split_assumptions(source, _extended(source, text))
        try:
            return cls(**plain, assumptions=assumptions)
        except ValidationError as error:
            raise InputError(_first_problem(cls, source, text, error)) from None

    @property
    def sha256(self) -> str:
        """The hash of every value in it: two scenarios with one hash simulate the same world."""
        values = self.model_dump(mode="json", exclude={"title", "assumptions"})
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def assumption_table(self) -> pl.DataFrame:
        """Return one row an assumption: name, value (as text), unit, source; in the file's order."""
        rows = []
        for name, (unit, source) in self.assumptions.items():
            group, field = name.split(".")
            value = self.model_dump(mode="json")[group][field]
            rows.append((name, json.dumps(value), unit, source))
        return pl.DataFrame(rows, schema=["name", "value", "unit", "source"], orient="row")


def scenario_names() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(f.name.removesuffix(".toml") for f in SHIPPED.iterdir() if f.name.endswith(".toml"))


def _source(name: str) -> tuple[str, str]:
    """Return the file's name as the user knows it, and its text."""
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise InputError(f"{path}: no such scenario file")
        try:
            return name, path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: byte {error.start} is not UTF-8; a scenario is a UTF-8 text") from None
    if name not in scenario_names():
        raise InputError(unknown("scenario", name, scenario_names()) + "; or give a file that ends in .toml")
    return f"{name}.toml", (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")


def _extended(source: str, text: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the parsed file laid over the scenario that it extends, if any."""
    if source in seen:
        raise InputError(f"{source}: extends itself, by way of {' → '.join((*seen, source))}")
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{source}: not a TOML file: {error}") from None
    base = parsed.pop("extends", None)
    if base is not None and not isinstance(base, str):
        raise InputError(f"{source}: extends = {base!r}: it names one scenario")
    if "assumptions" in parsed:
        raise InputError(f"{source}: unknown name 'assumptions'; each assumption stands in its own group")
    if base is None:
        return parsed
    return _overlaid(_extended(*_source(base), seen=(*seen, source)), parsed)


def _overlaid(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        # A restated value brings its own source: the base's would lend it an authority it has not.
        if both and "value" in value:
            value = {"source": "assumption"} | value
        merged[key] = _overlaid(base[key], value) if both else value
    return merged


def _split_assumptions(
    source: str, parsed: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """Return the bare values for the models, and the unit and source of each."""
    plain: dict[str, Any] = {}
    sources: dict[str, tuple[str, str]] = {}
    for group, fields in parsed.items():
        if not isinstance(fields, dict):
            plain[group] = fields
            continue
        plain[group] = {}
        for field, leaf in fields.items():
            if not isinstance(leaf, dict) or set(leaf) != {"value", "unit", "source"}:
                raise InputError(
                    f"{source}: {group}.{field} = {leaf}: an assumption is a value, a unit and a source"
                )
            plain[group][field] = leaf["value"]
            sources[f"{group}.{field}"] = (str(leaf["unit"]), str(leaf["source"]))
    return plain, sources


def _first_problem(scenario: type[BaseModel], source: str, text: str, error: ValidationError) -> str:
    """Return one clear message for the first of pydantic's problems, a misspelt name before a missing one."""
    problem = sorted(error.errors(), key=lambda p: p["type"] == "missing")[0]
    path = [str(p) for p in problem["loc"] if p != "[key]"]
    place = at(source, _line(text, path))
    name = ".".join(path)
    if problem["type"] == "extra_forbidden":
        return f"{place}: {unknown('name', path[-1], _known_names(scenario, path[:-1]))}"
    if problem["type"] == "missing":
        return f"{place}: {name} is missing; every assumption must be stated"
    if problem["type"] == "value_error":
        rule = str(problem["ctx"]["error"])
        return f"{place}: {name + ': ' if name else ''}{rule}"
    return f"{place}: {name} = {problem['input']!r}: {problem['msg'].lower()}"


def _known_names(model: Any, path: list[str]) -> Iterator[str]:
    for step in path:
        model = model.model_fields[step].annotation
    yield from (name for name in model.model_fields if name != "assumptions")


def _line(text: str, path: list[str]) -> int | None:
    """Return the line on which the last name of `path` that the file mentions is set, counted from 1."""
    for depth in range(len(path), 0, -1):
        for number, line in enumerate(text.splitlines(), start=1):
            head = line.split("=")[0].strip().strip("[]").split(".")[-1].strip()
            if head == path[depth - 1]:
                return number
    return None
