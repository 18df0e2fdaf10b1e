"""Above the line: the two missed opportunities that need a score, each with what made it up.

A plan that ends or a case that is closed while the shared record stands above the line; and the day on which
all records together reach it and no agency alone had enough. Rows as in `unanswered`.
"""

from datetime import date, timedelta
from typing import Final

import polars as pl

from risk.core.kinds import AGENCIES, CS
from risk.core.wording import DAY
from risk.records.cohort import Record
from risk.reviews.missed.sentences import in_plain_words, on_words
from risk.reviews.missed.windows import (
    ABOUT_THE_CHILD,
    COLUMNS,
    PLANS_ENDED,
    STEPS_UP,
    Rule,
    Rules,
    answered,
    due_in,
)

A_DAY: Final = timedelta(days=1)
HELD_WHEN: Final = {
    "child_id": pl.Int64,
    "viewer": pl.String,
    "triggered_on": pl.Date,
    "on": pl.Date,
    "to": pl.Date,
    "points": pl.Int64,
}
"""triggered_on: the first day on which this viewer alone may have had enough; null for none. on, to: when the
shared record reached the line, to null for perhaps never. points: what this viewer held on that day."""


def step_downs(events: pl.DataFrame, scored: pl.DataFrame, parts: pl.DataFrame, line: int) -> pl.DataFrame:
    """Return the days on which a plan ended or the case was closed while the score was at the line or above.

    The score of the day itself: what was recorded before it. Not where the child turned 18, and not where a
    step up (`STEPS_UP`) was recorded of the child or its home on the same day. A plan of protection that
    becomes a plan of need is a step down. What ended in one window is one finding, and shown by what made up
    the score too.
    """
    ended = _ended(events)
    reached = _reached(ended, scored, line)
    sure = (pl.col("least") >= line) & ~pl.col("possibly")
    return (
        ended.join(reached, on="place", how="inner", maintain_order="left")
        .with_columns(to=pl.when(sure).then(pl.col("last_on") + A_DAY))
        .group_by("child_id", "first_on", "last_on", "reached_on", "points", maintain_order=True)
        .agg(
            pl.col("to").min(),
            ended="event_id",
            what=in_plain_words("kind").str.to_lowercase().unique(maintain_order=True).str.join(", "),
        )
        .join(_by_day(parts), left_on=["child_id", "reached_on"], right_on=["child_id", "on"], how="left")
        .with_columns(
            on=pl.col("reached_on") + A_DAY,
            event_ids=together("event_ids", "ended"),
            says=pl.format(
                "Recorded {}: {}. On {} the shared record stood at {} points; the line is {}.",
                *(on_words(), "what", pl.col("reached_on").dt.strftime(DAY), "points"),
                pl.lit(line),
            ),
        )
        .select(COLUMNS)
    )


def _reached(ended: pl.DataFrame, scored: pl.DataFrame, line: int) -> pl.DataFrame:
    """Return place, reached_on, points and least, by the first day of its window that reached the line."""
    at_line = pl.col("points_most") >= line
    return (
        ended.join(scored.rename({"on": "scored_on"}), on="child_id", how="inner", maintain_order="left")
        .filter(pl.col("scored_on").is_between(pl.col("first_on"), pl.col("last_on")))
        .sort("place", "scored_on")
        .group_by("place", maintain_order=True)
        .agg(
            reached_on=pl.col("scored_on").filter(at_line).min(),
            points=pl.col("points_most").filter(at_line).first(),
            least=pl.col("points_least").min(),
        )
        .drop_nulls("reached_on")
    )


def _ended(events: pl.DataFrame) -> pl.DataFrame:
    """Return the ends of plans and cases that were no step up; possibly: they may have been."""
    about = events.filter(ABOUT_THE_CHILD)
    of_age = (pl.col("reason") == "turned_18").fill_null(False)
    ended = about.filter(pl.col("kind").is_in(["case_closed", *PLANS_ENDED]) & ~of_age)
    met = answered(due_in(ended, 0), about.filter(pl.col("kind").is_in(STEPS_UP)))
    return met.filter(~pl.col("surely"))


def ending_days(events: pl.DataFrame) -> pl.DataFrame:
    """Return child_id and on: every day on which a plan may have ended or a case have been closed."""
    days = _ended(events).select("child_id", on=pl.date_ranges("first_on", "last_on"))
    return days.explode("on").unique().sort("child_id", "on")


def silo_gaps(viewers: pl.DataFrame, parts: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return the days on which the shared record reached the line and nobody alone had enough.

    Nobody: no agency by what it held itself, nor children's services by what it had been told. The best
    informed is named, unless it held nothing: it may not have written yet. Said only where nobody alone can
    have had enough by the earliest such day, and sure where nobody can by the latest. Where a record does not
    say whose it is, one agency may have had enough: only possible.

    viewers: `HELD_WHEN`, a row a viewer ("pooled" among them) of the children whose record reached the line.
    """
    unattributed = record.events.filter(pl.col("agency") == "unspecified")
    of_nobody = parts.join(unattributed, on="event_id", how="semi").select("child_id", unknown=True).unique()
    return (
        viewers.filter(pl.col("viewer") == "pooled")
        .select("child_id", "on", "to", pooled="points")
        .join(_best_informed(viewers), on="child_id", how="inner", maintain_order="left")
        .filter(~pl.col("enough_by_on"))
        .join(_by_day(parts), on=["child_id", "on"], how="left", maintain_order="left")
        .join(of_nobody, on="child_id", how="left", maintain_order="left")
        .with_columns(
            first_on="on",
            last_on="on",
            to=pl.when(~pl.col("enough_by_to") & pl.col("unknown").is_null()).then("to"),
            event_ids=pl.col("event_ids").fill_null([]),
            says=pl.format(
                "On {} the shared record reached the line, with {} points. Nobody alone had enough: {}.",
                *(pl.col("on").dt.strftime(DAY), "pooled", _held_most()),
            ),
        )
        .select(COLUMNS)
    )


def _held_most() -> pl.Expr:
    """Return in words who alone held most, and how much; nobody is named for holding nothing."""
    told = pl.lit("children's services, by what they had been told")
    who = pl.when(pl.col("viewer") == CS).then(told).otherwise(in_plain_words("viewer"))
    most = pl.format("the best informed, {}, stood at {}", who, "points")
    return pl.when(pl.col("points") > 0).then(most).otherwise(pl.lit("none stood above 0"))


def _best_informed(viewers: pl.DataFrame) -> pl.DataFrame:
    """Return the viewer with most points alone, a row a child, and whether anybody alone may have enough."""
    by_then = {
        f"enough_by_{end}": (pl.col("triggered_on") <= pl.col(end).fill_null(date.max)).fill_null(False).any()
        for end in ("on", "to")
    }
    listed = pl.col("viewer").cast(pl.Enum(list(AGENCIES)))
    alone = viewers.filter(pl.col("viewer") != "pooled").sort(-pl.col("points"), listed)
    return alone.group_by("child_id", maintain_order=True).agg(pl.col("viewer", "points").first(), **by_then)


def _by_day(parts: pl.DataFrame) -> pl.DataFrame:
    """Return child_id, on and event_ids: what made up the score of each day."""
    return parts.group_by("child_id", "on", maintain_order=True).agg(event_ids="event_id")


def together(one: str, other: str) -> pl.Expr:
    """Return the ids of two columns, lists or not, as one list in order."""
    return pl.concat_list(pl.col(one).fill_null([]), other).list.unique().list.sort()


RULES: Final[Rules] = {
    "step_down_above_line": Rule(
        "Stepped down while above the line",
        "Before a case is stepped down, read what every agency holds, together.",
        lambda its: step_downs(its.events, its.scored, its.parts, its.line),
    ),
    "silo_gap": Rule(
        "Enough together, and no agency alone had enough",
        "Name one person who puts together what several agencies write of one home, and when.",
        lambda its: silo_gaps(its.viewers, its.parts, its.record),
    ),
}
