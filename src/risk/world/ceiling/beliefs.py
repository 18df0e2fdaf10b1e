"""Beliefs: what somebody who knows how the world works comes to believe of a home, reading its record.

A belief is how likely each hidden state of a home is at the start of a week (its visibility and type of
family a row, the state of its chain a column), given all that will ever be recorded of the weeks before.
What is known before a day leaves the last weeks incomplete, so for each day asked about they are gone
through again with what had come by then.

Rabiner (1989), Proceedings of the IEEE 77:257-286 (the forward recursion).
"""

from typing import Any, Final, NamedTuple

from risk.core.arrays import Floats, Ints
from risk.records.schema import FAMILY_TYPES
from risk.world.ceiling.circumstances import AWAY, COUNT_BITS, FLAG_BITS, MOST_CLASSES, PLAN, Circumstances
from risk.world.ceiling.sightings import N_VISIBILITIES, see_incident, see_nothing, weigh
from risk.world.ceiling.witnesses import N_AGENCIES
from risk.world.compiled import compiled, entry
from risk.world.hidden_state import N_STATES

N_TYPES: Final = len(FAMILY_TYPES)
N_ROWS: Final = N_VISIBILITIES * N_TYPES
WEEKS_KEPT: Final = 12
"""More than the weeks of which something may still come: it takes at most ten."""

ALL_IS_KNOWN: Final = 1 << 30


class Known(NamedTuple):
    """What is known of homes, and of weeks.

    days: kind and plan, of each day of the home that is read. weeks: of each home and week, the first of its
    incidents and readings; one more at the end. kinds_of_weeks: (weeks, days since) rows of lookbacks.
    remembered: what it says that nothing was shown, of kinds of weeks.
    """

    days: Any
    weeks: Any
    incidents: Any
    readings: Any
    kinds_of_weeks: Ints
    lookbacks: Any
    remembered: Any


@entry
def answer(reader: Any, homes: Circumstances, known: Known, ahead: Floats, questions: Any) -> None:
    """Answer questions, which are in the order of homes and days."""
    for i in range(len(questions)):
        question = questions[i]
        if reader.home != question.home:
            open_record(reader, homes, known.days, question.home)
        while reader.week < question.day // 7:
            pass_a_week(reader, known)
        question.p = belief_on(reader, known, ahead, question.day)


@compiled
def open_record(reader: Any, homes: Circumstances, days: Any, home: int) -> None:
    """Begin with a home of which only the neighbourhood is known, and see who lives there when."""
    reader.home, reader.week = home, 0
    copy(reader.beliefs[0], reader.first[homes.decile[home] - 1])
    for day in range(len(days)):
        flags = homes.flags[home, day]
        days[day].plan = flags // PLAN
        days[day].kind = flags & reader.matters | (flags | homes.flags[home, day - day % 7]) & AWAY
    for child in range(homes.born.shape[1]):
        born = homes.born[home, child]
        for nth in range(MOST_CLASSES):
            start, end = born + reader.edges[nth], born + reader.edges[nth + 1]
            for day in range(max(start, 0), min(end, len(days))):
                days[day].kind += 1 << FLAG_BITS + COUNT_BITS * nth


@compiled
def pass_a_week(reader: Any, known: Known) -> None:
    """Learn all that was ever recorded of this week, and believe what follows for the next.

    The induction: alpha of a week from that of the week before, by its evidence b and the moves a; scaled to
    add to one, as in the paper's section V.A.
    """
    copy(reader.belief, reader.beliefs[reader.week % WEEKS_KEPT])
    learn(reader, known, reader.week, ALL_IS_KNOWN)
    total = 0.0
    for row in range(N_ROWS):
        for state in range(N_STATES):
            total += reader.belief[row, state]
    for row in range(N_ROWS):
        for state in range(N_STATES):
            reader.belief[row, state] /= total
    reader.week += 1
    move(reader, known.days, reader.week)
    copy(reader.beliefs[reader.week % WEEKS_KEPT], reader.belief)


@compiled
def belief_on(reader: Any, known: Known, ahead: Floats, day: int) -> float:
    """Return how likely it is that care is serious now or within the horizon, to who asks on a day of this week."""
    first = max(reader.week - reader.open_weeks, 0)
    copy(reader.belief, reader.beliefs[first % WEEKS_KEPT])
    for week in range(first, reader.week):
        learn(reader, known, week, day)
        move(reader, known.days, week + 1)
    if day > 7 * reader.week:
        learn(reader, known, reader.week, day)
    look_ahead(reader, known.days, ahead, day)
    total, serious = 0.0, 0.0
    for row in range(N_ROWS):
        for state in range(N_STATES):
            total += reader.belief[row, state]
            serious += reader.belief[row, state] * reader.ahead[row % N_TYPES, state]
    return serious / total


@compiled
def learn(reader: Any, known: Known, week: int, before: int) -> None:
    """Learn what is known of a week before a day: alpha b, of who was seen or not, and what those who looked wrote."""
    see(reader, known, week, before)
    here = reader.home * len(known.kinds_of_weeks) + week
    for i in range(known.weeks[here].readings, known.weeks[here + 1].readings):
        if known.readings[i].day < before:
            for visibility in range(N_VISIBILITIES):
                for state in range(N_STATES):
                    reader.likelihood[visibility, state] *= known.readings[i].likelihood[state]
    for row in range(N_ROWS):
        for state in range(N_STATES):
            reader.belief[row, state] *= reader.likelihood[row // N_TYPES, state]


@compiled
def see(reader: Any, known: Known, week: int, before: int) -> None:
    """Work out how likely all is that was shown of a week before a day, and that nothing else was."""
    monday, here = 7 * week, reader.home * len(known.kinds_of_weeks) + week
    kind_of_week = known.kinds_of_weeks[week, min(before - monday, known.kinds_of_weeks.shape[1] - 1)]
    lookback, kind = known.lookbacks[kind_of_week], known.days[monday].kind
    first, last = known.weeks[here].incidents, known.weeks[here + 1].incidents
    is_usual = True
    for day in range(monday + 1, monday + 7):
        is_usual = is_usual and known.days[day].kind == kind
    for i in range(first, last):
        is_usual = is_usual and tellers(known.incidents[i], before) == 0
    # A week like others, in which nothing was shown: what that says may be remembered.
    key = kind * len(known.lookbacks) + kind_of_week
    remembered = known.remembered[key % len(known.remembered)]
    if is_usual and remembered.key == key:
        copy(reader.likelihood, remembered.likelihood)
        return
    see_nothing(reader, lookback, known.days, monday)
    for i in range(first, last):
        incident = known.incidents[i]
        agencies = tellers(incident, before)
        if agencies:
            see_incident(reader, lookback, known.days[incident.day].kind, incident, agencies)
    weigh(reader)
    if is_usual:
        remembered.key = key
        copy(remembered.likelihood, reader.likelihood)


@compiled
def tellers(incident: Any, before: int) -> int:
    """Return the agencies, a bit each, whose word of an incident has come before a day."""
    agencies = 0
    for agency in range(N_AGENCIES):
        if incident.known_on[agency] < before:
            agencies |= 1 << agency
    return agencies


@compiled
def move(reader: Any, days: Any, week: int) -> None:
    """Move to the Monday of a week: sum over i of alpha_t(i) a_ij, where a depends on the plan that tells."""
    plan = plan_that_tells(reader, days, week, 7 * week)
    for row in range(N_ROWS):
        for state in range(N_STATES):
            reader.moved[state] = 0.0
        for before in range(N_STATES):
            p = reader.belief[row, before]
            for state in range(N_STATES):
                reader.moved[state] += p * reader.moves[row % N_TYPES, plan, before, state]
        for state in range(N_STATES):
            reader.belief[row, state] = reader.moved[state]


@compiled
def plan_that_tells(reader: Any, days: Any, week: int, known: int) -> int:
    """Return the plan whose support tells on a Monday; of what starts after a day that is known, nothing."""
    day = min(7 * week - reader.takes_days, known)
    return int(days[day].plan) if day >= 0 else 0


@compiled
def look_ahead(reader: Any, days: Any, ahead: Floats, day: int) -> None:
    """See how likely care is serious now, or within the horizon, from each state: the paper's beta."""
    week = (day + reader.horizon_days - 1) // 7
    plan, same = plan_that_tells(reader, days, week, day), 0
    # From the horizon backwards, as long as the plan is one, it is a table.
    while week > reader.week and plan_that_tells(reader, days, week, day) == plan:
        week, same = week - 1, same + 1
    copy(reader.ahead, ahead[plan, same])
    while week > reader.week:
        plan = plan_that_tells(reader, days, week, day)
        for family_type in range(N_TYPES):
            for state in range(N_STATES):
                reader.moved[state] = 0.0
                for after in range(N_STATES):
                    p = reader.moves[family_type, plan, state, after]
                    reader.moved[state] += p * reader.ahead[family_type, after]
            for state in range(N_STATES):
                # Serious care stays counted once it has been reached.
                reader.ahead[family_type, state] = 1.0 if reader.is_serious[state] else reader.moved[state]
        week -= 1


@compiled
def copy(to: Floats, table: Floats) -> None:
    """Copy a table onto one of the same shape."""
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            to[row, column] = table[row, column]
