"""How much of what could be known the card finds, over seeds and scenarios: goals, and what was reached.

uv run python benchmarks/accuracy.py [households] [seeds] [scenario ...]

Every ratio is to the ceiling's figure on the same rows: of households not fitted to, one card fitted a seed.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from risk import CumulativeScorecard, Scenario, simulate
from risk.core.errors import InputError
from risk.evaluation import HEADLINE, both_sides, evaluate
from risk.evaluation.challengers import LEARNED, NO_EBM
from risk.evaluation.judges import judged
from risk.evaluation.results import above
from risk.model.card import Card

SCENARIOS = ("england_2014", "quiet", "loud", "null")
GOALS = {
    "auc_skill": ("AUC above a half, of the ceiling's", 0.93, None),
    "ap_ratio": ("average precision, of the ceiling's", 0.90, None),
    "brier_skill_ratio": ("Brier skill, of the ceiling's", 0.85, None),
    "detection_ratio": ("onsets found at 0.2, of the ceiling's", 0.93, None),
    "net_benefit_ratio": ("net benefit at 0.2, of the ceiling's", 0.88, None),
    "calibration_slope": ("calibration slope", 0.9, 1.1),
    "to_incident": ("average precision, times the best reading of four weeks's", 2.5, None),
    "to_black_box": ("average precision, of the best black box's", 0.97, None),
}


class Judged(NamedTuple):
    """What one cohort showed: its scenario and seed, and the card's measures by name."""

    scenario: str
    seed: int
    measures: pl.DataFrame

    def of(self, judge: str, measure: str) -> float | None:
        """Return a judge's figure at the headline, or of the whole; null if there is none."""
        its = self.measures.filter(pl.col("judge") == judge, pl.col("measure") == measure)
        its = its.filter(pl.col("at").is_null() | (pl.col("at") == HEADLINE))
        return its["value"].item() if its.height else None

    def reached(self) -> dict[str, float | None]:
        """Return the card's figures, by the names of `GOALS`, with its AUC."""
        card = self.of("card", "average_precision")
        found = {name: self.of("card", name) for name in GOALS if not name.startswith("to_")}
        incident = self.of("incident", "average_precision")
        boxes = [box for box in (self.of(judge, "average_precision") for judge in LEARNED) if box]
        found["to_incident"] = card / incident if card and incident else None
        found["to_black_box"] = card / max(boxes) if card and boxes else None
        return found | {"auc": self.of("card", "auc"), "ceiling_auc": self.of("ceiling", "auc")}


def judged_cohorts(households: int, seeds: int, scenarios: tuple[str, ...]) -> Iterator[Judged]:
    """Give what each scenario and seed shows; of `null`, both sides, each by a card of the other."""
    for name in scenarios:
        for seed in range(1, seeds + 1):
            cohort = simulate(Scenario.named(name), households=households, seed=seed)
            train, test = both_sides([cohort], ceiling=name != "null")
            pairs = [(train, test), (test, train)] if name == "null" else [(train, test)]
            rows = []
            for learned, asked in pairs:
                try:
                    card = CumulativeScorecard().fit(learned).card_
                except InputError:  # nothing to be learned, as should be where there is nothing
                    card = Card.shipped()
                rows.append(judged(learned, asked, card, challengers=LEARNED if name != "null" else ())[0])
            for side in rows:
                yield Judged(name, seed, evaluate(side, resamples=200))


def main(households: int = 5_000, seeds: int = 5, *scenarios: str) -> None:
    """Print each goal with the mean over seeds, its standard error over seeds, and whether it is met."""
    began = time.time()
    scenarios = scenarios or SCENARIOS
    found = list(judged_cohorts(households, seeds, scenarios))
    with_ebm = any(f.of("ebm", "auc") for f in found)
    print(f"{households:,} households a seed, seeds 1 to {seeds}, 30 % held out")
    print("The black boxes are boosting, L1 logistic and EBM." if with_ebm else NO_EBM)
    for name in (s for s in scenarios if s != "null"):
        of_scenario = pl.DataFrame([f.reached() for f in found if f.scenario == name])
        rows = []
        for measure, (words, least, most) in GOALS.items():
            values = of_scenario[measure].drop_nulls()
            mean, error = values.mean(), (values.std() or 0) / max(len(values), 1) ** 0.5
            met = mean is not None and mean >= least and (most is None or mean <= most)
            goal = f">= {least}" if most is None else f"{least} to {most}"
            rows.append((words, goal, mean, error, values.min(), values.max(), "pass" if met else "FAIL"))
        print(f"\n{name}: the card, mean over {of_scenario.height} seeds")
        columns = ["measure", "goal", "mean", "error", "lowest", "highest", "verdict"]
        table = pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col(pl.Float64).round(3))
        with pl.Config(tbl_rows=-1, fmt_str_lengths=60, tbl_hide_dataframe_shape=True, tbl_width_chars=110):
            print(table)
    if "null" in scenarios:
        nothing = pl.Series([f.of("card", "auc") for f in found if f.scenario == "null"]).drop_nulls()
        mean, error = nothing.mean(), (nothing.std() or 0) / len(nothing) ** 0.5
        verdict = "pass" if abs(mean - 0.5) <= 0.01 else "FAIL"
        print(f"\nnull: the card's AUC {mean:.3f} (error {error:.3f}) over {len(nothing)} sides", end="; ")
        print(f"goal 0.5 +- 0.01: {verdict}")
    faults = [
        (f.scenario, f.seed, r["judge"], r["measure"], round(r["value"], 3), round(r["standard_error"], 3))
        for f in found
        for r in above(f.measures).iter_rows(named=True)
    ]
    ratios = sum(f.measures["above_ceiling"].is_not_null().sum() for f in found)
    print(f"\nabove the ceiling by more than two standard errors: {len(faults)} of {ratios} ratios")
    for fault in faults:
        print("  ", *fault)
    print(f"\n{time.time() - began:.0f} s; load {os.getloadavg()}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
