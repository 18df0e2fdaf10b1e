"""The screen: what a command answers, the answer first and all of it on one; its tables come with --full.

Nobody looks for a day among two hundred lines that have scrolled by.
"""

from itertools import accumulate
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
WIDEST_HEADING: Final = 18
NARROWEST: Final = 50
MOST_BELOW: Final = 6
MORE: Final = "Tables: --full."


def print_screen(title: str, rows: list[Row], *last: str) -> None:
    """Print headings and what stands beside them in at most `LINES`, whatever they hold.

    Each text has lines of its own where there is room; else the texts of a heading run on, and where even
    that is too much, the heading with the most of them gives up its last, and says how many. Of two headings
    with as many it is the later.

    last: sentences below, which stay, each on one line for a script to read; the terminal breaks it.
    """
    width = max(min(out.width, WIDEST), NARROWEST)
    heading_width = min(max((len(heading) for heading, _ in rows), default=0), WIDEST_HEADING) + 1
    below = [_whole(text, MOST_BELOW * width) for text in last]
    shown = _fitting(
        [row for row in rows if row[1]], LINES - 1 - _height(below, width), width - heading_width
    )
    say(_cut(title, 1, width)[0], style="bold")
    for heading, lines in shown:
        for n, line in enumerate(lines):
            out.print(
                Text.assemble((f"{'' if n else heading[:WIDEST_HEADING]:<{heading_width}}", "bold"), line),
                soft_wrap=True,
            )
    for line in below:
        say(line, style="italic")


def _fitting(rows: list[Row], room: int, width: int) -> list[tuple[str, list[str]]]:
    """Return each heading with its lines, as many as there is room for."""
    left = [_at_most(texts, room * width) for _, texts in rows]
    if [len(texts) for texts in left] == [len(texts) for _, texts in rows]:
        apart = [
            (heading, [line for text in texts for line in _wrapped(text, width)])
            for (heading, _), texts in zip(rows, left, strict=True)
        ]
        if _height_of(apart, width) <= room:
            return apart
    run_on = [
        (heading, _wrapped(_together(some, len(texts)), width))
        for (heading, texts), some in zip(rows, left, strict=True)
    ]
    while _height_of(run_on, width) > room:
        most = max(range(len(rows)), key=lambda n: (len(left[n]), n))
        if len(left[most]) < 2:
            return _cut_to(room, run_on, width)
        left[most].pop()
        heading, texts = rows[most]
        run_on[most] = heading, _wrapped(_together(left[most], len(texts)), width)
    return run_on


def _at_most(texts: list[str], letters: int) -> list[str]:
    """Return the texts that there may be room for, the first at least: what is beyond costs no time."""
    ends = accumulate(len(text) for text in texts)
    fitting = sum(end <= letters for end in ends)
    return [text[: 2 * letters] for text in texts[: max(fitting, 1)]]


def _cut_to(room: int, rows: list[tuple[str, list[str]]], width: int) -> list[tuple[str, list[str]]]:
    """Return rows of one text each, all cut to as many lines as there is room for; the first, if too many."""
    for most in range(room, 0, -1):
        cut = [(heading, _cut(" ".join(lines), most, width)) for heading, lines in rows]
        if _height_of(cut, width) <= room:
            return cut
    return cut[:room]


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
        kept = lines[-1] if len(lines[-1]) < width - 1 else lines[-1].rpartition(" ")[0]
        lines[-1] = f"{kept.rstrip(' ,;:.…')} …"
    if _height(lines, width) > most:  # a word that is longer than all the room there is
        lines = [f"{lines[0][: width * most - 2]} …"]
    return lines


def _whole(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 2]} …"


def _wrapped(text: str, width: int) -> list[str]:
    """Return the text in lines, broken between words: never inside a path that a person may copy."""
    return wrap(" ".join(text.split()), width, break_long_words=False, break_on_hyphens=False) or [""]


def _height(lines: list[str], width: int) -> int:
    return sum(max(ceil(cell_len(line) / width), 1) for line in lines)
