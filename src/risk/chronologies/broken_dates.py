"""The broken dates: which rule a text breaks that is no date, as whoever wrote it would want to hear it."""

import calendar
import re
from typing import Final

from risk.chronologies.exact_dates import (
    DAYS,
    EARLIEST_YEAR,
    LATEST_YEAR,
    MONTH,
    MONTHS,
    NEW_CENTURY_BEFORE,
    YEAR_AND_NEXT,
    month_of,
    plain_date,
)
from risk.chronologies.rough_dates import MOST_CHARACTERS, are_two_dates, ends_before_it_starts
from risk.chronologies.times_of_day import is_time, without_time

RULE: Final = (
    "not a date; write 13/06/2014, 13 June 2014, 2014-06-13, June 2014, 06/2014, 2014, about June 2014, "
    "early 2013, summer 2012, between March 2012 and 05/06/2012, or nothing"
)
SCHOOL_YEAR: Final = (
    "may be a school year, a business year or a month; write which, as September {year} to August {next}, "
    "April {year} to March {next}, {year} to {next}, or the month in letters"
)
WEEK_OR_WEEKEND: Final = "may be a week's end or a weekend; write which, as week ending 13/06/2014"
TWO_DATES: Final = (
    "holds two dates; write a row for each, or from one to the other if it was somewhen between"
)
ONE_END: Final = "has one end only; write between one date and another, or leave it empty"
OPEN_AFTER: Final = re.compile(
    r"\b(?:onwards?|ongoing|on|to date|present|now|today|and since|until now"
    r"|or later|or earlier)$|[-+]$"
)
NO_YEAR: Final = "no year; write the day with its year, as in 14/06/2014"
OPEN: Final = re.compile(r"(?:before|after|since|by|prior to|until|from|up to|pre|post)\b")


def is_open(text: str) -> bool:
    """Return whether a time has only one end, such as "before 2013"."""
    return OPEN.match(text.strip().lower()) is not None


def broken_rule(text: str) -> str:
    """Return which rule a text breaks that is no date.

    >>> broken_rule("31/04/2014"), broken_rule("14/06")
    ('no such day: April has 30 days', 'no year; write the day with its year, as in 14/06/2014')
    """
    words = plain_date(text) if len(text) <= MOST_CHARACTERS else ""
    if is_open(text) or OPEN_AFTER.search(words):
        return ONE_END
    if found := YEAR_AND_NEXT.fullmatch(words):
        year = int(found[1])
        return SCHOOL_YEAR.format(year=year, next=year + 1)
    for left in [words, *without_time(words)]:
        if why := _of_a_day(left):
            return why
    if is_time(words):
        return "a time without a day"
    if re.match(r"w/?e\b", words):
        return WEEK_OR_WEEKEND
    if are_two_dates(words):
        return TWO_DATES
    return "the end comes before the start" if ends_before_it_starts(words) else RULE


def _of_a_day(words: str) -> str:
    """Return what is wrong with a text in the form of a day or a year; nothing for another form."""
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})", words):
        return NO_YEAR if 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12 else ""
    if re.fullmatch(rf"(?:\d{{1,2}}[-/. ]*)?{MONTH}|spring|summer|autumn|winter|christmas|easter", words):
        return NO_YEAR
    if re.search(rf"\b{MONTH} \d{{1,2}}$", words) and not re.search(rf"\d ?{MONTH} \d", words):
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
    return f"no such day: {calendar.month_name[number]} has {month_of(y, number).last.day} days"
