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
    for day in (np.flatnonzero(possible) + setting.from_day).tolist():
        options = [_stretches(setting, item, day) for item in range(len(setting.first))]
        options = [_worth_trying(setting, s, setting.is_tied[i]) for i, s in enumerate(options)]
        order = sorted(range(len(options)), key=lambda i: len(options[i]))
        held = np.zeros(len(setting.signs), np.int64)
        try:
            if _can_reach(setting, options, order, (setting.first, setting.last), held, budget):
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
            windows = np.lib.stride_tricks.sliding_window_view(worth.at(ages), end - first + 1)
            strength = windows.max(axis=1) if setting.signs[worth.line] > 0 else windows.min(axis=1)
            np.maximum(best[worth.line], strength, out=best[worth.line])
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


def _can_reach(
    setting: Setting,
    options: list[list[Stretch]],
    order: list[int],
    windows: tuple[Ints, Ints],
    held: Ints,
    budget: Budget,
) -> bool:
    """Return whether the items yet to be placed can bring the score to the line."""
    if not order:
        return bool(setting.signs @ held >= setting.line)
    hoped = held.copy()
    for item in order:
        of_item = np.stack([s.strengths for s in options[item]])
        hoped = np.maximum(hoped, np.where(setting.signs > 0, of_item.max(axis=0), of_item.min(axis=0)))
    if setting.signs @ hoped < setting.line:
        return False
    item, rest = order[0], order[1:]
    for stretch in options[item]:
        budget.spend()
        days = max(stretch.first, int(windows[0][item])), min(stretch.last, int(windows[1][item]))
        first, last = moved(setting, *windows, item, days)
        if (first > last).any():
            continue
        if _can_reach(setting, options, rest, (first, last), np.maximum(held, stretch.strengths), budget):
            return True
    return False
