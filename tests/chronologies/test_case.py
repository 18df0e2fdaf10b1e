from datetime import date, timedelta

import polars as pl
import pytest

from by_hand import on, record
from risk.chronologies.case import case_names, read_case
from risk.chronologies.narrative import chronology
from risk.core.errors import InputError

HEAD = "date,until,child,agency,kind,what,told_childrens_services,said_by_child,believed,finding,source\n"


def case(tmp_path, *rows: str, head: str = HEAD):
    path = tmp_path / "mine.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return read_case(str(path))


@pytest.mark.parametrize(
    ("cell", "earliest", "latest"),
    [
        ("2014-06-13", "2014-06-13", "2014-06-13"),
        ("13/06/2014", "2014-06-13", "2014-06-13"),
        ("3/6/2014", "2014-06-03", "2014-06-03"),  # the day comes first, as in the United Kingdom
        ("2014-06", "2014-06-01", "2014-06-30"),
        ("06/2014", "2014-06-01", "2014-06-30"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2014", "2014-01-01", "2014-12-31"),
    ],
)
def test_an_imprecise_date_becomes_an_earliest_and_a_latest_day(tmp_path, cell, earliest, latest):
    found = case(tmp_path, f"{cell},,,school,hunger,no breakfast,,,,,")
    row = chronology(found.record, found.child_id, found.texts).row(0, named=True)
    assert (row["recorded_on"], row["latest_on"]) == (on(earliest), on(latest))


def test_a_window_runs_from_the_start_of_one_date_to_the_end_of_the_other(tmp_path):
    found = case(tmp_path, "2012-10,2013,,school,hunger,no breakfast,,,,,")
    row = chronology(found.record, found.child_id, found.texts).row(0, named=True)
    assert (row["recorded_on"], row["latest_on"]) == (date(2012, 10, 1), date(2013, 12, 31))


def test_an_event_without_a_date_is_listed_and_not_in_the_record(tmp_path):
    found = case(tmp_path, ",,,school,hunger,some time,,,,,", "2014,,,police,supervision,party,,,,,")
    assert found.undated["what"].to_list() == ["some time"]
    assert found.record.events.height == 1


def test_what_is_not_said_to_be_shared_is_not_stated_and_what_services_wrote_they_know(tmp_path):
    found = case(
        tmp_path,
        "2014-01-01,,,school,hunger,a,,,,,",
        "2014-01-02,,,school,hunger,b,no,,,,",
        "2014-01-03,,,school,hunger,c,yes,,,,",
        "2014-01-04,,,school,hunger,d,2014-02-01,,,,",
        "2014-01-05,,,childrens_services,referral,e,,,,,",
    )
    shared = found.record.events["shared_on"].to_list()
    assert shared == [None, None, date(2014, 1, 3), date(2014, 2, 1), date(2014, 1, 5)]


def test_the_reviews_case_has_seventeen_dated_and_thirteen_undated_events_each_with_a_phrase_of_its_source():
    found = read_case("norfolk_review")
    assert (found.record.events.height, found.undated.height) == (17, 13)
    for source in [*found.texts["source"], *found.undated["source"]]:
        account, _, phrase = source.partition(": ")
        assert account == "Press account 2016"
        assert phrase.startswith("'")
        assert phrase.endswith("'")
        assert 1 <= len(phrase.split()) <= 9


def test_the_reviews_case_says_what_was_told_and_reads_no_decision_into_silence():
    found = read_case("norfolk_review")
    rows = found.record.events.join(found.stated, on="event_id").to_dicts()
    of_2012 = {row["kind"]: row["told"] for row in rows if row["occurred_on"] == date(2012, 10, 1)}
    told = {"parental_substance_misuse": True, "physical_harm": True}
    assert of_2012 == {**told, "supervision": None, "risky_adult": None}
    assert "no_further_action" not in found.record.events["kind"]
    assert len({row["occasion"] for row in rows if row["kind"] in ("supervision", "risky_adult")}) == 2


def test_what_has_no_date_stands_in_its_window_in_the_supposed_case_only():
    found = read_case("norfolk_review")
    assert found.supposed is not None
    assert found.supposed.undated.height == found.undated.height - 6
    added = found.supposed.record.events.height - found.record.events.height
    spans = found.supposed.stated.drop_nulls("went_on_to")
    assert (added, spans.height, spans["went_on_to"].unique().to_list()) == (6, 6, [date(2014, 6, 30)])
    first = found.supposed.record.events.filter(pl.col("kind") == "hunger").row(0, named=True)
    last = first["occurred_on"] + timedelta(days=first["may_be_later_days"])
    assert (first["occurred_on"], last) == (date(2012, 1, 1), date(2013, 6, 29))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2014-13-01,,,school,hunger,x,,,,,", "cell A2, column date: '2014-13-01': a month of 13"),
        ("31/02/2014,,,school,hunger,x,,,,,", "column date: '31/02/2014': no such day: February has 28 days"),
        ("soon,,,school,hunger,x,,,,,", "column date: 'soon': not a date"),
        ("2014-06-02,2014-06-01,,school,hunger,x,,,,,", "column until: '2014-06-01': the end comes before the start"),
        (",2014-06-01,,school,hunger,x,,,,,", "column until: .*needs a date to start from"),
        ("2014,,,school,hungerr,x,,,,,", "cell E2, column kind: 'hungerr': unknown kind; the nearest valid word is 'hunger'"),
        ("2014,,,skool,hunger,x,,,,,", "column agency: 'skool': unknown agency; the nearest valid word is 'school'"),
        ("2014,,,,hunger,x,,,,,", "cell D2, column agency: must not be empty"),
        ("2014,,,school,hunger,x,,maybe,,,", "column said_by_child: 'maybe': must be yes, no or empty"),
        ("2014,,,school,hunger,x,2013-01-01,,,,", "column told_childrens_services: '2013-01-01': before it was recorded"),
        ("2014,,,school,hunger,x,,,,proven,", "column finding: 'proven': unknown finding"),
        ("2014,,,school,hunger,x,,,,,,extra", "cell L2: 'extra': .*more cells than the columns of row 1"),
        ('2014,,,school,hunger,"x', "not a CSV file"),
        (",,,school,hunger,x,,,,,", "none of its 1 events has a date"),
        ("", "no events below"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_chronology_names_row_column_value_and_rule(tmp_path, row, message):
    with pytest.raises(InputError, match=message) as found:
        case(tmp_path, row)
    assert "mine.csv" in str(found.value)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("", "the file is empty; its first row names date, agency, kind, what"),
        ("date,agency,kind\n", "column what is missing"),
        (
            "date,agency,kind,what,beleived\n",
            "cell E1: 'beleived': unknown column; the nearest valid word is 'believed'",
        ),
    ],
)
def test_a_mistake_in_the_heading_is_named(tmp_path, head, message):
    path = tmp_path / "mine.csv"
    path.write_text(head)
    with pytest.raises(InputError, match=message):
        read_case(str(path))


@pytest.mark.parametrize("name", ["norfolk", "case.docx", "absent.csv"])
def test_what_is_no_case_is_refused(name):
    with pytest.raises(InputError, match=name):
        read_case(name)


def test_a_byte_order_mark_and_blank_rows_survive(tmp_path):
    (tmp_path / "mine.csv").write_text(
        "\ufeff" + HEAD + ",,,,,,,,,,\n2014,,,school,hunger,x,,,,,\n", encoding="utf-8"
    )
    assert read_case(str(tmp_path / "mine.csv")).record.events.height == 1


def test_the_children_named_are_siblings_and_an_unnamed_one_is_the_household(tmp_path):
    found = case(
        tmp_path, "2014-01-01,,Ann,school,hunger,a,,,,,", "2014-01-02,,Ben,school,hunger,b,,,,,", "2014-01-03,,,police,supervision,c,,,,,"
    )  # fmt: skip
    relations = chronology(found.record, found.child_id, found.texts)["relation"].to_list()
    assert relations == ["own", "sibling", "household"]


def test_a_generated_event_reads_the_same_every_time_and_says_when_it_is_about_a_sibling():
    some = record("17 hunger school 2023-03-01", "16 hunger school 2023-03-02")
    words = chronology(some, 16)["what"].to_list()
    assert words == chronology(some, 16)["what"].to_list()
    assert "ibling D" in words[0]
    assert "D" not in words[1]


def test_a_child_who_is_not_in_the_record_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="no child 99 in this record; the nearest ids are 17, 16"):
        chronology(record(), 99)


def test_the_shipped_cases_are_listed():
    assert case_names() == ["norfolk_review"]


def test_words_are_understood_in_any_case_and_by_their_labels(tmp_path):
    found = case(tmp_path, "2014,,,Police,Domestic abuse,x,,,,,", "2014,,,GP,Home-Conditions,y,Y,,TRUE,,")
    assert found.record.events.select("agency", "kind").rows() == [
        ("police", "domestic_abuse"),
        ("gp", "home_conditions"),
    ]


def test_empty_columns_that_excel_leaves_behind_do_no_harm(tmp_path):
    found = case(tmp_path, "2014,school,hunger,x,,,", head="date,agency,kind,what,,\n")
    assert found.record.events.height == 1


def test_a_column_named_twice_is_said(tmp_path):
    with pytest.raises(InputError, match="column what is there twice, in D1 too"):
        case(tmp_path, "2014,school,hunger,x,y", head="date,agency,kind,what,what\n")
