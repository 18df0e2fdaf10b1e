"""How long each step of the pipeline takes next to the others: prints one table of ratios.

    uv run python benchmarks/speed.py [households]

Only the ratios mean anything on a machine with other work; the rates are there for scale.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import polars as pl

from risk import CumulativeScorecard, Scenario, featurise, labels, landmarks, review_cohort, simulate


def main(households: int = 10_000) -> None:
    """Time the steps one after the other on one cohort."""
    took: dict[str, tuple[float, int]] = {}

    def step(name: str, work: Callable[[], Any], rows: Callable[[Any], int]) -> Any:
        start = time.process_time()
        result = work()
        took[name] = (time.process_time() - start, rows(result))
        return result

    scenario = Scenario.named("england_2014")
    cohort = step(
        "simulate (households)",
        lambda: simulate(scenario, households=households, seed=1),
        lambda c: c.record.households.height,
    )
    at = step("landmarks (rows)", lambda: landmarks(cohort.record), len)
    at = step("featurise (rows)", lambda: featurise(at, cohort.record), len)
    at = step("labels (rows)", lambda: labels(at, cohort.truth), len)
    card = step("fit (rows)", lambda: CumulativeScorecard().fit(at), lambda _: at.height)
    step("score (rows)", lambda: card.score_table(at), len)
    step("review (children)", lambda: review_cohort(card, cohort), lambda _: cohort.record.children.height)

    whole = took["simulate (households)"][0]
    table = pl.DataFrame(
        [(n, round(s / whole, 3), round(r / max(s, 1e-9))) for n, (s, r) in took.items()],
        schema=["step", "times the CPU of simulate", "rows per CPU second"],
        orient="row",
    )
    print(f"{households:,} households, {cohort.record.events.height:,} events, {at.height:,} landmarks")
    with pl.Config(tbl_rows=-1, fmt_str_lengths=60, tbl_width_chars=120, tbl_hide_dataframe_shape=True):
        print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
