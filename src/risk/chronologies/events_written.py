"""Events written: a record as a table of events, which can be read back as a caseload from elsewhere."""

from typing import Final

import polars as pl

from risk.chronologies.elsewhere import Caseload
from risk.records.cohort import Record


def events_of(record: Record) -> pl.DataFrame:
    """Return a record as a table of events that `read_events` reads back to the same events and children.

    A cohort's children are called by their numbers, and told says what the record knows. Which event answered
    which, adults and areas have no place in it, nor has a child of whom nothing of its own is written down.
    """
    children = record.children.select("child_id", "household_id", "born_on")
    events = record.events.with_columns(pl.col("kind", "agency").cast(pl.String))
    if isinstance(record, Caseload):
        names, silent = record.named.select("child_id", "household_id", "child", "household"), record.stated
        events = pl.concat([events, record.undated.drop("told")], how="diagonal").sort("event_id")
        told = pl.concat([silent.select("event_id", "told"), record.undated.select("event_id", "told")])
        events = events.join(told, on="event_id", how="left", maintain_order="left")
    else:
        names = children.with_columns(pl.col("child_id", "household_id").cast(pl.String).name.map(_called))
        events = events.with_columns(told=pl.col("shared_on").is_not_null())
    born = children.select("child_id", "born_on")
    household = names.select("household_id", "household").unique()
    found = record.factors.group_by("event_id").agg(pl.col("factor").cast(pl.String).sort().str.join("; "))
    return (
        events.join(names.select("child_id", "child"), on="child_id", how="left", maintain_order="left")
        .join(household, on="household_id", how="left", maintain_order="left")
        .join(born, on="child_id", how="left", maintain_order="left")
        .join(found, on="event_id", how="left", maintain_order="left")
        .select(
            *("child", "household", "agency", "kind"),
            pl.col("told").replace_strict({True: "yes", False: "no"}, return_dtype=pl.String),
            *(pl.col(column).alias(word) for word, column in KEPT.items()),
        )
    )


KEPT: Final = {
    "date": "occurred_on",
    "recorded": "recorded_on",
    "told_on": "shared_on",
    "may_be_later_days": "may_be_later_days",
    "severity": "severity",
    "said_by_child": "disclosed_by_child",
    "believed": "believed",
    "finding": "finding",
    "plan_category": "category",
    "reason": "reason",
    "born": "born_on",
    "factors": "factor",
}
"""The column of the record for each further word of a table of events."""


def _called(column: str) -> str:
    return column.removesuffix("_id")
