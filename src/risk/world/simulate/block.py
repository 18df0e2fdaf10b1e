"""The block: the households that are simulated together, and what their lives leave behind.

Households know nothing of each other, so a block may be any stretch of them in any order.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.core.arrays import Bools, Ints, day_of
from risk.world.scenario import Scenario
from risk.world.simulate.assumed import assumed
from risk.world.simulate.codes import NONE
from risk.world.simulate.home import new_home
from risk.world.simulate.life import live
from risk.world.simulate.papers import stacked, taken

Rows = NDArray[np.void]


@dataclass(frozen=True)
class Block:
    """Households `first` to `first + n`, and the rows of `papers.TABLES` that they leave."""

    scenario: Scenario
    seed: int
    first: int
    n: int
    first_day: int
    last_day: int  # the day up to which, not including it, the households are followed
    rows: dict[str, Rows]

    @classmethod
    def lived(cls, scenario: Scenario, seed: int, first: int, weeks: int, families: Rows) -> "Block":
        """Return what the lives of these families leave; they are rows of `home.FAMILY`."""
        first_day = day_of(scenario.from_on)
        homes = new_home(assumed(scenario), seed, first_day, weeks)
        lived = 0
        parts: list[dict[str, Rows]] = []
        while lived < len(families) or not parts:
            lived = live(homes, first, lived, families)
            parts.append(taken(homes))
        return cls(scenario, seed, first, len(families), first_day, first_day + 7 * weeks, stacked(parts))


def first_of_each(ordered: Ints) -> Bools:
    """Return whether each of a sorted column is the first of its value."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def words(codes: Ints, vocabulary: list[str]) -> pl.Series:
    """Return whole numbers as words of an Enum, null for NONE."""
    is_null = codes == NONE
    places = pl.Series(np.where(is_null, 0, codes).astype(np.uint8))  # under a null too is a place
    return places.set(pl.Series(is_null), None).cat.to(pl.Enum(vocabulary))
