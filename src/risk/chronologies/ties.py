"""The ties: how many days one occasion came after another, as a person says it: "a few days after the party".

What "a few days" means is an assumption, in `tie_words.csv`, a row for each way of saying it. An occasion
follows one other at most, so that all ways in which tied dates can fall together can be counted.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from risk.chronologies.occasions import Occasion
from risk.chronologies.synonyms import plain
from risk.core.arrays import Ints, day_of
from risk.core.data_files import read_table, refused

FILE: Final = "tie_words.csv"

FAR: Final = 1 << 30
"""Days by which two occasions may be apart that nothing ties, or of which only the order is stated."""

COUNTED: Final = re.compile(r"(\d{1,3})(?: to (\d{1,3}))? (day|week)s?")
AFTER: Final = re.compile(r"(?:(.*) )?after (.+)")
RULE: Final = (
    "must say how long after which occasion: a few days after party, 2 weeks after party, or after party"
)


class After(NamedTuple):
    """By how many days, at least and at most, something came after an occasion of this key."""

    least: int
    most: int
    occasion: str


@cache
def tie_words() -> dict[str, tuple[int, int]]:
    """Return how many days each way of saying it means, at least and at most.

    Raises InputError at the first row of `tie_words.csv` that says no such thing.

    >>> tie_words()["a few days"], tie_words()["some weeks"]
    ((1, 7), (7, 56))
    """
    columns = {"words": pl.String(), "least_days": pl.Int64(), "most_days": pl.Int64()}
    rows = read_table("risk.chronologies", FILE, columns)
    for row, words, least, most in rows.iter_rows():
        if not 0 <= least <= most or plain(words) != words:
            raise refused(FILE, row, "words", words, "in plain words, and 0 <= least_days <= most_days")
    return {words: (least, most) for _, words, least, most in rows.iter_rows()}


def read_after(text: str) -> After | None:
    """Return how long after which occasion a text says that something came; None if it does not say.

    >>> read_after("A few days after the party")
    After(least=1, most=7, occasion='the party')
    """
    found = AFTER.fullmatch(plain(text))
    if found is None:
        return None
    how_long, occasion = (found[1] or "").removesuffix(" later"), found[2]
    if not how_long:
        return After(0, FAR, occasion)
    if counted := COUNTED.fullmatch(how_long):
        days = 7 if counted[3] == "week" else 1
        return After(int(counted[1]) * days, int(counted[2] or counted[1]) * days, occasion)
    return After(*tie_words()[how_long], occasion) if how_long in tie_words() else None


def followed(found: Sequence[Occasion]) -> Ints:
    """Return the place of the occasion that each occasion is said to come after; -1: of none."""
    place = {one.key: i for i, one in enumerate(found) if one.key}
    follows = [next((place[r.after] for r in one.records if r.after in place), -1) for one in found]
    return np.array(follows, np.int64)


def days_apart(found: Sequence[Occasion]) -> Ints:
    """Return by how many days the occasion of each column may come after that of each row, at most.

    Every tie is followed through all others. Negative: it must come before; on the diagonal that is a
    contradiction. FAR: nothing ties them.
    """
    place = {one.key: i for i, one in enumerate(found) if one.key}
    apart = np.full((len(found), len(found)), FAR, np.int64)
    np.fill_diagonal(apart, 0)
    for i, one in enumerate(found):
        for record in one.records:
            if record.after in place:
                j = place[record.after]
                apart[j, i] = min(apart[j, i], record.most)
                apart[i, j] = min(apart[i, j], -record.least)
    return closed(apart)


def closed(apart: Ints) -> Ints:
    """Return how far apart occasions may be when every tie is followed through all others.

    >>> closed(np.array([[0, 7, FAR], [-1, 0, 7], [FAR, -1, 0]]))[0].tolist()
    [0, 7, 14]
    """
    apart = apart.copy()
    for through in np.flatnonzero((apart < FAR).sum(axis=0) > 1):
        by_way = apart[:, through, None] + apart[None, through, :]
        untied = (apart[:, through, None] >= FAR) | (apart[None, through, :] >= FAR)
        apart = np.minimum(apart, np.where(untied, FAR, by_way))
    return apart


def narrowed(first: Ints, last: Ints, apart: Ints) -> tuple[Ints, Ints]:
    """Return the windows that ties leave; a first day after its last says that nothing is left.

    apart: closed.
    """
    if not len(first):
        return first, last
    return (first[None, :] - apart).max(axis=1), (last[:, None] + apart).min(axis=0)


def windows(found: Sequence[Occasion]) -> tuple[Ints, Ints]:
    """Return the first and the last day of each occasion since 1 January 1970, before ties between them."""
    days = [(day_of(one.first), day_of(one.last)) for one in found]
    first, last = np.array(days, np.int64).reshape(-1, 2).T
    return first, last


def contradictions(found: Sequence[Occasion]) -> Iterator[tuple[int, str, str]]:
    """Give what cannot be: the place of a record, the column at fault, and why."""
    place = {one.key: i for i, one in enumerate(found) if one.key}
    n_wrong = 0
    for one in found:
        for column, record, why in _within(one, place):
            n_wrong += 1
            yield record, column, why
    if n_wrong:
        return
    follows = followed(found).tolist()
    for i in range(len(found)):
        if _comes_after_itself(i, follows):
            yield found[i].records[0].place, "after", "its occasion would come after itself, by way of others"
            return
    apart = days_apart(found)
    first, last = windows(found)
    narrow, end = narrowed(first, last, apart)
    for i in np.flatnonzero((narrow > end) | (np.diag(apart) < 0))[:1]:
        pair = {int((first - apart[i]).argmax()), int((last + apart[:, i]).argmin()), int(i)}
        tied = [record for j in sorted(pair) for record in found[j].records if record.after]
        days = " and ".join(f"{found[j].key or 'this one'} ({found[j].in_words()})" for j in sorted(pair))
        yield tied[0].place, "after", f"the dates of these occasions do not allow it: {days}"


def _within(one: Occasion, place: dict[str, int]) -> Iterator[tuple[str, int, str]]:
    """Give what is wrong with an occasion by itself: no day that its records share, or what it follows."""
    if one.first > one.last:
        late = max(one.records, key=lambda r: r.first)
        yield "occasion", late.place, f"no day is shared by all records of the occasion {one.key!r}"
    follows = [record for record in one.records if record.after]
    for record in follows:
        if record.after not in place:
            yield "after", record.place, f"no row has the occasion {record.after!r}"
        elif record.after == one.key:
            yield "after", record.place, "an occasion cannot come after itself"
        elif record.after != follows[0].after:
            yield (
                "after",
                record.place,
                f"its occasion follows {follows[0].after!r} already; it can follow one",
            )


def _comes_after_itself(one: int, follows: Sequence[int]) -> bool:
    """Return whether the occasion that an occasion follows, and so on, leads back to it."""
    then = follows[one]
    for _ in follows:
        if then in (one, -1):
            break
        then = follows[then]
    return then == one
