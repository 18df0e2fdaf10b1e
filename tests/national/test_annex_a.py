"""The lists of an inspection: right on a home small enough to check, and in sum with the record."""

from dataclasses import replace
from datetime import datetime

import openpyxl
import polars as pl
import pytest

from by_hand import history, on
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.national.flows import responses, this_year
from risk.national.returns import annex_a_headings
from risk.national.returns.annex_a import write_annex_a
from risk.national.returns.annex_a_headings import headings
from risk.national.returns.annex_a_lists import LISTS, annex_a_lists
from risk.national.returns.pathway import Pathway
from risk.national.returns.years import whole_years
from risk.records.households import Homes

HEADINGS = {number: tuple(columns) for number, columns in headings().items()}
ABOUT = HEADINGS[1][:5]
ALLOCATED = ("Allocated Team", "Allocated Worker")

MADE = {"scenario": "by_hand", "seed": 1}
DAY = "2023-12-31"

STORY = (
    "1 hunger school 2023-06-28",
    "1 referral school 2023-07-01 answers=0",
    "1 assessment_started childrens_services 2023-07-03 answers=1",
    "1 assessment_completed childrens_services 2023-08-01 closes=2 substantiated",
    "1 strategy_discussion childrens_services 2023-08-02 answers=3",
    "1 section_47_enquiry childrens_services 2023-08-03 answers=4",
    "1 initial_child_protection_conference childrens_services 2023-08-20 closes=5 substantiated",
    "1 child_protection_plan_started childrens_services 2023-08-20 answers=6 neglect",
    "1 review_conference childrens_services 2023-11-15 answers=7 substantiated",
    "1 police_protection police 2023-12-01",
    "1 accommodated_s20 childrens_services 2023-12-04",
)


def lists(*lines: str, day: str = DAY, born=None, **more) -> dict[int, pl.DataFrame]:
    record = history(*lines, born=born or {16: "2015-12-31"}, to_on="2025-01-01", **more)
    return annex_a_lists(record, on(day))


def said(table: pl.DataFrame, *columns: str) -> list[tuple]:
    return table.select(columns).rows()


def test_every_list_has_exactly_its_columns():
    for number, table in lists(*STORY).items():
        assert tuple(table.columns) == HEADINGS[number]
    assert list(LISTS) == list(range(1, 11))
    assert list(HEADINGS) == list(range(1, 12))


def test_an_unborn_child_is_in_need_without_a_birthday_and_on_no_other_list_but_of_referrals():
    found = lists(*STORY, born={16: "2015-12-31", 17: "2024-01-01"})
    unborn = pl.col("Child Unique ID") == "SYN0000000017"
    assert {number for number, table in found.items() if table.filter(unborn).height} == {6}
    about = ("Date of Birth", "Age of Child (Years)", "Gender", "Ethnicity", "CIN Start Date", "Case Status")
    assert said(found[6].filter(unborn), *about) == [
        (None, None, "c) Not stated/recorded", "s) NOBT", on("2023-08-14"), "d) Open assessment")
    ]
    at_first = lists(*STORY, born={16: "2015-12-31", 17: "2023-11-01"}, day="2023-07-02")
    assert at_first[3].filter(unborn).height == 1


def test_a_child_is_as_old_as_at_the_last_birthday():
    for day, age in (("2023-12-30", 7), ("2023-12-31", 8)):
        about = lists(*STORY, day=day)[3].select(ABOUT)
        assert about.rows() == [("SYN0000000016", "c) Not stated/recorded", "s) NOBT", on("2015-12-31"), age)]


def test_a_story_is_told_in_each_list():
    found = lists(*STORY)
    assert said(found[3], "Date of referral", "Referral Source", "Referral NFA?", HEADINGS[3][8]) == [
        (on("2023-07-01"), "e) 2A: Schools", "b) No", 1)
    ]
    assert said(found[4], *HEADINGS[4][6:10]) == [
        (on("2023-07-03"), "c) Unknown", on("2023-08-01"), "a) Yes")
    ]
    assert said(found[5], *HEADINGS[5][6:12]) == [
        (on("2023-08-02"), "b) No", on("2023-08-20"), "a) Yes", 1, 1)
    ]
    assert said(found[6], "CIN Start Date", "Primary Need Code", "CIN Closure Date", "Case Status") == [
        (on("2023-07-01"), "N1", None, "a) Looked after child")
    ]
    assert said(found[7], *HEADINGS[7][6:9], *HEADINGS[7][11:15]) == [
        (on("2023-08-20"), "a) Neglect", "a) Neglect", on("2023-11-15"), None, "a) Yes", 0)
    ]
    assert said(
        found[8],
        "Date Started to be Looked After",
        "Start date of current legal status",
        "Child's Legal Status",
    ) == [(on("2023-12-01"), on("2023-12-04"), "V2: Single period under S20")]


VISITS = (
    "1 home_visit childrens_services 2023-07-10 answers=2 child_not_seen",
    "1 home_visit childrens_services 2023-09-01 answers=7 child_seen",
    "1 home_visit childrens_services 2023-09-12 answers=7 child_not_seen",
    "1 home_visit childrens_services 2023-12-08 answers=10 child_seen",
)


def test_the_last_visit_and_when_a_child_was_last_seen_stand_in_the_lists_that_ask_for_them():
    for day, seen_on, of_plan in (
        ("2023-12-31", "2023-12-08", "2023-12-08"),
        ("2023-10-01", "2023-09-01", "2023-09-12"),
    ):
        found = lists(*STORY, *VISITS, day=day)
        assert found[4]["Child Seen During Continuous Assessment"].to_list() == ["b) No"]
        assert found[6]["Date Child Was Last Seen"].to_list() == [on(seen_on)]
        assert found[7]["Date of the Last Statutory Visit"].to_list() == [on(of_plan)]
    assert lists(*STORY, *VISITS)[8]["Date of Last Social Work Visit"].to_list() == [on("2023-12-08")]
    assert lists(*STORY)[6]["Date Child Was Last Seen"].to_list() == [None]


def test_a_list_knows_nothing_of_the_days_after_it():
    found = lists(*STORY, day="2023-08-10")
    assert said(found[5], *HEADINGS[5][6:12]) == [(on("2023-08-02"), None, None, None, 1, 0)]
    assert found[7].is_empty()
    assert found[8].is_empty()
    assert found[6]["Case Status"].to_list() == ["d) Open assessment"]


@pytest.mark.parametrize(("month", "day", "is_in"), [("07", "01", True), ("06", "30", False)])
def test_six_months_are_from_the_day_after_the_same_date(month, day, is_in):
    found = lists(
        f"1 referral school 2023-{month}-{day}",
        f"1 no_further_action childrens_services 2023-{month}-{day} answers=0",
    )
    assert (found[3].height, found[6].height) == (is_in, 0)


def test_contacts_are_of_three_months_and_of_every_child_at_home():
    lines = ("1 contact gp 2023-09-30", "1 contact police 2023-10-01")
    found = lists(*lines, born={16: "2015-06-01", 17: "2023-10-01", 18: "2023-10-02"})[1]
    assert said(found, "Child Unique ID", "Contact Source") == [
        ("SYN0000000016", "q) 6: Police"),
        ("SYN0000000017", "q) 6: Police"),
    ]


def test_a_second_period_of_care_within_the_year_is_told():
    lines = (
        "1 accommodated_s20 childrens_services 2022-06-01",
        "1 return_home childrens_services {}",
        "1 accommodated_s20 childrens_services 2023-11-01",
    )
    for returned, again in (("2023-01-01", "a) Yes"), ("2022-12-31", "b) No")):
        found = lists(*(line.format(returned) for line in lines))[8]
        assert found[HEADINGS[8][9]].to_list() == [again]


def test_care_that_ceased_stays_for_six_months_with_its_reason():
    lines = (
        "1 accommodated_s20 childrens_services 2023-05-01",
        "1 return_home childrens_services 2023-07-01",
    )
    columns = ("Date Ceased to be Looked After", "Reason Ceased to be Looked After")
    assert said(lists(*lines)[8], *columns) == [(on("2023-07-01"), "E4A")]
    assert lists(*lines, day="2024-01-01")[8].is_empty()


def test_no_column_that_must_be_filled_is_empty():
    must = {
        number: [
            h
            for h in HEADINGS[number]
            if h.startswith(("Gender", "Ethnicity", "Does", "Number", "Placement", "LA of")) or h in ALLOCATED
        ]
        for number in LISTS
    }
    for number, table in lists(*STORY).items():
        assert table.select(must[number]).null_count().sum_horizontal().item() == 0


def test_the_lists_of_a_generated_cohort_agree_with_the_record_to_the_child(norfolk):
    year = whole_years(norfolk.record.from_on, norfolk.record.to_on)[-1]
    since = on(f"{year.ending - 1}-10-01")
    record = replace(norfolk.record, to_on=year.to_on)
    found = annex_a_lists(norfolk.record, year.last_on)
    counted = this_year(record, Homes.of(record), responses(record), from_on=since)
    n = dict(counted.group_by("kind").agg(pl.col("n").sum()).cast({"kind": pl.String}).rows())
    assert found[3].height == n["referral"] > 0
    on_plan = Pathway.on(norfolk.record, year.last_on).protection_plans.filter(pl.col("ended_on").is_null())
    assert found[7]["Child Protection Plan End Date"].null_count() == on_plan.height > 0
    assert found[2].height == n["early_help"] > 0


@pytest.fixture
def edited(monkeypatch):
    """Reads the headings as an analyst has edited them: rows given, a cell of a row changed, or rows dropped."""
    rows = annex_a_headings._rows()

    def edit(change) -> None:
        monkeypatch.setattr(annex_a_headings, "_rows", lambda: change(rows))
        monkeypatch.setattr(annex_a_headings, "headings", headings.__wrapped__)

    return edit


def with_heading(old: str, new: str):
    return lambda rows: rows.with_columns(pl.col("heading").replace(old, new))


def test_a_heading_may_be_reworded_and_is_filled_as_before(edited):
    edited(with_heading("Referral NFA?", "Was nothing more done?"))
    assert lists(*STORY)[3]["Was nothing more done?"].to_list() == ["b) No"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_heading("Contact Source", "Gender"), "^annex_a_headings.csv, row 8, column heading: 'Gender': is in list 1 twice$"),
        (lambda rows: rows.with_columns(pl.col("column").replace("source", "on")), "row 8, column column: 'on': is in list 1 twice$"),
        (lambda rows: rows.with_columns(pl.col("column").replace("source", "sauce")), "list 1 has no heading for source$"),
        (lambda rows: rows.with_columns(pl.col("column").replace("disability", "disabled")), "column column: 'disabled': unknown column of list 4 'disabled'; the nearest valid word is 'disability'"),
        (lambda rows: rows.filter(pl.col("list") != 9), "^annex_a_headings.csv: no heading of list 9$"),
        (lambda rows: rows.with_columns(pl.col("list").replace(11, 12)), "column list: '12': the lists are 1 to 11$"),
    ],
)  # fmt: skip
def test_a_heading_that_is_there_twice_or_that_nothing_fills_is_refused(edited, change, message):
    edited(change)
    with pytest.raises(InputError, match=message):
        lists(*STORY)


class Only:
    """A part of a cohort of which only the record is looked at."""

    def __init__(self, record):
        self.record = record


def test_the_workbook_has_eleven_lists_by_name_with_headings_and_real_dates(tmp_path):
    record = history(*STORY, born={16: "2015-12-31"}, to_on="2025-01-01")
    write_annex_a([Only(record), Only(record)], MADE, on(DAY), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [*(f"List {n}" for n in range(1, 12)), "Synthetic"]
    for number, columns in HEADINGS.items():
        assert tuple(c.value for c in book[f"List {number}"][1]) == columns
    referred = book["List 3"].cell(2, 6)
    assert referred.value == datetime(2023, 7, 1)
    assert referred.number_format == "dd/mm/yyyy"
    assert book["List 3"].max_row == 3  # one from each part
    assert book["List 9"].max_row == 1
    assert INVENTED in [c.value for c in book["Synthetic"]["A"]]


def test_list_9_holds_who_is_entitled_to_help_on_leaving_care():
    lines = ("1 accommodated_s20 childrens_services 2023-06-01",)
    found = lists(*lines, born={16: "2007-06-01", 17: "2005-11-01", 18: "2012-06-01"})[9]
    columns = ("Child Unique ID", "Eligibility Category", "LA in Touch", "Allocated Personal Advisor")
    assert said(found, *columns) == [
        ("SYN0000000016", "d) Eligible child", "Not Recorded", "not simulated"),
        ("SYN0000000017", "b) Former relevant child", "Not Recorded", "not simulated"),
    ]


ADOPTION = (
    "1 care_proceedings court 2022-03-01",
    "1 interim_care_order court 2022-03-01",
    "1 placement_order court 2022-06-01",
    "1 placement childrens_services 2022-09-01 for_adoption answers=0",
    "1 left_care court 2022-12-31 adopted closes=0",
)


@pytest.mark.parametrize(
    ("day", "days"),
    [
        ("2022-05-31", []),
        ("2022-08-31", [("2022-03-01", "2022-06-01", None, None)]),
        ("2023-12-30", [("2022-03-01", "2022-06-01", "2022-09-01", "2022-12-31")]),
        ("2023-12-31", []),  # adopted twelve months before
    ],
)
def test_list_10_holds_who_waits_to_be_adopted_or_was_in_twelve_months(day, days):
    found = lists(*ADOPTION, day=day, born={16: "2020-06-01"})[10]
    columns = ("Date the Child Entered Care", "Date of Placement Order", "Date Placed for Adoption")
    assert said(found, *columns, "Date of Adoption Order") == [
        tuple(d and on(d) for d in row) for row in days
    ]
    assert found["Date of Decision that Child Should be Placed for Adoption"].null_count() == 0
    assert found["Family identifier"].to_list() == ["1"] * len(days)
