"""Sightings: how likely what was seen of a home in a week is, and what was not, given its hidden state.

Silence speaks too: a week in which nobody wrote anything is more likely where care is adequate. How much it
says depends on who could have seen the children, and on how long ago the week is: what happened lately may
still be on its way into a file.
"""

from typing import Any, Final

from risk.core.kinds import CONCERNS
from risk.records.schema import VISIBILITIES
from risk.world.ceiling.circumstances import AWAY, COUNT_BITS, FLAG_BITS, KNOWN, MOST_CLASSES, SOMEBODY
from risk.world.ceiling.witnesses import CAN_SAY, KNOWN_HOME, N_AGENCIES, N_PRESENT, N_WAYS, YOUNG
from risk.world.compiled import compiled
from risk.world.hidden_state import N_CARE, N_STATES

UNUSUAL: Final = -1
"""Stands for the kind of a week that is like no other."""

N_CONCERNS: Final = len(CONCERNS)
N_VISIBILITIES: Final = len(VISIBILITIES)
MOST_CHILDREN: Final = (1 << COUNT_BITS) - 1
STATES_OF_A_CARE: Final = N_STATES // N_CARE

Reader = Any
"""Somebody who knows how the world works and is given one home's record after another (`reader`)."""


@compiled
def see_nothing(reader: Reader, lookback: Any, week: int) -> None:
    """Take it that nobody shows what happens in a week, with what chance: the mean of its days.

    An incident falls on any day alike, or on any weekday.
    """
    reader.p_known[:, :] = 0.0
    reader.p_known_if_none[:] = 1.0
    reader.words[:] = 1.0
    for day in range(7):
        kind = reader.kind[7 * week + day]
        everybody = at_home(kind)
        for concern in range(N_CONCERNS):
            if day < reader.days_open[concern]:
                about = everybody & reader.about[concern]
                see_nothing_of(reader, lookback, day, kind, concern, about, 1.0 / reader.days_open[concern])


@compiled
def see_nothing_of(
    reader: Reader, lookback: Any, day: int, kind: int, concern: int, about: int, share: float
) -> None:
    """Add a share of the chance that nobody shows a concern about these classes of children on a day."""
    if kind & AWAY or about == 0:  # nobody is there to be concerned about: nothing can be shown
        for way in range(N_WAYS):
            reader.p_known[concern, way] += share
    elif reader.of_a_child[concern]:
        # It falls on each child alike: the mean over those it can be about.
        n = children_of(kind, about)
        for nth in range(MOST_CLASSES):
            one = about & 1 << nth
            if one:
                of_them = share * children_of(kind, one) / n
                add_pattern(reader, lookback, day, kind, concern, one | SOMEBODY, 0, of_them)
    else:
        add_pattern(reader, lookback, day, kind, concern, about | SOMEBODY, 0, share)


@compiled
def see_incident(reader: Reader, lookback: Any, incident: Any, agencies: int) -> None:
    """Take it that these agencies, and no others, showed an incident; nothing, if there are none yet."""
    if agencies == 0:
        return
    concern, whom, kind = incident.concern, incident.whom, reader.kind[incident.day]
    reader.p_known_if_none[concern] = 0.0
    reader.p_known[concern, :] = 0.0
    if whom == 0:
        whom = at_home(kind) | SOMEBODY
    add_pattern(reader, lookback, incident.day % 7, kind, concern, whom, agencies, 1.0)
    read_words(reader, incident, agencies)


@compiled
def read_words(reader: Reader, incident: Any, agencies: int) -> None:
    """Take in how severe an incident looked, and what these agencies wrote of the words of a child."""
    for care in range(N_CARE):
        reader.words[care] *= reader.looks[incident.concern, incident.severity, care]
    if incident.voice == 0:
        return  # nobody could put it into words
    for agency in range(N_AGENCIES):
        if agencies >> agency & 1:
            said = incident.said[agency]
            for care in range(N_CARE):
                of_care = reader.says[agency, incident.voice, incident.not_believed, said, care]
                reader.words[care] *= of_care


@compiled
def tellers(incident: Any, before: int) -> int:
    """Return the agencies, a bit each, whose word of an incident has come before a day."""
    agencies = 0
    for agency in range(N_AGENCIES):
        if incident.known_on[agency] < before:
            agencies |= 1 << agency
    return agencies


@compiled
def add_pattern(
    reader: Reader, lookback: Any, day: int, kind: int, concern: int, whom: int, agencies: int, share: float
) -> None:
    """Add a share of the chance that these agencies show an incident on a day of a week, and no others."""
    scene = 0
    if whom & reader.young:
        scene += YOUNG
    if kind & KNOWN:
        scene += KNOWN_HOME
    if whom & reader.can_say:
        scene += CAN_SAY
    reader.chance[:] = share
    # Agencies notice apart from each other, so the chances multiply, an agency a step.
    for nth in range(N_AGENCIES):
        agency = reader.tellers[concern, nth]
        if agency < 0:
            break
        is_open = lookback.school_open[day] or not reader.in_term_only[agency]
        is_there = is_open and whom & reader.sees[agency] and not reader.needs[agency] & ~kind
        is_there = is_there and not reader.stops[concern, agency] & kind
        if agencies >> agency & 1:
            # It is there, notices (by the home's visibility), and passes on.
            for way in range(N_WAYS):
                reader.chance[way] *= reader.tells[concern, agency, scene, way] if is_there else 0.0
        elif is_there:
            # It does not; or what it passes on comes only later.
            reach = lookback.reach[day, agency]
            for way in range(N_WAYS):
                reader.chance[way] *= 1.0 - reader.tells[concern, agency, scene, way] * reach
    for way in range(N_WAYS):
        reader.p_known[concern, way] += reader.chance[way]


@compiled
def weigh(reader: Reader, weighed: Any, key: int) -> None:
    """Put what was seen of a week together: the words of what was shown; each concern happened, or not."""
    weighed.key = key
    for state in range(N_STATES):
        weighed.likelihood[:, state] = reader.words[state // STATES_OF_A_CARE]
    for concern in range(N_CONCERNS):
        for visibility in range(N_VISIBILITIES):
            for state in range(N_STATES):
                p = reader.p_incident[concern, state]
                known = reader.p_known[concern, visibility * N_PRESENT + state % N_PRESENT]
                known = p * known + (1.0 - p) * reader.p_known_if_none[concern]
                weighed.likelihood[visibility, state] *= known


@compiled
def at_home(kind: int) -> int:
    """Return the classes of age of the children who live in a home on a day of this kind."""
    classes = 0
    for nth in range(MOST_CLASSES):
        if kind >> FLAG_BITS + COUNT_BITS * nth & MOST_CHILDREN:
            classes |= 1 << nth
    return classes


@compiled
def children_of(kind: int, classes: int) -> int:
    """Return how many children of these classes of age live in a home on a day of this kind."""
    n = 0
    for nth in range(MOST_CLASSES):
        if classes >> nth & 1:
            n += kind >> (FLAG_BITS + COUNT_BITS * nth) & MOST_CHILDREN
    return n
