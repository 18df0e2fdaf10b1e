"""The block: the households that are simulated together, one array element each.

Days are whole numbers, counted from 1 January 1970 as Polars and NumPy count dates. Households know
nothing of each other, so a block may be any stretch of them in any order.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.draws import Floats, Stream, by_household
from risk.kinds import AGENCIES, FINDINGS, KINDS, PLAN_CATEGORIES
from risk.scenario import Scenario

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

KIND: Final = {word: code for code, word in enumerate(KINDS)}
AGENCY: Final = {word: code for code, word in enumerate(AGENCIES)}
FINDING: Final = {word: code for code, word in enumerate(FINDINGS)}
CATEGORY: Final = {word: code for code, word in enumerate(PLAN_CATEGORIES)}

NONE: Final = -1
"""Stands for null in arrays of whole numbers."""

EVENTS_A_HOUSEHOLD: Final = 1 << 16
"""event_id is household_id × 65,536 plus the household's own running number."""


EVENT_COLUMNS: Final = (
    "event_id",
    "household",
    "kind",
    "agency",
    "occurred",
    "recorded",
    "shared",
    "child",
    "severity",
    "disclosed",
    "believed",
    "finding",
    "category",
    "answers",
    "closes",
)


@dataclass
class Families:
    """What does not change about the households of a block, made by `families.families`."""

    struggling: NDArray[np.int8]  # an index into schema.FAMILY_TYPES
    visibility: NDArray[np.int8]  # an index into schema.VISIBILITIES
    born: Ints  # (households, most children); NONE where there is no such child


@dataclass
class Block:
    """Households `first` to `first + n`, their present state, and everything written and missed so far."""

    scenario: Scenario
    seed: int
    first: int
    n: int
    n_weeks: int
    families: Families
    # harm: the hidden chain, an index into schema.CARE_STATES and three switches
    care: Ints
    domestic_abuse: Bools
    substance_misuse: Bools
    risky_adult: Bools
    # practice: where the case stands, what is due when, and since which event it is open
    stage: Ints
    due: Ints
    opened_by: Ints
    opened_for: Ints  # the concern reported when it was opened
    at_home: Bools
    support: Ints  # 0 no plan, 1 child in need plan, 2 child protection plan
    in_refuge_until: Ints
    n_events: Ints
    inbox: dict[int, list[dict[str, Ints]]] = field(default_factory=dict)
    events: list[dict[str, Ints]] = field(default_factory=list)
    incidents: list[dict[str, Ints]] = field(default_factory=list)
    states: list[Ints] = field(default_factory=list)  # one code a household and week
    homes: list[Bools] = field(default_factory=list)  # at home, a household and week

    @property
    def household_id(self) -> Ints:
        """The ids of the block's households, in order."""
        return np.arange(self.first, self.first + self.n, dtype=np.int64)

    @property
    def first_day(self) -> int:
        """The first day of the scenario."""
        return int(np.datetime64(self.scenario.from_on, "D").astype(np.int64))

    def day(self, week: int) -> int:
        """The first day, a Monday, of a week counted from 0."""
        return self.first_day + 7 * week

    def uniforms(self, stream: Stream, week: int, slots: int) -> Floats:
        """A (households, slots) array of this week's draws for one named decision."""
        return by_household(self.seed, stream, week, self.first, self.n, slots)

    def write(
        self, where: Ints, kind: str | Ints, agency: str | Ints, on: Ints | int, **columns: Any
    ) -> Ints:
        """Add one event for each element of `where` and return the events' ids.

        where: indices of households, any number of times each. on: the day it happened, or one for all.
        columns: `recorded`, `shared` (both `on` unless given), `child` (the whole household unless
        given), `severity`, `disclosed`, `believed`, `finding`, `category`, `answers`, `closes`.
        """
        occurred = np.broadcast_to(np.asarray(on, np.int64), where.shape)
        number = self.n_events[where] + _running_number(where)
        np.add.at(self.n_events, where, 1)
        row = {
            "event_id": (where + self.first) * EVENTS_A_HOUSEHOLD + number,
            "household": where,
            "kind": KIND[kind] if isinstance(kind, str) else kind,
            "agency": AGENCY[agency] if isinstance(agency, str) else agency,
            "occurred": occurred,
            "recorded": occurred,
            "shared": occurred,
            "child": NONE,
            "severity": NONE,
            "disclosed": 0,
            "believed": NONE,
            "finding": NONE,
            "category": NONE,
            "answers": NONE,
            "closes": NONE,
        } | columns
        if unknown := set(columns) - set(EVENT_COLUMNS):
            raise TypeError(
                f"an event has no column {', '.join(sorted(unknown))}; it has {', '.join(EVENT_COLUMNS)}"
            )
        self.events.append({k: np.broadcast_to(np.asarray(v, np.int64), where.shape) for k, v in row.items()})
        return self.events[-1]["event_id"]


def _running_number(where: Ints) -> Ints:
    """Return for each element how many equal ones stand before it."""
    order = np.argsort(where, kind="stable")
    ordered = where[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    running = np.empty_like(where)
    running[order] = np.arange(len(ordered)) - np.repeat(starts, lengths)
    return running


def stacked(rows: list[dict[str, Ints]], columns: tuple[str, ...]) -> dict[str, Ints]:
    """Return the columns of many batches of rows as one array each."""
    empty = np.empty(0, np.int64)
    return {c: np.concatenate([batch[c] for batch in rows]) if rows else empty for c in columns}


def words(codes: Ints, vocabulary: list[str]) -> pl.Series:
    """Return whole numbers as words of an Enum, null for NONE."""
    known = pl.Series(codes, dtype=pl.Int64).replace(NONE, None)
    return known.cast(pl.UInt32).cat.to(pl.Enum(vocabulary))
