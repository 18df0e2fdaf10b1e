"""Features: what a viewer could have counted about a child by a landmark.

A feature is the number of events on one line of the card, in one band of age. On which lines an event counts
is settled when it is recorded, by what it says and by what came before, so that a score is an exact sum over
dated events. A landmark sees what was known before
it: recorded for the pooled view and for one agency, shared for what children's services had been told. An
event's age runs from the day it was recorded, whoever knows it: what was shared late is old when it comes.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.core.arguments import need, need_columns
from risk.core.arrays import moments, moments_of
from risk.core.errors import InputError, unknown
from risk.core.kinds import CONCERNS, CS, VIEWERS
from risk.model.second_reports import LEAST_THINGS, ONE_IN, seldom_written_twice
from risk.records.cohort import Record
from risk.records.schema import CONCERN_SEVERITY

BAND_ENDS_DAYS: Final = (28, 91, 182, 364, 728)
"""An event counts in the first band up to 28 days after the day it was recorded, and in none after 728."""

BANDS: Final = ("0_4w", "5_13w", "14_26w", "27_52w", "53_104w")
BAND_LABELS: Final = ("0-4 weeks", "5-13 weeks", "14-26 weeks", "27-52 weeks", "53-104 weeks")

HISTORY: Final = "history"
"""The band of the newest record on each line, as one number: all that a card knows of a row."""

Counts = NDArray[np.int16]


@dataclass(frozen=True)
class Line:
    """A line of the card: which events it counts for a child.

    raises: whether its points add to the score; the one line that does not is a finding that people
    looked and saw nothing, and it may lower the score for `lasts_bands` bands only. pooled_only: whether only
    all records together can tell, so that it counts nothing for anybody alone. about: what a reader has to
    know to see of a record whether it counts here, where the label does not say.
    """

    name: str
    label: str
    counts: pl.Expr  # over the rows of Record.events_by_child
    raises: bool = True
    lasts_bands: int = len(BANDS)
    pooled_only: bool = False
    about: str = ""


NOT_A_SIBLINGS: Final = pl.col("relation") != "sibling"
IS_CONCERN: Final = pl.col("kind").is_in(list(CONCERNS))
IS_ASSESSMENT: Final = pl.col("kind") == "assessment_completed"
LINES: Final = (
    # A concern about one child of a home is a concern about all who live there.
    *(Line(word, label, pl.col("kind") == word) for word, label in CONCERNS.items()),
    Line("child_said", "The child said so", IS_CONCERN & NOT_A_SIBLINGS & pl.col("disclosed_by_child")),
    Line("substantiated", "Assessment found cause", IS_ASSESSMENT & (pl.col("finding") == "substantiated")),
    Line(
        "unsubstantiated",
        "Assessment found no cause",
        IS_ASSESSMENT & (pl.col("finding") == "unsubstantiated"),
        raises=False,
        lasts_bands=2,
    ),
    Line(
        "neglect_named",
        "Assessment named neglect",
        IS_ASSESSMENT & pl.col("named_neglect"),
        about="an assessment that was completed and has neglect among the factors it found",
    ),
    Line(
        "seldom_twice",
        "Seldom written twice",
        IS_CONCERN & pl.col("of_seldom_twice"),
        pooled_only=True,
        about=f"a concern about a home of which, before the day it was written down, {LEAST_THINGS} or more "
        f"things were on record, and fewer than one in {ONE_IN} of them had been written down again, as is "
        "usual where few people look; what is written later changes nothing, one agency alone cannot tell, "
        "and it is not asked of a chronology written by hand",
    ),
)
N_AGES: Final = len(BANDS) + 1
"""The bands, and never."""

LINE_NAMES: Final = tuple(line.name for line in LINES)
POOLED_ONLY: Final = tuple(line.name for line in LINES if line.pooled_only)
FEATURES: Final = tuple(f"n_{line}_{band}" for line in LINE_NAMES for band in BANDS)


def known_events(record: Record, viewer: str = "pooled") -> pl.DataFrame:
    """Return the events that a viewer ever knows, as `known_to`. Raises InputError for an unknown viewer."""
    return known_to(viewer, events_on_lines(record))


def events_on_lines(record: Record) -> pl.DataFrame:
    """Return one row an event and child, as in `Record.events_by_child`, with one Boolean column a line."""
    neglect = record.factors.filter(pl.col("factor") == "neglect")["event_id"]
    # People who write a chronology by hand repeat little, however many looked.
    seldom = pl.Series(dtype=pl.Int64) if record.by_hand else seldom_written_twice(record.events)
    marked = record.events_by_child().with_columns(
        named_neglect=pl.col("event_id").is_in(neglect.implode()),
        of_seldom_twice=pl.col("event_id").is_in(seldom.implode()),
    )
    counts = (line.counts.fill_null(False).alias(line.name) for line in LINES)
    return marked.with_columns(counts).drop("named_neglect", "of_seldom_twice")


def known_to(viewer: str, events: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `events_on_lines` that a viewer ever knows, with `known_on`, the day it knew each.

    Everybody's record together ("pooled"), what children's services had been told, or what one agency itself
    held; sorted by child, day and event. Whoever does not see all records counts nothing on a line that only
    all of them tell. Raises InputError for an unknown viewer.
    """
    if viewer not in VIEWERS:
        raise InputError(unknown("viewer", viewer, VIEWERS))
    if viewer == CS:
        known = events.filter(pl.col("shared_on").is_not_null()).with_columns(known_on="shared_on")
    else:
        held = True if viewer == "pooled" else pl.col("agency") == viewer
        known = events.filter(held).with_columns(known_on="recorded_on")
    if viewer != "pooled":
        known = known.with_columns(pl.lit(False).alias(line) for line in POOLED_ONLY)
    return known.sort("child_id", "known_on", "event_id")


def featurise(at: pl.DataFrame, record: Record, *, viewer: str = "pooled") -> pl.DataFrame:
    """Return `at` with one count a line and band of age (`FEATURES`), as known to the viewer by then.

    An event known on the landmark day is not seen yet. One recorded the day before is one day old. No
    viewer ever counts more events up to an age than the pooled view does. Events with imprecise dates
    stand at their earliest day here; `trajectory` carries both bounds.

    viewer: "pooled", "childrens_services" (what it had been told), or an agency (what it held itself).

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> at = risk.landmarks(cohort.record)
    >>> seen = risk.featurise(at, cohort.record, viewer="school")
    >>> seen.height == at.height
    True
    """
    need_columns("at", at, ("child_id", "landmark_on"), "give what `landmarks` returns")
    need("record", record, Record, "a cohort's is `.record`")
    return count_lines(at, known_events(record, viewer))


def count_lines(at: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return `at` with `FEATURES`, as `featurise`, from what a viewer knows (`known_to`)."""
    counts = _counts(at, known, known.select(LINE_NAMES), (0, *BAND_ENDS_DAYS))
    columns = {
        f"n_{line}_{band}": counts[i][b] for i, line in enumerate(LINE_NAMES) for b, band in enumerate(BANDS)
    }
    return at.with_columns(pl.DataFrame(columns))


def has_features(at: pl.DataFrame) -> bool:
    """Say whether a card can read a landmark table: it has features, or what they come to, as packed rows."""
    return HISTORY in at.columns or set(FEATURES) <= set(at.columns)


def history(at: pl.DataFrame) -> NDArray[np.int64]:
    """Return the newest band of all lines as one number, which sorts as the bands do, first line first.

    at: a landmark table with features, or packed.
    """
    if HISTORY in at.columns:
        packed: NDArray[np.int64] = at[HISTORY].to_numpy()
        return packed
    number = np.zeros(at.height, np.int64)
    for line in LINE_NAMES:
        number = number * N_AGES + newest_band(at, line)
    return number


def bands_of(histories: NDArray[np.int64], line: str) -> NDArray[np.int8]:
    """Return the newest band on a line from `history`."""
    place = N_AGES ** (len(LINE_NAMES) - 1 - LINE_NAMES.index(line))
    bands: NDArray[np.int8] = (histories // place % N_AGES).astype(np.int8)
    return bands


def newest_band(at: pl.DataFrame, line: str) -> NDArray[np.int8]:
    """Return the band of the newest record on a line at each landmark; one past the last for none.

    at: a landmark table with features, or packed.
    """
    if HISTORY in at.columns:
        return bands_of(history(at), line)
    empty = np.ones(at.height, np.bool_)
    band = np.zeros(at.height, np.int8)
    for name in BANDS:
        empty &= at[f"n_{line}_{name}"].to_numpy() == 0
        band += empty
    return band


def worst_recent(at: pl.DataFrame, record: Record, *, days: int = 28) -> pl.Series:
    """Return the severity of the worst concern recorded in the days before each landmark, 0 for none.

    It is how incidents are judged one at a time, and the baseline that cumulation is measured against.
    """
    known = known_events(record).filter(IS_CONCERN, NOT_A_SIBLINGS)
    levels = range(CONCERN_SEVERITY[0], CONCERN_SEVERITY[1] + 1)
    flags = known.select((pl.col("severity") == level).alias(str(level)) for level in levels)
    seen = np.array(
        [
            (counted[0] > 0) * level
            for counted, level in zip(_counts(at, known, flags, (0, days)), levels, strict=True)
        ]
    )
    return pl.Series("worst_recent", seen.max(axis=0), pl.Int8)


def _counts(
    at: pl.DataFrame, known: pl.DataFrame, flags: pl.DataFrame, ages: tuple[int, ...]
) -> list[list[Counts]]:
    """Return, for each flag and each pair of neighbouring ages, the events between the two at each landmark.

    An event passes an age when it is known and that old: on the day after both. In the order in which a
    child's events pass it, a running total over all children gives how many have by a landmark, and the
    totals at two ages differ by what is between them.
    """
    landmark = moments_of(at, "child_id", "landmark_on")
    child, known_on, recorded_on = (
        known[c].to_physical().to_numpy().astype(np.int64) for c in ("child_id", "known_on", "recorded_on")
    )
    passed = []
    for age in ages:
        when = moments(child, np.maximum(known_on, recorded_on + age))
        order = np.argsort(when, kind="stable")
        passed.append((order, np.searchsorted(when[order], landmark, side="left")))
    counts = []
    for name in flags.columns:
        flag = flags[name].to_numpy()
        totals = [np.r_[0, np.cumsum(flag[order], dtype=np.int32)][place] for order, place in passed]
        counts.append([(younger - older).astype(np.int16) for younger, older in pairwise(totals)])
    return counts
