"""The laws that hold for whatever is built on a record: the future never reaches the past."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from by_hand import on
from conftest import simulated
from risk.model.alarms import AlarmPolicy, raise_alarms
from risk.model.card import Card
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.records.cohort import Record
from risk.reviews.crossings import first_crossings

CARD = Card.shipped()
LINE = 22


def without_the_future(record: Record, day: date) -> Record:
    """The record as it stood at the start of a day: later rows gone, later sharing not yet known."""
    known = record.events.filter(pl.col("recorded_on") < day)
    shared = pl.when(pl.col("shared_on") < day).then("shared_on")
    return replace(record, events=known.with_columns(shared_on=shared))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("day", ["2010-09-06", "2011-03-01", "2011-12-25"])
def test_deleting_the_future_changes_no_landmark_feature_score_or_alarm_up_to_then(seed, day):
    record = simulated("norfolk_review", 60, seed=seed, years=2).record
    cut = on(day)
    past = without_the_future(record, cut)
    until = pl.col("landmark_on") <= cut
    for viewer in ("pooled", "childrens_services", "police"):
        scored = [
            CARD.score_table(
                featurise(landmarks(r, every_weeks=1, burn_in_weeks=26).filter(until), r, viewer=viewer)
            )
            for r in (record, past)
        ]
        assert scored[0].height > 500
        assert scored[0].equals(scored[1])
        assert raise_alarms(scored[0], AlarmPolicy(LINE)).equals(raise_alarms(scored[1], AlarmPolicy(LINE)))
        crossed = [first_crossings(CARD, r, LINE, viewer=viewer) for r in (record, past)]
        before = pl.col("crossed_on") <= cut
        assert crossed[0].filter(before).equals(crossed[1].filter(before))
