"""What whole points cost: the average precision of cards of so many points a line, over seeds.

uv run python benchmarks/points.py [households] [seeds]

Each is a share of what the same card finds before it is rounded, on households not fitted to (England, 2014).
"""

import sys

import polars as pl
from accuracy import unrounded

from risk import CumulativeScorecard, Scenario, simulate
from risk.evaluation import both_sides, measured
from risk.evaluation.judges import judged

MOST_POINTS = (10, 20, 30, 40)


def shares(households: int, seed: int) -> dict[str, float]:
    """Return the share of each card, by its most points a line."""
    cohort = simulate(Scenario.named("england_2014"), households=households, seed=seed)
    learned, asked = both_sides([cohort], ceiling=False)
    whole = unrounded(learned, asked)
    found = {}
    for most in MOST_POINTS:
        card = CumulativeScorecard(max_points=most).fit(learned).card_
        measures = measured(judged(learned, asked, card, challengers=())[0], resamples=2)
        is_its = (pl.col("judge") == "card") & (pl.col("measure") == "average_precision")
        found[f"up to {most}"] = measures.filter(is_its)["value"].item() / whole
    return found


def main(households: int = 8_000, seeds: int = 3) -> None:
    """Print the mean over seeds, and its standard error."""
    over = pl.DataFrame([shares(households, seed) for seed in range(1, seeds + 1)])
    print(f"{households:,} households a seed, seeds 1 to {seeds}, 30 % held out")
    for points in over.columns:
        error = (over[points].std() or 0) / seeds**0.5
        print(f"{points:10} points a line {over[points].mean():.4f} ({error:.4f})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
