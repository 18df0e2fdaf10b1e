"""Arrays: the names of the three kinds of NumPy array that whole columns are worked on as."""

from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


DAYS_IN_MOMENT: Final = 1 << 20


def moment(child_id: pl.Expr, on: pl.Expr) -> pl.Expr:
    """Return a child and a day as one whole number that sorts like the pair: as-of joins need no groups."""
    return child_id * DAYS_IN_MOMENT + on.to_physical().cast(pl.Int64)


def moments(household: Ints, day: Ints) -> Ints:
    """Return a household and a day as one whole number that sorts like the pair."""
    return household * DAYS_IN_MOMENT + day


def days_of(dates: pl.Series) -> Ints:
    """Return dates as whole days since 1 January 1970."""
    days: Ints = dates.to_physical().cast(pl.Int64).to_numpy()
    return days


def day_of(on: date) -> int:
    """Return a date as whole days since 1 January 1970."""
    return (on - date(1970, 1, 1)).days
