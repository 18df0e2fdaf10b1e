"""The patterns: the review's failings by name, in plain words, each with the dial that turns it.

Of what an agency holds, four things may become nothing: it is not written down; children's services are never
told; they are told and screen it out; it is referred and not assessed. They are counted apart.

The rate of a pattern is how often it happened of the times it could have (`opportunities`). A household
lives in one part of a cohort, so the counts of the parts add up to those of the whole.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from risk.core.pool import HERE, Pool
from risk.records.cohort import Cohort, is_child
from risk.records.partitions import Parts, each_part
from risk.world.patterns import opportunities as of

N_EXAMPLES: Final = 3
CANDIDATES: Final = pl.List(pl.Struct({"child_id": pl.Int64, "times": pl.UInt32}))


@dataclass(frozen=True)
class Pattern:
    """One of the review's patterns.

    label: what was missed, in plain words. dial: what in a scenario turns it up, and off. opportunities:
    the function that finds in a cohort each time that it could have happened.
    """

    name: str
    label: str
    dial: str
    opportunities: Callable[[Cohort], pl.DataFrame]


PATTERNS: Final = (
    Pattern(
        "violence_no_further_action",
        "Domestic abuse was reported, and was there; the assessment found no need of help",
        "practice.finds_domestic_abuse",
        of.violence_no_further_action,
    ),
    Pattern(
        "care_then_home",
        "The children came into care without a court, and went home again",
        "practice.returns_home",
        of.care_then_home,
    ),
    Pattern(
        "assessment_not_completed",
        "An assessment began and was not completed within a year",
        "practice.assessment_never_completed",
        of.assessment_not_completed,
    ),
    Pattern(
        "child_not_believed",
        "A child said what was happening and was not believed",
        "noticing.believes",
        of.child_not_believed,
    ),
    Pattern(
        "daily_care_seen_by_school_or_refuge",
        "School or refuge saw a child hungry or kept up late, or a parent under the influence",
        "noticing.notices.school, noticing.notices.refuge",
        of.daily_care_seen_by_school_or_refuge,
    ),
    Pattern(
        "home_swings",
        "Care swung between strained and severe in one step (times a household-year)",
        "harm.collapses_per_year, harm.tidies_per_year",
        of.home_swings,
    ),
    Pattern(
        "risky_adult_not_shared",
        "Police knew of a risky adult in the home; children's services never heard of it",
        "noticing.shares_of.police.risky_adult",
        of.risky_adult_not_shared,
    ),
    Pattern(
        "parent_reassures",
        "Care was serious or severe; a tidied home or the parent's account reassured the visit",
        "practice.reassured_by_parent",
        of.parent_reassures,
    ),
    Pattern(
        "sexual_abuse_not_considered",
        "A sign of sexual abuse was reported; no strategy discussion came within a week",
        "practice.considers_sexual_abuse",
        of.sexual_abuse_not_considered,
    ),
    Pattern(
        "police_called_to_the_home",
        "Police were called to a home where children were left to themselves or crime went on",
        "noticing.notices.police",
        of.police_called_to_the_home,
    ),
    Pattern(
        "not_recorded",
        "An agency noticed something and did not write it down",
        "noticing.records",
        of.not_recorded,
    ),
    Pattern(
        "never_told",
        "An agency wrote a concern down; children's services were never told",
        "noticing.shares",
        of.never_told,
    ),
    Pattern(
        "told_and_screened_out",
        "Children's services were told while no case was open; it became no referral",
        "practice.screens_in",
        of.told_and_screened_out,
    ),
    Pattern(
        "referred_and_not_assessed",
        "A referral was closed at once, without an assessment",
        "practice.assesses",
        of.referred_and_not_assessed,
    ),
    Pattern(
        "early_concerns_not_added_up",
        "Six concerns of half a year lay in files; for four weeks nobody put them together",
        "practice.adds_up",
        of.early_concerns_not_added_up,
    ),
    Pattern(
        "crisis_and_removal",
        "Reviews still found serious concern; it ended in court, and the children left home",
        "practice.applies_to_court",
        of.crisis_and_removal,
    ),
)


def patterns(
    cohort: Parts, *, pool: Pool = HERE, on_part: Callable[[int], None] | None = None
) -> pl.DataFrame:
    """Return one row a pattern, in the review's order.

    pattern, label, children (to whom it happened at least once), occurrences, opportunities (of
    `home_swings`: household-years), rate (null without opportunities), dial, and examples: the three
    children to whom it happened most often, of equals the lowest child_id. What happened to a household
    happened to each of its children who is born and under 18 that day.
    """
    return combined(each_part(pattern_counts, cohort, pool, on_part))


def pattern_counts(part: Cohort) -> pl.DataFrame:
    """Return one row a pattern for a part of a cohort, to be given to `combined`.

    pattern, children, occurrences, opportunities, and candidates (child_id, times) to be examples.
    """
    return pl.concat([_count(pattern, part) for pattern in PATTERNS])


def combined(counts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return what `patterns` returns of a cohort, from the counts of its parts.

    counts: at least one; no household is in two parts.
    """
    parts = pl.concat(list(counts))
    totals = parts.group_by("pattern").agg(pl.col("children", "occurrences", "opportunities").sum())
    examples = (
        parts.select("pattern", pl.col("candidates"))
        .explode("candidates")
        .unnest("candidates")
        .drop_nulls()
        .sort("times", "child_id", descending=[True, False])
        .group_by("pattern", maintain_order=True)
        .agg(examples=pl.col("child_id").head(N_EXAMPLES))
    )
    rate = pl.when(pl.col("opportunities") > 0).then(pl.col("occurrences") / pl.col("opportunities"))
    return (
        pl.DataFrame(
            [(p.name, p.label, p.dial) for p in PATTERNS], schema=["pattern", "label", "dial"], orient="row"
        )
        .join(totals, on="pattern", how="left", maintain_order="left")
        .join(examples, on="pattern", how="left", maintain_order="left")
        .with_columns(pl.col("examples").fill_null([]), rate=rate)
        .select("pattern", "label", "children", "occurrences", "opportunities", "rate", "dial", "examples")
    )


def _count(pattern: Pattern, part: Cohort) -> pl.DataFrame:
    # What was carried over into the first day went as it did so that it is open still: it is no chance taken.
    rows = pattern.opportunities(part).filter(pl.col("on") >= part.record.from_on)
    chances = rows["household_years"].sum() if "household_years" in rows.columns else rows.height
    times = _times(rows.filter("happened"), part.record.children)
    return pl.DataFrame(
        {
            "pattern": [pattern.name],
            "children": [times.height],
            "occurrences": [rows["happened"].sum()],
            "opportunities": [float(chances)],
            "candidates": pl.Series([times.head(N_EXAMPLES).to_struct()], dtype=CANDIDATES),
        }
    )


def _times(happened: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """Return child_id and times for each child it happened to, the most often first."""
    whom, child = pl.col("whom"), pl.col("child_id")
    return (
        happened.rename({"child_id": "whom"})
        .join(children.select("child_id", "household_id", "born_on"), on="household_id")
        .filter(pl.when(whom.is_null()).then(is_child(pl.col("on"))).otherwise(whom == child))
        .group_by("child_id")
        .agg(times=pl.len())
        .sort("times", "child_id", descending=[True, False])
    )
