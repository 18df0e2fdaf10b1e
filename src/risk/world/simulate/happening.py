"""Happening: what takes place in a home this week that somebody could notice, by its hidden state."""

from typing import Any, Final

from risk.core.kinds import CONCERNS
from risk.world.compiled import compiled
from risk.world.observation import ADULT_AT_DAYS, COMPULSORY_SCHOOL_DAYS, KNOWN_FOR_DAYS
from risk.world.simulate.codes import NONE, Decision, Kind, code
from risk.world.simulate.home import MOST_CHILDREN, Home
from risk.world.simulate.luck import WEEKS_A_ROW, choose, row

Incident = Any
"""A row of `home.INCIDENT`."""

N_CONCERNS: Final = len(CONCERNS)
SLOTS: Final = code(16)  # one a concern, two spare
ANY_CONCERN: Final = code(255)
"""The item under which it is drawn which concerns an eventful week holds."""
DAY, WHOM, SEVERITY, GOES_TO_REFUGE, STAYS = range(5)
DETAIL_SLOTS: Final = code(8)
FROM_DAYS: Final = COMPULSORY_SCHOOL_DAYS[0]
TO_DAYS: Final = COMPULSORY_SCHOOL_DAYS[1]


@compiled
def happen(home: Home) -> None:
    """Fill in this week's incidents, of a home in which children live."""
    home.n_incidents = 0
    monday = home.first_day + 7 * home.week
    home.is_known = home.referred != NONE and monday - home.referred <= KNOWN_FOR_DAYS
    lives = home.family.first_born <= monday + 6 and home.family.grown > monday and home.lives_here
    u = home.incident_draws[home.week % WEEKS_A_ROW]
    if not lives or u >= home.noticing.anything[home.state]:
        return
    # The draw says which concern is the first in the list to happen; those after it have their own draws.
    first = 0
    while u >= home.noticing.by_then[first, home.state]:
        first += 1
    row(home.seed, Decision.incident_detail, home.household, home.week, ANY_CONCERN, SLOTS, home.week_draws)
    for concern in range(first, N_CONCERNS):
        if concern == first or home.week_draws[concern] < home.noticing.p_incident[concern, home.state]:
            take_place(home, monday, concern)


@compiled
def take_place(home: Home, monday: int, concern: int) -> None:
    """Let one incident take place on a day of this week, if it can concern anybody who lives there."""
    row(home.seed, Decision.incident_detail, home.household, home.week, concern, DETAIL_SLOTS, home.draws)
    incident = home.incidents[home.n_incidents]
    incident.concern = concern
    incident.day = monday + int(home.noticing.days_open[concern] * home.draws[DAY])
    n = see_whom_it_may_concern(home, incident)
    if n == 0:
        return
    home.n_incidents += 1
    incident.child = NONE
    if home.noticing.of_a_child[concern]:
        choose_child(incident, int(home.draws[WHOM] * n))
    care = home.harm.care_of[home.state]
    incident.severity = 1 + choose(home.draws[SEVERITY], home.noticing.severity[concern, care])
    incident.goes_to_refuge, incident.stays = home.draws[GOES_TO_REFUGE], home.draws[STAYS]


@compiled
def see_whom_it_may_concern(home: Home, incident: Incident) -> int:
    """Mark the children who live at home, or of these those who must go to school; return how many."""
    n = 0
    for child in range(MOST_CHILDREN):
        born, age = home.family.born[child], incident.day - home.family.born[child]
        may = born != NONE and age >= 0 and age < ADULT_AT_DAYS
        if incident.concern == Kind.school_absence:
            may = may and age >= FROM_DAYS and age < TO_DAYS
        incident.concerned[child] = may
        n += may
    return n


@compiled
def choose_child(incident: Incident, nth: int) -> None:
    """Let an incident be about the nth of the children whom it may concern, and about no other."""
    for child in range(MOST_CHILDREN):
        if incident.concerned[child]:
            if nth == 0:
                incident.child = child
            else:
                incident.concerned[child] = 0
            nth -= 1
