"""The seeds: judges held against each other over several cohorts of one world, each with luck of its own.

One small cohort tells a lucky model from a good one badly. Over seeds, the interval is of what other seeds
would show.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from risk.core.arguments import need_whole
from risk.core.errors import InputError, shown
from risk.core.intervals import mean_with_interval
from risk.evaluation.judging import ALL_RATIO_WORDS, MEASURES, STANDARD_ERRORS
from risk.evaluation.own_models import Models, evaluate
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate

RESAMPLES_A_SEED: Final = 20
"""Enough to tell whether the ceiling itself knows anything; the interval is over seeds."""

PLACE: Final = ("judge", "label", "measure", "at")


def leaderboard(
    scenario: Scenario,
    models: Models,
    *,
    households: int,
    seeds: Sequence[int] = (1, 2, 3, 4, 5),
    years: int | None = None,
    challengers: Collection[str] = (),
) -> pl.DataFrame:
    """Return `evaluate`'s figures as means over cohorts of several seeds, the best judge first.

    Columns as `evaluate` has them; low and high are the 95 % interval over seeds (Student's t), and
    standard_error is that of the mean. A figure that has no meaning for one of the seeds is null. Judges are
    in the order of their average precision.

    models: estimators and cards; a card and every estimator are fitted anew for each seed. Raises InputError
    for a frame, whose rows are of one cohort, for fewer than two seeds, and as `evaluate` does.
    """
    for name, model in models.items():
        if isinstance(model, pl.DataFrame):
            raise InputError(f"models: {name!r} is of one cohort's rows; give an estimator")
    if len(set(seeds)) < max(2, len(seeds)):
        raise InputError(f"seeds = {shown(seeds)}; two or more are needed, each once")
    for seed in seeds:
        need_whole("seed", seed, 0, 2**64 - 1)
    each = [
        evaluate(
            simulate(scenario, households=households, seed=seed, years=years),
            models,
            challengers=challengers,
            resamples=RESAMPLES_A_SEED,
        )
        for seed in seeds
    ]
    return _best_first(_over_seeds(pl.concat(each), len(seeds)))


def _over_seeds(figures: pl.DataFrame, n_seeds: int) -> pl.DataFrame:
    by_place = figures.group_by(PLACE, maintain_order=True).agg("value").iter_rows()
    return pl.DataFrame(
        [(*place, *_row(place[2], values, n_seeds)) for *place, values in by_place],
        schema=MEASURES,
        orient="row",
    )


def _row(measure: str, values: list[Any], n_seeds: int) -> tuple[Any, ...]:
    """Return value, low, high, standard_error and above_ceiling of one place."""
    if len(values) < n_seeds or None in values:
        return None, None, None, None, None
    numbers = np.array(values, np.float64)
    mean, low, high = mean_with_interval(numbers)
    error = float(numbers.std(ddof=1) / len(numbers) ** 0.5)
    above = mean > 1 + STANDARD_ERRORS * error if measure in ALL_RATIO_WORDS else None
    return mean, low, high, error, above


def _best_first(measures: pl.DataFrame) -> pl.DataFrame:
    precision = measures.filter(measure="average_precision").select("judge", rank=-pl.col("value"))
    return (
        measures.join(precision, on="judge", how="left", maintain_order="left")
        .sort("rank", nulls_last=True, maintain_order=True)
        .drop("rank")
    )
