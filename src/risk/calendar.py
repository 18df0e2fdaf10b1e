"""The calendar: working days in England, by which every statutory time limit runs.

Monday to Friday without England's bank holidays (the package `holidays` keeps the list, with the days moved
or added by proclamation). Days are whole numbers counted from 1 January 1970, as Polars and NumPy count.
"""

from typing import Final

import holidays
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

YEARS: Final = range(1995, 2046)
CALENDAR: Final = np.busdaycalendar(
    holidays=np.array(sorted(holidays.country_holidays("GB", subdiv="ENG", years=YEARS)), "datetime64[D]")
)


def add_working_days(day: Ints, n: Ints | int) -> Ints:
    """Return the day `n` working days after each day.

    From a day on which offices are closed, the first working day after it is number 1; with `n` of 0 that
    same first working day is returned.
    """
    dates = day.astype("datetime64[D]")
    n = np.asarray(n)
    first = np.busday_offset(dates, 0, roll="forward", busdaycal=CALENDAR)
    later = np.busday_offset(dates, n, roll="backward", busdaycal=CALENDAR)
    moved: Ints = np.where(n == 0, first, later).astype(np.int64)
    return moved


def working_day_by(day: Ints) -> Ints:
    """Return each day itself if it is a working day, else the last working day before it."""
    by: Ints = np.busday_offset(day.astype("datetime64[D]"), 0, roll="backward", busdaycal=CALENDAR).astype(
        np.int64
    )
    return by


def working_days_between(start: Ints, end: Ints) -> Ints:
    """Return how many working days `end` is after `start`: what `add_working_days` would have added."""
    counted: Ints = np.busday_count(
        start.astype("datetime64[D]") + 1, end.astype("datetime64[D]") + 1, busdaycal=CALENDAR
    ).astype(np.int64)
    return counted
