"""The scenario: every assumption about the simulated world, each with a value, a unit and a source.

A scenario comes from a TOML file (`scenario_file`), with any of its assumptions changed by name
(`overrides`), or from the manifest of the cohort that it made.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Self

import polars as pl
from pydantic import BaseModel, Field, ValidationError, model_validator

from risk.core.arguments import need
from risk.core.errors import InputError, shown, unknown
from risk.world.assumptions import (
    FamiliesAssumptions,
    Frozen,
    HarmAssumptions,
    LookedAfterAssumptions,
    NoticingAssumptions,
    OpeningAssumptions,
    PracticeAssumptions,
)
from risk.world.overrides import put, value_at
from risk.world.scenario_file import GROUPS, NOT_STATED, base_of, read_scenario, stated_in

SET_BY_USER: Final = "set by the user"
TUNED: Final = frozenset(
    {
        "39a4702be49eeb3a02aba7f21a32b77f32982fcc2d913e023de87a0ad32981d8",  # england_2014
        "b056f85f49aae43f90c005095376b3b72332022612a086319bbe142210dffcd0",  # england_2025
        "aab26eb7f779bb0f08597d04ba36732376395c2e3f2f309f296a1329b92a52fd",  # 2014, tuned anew
        "7de1da8753c367d6a819c7250778246adeb5d1b71d6f4b10a4862dde25c5afb1",  # 2025, tuned anew
        "614c0415706ab320d2363358830dab50a2c559b4b19024ee4d95524804288afc",  # 2014, with newborns on plans
        "188cd2453884cf5ae542dc96fb44ddad428a3e4bb0c32befb1b4b02d45ec8bb5",  # 2025, with newborns on plans
    }
)
"""Hashes of the scenarios that were tuned to published figures: no other is calibrated, whatever it says.
A scenario that is tuned anew adds its hash; cohorts of the one before stay what they were."""
FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2150
"""Childhoods before a cohort's first day, and twenty years after it, are dates that every tool reads."""


class Scenario(Frozen):
    """A simulated world: who lives in it, how harm moves, who notices, and how services answer.

    name, title: what it is called. calibrated: whether it is, value for value, one that was tuned to
    published figures. from_on: the first day, a Monday. years: how long it is followed unless asked
    otherwise. assumptions: unit and source of every value, by dotted name. overrides: what a user changed, by
    dotted name. base: the shipped scenario that it is, or that it changes; empty for none.

    >>> risk.Scenario.named("england_2014")
    Scenario england_2014: England, general child population, years to March 2014 (133 ...; calibrated)
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    title: str
    calibrated: bool
    from_on: date
    years: Annotated[int, Field(ge=1, le=20)]
    families: FamiliesAssumptions
    harm: HarmAssumptions
    noticing: NoticingAssumptions
    practice: PracticeAssumptions
    opening: OpeningAssumptions
    looked_after: LookedAfterAssumptions
    assumptions: dict[str, tuple[str, str]]
    overrides: dict[str, Any] = Field(default_factory=dict)
    base: str = ""

    @model_validator(mode="after")
    def _starts_on_a_monday(self) -> Self:
        if self.from_on.weekday() != 0:
            raise ValueError(
                f"from_on = {self.from_on} is a {self.from_on:%A}; a scenario starts on a Monday"
            )
        if not FIRST_YEAR <= self.from_on.year <= LAST_YEAR:
            raise ValueError(f"from_on = {self.from_on}; a scenario starts from {FIRST_YEAR} to {LAST_YEAR}")
        return self

    @classmethod
    def named(cls, name: str | Path, overrides: Mapping[str, Any] | None = None) -> Self:
        """Return a shipped scenario, or the one in a TOML file when `name` ends in .toml.

        overrides: assumptions to change, by dotted name; see `with_values`.

        A file's scenario is calibrated only if it is one that was tuned, unchanged. Raises InputError for an
        unknown name, a file that is no TOML or has another scenario's name, and an unknown, missing or
        out-of-range assumption, naming file, key, value and rule.
        """
        plain, assumptions, stack = read_scenario(str(need("name", name, (str, Path))))
        try:
            scenario = cls(**plain, assumptions=assumptions, base=base_of(stack))
        except ValidationError as error:
            path, said = _first_problem(cls, error)
            raise InputError(f"{stated_in(stack, path)}: {said}") from None
        tuned = scenario.calibrated and scenario.sha256 in TUNED
        return scenario.model_copy(update={"calibrated": tuned}).with_values(overrides or {})

    @classmethod
    def of_cohort(cls, made: Mapping[str, Any]) -> Self:
        """Return the very scenario that made a cohort, from what its manifest keeps.

        It is the same after the shipped files have changed, and for a file of the user's own. Raises
        InputError if the manifest keeps none, none that this version accepts, or another than it says, and if
        it calls a scenario calibrated that was never tuned.
        """
        kept = made.get("scenario_values")
        if not isinstance(kept, dict):
            raise InputError("the manifest keeps no scenario_values; `risk generate` makes the cohort anew")
        try:
            scenario = cls.model_validate({**kept, "overrides": made.get("overrides", {})})
        except ValidationError as error:
            said = _first_problem(cls, error)[1]
            raise InputError(f"the manifest's scenario_values: {said}; made by another version?") from None
        if scenario.sha256 != made.get("scenario_sha256"):
            raise InputError("the manifest's scenario_values are not those of its scenario_sha256")
        if scenario.calibrated and scenario.sha256 not in TUNED:
            raise InputError(
                f"the manifest says that {scenario.name} is calibrated; its values were never tuned"
            )
        return scenario

    def with_values(self, overrides: Mapping[str, Any]) -> Self:
        """Return the scenario with some assumptions changed, each checked as if its file had said so.

        A changed assumption's source is "set by the user", and a scenario of other values than it was tuned
        with is no longer calibrated. All are changed before any is checked, so shares may move together.

        overrides: values by dotted name, such as {"noticing.shares.police": 1.0, "practice.assesses.2": 0.9}.

        Raises InputError for an unknown name, with the nearest, and for a value that breaks a rule.
        """
        if not overrides:
            return self
        values = self.values()
        for key, value in overrides.items():
            put(values, key, value)
        named = {".".join(key.split(".")[:2]) for key in overrides}
        units = {n: (u, SET_BY_USER if n in named else s) for n, (u, s) in self.assumptions.items()}
        try:
            scenario = self.model_validate({**dict(self), **values, "assumptions": units})
        except ValidationError as error:
            raise InputError(_with_cause(overrides, *_first_problem(type(self), error))) from None
        now = scenario.values()
        kept = {key: value_at(now, key) for key in _in_force([*self.overrides, *overrides])}
        tuned = self.calibrated and now == self.values()
        return scenario.model_copy(update={"overrides": kept, "calibrated": tuned})

    def __repr__(self) -> str:
        tuned = "calibrated" if self.calibrated else "not calibrated"
        changed = f", {len(self.overrides)} changed" if self.overrides else ""
        return f"Scenario {self.name}: {self.title} ({len(self.assumptions)} assumptions{changed}; {tuned})"

    __str__ = __repr__

    def values(self) -> dict[str, Any]:
        """Return the values of all assumptions as JSON has them: group, then name, then value."""
        return self.model_dump(mode="json", include=set(GROUPS))

    def for_manifest(self) -> dict[str, Any]:
        """Return all that `of_cohort` needs to make the scenario again, as JSON has it."""
        return self.model_dump(mode="json", exclude={"overrides"})

    @property
    def sha256(self) -> str:
        """The hash of every value in it: two scenarios with one hash simulate the same world.

        A question that is not asked is no value of the world: cohorts from before it could be asked stay
        what they were.
        """
        values = self.model_dump(mode="json", exclude={"title", *NOT_STATED})
        if not self.practice.assess_at_line:
            del values["practice"]["assess_at_line"]
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def assumption_table(self) -> pl.DataFrame:
        """Return one row an assumption: name, value (as text), unit, source; in the file's order."""
        values = self.values()
        rows = [
            (name, json.dumps(value_at(values, name)), unit, source)
            for name, (unit, source) in self.assumptions.items()
        ]
        return pl.DataFrame(rows, schema=["name", "value", "unit", "source"], orient="row")


def _in_force(keys: list[str]) -> Iterator[str]:
    """Give the names that no later one has replaced as a part of its own value."""
    for n, key in enumerate(keys, start=1):
        if not any(f"{key}.".startswith(f"{later}.") for later in keys[n:]):
            yield key


def _first_problem(scenario: type[BaseModel], error: ValidationError) -> tuple[list[str], str]:
    """Return the place and one clear message of the first problem, a misspelt name before a missing."""
    problem = sorted(error.errors(), key=lambda p: p["type"] == "missing")[0]
    path = [str(p) for p in problem["loc"] if p != "[key]"]
    name = ".".join(path)
    if problem["type"] == "extra_forbidden":
        return path, f"{name}: {unknown('name', path[-1], _known_names(scenario, path[:-1]))}"
    if problem["type"] == "missing":
        return path, f"{name} is missing; every assumption must be stated"
    if problem["type"] == "value_error":
        return path, f"{name + ': ' if name else ''}{problem['ctx']['error']}"
    return path, f"{name} = {shown(problem['input'])}: {problem['msg'].lower()}"


def _known_names(model: Any, path: list[str]) -> Iterator[str]:
    for step in path:
        model = model.model_fields[step].annotation
    yield from (name for name in model.model_fields if name not in NOT_STATED)


def _with_cause(overrides: Mapping[str, Any], path: list[str], said: str) -> str:
    """Return a problem's message, led by those overrides that can have caused it."""
    name = ".".join(path)
    near = [k for k in overrides if f"{k}.".startswith(f"{name}.") or f"{name}.".startswith(f"{k}.")]
    cause = ", ".join(f"{k} = {overrides[k]!r}" for k in near or overrides)
    return said if said.startswith(cause) else f"{cause}: {said}"
