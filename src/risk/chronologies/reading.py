"""The reading: a sheet understood as a person's account, with every problem in it at once.

The row that names the columns is found wherever it stands; above it may stand whom the chronology is about
and what period it covers. Merged cells, repeated headers and columns of a person's own do no harm.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from risk.chronologies.account import CHILD, ENTRY, EXAMPLE, THE_CHILD, Account
from risk.chronologies.entries import Cell, Notes, Problem, Row, read_entry
from risk.chronologies.exact_dates import Window
from risk.chronologies.headings import columns_of
from risk.chronologies.occasions import occasions
from risk.chronologies.oddities import oddities
from risk.chronologies.other_kinds import of_other_kinds
from risk.chronologies.persons import Names, same_name, settled
from risk.chronologies.proposals import not_confirmed
from risk.chronologies.rough_dates import read_window
from risk.chronologies.rows import event_rows
from risk.chronologies.sheet import Sheet
from risk.chronologies.stated import dated, supposed_window
from risk.chronologies.synonyms import plain
from risk.chronologies.tab import cell_name
from risk.chronologies.ties import contradictions
from risk.core.errors import InputError
from risk.core.wording import day, window

MOST_DAYS_IN_WINDOWS: Final = 1_000_000
"""In the windows of all rows together: 2,000 rows of which each says only the year hold 730,000."""

MOST_DAYS: Final = 60 * 366
"""From the first day to the last: a parent's childhood and the child's own."""

CHILD_LABELS: Final = frozenset({"child", "name", "name of child", "childs name", "child name", "about"})
SIBLING_LABELS: Final = frozenset(
    {"sibling", "siblings", "brother", "sister", "brother or sister", "other child"}
)
BORN_LABELS: Final = frozenset({"born", "dob", "d o b", "date of birth"})
PERIOD_LABELS: Final = frozenset({"period", "period covered", "dates covered", "chronology covers"})
SHOWN: Final = 20
"""So many problems are listed in one message; `risk chronology check` lists more."""


@dataclass
class Reading:
    """What came of reading a sheet; the account is whole only if there are no problems.

    read_as: cells whose text was read as something else, with what. remarks: sentences on the rest that a
    reader should know. places: of each entry of the account, its row and its sheet.
    """

    source: str
    account: Account
    problems: list[Problem]
    read_as: pl.DataFrame
    remarks: list[str]
    places: list[str] = field(default_factory=list)

    def comments(self) -> dict[tuple[int, str], str]:
        """Return by entry, from 0, and column what its cell said where it was read as something else."""
        entry_in = {place: i for i, place in enumerate(self.places)}
        found: dict[tuple[int, str], str] = {}
        for row, cell, column, written, read_as in self.read_as.iter_rows():
            i = entry_in.get(_place(cell, row))
            if i is not None:
                before = f"{found[i, column]}\n" if (i, column) in found else ""
                found[i, column] = f"{before}Written: {written or 'nothing'}. Read as: {read_as}."
        return found

    def raise_problems(self) -> None:
        """Raise InputError that lists the first problems, and says how many more there are."""
        raise_problems(self.source, self.problems, "`risk chronology check` lists them")


def raise_problems(source: str, problems: list[Problem], where_more: str) -> None:
    """Raise InputError that lists the first problems, and says how many more there are and who lists them."""
    if len(problems) == 1:
        raise InputError(f"{source}, {problems[0]}")
    if problems:
        more = len(problems) - SHOWN
        rest = [f"and {more} more; {where_more}"] if more > 0 else []
        raise InputError(
            "\n  ".join([f"{source}: {len(problems)} problems", *map(str, problems[:SHOWN]), *rest])
        )


def _place(address: str, row: int) -> str:
    return f"{address.rpartition('!')[0]}!{row}"


READ_AS: Final = {
    "row": pl.Int64,
    "cell": pl.String,
    "column": pl.String,
    "written": pl.String,
    "read_as": pl.String,
}


def read_account(sheet: Sheet, *, blank_dates: str | None = None, child: str | None = None) -> Reading:
    """Return a sheet's rows as an account, with all that is wrong and all that was read into them.

    blank_dates: "same" or "undated", what an empty date below another means; without it that is asked. child:
    the name of whom it is about, where the sheet does not say. Raises InputError for a child nobody names.
    """
    notes = Notes(remarks=[remark for each in (sheet, *sheet.more) for remark in each.remarks])
    names: Names = {}
    periods = [_above_header(each, notes, names) for each in (sheet, *sheet.more)]
    from_on = min((first for first, _ in periods if first), default=None)
    to_on = max((last for _, last in periods if last), default=None)
    read = _read(sheet, notes, blank_dates)
    children = list(_settle_persons(read, notes, names, child).values()) or [(THE_CHILD, None)]
    entries = [entry for _, entry in read]
    _remark_on(entries, notes)
    notes.remarks += oddities(read, from_on, to_on)
    _check_births(children, read, to_on, notes)
    return Reading(
        sheet.source,
        Account(
            pl.DataFrame(children, schema=CHILD, orient="row"),
            pl.DataFrame(entries, schema=ENTRY),
            from_on,
            to_on,
        ),
        notes.problems,
        pl.DataFrame(notes.read_as, schema=READ_AS, orient="row"),
        notes.remarks,
        [_place(row["date"].address, row["date"].row) for row, _ in read],
    )


def _read(sheet: Sheet, notes: Notes, blank_dates: str | None) -> list[tuple[Row, dict[str, Any]]]:
    """Return the rows below each header with what they were read as; none if a header is wrong."""
    rows: list[Row] = []
    for each in (sheet, *sheet.more):
        columns = columns_of(each, notes)
        if not notes.problems:
            rows += event_rows(each, columns, notes, blank_dates)
    if not rows and not notes.problems:
        below = Cell(sheet.header, cell_name(sheet.header + 1, 1), "", "")
        notes.wrong(below, "no events below the header")
    read = [(row, entry) for row in rows if (entry := read_entry(row, notes)) is not None]
    _check_expansion(read, notes)
    if not notes.problems:
        entries = [entry for _, entry in read]
        for place, column, why in contradictions(occasions(list(map(dated, range(len(read)), entries)))):
            notes.wrong(read[place][0][column], why)
    return read


def _settle_persons(
    read: list[tuple[Row, dict[str, Any]]], notes: Notes, names: Names, child: str | None
) -> Names:
    """Put the child whom each row means into its entry, and return all children; ask where it is not sure."""
    one_named = [(row, entry) for row, entry in read if entry["child"] is not None]
    whos = [row["who"].text if "who" in row else "" for row, _ in one_named]
    named = [(entry["child"], who) for (_, entry), who in zip(one_named, whos, strict=True)]
    persons = settled(names, named, child)
    asked: set[str] = set()
    for row, entry in one_named:
        written = entry["child"]
        entry["child"] = persons.child(written)
        why = next((why for name, why in persons.asked.items() if same_name(name) == same_name(written)), "")
        if why and why not in asked:
            n_more = sum(same_name(name) == same_name(written) for name, _ in named) - 1
            asked.add(why)
            notes.wrong(row["child"], why + (f" (and in {n_more} more rows)" if n_more else ""))
        elif entry["child"] is None:
            notes.echo(row["child"], "the whole household")
        elif plain(entry["child"]) != plain(written):
            notes.echo(row["child"], entry["child"])
    return persons.children


def _check_births(
    children: list[tuple[str, date | None]],
    read: list[tuple[Row, dict[str, Any]]],
    to_on: date | None,
    notes: Notes,
) -> None:
    """Note a problem where the child was on no day of the chronology born and under 18."""
    name, born_on = children[0]
    held = [(window, row["date"]) for row, entry in read if (window := _window(entry)) is not None]
    if born_on is None or not held:
        return
    (first, earliest), last = min(held), max(window.last for window, _ in held)
    if born_on > max(last, to_on or last):
        why = f"{name} was born on {day(born_on)}, after every event; the last is on {day(last)}"
    elif _eighteenth(born_on) <= first.first:
        why = (
            f"{name}, born on {day(born_on)}, was an adult of 18 before every event, from {day(first.first)}"
        )
    else:
        return
    notes.wrong(earliest, f"{why}: nothing to score. See whether the date of birth is right")


def _eighteenth(born_on: date) -> date:
    return date(born_on.year + 18, born_on.month, min(born_on.day, 28) if born_on.month == 2 else born_on.day)


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
        cells = [Cell(row, sheet.place(row, c), "", text) for c, text in sorted(sheet.cells[row].items())]
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
