"""Visiting: while children are assessed, have a plan or are in care they are visited; a core group meets.

Visits and meetings fall due by the rule of the stage. They are made in time, late, or not at all; of one that
is missed nothing is written. What they find leads to nothing, so homes with and without them live alike.
"""

from typing import Final

from risk.core.arrays import Floats
from risk.world.compiled import compiled
from risk.world.simulate.casework import add_working_days, duration
from risk.world.simulate.codes import NEVER, NONE, Decision, Finding, Kind, Stage, code
from risk.world.simulate.home import Home, has_children
from risk.world.simulate.luck import row
from risk.world.simulate.papers import write

VISIT: Final = code(0)
CORE_GROUP: Final = code(1)
"""The items of draws: a row for each day on which either falls due, or is first set."""
DRAWS: Final = code(4)
(WHEN, MISSED, SEEN) = range(3)


@compiled
def begin(home: Home, day: int) -> None:
    """Set the first visit of what began today, and the first core group of a protection plan."""
    home.visited_in = home.stage
    home.visit_due, home.core_group_due = NEVER, NEVER
    if is_visited(home, day):
        row(home.seed, Decision.visiting, home.household, day, VISIT, DRAWS, home.draws)
        home.visit_due = next_time(home, day, home.practice.first_visit_working_days)
    if home.stage == Stage.protected:
        row(home.seed, Decision.visiting, home.household, day, CORE_GROUP, DRAWS, home.draws)
        home.core_group_due = next_time(home, day, home.practice.first_core_group_working_days)
    home.visiting_due = min(home.visit_due, home.core_group_due)


@compiled
def go_round(home: Home, day: int) -> None:
    """Make the visit and hold the core group that fall due, unless what they belong to is over."""
    if not is_visited(home, day):
        home.visit_due, home.core_group_due = NEVER, NEVER
    if home.visit_due == day:
        visit(home, day)
    if home.core_group_due == day:
        meet(home, day)
    home.visiting_due = min(home.visit_due, home.core_group_due)


@compiled
def is_visited(home: Home, day: int) -> bool:
    """Return whether the stage of a case asks for visits by a social worker."""
    stage = home.stage
    looked_into = stage == Stage.assessing or stage == Stage.enquiring
    planned_for = stage == Stage.in_need or stage == Stage.protected
    return (looked_into or planned_for or is_cared_for(home)) and has_children(home, day)


@compiled
def is_cared_for(home: Home) -> bool:
    """Return whether the children live elsewhere for longer than some days."""
    return home.stage >= Stage.accommodated  # and all that comes of it


@compiled
def visit(home: Home, day: int) -> None:
    """Visit the children, who are seen or not, or miss the visit; and set the next.

    In a worse home a child is somewhat less often seen. Where children live elsewhere it has nothing to do
    with their home.
    """
    practice, timing = home.practice, home.practice.in_need_visit_working_days
    p_unseen, answers = practice.child_not_seen[home.harm.care_of[home.state]], home.opened_by
    if is_cared_for(home):
        timing, p_unseen = practice.care_visit_working_days, practice.child_not_seen_in_care
    elif home.stage == Stage.protected:
        timing = practice.protection_visit_working_days
    elif home.stage != Stage.in_need and home.assessment != NONE:
        answers = home.assessment
    row(home.seed, Decision.visiting, home.household, day, VISIT, DRAWS, home.draws)
    if home.draws[MISSED] >= practice.visits_missed:
        made = write(home, Kind.home_visit, day, answers)
        made.finding = Finding.child_not_seen if home.draws[SEEN] < p_unseen else Finding.child_seen
    home.visit_due = next_time(home, day, timing)


@compiled
def meet(home: Home, day: int) -> None:
    """Hold a core group of those who carry out a protection plan, or miss it; and set the next."""
    row(home.seed, Decision.visiting, home.household, day, CORE_GROUP, DRAWS, home.draws)
    if home.draws[MISSED] >= home.practice.core_groups_missed:
        write(home, Kind.meeting, day, home.opened_by)
    home.core_group_due = next_time(home, day, home.practice.core_group_working_days)


@compiled
def next_time(home: Home, day: int, timing: Floats) -> int:
    """Return a later working day, at the quantile that the row of draws names."""
    return add_working_days(home, day, max(duration(home.draws[WHEN], timing), 1))
