"""The sheet: the cells of a file with their addresses, before anything is understood.

CSV, Excel, OpenDocument or Word: what comes back is the text that each cell shows, by row and column. What is
larger than a chronology of one child can be is refused before it is read.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from risk.chronologies.open_document import read_spreadsheet
from risk.chronologies.synonyms import meant
from risk.chronologies.unpacking import OPEN, WORD, package_of
from risk.chronologies.word import read_document
from risk.chronologies.workbook import LAST_ROW, Cells, Range, Tab, read_workbook
from risk.core.errors import InputError

SUFFIXES: Final = (".csv", ".xlsx", ".xlsm", ".ods", ".docx", ".tsv", ".txt")
TO_SAVE_ANEW: Final = {".xls": ".xlsx", ".xlsb": ".xlsx", ".doc": ".docx", ".odt": ".docx", ".rtf": ".docx"}
"""What is not read, and as what a copy of it is."""

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_BYTES_OF_TEXT: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 200
MOST_CHARACTERS: Final = 32_767
"""What Excel itself keeps in a cell."""

HEADER_WITHIN: Final = 30
"""The row that names the columns is one of so many first rows that hold anything."""

OF_TEMPLATE: Final = ("Instructions", "Words")
"""Sheets of the template that hold no events."""

OUT_OF_PDF: Final = (
    "open it in Word, which turns its tables into tables again, look them through, and save it as .docx; or "
    "copy its rows into the template of `risk chronology new case.xlsx`"
)
LOCKED_OR_OLD: Final = b"\xd0\xcf\x11\xe0"
SEPARATORS: Final = ",;\t"

CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that are no text, and that a terminal would obey."""


@dataclass(frozen=True)
class Sheet:
    """The cells of one file by row and column, both from 1, and which row names the columns.

    header: the row that names the columns. merged: ranges of an Excel sheet. remarks: what a reader should
    be told about how it was read. ragged: whether a cell too many is a comma too many, as in a CSV file.
    """

    source: str
    cells: Cells
    header: int
    merged: list[Range] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    ragged: bool = False


def read_sheet(path: Path) -> Sheet:
    """Return the cells of a file. Raises InputError for what cannot be read as a chronology."""
    return sheet_of(str(path), _bytes_of(path))


def sheet_of(source: str, data: bytes) -> Sheet:
    """Return the cells in a file's bytes; what they begin with decides, not the file's name."""
    if data.startswith(LOCKED_OR_OLD):
        raise InputError(
            f"{source}: is locked with a password, or of an Excel or Word before 2007; save a copy as "
            ".xlsx or .docx, without a password"
        )
    if data.startswith(b"%PDF"):
        raise InputError(f"{source}: a PDF; {OUT_OF_PDF}")
    sheet = _of_workbook(source, data) if data.startswith(b"PK") else _of_text(source, data)
    _check_size(sheet)
    for row in sheet.cells.values():
        row.update({column: CONTROLS.sub("", text) for column, text in row.items()})
    return sheet


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 1024 // 1024
        raise InputError(
            f"{path}: over {most} MB; a chronology is about one child: save a copy without pictures"
        )
    return data


def _of_workbook(source: str, data: bytes) -> Sheet:
    with package_of(source, data) as parts:
        if parts.kind == WORD:
            tabs, remarks = _in_one(source, read_document(parts))
        elif parts.kind == OPEN:
            tabs, remarks = read_spreadsheet(parts), []
        else:
            tabs, remarks = read_workbook(parts)
    filled = [tab for tab in tabs if tab.cells]
    if not filled:
        raise InputError(f"{source}: the workbook is empty")
    shown = [tab for tab in filled if not tab.hidden]
    with_header = [tab for tab in shown if "date" in (named := _header(tab.cells)[1]) and len(named) > 1]
    if len(with_header) > 1:
        names = " and ".join(repr(tab.name) for tab in with_header)
        raise InputError(
            f"{source}: sheets {names} both name a chronology's columns; save each as a file of its own, and "
            "put them together with `risk chronology merge`"
        )
    tab: Tab = (with_header or shown or filled)[0]
    others = [repr(other.name) for other in filled if other is not tab and other.name not in OF_TEMPLATE]
    if others:
        remarks.append(f"Sheet {tab.name!r} was read; {', '.join(others)} {_was(others)} left out.")
    if tab.unsaved:
        remarks.append(
            f"{_some(tab.unsaved)} {_holds(tab.unsaved)} a formula without a saved value: read as empty."
        )
    return Sheet(source, tab.cells, _header(tab.cells)[0], tab.merged, remarks)


def not_read(suffix: str) -> str:
    """Return the way out for a kind of file that is not read, by the end of its name; nothing for others."""
    if suffix == ".pdf":
        return f"a PDF is not read: {OUT_OF_PDF}"
    saved_as = TO_SAVE_ANEW.get(suffix)
    return f"{suffix} is not read: open it and save a copy as {saved_as}" if saved_as else ""


def _in_one(source: str, tables: list[Tab]) -> tuple[list[Tab], list[str]]:
    """Return the tables of a document as one sheet: those up to the chronology, and those that carry it on.

    A table before it says whom it is about; one after it that has the same header is its next page.
    """
    if not tables:
        raise InputError(f"{source}: holds no table; a chronology in Word is a table with a row an event")
    whole, header, left_out = Tab("Tables", hidden=False), {}, 0
    for table in tables:
        row, named = _header(table.cells)
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


def _of_text(source: str, data: bytes) -> Sheet:
    if len(data) > MOST_BYTES_OF_TEXT:
        most = MOST_BYTES_OF_TEXT // 1024 // 1024
        raise InputError(f"{source}: over {most} MB of text; a chronology is about one child")
    text, remarks = _decoded(source, data)
    rows: Cells = {}
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_separator(text))
    try:
        for number, cells in enumerate(reader, 1):
            if sum(map(bool, cells)) > MOST_COLUMNS:
                raise InputError(
                    f"{source}, row {number}: over {MOST_COLUMNS} cells; see what separates them"
                )
            shown = {i: cell for i, raw in enumerate(cells, 1) if (cell := _as_it_was(raw.strip()))}
            if shown:
                rows[number] = shown
            if len(rows) > MOST_ROWS + HEADER_WITHIN or number > LAST_ROW:
                raise InputError(f"{source}: over {MOST_ROWS:,} rows; a chronology is about one child")
    except csv.Error as error:
        raise InputError(f"{source}, row {reader.line_num}: not a CSV file: {error}") from None
    if not rows:
        raise InputError(f"{source}: the file is empty; its first row names date, agency, kind, what")
    return Sheet(source, rows, _header(rows)[0], [], remarks, ragged=True)


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


def _separator(text: str) -> str:
    """Return what stands between cells: whatever makes the most of a first line into names of columns."""
    first = text[:100_000].splitlines()[:HEADER_WITHIN]

    def named(separator: str) -> int:
        return max((sum(_is_column(cell) for cell in line.split(separator)) for line in first), default=0)

    return max(SEPARATORS, key=named)


def _is_column(text: str) -> bool:
    return column_of(text) is not None


def column_of(text: str) -> str | None:
    """Return the word for a column that its heading means; remarks in brackets do not count."""
    if len(text) > 80:
        return None
    return meant("column", re.sub(r"\([^)]*\)|\*", " ", text.strip().strip('"')))


def _header(cells: Cells) -> tuple[int, set[str]]:
    """Return the row that names the most columns, of the first ones that hold anything, and what it names."""
    named = {
        row: {word for cell in list(cells[row].values())[:MOST_COLUMNS] if (word := column_of(cell))}
        for row in sorted(cells)[:HEADER_WITHIN]
    }
    row = max(named, key=lambda r: len(named[r]))
    return row, named[row]


NEUTRALISED: Final = re.compile(r"'+[=+\-@\t\r]")


def _as_it_was(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from reading it as a formula."""
    return cell[1:] if NEUTRALISED.match(cell) else cell


def _check_size(sheet: Sheet) -> None:
    n_rows = sum(row > sheet.header for row in sheet.cells)
    if n_rows > MOST_ROWS:
        raise InputError(f"{sheet.source}: over {MOST_ROWS:,} rows; a chronology is about one child")
    n_columns = len({column for row in sheet.cells.values() for column in row})
    if n_columns > MOST_COLUMNS:
        raise InputError(
            f"{sheet.source}: {n_columns:,} columns hold something; a chronology has {MOST_COLUMNS} at most"
        )
    longest = max(len(cell) for row in sheet.cells.values() for cell in row.values())
    if longest > MOST_CHARACTERS:
        raise InputError(
            f"{sheet.source}: a cell of {longest:,} characters; Excel keeps {MOST_CHARACTERS:,} at most"
        )
