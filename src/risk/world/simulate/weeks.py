"""Simulate: families, week by week: what happens to them, who notices, how services answer.

What a week does is to be read in `life`. Households are simulated in blocks; every draw has an address, so
the content is the same for any blocks, workers or order.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from risk.core.arguments import need, need_whole
from risk.core.errors import InputError
from risk.records.cohort import Cohort, Record, Truth, joined
from risk.records.schema import RECORD, TRUTH, typed
from risk.world.hidden_state import WEEKS_A_YEAR
from risk.world.provenance import differences
from risk.world.scenario import Scenario

HOUSEHOLDS_A_BLOCK: Final = 25_000


def simulate(
    scenario: Scenario,
    *,
    households: int,
    seed: int,
    years: int | None = None,
    on_block: Callable[[int], None] | None = None,
) -> Cohort:
    """Return a cohort of invented households, the first `households` of an endless list.

    The same scenario and seed give the same content on any machine; asking for more households or more
    years leaves what the others gave as it was, up to the last day. Names alone may differ with Faker.

    years: how long they are followed; the scenario's own length unless given. seed: 0 to 2**64 - 1.
    on_block: called with the number of households just done.

    >>> norfolk = risk.Scenario.named("norfolk_review")
    >>> risk.simulate(norfolk, households=5, seed=1)
    Cohort of invented children: scenario norfolk_review, seed 1
    Record of 9 children in 5 households, 2010-01-04 to 2015-01-05: 397 events
    Truth of 5 households: harm reached 9 children
    """
    check_recipe(scenario, households, seed, years)
    parts = []
    for first, count in blocks(households):
        parts.append(simulate_block(scenario, seed, first, count, n_weeks(scenario, years)))
        if on_block is not None:
            on_block(count)
    record, truth = joined(parts)
    return Cohort(record, truth, made(scenario, households, seed, years))


def check_recipe(scenario: Scenario, households: int, seed: int, years: int | None) -> None:
    """Raise InputError for what no cohort can be made of, naming the argument and its value."""
    need("scenario", scenario, Scenario, "Scenario.named(...) makes one of a name")
    if scenario.practice.assess_at_line:
        raise InputError(
            "practice.assess_at_line = true needs the days on which households reached a card's line, which "
            "nobody knows before they have lived: make the cohort without it, then `risk replay DIR --set "
            "practice.assess_at_line=true` asks what acting on those days would have changed"
        )
    need_whole("households", households, 1, 100_000_000)
    need_whole("seed", seed, 0, 2**64 - 1)
    if years is not None:
        need_whole("years", years, 1, 20)


def blocks(households: int) -> list[tuple[int, int]]:
    """Return (first household, how many) of each block."""
    return [
        (first, min(HOUSEHOLDS_A_BLOCK, households - first))
        for first in range(0, households, HOUSEHOLDS_A_BLOCK)
    ]


def n_weeks(scenario: Scenario, years: int | None = None) -> int:
    """Return the weeks that a number of years, or the scenario's own, amounts to."""
    return round((years or scenario.years) * WEEKS_A_YEAR)


def last_day(scenario: Scenario, n_weeks: int) -> date:
    """Return the day up to which, not including it, a cohort of so many weeks is followed."""
    return scenario.from_on + timedelta(weeks=n_weeks)


def made(scenario: Scenario, households: int, seed: int, years: int | None = None) -> dict[str, Any]:
    """Return how a cohort is made, as its manifest keeps it: all that is needed to make it again."""
    weeks = n_weeks(scenario, years)
    return {
        "scenario": scenario.name,
        "scenario_sha256": scenario.sha256,
        "calibrated": scenario.calibrated,
        "overrides": scenario.overrides,
        "differences": differences(scenario),
        "seed": seed,
        "households": households,
        "weeks": weeks,
        "from_on": scenario.from_on.isoformat(),
        "to_on": last_day(scenario, weeks).isoformat(),
        "scenario_values": scenario.for_manifest(),
    }


def simulate_block(
    scenario: Scenario, seed: int, first: int, count: int, weeks: int, assess_on: pl.DataFrame | None = None
) -> tuple[Record, Truth]:
    """Return the record and the truth of households `first` to `first + count`.

    assess_on: household_id and assess_on, where `practice.assess_at_line` is on; other households stay as
    they are.
    """
    from risk.world.simulate.block_tables import tables  # noqa: PLC0415, Numba is loaded by whoever simulates

    rows, to_on = tables(scenario, seed, first, count, weeks, assess_on), last_day(scenario, weeks)
    # That every row keeps the schemas' rules is proved by tests, and asked again when a cohort is read.
    record: dict[str, Any] = {n: typed(n, rows[n], RECORD[n]) for n in RECORD}
    truth: dict[str, Any] = {n: typed(n, rows[n], TRUTH[n]) for n in TRUTH}
    span: dict[str, Any] = {"from_on": scenario.from_on, "to_on": to_on}
    return Record(**record, **span), Truth(**truth, **span)
