"""The synonyms: what people write in a chronology, and the word of the vocabulary that it is read as.

They stand in `synonyms.csv`, a row for each text that somebody wrote with where it is met, for whoever meets
a new one to add; "… school" is whatever ends so. Words are compared without case, punctuation or apostrophes,
so "s.47", "S47" and "Section 47" are near enough; of agencies and kinds, brackets, numbers and a last letter
go too: "School A", "SW1". A word that may mean several things is never guessed at: its row names them with
"or" between, and it is answered with the choice. Words near in meaning stand in `near_words.csv`.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Final

import polars as pl

from risk.core.data_files import read_table, refused
from risk.core.errors import unknown
from risk.core.kinds import AGENCIES, COUNTED, FINDINGS, KINDS, PLACEMENTS, PLAN_CATEGORIES, REASONS

FILE: Final = "synonyms.csv"
NEAR: Final = "near_words.csv"

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
    "plan_category": "Plan or placement",
    "reason": "Reason for ending",
    "source": "Source",
    "occasion": "Occasion",
    "after": "Came after",
    "went_on": "Went on",
    "what_if": "If dated",
    "impact": "Impact on the child",
    "strengths": "Strengths",
    "analysis": "Analysis",
    "proposed_from": "Proposed from",
    "confirmed": "Confirmed",
}
"""The word for each column of a chronology, with its heading in the template, in the template's order."""

SEVERITIES: Final = ("1", "2", "3", "4")
"""How severe a concern looked on its own; which words mean which is an assumption."""

OF_EVENTS: Final = {
    "household": "Household",
    "born": "Date of birth",
    "may_be_later_days": "Days it may be later",
    "factors": "Factors found",
    **{
        word: HEADINGS[word]
        for word in (
            *("child", "date", "until", "recorded", "agency", "kind", "told_childrens_services", "told_on"),
            *("severity", "said_by_child", "believed", "finding", "plan_category", "reason"),
        )
    },
}
"""The word for each column of a table of events of many children, with its label."""

LABELS: Final = {
    "column": HEADINGS,
    "column of events": OF_EVENTS,
    "agency": AGENCIES,
    "kind": KINDS | COUNTED,
    "finding": FINDINGS,
    "plan_category": dict(zip(PLAN_CATEGORIES, PLAN_CATEGORIES, strict=True)) | PLACEMENTS,
    "reason": REASONS,
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
    columns = {
        "noun": pl.Enum(list(MEANINGS)),
        "written": pl.String(),
        "meaning": pl.String(),
        "source": pl.String(),
    }
    found: dict[str, Written] = {noun: {} for noun in MEANINGS}
    before = {
        (noun, plain(text)): ((word,), "the vocabulary itself")
        for noun, labels in LABELS.items()
        for word, label in labels.items()
        for text in (word, label)
    }
    for row, noun, text, meaning, _ in read_table("risk.chronologies", FILE, columns).iter_rows():
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
    """Return the word that a person means; None if no word or more than one may be meant.

    >>> meant("agency", "Norfolk Constabulary"), meant("agency", "SW 2"), meant("kind", "Neglect")
    ('police', 'childrens_services', None)
    """
    found = readings(noun, text)
    return found[0] if len(found) == 1 else None


def readings(noun: str, text: str) -> tuple[str, ...]:
    """Return what a text may mean: nothing, the one word that it is read as, or several to choose from."""
    if noun not in LOOSELY:
        return _listed_as(noun, plain(text))
    for form in _forms(noun, text):
        if found := _listed_as(noun, form):
            return found
    parts = [_listed_as(noun, _bare(noun, part)) for part in PARTS.split(text[:MOST_OF_A_WORD])]
    if len(parts) > 1 and all(parts):
        return tuple(dict.fromkeys(word for words in parts for word in words))
    head, *detail = DASH.split(text[:MOST_OF_A_WORD], maxsplit=1)
    if detail and not _listed_as(noun, _bare(noun, detail[0])):
        return _listed_as(noun, _bare(noun, head))
    return _by_ending(noun, plain(text))


def _listed_as(noun: str, form: str) -> tuple[str, ...]:
    word = words_of(noun).get(form)
    return choices(noun).get(form, ()) if word is None else (word,)


LOOSELY: Final = ("agency", "kind")
"""Nouns of which numbers, brackets and words that say nothing are left out."""

MOST_OF_A_WORD: Final = 80
BRACKETS: Final = re.compile(r"\([^)]*\)?|\[[^]]*\]?")
PARTS: Final = re.compile(r"\s*[;/&+,|\n]\s*|\s+(?:and|-|–)\s+")
DASH: Final = re.compile(r"\s+[-–—]\s+|:\s+")
NUMBER: Final = re.compile(r"^\d+ (?=\D)|(?<=[^\W\d])(?: x)? ?\d+$|(?<=\w) [a-z]$")
SAYS_NOTHING: Final = {
    "agency": re.compile(
        r"^(?:the|duty|local|allocated|senior|specialist|student|named) |"
        r" (?:team|services?|staff|department|dept|office|unit|workers?|officers?|manager)$"
    ),
    "kind": re.compile(
        r"^(?:the|further|another|ongoing|reported|alleged|suspected|concerns? (?:about|re|around)) |"
        r" (?:concerns?|issues?|incidents?|reported|alleged|suspected|noted|again)$"
    ),
}


def _forms(noun: str, text: str) -> Iterator[str]:
    """Give a text as it is compared, and then with ever more of what says nothing left out."""
    whole = plain(text[:MOST_OF_A_WORD])
    yield whole
    form = re.sub(r"\bs (?=\d)", "s", plain(BRACKETS.sub(" ", text[:MOST_OF_A_WORD])) or whole)
    yield form
    for leave_out in (NUMBER, SAYS_NOTHING[noun], NUMBER):
        form = leave_out.sub("", form).strip() or form
        yield form
    yield form.removesuffix("s")
    yield f"{form}s"


def _bare(noun: str, text: str) -> str:
    """Return the first form of a text that is listed, or else its last."""
    forms = list(_forms(noun, text))
    return next((form for form in forms if _listed_as(noun, form)), forms[-1])


def _by_ending(noun: str, form: str) -> tuple[str, ...]:
    """Return what a text means by the last words of it: any name before "constabulary" is the police's."""
    words = NUMBER.sub("", form).split()
    endings = _endings(noun)
    ends = (" ".join(words[i:]) for i in range(1, len(words)))
    return next((endings[end] for end in ends if end in endings), ())


@cache
def _endings(noun: str) -> Written:
    return {plain(text): words for text, words in listed()[noun].items() if text.startswith("…")}


def label_of(noun: str, word: str) -> str:
    """Return the words that people read for a word of a noun."""
    return LABELS[noun][word]


def says(noun: str, text: str, word: str) -> bool:
    """Return whether a text is a word or its label, so that nothing was read into it."""
    return plain(text) in (plain(word), plain(label_of(noun, word)))


def not_understood(noun: str, text: str) -> str:
    """Return the rule for a word that is not understood: the choice, the nearest words, or all."""
    text = text if len(text) <= 60 else f"{text[:60]}…"
    if choice := readings(noun, text):
        return f"may be {', '.join(choice[:-1])} or {choice[-1]}; write which{_one_a_row(noun, text)}"
    words = words_of(noun)
    if valid := _near(noun, plain(text)):
        return f"unknown {noun}; the nearest valid word is {' or '.join(map(repr, valid))}"
    other = f"{OTHER[noun]!r} lists what has no word here; " if noun in OTHER else ""
    return f"unknown {noun}; {other}{_valid(tuple(dict.fromkeys(words.values())))}"


def _valid(words: Sequence[str]) -> str:
    """Return what the valid words are; of too many to read through, where they stand explained."""
    if len(words) <= MOST_WORDS_SAID:
        return f"valid words are {', '.join(words)}"
    where = f"the template (risk chronology new FILE.xlsx), sheet {EXPLAINED!r}"
    return f"the {len(words)} valid words are explained in {where}"


MOST_WORDS_SAID: Final = 30
EXPLAINED: Final = "Words"
"""The template's sheet of the words."""

OTHER: Final = {"kind": "other_concern", "agency": "other_agency"}


def _one_a_row(noun: str, text: str) -> str:
    named = noun in LOOSELY and not any(_listed_as(noun, form) for form in _forms(noun, text))
    return f", or a row for each {noun}" if named and PARTS.search(text) else ""


def _near(noun: str, form: str) -> list[str]:
    """Return up to three words near a text: what it misspells, or else what is near in meaning.

    A word misspelt begins as it should; "removal" looks like "emotional", and is nowhere near it.
    """
    words = words_of(noun)
    alike = [word for word in words if word[:1] == form[:1]] if len(form) > 3 else []
    valid = [words[word] for word in get_close_matches(form, alike, n=3, cutoff=0.72)]
    if not valid:
        begins = [
            near for part in form.split() for start, near in _near_words(noun) if part.startswith(start)
        ]
        valid = [word for near in begins for word in near]
    return list(dict.fromkeys(valid))[:3]


@cache
def _near_words(noun: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return how words begin that are near in meaning to words of a noun. Raises InputError as `listed`."""
    columns = {"noun": pl.Enum(list(MEANINGS)), "beginning": pl.String(), "near": pl.String()}
    found = []
    for row, of, beginning, near in read_table("risk.chronologies", NEAR, columns).iter_rows():
        words = tuple(near.split(" or "))
        for word in words:
            if word not in MEANINGS[of]:
                raise refused(NEAR, row, "near", near, unknown(of, word, MEANINGS[of]))
        if of == noun:
            found.append((beginning, words))
    return found
