"""Above the line: the two missed opportunities that need a score, each with what made it up.

A plan that ends or a case that is closed while the shared record stands above the line; and the day on which
all records together reach it and no agency alone had enough. Rows as in `unanswered`.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from risk.core.kinds import AGENCIES
from risk.core.wording import DAY, in_plain_words, on_words
from risk.records.cohort import Record
from risk.reviews.missed.windows import (
    ABOUT_THE_CHILD,
    COLUMNS,
    PLANS_ENDED,
    STEPS_UP,
    answered,
    due_in,
    placed,
)

A_DAY: Final = timedelta(days=1)


def step_downs(events: pl.DataFrame, scored: pl.DataFrame, counted: pl.DataFrame, line: int) -> pl.DataFrame:
    """Return the days on which a plan ended or the case was closed while the score was at the line or above.

    The score of the day itself: what was recorded before it. Not where the child turned 18, and not where a
    step up (`STEPS_UP`) was recorded of the child or its home on the same day. A plan of protection that
    becomes a plan of need is a step down. What ended in one window is one finding, and shown by what made up
    the score too.
    """
    ended = _ended(events)
    reached = (
        ended.join(scored.rename({"on": "scored_on"}), on="child_id", how="inner", maintain_order="left")
        .filter(pl.col("scored_on").is_between(pl.col("first_on"), pl.col("last_on")))
        .sort("place", "scored_on")
        .group_by("place", maintain_order=True)
        .agg(
            reached_on=pl.col("scored_on").filter(pl.col("points_most") >= line).min(),
            points=pl.col("points_most").filter(pl.col("points_most") >= line).first(),
            least=pl.col("points_least").min(),
        )
        .drop_nulls("reached_on")
    )
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
        .join(_by_day(counted), left_on=["child_id", "reached_on"], right_on=["child_id", "on"], how="left")
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


def _ended(events: pl.DataFrame) -> pl.DataFrame:
    """Return the ends of plans and cases that were no step up; possibly: they may have been."""
    about = events.filter(ABOUT_THE_CHILD)
    of_age = (pl.col("reason") == "turned_18").fill_null(False)
    ended = about.filter(pl.col("kind").is_in(["case_closed", *PLANS_ENDED]) & ~of_age)
    met = answered(due_in(ended, 0), about.filter(pl.col("kind").is_in(STEPS_UP)))
    return met.filter(~pl.col("surely"))


def ending_days(record: Record) -> pl.DataFrame:
    """Return child_id and on: every day on which a plan may have ended or a case have been closed."""
    ended = _ended(placed(record))
    days = ended.select("child_id", on=pl.date_ranges("first_on", "last_on"))
    return days.explode("on").unique().sort("child_id", "on")


def silo_gaps(viewers: pl.DataFrame, counted: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return the days on which the shared record reached the line and nobody alone had enough.

    Nobody: no agency by what it held itself, nor children's services by what it had been told. The best
    informed is named. Said only where nobody alone can have had enough by the earliest such day, and sure
    where nobody can by the latest. Where a record does not say whose it is, one agency may have had enough:
    only possible.

    viewers: child_id, viewer ("pooled" among them), on and to (when the shared record reached the line;
    to is null for perhaps never), points (of that viewer on that day), enough_by_on and enough_by_to (may
    that viewer have reached the line by then?); of the children whose record reached it.
    """
    alone = viewers.filter(pl.col("viewer") != "pooled")
    listed = pl.col("viewer").cast(pl.Enum(list(AGENCIES)))
    best = alone.sort(-pl.col("points"), listed).group_by("child_id", maintain_order=True)
    told = pl.lit("children's services, by what they had been told")
    shown = _by_day(counted)
    of_nobody = (
        counted.join(
            record.events.filter(pl.col("agency") == "unspecified").select("event_id"),
            on="event_id",
            how="semi",
        )
        .select("child_id")
        .unique()
        .with_columns(unknown=pl.lit(True))
    )
    return (
        viewers.filter(pl.col("viewer") == "pooled")
        .select("child_id", "on", "to", pooled="points")
        .join(
            best.agg(
                pl.col("viewer").first(),
                pl.col("points").first(),
                pl.col("enough_by_on").any(),
                pl.col("enough_by_to").any(),
            ),
            on="child_id",
            how="inner",
            maintain_order="left",
        )
        .filter(~pl.col("enough_by_on"))
        .join(shown, on=["child_id", "on"], how="left", maintain_order="left")
        .join(of_nobody, on="child_id", how="left", maintain_order="left")
        .with_columns(
            first_on="on",
            last_on="on",
            to=pl.when(~pl.col("enough_by_to") & pl.col("unknown").is_null()).then("to"),
            event_ids=pl.col("event_ids").fill_null([]),
            says=pl.format(
                "On {} the shared record reached the line, with {} points. Nobody alone had enough: the best "
                "informed, {}, stood at {}.",
                *(pl.col("on").dt.strftime(DAY), "pooled"),
                pl.when(pl.col("viewer") == "childrens_services")
                .then(told)
                .otherwise(in_plain_words("viewer")),
                "points",
            ),
        )
        .select(COLUMNS)
    )


def _by_day(counted: pl.DataFrame) -> pl.DataFrame:
    """Return child_id, on and event_ids: what made up the score of each day."""
    return counted.group_by("child_id", "on", maintain_order=True).agg(event_ids="event_id")


def together(one: str, other: str) -> pl.Expr:
    """Return the ids of two columns, lists or not, as one list in order."""
    return pl.concat_list(pl.col(one).fill_null([]), other).list.unique().list.sort()
