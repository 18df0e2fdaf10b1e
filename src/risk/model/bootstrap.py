"""Resamples: households drawn again with replacement, so that a figure can say how sure it is.

Children of one home share a hidden state, and a child's landmarks share its history: what is independent is
the household. A resample is a whole-number weight for each household, and every figure is worked out from
weighted sums, for the sample itself (the first column, all ones) and its resamples at once.

Davison and Hinkley (1997), Bootstrap Methods and their Application, section 3.8 (resampling clusters).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints
from risk.core.defaults import RESAMPLES

LOW_AND_HIGH: Final = (2.5, 97.5)


@dataclass(frozen=True)
class Figure:
    """A figure with its 95 % interval and its standard error; all null where it has no meaning."""

    value: float | None
    low: float | None
    high: float | None
    standard_error: float | None

    def with_interval(self) -> tuple[float | None, float | None, float | None]:
        """Return the value and the two ends of its interval, as three columns of a row."""
        return self.value, self.low, self.high


def household_weights(households: int, resamples: int = RESAMPLES, seed: int = 1) -> Floats:
    """Return (households, 1 + resamples) weights: ones, then how often each was drawn in each resample."""
    draws = np.random.Generator(np.random.Philox(seed))
    weights = np.ones((households, 1 + resamples))
    for r in range(1, 1 + resamples):
        weights[:, r] = np.bincount(draws.integers(0, households, households), minlength=households)
    return weights


def resampled(household_ids: pl.Series, resamples: int, seed: int) -> tuple[Ints, Floats]:
    """Return each row's place among the households, in order of id, and `household_weights` of these."""
    households, place = np.unique(household_ids.to_numpy(), return_inverse=True)
    return place, household_weights(len(households), resamples, seed)


def household_counts(households: int, resamples: int, seed: int) -> Ints:
    """Return (resamples, households): how often each was drawn, all at once, by NumPy's default generator.

    The cards that were written have intervals by these draws, and are to stay as they are.
    """
    chances = np.full(households, 1 / households)
    return np.random.default_rng(seed).multinomial(households, chances, resamples)


def summed(values: Floats, household: Ints, weights: Floats) -> Floats:
    """Return the weighted sum over rows of `values`, one number a column of `weights`.

    household: each row's place in `weights`.
    """
    total: Floats = np.bincount(household, values, weights.shape[0]) @ weights
    return total


def figure(by_resample: Floats) -> Figure:
    """Return the sample's own figure (the first) with the interval and the spread of its resamples'.

    Resamples in which it has no meaning are left out; with fewer than half left it has no interval.
    """
    value = float(by_resample[0]) if np.isfinite(by_resample[0]) else None
    again = by_resample[1:][np.isfinite(by_resample[1:])]
    if value is None or len(again) < max(2, len(by_resample) // 2):
        return Figure(value, None, None, None)
    low, high = np.percentile(again, LOW_AND_HIGH)
    return Figure(value, float(low), float(high), float(again.std(ddof=1)))


def share(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, and nothing (nan) where the whole is 0."""
    shares: Floats = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole != 0)
    return shares
