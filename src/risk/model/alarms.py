"""Alarms: when a score is high enough to ask a person to look.

The line is put where one of three stated choices says, and each says what it means in the other two: a
price (how many assessments would you make to find one that was warranted?), a capacity (assessments per
1,000 child-years), or a rate of false alarms (per unaffected child-year). Nothing is tuned on accuracy.

Vickers and Elkin (2006), Medical Decision Making 26:565-574 (the price as an exchange rate).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from risk.core.arguments import need, need_columns
from risk.core.arrays import DAYS_IN_MOMENT, Bools, Ints, moments_of
from risk.core.calendar import DAYS_A_YEAR
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError
from risk.model.card import Card

REVIEW_DAYS: Final = 84
LOWEST_LINE: Final = 1
"""A score of 0 or less is that of a child about whom nothing is known: no line lies there."""

COUNTS: Final = {
    "line": pl.Int64,
    "alarms": pl.Int64,
    "false_alarms": pl.Int64,
    "child_days": pl.Int64,
    "unaffected_child_days": pl.Int64,
}


@dataclass(frozen=True)
class AlarmPolicy:
    """When a score becomes an alarm, and when it may become another.

    line: an alarm is raised at this score or above. quiet_days: how long somebody looks after an alarm, in
    which the same child raises no other; then the review is due, and every so many days after it the next.
    rearm_below: how far a score must have fallen since the last alarm to raise another between two reviews;
    null: below the line.

    A score that is at the line at a review raises the alarm again, since nothing has changed. One that
    hovers about the line raises none between reviews: it must first have fallen clear of it. So nobody is
    asked to look twice at one thing, and a rise that hysteresis holds back waits one review at most.

    Raises InputError for a review period of less than a day, and for a rearm_below above the line.

    >>> risk.AlarmPolicy(line=22)
    AlarmPolicy(line=22, quiet_days=84, rearm_below=None)
    """

    line: int
    quiet_days: int = REVIEW_DAYS
    rearm_below: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no policy can be."""
        if self.quiet_days < 1:
            raise InputError(f"quiet_days = {self.quiet_days}; a review is a day or more after an alarm")
        if self.rearm_below is not None and self.rearm_below > self.line:
            raise InputError(
                f"rearm_below = {self.rearm_below} is above the line, {self.line}; a score falls clear of "
                "the line below it"
            )


def check_price(price: float) -> None:
    """Raise InputError for a price that is none: finding one warranted assessment takes more than 1."""
    if not 1 < price < math.inf:
        raise InputError(f"price = {price:g}; to find one warranted assessment takes more than 1")


def line_at_price(card: Card, price: float = DEFAULT_PRICE) -> int:
    """Return the lowest score at which one in `price` children warrants an assessment.

    price: assessments one would make to find one that was warranted; above 1. Raises InputError for a
    price of 1 or less, and for one so low that no score of this card is sure enough.
    """
    check_price(price)
    line = card.points_at(1 / price)
    if line is None:
        surest = float(card.risk["p_warranted"].to_numpy().max())
        raise InputError(
            f"price = {price:g}: this card is never surer than {surest:.2f}, so its lowest price is "
            f"{1 / surest:.2f}; give a higher price, or fit a card to more households"
        )
    return max(line, LOWEST_LINE)


def price_of_line(card: Card, line: int) -> float:
    """Return how many assessments at this score find one that was warranted: the price that it stands for."""
    return 1 / float(card.probability(line))


def raise_alarms(scored: pl.DataFrame, policy: AlarmPolicy, *, by: str = "points") -> pl.DataFrame:
    """Return the rows of `scored` at which an alarm is raised, sorted by child and day.

    A review is held on the first row from its day on. scored: child_id, landmark_on and the column `by`
    to compare with the line; at most one row a child and day.

    >>> import polars as pl
    >>> from datetime import date
    >>> days = [date(2014, 1, 6), date(2014, 2, 3), date(2014, 3, 31)]
    >>> scored = pl.DataFrame({"child_id": 1, "landmark_on": days, "points": [25, 25, 25]})
    >>> risk.raise_alarms(scored, risk.AlarmPolicy(line=22))["landmark_on"].to_list()
    [datetime.date(2014, 1, 6), datetime.date(2014, 3, 31)]
    """
    need_columns("scored", scored, ("child_id", "landmark_on", by))
    need("policy", policy, AlarmPolicy, "AlarmPolicy(line=22), say")
    reaches = (pl.col(by) >= policy.line).fill_null(False)
    rows, clear = scored, None
    if policy.rearm_below is None:
        rows = scored.filter(reaches)
    rows = rows.sort("child_id", "landmark_on")
    if policy.rearm_below is not None:
        clear = (rows[by] < policy.rearm_below).fill_null(False).to_numpy()
    when, reached = moments_of(rows, "child_id", "landmark_on"), rows.select(reaches).to_series().to_numpy()
    return rows[alarm_places(when, reached, policy.quiet_days, clear)]


def alarm_places(
    when: Ints, reached: Bools, quiet_days: int = REVIEW_DAYS, clear: Bools | None = None
) -> Ints:
    """Return the places of the rows at which an alarm is raised, as `AlarmPolicy` says.

    when: sorted moments of child and day (`arrays.moments`). reached: whether the score is at the line or
    above. clear: whether it has fallen clear of the line; null where it need not.
    """
    if clear is not None:
        # Of each row: the one before it, and the last before it on which the score was clear of the line.
        before = np.r_[-1, when[:-1]][: len(when)]
        fell = np.r_[-1, np.maximum.accumulate(np.where(clear, when, -1))[:-1]][: len(when)]
    waiting = np.flatnonzero(reached)
    of_waiting = when[waiting]
    child = of_waiting // DAYS_IN_MOMENT
    at = np.flatnonzero(np.diff(child, prepend=-1))
    raised, last = [at], at
    # A step for all children at once: the next row, when quiet is over, that may raise an alarm.
    at = np.searchsorted(of_waiting, of_waiting[last] + quiet_days)
    while len(at):
        is_own = (at < len(child)) & (child[np.minimum(at, len(child) - 1)] == child[last])
        at, last = at[is_own], last[is_own]
        since, row = of_waiting[last], waiting[at]
        may = np.ones(len(at), bool)
        if clear is not None:
            is_review = (when[row] - since) // quiet_days > (before[row] - since) // quiet_days
            may = is_review | (fell[row] > since)
        raised.append(at[may])
        last = np.where(may, at, last)
        at = np.where(may, np.searchsorted(of_waiting, of_waiting[at] + quiet_days), at + 1)
    places: Ints = waiting[np.sort(np.concatenate(raised))]
    return places


def count_alarms(
    scored: pl.DataFrame, lines: Iterable[int], *, every_days: int, quiet_days: int = REVIEW_DAYS
) -> pl.DataFrame:
    """Return one row a line: how many alarms it raises, how many are false, and over how much child-time.

    Columns `COUNTS`. The counts of parts of a cohort add up, line by line, to those of the whole. A false
    alarm is one at a row whose `warranted` is no; unaffected time is that of such rows, and of nothing where
    `scored` has no such column. every_days: how much time a row stands for.
    """
    labelled = "warranted" in scored.columns
    is_no = ~pl.col("warranted") if labelled else pl.lit(False)
    child_days = scored.height * every_days
    unaffected = (scored.filter(is_no).height if labelled else 0) * every_days
    # Every line sees only what reaches the lowest.
    chosen = sorted(set(lines))
    near = scored.filter(pl.col("points") >= chosen[0]) if chosen else scored.clear()
    rows = []
    for line in chosen:
        near = near.filter(pl.col("points") >= line)
        alarms = raise_alarms(near, AlarmPolicy(line, quiet_days))
        rows.append((line, alarms.height, alarms.filter(is_no).height, child_days, unaffected))
    return pl.DataFrame(rows, schema=COUNTS, orient="row")


def line_at_capacity(counts: pl.DataFrame, per_1000_child_years: float) -> int:
    """Return the lowest line from which on no line asks for more assessments than there is room for.

    counts: from `count_alarms`, of every line that may be chosen. Raises InputError for no capacity at all,
    and for less than the highest line asks for.
    """
    rate = 1000 * DAYS_A_YEAR * pl.col("alarms") / pl.col("child_days")
    return _lowest_within(
        counts, rate, per_1000_child_years, "per_1000_child_years", "assessments per 1,000 child-years"
    )


def line_at_false_alarms(counts: pl.DataFrame, per_child_year: float) -> int:
    """Return the lowest line from which on no line raises more false alarms per unaffected child-year.

    counts: from `count_alarms` on labelled rows. Raises InputError as `line_at_capacity` does, and where no
    row says that no assessment was warranted.
    """
    if not counts["unaffected_child_days"].sum():
        raise InputError("a rate of false alarms needs labelled rows: none says that nothing was warranted")
    rate = DAYS_A_YEAR * pl.col("false_alarms") / pl.col("unaffected_child_days")
    return _lowest_within(
        counts, rate, per_child_year, "false_alarms", "false alarms per unaffected child-year"
    )


def _lowest_within(counts: pl.DataFrame, rate: pl.Expr, most: float, name: str, unit: str) -> int:
    if not 0 < most < math.inf:
        raise InputError(f"{name} = {most:g}; give more than 0 {unit}")
    # The highest line of those looked at raises least; above it nobody scores.
    falling = counts.sort("line", descending=True).select("line", rate=rate)
    within = falling.filter((pl.col("rate") <= most).cast(pl.Int8).cum_min() == 1)
    if within.is_empty():
        least = falling["rate"][0] if falling.height else math.nan
        raise InputError(f"{name} = {most:g}: the highest line still raises {least:.4g} {unit}")
    return int(within["line"][-1])


def stands_for(card: Card, counts: pl.DataFrame, line: int) -> dict[str, float | int | None]:
    """Return what a line means: its price, and the assessments and false alarms that it raises.

    line, price, assessments_per_1000_child_years and false_alarms_per_child_year (of an unaffected child;
    null where nothing is labelled). counts: from `count_alarms`, with this line among its rows.
    """
    of_line = counts.filter(pl.col("line") == line).row(0, named=True)
    years, unaffected = (of_line[c] / DAYS_A_YEAR for c in ("child_days", "unaffected_child_days"))
    return {
        "line": line,
        "price": price_of_line(card, line),
        "assessments_per_1000_child_years": 1000 * of_line["alarms"] / years if years else None,
        "false_alarms_per_child_year": of_line["false_alarms"] / unaffected if unaffected else None,
    }
