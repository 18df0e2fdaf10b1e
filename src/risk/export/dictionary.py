"""The dictionary: what each column of every table that we write means, in a line that the tables carry along.

The words stand in `dictionary.csv`, said for somebody who opens a file and has not read the code: first the
tables of a cohort, then those of a dataset that is made from one.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

import polars as pl

from risk.core.data_files import read_table, read_words
from risk.records.schema import RECORD, TRUTH

FILE: Final = "dictionary.csv"
COLUMNS: Final = ("table", "column", "meaning")


@cache
def meanings() -> dict[str, dict[str, str]]:
    """Return what each column of a cohort means, by table and column, in the order of `schema`.

    Raises InputError where the file lacks a column of a cohort, or has one that no cohort has.

    >>> meanings()["events"]["occurred_on"]
    'the day on which it happened'
    """
    return meanings_of({name: schema.column_names() for name, schema in {**RECORD, **TRUTH}.items()})


def meanings_of(tables: Mapping[str, Collection[str]]) -> dict[str, dict[str, str]]:
    """Return what each column of some tables means, in their order.

    Raises InputError where the file lacks a column of one of them, or has another.

    tables: the names of the columns of each.
    """
    rows = read_table("risk.export", FILE, dict.fromkeys(COLUMNS, pl.String()))
    others = rows.filter(~pl.col("table").is_in(list(tables))).select("table", "column").iter_rows()
    known: dict[str, list[str]] = {name: list(columns) for name, columns in tables.items()}
    for name, column in others:
        known.setdefault(name, []).append(column)
    words = read_words("risk.export", FILE, COLUMNS, known)
    return {name: words[name] for name in tables}
