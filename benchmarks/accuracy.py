"""How much cumulation beats the worst incident alone, over seeds and scenarios: prints one table.

uv run python benchmarks/accuracy.py [households] [seeds]
"""

import sys

import polars as pl

from risk import (
    CumulativeScorecard,
    Scenario,
    evaluate,
    featurise,
    labels,
    landmarks,
    simulate,
    split,
)


def judged(scenario: str, households: int, seed: int) -> pl.DataFrame:
    """Return the measures on one cohort's test households, one row a way of judging."""
    cohort = simulate(Scenario.named(scenario), households=households, seed=seed)
    at = labels(featurise(landmarks(cohort.record), cohort.record), cohort.truth)
    train, test = split(at, by="household_id", test_share=0.3, seed=1)
    card = CumulativeScorecard().fit(train)
    measures = evaluate(card, test, cohort.record, cohort.truth)
    return measures.with_columns(scenario=pl.lit(scenario), seed=pl.lit(seed))


def main(households: int = 5_000, seeds: int = 5) -> None:
    """Print mean, lowest and highest average precision and AUC over the seeds."""
    names = ("england_2014", "norfolk_review")
    rows = pl.concat(judged(name, households, seed) for name in names for seed in range(1, seeds + 1))
    table = rows.group_by("scenario", "judge", maintain_order=True).agg(
        pl.col("auc").mean().round(3),
        ap=pl.col("average_precision").mean().round(3),
        ap_lowest=pl.col("average_precision").min().round(3),
        ap_highest=pl.col("average_precision").max().round(3),
        detection=pl.col("detection").mean().round(3),
    )
    print(f"{households:,} households, seeds 1 to {seeds}, 30 % of households held out")
    with pl.Config(tbl_rows=-1, fmt_str_lengths=60, tbl_hide_dataframe_shape=True):
        print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
