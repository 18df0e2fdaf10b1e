"""The screen: what a command answers, the answer first and all of it on one; its tables come with --full.

Nobody looks for a day among two hundred lines that have scrolled by.
"""

from math import ceil
from textwrap import wrap
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from risk.cli.console import out, say

Row = tuple[str, list[str]]
"""A heading, and what stands beside it: short texts, each on a line of its own, most important first."""

LINES: Final = 24
"""What the smallest terminal shows."""

WIDEST: Final = 100
HEADING: Final = 14
NARROWEST: Final = 30
MOST_BELOW: Final = 3
MORE: Final = "Tables: --full."


def print_screen(title: str, rows: list[Row], *last: str) -> None:
    """Print headings and what stands beside them in at most `LINES`, whatever they hold.

    Each text has lines of its own where there is room; else the texts of a heading run on, and where even
    that is too much, the heading with the most of them gives up its last, and says how many. Of two headings
    with as many it is the later.

    last: sentences below, which stay.
    """
    width = max(min(out.width, WIDEST), HEADING + NARROWEST)
    below = [line for text in last for line in _cut(text, MOST_BELOW, width)]
    shown = _fitting([row for row in rows if row[1]], LINES - 1 - _height(below, width), width - HEADING)
    say(_cut(title, 1, width)[0], style="bold")
    for heading, lines in shown:
        for n, line in enumerate(lines):
            out.print(Text.assemble((f"{'' if n else heading:<{HEADING}}", "bold"), line), soft_wrap=True)
    for line in below:
        say(line, style="italic")


def _fitting(rows: list[Row], room: int, width: int) -> list[tuple[str, list[str]]]:
    """Return each heading with its lines, as many as there is room for."""
    apart = [(heading, [line for text in texts for line in _wrapped(text, width)]) for heading, texts in rows]
    if _height_of(apart, width) <= room:
        return apart
    left = {heading: list(texts) for heading, texts in rows}
    while True:
        run_on = [(h, _wrapped(_together(left[h], len(texts)), width)) for h, texts in rows]
        longest = max(reversed(left), key=lambda heading: len(left[heading]), default="")
        if _height_of(run_on, width) <= room:
            return run_on
        if len(left[longest]) == 1:
            return [(h, _cut(" ".join(lines), max(room // len(rows), 1), width)) for h, lines in run_on]
        left[longest].pop()


def _together(texts: list[str], n: int) -> str:
    """Return the texts that are left of n as one, and how many are not."""
    return " ".join([*texts, *([f"… and {n - len(texts)} more."] if len(texts) < n else [])])


def _height_of(rows: list[tuple[str, list[str]]], width: int) -> int:
    return sum(_height(lines, width) for _, lines in rows)


def _cut(text: str, most: int, width: int) -> list[str]:
    """Return a text in at most so many lines, the last of them cut where there is more."""
    lines = _wrapped(text, width)
    while _height(lines, width) > most and len(lines) > 1:
        lines.pop()
        lines[-1] = f"{lines[-1][: width - 2].rstrip(' ,;:')} …"
    if _height(lines, width) > most:
        lines = [f"{lines[0][: width * most - 2]} …"]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """Return the text in lines, broken between words: never inside a path that a person may copy."""
    return wrap(" ".join(text.split()), width, break_long_words=False, break_on_hyphens=False) or [""]


def _height(lines: list[str], width: int) -> int:
    return sum(max(ceil(cell_len(line) / width), 1) for line in lines)
