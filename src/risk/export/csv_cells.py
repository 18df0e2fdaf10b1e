"""The cells: how a table stands in a file that people open in a spreadsheet, and how it is read back.

A spreadsheet runs a text that begins with = + - @, a tab or a line's end. Such a text, and one that begins
with an apostrophe, is written with one apostrophe before it; reading takes one apostrophe from the front of
any text that begins with one. So every text comes back as it was, and none is run.

OWASP, "CSV Injection".
"""

from io import BytesIO
from pathlib import Path
from typing import Final

import dataframely as dy
import polars as pl
import polars.selectors as cs

from risk.core.bounded import read_bytes
from risk.core.errors import InputError, at, unknown
from risk.records.schema import checked

CONVENTION: Final = (
    "A text that begins with = + - @ ' or with a tab or a line's end has one ' written before it, so that\n"
    "no spreadsheet takes it for a formula; a reader takes one ' from the front of a text that has one."
)
FORMULA: Final = r"^([=+\-@'\t\r\n])"
MOST_BYTES: Final = 4 << 30
YES_OR_NO: Final = {"true": True, "false": False}
MEANT: Final = {pl.Date: "a date such as 2014-03-31", pl.Boolean: "true or false"}


def neutralised(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table whose texts no spreadsheet takes for formulas."""
    return table.with_columns(cs.string().str.replace(FORMULA, "'${1}"))


def as_csv(table: pl.DataFrame, *, bom: bool = True) -> bytes:
    """Return a table as CSV, which begins with the names of its columns.

    UTF-8, dates as 2014-03-31, true and false, an empty cell for what there is not. bom: with the mark by
    which Excel knows UTF-8.
    """
    rows = BytesIO()  # what goes wrong with the disk is then told by the operating system, not by Polars
    neutralised(table).write_csv(rows, include_bom=bom)
    return rows.getvalue()


def read_csv(path: Path, schema: type[dy.Schema]) -> pl.DataFrame:
    """Return the table in a CSV file that `as_csv` made.

    Raises InputError, naming file, row and column, for a file that is not there or no CSV, for a column that
    is missing, and for a value that is none of its column's.
    """
    if not path.exists():
        raise InputError(f"{path}: is not there; only an export of every table is a cohort")
    try:
        data = read_bytes(path, MOST_BYTES)
        written = pl.read_csv(data, infer_schema=False, empty_string_is_null=False)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path}: cannot be read as CSV: {str(error).splitlines()[0]}") from None
    columns = {name: c.dtype for name, c in schema.columns().items() if name in written.columns}
    table = written.select(_parsed(path, written[name], dtype) for name, dtype in columns.items())
    return checked("", table, schema, source=str(path))


def _parsed(path: Path, texts: pl.Series, dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.String):
        return texts.str.strip_prefix("'")
    texts = texts.replace("", None)
    if isinstance(dtype, pl.Boolean):
        values = texts.str.to_lowercase().replace_strict(YES_OR_NO, default=None, return_dtype=dtype)
    elif isinstance(dtype, pl.Date):
        values = texts.str.to_date("%Y-%m-%d", strict=False)
    else:
        values = texts.cast(dtype, strict=False)
    for row in (values.is_null() & texts.is_not_null()).arg_true().head(1):
        place = at(path, row + 2, texts.name)
        if isinstance(dtype, pl.Enum):
            raise InputError(f"{place}: {unknown(texts.name, texts[row], dtype.categories)}")
        raise InputError(f"{place}: {texts[row]!r} is not {MEANT.get(type(dtype), 'a whole number')}")
    return values
