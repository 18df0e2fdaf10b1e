"""The stocks: who is in need, on a plan and looked after, since when, and how it ended, on small records."""

from dataclasses import replace

import polars as pl
import pytest

from by_hand import history
from risk.core.kinds import LEAVES_HOME, WAYS_OUT_OF_CARE
from risk.national.flows import responses
from risk.national.measures import estimates, measures
from risk.national.stays import Stays
from risk.national.stocks import AGES, CARE_LENGTHS, LENGTHS, STATUSES, WAYS_OUT

# The measured year of these records is 2023, whose last day is the record's; each has two children, of 7 and 8.


def found(*lines: str, **more) -> dict[str, float | None]:
    """What is simulated, by measure."""
    return dict(estimates(measures(history(*lines, **more))).select("name", "simulated").iter_rows())


def seen(measured: dict[str, float | None], beginning: str) -> dict[str, float]:
    """The measures that begin so and are not nothing, without that beginning."""
    return {n.removeprefix(beginning): v for n, v in measured.items() if n.startswith(beginning) and v}


REFERRED = "1 referral school 2023-03-01"
OPENED = (REFERRED, "1 assessment_started childrens_services 2023-03-02 answers=0")
TAKEN = "1 accommodated_s20 childrens_services 2022-06-01"


def test_what_reaches_a_home_whose_case_is_closed_is_a_contact_and_a_referral_of_it_is_the_same():
    contact = "1 contact school 2023-03-01"
    assert found(contact)["contacts_per_10_000"] == pytest.approx(10_000)
    followed = (contact, "1 referral school 2023-03-01 answers=0")
    assert found(*followed)["contacts_per_10_000"] == pytest.approx(10_000)
    assert found(*followed)["referrals_per_100_contacts"] == 100
    assert found(contact, REFERRED)["referrals_per_100_contacts"] == 50


def test_what_comes_while_a_case_is_open_is_no_initial_contact_and_what_comes_that_day_or_after_it_is():
    closed = "1 case_closed childrens_services 2023-06-01 services_ceased"
    for day, contacts in (("03-01", 2), ("03-02", 1), ("05-31", 1), ("06-01", 2), ("06-02", 2)):
        reached = found(*OPENED, closed, f"1 contact police 2023-{day}")
        assert reached["referrals_per_100_contacts"] == 100 / contacts


def test_in_need_is_whose_case_was_referred_and_has_not_closed():
    assert found(*OPENED)["in_need_per_10_000"] == 10_000
    closed = "1 case_closed childrens_services 2023-12-31 services_ceased"
    assert found(*OPENED, closed)["in_need_per_10_000"] == 0


def test_a_referral_that_is_closed_at_once_begins_no_episode_of_need():
    measured = found(REFERRED, "1 no_further_action childrens_services 2023-03-02 answers=0")
    assert measured["in_need_per_10_000"] == 0
    assert seen(measured, "need_ended_") == {}
    offered = found(*OPENED, "1 early_help childrens_services 2023-03-20 answers=1")
    assert offered["in_need_per_10_000"] == 10_000  # it answers the assessment, and closes nothing


def test_a_child_born_into_a_case_and_its_plan_is_in_need_and_on_the_plan_from_its_birth():
    plan = "1 child_protection_plan_started childrens_services 2023-04-03 neglect"
    measured = found(*OPENED, plan, born={16: "2015-06-01", 17: "2023-11-01"})
    assert measured["in_need_aged_under_1"] == 50
    assert measured["need_open_under_3_months"] == 50
    assert measured["need_open_6_to_12_months"] == 50
    assert measured["on_plan_aged_under_1"] == 50
    assert measured["plan_open_under_3_months"] == 50
    assert measured["plan_open_6_to_12_months"] == 50


def test_a_child_born_after_a_plan_ended_is_not_on_it():
    plan = "1 child_protection_plan_started childrens_services 2023-04-03 neglect"
    ended = "1 child_protection_plan_ended childrens_services 2023-10-31 closes=2"
    measured = found(*OPENED, plan, ended, born={16: "2015-06-01", 17: "2023-11-01"})
    assert measured["plans_ended_per_10_000"] == pytest.approx(10_000 / (1 + 61 / 365))
    assert measured["on_plan_per_10_000"] == 0


def test_nobody_is_put_on_a_plan_at_seventeen_and_who_turns_seventeen_on_it_stays():
    plan = "1 child_protection_plan_started childrens_services 2023-04-04 neglect"
    born = {16: "2006-04-04", 17: "2006-04-06"}  # 17 and not yet 17 on that day
    assert found(REFERRED, plan, born=born)["on_plan_per_10_000"] == 5_000


def test_a_child_born_while_the_others_are_away_is_looked_after_from_its_birth():
    measured = found(TAKEN, born={16: "2015-06-01", 17: "2023-11-01"})
    assert measured["looked_after_aged_under_1"] == 50
    assert measured["care_starts_aged_under_1"] == 100
    assert measured["legal_basis_section_20"] == 100
    home = "1 return_home childrens_services 2023-10-31"
    assert found(TAKEN, home, born={16: "2015-06-01", 17: "2023-11-01"})["looked_after_per_10_000"] == 0


@pytest.mark.parametrize("order", ["care_order", "placement_order"])
def test_a_child_born_while_the_others_are_under_an_order_is_under_an_interim_one(order):
    taken = ("1 care_proceedings court 2022-06-01", f"1 {order} court 2022-12-01")
    measured = found(*taken, born={16: "2015-06-01", 17: "2023-11-01"})
    assert measured["legal_basis_interim_care_order"] == 100
    assert measured["status_interim_care_order"] == 50


@pytest.mark.parametrize(
    ("since", "length"),
    [
        *(("2023-10-01", "under_3_months"), ("2023-09-30", "3_to_6_months")),
        *(("2023-07-01", "3_to_6_months"), ("2023-06-30", "6_to_12_months")),
        *(("2022-12-30", "1_to_2_years"), ("2021-12-29", "2_years")),
    ],
)
def test_a_stay_that_lasts_is_counted_by_how_long_it_has_lasted_also_from_before_the_record(since, length):
    plan = f"1 child_protection_plan_started childrens_services {since} neglect"
    measured = found(f"1 referral school {since}", plan)
    assert seen(measured, "plan_open_") == {length: 100}
    assert seen(measured, "need_open_") == {length: 100}
    assert seen(measured, "plan_ended_") == {}


def test_a_stay_that_ended_in_the_year_is_counted_by_how_long_it_was():
    measured = found(
        "1 referral school 2022-11-01",
        "1 child_protection_plan_started childrens_services 2022-12-01 neglect",
        "1 child_protection_plan_ended childrens_services 2023-02-01 closes=1",
        "1 case_closed childrens_services 2023-12-01 services_ceased",
    )
    assert seen(measured, "plan_ended_") == {"under_3_months": 100}
    assert measured["plans_ended_per_10_000"] == pytest.approx(10_000)
    assert seen(measured, "need_ended_") == {"1_to_2_years": 100}
    assert seen(measured, "need_open_") == {}


def test_an_episode_ends_with_childhood_for_the_one_who_is_grown():
    measured = found(*OPENED, born={16: "2005-12-01", 17: "2015-06-01"})
    assert measured["in_need_aged_5_to_9"] == 100
    assert seen(measured, "need_ended_") == {"6_to_12_months": 100}


def test_waiting_for_an_assessment_is_of_whom_none_was_completed_since_the_referral():
    assert found(*OPENED)["in_need_not_yet_assessed"] == 100
    done = "1 assessment_completed childrens_services 2023-04-03 closes=1 substantiated"
    assert found(*OPENED, done)["in_need_not_yet_assessed"] == 0


@pytest.mark.parametrize(
    ("born", "age"),
    [
        *(("2023-01-05", "under_1"), ("2022-12-30", "1_to_4"), ("2018-12-30", "5_to_9")),
        *(("2013-12-30", "10_to_15"), ("2007-12-30", "16_17")),
    ],
)
def test_an_age_is_that_of_the_last_day(born, age):
    plan = "1 child_protection_plan_started childrens_services 2023-06-01 sexual_abuse"
    measured = found("1 referral school 2023-06-01", plan, TAKEN.replace("2022", "2023"), born={16: born})
    for what in ("in_need", "on_plan", "looked_after", "sexual_abuse"):
        assert seen(measured, f"{what}_aged_") == {age: 100}


def test_reviews_are_in_time_within_3_months_and_then_6():
    plan = "1 child_protection_plan_started childrens_services 2023-01-02 neglect"
    review = "1 review_conference childrens_services {} answers=0"
    for days, share in (
        (("2023-04-04", "2023-10-05"), 100),
        (("2023-04-05", "2023-10-05"), 0),
        (("2023-04-04", "2023-10-06"), 0),
        (("2023-04-04",), 0),  # none since, for more than 6 months
        ((), 0),
    ):
        assert found(plan, *(review.format(day) for day in days))["reviewed_in_time"] == share
    young = plan.replace("01-02", "10-02")
    assert found(young)["reviewed_in_time"] is None


def test_visits_on_a_plan_are_timed_from_the_one_before_the_first_from_its_start():
    plan = "1 child_protection_plan_started childrens_services 2023-01-03 neglect"
    visit = "1 home_visit childrens_services {}"
    # 10 working days after Tuesday 3 January is Tuesday 17; 11 after that Wednesday 1 February; then too many.
    visits = (visit.format("2023-01-17 child_seen"), visit.format("2023-02-01"), visit.format("2023-03-06"))
    measured = found(plan, *visits)
    assert measured["visits_within_10_days"] == pytest.approx(100 / 3)
    assert measured["visits_within_15_days"] == pytest.approx(200 / 3)


def test_a_visit_that_sees_no_child_or_is_on_no_plan_does_not_count():
    plan = "1 child_protection_plan_started childrens_services 2023-01-03 neglect"
    unseen = "1 home_visit childrens_services 2023-01-10 child_not_seen"
    assert found(plan, unseen)["visits_within_10_days"] is None
    assert found("1 home_visit childrens_services 2023-01-10")["visits_within_10_days"] is None


@pytest.mark.parametrize(("status", "kinds"), STATUSES.items())
def test_the_legal_status_is_that_of_the_last_thing_written_of_it(status, kinds):
    for kind in kinds:
        again = f"1 {kind} court 2022-09-01"
        moved = "1 placement childrens_services 2022-10-03 foster"
        assert seen(found(TAKEN, again, moved), "status_") == {status: 100}


def test_placements_in_the_year_count_the_one_that_it_began_with():
    before = "1 placement childrens_services 2022-06-01 foster"
    second = "1 placement childrens_services 2022-07-01 residential"
    now = "1 placement childrens_services 2023-05-02 kinship"
    measured = found(TAKEN, before, second)
    assert seen(measured, "placements_in_year_") == {"1": 100}
    assert seen(measured, "placed_") == {"residential": 100}
    assert seen(found(TAKEN, before, second, now), "placements_in_year_") == {"2": 100}
    three = (now, now.replace("05-02", "06-01"))
    assert seen(found(TAKEN, before, second, *three), "placements_in_year_") == {"3": 100}
    assert seen(found(TAKEN, before, second, *three), "placed_") == {"fostered": 100}


def test_care_ends_by_a_return_home_or_in_another_way_and_at_18_in_another():
    home = "1 return_home childrens_services 2023-05-02 closes=0"
    assert seen(found(TAKEN, home), "left_care_") == {"home": 100, "after_6_to_12_months": 100}
    for reason in WAYS_OUT_OF_CARE:
        left = f"1 left_care court 2023-05-02 closes=0 {reason}"
        way = reason if reason in WAYS_OUT else "other"
        measured = found(TAKEN, left)
        assert seen(measured, "left_care_") == {way: 100, "after_6_to_12_months": 100}
        assert measured["looked_after_per_10_000"] == 0
    grown = found(TAKEN, born={16: "2005-05-02", 17: "2015-06-01"})
    assert seen(grown, "left_care_") == {"other": 100, "after_6_to_12_months": 100}
    assert grown["looked_after_per_10_000"] == 10_000  # of the one who is still a child


def test_care_of_one_child_may_end_and_go_on_for_another():
    left = "1 left_care court 2023-05-02 closes=0 adopted"
    record = history(TAKEN, left)
    of_one = pl.when(pl.col("kind") == "left_care").then(16).cast(pl.Int64).alias("child_id")
    record = replace(record, events=record.events.with_columns(of_one))
    measured = dict(estimates(measures(record)).select("name", "simulated").iter_rows())
    assert measured["looked_after_per_10_000"] == 5_000
    assert measured["left_care_adopted"] == 100


def test_who_is_home_is_back_in_care_within_365_days_or_is_not():
    home = "1 return_home childrens_services {} closes=0"
    back = "1 {} childrens_services {}"
    for kind in LEAVES_HOME:
        again = (back.format(kind, "2023-06-02"),)
        assert found(TAKEN, home.format("2022-06-02"), *again)["re_entry_12_months"] == 100
    late = back.format("accommodated_s20", "2023-06-03")
    assert found(TAKEN, home.format("2022-06-02"), late)["re_entry_12_months"] == 0
    # Of those who went home in the measured year nobody knows yet.
    assert found(TAKEN, home.format("2023-01-01"), late)["re_entry_12_months"] is None


def test_a_rate_of_a_decile_is_over_its_own_children_and_the_gradient_is_of_its_ends():
    plan = "{} child_protection_plan_started childrens_services 2023-06-01 neglect"
    born = {16: "2015-06-01", 32: "2015-06-01", 33: "2015-06-01", 48: "2015-06-01"}
    record = history(plan.format(1), plan.format(2), born={**born, 17: "2006-05-01"})
    deciles = pl.Series("deprivation_decile", [1, 10, 10], pl.Int8)
    record = replace(record, households=record.households.with_columns(deciles))
    measured = dict(estimates(measures(record)).select("name", "simulated").iter_rows())
    assert seen(measured, "on_plan_decile_") == {"1": 5_000, "10": pytest.approx(20_000 / 3)}
    assert measured["on_plan_gradient"] == pytest.approx(0.75)
    assert measured["on_plan_decile_5"] is None


def test_boys_and_disabled_children_are_shares_of_those_on_a_plan_and_in_need():
    record = history(*OPENED, "1 child_protection_plan_started childrens_services 2023-04-03 neglect")
    about = {"sex": pl.Series(["male", "female"]), "disability": pl.Series([True, False])}
    types = record.children.schema
    children = record.children.with_columns(**{n: s.cast(types[n]) for n, s in about.items()})
    measured = dict(
        estimates(measures(replace(record, children=children))).select("name", "simulated").iter_rows()
    )
    assert (measured["on_plan_male"], measured["in_need_disabled"]) == (50, 50)


def test_groups_have_no_gap_and_do_not_overlap():
    for bounds in (AGES, LENGTHS, CARE_LENGTHS):
        ends = list(bounds.values())
        assert ends[0][0] == 0
        assert [end for _, end in ends[:-1]] == [first for first, _ in ends[1:]]


def test_a_child_who_is_born_after_the_last_day_is_in_no_stay():
    lines = (*OPENED, "1 child_protection_plan_started childrens_services 2023-04-03 neglect", TAKEN)
    born = {16: "2015-06-01", 17: "2024-02-01"}
    record = history(*lines, born=born)
    stays = Stays.of(record, responses(record))
    for of_children in (stays.in_need, stays.on_plan, stays.in_care):
        assert of_children["child_id"].unique().to_list() == [16]
