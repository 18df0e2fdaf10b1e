"""Harm: the hidden state of every household moves on Mondays, by the chances of its chain; nobody records it.

Most weeks nothing moves: one draw a household says whether anything does, and what does is drawn only then.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.core.arrays import Floats, Ints
from risk.core.draws import Stream, by_row, choose
from risk.records.schema import FAMILY_TYPES
from risk.world.assumptions import HarmAssumptions
from risk.world.hidden_state import (
    N_STATES,
    STATE_ABUSE,
    STATE_CARE,
    STATE_MISUSE,
    STATE_RISKY,
    SUPPORTS,
    Chain,
    chain,
)
from risk.world.simulate.block import Block

DETAIL_SLOTS: Final = 4
MISUSE_TOO, RISKY_TOO, CARE_TOO, WHERE_TO = range(DETAIL_SLOTS)


@dataclass(frozen=True)
class Luck:
    """A scenario's chances as arrays that a week can look up."""

    chain: Chain
    any_change: Floats  # (type × support × state), flat


def luck(assumed: HarmAssumptions) -> Luck:
    """Return the chances that `change` looks up."""
    moves = chain(assumed)
    return Luck(moves, moves.any_change().ravel())


def begin(block: Block) -> None:
    """Put each household where its chain would be after a long time."""
    moves = chain(block.scenario.harm)
    long_run = np.stack([moves.long_run(t) for t in range(len(FAMILY_TYPES))])
    block.state[:] = choose(block.families.begins, long_run[block.families.struggling])
    block.states.add(block.n, household=np.arange(block.n), day=block.first_day, state=block.state)


def change(block: Block, week: int, chances: Luck) -> None:
    """Move the households whose state changes this week, and keep the change for the truth."""
    u = block.weekly(Stream.HARM, week)
    support = _support_that_tells(block, week)
    # 1. Does anything change? One uniform u against the chance that abuse, misuse, risky adult or care does.
    row = (block.families.struggling * SUPPORTS + support) * N_STATES + block.state
    where = np.flatnonzero(u < chances.any_change[row])
    if len(where) == 0:
        return
    kind, state = block.families.struggling[where], block.state[where]
    abuse, misuse, risky = chances.chain.flips(kind, state)
    detail = by_row(block.seed, Stream.HARM_DETAIL, where + block.first, week, 0, DETAIL_SLOTS)
    # 2. Given that something changes, u says which is the first in this order; what comes after it in the
    # order changes or not on draws of its own. Care is last: a plan changes its chances, not the others'.
    first = _first_to_change(u[where], np.stack([abuse, misuse, risky]))
    flips_abuse = first == 0
    flips_misuse = (first == 1) | ((first < 1) & (detail[MISUSE_TOO] < misuse))
    flips_risky = (first == 2) | ((first < 2) & (detail[RISKY_TOO] < risky))
    # 3. Does care leave its state, and if so where to? The chance of staying is taken out and the rest
    # made to add to 1.
    care = chances.chain.care[kind, support[where], state]
    now = STATE_CARE[state]
    leaves = 1 - care[np.arange(len(where)), now]
    moves = (leaves > 0) & ((first == 3) | (detail[CARE_TOO] < leaves))
    care[np.arange(len(where)), now] = 0
    to = choose(detail[WHERE_TO], care / np.where(leaves > 0, leaves, 1)[:, None])
    new_care = np.where(moves, to, now)
    # 4. Put the four parts together again as one code, and keep the change for the truth.
    block.state[where] = (
        new_care * 8
        + (STATE_ABUSE[state] ^ flips_abuse) * 4
        + (STATE_MISUSE[state] ^ flips_misuse) * 2
        + (STATE_RISKY[state] ^ flips_risky)
    )
    day = block.first_day + 7 * week
    block.states.add(len(where), household=where, day=day, state=block.state[where])


def _support_that_tells(block: Block, week: int) -> Ints:
    """Return the support of so many weeks ago as it takes to tell on a family; keep today's for later."""
    past = block.past_support
    past[week % len(past)] = block.support
    told: Ints = past[(week + 1) % len(past)]
    return told


def _first_to_change(u: Floats, chances: Floats) -> Ints:
    """Return which of the chances, in order, a draw below the chance of any change makes the first."""
    stays = np.cumprod(1 - chances, axis=0)
    first: Ints = (u >= 1 - stays).sum(axis=0)
    return first
