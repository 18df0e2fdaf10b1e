"""Readings: what it says about the hidden state that somebody looked, and what he or she wrote.

Findings and factors depend on the state of care, and a little whether a visit to the home sees the child.
Everything else that services do depends on what was recorded before, or on luck alone, and says nothing
more: so do a visit that was missed, and one to a child who lives elsewhere.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints, day_of
from risk.core.kinds import FACTORS, FINDINGS, KIND, LEAVES_HOME
from risk.records.cohort import Record
from risk.records.reports import reported
from risk.world.factors import PRESENT_IN, REFERRED_AS
from risk.world.hidden_state import STATE_ABUSE, STATE_CARE, is_serious
from risk.world.scenario import Scenario
from risk.world.youngest import births, class_of_youngest

FINDS_NEED, FINDS_HARM, FINDS_AT_REVIEW = range(3)
AT_HOME: Final = (
    *("assessment_started", "section_47_enquiry"),
    *("child_in_need_plan_started", "child_protection_plan_started"),
)
"""What visits answer that are made to the home itself."""

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
        asked = events.select(answers="event_id", answers_kind="kind")
        events = events.join(asked, on="answers", how="left", maintain_order="left")
        parts = [
            _of_looks(_looks(events, scenario), scenario),
            _of_factors(events, record, scenario),
            _of_visits(events, scenario),
            _of_accommodations(events, record, scenario),
        ]
        household_id, day, likelihood = (np.concatenate(c) for c in zip(*parts, strict=True))
        # What was found before the first day is in how things stood on it (`opening`).
        since = np.flatnonzero(day >= day_of(record.from_on))
        order = since[np.lexsort((day[since], household_id[since]))]
        return cls(household_id[order], day[order], likelihood[order])


def _looks(events: pl.DataFrame, scenario: Scenario) -> pl.DataFrame:
    """Return who looked for what: how likely what was written is if it was found, and if it was not."""
    practice = scenario.practice
    rows = _that_say_something(events)
    kind, to = pl.col("kind"), pl.col("answers_kind")
    found, nothing = ((pl.col("finding") == word).cast(pl.Float64) for word in list(FINDINGS)[:2])
    rules: list[tuple[pl.Expr, int, pl.Expr | float, pl.Expr | float]] = [
        (kind == "assessment_completed", FINDS_NEED, found, nothing),
        ((kind == "meeting") & (to == "child_in_need_plan_started"), FINDS_NEED, found, nothing),
        (kind == "initial_child_protection_conference", FINDS_HARM, 1.0, 0.0),
        ((kind == "no_further_action") & (to == "section_47_enquiry"), FINDS_HARM, 0.0, 1.0),
        (kind == "review_conference", FINDS_AT_REVIEW, found, nothing),
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
            if_found=pl.lit(if_found) if isinstance(if_found, float) else if_found,
            if_not=pl.lit(if_not) if isinstance(if_not, float) else if_not,
        )
        for rule, finds, if_found, if_not in rules
    )


def _of_accommodations(events: pl.DataFrame, record: Record, scenario: Scenario) -> tuple[Ints, Ints, Floats]:
    """Return household, day and likelihood of whether assessments that decided led straight into care."""
    came = events.filter(pl.col("answers_kind") == "assessment_completed").select(
        event_id="answers", leads_to_care=pl.col("kind") == "accommodated_s20"
    )
    decided = events.filter(pl.col("kind") == "assessment_completed", pl.col("finding") == "substantiated")
    decided = decided.join(came, on="event_id", how="inner", maintain_order="left")
    household_id, day = decided["household_id"].to_numpy(), decided["day"].to_numpy()
    ids = record.households["household_id"].sort().to_numpy()
    youngest = class_of_youngest(births(record, ids)[np.searchsorted(ids, household_id)], day)
    practice = scenario.practice
    by_age = np.array(practice.accommodates_by_age)[youngest]
    by_care = np.array(practice.accommodates_after_assessment)[STATE_CARE]
    p = np.minimum(by_age[:, None] * by_care, 1)
    return household_id, day, np.where(decided["leads_to_care"].to_numpy()[:, None], p, 1 - p)


def _of_visits(events: pl.DataFrame, scenario: Scenario) -> tuple[Ints, Ints, Floats]:
    """Return household, day and likelihood of whether visits to the children's own homes saw them."""
    visits = events.filter(pl.col("kind") == "home_visit", pl.col("answers_kind").is_in(AT_HOME))
    seen = (visits["finding"] == "child_seen").to_numpy()[:, None]
    p = np.array(scenario.practice.child_not_seen)[STATE_CARE]
    return visits["household_id"].to_numpy(), visits["day"].to_numpy(), np.where(seen, 1 - p, p)


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
    concern = np.array([KIND.get(k, -1) for k in completed["concern"].to_list()], np.int64)
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
