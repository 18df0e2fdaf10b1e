"""Varying: one assumption at a time set to other values, over draws that share their luck.

Which assumption decides? Every draw is a seed, and every setting meets every seed: the same households with
the same uniforms. What differs within a draw differs because of the setting, and the interval is of that.

Glasserman and Yao (1992), Management Science 38:884-908 (when common random numbers help).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from risk.core.arguments import need, need_whole
from risk.core.arrays import Floats
from risk.core.errors import InputError, shown, unknown
from risk.core.intervals import mean_with_interval
from risk.records.cohort import Cohort
from risk.world.effects import MEASURES, by_household
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import check_recipe, simulate

Measure = str | Callable[[Cohort], float]
"""The name of one of `effects.MEASURES`, or a function that makes a number of a cohort."""

VARIED: Final = {
    "dial": pl.String,
    "setting": pl.String,
    "value": pl.Float64,
    "measure": pl.String,
    "unit": pl.String,
    "draws": pl.Int64,
    "before": pl.Float64,
    "after": pl.Float64,
    "after_low": pl.Float64,
    "after_high": pl.Float64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


def vary(
    scenario: Scenario,
    dials: Mapping[str, Sequence[Any]],
    *,
    measure: Measure,
    households: int = 200,
    draws: int = 5,
    seed: int = 1,
    years: int | None = None,
    on_draw: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Return what a measure comes to when one assumption is set otherwise, one row a dial and setting.

    Columns dial, setting (the value as JSON has it), value (the same as a number; null for a list or a
    table), measure, unit, draws; before, after: the mean over draws in the scenario and under the setting;
    after_low, after_high: its 95 % interval; difference (after less before), low and high: the mean
    difference within a draw, and its 95 % interval. Intervals are by Student's t over draws, null for one.

    One dial is moved at a time, the others stay. Each draw is a seed, from `seed` on, which every setting
    meets: the same households with the same luck.

    dials: by dotted name, as `Scenario.with_values` has them, the values to try. measure: one of those that
    `replay` counts, such as "assessments" or "removals", as a total over the cohort; or a function that takes
    a cohort and returns a number. on_draw: called with the number of cohorts just simulated.

    Raises InputError, before anything is simulated, for an unknown dial or measure, an empty list and a value
    that breaks a rule; and for a function that returns no number.

    >>> norfolk = risk.Scenario.named("norfolk_review")
    >>> dials = {"noticing.shares.police": [0.0, 1.0]}
    >>> told = risk.vary(norfolk, dials, measure="never_told", households=20, draws=2)
    >>> told["setting"].to_list(), bool(told["difference"][0] > told["difference"][1])
    (['0.0', '1.0'], True)
    """
    check_recipe(scenario, households, seed, years)
    need_whole("draws", draws, 1, 10_000)
    need_whole("seed", seed, 0, 2**64 - draws)
    worlds = _worlds(scenario, dials)
    name, unit = _named(measure)
    figures = np.empty((1 + len(worlds), draws))
    for draw in range(draws):
        for place, world in enumerate([scenario, *(world for _, _, world in worlds)]):
            cohort = simulate(world, households=households, seed=seed + draw, years=years)
            figures[place, draw] = _figure(measure, cohort)
            if on_draw is not None:
                on_draw(1)
    rows = [
        (*_setting(dial, value), name, unit, draws, *_compared(figures[0], figures[place]))
        for place, (dial, value, _) in enumerate(worlds, start=1)
    ]
    return pl.DataFrame(rows, schema=VARIED, orient="row")


def _worlds(scenario: Scenario, dials: Mapping[str, Sequence[Any]]) -> list[tuple[str, Any, Scenario]]:
    """Return each dial with each of its values, and the scenario that it makes."""
    need("dials", dials, Mapping, 'as in {"noticing.shares.police": [0.2, 1.0]}')
    if not dials:
        raise InputError("dials is empty; name at least one assumption, with values to try")
    return [(dial, value, scenario.with_values({dial: value})) for dial, value in _each_value(dials)]


def _each_value(dials: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, Any]]:
    for dial, values in dials.items():
        need("dial", dial, str, "the dotted name of an assumption")
        if not isinstance(values, list | tuple | range | np.ndarray | pl.Series):
            raise InputError(
                f"{dial} = {shown(values)}: give a list of values to try, as in [{shown(values)}]"
            )
        listed = values.tolist() if isinstance(values, np.ndarray | pl.Series) else list(values)
        if not listed:
            raise InputError(f"{dial} = []: the list is empty; give at least one value to try")
        yield from ((dial, value) for value in listed)


def _named(measure: Measure) -> tuple[str, str | None]:
    """Return what a measure is called, and its unit, if that is known."""
    if callable(measure):
        return getattr(measure, "__name__", type(measure).__name__), None
    need("measure", measure, str, "the name of a measure, or a function of a cohort")
    if measure not in MEASURES:
        raise InputError(unknown("measure", measure, MEASURES))
    return measure, MEASURES[measure][0]


def _figure(measure: Measure, cohort: Cohort) -> float:
    if not callable(measure):
        return float(by_household(cohort.record, cohort.truth)[measure].sum()) / MEASURES[measure][1]
    given = measure(cohort)
    number = np.asarray(given)
    if number.shape != () or number.dtype.kind not in "biuf" or not np.isfinite(number):
        raise InputError(
            f"measure {_named(measure)[0]} gave {shown(given)} for {cohort!r}; a number is needed"
        )
    return float(number)


def _setting(dial: str, value: Any) -> tuple[str, str, float | None]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return dial, json.dumps(value, default=str), float(value) if is_number else None


def _compared(before: Floats, after: Floats) -> tuple[float | None, ...]:
    return (float(before.mean()), *mean_with_interval(after), *mean_with_interval(after - before))
