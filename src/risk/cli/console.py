"""The console: the one place where anything is printed: sentences, tables, JSON, and what is wrong.

What is shown may come from a file that somebody sent: no character of it is obeyed by the terminal. A console
that knows few letters is given the nearest it has.
"""

import codecs
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from textwrap import indent
from typing import Any, Final, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.segment import Segment

from risk.core.errors import brief, seen

NEAREST: Final = "nearest letter"
NEAREST_LETTERS: Final = {
    "✓": "+",
    "✗": "x",
    "•": "*",
    "→": "->",
    "×": "x",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\N{NO-BREAK SPACE}": " ",
}


class Shown(Console):
    """A console on which a text is shown as it is, whatever a terminal would make of it."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give what is to be shown, in segments, without the characters that a terminal obeys."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=seen(segment.text))


out: Final = Shown(highlight=False, emoji=False)
err: Final = Shown(stderr=True, highlight=False, emoji=False)


class Heard(logging.Handler):
    """What the package says of itself while it works: a sentence on a terminal, a warning anywhere."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one message."""
        if err.is_terminal or record.levelno >= logging.WARNING:
            complain(record.getMessage())


HEARD: Final = Heard()


def begin() -> None:
    """Let both streams take any letter, since a pipe on Windows may know fewer, and hear the package."""
    log = logging.getLogger("risk")
    log.addHandler(HEARD)
    log.setLevel(logging.INFO)
    codecs.register_error(NEAREST, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=NEAREST)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(NEAREST_LETTERS.get(letter, "?") for letter in letters), error.end


def end() -> bool:
    """Write out what is still to be written, and say whether all was. A full stream is let go."""
    ended = [_flushed(stream) for stream in (sys.stdout, sys.stderr)]  # each, whatever became of the other
    return all(ended)


def _flushed(stream: TextIO) -> bool:
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):  # or else Python itself would complain as it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return False
    return True


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal and nothing in a pipe; give a function that moves it on."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda n: bar.advance(task, n)


def say(text: str, style: str = "", *, wrapped: bool = False) -> None:
    """Print a sentence as it is, brackets and all, never broken inside a path or a number.

    wrapped: between words where the console ends; not for what a script may read.
    """
    out.print(text, style=style or None, markup=False, soft_wrap=not wrapped)


def complain(message: str) -> None:
    """Print what is wrong, in few words, on the stream that is for that."""
    with suppress(OSError):  # where nobody listens, the status must do
        err.print(brief(f"risk: {message}"), markup=False, soft_wrap=True)


def print_json(document: dict[str, Any], **rows: Iterable[dict[str, Any]]) -> None:
    """Print one JSON document; dates are ISO 8601.

    rows: lists at its end, by their names; each row is written as it comes, so that a long list never sits in
    memory as text.
    """
    written = _dumped(document | dict.fromkeys(rows, ()))
    for name, each in rows.items():
        before, _, written = written.partition(f'\n "{name}": []')
        out.file.write(f'{before}\n "{name}": [')
        between = "\n"
        for row in each:
            out.file.write(between + indent(_dumped(row), "  "))
            between = ",\n"
        out.file.write("]" if between == "\n" else "\n ]")
    out.file.write(f"{written}\n")


def _dumped(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, default=_as_json, allow_nan=False)


def _as_json(value: object) -> str:
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON report")
