"""Wording: how days, windows of days and shares read, in tables and in sentences, the same everywhere.

A share is said as a natural frequency, so many of ten, which people reason about better than percentages.

Gigerenzer and Hoffrage (1995), Psychological Review 102:684-704 (natural frequencies).
"""

import math
from datetime import date, timedelta
from typing import Final

DAY: Final = "%-d %B %Y"
MONTH: Final = "%B %Y"
NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
BASES: Final = {10: "ten", 100: "a hundred", 1000: "a thousand"}


def day(on: date) -> str:
    """Return a date as people in Britain write it, 2 October 2012.

    >>> day(date(2012, 10, 2))
    '2 October 2012'
    """
    return window(on, on, short=False)


def window(first: date, last: date, *, short: bool = True) -> str:
    """Return a window of days as shortly as it can be said: a day, a month, a year, or from A to B.

    What is said with whole names of months is read back by `read_window` as the same window.

    short: months by three letters, as a table has room for them.

    >>> window(date(2014, 6, 13), date(2014, 6, 13)), window(date(2012, 1, 1), date(2013, 12, 31))
    ('13 Jun 2014', '2012 to 2013')
    """
    month = "%b %Y" if short else "%B %Y"
    if not (first.day == 1 and (last + timedelta(days=1)).day == 1):
        start, end = (f"{d.day} {d:{month}}" for d in (first, last))
    else:
        whole_years = first.month == 1 and last.month == 12
        start, end = (f"{d:{'%Y' if whole_years else month}}" for d in (first, last))
    return start if start == end else f"{start} to {end}"


def of_ten(share: float | None, of: int = 10) -> str:
    """Return a share as so many of ten, or of another number: about five, nearly all.

    None and all are said only of none and of all: what is rarer than one of them is fewer than one, and what
    is short of all by less than half of one is nearly all. null: how many, is not known.

    >>> of_ten(0.48), of_ten(0.002), of_ten(0.97), of_ten(0.0), of_ten(None)
    ('about five', 'fewer than one', 'nearly all', 'none', 'an unknown number')
    """
    if share is None or math.isnan(share):
        return "an unknown number"
    if share in (0, 1):
        return "all" if share else "none"
    n = math.floor(of * share + 0.5)
    if n in (0, of):
        return "nearly all" if n else "fewer than one"
    return f"about {NUMBERS[n] if n < len(NUMBERS) else n}"


def frequency(share: float | None) -> str:
    """Return a share as so many of ten; of a hundred, or of a thousand, where it is less than one of ten.

    >>> frequency(0.48), frequency(0.031), frequency(0.002)
    ('about five of ten', 'about three of a hundred', 'about two of a thousand')
    """
    enough = (of for of in BASES if share and share * of >= 1)
    of = next(enough, max(BASES) if share else min(BASES))
    said = of_ten(share, of)
    return f"{said} of {BASES[of]}" if share and share < 1 else said


def what_a_line_finds(needed_that_day: float | None, needed: float | None, found: float | None) -> str:
    """Return one sentence on a line: whom it asks about, and whom it finds.

    needed_that_day, needed: of children at or above the line, the share in harm on that day already, and that
    day or within 12 weeks. found: of those who came to harm, the share with an alarm within 12 weeks of it.
    """
    that_day = "" if needed_that_day is None else f"{of_ten(needed_that_day)} needed an assessment that day, "
    soon = f"{of_ten(needed)} {'' if that_day else 'needed an assessment '}that day or within 12 weeks"
    return (
        f"Of ten children at or above this line {that_day}{soon}; of ten who came to harm it finds "
        f"{of_ten(found)}."
    )
