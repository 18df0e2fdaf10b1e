"""The headings: what each column of a sheet holds, and which one may be meant where one is missing."""

import re
from difflib import get_close_matches
from typing import Final

from risk.chronologies.entries import Cell, Notes, Problem
from risk.chronologies.persons import HEADINGS as WHO
from risk.chronologies.rough_dates import read_window
from risk.chronologies.sheet import HEADER_WITHIN, Sheet, column_of
from risk.chronologies.synonyms import HEADINGS, label_of, meant, plain, says, words_of
from risk.chronologies.tab import cell_name

REQUIRED: Final = {"date": "dates", "agency": "agencies", "kind": "kinds of events", "what": "texts"}
"""The columns that every chronology has, and what a column of them holds."""

LOOKED_AT: Final = 50
"""So many filled cells of a column show what it holds."""

OUTCOMES: Final = re.compile(r"\b(?:actions?|outcomes?|responses?|decisions?)\b")
"""What was done about an event reads like kinds of events, and is none of its columns."""

CODE: Final = re.compile(r"[A-Za-z]?\d+")
"""A number with a letter, as of a document, is no word."""

A_TEXT: Final = 20
"""So many characters are more than a name or a code."""


def columns_of(sheet: Sheet, notes: Notes) -> dict[int, str]:
    """Return the word for what each column holds. Notes a problem for one that is missing or there twice."""
    found: dict[int, str] = {}
    left_out = []
    for number, text in sorted(sheet.cells[sheet.header].items()):
        cell = Cell(sheet.header, sheet.place(sheet.header, number), "", text)
        word = column_of(text)
        if plain(text) in WHO and ("agency" in found.values() or word is None):
            word = "who"
        if word is None:
            if is_misspelt(text):
                notes.problems.append(Problem(cell, noun="column"))
            else:
                left_out.append(text[:40])
        elif word in found.values():
            other = next(cell_name(sheet.header, c) for c, w in found.items() if w == word)
            notes.wrong(cell, f"column {word} is there twice, in {other} too; rename one of them")
        else:
            found[number] = word
            if word != "who" and not says("column", text, word):
                notes.echo(cell._replace(column="heading"), label_of("column", word))
    _ask_for_missing(sheet, found, notes)
    if left_out:
        columns = ", ".join(map(repr, left_out[:10]))
        notes.remarks.append(f"Left out, since no column of a chronology is called so: {columns}.")
    return found


def _ask_for_missing(sheet: Sheet, found: dict[int, str], notes: Notes) -> None:
    """Note a problem for each column that every chronology has and this one has not."""
    here = Cell(sheet.header, sheet.place(sheet.header, 1), "", "")
    has = ", ".join(cell[:40] for _, cell in sorted(sheet.cells[sheet.header].items()))[:200]
    looked = f"; row {sheet.header} has {has}"
    if not found:
        looked += f"; the headings were looked for in the first {HEADER_WITHIN} filled rows"
    for word in REQUIRED:
        if word in found.values() or (word == "agency" and meant("agency", sheet.agency)):
            continue  # there may be a sheet for each agency
        more = "; `risk chronology propose` proposes kinds from the words" if word == "kind" else ""
        notes.wrong(here, f"column {word} is missing{looked}{_likely(sheet, word, found)}{more}")
        looked = ""  # said once


def _likely(sheet: Sheet, word: str, found: dict[int, str]) -> str:
    """Return which column may be the one that is missing, by what its cells hold; nothing if none may."""
    heading_of = sheet.cells[sheet.header]
    free = [
        c for c in heading_of if found.get(c) not in REQUIRED and not OUTCOMES.search(heading_of[c].lower())
    ]
    rows = [row for r, row in sorted(sheet.cells.items()) if r > sheet.header]
    fits = {c: share_of([row[c] for row in rows if c in row], word) for c in free}
    best = max(free, key=lambda c: fits[c], default=0)
    if not best or fits[best] <= 0.5:
        return ""
    where, heading = sheet.place(sheet.header, best), heading_of[best][:40]
    return f"; {where} {heading!r} holds {REQUIRED[word]}: if it is that column, call it {HEADINGS[word]}"


def share_of(filled: list[str], word: str) -> float:
    """Return which share of the first filled cells of a column are what a column of that word holds."""
    cells = filled[:LOOKED_AT]
    if word == "date":
        fitting = sum(read_window(cell) is not None for cell in cells)
    elif word == "what":
        fitting = sum(len(cell) >= A_TEXT for cell in cells)
    else:
        fitting = sum(meant(word, cell) is not None and not CODE.fullmatch(cell) for cell in cells)
    return fitting / max(len(cells), 1)


def is_misspelt(text: str, noun: str = "column") -> bool:
    """Return whether a heading is one of ours but for a letter, rather than a column of somebody's own."""
    return bool(get_close_matches(plain(text[:80]), words_of(noun), n=1, cutoff=0.85))
