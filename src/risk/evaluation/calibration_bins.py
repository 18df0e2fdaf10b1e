"""The reliability: of those to whom a judge gave a chance, how many did warrant an assessment?

A chance of one in five is right if about one in five of those who have it warranted one, whoever they are.

Murphy and Winkler (1977), Applied Statistics 26:41-47 (the reliability diagram).
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Bools, Floats, Ints
from risk.core.defaults import RESAMPLES
from risk.evaluation.judges import labels_of, need_judges
from risk.model.bootstrap import figure, resampled, share, summed

EDGES: Final = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Between which chances are put together; finer where most children are."""

RELIABILITY: Final = {
    "judge": pl.String,
    "label": pl.String,
    "predicted": pl.Float64,
    "observed": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "child_landmarks": pl.Int64,
}


def reliability(
    rows: pl.DataFrame,
    judges: tuple[str, ...] = ("card", "ceiling"),
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> pl.DataFrame:
    """Return one row a judge and range of chances that anybody was given, from low to high.

    predicted: the mean chance given. observed: the share that did warrant an assessment, with its 95 %
    interval from resampled households. child_landmarks: of how many. Rows without an answer are left out.

    rows: from `judges.judged`. Raises InputError for a judge who gives no probability.
    """
    need_judges(rows, judges, probability=True)
    labels = labels_of(rows)
    answered = rows.filter(pl.col("warranted").is_not_null())
    home, weights = resampled(answered["household_id"], resamples, seed)
    yes = answered["warranted"].to_numpy()
    bins = [
        (judge, labels[judge], *row)
        for judge in judges
        for row in _by_chance(answered[f"p_{judge}"].cast(pl.Float64).to_numpy(), yes, home, weights)
    ]
    return pl.DataFrame(bins, schema=RELIABILITY, orient="row")


def _by_chance(
    p: Floats, yes: Bools, home: Ints, weights: Floats
) -> Iterator[tuple[float | int | None, ...]]:
    for low, high in pairwise(EDGES):
        within = (p >= low) & ((p < high) | (high == EDGES[-1]))
        if within.any():
            n, n_yes = (summed(those.astype(np.float64), home, weights) for those in (within, within & yes))
            observed = figure(share(n_yes, n)).with_interval()
            yield float(p[within].mean()), *observed, int(within.sum())
