"""The chain: the hidden life of a household, as the chances of moving from each state to each in a week.

State: how good the care is (adequate, strained, serious, severe) × domestic abuse × substance misuse × a
risky adult living there. Given this week's state, each part moves on its own to the next. The chances are
tables, so that the simulation and the exact filter read the same ones.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from risk.core.arrays import Bools, Floats, Ints
from risk.records.schema import CARE_STATES, FAMILY_TYPES
from risk.world.assumptions import HarmAssumptions

ADEQUATE, STRAINED, SERIOUS, SEVERE = range(len(CARE_STATES))
N_CARE: Final = len(CARE_STATES)
N_STATES: Final = N_CARE * 8
WEEKS_A_YEAR: Final = 52.18
NO_PLAN, IN_NEED_PLAN, PROTECTION_PLAN, AFTER_RETURN = range(4)
SUPPORTS: Final = 4
"""The plans that may support a family; after a return home, the plan of need is one of its own."""

# What each of the 32 states means: care × 8 + domestic abuse × 4 + substance misuse × 2 + risky adult.
CODES: Final = np.arange(N_STATES)
STATE_CARE: Final = CODES // 8
STATE_ABUSE: Final = CODES // 4 % 2
STATE_MISUSE: Final = CODES // 2 % 2
STATE_RISKY: Final = CODES % 2


@dataclass(frozen=True)
class Chain:
    """The chances of next week's state, by family type and this week's state code.

    care is (type, support, state, next care); the others are (type, state): the chance that it is on.
    """

    care: Floats
    domestic_abuse: Floats
    substance_misuse: Floats
    risky_adult: Floats

    def flips(self, family_type: np.ndarray, state: Ints) -> Floats:
        """Return (3, rows): the chances that abuse, misuse and risky adult each change this week."""
        on = np.stack([STATE_ABUSE[state], STATE_MISUSE[state], STATE_RISKY[state]])
        is_on = np.stack([self.domestic_abuse, self.substance_misuse, self.risky_adult])[
            :, family_type, state
        ]
        return np.where(on == 1, 1 - is_on, is_on)

    def any_change(self) -> Floats:
        """Return (type, support, state): the chance that anything changes this week."""
        types, states = np.indices((len(FAMILY_TYPES), N_STATES))
        switches_stay = np.prod(1 - self.flips(types, states), axis=0)
        care_stays = self.care[..., CODES, STATE_CARE]
        changes: Floats = 1 - switches_stay[:, None, :] * care_stays
        return changes

    def matrix(self, family_type: int, support: int = 0) -> Floats:
        """Return the (32, 32) chances of moving from each state to each other."""
        on = [self.domestic_abuse, self.substance_misuse, self.risky_adult]
        moved: Floats = self.care[family_type, support][:, STATE_CARE]
        for switch, chance in zip([STATE_ABUSE, STATE_MISUSE, STATE_RISKY], on, strict=True):
            p = chance[family_type][:, None]
            moved = moved * np.where(switch[None, :] == 1, p, 1 - p)
        return moved

    def long_run(self, family_type: int) -> Floats:
        """Return the share of time spent in each state with no plan in place: where a household starts."""
        matrix = self.matrix(family_type)
        for _ in range(16):  # 2**16 weeks, by squaring
            matrix = matrix @ matrix
            matrix /= matrix.sum(axis=1, keepdims=True)
        first: Floats = matrix[0]  # all rows agree by now
        return first


@cache
def chain(assumed: HarmAssumptions) -> Chain:
    """Return the weekly chances that the yearly rates of a scenario amount to."""
    types = range(len(FAMILY_TYPES))

    def switch(is_on: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> Floats:
        return np.where(is_on == 1, 1 - _weekly(stops), _weekly(starts))

    joins = np.array(assumed.risky_adult_joins_per_year)[:, None] * np.where(
        STATE_MISUSE == 1, assumed.risky_adult_joins_with_substance_misuse, 1.0
    )
    care = np.zeros((len(types), SUPPORTS, N_STATES, N_CARE))
    for family_type in types:
        for support in range(SUPPORTS):
            care[family_type, support] = _care_moves(assumed, family_type, support)
    return Chain(
        care=care,
        domestic_abuse=switch(
            STATE_ABUSE,
            np.array(assumed.domestic_abuse_starts_per_year)[:, None],
            np.array(assumed.domestic_abuse_stops_per_year)[:, None],
        ),
        substance_misuse=switch(
            STATE_MISUSE,
            np.array(assumed.substance_misuse_starts_per_year)[:, None],
            np.array(assumed.substance_misuse_stops_per_year)[:, None],
        ),
        risky_adult=switch(STATE_RISKY, joins, np.array(assumed.risky_adult_leaves_per_year)[:, None]),
    )


def _weekly(per_year: np.ndarray) -> Floats:
    return -np.expm1(-per_year / WEEKS_A_YEAR)


def _care_moves(assumed: HarmAssumptions, family_type: int, support: int) -> Floats:
    """Return (state, next care): one step worse or better, a swing of two, or the same."""
    drivers = (
        assumed.worsens_with_domestic_abuse**STATE_ABUSE
        * assumed.worsens_with_substance_misuse**STATE_MISUSE
        * assumed.worsens_with_risky_adult**STATE_RISKY
    )
    # After a return home a family is as supported as by any plan of need, and under more strain.
    strain = assumed.worsens_after_return if support == AFTER_RETURN else 1.0
    improves = assumed.improves_with_support[IN_NEED_PLAN if support == AFTER_RETURN else support]
    worse = strain * np.array([*assumed.care_worsens_per_year[family_type], 0.0])
    better = np.array([0.0, *assumed.care_improves_per_year[family_type]])
    per_year = np.zeros((N_STATES, N_CARE))
    for state, care in enumerate(STATE_CARE):
        if care < SEVERE:
            per_year[state, care + 1] = worse[care] * drivers[state]
        if care > ADEQUATE:
            per_year[state, care - 1] = better[care] * improves
        if care == STRAINED:
            per_year[state, SEVERE] = strain * assumed.collapses_per_year[family_type]
        if care == SEVERE:
            per_year[state, STRAINED] = assumed.tidies_per_year[family_type]
    total = per_year.sum(axis=1, keepdims=True)
    moves: Floats = _weekly(total) * per_year / np.where(total > 0, total, 1)
    moves[CODES, STATE_CARE] = 1 - moves.sum(axis=1)
    return moves


def is_serious(state: Ints) -> Bools:
    """Return whether the care in each state is serious or severe."""
    serious: Bools = STATE_CARE[state] >= SERIOUS
    return serious
