"""The Standard Safeguarding Dataset's objects: the tables that we fill, column by column as specified.

They stand in `ssd_objects.csv` in the specification's order, with its SQL types. What each column means is in
the exports' dictionary.
"""

from functools import cache
from typing import Final, NamedTuple

import polars as pl

from risk.core.data_files import read_table
from risk.core.errors import InputError

FILE: Final = "ssd_objects.csv"
COLUMNS: Final = {
    "object": pl.String(),
    "column": pl.String(),
    "type": pl.String(),
    "key": pl.Enum(["key"]),
    "refers_to": pl.String(),
}
TYPES: Final = {"DATETIME": pl.Date, "INT": pl.Int32, "FLOAT": pl.Float64}
"""By SQL type, how a frame holds it: a day has no hour, and whatever is not here is a text."""


class Column(NamedTuple):
    """A column: its SQL type, whether it is its object's key, and what it refers to, as `object.column`."""

    sql: str
    is_key: bool
    refers_to: str | None

    @property
    def dtype(self) -> type[pl.DataType]:
        """The type in a frame."""
        return TYPES.get(self.sql, pl.String)


Object = dict[str, Column]


@cache
def objects() -> dict[str, Object]:
    """Return the columns of each object by name, in the specification's order.

    Raises InputError for an object without one key, and for a reference to a column that is not there.

    >>> objects()["ssd_cin_plans"]["cinp_referral_id"].refers_to
    'ssd_cin_episodes.cine_referral_id'
    """
    rows = read_table("risk.national.returns", FILE, COLUMNS, may_be_empty=["key", "refers_to"])
    found: dict[str, Object] = {}
    for name, column, sql, key, refers_to in rows.drop("row").iter_rows():
        found.setdefault(name, {})[column] = Column(sql, key is not None, refers_to)
    known = {f"{name}.{column}" for name, columns in found.items() for column in columns}
    for name, columns in found.items():
        if sum(c.is_key for c in columns.values()) != 1:
            raise InputError(f"{FILE}: {name} has not one key; each object has one")
        for column, about in columns.items():
            if about.refers_to is not None and about.refers_to not in known:
                raise InputError(f"{FILE}: {name}.{column} refers to {about.refers_to}, which is not there")
    return found


def key_of(name: str) -> str:
    """Return the key of an object."""
    return next(column for column, about in objects()[name].items() if about.is_key)


def as_specified(name: str, made: pl.DataFrame) -> pl.DataFrame:
    """Return an object's rows with its columns, types and order; what is not made is empty.

    Raises InputError for a column that the object has not.
    """
    columns = objects()[name]
    if other := [column for column in made.columns if column not in columns]:
        raise InputError(f"{FILE}: {name} has no column {', '.join(other)}")
    return made.select(
        (pl.col(column) if column in made.columns else pl.lit(None)).cast(about.dtype).alias(column)
        for column, about in columns.items()
    )
