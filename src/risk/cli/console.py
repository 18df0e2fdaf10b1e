"""The console: sentences as they are, reports as JSON a script reads, progress as a bar."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

out: Final = Console(highlight=False)
err: Final = Console(stderr=True, highlight=False)


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


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document; dates are ISO 8601."""
    out.file.write(json.dumps(document, indent=1, default=_as_json, allow_nan=False) + "\n")


def _as_json(value: object) -> str:
    if isinstance(value, date | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON report")
