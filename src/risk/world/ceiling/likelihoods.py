"""Readings: what it says about the hidden state that somebody looked, and what he or she wrote.

Findings and factors depend on the state of care. So does a review of a plan of need that wrote nothing
because the plan went on. Everything else that services do depends on what was recorded before, and says
nothing more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints, day_of
from risk.core.calendar import add_working_days
from risk.core.kinds import FACTORS, KIND, LEAVES_HOME
from risk.records.cohort import Record
from risk.records.reports import reported
from risk.world.factors import PRESENT_IN, REFERRED_AS
from risk.world.hidden_state import STATE_ABUSE, STATE_CARE, is_serious
from risk.world.scenario import Scenario

FINDS_NEED, FINDS_HARM, FINDS_AT_REVIEW = range(3)
HELP_BEGINS: Final = ("child_in_need_plan_started", "child_protection_plan_started", *LEAVES_HOME)
HELP_ENDS: Final = (
    *("child_in_need_plan_ended", "child_protection_plan_ended"),
    *("return_home", "left_care", "case_closed"),
)
SERIOUS: Final = is_serious(np.arange(len(STATE_CARE)))


@dataclass(frozen=True)
class Readings:
    """One element a reading, by home and day; likelihood is (readings, states): that of what was written."""

    household_id: Ints
    day: Ints
    likelihood: Floats

    @classmethod
    def of(cls, record: Record, scenario: Scenario) -> "Readings":
        """Return the readings of a record, sorted by household and day."""
        events = record.events.sort("event_id").with_columns(
            pl.col("kind").cast(pl.String), day=pl.col("recorded_on").to_physical().cast(pl.Int64)
        )
        looks = pl.concat([_written(events, scenario), _plans_of_need(events, record, scenario)])
        parts = [_of_looks(looks, scenario), _of_factors(events, record, scenario)]
        household_id, day, likelihood = (np.concatenate(c) for c in zip(*parts, strict=True))
        order = np.lexsort((day, household_id))
        return cls(household_id[order], day[order], likelihood[order])


def _written(events: pl.DataFrame, scenario: Scenario) -> pl.DataFrame:
    """Return the looks that wrote something: who looked for what, and what it wrote if found, and if not."""
    practice = scenario.practice
    answered = events.select(answers="event_id", answers_kind="kind")
    rows = _that_say_something(events).join(answered, on="answers", how="left", maintain_order="left")
    kind, to, finding = pl.col("kind"), pl.col("answers_kind"), pl.col("finding") == "substantiated"
    rules: list[tuple[pl.Expr, int, pl.Expr | float, pl.Expr | float]] = [
        (kind == "assessment_completed", FINDS_NEED, finding.cast(pl.Float64), (~finding).cast(pl.Float64)),
        (kind == "initial_child_protection_conference", FINDS_HARM, 1.0, 0.0),
        ((kind == "no_further_action") & (to == "section_47_enquiry"), FINDS_HARM, 0.0, 1.0),
        (kind == "review_conference", FINDS_AT_REVIEW, finding.cast(pl.Float64), (~finding).cast(pl.Float64)),
        ((kind == "strategy_discussion") & (to == "return_home"), FINDS_AT_REVIEW, 0.0, 1.0),
        ((kind == "care_proceedings") & (to == "police_protection"), FINDS_AT_REVIEW, 1.0, 0.0),
        (
            (kind == "accommodated_s20") & (to == "police_protection"),
            FINDS_AT_REVIEW,
            1 - practice.applies_to_court,
            1 - practice.returns_home,
        ),
    ]
    return pl.concat(
        rows.filter(rule).select(
            "household_id",
            "day",
            finds=pl.lit(finds, pl.Int64),
            sees_abuse=kind == "assessment_completed",
            if_found=pl.lit(found) if isinstance(found, float) else found,
            if_not=pl.lit(nothing) if isinstance(nothing, float) else nothing,
        )
        for rule, finds, found, nothing in rules
    )


def _that_say_something(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events without the looks whose finding follows from what was recorded before.

    An assessment that is completed while a plan or care is in force finds need; an enquiry whose assessment
    has found none finds no significant harm.
    """
    kind = pl.col("kind")
    helps, completed = kind.is_in(HELP_BEGINS), kind == "assessment_completed"
    helped = pl.when(helps | kind.is_in(HELP_ENDS)).then(helps)
    no_need = pl.when(completed | (kind == "assessment_started")).then(
        completed & (pl.col("finding") == "unsubstantiated").fill_null(False)
    )
    before = events.select(
        *(
            state.shift().forward_fill().over("household_id").fill_null(False).alias(name)
            for name, state in (("helped", helped), ("no_need", no_need))
        )
    )
    follows = (completed & pl.col("helped")) | ((kind == "no_further_action") & pl.col("no_need"))
    return pl.concat([events, before], how="horizontal").filter(~follows)


def _plans_of_need(events: pl.DataFrame, record: Record, scenario: Scenario) -> pl.DataFrame:
    """Return the reviews of plans of need: one that ended it, one that led to an enquiry, those that did not.

    A plan goes on where need was found, and also where none was found while an assessment was open.
    """
    held_reviews = _with_open_assessment(_reviews_held(events, record, scenario), events)
    due, ends = pl.col("due"), (pl.col("closed") == pl.col("due")).fill_null(False)
    strategy = scenario.practice.strategy_after_assessment
    enquires = (pl.col("worse") == due).fill_null(False)
    return held_reviews.filter(~(ends & (pl.col("reason") == "turned_18")).fill_null(False)).select(
        "household_id",
        day="due",
        finds=pl.lit(FINDS_NEED, pl.Int64),
        sees_abuse=pl.lit(False),
        if_found=pl.when(enquires).then(strategy).when(ends).then(0.0).otherwise(1 - strategy),
        if_not=pl.when(enquires).then(0.0).when(ends).then(1.0).otherwise(pl.col("is_open").cast(pl.Float64)),
    )


def _reviews_held(events: pl.DataFrame, record: Record, scenario: Scenario) -> pl.DataFrame:
    """Return one row a review of a plan of need: the plan, when it was due, and what came of the plan."""
    kind = pl.col("kind")
    ended = events.filter(kind == "child_in_need_plan_ended").select(plan="closes", ended="day")
    closed = events.filter(kind == "case_closed").select(plan="closes", closed="day", reason="reason")
    worse = events.filter(kind == "strategy_discussion").select(plan="answers", worse="day")
    plans = (
        events.filter(kind == "child_in_need_plan_started")
        .select("household_id", plan="event_id", due="day")
        .join(ended, on="plan", how="left", maintain_order="left")
        .join(closed, on="plan", how="left", maintain_order="left")
        .join(
            worse.unique("plan", keep="first", maintain_order=True),
            on="plan",
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("ended").fill_null(np.iinfo(np.int64).max))
    )
    last = day_of(record.to_on)
    due = plans["due"].to_numpy()
    reviews = []
    while plans.height:
        due = add_working_days(due + 7 * scenario.practice.in_need_review_weeks, 0)
        held = (due <= plans["ended"].to_numpy()) & (due < last)
        plans, due = plans.filter(pl.Series(held)), due[held]
        reviews.append(plans.with_columns(due=pl.Series(due, dtype=pl.Int64)))
    return pl.concat(reviews) if reviews else plans


def _with_open_assessment(reviews: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Return the reviews with is_open: an assessment begun before the day was not completed before it."""
    kind = pl.col("kind")
    completed = events.filter(kind == "assessment_completed").select(started="closes", completed="day")
    started = (
        events.filter(kind == "assessment_started")
        .select("household_id", "day", started="event_id")
        .join(completed, on="started", how="left", maintain_order="left")
        .sort("day", "started")
    )
    closed = events.filter(kind == "case_closed").select("household_id", closed_on="day").sort("closed_on")
    latest = (
        reviews.with_row_index("row")
        .sort("due")
        .join_asof(
            started,
            left_on="due",
            right_on="day",
            by="household_id",
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .join_asof(
            closed,
            left_on="due",
            right_on="closed_on",
            by="household_id",
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
    )
    begun = pl.col("day").is_not_null()
    done = (pl.col("completed") < pl.col("due")) | (pl.col("closed_on") >= pl.col("day"))
    return latest.with_columns(is_open=begun & ~done.fill_null(False)).sort("row")


def _of_looks(looks: pl.DataFrame, scenario: Scenario) -> tuple[Ints, Ints, Floats]:
    """Return household, day and likelihood; two looks on one day share what was there to reassure them."""
    ordered = looks.sort("household_id", "day", "sees_abuse", descending=[False, False, True])
    home, day = ordered["household_id"].to_numpy(), ordered["day"].to_numpy()
    base, abuse = _chances(ordered, scenario)
    weights = ordered.select("if_found", "if_not").to_numpy()
    likelihood = _alone(base, abuse, weights)
    again = np.flatnonzero((home[1:] == home[:-1]) & (day[1:] == day[:-1])) + 1
    likelihood[again - 1] = _together(
        base[again - 1], abuse[again - 1], weights[again - 1], base[again], weights[again]
    )
    keep = np.ones(len(home), np.bool_)
    keep[again] = False
    return home[keep], day[keep], likelihood[keep]


def _chances(looks: pl.DataFrame, scenario: Scenario) -> tuple[Floats, Floats]:
    """Return (looks, states) twice: that care makes the look find, and that domestic abuse does."""
    practice = scenario.practice
    finds = np.array([practice.finds_need, practice.finds_significant_harm, practice.finds_at_review])
    base = finds[looks["finds"].to_numpy()][:, STATE_CARE] * (1 - practice.reassured_by_parent * SERIOUS)
    abuse = looks["sees_abuse"].to_numpy()[:, None] * (STATE_ABUSE == 1) * practice.finds_domestic_abuse
    return base, abuse


def _alone(base: Floats, abuse: Floats, weights: Floats) -> Floats:
    found = 1 - (1 - base) * (1 - abuse)
    likelihood: Floats = weights[:, :1] * found + weights[:, 1:] * (1 - found)
    return likelihood


def _together(
    base: Floats, abuse: Floats, weights: Floats, other: Floats, weights_of_other: Floats
) -> Floats:
    """Return the likelihood of two looks on one day; the first alone may see domestic abuse.

    One draw says for both how hard it is to find, and one whether a tidied home reassures; so what is
    found with the smaller chance is found only with what has the larger.
    """
    both = np.minimum(base, other)
    only, only_other = base - both, other - both
    neither = 1 - both - only - only_other
    found, nothing = weights[:, :1], weights[:, 1:]
    found_too, nothing_too = weights_of_other[:, :1], weights_of_other[:, 1:]
    likelihood: Floats = (
        found * found_too * (both + abuse * only_other)
        + found * nothing_too * (only + abuse * neither)
        + nothing * found_too * (1 - abuse) * only_other
        + nothing * nothing_too * (1 - abuse) * neither
    )
    return likelihood


def _of_factors(events: pl.DataFrame, record: Record, scenario: Scenario) -> tuple[Ints, Ints, Floats]:
    """Return household, day and likelihood of the factors that each completed assessment identified."""
    opened = events.filter(pl.col("kind") == "referral").select("event_id")
    referred = reported(events).join(opened, on="event_id", how="semi", maintain_order="left")
    completed = (
        events.filter(pl.col("kind") == "assessment_completed")
        .select("event_id", "household_id", "day")
        .sort("event_id")
        .join_asof(referred.select("event_id", "concern"), on="event_id", strategy="backward")
    )
    concern = np.array([KIND[k] for k in completed["concern"].to_list()], np.int64)
    row = pl.DataFrame({"event_id": completed["event_id"], "row": np.arange(completed.height)})
    identified = np.zeros((completed.height, len(FACTORS)), np.bool_)
    named = record.factors.join(row, on="event_id", how="inner")
    identified[named["row"].to_numpy(), named["factor"].to_physical().to_numpy()] = True
    absent, present = np.array([scenario.practice.identifies[name] for name in FACTORS]).T[..., None]
    likelihood = np.ones((completed.height, len(STATE_CARE)))
    for f in range(len(FACTORS)):
        there = PRESENT_IN[f] | (concern == REFERRED_AS[f])[:, None]
        p = np.where(there, present[f], absent[f])
        likelihood *= np.where(identified[:, f, None], p, 1 - p)
    return completed["household_id"].to_numpy(), completed["day"].to_numpy(), likelihood
