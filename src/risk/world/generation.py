"""Generation: a cohort of any size, simulated a partition at a time and written as it is made.

A partition is a stretch of households. What is in it depends on the scenario, the seed and the households
alone, so that the content is the same for any partitions, workers or cluster, and after any interruption.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from risk.core.arguments import need, need_whole
from risk.core.errors import InputError
from risk.core.pool import HERE, Pool
from risk.core.shipped import generator
from risk.records.cohort import write_part
from risk.records.draft import unfinished, whole_or_absent
from risk.records.manifest import STREAMS_VERSION, PartEntry, kept_entry, seal
from risk.world.compiled import is_kept
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import check_recipe, made, simulate_block

PARTS_A_WORKER: Final = 4
FEWEST_HOUSEHOLDS_A_PART: Final = 2_000
MOST_HOUSEHOLDS_A_PART: Final = 50_000


class Partition(NamedTuple):
    """Households `first` to `first + households`, the number-th stretch of a cohort."""

    number: int
    first: int
    households: int


def generate(
    scenario: Scenario,
    folder: Path | str,
    *,
    households: int,
    seed: int,
    years: int | None = None,
    pool: Pool = HERE,
    households_a_part: int | None = None,
    restart: bool = False,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write into a new folder what `simulate` returns, in partitions, whole or not at all.

    A run that was stopped has left what it made beside the folder, and the same call goes on from there.
    Raises InputError if the folder exists or cannot be written, if another run is writing it, and if an
    unfinished run of another recipe is there.

    pool: where partitions are made. households_a_part: else chosen for its workers. restart: throw an
    unfinished run away. on_part: called with how many households each finished part has.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     risk.generate(risk.Scenario.named("quiet"), f"{folder}/c", households=5, seed=1)
    ...     risk.Cohort.read(f"{folder}/c").record
    Record of 9 children in 5 households, 2009-04-06 to 2014-04-07: 61 events
    """
    check_recipe(scenario, households, seed, years)
    part = None if households_a_part is None else need_whole("households_a_part", households_a_part, 1)
    usual = part_size(households, need("pool", pool, Pool).workers)
    kept = {} if restart else unfinished(Path(folder)) or {}
    size = part or _whole(kept.get("households_a_part")) or usual
    recipe = made(scenario, households, seed, years)
    with whole_or_absent(Path(folder), _run(recipe, size), restart=restart) as draft:
        make = partial(make_part, generator(), scenario, seed, recipe["weeks"], draft.absolute())
        _compile_for(pool)
        done = pool.each(make, partitions(households, size))
        seal(draft, recipe, [_reported(n, entry, on_part) for n, entry in done])


def _compile_for(pool: Pool) -> None:
    """Compile the world before several workers begin, of which one would do it unheard while others wait."""
    if pool.scheduler is None and pool.workers > 1 and not is_kept("live"):
        simulate_block(Scenario.named("quiet"), 0, 0, 1, 1)


def _reported(n: int, entry: PartEntry, on_part: Callable[[int], None] | None) -> PartEntry:
    """Return the entry of a partition that is done, having said of how many households it is."""
    if on_part is not None:
        on_part(n)
    return entry


def _whole(size: object) -> int | None:
    """Return the size of parts that a draft gives, null for what is none: its file may say anything."""
    return size if type(size) is int and size >= 1 else None


def _run(recipe: dict[str, Any], households_a_part: int) -> dict[str, Any]:
    """Return what must agree for an unfinished run to go on: how it is made, in what parts, and by what."""
    return {
        "command": "risk generate",
        **recipe,
        "households_a_part": households_a_part,
        "streams_version": STREAMS_VERSION,
        "generator": generator(),
    }


def part_size(households: int, workers: int) -> int:
    """Return households a partition: several partitions a worker, each small enough for its memory."""
    share = -(-households // (PARTS_A_WORKER * workers))
    return min(max(share, FEWEST_HOUSEHOLDS_A_PART), MOST_HOUSEHOLDS_A_PART)


def partitions(households: int, size: int) -> list[Partition]:
    """Return the partitions of the first `households`, each of `size` but the last."""
    return [
        Partition(number, first, min(size, households - first))
        for number, first in enumerate(range(0, households, size))
    ]


def make_part(
    made_by: str, scenario: Scenario, seed: int, weeks: int, draft: Path, partition: Partition
) -> tuple[int, PartEntry]:
    """Make one partition in a draft unless it is whole there; return its households and manifest entry.

    Raises InputError on a machine whose version of the package is not the one that the run is made by.
    """
    if generator() != made_by:
        raise InputError(
            f"a worker has {generator()}, and the run is made by {made_by}; install the same one"
        )
    entry = kept_entry(draft, partition.number)
    if entry is None:
        record, truth = simulate_block(scenario, seed, partition.first, partition.households, weeks)
        entry = write_part(draft, partition.number, record, truth)
    return partition.households, entry
