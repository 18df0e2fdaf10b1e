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

INVISIBLE: Final = re.compile(
    r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff]"
)
"""Marks that take no room: directions, joiners, a soft hyphen, a byte-order mark."""

HYPHENS: Final = re.compile(r"[\u2010\u2011\u2043\u2212\ufe63\uff0d]")
"""What Word and others write for a hyphen or a minus; a dash is something else, "to"."""

RULE: Final = (
    "not a date; write 13/06/2014, 13 June 2014, 2014-06-13, June 2014, 06/2014, 2014, about June 2014, "
    "early 2013, summer 2012, between March 2012 and 05/06/2012, or nothing"
)
SCHOOL_YEAR: Final = (
    "may be a school year, a business year or a month; write which, as September {year} to August {next}, "
    "April {year} to March {next}, {year} to {next}, or the month in letters"
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
    re.compile(rf"(?P<m>{_MONTH})(?:-| ?')(?P<y>\d{{2}})"),  # Excel's Jun-14, not June the 14th
)
YEAR_AND_NEXT: Final = re.compile(r"(\d{4})-(\d{2})")
_WEEKDAY: Final = r"(?:mon|tue(?:s)?|wed(?:s|nes)?|thu(?:r|rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_HOURS: Final = r"h(?:ou)?rs?"
_HOUR: Final = (
    rf"\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?{_HOURS})?"
    rf"|\d{{1,2}} ?[ap]\.?m\b\.?|\d{{4}} ?{_HOURS}|noon|midday|midnight"
)
_PART_OF_DAY: Final = (
    r"[ap]\.?m\b\.?|(?:early |late |mid[- ]?)?(?:morning|afternoon|evening|night)|overnight"
    r"|(?:early|small) hours"
)
_NEAR: Final = r"(?:(?:@|at|approx(?:imately)?\.?|about|around|circa|c\.|from|in|the|~) *)*"
_TIME: Final = rf"{_NEAR}(?:(?:{_HOUR})(?: *(?:-|to) *(?:{_HOUR}))?|{_PART_OF_DAY})"
CLOCKS: Final = (
    re.compile(rf"(?:(?<=\d)t|[ (@])*(?:{_TIME})z?\)?$"),
    re.compile(rf"[ (]+{_NEAR}(?:{_PART_OF_DAY})\)?$"),  # 13/06/14 pm is no 14 o'clock
    re.compile(rf"^\(?(?:{_TIME})\)?(?: +(?:on|of)(?: the)?)? +(?=\S)"),
)
"""A time of day after a date, and before one."""

IGNORED: Final = "the time of day is ignored"
ABOUT: Final = re.compile(
    r"(?:(?:about|approx(?:imately)?|around|roughly|circa|probably|possibly)\b\.?|c\.|ca\.|c(?=[ \d])|~|\?) *"
)
ABOUT_AFTER: Final = re.compile(
    r"(?:[ (]+(?:approx(?:imately)?\.?|circa|or so|est(?:imated)?\.?)\)?| *\(?\?\)?)$"
)
RANGE: Final = re.compile(r"(?:between (.+) and|(?:from )?(.+?) (?:to|until|till|-)) (.+)")
WEEK: Final = re.compile(
    r"(?:w/ ?[cb]|w\.? ?c\.?|w\.? ?b\.?|w/?commencing|w/?beginning"
    r"|(?:week|wk)\.? ?(?:of|commencing|comm?|beginning|beg|starting|from)\.?)[: ] *(.+)"
)
WEEK_ENDING: Final = re.compile(r"(?:week|wk)\.? (?:ending|end) (.+)")
WEEKEND: Final = re.compile(r"(?:the )?(?:week-?end|wkend)(?: (?:of|starting|beginning))?(?: the)? (.+)")
PART: Final = re.compile(
    r"(early|mid|(?:the )?middle(?: of)?|late|(?:the )?(?:start|beginning|end)(?: of)?)[- ]+(?:in )?(.+)"
)
SEASON: Final = re.compile(
    r"(spring term|summer term|autumn term|spring|summer|autumn|fall|winter)(?: of)? (\d{4})(?:/\d{2,4})?"
)
OPEN_AFTER: Final = re.compile(
    r"\b(?:onwards?|ongoing|to date|to present|and since|until now|or later|or earlier)$|[-+]$"
)
NO_YEAR: Final = "no year; write the day with its year, as in 14/06/2014"
OPEN: Final = re.compile(r"(?:before|after|since|by|prior to|until|from|up to)\b")


def read_window(text: str) -> Window | None:
    """Return the days that a date may mean; None for what is no date.

    A day, a month and a year are the days they hold. Everything rougher says in `assumed` what was taken.

    >>> read_window("13/06/2014 @ 23:40").assumed
    'the time of day is ignored'
    """
    if len(text) > 80:
        return None
    words = _plain(text)
    if window := _whole(_as_range(words)):
        return window
    window = next((w for left in _without_time(words) if (w := _whole(_as_range(left)))), None)
    return window and window._replace(assumed=_both(window.assumed, IGNORED))


def _whole(words: str) -> Window | None:
    if found := RANGE.fullmatch(words):
        return _between(*_ends(found))
    return _rough(words)


def _ends(found: re.Match[str]) -> tuple[str, str]:
    return found[1] or found[2], found[3]


def is_open(text: str) -> bool:
    """Return whether a time has only one end, such as "before 2013"."""
    return OPEN.match(text.strip().lower()) is not None


def broken_rule(text: str) -> str:
    """Return which rule a text breaks that is no date: the one that whoever wrote it would want to hear.

    >>> broken_rule("31/04/2014"), broken_rule("14/06")
    ('no such day: April has 30 days', 'no year; write the day with its year, as in 14/06/2014')
    """
    words = _plain(text) if len(text) <= 80 else ""
    if is_open(text) or OPEN_AFTER.search(words):
        return ONE_END
    if any(clock.sub("", words) == "" for clock in CLOCKS) and words:
        return "a time without a day"
    if found := re.fullmatch(r"(\d{4})[-/](?:\d{2}|\d{4})", words):
        year = int(found[1])
        return SCHOOL_YEAR.format(year=year, next=year + 1)
    for left in [words, *_without_time(words)]:
        if why := _of_a_day(left):
            return why
    ends = RANGE.fullmatch(_as_range(words))
    return "the end comes before the start" if ends and _between(*_ends(ends), backwards=True) else RULE


def _of_a_day(words: str) -> str:
    """Return what is wrong with a text in the form of a day or a year; nothing for another form."""
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})", words):
        return NO_YEAR if 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12 else ""
    if re.fullmatch(rf"(?:\d{{1,2}}[-/. ]*)?{_MONTH}", words):
        return NO_YEAR
    if re.fullmatch(rf"{_MONTH} \d{{1,2}}", words):
        return "a day without a year, or a month of a year of two digits; write which, as in June 2014"
    if re.fullmatch(r"\d{4}", words):
        return f"not a year between {EARLIEST_YEAR} and {LATEST_YEAR}"
    found = next((found for form in DAYS if (found := form.fullmatch(words))), None)
    return _broken_day(*found.group("y", "m", "d")) if found else ""


def _broken_day(year: str, month: str, day: str) -> str:
    """Return what is wrong with the numbers of a day."""
    number = MONTHS.get(month) or int(month)
    if not 1 <= number <= 12:
        return f"a month of {number}, and there are 12; the day comes before the month"
    if len(year) == 4 and not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        return f"a year of {year}, not one between {EARLIEST_YEAR} and {LATEST_YEAR}"
    y = int(year.lstrip("'"))
    y += 0 if y >= 100 else 2000 if y < NEW_CENTURY_BEFORE else 1900
    return f"no such day: {calendar.month_name[number]} has {_month(y, number).last.day} days"


def as_seen(text: str) -> str:
    """Return a text in which what takes no room, and hyphens that are none, are named by their numbers.

    >>> as_seen("13\u201106\u200e")
    '13<U+2011>06<U+200E>'
    """
    shown = re.compile(f"{INVISIBLE.pattern}|{HYPHENS.pattern}")
    return shown.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def visible(text: str) -> str:
    """Return a text with one kind of hyphen, and without marks that take no room."""
    return HYPHENS.sub("-", INVISIBLE.sub("", text))


def _plain(text: str) -> str:
    """Return a date in lower case, without weekday, ordinals, and the stops and stars around it."""
    words = re.sub(r"[–—]", " - ", visible(text).lower()).replace("’", "'").replace("‘", "'")
    words = re.sub(rf"\(? *\b{_WEEKDAY}\b(?: ?[/&-] ?{_WEEKDAY}\b)?[.,]? *\)?|,", " ", words)
    words = re.sub(r"(\d)(?:st|nd|rd|th)\b(?: of)?", r"\1", words)
    words = re.sub(r"^[*\s]+|[*†‡\s]+$|(?<=\w)[.;:,*†‡\s]+$", "", " ".join(words.split()))
    return re.sub(r"^(?:on|in|during|some ?time in)(?: the)? ", "", words)


def _without_time(words: str) -> list[str]:
    """Return what may be left of a date without the time of day that stands before or after it."""
    left = [clock.sub("", words).rstrip(" @,(") for clock in CLOCKS]
    return [rest for rest in left if rest != words and re.search(r"\d", rest)]


def _as_range(words: str) -> str:
    """Return two days or months that share what follows them as "from one to the other"."""
    words = re.sub(r"^(\d{1,2}) ?[-/&+] ?(\d{1,2})(?= [a-z])", r"\1 to \2", words)  # 13-15 June 2014
    words = re.sub(r"^(\d{1,2}) and (\d{1,2})(?= [a-z])", r"\1 to \2", words)
    # 12-14/06/2013, 12/13.06.2014 and 28/02-02/03/2014, but not 12-06-2013
    words = re.sub(r"^(\d{1,2}) ?[-/&+] ?(\d{1,2})([/.-])(\d{1,2}\3\d{2,4})$", _two_days, words)
    words = re.sub(r"^(\d{1,2}[/.]\d{1,2}) ?[-&] ?(\d{1,2}[/.]\d{1,2})([/.])(\d{2,4})$", _two_days, words)
    words = re.sub(r"^(\S+/\d{4}|\d{1,2}([/.])\d{1,2}\2\d{2}) ?- ?(?=\d{1,2}[/.])", r"\1 to ", words)
    words = re.sub(r"^(\d{4})-(\d{4})$", r"\1 to \2", words)
    return re.sub(rf"^{_MONTH} ?[-/&+] ?(?={_MONTH}\b)", r"\1 to ", words).strip()


def _two_days(found: re.Match[str]) -> str:
    return f"{found[1]}{found[3]}{found[4]} to {found[2]}{found[3]}{found[4]}"


def _rough(words: str) -> Window | None:
    """Return what is no range: a day, a month, a year, or a rough time."""
    about, after = ABOUT.match(words), ABOUT_AFTER.search(words)
    if about or after:
        rest = words[about.end() :] if about else words
        return _about(_rough(ABOUT_AFTER.sub("", rest).strip()))
    if found := WEEK.fullmatch(words):
        began = _exact(found[1])
        return began and Window(began.first, began.last + timedelta(days=6), "a week from that day")
    if found := WEEK_ENDING.fullmatch(words):
        ended = _exact(found[1])
        return ended and Window(ended.last - timedelta(days=6), ended.last, "the week until that day")
    if found := WEEKEND.fullmatch(words):
        return _weekend(found[1])
    if found := PART.fullmatch(words):
        part = {"early": "early", "start": "early", "beginning": "early", "mid": "mid", "middle": "mid"}
        word = found[1].removeprefix("the ").split()[0]
        return _part(part.get(word, "late"), _exact(found[2]))
    if found := SEASON.fullmatch(words):
        return _season(found[1].replace("fall", "autumn"), int(found[2]))
    return _exact(words)


def _between(one: str, other: str, *, backwards: bool = False) -> Window | None:
    """Return the days from the start of one to the end of the other, which may lend it month and year.

    backwards: the other way round, which nobody can have meant.
    """
    last = _rough(other)
    words = other.split()
    tails = ["", *(" ".join(words[i:]) for i in range(1, len(words)))]
    first = next((w for tail in tails if (w := _rough(f"{one} {tail}".strip()))), None)
    if first is None or last is None or (last.last < first.first) != backwards:
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


def _season(season: str, year: int) -> Window | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    first, last = _months(year, *SEASONS[season])
    return Window(first, last, f"{season}: {first:%B} to {last:%B}")


def _exact(words: str) -> Window | None:
    """Return a day, a month or a year. 2011-12 may be a month or the years 2011 to 2012, and is neither."""
    if (found := YEAR_AND_NEXT.fullmatch(words)) and (int(found[1]) + 1) % 100 == int(found[2]):
        return None
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
