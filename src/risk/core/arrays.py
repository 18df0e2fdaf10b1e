"""Arrays: the three kinds of NumPy array that whole columns are worked on as, and records of named fields."""

from datetime import date
from typing import Any, Final, TypeVar

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


def record_of(fields: dict[str, Any]) -> np.record:
    """Return one record of named fields, which compiled functions are handed as one pointer."""
    record: np.record = rows_of(1, **{name: np.asarray(field)[None] for name, field in fields.items()})[0]
    return record


def rows_of(n: int, **fields: Any) -> Any:
    """Return an array of `n` records, from a value of each field for all, or an array with one a row.

    Booleans are kept as bytes, since Numba nests none.
    """
    arrays = {name: np.asarray(field) for name, field in fields.items()}
    arrays = {k: a.astype(np.uint8) if a.dtype == np.bool_ else a for k, a in arrays.items()}
    kinds: Any = [(name, array.dtype, array.shape[1:]) for name, array in arrays.items()]
    rows = np.empty(n, np.dtype(kinds, align=True)).view(np.recarray)
    for name, array in arrays.items():
        rows[name] = array
    return rows
