"""Calibration: what is counted, over what, for how many children, and how sure a cohort is of it."""

import csv
import json
from dataclasses import fields, replace
from functools import reduce
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from operator import add
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from by_hand import history, on
from conftest import simulated
from risk import Cohort, Scenario
from risk.core.errors import InputError
from risk.core.kinds import GENERATED_AGENCIES
from risk.national.flows import SOURCES
from risk.national.measures import BY_AGE_5, MEASURES, MEDIAN, RATIOS, estimates, measures
from risk.national.published import (
    COLUMNS,
    calibration,
    calibration_in_words,
    calibration_table,
    compared,
    targets,
    verdict_counts,
)
from risk.records.cohort import Record
from risk.show import charts

ROWS = list(csv.DictReader((files("risk.national") / "targets.csv").read_text(encoding="utf-8").splitlines()))


def found(record: Record) -> dict[str, float | None]:
    """What is simulated, by measure."""
    return dict(estimates(measures(record)).select("name", "simulated").iter_rows())


def per_10_000(n: float, child_years: float) -> float:
    return pytest.approx(10_000 * n / child_years)


# The measured year of these records is 2023; each has two children, of 7 and 8 years, unless it says more.


def test_a_response_counts_once_for_each_child_of_the_household():
    two = history("1 referral school 2023-03-01")
    three = history(
        "1 referral school 2023-03-01", born={16: "2015-06-01", 17: "2016-06-01", 18: "2020-01-01"}
    )
    assert found(two)["referrals_per_10_000"] == per_10_000(2, 2)
    assert found(three)["referrals_per_10_000"] == per_10_000(3, 3)
    assert measures(two).ratios[list(RATIOS).index("referrals_per_10_000"), 0] == 2
    assert measures(three).ratios[list(RATIOS).index("referrals_per_10_000"), 0] == 3


def test_a_child_counts_from_birth_until_the_day_before_turning_18():
    lines = ["1 referral school 2023-03-01", "1 referral police 2023-03-02"]
    grown = history(*lines, born={16: "2005-03-02", 17: "2015-06-01"})
    newborn = history(*lines, born={16: "2023-03-02", 17: "2015-06-01"})
    # On the first day both are children, or one is; on the second the other way round.
    assert found(grown)["source_schools"] == pytest.approx(100 * 2 / 3)
    assert found(newborn)["source_schools"] == pytest.approx(100 * 1 / 3)
    assert found(grown)["referrals_per_10_000"] == per_10_000(3, 1 + 60 / 365)
    assert found(newborn)["referrals_per_10_000"] == per_10_000(3, 1 + 305 / 365)


def test_children_of_other_households_do_not_count():
    record = history(
        "2 referral school 2023-03-01",
        "3 referral police 2023-03-01",
        born={16: "2015-06-01", 32: "2015-06-01", 33: "2016-06-01", 34: "2017-06-01", 48: "2018-06-01"},
    )
    assert found(record)["source_schools"] == 75
    assert found(record)["referrals_per_10_000"] == per_10_000(4, 5)


def test_only_the_last_365_days_are_measured():
    record = history("1 referral school 2022-12-31", "1 referral police 2023-01-01")
    assert found(record)["source_police"] == 100
    assert found(record)["referrals_per_10_000"] == per_10_000(2, 2)


@pytest.mark.parametrize(("group", "agencies"), SOURCES.items())
def test_every_agency_of_a_group_counts_to_it_and_no_other(group, agencies):
    for agency in agencies:
        shares = found(history(f"1 referral {agency} 2023-03-01"))
        assert {n: v for n, v in shares.items() if n.startswith("source_") and v} == {f"source_{group}": 100}


def test_every_agency_but_the_unspecified_refers_for_one_of_the_ten_groups():
    assert sorted(a for group in SOURCES.values() for a in group) == sorted(
        set(GENERATED_AGENCIES) - {"unspecified"}
    )


def test_a_referral_comes_again_within_365_days_of_the_one_before():
    again = "1 referral school 2022-06-01", "1 referral school 2023-06-01"
    too_late = "1 referral school 2022-05-31", "1 referral school 2023-06-01"
    assert found(history(*again))["re_referral_12_months"] == 100
    assert found(history(*too_late))["re_referral_12_months"] == 0


def test_a_referral_does_not_come_again_for_a_child_who_was_not_born_at_the_one_before():
    record = history(
        "1 referral school 2022-12-01",
        "1 referral school 2023-06-01",
        "2 referral school 2023-05-01",
        born={16: "2015-06-01", 17: "2023-01-01", 32: "2015-06-01"},
    )
    assert found(record)["re_referral_12_months"] == pytest.approx(100 * 1 / 3)


def test_what_closes_a_referral_at_once_is_told_from_what_closes_an_enquiry():
    record = history(
        "1 referral school 2023-01-02",
        "1 no_further_action childrens_services 2023-01-03 answers=0",
        "1 referral school 2023-02-01",
        "1 early_help childrens_services 2023-02-02 answers=2",
        "1 referral school 2023-03-01",
        "1 strategy_discussion childrens_services 2023-03-01 answers=4",
        "1 section_47_enquiry childrens_services 2023-03-02 answers=5",
        "1 no_further_action childrens_services 2023-03-20 answers=6",
    )
    assert found(record)["no_further_action"] == pytest.approx(100 * 2 / 3)
    assert found(record)["section_47_per_100_referrals"] == pytest.approx(100 * 1 / 3)


ASSESSED = (
    "1 referral school 2023-02-01",
    "1 assessment_started childrens_services 2023-02-02 answers=0",
    "1 assessment_completed childrens_services {done} closes=1 {finding}",
)


def test_an_assessment_is_timed_from_its_referral_in_working_days_the_first_of_them_day_0():
    # 1 February 2023 was a Wednesday; Easter and no other bank holiday fall before 7 April.
    in_time = history(*[line.format(done="2023-04-05", finding="substantiated") for line in ASSESSED])
    late = history(*[line.format(done="2023-04-06", finding="substantiated") for line in ASSESSED])
    assert found(in_time)["assessment_median_working_days"] == 45
    assert found(in_time)["assessment_within_45_days"] == 100
    assert found(late)["assessment_median_working_days"] == 46
    assert found(late)["assessment_within_45_days"] == 0


def test_an_assessment_by_way_of_a_strategy_discussion_is_timed_from_the_referral_too():
    record = history(
        "1 referral school 2023-02-01",
        "1 strategy_discussion childrens_services 2023-02-02 answers=0",
        "1 assessment_started childrens_services 2023-02-03 answers=1",
        "1 assessment_completed childrens_services 2023-02-08 closes=2 unsubstantiated",
    )
    assert found(record)["assessment_median_working_days"] == 5
    assert found(record)["assessed_not_in_need"] == 100


def test_an_assessment_without_a_referral_is_timed_from_its_start_and_answers_none():
    record = history(
        "1 referral school 2022-02-01",
        "1 contact police 2023-02-01",
        "1 strategy_discussion childrens_services 2023-02-02 answers=1",
        "1 assessment_started childrens_services 2023-02-03 answers=2",
        "1 assessment_completed childrens_services 2023-02-08 closes=3 unsubstantiated",
        "1 referral school 2023-12-01",
    )
    assert found(record)["assessment_median_working_days"] == 3
    assert found(record)["assessed_not_in_need"] == 0


def test_not_in_need_is_what_an_assessment_finds_not_what_it_doubts():
    for finding, share in (("substantiated", 0), ("unsubstantiated", 100)):
        record = history(*[line.format(done="2023-03-01", finding=finding) for line in ASSESSED])
        assert found(record)["assessed_not_in_need"] == share


def test_a_year_s_answers_are_set_against_the_same_year_s_referrals():
    record = history(
        "1 referral school 2022-12-01",
        "1 assessment_started childrens_services 2022-12-02 answers=0",
        "1 assessment_completed childrens_services 2023-01-10 closes=1 unsubstantiated",
        "1 referral school 2023-12-01",
        "1 assessment_started childrens_services 2023-12-04 answers=3",
    )
    assert found(record)["assessed_not_in_need"] == 100


def test_the_median_spreads_each_whole_day_over_the_day():
    two_days = history(
        *(line.format(done="2023-02-03", finding="substantiated") for line in ASSESSED),
        "2 referral school 2023-02-01",
        "2 assessment_started childrens_services 2023-02-02 answers=3",
        "2 assessment_completed childrens_services 2023-02-06 closes=4 substantiated",
        born={16: "2015-06-01", 32: "2015-06-01", 33: "2015-06-01", 34: "2015-06-01"},
    )
    # One child at 2 days and three at 3: half of the four is reached a third of the way from 2.5 to 3.5.
    assert found(two_days)["assessment_median_working_days"] == pytest.approx(2.5 + 1 / 3)


def test_lengths_of_assessments_are_kept_with_what_their_error_needs():
    # Two children, assessed twice: 2 days, then 5.
    kept = measures(
        history(
            *(line.format(done="2023-02-03", finding="substantiated") for line in ASSESSED),
            "1 assessment_started childrens_services 2023-06-05",
            "1 assessment_completed childrens_services 2023-06-12 closes=3 substantiated",
        )
    ).durations
    assert kept[:, [2, 5]].tolist() == [[2, 2], [2 * 4, 2 * 4], [2 * 2, 3 * 2 * 2]]
    assert kept.sum(axis=1).tolist() == [4, 16, 16]


def test_a_factor_is_a_share_of_completed_assessments():
    lines = [line.format(done="2023-03-01", finding="substantiated") for line in ASSESSED]
    record = history(
        *lines,
        "2 assessment_started childrens_services 2023-02-02",
        "2 assessment_completed childrens_services 2023-03-01 closes=3 substantiated",
        born={16: "2015-06-01", 32: "2015-06-01", 33: "2015-06-01"},
        factors=((2, "neglect"), (2, "domestic_abuse"), (4, "domestic_abuse")),
    )
    assert found(record)["factor_neglect"] == pytest.approx(100 / 3)
    assert found(record)["factor_domestic_abuse"] == 100
    assert found(record)["factor_mental_health"] == 0


PROTECTED = (
    "1 referral school 2023-01-03",
    "1 strategy_discussion childrens_services 2023-01-04 answers=0",
    "1 section_47_enquiry childrens_services 2023-01-05 answers=1",
    "1 initial_child_protection_conference childrens_services {held} closes=2 substantiated",
    "1 child_protection_plan_started childrens_services {held} answers=3 neglect",
)


def test_a_conference_is_in_time_within_15_working_days_of_the_strategy_discussion():
    for held, share in (("2023-01-25", 100), ("2023-01-26", 0)):
        record = history(*(line.format(held=held) for line in PROTECTED))
        assert found(record)["conference_within_15_days"] == share


def test_enquiries_conferences_and_plans_are_counted_over_one_another():
    record = history(
        *(line.format(held="2023-01-25") for line in PROTECTED),
        "2 section_47_enquiry childrens_services 2023-05-02",
        "3 section_47_enquiry childrens_services 2023-05-02",
        "3 initial_child_protection_conference childrens_services 2023-05-10 closes=6",
        born={16: "2015-06-01", 32: "2015-06-01", 48: "2015-06-01"},
    )
    assert found(record)["section_47_per_100_referrals"] == 300
    assert found(record)["conferences_per_100_section_47"] == pytest.approx(200 / 3)
    assert found(record)["plans_per_100_conferences"] == 50
    assert found(record)["plans_per_100_referrals"] == 100
    assert found(record)["plan_category_neglect"] == 100
    assert found(record)["plan_category_multiple"] == 0


def test_a_second_plan_is_one_for_a_child_who_was_born_at_an_earlier_one():
    record = history(
        "1 child_protection_plan_started childrens_services 2022-02-01 neglect",
        "1 child_protection_plan_ended childrens_services 2022-10-03 closes=0",
        "1 child_protection_plan_started childrens_services 2023-06-01 neglect",
        "2 child_protection_plan_started childrens_services 2023-06-01 neglect",
        born={16: "2015-06-01", 17: "2023-01-01", 18: "2005-02-01", 32: "2015-06-01", 33: "2005-02-01"},
    )
    assert found(record)["second_or_later_plan"] == pytest.approx(100 / 3)


def test_on_a_plan_is_who_has_one_that_has_not_ended_on_the_last_day():
    record = history(
        "1 child_protection_plan_started childrens_services 2022-02-01 neglect",
        "2 child_protection_plan_started childrens_services 2023-02-01 neglect",
        "2 child_protection_plan_ended childrens_services 2023-12-31 closes=1",
        born={16: "2015-06-01", 17: "2005-12-31", 18: "2023-06-01", 32: "2015-06-01"},
    )
    # One who has just turned 18 is not; one who was born when the plan had begun is.
    assert found(record)["on_plan_per_10_000"] == per_10_000(2, 3)


BEGINS = {
    "accommodated_s20": "section_20",
    "interim_care_order": "interim_care_order",
    "care_proceedings": "interim_care_order",  # written with the interim order, on one day
    "police_protection": "police_protection",
    "emergency_protection_order": "emergency_protection_order",
}


@pytest.mark.parametrize(("kind", "basis"), BEGINS.items())
def test_care_begins_on_the_basis_of_what_is_written_first(kind, basis):
    agency = {"police_protection": "police", "section_20": "childrens_services"}.get(basis, "court")
    record = history(f"1 {kind} {agency} 2023-03-01", "1 care_order court 2023-09-01")
    shares = {n: v for n, v in found(record).items() if n.startswith("legal_basis_") and v}
    assert shares == {f"legal_basis_{basis}": 100}
    taken = 0 if basis == "section_20" else 2
    assert found(record)["care_starts_per_10_000"] == per_10_000(2, 2)
    assert found(record)["taken_into_care_per_10_000"] == per_10_000(taken, 2)


def test_care_begins_again_only_after_a_return_and_counts_once_a_year():
    lines = (
        "1 accommodated_s20 childrens_services 2022-03-01",
        "1 care_proceedings court 2023-01-10",
        "1 interim_care_order court 2023-01-10",
    )
    assert found(history(*lines))["care_starts_per_10_000"] == 0
    came_back = (
        lines[0],
        "1 return_home childrens_services 2022-06-01 closes=0",
        "1 police_protection police 2023-03-01",
        "1 return_home childrens_services 2023-03-03 closes=2",
        "1 accommodated_s20 childrens_services 2023-05-02",
    )
    assert found(history(*came_back))["care_starts_per_10_000"] == per_10_000(2, 2)
    assert found(history(*came_back))["legal_basis_police_protection"] == 100


FIVE_YEARS = {"from_on": "2018-01-01", "to_on": "2023-01-02"}  # 261 weeks and a day


def test_referred_by_age_5_is_one_less_the_chance_of_never():
    record = history(
        "1 referral school 2019-03-01",
        "2 referral school 2021-03-01",
        born={16: "2018-01-01", 32: "2018-01-02", 48: "2018-01-03", 64: "2010-01-01", 80: "2022-01-03"},
        **FIVE_YEARS,
    )
    # Three are followed to the age of 5; the last one is censored at 1 year, before the first is referred.
    assert found(record)["referred_by_age_5"] == pytest.approx(100 * 2 / 3)


def test_a_referral_in_the_280_days_before_birth_counts_at_birth_and_one_before_them_does_not():
    children = {16: "2018-11-01", 32: "2018-11-01", 48: "2018-01-01"}
    unborn = history(
        "1 referral school 2018-01-25", "2 referral school 2018-01-24", born=children, **FIVE_YEARS
    )
    assert measures(unborn).watched[1, 0] == 1
    assert measures(unborn).watched[1].sum() == 1


def test_nobody_followed_to_age_5_means_nothing_is_known():
    assert found(history("1 referral school 2023-03-01"))["referred_by_age_5"] is None


def test_where_nothing_was_seen_nothing_is_simulated_and_nothing_can_be_told():
    rows = compared(measures(history()), "england_2014")
    of_children = pl.col("unit").str.contains("10,000 children")
    assert rows.filter(~of_children)["simulated"].null_count() == rows.filter(~of_children).height
    assert rows["verdict"].to_list() == ["unknown"] * rows.height
    # Of two children none was referred: nobody knows yet, and it is known how many would tell.
    assert rows.filter(of_children)["simulated"].drop_nulls().to_list() == [0] * 10
    needed = rows.drop_nulls("simulated")["households_needed"]
    assert needed.min() > 10
    assert rows["households_needed"].drop_nulls().len() == 10


def by_schools(percent: float, referrals: int) -> dict:
    """The row of referrals by schools, of so many, each of a household with one child: published 13.1 ± 1.5."""
    one = measures(history("1 referral school 2023-03-01"))
    sums = one.ratios.copy()
    y = referrals * percent / 100
    sums[list(RATIOS).index("source_schools")] = (y, referrals, y, y, referrals)
    rows = compared(replace(one, ratios=sums, households=referrals), "england_2014")
    row = rows.row(by_predicate=pl.col("name") == "source_schools", named=True)
    assert row["standard_error"] == pytest.approx(np.sqrt(percent * (100 - percent) / referrals))
    return row


@pytest.mark.parametrize(
    ("percent", "verdict"),
    # The error of 10,000 is 0.32 to 0.36: two of them reach over an edge at 11.6 or 14.6, or do not.
    [
        *((9, "outside"), (10.9, "outside"), (11.1, "unknown"), (12.1, "unknown"), (12.4, "within")),
        *((13.1, "within"), (13.8, "within"), (14.1, "unknown"), (15.2, "unknown"), (15.4, "outside")),
    ],
)
def test_a_row_is_within_or_outside_with_twice_its_error_or_else_nobody_can_tell(percent, verdict):
    assert by_schools(percent, 10_000)["verdict"] == verdict


@pytest.mark.parametrize("percent", [10.5, 12.3, 14.3, 16.0])
def test_fewer_households_never_tell_more(percent):
    verdicts = [by_schools(percent, n)["verdict"] for n in (100, 1_000, 10_000, 100_000, 1_000_000)]
    told = verdicts[verdicts.count("unknown") :]
    assert verdicts[0] == "unknown"
    assert set(told) == {"within" if 11.6 < percent < 14.6 else "outside"}


def test_so_many_households_as_are_needed_would_tell_and_a_few_less_would_not():
    row = by_schools(14.1, 10_000)
    # Of 10,000 at the edge of 14.6 the error is 0.353: twice that is to become the 0.5 that is left.
    assert row["households_needed"] == pytest.approx(19_949, abs=1)
    assert by_schools(14.1, row["households_needed"])["verdict"] == "within"
    assert by_schools(14.1, row["households_needed"] - 5)["verdict"] == "unknown"
    assert by_schools(13.1, 10_000)["households_needed"] is None


def test_where_no_figure_can_be_told_it_is_said_what_would_tell_one_that_agrees():
    # One that agrees is told from 14.6, with an error there of 3.53. By luck 14.5 lies next to that edge.
    row = by_schools(14.5, 100)
    assert row["households_needed"] == pytest.approx(100 * (2 * 3.5311 / 1.5) ** 2, abs=1)


def test_beyond_an_edge_only_that_edge_is_to_be_told_from_it():
    assert by_schools(20, 100)["verdict"] == "unknown"
    assert by_schools(20, 100)["households_needed"] == 172  # (2 x 3.5311 / 5.4)**2 times as many
    assert by_schools(22, 100)["verdict"] == "outside"


def test_of_few_the_error_is_that_of_the_edge_and_not_that_of_what_was_seen():
    # One of 200, with an error of 0.5, seems sure to be far below 11.6; so it would, had it been none.
    assert by_schools(0.5, 200)["verdict"] == "outside"
    assert by_schools(0, 200)["verdict"] == "outside"
    # One of 50 would seem surely below 11.6 too, by its own error of 2; by that of the edge, 4.5, it is just.
    assert by_schools(2, 50)["verdict"] == "outside"
    assert by_schools(3, 50)["verdict"] == "unknown"


def test_where_fewer_than_five_are_expected_at_an_edge_nothing_can_be_told():
    # Of 43 five are expected to be 11.6 %; of 42 not. None is as far below it as can be.
    assert by_schools(0, 44)["verdict"] == "outside"
    assert by_schools(0, 43)["verdict"] == "unknown"
    assert by_schools(0, 43)["households_needed"] == 44


def test_what_was_seen_of_few_and_all_alike_tells_nothing_and_of_many_it_tells():
    row = by_schools(100, 3)
    assert (row["standard_error"], row["verdict"], row["households_needed"]) == (0, "unknown", 35)
    assert by_schools(100, 35)["verdict"] == "outside"


def test_all_alike_each_home_counts_once_however_many_children_it_has():
    one = measures(history("1 referral school 2023-03-01"))
    sums = one.ratios.copy()
    # 40 referrals of 10 homes of four children each, all by schools: as sure as 10.
    sums[list(RATIOS).index("source_schools")] = (40, 40, 160, 160, 160)
    row = estimates(replace(one, ratios=sums)).row(by_predicate=pl.col("name") == "source_schools")
    assert row == ("source_schools", 100, 0, 100, 10)


def test_the_tuner_looks_at_every_target_and_at_nothing_that_is_held_out():
    asked, tune = set(), tuner()

    class Noted(dict):
        def get(self, name):
            asked.add(name)

    tune.adjust(Scenario.named("england_2014").values(), Noted(), damping=0.8)
    tuned_to = {row["name"] for row in ROWS if row["holdout"] == "no"}
    follow = {name for name in tuned_to if name in tune.FOLLOWS or name.startswith(tune.FOLLOWS_IN)}
    assert asked | follow == tuned_to
    assert not asked & follow


def test_the_tuner_moves_a_knob_by_what_is_off_and_less_by_what_may_be_luck():
    def moved(simulated: float, error: float) -> float:
        values = Scenario.named("england_2014").values()
        before = values["looked_after"]["returns_to_care"]
        row = {"published": 20.0, "simulated": simulated, "standard_error": error}
        tuner().adjust(values, {"re_entry_12_months": row}, damping=1.0)
        return values["looked_after"]["returns_to_care"] / before

    assert moved(16.0, 0.0) == pytest.approx(20 / 16, rel=1e-3)
    assert moved(20.0, 1.0) == 1
    assert moved(16.0, 16 * np.log(20 / 16)) == pytest.approx(np.sqrt(20 / 16), rel=1e-3)
    assert moved(16.0, 100.0) == pytest.approx(1, abs=0.01)
    assert moved(2.0, 0.0) == pytest.approx(1.5, rel=1e-3)  # never more at once


def test_the_tuner_says_which_assumption_it_misses():
    with pytest.raises(InputError, match="screens_inn: the tuner moves it"):
        tuner().scale({"practice": {}}, "practice.screens_inn", 1.1)


def test_the_tuner_writes_down_what_it_moved_and_where_every_figure_is():
    tune, before = tuner(), Scenario.named("england_2014").values()
    after = Scenario.named("england_2014").values()
    tune.scale(after, "noticing.shares.police", 2.0)
    table = compared(measures(history("1 referral school 2023-03-01")), "england_2014")
    says = tune.report("england_2014", "2 rounds", table, before, after)
    shares = before["noticing"]["shares"]["police"]
    assert f"| noticing.shares.police | {shares} | {round(2 * shares, 5)} |" in says
    assert says.count("noticing.") == 1
    assert "| source_schools | 13.1 | 100.00 ± 0.00 | 1.5 | unknown |" in says
    assert "| referred_in_august (held out) | 7.1 |" in says
    assert "re_entry_12_months" in says.partition("| assumption |")[0]


def tuner():
    """tuning/tune.py, which is a script and in no package."""
    path = Path(__file__).parents[2] / "tuning" / "tune.py"
    if not path.exists():
        pytest.skip("the tuner is not here: not a clone of the project")
    spec = spec_from_file_location("tune", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_held_out_is_counted_apart():
    rows = compared(measures(history()), "england_2014").with_columns(
        verdict=pl.when("holdout").then(pl.lit("outside")).otherwise(pl.lit("within"))
    )
    n = rows.filter("holdout").height
    assert verdict_counts(rows) == {
        "targets": {"within": rows.height - n, "outside": 0, "unknown": 0},
        "holdouts": {"within": 0, "outside": n, "unknown": 0},
    }
    assert calibration_in_words(rows) == (
        f"{rows.height - n} of {rows.height - n} targets within, 0 outside, 0 cannot be told. "
        f"Held out: 0 of {n} figures within, {n} outside, 0 cannot be told."
    )
    held = calibration_table(rows).filter(pl.col("figure").str.ends_with(", held out"))
    assert held["verdict"].to_list() == ["✗ outside"] * n


def test_a_record_shorter_than_two_years_is_refused_with_the_reason():
    with pytest.raises(InputError, match="two years or more"):
        measures(history(from_on="2022-06-01"))


def test_a_scenario_without_published_figures_is_refused_naming_those_that_have_them():
    with pytest.raises(InputError, match="england_2014"):
        targets("england_2013")
    with pytest.raises(InputError, match="england_2014, england_2025"):
        targets("quiet")


def test_every_target_has_a_measure_and_every_measure_a_target():
    assert {r["name"] for r in ROWS} == set(MEASURES)
    for scenario in ("england_2014", "england_2025"):
        names = targets(scenario)["name"].to_list()
        assert len(names) == len(set(names))


def test_no_target_is_without_a_tolerance_a_reason_a_source_and_having_been_seen():
    for row in ROWS:
        assert row["verified"] == "yes"
        assert all(row[c] for c in row if c != "arithmetic")
        assert float(row["tolerance"]) < float(row["published"])
        # A figure made from several shows how.
        assert row["arithmetic"] or ";" not in row["source_id"]


def test_the_arithmetic_of_a_derived_target_is_right():
    by = {(r["scenario"], r["name"]): float(r["published"]) for r in ROWS}
    assert by["england_2014", "taken_into_care_per_10_000"] == pytest.approx(
        10_920 / (657_780 / 575.8), abs=0.005
    )
    unaccompanied = (56.5 - 44.6) / (100 - 44.6)
    assert by["england_2025", "care_starts_per_10_000"] == pytest.approx(26 * (1 - unaccompanied), abs=0.05)
    assert by["england_2025", "factor_mental_health"] == pytest.approx(42.6 * 33.5 / 26.8, abs=0.05)


@pytest.fixture(scope="module")
def dense() -> Cohort:
    """Families of whom much is written, for five years."""
    return simulated("norfolk_review", 600, years=5)


def groups(record: Record, n: int) -> list[Record]:
    """The record in n parts, by household."""
    ids = record.households["household_id"].sort().to_list()
    parts = []
    for k in range(n):
        own = pl.col("household_id").is_in(ids[k::n])
        tables = {f.name: getattr(record, f.name) for f in fields(record)}
        for name in ("households", "children", "events", "adults"):
            tables[name] = tables[name].filter(own)
        tables["factors"] = record.factors.join(tables["events"], on="event_id", how="semi")
        parts.append(Record(**tables))
    return parts


def test_the_measures_of_the_parts_add_up_to_the_whole(dense):
    whole = measures(dense.record)
    summed = reduce(add, (measures(part) for part in groups(dense.record, 7)))
    for f in fields(whole):
        assert np.allclose(getattr(summed, f.name), getattr(whole, f.name), rtol=1e-12)
    by_part = calibration([replace(dense, record=part) for part in groups(dense.record, 3)], "england_2014")
    assert by_part["verdict"].equals(compared(whole, "england_2014")["verdict"])
    assert tuple(by_part.columns) == COLUMNS


def test_the_errors_are_those_of_drawing_the_households_anew(dense):
    parts = [measures(part) for part in groups(dense.record, 200)]
    rng = np.random.default_rng(1)
    anew = []
    for _ in range(200):
        times = rng.multinomial(len(parts), np.full(len(parts), 1 / len(parts)))
        sums = np.tensordot(times, [p.ratios for p in parts], 1)
        anew.append(estimates(replace(parts[0], ratios=sums))["simulated"].to_numpy())
    said = estimates(reduce(add, parts)).with_columns(by_chance=np.array(anew).std(axis=0))
    said = said.filter(
        pl.col("name").is_in(RATIOS),
        pl.col("simulated") > 4 * pl.col("standard_error"),
        pl.col("effective") > 60,
    )
    assert said.height >= 8
    # Children of a home go together: taken one by one, their referrals would seem far surer than this.
    assert said["standard_error"].to_numpy() == pytest.approx(said["by_chance"].to_numpy(), rel=0.3)


def test_the_error_of_a_median_is_that_of_its_share_over_the_density():
    each = np.zeros(521)
    each[1:61] = 100  # a hundred homes with one child each for every length from 1 to 60 days
    flat = replace(measures(history()), durations=np.stack([each, each, each]))
    pairs = replace(flat, durations=np.stack([2 * each, 4 * each, 4 * each]))  # with two children each
    for total in (flat, pairs):
        median, error = estimates(total).row(by_predicate=pl.col("name") == MEDIAN)[1:3]
        assert median == pytest.approx(30.5)
        assert error == pytest.approx(np.sqrt(0.25 / 6_000) * 60, rel=1e-3)


def test_the_error_of_what_befalls_children_by_age_5_widens_for_brothers_and_sisters():
    watched = np.array([np.where(np.arange(260) < 10, 100.0, 80), np.where(np.arange(260) == 9, 20.0, 0)])
    for siblings, wider in (((100, 100), 1), ((100, 200), np.sqrt(2))):
        total = replace(measures(history()), watched=watched, siblings=np.array(siblings, float))
        share, error = estimates(total).row(by_predicate=pl.col("name") == BY_AGE_5)[1:3]
        assert share == pytest.approx(20)
        assert error == pytest.approx(4 * wider)  # 100 √(0.2 × 0.8 / 100)


def test_the_chart_tells_a_verdict_by_its_shape_and_in_words(dense):
    rows = compared(measures(dense.record), "england_2014")
    assert set(rows["verdict"]) == {"outside", "unknown"}
    spec = charts.calibration(rows).to_dict()
    drawn = json.dumps(spec)
    counts = verdict_counts(rows)["targets"]
    n = sum(counts.values())
    assert f"{counts['within']} of {n} targets within, {counts['outside']} outside" in spec["title"]["text"]
    assert "Invented children" in spec["title"]["subtitle"][0]
    assert "Held out: " in spec["title"]["subtitle"][-1]
    assert '"circle", "square", "diamond", "triangle-left", "triangle-right"' in drawn
    assert "Plans started (held out)" in drawn


def test_the_table_says_how_many_households_would_tell(dense):
    rows = calibration_table(compared(measures(dense.record), "england_2014"))
    few = rows.filter(pl.col("households_needed").is_not_null())
    assert set(rows["verdict"]) == {"✗ outside", "? too few"}
    assert set(few["verdict"]) == {"? too few"}
    assert few["households_needed"].min() > 600


def test_a_chart_draws_what_nothing_was_seen_of():
    assert "nothing seen" in json.dumps(
        charts.calibration(compared(measures(history()), "england_2014")).to_dict()
    )


def test_the_last_day_is_not_part_of_the_record():
    assert (
        found(history("1 referral school 2023-03-01", "1 referral police 2023-12-31"))["source_police"] == 50
    )
    assert on("2024-01-01") == history().to_on
