"""The care: each child's periods of being looked after, with the legal status and placement on each day.

As the record tells it on one day; nothing written after it is in it. A period starts when a home's children
leave it and is about those who are born and under 18 on that day, as in `flows`; it ends when they return
home or leave care in another way, or on the 18th birthday. A child born while the others are away is looked
after from its birth, as in `stays`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Self

import polars as pl

from risk.core.kinds import ENDS_CARE, LEAVES_HOME, WAYS_OUT_OF_CARE
from risk.national.stays import from_birth
from risk.records.cohort import Record
from risk.records.households import with_18th_birthday
from risk.records.schema import CHILDREN_A_HOUSEHOLD

LEGAL_STATUS: Final = {
    "police_protection": "L1",
    "emergency_protection_order": "L2",
    "accommodated_s20": "V2",
    "became_looked_after": "V2",  # assumption: whose legal basis nobody wrote was agreed to
    "care_proceedings": "C1",  # the court makes an interim care order on the day it is asked
    "interim_care_order": "C1",
    "care_order": "C2",
    "placement_order": "E1",
}
"""The looked-after children return's code for the legal basis of care, by the response that begins it."""

PERIOD: Final = ("child_id", "period_id")
ENDINGS: Final = pl.Enum(["return_home", "turned_18", *WAYS_OUT_OF_CARE])
IS_END: Final = pl.col("kind").is_in(ENDS_CARE)


@dataclass(frozen=True)
class Care:
    """The frames of a record's looked-after children as on the evening of `last_on`, sorted by child and day.

    children: as in the record, with grown_on, the 18th birthday; those born by then and ever looked after.
    periods: child_id, period_id (the event that began it), started_on, ended_on, ended_by (`ENDINGS`); the
    last two null while it lasts. Care that began and ended on one day is not in it.
    statuses: child_id, period_id, legal_status, from_on, to_on (the day the next begins, or the period ends;
    null for the one that lasts), is_first and is_last of its period.
    placements: child_id, period_id, placement (a category), nth_placement of the period, from_on, to_on.
    episodes: child_id, period_id, legal_status, placement (null where none is recorded), from_on, to_on,
    status_changes and placement_changes (whether it began with one), nth_placement, is_last: a row for each
    stretch of a period in which neither changes.
    reviews: child_id, period_id, held_on; the reviews that the record holds of a child while looked after.
    """

    children: pl.DataFrame
    periods: pl.DataFrame
    statuses: pl.DataFrame
    placements: pl.DataFrame
    episodes: pl.DataFrame
    reviews: pl.DataFrame

    @classmethod
    def on(cls, record: Record, last_on: date) -> Self:
        """Return the care of a record's children; every child's day of birth is known."""
        known = record.events.filter(pl.col("recorded_on") <= last_on)
        born = record.children.filter(pl.col("born_on") <= last_on)
        children = with_18th_birthday(born).sort("child_id")
        moves = _moves(known, children)
        periods = _periods(moves, children, last_on)
        statuses, placements = _statuses(moves, periods), _placements(moves, periods)
        return cls(
            children=children.join(periods, on="child_id", how="semi", maintain_order="left"),
            periods=periods,
            statuses=statuses,
            placements=placements,
            episodes=_episodes(statuses, placements, periods),
            reviews=_reviews(known, periods),
        )


def adoption_days(care: Care) -> pl.DataFrame:
    """Return `Care.periods` with ordered_on, the first placement order, and placed_on, placed for adoption.

    Both null for a child who is not to be adopted.
    """
    ordered = care.statuses.filter(pl.col("legal_status") == LEGAL_STATUS["placement_order"])
    placed = care.placements.filter(pl.col("placement") == "for_adoption")
    return care.periods.join(
        ordered.group_by(PERIOD).agg(ordered_on=pl.col("from_on").min()),
        on=PERIOD,
        how="left",
        maintain_order="left",
    ).join(
        placed.group_by(PERIOD).agg(placed_on=pl.col("from_on").min()),
        on=PERIOD,
        how="left",
        maintain_order="left",
    )


def _moves(known: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """Return child_id, period_id, on, kind, category, reason: what moved a home's children, each in order."""
    family = children.select("household_id", "born_on", of_child="child_id")
    whom, begins = pl.col("child_id"), pl.col("kind").is_in(LEAVES_HOME)
    was_at_home = IS_END.shift(1, fill_value=True).over("of_child")
    return (
        known.filter(pl.col("kind").is_in([*LEAVES_HOME, *ENDS_CARE, "placement_order", "placement"]))
        .join(family, on="household_id", how="inner")
        .filter(whom.is_null() | (whom == pl.col("of_child")))
        .sort("of_child", "occurred_on", "event_id")
        .with_columns(
            period_id=pl.when(begins & was_at_home).then("event_id").forward_fill().over("of_child")
        )
        .select(
            *("period_id", "category", "reason"),
            child_id="of_child",
            kind=from_birth("occurred_on", "born_on"),
            on=pl.max_horizontal("occurred_on", "born_on"),
        )
    )


def _periods(moves: pl.DataFrame, children: pl.DataFrame, last_on: date) -> pl.DataFrame:
    """Return `Care.periods`."""
    left, grown = pl.col("left_on"), pl.col("grown_on")
    is_grown = (grown <= last_on) & (left.is_null() | (grown < left))
    stated = pl.col("reason").cast(pl.String).fill_null("care_ceased")
    way_out = pl.when(pl.col("ended_with") == "return_home").then(pl.lit("return_home")).otherwise(stated)
    ended_by = pl.when(is_grown).then(pl.lit("turned_18")).when(left.is_not_null()).then(way_out)
    return (
        moves.drop_nulls("period_id")
        .group_by(PERIOD)
        .agg(
            started_on=pl.col("on").min(),
            left_on=pl.col("on").filter(IS_END).first(),
            reason=pl.col("reason").filter(IS_END).first(),
            ended_with=pl.col("kind").filter(IS_END).first(),
        )
        .join(children.select("child_id", "born_on", "grown_on"), on="child_id")
        .filter(pl.col("started_on").is_between("born_on", "grown_on", closed="left"))
        .select(
            *PERIOD,
            "started_on",
            ended_on=pl.when(is_grown).then(grown).otherwise(left),
            ended_by=ended_by.cast(ENDINGS),
        )
        .filter(pl.col("ended_on").is_null() | (pl.col("ended_on") > pl.col("started_on")))
        .sort("child_id", "started_on", "period_id")
    )


def _statuses(moves: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Return `Care.statuses`: of several on a day the last, and none that is the same as the one before."""
    ended = pl.col("ended_on")
    before = pl.col("legal_status").shift(1).over(PERIOD)
    next_on = pl.col("from_on").shift(-1).over(PERIOD)
    return (
        moves.filter(pl.col("kind").is_in(list(LEGAL_STATUS)))
        .join(periods, on=PERIOD, how="inner", maintain_order="left")
        .filter(ended.is_null() | (pl.col("on") < ended))
        .unique([*PERIOD, "on"], keep="last", maintain_order=True)
        .with_columns(legal_status=pl.col("kind").replace_strict(LEGAL_STATUS, return_dtype=pl.String))
        .filter(before.is_null() | (before != pl.col("legal_status")))
        .select(*PERIOD, "legal_status", "ended_on", from_on="on")
        .with_columns(
            to_on=pl.coalesce(next_on, ended),
            is_first=pl.col("from_on").cum_count().over(PERIOD) == 1,
            is_last=next_on.is_null(),
        )
        .drop("ended_on")
        .sort("child_id", "from_on")
    )


def _placements(moves: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Return `Care.placements`: of several on a day the last."""
    ended = pl.col("ended_on")
    return (
        moves.filter(pl.col("kind") == "placement")
        .join(periods, on=PERIOD, how="inner", maintain_order="left")
        .filter(ended.is_null() | (pl.col("on") < ended))
        .unique([*PERIOD, "on"], keep="last", maintain_order=True)
        .select(
            *PERIOD,
            placement=pl.col("category").cast(pl.String),
            nth_placement=pl.col("on").cum_count().over(PERIOD),
            from_on="on",
            to_on=pl.coalesce(pl.col("on").shift(-1).over(PERIOD), ended),
        )
        .sort("child_id", "from_on")
    )


def _episodes(statuses: pl.DataFrame, placements: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Return `Care.episodes`: a row begins wherever a legal status or a placement does."""
    day = [*PERIOD, "from_on"]
    next_on = pl.col("from_on").shift(-1).over(PERIOD)
    return (
        pl.concat([statuses.select(day), placements.select(day)])
        .unique()
        .join(statuses.select(*day, "legal_status"), on=day, how="left")
        .join(placements.select(*day, "placement", "nth_placement"), on=day, how="left")
        .join(periods.select(*PERIOD, "ended_on"), on=PERIOD)
        .sort("child_id", "from_on")
        .with_columns(
            status_changes=pl.col("legal_status").is_not_null(),
            placement_changes=pl.col("placement").is_not_null(),
        )
        .select(
            *PERIOD,
            pl.col("legal_status", "placement", "nth_placement").forward_fill().over(PERIOD),
            "from_on",
            "status_changes",
            "placement_changes",
            to_on=pl.coalesce(next_on, "ended_on"),
            is_first=pl.col("from_on").cum_count().over(PERIOD) == 1,
            is_last=next_on.is_null(),
        )
    )


def _reviews(known: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """Return `Care.reviews`: a review answers what began a part of the period."""
    is_care = pl.col("kind").is_in(list(LEGAL_STATUS))
    cared_for = known.filter(is_care).select("household_id", answers="event_id")
    held = known.filter(pl.col("kind") == "review_conference").join(
        cared_for, on=["household_id", "answers"], how="semi"
    )
    homes = periods.with_columns(household_id=pl.col("child_id") // CHILDREN_A_HOUSEHOLD)
    during = pl.col("held_on").is_between("started_on", pl.col("ended_on").fill_null(date.max))
    return (
        held.select("household_id", whom="child_id", held_on="occurred_on")
        .join(homes, on="household_id")
        .filter(during, pl.col("whom").is_null() | (pl.col("whom") == pl.col("child_id")))
        .select(*PERIOD, "held_on")
        .unique()
        .sort("child_id", "held_on")
    )
