"""The workbook: tables of a cohort as one Excel file, a sheet a table, for people who work in spreadsheets.

Days are Excel's own dates and true and false its own; a text is never a formula or a link. Rows go to disk
as they come, so that a large cohort never sits in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import polars.selectors as cs
import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.core.pool import HERE, Pool
from risk.core.shipped import generator
from risk.export.csv_cells import CONVENTION, neutralised
from risk.export.csv_tables import TABLES, Made, group_of
from risk.records.cohort import Cohort
from risk.records.dictionary import meanings
from risk.records.manifest import read_manifest
from risk.records.new_file import whole_file
from risk.records.partitions import Parts, each_part

MOST_ROWS: Final = 1_048_576
"""The rows of a sheet, the names of the columns among them."""

DATE_FORMAT: Final = "dd/mm/yyyy"
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTH: Final = 16
EXCELS_1970: Final = 25_569
"""The number that Excel has for 1 January 1970: its days count from before 1900."""


def write_xlsx(
    cohort: Parts,
    made: Made,
    out: Path,
    tables: Sequence[str] = TABLES,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write tables of a cohort into a new Excel file, a sheet each, whole or not at all.

    Raises InputError if the file is there or cannot be written, or if a table has more rows than a sheet.

    cohort: each of its parts is seen once. tables: names among `tables.TABLES`.
    """
    if isinstance(cohort, Path | str):  # its manifest says how many rows there are, before any is written
        for resource in read_manifest(Path(cohort)).resources:
            if (name := resource.name.partition("-")[2]) in tables:
                _check_room(out, name, resource.rows)
    with whole_file(out) as draft, new_workbook(draft) as book:
        dates, bold = book.add_format({"num_format": DATE_FORMAT}), book.add_format({"bold": True})
        _write_about(book.add_worksheet("about"), made, tables, bold)
        sheets = {name: new_sheet(book, name, meanings()[name], bold) for name in tables}
        rows = dict.fromkeys(tables, 1)
        for part in each_part(Cohort.tables, cohort, pool, on_part):
            for name in tables:
                table = part[name]
                _check_room(out, name, rows[name] - 1 + table.height)
                write_rows(sheets[name], table, rows[name], dates)
                rows[name] += table.height


def _check_room(out: Path, name: str, n_rows: int) -> None:
    """Raise InputError for a table that has more rows than a sheet."""
    if n_rows > MOST_ROWS - 1:
        raise InputError(
            f"{out}: table {name} has more than the {MOST_ROWS - 1:,} rows that a sheet of Excel "
            "holds; leave it out (--table names those you want), or use csv or duckdb"
        )


@contextmanager
def new_workbook(path: Path, **properties: str) -> Iterator[Any]:
    """Give a workbook, which is written when the work inside succeeded. It holds no time of making.

    Its rows are kept beside it until then, so that what is left goes with the folder of the draft. Raises
    OSError if the disk does not take it.
    """
    book = xlsxwriter.Workbook(path, {**OPTIONS, "tmpdir": str(path.parent)})
    book.set_properties({"comments": INVENTED, "created": datetime(2000, 1, 1), **properties})
    try:
        yield book
    except BaseException:
        with suppress(XlsxFileError, OSError):  # which would hide what has gone wrong
            book.close()
        raise
    try:
        book.close()
    except XlsxFileError as error:
        raise OSError(str(error)) from error


def new_sheet(book: Any, name: str, columns: Iterable[str], bold: Format) -> Worksheet:
    """Return a new sheet with the names of its columns in the first row, which stays in sight."""
    sheet: Worksheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    names = list(columns)
    sheet.set_column(0, len(names) - 1, WIDTH)
    sheet.write_row(0, 0, names, bold)
    return sheet


def write_rows(sheet: Worksheet, table: pl.DataFrame, first: int, dates: Format) -> None:
    """Write a table's rows below each other, from row number `first`, counted from 0.

    Every column is written by the one function for its type: to let the library look at each value again
    takes as long as to write it.
    """
    dtypes = table.dtypes
    writers = [sheet.write_number if d.is_numeric() or d == pl.Date else sheet.write_string for d in dtypes]
    writers = [sheet.write_boolean if d == pl.Boolean else w for d, w in zip(dtypes, writers, strict=True)]
    formats = [dates if d == pl.Date else None for d in dtypes]
    columns = list(zip(range(len(dtypes)), writers, formats, strict=True))
    written = neutralised(table).with_columns(
        cs.date().to_physical() + EXCELS_1970, cs.string().replace("", None), cs.enum().cast(pl.String)
    )
    for number, row in enumerate(written.iter_rows(), first):
        for (column, write, its_format), value in zip(columns, row, strict=True):
            if value is not None:
                write(number, column, value, its_format)


def _write_about(sheet: Worksheet, made: Made, tables: Sequence[str], bold: Format) -> None:
    """Write what people should know first, and what each column means."""
    sheet.set_column(0, 1, WIDTH)
    sheet.set_column(2, 2, 6 * WIDTH)
    about = {
        "made by": generator(),
        "scenario": made["scenario"],
        "seed": made["seed"],
        "households": made["households"],
        "from": made["from_on"],
        "to, exclusive": made["to_on"],
        "texts": CONVENTION.replace("\n", " "),
    }
    lines: list[tuple[Any, ...]] = [(INVENTED,), (), *((name, "", value) for name, value in about.items())]
    lines += [(), ("sheet", "column", "meaning")]
    for name in tables:
        hidden = " (hidden truth: nobody could have known all of it)" if group_of(name) == "truth" else ""
        lines += [(name, column, meaning + hidden) for column, meaning in meanings()[name].items()]
    for row, line in enumerate(lines):
        for column, value in enumerate(line):
            sheet.write(row, column, value, bold if row == 0 else None)
