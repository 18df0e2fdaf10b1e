"""The description: what a cohort holds, as counts and as rates per 10,000 child-years."""

from typing import Any

import polars as pl

from risk.cohort import Cohort, Record

DAYS_A_YEAR = 365.25


def summary(cohort: Cohort) -> dict[str, Any]:
    """Return how a cohort was made, its size, and the share of child-time that warranted assessment."""
    years = child_years(cohort.record)
    harms = cohort.truth.harms
    harmed_days = (harms["warranted_to"] - harms["warranted_from"]).dt.total_days().to_numpy().sum()
    return {
        **in_brief(cohort.made),
        "children": cohort.record.children.height,
        "events": cohort.record.events.height,
        "child_years": round(years, 1),
        "share_of_child_time_warranted": round(float(harmed_days) / DAYS_A_YEAR / years, 4),
    }


def in_brief(made: dict[str, Any]) -> dict[str, Any]:
    """Return how a cohort was made without the values of its scenario: its hash stands for them."""
    return {name: value for name, value in made.items() if name != "scenario_values"}


def event_counts(record: Record) -> pl.DataFrame:
    """Return one row a kind and agency: events, per_10_000_child_years, and share_shared.

    A household's event counts once, however many children live there; shares are of those events.
    """
    per = 10_000 / child_years(record)
    return (
        record.events.group_by("kind", "agency")
        .agg(
            events=pl.len(),
            per_10_000_child_years=(pl.len() * per).round(1),
            share_shared=pl.col("shared_on").is_not_null().mean().round(3),
        )
        .sort("kind", "agency")
    )


def child_years(record: Record) -> float:
    """Return the years for which children under 18 were in the record, wherever they lived."""
    until = pl.min_horizontal(pl.lit(record.to_on), pl.col("born_on").dt.offset_by("18y"))
    since = pl.max_horizontal(pl.lit(record.from_on), pl.col("born_on"))
    days = record.children.select((until - since).dt.total_days().clip(0).sum()).item()
    return float(days) / DAYS_A_YEAR
