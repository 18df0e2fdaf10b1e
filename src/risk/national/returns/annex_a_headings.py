"""Annex A's headings: the columns of each list, word for word, since tools find them by their names.

They stand in `annex_a_headings.csv`, in their order. Its last column is our word for what the record can
fill, so that a heading may be reworded, and a column added or moved; a heading without one stays empty.
"""

from collections.abc import Collection
from functools import cache
from typing import Final

import polars as pl

from risk.core.data_files import read_table, refused
from risk.core.errors import InputError, unknown

FILE: Final = "annex_a_headings.csv"
COLUMNS: Final = {"list": pl.Int64(), "heading": pl.String(), "column": pl.String()}
NUMBERS: Final = range(1, 12)

Headings = dict[str, str | None]
"""The headings of a list in their order, each with our word for what fills it, or None."""


@cache
def headings() -> dict[int, Headings]:
    """Return the headings of each list by its number.

    Raises InputError for a heading, or one of our words, that is in a list twice, and for a list too many or
    too few.

    >>> headings()[1]["Date of Contact"]
    'on'
    """
    found: dict[int, Headings] = {number: {} for number in NUMBERS}
    for row, number, heading, column in _rows().iter_rows():
        if number not in found:
            raise refused(FILE, row, "list", str(number), f"the lists are {NUMBERS[0]} to {NUMBERS[-1]}")
        for name, cell, there in (
            ("heading", heading, list(found[number])),
            ("column", column, [word for word in found[number].values() if word]),
        ):
            if cell in there:
                raise refused(FILE, row, name, cell, f"is in list {number} twice")
        found[number][heading] = column
    if absent := [str(number) for number, columns in found.items() if not columns]:
        raise InputError(f"{FILE}: no heading of list {', '.join(absent)}")
    return found


def under_headings(number: int, made: pl.DataFrame, needed: Collection[str]) -> pl.DataFrame:
    """Return a list's rows under its headings, with empty columns for what nobody simulates.

    made: columns by our words. needed: those of which each has a heading in this list. Raises InputError
    where one has none, and for a word in the file that is no column of `made`.
    """
    columns = headings()[number]
    if absent := [word for word in needed if word not in columns.values()]:
        raise InputError(f"{FILE}: list {number} has no heading for {', '.join(absent)}")
    for row, of_list, _, word in _rows().drop_nulls("column").iter_rows():
        if of_list == number and word not in made.columns:
            raise refused(FILE, row, "column", word, unknown(f"column of list {number}", word, made.columns))
    return made.select(
        (pl.lit(None, pl.String) if word is None else pl.col(word)).alias(heading)
        for heading, word in columns.items()
    )


@cache
def _rows() -> pl.DataFrame:
    return read_table("risk.national.returns", FILE, COLUMNS, may_be_empty=["column"])
