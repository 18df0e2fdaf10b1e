"""A mistake: what a user gave us that we cannot accept, where it stands, and the rule it breaks.

Raised wherever the mistake is found; the command line prints the message and leaves with status 2.
Everything else that goes wrong is our own fault, and leaves with status 1.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Final

MOST_LETTERS: Final = 500
"""Of a message of one line."""

MOST_LETTERS_A_LINE: Final = 250
"""Of each line of a message that is a list."""

MOST_LINES: Final = 30
UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Characters that a terminal obeys instead of showing them, or that turn the order of what is shown."""


class InputError(ValueError):
    """A mistake in what the user gave: one message with place, value and rule, ready to be shown.

    Whatever it quotes, the message is short and holds nothing that a terminal would obey.
    """

    def __init__(self, message: str) -> None:
        super().__init__(brief(message))


def seen(text: str) -> str:
    r"""Return a text without the characters that a terminal obeys; lines and tabs stay.

    >>> seen("red\x1b[31m\n")
    'red[31m\n'
    """
    return UNSEEN.sub("", text)


def brief(message: str) -> str:
    """Return a message that a person reads to its end: its middle left out where it is long.

    >>> len(brief("x" * 10_000_000))
    500
    """
    lines = seen(message[: 100 * MOST_LETTERS] + message[100 * MOST_LETTERS :][-MOST_LETTERS:]).split("\n")
    most = MOST_LETTERS if len(lines) == 1 else MOST_LETTERS_A_LINE
    kept = [_without_middle(line, most) for line in lines]
    if len(kept) > MOST_LINES:
        kept = [*kept[: MOST_LINES - 1], f"  and {len(kept) - MOST_LINES + 1} more lines"]
    return "\n".join(kept)


def _without_middle(line: str, most: int) -> str:
    if len(line) <= most:
        return line
    end = most // 3
    return f"{line[: most - end - 3]} … {line[-end:]}"


def shown(value: object) -> str:
    """Return a value as a message quotes it: short, on one line.

    >>> shown("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."
    """
    try:
        text = " ".join(repr(value).split())
    except (RecursionError, ValueError):  # too deep, or too long a number
        text = f"a {type(value).__name__} too large to be shown"
    return text if len(text) <= 60 else f"{text[:57]}..."


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
