"""The rows: what below the header of a sheet is an event, and what is a footer, a key or a heading.

What is no event is left out and said. A date that stands once for several rows is asked about, unless cells
are merged: nobody but the writer knows whether an empty cell means "the same day" or "not known".
"""

from itertools import zip_longest
from typing import Any, Final

from risk.chronologies.entries import Cell, Notes, Row, is_empty
from risk.chronologies.rough_dates import read_window
from risk.chronologies.sheet import Sheet
from risk.chronologies.synonyms import plain
from risk.chronologies.unpacking import too_much_text

KEYS: Final = frozenset(
    {"key", "legend", "abbreviations", "glossary", "key to abbreviations", "notes", "codes"}
)
"""A row that says nothing else begins a list of words: what follows without a date is no event."""

BLANK_DATES: Final = ("same", "undated")
"""What an empty date may mean: the day of the row above, or that nobody knows."""

TOO_MANY: Final = "needs quotation marks if it is a text with a comma; more cells than the columns of row"
CURLY: Final = (
    'curly quotation marks do not hold a text with commas together; put it in straight ones ("), or save the '
    "file as .xlsx"
)
ALONE: Final = "the only cell of its row: join it to the row above, or give it a date, an agency and a kind"
MOST_NAMED: Final = 5


def event_rows(sheet: Sheet, columns: dict[int, str], notes: Notes, blank_dates: str | None) -> list[Row]:
    """Return the rows below the header that are events, by their columns; problems and remarks on the rest.

    blank_dates: one of `BLANK_DATES`; without it every empty date below another is a problem.
    """
    events, headings, left_out = _sorted_out(filled_rows(sheet, columns, notes), sheet)
    left_out = sorted(left_out + headings, key=_number)
    if left_out:
        shown = [f"row {_number(row)} {_short(row)!r}" for row in left_out[:MOST_NAMED]]
        more = f" and {len(left_out) - MOST_NAMED} more" if len(left_out) > MOST_NAMED else ""
        notes.remarks.append(f"Left out, since they are no events: {', '.join(shown)}{more}.")
    for row in [row for row in events if _filled_words(row, sheet) == ["what"]]:
        notes.wrong(row["what"], ALONE)
        events.remove(row)
    _settle_blank_dates(sorted(events + headings, key=_number), notes, blank_dates)
    return events


def _sorted_out(rows: list[Row], sheet: Sheet) -> tuple[list[Row], list[Row], list[Row]]:
    """Return the rows that are events, those that are a date over other rows, and those that are neither."""
    events: list[Row] = []
    headings: list[Row] = []
    neither: list[Row] = []
    after_key = False
    for row, below in zip_longest(rows, rows[1:]):
        window = read_window(row["date"].text)
        first = next(cell.text for cell in row.values() if cell.text)
        after_key = (after_key or plain(first) in KEYS) and not window
        if after_key or not (window or _says_what(row)):
            neither.append(row)
        elif (
            window
            and _filled_words(row, sheet) == ["date"]
            and (
                window.first < window.last
                or (below is not None and not below["date"].text and _says_what(below))
            )
        ):
            headings.append(row)
        else:
            events.append(row)
    return events, headings, neither


def _filled_words(row: Row, sheet: Sheet) -> list[str]:
    """Return the words for the columns that a row fills itself."""
    return [column for column, cell in row.items() if cell.text and cell.text != sheet.agency]


def _says_what(row: Row) -> bool:
    return any(row[column].text for column in ("kind", "what") if column in row)


def _number(row: Row) -> int:
    return row["date"].row


def _short(row: Row) -> str:
    return " ".join(cell.text for cell in row.values() if cell.text)[:40]


def _settle_blank_dates(rows: list[Row], notes: Notes, blank_dates: str | None) -> None:
    """Give an empty date the date above it where that was said to be meant; else ask, cell by cell."""
    above: Cell | None = None
    for row in rows:
        cell = row["date"]
        if cell.text:
            above = None if is_empty(cell) else cell
        elif above is not None and not ("what_if" in row and row["what_if"].text):
            where = f"{above.text[:40]} in {above.address}"
            if blank_dates == "same":
                row["date"] = cell._replace(text=above.text)
                notes.echo(cell, f"the same day as the row above, {where}")
            elif blank_dates is None:
                ask = f"no date: the same day as above, {where}, or undated? Write the date, or undated"
                notes.wrong(cell, f"{ask}; --blank-dates same or --blank-dates undated answers for the file")


def filled_rows(sheet: Sheet, columns: dict[int, str], notes: Notes) -> list[Row]:
    """Return the rows below the header by their columns, with a problem for what stands beside them."""
    heading = sheet.cells[sheet.header]
    rows: list[Row] = []
    outside: list[Cell] = []
    for number, filled in sorted(_unmerged(sheet, notes).items()):
        if filled == heading:  # repeated on every page
            continue
        beside = [c for c in sorted(filled) if c not in columns and c not in heading]
        outside += [Cell(number, sheet.place(number, c), "", filled[c]) for c in beside]
        row = {w: Cell(number, sheet.place(number, c), w, filled.get(c, "")) for c, w in columns.items()}
        if any(cell.text for cell in row.values()):
            if "agency" not in row:
                row["agency"] = Cell(number, f"sheet {sheet.agency}", "agency", sheet.agency)
            rows.append(row)
    if sheet.ragged:
        for cell in outside:
            curly = any("“" in text for text in sheet.cells[cell.row].values())
            notes.wrong(cell, CURLY if curly else f"{TOO_MANY} {sheet.header}")
    elif outside:
        places = ", ".join(cell.address for cell in outside[:5])
        notes.remarks.append(f"What is in {places} has no heading over it, and was left out.")
    return rows


def _unmerged(sheet: Sheet, notes: Notes) -> dict[int, dict[int, str]]:
    """Return the cells below the header; what a merged cell shows holds for every row that it covers."""
    over = [last for first, _, last, _ in sheet.merged if first <= sheet.header <= last]
    header_ends = max([sheet.header, *over])
    cells = {row: dict(filled) for row, filled in sheet.cells.items() if row > header_ends}
    for first_row, column, last_row, last_column in sheet.merged:
        if column not in cells.get(first_row, {}):
            continue
        if last_column > column and len(cells[first_row]) == 1:
            text = cells.pop(first_row)[column]
            notes.remarks.append(f"Row {first_row} is a heading over several columns: {text[:40]!r}.")
            continue
        for row in [row for row in cells if first_row < row <= last_row]:
            cells[row].setdefault(column, cells[first_row][column])
    if sum(len(text) for filled in cells.values() for text in filled.values()) > sheet.budget.characters:
        raise too_much_text(sheet.source, sheet.budget)
    return cells


def same_rows(read: list[tuple[Row, dict[str, Any]]]) -> list[list[Row]]:
    """Return the rows that say the same word for word, each group together."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row, _ in read:
        groups.setdefault(tuple(cell.text for cell in row.values()), []).append(row)
    return [rows for rows in groups.values() if len(rows) > 1]
