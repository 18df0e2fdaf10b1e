"""How often each missed opportunity is found for children in harm and for others: prints one table.

    uv run python benchmarks/missed_rules.py [scenario] [households] [seed]

Of the children of a generated cohort who are followed for any day: how many whom harm ever reached, and how
many whom it never did, have the finding at all; and the findings of which the day was in a spell of harm. A
rule that finds as much of children in no harm speaks of services, and not of danger.
"""

import sys

import polars as pl

from risk import Card, Scenario, review_cohort, simulate
from risk.records.cohort import Cohort
from risk.reviews.missed.rules import MISSED


def main(scenario: str = "england_2014", households: int = 3000, seed: int = 1) -> None:
    """Print the table for one cohort."""
    cohort = simulate(Scenario.named(scenario), households=households, seed=seed)
    table = by_rule(cohort)
    print(f"{scenario}, {households:,} households, seed {seed}: {children_by_harm(cohort)}")
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(table)


def children_by_harm(cohort: Cohort) -> str:
    """Return in words how many children harm reached, and how many it did not."""
    harmed = cohort.truth.harms["child_id"].n_unique()
    return f"{harmed:,} children whom harm reached, {cohort.record.children.height - harmed:,} others"


def by_rule(cohort: Cohort) -> pl.DataFrame:
    """Return a row a rule: findings, how many on a day in harm, and the share of children with any."""
    harms = cohort.truth.harms
    # At the lowest line nearly every child with a record has a row; two rules rest on the line itself.
    scored = pl.element().struct.field("finding").cast(pl.String).is_in(["step_down_above_line", "silo_gap"])
    at_line, at_lowest = (review_cohort(Card.shipped(), cohort, **line) for line in ({}, {"line": 1}))
    rows = pl.concat(
        table.select("child_id", pl.col("missed_opportunities").list.filter(which))
        for table, which in ((at_line, scored), (at_lowest, ~scored))
    )
    findings = rows.explode("missed_opportunities").drop_nulls()
    each = findings.select("child_id", pl.col("missed_opportunities").struct.unnest()).with_row_index("row")
    within = pl.col("on").is_between("warranted_from", "warranted_to", closed="left")
    in_harm = each.join(harms, on="child_id", how="inner").filter(within)["row"].unique()
    harmed = pl.col("child_id").is_in(harms["child_id"].unique().implode())
    n_harmed = harms["child_id"].n_unique()
    n_others = cohort.record.children.height - n_harmed
    found = each.group_by(finding=pl.col("finding").cast(pl.String)).agg(
        findings=pl.len(),
        in_harm_that_day=pl.col("row").is_in(in_harm.implode()).sum(),
        harmed=pl.col("child_id").filter(harmed).n_unique() / n_harmed,
        others=pl.col("child_id").filter(~harmed).n_unique() / n_others,
    )
    listed = pl.DataFrame({"finding": list(MISSED)})
    return listed.join(found, on="finding", how="left", maintain_order="left").select(
        "finding",
        pl.col("findings", "in_harm_that_day").fill_null(0),
        *(pl.format("{} %", (100 * pl.col(c).fill_null(0)).round(1)).alias(c) for c in ("harmed", "others")),
        ratio=(pl.col("harmed") / pl.col("others")).round(1),
    )


if __name__ == "__main__":
    words = sys.argv[1:]
    main(*words[:1], *(int(word) for word in words[1:]))
