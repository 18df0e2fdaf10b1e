"""The spans: what went on from one day to another, which is not the same as what came on one of those days.

It is known to have been going on at each day within. How often it was written down or told may be stated;
where it is not, it was at the least once, on its first day, and at the most every day.
"""

import re
from datetime import date, timedelta
from typing import Final, NamedTuple

from risk.chronologies.exact_dates import Window
from risk.chronologies.synonyms import meant, plain

RHYTHMS: Final = {"daily": 1, "every day": 1, "weekly": 7, "every week": 7, "fortnightly": 14, "monthly": 30}
"""Assumption: days between one time and the next."""

DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
NUMBERS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "several": 3}
FOR: Final = re.compile(
    rf"for (over |more than |at least |about )?({'|'.join(NUMBERS)}|\d{{1,2}}) (day|week|month|year)s?"
)
RULE: Final = (
    "must be yes, how often (daily, weekly, monthly), for how long (for over a year), both, or empty"
)


class WentOn(NamedTuple):
    """That something went on: every so many days, None for not stated, and for so many days at the least."""

    every_days: int | None
    for_days: int


def read_went_on(text: str) -> WentOn | None:
    """Return what a text says of how something went on; None if it says something else.

    >>> read_went_on("for over a year"), read_went_on("weekly")
    (WentOn(every_days=None, for_days=366), WentOn(every_days=7, for_days=0))
    """
    words = plain(text)
    if meant("yes or no", words) == "yes":
        return WentOn(None, 0)
    rhythm = next((r for r in RHYTHMS if words == r or words.startswith(f"{r} ")), None)
    rest = words.removeprefix(rhythm or "").strip()
    if rhythm and not rest:
        return WentOn(RHYTHMS[rhythm], 0)
    found = FOR.fullmatch(rest)
    if found is None:
        return None
    number = NUMBERS.get(found[2]) or int(found[2])
    more = (found[1] or "").strip() in ("over", "more than")
    return WentOn(RHYTHMS[rhythm] if rhythm else None, number * DAYS[found[3]] + more)


def began(window: Window, to: date, went_on: WentOn) -> Window | None:
    """Return the days on which it may have begun, if it went on until a day; None if it cannot have.

    window: the days on which it may have begun, before how long it went on is looked at.
    """
    last = min(window.last, to - timedelta(days=went_on.for_days))
    return Window(window.first, last, window.assumed) if last >= window.first else None
