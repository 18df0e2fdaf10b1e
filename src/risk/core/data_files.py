"""Data files: tables of ours that stand beside the code as CSV, for whoever knows the field to edit.

They open in Excel and are checked whenever they are read, because an edit is where a mistake comes in: what
is wrong is named by its file, row, column, value and the rule it breaks. Rows are counted as editors do.
"""

import csv
from collections.abc import Collection, Mapping
from importlib.resources import files

import polars as pl

from risk.core.errors import InputError, at, unknown


def read_table(
    package: str, name: str, columns: Mapping[str, pl.DataType], *, may_be_empty: Collection[str] = ()
) -> pl.DataFrame:
    """Return the rows of a data file in their order, with `row`, the line that each ends on in the file.

    columns: what the file's first line names, in that order, with the type of each; a column of a vocabulary
    is a `pl.Enum`. may_be_empty: columns of which a cell may be empty, which is null.

    Raises InputError at the first cell that is empty, or is no value of its column's type.

    >>> read_table("risk.core", "bank_holidays.csv", {"on": pl.Date(), "name": pl.String()}).row(0)
    (2, datetime.date(1995, 1, 1), "New Year's Day")
    """
    written = pl.DataFrame(
        _rows(package, name, list(columns)),
        schema={"row": pl.Int64, **dict.fromkeys(columns, pl.String)},
        orient="row",
    ).with_columns(pl.col(c).replace("", None) for c in columns)
    typed = written.with_columns(_typed(column, dtype) for column, dtype in columns.items())
    for column, dtype in columns.items():
        needed = column not in may_be_empty
        bad = written.filter(typed[column].is_null() & (written[column].is_not_null() | needed))
        if not bad.is_empty():
            row, value = bad.select("row", column).row(0)
            raise refused(name, row, column, value or "", _rule(column, value, dtype))
    return typed


def read_words(
    package: str, name: str, columns: tuple[str, str, str], known: Mapping[str, Collection[str]], *more: str
) -> dict[str, dict[str, str]]:
    """Return what a data file says of each word of each table, in the order of `known`.

    columns: the names of the three columns that hold the table, the word, and what is said of it. known: by
    table, its words: the file has each of them once, and no other. more: columns for people, which may be
    empty and are not read. Raises InputError where that is not so, as `read_table` does for a damaged file.
    """
    table, word, said = columns
    types = {table: pl.Enum(list(known)), word: pl.String(), said: pl.String()}
    rows = read_table(package, name, {**types, **dict.fromkeys(more, pl.String())}, may_be_empty=more)
    found: dict[str, dict[str, str]] = {of: {} for of in known}
    for row, of, key, text in rows.select("row", *columns).iter_rows():
        if key not in known[of]:
            raise refused(name, row, word, key, unknown(f"{word} of {of}", key, known[of]))
        if key in found[of]:
            raise refused(name, row, word, key, f"is there twice for {of}; each {word} has one row")
        found[of][key] = text
    for of, keys in known.items():
        if absent := [key for key in keys if key not in found[of]]:
            raise InputError(f"{name}: {of} lacks {', '.join(absent)}; each {word} has a row")
    return {of: {key: found[of][key] for key in keys} for of, keys in known.items()}


def refused(name: str, row: int, column: str, value: str, rule: str) -> InputError:
    """Return the error for a cell of a data file, for its reader to raise."""
    return InputError(f"{at(name, row, column)}: {value!r}: {rule}")


def _rows(package: str, name: str, columns: list[str]) -> list[tuple[int | str, ...]]:
    """Return the number of each row that holds anything, and its cells."""
    try:
        text = (files(package) / name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: byte {error.start} is not UTF-8; in Excel, save as CSV UTF-8") from None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        (_, header), *rows = [(reader.line_num, cells) for cells in reader if any(cells)]
    except (csv.Error, ValueError) as error:
        raise InputError(f"{name}: not a CSV file with a row of headings: {error}") from None
    if header != columns:
        raise InputError(f"{at(name, 1)}: {','.join(header)}; the columns are {','.join(columns)}")
    for row, cells in rows:
        if len(cells) != len(columns):
            rule = f"a row has {len(columns)} cells; a text with a comma stands in quotation marks"
            raise InputError(f"{at(name, row)}: {len(cells)} cells: {rule}")
    return [(row, *cells) for row, cells in rows]


def _typed(column: str, dtype: pl.DataType) -> pl.Expr:
    """Return a column of texts as what it holds; null where it is no such thing."""
    text = pl.col(column)
    return text.str.to_date("%Y-%m-%d", strict=False) if dtype == pl.Date else text.cast(dtype, strict=False)


def _rule(column: str, value: str | None, dtype: pl.DataType) -> str:
    if value is None:
        return "is empty; every row has one"
    if isinstance(dtype, pl.Enum):
        return unknown(column, value, dtype.categories.to_list())
    return "is no day as 2014-04-18" if dtype == pl.Date else "is no number"
