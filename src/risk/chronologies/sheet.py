"""The sheet: the cells of a file with their addresses, before anything is understood.

CSV, Excel, OpenDocument or Word: what comes back is the text that each cell shows, by row and column. What is
larger than a chronology of one child can be is refused before it is read.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from risk.chronologies.open_document import read_spreadsheet
from risk.chronologies.synonyms import EXPLAINED, meant
from risk.chronologies.tab import LAST_ROW, Cells, Range, Tab, cell_name
from risk.chronologies.unpacking import CHRONOLOGY, OPEN, WORD, Budget, package_of
from risk.chronologies.word import read_document
from risk.chronologies.workbook import read_workbook
from risk.core.bounded import read_bytes
from risk.core.errors import InputError

SUFFIXES: Final = (".csv", ".xlsx", ".xlsm", ".ods", ".docx", ".tsv", ".txt")
TO_SAVE_ANEW: Final = {".xls": ".xlsx", ".xlsb": ".xlsx", ".doc": ".docx", ".odt": ".docx", ".rtf": ".docx"}
"""What is not read, and as what a copy of it is."""

MOST_BYTES: Final = 10 * 1024 * 1024
TOO_LARGE: Final = "a chronology is about one child: save a copy without pictures"
MOST_BYTES_OF_TEXT: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 200
MOST_CHARACTERS: Final = 32_767
"""What Excel itself keeps in a cell."""

HEADER_WITHIN: Final = 60
"""The row that names the columns is one of so many first rows that hold anything."""

OF_TEMPLATE: Final = ("Instructions", EXPLAINED)
"""Sheets of the template that hold no events."""

OUT_OF_PDF: Final = (
    "open it in Word, which turns its tables into tables again, look them through, and save it as .docx; or "
    "copy its rows into the template of `risk chronology new case.xlsx`"
)
LOCKED_OR_OLD: Final = b"\xd0\xcf\x11\xe0"
SEPARATORS: Final = ",;\t|"

CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that are no text, and that a terminal would obey."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one file by row and column, both from 1, and which row names the columns.

    header: the row that names the columns. merged: ranges of an Excel sheet. remarks: what a reader should
    be told about how it was read. ragged: whether a cell too many is a comma too many, as in a CSV file.
    name: what the sheet is called, where there are several. agency: what it is called in any case. more: the
    workbook's other sheets of events. budget: of what its merged cells may show.
    """

    source: str
    cells: Cells
    header: int
    merged: list[Range] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    ragged: bool = False
    name: str = ""
    agency: str = ""
    more: tuple["Sheet", ...] = ()
    budget: Budget = CHRONOLOGY

    def place(self, row: int, column: int) -> str:
        """Return a cell's address, with the sheet's name where there are several sheets."""
        return f"{self.name}!{cell_name(row, column)}" if self.name else cell_name(row, column)


def column_of(text: str) -> str | None:
    """Return the word for a column that its heading means; remarks in brackets do not count."""
    return of_heading("column", text)


def of_heading(noun: str, text: str) -> str | None:
    """Return the word of a noun that a heading means; remarks in brackets do not count."""
    if len(text) > 80:
        return None
    return meant(noun, re.sub(r"\([^)]*\)|\*", " ", text.strip().strip('"')))


@dataclass(frozen=True)
class Form:
    """What a file is to hold: how much there may be of it, and the word for what a heading means.

    budget: of a workbook, once it is unpacked.
    """

    column_of: Callable[[str], str | None] = column_of
    most_bytes: int = MOST_BYTES
    most_bytes_of_text: int = MOST_BYTES_OF_TEXT
    most_rows: int = MOST_ROWS
    budget: Budget = CHRONOLOGY


ONE_CHILD: Final = Form()


def read_sheet(path: Path) -> Sheet:
    """Return the cells of a file. Raises InputError for what cannot be read as a chronology."""
    return sheet_of(str(path), read_bytes(path, MOST_BYTES, TOO_LARGE))


def sheet_of(source: str, data: bytes, form: Form = ONE_CHILD) -> Sheet:
    """Return the cells in a file's bytes; what they begin with decides, not the file's name."""
    if data.startswith(LOCKED_OR_OLD):
        raise InputError(
            f"{source}: is locked with a password, or of an Excel or Word before 2007; save a copy as "
            ".xlsx or .docx, without a password"
        )
    if data.startswith(b"%PDF"):
        raise InputError(f"{source}: a PDF; {OUT_OF_PDF}")
    sheet = (_of_workbook if data.startswith(b"PK") else _of_text)(source, data, form)
    for each in (sheet, *sheet.more):
        _check_size(each, form)
        for row in each.cells.values():
            row.update({column: CONTROLS.sub("", text) for column, text in row.items()})
    n_rows = sum(len(each.cells) for each in (sheet, *sheet.more))
    if n_rows > form.most_rows + HEADER_WITHIN * (1 + len(sheet.more)):
        raise _too_many_rows(source, form)
    return sheet


def _too_many_rows(source: str, form: Form) -> InputError:
    return InputError(f"{source}: over {form.most_rows:,} rows; {form.budget.why}")


def _of_workbook(source: str, data: bytes, form: Form) -> Sheet:
    with package_of(source, data, form.budget) as parts:
        if parts.kind == WORD:
            tabs, remarks = _in_one(source, read_document(parts), form)
        elif parts.kind == OPEN:
            tabs, remarks = read_spreadsheet(parts), []
        else:
            tabs, remarks = read_workbook(parts)
    filled = [tab for tab in tabs if tab.cells]
    if not filled:
        raise InputError(f"{source}: the workbook is empty")
    shown = [tab for tab in filled if not tab.hidden]
    named = {tab.name: _header(tab.cells, form)[1] for tab in shown}
    with_header = [tab for tab in shown if "date" in named[tab.name] and len(named[tab.name]) > 1]
    read = with_header or (shown or filled)[:1]
    others = [repr(other.name) for other in filled if other not in read and other.name not in OF_TEMPLATE]
    if others or len(read) > 1:
        names = ", ".join(repr(tab.name) for tab in read)
        left_out = f"; {', '.join(others)} {_was(others)} left out" if others else ""
        noun = "Sheet" if len(read) == 1 else "Sheets"
        remarks.append(f"{noun} {names} {'was' if len(read) == 1 else 'were'} read{left_out}.")
    first, *more = (_of_tab(source, tab, form, several=len(read) > 1) for tab in read)
    return replace(first, remarks=[*remarks, *first.remarks], more=tuple(more))


def _of_tab(source: str, tab: Tab, form: Form, *, several: bool) -> Sheet:
    """Return one sheet of a workbook, with what whoever looks at it in Excel does not see."""
    header = _header(tab.cells, form)[0]
    remarks = _unseen(tab, header, f" of sheet {tab.name!r}" if several else "")
    return Sheet(
        *(source, tab.cells, header, tab.merged, remarks),
        name=tab.name if several else "",
        agency=tab.name,
        budget=form.budget,
    )


def _unseen(tab: Tab, header: int, where: str) -> list[str]:
    """Return what to say of what is read and not seen, or struck through, and of formulas without value."""
    hidden = [str(row) for row in tab.hidden_rows if row > header]
    struck = [str(row) for row in tab.struck_rows if row > header]
    partly = [cell_name(*at) for at in tab.struck_cells if at[0] > header and str(at[0]) not in struck]
    by_filter = ", perhaps by its filter" if tab.filtered else ""
    remarks = []
    if hidden:
        remarks.append(f"{_rows(hidden)}{where} hidden{by_filter}, and counted; delete what is not to count.")
    if columns := _hidden_columns(tab):
        noun = f"Column {columns[0]} is" if len(columns) == 1 else f"Columns {_some(columns)} are"
        remarks.append(f"{noun}{where} hidden, and read; delete what is not to be read.")
    if struck:
        remarks.append(f"{_rows(struck)}{where} struck through, and counted; delete what is not to count.")
    if partly:
        words = "holds words" if len(partly) == 1 else "hold words"
        remarks.append(
            f"{_some(partly)}{where} {words} that are struck through, and read; delete what no longer holds."
        )
    if tab.unsaved:
        remarks.append(
            f"{_some(tab.unsaved)} {_holds(tab.unsaved)} a formula without a saved value: read as empty."
        )
    return remarks


def _hidden_columns(tab: Tab) -> list[str]:
    """Return the letters of the columns that hold something and are not shown."""
    filled = sorted({column for row in tab.cells.values() for column in row})
    hidden = (c for c in filled if any(first <= c <= last for first, last in tab.hidden_columns))
    return [cell_name(1, c)[:-1] for c in hidden]


def _rows(rows: list[str]) -> str:
    return f"Row {rows[0]} is" if len(rows) == 1 else f"Rows {_some(rows)} are"


def not_read(suffix: str) -> str:
    """Return the way out for a kind of file that is not read, by the end of its name; nothing for others."""
    if suffix == ".pdf":
        return f"a PDF is not read: {OUT_OF_PDF}"
    saved_as = TO_SAVE_ANEW.get(suffix)
    return f"{suffix} is not read: open it and save a copy as {saved_as}" if saved_as else ""


def _in_one(source: str, tables: list[Tab], form: Form) -> tuple[list[Tab], list[str]]:
    """Return the tables of a document as one sheet: those up to the chronology, and those that carry it on.

    A table before it says whom it is about; one after it that has the same header is its next page.
    """
    if not tables:
        raise InputError(f"{source}: holds no table; a chronology in Word is a table with a row an event")
    whole, left_out = Tab("Tables", hidden=False), 0
    header: dict[int, str] = {}
    for table in tables:
        row, named = _header(table.cells, form)
        if header and table.cells[row] != header:
            left_out += 1
            continue
        begin = row if header else 0
        if not header and "date" in named and len(named) > 1:
            header = table.cells[row]
        whole.add(table, begin)
    remarks = ["Rows are counted through the tables of the document, from 1; text outside them was not read."]
    if left_out:
        n = "1 table that has" if left_out == 1 else f"{left_out} tables that have"
        remarks.append(f"Left out: {n} other columns than the chronology.")
    return [whole], remarks


def _was(names: list[str]) -> str:
    return "was" if len(names) == 1 else "were"


def _holds(names: list[str]) -> str:
    return "holds" if len(names) == 1 else "each hold"


def _some(cells: list[str]) -> str:
    more = f" and {len(cells) - 3} more" if len(cells) > 3 else ""
    return f"{', '.join(cells[:3])}{more}"


def _of_text(source: str, data: bytes, form: Form) -> Sheet:
    if len(data) > form.most_bytes_of_text:
        most = form.most_bytes_of_text // 1024 // 1024
        raise InputError(f"{source}: over {most} MB of text; {form.budget.why}")
    text, remarks = _decoded(source, data)
    rows: Cells = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_separator(text, form))
    try:
        for number, cells in enumerate(reader, 1):
            if sum(map(bool, cells)) > MOST_COLUMNS:
                raise InputError(
                    f"{source}, row {number}: over {MOST_COLUMNS} cells; see what separates them"
                )
            shown = {i: cell for i, raw in enumerate(cells, 1) if (cell := _as_it_was(raw.strip()))}
            if shown:
                rows[number] = shown
            if len(rows) > form.most_rows + HEADER_WITHIN or number > LAST_ROW:
                raise _too_many_rows(source, form)
    except csv.Error as error:
        why = f"not a CSV file: {error}"
        if "expected after" in str(error):
            why = (
                'a quotation mark inside a text that is in quotation marks; write it twice (""), or save the '
                "file from Excel as .xlsx"
            )
        raise InputError(f"{source}, row {reader.line_num}: {why}") from None
    if not rows:
        raise InputError(f"{source}: the file is empty; its first row names date, agency, kind, what")
    return Sheet(source, rows, _header(rows, form)[0], [], remarks, ragged=True, budget=form.budget)


def _decoded(source: str, data: bytes) -> tuple[str, list[str]]:
    """Return the text of a CSV file: UTF-8, UTF-16 with its mark, or else what Windows wrote before."""
    remarks = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif _is(data, "utf-8-sig"):
        encoding = "utf-8-sig"
    else:
        encoding = "cp1252"
        remarks.append("The file is not UTF-8; it was read as Windows-1252, as Excel's plain CSV is.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise InputError(
            f"{source}: neither UTF-8 nor Windows-1252 nor UTF-16; save it as 'CSV UTF-8'"
        ) from None
    if "\0" in text:
        raise InputError(f"{source}: holds zero bytes, which no text does; save it as 'CSV UTF-8' or .xlsx")
    return text.replace("\r\n", "\n"), remarks


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str, form: Form) -> str:
    """Return what stands between cells: whatever makes the most of a first line into names of columns."""
    first = text[:100_000].splitlines()[:HEADER_WITHIN]

    def named(separator: str) -> int:
        return max((sum(is_column(cell) for cell in line.split(separator)) for line in first), default=0)

    def is_column(text: str) -> bool:
        return form.column_of(text) is not None

    return max(SEPARATORS, key=named)


def _header(cells: Cells, form: Form) -> tuple[int, set[str]]:
    """Return the row that names the most columns, of the first ones that hold anything, and what it names."""
    named = {
        row: {word for cell in list(cells[row].values())[:MOST_COLUMNS] if (word := form.column_of(cell))}
        for row in sorted(cells)[:HEADER_WITHIN]
    }
    row = max(named, key=lambda r: len(named[r]))
    return row, named[row]


NEUTRALISED: Final = re.compile(r"'+[=+\-@\t\r]")


def _as_it_was(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from reading it as a formula."""
    return cell[1:] if NEUTRALISED.match(cell) else cell


def _check_size(sheet: Sheet, form: Form) -> None:
    n_rows = sum(row > sheet.header for row in sheet.cells)
    if n_rows > form.most_rows:
        raise _too_many_rows(sheet.source, form)
    n_columns = len({column for row in sheet.cells.values() for column in row})
    if n_columns > MOST_COLUMNS:
        raise InputError(f"{sheet.source}: {n_columns:,} columns hold something; {MOST_COLUMNS} may at most")
    longest = max(len(cell) for row in sheet.cells.values() for cell in row.values())
    if longest > MOST_CHARACTERS:
        raise InputError(
            f"{sheet.source}: a cell of {longest:,} characters; Excel keeps {MOST_CHARACTERS:,} at most"
        )
