"""The regression: what each column adds to the log-odds, by penalised maximum likelihood, its sign given."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logit

from risk.features import BANDS, LINE_NAMES, LINES, newest_band

RIDGE: Final = 1.0
"""A pull towards 0 worth one row: keeps the weights of rare columns finite."""

Floats = NDArray[np.float64]


def log_odds(
    columns: csr_array[np.float64], answer: NDArray[np.bool_], *, never_negative: bool, ridge: float = RIDGE
) -> Floats:
    """Return one weight a column: what one more in it adds to the log-odds of a yes.

    columns: (rows, columns). answer: one a row, not all alike, or the log-odds are infinite.
    never_negative: whether no weight may be below 0; otherwise each may have either sign.

    Byrd, Lu, Nocedal and Zhu (1995), SIAM Journal on Scientific Computing 16:1190 (L-BFGS-B).
    """
    yes = answer.astype(np.float64)
    by_column = columns.T.tocsr()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weights = parameters[1:]
        z = columns @ weights + parameters[0]
        value = np.logaddexp(0, z).sum() - yes @ z + 0.5 * ridge * weights @ weights
        residual = expit(z) - yes
        gradient = by_column @ residual + ridge * weights
        return value / len(yes), np.r_[residual.sum(), gradient] / len(yes)

    n = columns.shape[1]
    start = np.r_[float(logit(yes.mean())), np.zeros(n)]
    bounds = [(None, None)] + [(0.0 if never_negative else None, None)] * n
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-10}
    )
    weights: Floats = found.x[1:]
    return weights


def falling_with_age(at: pl.DataFrame) -> Floats:
    """Return (lines, bands) log-odds that never rise with age and have one sign, by construction.

    What is fitted is steps: a step of a band is added by a newest record in it or in a younger one. A line
    that lowers the score has the sign turned round, and no steps beyond its time.

    at: a landmark table with features and `warranted`, without nulls.
    """
    steps = [(i, b) for i, line in enumerate(LINES) for b in range(line.lasts_bands)]
    newest = [newest_band(at, name) for name in LINE_NAMES]
    rows = [np.flatnonzero(newest[i] <= b) for i, b in steps]
    which = np.repeat(np.arange(len(steps)), [len(r) for r in rows])
    sign = np.array([1.0 if LINES[i].raises else -1.0 for i, _ in steps])
    seen = csr_array((sign[which], (np.concatenate(rows), which)), shape=(at.height, len(steps)))
    fitted = np.zeros((len(LINES), len(BANDS)))
    fitted[tuple(np.transpose(steps))] = (
        log_odds(seen, at["warranted"].to_numpy(), never_negative=True) * sign
    )
    falling: Floats = fitted[:, ::-1].cumsum(axis=1)[:, ::-1]
    return falling
