from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from by_hand import at, on, record
from risk.evaluation.reporting_rate import reporting_rate, with_tellings
from risk.model.days_asked import landmarks

TWICE = (
    "16 physical_harm school 2023-01-02 2023-01-05",
    "16 physical_harm hospital 2023-01-02 2023-01-03",
)


@pytest.mark.parametrize(
    "other",
    [
        "17 physical_harm hospital 2023-01-02",
        "16 hunger hospital 2023-01-02",
        "16 physical_harm hospital 2023-01-03",
        "16 referral hospital 2023-01-02",
    ],
)
def test_another_child_another_concern_another_day_and_a_response_are_no_telling_again(other):
    found = with_tellings(at("16 2023-02-01"), record(TWICE[0], other))
    assert found["n_told_again"].to_list() == [0]


def test_tellings_again_are_counted_from_the_day_after_they_were_recorded():
    days = ("2023-01-03", "2023-01-04", "2023-01-05", "2023-01-06")
    found = with_tellings(
        at(*[f"17 {day}" for day in days]), record(*TWICE)
    )  # the whole home's, so a sibling's too
    assert found["n_things_physical_harm"].to_list() == [0, 1, 1, 1]
    assert found["n_told_again"].to_list() == [0, 0, 0, 1]


def test_a_rate_is_one_where_nothing_is_known_and_above_it_where_things_are_told_again_more_than_usual():
    """What is usual: of ten things, five told again. One home has ten of ten again, one none of ten."""
    usual = with_tellings(at("16 2023-01-02"), record())
    rows = pl.concat([usual] * 3).with_columns(
        n_things_hunger=pl.Series([10, 10, 0], dtype=pl.Int16),
        n_told_again=pl.Series([10, 0, 0], dtype=pl.Int16),
    )
    assert reporting_rate(rows, rows).tolist() == pytest.approx([12 / 7, 2 / 7, 1])


def test_what_is_usual_is_learned_from_training_rows_alone(norfolk):
    rows = with_tellings(landmarks(norfolk.record), norfolk.record)
    train, test = rows.head(2_000), rows.tail(500)
    alone = reporting_rate(train, test)
    with_more = reporting_rate(train, pl.concat([test, rows.head(100)]))
    assert (alone == with_more[:500]).all()


def test_nothing_recorded_later_changes_what_is_told_by_a_day(norfolk):
    day = on("2014-01-06")
    known = norfolk.record.events.filter(pl.col("recorded_on") < day)
    rows = landmarks(norfolk.record).filter(pl.col("landmark_on") <= day)
    past = replace(norfolk.record, events=known)
    assert with_tellings(rows, norfolk.record).equals(with_tellings(rows, past))


def test_homes_seen_more_have_a_higher_rate(england):
    """The trace: visibility multiplies noticing, and with it how often a thing that is told is told again."""
    last = landmarks(england.record).filter(pl.col("landmark_on") == pl.col("landmark_on").max())
    rows = with_tellings(last, england.record)
    rate = pl.Series("rate", np.log(reporting_rate(rows, rows)))
    by_class = (
        rows.with_columns(rate)
        .join(england.truth.families, on="household_id")
        .group_by("visibility")
        .agg(pl.col("rate").mean())
    )
    rates = dict(by_class.with_columns(pl.col("visibility").cast(pl.String)).iter_rows())
    assert rates["little_seen"] < rates["seen"] < rates["much_seen"]
