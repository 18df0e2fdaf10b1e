"""The life: what a week brings to a household, and how one household after the other is lived through."""

from typing import Any

from risk.world.compiled import compiled, entry
from risk.world.simulate.beginning import carry_over
from risk.world.simulate.codes import NEVER
from risk.world.simulate.happening import happen
from risk.world.simulate.harm import begin, move
from risk.world.simulate.home import Home, Homes, move_in
from risk.world.simulate.luck import draw_weeks
from risk.world.simulate.noticing import notice
from risk.world.simulate.papers import has_room
from risk.world.simulate.practice import respond


@entry
def live(homes: Homes, first: int, lived: int, families: Any) -> int:
    """Go on with the lives of `families`, of which so many are lived; return how many are lived now.

    It comes back when all are lived, or when the tables have no room for another week. Then the rows are to
    be taken away, and the same call goes on.

    homes: one home, in which they live one after the other. first: the number of the first household.
    families: rows of `home.FAMILY`.
    """
    home = homes[0]
    for place in range(lived, len(families)):
        if home.household != first + place:
            move_in(home, first + place, families[place])
            begin(home)
            carry_over(home)
        while home.week < home.n_weeks:
            if not has_room(home):
                return place
            live_a_week(home)
            home.week += 1
    return len(families)


@compiled
def live_a_week(home: Home) -> None:
    """Let one week pass.

    1. On Monday the hidden state of the home changes, or does not. Nobody sees that.
    2. What happens this week follows from the hidden state.
    3. On each day on which anything happens or falls due:
       a. agencies that are there notice, write down and share what happens, or do not;
       b. children's services do what is due, and answer what reaches them.
    """
    draw_weeks(home)
    if home.week > 0:
        move(home)
    begin_the_week(home)
    happen(home)
    monday = home.first_day + 7 * home.week
    day = next_day(home, monday)
    while day < monday + 7:
        notice(home, day)
        respond(home, day)
        day = next_day(home, day + 1)


@compiled
def begin_the_week(home: Home) -> None:
    """Forget what was written down so many weeks ago that it is no longer added up."""
    if home.practice.adds_up > 0:
        home.recent[home.week % (home.practice.adds_up_weeks + 1)] = 0


@compiled
def next_day(home: Home, since: int) -> int:
    """Return the first day, from one on, on which anything happens or falls due."""
    day = NEVER
    for comes in (
        *(home.due, home.assessment_due, home.next_report, home.family.grown),
        *(home.visiting_due, home.care_due, home.family.assess_on),
    ):
        if since <= comes and comes < day:
            day = comes
    for i in range(home.n_incidents):
        if since <= home.incidents[i].day and home.incidents[i].day < day:
            day = home.incidents[i].day
    return day
