"""Under the line: can the dates fall so that the score stays under the line on every day before a given one?

Take a placing that does, and push items later for as long as it still does. Where nothing can be pushed,
each item stands at the end of its window, at a tie, or where a day more would let it count for more on the
very day on which another item begins to count. So only such days are tried, latest first: finite chains.
Items that can lower a score have every day of their window tried first, since later is not worse for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from risk.chronologies.ties import FAR
from risk.core.arrays import Bools, Ints
from risk.reviews.placings.setting import Setting, groups, held_daily, moved
from risk.reviews.placings.worths import Worth, never_growing, steps

NODES: Final = 20_000
"""So many partial placings are looked at for one question, before its answer is called a bound."""


class SpentError(Exception):
    """The budget of a search ran out, so that its answer is not known."""


@dataclass
class Budget:
    """How many more partial placings a search may look at."""

    nodes: int = NODES

    def spend(self) -> None:
        """Count one more. Raises SpentError where none is left."""
        self.nodes -= 1
        if self.nodes < 0:
            raise SpentError


@dataclass(frozen=True, eq=False)
class Search:
    """What stays the same while one search goes deeper.

    before: the day before which the score is to stay under the line. free: the items that are to be placed.
    base: strengths of all that stands already, by line and day. tight: the days on which something of it
    begins to count and the line may be near. rises, falls: of each item, the ages at which it makes a score
    rise and fall. least: of each item, its worths if they could never grow again once known. twins: of each
    item, an earlier one that is the same, else -1.
    """

    setting: Setting
    before: int
    free: Bools
    base: Ints
    tight: Ints
    rises: list[Ints]
    falls: list[Ints]
    least: list[list[tuple[Worth, int]]]
    twins: list[int]
    budget: Budget


@dataclass(frozen=True, eq=False)
class Partial:
    """How far a search is: items placed in this order, and the windows that they leave the others.

    days, held: the days on which anything placed begins to count, and each line's strength on them.
    """

    order: list[tuple[int, int]]
    first: Ints
    last: Ints
    days: Ints
    held: Ints


def stays_under(setting: Setting, before: int, budget: Budget) -> Ints | None:
    """Return a placing whose score is under the line on every scored day before a day; None: there is none.

    Raises SpentError where the budget ran out before either was known.
    """
    changes = [steps(worths, setting.signs) for worths in setting.worths]
    lowers = [any(setting.signs[w.line] < 0 for w in worths) for worths in setting.worths]
    tried = np.flatnonzero(np.array(lowers, np.bool_) & ~setting.is_exact)
    windows = [range(setting.last[i], setting.first[i] - 1, -1) for i in tried]
    for days in product(*windows):
        first, last = setting.first, setting.last
        for item, day in zip(tried, days, strict=True):
            first, last = moved(setting, first, last, int(item), (day, day))
        if (first > last).any():
            continue
        placing = _search(setting.with_windows(first, last), before, changes, budget)
        if placing is not None:
            return placing
    return None


def _search(setting: Setting, before: int, changes: list[tuple[Ints, Ints]], budget: Budget) -> Ints | None:
    """Return a placing as `stays_under` does, where all that may lower a score has its day."""
    rises, falls = ([pair[which] for pair in changes] for which in (0, 1))
    exact = np.flatnonzero(setting.is_exact)
    counts = np.array([r.size > 0 for r in rises], np.bool_)
    free = counts & ~setting.is_exact & ~_out_of_the_way(setting, before, rises)
    base = held_daily(setting, exact, setting.first[exact])
    begun = [setting.first[i] + rises[i] for i in exact]
    rise_days = np.unique(np.concatenate([[setting.from_day], *begun]))
    rise_days = rise_days[(rise_days >= setting.from_day) & (rise_days < before)]
    most = setting.signs @ np.maximum(base, _most(setting, np.flatnonzero(free)))
    least = [[never_growing(worth) for worth in worths] for worths in setting.worths]
    search = Search(
        setting=setting,
        before=before,
        free=free,
        base=base,
        tight=rise_days[most[rise_days - setting.from_day] >= setting.line],
        rises=rises,
        falls=falls,
        least=least,
        twins=_twins(setting),
        budget=budget,
    )
    held = base[:, rise_days - setting.from_day].T
    start = Partial([], setting.first, setting.last, rise_days, held)
    if _reaches(search, start, np.flatnonzero(free)):
        return None
    return _place(search, start)


def _place(search: Search, sofar: Partial) -> Ints | None:
    """Return the whole placing that a partial one can become; None if it can become none."""
    placed = {item for item, _ in sofar.order}
    left = [int(i) for i in np.flatnonzero(search.free) if i not in placed]
    if not left:
        return sofar.last  # where only one day is left it is that one; the others stand at their last
    options = sorted(((day, i) for i in left for day in _candidates(search, sofar, i, left)), reverse=True)
    for day, item in options:
        search.budget.spend()
        then = _with(search, sofar, item, day)
        others = np.array([i for i in left if i != item], np.int64)
        if (then.first[others] > then.last[others]).any() or _reaches(search, then, others):
            continue
        found = _place(search, then)
        if found is not None:
            return found
    return None


def _candidates(search: Search, sofar: Partial, item: int, left: list[int]) -> set[int]:
    """Return the days on which an item may be stuck, given what is placed, and that no other order gives.

    Of all orders in which a stuck placing can be built, the one that always places the latest day next is
    kept: so an item may not be later than what was placed since the reason for its day was there.
    """
    if search.twins[item] in left:
        return set()
    window = range(int(sofar.first[item]), int(sofar.last[item]) + 1)
    found: dict[int, int] = {}
    for step, day in _reasons(search, sofar, item):
        if day in window:
            found.setdefault(day, step)
    return {
        day
        for day, step in found.items()
        if all((on, -other) >= (day, -item) for other, on in sofar.order[step:])
    }


def _reasons(search: Search, sofar: Partial, item: int) -> Iterator[tuple[int, int]]:
    """Give the days on which an item may be stuck, with how many items were placed when that came to be."""
    setting, falls = search.setting, search.falls[item]
    yield 0, int(setting.last[item])
    for day in (search.tight[:, None] - falls).ravel().tolist():
        yield 0, day
    for step, (other, on) in enumerate(sofar.order, 1):
        if setting.apart[other, item] < FAR:
            yield step, on + int(setting.apart[other, item])
        begins = on + search.rises[other]
        begins = begins[(begins >= setting.from_day) & (begins < search.before)]
        for day in (begins[:, None] - falls).ravel().tolist():
            yield step, day


def _with(search: Search, sofar: Partial, item: int, day: int) -> Partial:
    """Return a partial placing with one item more."""
    setting = search.setting
    first, last = moved(setting, sofar.first, sofar.last, item, (day, day))
    if not setting.is_tied.any():  # then every item yet to be placed is no later than this one
        last = np.minimum(last, np.where(_still_free(search, sofar), day, last))
        last[item] = day
    begins = day + search.rises[item]
    begins = begins[(begins >= setting.from_day) & (begins < search.before)]
    order = [*sofar.order, (item, day)]
    fresh = np.array([d for d in begins.tolist() if d not in sofar.days], np.int64)
    of_fresh = search.base[:, fresh - setting.from_day].T.copy()
    for other, on in sofar.order:
        _hold(of_fresh, setting.worths[other], fresh - on)
    days = np.append(sofar.days, fresh)
    held = np.concatenate([sofar.held, of_fresh])
    _hold(held, setting.worths[item], days - day)
    return Partial(order, first, last, days, held)


def _still_free(search: Search, sofar: Partial) -> Bools:
    free = search.free.copy()
    free[[item for item, _ in sofar.order]] = False
    return free


def _hold(held: Ints, worths: tuple[Worth, ...], ages: Ints) -> None:
    """Raise the strengths in `held`, as (days, lines), to those of an item of these ages."""
    for worth in worths:
        np.maximum(held[:, worth.line], worth.at(ages), out=held[:, worth.line])


def _reaches(search: Search, sofar: Partial, others: Ints) -> bool:
    """Return whether what is placed, with the least that the others can add, reaches the line on any day."""
    held = sofar.held.copy()
    for item in others:
        oldest, youngest = sofar.days - sofar.first[item], sofar.days - sofar.last[item]
        for worth, known_at in search.least[item]:
            surely = youngest >= known_at
            np.maximum(held[:, worth.line], np.where(surely, worth.at(oldest), 0), out=held[:, worth.line])
    return bool((held @ search.setting.signs >= search.setting.line).any())


def _most(setting: Setting, items: Ints) -> Ints:
    """Return the most that each line can hold of these items on each day scored, wherever they fall."""
    most = np.zeros((len(setting.signs), setting.never - setting.from_day), np.int64)
    days = np.arange(setting.from_day, setting.never)
    for item in items:
        for worth in setting.worths[item]:
            known = days >= setting.first[item] + never_growing(worth)[1]
            np.maximum(most[worth.line], np.where(known, worth.by_age.max(), 0), out=most[worth.line])
    return most


def _out_of_the_way(setting: Setting, before: int, rises: list[Ints]) -> Bools:
    """Return which items can all stand at their last day without counting before a day, ties included."""
    begins = np.array([r[0] if len(r) else FAR for r in rises], np.int64)
    late = setting.last + begins >= before
    late |= setting.is_exact
    for group in groups(setting.apart):
        late[group] = late[group].all()
    return late


def _twins(setting: Setting) -> list[int]:
    """Return, for each item, an earlier one of the same window and worths that nothing ties; else -1."""
    tied, twins = setting.is_tied, list[int]()
    seen: dict[tuple[object, ...], int] = {}
    for i, worths in enumerate(setting.worths):
        key = (int(setting.first[i]), int(setting.last[i]), *((w.line, w.by_age.tobytes()) for w in worths))
        twins.append(-1 if tied[i] else seen.get(key, -1))
        seen[key] = i if not tied[i] else seen.get(key, -1)
    return twins
