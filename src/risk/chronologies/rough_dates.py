"""The dates of a chronology: a day, a month, a year or a rough time, as the window of days it may mean.

The day comes before the month, as in the United Kingdom, always; 06/13/2014 is no date. What "about" or
"summer" leaves open is an assumption, stated here in days and months and shown wherever it was used.
"""

import calendar
import re
from datetime import date, timedelta
from typing import Final, NamedTuple

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2100
ABOUT_DAYS: Final = ((1, 7), (184, 31), (100_000, 183))
"""Assumption: "about" a time of up to so many days may be so many days sooner or later."""

PARTS: Final = {"early": 0, "mid": 1, "late": 2}
"""Assumption: thirds: four months of a year; of a month, days 1 to 10, 11 to 20 and the rest."""

SEASONS: Final = {
    "spring": (3, 3),
    "summer": (6, 3),
    "autumn": (9, 3),
    "winter": (12, 3),  # of that year and the next
    "spring term": (1, 4),
    "summer term": (4, 4),
    "autumn term": (9, 4),
}
"""Assumption: the first month of a season or a school term, and how many months it lasts."""

NEW_CENTURY_BEFORE: Final = 50
"""Assumption: two-digit years below it are of this century."""

EXCEL_DAYS: Final = (10_000, 73_050)
"""Numbers in this range, 1927 to 2099, are days as Excel counts them; shorter ones are years."""

RULE: Final = (
    "not a date; write 13/06/2014, 13 June 2014, 2014-06-13, June 2014, 06/2014, 2014, about June 2014, "
    "early 2013, summer 2012, between March 2012 and 05/06/2012, or nothing"
)
ONE_END: Final = "has one end only; write between one date and another, or leave it empty"


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
_MONTH: Final = f"({'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_YEAR: Final = r"(\d{4}|'?\d{2})"
DAYS: Final = (
    re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})"),
    re.compile(rf"(?P<d>\d{{1,2}})[-/. ]*(?P<m>{_MONTH})[-/. ]+(?P<y>{_YEAR})"),
    re.compile(rf"(?P<m>{_MONTH}) (?P<d>\d{{1,2}}) (?P<y>\d{{4}})"),
)
MONTHS_OF_YEARS: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})"),
    re.compile(r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
    re.compile(rf"(?P<m>{_MONTH})[-/. ]*(?P<y>\d{{4}})"),
    re.compile(rf"(?P<m>{_MONTH})[-'](?P<y>\d{{2}})"),  # Excel's Jun-14, not June the 14th
)
_WEEKDAY: Final = r"(?:mon|tue(?:s)?|wed(?:s|nes)?|thu(?:r|rs)?|fri|sat(?:ur)?|sun)(?:day)?"
CLOCK: Final = re.compile(
    r"[t ](?:at )?\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m| ?hrs)?z?$| (?:at )?\d{1,2} ?[ap]m$"
)
ABOUT: Final = re.compile(
    r"(?:(?:about|approx(?:imately)?|around|roughly|circa|probably|possibly)\b\.?|c\.|ca\.|c(?=[ \d])|~|\?) *"
)
RANGE: Final = re.compile(r"(?:between (.+) and|(?:from )?(.+?) (?:to|until|till|-)) (.+)")
WEEK: Final = re.compile(r"(?:w/c|w/b|week (?:of|commencing|beginning|starting)) (.+)")
PART: Final = re.compile(r"(early|mid|middle of|late|(?:the )?(?:start|beginning|end) of)[- ]+(?:in )?(.+)")
SEASON: Final = re.compile(
    r"(spring term|summer term|autumn term|spring|summer|autumn|fall|winter)(?: of)? (\d{4})(?:/\d{2,4})?"
)
OPEN: Final = re.compile(r"(?:before|after|since|by|prior to|until|from|up to)\b")


def read_window(text: str) -> Window | None:
    """Return the days that a date may mean; None for what is no date.

    A day, a month and a year are the days they hold. Everything rougher says in `assumed` what was taken.
    """
    if len(text) > 80:
        return None
    words = _plain(text)
    if found := RANGE.fullmatch(words):
        return _between(found[1] or found[2], found[3])
    return _rough(words)


def is_open(text: str) -> bool:
    """Return whether a time has only one end, such as "before 2013"."""
    return OPEN.match(text.strip().lower()) is not None


def _plain(text: str) -> str:
    words = re.sub(r"[–—]", " - ", text.lower()).replace("’", "'")
    words = re.sub(rf"\b{_WEEKDAY}\b[.,]?|,", " ", words)
    words = re.sub(r"(\d)(?:st|nd|rd|th)\b(?: of)?", r"\1", words)
    words = CLOCK.sub("", " ".join(words.split()))
    words = re.sub(r"^(?:on|in|during|some ?time in) ", "", words)
    words = re.sub(r"^(\d{1,2})-(\d{1,2})(?= [a-z])", r"\1 to \2", words)  # 13-15 June 2014
    words = re.sub(r"^(\d{4})-(\d{4})$", r"\1 to \2", words)
    return re.sub(rf"^{_MONTH}-(?={_MONTH}\b)", r"\1 to ", words).strip()


def _rough(words: str) -> Window | None:
    """Return what is no range: a day, a month, a year, or a rough time."""
    about = ABOUT.match(words)
    if about or words.endswith("?"):
        return _about(_rough((words[about.end() :] if about else words).removesuffix("?").strip()))
    if found := WEEK.fullmatch(words):
        began = _exact(found[1])
        return began and Window(began.first, began.last + timedelta(days=6), "a week from that day")
    if found := PART.fullmatch(words):
        part = {"early": "early", "start": "early", "beginning": "early", "mid": "mid", "middle": "mid"}
        word = found[1].removeprefix("the ").split()[0]
        return _part(part.get(word, "late"), _exact(found[2]))
    if found := SEASON.fullmatch(words):
        return _season(found[1].replace("fall", "autumn"), int(found[2]))
    return _exact(words)


def _between(one: str, other: str) -> Window | None:
    """Return the days from the start of one to the end of the other, which may lend it month and year."""
    last = _rough(other)
    words = other.split()
    tails = ["", *(" ".join(words[i:]) for i in range(1, len(words)))]
    first = next((w for tail in tails if (w := _rough(f"{one} {tail}".strip()))), None)
    if first is None or last is None or last.last < first.first:
        return None
    return Window(first.first, last.last, _both(first.assumed, last.assumed))


def _both(*assumed: str) -> str:
    return "; ".join(dict.fromkeys(filter(None, assumed)))


def _about(window: Window | None) -> Window | None:
    if window is None:
        return None
    held = (window.last - window.first).days + 1
    days = next(days for most, days in ABOUT_DAYS if held <= most)
    margin = timedelta(days=days)
    return Window(
        window.first - margin, window.last + margin, _both(window.assumed, f"about: {days} days either side")
    )


def _part(part: str, window: Window | None) -> Window | None:
    """Return a third of a month or of a year."""
    if window is None:
        return None
    first, last, third = window.first, window.last, PARTS[part]
    if first.month != last.month:
        months = _months(first.year, 1 + 4 * third, 4)
        return Window(*months, f"{part} in a year: {months[0]:%B} to {months[1]:%B}")
    if first == last:
        return None
    ends = (first.replace(day=10), first.replace(day=20), last)
    return Window(
        first + timedelta(days=10 * third),
        ends[third],
        f"{part} in a month: days {1 + 10 * third} to {ends[third].day}",
    )


def _season(season: str, year: int) -> Window | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    first, last = _months(year, *SEASONS[season])
    return Window(first, last, f"{season}: {first:%B} to {last:%B}")


def _exact(words: str) -> Window | None:
    """Return a day, a month or a year."""
    if words.isdecimal() and words.isascii():
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
    whole = _month(y, m)
    if day is None:
        return Window(*whole[:2], assumed)
    if not 1 <= int(day) <= whole.last.day:
        return None
    on = date(y, m, int(day))
    return Window(on, on, assumed)


def _month(year: int, month: int) -> Window:
    return Window(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _months(year: int, month: int, n: int) -> tuple[date, date]:
    over, last = divmod(month + n - 2, 12)
    return date(year, month, 1), _month(year + over, last + 1).last
