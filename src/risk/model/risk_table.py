"""The risk table: how a sum of points reads as a share of children, and how sure that share is.

It is counted, not fitted: neighbouring scores are put together until a row holds enough children, and the
row says how many of them warranted an assessment. Between rows it is read on a straight line in log-odds.
"""

from typing import Final

import numpy as np
import polars as pl
from sklearn.isotonic import isotonic_regression

from risk.core.arrays import Bools, Floats, Ints
from risk.model.bootstrap import LOW_AND_HIGH, household_counts

ROWS: Final = 12
LEAST_IN_A_ROW: Final = 15
RESAMPLES: Final = 400


def risk_table(points: Floats, answer: Bools, household: Ints, seed: int = 0) -> pl.DataFrame:
    """Return the table from score to probability, in at most `ROWS` rows of neighbouring scores.

    points_from, points_to and mean_points of the row; p_warranted, never lower in a higher row (isotonic
    regression pools rows that would be); p_low and p_high, between which 95 % of the shares lie when whole
    households are drawn again, since children of a home, and days of a child, are no independent evidence;
    child_landmarks and warranted, the counts behind the share. The interval says how sure the share is for
    these points; it does not say how sure the points are.

    household: of each row. seed: of the draws of households.

    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90:414 (resampling clusters).
    """
    scores, which = np.unique(points, return_inverse=True)
    row = _rows(np.bincount(which, weights=answer).astype(np.float64))
    n_rows = int(row.max()) + 1
    home, homes = np.unique(household, return_inverse=True)
    cell = homes * n_rows + row[which]
    n, n_yes = (
        np.bincount(cell, weights=w, minlength=len(home) * n_rows).reshape(-1, n_rows) for w in (None, answer)
    )
    drawn = household_counts(len(home), RESAMPLES, seed)
    again = np.array([_shares(*counts) for counts in zip(drawn @ n, drawn @ n_yes, strict=True)])
    low, high = np.percentile(again, LOW_AND_HIGH, axis=0)
    share = _shares(n.sum(axis=0), n_yes.sum(axis=0))
    ends = [scores[row == r] for r in range(n_rows)]
    return pl.DataFrame(
        {
            "points_from": [float(e.min()) for e in ends],
            "points_to": [float(e.max()) for e in ends],
            "mean_points": np.bincount(row[which], weights=points) / n.sum(axis=0),
            "p_warranted": share,
            "p_low": np.minimum(low, share),
            "p_high": np.maximum(high, share),
            "child_landmarks": n.sum(axis=0).astype(np.int64),
            "warranted": n_yes.sum(axis=0).astype(np.int64),
        }
    ).with_columns(pl.col("mean_points").round(3), pl.col("p_warranted", "p_low", "p_high").round(6))


def _rows(yes: Floats) -> Ints:
    """Return the row of each score, from how many warranted an assessment at each."""
    # A row closes when it has its part of those who warranted; the last takes what is left.
    part = max(yes.sum() / ROWS, LEAST_IN_A_ROW)
    row = np.minimum(np.floor((np.cumsum(yes) - yes / 2) / part), max(yes.sum() // part - 1, 1))
    return np.unique(row, return_inverse=True)[1]


def _shares(n: Floats, yes: Floats) -> Floats:
    shares: Floats = isotonic_regression((yes + 0.5) / (n + 1), sample_weight=n + 1)
    return shares
