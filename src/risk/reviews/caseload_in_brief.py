"""The caseload in brief: what the records of many children say together, in counts and in words.

Children are counted and shown in groups, and within a group in the order of their table: no list here puts
one child above another.
"""

from typing import Any, Final

import polars as pl

from risk.chronologies.elsewhere import Caseload
from risk.core.kinds import AGENCIES, CONCERNS, CS, label
from risk.core.wording import window
from risk.reviews.every_child import missed_by_kind
from risk.reviews.missed.rules import MISSED

IN_SHORT: Final = {
    "assessed": "Reached the line; an assessment came after",
    "not_assessed": "Reached the line; none is written down after",
    "perhaps": "Reached it on some of the days its dates may mean",
    "cannot_be_said": "Only undated concerns could reach the line",
    "never": "Did not reach the line",
}
"""The groups of `GROUPS` as a table has room for them."""

MOST_SHOWN: Final = 200
"""Children of a group in one table of a page."""

SAID: Final = 2
"""Agencies that a screen has room for."""


def caseload_counts(children: pl.DataFrame, record: Caseload) -> dict[str, Any]:
    """Return what there is in a caseload, and how many children are in each group and were seen by whom.

    children: from `review_record`. alone: by agency, for how many of the children whose record reached the
    line it reached it on what that agency alone held. told, told_all: the same of what children's services
    had been told, and had they been told all that the table does not say was kept from them.
    """
    reached = children.filter(pl.col("answer") == "by_this_day")
    alone = _alone(reached)
    by_agency = dict(alone["viewer"].value_counts().iter_rows())
    concerns = record.stated.join(
        record.events.filter(pl.col("kind").is_in(list(CONCERNS)), pl.col("agency") != CS),
        on="event_id",
        how="semi",
    )["told"]
    return {
        "children": children.height,
        "households": record.households.height,
        "events": record.events.height,
        "events_without_a_date": record.undated.height,
        "from_on": record.from_on,
        "to_on": record.to_on,
        "groups": {group: children.filter(pl.col("group") == group).height for group in IN_SHORT},
        "reached": reached.height,
        "alone": {agency: by_agency[agency] for agency in AGENCIES if agency in by_agency},
        "no_agency_alone": reached.height - alone["child_id"].n_unique(),
        "told": reached["told_on"].count(),
        "told_all": reached["told_all_on"].count(),
        "concerns": len(concerns),
        "concerns_told": int(concerns.sum()),
        "concerns_not_told": int((~concerns).sum()),
        "concerns_not_stated": concerns.null_count(),
    }


def _alone(reached: pl.DataFrame) -> pl.DataFrame:
    """Return child_id and viewer of every agency that reached the line on what it alone held."""
    each = reached.select("child_id", "triggered_by_viewer").explode("triggered_by_viewer").drop_nulls()
    of = pl.col("triggered_by_viewer").struct
    return each.filter(of.field("triggered_on").is_not_null(), of.field("viewer") != CS).select(
        "child_id", viewer=of.field("viewer")
    )


def groups_table(children: pl.DataFrame) -> pl.DataFrame:
    """Return each group that has children: how many, and of a hundred about how many."""
    counts = {group: children.filter(pl.col("group") == group).height for group in IN_SHORT}
    rows = [(IN_SHORT[g], n, _of_a_hundred(n, children.height)) for g, n in counts.items() if n]
    columns = {"group": pl.String, "children": pl.Int64, "of 100": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row")


def _of_a_hundred(n: int, of: int) -> str:
    """Return about how many of a hundred that is; none and all only where it is none and all."""
    share = 100 * n / of
    return "under 1" if 0 < share < 0.5 else "over 99" if 99.5 < share < 100 else f"about {share:.0f}"


def group_tables(children: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return by group its children as people read them, in the order of their table.

    Of a group of more than `MOST_SHOWN` the first ones are there.
    """
    shown = children.with_columns(
        _when("triggered_on", "triggered_by").alias("record reached the line"),
        _when("told_on", "told_on").alias("children's services, as told"),
        _when("assessed_on", "assessed_on").alias("assessed after"),
        pl.col("missed_opportunities").list.len().alias("missed opportunities"),
    )
    columns = [name for name in shown.columns if name not in children.columns]
    of_group = shown.partition_by("group", as_dict=True, maintain_order=True)
    return {
        group: of_group[group,].select("child", "household", *columns).head(MOST_SHOWN)
        for group in IN_SHORT
        if (group,) in of_group
    }


def _when(first: str, last: str) -> pl.Expr:
    """Return a day in words, or from the earliest to the latest; a dash for never."""

    def in_words(days: dict[str, Any]) -> str:
        one, other = days[first], days[last]
        if one is None:
            return "–"
        return window(one, other) if other is not None else f"possibly from {window(one, one)}"

    return pl.struct({first, last}).map_elements(in_words, return_dtype=pl.String)


def caseload_in_words(children: pl.DataFrame, record: Caseload) -> list[str]:
    """Return sentences on a caseload: who could have seen it, and what was missed most often."""
    counts = caseload_counts(children, record)
    if not counts["reached"]:
        return ["No child's record reached the line on every day that its dates may mean."]
    return [
        _who_alone(counts),
        _as_told(counts),
        *_missed(children),
    ]


def _who_alone(counts: dict[str, Any]) -> str:
    of = f"Of the {counts['reached']:,} whose record reached the line, no agency alone held enough"
    most = sorted(counts["alone"].items(), key=lambda one: -one[1])[:SAID]
    named = ", ".join(f"{label(agency)} {n:,}" for agency, n in most)
    return (
        f"{of} for {counts['no_agency_alone']:,}.{f' Those who did, most often: {named}.' if named else ''}"
    )


def _as_told(counts: dict[str, Any]) -> str:
    silent = counts["concerns_not_stated"]
    told = f"On what children's services had been told: {counts['told']:,}"
    if not silent:
        return f"{told}."
    return (
        f"{told}; {counts['told_all']:,}, had they been told the {silent:,} concerns of which the table does "
        "not say."
    )


def _missed(children: pl.DataFrame) -> list[str]:
    by_kind = missed_by_kind(children).filter(pl.col("children") > 0)
    if by_kind.is_empty():
        return []
    finding, n, _ = by_kind.sort("children", descending=True, maintain_order=True).row(0)
    return [f"Opportunities missed, found by rule; most often: {MISSED[finding]} ({n:,} children)."]
