import time

import pytest

from by_hand import on
from risk.chronologies.broken_dates import broken_rule
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
        # two days in one cell
        ("12-14/06/2013", "2013-06-12", "2013-06-14"),
        ("13/14.06.14", "2014-06-13", "2014-06-14"),
        ("28/02-02/03/2014", "2014-02-28", "2014-03-02"),
        ("12 & 13 June 2014", "2014-06-12", "2014-06-13"),
        ("night of 12/13 June 2014", "2014-06-12", "2014-06-13"),
        ("weekend of 14/15 June 2014", "2014-06-14", "2014-06-15"),
        ("weekend of 15 June 2014", "2014-06-14", "2014-06-15"),
        ("Sat/Sun 14/15 June 2014", "2014-06-14", "2014-06-15"),
        # a time or a weekday beside the day
        ("13.06.2014 @ 23:40", "2014-06-13", "2014-06-13"),
        ("13/06/14 pm", "2014-06-13", "2014-06-13"),
        ("am 13/06/14", "2014-06-13", "2014-06-13"),
        ("12.30pm 13/06/14", "2014-06-13", "2014-06-13"),
        ("13/06/2014 10:00 - 11:30", "2014-06-13", "2014-06-13"),
        ("early hours of 13/06/2014", "2014-06-13", "2014-06-13"),
        ("13/06/2014 0930hrs", "2014-06-13", "2014-06-13"),
        ("Friday 13th June 2014 (approx 4am)", "2014-06-13", "2014-06-13"),
        ("13/06/2014 (Friday)", "2014-06-13", "2014-06-13"),
        # windows
        ("end June 2014", "2014-06-21", "2014-06-30"),
        ("Wk beg 03.03.14", "2014-03-03", "2014-03-09"),
        ("wc 03/03/14", "2014-03-03", "2014-03-09"),
        ("week ending 09/03/14", "2014-03-03", "2014-03-09"),
        ("Apr/May '13", "2013-04-01", "2013-05-31"),
        ("01/04/2013-31/03/2014", "2013-04-01", "2014-03-31"),
        ("13.6.14 - 15.6.14", "2014-06-13", "2014-06-15"),
        ("June 2014 (approx)", "2014-05-01", "2014-07-31"),
        # what nobody sees, or means nothing
        ("\u200e13/06/2014", "2014-06-13", "2014-06-13"),
        ("13\u201106\u20112014", "2014-06-13", "2014-06-13"),
        ("13\u221206\u22122014\u00a0", "2014-06-13", "2014-06-13"),
        ("13/06/2014.", "2014-06-13", "2014-06-13"),
        ("13/06/2014*", "2014-06-13", "2014-06-13"),
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
            "2011-12",
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


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("31/04/2014", "no such day: April has 30 days"),
        ("Friday 29 Feb 2013", "no such day: February has 28 days"),
        ("06/13/2014", "a month of 13, and there are 12; the day comes before the month"),
        ("2009 onwards", "has one end only"),
        ("before 2013", "has one end only"),
        ("13/06/2014 -", "has one end only"),
        ("14/06", "no year"),
        ("14 June, 4pm", "no year"),
        ("1850", "not a year between 1900 and 2100"),
        ("13/06/1850", "a year of 1850"),
        ("23:40", "a time without a day"),
        ("2011/12", "may be a school year"),
        ("2011-12", "may be a school year"),
        ("14/06/2014 to 12/06/2014", "the end comes before the start"),
        ("soon", "not a date; write"),
        ("x" * 100, "not a date; write"),
    ],
)
def test_what_is_no_date_is_answered_with_the_one_rule_that_it_breaks(text, rule):
    assert broken_rule(text).startswith(rule)
