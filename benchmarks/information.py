"""How the headlines move with how much what is written tells of care: none, half of ours, ours, double.

uv run python benchmarks/information.py [households] [seeds] [scenario]

All dials of information are turned together; the children of one seed are the same in every column. A card is
fitted to each world; ratios are of the ceiling's figure on the same rows, of households not fitted to.
"""

import os
import sys
import time
from statistics import mean, stdev

import polars as pl

from risk import CumulativeScorecard, Scenario, simulate
from risk.core.kinds import CONCERNS
from risk.evaluation import both_sides, measured
from risk.evaluation.judges import judged
from risk.records.cohort import Cohort
from risk.world import worth

DIALS = ("severity_with_worse_care", "child_says_with_worse_care", "believes_with_worse_care")
TURNED = {"none": 0.0, "half": 0.5, "ours": 1.0, "double": 2.0}


def turned(name: str, times: float) -> Scenario:
    """Return a scenario with every dial of information so many times as far up."""
    scenario = Scenario.named(name)
    noticing = scenario.noticing
    dials = {f"noticing.{dial}": times * getattr(noticing, dial) for dial in DIALS}
    silenced = noticing.child_says_after_not_believed**times
    return scenario.with_values(dials | {"noticing.child_says_after_not_believed": silenced})


def of_the_record(cohort: Cohort) -> dict[str, float]:
    """Return how what is written looks, whatever anybody makes of it."""
    events = cohort.record.events
    concerns = events.filter(pl.col("kind").cast(pl.String).is_in(list(CONCERNS)))
    return {
        "share of concerns of severity 4": concerns.select((pl.col("severity") == 4).mean()).item(),
        "share of concerns in a child's words": concerns["disclosed_by_child"].mean(),
        "share of children who spoke believed": concerns["believed"].mean(),
        "referrals a concern": (events["kind"].cast(pl.String) == "referral").sum() / concerns.height,
    }


def of_the_judges(cohort: Cohort) -> dict[str, float]:
    """Return how well the ceiling, a card of this world, and the worst incident find who needs assessing."""
    train, test = both_sides([cohort])
    side = judged(train, test, CumulativeScorecard().fit(train).card_, challengers=())[0]
    measures = measured(side, resamples=2).filter(pl.col("at").is_null())
    by = {(r["judge"], r["measure"]): r["value"] for r in measures.iter_rows(named=True)}
    ap = {judge: by[judge, "average_precision"] for judge in ("ceiling", "card", "worst_recent")}
    return {
        "share of rows warranted": side["warranted"].mean(),
        "ceiling: AUC": by["ceiling", "auc"],
        "ceiling: average precision": ap["ceiling"],
        "card: AUC": by["card", "auc"],
        "card: average precision": ap["card"],
        "card: average precision, of the ceiling's": by["card", "ap_ratio"],
        "card: average precision, times the worst incident's": ap["card"] / ap["worst_recent"],
        "worst incident: average precision": ap["worst_recent"],
    }


def main(households: int = 5_000, seeds: int = 2, name: str = "england_2014") -> None:
    """Print each figure for each turn of the dials: the mean over seeds, and its standard error."""
    began, table = time.process_time(), pl.DataFrame()
    for words, times in TURNED.items():
        scenario = turned(name, times)
        ratios = worth(scenario).group_by("what", maintain_order=True).agg(pl.col("likelihood_ratio").mean())
        cohorts = [simulate(scenario, households=households, seed=seed) for seed in range(1, seeds + 1)]
        found = [of_the_judges(cohort) | of_the_record(cohort) for cohort in cohorts]
        figures = {f"likelihood ratio: {what}": f"{ratio:.2f}" for what, ratio in ratios.iter_rows()}
        for figure in found[0]:
            values = [f[figure] for f in found]
            error = f" ({stdev(values) / seeds**0.5:.3f})" if seeds > 1 else ""
            figures[figure] = f"{mean(values):.3f}{error}"
        if table.is_empty():
            table = pl.DataFrame({"figure": list(figures)})
        table = table.with_columns(pl.Series(words, list(figures.values())))
    print(f"{name}: {households:,} households a seed, {seeds} seeds; mean (standard error over seeds)")
    with pl.Config(tbl_rows=-1, fmt_str_lengths=60, tbl_hide_dataframe_shape=True, tbl_width_chars=130):
        print(table)
    print(f"{time.process_time() - began:.0f} s of a processor; load {os.getloadavg()}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
