"""A mistake: what a user gave us that we cannot accept, where it stands, and the rule it breaks.

Raised wherever the mistake is found; the command line prints the message and leaves with status 2.
Everything else that goes wrong is our own fault, and leaves with status 1.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class InputError(ValueError):
    """A mistake in what the user gave: one message with place, value and rule, ready to be shown."""


def at(file: Path | str, row: int | None = None, column: str | None = None) -> str:
    """Return the place of a mistake as a user would look for it: file, then row, then column.

    row: counted from 1 as an editor or Excel does, header line included.
    """
    place = str(file)
    if row is not None:
        place += f", row {row}"
    if column is not None:
        place += f", column {column}"
    return place


def unknown(noun: str, word: str, known: Iterable[str]) -> str:
    """Return the message for a word that is in no vocabulary: the nearest valid words, or all of them."""
    words = list(known)
    near = get_close_matches(word.strip().lower().replace(" ", "_"), words, n=3, cutoff=0.5)
    if near:
        return f"unknown {noun} {word!r}; the nearest valid word is {' or '.join(map(repr, near))}"
    return f"unknown {noun} {word!r}; valid words are {', '.join(words)}"
