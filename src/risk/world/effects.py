"""The effects: what services did for the children of each household and left undone, and how two runs differ.

Two runs of the same households under two practices are compared household by household. Everything about a
cohort that the comparison needs is a few sums, so that a cohort of any size is added up by partition.
"""

from typing import Final

import polars as pl

from risk.core.kinds import ASSESSED, LEAVES_HOME
from risk.records.cohort import Record, Truth
from risk.world.sharing import each_concern

NEEDLESS_BEFORE_DAYS: Final = 26 * 7
NEEDLESS_AFTER_DAYS: Final = 12 * 7
Z_95: Final = 1.959964

MEASURES: Final = {
    "weeks_of_serious_neglect_before_assessment": ("child-weeks", 7),  # counted in days
    "harmed_children_never_assessed": ("children", 1),
    "assessments": ("assessments of a child", 1),
    "needless_assessments": ("assessments of a child", 1),
    "removals": ("removals of a child", 1),
    "never_told": ("concerns", 1),
    "told_and_screened_out": ("concerns", 1),
    "referred_and_not_assessed": ("concerns", 1),
}
"""Each measure's unit, and how many of what `by_household` counts make one."""

MEASURES_IN_WORDS: Final = {
    "weeks_of_serious_neglect_before_assessment": "Weeks of serious neglect before an assessment",
    "harmed_children_never_assessed": "Harmed children never assessed",
    "assessments": "Assessments",
    "needless_assessments": "Assessments that nothing warranted",
    "removals": "Removals of a child",
    "never_told": "Concerns of which children's services were never told",
    "told_and_screened_out": "Concerns told and screened out",
    "referred_and_not_assessed": "Concerns referred and not assessed",
}
"""Each measure as the terminal, a chart and a pack call it."""


def by_household(record: Record, truth: Truth) -> pl.DataFrame:
    """Return one row a household: what each of `MEASURES` counts, in whole numbers.

    A response about a household counts once for each of its children who is born and under 18 that day.

    weeks_of_serious_neglect_before_assessment, in days: a child's days in `truth.harms` before the first
    completed assessment or section 47 enquiry on or after the day its harm first began, or before the end of
    the follow-up. Harm after that first assessment is not in it.
    harmed_children_never_assessed: children in `truth.harms` with no such assessment.
    assessments: completed assessments.
    needless_assessments: those of a child who was in no harm on any of the 26 weeks' days before that day,
    nor on it or in the rest of the 12 weeks that it begins. Harm before the first day or after the last is
    not known, so assessments near them are judged on the days that were followed.
    removals: first days of a period of care, which lasts until a return home whatever its legal basis.
    never_told, told_and_screened_out, referred_and_not_assessed: what other agencies wrote down and came to
    no assessment, as `sharing.shared_concerns` counts it: three failures, of which a concern has one at most.
    """
    about = about_children(record)
    # What was carried over into the first day is no part of what was followed.
    present = about.filter(pl.col("under_18"), pl.col("on") >= record.from_on)
    assessed = present.filter(pl.col("kind").is_in(ASSESSED))
    completed = present.filter(pl.col("kind") == "assessment_completed")
    waits = _waits(truth, assessed).join(record.children, on="child_id")
    concerns = each_concern(record.events).filter(pl.col("recorded_on") >= record.from_on)
    by_measure = {
        "weeks_of_serious_neglect_before_assessment": waits.select("household_id", n="days"),
        "harmed_children_never_assessed": _each(waits.filter(pl.col("assessed_on").is_null())),
        "assessments": _each(completed),
        "needless_assessments": _each(_needless(completed, truth)),
        "removals": _each(removals(about).filter("under_18", pl.col("on") >= record.from_on)),
        "never_told": _each(concerns.filter(~pl.col("shared"))),
        "told_and_screened_out": _each(concerns.filter("screened_out")),
        "referred_and_not_assessed": _each(concerns.filter(pl.col("referred") & ~pl.col("assessed"))),
    }
    counts = record.households.select("household_id").sort("household_id")
    for measure, rows in by_measure.items():
        per = rows.group_by("household_id").agg(pl.col("n").cast(pl.Int64).sum().alias(measure))
        counts = counts.join(per, on="household_id", how="left", maintain_order="left")
    return counts.with_columns(pl.col(list(by_measure)).fill_null(0))


def _each(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("household_id", n=pl.lit(1))


def about_children(record: Record) -> pl.DataFrame:
    """Return one row an event and child that it is about, with whether the child was born and under 18."""
    family = record.children.select("household_id", "born_on", of_child="child_id")
    adult_on = pl.col("born_on").dt.offset_by("18y")
    return (
        record.events.filter(pl.col("kind").is_in((*ASSESSED, *LEAVES_HOME, "return_home")))
        .select("event_id", "household_id", "child_id", "kind", on="occurred_on")
        .join(family, on="household_id")
        .filter(pl.col("child_id").is_null() | (pl.col("child_id") == pl.col("of_child")))
        .with_columns(
            child_id="of_child",
            under_18=(pl.col("born_on") <= pl.col("on")) & (pl.col("on") < adult_on),
        )
        .drop("of_child")
    )


def _waits(truth: Truth, assessed: pl.DataFrame) -> pl.DataFrame:
    """Return one row a harmed child: assessed_on, null for never, and its days of harm until then."""
    began = truth.harms.group_by("child_id").agg(began_on=pl.col("warranted_from").min())
    first = (
        began.join(assessed, on="child_id")
        .filter(pl.col("on") >= pl.col("began_on"))
        .group_by("child_id")
        .agg(assessed_on=pl.col("on").min())
    )
    until = pl.min_horizontal("warranted_to", "assessed_on")  # a null is passed over
    return (
        truth.harms.join(first, on="child_id", how="left")
        .group_by("child_id")
        .agg(
            days=(until - pl.col("warranted_from")).dt.total_days().clip(0).sum(),
            assessed_on=pl.col("assessed_on").first(),
        )
    )


def _needless(completed: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """Return the assessments around which the child was in no harm."""
    warranted = (
        completed.select("event_id", "child_id", "on")
        .join(truth.harms, on="child_id")
        .filter(
            pl.col("warranted_from") < pl.col("on").dt.offset_by(f"{NEEDLESS_AFTER_DAYS}d"),
            pl.col("warranted_to") > pl.col("on").dt.offset_by(f"-{NEEDLESS_BEFORE_DAYS}d"),
        )
    )
    return completed.join(warranted, on=["event_id", "child_id"], how="anti")


def removals(about: pl.DataFrame) -> pl.DataFrame:
    """Return the events with which periods of care begin: a child's first, and any after a return home."""
    moves = about.filter(~pl.col("kind").is_in(ASSESSED)).sort("child_id", "on", "event_id")
    return moves.filter(
        pl.col("kind") != "return_home",
        (pl.col("kind").shift(1).over("child_id") == "return_home").fill_null(True),
    )


def paired_sums(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return one row a measure: households, and the sums and squares from which the effects follow."""
    long = [t.unpivot(index="household_id", variable_name="measure") for t in (before, after)]
    one, other = pl.col("value"), pl.col("value_after")
    return (
        long[0]
        .join(long[1], on=["measure", "household_id"], suffix="_after", maintain_order="left")
        .group_by("measure", maintain_order=True)
        .agg(
            n=pl.len().cast(pl.Int64),
            before=one.sum(),
            after=other.sum(),
            difference=(other - one).sum(),
            before_squares=(one**2).sum(),
            after_squares=(other**2).sum(),
            difference_squares=((other - one) ** 2).sum(),
        )
    )


def effects(sums: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of `replay.replay` from the `paired_sums` of all partitions."""
    total = pl.concat(sums).group_by("measure", maintain_order=True).sum()

    def variance(of: str) -> pl.Expr:
        n = pl.col("n")
        spread = pl.col(f"{of}_squares") - pl.col(of).cast(pl.Float64) ** 2 / n
        return pl.when(n > 1).then(spread.clip(0) / (n - 1))

    unit, per = (pl.col("measure").replace_strict({m: v[i] for m, v in MEASURES.items()}) for i in (0, 1))
    differs = variance("difference") > 0
    half = Z_95 * (pl.col("n") * variance("difference")).sqrt()
    return total.select(
        "measure",
        unit.alias("unit"),
        before=pl.col("before") / per,
        after=pl.col("after") / per,
        difference=pl.col("difference") / per,
        low=(pl.col("difference") - half) / per,
        high=(pl.col("difference") + half) / per,
        variance_ratio=pl.when(differs).then(
            (variance("before") + variance("after")) / variance("difference")
        ),
    )
