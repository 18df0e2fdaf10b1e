from datetime import timedelta

import polars as pl
import pytest

from by_hand import at, on
from risk.core.errors import InputError
from risk.evaluation.judged_rows import both_sides
from risk.model.splits import closed_before, quarters, temporal

HORIZON = timedelta(weeks=12)


@pytest.fixture(scope="module")
def sides(england):
    return both_sides([england], ceiling=False)


def apart(train: pl.DataFrame, test: pl.DataFrame) -> bool:
    return not set(train["household_id"]) & set(test["household_id"])


def test_a_label_has_closed_when_its_horizon_ends_by_the_cut():
    rows = at("16 2023-01-01", "16 2023-01-02")
    assert closed_before(rows, on("2023-03-26"))["landmark_on"].to_list() == [on("2023-01-01")]


def test_no_household_straddles_any_split(sides):
    for train, test in (sides, temporal(*sides), *quarters(*sides)):
        assert train.height
        assert test.height
        assert apart(train, test)


def test_in_the_temporal_split_no_training_label_looks_past_the_cut(sides):
    train, test = temporal(*sides)
    cut_on = test["landmark_on"].min()
    assert train["landmark_on"].max() + HORIZON <= cut_on
    assert train["landmark_on"].max() + HORIZON > cut_on - timedelta(weeks=4)  # and no more is given up
    assert test.height == pytest.approx(sides[1].height / 3, rel=0.1)


def test_each_quarter_learns_from_what_had_closed_before_it_and_they_follow_one_another(sides):
    last = None
    for train, test in quarters(*sides):
        first = test["landmark_on"].min()
        assert train["landmark_on"].max() + HORIZON <= first
        assert test["landmark_on"].max() - first < timedelta(weeks=13)
        assert last is None or first > last
        last = test["landmark_on"].max()
    assert last == sides[1]["landmark_on"].max()


def test_all_that_is_left_is_tested_once(sides):
    tested = pl.concat([test for _, test in quarters(*sides)])
    after = sides[1].filter(pl.col("landmark_on") >= tested["landmark_on"].min())
    keys = ["child_id", "landmark_on"]
    assert tested.sort(keys).equals(after.sort(keys))


def test_a_cohort_too_short_for_a_gap_is_refused(sides):
    first = sides[0]["landmark_on"].min() + timedelta(weeks=16)
    short = [side.filter(pl.col("landmark_on") < first) for side in sides]
    with pytest.raises(InputError, match="leaves no rows on one side; generate more years"):
        temporal(*short)
    with pytest.raises(InputError, match="no quarter comes after the 52 weeks"):
        list(quarters(*short))
