"""Casework: where a household's case stands, and what it means to enter and leave each stage.

A case moves only through these verbs, each of which writes what professionals would write, on the day
itself. What falls due, and what makes a case move, is for `assessing`, `reviewing` and `front_door`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.core.arrays import Bools, Floats, Ints
from risk.core.calendar import add_working_days, working_day_by
from risk.core.draws import Stream, by_row, choose
from risk.core.kinds import CONCERNS
from risk.world.assumptions import FindingPerCareState, WorkingDays
from risk.world.hidden_state import STATE_ABUSE, STATE_CARE, is_serious
from risk.world.simulate.block import CATEGORY, FINDING, NEVER, NONE, REASON, Block

(
    CLOSED,
    DECIDING,  # a referral waits for its decision
    ASSESSING,
    DISCUSSING,  # a strategy discussion was held; the enquiry starts on the next working day
    ENQUIRING,  # under section 47
    IN_NEED,  # with a child in need plan
    PROTECTED,  # with a child protection plan
    POLICE_PROTECTED,
    EMERGENCY,  # under an emergency protection order
    ACCOMMODATED,  # under section 20
    IN_PROCEEDINGS,  # under an interim care order
    IN_CARE,  # under a care order
) = range(12)
N_STAGES: Final = 12
NO_PLAN, IN_NEED_PLAN, PROTECTION_PLAN = range(3)

# One row of draws for each household and day on which anything is decided.
(DECISION, DURATION, COMPLETES, FINDS, REASSURED, FINDS_ABUSE) = range(6)
(OUTCOME, CATEGORY_DRAW, AT_ONCE, SEXUAL, ADDS_UP, SECOND_DURATION) = range(6, 12)
SLOTS: Final = 12
WEEKS_LATE: Final = 3

# The category that a plan is started under tends to follow the concern that the case was opened for.
CATEGORY_OF: Final = {
    "physical_harm": "physical_abuse",
    "sexual_abuse_indicator": "sexual_abuse",
    "domestic_abuse": "emotional_abuse",
    "emotional_harm": "emotional_abuse",
}
LEANS_TO: Final = np.array([CATEGORY[CATEGORY_OF.get(c, "neglect")] for c in CONCERNS])


@dataclass
class Draws:
    """The day's draws of the households for which something may be decided."""

    who: Ints
    u: Floats  # (slots, households)

    @classmethod
    def of(cls, block: Block, who: Ints, day: int) -> "Draws":
        """Return the draws of one day; `who` are sorted indices of households."""
        return cls(who, by_row(block.seed, Stream.PRACTICE, who + block.first, day, 0, SLOTS))

    def __call__(self, slot: int, where: Ints) -> Floats:
        """Return one uniform for each of `where`."""
        drawn: Floats = self.u[slot][self.who.searchsorted(where)]
        return drawn


def among_stages(*stages: int) -> Bools:
    """Return a table of whether each stage is one of these, to be looked up by the stages of cases."""
    among: Bools = np.isin(np.arange(N_STAGES), stages)
    return among


def to_stage(block: Block, where: Ints, stage: int, due: Ints | int, opened_by: Ints | None = None) -> None:
    """Put cases into a stage, due on a day, opened by an event (unless it stays the same)."""
    block.stage[where] = stage
    block.due[where] = due
    if opened_by is not None:
        block.opened_by[where] = opened_by


def start_assessment(block: Block, where: Ints, day: int, answers: Ints, u: Draws) -> None:
    """Start an assessment of those who have none open.

    Its 45 working days run from the referral, or from today where that is more than a week ago.
    """
    none_open = block.assessment[where] == NONE
    where, answers = where[none_open], answers[none_open]
    if len(where) == 0:
        return
    assumed = block.scenario.practice
    takes = duration(u(SECOND_DURATION, where), assumed.assessment_working_days)
    if assumed.pressure_swing:
        swing = assumed.pressure_swing * (2 * block.pressure(where, day) - 1)
        takes = np.rint(takes * (1 + swing)).astype(np.int64)
    block.assessment[where] = block.write(where, "assessment_started", day, answers=answers)
    since = np.where(day - block.referred[where] <= 7, block.referred[where], day)
    ends = add_working_days(since, takes)
    block.assessment_due[where] = np.maximum(ends, add_working_days(day + 1, 0))


def discuss_strategy(block: Block, where: Ints, day: int, answers: Ints) -> None:
    """Hold a strategy discussion; the enquiry under section 47 starts on the next working day."""
    if len(where) == 0:
        return
    end_plan(block, where, day)
    discussion = block.write(where, "strategy_discussion", day, answers=answers)
    to_stage(block, where, DISCUSSING, add_working_days(day, 1), discussion)


def start_in_need_plan(block: Block, where: Ints, day: int, answers: Ints) -> None:
    """Start a child in need plan."""
    if len(where) == 0:
        return
    plan = block.write(where, "child_in_need_plan_started", day, answers=answers)
    due = day + 7 * block.scenario.practice.in_need_review_weeks
    to_stage(block, where, IN_NEED, add_working_days(due, 0), plan)
    block.support[where] = IN_NEED_PLAN


def start_protection_plan(block: Block, where: Ints, day: int, answers: Ints, u: Draws) -> None:
    """Start a child protection plan, under a category, on the day of the conference that asks for it."""
    shares = np.array(block.scenario.practice.plan_category_shares)[LEANS_TO[block.opened_for[where]]]
    plan = block.write(
        where,
        "child_protection_plan_started",
        day,
        answers=answers,
        category=choose(u(CATEGORY_DRAW, where), shares),
    )
    to_stage(block, where, PROTECTED, NEVER, plan)
    set_review(block, where, day, block.scenario.practice.first_review_days, u)
    block.support[where] = PROTECTION_PLAN
    block.had_plan[where] = True


def set_review(block: Block, where: Ints, day: int, most_days: int, u: Draws) -> None:
    """Set the next review conference: on the last working day that is in time, or some weeks late."""
    late = u(SECOND_DURATION, where) < block.scenario.practice.reviews_late
    limit = day + most_days
    block.due[where] = np.where(late, add_working_days(limit + WEEKS_LATE * 7, 0), working_day_by(limit))


def end_plan(block: Block, where: Ints, day: int) -> None:
    """Write the end of whichever plan is open; other cases have none to end."""
    for stage, kind in ((IN_NEED, "child_in_need_plan_ended"), (PROTECTED, "child_protection_plan_ended")):
        ended = where[block.stage[where] == stage]
        if len(ended):
            block.write(ended, kind, day, closes=block.opened_by[ended])
    block.support[where] = NO_PLAN


def close(block: Block, where: Ints, day: int, reason: str | Ints) -> Ints:
    """End the episode of need, for a reason (a word, or codes), and return the events that say so."""
    if len(where) == 0:
        return where
    end_plan(block, where, day)
    code = REASON[reason] if isinstance(reason, str) else reason
    closed = block.write(where, "case_closed", day, closes=block.opened_by[where], reason=code)
    block.assessment[where] = NONE
    block.assessment_due[where] = NEVER
    to_stage(block, where, CLOSED, NEVER)
    return closed


def leave_home(block: Block, where: Ints, day: int, event: Ints) -> None:
    """Let the children live elsewhere from this day; a care episode goes back to its first event."""
    lived_here = block.at_home[where]
    block.in_care_since[where[lived_here]] = event[lived_here]
    block.at_home[where] = False
    block.homes.add(int(lived_here.sum()), household=where[lived_here], day=day, at_home=0)


def return_home(block: Block, where: Ints, day: int) -> Ints:
    """Let the children live at home again, and return the events that say so."""
    returned = block.write(where, "return_home", day, closes=block.in_care_since[where])
    block.at_home[where] = True
    block.homes.add(len(where), household=where, day=day, at_home=1)
    return returned


def accommodate(block: Block, where: Ints, day: int, answers: Ints) -> None:
    """Accommodate the children under section 20, with the parents' agreement."""
    if len(where) == 0:
        return
    end_plan(block, where, day)
    event = block.write(where, "accommodated_s20", day, answers=answers)
    leave_home(block, where, day, event)
    due = day + 7 * block.scenario.practice.care_review_weeks
    to_stage(block, where, ACCOMMODATED, add_working_days(due, 0), event)


def start_proceedings(block: Block, where: Ints, day: int, answers: Ints) -> None:
    """Apply to the court; an interim care order is made the same day, and the children live elsewhere."""
    if len(where) == 0:
        return
    end_plan(block, where, day)
    block.write(where, "care_proceedings", day, agency="court", answers=answers)
    order = block.write(where, "interim_care_order", day, agency="court", answers=answers)
    leave_home(block, where, day, order)
    due = day + 7 * block.scenario.practice.proceedings_weeks
    to_stage(block, where, IN_PROCEEDINGS, add_working_days(due, 0), order)


def finds(block: Block, where: Ints, p: FindingPerCareState, u: Draws) -> tuple[Bools, Bools]:
    """Return whether those who look at a home find what they look for, and whether they were reassured.

    It depends on the true state of care, and on whether a tidied home and the parent's account reassure.
    """
    reassured = u(REASSURED, where) < block.scenario.practice.reassured_by_parent
    reassured &= is_serious(block.state[where])
    found = u(FINDS, where) < np.array(p)[STATE_CARE[block.state[where]]]
    return found & ~reassured, reassured


def keep_visit(block: Block, where: Ints, event: Ints, reassured: Bools) -> None:
    """Keep for the truth what was there to be seen when this was written."""
    block.visits.add(
        len(where), event_id=event, household=where, state=block.state[where], reassured=reassured
    )


def sees_domestic_abuse(block: Block, where: Ints, u: Draws) -> Bools:
    """Return whether an assessment finds need because of domestic abuse in the home."""
    p = block.scenario.practice.finds_domestic_abuse
    sees: Bools = (STATE_ABUSE[block.state[where]] == 1) & (u(FINDS_ABUSE, where) < p)
    return sees


def finding(found: Bools) -> Ints:
    """Return the codes of substantiated and unsubstantiated."""
    return np.where(found, FINDING["substantiated"], FINDING["unsubstantiated"])


def duration(u: Floats, quantiles: WorkingDays) -> Ints:
    """Return whole working days, at the quantiles that the draws name."""
    shares, days = zip(*quantiles, strict=True)
    whole: Ints = np.ceil(np.interp(u, shares, days)).astype(np.int64)
    return whole
