"""The reading: a sheet's rows understood as entries, with every problem found and every word read as another.

A problem does not stop the reading, so that whoever wrote the file can mend it in one go. Nothing is
guessed: what may mean two things is a problem, and what was read as something else is listed.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

import polars as pl

from risk.account import CHILD, ENTRY, THE_CHILD, Account
from risk.dates import ONE_END, RULE, Window, in_words, is_open, read_window
from risk.kinds import label
from risk.mistakes import InputError
from risk.sheet import Sheet, column_of
from risk.synonyms import EVERYBODY, NOT_KNOWN, WORDS, meant, not_understood, plain
from risk.workbook import cell_name

REQUIRED: Final = ("date", "agency", "kind", "what")
CHILD_LABELS: Final = frozenset({"child", "name", "name of child", "childs name", "child name", "about"})
SIBLING_LABELS: Final = frozenset(
    {"sibling", "siblings", "brother", "sister", "brother or sister", "other child"}
)
BORN_LABELS: Final = frozenset({"born", "dob", "d o b", "date of birth"})
PERIOD_LABELS: Final = frozenset({"period", "period covered", "dates covered", "chronology covers"})
SEVERAL: Final = re.compile(r"\s*(?:;|,|/|&|\band\b)\s*")
TOO_MANY: Final = "needs quotation marks if it is a text with a comma; more cells than the columns of row"
SHOWN: Final = 20
"""So many problems are listed in one message; `risk chronology check` lists more."""


class Cell(NamedTuple):
    """One cell of a row: where it stands, the word for its column, and what it shows."""

    row: int
    address: str
    column: str
    text: str


@dataclass(frozen=True)
class Problem:
    """What cannot be read in a cell. noun: of which vocabulary its word is no word, if that is the rule."""

    cell: Cell
    rule: str = ""
    noun: str = ""

    def why(self) -> str:
        """Return the rule that the cell breaks; for an unknown word, the nearest valid ones."""
        return self.rule or not_understood(self.noun, self.cell.text)

    def __str__(self) -> str:
        shown = self.cell.text if len(self.cell.text) <= 60 else f"{self.cell.text[:60]}…"
        value = f"{shown!r}: " if shown else ""
        column = f", column {self.cell.column}" if self.cell.column else ""
        return f"cell {self.cell.address}{column}: {value}{self.why()}"


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


READ_AS: Final = {
    "row": pl.Int64,
    "cell": pl.String,
    "column": pl.String,
    "written": pl.String,
    "read_as": pl.String,
}


@dataclass
class _Notes:
    """What is noted down while a sheet is read."""

    problems: list[Problem] = field(default_factory=list)
    read_as: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    day_first: list[Cell] = field(default_factory=list)

    def wrong(self, cell: Cell, rule: str) -> None:
        self.problems.append(Problem(cell, rule))

    def echo(self, cell: Cell, words: str) -> None:
        self.read_as.append((cell.row, cell.address, cell.column, cell.text[:80], words))

    def word(self, cell: Cell, noun: str) -> str | None:
        """Return the vocabulary's word for a cell; None for an empty one and for a problem."""
        if is_empty(cell):
            return None
        word = meant(noun, cell.text)
        if word is None:
            self.problems.append(Problem(cell, noun=noun))
        elif plain(cell.text) not in (plain(word), plain(_label(word))):
            self.echo(cell, _label(word))
        return word

    def yes_or_no(self, cell: Cell) -> bool | None:
        if is_empty(cell):
            return None
        word = meant("yes or no", cell.text)
        if word is None:
            self.wrong(cell, "must be yes, no or empty")
        return None if word is None else word == "yes"

    def window(self, cell: Cell) -> Window | None:
        """Return the days that a cell's date may mean; None for an empty one and for a problem."""
        if is_empty(cell):
            return None
        window = read_window(cell.text)
        if window is None:
            self.wrong(cell, ONE_END if is_open(cell.text) else RULE)
        elif window.assumed or not _is_plain_date(cell.text):
            why = f" ({window.assumed})" if window.assumed else ""
            self.echo(cell, f"{in_words(window.first, window.last)}{why}")
        if window and window.first == window.last and _EITHER_WAY.match(cell.text) and window.first.day <= 12:
            self.day_first.append(cell)
        return window


_EITHER_WAY: Final = re.compile(r"\s*\d{1,2}[/.\-]\d{1,2}[/.\-]\d")


def _is_plain_date(text: str) -> bool:
    return re.fullmatch(r"[\d/.\-]+|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{4}", text) is not None


def _label(word: str) -> str:
    return label(word) if word in WORDS["kind"].values() or word in WORDS["agency"].values() else word


def is_empty(cell: Cell) -> bool:
    """Return whether nothing is known by a cell: it is empty, or says so. "Not stated" is an agency."""
    return not cell.text or (cell.column not in ("agency", "what") and plain(cell.text) in NOT_KNOWN)


def read_account(sheet: Sheet) -> Reading:
    """Return a sheet's rows as an account, with all that is wrong and all that was read into them."""
    notes = _Notes(remarks=list(sheet.remarks))
    names: dict[str, tuple[str, date | None]] = {}
    period = _above_header(sheet, notes, names)
    columns = _columns(sheet, notes)
    entries: list[dict[str, Any]] = []
    if not notes.problems:
        rows = _rows(sheet, columns, notes)
        entries = [entry for row in rows if (entry := _entry(row, notes)) is not None]
        if not rows:
            notes.wrong(
                Cell(sheet.header, cell_name(sheet.header + 1, 1), "", ""), "no events below the header"
            )
    for entry in entries:
        if entry["child"] is not None:
            entry["child"] = names.setdefault(plain(entry["child"]), (entry["child"], None))[0]
    if notes.day_first:
        first = notes.day_first[0]
        day = read_window(first.text)
        said = f", so {first.text} in {first.address} is {in_words(*day[:2])}" if day else ""
        notes.remarks.append(f"Dates are read day first{said}.")
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


def _above_header(
    sheet: Sheet, notes: _Notes, names: dict[str, tuple[str, date | None]]
) -> tuple[date | None, date | None]:
    """Note the children whom the rows above the header name, whom it is about first; return the period."""
    from_on = to_on = None
    siblings: dict[str, tuple[str, date | None]] = {}
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


def _columns(sheet: Sheet, notes: _Notes) -> dict[int, str]:
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
            if plain(text) != plain(word):
                notes.echo(cell._replace(column="(heading)"), word)
    here = Cell(sheet.header, cell_name(sheet.header, 1), "", "")
    for word in REQUIRED:
        if word not in found.values():
            has = ", ".join(cell[:40] for _, cell in sorted(sheet.cells[sheet.header].items()))[:200]
            notes.problems.append(
                Problem(here._replace(text=""), f"column {word} is missing; row {sheet.header} has {has}")
            )
    if left_out:
        columns = ", ".join(map(repr, left_out[:10]))
        notes.remarks.append(f"Columns {columns} {'was' if len(left_out) == 1 else 'were'} left out.")
    return found


def _is_misspelt(text: str) -> bool:
    """Return whether a heading is one of ours but for a letter, rather than a column of somebody's own."""
    return bool(get_close_matches(plain(text[:80]), WORDS["column"], n=1, cutoff=0.85))


Row = dict[str, Cell]


def _rows(sheet: Sheet, columns: dict[int, str], notes: _Notes) -> list[Row]:
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


def _unmerged(sheet: Sheet, notes: _Notes) -> dict[int, dict[int, str]]:
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
    return cells


def _entry(row: Row, notes: _Notes) -> dict[str, Any] | None:
    """Return one entry in the columns of `ENTRY`; None if its agency, its kind or a date is a problem."""
    n_before = len(notes.problems)
    happened = _happened(row, notes)
    recorded = _recorded(row, happened, notes)
    words = {
        noun: notes.word(row[noun], noun) if noun in row else None
        for noun in ("agency", "kind", "finding", "plan_category", "reason", "severity")
    }
    for noun in ("agency", "kind"):
        if not row[noun].text:
            notes.wrong(row[noun], "must not be empty")
    said, own_words = _said(row, notes)
    shared_on = _shared_on(row, words["agency"], recorded, notes)
    believed = notes.yes_or_no(row["believed"]) if "believed" in row else None
    if len(notes.problems) > n_before:
        return None
    severity = words["severity"]
    return {
        "child": _child(row, notes),
        "kind": words["kind"],
        "agency": words["agency"],
        "occurred_on": happened and happened.first,
        "recorded_on": recorded and recorded.first,
        "shared_on": shared_on,
        "may_be_later_days": (recorded.last - recorded.first).days if recorded else None,
        "severity": None if severity is None else int(severity),
        "disclosed_by_child": said,
        "believed": believed,
        "finding": words["finding"],
        "category": words["plan_category"],
        "reason": words["reason"],
        "what": _text(row, "what"),
        "child_words": own_words,
        "source": _text(row, "source"),
    }


def _text(row: Row, column: str) -> str:
    return row[column].text if column in row else ""


def _happened(row: Row, notes: _Notes) -> Window | None:
    """Return the days on which it may have happened: of the date, to the end of "until" if that is given."""
    happened = notes.window(row["date"])
    if "until" not in row or is_empty(row["until"]):
        return happened
    until = notes.window(row["until"])
    if happened is None and is_empty(row["date"]):
        notes.wrong(row["until"], "a window needs a date to start from")
    elif happened and until:
        if until.last >= happened.first:
            return Window(happened.first, until.last)
        notes.wrong(row["until"], f"the end comes before the start, {in_words(*[happened.first] * 2)}")
    return None


def _recorded(row: Row, happened: Window | None, notes: _Notes) -> Window | None:
    """Return the days on which it may have been written down; not stated: when it happened."""
    if "recorded" not in row or is_empty(row["recorded"]):
        return happened
    recorded = notes.window(row["recorded"])
    if happened is None and is_empty(row["date"]):
        notes.wrong(row["recorded"], "needs a date on which it happened")
    elif recorded and happened:
        if recorded.last >= happened.first:
            return Window(max(recorded.first, happened.first), recorded.last)
        notes.wrong(row["recorded"], f"before it happened, {in_words(*[happened.first] * 2)}")
    return None


def _said(row: Row, notes: _Notes) -> tuple[bool, str]:
    """Return whether the child said so, and in what words if the sheet has them."""
    said = bool(notes.yes_or_no(row["said_by_child"])) if "said_by_child" in row else False
    if "child_words" not in row or is_empty(row["child_words"]):
        return said, ""
    words = row["child_words"]
    answer = meant("yes or no", words.text)
    if answer is not None:
        return said or answer == "yes", ""
    if not said:
        notes.echo(words, "the child said so")
    return True, words.text


def _shared_on(row: Row, agency: str | None, recorded: Window | None, notes: _Notes) -> date | None:
    """Return the first day on which children's services could know; what they wrote themselves they know."""
    told = _told(row, agency, notes)
    when = told if isinstance(told, Window) else None
    if "told_on" in row and not is_empty(row["told_on"]):
        when = notes.window(row["told_on"])
        if told is False and not is_empty(row.get("told_childrens_services", row["told_on"])):
            notes.wrong(row["told_on"], "a date, where children's services were not told")
            return None
    if recorded is None or (when is None and not told):
        return None
    if when is None:
        return recorded.first
    if when.last < recorded.first:
        where = row["told_on"] if not isinstance(told, Window) else row["told_childrens_services"]
        notes.wrong(where, f"before it was recorded, {in_words(*[recorded.first] * 2)}")
    return max(when.first, recorded.first)


def _told(row: Row, agency: str | None, notes: _Notes) -> bool | Window:
    """Return whether children's services were told, or the days on which they were."""
    cell = row.get("told_childrens_services")
    if cell is None or is_empty(cell):
        return agency == "childrens_services"
    answer = meant("yes or no", cell.text)
    if answer is not None:
        return answer == "yes"
    who = [meant("agency", name) for name in SEVERAL.split(cell.text) if name]
    if who and None not in who:
        told = "childrens_services" in who
        notes.echo(cell, f"children's services were {'told' if told else 'not told'}")
        return told
    window = read_window(cell.text)
    if window is None:
        notes.wrong(cell, "must be yes, no, the date on which they were told, or the agencies that were")
        return False
    return notes.window(cell) or False


def _child(row: Row, notes: _Notes) -> str | None:
    """Return the name of the one child whom a row is about; None for the whole household."""
    if "child" not in row or is_empty(row["child"]):
        return None
    cell = row["child"]
    if plain(cell.text) in EVERYBODY or len([n for n in SEVERAL.split(cell.text) if n]) > 1:
        notes.echo(cell, "the whole household")
        return None
    return cell.text
