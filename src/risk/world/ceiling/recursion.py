"""The recursion: one home's belief from week to week, by what was recorded, and what it says on days asked about.

Rabiner (1989), Proceedings of the IEEE 77:257-286 (the forward recursion).
"""

from typing import NamedTuple

import numpy as np

from risk.core.arrays import Floats, Ints
from risk.records.schema import FAMILY_TYPES
from risk.world.ceiling.circumstances import PLAN
from risk.world.ceiling.delays import Lookbacks
from risk.world.ceiling.incidents import Incidents
from risk.world.ceiling.sightings import (
    N_VISIBILITIES,
    Channel,
    Memory,
    kinds_of_days,
    likelihood_of_week,
)
from risk.world.compiled import compiled, entry
from risk.world.hidden_state import N_STATES, STATE_CARE, SUPPORTS

N_TYPES = len(FAMILY_TYPES)
AFTER = 1 << 30
"""A day by which all that is ever recorded is known."""


class Homes(NamedTuple):
    flags: Ints
    born: Ints
    edges: Ints
    prior: Ints  # row of first belief


class Moves(NamedTuple):
    """How a home moves in a week.

    first: (decile, visibility, type, state). weekly: (type, support, state, next). ahead: (support, weeks, type, state) how likely care is
    serious now or within so many weeks of one support. takes_days. horizon_days.
    """

    first: Floats
    weekly: Floats
    ahead: Floats
    takes_days: int
    horizon_days: int
    open_weeks: int


class Written(NamedTuple):
    """Readings by home and week."""

    first: Ints
    day: Ints
    likelihood: Floats


class Asked(NamedTuple):
    """Days asked about, by home and day; those of home h begin at first[h]."""

    first: Ints
    day: Ints
    answer: Floats


@entry
def answer(homes, moves, channel, lookbacks, told, readings, memory, asked):
    kept = moves.open_weeks + 1
    beliefs = np.empty((kept, N_VISIBILITIES, N_TYPES, N_STATES))
    belief = np.empty((N_VISIBILITIES, N_TYPES, N_STATES))
    n_weeks = lookbacks.kind.shape[0]
    kinds = np.empty(7 * n_weeks, np.int64)
    likelihood = np.empty((N_VISIBILITIES, N_STATES))
    for home in range(len(homes.prior)):
        ask, last = asked.first[home], asked.first[home + 1]
        if ask == last:
            continue
        kinds_of_days(homes.flags[home], homes.born[home], homes.edges, channel.flags, kinds)
        belief[:] = moves.first[homes.prior[home]]
        # The induction: alpha of a week from that of the week before, by its evidence b and the moves a.
        for week in range(asked.day[last - 1] // 7 + 1):
            if week > 0:
                learn(belief, home, week - 1, AFTER, channel, lookbacks, told, readings, memory, kinds, likelihood)
                belief /= belief.sum()
                move(belief, moves, support(homes.flags[home], 7 * week - moves.takes_days))
            # Only weeks of which something may still come are kept, to be gone through again.
            beliefs[week % kept] = belief
            while ask < last and asked.day[ask] < 7 * week + 7:
                day = asked.day[ask]
                first = max(0, week - moves.open_weeks)
                belief[:] = beliefs[first % kept]
                for again in range(first, week):
                    learn(belief, home, again, day, channel, lookbacks, told, readings, memory, kinds, likelihood)
                    move(belief, moves, support(homes.flags[home], 7 * again + 7 - moves.takes_days))
                if day > 7 * week:
                    learn(belief, home, week, day, channel, lookbacks, told, readings, memory, kinds, likelihood)
                ahead = look_ahead(homes.flags[home], moves, day)
                asked.answer[ask] = (belief * ahead).sum() / belief.sum()
                ask += 1
            belief[:] = beliefs[week % kept]


@compiled
def learn(belief, home, week, before, channel, lookbacks, told, readings, memory, kinds, likelihood):
    home_week = home * lookbacks.kind.shape[0] + week
    likelihood_of_week(channel, lookbacks, told, memory, kinds, home_week, week, before, likelihood)
    for i in range(readings.first[home_week], readings.first[home_week + 1]):
        if readings.day[i] < before:
            likelihood *= readings.likelihood[i]
    for v in range(N_VISIBILITIES):
        for t in range(N_TYPES):
            for s in range(N_STATES):
                belief[v, t, s] *= likelihood[v, s]


@compiled
def support(flags, day):
    return min(flags[day] // PLAN, SUPPORTS - 1) if day >= 0 else 0


@compiled
def move(belief, moves, plan):
    row = np.empty(N_STATES)
    for v in range(N_VISIBILITIES):
        for t in range(N_TYPES):
            row[:] = 0.0
            for i in range(N_STATES):
                b = belief[v, t, i]
                for j in range(N_STATES):
                    row[j] += b * moves.weekly[t, plan, i, j]
            belief[v, t] = row


@compiled
def look_ahead(flags, moves, day):
    week, last = day // 7, (day + moves.horizon_days - 1) // 7
    plan = support(flags, min(7 * last - moves.takes_days, day))
    step = last
    while step > week and support(flags, min(7 * step - moves.takes_days, day)) == plan:
        step -= 1
    ahead = moves.ahead[plan, last - step].copy()
    row = np.empty(N_STATES)
    while step > week:
        plan = support(flags, min(7 * step - moves.takes_days, day))
        for t in range(N_TYPES):
            for i in range(N_STATES):
                row[i] = 0.0
                for j in range(N_STATES):
                    row[i] += moves.weekly[t, plan, i, j] * ahead[t, j]
            for i in range(N_STATES):
                ahead[t, i] = 1.0 if STATE_CARE[i] >= 2 else row[i]
        step -= 1
    return ahead
