"""The synonyms: what people write in a chronology, and the word of the vocabulary that it is read as.

They stand in `synonyms.csv`, a row for each text that somebody wrote, for whoever meets a new one to add.
Words are compared without case, punctuation or apostrophes, so "s.47", "S47" and "Section 47" are near
enough. A word that may mean several things is never guessed at: its row names them with "or" between, and it
is answered with the choice.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Final

import polars as pl

from risk.core.data_files import read_table, refused
from risk.core.errors import unknown
from risk.core.kinds import AGENCIES, CLOSURE_REASONS, FINDINGS, KINDS, PLAN_CATEGORIES

FILE: Final = "synonyms.csv"

HEADINGS: Final = {
    "date": "Date",
    "until": "Until",
    "child": "Child",
    "agency": "Agency",
    "kind": "Kind",
    "what": "What happened",
    "child_words": "Child's words",
    "said_by_child": "Said by child",
    "believed": "Believed",
    "told_childrens_services": "Told children's services",
    "told_on": "Date told",
    "recorded": "Date recorded",
    "severity": "Severity",
    "finding": "Finding",
    "plan_category": "Plan category",
    "reason": "Closure reason",
    "source": "Source",
    "occasion": "Occasion",
    "after": "Came after",
    "went_on": "Went on",
    "what_if": "If dated",
}
"""The word for each column of a chronology, with its heading in the template, in the template's order."""

SEVERITIES: Final = ("1", "2", "3", "4")
"""How severe a concern looked on its own; which words mean which is an assumption."""

LABELS: Final = {
    "column": HEADINGS,
    "agency": AGENCIES,
    "kind": KINDS,
    "finding": dict(zip(FINDINGS, FINDINGS, strict=True)),
    "plan_category": dict(zip(PLAN_CATEGORIES, PLAN_CATEGORIES, strict=True)),
    "reason": CLOSURE_REASONS,
    "severity": dict(zip(SEVERITIES, SEVERITIES, strict=True)),
    "yes or no": {"yes": "yes", "no": "no"},
}
"""By noun, its words with the labels that people read."""

EVERYBODY: Final = "everybody"
"""What names of no child mean: the whole household."""

NOT_KNOWN: Final = "not known"
"""What people write where they do not know means an empty cell."""

MEANINGS: Final = {noun: tuple(labels) for noun, labels in LABELS.items()} | {
    "child": (EVERYBODY,),
    "any cell": (NOT_KNOWN,),
}
"""By noun, what a text may be read as."""

Written = dict[str, tuple[str, ...]]
"""What each text may mean, as it stands in the file: one word, or several to choose from."""


def plain(text: str) -> str:
    """Return a text as words are compared: lower case, no apostrophes, and spaces between."""
    return " ".join(re.sub(r"[^\w✓✔]|_", " ", re.sub(r"['’]", "", text.lower())).split())


@cache
def listed() -> dict[str, Written]:
    """Return by noun what people write, in the file's order.

    Raises InputError at the first row of `synonyms.csv` whose noun or meaning is unknown, or whose text, as
    it is compared, means something else as well.
    """
    columns = {"noun": pl.Enum(list(MEANINGS)), "written": pl.String(), "meaning": pl.String()}
    found: dict[str, Written] = {noun: {} for noun in MEANINGS}
    before = {
        (noun, plain(text)): ((word,), "the vocabulary itself")
        for noun, labels in LABELS.items()
        for word, label in labels.items()
        for text in (word, label)
    }
    for row, noun, text, meaning in read_table("risk.chronologies", FILE, columns).iter_rows():
        words = tuple(meaning.split(" or "))
        for word in words:
            if word not in MEANINGS[noun]:
                raise refused(FILE, row, "meaning", meaning, unknown(noun, word, MEANINGS[noun]))
        other, where = before.setdefault((noun, plain(text)), (words, f"row {row}"))
        if other != words:
            rule = f"means {' or '.join(other)} by {where}; a text has one meaning"
            raise refused(FILE, row, "written", text, rule)
        found[noun][text] = words
    return found


@cache
def words_of(noun: str) -> dict[str, str]:
    """Return what each text, as it is compared, is read as: a word, its label and its synonyms are it."""
    return {plain(text): word for word in MEANINGS[noun] for text in _texts_for(noun, word)}


def _texts_for(noun: str, word: str) -> Iterator[str]:
    if noun in LABELS:
        yield from (word, label_of(noun, word))
    yield from (text for text, words in listed()[noun].items() if words == (word,))


@cache
def choices(noun: str) -> Written:
    """Return by text, as it is compared, the several words that it may mean: a person has to choose."""
    return {plain(text): words for text, words in listed()[noun].items() if len(words) > 1}


def meant(noun: str, text: str) -> str | None:
    """Return the word that a person means; None if no word or more than one may be meant."""
    return words_of(noun).get(plain(text))


def label_of(noun: str, word: str) -> str:
    """Return the words that people read for a word of a noun."""
    return LABELS[noun][word]


def says(noun: str, text: str, word: str) -> bool:
    """Return whether a text is a word or its label, so that nothing was read into it."""
    return plain(text) in (plain(word), plain(label_of(noun, word)))


def not_understood(noun: str, text: str) -> str:
    """Return the rule for a word that is not understood: the choice, the nearest words, or all."""
    text = text if len(text) <= 60 else f"{text[:60]}…"
    if choice := choices(noun).get(plain(text)):
        return f"may be {', '.join(choice[:-1])} or {choice[-1]}; write which"
    words = words_of(noun)
    near = get_close_matches(plain(text), words, n=5, cutoff=0.6)
    valid = list(dict.fromkeys(words[word] for word in near))[:3]
    if valid:
        return f"unknown {noun}; the nearest valid word is {' or '.join(map(repr, valid))}"
    return f"unknown {noun}; valid words are {', '.join(dict.fromkeys(words.values()))}"
