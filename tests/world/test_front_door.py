"""The front door: what is told arrives as a contact, is screened, and what may not follow from it never does."""

import polars as pl
import pytest

from conftest import simulated
from risk.core.kinds import CONCERNS, CS, LEAVES_HOME
from risk.records.reports import reported
from risk.world.patterns.standing import case_open
from risk.world.scenario import Scenario

NORFOLK = Scenario.named("norfolk_review")
# Nothing leads to anything at once, so that the threshold alone decides.
AT_ONCE = {
    "practice.police_protects": 0.0,
    "practice.emergency_orders": 0.0,
    "practice.considers_sexual_abuse": 0.0,
}


def events_of(scenario, households=150) -> pl.DataFrame:
    record = simulated(scenario, households).record
    rows = record.events.with_columns(pl.col("kind", "agency", "reason", "finding").cast(pl.String))
    return rows.filter(pl.col("recorded_on") >= record.from_on).sort("event_id")


def of(events: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    return events.filter(pl.col("kind").is_in(kinds))


@pytest.fixture(scope="module", params=["norfolk_review", "good_practice"])
def events(request) -> pl.DataFrame:
    return events_of(request.param)


@pytest.fixture(scope="module")
def norfolk() -> pl.DataFrame:
    return events_of("norfolk_review")


def test_everything_that_is_told_arrives_as_one_contact_on_its_day_from_its_teller(events):
    told = of(events, *CONCERNS).filter(pl.col("agency") != CS).drop_nulls("shared_on")
    contacts = of(events, "contact").select("agency", event_id="answers", came_on="recorded_on")
    both = told.join(contacts, on="event_id", how="left", suffix="_of_contact")
    assert both.height == told.height > 100
    assert both["shared_on"].equals(both["came_on"].alias("shared_on"))
    assert both["agency"].equals(both["agency_of_contact"].alias("agency"))


def test_a_referral_answers_a_contact_of_its_day_and_has_its_agency(norfolk):
    referrals = of(norfolk, "referral").select("agency", "household_id", "recorded_on", event_id="answers")
    contacts = of(norfolk, "contact")
    both = referrals.join(contacts, on=["event_id", "agency", "household_id", "recorded_on"])
    assert both.height == referrals.height > 100
    assert not referrals.select("household_id", "recorded_on").is_duplicated().any()


def test_only_the_pooled_chronology_refers_what_nobody_told():
    good = events_of("good_practice")
    answers = of(good, "referral").join(good.select(answers="event_id", to="kind"), on="answers", how="left")
    assert set(answers.filter(pl.col("to") != "contact")["agency"]) == {CS}
    assert set(answers.filter(pl.col("to") == "contact")["agency"]).isdisjoint({CS})


def test_where_nobody_is_screened_in_nobody_is_referred_and_some_are_helped():
    shut = events_of(NORFOLK.with_values({"practice.screens_in": [0.0] * 4, **AT_ONCE}))
    assert of(shut, "contact").height > 100
    assert of(shut, "referral").is_empty()
    helped = of(shut, "early_help").join(of(shut, "contact").select(answers="event_id"), on="answers")
    assert helped.height > 10


def test_where_everybody_is_screened_in_every_contact_about_a_closed_case_is_referred_or_comes_with_one():
    record = simulated(NORFOLK.with_values({"practice.screens_in": [1.0] * 4}), 150).record
    children = record.children.group_by("household_id").agg(
        first=pl.col("born_on").min(), grown=pl.col("born_on").max().dt.offset_by("18y")
    )
    contacts = record.events.filter(pl.col("kind") == "contact", pl.col("recorded_on") >= record.from_on)
    of_children = contacts.join(children, on="household_id").with_columns(on="recorded_on")
    of_children = of_children.filter(pl.col("on") >= pl.col("first"), pl.col("on") < pl.col("grown"))
    assert of_children.height > 100
    assert case_open(of_children, record.events).all()


def test_what_leads_to_something_at_once_is_a_referral_whatever_the_threshold():
    shut = {"practice.screens_in": [0.0] * 4, **AT_ONCE, "practice.considers_sexual_abuse": 1.0}
    events = events_of(NORFOLK.with_values(shut))
    concerns = reported(events).join(of(events, "referral"), on="event_id", how="semi")["concern"]
    assert set(concerns) == {"sexual_abuse_indicator"}
    discussed = of(events, "strategy_discussion").join(
        of(events, "referral").select(answers="event_id"), on="answers"
    )
    assert discussed.height == len(concerns)


def test_a_home_that_is_known_is_screened_in_more_often_and_one_that_is_not_as_before():
    even = {"practice.screens_in": [0.5] * 4, **AT_ONCE, "practice.pressure_swing": 0.0}
    of_the_first, of_all = {}, {}
    for odds in (1.0, 9.0):
        scenario = NORFOLK.with_values({**even, "practice.screens_in_when_known": odds})
        carried_over = of(simulated(scenario, 150).record.events, "referral")
        events = events_of(scenario)
        carried_over = carried_over.filter(pl.col("recorded_on") < events["recorded_on"].min())
        referred = pl.col("event_id").is_in(of(events, "referral")["answers"].drop_nulls().implode())
        contacts = of(events, "contact").join(carried_over, on="household_id", how="anti")
        first = contacts.unique("household_id", keep="first", maintain_order=True)
        of_the_first[odds] = first.select(referred.mean()).item()
        of_all[odds] = contacts.select(referred.mean()).item()
    assert of_the_first[1.0] == of_the_first[9.0] == pytest.approx(0.5, abs=0.15)  # nothing was known yet
    assert of_all[9.0] > of_all[1.0]


def test_a_higher_threshold_changes_nothing_that_agencies_see_and_write_before_the_first_referral():
    lower, higher = (
        events_of(NORFOLK.with_values({"practice.screens_in": [p] * 4, **AT_ONCE})) for p in (0.9, 0.1)
    )
    first = of(lower, "referral").group_by("household_id").agg(until=pl.col("recorded_on").min())
    columns = ["household_id", "kind", "agency", "occurred_on", "recorded_on", "shared_on", "severity"]
    before = [
        of(e, *CONCERNS, "contact")
        .join(first, on="household_id", how="left")
        .filter((pl.col("occurred_on") < pl.col("until")).fill_null(True))
        .filter((pl.col("recorded_on") < pl.col("until")).fill_null(True))
        .select(columns)
        .sort(columns)
        for e in (lower, higher)
    ]
    assert before[0].height > 100
    assert before[0].equals(before[1])


def test_no_need_is_found_and_everything_closed_that_day_with_nothing_offered(events):
    in_need = of(events, "assessment_completed").filter(pl.col("finding") == "substantiated")
    day = ["household_id", "recorded_on"]
    closed = (
        of(events, "case_closed").filter(pl.col("reason") != "turned_18").join(in_need, on=day, how="semi")
    )
    offered = of(events, "early_help")
    assert closed.height > 10
    assert closed.join(offered, on=day, how="anti").is_empty()


def test_no_plan_is_started_whose_own_assessment_found_no_need(events):
    looks = of(events, "assessment_started", "assessment_completed", *LEAVES_HOME)
    last = looks.select("event_id", "household_id", "finding", looked="kind")
    plans = of(events, "child_in_need_plan_started", "child_protection_plan_started").drop("finding")
    own = plans.join_asof(last, on="event_id", by="household_id", strategy="backward", check_sortedness=False)
    assert own.filter(pl.col("looked") == "assessment_completed").height > 10
    assert own.filter(
        pl.col("looked") == "assessment_completed", pl.col("finding") == "unsubstantiated"
    ).is_empty()


def test_no_assessment_finds_no_need_while_a_plan_is_open(events):
    for plan in ("child_in_need_plan", "child_protection_plan"):
        ended = of(events, f"{plan}_ended").select(plan="closes", end="event_id")
        plans = (
            of(events, f"{plan}_started")
            .select("household_id", plan="event_id")
            .join(ended, on="plan", how="left")
        )
        during = (
            of(events, "assessment_completed")
            .join(plans, on="household_id")
            .filter(pl.col("event_id") > pl.col("plan"), (pl.col("event_id") < pl.col("end")).fill_null(True))
        )
        assert set(during["finding"]) <= {"substantiated"}


def test_no_enquiry_finds_significant_harm_where_its_assessment_found_no_need(events):
    looks = of(events, "assessment_started", "assessment_completed").select(
        "event_id", "household_id", "kind", "finding"
    )
    held = of(events, "initial_child_protection_conference").select("event_id", "household_id")
    own = held.join_asof(looks, on="event_id", by="household_id", strategy="backward", check_sortedness=False)
    assert own.filter(pl.col("finding") == "unsubstantiated").is_empty()


def test_few_closures_are_followed_by_twelve_written_concerns_before_anybody_tells():
    """Fewer than one in twenty; an agency decides on each concern alone, so that none is impossible."""
    events = events_of("england_2014", 3_000)
    closures = (
        of(events, "case_closed")
        .filter(pl.col("reason") != "turned_18")
        .select("household_id", at="event_id", on="recorded_on")
    )
    told = of(events, "contact").select("household_id", told_on="recorded_on")
    until = (
        closures.join(told, on="household_id", how="left")
        .filter(pl.col("told_on") > pl.col("on"))
        .group_by("at")
        .agg(pl.col("told_on").min())
    )
    spans = closures.join(until, on="at", how="left")
    written = (
        of(events, *CONCERNS).filter(pl.col("agency") != CS).select("household_id", wrote_on="recorded_on")
    )
    many = (
        spans.join(written, on="household_id")
        .filter(pl.col("wrote_on") > pl.col("on"), (pl.col("wrote_on") < pl.col("told_on")).fill_null(True))
        .group_by("at")
        .len()
        .filter(pl.col("len") >= 12)
    )
    assert closures.height > 200
    assert many.height < closures.height / 20
