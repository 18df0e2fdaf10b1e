"""The questions: what a viewer knew of a child, as the items whose days can be placed.

Records of one occasion are one item. What counts for nothing is left out, unless it is tied to what counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from risk.chronologies.occasions import Dated, Occasion, occasions
from risk.chronologies.ties import FAR, days_apart, followed, narrowed, windows
from risk.core.arrays import Bools, Ints, day_of, days_of
from risk.core.kinds import CONCERNS, CS
from risk.model.features import LINE_NAMES, LINES, POOLED_ONLY, events_on_lines
from risk.reviews.daily_scores import Trajectory
from risk.reviews.placings.setting import Setting, only
from risk.reviews.placings.worths import Worth, by_age, repeated, together

TOLD_ALL: Final = "told all"
"""What children's services knew, had they been told all that the account does not say was kept from them."""

SIGNS: Final = np.array([1 if line.raises else -1 for line in LINES])


class Placed(NamedTuple):
    """What the dates of a child's record leave open, for every viewer.

    found: the occasions. rows: the records in them, by their place. setting: without worths, which are a
    viewer's. points: of the card.
    """

    found: list[Occasion]
    rows: list[dict[str, Any]]
    setting: Setting
    points: Ints

    def n_concerns(self, viewer: str) -> int:
        """Return how many of the records are concerns that a viewer knew."""
        known = (row for row in self.rows if _known_on(row, viewer) is not None)
        return sum(row["kind"] in CONCERNS for row in known)


def placed(path: Trajectory, stated: pl.DataFrame | None = None, *, until: date | None = None) -> Placed:
    """Return what the dates of a child's record leave open.

    stated: what a person's chronology says beside its record, as `Case.stated`. until: only with the records
    that can have been written down by that day.
    """
    rows = [row for row in _rows(path, stated) if until is None or row["recorded_on"] <= until]
    found = occasions([_dated(i, row) for i, row in enumerate(rows)])
    apart = days_apart(found)
    first, last = narrowed(*windows(found), apart)
    days = days_of(path.of("pooled")["on"])
    setting = Setting(
        worths=((),) * len(found),
        first=first,
        last=last,
        apart=apart,
        follows=followed(found),
        signs=SIGNS,
        line=path.line,
        from_day=int(days[0]),
        to_day=int(days[-1]),
        addresses=_addresses(found, rows),
    )
    return Placed(found, rows, setting, path.card.points)


def question(of: Placed, viewer: str = "pooled") -> Setting:
    """Return the setting of one viewer: pooled, an agency, children's services as told, or `TOLD_ALL`.

    What one viewer does not know is worth nothing to it, and still ties what it does.
    """
    worths = tuple(
        together(w for record in one.records for w in _worths(of, record.place, viewer)) for one in of.found
    )
    counts = np.array([bool(w) for w in worths], np.bool_)
    return _without(of.setting, worths, counts)


def _without(setting: Setting, worths: tuple[tuple[Worth, ...], ...], counts: Bools) -> Setting:
    """Return the setting with these worths, and without what neither counts nor is followed."""
    needed = counts.copy()
    for item in np.flatnonzero(counts):
        while (item := setting.follows[item]) >= 0:
            needed[item] = True
    return only(replace(setting, worths=worths), needed)


def _rows(path: Trajectory, stated: pl.DataFrame | None) -> list[dict[str, Any]]:
    """Return the events about a child and its home, with their lines and what is stated of them."""
    about = events_on_lines(path.record).filter(pl.col("child_id") == path.child_id)
    events = about.drop("kind", "agency")
    rows = events.join(
        path.events.select("event_id", "kind", "agency", "what"),
        on="event_id",
        how="left",
        maintain_order="left",
    )
    if stated is not None:
        rows = rows.join(stated, on="event_id", how="left", maintain_order="left")
    return rows.to_dicts()


def _dated(place: int, row: Mapping[str, Any]) -> Dated:
    first: date = row["occurred_on"]
    last = date.fromordinal(first.toordinal() + row["may_be_later_days"])
    if not row.get("after"):
        return Dated(place, first, last, row.get("occasion") or "")
    most = FAR if row["most_days"] is None else row["most_days"]
    return Dated(place, first, last, row["occasion"] or "", row["after"], row["least_days"], most)


def _worths(of: Placed, place: int, viewer: str) -> list[Worth]:
    """Return what one record counts for to a viewer, by line; nothing where it never knows it."""
    row = of.rows[place]
    known_on = _known_on(row, viewer)
    if known_on is None:
        return []
    begun = day_of(row["occurred_on"])
    recorded_after, known_after = day_of(row["recorded_on"]) - begun, day_of(known_on) - begun
    ends, every = row.get("went_on_to"), row.get("every_days")
    worths = []
    for line, name in enumerate(LINE_NAMES):
        if not row[name] or not of.points[line].any() or (name in POOLED_ONLY and viewer != "pooled"):
            continue
        strength = by_age(of.points[line], recorded_after, known_after)
        if ends is not None and every is not None:
            strength = repeated(strength, every, day_of(ends) - begun - row["may_be_later_days"])
        worths.append(Worth(line, strength, None if ends is None or every is not None else day_of(ends)))
    return worths


def _known_on(row: Mapping[str, Any], viewer: str) -> date | None:
    """Return the first day on which a viewer may know a record, if its dates are the earliest."""
    recorded_on: date = row["recorded_on"]
    shared_on: date | None = row["shared_on"]
    if viewer == CS:
        return shared_on
    if viewer == TOLD_ALL:
        return shared_on or (None if row.get("told") is False else recorded_on)
    return recorded_on if viewer in ("pooled", row["agency"]) else None


def _addresses(found: Sequence[Occasion], rows: Sequence[Mapping[str, Any]]) -> Ints:
    """Return two numbers by which each occasion is drawn, made of what its records say."""
    seen: dict[str, int] = {}
    numbers = []
    for one in found:
        contents = sorted(_content(rows[record.place]) for record in one.records)
        content = "\n".join([one.key, *contents])
        again = seen[content] = seen.get(content, -1) + 1  # two that say the same are not drawn as one
        digest = sha256(f"{content}\n{again}".encode()).digest()
        numbers.append([int.from_bytes(digest[i : i + 4], "big") for i in (0, 4)])
    return np.array(numbers, np.int64).reshape(-1, 2)


def _content(row: Mapping[str, Any]) -> str:
    return "\t".join(str(row[column]) for column in ("agency", "kind", "what"))
