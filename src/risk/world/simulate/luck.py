"""The luck: a household's draws, each by its address, whatever the household does with them."""

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from risk.core import draws
from risk.core.arrays import Floats
from risk.world.compiled import compiled
from risk.world.simulate.codes import Decision, code
from risk.world.simulate.home import Home

WEEKS_A_ROW: Final = 4
DAYS_OF_PRESSURE: Final = 28
ONE: Final = code(1)
SLOTS: Final = code(12)
"""One row of draws for each household and day on which children's services decide anything."""
(DECISION, DURATION, COMPLETES, FINDS, REASSURED, FINDS_ABUSE) = range(6)
(OUTCOME, CATEGORY_DRAW, AT_ONCE, SEXUAL, ADDS_UP, SECOND_DURATION) = range(6, 12)
CARE_SLOTS: Final = code(4)
(WAY_OUT, STEP_TAKES, COMES_BACK) = range(3)
"""Of a row on a day on which something of looking after children is decided."""
ONLY: Final = code(0)
"""The item of draws of which there is one row a household and day, or week."""


row = compiled(draws.draw_row)
four = compiled(draws.draw_four)


@intrinsic
def _upper_half(_context: Any, a: Any, b: Any) -> Any:
    def instructions(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(*(builder.zext(arg, wide) for arg in args))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), instructions


@overload(draws.upper_half)
def _compiled_upper_half(a: Any, b: Any) -> Any:
    def upper_half(a: Any, b: Any) -> Any:
        return _upper_half(a, b)  # type: ignore[call-arg]

    return upper_half


@compiled
def draw_weeks(home: Home) -> None:
    """Draw what moves the hidden state, and whether anything happens, in this and the next three weeks."""
    if home.week % WEEKS_A_ROW == 0:
        four(home.seed, Decision.harm, home.week // WEEKS_A_ROW, home.household, home.harm_draws)
        four(home.seed, Decision.incident, home.week // WEEKS_A_ROW, home.household, home.incident_draws)


@compiled
def draw_day(home: Home, day: int) -> None:
    """Draw what children's services decide by on this day."""
    row(home.seed, Decision.practice, home.household, day, ONLY, SLOTS, home.u)


@compiled
def draw_care(home: Home, day: int) -> None:
    """Draw what decides on this day how children are looked after; until the next draw."""
    row(home.seed, Decision.care, home.household, day, ONLY, CARE_SLOTS, home.draws)


@compiled
def pressure(home: Home, day: int) -> float:
    """Return how pressed the area's teams are in this stretch of four weeks, uniform from 0 to 1."""
    stretch = (day - home.first_day) // DAYS_OF_PRESSURE
    row(home.seed, Decision.pressure, home.family.area, stretch, ONLY, ONE, home.draws)
    return home.draws[0]


@compiled
def choose(u: float, edges: Floats) -> int:
    """Return which share a draw falls into, 0 for the first; an edge is the sum of the shares before it."""
    chosen = 0
    for edge in edges:
        chosen += u >= edge
    return chosen
