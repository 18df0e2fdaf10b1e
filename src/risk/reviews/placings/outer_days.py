"""The outer days: the earliest and the latest day on which the line is reached, over all placings of dates.

Both are exact, or are called bounds: then no placing reaches the line sooner than the earliest, and none
later than the latest, but whether any does so on that very day was not found out within the budget.
"""

from dataclasses import dataclass

import numpy as np

from risk.core.arrays import Ints
from risk.reviews.placings.over_line import earliest_day
from risk.reviews.placings.setting import Setting, first_crossing, held_daily
from risk.reviews.placings.under_line import NODES, Budget, SpentError, stays_under
from risk.reviews.placings.worths import never_growing


@dataclass(frozen=True)
class OuterDays:
    """The earliest and the latest first day at the line, since 1 January 1970; `Setting.never`: not reached.

    exact: whether both days are; else they are bounds. latest_found: the latest first day of any placing that
    was looked at; the same as latest where that is exact.
    """

    earliest: int
    latest: int
    exact: bool
    latest_found: int


def outer_days(setting: Setting, placings: Ints | None = None, *, nodes: int = NODES) -> OuterDays:
    """Return the earliest and the latest day on which the line is first reached, over all placings.

    placings: one row each, some that are known already and may be late. nodes: the budget of each search.
    """
    earliest, surely = earliest_day(setting, Budget(nodes))
    if earliest == setting.never:
        return OuterDays(earliest, earliest, surely, earliest)
    known = [setting.last, setting.first, *([] if placings is None else placings)]
    found = max(first_crossing(setting, placing) for placing in known)
    latest, budget = latest_bound(setting), Budget(nodes)
    while found < latest:
        day = (found + latest + 1) // 2
        try:
            placing = stays_under(setting, day, budget)
        except SpentError:
            return OuterDays(earliest, latest, exact=False, latest_found=found)
        if placing is None:
            latest = day - 1
        else:
            found = first_crossing(setting, placing)
    return OuterDays(earliest, latest, surely, found)


def latest_bound(setting: Setting) -> int:
    """Return a day by which every placing has reached the line, or `never`: with each at its least."""
    days = np.arange(setting.from_day, setting.never)
    exact = np.flatnonzero(setting.is_exact)
    least = held_daily(setting, exact, setting.first[exact])
    for item in np.flatnonzero(~setting.is_exact):
        for worth in setting.worths[item]:
            of_line = least[worth.line]
            if setting.signs[worth.line] < 0:  # it may lower the score as much as it ever can
                begun = (days > setting.first[item]) & (days < setting.last[item] + len(worth.by_age))
                strength = np.where(begun, worth.by_age.max(), 0)
            else:
                never_more, known_at = never_growing(worth)
                strength = np.where(
                    days - setting.last[item] >= known_at, never_more.at(days - setting.first[item]), 0
                )
            np.maximum(of_line, strength, out=of_line)
    reached = np.flatnonzero(setting.signs @ least >= setting.line)
    return setting.from_day + int(reached[0]) if len(reached) else setting.never
