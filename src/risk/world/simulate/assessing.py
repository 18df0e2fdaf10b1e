"""Assessing: what falls due between a referral and a plan.

An assessment runs on a clock of its own, 45 working days from the referral, whatever else happens to the
case. An enquiry under section 47 ends in a conference within 15 working days of the strategy discussion,
or without one.
"""

import numpy as np

from risk.core.arrays import Bools, Ints
from risk.core.calendar import add_working_days
from risk.core.draws import Stream, by_row
from risk.core.kinds import FACTORS, KIND
from risk.world.factors import PRESENT_IN, REFERRED_AS
from risk.world.simulate.block import NEVER, NONE, REASON, Block
from risk.world.simulate.casework import (
    ASSESSING,
    COMPLETES,
    DECISION,
    DURATION,
    ENQUIRING,
    OUTCOME,
    Draws,
    accommodate,
    close,
    discuss_strategy,
    duration,
    finding,
    finds,
    keep_visit,
    sees_domestic_abuse,
    start_assessment,
    start_in_need_plan,
    start_protection_plan,
    to_stage,
)


def complete_assessment(block: Block, where: Ints, day: int, u: Draws) -> None:
    """Complete the assessments that are due, or let some drift; act on those that nothing else overtook.

    One that goes with an enquiry or a plan does not drift: while it is open, the record says so.
    """
    assumed = block.scenario.practice
    drifts = (block.stage[where] == ASSESSING) & (u(COMPLETES, where) < assumed.assessment_never_completed)
    close(block, where[drifts], day, "services_ceased")
    where = where[~drifts]
    found, reassured = finds(block, where, assumed.finds_need, u)
    found |= sees_domestic_abuse(block, where, u)
    completed = block.write(
        where, "assessment_completed", day, finding=finding(found), closes=block.assessment[where]
    )
    keep_visit(block, where, completed, reassured)
    _identify_factors(block, where, day, completed)
    block.assessment[where], block.assessment_due[where] = NONE, NEVER
    waits = block.stage[where] == ASSESSING
    _act_on_assessment(block, where[waits], day, completed[waits], found[waits], u)


def _act_on_assessment(block: Block, where: Ints, day: int, completed: Ints, found: Bools, u: Draws) -> None:
    """Enquire, accommodate, plan or help where need was found; close where it was not."""
    assumed, v = block.scenario.practice, u(OUTCOME, where)
    p_care = assumed.accommodates_after_assessment
    readily = np.where(block.had_plan[where], assumed.strategy_after_earlier_plan, 1.0)
    p_strategy = np.minimum(assumed.strategy_after_assessment * readily, 1 - p_care)
    strategy = found & (v < p_strategy)
    care = found & ~strategy & (v < p_strategy + p_care)
    rest = (v - p_strategy - p_care) / np.maximum(1 - p_strategy - p_care, 1e-12)
    plan = found & ~strategy & ~care & (rest < assumed.in_need_plan_after_assessment)
    discuss_strategy(block, where[strategy], day, completed[strategy])
    accommodate(block, where[care], day, completed[care])
    start_in_need_plan(block, where[plan], day, completed[plan])
    helped = found & ~strategy & ~care & ~plan
    signposted = ~found & (u(DECISION, where) < assumed.offers_early_help)
    ends = helped | ~found
    answer = np.where(helped | signposted, KIND["early_help"], KIND["no_further_action"])
    not_in_need = np.where(signposted, REASON["assessed_early_help"], REASON["assessed_no_further_action"])
    reason = np.where(helped, REASON["services_ceased"], not_in_need)
    block.write(where[ends], answer[ends], day, answers=completed[ends])
    close(block, where[ends], day, reason[ends])


def start_enquiry(block: Block, where: Ints, day: int, u: Draws) -> None:
    """Start the enquiry that a strategy discussion asked for, with an assessment if none is open."""
    discussion = block.opened_by[where]
    enquiry = block.write(where, "section_47_enquiry", day, answers=discussion)
    start_assessment(block, where, day, discussion, u)
    # The 15 working days run from the discussion, which was held one working day ago.
    takes = np.maximum(duration(u(DURATION, where), block.scenario.practice.conference_working_days) - 1, 1)
    to_stage(block, where, ENQUIRING, add_working_days(day, takes), enquiry)


def end_enquiry(block: Block, where: Ints, day: int, u: Draws) -> None:
    """End an enquiry with a conference where significant harm was found, without one where not."""
    assumed = block.scenario.practice
    found, reassured = finds(block, where, assumed.finds_significant_harm, u)
    _hold_conference(block, where[found], day, u)
    none = where[~found]
    nothing = block.write(none, "no_further_action", day, answers=block.opened_by[none])
    keep_visit(block, none, nothing, reassured[~found])
    # The assessment that goes with the enquiry decides what comes next, or has found what it found.
    waits = block.assessment[none] != NONE
    to_stage(block, none[waits], ASSESSING, NEVER, block.assessment[none[waits]])
    rest, answers = none[~waits], nothing[~waits]
    plans = u(OUTCOME, rest) < assumed.in_need_plan_after_assessment
    start_in_need_plan(block, rest[plans], day, answers[plans])
    close(block, rest[~plans], day, "services_ceased")


def _hold_conference(block: Block, where: Ints, day: int, u: Draws) -> None:
    agrees = u(OUTCOME, where) < block.scenario.practice.plan_after_conference
    conference = block.write(
        where,
        "initial_child_protection_conference",
        day,
        finding=finding(agrees),
        closes=block.opened_by[where],
    )
    keep_visit(block, where, conference, np.zeros(len(where), np.bool_))
    start_protection_plan(block, where[agrees], day, conference[agrees], u)
    start_in_need_plan(block, where[~agrees], day, conference[~agrees])


def _identify_factors(block: Block, where: Ints, day: int, completed: Ints) -> None:
    """Write down the factors that each assessment identified, of anybody in the household."""
    v = by_row(block.seed, Stream.FACTORS, where + block.first, day, 0, len(FACTORS))
    absent, present = np.array([block.scenario.practice.identifies[name] for name in FACTORS]).T[..., None]
    there = PRESENT_IN[:, block.state[where]] | (block.opened_for[where] == REFERRED_AS)
    factor, assessed = np.nonzero(v < np.where(there, present, absent))
    block.factors.add(len(factor), event_id=completed[assessed], factor=factor)
