"""The calendar: working days in England, by which every statutory time limit runs.

Monday to Friday without England's bank holidays (the package `holidays` keeps the list, with the days moved
or added by proclamation). Days are whole numbers counted from 1 January 1970, as Polars and NumPy count.
"""

from typing import Final

import holidays
import numpy as np

from risk.core.arrays import Ints

DAYS_A_YEAR: Final = 365.25
YEARS: Final = range(1995, 2046)
CALENDAR: Final = np.busdaycalendar(
    holidays=np.array(sorted(holidays.country_holidays("GB", subdiv="ENG", years=YEARS)), "datetime64[D]")
)

# The calendar as tables, since most questions are asked of a handful of days at a time.
TABLED: Final = np.arange("1900-01-01", "2200-01-01", dtype="datetime64[D]")
FIRST_TABLED: Final = int(TABLED[0].astype(np.int64))
IS_CLOSED: Final = ~np.is_busday(TABLED, busdaycal=CALENDAR)
NUMBER: Final = np.cumsum(~IS_CLOSED) - 1  # of the working day on or before each day
WORKING_DAY: Final = np.flatnonzero(~IS_CLOSED) + FIRST_TABLED


def add_working_days(day: Ints | int, n: Ints | int) -> Ints:
    """Return the day `n` working days after each day of the years 1900 to 2199.

    From a day on which offices are closed, the first working day after it is number 1; with `n` of 0 that
    same first working day is returned.
    """
    place = day - FIRST_TABLED
    moved: Ints = WORKING_DAY[NUMBER[place] + np.maximum(n, IS_CLOSED[place])]
    return moved


def working_day_by(day: Ints | int) -> Ints:
    """Return each day itself if it is a working day, else the last working day before it."""
    by: Ints = WORKING_DAY[NUMBER[day - FIRST_TABLED]]
    return by


def working_days_between(start: Ints, end: Ints) -> Ints:
    """Return how many working days `end` is after `start`: what `add_working_days` would have added."""
    counted: Ints = np.busday_count(
        start.astype("datetime64[D]") + 1, end.astype("datetime64[D]") + 1, busdaycal=CALENDAR
    ).astype(np.int64)
    return counted
