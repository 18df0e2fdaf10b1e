"""Standing: how things stood with a household at the end of a day, as its record tells it.

rows: household_id and on, the days that are asked about. events: those of a record.
"""

from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Ints, moments_of
from risk.core.kinds import LEAVES_HOME

OPENS: Final = ("referral", "assessment_started", "strategy_discussion")


def away_from_home(rows: pl.DataFrame, events: pl.DataFrame) -> pl.Series:
    """Return whether the children were away from home at the end of each day."""
    moves = of_kinds(events, *LEAVES_HOME, "return_home")
    return last_state(rows, moves.with_columns(state=pl.col("kind") != "return_home"))


def case_open(rows: pl.DataFrame, events: pl.DataFrame) -> pl.Series:
    """Return whether an episode of need was open at the end of each day."""
    at_once = of_kinds(events, "no_further_action", "early_help").join(
        of_kinds(events, "referral").select(answers="event_id"), on="answers", how="semi"
    )
    closed = pl.concat([at_once, of_kinds(events, "case_closed")]).with_columns(state=False)
    return last_state(rows, pl.concat([of_kinds(events, *OPENS).with_columns(state=True), closed]))


def last_state(rows: pl.DataFrame, changes: pl.DataFrame) -> pl.Series:
    """Return the state that a household's last change up to the day of each row left; false before any."""
    changes = changes.sort("household_id", "on", "event_id")
    place = np.searchsorted(home_days(changes), home_days(rows), side="right") - 1
    last = pl.Series(place, dtype=pl.Int64).replace(-1, None)
    of_this_home = changes["household_id"].gather(last) == rows["household_id"]
    return (of_this_home & changes["state"].gather(last)).fill_null(False)


def of_kinds(events: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    """Return the events of such kinds, with `on`, the day on which they were written down."""
    return events.filter(pl.col("kind").is_in(kinds)).with_columns(on="recorded_on")


def home_days(rows: pl.DataFrame) -> Ints:
    """Return a household and a day as one number: days of one household lie as far apart as their dates."""
    return moments_of(rows, "household_id", "on")
