"""The laws of the patterns: each has a dial that turns it up, and off, and leaves the others alone.

Two cohorts are compared by the rate of each pattern, with the standard error of a ratio of household totals.
"""

from functools import cache
from math import sqrt
from typing import Any

import polars as pl
import pytest

from risk.core.kinds import GENERATED_AGENCIES
from risk.world.patterns.rates import PATTERNS
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate

SEED = 1
HOUSEHOLDS = 700
YEARS = 3  # enough for what takes a year; a day costs about the same however many households live it
ENOUGH = 30  # opportunities, below which a rate says nothing
RISES_BY = 3.0  # standard errors
# Two cohorts share their luck, so that without an effect their rates lie far closer than two samples' would:
# of the 480 comparisons here none is normally beyond 2.5.
MOVES_BY = 3.5


def every_agency(value: float) -> dict[str, float]:
    return dict.fromkeys(GENERATED_AGENCIES, value)


def seeing(agencies, kinds, value: float) -> dict[str, float]:
    return {f"noticing.notices.{agency}.{kind}": value for agency in agencies for kind in kinds}


# The review's world, with what is rare in it made common enough to count. Agencies are alike in what they
# believe, record and share, or the rates would move with who notices most.
BASE = {
    "noticing.believes": every_agency(0.5),
    "noticing.records": every_agency(0.8),
    "noticing.shares": every_agency(0.3),
    "noticing.shares_of.police.risky_adult": 0.5,
    "noticing.child_says.police": 0.0,  # what a child told police who did not believe it is rarely shared
    "noticing.incidents_per_year.sexual_abuse_indicator": [0.5, 0.5, 1.0, 1.0],
    "practice.accommodates_after_assessment": [0.3, 0.3, 0.3, 0.3],
    "practice.adds_up": 0.3,
    "practice.applies_to_court": 0.3,
    "practice.assesses": [0.5, 0.5, 0.5, 0.5],
    "practice.assessment_never_completed": 0.2,
    "practice.considers_sexual_abuse": 0.5,
    "practice.finds_domestic_abuse": 0.7,
    "practice.finds_need": [0.2, 0.4, 0.8, 0.9],
    "practice.police_protects": 0.5,
    "practice.reassured_by_parent": 0.3,
    "practice.returns_home": 0.3,
    "practice.strategy_after_assessment": 0.4,
}
DAILY_CARE = ("hunger", "supervision", "parental_substance_misuse")
CALLED_OUT = ("supervision", "criminality_at_address")


# What turns each pattern off, and what turns it up.
LAWS: dict[str, dict[str, dict[str, Any]]] = {
    "violence_no_further_action": {
        "off": {"practice.finds_domestic_abuse": 1.0},
        "up": {"practice.finds_domestic_abuse": 0.0},
    },
    "care_then_home": {"off": {"practice.returns_home": 0.0}, "up": {"practice.returns_home": 1.0}},
    "assessment_not_completed": {
        "off": {"practice.assessment_never_completed": 0.0},
        "up": {"practice.assessment_never_completed": 0.5},
    },
    "child_not_believed": {
        "off": {"noticing.believes": every_agency(1.0)},
        "up": {"noticing.believes": every_agency(0.1)},
    },
    "daily_care_seen_by_school_or_refuge": {
        "off": seeing(("school", "refuge"), DAILY_CARE, 0.0),
        "up": seeing(("school", "refuge"), DAILY_CARE, 0.9),
    },
    "home_swings": {
        "off": {"harm.collapses_per_year": [0.0, 0.0], "harm.tidies_per_year": [0.0, 0.0]},
        "up": {"harm.collapses_per_year": [3.0, 3.0], "harm.tidies_per_year": [4.0, 4.0]},
    },
    "risky_adult_not_shared": {
        "off": {"noticing.shares_of.police.risky_adult": 1.0},
        "up": {"noticing.shares_of.police.risky_adult": 0.1},
    },
    "parent_reassures": {
        "off": {"practice.reassured_by_parent": 0.0},
        "up": {"practice.reassured_by_parent": 0.7},
    },
    "sexual_abuse_not_considered": {
        "off": {"practice.considers_sexual_abuse": 1.0},
        "up": {"practice.considers_sexual_abuse": 0.1},
    },
    "police_called_to_the_home": {
        "off": seeing(("police",), CALLED_OUT, 0.0),
        "up": seeing(("police",), CALLED_OUT, 0.9),
    },
    "not_recorded": {
        "off": {"noticing.records": every_agency(1.0)},
        "up": {"noticing.records": every_agency(0.5)},
    },
    "never_told": {
        "off": {"noticing.shares": every_agency(1.0), "noticing.shares_when_not_believed": 1.0},
        "up": {"noticing.shares": every_agency(0.1)},
    },
    "told_and_screened_out": {
        "off": {"practice.screens_in": [1.0, 1.0, 1.0, 1.0]},
        "up": {"practice.screens_in": [0.1, 0.1, 0.1, 0.1]},
    },
    "referred_and_not_assessed": {
        "off": {"practice.assesses": [1.0, 1.0, 0.97, 0.8]},
        "up": {"practice.assesses": [0.1, 0.1, 0.1, 0.1]},
    },
    "early_concerns_not_added_up": {"off": {"practice.adds_up": 1.0}, "up": {"practice.adds_up": 0.0}},
    "crisis_and_removal": {
        "off": {"practice.applies_to_court": 0.0, "practice.emergency_orders": 0.0},
        "up": {"practice.applies_to_court": 0.8},
    },
}


# What adds up is referred, and assessed, however each report looks; and it adds up oftener where less is told or
# referred. So these three move what comes after them.
ADDS_UP = ("never_told", "told_and_screened_out", "early_concerns_not_added_up")
COMES_AFTER = {"told_and_screened_out", "referred_and_not_assessed"}


@cache
def measured(name: str = "", way: str = "") -> pl.DataFrame:
    """Each pattern's rate in the base scenario, or with the dial of one pattern turned "off" or "up".

    pattern, occurrences, opportunities, rate, standard_error: of a ratio of totals of independent households.
    """
    turned = LAWS[name][way] if name else {}
    scenario = Scenario.named("norfolk_review", {**BASE, **turned})
    cohort = simulate(scenario, households=HOUSEHOLDS, seed=SEED, years=YEARS)
    rows = []
    for pattern in PATTERNS:
        found = pattern.opportunities(cohort)
        could = pl.col("household_years").sum() if "household_years" in found.columns else pl.len()
        homes = found.group_by("household_id").agg(did=pl.col("happened").sum(), could=could)
        did, chances = homes["did"].sum(), homes["could"].sum()
        rate = did / chances if chances else float("nan")
        left = (homes["did"] - rate * homes["could"]).to_list()
        rows.append((pattern.name, did, chances, rate, sqrt(sum(x * x for x in left)) / (chances or 1)))
    columns = ["pattern", "occurrences", "opportunities", "rate", "standard_error"]
    return pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={"opportunities": pl.Float64})


def standard_errors_apart(name: str, way: str) -> dict[str, float]:
    """How many standard errors each pattern's rate moved when one dial was turned, where there is enough."""
    both = measured().join(measured(name, way), on="pattern", suffix="_turned")
    both = both.filter(pl.min_horizontal("opportunities", "opportunities_turned") >= ENOUGH)
    apart = (pl.col("rate_turned") - pl.col("rate")) / (
        pl.col("standard_error") ** 2 + pl.col("standard_error_turned") ** 2
    ).sqrt()
    return dict(both.select("pattern", apart.fill_nan(0)).iter_rows())


def test_every_pattern_has_its_law():
    assert list(LAWS) == [p.name for p in PATTERNS]


def test_the_base_has_enough_of_every_pattern_to_judge_it():
    rates = measured()
    assert rates["opportunities"].min() >= ENOUGH
    assert rates["occurrences"].min() > 0


@pytest.mark.parametrize("name", LAWS)
def test_a_pattern_that_is_turned_off_is_gone(name):
    row = measured(name, "off").row(by_predicate=pl.col("pattern") == name, named=True)
    assert row["occurrences"] == 0


@pytest.mark.parametrize("name", LAWS)
def test_a_pattern_that_is_turned_up_happens_more_often(name):
    assert standard_errors_apart(name, "up")[name] > RISES_BY


@pytest.mark.parametrize("way", ["off", "up"])
@pytest.mark.parametrize("name", LAWS)
def test_a_dial_moves_no_pattern_but_its_own(name, way):
    may_move = {name} | (COMES_AFTER if name in ADDS_UP else set())
    apart = standard_errors_apart(name, way)
    assert not {n: z for n, z in apart.items() if n not in may_move and abs(z) > MOVES_BY}
