"""The opening: a cohort begins in the middle of things, and what is carried over says only that it is open."""

from datetime import timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from by_hand import record as by_hand
from by_hand import truth as no_truth
from risk import Scenario, landmarks, simulate
from risk.core.kinds import LEAVES_HOME
from risk.national.returns.care import Care
from risk.national.returns.pathway import Pathway
from risk.national.returns.years import StatutoryYear
from risk.reviews.caseload import knowable_days
from risk.world.assumptions import AGES_OF_YOUNGEST, STANDINGS
from risk.world.effects import by_household
from risk.world.opening import standing_shares, standings

ALIKE = {f"opening.times_by_age.{name}": [1.0] * len(AGES_OF_YOUNGEST) for name in STANDINGS}


def begins_with(**shares):
    """A scenario in which so large a share of all homes alike begins so."""
    every = {
        f"opening.standing_shares.{name}": [[shares.get(name, 0.0)] * 4, [shares.get(name, 0.0)] * 4]
        for name in STANDINGS
    }
    return Scenario.named("norfolk_review", every | ALIKE)


@cache
def all_kinds():
    return simulate(begins_with(**dict.fromkeys(STANDINGS, 0.15)), households=150, seed=4, years=1)


def before(record):
    return record.events.filter(pl.col("recorded_on") < record.from_on)


def test_a_cohort_begins_with_everything_that_may_be_open_and_its_history():
    events = before(all_kinds().record)
    began = {"child_in_need_plan_started", "child_protection_plan_started", "accommodated_s20"}
    assert began | {"interim_care_order", "care_order", "placement_order"} <= set(events["kind"])
    assert (events["occurred_on"] == events["recorded_on"]).all()
    assert (events["shared_on"] == events["recorded_on"]).all()
    first = events.sort("recorded_on", "event_id").unique("household_id", keep="first")
    assert set(first["kind"]) == {"referral"}


def test_nothing_is_open_where_no_child_has_been_born_for_a_week():
    record = all_kinds().record
    week_old = record.children.filter(pl.col("born_on") <= record.from_on - timedelta(days=7))
    assert before(record).join(week_old, on="household_id", how="anti").is_empty()


def test_what_was_written_before_the_first_day_is_the_same_whatever_the_hidden_state():
    shares = dict.fromkeys(STANDINGS, 0.15)
    settled, struggling = (
        simulate(begins_with(**shares).with_values({"families.struggling_share": s}), households=60, seed=4)
        for s in (0.0, 1.0)
    )
    assert before(settled.record).height > 100
    assert before(settled.record).equals(before(struggling.record))
    assert not settled.truth.spells.equals(struggling.truth.spells)


def test_plans_have_been_open_for_as_long_as_published():
    old_enough = {"families.oldest_age_years": [17, 18], "families.children_shares": [1.0]}
    scenario = begins_with(protection_plan=1.0).with_values(old_enough)
    record = simulate(scenario, households=400, seed=2, years=1).record
    plans = before(record).filter(pl.col("kind") == "child_protection_plan_started")
    open_days = (record.from_on - plans["recorded_on"]).dt.total_days()
    assert plans.height == 400
    for share, days in scenario.opening.open_days["protection_plan"][1:4]:
        error = np.sqrt(share * (1 - share) / plans.height)
        assert (open_days <= days + 3).mean() == pytest.approx(share, abs=4 * error)


def test_children_who_begin_in_care_are_away_from_the_first_day_and_no_harm_is_theirs():
    cohort = simulate(begins_with(care_order=1.0), households=30, seed=4, years=1)
    away = before(cohort.record).filter(pl.col("kind").is_in(LEAVES_HOME))["household_id"].unique()
    at = landmarks(cohort.record, burn_in_weeks=0).filter(pl.col("landmark_on") == cohort.record.from_on)
    assert len(away) > 15
    assert not set(at["household_id"]) & set(away)
    in_harm = cohort.truth.harms.filter(pl.col("warranted_from") == cohort.record.from_on)
    assert not set(in_harm["child_id"] // 16) & set(away)


def test_returns_have_the_true_first_day_of_what_began_before_the_record():
    record = all_kinds().record
    year = StatutoryYear(2010)
    periods = Care.on(record, year.last_on).periods
    episodes = Pathway.on(record, year.last_on).episodes
    began = before(record).filter(pl.col("kind").is_in(LEAVES_HOME))["occurred_on"]
    # A child born while the others were away is looked after from its birth.
    began_then = periods.filter(pl.col("started_on") < record.from_on).join(record.children, on="child_id")
    at_birth = pl.col("started_on") == pl.col("born_on")
    assert set(began_then.filter(~at_birth)["started_on"]) <= set(began)
    assert began_then.filter(~at_birth).height > began_then.filter(at_birth).height > 0
    assert (periods["started_on"] < record.from_on).sum() > 30
    assert (episodes["referred_on"] < record.from_on).sum() > 100


def test_what_is_open_adds_up_to_no_more_than_all_homes():
    shares = standing_shares(begins_with(**dict.fromkeys(STANDINGS, 0.9)).opening)
    assert shares.sum(axis=-1) == pytest.approx(1)
    assert shares[..., 0] == pytest.approx(0)


def test_as_much_is_open_on_the_last_day_as_on_the_first():
    record = simulate(Scenario.named("england_2014"), households=6_000, seed=11).record
    ids = record.households.sort("household_id")["household_id"].to_numpy()
    first, last = (
        np.bincount(standings(record.before(on).events, ids), minlength=1 + len(STANDINGS))
        for on in (record.from_on, record.to_on)
    )
    for name in ("in_need_plan", "protection_plan"):
        place = 1 + list(STANDINGS).index(name)
        assert abs(first[place] - last[place]) < 4 * np.sqrt(first[place] + last[place])


def test_what_was_carried_over_counts_in_nothing_that_was_followed():
    record = by_hand(
        "- referral school 2021-01-04",
        "- assessment_completed childrens_services 2021-02-01 substantiated",
        "- accommodated_s20 childrens_services 2021-02-01",
        from_on="2022-01-03",
        to_on="2022-12-05",
    )
    counted = by_household(record, no_truth())
    assert counted.select("assessments", "removals").sum().row(0) == (0, 0)
    assert (knowable_days(record)["landmark_on"] >= record.from_on).all()
