"""Assessing: what falls due between a referral and a plan.

An assessment runs on a clock of its own, 45 working days from the referral, whatever else happens to the
case. An enquiry under section 47 ends in a conference within 15 working days of the strategy discussion,
or without one.
"""

from typing import Any, Final

import numpy as np

from risk.core.kinds import FACTORS
from risk.records.households import NO_PLAN_FROM_DAYS
from risk.world.compiled import compiled
from risk.world.observation import ADULT_AT_DAYS
from risk.world.simulate.casework import (
    accommodate,
    add_working_days,
    class_of_youngest,
    close,
    discuss_strategy,
    duration,
    finding,
    finds,
    is_reassured,
    start_assessment,
    start_in_need_plan,
    start_protection_plan,
    to_stage,
)
from risk.world.simulate.codes import NEVER, NONE, Decision, Kind, Reason, Stage, code
from risk.world.simulate.home import Home
from risk.world.simulate.luck import COMPLETES, DECISION, DURATION, FINDS_ABUSE, ONLY, OUTCOME, row
from risk.world.simulate.papers import keep_factor, keep_visit, write, write_end

N_FACTORS: Final = code(len(FACTORS))
NOT_REASSURED: Final[Any] = np.bool_(False)


@compiled
def complete_assessment(home: Home, day: int) -> None:
    """Complete an assessment that is due, or let it drift; act on one that nothing else overtook.

    One that goes with an enquiry or a plan does not drift: while it is open, the record says so. While a
    plan or care is in force, it finds the need which that answers.
    """
    waits = home.stage == Stage.assessing
    if waits and home.u[COMPLETES] < home.practice.assessment_never_completed:
        close(home, day, Reason.services_ceased)
        return
    helped = home.stage == Stage.in_need or home.stage == Stage.protected or not home.lives_here
    found = helped or finds(home, home.practice.finds_need) or sees_domestic_abuse(home)
    completed = write_end(home, Kind.assessment_completed, day, home.assessment)
    completed.finding = finding(found)
    keep_visit(home, completed.event_id, not helped and is_reassured(home))
    identify_factors(home, day, completed.event_id)
    home.assessment, home.assessment_due = NONE, NEVER
    home.assessed, home.found_need = day, found
    if waits and found:
        answer_need(home, day, completed.event_id)
    elif waits:
        find_no_need(home, day, completed.event_id)


@compiled
def sees_domestic_abuse(home: Home) -> bool:
    """Return whether an assessment finds need because of domestic abuse in the home."""
    sees: bool = home.u[FINDS_ABUSE] < home.practice.finds_domestic_abuse
    return sees and home.harm.has_abuse[home.state] == 1


@compiled
def identify_factors(home: Home, day: int, completed: int) -> None:
    """Write down the factors that the assessment identified, of anybody in the household."""
    row(home.seed, Decision.factors, home.household, day, ONLY, N_FACTORS, home.draws)
    for factor in range(N_FACTORS):
        referred_for_it = home.opened_for == home.practice.referred_as[factor]
        there = referred_for_it or home.practice.present_in[factor, home.state] == 1
        if home.draws[factor] < home.practice.identifies[factor, int(there)]:
            keep_factor(home, completed, factor)


@compiled
def answer_need(home: Home, day: int, completed: int) -> None:
    """Enquire, accommodate, plan or help where an assessment found need."""
    practice, age = home.practice, class_of_youngest(home, day)
    care = home.harm.care_of[home.state]
    # One draw for three questions: what it leaves of the first is the draw of the next.
    u = home.u[OUTCOME]
    p = min(practice.accommodates_after_assessment[care] * practice.accommodates_by_age[age], 1.0)
    if u < p:
        accommodate(home, day, completed)
        return
    u = (u - p) / (1 - p)
    p = min(practice.strategy_after_assessment * practice.strategy_by_age[age], 1.0)
    if home.had_plan:
        p = min(p * practice.strategy_after_earlier_plan, 1.0)
    if u < p:
        discuss_strategy(home, day, completed)
    elif (u - p) / (1 - p) < practice.in_need_plan_after_assessment:
        start_in_need_plan(home, day, completed)
    else:
        help_and_close(home, day, completed)


@compiled
def help_and_close(home: Home, day: int, answers: int) -> None:
    """Offer early help to a family in need, and close the case."""
    write(home, Kind.early_help, day, answers)
    close(home, day, Reason.assessed_early_help)


@compiled
def find_no_need(home: Home, day: int, completed: int) -> None:
    """Close the case of a family in which an assessment found no need, some with early help."""
    if home.u[DECISION] < home.practice.offers_early_help:
        write(home, Kind.early_help, day, completed)
        close(home, day, Reason.assessed_early_help)
    else:
        write(home, Kind.no_further_action, day, completed)
        close(home, day, Reason.assessed_no_further_action)


@compiled
def start_enquiry(home: Home, day: int) -> None:
    """Start the enquiry that a strategy discussion asked for, with an assessment if none is open."""
    discussion = home.opened_by
    enquiry = write(home, Kind.section_47_enquiry, day, discussion).event_id
    start_assessment(home, day, discussion)
    # The 15 working days run from the discussion, which was held one working day ago.
    takes = max(duration(home.u[DURATION], home.practice.conference_working_days) - 1, 1)
    to_stage(home, Stage.enquiring, add_working_days(home, day, takes), enquiry)


@compiled
def end_enquiry(home: Home, day: int) -> None:
    """End an enquiry with a conference where significant harm was found, without one where not.

    Where the assessment that went with it has found no need, it finds no significant harm.
    """
    may_find = home.assessment != NONE or home.found_need
    if may_find and finds(home, home.practice.finds_significant_harm):
        hold_conference(home, day)
        return
    nothing = write(home, Kind.no_further_action, day, home.opened_by).event_id
    keep_visit(home, nothing, may_find and is_reassured(home))
    # The assessment that goes with the enquiry decides what comes next, or has found what it found.
    if home.assessment != NONE:
        to_stage(home, Stage.assessing, NEVER, home.assessment)
    elif not home.found_need:
        close(home, day, Reason.assessed_no_further_action)
    elif home.u[OUTCOME] < home.practice.in_need_plan_after_assessment:
        start_in_need_plan(home, day, nothing)
    else:
        help_and_close(home, day, nothing)


@compiled
def hold_conference(home: Home, day: int) -> None:
    """Hold an initial child protection conference: it agrees on a plan of protection or on one of need.

    On one of need where all children are too old for a plan of protection.
    """
    youngest = day - home.family.grown + ADULT_AT_DAYS
    agrees = home.u[OUTCOME] < home.practice.plan_after_conference and youngest < NO_PLAN_FROM_DAYS
    conference = write_end(home, Kind.initial_child_protection_conference, day, home.opened_by)
    conference.finding = finding(agrees)
    keep_visit(home, conference.event_id, NOT_REASSURED)
    if agrees:
        start_protection_plan(home, day, conference.event_id)
    else:
        start_in_need_plan(home, day, conference.event_id)
