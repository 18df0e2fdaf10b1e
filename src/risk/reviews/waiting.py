"""The waits: how long after their record reached the line children were assessed, or for how long nobody was.

A child who is not assessed while anybody follows it has waited so long at least. Leaving such children out
would make waits look short, and counting them as never assessed would make them look endless: the share
assessed by a day is therefore that of those followed to it.

Kaplan and Meier (1958), Journal of the American Statistical Association 53:457-481.
"""

from typing import Any, Final

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from risk.core.arrays import Bools, Floats, Ints
from risk.core.defaults import RESAMPLES
from risk.model.bootstrap import figure, resampled, share
from risk.records.cohort import Record

EVERYBODY: Final = "All"
TOLD: Final = ("Children's services had been told enough", "They had not")
HARMED: Final = ("In harm when the line was reached", "Not in harm then")
DAYS_A_POINT: Final = 7
A_YEAR: Final = 364
WAITS: Final = {
    "child_id": pl.Int64,
    "household_id": pl.Int64,
    "from_on": pl.Date,
    "days": pl.Int64,
    "assessed": pl.Boolean,
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


def waits(children: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return one row a child whose record reached the line: how many days from then, and what ended them.

    Columns `WAITS`, sorted by child. from_on: the day on which the shared record reached the line. days: to
    the first completed assessment or section 47 enquiry on or after it (assessed), or to the end of the
    record or the eighteenth birthday. told: whether what children's services had been told had reached the
    line by that day too. harmed: whether, in hindsight, harm was there on the day that the line was reached;
    not whether it came later, for nothing that follows that day may sort the waits.

    children: from `caseload.review_cohort`.
    """
    grown_on = pl.col("born_on").dt.offset_by("18y")
    ends = pl.min_horizontal(grown_on, pl.lit(record.to_on))
    told = pl.col("triggered_for_childrens_services_on") <= pl.col("triggered_on")
    return (
        children.drop_nulls("triggered_on")
        .join(record.children.select("child_id", "household_id", "born_on"), on="child_id", how="inner")
        .select(
            "child_id",
            "household_id",
            from_on="triggered_on",
            days=(pl.coalesce("assessed_on", ends) - pl.col("triggered_on")).dt.total_days(),
            assessed=pl.col("assessed_on").is_not_null(),
            told=_either(told.fill_null(False), TOLD),
            harmed=_either(pl.col("in_harm_when_triggered"), HARMED),
        )
        .cast(WAITS)  # type: ignore[arg-type]
        .sort("child_id")
    )


def _either(which: pl.Expr, words: tuple[str, str]) -> pl.Expr:
    return pl.when(which).then(pl.lit(words[0])).otherwise(pl.lit(words[1]))


def assessed_by(
    waited: pl.DataFrame, by: str | None = None, *, resamples: int = RESAMPLES, seed: int = 1
) -> pl.DataFrame:
    """Return the share assessed by each week after the line, with its 95 % interval over households.

    Columns `ASSESSED_BY`: one row a group and week, as long as any child of the group is followed. children:
    of the group. by: told, harmed, or null for all together; a group without children has no rows.

    waited: from `waits`.
    """
    home, weights = resampled(waited["household_id"], resamples, seed)
    rows: list[tuple[object, ...]] = []
    groups = {"told": TOLD, "harmed": HARMED}.get(by or "", (EVERYBODY,))
    for group in groups:
        within = np.ones(waited.height, bool) if by is None else (waited[by] == group).to_numpy()
        if not within.any():
            continue
        of_group = waited.filter(pl.Series(within))
        days, shares = _by_day(of_group, home[within], weights)
        grid = np.arange(0, int(days[-1]) + 1, DAYS_A_POINT)
        place = np.searchsorted(days, grid, side="right") - 1
        for day, row in zip(grid, place, strict=True):
            assessed = figure(shares[row] if row >= 0 else np.zeros(weights.shape[1]))
            rows.append((group, of_group.height, int(day), *assessed.with_interval()))
    return pl.DataFrame(rows, schema=ASSESSED_BY, orient="row")


def _by_day(waited: pl.DataFrame, home: Ints, weights: Floats) -> tuple[Ints, Floats]:
    """Return the days on which any wait ended, and the share assessed by each: (days, columns of weights)."""
    days, place = np.unique(waited["days"].to_numpy(), return_inverse=True)
    assessed = waited["assessed"].to_numpy()
    shape = (len(days), weights.shape[0])

    def children_by_day(rows: Bools) -> Floats:
        return csr_array((np.ones(rows.sum()), (place[rows], home[rows])), shape=shape) @ weights

    ended = children_by_day(np.ones(len(place), bool))
    waiting = ended[::-1].cumsum(axis=0)[::-1]
    still = np.cumprod(1 - np.nan_to_num(share(children_by_day(assessed), waiting)), axis=0)
    shares: Floats = np.subtract(1, still, dtype=np.float64)
    return days.astype(np.int64), shares


def waits_in_words(curve: pl.DataFrame) -> list[str]:
    """Return one sentence a group: how many waited, when half had been assessed, and the share in a year.

    curve: from `assessed_by`.
    """
    half = median_days(curve)
    year = curve.filter(pl.col("days") <= A_YEAR).group_by("group", maintain_order=True).last()
    return [
        f"{row['group']}: of {row['children']:,} children {_share(row)} had been assessed within a year of "
        f"the line; {_half(half[row['group']])}."
        for row in year.iter_rows(named=True)
    ]


def _share(row: dict[str, Any]) -> str:
    value, *ends = (row[c] if row[c] is None else f"{row[c]:.0%}" for c in ("share", "low", "high"))
    return f"{value} ({' to '.join(ends)})".replace("%", " %") if None not in ends else f"{value}"


def _half(days: int | None) -> str:
    if days is None:
        return "fewer than half were assessed in all the time for which they were followed"
    return f"half were assessed within {days:,} days"


def median_days(curve: pl.DataFrame) -> dict[str, int | None]:
    """Return by group the first week by which half had been assessed, in days; null if that never came.

    curve: from `assessed_by`.
    """
    half = curve.filter(pl.col("share") >= 0.5).group_by("group").agg(pl.col("days").min())
    days_by_group = dict(half.iter_rows())
    return {group: days_by_group.get(group) for group in curve["group"].unique(maintain_order=True)}
