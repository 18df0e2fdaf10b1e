"""Simulate: families, week by week: what happens to them, who notices, how services answer.

Everything a week does is one visible tuple of steps, `_steps`. Households are simulated in blocks of
arrays; every draw has an address, so the content is the same for any blocks, workers or order.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from risk.cohort import Cohort, Record, Truth, joined
from risk.scenario import Scenario
from risk.schema import RECORD, TRUTH, checked
from risk.simulate import harm, noticing, practice, tables
from risk.simulate.block import NONE, Block, Ints
from risk.simulate.families import families, last_day

HOUSEHOLDS_A_BLOCK: Final = 5_000

Step = Callable[[Block, int], None]


def _steps(scenario: Scenario) -> tuple[Step, ...]:
    """Return what happens in a week, in order."""
    return (
        harm.change,
        partial(noticing.notice, seen=noticing.channels(scenario.noticing)),
        practice.respond,
    )


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
    """
    parts = []
    for first, count in blocks(households):
        parts.append(simulate_block(scenario, seed, first, count, n_weeks(scenario, years)))
        if on_block is not None:
            on_block(count)
    record, truth = joined(parts)
    return Cohort(record, truth, made(scenario, households, seed, years))


def blocks(households: int) -> list[tuple[int, int]]:
    """Return (first household, how many) of each block."""
    return [
        (first, min(HOUSEHOLDS_A_BLOCK, households - first))
        for first in range(0, households, HOUSEHOLDS_A_BLOCK)
    ]


def n_weeks(scenario: Scenario, years: int | None = None) -> int:
    """Return the weeks that a number of years, or the scenario's own, amounts to."""
    return round((years or scenario.years) * harm.WEEKS_A_YEAR)


def made(scenario: Scenario, households: int, seed: int, years: int | None = None) -> dict[str, Any]:
    """Return how a cohort is made, as its manifest keeps it."""
    weeks = n_weeks(scenario, years)
    return {
        "scenario": scenario.name,
        "scenario_sha256": scenario.sha256,
        "calibrated": scenario.calibrated,
        "seed": seed,
        "households": households,
        "weeks": weeks,
        "from_on": scenario.from_on.isoformat(),
        "to_on": last_day(scenario, weeks).isoformat(),
    }


def simulate_block(scenario: Scenario, seed: int, first: int, count: int, weeks: int) -> tuple[Record, Truth]:
    """Return the record and the truth of households `first` to `first + count`."""
    to_on = last_day(scenario, weeks)
    members, rows = families(scenario, seed, first, count, to_on)

    def zeros() -> Ints:
        return np.zeros(count, np.int64)

    block = Block(
        scenario=scenario,
        seed=seed,
        first=first,
        n=count,
        n_weeks=weeks,
        families=members,
        care=zeros(),
        domestic_abuse=zeros() > 0,
        substance_misuse=zeros() > 0,
        risky_adult=zeros() > 0,
        stage=zeros(),
        due=zeros(),
        opened_by=zeros() + NONE,
        opened_for=zeros(),
        at_home=zeros() == 0,
        support=zeros(),
        in_refuge_until=zeros(),
        n_events=zeros(),
    )
    harm.begin(block)
    steps = _steps(scenario)
    # One week more than is kept: what falls due in a week may be done only when the next one begins.
    for week in range(weeks + 1):
        for step in steps:
            step(block, week)
    written = tables.events(block, to_on)
    rows |= {
        "events": written,
        **{n: TRUTH[n].create_empty() for n in ("visits", "residents", "refuge_stays")},
        "factors": RECORD["factors"].create_empty(),
        "spells": tables.spells(block),
        "harms": tables.harms(block, rows["children"]),
        "incidents": tables.incidents(block, written),
    }
    record: dict[str, Any] = {n: checked(n, rows[n], RECORD[n]) for n in RECORD}
    truth: dict[str, Any] = {n: checked(n, rows[n], TRUTH[n]) for n in TRUTH}
    span: dict[str, Any] = {"from_on": scenario.from_on, "to_on": to_on}
    return Record(**record, **span), Truth(**truth, **span)
