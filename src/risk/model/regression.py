"""The regression: what each column adds to the log-odds, by penalised maximum likelihood, its sign given.

Rows that are alike are one row with a count: most child-landmarks have nothing on their record, so that a fit
to hundreds of thousands of them is one to a few thousand, and a resample of households is another count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.special import expit, logit

from risk.core.errors import InputError
from risk.model.features import BANDS, LINE_NAMES, LINES, bands_of, history

RIDGE: Final = 1.0
"""A pull towards 0 worth one row: keeps the weights of rare columns finite."""

SETTLED: Final = 1e-6
"""Rows by which a column's yeses may still differ from what the fit expects."""

SATURATES_AT: Final = 3.0
"""The log-odds from which on a sum is taken to tell less, before the rows have been asked."""

MOST_STEPS: Final = 100
A_LITTLE: Final = 1e-4
EXACT: Final = 1e-8

Floats = NDArray[np.float64]


class Curve(NamedTuple):
    """How the log-odds of rows follow from weights, and how they move with each, as (rows, weights)."""

    of: Callable[[Floats], Floats]
    moves: Callable[[Floats], Any]
    bends: Callable[[Floats, Floats], Floats] | None = None
    """How the slope of a sum of the log-odds, each times so much, moves; nothing where they are a sum."""


def log_odds(
    columns: csr_array[np.float64], n: Floats, yes: Floats, *, never_negative: bool, ridge: float = RIDGE
) -> tuple[float, Floats]:
    """Return the log-odds of a row of nothing but zeros, and what one more in each column adds to them.

    columns: (rows, columns). n, yes: how often each row is there, and how often its answer is yes; answers
    are not all alike, or the log-odds are infinite. never_negative: whether no weight may be below 0;
    otherwise each may have either sign. Raises InputError if the fit does not settle.
    """
    every: Any = csr_array(hstack([csr_array(np.ones((columns.shape[0], 1))), columns]))
    least = np.r_[-np.inf, np.full(columns.shape[1], 0.0 if never_negative else -np.inf)]
    weights = _settled(Curve(lambda at: every @ at, lambda _: every), n, yes, least, ridge)
    return float(weights[0]), weights[1:]


def saturating(columns: csr_array[np.float64], n: Floats, yes: Floats) -> tuple[float, float, Floats]:
    """Return a, tau and the weights, none below 0, of a sum s that saturates: a + tau log(1 + s / tau).

    The tenth concern of a home tells less than the first: of many, a plain sum would make too much, and of
    few too little. A sum below 0 is taken as it is. a, columns, n, yes: as in `log_odds`. tau is drawn
    towards `SATURATES_AT` by the same pull as the weights towards 0. Raises InputError as `log_odds` does.
    """

    def sums(at: Floats) -> tuple[float, Floats, Floats]:
        tau, s = SATURATES_AT * float(np.exp(at[1])), np.asarray(columns @ at[2:])
        return tau, s, np.maximum(s, 0) / tau

    def of(at: Floats) -> Floats:
        tau, s, full = sums(at)
        z: Floats = at[0] + np.minimum(s, 0) + tau * np.log1p(full)
        return z

    def moves(at: Floats) -> Any:
        tau, _, full = sums(at)
        with_tau = tau * (np.log1p(full) - full / (1 + full))
        first_two = csr_array(np.column_stack([np.ones(len(full)), with_tau]))
        return csr_array(hstack([first_two, columns.multiply(1 / (1 + full)[:, None])]))

    def bends(at: Floats, times: Floats) -> Floats:
        tau, s, full = sums(at)
        with_tau = tau * (np.log1p(full) - full / (1 + full) - (full / (1 + full)) ** 2)
        of_sum = np.where(s > 0, -1 / (tau * (1 + full) ** 2), 0)
        bend = np.zeros((len(at), len(at)))
        bend[1, 1] = times @ with_tau
        bend[1, 2:] = bend[2:, 1] = np.asarray(columns.T @ (times * full / (1 + full) ** 2))
        of_two: Any = columns.T.multiply(times * of_sum) @ columns
        bend[2:, 2:] = of_two.toarray()
        return bend

    least = np.r_[-np.inf, -np.inf, np.zeros(columns.shape[1])]
    weights = _settled(Curve(of, moves, bends), n, yes, least, RIDGE)
    return float(weights[0]), SATURATES_AT * float(np.exp(weights[1])), weights[2:]


def _settled(curve: Curve, n: Floats, yes: Floats, least: Floats, ridge: float) -> Floats:
    """Return the weights of the greatest likelihood, each no less than `least`, the first not drawn to 0.

    Steps of Newton's; where those would lead up, as they may far from the end, of Fisher's scoring. Raises
    InputError if the fit does not settle.

    Bertsekas (1982), SIAM Journal on Control and Optimization 20:221 (Newton steps, held at the bound).
    """
    pull = np.r_[0.0, np.full(len(least) - 1, ridge)]

    def loss(at: Floats) -> float:
        z = curve.of(at)
        return float(n @ np.logaddexp(0, z) - yes @ z + 0.5 * pull @ at**2)

    weights = np.zeros(len(least))
    weights[0] = logit(yes.sum() / n.sum())
    for _ in range(MOST_STEPS):
        p, moves = expit(curve.of(weights)), curve.moves(weights)
        slope = moves.T @ (n * p - yes) + pull * weights
        # What stands at its bound and would go below it is held; the others take a step.
        free = (weights > least) | (slope < 0)
        if np.abs(slope[free]).max() < SETTLED:
            return weights
        scored: Any = moves.T.multiply(n * p * (1 - p)) @ moves
        bend = (scored.toarray() + np.diag(pull))[np.ix_(free, free)]
        if curve.bends is not None:
            exact = bend + curve.bends(weights, n * p - yes)[np.ix_(free, free)]
            bend = exact if np.linalg.eigvalsh(exact)[0] > 0 else bend
        step = np.zeros_like(weights)
        step[free] = -np.linalg.solve(bend, slope[free])
        weights = _as_far_as_it_falls(loss, weights, step, slope, least)
    raise InputError(f"the fit of {len(least)} weights did not settle in {MOST_STEPS} steps")


def _as_far_as_it_falls(
    loss: Callable[[Floats], float], weights: Floats, step: Floats, slope: Floats, least: Floats
) -> Floats:
    """Return the weights after a step, or half of it, or a quarter …: the first with which the loss falls."""
    before, moved = loss(weights), weights
    for halvings in range(MOST_STEPS):
        moved = np.maximum(weights + step / 2**halvings, least)
        if loss(moved) <= before + A_LITTLE * slope @ (moved - weights) + A_LITTLE * abs(before) * EXACT:
            break
    return moved


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
        """Return (lines, bands) weights that never rise with age and have one sign, by construction.

        Their sum over the lines is what `saturating` turns into log-odds. n, yes: as there, one a history.
        """
        fitted = np.zeros((len(LINES), len(BANDS)))
        _, _, steps = saturating(self.columns, n, yes)
        fitted[tuple(np.transpose(self.step))] = steps * _sign(self.step)
        falling: Floats = fitted[:, ::-1].cumsum(axis=1)[:, ::-1]
        return falling


def falling_with_age(at: pl.DataFrame) -> Floats:
    """Return (lines, bands) weights, as `Histories.falling_with_age`, of all rows of a landmark table.

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
