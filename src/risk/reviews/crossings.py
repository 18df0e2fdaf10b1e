"""Crossings: the first day on which the score of each of many children reached the line."""

from datetime import timedelta

import polars as pl

from risk.model.card import Card
from risk.model.features import BAND_ENDS_DAYS, featurise, known_events
from risk.records.cohort import Record, is_child


def first_crossings(card: Card, record: Record, line: int, *, viewer: str = "pooled") -> pl.DataFrame:
    """Return child_id and crossed_on, the first day on which a child's score reaches the line."""
    return (
        scored_rises(card, record, viewer)
        .filter(pl.col("points") >= line)
        .group_by("child_id")
        .agg(crossed_on=pl.col("landmark_on").min())
        .sort("child_id")
    )


def scored_rises(card: Card, record: Record, viewer: str = "pooled") -> pl.DataFrame:
    """Return child_id, landmark_on and points on every day on which a child's score can have risen.

    A score only rises on the day after something became known, or when a finding that lowered it
    expires; so those days, and the day of birth, are all that need looking at. Until the 18th birthday.
    """
    known = known_events(record, viewer)
    known_day = known.select("child_id", "household_id", after=pl.col("known_on"))
    lapses = known.filter(pl.col("unsubstantiated"))
    births = record.children.select(
        "child_id", "household_id", after=pl.col("born_on") - timedelta(days=1)
    ).drop_nulls()
    at = (
        pl.concat(
            [known_day, births]
            + [
                lapses.select("child_id", "household_id", after=pl.col("recorded_on") + timedelta(days=d))
                for d in BAND_ENDS_DAYS
            ]
        )
        .with_columns(landmark_on=pl.col("after") + timedelta(days=1))
        .join(record.children.select("child_id", "born_on"), on="child_id", how="inner")
        .filter(is_child(pl.col("landmark_on")), pl.col("landmark_on") <= record.to_on)
        .select("child_id", "household_id", "landmark_on")
        .unique()
        .sort("child_id", "landmark_on")
    )
    return card.score_table(featurise(at, record, viewer=viewer)).select("child_id", "landmark_on", "points")
