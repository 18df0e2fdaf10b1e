"""The setting: what one question about placings consists of, as arrays.

Items with the days on which each may have happened, how far apart two of them may be, what each is worth, the
line, and the days that are scored. An item is one occasion: records of one occasion move together.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from risk.chronologies.ties import FAR
from risk.core.arrays import Bools, Ints
from risk.reviews.placings.worths import Worth


@dataclass(frozen=True, eq=False)
class Setting:
    """One question about all the ways in which dates can fall. Days are counted since 1 January 1970.

    worths: of each item. first, last: the first and the last day of each item, as the ties have narrowed
    them. apart: days by which item j may come after item i, at most, in row i and column j; negative: it must
    come before. follows: the item that each is said to come after, -1 for none. signs: of each line of the
    card, 1 or -1. from_day, to_day: the first and the last day scored. addresses: two numbers below
    2**32 an item, by which it is drawn.
    """

    worths: tuple[tuple[Worth, ...], ...]
    first: Ints
    last: Ints
    apart: Ints
    follows: Ints
    signs: Ints
    line: int
    from_day: int
    to_day: int
    addresses: Ints

    @property
    def never(self) -> int:
        """The day after the last that is scored: what stands for a line that is not reached."""
        return self.to_day + 1

    @property
    def is_exact(self) -> Bools:
        """Whether each item can fall on one day only."""
        exact: Bools = self.first == self.last
        return exact

    @property
    def is_tied(self) -> Bools:
        """Whether each item is tied to another."""
        ties = (self.apart < FAR) & ~np.eye(len(self.apart), dtype=np.bool_)
        tied: Bools = np.logical_or.reduce(ties | ties.T, axis=0)
        return tied

    def with_windows(self, first: Ints, last: Ints) -> Self:
        """Return the setting with other windows."""
        return replace(self, first=first, last=last)


def moved(setting: Setting, first: Ints, last: Ints, item: int, days: tuple[int, int]) -> tuple[Ints, Ints]:
    """Return the windows that are left when one item falls between two days, both included."""
    return (
        np.maximum(first, days[0] - setting.apart[:, item]),
        np.minimum(last, days[1] + setting.apart[item, :]),
    )


def only(setting: Setting, needed: Bools) -> Setting:
    """Return the setting with some of its items; what one of them follows has to be another."""
    kept = np.flatnonzero(needed)
    place = np.append(np.cumsum(needed) - 1, -1)
    return replace(
        setting,
        worths=tuple(setting.worths[i] for i in kept),
        first=setting.first[kept],
        last=setting.last[kept],
        apart=setting.apart[np.ix_(kept, kept)],
        follows=place[setting.follows[kept]],
        addresses=setting.addresses[kept],
    )


def up_to(setting: Setting, bound: int) -> Setting:
    """Return the setting as far as a day by which every placing has reached the line; `never`: all of it.

    What begins later cannot count by then, and is left out unless a tie makes it move what can.
    """
    if bound == setting.never:
        return setting
    return replace(only(setting, (setting.first < bound) | setting.is_tied), to_day=bound)


def groups(apart: Ints) -> list[Ints]:
    """Return the items that are tied to one another, directly or by way of others, group by group."""
    near = (apart < FAR) | (apart.T < FAR)
    seen: set[int] = set()
    found = []
    for item in range(len(apart)):
        group, fresh = {item}, {item}
        while item not in seen and fresh:
            fresh = {int(i) for one in fresh for i in np.flatnonzero(near[one])} - group
            group |= fresh
        if item not in seen:
            found.append(np.array(sorted(group)))
        seen |= group
    return found


def held_daily(setting: Setting, items: Ints, days: Ints) -> Ints:
    """Return the strength of each line, as (lines, days scored), of items that fall on these days."""
    held = np.zeros((len(setting.signs), setting.never - setting.from_day), np.int64)
    for item, day in zip(items, days, strict=True):
        for worth in setting.worths[item]:
            start = int(day) - setting.from_day
            begin, end = max(start, 0), min(start + len(worth.by_age), held.shape[1])
            if begin < end:
                of_line = held[worth.line, begin:end]
                np.maximum(of_line, worth.by_age[begin - start : end - start], out=of_line)
    return held


def first_crossing(setting: Setting, placing: Ints) -> int:
    """Return the first day on which one placing reaches the line; `never` where it does not.

    placing: the day of each item.
    """
    held = held_daily(setting, np.arange(len(placing)), placing)
    reached = np.flatnonzero(setting.signs @ held >= setting.line)
    return setting.from_day + int(reached[0]) if len(reached) else setting.never
