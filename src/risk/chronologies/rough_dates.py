"""The dates of a chronology: a day, a month, a year or a rough time, as the window of days it may mean.

What "about" or "summer" leaves open is an assumption, stated here in days and months and shown wherever it
was used. A text that is no date is answered in `broken_dates`.
"""

import re
from datetime import date, timedelta
from typing import Final

from risk.chronologies.exact_dates import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MONTH,
    Window,
    month_of,
    plain_date,
    read_exact,
)
from risk.chronologies.times_of_day import IGNORED, without_time

MOST_CHARACTERS: Final = 80
"""A longer text is no date."""

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

YEARS_FROM: Final = {"academic": 9, "school": 9, "financial": 4, "business": 4, "fiscal": 4, "tax": 4}
"""Assumption: the first month of a year that is not the calendar's."""

ABOUT: Final = re.compile(
    r"(?:(?:about|approx(?:imately)?|around|roughly|circa|probably|possibly)\b\.?|c\.|ca\.|c(?=[ \d])|~|\?) *"
)
ABOUT_AFTER: Final = re.compile(
    r"(?:[ (]+(?:approx(?:imately)?\.?|circa|or so|est(?:imated)?\.?|tbc)\)?| *\(?\?\)?|-?ish)$"
)
RANGE: Final = re.compile(
    r"(?:between (.+) and|(?:from )?(.+?) (?:to|until|till|thru|through|up to|or|-)) (.+)"
)
BOTH: Final = re.compile(r"(.+?) (?:and|&|[+]|/) (.+)")
WEEK: Final = re.compile(
    r"(?:w/ ?[cb]|w\.? ?c\.?|w\.? ?b\.?|w/?commencing|w/?beginning"
    r"|(?:week|wk)\.? ?(?:of|commencing|comm?|beginning|beg|starting|from)\.?)[: ] *(.+)"
)
WEEK_ENDING: Final = re.compile(r"(?:week|wk)\.? (?:ending|end) (.+)")
WEEKEND: Final = re.compile(r"(?:the )?(?:week-?end|wkend)(?: (?:of|starting|beginning))?(?: the)? (.+)")
PART: Final = re.compile(
    r"(early(?: part of)?|mid|(?:the )?middle(?: of)?|late|(?:the )?(?:start|beginning|end)(?: of)?)[- ]+"
    r"(?:in )?(.+)"
)
SEASON: Final = re.compile(
    r"(spring term|summer term|autumn term|spring|summer|autumn|fall|winter)(?: of)? "
    r"(\d{4}|'\d{2})(?:/\d{2,4})?"
)
_NAMED: Final = f"(?P<of>{'|'.join(YEARS_FROM)}) year"
_TWO_YEARS: Final = r"(?P<first>\d{4}) ?[-/] ?(?P<next>\d{2}|\d{4})"
YEAR_FROM: Final = (
    re.compile(f"(?:the )?{_NAMED} {_TWO_YEARS}"),
    re.compile(f"(?:the )?{_TWO_YEARS} {_NAMED}"),
)
WEEKS: Final = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2}
HALF: Final = re.compile(r"(?:the )?(first|second|last) half of (.+)")
WEEK_OF_MONTH: Final = re.compile(r"(?:the )?(first|1|second|2|third|3|last) (?:week|wk) (?:of|in) (.+)")


def read_window(text: str) -> Window | None:
    """Return the days that a date may mean; None for what is no date.

    A day, a month and a year are the days they hold. Everything rougher says in `assumed` what was taken.

    >>> read_window("13/06/2014 @ 23:40").assumed
    'the time of day is ignored'
    """
    if len(text) > MOST_CHARACTERS:
        return None
    words = plain_date(text)
    if window := _whole(_as_range(words)):
        return window
    window = next((w for left in without_time(words) if (w := _whole(_as_range(left)))), None)
    return window and window._replace(assumed=_both(window.assumed, IGNORED))


def ends_before_it_starts(words: str) -> bool:
    """Return whether a text is a range the wrong way round, which nobody can have meant."""
    ends = RANGE.fullmatch(_as_range(words))
    return bool(ends and _between(*_ends(ends), backwards=True))


def are_two_dates(words: str) -> bool:
    """Return whether a text holds two dates with days between them that it does not mean."""
    both = BOTH.fullmatch(_as_range(words))
    return both is not None and _between(*both.groups()) is not None


def _whole(words: str) -> Window | None:
    if found := RANGE.fullmatch(words):
        return _between(*_ends(found))
    if (window := _rough(words)) is not None:
        return window
    both = BOTH.fullmatch(words)
    return _between(*both.groups(), touching=True) if both else None


def _ends(found: re.Match[str]) -> tuple[str, str]:
    return found[1] or found[2], found[3]


def _as_range(words: str) -> str:
    """Return two days or months that share what follows them as "from one to the other"."""
    words = re.sub(r"^(\d{1,2}) ?[-/&+] ?(\d{1,2})(?= [a-z])", r"\1 to \2", words)  # 13-15 June 2014
    words = re.sub(r"^(\d{1,2}) and (\d{1,2})(?= [a-z])", r"\1 to \2", words)
    # 12-14/06/2013, 12/13.06.2014 and 28/02-02/03/2014, but not 12-06-2013
    words = re.sub(r"^(\d{1,2}) ?[-/&+] ?(\d{1,2})([/.-])(\d{1,2}\3\d{2,4})$", _two_days, words)
    words = re.sub(r"^(\d{1,2}[/.]\d{1,2}) ?[-&] ?(\d{1,2}[/.]\d{1,2})([/.])(\d{2,4})$", _two_days, words)
    words = re.sub(r"^(\S+/\d{4}|\d{1,2}([/.])\d{1,2}\2\d{2,4}) ?- ?(?=\d{1,2}[/.])", r"\1 to ", words)
    words = re.sub(r"^(\d{4}-\d\d-\d\d)/(?=\d{4}-)", r"\1 to ", words)
    words = re.sub(r"^(\d{4})-(\d{4})$", r"\1 to \2", words)
    words = re.sub(rf"^{MONTH} ?[-/&+] ?(?={MONTH}\b)", r"\1 to ", words)
    # Dec 2013-Jan 2014, late 2013/early 2014, 31 May/1 June 2014, but not 13/Jun/2014 nor w/e
    after = r"(?:(?<=\d{4})|(?<='\d\d)|(?<=[a-z]{3}))(?<!\bmid)"
    words = re.sub(rf"{after} ?- ?(?=[a-z]{{3}}|\d{{1,2}} ?[a-z])", " to ", words)
    return re.sub(rf"{after} ?/ ?(?=[a-z]{{3}}|\d{{1,2}} ?[a-z])", " / ", words).strip()


def _two_days(found: re.Match[str]) -> str:
    return f"{found[1]}{found[3]}{found[4]} to {found[2]}{found[3]}{found[4]}"


def _rough(words: str) -> Window | None:
    """Return what is no range: a day, a month, a year, or a rough time."""
    about, after = ABOUT.match(words), ABOUT_AFTER.search(words)
    if about or after:
        rest = words[about.end() :] if about else words
        return _about(_rough(ABOUT_AFTER.sub("", rest).strip()))
    if found := PART.fullmatch(words):
        part = {"early": "early", "start": "early", "beginning": "early", "mid": "mid", "middle": "mid"}
        word = found[1].removeprefix("the ").split()[0]
        return _part(part.get(word, "late"), read_exact(found[2]))
    if found := SEASON.fullmatch(words):
        return _season(found[1].replace("fall", "autumn"), found[2])
    if found := next((found for form in YEAR_FROM if (found := form.fullmatch(words))), None):
        return _year_from(found["of"], int(found["first"]), int(found["next"]))
    if found := HALF.fullmatch(words):
        return _half(found[1], read_exact(found[2]))
    return _of_weeks(words) or read_exact(words)


def _of_weeks(words: str) -> Window | None:
    """Return a week or a weekend; None for what is neither."""
    if found := WEEK.fullmatch(words):
        began = read_exact(found[1])
        return began and Window(began.first, began.last + timedelta(days=6), "a week from that day")
    if found := WEEK_ENDING.fullmatch(words):
        ended = read_exact(found[1])
        return ended and Window(ended.last - timedelta(days=6), ended.last, "the week until that day")
    if found := WEEKEND.fullmatch(words):
        return _weekend(found[1])
    if found := WEEK_OF_MONTH.fullmatch(words):
        return _week_of_month(found[1], read_exact(found[2]))
    return None


def _between(one: str, other: str, *, backwards: bool = False, touching: bool = False) -> Window | None:
    """Return the days from the start of one to the end of the other, which may lend it month and year.

    backwards: the other way round, which nobody can have meant. touching: only without a day between them.
    """
    last = _rough(other)
    tails = ["", *(other[found.start() :] for found in re.finditer("[ /.-]", other))]
    first = next((w for tail in tails if (w := _rough(f"{one}{tail}"))), None)
    if first is None or last is None or (last.last < first.first) != backwards:
        return None
    if touching and last.first > first.last + timedelta(days=1):
        return None
    return Window(first.first, last.last, _both(first.assumed, last.assumed))


def _weekend(words: str) -> Window | None:
    """Return the days of a weekend: those two that it names, or a Saturday or Sunday and the other."""
    window = _whole(_as_range(words))
    if window is None or window.last - window.first > timedelta(days=3):
        return None
    if window.first < window.last:
        return window
    saturday = window.first - timedelta(days=window.first.weekday() - 5)
    return Window(saturday, saturday + timedelta(days=1), "the Saturday and Sunday of that week")


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


def _half(which: str, window: Window | None) -> Window | None:
    """Return a half of a month, whose second begins on day 16, or of a year."""
    if window is None or window.first == window.last:
        return None
    a_year = window.first.month != window.last.month
    middle = window.first.replace(month=7) if a_year else window.first.replace(day=16)
    if which == "first":
        return Window(window.first, middle - timedelta(days=1))
    return Window(middle, window.last)


def _week_of_month(which: str, window: Window | None) -> Window | None:
    """Return seven days of a month: from day 1, 8 or 15, or the last ones."""
    if window is None or (window.last - window.first).days not in range(27, 31):
        return None
    week = WEEKS.get(which)
    first = window.last - timedelta(days=6) if week is None else window.first + timedelta(days=7 * week)
    last = first + timedelta(days=6)
    return Window(first, last, f"the {which} week of a month: days {first.day} to {last.day}")


def _year_from(named: str, year: int, after: int) -> Window | None:
    """Return a year that begins in September or in April."""
    if not EARLIEST_YEAR <= year < LATEST_YEAR or after not in (year + 1, (year + 1) % 100):
        return None
    first, last = _months(year, YEARS_FROM[named], 12)
    return Window(first, last, f"{named} year: {first:%B} to {last:%B}")


def _season(season: str, written: str) -> Window | None:
    whole = read_exact(written) or read_exact(f"january {written}")
    if whole is None:
        return None
    year = whole.first.year
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    first, last = _months(year, *SEASONS[season])
    return Window(first, last, f"{season}: {first:%B} to {last:%B}")


def _months(year: int, month: int, n: int) -> tuple[date, date]:
    over, last = divmod(month + n - 2, 12)
    return date(year, month, 1), month_of(year + over, last + 1).last
