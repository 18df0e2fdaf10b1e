"""The pathway: each child's way through children's services, which every statutory list selects from."""

from dataclasses import fields, replace

import polars as pl

from by_hand import history, on, truth
from risk.national.returns.counts import counts
from risk.national.returns.pathway import Pathway
from risk.national.returns.years import StatutoryYear
from risk.records.cohort import Cohort

LAST = on("2024-03-31")
CASE = (
    "1 referral police 2023-05-01",
    "1 strategy_discussion childrens_services 2023-05-02 answers=0",
    "1 section_47_enquiry childrens_services 2023-05-03 answers=1",
    "1 initial_child_protection_conference childrens_services 2023-05-22 closes=2 substantiated",
    "1 child_protection_plan_started childrens_services 2023-05-22 answers=3 neglect",
    "1 accommodated_s20 childrens_services 2023-07-03 answers=4",
    "1 child_protection_plan_ended childrens_services 2023-07-03 closes=4",
    "1 review_conference childrens_services 2023-10-02 answers=5 substantiated",
)


def pathway(*lines: str, **more) -> Pathway:
    return Pathway.on(history(*lines, to_on="2025-01-01", **more), LAST)


def test_every_child_of_the_home_has_the_same_way():
    path = pathway(*CASE)
    assert path.episodes["child_id"].to_list() == [16, 17]
    assert path.episodes["ended_on"].to_list() == [None, None]
    assert path.enquiries["held_on"].to_list() == [on("2023-05-22")] * 2
    assert path.conferences["agreed"].to_list() == [True, True]
    assert path.protection_plans["ended_on"].to_list() == [on("2023-07-03")] * 2


def test_a_review_of_care_is_no_review_of_a_plan():
    assert pathway(*CASE).reviews.is_empty()
    assert pathway(*CASE[:5], CASE[7].replace("answers=5", "answers=4")).reviews.height == 2


def test_a_conference_has_no_enquiry_of_the_child_that_was_born_after_it_began():
    found = pathway(*CASE, born={16: "2015-06-01", 17: "2023-05-10"}).conferences
    assert found.select("child_id", "enquiry_id").rows() == [(16, 2), (17, None)]


def test_what_comes_before_any_referral_is_of_no_episode():
    path = pathway("1 strategy_discussion childrens_services 2023-04-28", *CASE[:1])
    assert path.episodes["referral_id"].to_list() == [1, 1]
    assert path.enquiries.is_empty()


def test_earlier_plans_are_counted_by_child():
    second = (
        "1 initial_child_protection_conference childrens_services 2023-11-01 closes=2 substantiated",
        "1 child_protection_plan_started childrens_services 2023-11-01 answers=8 neglect",
    )
    plans = pathway(*CASE, *second, born={16: "2015-06-01", 17: "2023-08-01"}).protection_plans
    assert plans.select("child_id", "n_previous").rows() == [(16, 0), (16, 1), (17, 0)]


def test_the_frames_are_those_of_a_record_that_ended_on_the_day(england):
    later = england.record
    known = later.events.filter(pl.col("recorded_on") <= on("2012-03-31"))
    earlier = Pathway.on(replace(later, events=known), on("2012-03-31"))
    for field in fields(Pathway):
        frame = getattr(earlier, field.name)
        assert frame.equals(getattr(Pathway.on(later, on("2012-03-31")), field.name)), field.name


def test_a_leap_year_counts_its_first_day():
    cohort = Cohort(history("1 referral police 2023-04-01", to_on="2025-01-01"), truth(), {})
    found = dict(counts([cohort], StatutoryYear(2024)).select("name", "children").rows())
    assert (found["referral"], found["referral_police"], found["referral_schools"]) == (2, 2, 0)
