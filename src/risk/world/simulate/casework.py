"""Casework: where a household's case stands, and what it means to enter and leave each stage.

A case moves only through these verbs, each of which writes what professionals would write, on the day
itself. What falls due, and what makes a case move, is for `assessing`, `reviewing` and `front_door`.
"""

import math
from typing import Any, Final

import numpy as np

from risk.core.arrays import Floats
from risk.world.compiled import compiled
from risk.world.simulate.codes import NEVER, NONE, Agency, Finding, Kind, Stage, Support, code
from risk.world.simulate.home import MOST_CHILDREN, Home
from risk.world.simulate.luck import (
    CATEGORY_DRAW,
    FINDS,
    REASSURED,
    SECOND_DURATION,
    STEP_TAKES,
    choose,
    draw_care,
    pressure,
)
from risk.world.simulate.papers import keep_home, write, write_end
from risk.world.youngest import AGE_EDGES

NEXT: Final = code(1)


@compiled
def add_working_days(home: Home, day: int, n: int) -> int:
    """Return the day `n` working days after a day, as `calendar.add_working_days` does."""
    place = day - home.calendar.first_tabled
    working_days = max(n, home.calendar.is_closed[place])
    return home.calendar.working_day[home.calendar.number[place] + working_days]


@compiled
def working_day_from(home: Home, day: int) -> int:
    """Return the day itself if it is a working day, else the first working day after it."""
    place = day - home.calendar.first_tabled
    return home.calendar.working_day[home.calendar.number[place] + home.calendar.is_closed[place]]


@compiled
def working_day_by(home: Home, day: int) -> int:
    """Return the day itself if it is a working day, else the last working day before it."""
    return home.calendar.working_day[home.calendar.number[day - home.calendar.first_tabled]]


@compiled
def duration(u: float, steps: Floats) -> int:
    """Return whole days, at the quantile that the draw names: straight lines between steps."""
    step = 0
    while u >= steps[step + 1, 0]:
        step += 1
    share, days = steps[step, 0], steps[step, 1]
    days_a_share = (steps[step + 1, 1] - days) / (steps[step + 1, 0] - share)
    return math.ceil(days_a_share * (u - share) + days)


@compiled
def class_of_youngest(home: Home, day: int) -> int:
    """Return the class of age, as in `assumptions.AGES_OF_YOUNGEST`, of the youngest child born by a day."""
    youngest = NEVER
    for child in range(MOST_CHILDREN):
        age = day - home.family.born[child]
        if home.family.born[child] != NONE and age >= 0:
            youngest = min(youngest, age)
    return choose(youngest, AGE_EDGES)


@compiled
def to_stage(home: Home, stage: int, due: int, opened_by: int) -> None:
    """Put the case into a stage, due on a day, opened by an event."""
    home.stage, home.due, home.opened_by = stage, due, opened_by


@compiled
def start_assessment(home: Home, day: int, answers: int) -> None:
    """Start an assessment unless one is open.

    Its 45 working days run from the referral, or from today where that is more than a week ago.
    """
    if home.assessment != NONE:
        return
    takes = duration(home.u[SECOND_DURATION], home.practice.assessment_working_days)
    swing = home.practice.pressure_swing
    if swing > 0:
        takes = int(np.rint(takes * (1 + swing * (2 * pressure(home, day) - 1))))
    home.assessment = write(home, Kind.assessment_started, day, answers).event_id
    since = home.referred if day - home.referred <= 7 else day
    ends = add_working_days(home, since, takes)
    home.assessment_due = max(ends, working_day_from(home, day + 1))


@compiled
def discuss_strategy(home: Home, day: int, answers: int) -> None:
    """Hold a strategy discussion; the enquiry under section 47 starts on the next working day."""
    end_plan(home, day)
    discussion = write(home, Kind.strategy_discussion, day, answers)
    to_stage(home, Stage.discussing, add_working_days(home, day, NEXT), discussion.event_id)


@compiled
def start_in_need_plan(home: Home, day: int, answers: int) -> None:
    """Start a child in need plan."""
    plan = write(home, Kind.child_in_need_plan_started, day, answers)
    to_stage(home, Stage.in_need, NEVER, plan.event_id)
    set_review(home, day, home.practice.in_need_review_days)
    home.support = Support.in_need_plan


@compiled
def start_protection_plan(home: Home, day: int, answers: int) -> None:
    """Start a child protection plan, under a category, on the day of the conference that asks for it."""
    plan = write(home, Kind.child_protection_plan_started, day, answers)
    shares = home.practice.plan_category_shares[home.opened_for]
    plan.category = choose(home.u[CATEGORY_DRAW], shares)
    to_stage(home, Stage.protected, NEVER, plan.event_id)
    set_review(home, day, home.practice.first_review_days)
    home.support, home.had_plan, home.is_reviewed = Support.protection_plan, True, False


@compiled
def set_review(home: Home, day: int, timing: Floats) -> None:
    """Set the next review on a working day after today, as people's diaries spread it; some are late."""
    by = working_day_by(home, day + duration(home.u[SECOND_DURATION], timing))
    home.due = max(by, add_working_days(home, day, NEXT))


@compiled
def end_plan(home: Home, day: int) -> None:
    """Write the end of whichever plan is open, if one is."""
    if home.stage == Stage.in_need:
        write_end(home, Kind.child_in_need_plan_ended, day, home.opened_by)
    elif home.stage == Stage.protected:
        write_end(home, Kind.child_protection_plan_ended, day, home.opened_by)
    home.support = Support.no_plan


@compiled
def close(home: Home, day: int, reason: int) -> int:
    """End the episode of need, for a reason, and return the event that says so."""
    end_plan(home, day)
    closed = write_end(home, Kind.case_closed, day, home.opened_by)
    closed.reason = reason
    home.assessment, home.assessment_due = NONE, NEVER
    home.stage, home.due = Stage.closed, NEVER
    return closed.event_id


@compiled
def leave_home(home: Home, day: int, event_id: int) -> None:
    """Let the children live elsewhere from this day, all together; care goes back to its first event."""
    if home.lives_here:
        home.lives_here, home.in_care_since = False, event_id
        home.care_reviews, home.placement, home.move_due = 0, NONE, day
        set_care_due(home)
        keep_home(home, day)


@compiled
def set_care_due(home: Home) -> None:
    """Set the day on which to look again at a court's decision, an adoption, a placement or a child in it."""
    home.care_due = min(home.step_due, home.move_due, home.strengths_due)


@compiled
def end_care(home: Home) -> None:
    """Let nothing more fall due of a period of care."""
    home.step_due, home.move_due, home.strengths_due, home.care_due = NEVER, NEVER, NEVER, NEVER


@compiled
def set_care_review(home: Home, day: int) -> None:
    """Set the next review of children looked after: the first comes soon, and each is later than the last."""
    set_review(home, day, home.looked_after.review_days[min(home.care_reviews, 2)])


@compiled
def set_step(home: Home, day: int, weeks: Any) -> None:
    """Set the day of the court's decision, or of an adoption, so many weeks from now, between two numbers."""
    draw_care(home, day)
    takes = 7 * weeks[0] + int(home.draws[STEP_TAKES] * 7 * (weeks[1] - weeks[0]))
    home.step_due = working_day_from(home, day + takes)
    set_care_due(home)


@compiled
def return_home(home: Home, day: int) -> int:
    """Let the children live at home again, and return the event that says so."""
    returned = write_end(home, Kind.return_home, day, home.in_care_since)
    home.lives_here = True
    end_care(home)
    keep_home(home, day)
    return returned.event_id


@compiled
def accommodate(home: Home, day: int, answers: int) -> None:
    """Accommodate the children under section 20, with the parents' agreement."""
    end_plan(home, day)
    accommodated = write(home, Kind.accommodated_s20, day, answers).event_id
    leave_home(home, day, accommodated)
    to_stage(home, Stage.accommodated, NEVER, accommodated)
    set_care_review(home, day)


@compiled
def start_proceedings(home: Home, day: int, answers: int) -> None:
    """Apply to the court; an interim care order is made the same day, and the children live elsewhere."""
    end_plan(home, day)
    write(home, Kind.care_proceedings, day, answers).agency = Agency.court
    order = write(home, Kind.interim_care_order, day, answers)
    order.agency = Agency.court
    leave_home(home, day, order.event_id)
    to_stage(home, Stage.in_proceedings, NEVER, order.event_id)
    set_care_review(home, day)
    set_step(home, day, home.looked_after.proceedings_weeks)


@compiled
def is_reassured(home: Home) -> bool:
    """Return whether a tidied home and the parent's account reassure those who look at serious care."""
    reassured: bool = home.u[REASSURED] < home.practice.reassured_by_parent
    return reassured and home.harm.is_serious[home.state] == 1


@compiled
def finds(home: Home, p: Floats) -> bool:
    """Return whether those who look at a home find what they look for, by the true state of care."""
    return home.u[FINDS] < p[home.harm.care_of[home.state]] and not is_reassured(home)


@compiled
def finding(found: bool) -> int:
    """Return the code of substantiated or unsubstantiated."""
    return Finding.substantiated if found else Finding.unsubstantiated
