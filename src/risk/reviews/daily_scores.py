"""The trajectory: one child's score on every day, for everybody together and for each viewer alone.

Where dates are imprecise a score is a band: the least and the most that it may be (`explanation`).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.chronologies.narrative import chronology
from risk.core.arguments import need
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError
from risk.core.kinds import AGENCIES, CS
from risk.model.alarms import line_at_price, price_of_line
from risk.model.card import Card, as_card
from risk.model.explanation import bounds
from risk.model.features import LINE_NAMES, events_on_lines, known_to
from risk.records.cohort import Record, is_child

Ints = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class Trajectory:
    """A child's scores and the line they are held against.

    card, price, line: the scorecard, the price, and the score at which the line stands. daily: one
    row a viewer and day, with points_least, points_most and p_warranted (of the most). events: the
    child's chronology with points_when_new, in the order in which it was recorded.
    """

    child_id: int
    card: Card
    price: float
    line: int
    record: Record
    daily: pl.DataFrame
    events: pl.DataFrame

    def __repr__(self) -> str:
        days = self.daily["on"]
        return (
            f"Trajectory of child {self.child_id}, {days.item(0)} to {days.item(-1)}: "
            f"{self.events.height:,} events, {self.daily['viewer'].n_unique()} "
            f"viewers, a line at {self.line} points"
        )

    def points_on(self, day: date, viewer: str = "pooled") -> pl.DataFrame:
        """Return event_id, points and falls_on of every event a viewer may know on a day.

        They sum to points_most. falls_on is the day from which it counts for less, if it counts at all.
        """
        return self.card.explain(known_to(viewer, _about(self.record, self.child_id)), day)

    def of(self, viewer: str) -> pl.DataFrame:
        """Return the daily rows of one viewer, in order of day."""
        return self.daily.filter(pl.col("viewer") == viewer)


def trajectory(
    card: Card,
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
    InputError for a child who is not in the record or on no day of it a child, and for a price no score can
    meet.

    >>> case = risk.read_case("norfolk_review")
    >>> risk.trajectory(risk.Card.shipped(), case.record, case.child_id).line
    26
    """
    card = as_card(card)
    need("record", record, Record, "a cohort's is `.record`")
    events = chronology(record, child_id, texts)
    record = record.homes_of(pl.Series([child_id]))
    days = _days_as_child(record, child_id)
    held_by = [a for a in AGENCIES if a in set(events["agency"]) - {CS, "unspecified"}]
    about = _about(record, child_id)
    daily = [_daily(card, about, viewer, days) for viewer in ("pooled", CS, *held_by)]
    known = known_to("pooled", about)
    worth = known.select(LINE_NAMES).to_numpy() @ card.points[:, 0]
    new = known.select("event_id", points_when_new=pl.Series(worth, dtype=pl.Int32))
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
    """Return the days of the record on which the child was born and under 18. Raises InputError for none."""
    dates = pl.date_range(record.from_on, record.to_on, eager=True).alias("on")
    child = record.children.filter(pl.col("child_id") == child_id).select("born_on")
    days = _day(child.join(dates.to_frame(), how="cross").filter(is_child(pl.col("on")))["on"])
    if not len(days):
        born = child["born_on"].item()
        raise InputError(
            f"child {child_id}, born {born}: on no day from {record.from_on} to {record.to_on} was it born "
            "and under 18, so there is nothing to score"
        )
    return days


def _about(record: Record, child_id: int) -> pl.DataFrame:
    """Return the events about a child and its home, as `events_on_lines`."""
    return events_on_lines(record).filter(pl.col("child_id") == child_id)


def _daily(card: Card, events: pl.DataFrame, viewer: str, days: Ints) -> pl.DataFrame:
    least, most = bounds(card.points, known_to(viewer, events), days)
    return pl.DataFrame(
        {
            "viewer": pl.Series([viewer] * len(days), dtype=pl.Enum(["pooled", *AGENCIES])),
            "on": pl.Series(days, dtype=pl.Int32).cast(pl.Date),
            "points_least": pl.Series(least, dtype=pl.Int32),
            "points_most": pl.Series(most, dtype=pl.Int32),
            "p_warranted": card.probability(most),
        }
    )


def _day(dates: pl.Series) -> Ints:
    return dates.to_physical().to_numpy().astype(np.int64)
