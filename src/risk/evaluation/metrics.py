"""Accuracy: how well scores are ordered, and how true probabilities are, with every resample at once.

Rows are sorted once. Neighbouring scores that hold nobody who warranted an assessment tell nothing apart,
so they are one segment; a resample is then a weighted sum over segments and households.
"""

from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit, logit

from risk.core.arrays import Bools, Floats, Ints
from risk.model.bootstrap import share, summed

COLUMNS_AT_ONCE: Final = 25
NEVER_SURER: Final = 1e-6
MOST_STEPS: Final = 50
CONVERGED: Final = 1e-10


def ordering(y: Bools, score: Floats, household: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return AUC and average precision, one number a column of `weights`; nan where all answers are one.

    Ties count half in the AUC and share one precision, as in scikit-learn. household: each row's place in
    `weights`.
    """
    yes, no = _by_segment(y, score, household, len(weights))
    auc, precision = np.empty(weights.shape[1]), np.empty(weights.shape[1])
    for first in range(0, weights.shape[1], COLUMNS_AT_ONCE):
        some = slice(first, first + COLUMNS_AT_ONCE)
        found, passed = (np.asarray(counts @ weights[:, some]) for counts in (yes, no))
        found_by, passed_by = found.cumsum(axis=0), passed.cumsum(axis=0)
        beaten = passed_by[-1] - passed_by + passed / 2
        auc[some] = share((found * beaten).sum(axis=0), found_by[-1] * passed_by[-1])
        precise = np.nan_to_num(share(found_by, found_by + passed_by))
        precision[some] = share((found * precise).sum(axis=0), found_by[-1])
    precision[np.isnan(auc)] = np.nan
    return auc, precision


def _by_segment(
    y: Bools, score: Floats, household: Ints, n: int
) -> tuple[csr_array[np.float64], csr_array[np.float64]]:
    """Return (segments, households) counts of rows that warranted an assessment, and that did not.

    Segments go from the highest score down; one ends where a tie does.
    """
    order = np.argsort(-score, kind="stable")
    y, score, household = y[order], score[order], household[order]
    tie = np.cumsum(np.r_[True, score[1:] != score[:-1]][: len(y)]) - 1
    has_yes = np.bincount(tie, y) > 0
    begins = has_yes | np.r_[True, has_yes[:-1]][: len(has_yes)]
    segment = (np.cumsum(begins) - 1)[tie]
    shape = (int(segment[-1]) + 1 if len(y) else 1, n)

    def by_household(which: Bools) -> csr_array[np.float64]:
        return csr_array((np.ones(which.sum()), (segment[which], household[which])), shape=shape)

    return by_household(y), by_household(~y)


def brier(y: Bools, p: Floats, household: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return the Brier score, and that of giving everybody the prevalence, one number a column."""
    n = summed(np.ones(len(y)), household, weights)
    prevalence = share(summed(y.astype(np.float64), household, weights), n)
    return share(summed((p - y) ** 2, household, weights), n), prevalence * (1 - prevalence)


def net_benefit(y: Bools, p: Floats, at: float, household: Ints, weights: Floats) -> Floats:
    """Return true alarms less false ones at their price, per row, if all with p >= `at` are looked at.

    Vickers and Elkin (2006), Medical Decision Making 26:565-574.
    """
    worth = np.where(p >= at, np.where(y, 1.0, -at / (1 - at)), 0.0)
    return share(summed(worth, household, weights), summed(np.ones(len(y)), household, weights))


def calibration_line(y: Bools, p: Floats, household: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return the calibration slope and the calibration in the large, one number a column of `weights`.

    Slope: of the answer on the log-odds of `p`; below 1, probabilities are too extreme. In the large: the
    intercept when the slope is held at 1; above 0, probabilities are too low. The sample's are maximum
    likelihood; a resample's are one Newton step from them, which differs by terms that vanish as the number
    of households grows. nan where all answers are one, and a slope where all probabilities are.

    Van Calster and others (2019), BMC Medicine 17:230.
    """
    nothing = np.full(weights.shape[1], np.nan)
    if not len(y) or y.all() or not y.any():
        return nothing, nothing
    x = logit(np.clip(p, NEVER_SURER, 1 - NEVER_SURER))
    large = _one_step(y, np.zeros_like(x), x, household, weights)[0]
    if np.ptp(x) < CONVERGED:
        return nothing, large
    return _one_step(y, x, np.zeros_like(x), household, weights)[1], large


def _one_step(y: Bools, x: Floats, offset: Floats, household: Ints, weights: Floats) -> tuple[Floats, Floats]:
    """Return intercept and slope of a logistic regression on x, by resample; of the intercept if x is 0."""
    flat = not x.any()
    a = b = 0.0
    sums = np.zeros((5, len(weights)))
    for _ in range(MOST_STEPS):
        mu = expit(offset + a + b * x)
        rest, spread = y - mu, mu * (1 - mu)
        rows = (rest, rest * x, spread, spread * x, spread * x * x)
        sums = np.array([np.bincount(household, row, len(weights)) for row in rows])
        step = [float(s) for s in _newton(sums.sum(axis=1), flat)]
        if sum(map(abs, step)) < CONVERGED:
            break
        a, b = a + step[0], b + step[1]
    up, along = _newton(sums @ weights, flat)
    return a + up, b + along


def _newton(sums: Floats, flat: bool) -> tuple[Floats, Floats]:
    """Return a Newton step for intercept and slope from sums of gradient (2) and information (3)."""
    up, along, s, sx, sxx = sums
    if flat:
        return share(up, s), np.zeros_like(up)
    area = s * sxx - sx * sx
    return share(sxx * up - sx * along, area), share(s * along - sx * up, area)
