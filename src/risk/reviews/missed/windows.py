"""The windows: what is sure, and what is possible, of events that are dated only to a window of days.

An event came on one day from first_on to last_on, the same day where its date is exact. *Surely* means
wherever in their windows the events fell, *possibly* that they may have. Of two events, the one whose window
neither begins nor ends later came no later; of two with the very same window, or on one day, nobody knows
which came first, in whatever order they are listed, unless one is stated to answer the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

import polars as pl

from risk.core.kinds import LEAVES_HOME
from risk.records.cohort import Record

KEPT: Final = (
    *("child_id", "event_id", "place", "first_on", "last_on", "kind", "agency", "relation"),
    *("severity", "disclosed_by_child", "finding", "reason", "answers", "closes"),
)


def placed(events: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `Record.events_by_child`, with the days between which each was recorded.

    Columns `KEPT`, by child, earliest day, latest day, and as listed. place: the number of the row.
    """
    return (
        events.with_columns(
            first_on="recorded_on", last_on=pl.col("recorded_on") + pl.duration(days="may_be_later_days")
        )
        .sort("child_id", "first_on", "last_on", "event_id")
        .with_row_index("place")
        .select(KEPT)
    )


def answered(
    asked: pl.DataFrame, answers: pl.DataFrame, *, since_days: int = 0, where: pl.Expr | None = None
) -> pl.DataFrame:
    """Return `asked` with surely and possibly: whether any of `answers` came in time.

    An answer on the same exact day counts, whichever was listed first. asked: from `placed`, with
    due_first_on and due_last_on, the earliest and the latest that its last day may be; that
    day still counts. since_days: from how many days after the asking an answer counts; negative: before it.
    where: which pairs belong together; the columns of an answer begin with "other_".
    """
    rows = asked.with_row_index("row")
    pairs = _pairs(rows, answers).filter(True if where is None else where)
    since, window = timedelta(days=since_days), pl.col("first_on") < pl.col("last_on")
    after_surely = pl.col("other_first_on") >= pl.col("last_on") + since
    after_possibly = pl.col("other_last_on") >= pl.col("first_on") + since
    if since_days >= 0:
        after_surely |= window & reads_before("", "other_")
        after_possibly &= ~(window & reads_before("other_", ""))
    came = (
        pairs.select(
            "row",
            surely=after_surely & (pl.col("other_last_on") <= pl.col("due_first_on")),
            possibly=after_possibly & (pl.col("other_first_on") <= pl.col("due_last_on")),
        )
        .group_by("row")
        .agg(pl.col("surely", "possibly").any())
    )
    return _marked(rows, came)


def came_before(asked: pl.DataFrame, others: pl.DataFrame, days: int) -> pl.DataFrame:
    """Return `asked` with surely and possibly: whether another came on one of so many days before it."""
    rows, span = asked.with_row_index("row"), timedelta(days=days)
    pairs = _pairs(rows, others).filter(pl.col("place") != pl.col("other_place"))
    came = (
        pairs.select(
            "row",
            surely=(pl.col("other_last_on") < pl.col("first_on"))
            & (pl.col("other_first_on") >= pl.col("last_on") - span),
            possibly=(pl.col("other_first_on") < pl.col("last_on"))
            & (pl.col("other_last_on") >= pl.col("first_on") - span)
            & ~reads_before("", "other_"),
        )
        .group_by("row")
        .agg(pl.col("surely", "possibly").any())
    )
    return _marked(rows, came)


def _marked(rows: pl.DataFrame, came: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.join(came, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("surely", "possibly").fill_null(False))
        .drop("row")
    )


def due_in(asked: pl.DataFrame, days: int) -> pl.DataFrame:
    """Return `asked` with due_first_on and due_last_on, so many days after each event."""
    later = timedelta(days=days)
    return asked.with_columns(due_first_on=pl.col("first_on") + later, due_last_on=pl.col("last_on") + later)


def in_order(earlier: pl.DataFrame, later: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of events of one child of which the first may have come before the second.

    The columns of `earlier`, those of `later` with the prefix "other_", and surely: whether it came first.
    """
    return (
        _pairs(earlier, later)
        .filter(_may_read_before("", "other_"))
        .with_columns(surely=reads_before("", "other_"))
    )


def between(pairs: pl.DataFrame, others: pl.DataFrame, *, strictly: bool = False) -> pl.DataFrame:
    """Return `pairs` with between_surely and between_possibly: did any of `others` come between its two?

    One on the same exact day as either counts, unless strictly: then it is only possible, and the two
    themselves are not between. pairs: as from `in_order`.
    """
    surely, possibly = (
        (reads_before, _may_read_before) if strictly else (_no_later_surely, _no_later_possibly)
    )
    third = others.select("child_id", pl.all().exclude("child_id").name.prefix("third_"))
    key = ["place", "other_place"]
    came = (
        pairs.select(
            "child_id",
            *(
                f"{of}{c}"
                for of in ("", "other_")
                for c in ("place", "first_on", "last_on", "event_id", "answers")
            ),
        )
        .join(third, on="child_id", how="inner")
        .select(
            *key,
            between_surely=surely("", "third_") & surely("third_", "other_"),
            between_possibly=possibly("", "third_") & possibly("third_", "other_"),
        )
        .group_by(key)
        .agg(pl.col("between_surely", "between_possibly").any())
    )
    return pairs.join(came, on=key, how="left", maintain_order="left").with_columns(
        pl.col("between_surely", "between_possibly").fill_null(False)
    )


def _no_later_surely(one: str, other: str) -> pl.Expr:
    return (pl.col(f"{one}last_on") <= pl.col(f"{other}first_on")) | reads_before(one, other)


def _no_later_possibly(one: str, other: str) -> pl.Expr:
    return (pl.col(f"{one}last_on") <= pl.col(f"{other}first_on")) | ~reads_before(other, one)


def _may_read_before(one: str, other: str) -> pl.Expr:
    return ~reads_before(other, one) & (pl.col(f"{one}place") != pl.col(f"{other}place"))


def _pairs(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    renamed = other.select("child_id", pl.all().exclude("child_id").name.prefix("other_"))
    return one.join(renamed, on="child_id", how="inner", maintain_order="left_right")


def reads_before(one: str, other: str) -> pl.Expr:
    """Return whether an event comes no later than another: its window neither begins nor ends later.

    Where both have the same, only if the other is stated to answer it. one, other: prefixes of their columns.
    """
    ends = [(pl.col(f"{one}{end}_on"), pl.col(f"{other}{end}_on")) for end in ("first", "last")]
    no_later = pl.all_horizontal(a <= b for a, b in ends)
    earlier = pl.any_horizontal(a < b for a, b in ends)
    asked = (pl.col(f"{other}answers") == pl.col(f"{one}event_id")).fill_null(False)
    return no_later & (earlier | asked)


HELD: Final = ("strategy_discussion", "section_47_enquiry", "initial_child_protection_conference")


PLANS_STARTED: Final = ("child_in_need_plan_started", "child_protection_plan_started")


PLANS_ENDED: Final = ("child_in_need_plan_ended", "child_protection_plan_ended")


STEPS_UP: Final = (*HELD, "child_protection_plan_started", *LEAVES_HOME)


ABOUT_THE_CHILD: Final = pl.col("relation") != "sibling"


COLUMNS: Final = ("child_id", "first_on", "last_on", "on", "to", "event_ids", "says")


@dataclass(frozen=True)
class Looked:
    """What a rule may look at, of all children of a record; see `rules.missed_opportunities`."""

    record: Record
    events: pl.DataFrame
    line: int
    scored: pl.DataFrame
    parts: pl.DataFrame
    viewers: pl.DataFrame


class Rule(NamedTuple):
    """A missed opportunity: what people read that it is called, and what finds it, in rows of `COLUMNS`.

    change: what a team could do about it, as a beginning for a talk.
    """

    label: str
    change: str
    find: Callable[[Looked], pl.DataFrame]


Rules = dict[str, Rule]
"""The rules of one module, by the word of their findings."""
