"""The regression: what each column adds to the log-odds, by penalised maximum likelihood, its sign given."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logit

RIDGE: Final = 30.0
"""A pull towards 0. Landmarks of a home resemble each other, so it is worth more than so many of them."""

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
