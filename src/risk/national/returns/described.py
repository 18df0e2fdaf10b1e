"""The descriptions: what a return's folder says of its own columns, from the one dictionary.

A Data Package beside the files has for each column what it means, its unit where it measures, and an example.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from risk.national.returns.forms import GENDER
from risk.records.dictionary import columns_of
from risk.records.manifest import package

Made = dict[str, Any]
Kinds = dict[str, str]
"""By column, what it is in a Data Package: `integer` or `string`. A unit tells which are days."""

EITHER: Final = {*GENDER, *GENDER.values()}
"""Of these columns a year's form has one, and the dictionary both."""


def rows_and_kinds(name: str, table: pl.DataFrame) -> tuple[int, Kinds]:
    """Return how many rows a table has, and of what kind its columns are."""
    kinds = {c: "integer" if dtype.is_integer() else "string" for c, dtype in table.schema.items()}
    return table.height, kinds


def described(table: str, columns: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return what the dictionary says of each column of a return's table, in the order of the columns.

    >>> described("cin_CINplanDates", ["LAchildID", "CINdetailsID", "CINPlanStartDate", "CINPlanEndDate"])[
    ...     "CINPlanEndDate"
    ... ]["unit"]
    'day'
    """
    names = tuple(columns)
    either = EITHER if EITHER & set(names) else set()
    words = columns_of(table, (*names, *sorted(either - set(names))))
    return {name: words[name] for name in names}


def fields(table: str, kinds: Kinds, *, day_format: str = "default") -> list[dict[str, Any]]:
    """Return the fields of a table as a Data Package has them.

    day_format: how days are written, `default` for 2014-03-31.
    """
    found = []
    for name, words in described(table, kinds).items():
        is_day = words.get("unit") == "day"
        kind = "date" if is_day else kinds[name]
        about: dict[str, Any] = {"name": name, "type": kind, **words}
        if is_day and day_format != "default":
            about["format"] = day_format
        if kind == "integer" and "example" in words:
            about["example"] = int(words["example"])
        found.append(about)
    return found


def package_of(
    made: Made, prefix: str, said: dict[str, list[tuple[int, Kinds]]], *, day_format: str = "default"
) -> str:
    """Return the Data Package of a return's folder, as JSON.

    prefix: of the return's tables in the dictionary. said: by table, what `rows_and_kinds` said of each part.
    """
    resources = [
        {
            "name": name.lower(),
            "type": "table",
            "path": f"{name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "rows": sum(rows for rows, _ in parts),
            "schema": {"fields": fields(prefix + name, parts[0][1], day_format=day_format)},
        }
        for name, parts in said.items()
    ]
    return json.dumps(package(made, resources), indent=1) + "\n"
