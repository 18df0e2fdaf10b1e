"""Crossings: the first day on which the score of each of many children reached the line."""

from datetime import timedelta

import polars as pl

from risk.model.card import Card
from risk.model.features import BAND_ENDS_DAYS, count_lines, known_events
from risk.records.cohort import Record, is_child


def first_crossings(card: Card, record: Record, line: int, *, viewer: str = "pooled") -> pl.DataFrame:
    """Return child_id and crossed_on, the first day on which a child's score reaches the line."""
    return first_at(line, scored_rises(card, record, known_events(record, viewer)))


def first_at(line: int, rises: pl.DataFrame) -> pl.DataFrame:
    """Return child_id and crossed_on, as `first_crossings`, from `scored_rises`."""
    reached = rises.filter(pl.col("points") >= line).group_by("child_id")
    return reached.agg(crossed_on=pl.col("landmark_on").min()).sort("child_id")


def scored_rises(card: Card, record: Record, known: pl.DataFrame) -> pl.DataFrame:
    """Return child_id, landmark_on and points on every day on which a child's score can have risen.

    A score only rises on the day after something became known, or when a finding that lowered it
    expires; so those days, the day of birth and the record's first are all that need looking at. Until the
    18th birthday.

    known: what a viewer knows of these children, from `features.known_to`.
    """
    known_day = known.select("child_id", "household_id", after=pl.col("known_on"))
    lapses = known.filter(pl.col("unsubstantiated"))
    births = record.children.select(
        "child_id", "household_id", after=pl.col("born_on") - timedelta(days=1)
    ).drop_nulls()
    lapsed = [
        lapses.select("child_id", "household_id", after=pl.col("recorded_on") + timedelta(days=d))
        for d in BAND_ENDS_DAYS
    ]
    at = (
        pl.concat([known_day, births, *lapsed])
        .with_columns(landmark_on=pl.max_horizontal(pl.col("after") + timedelta(days=1), record.from_on))
        .join(record.children.select("child_id", "born_on"), on="child_id", how="inner")
        .filter(is_child(pl.col("landmark_on")), pl.col("landmark_on") <= record.to_on)
        .select("child_id", "household_id", "landmark_on")
        .unique()
        .sort("child_id", "landmark_on")
    )
    return card.score_table(count_lines(at, known)).select("child_id", "landmark_on", "points")
