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
from risk.world.ceiling.sightings import (
    N_VISIBILITIES,
    UNUSUAL,
    Reader,
    see_incident,
    see_nothing,
    tellers,
    weigh,
)
from risk.world.compiled import compiled, entry
from risk.world.hidden_state import N_STATES, SUPPORTS

N_TYPES: Final = len(FAMILY_TYPES)
N_ROWS: Final = N_VISIBILITIES * N_TYPES
WEEKS_KEPT: Final = 12
"""More than the weeks of which something may still come: it takes at most ten."""

ALL_IS_KNOWN: Final = 1 << 30


class Known(NamedTuple):
    """What is known of homes, and of weeks.

    first_of: (homes × weeks + 1, 2) the first incident and the first reading of each home and week.
    kind_of_week: (weeks, days since its Monday) the row of lookbacks. remembered: what it says that nothing
    was shown, of kinds of weeks.
    """

    first_of: Ints
    incidents: Any
    readings: Any
    kind_of_week: Ints
    lookbacks: Any
    remembered: Any


@entry
def answer(reader: Reader, homes: Circumstances, known: Known, questions: Any) -> None:
    """Answer questions, which are in the order of homes and days."""
    for i in range(len(questions)):
        question = questions[i]
        day, week = question.day, question.day // 7
        if reader.home != question.home:
            open_record(reader, homes, question.home)
        # The induction, up to this week: all that was ever recorded of the weeks before.
        while reader.week < week:
            recall(reader, reader.week)
            learn(reader, known, reader.week, ALL_IS_KNOWN)
            reader.week += 1
            move(reader, reader.week)
            keep(reader)
        # The weeks of which something may still come once more, with what had come by then.
        first, begun = max(week - reader.open_weeks, 0), (day + 6) // 7
        recall(reader, first)
        for again in range(first, begun):
            learn(reader, known, again, day)
            if again < week:
                move(reader, again + 1)
        question.p_now = serious_now(reader)
        question.p = serious_within_horizon(reader, day)


@compiled
def open_record(reader: Reader, homes: Circumstances, home: int) -> None:
    """Begin with a home of which only the first day is known, and see who lives there when."""
    reader.home, reader.week = home, 0
    n_days = homes.flags.shape[1]
    for day in range(n_days):
        flags = homes.flags[home, day]
        reader.plan[day] = min(flags // PLAN, SUPPORTS - 1)
        reader.kind[day] = flags & reader.matters | (flags | homes.flags[home, day - day % 7]) & AWAY
    for child in range(homes.born.shape[1]):
        born = homes.born[home, child]
        for nth in range(MOST_CLASSES):
            start, end = born + reader.edges[nth], born + reader.edges[nth + 1]
            for day in range(max(start, 0), min(end, n_days)):
                reader.kind[day] += 1 << FLAG_BITS + COUNT_BITS * nth
    for row in range(N_ROWS):
        for state in range(N_STATES):
            reader.belief[row, state] = reader.first[homes.decile[home] - 1, row, state]
    see_who_is_disabled(reader, homes.n_children[home], homes.n_disabled[home])
    see_what_is_open(reader, homes.age[home], homes.standing[home])
    keep(reader)


@compiled
def see_who_is_disabled(reader: Reader, n_children: int, n_disabled: int) -> None:
    """Believe more of the type of family in which so many of the children have a disability."""
    for row in range(N_ROWS):
        share = reader.disability_share[row % N_TYPES]
        likely = share**n_disabled * (1.0 - share) ** (n_children - n_disabled)
        for state in range(N_STATES):
            reader.belief[row, state] *= likely


@compiled
def see_what_is_open(reader: Reader, age: int, standing: int) -> None:
    """Believe more of what makes it likely that just this is open on the first day."""
    for row in range(N_ROWS if age >= 0 else 0):
        for state in range(N_STATES):
            reader.belief[row, state] *= reader.standing_shares[age, row % N_TYPES, state, standing]


@compiled
def keep(reader: Reader) -> None:
    """Keep the belief of this week, made to add to one, as in the paper's section V.A."""
    total = 0.0
    for row in range(N_ROWS):
        for state in range(N_STATES):
            total += reader.belief[row, state]
    for row in range(N_ROWS):
        for state in range(N_STATES):
            reader.kept[reader.week % WEEKS_KEPT, row, state] = reader.belief[row, state] / total


@compiled
def recall(reader: Reader, week: int) -> None:
    """Believe what was believed at the start of a week, of which all before was known."""
    for row in range(N_ROWS):
        for state in range(N_STATES):
            reader.belief[row, state] = reader.kept[week % WEEKS_KEPT, row, state]


@compiled
def learn(reader: Reader, known: Known, week: int, before: int) -> None:
    """Learn what is known of a week before a day: alpha b, of what was shown, and what was not."""
    here = reader.home * len(known.kind_of_week) + week
    since = min(before - 7 * week, known.kind_of_week.shape[1] - 1)
    kind_of_week = known.kind_of_week[week, since]
    key = reader.kind[7 * week] * len(known.lookbacks) + kind_of_week
    for day in range(7 * week + 1, 7 * week + 7):
        if reader.kind[day] != reader.kind[7 * week]:
            key = UNUSUAL
    for i in range(known.first_of[here, 0], known.first_of[here + 1, 0]):
        if tellers(known.incidents[i], before):
            key = UNUSUAL
    # What it says that nothing was shown in a week of this kind is remembered; the last place is for others.
    places = len(known.remembered) - 1
    weighed = known.remembered[places if key == UNUSUAL else key % places]
    if key == UNUSUAL or weighed.key != key:
        lookback = known.lookbacks[kind_of_week]
        see_nothing(reader, lookback, week)
        for i in range(known.first_of[here, 0], known.first_of[here + 1, 0]):
            see_incident(reader, lookback, known.incidents[i], tellers(known.incidents[i], before))
        weigh(reader, weighed, key)
    believe(reader, weighed.likelihood)
    for i in range(known.first_of[here, 1], known.first_of[here + 1, 1]):
        if known.readings[i].day < before:
            believe(reader, known.readings[i].likelihood)


@compiled
def believe(reader: Reader, likelihood: Floats) -> None:
    """Believe more of what makes likely what was shown, by visibility, or written, whatever that is."""
    for row in range(N_ROWS):
        of_row = row * len(likelihood) // N_ROWS
        for state in range(N_STATES):
            reader.belief[row, state] *= likelihood[of_row, state]


@compiled
def move(reader: Reader, week: int) -> None:
    """Move to the Monday of a week: sum over i of alpha_t(i) a_ij, where a depends on the plan that tells."""
    plan = plan_that_tells(reader, week, 7 * week)
    for row in range(N_ROWS):
        multiply(reader.belief[row], reader.moves[row % N_TYPES, plan], reader.moved)
        for state in range(N_STATES):
            reader.belief[row, state] = reader.moved[state]


@compiled
def multiply(row: Floats, matrix: Floats, product: Floats) -> None:
    """Fill in the product; four rows of the matrix at a time, which is twice as fast as one by one."""
    for state in range(N_STATES):
        product[state] = 0.0
    for i in range(0, N_STATES, 4):
        a, b, c, d = row[i], row[i + 1], row[i + 2], row[i + 3]
        for j in range(N_STATES):
            further = a * matrix[i, j] + b * matrix[i + 1, j] + c * matrix[i + 2, j] + d * matrix[i + 3, j]
            product[j] += further


@compiled
def plan_that_tells(reader: Reader, week: int, known: int) -> int:
    """Return the plan whose support tells on a Monday; of what starts after a day that is known, nothing."""
    day = min(7 * week - reader.takes_days, known)
    return int(reader.plan[max(day, 0)])  # what is open on the first day tells already


@compiled
def serious_now(reader: Reader) -> float:
    """Return how likely care is serious in this week, by this belief; it changes on Mondays alone."""
    total, serious = 0.0, 0.0
    for row in range(N_ROWS):
        for state in range(N_STATES):
            total += reader.belief[row, state]
            serious += reader.belief[row, state] * reader.is_serious[state]
    return serious / total


@compiled
def serious_within_horizon(reader: Reader, day: int) -> float:
    """Return how likely care is serious now or within the horizon, by this belief of this week."""
    ahead = look_ahead(reader, day)
    total, serious = 0.0, 0.0
    for row in range(N_ROWS):
        for state in range(N_STATES):
            total += reader.belief[row, state]
            serious += reader.belief[row, state] * reader.ahead[ahead, row % N_TYPES, state]
    return serious / total


@compiled
def look_ahead(reader: Reader, day: int) -> int:
    """See how likely care is serious now or within the horizon from each state: the paper's beta."""
    last = (day + reader.horizon_days - 1) // 7
    plan, of_steps = plan_that_tells(reader, last, day), (last - reader.week) % 2
    key = SUPPORTS * (last - reader.week) + plan
    for week in range(reader.week + 1, last):
        if plan_that_tells(reader, week, day) != plan:
            key = UNUSUAL
    if key != UNUSUAL and key == reader.ahead_key[of_steps]:
        return int(of_steps)  # as it was when last asked: no plan has begun or ended
    reader.ahead_key[of_steps] = key
    for family_type in range(N_TYPES):
        for state in range(N_STATES):
            reader.ahead[of_steps, family_type, state] = reader.is_serious[state]
        for week in range(last, reader.week, -1):
            plan = plan_that_tells(reader, week, day)
            multiply(reader.ahead[of_steps, family_type], reader.back[family_type, plan], reader.moved)
            for state in range(N_STATES):  # serious care stays counted once it has been reached
                reader.ahead[of_steps, family_type, state] = max(
                    reader.moved[state], reader.is_serious[state]
                )
    return int(of_steps)
