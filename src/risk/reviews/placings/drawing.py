"""The drawing: the share of placings in which the line is reached by each day, if all were as likely.

Every day of a window is as likely as any other, and of items that are tied every way in which they can
fall together: their ways are counted and one of them is chosen, none is thrown away. An item is drawn by an
address made of what it says, so that its days never change when a row is moved or another one is added.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.core.arrays import Floats, Ints
from risk.core.draws import Stream, by_row
from risk.reviews.placings.setting import Setting, held_daily
from risk.reviews.placings.worths import Worth, steps

PLACINGS: Final = 4_000
"""So many placings are drawn: a share of a half is then known to within 0.016, at two standard errors."""


@dataclass(frozen=True, eq=False)
class Shares:
    """On how many of the drawn placings the line is first reached on each day.

    days: the first day of each placing, sorted, since 1 January 1970. never: what stands for no day.
    """

    days: Ints
    never: int

    def by(self, day: int) -> float:
        """Return the share of placings in which the line is reached by a day, that day included."""
        return float(np.searchsorted(self.days, day, side="right") / len(self.days))

    def day_of(self, share: float) -> int | None:
        """Return the first day by which at least this share of placings reached the line; None: no day."""
        day = int(self.days[max(int(np.ceil(share * len(self.days))) - 1, 0)])
        return None if day == self.never else day

    def curve(self) -> list[tuple[int, float]]:
        """Return each day on which the share rises, with the share by then."""
        days, counts = np.unique(self.days[self.days < self.never], return_counts=True)
        return list(zip(days.tolist(), (np.cumsum(counts) / len(self.days)).tolist(), strict=True))


def drawn_placings(setting: Setting, n: int = PLACINGS) -> Ints:
    """Return placings as (n, items): the day of each item since 1 January 1970, all ways as likely."""
    moving = np.flatnonzero(~setting.is_exact)  # what has one day only needs no luck to fall on it
    first, second = np.repeat(setting.addresses[moving], n, axis=0).T
    drawn = by_row(0, Stream.PLACING, first, second, np.tile(np.arange(n), len(moving)), 1)
    luck = dict(zip(moving.tolist(), drawn.reshape(len(moving), n), strict=True))
    placings = np.repeat(setting.last[None, :], n, axis=0)
    order, follows = _in_order(setting.follows), setting.follows.tolist()
    after: dict[int, list[int]] = {}
    for item in order:
        after.setdefault(follows[item], []).append(item)
    ways: dict[int, Floats] = {}
    for item in reversed(order):  # leaves first: in how many ways all that follows an item can fall
        ways[item] = np.ones(setting.last[item] - setting.first[item] + 1)
        for other in after.get(item, []):
            begin, end = _reach(setting, item, other, np.arange(setting.first[item], setting.last[item] + 1))
            summed = np.append(0.0, np.cumsum(ways[other]))
            ways[item] = ways[item] * (summed[end] - summed[begin])
        ways[item] /= ways[item].max()  # only their proportions matter
    for item in (item for item in order if item in luck):
        if follows[item] < 0:
            begin, end = np.zeros(n, np.int64), np.full(n, len(ways[item]))
        else:
            begin, end = _reach(setting, follows[item], item, placings[:, follows[item]])
        summed = np.append(0.0, np.cumsum(ways[item]))
        target = summed[begin] + luck[item] * (summed[end] - summed[begin])
        place = np.clip(np.searchsorted(summed, target, side="right") - 1, begin, end - 1)
        placings[:, item] = setting.first[item] + place
    return placings


def _in_order(follows: Ints) -> list[int]:
    """Return the items with each after the one that it follows."""
    order: list[int] = []
    while len(order) < len(follows):
        order += [i for i, j in enumerate(follows.tolist()) if i not in order and (j < 0 or j in order)]
    return order


def _reach(setting: Setting, item: int, other: int, on: Ints) -> tuple[Ints, Ints]:
    """Return the places in its window, from and to, at which another item may fall where an item fell."""
    begin = np.maximum(on - setting.apart[other, item], setting.first[other]) - setting.first[other]
    end = np.minimum(on + setting.apart[item, other], setting.last[other]) - setting.first[other] + 1
    return begin, np.maximum(begin, end)


def first_days(setting: Setting, placings: Ints) -> Ints:
    """Return the first day at the line of each placing; `setting.never` where it is not reached.

    A score can only reach the line on a day on which something begins to count, so no other is looked at.
    """
    exact, moving = np.flatnonzero(setting.is_exact), np.flatnonzero(~setting.is_exact)
    alike = _alike(setting, moving)
    base = held_daily(setting, exact, setting.first[exact])
    found = np.full(len(placings), setting.never)
    rises = [steps(worths, setting.signs)[0] for worths in setting.worths]
    fixed = np.unique(np.concatenate([[setting.from_day], *(setting.first[i] + rises[i] for i in exact)]))
    columns = [np.full(len(placings), day) for day in fixed]
    columns += [placings[:, i] + rise for i in moving for rise in rises[i].tolist()]
    for days in columns:
        sooner = np.flatnonzero((days >= setting.from_day) & (days < found))
        if not len(sooner):
            continue
        score = _scores(setting, base, alike, placings[sooner], days[sooner])
        reached = sooner[score >= setting.line]
        found[reached] = days[reached]
    return found


def _alike(setting: Setting, items: Ints) -> list[tuple[Worth, Ints]]:
    """Return each worth that any of the items has, with the items that have it."""
    have: dict[tuple[int, bytes], tuple[Worth, list[int]]] = {}
    for item in items.tolist():
        for worth in setting.worths[item]:
            have.setdefault((worth.line, worth.by_age.tobytes()), (worth, []))[1].append(item)
    return [(worth, np.array(of)) for worth, of in have.values()]


def _scores(
    setting: Setting, base: Ints, alike: list[tuple[Worth, Ints]], placings: Ints, days: Ints
) -> Ints:
    """Return the score of each placing on one day of its own."""
    held = base[:, days - setting.from_day].copy()
    since, until = days.min(), days.max()
    for worth, items in alike:
        # Only what can have begun by then, and can count still.
        near = items[(setting.first[items] < until) & (setting.last[items] + len(worth.by_age) > since)]
        if len(near):
            strength = worth.at(days[:, None] - placings[:, near]).max(axis=1)
            np.maximum(held[worth.line], strength, out=held[worth.line])
    score: Ints = setting.signs @ held
    return score


def shares(setting: Setting, placings: Ints) -> Shares:
    """Return in how many of some placings the line is first reached on each day."""
    return Shares(np.sort(first_days(setting, placings)), setting.never)
