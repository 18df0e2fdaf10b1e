"""Landmarks: the days on which we ask about each child, and what the answer turned out to be.

The landmark table (child_id, household_id, landmark_on) is the spine: features, scores and labels are
columns added to it, in the same order. A landmark sees what was recorded before it, never on it.

van Houwelingen (2007), Scandinavian Journal of Statistics 34:70-85.
"""

from datetime import timedelta

import polars as pl

from risk.core.arguments import need, need_whole
from risk.core.arrays import moment
from risk.core.kinds import LEAVES_HOME
from risk.model.features import BAND_ENDS_DAYS
from risk.records.cohort import Record, is_child


def landmarks(record: Record, *, every_weeks: int = 4, burn_in_weeks: int | None = None) -> pl.DataFrame:
    """Return child_id, household_id, landmark_on: every child at risk, every few weeks, in that order.

    A child is at risk from birth to the eighteenth birthday while, by what was recorded before that
    day, living at home.

    burn_in_weeks: from the start of the record, before there is a history to see; unless given, the two years
    that a card looks back, or half the record where that is less.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> risk.landmarks(cohort.record, every_weeks=4).row(0)
    (0, 0, datetime.date(2012, 1, 2))
    """
    need("record", record, Record, "a cohort's is `.record`")
    need_whole("every_weeks", every_weeks, 1)
    if burn_in_weeks is None:
        weeks = (record.to_on - record.from_on).days // 7
        burn_in_weeks = min(BAND_ENDS_DAYS[-1] // 7, weeks // 2)
    need_whole("burn_in_weeks", burn_in_weeks, 0)
    days = pl.DataFrame(
        {
            "landmark_on": pl.date_range(
                record.from_on + timedelta(weeks=burn_in_weeks),
                record.to_on,
                interval=f"{every_weeks}w",
                closed="left",
                eager=True,
            )
        }
    )
    everyone = (
        record.children.select("child_id", "household_id", "born_on")
        .sort("child_id")
        .join(days, how="cross", maintain_order="left_right")
        .filter(is_child(pl.col("landmark_on")))
        .select("child_id", "household_id", "landmark_on")
    )
    return everyone.filter(~_away(everyone, record))


def _away(at: pl.DataFrame, record: Record) -> pl.Series:
    """Return whether the last move recorded before each landmark took the child from home."""
    moves = (
        record.events_by_child()
        .filter(pl.col("kind").is_in([*LEAVES_HOME, "return_home"]), pl.col("relation") != "sibling")
        .select(
            "event_id",
            mover="child_id",
            moment=moment("child_id", "recorded_on"),
            away=pl.col("kind") != "return_home",
        )
        .sort("moment", "event_id")
    )
    moved = at.with_columns(moment=moment("child_id", "landmark_on")).join_asof(
        moves, on="moment", allow_exact_matches=False, check_sortedness=False
    )
    return moved.select(
        pl.when(pl.col("mover") == pl.col("child_id")).then("away").otherwise(False)
    ).to_series()
