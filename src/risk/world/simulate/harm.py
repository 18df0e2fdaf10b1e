"""Harm: the hidden state of a household moves on Mondays, by the chances of its chain; nobody records it.

Most weeks nothing moves: one draw says whether anything does, and what does is drawn only then.
"""

from typing import Final

from risk.world.compiled import compiled
from risk.world.hidden_state import N_CARE
from risk.world.simulate.codes import Decision, code
from risk.world.simulate.home import Home
from risk.world.simulate.luck import ONLY, WEEKS_A_ROW, choose, row
from risk.world.simulate.papers import keep_state

DETAIL_SLOTS: Final = code(4)
CARE_TOO, WHERE_TO = 2, 3  # after one slot each for misuse and a risky adult
SWITCHES: Final = 3
"""Domestic abuse, substance misuse and a risky adult, each on or off: the three last bits of the state."""


@compiled
def begin(home: Home) -> None:
    """Put a household where its chain would be after a long time, which is where it begins."""
    home.state = choose(home.family.begins, home.harm.begins[home.family.struggling])
    keep_state(home, home.first_day)


@compiled
def move(home: Home) -> None:
    """Move the hidden state if anything changes this week."""
    support = support_that_tells(home)
    u = home.harm_draws[home.week % WEEKS_A_ROW]
    if u < home.harm.any_change[home.family.struggling, support, home.state]:
        change(home, support, u)


@compiled
def change(home: Home, support: int, u: float) -> None:
    """Change the hidden state, and keep the change for the truth."""
    row(home.seed, Decision.harm_detail, home.household, home.week, ONLY, DETAIL_SLOTS, home.draws)
    # 1. Given that something changes, u says which is the first in this order: abuse, misuse, a risky
    # adult, care. Care is last: a plan changes its chances, not the others'.
    flips = home.harm.flips[home.family.struggling, home.state]
    stays, first = 1.0, 0
    for switch in range(SWITCHES):
        stays *= 1 - flips[switch]
        first += u >= 1 - stays
    # 2. What comes after the first in the order changes or not on draws of its own.
    switched = 0
    for switch in range(SWITCHES):
        if first == switch or (first < switch and home.draws[switch - 1] < flips[switch]):
            switched |= 4 >> switch
    care = home.harm.care_of[home.state]
    leaves = 1 - home.harm.care[home.family.struggling, support, home.state, care]
    if leaves > 0 and (first == SWITCHES or home.draws[CARE_TOO] < leaves):
        care = next_care(home, support, care, leaves)
    # 3. Put the four parts together again as one code.
    home.state = care * 8 + ((home.state & 7) ^ switched)
    keep_state(home, home.first_day + 7 * home.week)


@compiled
def next_care(home: Home, support: int, care: int, leaves: float) -> int:
    """Return where care goes, given that it leaves: the chance of staying is taken out of the others'."""
    chances = home.harm.care[home.family.struggling, support, home.state]
    edge, to = 0.0, 0
    for state in range(N_CARE - 1):
        edge += 0.0 if state == care else chances[state] / leaves
        to += home.draws[WHERE_TO] >= edge
    return to


@compiled
def support_that_tells(home: Home) -> int:
    """Return the support of so many weeks ago as it takes to tell on a family; keep today's for later."""
    home.past_support[home.turn] = home.support
    home.turn = home.turn + 1 if home.turn < home.harm.support_takes_weeks else 0
    return home.past_support[home.turn]
