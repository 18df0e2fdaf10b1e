"""Placing: where children who are looked after live, how often they move, and how they thrive there.

All children of a home are placed together, never with their parents: that would be a return home. A move
becomes rarer the longer a placement lasts. In a settled placement children thrive, whatever the home that
they left is like, and whoever cares for them, their school and their health service now and then say so.
"""

import math
from typing import Final

import numpy as np

from risk.world.compiled import compiled
from risk.world.observation import ADULT_AT_DAYS, UNDER_FIVE_DAYS
from risk.world.simulate.casework import set_care_due, working_day_from
from risk.world.simulate.codes import NEVER, NONE, Agency, Category, Decision, Kind, code
from risk.world.simulate.home import MOST_CHILDREN, Home
from risk.world.simulate.luck import ONLY, choose, row
from risk.world.simulate.papers import write

SLOTS: Final = code(4)
WHERE, HOW_LONG, ALONE = range(3)
WHO_WRITES, WHICH_CHILD, NEXT = range(3)
CARER, SCHOOL = range(2)
TWO_YEARS: Final = code(2 * 365)
DAYS_A_YEAR: Final = np.float64(365.25)
FIRST_PLACES: Final = (Category.foster, Category.kinship, Category.residential)


@compiled
def is_nearly_grown(home: Home, day: int) -> bool:
    """Return whether the youngest child of the home is 16 or older."""
    return home.family.grown - day <= TWO_YEARS


@compiled
def move_placement(home: Home, day: int) -> None:
    """Let the children come to a placement, their first or another, and draw how long it lasts."""
    row(home.seed, Decision.placement, home.household, day, ONLY, SLOTS, home.draws)
    care = home.looked_after
    category = FIRST_PLACES[choose(home.draws[WHERE], care.placement_shares)]
    if is_nearly_grown(home, day) and home.draws[ALONE] < care.lives_independently:
        category = Category.independent
    # A Weibull, by its quantile: the chance of a move falls with time.
    lasts = care.placement_scale_days * (-math.log1p(-home.draws[HOW_LONG])) ** (1 / care.placement_shape)
    place(home, day, category)
    home.move_due = day + max(int(lasts), 1)
    set_care_due(home)


@compiled
def place(home: Home, day: int, category: int) -> None:
    """Write down where the children live from today, with no day yet on which they move again."""
    write(home, Kind.placement, day, home.in_care_since).category = category
    home.placed, home.placement, home.move_due = day, category, NEVER
    settled = day + home.looked_after.settled_after_days
    home.strengths_due = next_strengths(home, settled)
    set_care_due(home)


@compiled
def next_strengths(home: Home, day: int) -> int:
    """Return when after a day somebody next writes down what goes well."""
    often = home.looked_after.strengths_per_year
    if often <= 0:
        return NEVER
    row(home.seed, Decision.strengths, home.household, day, ONLY, SLOTS, home.draws)
    waits = -math.log1p(-home.draws[NEXT]) * DAYS_A_YEAR / often
    return working_day_from(home, day + 1 + int(waits))


@compiled
def write_strengths(home: Home, day: int) -> None:
    """Let who cares for a child, its school or its health service write down that it thrives."""
    row(home.seed, Decision.strengths, home.household, day, ONLY, SLOTS, home.draws)
    child = one_of_the_children(home, day, home.draws[WHICH_CHILD])
    who = choose(home.draws[WHO_WRITES], home.looked_after.strengths_shares)
    if child != NONE:
        event = write(home, Kind.strengths, day, NONE)
        event.child, event.agency = child, who_writes(home, day, child, who)
    home.strengths_due = next_strengths(home, day)
    set_care_due(home)


@compiled
def one_of_the_children(home: Home, day: int, u: float) -> int:
    """Return one of the children who are under 18, each as likely, or NONE."""
    n = 0
    for child in range(MOST_CHILDREN):
        n += is_a_child(home, day, child)
    nth = int(u * n)
    for child in range(MOST_CHILDREN):
        if is_a_child(home, day, child):
            if nth == 0:
                return child
            nth -= 1
    return NONE


@compiled
def is_a_child(home: Home, day: int, child: int) -> bool:
    """Return whether there is such a child, born and under 18."""
    born = home.family.born[child]
    return born != NONE and born <= day and day < born + ADULT_AT_DAYS


@compiled
def who_writes(home: Home, day: int, child: int, who: int) -> int:
    """Return who writes of a child: a school in term only, a health visitor of those under five."""
    under_five = day - home.family.born[child] < UNDER_FIVE_DAYS[1]
    if who == SCHOOL and not under_five and home.calendar.is_school_day[day - home.calendar.first_tabled]:
        return Agency.school
    if who > SCHOOL or (who == SCHOOL and under_five):
        return Agency.health_visitor if under_five else Agency.gp
    fostered = home.placement != Category.residential and home.placement != Category.independent
    return Agency.foster_carer if fostered else Agency.childrens_services
