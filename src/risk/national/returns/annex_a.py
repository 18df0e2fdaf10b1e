"""Annex A: the lists of an inspection of children's services as one workbook, `List 1` to `List 11`.

The tools of the field find the sheets by name and the columns by the first row. List 11 is about those who
wish to adopt, of whom the simulated world has none: it holds no rows.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from risk.core.kinds import INVENTED
from risk.core.pool import HERE, Pool
from risk.export.excel import new_sheet, new_workbook, write_rows
from risk.national.returns.annex_a_headings import headings
from risk.national.returns.annex_a_lists import LISTS, annex_a_lists
from risk.national.returns.described import described
from risk.records.cohort import Cohort
from risk.records.new_file import whole_file
from risk.records.partitions import Parts, each_part

ABOUT_SHEET: Final = "Synthetic"
ANNEX_A: Final = "annex_a"
"""In the dictionary, for all lists: a heading means the same in each."""

Made = dict[str, Any]


def write_annex_a(
    cohort: Parts,
    made: Made,
    on: date,
    path: Path,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write the lists as a record stood on the evening of a day into a new workbook, whole or not at all.

    Raises InputError if `path` is there or cannot be written.

    made: how the whole cohort was made. on: a day of the record with twelve months of it before; the lists
    say what happened in them.
    """
    with whole_file(path) as draft, new_workbook(draft, title=f"Annex A on {on}, synthetic") as book:
        dates, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True})
        sheets = {n: new_sheet(book, f"List {n}", names, bold) for n, names in headings().items()}
        about = book.add_worksheet(ABOUT_SHEET)
        said = (
            f"Annex A on {on}. SYNTHETIC risk-trajectory, scenario {made['scenario']}, seed {made['seed']}."
        )
        about.write_column(0, 0, [said, INVENTED])
        _describe(about, bold)
        rows = dict.fromkeys(LISTS, 1)
        for lists in each_part(partial(_lists, on), cohort, pool, on_part):
            for number, table in lists.items():
                write_rows(sheets[number], table, rows[number], dates)
                rows[number] += table.height


def _describe(sheet: Worksheet, bold: Format) -> None:
    """Write what each heading of the lists means, below what the sheet says already."""
    names = {heading: None for columns in headings().values() for heading in columns}
    sheet.write_row(3, 0, ["Column", "Meaning", "Unit", "Example"], bold)
    for row, (name, words) in enumerate(described(ANNEX_A, names).items(), start=4):
        sheet.write_row(row, 0, [name, words["description"], words.get("unit", ""), words.get("example", "")])


def _lists(on: date, part: Cohort) -> dict[int, pl.DataFrame]:
    return annex_a_lists(part.record, on)
