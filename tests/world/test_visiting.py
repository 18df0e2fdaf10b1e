"""Visiting: who is visited, when, and that it leads to nothing and says only what it is said to say."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from conftest import simulated
from risk import Record, Scenario, simulate
from risk.core.calendar import add_working_days, working_days_between

PLANS = ("child_in_need_plan_started", "child_protection_plan_started")
LOOKED_INTO = ("assessment_started", "section_47_enquiry")
CARE = ("accommodated_s20", "interim_care_order", "care_order", "placement_order")
NORFOLK = Scenario.named("norfolk_review")
BUSY = Scenario.named("good_practice")
"""The same families, of whom many more are answered."""


@pytest.fixture(scope="module")
def cohort():
    return simulated("norfolk_review", 300)


def of(record: Record, kind: str, *finding: str | None) -> pl.DataFrame:
    """The events of a kind, with the day, and the kind and day of what they answer."""
    events = record.events.with_columns(
        pl.col("kind").cast(pl.String), day=pl.col("recorded_on").to_physical().cast(pl.Int64)
    )
    asked = events.select(answers="event_id", to="kind", since="day")
    rows = events.filter(pl.col("kind") == kind).join(asked, on="answers", how="left")
    return (
        rows.filter(pl.col("finding").cast(pl.String).is_in(finding, nulls_equal=True)) if finding else rows
    )


def visits(record: Record) -> pl.DataFrame:
    return of(record, "home_visit").sort("answers", "day")


def gaps(rows: pl.DataFrame) -> np.ndarray:
    """Working days from each of these to the next of the same plan or stay."""
    following = rows.with_columns(next=pl.col("day").shift(-1).over("answers")).drop_nulls("next")
    return working_days_between(following["day"].to_numpy(), following["next"].to_numpy())


def test_visits_are_made_while_children_are_assessed_have_a_plan_or_are_in_care_by_childrens_services_on_working_days(
    cohort,
):
    made = visits(cohort.record)
    assert set(made["to"]) >= {*PLANS, *CARE[:3], "assessment_started"}
    assert set(made["to"]) <= {*PLANS, *CARE, *LOOKED_INTO}
    assert set(made["agency"]) == {"childrens_services"}
    assert set(made["finding"]) == {"child_seen", "child_not_seen"}
    assert (add_working_days(made["day"].to_numpy(), 0) == made["day"].to_numpy()).all()


def test_a_plan_is_visited_by_its_rule_mostly_in_time_and_a_missed_visit_leaves_a_gap(cohort):
    made = visits(cohort.record)
    for plan, within in (("child_protection_plan_started", 10), ("child_in_need_plan_started", 20)):
        days = gaps(made.filter(pl.col("to") == plan))
        missed = NORFOLK.practice.visits_missed
        in_time = 0.8 * (1 - missed)  # made in time, and not missed
        assert len(days) > 100
        assert abs((days <= within).mean() - in_time) < 4 * np.sqrt(in_time * (1 - in_time) / len(days))
        assert days.min() > within / 2
        assert (days > 1.5 * within).mean() > missed / 3  # none is written of one that was missed


def test_nothing_is_visited_once_its_plan_or_care_is_over(cohort):
    ended = cohort.record.events.select(answers="closes", over="recorded_on").drop_nulls()
    over = ended.group_by("answers").agg(pl.col("over").min())
    late = visits(cohort.record).join(over, on="answers").filter(pl.col("recorded_on") > pl.col("over"))
    assert late.is_empty()


def test_a_child_is_not_seen_as_often_as_the_scenario_says_of_homes_like_its_own(cohort):
    made = visits(cohort.record)
    spells = cohort.truth.spells.with_columns(pl.col("care_state").cast(pl.String))
    known = made.join(spells, on="household_id").filter(
        pl.col("recorded_on") >= pl.col("from_on"), pl.col("recorded_on") < pl.col("to_on")
    )
    unseen = (pl.col("finding") == "child_not_seen").mean()
    elsewhere = known.filter(pl.col("to").is_in(CARE)).select(unseen.alias("p"), n=pl.len())
    rates = [(NORFOLK.practice.child_not_seen_in_care, *elsewhere.row(0))]
    at_home = known.filter(~pl.col("to").is_in(CARE)).group_by("care_state").agg(p=unseen, n=pl.len())
    states = ("adequate", "strained", "serious", "severe")
    rates += [
        (p, *at_home.filter(pl.col("care_state") == state).select("p", "n").row(0))
        for p, state in zip(NORFOLK.practice.child_not_seen, states, strict=True)
    ]
    for p, share, n in rates:
        assert n > 30
        assert abs(share - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_a_protection_plan_has_core_groups_the_first_within_10_working_days_for_most(cohort):
    groups = of(cohort.record, "meeting", None).sort("answers", "day")
    assert set(groups["to"]) == {"child_protection_plan_started"}
    first = groups.group_by("answers").first()
    within = working_days_between(first["since"].to_numpy(), first["day"].to_numpy())
    assert 0.5 < (within <= 10).mean() < 0.9  # nine in ten of those that were held, and a quarter was not
    assert gaps(groups).min() >= 20


@cache
def with_visits(missed: float) -> Record:
    dials = {"practice.visits_missed": missed, "practice.core_groups_missed": missed}
    return simulate(NORFOLK.with_values(dials), households=60, seed=3, years=3).record


def test_visits_and_core_groups_lead_to_nothing():
    every, none = with_visits(0.0), with_visits(1.0)
    diary = pl.col("kind") == "home_visit"
    diary |= (pl.col("kind") == "meeting") & pl.col("finding").is_null()
    assert every.events.filter(diary).height > 100
    assert none.events.filter(diary).is_empty()
    ours = ["household_id", "kind", "agency", "recorded_on", "shared_on", "finding", "severity"]
    assert every.events.filter(~diary).select(ours).equals(none.events.select(ours))


def test_a_review_of_a_plan_of_need_is_written_with_what_it_found_and_ends_the_plan_if_nothing(cohort):
    reviews = of(cohort.record, "meeting", "substantiated", "unsubstantiated")
    assert set(reviews["to"]) == {"child_in_need_plan_started"}
    ended = cohort.record.events.filter(
        pl.col("kind") == "case_closed", pl.col("reason") == "services_ceased"
    )
    by_review = ended.select(answers="closes", recorded_on="recorded_on").join(
        of(cohort.record, "child_in_need_plan_started").select(answers="event_id"), on="answers", how="semi"
    )
    nothing = reviews.filter(pl.col("finding") == "unsubstantiated")
    assert by_review.height > 30
    assert by_review.join(nothing, on=["answers", "recorded_on"], how="anti").is_empty()


def test_reviews_do_not_fall_on_a_grid(cohort):
    for kind, most_on_one_day in (("meeting", 0.1), ("review_conference", 0.25)):
        rows = of(cohort.record, kind).filter(
            pl.col("finding").is_in(["substantiated", "unsubstantiated"]), pl.col("to").is_in(PLANS)
        )
        first = rows.sort("day").group_by("answers").first()
        days = first.select(days=pl.col("day") - pl.col("since"))["days"]
        assert days.len() > 20
        assert days.value_counts(normalize=True)["proportion"].max() < most_on_one_day


def test_a_review_that_is_due_at_once_is_held_on_the_next_working_day():
    soon = {f"practice.{name}_review_days": ((0, 0), (1, 0)) for name in ("first", "later", "in_need")}
    record = simulate(BUSY.with_values(soon), households=60, seed=3, years=2).record
    for kind, plan in (("review_conference", PLANS[1]), ("meeting", PLANS[0])):
        first = of(record, kind).filter(pl.col("to") == plan, pl.col("finding").is_not_null())
        first = first.sort("day").group_by("answers").first()
        assert first.height > 5
        assert set(working_days_between(first["since"].to_numpy(), first["day"].to_numpy())) == {1}


def test_a_first_conference_that_finds_no_more_harm_ends_the_plan_as_often_as_is_said():
    ends = {}
    for p in (0.0, 1.0):
        dial = BUSY.with_values({"practice.ends_at_first_review": p})
        record = simulate(dial, households=60, seed=3, years=2).record
        first = of(record, "review_conference").filter(pl.col("to") == PLANS[1])
        first = first.sort("day").group_by("answers").first().filter(pl.col("finding") == "unsubstantiated")
        ended = of(record, "child_protection_plan_ended").select(answers="closes", over="day")
        ends[p] = first.join(ended, on="answers", how="left").select(pl.col("over") == pl.col("day"))
    assert not ends[0.0].to_series().fill_null(False).any()
    assert ends[1.0].to_series().all()
