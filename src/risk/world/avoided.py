"""The avoided: of the harm that followed a day in each home, how much less there is if one acts on that day.

Two runs of the same homes with the same luck are compared, from a day of each home's own on: as it was, and
with what was done on that day. Only homes that are followed for the whole of a stretch of time count in it.
"""

from typing import Any, Final

import polars as pl

from risk.core.arguments import need_columns
from risk.core.errors import InputError
from risk.core.kinds import CS
from risk.records.cohort import Cohort, Record
from risk.world.effects import about_children, removals

WITHIN_WEEKS: Final = (26, 52, 104)
"""The stretches of time, from the day on, within which harm and assessments are counted."""

ANYBODY: Final = pl.lit(True)
DAYS_TO_ACT: Final = {"household_id": pl.Int64, "assess_on": pl.Date}
AVOIDED: Final = {
    **DAYS_TO_ACT,
    "within_weeks": pl.Int64,
    "began": pl.Boolean,
    "in_harm": pl.Boolean,
    "harm_days_before": pl.Int64,
    "harm_days_after": pl.Int64,
    "assessments_before": pl.Int64,
    "assessments_after": pl.Int64,
    "removals_before": pl.Int64,
    "removals_after": pl.Int64,
}
"""began: an assessment began on the day because it was acted on; false where the case was open, and where no
child was there. in_harm: whether any child of the home was in harm on that day. harm_days: summed over the
children. assessments: completed, of the home. removals: of a child."""


def avoided(
    before: Cohort, after: Cohort, assess_on: pl.DataFrame, *, child_id: int | None = None
) -> pl.DataFrame:
    """Return `AVOIDED`: one row a home of the table and stretch of time for which it is followed.

    before, after: the same homes with the same luck, as they were and with an assessment on the day. A
    stretch begins with the day itself, which is in it. child_id: count the harm of this child alone.
    """
    of_whom = ANYBODY if child_id is None else pl.col("child_id") == child_id
    days = assess_on.select(list(DAYS_TO_ACT)).sort("household_id")
    at = days.join(pl.DataFrame({"within_weeks": WITHIN_WEEKS}, {"within_weeks": pl.Int64}), how="cross")
    at = at.with_columns(until=pl.col("assess_on") + pl.duration(weeks="within_weeks"))
    at = at.filter(pl.col("until") <= before.record.to_on)
    rows = at.with_columns(
        began=pl.col("household_id").is_in(began(after.record, days).implode()),
        in_harm=pl.col("household_id").is_in(in_harm_then(before, days, of_whom).implode()),
    )
    for when, cohort in (("before", before), ("after", after)):
        children, about = cohort.record.children, about_children(cohort.record)
        left = removals(about).filter("under_18").select("household_id", "on")
        completed = cohort.record.events.filter(pl.col("kind") == "assessment_completed").select(
            "household_id", on="recorded_on"
        )
        for name, counts in (
            ("harm_days", _harm_days(at, cohort.truth.harms.filter(of_whom), children)),
            ("assessments", _within(at, completed)),
            ("removals", _within(at, left)),
        ):
            counts = counts.rename({"n": f"{name}_{when}"})
            rows = rows.join(counts, on=["household_id", "within_weeks"], how="left", maintain_order="left")
    counts_of = pl.col("^.*_(before|after)$")
    return rows.with_columns(counts_of.fill_null(0)).select(list(AVOIDED)).cast(AVOIDED)  # type: ignore[arg-type]


def began(record: Record, days: pl.DataFrame) -> pl.Series:
    """Return the homes that were referred on their day by what answers no report."""
    referred = record.events.filter(
        pl.col("kind") == "referral", pl.col("agency") == CS, pl.col("answers").is_null()
    ).select("household_id", assess_on="recorded_on")
    return days.join(referred, on=["household_id", "assess_on"], how="semi")["household_id"]


def in_harm_then(before: Cohort, days: pl.DataFrame, of_whom: pl.Expr = ANYBODY) -> pl.Series:
    """Return the homes of which a child, of whom this is true, was in harm on the day."""
    harms = before.truth.harms.filter(of_whom).join(before.record.children, on="child_id")
    harms = harms.join(days, on="household_id")
    on_the_day = (pl.col("warranted_from") <= pl.col("assess_on")) & (
        pl.col("assess_on") < pl.col("warranted_to")
    )
    return harms.filter(on_the_day)["household_id"].unique()


def _harm_days(at: pl.DataFrame, harms: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """Return the days of harm of all these children of each home in each stretch of time."""
    harms = harms.join(children.select("child_id", "household_id"), on="child_id")
    start = pl.max_horizontal("warranted_from", "assess_on")
    days = (pl.min_horizontal("warranted_to", "until") - start).dt.total_days().clip(0)
    return at.join(harms, on="household_id").group_by("household_id", "within_weeks").agg(n=days.sum())


def _within(at: pl.DataFrame, happened: pl.DataFrame) -> pl.DataFrame:
    """Return how many of what happened, a row each with its day, came in each stretch of time."""
    inside = (pl.col("assess_on") <= pl.col("on")) & (pl.col("on") < pl.col("until"))
    counted = at.join(happened, on="household_id").filter(inside)
    return counted.group_by("household_id", "within_weeks").agg(n=pl.len())


def check_days(assess_on: Any, record: Record) -> None:
    """Raise InputError unless these are days of homes of a record, one a home, and lie within it."""
    need_columns("assess_on", assess_on, DAYS_TO_ACT, "one row a household, with a day")
    home, day = pl.col("household_id"), pl.col("assess_on")
    twice = assess_on.filter(home.is_duplicated())
    stranger = assess_on.join(record.households, on="household_id", how="anti", maintain_order="left")
    outside = assess_on.filter(~day.is_between(record.from_on, record.to_on, closed="left").fill_null(False))
    for odd, rule in (
        (twice, "has more than one row; a home is acted on once"),
        (stranger, "is not in the cohort"),
        (outside, f"has a day outside {record.from_on} to {record.to_on}, in which it is followed"),
    ):
        if odd.height:
            row = odd.row(0, named=True)
            raise InputError(f"assess_on: household {row['household_id']} on {row['assess_on']} {rule}")
