"""The template in Word: the same chronology as `template` writes, as tables of a document.

Some partnerships ask for Word. A column that nobody filled in, and nobody must, is left out: a page has room
for ten at most.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from risk.chronologies.account import Account
from risk.chronologies.synonyms import HEADINGS
from risk.chronologies.template import LISTS, NOTES, WHAT_TO_WRITE
from risk.chronologies.written_entries import TITLE, Value, above_header, entry_rows, headings_of
from risk.core import word_xml

ALWAYS: Final = ("date", "until", "child", "agency", "kind", "what", "child_words", "told_childrens_services")
MARGIN_MM: Final = 12.7


def as_document(account: Account) -> bytes:
    """Return an account as a Word document: whom it is about, a row an event, and how to fill it in."""
    about = [row for row in above_header(account) if row and row != [TITLE]]
    rows = list(entry_rows(account))
    filled = {i for row in rows for i, value in enumerate(row) if value}
    named = headings_of(account)
    used = [i for i, word in enumerate(named) if word in ALWAYS or i in filled]
    headings = list(named.values())
    chronology: list[list[Value]] = [[headings[i] for i in used]]
    chronology += ([row[i] for i in used] for row in rows)
    body = [
        _paragraph(TITLE, bold=True),
        *map(_paragraph, NOTES),
        _table(about, header=False),
        _paragraph(""),
        _table(chronology, header=True),
        _paragraph("How to fill in the chronology", bold=True),
        *(_paragraph(f"{HEADINGS[word]}: {what}") for word, what in WHAT_TO_WRITE.items()),
        _paragraph("Words to choose from", bold=True),
        *(_paragraph(f"{HEADINGS.get(name, name)}: {', '.join(words)}.") for name, words in LISTS.items()),
    ]
    return word_xml.document(body, footer=TITLE, wide=True, margin_mm=MARGIN_MM)


def _table(rows: Iterable[list[Value]], *, header: bool) -> str:
    """Return a table; its first row, where that is the header, is there again at the top of each page."""
    cells = [
        [
            word_xml.paragraph(word_xml.words(_words(value), bold=header and number == 0), "Small")
            for value in row
        ]
        for number, row in enumerate(rows)
    ]
    return word_xml.table(cells, header=header)


def _words(value: Value) -> str:
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else value or ""


def _paragraph(text: str, *, bold: bool = False) -> str:
    return word_xml.paragraph(word_xml.words(text, bold=bold), "Cell")
