"""The exact dates: a day, a month or a year as people write it, as the window of its days.

The day comes before the month, as in the United Kingdom, always; 06/13/2014 is no date.
"""

import calendar
import re
from datetime import date, timedelta
from typing import Final, NamedTuple

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2100
NEW_CENTURY_BEFORE: Final = 50
"""Assumption: two-digit years below it are of this century."""

EXCEL_DAYS: Final = (10_000, 73_050)
"""Numbers in this range, 1927 to 2099, are days as Excel counts them; shorter ones are years."""

INVISIBLE: Final = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff]"
)
"""Marks that take no room: directions, joiners, a soft hyphen, a byte-order mark."""

HYPHENS: Final = re.compile(r"[\u2010\u2011\u2043\u2212\ufe63\uff0d]")
"""What Word and others write for a hyphen or a minus; a dash is something else, "to"."""

SLASHES: Final = re.compile(r"[\u2044\u2215\uff0f]")
"""What stands for a slash in fractions and in East Asian text."""


class Window(NamedTuple):
    """The first and the last day that a date may mean, and what had to be assumed for it."""

    first: date
    last: date
    assumed: str = ""


MONTHS: Final = {
    name.lower(): month
    for month in range(1, 13)
    for name in (calendar.month_name[month], calendar.month_abbr[month])
} | {"sept": 9}
MONTH: Final = f"({'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_YEAR: Final = r"(\d{4}|'?\d{2})"
DAYS: Final = (
    re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})"),
    re.compile(rf"(?P<d>\d{{1,2}})[-/. ]*(?P<m>{MONTH})[-/. ]*(?P<y>{_YEAR})"),
    re.compile(rf"(?P<m>{MONTH}) (?P<d>\d{{1,2}}) (?P<y>\d{{4}})"),
    # without separators; no text is both
    re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"),
    re.compile(r"(?P<d>\d\d)(?P<m>\d\d)(?P<y>(?:19|20)\d\d)"),
)
MONTHS_OF_YEARS: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})"),
    re.compile(r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
    re.compile(rf"(?P<m>{MONTH})[-/. ]*(?P<y>\d{{4}})"),
    re.compile(rf"(?P<m>{MONTH})(?:-| ?')(?P<y>\d{{2}})"),  # Excel's Jun-14, not June the 14th
)
YEAR_AND_NEXT: Final = re.compile(r"(\d{4}) ?[-/] ?(\d{2}|\d{4})")
_WEEKDAY: Final = r"(?:mon|tue(?:s)?|wed(?:s|nes)?|thu(?:r|rs)?|fri|sat(?:ur)?|sun)(?:day)?"


def as_seen(text: str) -> str:
    """Return a text in which what takes no room, and hyphens that are none, are named by their numbers.

    >>> as_seen("13\u201106\u200e")
    '13<U+2011>06<U+200E>'
    """
    shown = re.compile(f"{INVISIBLE.pattern}|{HYPHENS.pattern}|{SLASHES.pattern}")
    return shown.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def visible(text: str) -> str:
    """Return a text with one kind of hyphen and of slash, and without marks that take no room."""
    return SLASHES.sub("/", HYPHENS.sub("-", INVISIBLE.sub("", text)))


def plain_date(text: str) -> str:
    """Return a date in lower case, without weekday, ordinals, and stops and stars around it."""
    words = re.sub(r"[–—]", " - ", visible(text).lower()).replace("’", "'").replace("‘", "'")
    words = re.sub(rf"\(? *\b{_WEEKDAY}\b(?: ?[/&-] ?{_WEEKDAY}\b)?[.,]? *\)?|,", " ", words)
    words = re.sub(r"(\d)(?:st|nd|rd|th)\b(?: of)?", r"\1", words)
    words = re.sub(r" ?\[\d{1,2}\]$| ?\(\d{1,2}\)$", "", " ".join(words.split()))  # a footnote's number
    words = re.sub(r"^[*•·\s\"“'(\[]+(?=.*[\"”'\])]$)|(?<=\d)[\"”'\])]+$", "", words)
    words = re.sub(r"^[*•·\s]+|^'(?=\d)|[*†‡\s]+$|(?<=\w)[.;:,*†‡\s]+$", "", words)
    words = re.sub(r"(?<=\d) ?([/.]) ?(?=\d)", r"\1", words)
    return re.sub(
        r"^(?:on|in|during|throughout|over|all of|some ?time in|the (?=month|year|whole|week-?end))"
        r"(?: the)?(?: (?:month|year|whole) of| whole of)? |^(?:the )?(?:month|year|whole) of ",
        "",
        words,
    )


def read_exact(words: str) -> Window | None:
    """Return a day, a month or a year. 2011-12 may be a month or the years 2011 to 2012, and is neither."""
    found = YEAR_AND_NEXT.fullmatch(words)
    if found and len(found[2]) == 2 and (int(found[1]) + 1) % 100 == int(found[2]):
        return None
    if words.isdecimal() and words.isascii() and len(words) < 6:
        number = int(words)
        if len(words) == 4 and EARLIEST_YEAR <= number <= LATEST_YEAR:
            return Window(date(number, 1, 1), date(number, 12, 31))
        if len(words) == 5 and EXCEL_DAYS[0] <= number <= EXCEL_DAYS[1]:
            on = date(1899, 12, 30) + timedelta(days=number)
            return Window(on, on, "Excel's number of a day")
        return None
    for form in DAYS:
        if found := form.fullmatch(words):
            return _day(*found.group("y", "m", "d"))
    for form in MONTHS_OF_YEARS:
        if found := form.fullmatch(words):
            return _day(*found.group("y", "m"))
    return None


def _day(year: str, month: str, day: str | None = None) -> Window | None:
    y, m = int(year.lstrip("'")), MONTHS.get(month) or int(month)
    assumed = ""
    if len(year) < 4:
        y += 2000 if y < NEW_CENTURY_BEFORE else 1900
        assumed = f"a year of two digits: {y}"
    if not (EARLIEST_YEAR <= y <= LATEST_YEAR and 1 <= m <= 12):
        return None
    whole = month_of(y, m)
    if day is None:
        return Window(*whole[:2], assumed)
    if not 1 <= int(day) <= whole.last.day:
        return None
    on = date(y, m, int(day))
    return Window(on, on, assumed)


def month_of(year: int, month: int) -> Window:
    """Return the days of a month."""
    return Window(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
