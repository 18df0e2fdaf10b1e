"""The regression: what each column adds to the log-odds, by penalised maximum likelihood, its sign given.

Rows that are alike are one row with a count: most child-landmarks have nothing on their record, so that a fit
to hundreds of thousands of them is one to a few thousand, and a resample of households is another count.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logit

from risk.core.errors import InputError
from risk.model.features import BANDS, LINE_NAMES, LINES, bands_of, history

RIDGE: Final = 1.0
"""A pull towards 0 worth one row: keeps the weights of rare columns finite."""

Floats = NDArray[np.float64]


def log_odds(
    columns: csr_array[np.float64], n: Floats, yes: Floats, *, never_negative: bool, ridge: float = RIDGE
) -> Floats:
    """Return one weight a column: what one more in it adds to the log-odds of a yes.

    columns: (rows, columns). n, yes: how often each row is there, and how often its answer is yes; answers
    are not all alike, or the log-odds are infinite. never_negative: whether no weight may be below 0;
    otherwise each may have either sign.

    Byrd, Lu, Nocedal and Zhu (1995), SIAM Journal on Scientific Computing 16:1190 (L-BFGS-B).
    """
    total = n.sum()
    by_column = columns.T.tocsr()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weights = parameters[1:]
        z = columns @ weights + parameters[0]
        value = n @ np.logaddexp(0, z) - yes @ z + 0.5 * ridge * weights @ weights
        residual = n * expit(z) - yes
        gradient = by_column @ residual + ridge * weights
        return value / total, np.r_[residual.sum(), gradient] / total

    many = columns.shape[1]
    start = np.r_[float(logit(yes.sum() / total)), np.zeros(many)]
    bounds = [(None, None)] + [(0.0 if never_negative else None, None)] * many
    fit = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-10}
    )
    weights: Floats = fit.x[1:]
    return weights


@dataclass(frozen=True)
class Histories:
    """The histories among the rows of a landmark table: the band of the newest record on each line.

    of_row: each row's place among them. columns: (histories, steps), what is fitted: a step of a band is
    added by a newest record in it or in a younger one. A line that lowers the score has the sign turned
    round, and no steps beyond its time. step: each column's line and band.
    """

    of_row: NDArray[np.int64]
    columns: csr_array[np.float64]
    step: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, at: pl.DataFrame) -> Self:
        """Return the histories of a landmark table with features."""
        histories, of_row = np.unique(history(at), return_inverse=True)
        each = np.column_stack([bands_of(histories, name) for name in LINE_NAMES])
        step = tuple((i, b) for i, line in enumerate(LINES) for b in range(line.lasts_bands))
        rows = [np.flatnonzero(each[:, i] <= b) for i, b in step]
        which = np.repeat(np.arange(len(step)), [len(r) for r in rows])
        shape = (len(each), len(step))
        seen = csr_array((_sign(step)[which], (np.concatenate(rows), which)), shape=shape)
        return cls(of_row, seen, step)

    def falling_with_age(self, n: Floats, yes: Floats) -> Floats:
        """Return (lines, bands) log-odds that never rise with age and have one sign, by construction.

        n, yes: as in `log_odds`, one a history.
        """
        fitted = np.zeros((len(LINES), len(BANDS)))
        steps = log_odds(self.columns, n, yes, never_negative=True)
        fitted[tuple(np.transpose(self.step))] = steps * _sign(self.step)
        falling: Floats = fitted[:, ::-1].cumsum(axis=1)[:, ::-1]
        return falling


def falling_with_age(at: pl.DataFrame) -> Floats:
    """Return (lines, bands) log-odds, as `Histories.falling_with_age`, of all rows of a landmark table.

    at: a landmark table with features and `warranted`, without nulls.
    """
    histories = Histories.of(at)
    n, yes = (
        np.bincount(histories.of_row, rows).astype(np.float64)
        for rows in (np.ones(at.height), at["warranted"].to_numpy())
    )
    return histories.falling_with_age(n, yes)


def whole_points(weights: Floats, most: int) -> NDArray[np.int64]:
    """Return weights as whole points, the strongest worth `most`. Raises InputError if all are 0."""
    strongest = np.abs(weights).max()
    if not strongest > 0:
        raise InputError("nothing that was written down tells children apart: a card would be all zeros")
    points: NDArray[np.int64] = np.rint(weights * most / strongest).astype(np.int64)
    return points


def _sign(step: tuple[tuple[int, int], ...]) -> Floats:
    return np.array([1.0 if LINES[i].raises else -1.0 for i, _ in step])
