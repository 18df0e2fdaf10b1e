import time

import pytest

from by_hand import on
from risk.chronologies.rough_dates import read_window


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("13/06/2014", "2014-06-13", "2014-06-13"),
        ("03/04/2014", "2014-04-03", "2014-04-03"),  # the day first, always
        ("13-06-2014", "2014-06-13", "2014-06-13"),
        ("13.6.14", "2014-06-13", "2014-06-13"),
        ("13.6.76", "1976-06-13", "1976-06-13"),
        ("13 June 2014", "2014-06-13", "2014-06-13"),
        ("Fri 13 Jun 2014", "2014-06-13", "2014-06-13"),
        ("Friday, 13th of June 2014", "2014-06-13", "2014-06-13"),
        ("2014-06-13", "2014-06-13", "2014-06-13"),
        ("2014-06-13T14:30:00", "2014-06-13", "2014-06-13"),
        ("13/06/2014 14:30", "2014-06-13", "2014-06-13"),
        ("41803", "2014-06-13", "2014-06-13"),  # as Excel counts days
        ("June 2014", "2014-06-01", "2014-06-30"),
        ("Jun-14", "2014-06-01", "2014-06-30"),
        ("06/2014", "2014-06-01", "2014-06-30"),
        ("2014", "2014-01-01", "2014-12-31"),
        ("about 13/06/2014", "2014-06-06", "2014-06-20"),
        ("c. June 2014", "2014-05-01", "2014-07-31"),
        ("circa 2013", "2012-07-02", "2014-07-02"),
        ("?22 may 2016", "2016-05-15", "2016-05-29"),
        ("2013?", "2012-07-02", "2014-07-02"),
        ("early 2013", "2013-01-01", "2013-04-30"),
        ("mid-June 2014", "2014-06-11", "2014-06-20"),
        ("end of February 2012", "2012-02-21", "2012-02-29"),
        ("summer 2012", "2012-06-01", "2012-08-31"),
        ("winter 2012/13", "2012-12-01", "2013-02-28"),
        ("autumn term 2013", "2013-09-01", "2013-12-31"),
        ("w/c 9 June 2014", "2014-06-09", "2014-06-15"),
        ("between March 2012 and 05/06/2012", "2012-03-01", "2012-06-05"),
        ("13 to 15 June 2014", "2014-06-13", "2014-06-15"),
        ("13–15 June 2014", "2014-06-13", "2014-06-15"),
        ("June-August 2014", "2014-06-01", "2014-08-31"),
        ("Oct 2012 to 2013", "2012-10-01", "2013-12-31"),
        ("2012-2013", "2012-01-01", "2013-12-31"),
    ],
)
def test_a_date_as_people_write_it_is_a_window_of_days(text, first, last):
    assert read_window(text)[:2] == (on(first), on(last))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "06/13/2014",
            "31/02/2014",
            "2011/12",
            "Jun 14",
            "13 June",
            "before 2013",
            "soon",
            "1/1/0001",
            "²014",
        ),
        *(
            "13/06/2014 to 01/06/2014",
            "13/06/2014/",
            "?",
            "c",
            "to",
            "early summer 2012",
            "99999",
            "1850",
            "" * 1,
        ),
        "9" * 5000,
    ],
)
def test_what_may_mean_two_things_or_none_is_no_date(text):
    assert read_window(text) is None


def test_what_is_rough_says_what_was_assumed_and_what_is_exact_assumes_nothing():
    assert read_window("13/06/2014").assumed == ""
    assert read_window("June 2014").assumed == ""
    assert read_window("summer 2012").assumed == "summer: June to August"
    assert (
        read_window("about early 2013").assumed
        == "early in a year: January to April; about: 31 days either side"
    )


def test_a_date_of_many_parts_is_refused_at_once():
    began = time.process_time()
    assert read_window("1 - " * 19 + "2014") is None
    assert time.process_time() - began < 1
