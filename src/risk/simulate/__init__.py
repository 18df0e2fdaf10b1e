"""Simulate: families, week by week: what happens to them, who notices, how services answer.

Everything a week does is one visible tuple of steps, `_steps`. Households are simulated in blocks of
arrays; every draw has an address, so the content is the same for any blocks, workers or order.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from risk.cohort import Cohort, Record, Truth, joined, whole_or_absent, write_manifest, write_part
from risk.kinds import AGENCIES, FINDINGS, KINDS, PLAN_CATEGORIES
from risk.scenario import Scenario
from risk.schema import CARE_STATES, RECORD, TRUTH, checked
from risk.simulate import harm, noticing, practice
from risk.simulate.block import NONE, Block, Bools, Ints, stacked, words
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


def generate(
    scenario: Scenario,
    folder: Path,
    *,
    households: int,
    seed: int,
    years: int | None = None,
    workers: int = 1,
    on_block: Callable[[int], None] | None = None,
) -> None:
    """Write into a new folder what `simulate` returns, one partition a block, whole or not at all.

    The content is the same for any number of worker processes. Raises InputError if the folder exists.
    """
    weeks = n_weeks(scenario, years)
    with whole_or_absent(folder) as draft:
        write = partial(_write_block, scenario, seed, weeks, draft)
        for count in _each_block(write, blocks(households), workers):
            if on_block is not None:
                on_block(count)
        write_manifest(draft, made(scenario, households, seed, years))


def _write_block(
    scenario: Scenario, seed: int, weeks: int, folder: Path, number: int, first: int, count: int
) -> int:
    record, truth = simulate_block(scenario, seed, first, count, weeks)
    write_part(folder, record, truth, number)
    return count


def _each_block(
    write: Callable[[int, int, int], int], parts: list[tuple[int, int]], workers: int
) -> Iterator[int]:
    numbers, firsts, counts = range(len(parts)), [p[0] for p in parts], [p[1] for p in parts]
    if workers == 1 or len(parts) == 1:
        yield from map(write, numbers, firsts, counts)
        return
    # Spawn, never fork: a forked worker hangs once Polars has started its threads in the parent.
    with ProcessPoolExecutor(min(workers, len(parts)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(write, numbers, firsts, counts)


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
    members, tables = families(scenario, seed, first, count, to_on)

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
    for week in range(weeks):
        for step in steps:
            step(block, week)
    events = _events(block, to_on)
    tables |= {
        "events": events,
        "spells": _spells(block),
        "harms": _harms(block, tables["children"]),
        "incidents": _incidents(block, events),
    }
    record: dict[str, Any] = {n: checked(n, tables[n], RECORD[n]) for n in RECORD}
    truth: dict[str, Any] = {n: checked(n, tables[n], TRUTH[n]) for n in TRUTH}
    span: dict[str, Any] = {"from_on": scenario.from_on, "to_on": to_on}
    return Record(**record, **span), Truth(**truth, **span)


def _days(codes: Ints) -> pl.Series:
    return pl.Series(codes, dtype=pl.Int64).replace(NONE, None).cast(pl.Int32).cast(pl.Date)


def _ids(codes: Ints) -> pl.Series:
    return pl.Series(codes, dtype=pl.Int64).replace(NONE, None)


EVENT_COLUMNS: Final = (
    "event_id",
    "household",
    "kind",
    "agency",
    "occurred",
    "recorded",
    "shared",
    "child",
    "severity",
    "disclosed",
    "believed",
    "finding",
    "category",
    "answers",
    "closes",
)
INCIDENT_COLUMNS: Final = (
    "incident_id",
    "agency",
    "household",
    "kind",
    "on",
    "noticed",
    "recorded",
    "shared",
    "event_id",
)


def _events(block: Block, to_on: date) -> pl.DataFrame:
    """Return what was written before the last day; what was shared later was not shared by then."""
    row = stacked(block.events, EVENT_COLUMNS)
    table = pl.DataFrame(
        {
            "event_id": row["event_id"],
            "household_id": row["household"] + block.first,
            "child_id": _ids(row["child"]),
            "kind": words(row["kind"], list(KINDS)),
            "agency": words(row["agency"], list(AGENCIES)),
            "occurred_on": _days(row["occurred"]),
            "recorded_on": _days(row["recorded"]),
            "shared_on": _days(row["shared"]),
            "may_be_later_days": pl.zeros(len(row["kind"]), pl.Int32, eager=True),
            "severity": _ids(row["severity"]).cast(pl.Int8),
            "disclosed_by_child": row["disclosed"] == 1,
            "believed": _ids(row["believed"]).cast(pl.Boolean),
            "finding": words(row["finding"], list(FINDINGS)),
            "category": words(row["category"], list(PLAN_CATEGORIES)),
            "answers": _ids(row["answers"]),
            "closes": _ids(row["closes"]),
        }
    )
    return (
        table.filter(pl.col("recorded_on") < to_on)
        .with_columns(shared_on=pl.when(pl.col("shared_on") < to_on).then("shared_on"))
        .sort("event_id")
    )


def _incidents(block: Block, events: pl.DataFrame) -> pl.DataFrame:
    row = stacked(block.incidents, INCIDENT_COLUMNS)
    written = np.isin(row["event_id"], events["event_id"].to_numpy())
    return pl.DataFrame(
        {
            "incident_id": row["incident_id"],
            "agency": words(row["agency"], list(AGENCIES)),
            "household_id": row["household"] + block.first,
            "kind": words(row["kind"], list(KINDS)),
            "on": _days(row["on"]),
            "noticed": row["noticed"] == 1,
            "recorded": row["recorded"] == 1,
            "shared": row["shared"] == 1,
            "event_id": _ids(np.where(written, row["event_id"], NONE)),
        }
    ).sort("incident_id", "agency")


def _runs(values: Ints | Bools) -> tuple[Ints, Ints, Ints]:
    """Return household, first week and week after the last, of each run of equal values in a row."""
    turns = np.ones(values.shape, np.bool_)
    turns[:, 1:] = values[:, 1:] != values[:, :-1]
    flat = np.flatnonzero(turns)
    where, start = flat // values.shape[1], flat % values.shape[1]
    end = np.r_[flat[1:], values.size] - where * values.shape[1]
    return where, start, end


def _spells(block: Block) -> pl.DataFrame:
    codes = np.stack(block.states, axis=1)
    where, start, end = _runs(codes)
    code = codes[where, start]
    return pl.DataFrame(
        {
            "household_id": where + block.first,
            "from_on": _days(block.first_day + 7 * start),
            "to_on": _days(block.first_day + 7 * end),
            "care_state": words(harm.STATE_CARE[code], list(CARE_STATES)),
            "domestic_abuse": harm.STATE_ABUSE[code] == 1,
            "substance_misuse": harm.STATE_MISUSE[code] == 1,
            "risky_adult": harm.STATE_RISKY[code] == 1,
        }
    )


def _harms(block: Block, children: pl.DataFrame) -> pl.DataFrame:
    """Return the spells in which care is serious or severe and the child, under 18, lives in it."""
    warranted = (harm.STATE_CARE[np.stack(block.states, axis=1)] >= harm.SERIOUS) & np.stack(
        block.homes, axis=1
    )
    where, start, end = _runs(warranted)
    bad = warranted[where, start]
    spells = pl.DataFrame(
        {
            "household_id": where[bad] + block.first,
            "warranted_from": _days(block.first_day + 7 * start[bad]),
            "warranted_to": _days(block.first_day + 7 * end[bad]),
        }
    )
    return (
        children.select("child_id", "household_id", "born_on")
        .join(spells, on="household_id", how="inner")
        .with_columns(
            warranted_from=pl.max_horizontal("warranted_from", "born_on"),
            warranted_to=pl.min_horizontal("warranted_to", pl.col("born_on").dt.offset_by("18y")),
        )
        .filter(pl.col("warranted_from") < pl.col("warranted_to"))
        .select("child_id", "warranted_from", "warranted_to")
        .sort("child_id", "warranted_from")
    )
