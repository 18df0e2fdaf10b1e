"""Wording: how days and windows of days read, in tables and in sentences, the same everywhere."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from risk.core.kinds import LABELS

DAY: Final = "%-d %B %Y"
MONTH: Final = "%B %Y"
NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


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


def of_ten(share: float | None) -> str:
    """Return of ten how many a share is, as people say it; the caller says of ten what.

    >>> [of_ten(share) for share in (0.0, 0.02, 0.42, 0.98, 1.0, None)]
    ['none', 'fewer than one', 'about four', 'nearly all', 'all', 'an unknown number']
    """
    if share is None:
        return "an unknown number"
    if share in (0, 1):
        return "all" if share else "none"
    n = round(10 * share)
    return {0: "fewer than one", 10: "nearly all"}.get(n, f"about {NUMBERS[n]}")


def on_words(first: str = "first_on", last: str = "last_on") -> pl.Expr:
    """Return a window as a sentence says it: on a day, in a month or a year, or between two days."""
    one, other = pl.col(first), pl.col(last)
    whole_months = (one.dt.day() == 1) & (other == other.dt.month_end())
    whole_year = whole_months & (one.dt.month() == 1) & (other.dt.month() == 12)
    same_year, same_month = one.dt.year() == other.dt.year(), one.dt.month() == other.dt.month()
    return (
        pl.when(one == other)
        .then(pl.format("on {}", one.dt.strftime(DAY)))
        .when(whole_year & same_year)
        .then(pl.format("in {}", one.dt.strftime("%Y")))
        .when(whole_months & same_year & same_month)
        .then(pl.format("in {}", one.dt.strftime(MONTH)))
        .when(whole_months)
        .then(pl.format("between {} and {}", one.dt.strftime(MONTH), other.dt.strftime(MONTH)))
        .otherwise(pl.format("between {} and {}", one.dt.strftime(DAY), other.dt.strftime(DAY)))
    )


def in_plain_words(column: str) -> pl.Expr:
    """Return the words people read for a column of agencies or kinds."""
    return pl.col(column).cast(pl.String).replace(LABELS)
