"""The waits: how long after their record reached the line children were assessed, or for how long nobody was.

A child who is not assessed while anybody follows it has waited so long at least. Leaving such children out
would make waits look short, and counting them as never assessed would make them look endless: the share
assessed by a day is therefore that of those followed to it. A child who is removed from home first waits for
no assessment at home any more: that competes with one, and is no end of following.

Nothing that comes after the day on which the line was reached sorts the children who wait from that day.

Aalen and Johansen (1978), Scandinavian Journal of Statistics 5:141-150 (competing events; of one event alone
it is the estimate of Kaplan and Meier).
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from risk.core.arrays import Bools, Floats, Ints
from risk.core.defaults import RESAMPLES
from risk.core.kinds import LEAVES_HOME
from risk.core.wording import frequency
from risk.model.bootstrap import figure, resampled, share, summed
from risk.records.cohort import Record

EVERYBODY: Final = "All"
TOLD: Final = ("Children's services had been told enough", "They had not")
HARMED: Final = ("In harm when the line was reached", "Not in harm then")
RETURNS: Final = "return_home"
HALF: Final = 0.5 - 1e-12
"""Shares are sums of fractions, which may fall short of a half by their last bits."""

DAYS_A_POINT: Final = 7
A_YEAR: Final = 364
REMOVED_OR_FOLLOWED: Final = {"removed_on": pl.Date, "followed_to": pl.Date}
CAUSES: Final = {0: "followed no longer", 1: "assessed", 2: "removed first"}
WAITS: Final = {
    "child_id": pl.Int64,
    "household_id": pl.Int64,
    "from_on": pl.Date,
    "days": pl.Int64,
    "followed_days": pl.Int64,
    "assessed": pl.Boolean,
    "removed": pl.Boolean,
    "told": pl.String,
    "harmed": pl.String,
}
ASSESSED_BY: Final = {
    "group": pl.String,
    "children": pl.Int64,
    "days": pl.Int64,
    "share": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


WITHIN_A_YEAR: Final = {
    "group": pl.String,
    "children": pl.Int64,
    "followed": pl.Int64,
    "assessed": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "removed": pl.Float64,
}
TIME_AND_EVENT: Final = {
    "child_id": pl.Int64,
    "household_id": pl.Int64,
    "time": pl.Float64,
    "event": pl.Boolean,
    "cause": pl.Int8,
    "told": pl.String,
    "harmed": pl.String,
}


def removed_or_followed(events: pl.DataFrame, record: Record, pooled: pl.DataFrame) -> pl.DataFrame:
    """Return child_id and `REMOVED_OR_FOLLOWED` of each child whose record reached the line.

    removed_on: the day on or after it on which it was written that the child left home, whatever for; null
    for never, and a change of legal basis while it is away is no removal. followed_to: the end of the record,
    or the eighteenth birthday if that comes first; exclusive.

    events: from `features.events_on_lines`. pooled: child_id and triggered_on.
    """
    moves = events.filter(
        pl.col("kind").is_in((*LEAVES_HOME, RETURNS)), pl.col("relation") != "sibling"
    ).sort("child_id", "recorded_on", "event_id")
    leaves = pl.col("kind").is_in(LEAVES_HOME)
    was_away = leaves.shift(1).over("child_id").fill_null(False)
    removals = moves.filter(leaves & ~was_away).select("child_id", removed_on="recorded_on")
    first = (
        removals.join(pooled, on="child_id", how="inner")
        .filter(pl.col("removed_on") >= pl.col("triggered_on"))
        .group_by("child_id")
        .agg(pl.col("removed_on").min())
    )
    grown_on = pl.col("born_on").dt.offset_by("18y")
    ends = record.children.select("child_id", followed_to=pl.min_horizontal(grown_on, pl.lit(record.to_on)))
    return (
        pooled.select("child_id")
        .join(first, on="child_id", how="left", maintain_order="left")
        .join(ends, on="child_id", how="left", maintain_order="left")
    )


def waits(children: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return one row a child whose record reached the line: how many days from then, and what ended them.

    Columns `WAITS`, sorted by child. from_on: the day on which the shared record reached the line. days: to
    the first completed assessment or section 47 enquiry on or after it (assessed), to the day on which the
    child was removed from home before one (removed), or to the end of the record or the eighteenth birthday.
    followed_days: to that end, however the wait did. told: whether what children's services had been told had
    reached the line by that day too. harmed: whether, in hindsight, harm was there on the day that the line
    was reached; not whether it came later, for nothing that follows that day may sort the waits.

    children: from `caseload.review_cohort`. record: of the same cohort.
    """
    told = pl.col("triggered_for_childrens_services_on") <= pl.col("triggered_on")
    return (
        children.drop_nulls("triggered_on")
        .join(record.children.select("child_id", "household_id"), on="child_id", how="inner")
        .select(
            "child_id",
            "household_id",
            from_on="triggered_on",
            **_ended(),
            told=_either(told.fill_null(False), TOLD),
            harmed=_either(pl.col("in_harm_when_triggered"), HARMED),
        )
        .cast(WAITS)  # type: ignore[arg-type]
        .sort("child_id")
    )


def _ended() -> dict[str, pl.Expr]:
    """Return how a wait ended: days, followed_days, assessed and removed, of rows of `review_cohort`."""
    # An assessment on the day of a removal is one that was made; a later one came too late to be waited for.
    end, day = pl.col("followed_to"), pl.col("assessed_on")
    assessed = (day < end) & ~(pl.col("removed_on") < day).fill_null(False)
    assessed = assessed.fill_null(False)
    removed = (pl.col("removed_on") < end).fill_null(False) & ~assessed
    ended_on = pl.when(removed).then("removed_on").when(assessed).then(day).otherwise(end)
    return {
        "days": (ended_on - pl.col("triggered_on")).dt.total_days(),
        "followed_days": (pl.col("followed_to") - pl.col("triggered_on")).dt.total_days(),
        "assessed": assessed,
        "removed": removed,
    }


def time_and_event(waited: pl.DataFrame) -> pl.DataFrame:
    """Return the waits as survival analysis takes them, one row a child, in the order of `waited`.

    Columns `TIME_AND_EVENT`. time: weeks from the line to how the wait ended. event: whether that was an
    assessment; no for a child who was removed first or followed no longer, so that time and event go into
    `lifelines.KaplanMeierFitter.fit` or `sksurv.util.Surv.from_dataframe("event", "time", …)` as they are.
    cause: 0, 1 or 2 as in `CAUSES`, for an estimator of competing events, such as
    `lifelines.AalenJohansenFitter.fit(time, cause, event_of_interest=1)`: only such a one may be read as the
    share assessed, since a child removed from home is not still waiting. told and harmed: as in `waits`.

    waited: from `waits`.
    """
    event = pl.col("assessed")
    cause = pl.when(event).then(1).when(pl.col("removed").fill_null(False)).then(2).otherwise(0)
    return waited.select(
        *("child_id", "household_id"),
        *((pl.col("days") / 7).alias("time"), event.alias("event"), cause.alias("cause")),
        *("told", "harmed"),
    ).cast(TIME_AND_EVENT)  # type: ignore[arg-type]


def _either(which: pl.Expr, words: tuple[str, str]) -> pl.Expr:
    return pl.when(which).then(pl.lit(words[0])).otherwise(pl.lit(words[1]))


def assessed_by(
    waited: pl.DataFrame, by: str | None = None, *, resamples: int = RESAMPLES, seed: int = 1
) -> pl.DataFrame:
    """Return the share assessed by each week after the line, with its 95 % interval over households.

    Columns `ASSESSED_BY`: one row a group and week, as long as any child of the group waits; of all children
    of the group, with those removed from home before that as never to be assessed there. children: of the
    group. by: told, harmed, or null for all together; a group without children has no rows.

    waited: from `waits`.
    """
    home, weights = resampled(waited["household_id"], resamples, seed)
    rows: list[tuple[object, ...]] = []
    for group, within in _groups(waited, by):
        of_group = waited.filter(pl.Series(within))
        days, shares = _by_day(of_group, home[within], weights)
        grid = np.arange(0, int(days[-1]) + 1, DAYS_A_POINT)
        place = np.searchsorted(days, grid, side="right") - 1
        for day, row in zip(grid, place, strict=True):
            assessed = figure(shares[row] if row >= 0 else np.zeros(weights.shape[1]))
            rows.append((group, of_group.height, int(day), *assessed.with_interval()))
    return pl.DataFrame(rows, schema=ASSESSED_BY, orient="row")


def _groups(waited: pl.DataFrame, by: str | None) -> Iterator[tuple[str, Bools]]:
    """Give each group that has children, with which rows are of it."""
    for group in {"told": TOLD, "harmed": HARMED}.get(by or "", (EVERYBODY,)):
        within = np.ones(waited.height, bool) if by is None else (waited[by] == group).to_numpy()
        if within.any():
            yield group, within


def _by_day(waited: pl.DataFrame, home: Ints, weights: Floats) -> tuple[Ints, Floats]:
    """Return the days on which any wait ended, and the share assessed by each: (days, columns of weights)."""
    days, place = np.unique(waited["days"].to_numpy(), return_inverse=True)
    assessed = waited["assessed"].to_numpy()
    either = assessed | waited["removed"].fill_null(False).to_numpy()
    shape = (len(days), weights.shape[0])

    def children_by_day(rows: Bools) -> Floats:
        return csr_array((np.ones(rows.sum()), (place[rows], home[rows])), shape=shape) @ weights

    ended = children_by_day(np.ones(len(place), bool))
    waiting = ended[::-1].cumsum(axis=0)[::-1]
    # Who still waits before a day, and of these the share assessed on it: the paper's sum over the days.
    still = np.cumprod(1 - np.nan_to_num(share(children_by_day(either), waiting)), axis=0)
    before = np.vstack([np.ones((1, weights.shape[1])), still[:-1]])
    shares: Floats = np.cumsum(before * np.nan_to_num(share(children_by_day(assessed), waiting)), axis=0)
    return days.astype(np.int64), shares


def median_wait(children: pl.DataFrame) -> int | None:
    """Return in how many days half of the children had been assessed; null if half never were.

    children: from `caseload.review_cohort`; those whose record never reached the line wait for nothing.
    """
    return _half_by(children.drop_nulls("triggered_on").select(**_ended()))


def _half_by(waited: pl.DataFrame) -> int | None:
    """Return by how many days half had been assessed; null if half never were."""
    if waited.is_empty():
        return None
    days, shares = _by_day(waited, np.zeros(waited.height, np.int64), np.ones((1, 1)))
    half = days[shares[:, 0] >= HALF]
    return int(half[0]) if len(half) else None


def within_a_year(
    waited: pl.DataFrame, by: str | None = None, *, resamples: int = RESAMPLES, seed: int = 1
) -> pl.DataFrame:
    """Return one row a group: of the children followed for a year after the line, the share assessed in it.

    Columns `WITHIN_A_YEAR`. followed: of how many of the group's children; of the others, who came too late
    or grew up too soon, nobody can say what a year would have brought. assessed, with its 95 % interval over
    households, and removed: shares of those followed; null if there are none. by: as for `assessed_by`.

    waited: from `waits`.
    """
    home, weights = resampled(waited["household_id"], resamples, seed)
    year = pl.col("days") <= A_YEAR
    flags = waited.select(
        pl.col("followed_days") >= A_YEAR,
        assessed=year & pl.col("assessed"),
        removed=year & pl.col("removed"),
    )
    followed, assessed, removed = (flags[c].fill_null(False).to_numpy() for c in flags.columns)
    rows: list[tuple[object, ...]] = []
    for group, within in _groups(waited, by):
        of, n, gone = (
            summed(those.astype(np.float64), home, weights)
            for those in (within & followed, within & followed & assessed, within & followed & removed)
        )
        counts = (int(within.sum()), int((within & followed).sum()))
        rows.append((group, *counts, *figure(share(n, of)).with_interval(), figure(share(gone, of)).value))
    return pl.DataFrame(rows, schema=WITHIN_A_YEAR, orient="row")


def waits_in_words(
    waited: pl.DataFrame, by: str | None = None, *, resamples: int = RESAMPLES, seed: int = 1
) -> list[str]:
    """Return one sentence a group: of those followed for a year, how many were assessed in it, and when half.

    waited: from `waits`. by: as for `assessed_by`.
    """
    half = {group: _half_by(waited.filter(pl.Series(within))) for group, within in _groups(waited, by)}
    year = within_a_year(waited, by, resamples=resamples, seed=seed)
    return [
        f"{row['group']}: {_in_a_year(row)}; {_half(half[row['group']])}."
        for row in year.iter_rows(named=True)
    ]


def _in_a_year(row: dict[str, Any]) -> str:
    n, them = row["followed"], "child was" if row["followed"] == 1 else "children were"
    if not n:
        return f"none of the {row['children']:,} children was followed for a year after the line"
    return (
        f"{n:,} {them} followed for a year after the line; {frequency(row['assessed'])} had been assessed "
        f"by then{_interval(row)}, and {frequency(row['removed'])} removed from home first"
    )


def _interval(row: dict[str, Any]) -> str:
    if row["low"] is None:
        return ""
    return f" ({100 * row['low']:.0f} to {100 * row['high']:.0f} of a hundred, 95 % interval)"


def _half(days: int | None) -> str:
    if days is None:
        return "fewer than half were assessed in all the time for which they were followed"
    return f"half had been assessed within {days:,} days"
