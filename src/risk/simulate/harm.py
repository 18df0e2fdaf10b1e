"""Harm: the hidden life of a household, a chain that moves once a week and that nobody records.

State: how good the care is (adequate, strained, serious, severe) × domestic abuse × substance misuse × a
risky adult living there. Given this week's state, each part moves on its own to the next; the chances
are tables, so that the exact filter and the simulation read the same ones.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from risk.assumptions import HarmAssumptions
from risk.draws import Floats, Stream, choose
from risk.schema import CARE_STATES, FAMILY_TYPES
from risk.simulate.block import Block, Ints

SERIOUS: Final = CARE_STATES.index("serious")
N_CARE: Final = len(CARE_STATES)
N_STATES: Final = N_CARE * 8
WEEKS_A_YEAR: Final = 52.18
SUPPORTS: Final = 3
SLOTS: Final = 4
CARE, DOMESTIC_ABUSE, SUBSTANCE_MISUSE, RISKY_ADULT = range(SLOTS)

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
    """Return (state, next care): one step worse, one step better, or the same."""
    drivers = (
        assumed.worsens_with_domestic_abuse**STATE_ABUSE
        * assumed.worsens_with_substance_misuse**STATE_MISUSE
        * assumed.worsens_with_risky_adult**STATE_RISKY
    )
    moves = np.zeros((N_STATES, N_CARE))
    for state, care in enumerate(STATE_CARE):
        worse = better = 0.0
        if care < N_CARE - 1:
            swing = assumed.fluctuation if care > 0 else 1.0
            worse = assumed.care_worsens_per_year[family_type][care] * swing * drivers[state]
        if care > 0:
            swing = assumed.fluctuation if care > 1 else 1.0
            better = assumed.care_improves_per_year[family_type][care - 1] * swing
            better *= assumed.improves_with_support[support]
        leaves = float(_weekly(np.array(worse + better)))
        moves[state, care] = 1 - leaves
        if worse:
            moves[state, care + 1] = leaves * worse / (worse + better)
        if better:
            moves[state, care - 1] = leaves * better / (worse + better)
    return moves


def state_code(block: Block) -> Ints:
    """Return each household's state as one number, 0 to 31."""
    code: Ints = block.care * 8 + block.domestic_abuse * 4 + block.substance_misuse * 2 + block.risky_adult
    return code


def begin(block: Block) -> None:
    """Put each household where its chain would be after a long time."""
    moves = chain(block.scenario.harm)
    long_run = np.stack([moves.long_run(t) for t in range(len(FAMILY_TYPES))])
    u = block.uniforms(Stream.HARM, 0, SLOTS)[:, CARE]
    code = choose(u, long_run[block.families.struggling]).astype(np.int64)
    _set_state(block, code)


def change(block: Block, week: int) -> None:
    """Move every household to this week's state, and keep it for the truth."""
    if week > 0:
        moves = chain(block.scenario.harm)
        u = block.uniforms(Stream.HARM, week, SLOTS)
        kind, code = block.families.struggling, state_code(block)
        block.care = choose(u[:, CARE], moves.care[kind, block.support, code]).astype(np.int64)
        block.domestic_abuse = u[:, DOMESTIC_ABUSE] < moves.domestic_abuse[kind, code]
        block.substance_misuse = u[:, SUBSTANCE_MISUSE] < moves.substance_misuse[kind, code]
        block.risky_adult = u[:, RISKY_ADULT] < moves.risky_adult[kind, code]
    block.states.append(state_code(block))
    block.homes.append(block.at_home.copy())


def _set_state(block: Block, code: Ints) -> None:
    block.care = STATE_CARE[code].astype(np.int64)
    block.domestic_abuse = STATE_ABUSE[code] == 1
    block.substance_misuse = STATE_MISUSE[code] == 1
    block.risky_adult = STATE_RISKY[code] == 1
