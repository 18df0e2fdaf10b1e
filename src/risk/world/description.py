"""The description: what a cohort holds, as counts and as rates per 10,000 child-years."""

from collections.abc import Callable
from typing import Any, Final

import polars as pl

from risk.core.calendar import DAYS_A_YEAR
from risk.core.errors import InputError
from risk.core.pool import HERE, Pool
from risk.records.cohort import Cohort, Record
from risk.records.partitions import Parts, each_part
from risk.world.scenario import SET_BY_USER, Scenario

ASSUMED: Final = "assumption"
TUNED: Final = "tuned to published figures"


def in_brief(made: dict[str, Any]) -> dict[str, Any]:
    """Return how a cohort was made without the values of its scenario: its hash stands for them.

    Differences from the scenario's base are there if there are any.
    """
    left_out = {"scenario_values"} | (set() if made.get("differences") else {"differences"})
    return {name: value for name, value in made.items() if name not in left_out}


def described(
    cohort: Parts, *, pool: Pool = HERE, on_part: Callable[[int], None] | None = None
) -> tuple[dict[str, Any], pl.DataFrame]:
    """Return what a cohort is, and what was written in it, from its parts, each of which is seen once.

    First how it was made, its size, and the share of child-time that warranted assessment; then one row a
    kind and agency: events, per_10_000_child_years, and share_shared. A household's event counts once,
    however many children live there; shares are of those events. Raises InputError for a cohort without
    child-time.
    """
    made, children, years, harmed_days, counts = zip(*each_part(_counted, cohort, pool, on_part), strict=True)
    lived = sum(years)
    if not lived:
        raise InputError("a cohort in which no child lived for a day: there is no child-time to count in")
    rates = _rates(pl.concat(counts), lived)
    about = {
        **in_brief(made[0]),
        "children": sum(children),
        "events": sum(rates["events"].to_list()),
        "child_years": round(lived, 1),
        "share_of_child_time_warranted": round(sum(harmed_days) / DAYS_A_YEAR / lived, 4),
    }
    return about, rates


def _counted(part: Cohort) -> tuple[dict[str, Any], int, float, int, pl.DataFrame]:
    """Return how a part was made, its children, child-years and days of harm, and its events by kind."""
    record = part.record
    return part.made, record.children.height, child_years(record), _days(part.truth.harms), _counts(record)


def in_words(about: dict[str, Any]) -> str:
    """Return one sentence on what a cohort holds, from `described`: what was written, and what was so."""
    return (
        f"{about['children']:,} invented children, {about['child_years']:,.0f} child-years, "
        f"{about['events']:,} events written down; in truth {about['share_of_child_time_warranted']:.1%} of "
        "the child-time warranted an assessment."
    ).replace("%", " %")


def assumptions_in_words(scenario: Scenario) -> str:
    """Return one sentence on how many assumptions a scenario makes, and on what they rest."""
    source = pl.col("source")
    kind = (
        pl.when(source == ASSUMED)
        .then(pl.lit("have no better source than us"))
        .when(source == SET_BY_USER)
        .then(pl.lit("changed by you"))
        .when(source.str.starts_with(TUNED))
        .then(pl.lit("tuned until records agree with published figures"))
        .otherwise(pl.lit("published, or the law"))
    )
    table = scenario.assumption_table()
    kinds = table.group_by(kind.alias("kind")).len().sort("len", "kind", descending=[True, False])
    counts = "; ".join(f"{n} {words}" for words, n in kinds.iter_rows())
    return f"{scenario.name} makes {table.height} assumptions: {counts}."


def listed(scenario: Scenario, group: str) -> list[str]:
    """Return the assumptions of one group of a scenario, a line each: name, value, unit and source."""
    rows = scenario.assumption_table().filter(pl.col("name").str.starts_with(f"{group}."))
    return [f"{name} = {value} {unit} [{source}]" for name, value, unit, source in rows.iter_rows()]


def _days(harms: pl.DataFrame) -> int:
    return int((harms["warranted_to"] - harms["warranted_from"]).dt.total_days().to_numpy().sum())


def _counts(record: Record) -> pl.DataFrame:
    shared = pl.col("shared_on").is_not_null()
    followed = record.events.filter(pl.col("recorded_on") >= record.from_on)
    return followed.group_by("kind", "agency").agg(events=pl.len(), shared=shared.sum())


def _rates(counts: pl.DataFrame, years: float) -> pl.DataFrame:
    total = counts.group_by("kind", "agency").agg(pl.col("events", "shared").sum()).sort("kind", "agency")
    return total.select(
        "kind",
        "agency",
        "events",
        per_10_000_child_years=(pl.col("events") * (10_000 / years)).round(1),
        share_shared=(pl.col("shared") / pl.col("events")).round(3),
    )


def child_years(record: Record) -> float:
    """Return the years for which children under 18 were in the record, wherever they lived."""
    until = pl.min_horizontal(pl.lit(record.to_on), pl.col("born_on").dt.offset_by("18y"))
    since = pl.max_horizontal(pl.lit(record.from_on), pl.col("born_on"))
    days = record.children.select((until - since).dt.total_days().clip(0).sum()).item()
    return float(days) / DAYS_A_YEAR
