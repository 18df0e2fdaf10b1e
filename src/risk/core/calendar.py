"""The calendar: working days in England, by which every statutory time limit runs.

Monday to Friday without England's bank holidays, with the days moved or added by proclamation. They are a
file of ours, written once from the package `holidays`, so that a later release of it cannot move a cohort.
Days are whole numbers counted from 1 January 1970, as Polars and NumPy count.
"""

from functools import cache
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from risk.core.arrays import Bools, Ints
from risk.core.data_files import read_table

DAYS_A_YEAR: Final = 365.25


class WorkingDays(NamedTuple):
    """The calendar of the years 1900 to 2199 as tables: most questions are asked of a few days at a time.

    first_tabled: the first day. is_closed: whether offices are closed, one element a day. number: that of
    the working day on or before each day. working_day: the working days, by number.
    """

    first_tabled: int
    is_closed: Bools
    number: Ints
    working_day: Ints


@cache
def bank_holidays() -> dict[str, str]:
    """Return the name of each of England's bank holidays of 1995 to 2045, by its date as 2014-04-18."""
    listed = read_table("risk.core", "bank_holidays.csv", {"on": pl.Date(), "name": pl.String()})
    return dict(listed.select(pl.col("on").cast(pl.String), "name").iter_rows())


@cache
def business_days() -> np.busdaycalendar:
    """Return the calendar in the form that NumPy counts working days by."""
    return np.busdaycalendar(holidays=np.array(list(bank_holidays()), "datetime64[D]"))


@cache
def working_days() -> WorkingDays:
    """Return the calendar as tables."""
    days = np.arange("1900-01-01", "2200-01-01", dtype="datetime64[D]")
    is_closed = ~np.is_busday(days, busdaycal=business_days())
    first = int(days[0].astype(np.int64))
    return WorkingDays(first, is_closed, np.cumsum(~is_closed) - 1, np.flatnonzero(~is_closed) + first)


def add_working_days(day: Ints | int, n: Ints | int) -> Ints:
    """Return the day `n` working days after each day of the years 1900 to 2199.

    From a day on which offices are closed, the first working day after it is number 1; with `n` of 0 that
    same first working day is returned.
    """
    first, is_closed, number, working_day = working_days()
    place = day - first
    moved: Ints = working_day[number[place] + np.maximum(n, is_closed[place])]
    return moved


def working_day_by(day: Ints | int) -> Ints:
    """Return each day itself if it is a working day, else the last working day before it."""
    first, _, number, working_day = working_days()
    by: Ints = working_day[number[day - first]]
    return by


def working_days_between(start: Ints, end: Ints) -> Ints:
    """Return how many working days `end` is after `start`: what `add_working_days` would have added."""
    counted: Ints = np.busday_count(
        start.astype("datetime64[D]") + 1, end.astype("datetime64[D]") + 1, busdaycal=business_days()
    ).astype(np.int64)
    return counted
