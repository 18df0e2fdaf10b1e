"""The dictionary: what each column of every table that we write means, in a line that the tables carry along.

The words stand in `dictionary.csv`, said for somebody who opens a file and has not read the code: first the
tables of a cohort, then landmarks, a dataset and the returns that are made from one. A column that measures
has its unit, and each column that is ever filled an example. Manifests, Parquet files and exports all take
them from here.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

import polars as pl

from risk.core.data_files import read_table, read_words
from risk.core.kinds import INVENTED
from risk.records.schema import RECORD, TRUTH

FILE: Final = "dictionary.csv"
WORDS: Final = ("table", "column", "meaning")
MORE: Final = ("unit", "example")


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
    others = _rows().filter(~pl.col("table").is_in(list(tables))).select("table", "column").iter_rows()
    known: dict[str, list[str]] = {name: list(columns) for name, columns in tables.items()}
    for name, column in others:
        known.setdefault(name, []).append(column)
    words = read_words("risk.records", FILE, WORDS, known, *MORE)
    return {name: words[name] for name in tables}


@cache
def columns_of(table: str, columns: tuple[str, ...] = ()) -> dict[str, dict[str, str]]:
    """Return what is said of each column of a table: description, and unit and example if it has them.

    Raises InputError as `meanings_of` does.

    columns: those of a table that no cohort holds.

    >>> columns_of("events")["may_be_later_days"]["unit"]
    'days'
    """
    texts = (meanings_of({table: columns}) if columns else meanings())[table]
    return {column: entries()[table][column] for column in texts}


@cache
def entries() -> dict[str, dict[str, dict[str, str]]]:
    """Return what the file says of each column, as `columns_of` does, by table in the file's order.

    >>> entries()["cin_ChildIdentifiers"]["ExpectedPersonBirthDate"]["unit"]
    'day'
    """
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in _rows().iter_rows(named=True):
        words = {"description": row["meaning"], **{key: row[key] for key in MORE if row[key]}}
        found.setdefault(row["table"], {})[row["column"]] = words
    return found


def file_metadata(about: str, columns: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return what a Parquet file says of itself, as `polars.DataFrame.write_parquet` takes it.

    `description` is what a row is, `columns` (JSON) what each column is; `note` that the children are
    invented. `polars.read_parquet_metadata` gives them back, and PyArrow's `ParquetFile.metadata.metadata`;
    pandas does not, since it looks into the embedded Arrow schema alone.

    about: what a row is. columns: by name, as `columns_of` has them.
    """
    return {"description": about, "columns": json.dumps(columns), "note": INVENTED}


@cache
def _rows() -> pl.DataFrame:
    return read_table("risk.records", FILE, dict.fromkeys((*WORDS, *MORE), pl.String()), may_be_empty=MORE)
