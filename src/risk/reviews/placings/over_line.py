"""Over the line: which is the first day on which any placing of the dates reaches the line?

Of a single day it is enough to know the highest score that any placing gives it. Each item is tried by the
stretches of days on which it counts the same; without ties one of them is best, and nothing needs trying.
What went on may have been written down on every day of it.
"""

from typing import NamedTuple

import numpy as np

from risk.core.arrays import Ints
from risk.reviews.placings.setting import Setting, moved
from risk.reviews.placings.under_line import Budget, SpentError
from risk.reviews.placings.worths import Worth


class Stretch(NamedTuple):
    """Days of an item on which it counts the same: the first, the last, and its strength on each line."""

    first: int
    last: int
    strengths: Ints


def earliest_day(setting: Setting, budget: Budget) -> tuple[int, bool]:
    """Return the first day on which some placing reaches the line, and whether that is exact.

    `setting.never` where no placing does. Not exact: the budget ran out, and no placing reaches it sooner.
    """
    possible = setting.signs @ _best(setting) >= setting.line
    tied = setting.is_tied.tolist()
    for day in (np.flatnonzero(possible) + setting.from_day).tolist():
        options = [_stretches(setting, item, day) for item in range(len(setting.first))]
        options = [_worth_trying(setting, *each) for each in zip(options, tied, strict=True)]
        try:
            if _can_reach(setting, options, tied, budget):
                return day, True
        except SpentError:
            return day, False
    return setting.never, True


def _best(setting: Setting) -> Ints:
    """Return each line's strength on each day, as (lines, days), with every item at its best for that day."""
    days = np.arange(setting.from_day, setting.never)
    best = np.zeros((len(setting.signs), len(days)), np.int64)
    for first, last, worths in zip(setting.first, setting.last, setting.worths, strict=True):
        for worth in worths:
            end = last if worth.to_day is None else worth.to_day
            ages = np.arange(setting.from_day - end, setting.never - first)
            best_of = np.maximum if setting.signs[worth.line] > 0 else np.minimum
            strength = _best_in_windows(worth.at(ages), end - first + 1, best_of)
            np.maximum(best[worth.line], strength, out=best[worth.line])
    return best


def _best_in_windows(values: Ints, width: int, best_of: np.ufunc) -> Ints:
    """Return the best of each `width` neighbours, in as many steps as there are values, however wide.

    van Herk (1992), Pattern Recognition Letters 13:517: a window is the end of one block and the start of the
    next, so the running best from both ends of each block is all that is asked.
    """
    blocks = np.resize(values, (-(-len(values) // width), width))
    forwards = best_of.accumulate(blocks, axis=1).ravel()
    backwards = best_of.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    n = len(values) - width + 1
    best: Ints = best_of(backwards[:n], forwards[width - 1 : width - 1 + n])
    return best


def _stretches(setting: Setting, item: int, day: int) -> list[Stretch]:
    """Return the stretches of days of an item on which it counts the same on a scored day."""
    on = np.arange(setting.first[item], setting.last[item] + 1)
    strengths = np.zeros((len(on), len(setting.signs)), np.int64)
    for worth in setting.worths[item]:
        strengths[:, worth.line] = _strength(worth, day, on)
    starts = np.flatnonzero(np.append(True, (strengths[1:] != strengths[:-1]).any(axis=1)))
    ends = np.append(starts[1:], len(on)) - 1
    return [Stretch(int(on[s]), int(on[e]), strengths[s]) for s, e in zip(starts, ends, strict=True)]


def _strength(worth: Worth, day: int, on: Ints) -> Ints:
    """Return the strength on a scored day of an item that happened, or began, on each of some days."""
    if worth.to_day is None:
        return worth.at(day - on)
    # Written down on every day until its end: the best of all ages that this gives.
    ages = np.arange(len(worth.by_age))
    reached = np.where(ages >= day - worth.to_day, worth.by_age, 0)
    best: Ints = np.maximum.accumulate(reached)
    return best.take(day - on, mode="clip")


def _worth_trying(setting: Setting, stretches: list[Stretch], tied: bool) -> list[Stretch]:
    """Return the stretches, strongest first; of an untied item without those that another beats."""
    strongest = sorted(stretches, key=lambda s: -int(setting.signs @ s.strengths))
    if tied:
        return strongest
    kept: list[Stretch] = []
    for stretch in strongest:
        value = setting.signs * stretch.strengths
        if not any((setting.signs * other.strengths >= value).all() for other in kept):
            kept.append(stretch)
    return kept


def _can_reach(setting: Setting, options: list[list[Stretch]], tied: list[bool], budget: Budget) -> bool:
    """Return whether the items can be placed so that the score comes to the line."""
    # One way only, and in nobody's way: it stands. A chronology of two thousand exact days is then no search.
    settled = [len(stretches) == 1 and not tied[i] for i, stretches in enumerate(options)]
    stands = [stretches[0].strengths for i, stretches in enumerate(options) if settled[i]]
    open_items = [i for i in range(len(options)) if not settled[i]]
    order = sorted(open_items, key=lambda i: len(options[i]))
    held = np.max([np.zeros(len(setting.signs), np.int64), *stands], axis=0)
    hoped = _hoped(setting, [options[i] for i in order])
    if setting.signs @ np.maximum(held, hoped[0]) < setting.line:
        return False
    # Not by functions that call themselves: they may go no deeper than a thousand.
    path = [(setting.first, setting.last, held, iter(options[order[0]]))] if order else []
    while path:
        first, last, held, untried = path[-1]
        stretch = next(untried, None)
        if stretch is None:
            path.pop()
            continue
        budget.spend()
        item, after = order[len(path) - 1], len(path)
        if tied[item]:
            days = max(stretch.first, int(first[item])), min(stretch.last, int(last[item]))
            first, last = moved(setting, first, last, item, days)
            if (first > last).any():
                continue
        held = np.maximum(held, stretch.strengths)
        if setting.signs @ np.maximum(held, hoped[after]) >= setting.line:
            if after == len(order):
                return True
            path.append((first, last, held, iter(options[order[after]])))
    return not order


def _hoped(setting: Setting, options: list[list[Stretch]]) -> Ints:
    """Return each line's strength, as (items + 1, lines), if all items from a place on were at their best."""
    best = np.zeros((len(options) + 1, len(setting.signs)), np.int64)
    for place in reversed(range(len(options))):
        of_item = np.stack([s.strengths for s in options[place]])
        least_harm = np.where(setting.signs > 0, of_item.max(axis=0), of_item.min(axis=0))
        best[place] = np.maximum(best[place + 1], least_harm)
    return best
