"""The reading: a sheet understood as a person's account, with every problem in it at once.

The row that names the columns is found wherever it stands; above it may stand whom the chronology is about
and what period it covers. Merged cells, repeated headers and columns of a person's own do no harm.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, Final

import polars as pl

from risk.chronologies.account import CHILD, ENTRY, EXAMPLE, THE_CHILD, Account
from risk.chronologies.entries import Cell, Notes, Problem, Row, read_entry
from risk.chronologies.occasions import occasions
from risk.chronologies.other_kinds import of_other_kinds
from risk.chronologies.proposals import not_confirmed
from risk.chronologies.rough_dates import Window, read_window
from risk.chronologies.sheet import Sheet, column_of
from risk.chronologies.stated import dated, supposed_window
from risk.chronologies.synonyms import label_of, plain, says, words_of
from risk.chronologies.ties import contradictions
from risk.chronologies.workbook import MOST_CHARACTERS_SHOWN, cell_name, too_much_text
from risk.core.errors import InputError
from risk.core.wording import day, window

MOST_DAYS_IN_WINDOWS: Final = 1_000_000
"""In the windows of all rows together: 2,000 rows of which each says only the year hold 730,000."""

MOST_DAYS: Final = 60 * 366
"""From the first day to the last: a parent's childhood and the child's own."""

REQUIRED: Final = ("date", "agency", "kind", "what")
CHILD_LABELS: Final = frozenset({"child", "name", "name of child", "childs name", "child name", "about"})
SIBLING_LABELS: Final = frozenset(
    {"sibling", "siblings", "brother", "sister", "brother or sister", "other child"}
)
BORN_LABELS: Final = frozenset({"born", "dob", "d o b", "date of birth"})
PERIOD_LABELS: Final = frozenset({"period", "period covered", "dates covered", "chronology covers"})
TOO_MANY: Final = "needs quotation marks if it is a text with a comma; more cells than the columns of row"
SHOWN: Final = 20
"""So many problems are listed in one message; `risk chronology check` lists more."""


@dataclass
class Reading:
    """What came of reading a sheet; the account is whole only if there are no problems.

    read_as: cells whose text was read as something else, with what. remarks: sentences on the rest that a
    reader should know.
    """

    source: str
    account: Account
    problems: list[Problem]
    read_as: pl.DataFrame
    remarks: list[str]

    def raise_problems(self) -> None:
        """Raise InputError that lists the first problems, and says how many more there are."""
        if len(self.problems) == 1:
            raise InputError(f"{self.source}, {self.problems[0]}")
        if self.problems:
            more = len(self.problems) - SHOWN
            rest = [f"and {more} more; `risk chronology check` lists them"] if more > 0 else []
            lines = [f"{self.source}: {len(self.problems)} problems", *map(str, self.problems[:SHOWN]), *rest]
            raise InputError("\n  ".join(lines))


Names = dict[str, tuple[str, date | None]]
"""The children by their names as they are compared: how each is written, and its day of birth if known."""

READ_AS: Final = {
    "row": pl.Int64,
    "cell": pl.String,
    "column": pl.String,
    "written": pl.String,
    "read_as": pl.String,
}


def read_account(sheet: Sheet) -> Reading:
    """Return a sheet's rows as an account, with all that is wrong and all that was read into them."""
    notes = Notes(remarks=list(sheet.remarks))
    names: Names = {}
    period = _above_header(sheet, notes, names)
    entries = _entries(sheet, notes, names)
    _remark_on(entries, notes)
    children = list(names.values()) or [(THE_CHILD, None)]
    return Reading(
        sheet.source,
        Account(
            pl.DataFrame(children, schema=CHILD, orient="row"),
            pl.DataFrame(entries, schema=ENTRY),
            *period,
        ),
        notes.problems,
        pl.DataFrame(notes.read_as, schema=READ_AS, orient="row"),
        notes.remarks,
    )


def _entries(sheet: Sheet, notes: Notes, names: Names) -> list[dict[str, Any]]:
    """Return the rows below the header as entries; none if the header is wrong. Adds whom they name."""
    columns = _columns(sheet, notes)
    if notes.problems:
        return []
    rows = _rows(sheet, columns, notes)
    if not rows:
        below = Cell(sheet.header, cell_name(sheet.header + 1, 1), "", "")
        notes.wrong(below, "no events below the header")
    read = [(row, entry) for row in rows if (entry := read_entry(row, notes)) is not None]
    entries = [entry for _, entry in read]
    _check_expansion(read, notes)
    if not notes.problems:
        for place, column, why in contradictions(occasions(list(map(dated, range(len(read)), entries)))):
            notes.wrong(read[place][0][column], why)
    for entry in entries:
        if entry["child"] is not None:
            entry["child"] = names.setdefault(plain(entry["child"]), (entry["child"], None))[0]
    return entries


def _check_expansion(read: list[tuple[Row, dict[str, Any]]], notes: Notes) -> None:
    """Note a problem where windows, or all dates together, hold more days than their budgets: each costs."""
    held = [
        (window, row["date" if entry["occurred_on"] else "what_if"])
        for row, entry in read
        if (window := _window(entry)) is not None
    ]
    if not held:
        return
    n_days = sum((window.last - window.first).days + 1 for window, _ in held)
    if n_days > MOST_DAYS_IN_WINDOWS:
        _, longest = max(held, key=lambda one: one[0].last - one[0].first)
        why = f"the longest window; all windows of dates hold {n_days:,} days, and the budget is "
        notes.wrong(longest, f"{why}{MOST_DAYS_IN_WINDOWS:,}: narrow them, or leave dates empty")
    (first, earliest), last = min(held), max(window.last for window, _ in held)
    n_days = (last - first.first).days + 1
    if n_days > MOST_DAYS:
        why = (
            f"the earliest date; from it to {day(last)} are {n_days:,} days, and the budget is {MOST_DAYS:,}"
        )
        notes.wrong(earliest, f"{why}: see whether a year is mistyped, or leave the date empty")


def _window(entry: dict[str, Any]) -> Window | None:
    """Return the days that an entry stands for, or that it may be supposed on; None for neither."""
    if entry["recorded_on"] is None:
        return supposed_window(entry)
    last = entry["recorded_on"] + timedelta(days=entry["may_be_later_days"])
    return Window(entry["occurred_on"], max(last, entry["went_on_to"] or last))


def _remark_on(entries: list[dict[str, Any]], notes: Notes) -> None:
    """Note what a reader should know of the entries: the template's examples, and that days come first."""
    n_examples = sum(entry["source"] == EXAMPLE for entry in entries)
    if n_examples:
        notes.remarks.append(
            f"{n_examples} of the rows are the template's examples; they count until deleted."
        )
    notes.remarks += [*not_confirmed(entries), *of_other_kinds([entry["kind"] for entry in entries])]
    if notes.day_first:
        first = notes.day_first[0]
        days = read_window(first.text)
        shown = days and window(days.first, days.last, short=False)
        example = f", so {first.text} in {first.address} is {shown}" if shown else ""
        notes.remarks.append(f"Dates are read day first{example}.")


def _above_header(sheet: Sheet, notes: Notes, names: Names) -> tuple[date | None, date | None]:
    """Note the children whom the rows above the header name, whom it is about first; return the period."""
    from_on = to_on = None
    siblings: Names = {}
    last = ""
    for row in sorted(r for r in sheet.cells if r < sheet.header):
        cells = [Cell(row, cell_name(row, c), "", text) for c, text in sorted(sheet.cells[row].items())]
        name, _, rest = cells[0].text.partition(":")
        what = plain(name)
        values = [cells[0]._replace(text=rest.strip())] if rest.strip() else []
        values = [_without_label(cell) for cell in [*values, *cells[1:]]]
        values = [cell for cell in values if cell.text]
        windows = [window for cell in values if (window := read_window(cell.text))]
        if what in PERIOD_LABELS and windows:
            from_on, to_on = min(w.first for w in windows), max(w.last for w in windows) + timedelta(days=1)
        elif what in BORN_LABELS and windows and last:
            known = siblings if last in siblings else names
            known[last] = (known[last][0], windows[0].first)
        elif what in CHILD_LABELS | SIBLING_LABELS and values:
            called = next((cell.text for cell in values if read_window(cell.text) is None), "")
            if called:
                last = plain(called)
                born = windows[0].first if windows else None
                (names if what in CHILD_LABELS else siblings)[last] = (called, born)
    names |= siblings
    return from_on, to_on


def _without_label(cell: Cell) -> Cell:
    """Return a cell of the rows above the header without a word such as "DOB:" or "to" before its value."""
    return cell._replace(
        text=re.sub(r"(?i)^(?:dob|d\.o\.b\.?|born|date of birth|from|to)\b:?\s*", "", cell.text)
    )


def _columns(sheet: Sheet, notes: Notes) -> dict[int, str]:
    """Return the word for what each column holds. Notes a problem for one that is missing or there twice."""
    found: dict[int, str] = {}
    left_out = []
    for number, text in sorted(sheet.cells[sheet.header].items()):
        cell = Cell(sheet.header, cell_name(sheet.header, number), "", text)
        word = column_of(text)
        if word is None:
            if _is_misspelt(text):
                notes.problems.append(Problem(cell, noun="column"))
            else:
                left_out.append(text[:40])
        elif word in found.values():
            other = next(cell_name(sheet.header, c) for c, w in found.items() if w == word)
            notes.wrong(cell, f"column {word} is there twice, in {other} too; rename one of them")
        else:
            found[number] = word
            if not says("column", text, word):
                notes.echo(cell._replace(column="heading"), label_of("column", word))
    here = Cell(sheet.header, cell_name(sheet.header, 1), "", "")
    for word in REQUIRED:
        if word not in found.values():
            has = ", ".join(cell[:40] for _, cell in sorted(sheet.cells[sheet.header].items()))[:200]
            more = "; `risk chronology propose` proposes kinds from the words" if word == "kind" else ""
            rule = f"column {word} is missing; row {sheet.header} has {has}{more}"
            notes.problems.append(Problem(here._replace(text=""), rule))
    if left_out:
        columns = ", ".join(map(repr, left_out[:10]))
        notes.remarks.append(f"Left out, since no column of a chronology is called so: {columns}.")
    return found


def _is_misspelt(text: str) -> bool:
    """Return whether a heading is one of ours but for a letter, rather than a column of somebody's own."""
    return bool(get_close_matches(plain(text[:80]), words_of("column"), n=1, cutoff=0.85))


def _rows(sheet: Sheet, columns: dict[int, str], notes: Notes) -> list[Row]:
    """Return the rows below the header by their columns, with a problem for what stands beside them."""
    heading = sheet.cells[sheet.header]
    rows: list[Row] = []
    outside: list[Cell] = []
    for number, filled in sorted(_unmerged(sheet, notes).items()):
        if filled == heading:  # repeated on every page
            continue
        outside += [
            Cell(number, cell_name(number, c), "", text)
            for c, text in sorted(filled.items())
            if c not in columns and c not in heading
        ]
        row = {w: Cell(number, cell_name(number, c), w, filled.get(c, "")) for c, w in columns.items()}
        if any(cell.text for cell in row.values()):
            rows.append(row)
    if sheet.ragged:
        notes.problems += [Problem(cell, f"{TOO_MANY} {sheet.header}") for cell in outside]
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
    if sum(len(text) for filled in cells.values() for text in filled.values()) > MOST_CHARACTERS_SHOWN:
        raise too_much_text(sheet.source)
    return cells
