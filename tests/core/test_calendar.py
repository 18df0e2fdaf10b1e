from datetime import date

import holidays
import numpy as np
import pytest

from by_hand import on
from risk.core.calendar import add_working_days, bank_holidays, working_day_by, working_days_between


def days(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[D]").astype(np.int64)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2014-04-14", 1, "2014-04-15"),
        ("2014-04-17", 1, "2014-04-22"),  # Maundy Thursday, over Good Friday and Easter Monday
        ("2014-04-18", 1, "2014-04-22"),  # received on Good Friday: the first working day is number one
        ("2014-04-19", 0, "2014-04-22"),
        ("2014-12-24", 2, "2014-12-30"),  # over Christmas and Boxing Day and a weekend
        ("2011-04-28", 1, "2011-05-03"),  # a royal wedding, a weekend and the early May holiday
        ("2022-09-16", 1, "2022-09-20"),  # the day of a state funeral
        ("2014-01-02", 15, "2014-01-23"),
    ],
)
def test_working_days_leave_out_weekends_and_englands_bank_holidays(start, n, end):
    assert add_working_days(days(start), n).tolist() == days(end).tolist()
    if n:
        assert working_days_between(days(start), days(end)).tolist() == [n]


def test_what_is_added_is_what_is_counted_from_any_day():
    every = np.arange(days("2010-01-01")[0], days("2013-01-01")[0])
    for n in (1, 15, 45):
        assert (working_days_between(every, add_working_days(every, n)) == n).all()


def test_a_time_limit_that_ends_on_a_holiday_is_met_on_the_last_working_day_before_it():
    assert (
        working_day_by(days("2014-04-21", "2014-04-16")).tolist() == days("2014-04-17", "2014-04-16").tolist()
    )
    assert on("2014-04-21").weekday() == 0  # Easter Monday


def test_the_bank_holidays_that_a_cohort_hangs_on_are_those_of_the_package_for_all_years_that_are_over():
    past = range(1995, date.today().year)
    listed = holidays.country_holidays("GB", subdiv="ENG", years=past)
    ours = {on: name for on, name in bank_holidays().items() if int(on[:4]) in past}
    assert ours == {on.isoformat(): name for on, name in sorted(listed.items())}
    assert max(bank_holidays()) == "2045-12-26"
