"""The block: the households that are simulated together, one array element each.

Days are whole numbers, counted from 1 January 1970 as Polars and NumPy count dates. Households know
nothing of each other, so a block may be any stretch of them in any order.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.core.arrays import Bools, Floats, Ints
from risk.core.draws import Stream, by_household, by_row
from risk.core.kinds import AGENCY, CLOSURE_REASONS, FINDINGS, KIND, PLAN_CATEGORIES
from risk.world.scenario import Scenario

Tray = dict[int, list[dict[str, Ints]]]
"""Reports by the day on which they come, in batches of where, agency, concern, severity and event_id."""

FINDING: Final = {word: code for code, word in enumerate(FINDINGS)}
REASON: Final = {word: code for code, word in enumerate(CLOSURE_REASONS)}
CATEGORY: Final = {word: code for code, word in enumerate(PLAN_CATEGORIES)}

NONE: Final = -1
"""Stands for null in arrays of whole numbers."""

NEVER: Final = np.iinfo(np.int64).max

EVENTS_A_HOUSEHOLD: Final = 1 << 16
"""event_id is household_id × 65,536 plus the household's own running number."""

WEEKS_A_ROW: Final = 4
DAYS_OF_PRESSURE: Final = 28

FEWEST_ROWS_A_CHUNK: Final = 256
MOST_ROWS_A_CHUNK: Final = 1 << 16


class Rows:
    """A table that grows by batches of rows, chunk by chunk, so that no row is copied until it is asked for.

    Each column has a value, of the column's own type, that it takes unless one is given.
    """

    def __init__(self, **unless_given: Any) -> None:
        self._unless_given = unless_given
        self._chunks: dict[str, list[NDArray[Any]]] = {name: [] for name in unless_given}
        self._begin_chunk(FEWEST_ROWS_A_CHUNK)

    def _begin_chunk(self, room: int) -> None:
        self._room, self._n = room, 0
        for name, value in self._unless_given.items():
            self._chunks[name].append(np.full(room, value))

    def _end_chunk(self) -> None:
        for chunks in self._chunks.values():
            chunks[-1] = chunks[-1][: self._n]

    def add(self, n: int, **columns: Any) -> None:
        """Add `n` rows; a column is one value for all or one for each."""
        if self._n + n > self._room:
            self._end_chunk()
            self._begin_chunk(max(n, min(2 * self._room, MOST_ROWS_A_CHUNK)))
        start, self._n = self._n, self._n + n
        for name, values in columns.items():
            self._chunks[name][-1][start : self._n] = values

    def columns(self, *names: str) -> dict[str, NDArray[Any]]:
        """Return the columns named, or every one, in the order in which rows were added."""
        columns = {}
        for name in names or self._unless_given:
            *full, last = self._chunks[name]
            columns[name] = np.concatenate([*full, last[: self._n]])
        return columns


CODE: Final = np.int8(NONE)
DAY: Final = np.int32(0)
"""The types in which tables keep codes and days."""


def _events() -> Rows:
    return Rows(
        event_id=0,
        household=0,
        kind=CODE,
        agency=np.int8(AGENCY["childrens_services"]),
        occurred=DAY,
        recorded=DAY,
        shared=DAY,
        child=NONE,
        severity=CODE,
        disclosed=False,
        believed=CODE,
        finding=CODE,
        category=CODE,
        reason=CODE,
        answers=NONE,
        closes=NONE,
    )


def _incidents() -> Rows:
    return Rows(sighting_id=0, on=DAY, noticed=False, recorded=False, shared=False, event_id=NONE)


@dataclass
class Families:
    """What does not change about the households of a block, made by `families.families`."""

    struggling: NDArray[np.int8]  # an index into schema.FAMILY_TYPES
    visibility: NDArray[np.int8]  # an index into schema.VISIBILITIES
    born: Ints  # (households, most children); NONE where there is no such child
    first_born: Ints  # the day a household first has a child
    grown: Ints  # the day on which its youngest turns 18
    begins: Floats  # a uniform: where the hidden chain starts
    area: Ints


@dataclass
class Block:
    """Households `first` to `first + n`, their present state, and everything written and missed so far."""

    scenario: Scenario
    seed: int
    first: int
    n: int
    n_weeks: int
    families: Families
    # harm: the hidden state, 0 to 31, and the support that changes how it moves
    state: Ints
    support: Ints  # 0 no plan, 1 child in need plan, 2 child protection plan
    past_support: Ints  # (weeks, households): what it was on each of the last Mondays, until it tells
    at_home: Bools
    in_refuge_from: Ints
    in_refuge_until: Ints
    # practice: where the case stands, what is due when, and what it goes back to
    stage: Ints
    due: Ints
    opened_by: Ints  # the event that opened this stage
    referral: Ints  # the referral that opened this episode of need
    referred: Ints  # its day: the statutory clock starts
    opened_for: Ints  # the concern that was referred
    looks: Ints  # how severe it looked
    assessment: Ints  # the assessment that is open, whatever the stage
    assessment_due: Ints
    recent: Ints  # (weeks, households): concerns written down in each of the last weeks, or nothing kept
    adds_up: Bools  # the pooled chronology has asked for an assessment
    had_plan: Bools  # a child protection plan, ever
    in_care_since: Ints  # the event that began this period of care
    n_events: Ints
    inbox: Tray = field(default_factory=dict)  # what children's services are told
    written: Tray = field(default_factory=dict)  # what anybody writes down
    events: Rows = field(default_factory=_events)
    incidents: Rows = field(default_factory=_incidents)
    visits: Rows = field(default_factory=lambda: Rows(event_id=0, household=0, state=0, reassured=0))
    factors: Rows = field(default_factory=lambda: Rows(event_id=0, factor=0))
    states: Rows = field(default_factory=lambda: Rows(household=0, day=0, state=0))
    homes: Rows = field(default_factory=lambda: Rows(household=0, day=0, at_home=0))
    refuge_stays: Rows = field(default_factory=lambda: Rows(household=0, from_day=0, to_day=0))
    _pressure: tuple[int, Floats] = (NONE, np.empty(0))
    _weekly: dict[Stream, tuple[int, Floats]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, scenario: Scenario, seed: int, first: int, count: int, n_weeks: int, families: Families
    ) -> "Block":
        """Return a block in which nothing has happened yet and every case is closed."""

        def every(value: int) -> Ints:
            return np.full(count, value, np.int64)

        practice = scenario.practice
        kept_weeks = practice.adds_up_weeks + 1 if practice.adds_up > 0 else 0
        return cls(
            scenario=scenario,
            seed=seed,
            first=first,
            n=count,
            n_weeks=n_weeks,
            families=families,
            state=every(0),
            support=every(0),
            past_support=np.zeros((scenario.harm.support_takes_weeks + 1, count), np.int64),
            at_home=every(1) == 1,
            in_refuge_from=every(0),
            in_refuge_until=every(0),
            stage=every(0),
            due=every(NEVER),
            opened_by=every(NONE),
            referral=every(NONE),
            referred=every(NONE),
            opened_for=every(0),
            looks=every(1),
            assessment=every(NONE),
            assessment_due=every(NEVER),
            recent=np.zeros((kept_weeks, count), np.int64),
            adds_up=every(0) == 1,
            had_plan=every(0) == 1,
            in_care_since=every(NONE),
            n_events=every(0),
        )

    @property
    def first_day(self) -> int:
        """The first day of the scenario."""
        return int(np.datetime64(self.scenario.from_on, "D").astype(np.int64))

    @property
    def last_day(self) -> int:
        """The day up to which, not including it, the households are followed."""
        return self.first_day + 7 * self.n_weeks

    def weekly(self, stream: Stream, week: int) -> Floats:
        """One uniform a household for this week: a row of four draws serves four weeks."""
        row, column = divmod(week, WEEKS_A_ROW)
        held, draws = self._weekly.get(stream, (NONE, np.empty((0, 0))))
        if held != row:
            draws = by_household(self.seed, stream, row, self.first, self.n, WEEKS_A_ROW).T.copy()
            self._weekly[stream] = (row, draws)
        u: Floats = draws[column]
        return u

    def pressure(self, where: Ints, day: int) -> Floats:
        """Return how pressed the area's teams are in this stretch of four weeks, uniform from 0 to 1."""
        stretch = (day - self.first_day) // DAYS_OF_PRESSURE
        if self._pressure[0] != stretch:
            areas = np.arange(self.scenario.families.areas)
            self._pressure = (stretch, by_row(self.seed, Stream.PRESSURE, areas, stretch, 0, 1)[0])
        drawn: Floats = self._pressure[1][self.families.area[where]]
        return drawn

    def write(self, where: Ints, kind: str | Ints, day: Ints | int, **columns: Any) -> Ints:
        """Add one event for each element of `where` and return the events' ids.

        where: indices of households, in any order and any number of times each. day: when it happened.
        columns: `agency` (children's services unless given, a word or codes), `recorded`, `shared` (both
        `day` unless given), `child` (the whole household unless given), `severity`, `disclosed`,
        `believed`, `finding`, `category`, `reason`, `answers`, `closes`.
        """
        if len(where) == 0:
            return where
        event_id = (where + self.first) * EVENTS_A_HOUSEHOLD + self.n_events[where]
        if len(where) > 1 and (where[1:] <= where[:-1]).any():
            event_id += _running_number(where)
            np.add.at(self.n_events, where, 1)
        else:
            self.n_events[where] += 1
        if isinstance(columns.get("agency"), str):
            columns["agency"] = AGENCY[columns["agency"]]
        self.events.add(
            len(where),
            event_id=event_id,
            household=where,
            kind=KIND[kind] if isinstance(kind, str) else kind,
            **({"occurred": day, "recorded": day, "shared": day} | columns),
        )
        return event_id


def _running_number(where: Ints) -> Ints:
    """Return for each element how many equal ones stand before it."""
    order = np.argsort(where, kind="stable")
    ordered = where[order]
    place = np.arange(len(where))
    starts = np.maximum.accumulate(np.where(first_of_each(ordered), place, 0))
    running = np.empty_like(where)
    running[order] = place - starts
    return running


def first_of_each(ordered: Ints) -> Bools:
    """Return whether each of a sorted column is the first of its value."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def stacked(batches: list[dict[str, Ints]]) -> dict[str, Ints]:
    """Return batches of rows, at least one, as one: each column put end to end."""
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


def words(codes: Ints, vocabulary: list[str]) -> pl.Series:
    """Return whole numbers as words of an Enum, null for NONE."""
    places = pl.Series(codes.astype(np.uint8))
    return places.set(places == np.uint8(NONE % 256), None).cat.to(pl.Enum(vocabulary))
