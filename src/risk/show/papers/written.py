"""What was written: the records of a case as papers have them, each in its agency's own words."""

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from risk.core.kinds import CS, label
from risk.show.charts.layout import records
from risk.show.charts.one_child import WIDTH
from risk.show.packs.lesson import Told
from risk.show.papers.blocks import Sentence

LINE_MM: Final = 9
"""The height of a line to write on."""
WORDS_MM: Final = 4.8
"""The height of a line of words in a table; a row takes PADDING_MM besides."""
PADDING_MM: Final = 2.7
LETTERS_OF_A_DAY: Final = 13
FEWEST_LINES: Final = 3
MOST_LINES: Final = 14
UP_TO_THEN: Final = ("yes", "not stated", "their own")
ABOUT_A_SIBLING: Final = "About a brother or sister: "
NOT: Final = "not then"
NOT_THEN: Final = "Not then: there is no record that children's services had been told by then."


@dataclass(frozen=True)
class Entry:
    """A record. step: the place of its day among the days of records. on: the first day on which it may fall.

    when: that day or those days in words. told: whether children's services had been told when it was
    written; a telling that came later is not told here. words: as its agency wrote it. by_child: whether a
    child said it. relation: to whom of the home it is about, as `Record.events_by_child` has it.
    """

    number: int
    step: int
    on: date
    when: str
    agency: str
    told: str
    words: str
    by_child: bool
    relation: str

    @property
    def held_by(self) -> str:
        """Return whose record it is, in words."""
        return label(self.agency)


def written(told: Told) -> list[Entry]:
    """Return the records of a case in the order in which they are revealed.

    Raises InputError for a child about whom nothing was recorded.
    """
    drawn = records(told.review, width=WIDTH).iter_rows(named=True)
    events = told.review.events().iter_rows(named=True)
    return [
        Entry(
            number=row["number"],
            step=row["step"],
            on=row["on"],
            when=row["when"],
            agency=event["agency"],
            told=row["services"] if row["services"] in UP_TO_THEN else NOT,
            words=_words(told, row["what"], event),
            by_child=event["disclosed_by_child"],
            relation=event["relation"],
        )
        for row, event in zip(drawn, events, strict=True)
    ]


def title_of(told: Told) -> str:
    """Return the title of a lesson as a sentence: one that asks ends as it does."""
    title = told.lesson.title
    return title if title.endswith((".", "?", "!")) else f"{title}."


def agencies(entries: list[Entry]) -> list[str]:
    """Return who wrote anything down, children's services last: they are the table that the others tell."""
    wrote = dict.fromkeys(entry.agency for entry in entries)
    return sorted(wrote, key=lambda agency: agency == CS)


def not_then(entries: list[Entry]) -> list[Sentence]:
    """Return what "not then" means, where a table of these records says it."""
    return [Sentence(NOT_THEN, "small")] if any(entry.told == NOT for entry in entries) else []


def room_for(entries: list[Entry], *, room_mm: int, letters: int, row_mm: float = 0) -> int:
    """Return how many lines to write on a page still holds below a table of records: a few, or very many.

    room_mm: what an A4 page has for the rows and the lines. letters: how many a line of the table's words
    holds. row_mm: the least height of its rows.
    """
    taken = sum(max(row_mm, _height_mm(entry, letters)) for entry in entries)
    return max(FEWEST_LINES, min(MOST_LINES, int((room_mm - taken) / LINE_MM)))


def _height_mm(entry: Entry, letters: int) -> float:
    lines = max(ceil(len(entry.words) / letters), ceil(len(entry.when) / LETTERS_OF_A_DAY))
    return PADDING_MM + lines * WORDS_MM


def _words(told: Told, what: str, event: dict[str, object]) -> str:
    """Return a record's own words, or its kind where nobody wrote any; said of whom where they may not.

    What is written of an invented child says itself who spoke and how it was taken, and whom it is about.
    """
    own = str(event["what"] or "").strip()
    if told.case is None:
        return own
    said = what if event["disclosed_by_child"] else own or label(str(event["kind"]))
    whose = ABOUT_A_SIBLING if event["relation"] == "sibling" else ""
    return f"{whose}{said}" if said.endswith((".", "?", "!", ".)")) else f"{whose}{said}."
