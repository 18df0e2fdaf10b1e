"""The partitions: a cohort of any size, worked on some of its households at a time, here or on a pool.

Whatever goes by partition is a function of one, whose results are put together in the partitions' order: the
same for a cohort in memory, for its folder, and on any pool.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import polars as pl

from risk.core.pool import HERE, Pool
from risk.records.cohort import Cohort, StoredPart, stored_parts
from risk.records.schema import CHILDREN_A_HOUSEHOLD

Result = TypeVar("Result")
Parts: TypeAlias = "Cohort | Path | str | Iterable[Cohort] | Chosen"
"""A cohort, its folder, or parts of it, each of other households; or some households of these."""


@dataclass(frozen=True)
class Chosen:
    """Some of a cohort's households: what `choose` leaves of each of its parts."""

    parts: Parts
    choose: Callable[[Cohort], Cohort]


HOUSEHOLDS_A_STRETCH: Final = 2_000
"""So many are worked on at a time where a household's rows take much more memory than its records."""


def each_part(
    work: Callable[[Cohort], Result],
    cohort: Parts,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> Iterator[Result]:
    """Give what `work` makes of each partition of a cohort, in their order.

    pool: where the partitions of a folder are worked on; what is in memory is worked on here. on_part: called
    with how many households each partition has whose result is there.
    """
    if isinstance(cohort, Chosen):
        yield from each_part(partial(_of_chosen, cohort.choose, work), cohort.parts, pool, on_part)
        return
    if isinstance(cohort, Path | str):
        yield from each_stored(partial(_of_stored, work), cohort, pool, on_part)
        return
    for part in [cohort] if isinstance(cohort, Cohort) else cohort:
        yield work(part)
        if on_part is not None:
            on_part(part.record.households.height)


def each_stored(
    work: Callable[[StoredPart], Result],
    folder: Path | str,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> Iterator[Result]:
    """Give what `work` makes of each partition of a folder before it is read, as `each_part` does."""
    folder = Path(folder)
    # The workers of a cluster were started elsewhere.
    stored = stored_parts(folder if pool.scheduler is None else folder.absolute())
    for part, result in zip(stored, pool.each(work, stored), strict=True):
        yield result
        if on_part is not None:
            on_part(part.households)


def _of_stored(work: Callable[[Cohort], Result], part: StoredPart) -> Result:
    return work(part.read())


def _of_chosen(choose: Callable[[Cohort], Cohort], work: Callable[[Cohort], Result], part: Cohort) -> Result:
    return work(choose(part))


def stretches(part: Cohort, households: int = HOUSEHOLDS_A_STRETCH) -> Iterator[Cohort]:
    """Give a partition a stretch of households at a time, in their order, with all that is about them."""
    ids = part.record.households["household_id"].sort()
    if len(ids) <= households:
        yield part
        return
    for first in range(0, len(ids), households):
        last = min(first + households, len(ids)) - 1
        yield homes_where(part, partial(pl.Expr.is_between, lower_bound=ids[first], upper_bound=ids[last]))


def homes_where(part: Cohort, chosen: Callable[[pl.Expr], pl.Expr]) -> Cohort:
    """Return some households of a partition, with all that is about them and no others.

    chosen: whether a household is, from its id.
    """
    tables = part.tables()
    of_home, of_child = chosen(pl.col("household_id")), chosen(pl.col("child_id") // CHILDREN_A_HOUSEHOLD)
    events = tables["events"].filter(of_home)
    homes = {}
    for name, table in tables.items():
        if "household_id" in table.columns:
            homes[name] = table.filter(of_home)
        elif "child_id" in table.columns:
            homes[name] = table.filter(of_child)
        else:
            homes[name] = table.join(events, on="event_id", how="semi", maintain_order="left")
    return Cohort.of(homes, part.made)
