"""What is avoided: days of harm, assessments and removals from a home's day on, counted in the head and by a loop."""

from datetime import date, timedelta

import polars as pl
import pytest

from by_hand import on, record, truth
from conftest import simulated
from risk.records.cohort import Cohort
from risk.world.avoided import DAYS_TO_ACT, WITHIN_WEEKS, avoided
from risk.world.replaying import acting, replay_in_full
from risk.world.scenario import Scenario

DAY = "2022-05-02"
AT = pl.DataFrame({"household_id": [1], "assess_on": [on(DAY)]}, schema=DAYS_TO_ACT)
ASSESSED = [
    "- referral childrens_services 2022-05-02",
    "- assessment_completed childrens_services 2022-06-01",
]


def cohort(events, harms, **span) -> Cohort:
    return Cohort(record(*events, **span), truth(*harms), {})


def counted(before: Cohort, after: Cohort, weeks=26, **of) -> dict:
    return avoided(before, after, AT, **of).filter(pl.col("within_weeks") == weeks).row(0, named=True)


@pytest.mark.parametrize(
    ("harm", "days"),
    [
        ("2022-05-02 2022-05-09", 7),  # its first day is the day itself
        ("2022-04-01 2022-05-02", 0),  # ended the day before
        ("2022-04-01 2022-05-03", 1),
        ("2022-10-30 2022-11-30", 1),  # the 26 weeks end before 31 October
        ("2022-10-31 2022-11-30", 0),
        ("2021-01-01 2023-06-01", 182),
    ],
)
def test_harm_counts_from_the_day_on_for_so_many_weeks(harm, days):
    before, after = cohort([], [f"16 {harm}"]), cohort([], [])
    row = counted(before, after)
    assert (row["harm_days_before"], row["harm_days_after"]) == (days, 0)


@pytest.mark.parametrize(
    ("harm", "in_harm"),
    [("2022-05-02 2022-05-09", True), ("2022-04-01 2022-05-02", False), ("2022-05-03 2022-06-01", False)],
)
def test_in_harm_is_said_of_the_day_alone(harm, in_harm):
    assert counted(cohort([], [f"16 {harm}"]), cohort([], []))["in_harm"] is in_harm


def test_all_children_of_a_home_count_or_one_alone():
    before, after = cohort([], [f"16 {DAY} 2022-05-09", f"17 {DAY} 2022-05-04"]), cohort([], [])
    assert counted(before, after)["harm_days_before"] == 9
    assert counted(before, after, child_id=17)["harm_days_before"] == 2
    assert counted(cohort([], [f"16 {DAY} 2022-05-09"]), after, child_id=17)["in_harm"] is False


@pytest.mark.parametrize(("to_on", "stretches"), [("2022-10-30", []), ("2022-10-31", [26]), ("2023-05-01", [26, 52]), ("2024-04-29", [26, 52, 104])])  # fmt: skip
def test_a_stretch_is_said_only_of_homes_that_are_followed_for_the_whole_of_it(to_on, stretches):
    both = [cohort([], [], to_on=to_on)] * 2
    assert avoided(*both, AT)["within_weeks"].to_list() == stretches


def test_it_began_only_where_a_referral_of_that_day_answers_nothing():
    nothing = cohort([], [])
    told = ["16 hunger school 2022-05-02 2022-05-02 2022-05-02", "- contact school 2022-05-02 answers=0"]
    of_a_contact = [*told, "- referral childrens_services 2022-05-02 answers=1"]
    for events, is_begun in (
        (ASSESSED, True),
        (of_a_contact, False),
        (["- referral childrens_services 2022-05-03"], False),
        ([], False),
    ):
        assert counted(nothing, cohort(events, []))["began"] is is_begun


def test_assessments_of_the_home_and_removals_of_its_children_are_counted_in_both():
    late = ["- assessment_completed childrens_services 2022-10-31"]  # the first day after the 26 weeks
    removed = [*ASSESSED, "- accommodated_s20 childrens_services 2022-06-02"]
    row = counted(cohort(late, []), cohort(removed, []))
    assert (row["assessments_before"], row["assessments_after"]) == (0, 1)
    assert (row["removals_before"], row["removals_after"]) == (0, 2)


@pytest.mark.parametrize(("born", "n_removed"), [("2004-06-02", 0), ("2004-06-03", 2)])
def test_who_is_eighteen_that_day_is_not_removed(born, n_removed):
    removed = [*ASSESSED, "- accommodated_s20 childrens_services 2022-06-02"]
    before, after = cohort([], [], born=born), cohort(removed, [], born=born)
    assert counted(before, after)["removals_after"] == n_removed


def test_a_loop_over_every_day_of_every_child_counts_the_same():
    norfolk = Scenario.named("norfolk_review")
    before = simulated("norfolk_review", 60, seed=5, years=3)
    days = {home: date(2010, 3, 1) + timedelta(days=11 * home) for home in range(60)}
    rows = {"household_id": list(days), "assess_on": list(days.values())}
    found = replay_in_full(before, acting(norfolk), assess_on=pl.DataFrame(rows, schema=DAYS_TO_ACT)).avoided
    harmed = set()
    for child, start, end in before.truth.harms.select("child_id", "warranted_from", "warranted_to").rows():
        harmed |= {(child, start + timedelta(days=d)) for d in range((end - start).days)}
    for row in found.iter_rows(named=True):
        home, day = row["household_id"], row["assess_on"]
        span = [day + timedelta(days=d) for d in range(7 * row["within_weeks"])]
        children = [16 * home + n for n in range(5)]
        assert row["harm_days_before"] == sum((c, d) in harmed for c in children for d in span)
        assert row["in_harm"] == any((c, day) in harmed for c in children)
    assert found.height == sum(d + timedelta(weeks=w) <= before.record.to_on for d in days.values() for w in WITHIN_WEEKS)  # fmt: skip
    assert (found["harm_days_before"] != found["harm_days_after"]).any()
