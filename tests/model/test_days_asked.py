from datetime import date, timedelta

import polars as pl
import pytest

from by_hand import at, on, record, truth
from risk.core.errors import InputError
from risk.model.days_asked import landmarks
from risk.model.labelling import harm_today, labels
from risk.model.splits import split


def days_of(table: pl.DataFrame, child: int = 16) -> list[str]:
    return table.filter(pl.col("child_id") == child)["landmark_on"].cast(pl.String).to_list()


def test_landmarks_begin_after_the_burn_in_and_end_before_the_last_day():
    found = landmarks(record(from_on="2022-01-03", to_on="2022-03-14"), every_weeks=4, burn_in_weeks=2)
    assert days_of(found) == ["2022-01-17", "2022-02-14"]  # the next would be the last day itself
    assert found.sort("child_id", "landmark_on").equals(found)


@pytest.mark.parametrize(
    ("weeks", "first"), [(52, 26), (156, 78), (207, 103), (208, 104), (209, 104), (260, 104)]
)
def test_a_record_is_asked_about_after_two_years_or_after_half_of_it(weeks, first):
    some = record(from_on="2018-01-01", to_on=str(date(2018, 1, 1) + timedelta(weeks=weeks)))
    asked = landmarks(some)["landmark_on"].min()
    assert asked == date(2018, 1, 1) + timedelta(weeks=first)


def test_a_child_is_at_risk_from_the_day_of_birth():
    found = landmarks(record(born="2022-02-14", to_on="2022-03-21"), every_weeks=4, burn_in_weeks=2)
    assert days_of(found) == ["2022-02-14", "2022-03-14"]


def test_a_child_is_at_risk_until_the_eighteenth_birthday():
    found = landmarks(record(born="2004-02-14", to_on="2022-03-21"), every_weeks=4, burn_in_weeks=2)
    assert days_of(found) == ["2022-01-17"]


def test_a_child_away_from_home_is_not_at_risk_from_the_day_after_it_was_recorded():
    away = record(
        "- accommodated_s20 childrens_services 2022-01-31",
        "- return_home childrens_services 2022-02-28",
        to_on="2022-03-21",
    )
    found = landmarks(away, every_weeks=2, burn_in_weeks=2)
    assert days_of(found) == ["2022-01-17", "2022-01-31", "2022-03-14"]


def test_a_child_who_leaves_alone_leaves_the_sibling_at_home():
    away = record("16 police_protection police 2022-01-18", to_on="2022-02-14")
    found = landmarks(away, every_weeks=2, burn_in_weeks=2)
    assert days_of(found, 16) == ["2022-01-17"]
    assert days_of(found, 17) == ["2022-01-17", "2022-01-31"]


@pytest.mark.parametrize(
    ("begins", "ends", "warranted"),
    [
        ("2022-06-01", "2022-06-02", True),  # the landmark day itself
        ("2022-05-01", "2022-06-01", False),  # over the day before: its end is exclusive
        ("2022-05-01", "2022-06-02", True),
        ("2022-08-23", "2022-09-30", True),  # the last day of the 12 weeks
        ("2022-08-24", "2022-09-30", False),  # the first day beyond
    ],
)
def test_the_horizon_is_half_open(begins, ends, warranted):
    found = labels(at("16 2022-06-01"), truth(spells=[f"1 {begins} {ends} serious"]), horizon_weeks=12)
    assert found["warranted"].to_list() == [warranted]


@pytest.mark.parametrize(
    ("begins", "ends", "today", "to_come"),
    [
        ("2022-06-01", "2022-06-02", True, False),  # the landmark day alone
        ("2022-05-01", "2022-06-01", False, False),  # over the day before
        ("2022-06-02", "2022-06-03", False, True),  # it begins the day after
        ("2022-08-24", "2022-09-30", False, False),  # beyond the 12 weeks
    ],
)
def test_harm_is_there_today_or_still_to_come_and_never_both(begins, ends, today, to_come):
    hidden = truth(spells=[f"1 {begins} {ends} serious"])
    found = harm_today(labels(at("16 2022-06-01"), hidden), hidden).row(0, named=True)
    assert found["harm_today"] is today
    assert (found["warranted"] and not found["harm_today"]) is to_come


def test_harm_that_comes_back_within_the_horizon_is_there_today_all_the_same():
    hidden = truth(spells=["1 2022-05-01 2022-06-05 serious", "1 2022-07-01 2022-08-01 severe"])
    assert harm_today(at("16 2022-06-01", "16 2022-06-10"), hidden)["harm_today"].to_list() == [True, False]


def test_of_the_day_on_which_the_truth_ends_nobody_knows():
    short = truth(spells=["1 2022-06-20 2022-07-01 serious"], to_on="2022-07-01")
    assert harm_today(at("16 2022-06-30", "16 2022-07-01"), short)["harm_today"].to_list() == [True, None]


def test_what_happens_in_another_home_is_no_answer_for_this_one():
    found = labels(at("16 2022-06-01", "32 2022-06-01"), truth(spells=["2 2022-06-01 2022-07-01 severe"]))
    assert found["warranted"].to_list() == [False, True]


def test_strained_care_warrants_no_assessment():
    found = labels(at("16 2022-06-01"), truth(spells=["1 2022-01-03 2023-01-01 strained"]))
    assert found["warranted"].to_list() == [False]


def test_a_child_who_leaves_a_home_before_it_turns_serious_is_judged_by_the_home():
    left = truth(spells=["1 2022-06-20 2022-07-01 serious"])  # no harms: the child no longer lived there
    assert labels(at("16 2022-06-01"), left)["warranted"].to_list() == [True]


def test_a_landmark_not_followed_for_the_whole_horizon_has_no_answer_whatever_came():
    short = truth(spells=["1 2022-06-20 2022-06-30 serious"], to_on="2022-07-01")
    found = labels(at("16 2022-06-01", "16 2022-04-01", "32 2022-06-01"), short)
    assert found["warranted"].to_list() == [None, True, None]


def test_labels_keep_the_rows_and_their_order_whatever_it_is():
    rows = at("32 2022-06-01", "16 2022-07-01", "16 2022-06-01", "16 2023-01-01")
    homes = ["1 2022-06-15 2022-06-20 serious", "2 2022-05-01 2022-06-10 severe"]
    found = labels(rows, truth(spells=homes))
    assert found.drop("warranted").equals(rows)
    assert found["warranted"].to_list() == [True, False, True, False]


def test_no_household_is_on_both_sides_of_a_split(england):
    train, test = split(landmarks(england.record), test_share=0.3, seed=1)
    assert not set(train["household_id"]) & set(test["household_id"])
    assert 0.25 < test["household_id"].n_unique() / 1_500 < 0.35


def test_a_household_keeps_its_side_in_a_larger_cohort():
    some = pl.DataFrame({"household_id": range(100)})
    more = pl.DataFrame({"household_id": range(1_000)})
    assert set(split(some)[1]["household_id"]) == {h for h in split(more)[1]["household_id"] if h < 100}


def test_households_too_few_to_split_are_refused():
    with pytest.raises(InputError, match="1 households cannot be split"):
        split(pl.DataFrame({"household_id": [1], "on": [on("2022-01-01")]}))
