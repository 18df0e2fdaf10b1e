"""Occasions, what came after what, and what went on: as a person writes it, and what cannot be."""

from datetime import date

import pytest

from by_hand import on
from risk.chronologies.account import Account, merged
from risk.chronologies.case import read_case, read_chronology
from risk.chronologies.rough_dates import read_window
from risk.chronologies.spans import WentOn, began, read_went_on
from risk.chronologies.template import as_csv, as_workbook
from risk.chronologies.ties import FAR, After, read_after
from risk.core.errors import InputError

HEAD = "date,until,agency,kind,what,occasion,after,went_on,if dated,told\n"


def written(tmp_path, *rows: str):
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a few days after June party", After(1, 7, "june party")),
        ("Some weeks after the party", After(7, 56, "the party")),
        ("3 days after party", After(3, 3, "party")),
        ("2 to 3 weeks after party", After(14, 21, "party")),
        ("after party", After(0, FAR, "party")),
        ("a few days later", None),
        ("quite soon after party", None),
    ],
)
def test_how_long_after_is_read_as_people_say_it(text, meant):
    assert read_after(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("yes", WentOn(None, 0)),
        ("weekly", WentOn(7, 0)),
        ("for over a year", WentOn(None, 366)),
        ("monthly for 3 months", WentOn(30, 90)),
        ("on and off", None),
    ],
)
def test_how_it_went_on_is_read_as_people_say_it(text, meant):
    assert read_went_on(text) == meant


def test_what_went_on_for_so_long_began_early_enough_to_have():
    window = read_window("2012")
    assert began(window, on("2012-12-31"), WentOn(None, 300))[:2] == (on("2012-01-01"), on("2012-03-06"))
    assert began(window, on("2012-12-31"), WentOn(None, 366)) is None


def test_a_span_is_no_window_and_its_first_day_may_be_imprecise(tmp_path):
    case = read_case(written(tmp_path, "2012-03,2013-06,school,hunger,x,,,weekly,,"))
    event, stated = case.record.events.row(0, named=True), case.stated.row(0, named=True)
    assert (event["occurred_on"], event["may_be_later_days"]) == (on("2012-03-01"), 30)
    assert (stated["went_on_to"], stated["every_days"]) == (on("2013-06-30"), 7)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["2014-06-01,,school,hunger,x,,soon after party,,,"], "cell G2, column after: .*must say how long after"),
        (["2014-06-01,,school,hunger,x,,after party,,,"], "no row has the occasion 'party'"),
        (["2014-06-01,,school,hunger,x,a,after a,,,"], "cannot come after itself"),
        (
            ["2014-06-01,,school,hunger,x,party,,,,", "2014-06-02,,police,supervision,y,party,,,,"],
            "cell F3, column occasion: 'party': no day is shared",
        ),
        (
            ["2014-06,,school,hunger,x,a,after b,,,", "2014-06,,police,supervision,y,b,after a,,,"],
            "come after itself, by way of others",
        ),
        (
            ["2014-06-10,,school,hunger,x,party,,,,", "2014-06-11,,police,supervision,y,,2 weeks after party,,,"],
            r"cell G3, .*do not allow it: party \(10 June 2014\) and this one \(11 June 2014\)",
        ),
        (
            ["2014,,school,hunger,x,a,,,,", "2014,,school,hunger,x,b,,,,", "2014,,gp,hunger,x,c,after a,,,",
             "2014,,gp,hunger,x,c,after b,,,"],
            "cell G5, .*follows 'a' already; it can follow one",
        ),
        (["2014,,school,hunger,x,,,now and then,,"], "column went_on: 'now and then': must be yes, how often"),
        (["2014,,school,hunger,x,,,yes,,"], "needs the last day of it under Until"),
        (["2014-01,2014-02,school,hunger,x,,,for over a year,,"], "longer than from Date to Until"),
        (["2014,,school,hunger,x,,,,2013,"], "column what_if: '2013': only for an event without a date"),
        (["2014,,school,hunger,x,,,,,", ",,school,hunger,x,,,,long ago,"], "column what_if: 'long ago': not a date"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_rows(tmp_path, rows, message):
    with pytest.raises(InputError, match=message):
        read_case(written(tmp_path, *rows))


@pytest.mark.parametrize(("told", "stated"), [("yes", True), ("no", False), ("", None)])
def test_told_has_three_states(tmp_path, told, stated):
    assert read_case(written(tmp_path, f"2014,,school,hunger,x,,,,,{told}")).stated["told"].to_list() == [
        stated
    ]


@pytest.mark.parametrize("as_file", [as_csv, as_workbook])
def test_ties_spans_and_what_ifs_are_written_as_they_were_read(tmp_path, as_file):
    rows = (
        "2012-03,2013-06,school,hunger,x,,,weekly,,no",
        "2014-06-01,,police,supervision,y,June party,,,,yes",
        "2014-06,,gp,hunger,z,,a few days after June party,,,",
        ",,refuge,hunger,w,,,for over a year,2012 to 2013,",
    )
    account = read_chronology(written(tmp_path, *rows)).account
    file = tmp_path / ("again.csv" if as_file is as_csv else "again.xlsx")
    file.write_bytes(as_file(account))
    again = read_chronology(str(file)).account
    assert again.entries.equals(account.entries)
    assert isinstance(merged([("a", account)]), Account)
    assert read_case(str(file)).supposed.record.from_on == date(2012, 1, 1)
