"""The worths: how strongly a record counts on each line of the card, so many days after it happened.

A worth is nothing until the record is known, and then never rises as the record ages. What is known some days
after it happened keeps that delay wherever in its window the record falls, so that one array says it all.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from risk.core.arrays import Ints
from risk.model.features import BAND_ENDS_DAYS


class Worth(NamedTuple):
    """What an item of a placing counts on one line of the card.

    by_age: strength at 0, 1, 2 ... days after the item's day; nothing at 0, and nothing at the last and
    after. to_day: of what went on, the last day on which it may have been written down again.
    """

    line: int
    by_age: Ints
    to_day: int | None = None

    def at(self, ages: Ints) -> Ints:
        """Return the strength at ages of any number of days; nothing before the item's day."""
        strength: Ints = self.by_age.take(ages, mode="clip")
        return strength


def by_age(points: Ints, recorded_after: int = 0, known_after: int = 0) -> Ints:
    """Return the strength of one record on a line at each number of days since it happened.

    points: what the line brings by band of age, of either sign. recorded_after, known_after: days from the
    happening to the writing down, from which a record ages, and to the day on which it was known.

    >>> by_age(np.array([9, 5, 0, 0, 0]))[[0, 1, 28, 29, 91, 92]].tolist()
    [0, 9, 9, 5, 5, 0]
    """
    ages = np.arange(recorded_after + BAND_ENDS_DAYS[-1] + 2) - recorded_after
    bands = np.searchsorted(BAND_ENDS_DAYS, ages, side="left")
    known = np.arange(len(ages)) > known_after
    return np.where(known, np.append(np.abs(points), 0)[bands], 0).astype(np.int64)


def together(worths: Iterable[Worth]) -> tuple[Worth, ...]:
    """Return the worths of one occasion, one a line: of each line its strongest record counts."""
    lines: dict[int, Worth] = {}
    for worth in worths:
        other = lines.get(worth.line)
        lines[worth.line] = worth if other is None else _stronger(worth, other)
    return tuple(worth for _, worth in sorted(lines.items()) if worth.by_age.any())


def _stronger(one: Worth, other: Worth) -> Worth:
    """Return what two records of one occasion and line are worth."""
    longest = max(len(one.by_age), len(other.by_age))
    padded = [np.pad(worth.by_age, (0, longest - len(worth.by_age))) for worth in (one, other)]
    ends = [worth.to_day for worth in (one, other) if worth.to_day is not None]
    return Worth(one.line, np.maximum(*padded), max(ends, default=None))


def steps(worths: tuple[Worth, ...], signs: Ints) -> tuple[Ints, Ints]:
    """Return the ages at which an item can make a score rise, and those at which it can make it fall."""
    rises: set[int] = set()
    falls: set[int] = set()
    for worth in worths:
        change = np.diff(worth.by_age) * signs[worth.line]
        rises |= set((np.flatnonzero(change > 0) + 1).tolist())
        falls |= set((np.flatnonzero(change < 0) + 1).tolist())
    return np.array(sorted(rises), np.int64), np.array(sorted(falls), np.int64)


def never_growing(worth: Worth) -> tuple[Worth, int]:
    """Return the least that an item is worth up to each age once it is known, and the age at which it is."""
    known = int(np.flatnonzero(worth.by_age)[0])
    least = np.append(worth.by_age[:known], np.minimum.accumulate(worth.by_age[known:]))
    return Worth(worth.line, least), known


def repeated(strength: Ints, every_days: int, for_days: int) -> Ints:
    """Return the strength of a record that is written down again every so many days, for so many days.

    >>> repeated(np.array([0, 9, 5, 0]), 3, 4).tolist()
    [0, 9, 5, 0, 9, 5, 0]
    """
    starts = range(0, max(for_days, 0) + 1, every_days)
    whole = np.zeros(starts[-1] + len(strength), np.int64)
    for start in starts:
        part = whole[start : start + len(strength)]
        np.maximum(part, strength, out=part)
    return whole
