"""The forms: what the return of an earlier year calls what that of 2025-26 calls otherwise.

Our tables are in the words of 2025-26; `forms.csv` says which code stood for one of theirs until which year.
The earliest collection that is known here is that of 2022-23, in whose form earlier years are written too.
"""

from functools import cache
from typing import Final

import polars as pl

from risk.core.data_files import read_table
from risk.national.returns.years import StatutoryYear

FILE: Final = "forms.csv"
COLUMNS: Final = {
    "return": pl.Enum(["census", "ssda903"]),
    "column": pl.String(),
    "code": pl.String(),
    "until": pl.Int64(),
    "written": pl.String(),
    "note": pl.String(),
}
GENDER_UNTIL: Final = 2024
GENDER: Final = {"Sex": "GenderCurrent"}
"""The census asked for gender until 2023-24, and has asked for sex since."""


def in_form_of(year: StatutoryYear, collection: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return a table of a return as its year's collection writes it.

    collection: `census` or `ssda903`. table: in the words of 2025-26.

    >>> table = pl.DataFrame({"Sex": ["F"], "Ethnicity": ["WBRI"]})
    >>> in_form_of(StatutoryYear(2024), "census", table).to_dicts()
    [{'GenderCurrent': '2', 'Ethnicity': 'WBRI'}]
    >>> in_form_of(StatutoryYear(2025), "census", table).columns
    ['Sex', 'Ethnicity']
    """
    codes = _older(collection, year.ending)
    written = table.with_columns(pl.col(c).replace(codes[c]) for c in table.columns if c in codes)
    is_gender = collection == "census" and year.ending <= GENDER_UNTIL
    return written.rename(GENDER, strict=False) if is_gender else written


@cache
def _older(collection: str, ending: int) -> dict[str, dict[str, str]]:
    """Return the codes of a year that differ from those of 2025-26, by column."""
    rows = read_table("risk.national.returns", FILE, COLUMNS, may_be_empty=["note"])
    found: dict[str, dict[str, str]] = {}
    chosen = rows.filter(pl.col("return") == collection, pl.col("until") >= ending)
    for column, code, written in chosen.select("column", "code", "written").iter_rows():
        found.setdefault(column, {})[code] = written
    return found
