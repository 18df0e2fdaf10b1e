"""Reporting: how readily things about a home are written down, by what the record itself shows of it.

Where many look, one thing is written down by several agencies, and a sum of records grows by looking, not by
harm. How often things are told again, given that they were told at all, depends on who looks and not on how
often things happen: it is a trace of visibility that harm leaves alone.
"""

from typing import Final

import numpy as np
import polars as pl
from scipy.optimize import nnls

from risk.core.arrays import Floats, Ints, days_of, moment, moments_of
from risk.core.kinds import CONCERNS
from risk.model.second_reports import tellings
from risk.records.cohort import Record

THINGS: Final = {kind: f"n_things_{kind}" for kind in CONCERNS}
PRIOR_TELLINGS: Final = 2.0
"""A home of which little is known is taken to be as others are: worth so many tellings again."""


def with_tellings(at: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return `at` with n_things_… of each kind, and n_told_again, in the home's whole file before the day.

    n_told_again: records of concerns beyond the first of each thing.
    """
    told = (
        tellings(record.events)
        .select("kind", again=pl.col("again") > 0, when=moment("household_id", "recorded_on"))
        .sort("when")
    )
    landmark = moments_of(at, "household_id", "landmark_on")
    begin = landmark - days_of(at["landmark_on"])

    def before(chosen: pl.Expr) -> pl.Series:
        when = told.filter(chosen)["when"].to_numpy()
        n: Ints = np.searchsorted(when, landmark) - np.searchsorted(when, begin)
        return pl.Series(n, dtype=pl.Int16)

    return at.with_columns(
        *(before((pl.col("kind") == kind) & ~pl.col("again")).alias(name) for kind, name in THINGS.items()),
        n_told_again=before(pl.col("again")),
    )


def reporting_rate(train: pl.DataFrame, at: pl.DataFrame) -> Floats:
    """Return how often things about each home were told again, relative to what is usual for such things.

    Above 1: more look than usually do. What is usual is learned from `train`: tellings again as a sum over
    kinds of a share, not negative, of their things. Both sides are drawn towards 1 by `PRIOR_TELLINGS`.

    train, at: from `with_tellings`.
    """
    x, y = (train.select(c).to_numpy().astype(np.float64) for c in (list(THINGS.values()), "n_told_again"))
    # Normal equations: the least-squares problem in as many rows as there are kinds.
    square = x.T @ x + np.eye(x.shape[1]) * 1e-9
    root = np.linalg.cholesky(square).T
    usual, _ = nnls(root, np.linalg.solve(root.T, x.T @ y[:, 0]))
    expected = at.select(list(THINGS.values())).to_numpy().astype(np.float64) @ usual
    rate: Floats = (at["n_told_again"].to_numpy() + PRIOR_TELLINGS) / (expected + PRIOR_TELLINGS)
    return rate
