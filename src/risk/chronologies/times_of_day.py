"""The times of day: what stands beside a date and says when on that day; no rule here works in hours."""

import re
from typing import Final

from risk.chronologies.exact_dates import MONTH

_HOURS: Final = r"h(?:ou)?rs?"
_CLOCK: Final = r"o'? ?clock"
_HOUR: Final = (
    rf"\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?{_HOURS})?"
    rf"|\d{{1,2}} ?[ap]\.?m\b\.?|\d{{4}} ?{_HOURS}|\d{{1,2}} ?{_CLOCK}|noon|midday|midnight"
)
_MEAL: Final = (
    r"(?:breakfast|lunch|dinner|tea|supper|bed|bath|break|play|day|night|home)[- ]?time|breakfast|lunch"
)
_PART_OF_DAY: Final = (
    r"[ap]\.?m\b\.?|(?:early |late |mid[- ]?)?(?:morning|afternoon|evening|night)|overnight|dawn|dusk"
    rf"|(?:early|small) hours|{_MEAL}|(?:before|after|during) (?:school|midnight|{_MEAL})|all day"
    r"|time (?:unknown|not known|not recorded|not stated|n/?k|tbc)"
)
_NEAR: Final = r"(?:(?:@|at|approx(?:imately)?\.?|about|around|circa|c\.|from|in|the|~) *)*"
_TIME: Final = (
    rf"{_NEAR}(?:(?:\d{{1,2}} ?(?:-|to) ?)?(?:{_HOUR})(?: *(?:-|to) *(?:{_HOUR}))?(?: ?approx\.?)?"
    rf"|{_PART_OF_DAY})"
)
_BETWEEN: Final = r"(?:(?<=\d)t|(?<=\d\d\d\d)[/-]|[ (@]+(?:- )?)"
CLOCKS: Final = (
    re.compile(rf"{_BETWEEN}(?:{_TIME})z?\)?$"),
    re.compile(rf"[ (]+{_NEAR}(?:{_PART_OF_DAY})\)?$"),  # 13/06/14 pm is no 14 o'clock
    re.compile(rf"^\(?(?:{_TIME})\)?(?: +(?:on|of)(?: the)?)? +(?=\S)"),
)
"""A time of day after a date, and before one."""

BARE: Final = re.compile(rf"(.*\d[/.-]\d+[/.-](?:\d{{4}}|\d\d)|\d{{1,2}} {MONTH} \d{{4}}) [0-2]\d[0-5]\d")
"""A time without a mark, as in 13/06/14 0930: only after a whole day."""

ALONE: Final = re.compile(rf"\(?(?:{_TIME})\)?")
IGNORED: Final = "the time of day is ignored"


def without_time(words: str) -> list[str]:
    """Return what may be left of a date without the time of day beside it; what leaves most of it first.

    >>> without_time("13/06/2014 at 23:40"), without_time("13/06/2014")
    (['13/06/2014'], [])
    """
    left = {clock.sub("", words).rstrip(" @,(") for clock in CLOCKS}
    if found := BARE.fullmatch(words):
        left.add(found[1])
    return sorted((rest for rest in left if rest != words and re.search(r"\d", rest)), key=len, reverse=True)


def is_time(words: str) -> bool:
    """Return whether a text is a time of day, and no more."""
    return ALONE.fullmatch(words) is not None
