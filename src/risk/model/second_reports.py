"""The second reports: which of the things known of a home were written down again, and how seldom that was.

Where few look, a thing is written down once or not at all, and one record stands for more than it does where
many look. How often things are written down again is a trace of who looks that harm itself leaves alone.
"""

from typing import Final

import polars as pl

from risk.core.kinds import CONCERNS

A_THING: Final = ("household_id", "child_id", "kind", "occurred_on")
"""What two records have in common that tell of the same thing."""

LEAST_THINGS: Final = 4
"""Of fewer earlier things nothing is said of how often they are written down."""

ONE_IN: Final = 4
"""A home's things are seldom written down twice if fewer than one in so many was."""


def tellings(events: pl.DataFrame) -> pl.DataFrame:
    """Return the concerns among a record's events, with `again`: how many records of its thing came before.

    Sorted by the day they were recorded, those of one day by their number.
    """
    before = pl.int_range(pl.len()).over(A_THING)
    concerns = events.filter(pl.col("kind").is_in(list(CONCERNS)))
    return concerns.sort("recorded_on", "event_id").with_columns(again=before)


def seldom_written_twice(events: pl.DataFrame) -> pl.Series:
    """Return the event_id of each concern that was written down about a home whose things seldom are twice.

    That is: on the day it was recorded, four or more things of that home had been recorded before that day,
    and fewer than one in four of them by a second record. It is so from that day on: what is written down
    later, or on the day itself, changes nothing. A home of which any day is known to a window only is not
    asked: what came before what nobody can say.

    events: of whole households, as in the record.
    """
    unsure = events.filter(pl.col("may_be_later_days") > 0).select("household_id").unique()
    told = tellings(events.join(unsure, on="household_id", how="anti"))
    days = (
        told.group_by("household_id", "recorded_on")
        .agg(first=(pl.col("again") == 0).sum(), second=(pl.col("again") == 1).sum())
        .sort("household_id", "recorded_on")
        .with_columns(
            pl.col(c).cast(pl.Int64).cum_sum().over("household_id") - pl.col(c) for c in ("first", "second")
        )
        .filter(pl.col("first") >= LEAST_THINGS, pl.col("second") * ONE_IN < pl.col("first"))
    )
    return told.join(days, on=["household_id", "recorded_on"], how="semi")["event_id"]
