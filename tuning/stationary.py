"""Let a scenario begin as it ends: find how likely each standing is on the last day, and begin with that.

    uv run python tuning/stationary.py england_2014 [rounds] [households]

Each round simulates a cohort that begins as the file says, counts on its last day what is open by type of
family, state of care and age of the youngest child, and writes that into the file as what is open on the
first day. What lasts longer than a cohort, as care orders do, takes a few rounds. Run again after any tuning.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import Any

import numpy as np
import polars as pl
import tomlkit
from tune import SCENARIOS, changed

from risk import Record, Scenario, Truth
from risk.core.arrays import Floats, day_of
from risk.records.schema import CARE_STATES, FAMILY_TYPES
from risk.world.assumptions import AGES_OF_YOUNGEST, STANDINGS
from risk.world.opening import classes_of_age, standings
from risk.world.simulate.weeks import n_weeks, simulate_block
from risk.world.youngest import births

FOUND = "as it is on the last day, found by tuning/stationary.py"
SEED = 20140331
HOUSEHOLDS_A_PART = 5_000
FEW = 50
TYPES, STATES, AGES = len(FAMILY_TYPES), len(CARE_STATES), len(AGES_OF_YOUNGEST)


def main(name: str, rounds: int = 4, households: int = 60_000) -> None:
    """Find what is open on the last day, and begin with it."""
    values = Scenario.named(name).values()
    for number in range(rounds):
        first, last = counted(name, changed(name, values), households)
        print(f"round {number + 1}: of 10,000 homes, first and last day: {in_words(first, last)}", flush=True)
        values["opening"]["standing_shares"] = by_care(last, values, alike=name == "null")
        values["opening"]["times_by_age"] = by_age(last, values["opening"]["standing_shares"])
        write(name, values["opening"])


def counted(name: str, overrides: dict[str, Any], households: int) -> tuple[Floats, Floats]:
    """Return how many homes stand how on the first and on the last day: (age, type, care, standing)."""
    parts = range(0, households, HOUSEHOLDS_A_PART)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = zip(*((name, overrides, first) for first in parts), strict=True)
        both = np.sum(list(pool.map(counted_part, *jobs)), axis=0)
    return both[0], both[1]


def counted_part(name: str, overrides: dict[str, Any], first: int) -> Floats:
    """Return the counts of one part, of both days."""
    scenario = Scenario.named(name, overrides)
    record, truth = simulate_block(scenario, SEED, first, HOUSEHOLDS_A_PART, n_weeks(scenario))
    return np.stack([stand(record, truth, on) for on in (record.from_on, record.to_on)])


def stand(record: Record, truth: Truth, on: date) -> Floats:
    """Return how many homes stand how when a day begins."""
    home = truth.families.sort("household_id")
    ids = home["household_id"].to_numpy()
    is_last = pl.col("to_on") == on if on == truth.to_on else pl.col("from_on") == on
    care = truth.spells.filter(is_last).sort("household_id")["care_state"].to_physical().to_numpy()
    age = classes_of_age(births(record, ids), day_of(on))
    left = record.events.filter(pl.col("kind") == "left_care", pl.col("recorded_on") < on)
    may_be = (age >= 0) & ~np.isin(ids, left["household_id"].to_numpy())  # children who do not come back
    places = (
        age,
        home["family_type"].to_physical().to_numpy(),
        care,
        standings(record.before(on).events, ids),
    )
    counts = np.zeros((AGES, TYPES, STATES, 1 + len(STANDINGS)))
    np.add.at(counts, tuple(of[may_be] for of in places), 1)
    return counts


def by_care(counts: Floats, values: dict[str, Any], *, alike: bool) -> dict[str, list[list[float]]]:
    """Return the share of homes that stand so, by type of family and state of care; alike: of all homes.

    Where there are few homes, what was assumed before weighs as much as FEW of them.
    """
    homes = counts.sum(axis=(0, 3))[..., None]
    open_homes = counts.sum(axis=0)[..., 1:]
    if alike:
        homes, open_homes = (np.broadcast_to(n.sum(axis=(0, 1)), n.shape) for n in (homes, open_homes))
    before = np.stack([values["opening"]["standing_shares"][name] for name in STANDINGS], axis=-1)
    shares = np.round((open_homes + FEW * before) / (homes + FEW), 6)
    return {name: shares[..., i].tolist() for i, name in enumerate(STANDINGS)}


def by_age(counts: Floats, shares: dict[str, list[list[float]]]) -> dict[str, list[float]]:
    """Return how many times as many homes stand so as by type and care would, by age of the youngest."""
    homes, times = counts.sum(axis=3), {}
    for i, name in enumerate(STANDINGS):
        expected = np.einsum("ats,ts->a", homes, np.array(shares[name]))
        times[name] = np.round(counts[..., 1 + i].sum(axis=(1, 2)) / np.maximum(expected, 1e-9), 3).tolist()
    return times


def in_words(first: Floats, last: Floats) -> str:
    """Return how many of 10,000 homes stand how on both days."""
    share = [10_000 * n.sum(axis=(0, 1, 2)) / n.sum() for n in (first, last)]
    rows = zip(STANDINGS, *(s[1:] for s in share), strict=True)
    return ", ".join(f"{name} {was:.1f} {now:.1f}" for name, was, now in rows)


def write(name: str, opening: dict[str, Any]) -> None:
    """Put what was found into the scenario's file, keeping everything else as it stands."""
    path = SCENARIOS / f"{name}.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    for field in ("standing_shares", "times_by_age"):
        group = document.setdefault("opening", tomlkit.table(True))
        leaf = group.setdefault(field, tomlkit.table())
        leaf.setdefault("value", tomlkit.table())
        for standing, row in opening[field].items():
            leaf["value"][standing] = row
        leaf["source"] = FOUND
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
