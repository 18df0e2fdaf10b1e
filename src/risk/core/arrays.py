"""Arrays: the names of the three kinds of NumPy array that whole columns are worked on as."""

from datetime import date
from typing import Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Key = TypeVar("Key", pl.Expr, Ints)


DAYS_IN_MOMENT: Final = 1 << 20


def moments(who: Key, day: Key) -> Key:
    """Return a child or a household and a day as one whole number that sorts like the pair.

    Between two moments of one child lie as many as days, and as-of joins of them need no groups.
    """
    return who * DAYS_IN_MOMENT + day


def moment(who: str, on: pl.Expr | str) -> pl.Expr:
    """Return `moments` of a column of ids and one of dates, or what is worked out of dates."""
    dates = pl.col(on) if isinstance(on, str) else on
    return moments(pl.col(who), dates.to_physical().cast(pl.Int64))


def moments_of(rows: pl.DataFrame, who: str, on: pl.Expr | str) -> Ints:
    """Return `moment` of each row."""
    return rows.select(moment(who, on)).to_series().to_numpy()


def days_of(dates: pl.Series) -> Ints:
    """Return dates as whole days since 1 January 1970."""
    days: Ints = dates.to_physical().cast(pl.Int64).to_numpy()
    return days


def day_of(on: date) -> int:
    """Return a date as whole days since 1 January 1970."""
    return (on - date(1970, 1, 1)).days
