"""The trajectory: one child's score on every day, for everybody together and for each viewer alone.

An imprecise date gives each event a youngest and an oldest possible age on a day, and with them the most
and the least that it may count. Their sums bound the score, whatever the order of the imprecise events.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.alarms import DEFAULT_PRICE, line_at_price, price_of_line
from risk.chronology import chronology
from risk.cohort import Record
from risk.features import BAND_ENDS_DAYS, LINE_NAMES, known_events
from risk.kinds import AGENCIES
from risk.landmarks import is_child
from risk.scorecard import CumulativeScorecard

Ints = NDArray[np.int64]
NEVER: Final = len(BAND_ENDS_DAYS)
"""The band of an event that is too old to count, or not yet known: it is worth nothing."""


@dataclass(frozen=True)
class Trajectory:
    """A child's scores and the line they are held against.

    card, price, line: the scorecard, the price, and the score at which the line stands. daily: one
    row a viewer and day, with points_least, points_most and p_warranted (of the most). events: the
    child's chronology with points_when_new, in the order in which it was recorded.
    """

    child_id: int
    card: CumulativeScorecard
    price: float
    line: int
    record: Record
    daily: pl.DataFrame
    events: pl.DataFrame

    def points_on(self, day: date, viewer: str = "pooled") -> pl.DataFrame:
        """Return event_id and points of every event that may count on a day: they sum to points_most.

        falls_on is the day from which the event counts for less, if it counts at all.
        """
        known, worth = _of_child(self.card, self.record, self.child_id, viewer)
        return explained(known, worth, day)

    def of(self, viewer: str) -> pl.DataFrame:
        """Return the daily rows of one viewer, in order of day."""
        return self.daily.filter(pl.col("viewer") == viewer)


def trajectory(
    card: CumulativeScorecard,
    record: Record,
    child_id: int,
    *,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
    texts: pl.DataFrame | None = None,
) -> Trajectory:
    """Return a child's score on every day of the record, pooled and for each agency that holds anything.

    The score of a day counts what was known before it. line: where it was chosen otherwise than by its
    price, which then follows from it. texts: event_id, what, source in a person's own words. Raises
    InputError for a child who is not in the record, and for a price no score can meet.
    """
    events = chronology(record, child_id, texts)
    record = record.homes_of(pl.Series([child_id]))
    days = _days_as_child(record, child_id)
    held_by = [a for a in AGENCIES if a in set(events["agency"]) - {"childrens_services", "unspecified"}]
    daily = [
        _daily(card, record, child_id, viewer, days) for viewer in ("pooled", "childrens_services", *held_by)
    ]
    known, worth = _of_child(card, record, child_id, "pooled")
    new = known.select("event_id", points_when_new=pl.Series(worth[:, 0], dtype=pl.Int32))
    return Trajectory(
        child_id=child_id,
        card=card,
        price=price if line is None else price_of_line(card, line),
        line=line_at_price(card, price) if line is None else line,
        record=record,
        daily=pl.concat(daily),
        events=events.join(new, on="event_id", how="left", maintain_order="left"),
    )


def _days_as_child(record: Record, child_id: int) -> Ints:
    """Return the days of the record on which the child was born and under 18."""
    days = pl.date_range(record.from_on, record.to_on, eager=True).alias("on")
    child = record.children.filter(pl.col("child_id") == child_id).select("born_on")
    return _day(child.join(days.to_frame(), how="cross").filter(is_child(pl.col("on")))["on"])


def _daily(card: CumulativeScorecard, record: Record, child_id: int, viewer: str, days: Ints) -> pl.DataFrame:
    known, worth = _of_child(card, record, child_id, viewer)
    newest, oldest = _bands(known, days)
    rows = np.arange(known.height)[:, None]
    either = np.stack([worth[rows, newest], worth[rows, oldest]])
    most = either.max(axis=0).sum(axis=0)
    return pl.DataFrame(
        {
            "viewer": pl.Series([viewer] * len(days), dtype=pl.Enum(["pooled", *AGENCIES])),
            "on": pl.Series(days, dtype=pl.Int32).cast(pl.Date),
            "points_least": pl.Series(either.min(axis=0).sum(axis=0), dtype=pl.Int32),
            "points_most": pl.Series(most, dtype=pl.Int32),
            "p_warranted": card.probability(most),
        }
    )


def explained(known: pl.DataFrame, worth: Ints, day: date) -> pl.DataFrame:
    """Return event_id, points and falls_on of every event that may count on a day: the most it may count.

    falls_on is the first day on which the event counts differently from now, by its age alone; null if it
    counts for nothing. With imprecise dates it is the day for the dates that give the most.
    """
    on = _day_of(day)
    newest, oldest = (band[:, 0] for band in _bands(known, np.array([on])))
    rows = np.arange(known.height)
    at_newest, at_oldest = worth[rows, newest], worth[rows, oldest]
    is_newest = at_newest >= at_oldest
    band = np.where(is_newest, newest, oldest)
    points = worth[rows, band]
    # Neighbouring bands may bring the same points: the step is where they next differ.
    bands = np.arange(worth.shape[1])
    differs = (worth != points[:, None]) & (bands > band[:, None])
    ends = np.array([*BAND_ENDS_DAYS, 0])[np.maximum(differs.argmax(axis=1) - 1, 0)]
    later = np.minimum(known["may_be_later_days"].to_numpy(), on - 1 - _day(known["known_on"]))
    recorded_on = _day(known["recorded_on"]) + np.where(is_newest, later, 0)
    return known.select(
        "event_id",
        points=pl.Series(points, dtype=pl.Int32),
        falls_on=pl.Series(recorded_on + ends + 1, dtype=pl.Int32).cast(pl.Date),
    ).with_columns(falls_on=pl.when(pl.col("points") != 0).then("falls_on"))


def counted(card: CumulativeScorecard, record: Record, at: pl.DataFrame) -> pl.DataFrame:
    """Return child_id, on, event_id and points: what the shared record's score of a day is made of.

    The most that each may count, where that is not nothing; where dates are exact they sum to the score.
    at: child_id and on.
    """
    some = record.homes_of(at["child_id"])
    pairs = at.select("child_id", "on").join(
        known_events(some), on="child_id", how="inner", maintain_order="left_right"
    )
    long_ago = pl.col("on") - timedelta(days=BAND_ENDS_DAYS[-1]) - pl.duration(days="may_be_later_days")
    pairs = pairs.filter(pl.col("known_on") < pl.col("on"), pl.col("recorded_on") >= long_ago)
    worth = card.worth(pairs.select(LINE_NAMES).to_numpy())
    rows = np.arange(pairs.height)
    newest, oldest = (worth[rows, band[:, 0]] for band in _bands(pairs, _day(pairs["on"])[:, None]))
    points = pl.Series("points", np.maximum(newest, oldest), dtype=pl.Int32)
    return pairs.select("child_id", "on", "event_id").with_columns(points).filter(pl.col("points") != 0)


def _of_child(
    card: CumulativeScorecard, record: Record, child_id: int, viewer: str
) -> tuple[pl.DataFrame, Ints]:
    """Return what a viewer knows of one child, and each event's points by band of age."""
    known = known_events(record, viewer).filter(pl.col("child_id") == child_id)
    return known, card.worth(known.select(LINE_NAMES).to_numpy())


def _bands(known: pl.DataFrame, days: Ints) -> tuple[Ints, Ints]:
    """Return, as (events, days), the band of each event's youngest and of its oldest possible age.

    All dates of an imprecise event move together, so it is youngest if it was known as late as it can have
    been by that day, and oldest if it was recorded on its earliest. One that may not be known yet is in
    the oldest case worth nothing. Points fall towards nothing with age, so no age in between lies outside.
    """
    known_on, recorded_on = (_day(known[c])[:, None] for c in ("known_on", "recorded_on"))
    later = known["may_be_later_days"].to_numpy()[:, None].astype(np.int64)
    youngest = days - (recorded_on + np.minimum(later, days - 1 - known_on))
    oldest = days - recorded_on
    begun, surely = known_on < days, known_on + later < days
    return np.where(begun, _band(youngest), NEVER), np.where(surely, _band(oldest), NEVER)


def _band(age_days: Ints) -> Ints:
    return np.searchsorted(BAND_ENDS_DAYS, age_days, side="left").astype(np.int64)


def _day(dates: pl.Series) -> Ints:
    return dates.to_physical().to_numpy().astype(np.int64)


def _day_of(on: date) -> int:
    return (on - date(1970, 1, 1)).days
