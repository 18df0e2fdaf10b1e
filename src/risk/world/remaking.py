"""The remake: some of a cohort's households made again from how it says that it was made, and compared.

Hashes prove that a cohort is the one that was written; only this proves that its scenario and seed make it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from risk.core.errors import InputError
from risk.core.pool import HERE, Pool
from risk.records.cohort import Cohort, StoredPart
from risk.records.hashing import UNHASHED
from risk.records.manifest import read_manifest
from risk.records.partitions import each_stored, homes_where
from risk.records.schema import RECORD, TRUTH
from risk.world.hidden_state import WEEKS_A_YEAR
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import check_recipe, made, simulate_block


def remake(
    folder: Path | str,
    share: float = 0.0,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> int:
    """Return how many households were made again and are as they stand in a cohort's folder, row for row.

    They are one stretch of each partition; which, follows from its content, so that who changes a row cannot
    choose. Invented names are not compared. First, and with a share of 0 only, what the manifest says of how
    the cohort was made is held against the scenario in it.

    share: how much of each partition, from 0 to 1. pool: where partitions are made again. on_part: called
    with the households of each partition.

    Raises InputError if any of it differs: it was changed, or another version of the package made it.
    """
    if not 0 <= share <= 1:
        raise InputError(f"share = {share}; a number from 0 to 1 is needed")
    folder = Path(folder)
    scenario = _scenario_of(folder, read_manifest(folder).made)
    if not share:
        return 0
    return sum(each_stored(partial(_some_again, scenario, share), folder, pool, on_part))


def _some_again(scenario: Scenario, share: float, stored: StoredPart) -> int:
    """Return how many households of a partition were made again, and are as they stand."""
    part = stored.read()
    first, count = stretch(part)
    size = max(1, round(share * count))
    start = size * (int(stored.entry["truth-spells"].sha256, 16) % -(-count // size))
    again = made_again(str(stored.folder), scenario, part, first + start, min(size, count - start))
    return again.record.households.height


def made_again(source: str, scenario: Scenario, part: Cohort, first: int, count: int) -> Cohort:
    """Return households `first` to `first + count` of a partition, made again by its own scenario and seed.

    Raises InputError, naming `source` and the first table that differs, unless they come out as they are.
    """
    again = Cohort(*simulate_block(scenario, part.made["seed"], first, count, part.made["weeks"]), part.made)
    last = first + count - 1
    there = homes_where(part, partial(pl.Expr.is_between, lower_bound=first, upper_bound=last))
    odd = first_difference(there.tables(), again.tables())
    if odd is not None:
        raise InputError(
            f"{source}: households {first} to {last} are not made again as they are: {odd} "
            "differs; it was changed, or another version of the package made it"
        )
    return again


def stretch(part: Cohort) -> tuple[int, int]:
    """Return the first household of a partition, and how many it has."""
    ids = part.record.households["household_id"].to_numpy()
    return int(ids.min()), len(ids)


def first_difference(ours: Mapping[str, pl.DataFrame], theirs: Mapping[str, pl.DataFrame]) -> str | None:
    """Return the first table of which a row differs, invented names aside; None if all are the same.

    ours, theirs: every table, by its name, as `Cohort.tables` gives them.
    """
    for group, schemas in (("record", RECORD), ("truth", TRUTH)):
        for name, schema in schemas.items():
            one, other = (
                tables[name].drop(UNHASHED, strict=False).sort(schema.primary_key())
                for tables in (ours, theirs)
            )
            if not one.equals(other):
                return f"{group}/{name}"
    return None


def _scenario_of(folder: Path, kept: dict[str, Any]) -> Scenario:
    """Return a cohort's scenario. Raises InputError unless what is said of its making follows from it."""
    scenario, years = Scenario.of_cohort(kept), round(kept["weeks"] / WEEKS_A_YEAR)
    check_recipe(scenario, kept["households"], kept["seed"], years)
    again = made(scenario, kept["households"], kept["seed"], years)
    differ = [name for name in again | kept if again.get(name) != kept.get(name)]
    if scenario.with_values(scenario.overrides).sha256 != scenario.sha256:
        differ.append("overrides")
    for name in differ:
        raise InputError(f"{folder}: synthetic.made.{name} is not what follows from the scenario in it")
    return scenario
