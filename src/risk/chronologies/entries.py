"""The entries: one row of a chronology understood, with its problems and what was read as something else.

A problem does not stop the reading, so that whoever wrote the file can mend it in one go. Nothing is
guessed: what may mean two things is a problem, and what was read as something else is noted down.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from risk.chronologies.account import BESIDE
from risk.chronologies.broken_dates import RULE, broken_rule
from risk.chronologies.exact_dates import Window, as_seen
from risk.chronologies.persons import is_several
from risk.chronologies.rough_dates import read_window
from risk.chronologies.spans import RULE as WENT_ON
from risk.chronologies.spans import WentOn, began, read_went_on
from risk.chronologies.synonyms import NOT_KNOWN, label_of, meant, not_understood, plain, says
from risk.chronologies.ties import RULE as CAME_AFTER
from risk.chronologies.ties import read_after
from risk.core.wording import day
from risk.core.wording import window as in_words

SEVERAL: Final = re.compile(r"\s*(?:;|,|/|&|[+]|[|]|\n|→|->| [-–—] |\b(?:and|plus|with|as well as)\b)\s*")
UNDATED: Final = "undated"
"""What says that nobody knows the date, and needs no echo."""

EITHER_WAY: Final = re.compile(r"\s*\d{1,2}[/.\-]\d{1,2}[/.\-]\d")
PLAIN_DATE: Final = re.compile(r"[\d/.\-]+|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{4}")
"""What is read as what it says, and needs no echo."""


class Cell(NamedTuple):
    """One cell of a row: where it stands, the word for its column, and what it shows."""

    row: int
    address: str
    column: str
    text: str


@dataclass(frozen=True)
class Problem:
    """What cannot be read in a cell.

    noun: of which vocabulary its word is no word, if that is the rule. also: in which other rows it stands.
    """

    cell: Cell
    rule: str = ""
    noun: str = ""
    also: str = ""

    def why(self) -> str:
        """Return the rule that the cell breaks; for an unknown word, the nearest valid ones."""
        return self.rule or not_understood(self.noun, self.cell.text)

    def __str__(self) -> str:
        shown = self.cell.text if len(self.cell.text) <= 60 else f"{self.cell.text[:60]}…"
        value = f"{shown!r}: " if shown else ""
        column = f", column {self.cell.column}" if self.cell.column else ""
        where = self.cell.address if " " in self.cell.address else f"cell {self.cell.address}"
        return f"{where}{column}: {value}{self.why()}{self.also}"


@dataclass
class Notes:
    """What is noted down while a sheet is read."""

    problems: list[Problem] = field(default_factory=list)
    read_as: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    day_first: list[Cell] = field(default_factory=list)

    def wrong(self, cell: Cell, rule: str) -> None:
        """Note that a cell breaks a rule."""
        self.problems.append(Problem(cell, rule))

    def echo(self, cell: Cell, words: str) -> None:
        """Note that a cell was read as something else than it says."""
        self.read_as.append((cell.row, cell.address, cell.column, cell.text[:80], words))

    def word(self, cell: Cell, noun: str) -> str | None:
        """Return the vocabulary's word for a cell; None for an empty one and for a problem."""
        if is_empty(cell):
            return None
        word = meant(noun, cell.text)
        if word is None or (noun == "kind" and _in_brackets(cell.text, word)):
            self.problems.append(Problem(cell, several_of(noun, cell.text), noun))
        elif not says(noun, cell.text, word):
            self.echo(cell, label_of(noun, word))
        return word

    def yes_or_no(self, cell: Cell) -> bool | None:
        """Return whether a cell says yes; None for an empty one and for a problem."""
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
            self.wrong(cell._replace(text=as_seen(cell.text)), broken_rule(cell.text))
        elif window.assumed or not PLAIN_DATE.fullmatch(cell.text):
            why = f" ({window.assumed})" if window.assumed else ""
            self.echo(cell, f"{in_words(window.first, window.last, short=False)}{why}")
        if window and window.first == window.last and EITHER_WAY.match(cell.text) and window.first.day <= 12:
            self.day_first.append(cell)
        return window


def is_empty(cell: Cell) -> bool:
    """Return whether nothing is known by a cell: it is empty, or says so. "Not stated" is an agency."""
    if cell.column in ("agency", "what"):
        return not cell.text
    return not cell.text or meant("any cell", cell.text) == NOT_KNOWN


def _in_brackets(text: str, word: str) -> bool:
    """Return whether brackets hold another kind than what stands before them: DV (alcohol)."""
    held = re.findall(r"\(([^()]*)\)", text[:200])
    return any((other := meant("kind", part)) is not None and other != word for part in held)


def several_of(noun: str, text: str) -> str:
    """Return the rule for a cell that holds several words of a noun, where one belongs; else nothing."""
    parts = [
        part.strip() for part in SEVERAL.split(re.sub(r"\b\d[).]|[()]", ";", text[:200])) if part.strip()
    ]
    words = [meant(noun, part) for part in parts]
    if len(parts) < 2 or None in words:
        return ""
    offered = " and ".join(repr(label_of(noun, word)) for word in dict.fromkeys(words) if word)
    return f"holds {offered}: write a row for each, with one word under Occasion if it was one occasion"


Row = dict[str, Cell]
"""One row's cells by the words for their columns."""


def read_entry(row: Row, notes: Notes) -> dict[str, Any] | None:
    """Return one entry in the columns of `ENTRY`; None if its agency, its kind or a date is a problem."""
    n_before = len(notes.problems)
    went_on = _went_on(row, notes)
    happened, went_on_to = _happened(row, went_on, notes)
    recorded = _recorded(row, happened, notes)
    words = _words(row, notes)
    said, own_words = _said(row, notes)
    shared_on = _shared_on(row, words["agency"], recorded, notes)
    believed = notes.yes_or_no(row["believed"]) if "believed" in row else None
    tied = _tied(row, went_on, notes)
    if len(notes.problems) > n_before:
        return None
    return {
        "child": _child(row, notes),
        **words,
        "occurred_on": happened and happened.first,
        "recorded_on": recorded and recorded.first,
        "shared_on": shared_on,
        "may_be_later_days": (recorded.last - recorded.first).days if recorded else None,
        "disclosed_by_child": said,
        "believed": believed,
        "what": _text(row, "what"),
        "child_words": own_words,
        "source": _text(row, "source"),
        "told": _told_or_not(row, words["agency"], shared_on),
        "went_on": _text(row, "went_on") if went_on else "",
        "went_on_to": went_on_to,
        **tied | _kept(row, notes),
    }


def _words(row: Row, notes: Notes) -> dict[str, Any]:
    """Return what a row says in words of the vocabularies, by the columns of `ENTRY`."""
    nouns = ("agency", "kind", "finding", "plan_category", "reason", "severity")
    words = {noun: notes.word(row[noun], noun) if noun in row else None for noun in nouns}
    for noun in ("agency", "kind"):
        if not row[noun].text:
            notes.wrong(row[noun], "must not be empty")
    severity, category = words.pop("severity"), words.pop("plan_category")
    return {**words, "category": category, "severity": None if severity is None else int(severity)}


def _text(row: Row, column: str) -> str:
    return row[column].text if column in row else ""


def _went_on(row: Row, notes: Notes) -> WentOn | None:
    """Return how it went on, if the row says that it did."""
    if "went_on" not in row or is_empty(row["went_on"]) or meant("yes or no", row["went_on"].text) == "no":
        return None
    went_on = read_went_on(row["went_on"].text)
    if went_on is None:
        notes.wrong(row["went_on"], WENT_ON)
    return went_on


def _happened(row: Row, went_on: WentOn | None, notes: Notes) -> tuple[Window | None, date | None]:
    """Return the days on which it may have happened, or begun, and for what went on its last day.

    What did not go on may have happened from the date to the end of "until", if that is given.
    """
    happened = notes.window(row["date"])
    if row["date"].text and is_empty(row["date"]) and plain(row["date"].text) != UNDATED:
        notes.echo(row["date"], "no date: listed, not scored")
    if "until" not in row or is_empty(row["until"]):
        if went_on and happened:
            notes.wrong(row["went_on"], "what went on needs the last day of it under Until")
        return happened, None
    until = notes.window(row["until"])
    if happened is None and is_empty(row["date"]):
        notes.wrong(row["until"], "a window needs a date to start from")
    elif happened and until:
        if until.last < happened.first:
            notes.wrong(row["until"], f"the end comes before the start, {day(happened.first)}")
        elif went_on is None:
            return Window(happened.first, until.last), None
        elif start := began(happened, until.last, went_on):
            return start, until.last
        else:
            notes.wrong(row["went_on"], "longer than from Date to Until")
    return None, None


def _tied(row: Row, went_on: WentOn | None, notes: Notes) -> dict[str, str]:
    """Return the occasion, what it came after and when it may have been, in the writer's words."""
    if _text(row, "after") and not is_empty(row["after"]) and read_after(row["after"].text) is None:
        notes.wrong(row["after"], CAME_AFTER)
    if _text(row, "what_if") and not is_empty(row["what_if"]):
        window = read_window(row["what_if"].text)
        if window is None:
            notes.wrong(row["what_if"], RULE)
        elif not is_empty(row["date"]):
            notes.wrong(row["what_if"], "only for an event without a date")
        elif went_on and began(window, window.last, went_on) is None:
            notes.wrong(row["went_on"], "longer than the days under If dated")
    columns = ("occasion", "after", "what_if")
    return {c: "" if c not in row or is_empty(row[c]) else row[c].text for c in columns}


def _kept(row: Row, notes: Notes) -> dict[str, Any]:
    """Return what the writer makes of it, from which words it was proposed, and whether that is confirmed."""
    kept = {c: "" if c not in row or is_empty(row[c]) else row[c].text for c in BESIDE}
    return {**kept, "confirmed": notes.yes_or_no(row["confirmed"]) if "confirmed" in row else None}


def _recorded(row: Row, happened: Window | None, notes: Notes) -> Window | None:
    """Return the days on which it may have been written down; not stated: when it happened."""
    if "recorded" not in row or is_empty(row["recorded"]):
        return happened
    recorded = notes.window(row["recorded"])
    if happened is None and is_empty(row["date"]):
        notes.wrong(row["recorded"], "needs a date on which it happened")
    elif recorded and happened:
        if recorded.last >= happened.first:
            return Window(max(recorded.first, happened.first), recorded.last)
        notes.wrong(row["recorded"], f"before it happened, {day(happened.first)}")
    return None


def _said(row: Row, notes: Notes) -> tuple[bool, str]:
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


def _shared_on(row: Row, agency: str | None, recorded: Window | None, notes: Notes) -> date | None:
    """Return the first day on which children's services could know; what they wrote themselves they know."""
    told = _told(row, agency, notes)
    when = told if isinstance(told, Window) else None
    if "told_on" in row and not is_empty(row["told_on"]):
        when = notes.window(row["told_on"])
        said_not = "told_childrens_services" in row and not is_empty(row["told_childrens_services"])
        if told is False and said_not:
            notes.wrong(row["told_on"], "a date, where children's services were not told")
            return None
    if recorded is None or (when is None and not told):
        return None
    if when is None:
        return recorded.first
    if when.last < recorded.first:
        where = row["told_on"] if not isinstance(told, Window) else row["told_childrens_services"]
        notes.wrong(where, f"before it was recorded, {day(recorded.first)}")
    if when.last > when.first and "told_on" in row and not isinstance(told, Window):
        notes.echo(row["told_on"], f"told on {day(when.first)}, the first day it may mean")
    return max(when.first, recorded.first)


def _told_or_not(row: Row, agency: str | None, shared_on: date | None) -> bool | None:
    """Return whether children's services were told; None where nobody says."""
    cell = row.get("told_childrens_services")
    if shared_on is not None or agency == "childrens_services":
        return shared_on is not None or cell is None or is_empty(cell)
    if cell is None or is_empty(cell):
        return None
    return bool(_told(row, agency, Notes()))


def _told(row: Row, agency: str | None, notes: Notes) -> bool | Window:
    """Return whether children's services were told, or the days on which they were; their own they know."""
    cell = row.get("told_childrens_services")
    told = None if cell is None else told_of(cell, notes)
    return agency == "childrens_services" if told is None else told


def told_of(cell: Cell, notes: Notes) -> bool | Window | None:
    """Return whether children's services were told, or the days on which they were; None: nobody says."""
    if is_empty(cell):
        return None
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


def _child(row: Row, notes: Notes) -> str | None:
    """Return the name of the one child whom a row is about; None for the whole household."""
    if "child" not in row or is_empty(row["child"]):
        return None
    cell = row["child"]
    if is_several(cell.text):
        notes.echo(cell, "the whole household")
        return None
    return cell.text
