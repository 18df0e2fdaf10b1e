"""How much of what could be known the card finds, over seeds and scenarios: figures to reach, and what was.

uv run python benchmarks/accuracy.py [households] [seeds] [scenario ...]

Every ratio is to the ceiling's figure on the same rows: of households not fitted to, one card fitted a seed.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from risk import CumulativeScorecard, Scenario, simulate
from risk.core.errors import InputError
from risk.evaluation import HEADLINE, both_sides, measured
from risk.evaluation.challengers import LEARNED, NO_EBM
from risk.evaluation.judges import judged
from risk.evaluation.metrics import ordering
from risk.evaluation.protocol import compared_groups
from risk.evaluation.results import above
from risk.model.card import Card
from risk.model.features import LINE_NAMES, newest_band
from risk.model.regression import falling_with_age
from risk.model.scorecard import sides

SCENARIOS = ("england_2014", "quiet", "loud", "null")
WORDS = {
    "ap_ratio": "average precision, of the ceiling's",
    "brier_skill_ratio": "Brier skill, of the ceiling's",
    "auc_skill": "AUC above a half, of the ceiling's",
    "false_alarm_ratio": "false alarms, much-seen homes to seen: the plain card",
    "remedied_ratio": "the same, with a remedy (less the rate)",
    "to_incident": "average precision, times the best reading of four weeks's",
    "to_severity": "average precision, times the severity rule's",
    "to_black_box": "average precision, of the best black box's on the same columns",
    "to_unrounded": "average precision, of the same card's before it is rounded to whole points",
    "detection_ratio": "onsets found at 0.2, of the ceiling's",
    "net_benefit_ratio": "net benefit at 0.2, of the ceiling's",
    "calibration_slope": "calibration slope",
}
FROM_GROUPS = {"false_alarm_ratio": "card", "remedied_ratio": "less_rate"}
RATIOS = ("ap_ratio", "brier_skill_ratio", "auc_skill", "detection_ratio", "net_benefit_ratio")


class Goal(NamedTuple):
    """A figure to reach: in which scenario, which, and between what it is to lie."""

    scenario: str
    figure: str
    least: float = -float("inf")
    most: float = float("inf")

    def is_met(self, mean: float) -> bool:
        """Return whether a mean over seeds is where it is to be."""
        return self.least <= mean <= self.most

    def __str__(self) -> str:
        if self.most == float("inf"):
            return f"{self.least} or more"
        return f"{self.most} or less" if self.least == -float("inf") else f"{self.least} to {self.most}"


GOALS = (
    Goal("england_2014", "ap_ratio", 0.905),
    Goal("quiet", "ap_ratio", 0.875),
    Goal("england_2014", "brier_skill_ratio", 0.88),
    Goal("england_2014", "auc_skill", 0.96),
    Goal("england_2014", "false_alarm_ratio", most=1.25),
    Goal("england_2014", "remedied_ratio", most=1.05),
    Goal("england_2014", "to_incident", 2.5),
    Goal("england_2014", "to_black_box", 1.0),
    Goal("england_2014", "calibration_slope", 0.9, 1.1),
)
"""The figures to reach, of 20,000 households and five seeds."""


class Judged(NamedTuple):
    """What one cohort showed: its scenario and seed, and the judges' measures by name; of groups if known."""

    scenario: str
    seed: int
    measures: pl.DataFrame
    groups: pl.DataFrame | None
    unrounded: float | None

    def of(self, judge: str, measure: str) -> float | None:
        """Return a judge's figure at the headline, or of the whole; null if there is none."""
        its = self.measures.filter(pl.col("judge") == judge, pl.col("measure") == measure)
        its = its.filter(pl.col("at").is_null() | (pl.col("at") == HEADLINE))
        return its["value"].item() if its.height else None

    def ratio_of_groups(self, judge: str) -> float | None:
        """Return the false alarms of much-seen homes to those of seen ones, under a card or a remedy."""
        if self.groups is None:
            return None
        its = self.groups.filter(pl.col("judge") == judge, pl.col("measure") == "false_alarm_ratio")
        return its["value"].item()

    def reached(self) -> dict[str, float | None]:
        """Return the card's figures, by the names of `WORDS`."""
        card = self.of("card", "average_precision")
        others = {
            "to_incident": [self.of("incident", "average_precision")],
            "to_severity": [self.of("worst_recent", "average_precision")],
            "to_unrounded": [self.unrounded],
            "to_black_box": [self.of(box, "average_precision") for box in LEARNED],
        }
        times = {name: [ap for ap in aps if ap] for name, aps in others.items()}
        return (
            {name: self.of("card", name) for name in (*RATIOS, "calibration_slope")}
            | {name: self.ratio_of_groups(judge) for name, judge in FROM_GROUPS.items()}
            | {name: card / max(aps) if card and aps else None for name, aps in times.items()}
        )


def judged_cohorts(households: int, seeds: int, scenarios: tuple[str, ...]) -> Iterator[Judged]:
    """Give what each scenario and seed shows; of `null`, both sides, each by a card of the other."""
    for name in scenarios:
        for seed in range(1, seeds + 1):
            cohort = simulate(Scenario.named(name), households=households, seed=seed)
            train, test = both_sides([cohort], ceiling=name != "null", reporting=name != "null")
            pairs = [(train, test), (test, train)] if name == "null" else [(train, test)]
            for learned, asked in pairs:
                try:
                    card = CumulativeScorecard().fit(learned).card_
                except InputError:  # nothing to be learned, as should be where there is nothing
                    card = Card.shipped()
                side, _ = judged(learned, asked, card, challengers=LEARNED if name != "null" else ())
                groups = compared_groups(learned, side, card, resamples=2) if name != "null" else None
                whole = unrounded(learned, asked) if name != "null" else None
                yield Judged(name, seed, measured(side, resamples=200), groups, whole)


def unrounded(learned: pl.DataFrame, asked: pl.DataFrame) -> float:
    """Return the average precision of the weights that a card's whole points are rounded from.

    Rounding makes ties, and moves a few children past others.
    """
    answered = asked.filter(pl.col("warranted").is_not_null())
    score = np.zeros(answered.height)
    for line, weights in zip(LINE_NAMES, falling_with_age(sides(learned)[0]), strict=True):
        score += np.append(weights, 0)[newest_band(answered, line)]
    homes = np.unique(answered["household_id"].to_numpy(), return_inverse=True)[1]
    one_each = np.ones((int(homes.max()) + 1, 1))
    return float(ordering(answered["warranted"].to_numpy(), score, homes, one_each)[1].item())


def over_seeds(found: list[Judged], scenario: str, figure: str) -> tuple[float | None, float, int]:
    """Return a figure's mean over the seeds of a scenario, its standard error, and how many seeds."""
    values = pl.Series([f.reached()[figure] for f in found if f.scenario == scenario], dtype=pl.Float64)
    values = values.drop_nulls()
    error = (values.std() or 0) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return values.mean(), error, len(values)


def print_table(rows: list[tuple[object, ...]], columns: list[str]) -> None:
    """Print rows, whole."""
    table = pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col(pl.Float64).round(3))
    with pl.Config(tbl_rows=-1, fmt_str_lengths=70, tbl_hide_dataframe_shape=True, tbl_width_chars=130):
        print(table)


def print_goals(found: list[Judged]) -> None:
    """Print each figure to reach with what was measured, and whether it is reached."""
    rows = []
    for goal in GOALS:
        mean, error, _ = over_seeds(found, goal.scenario, goal.figure)
        if mean is not None:
            verdict = "reached" if goal.is_met(mean) else "MISSED"
            rows.append((WORDS[goal.figure], goal.scenario, mean, error, str(goal), verdict))
    print("\nFigures to reach, the mean over seeds and its standard error")
    print_table(rows, ["figure", "scenario", "measured", "error", "goal", "verdict"])


def main(households: int = 5_000, seeds: int = 5, *scenarios: str) -> None:
    """Print each goal with the mean over seeds, its standard error over seeds, and whether it is met."""
    began = time.time()
    scenarios = scenarios or SCENARIOS
    found = list(judged_cohorts(households, seeds, scenarios))
    with_ebm = any(f.of("ebm", "auc") for f in found)
    print(f"{households:,} households a seed, seeds 1 to {seeds}, 30 % held out")
    print("The black boxes are boosting, L1 logistic and EBM." if with_ebm else NO_EBM)
    print_goals(found)
    for name in (s for s in scenarios if s != "null"):
        rows = [(words, *over_seeds(found, name, figure)) for figure, words in WORDS.items()]
        print(f"\n{name}: the card")
        print_table(rows, ["figure", "mean", "error", "seeds"])
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
