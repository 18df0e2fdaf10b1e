"""The children in need census that a cohort exports: right on records small enough to check, and in sum."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from by_hand import history, on, record, truth
from cin_rules import ERRORS, Census, birth, broken, check_letter, conferences
from cin_schema import faults
from conftest import simulated
from risk.core.errors import InputError
from risk.national.flows import CLOSED_AT_ONCE, SOURCES
from risk.national.returns.cin_census import write_csvs, write_xml
from risk.national.returns.cin_codes import codes, upn
from risk.national.returns.cin_tables import cin_tables
from risk.national.returns.counts import counts
from risk.national.returns.episodes import EXPECTED_DAYS
from risk.national.returns.years import StatutoryYear, whole_years
from risk.records.cohort import Cohort
from risk.world.description import described

YEAR = StatutoryYear(2024)
MADE = {"scenario": "by_hand", "seed": 1}


def tables(*lines: str, year: StatutoryYear = YEAR, **more) -> dict[str, pl.DataFrame]:
    """The census's modules of a history of household 1, followed from 2022 to 2024."""
    return cin_tables(history(*lines, to_on="2025-01-01", **more), year)


def rows(table: pl.DataFrame, *columns: str) -> list[tuple]:
    return [tuple(str(v) if isinstance(v, date) else v for v in row) for row in table.select(columns).rows()]


def dates(table: pl.DataFrame, *columns: str) -> list[tuple]:
    """The rows of the first child, 16."""
    return rows(table.filter(pl.col("LAchildID") == "SYN0000000016"), *columns)


REFERRED = "1 referral school 2023-05-01"
ASSESSED = (
    REFERRED,
    "1 assessment_started childrens_services 2023-05-02 answers=0",
    "1 assessment_completed childrens_services 2023-06-20 closes=1 unsubstantiated",
    "1 case_closed childrens_services 2023-06-20 closes=1 assessed_no_further_action",
)


def test_a_referral_of_which_nothing_came_is_a_date_a_source_and_a_flag():
    found = tables(REFERRED, "1 no_further_action childrens_services 2023-05-02 answers=0")
    columns = ("CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate", "ReferralNFA")
    assert dates(found["CINdetails"], *columns) == [("2023-05-01", "2A", None, None, 1)]
    assert dates(found["ChildIdentifiers"], "UPNunknown") == [("UN7",)]


def test_a_case_closed_after_assessment_says_so():
    found = tables(*ASSESSED)
    assert dates(found["CINdetails"], "CINclosureDate", "ReasonForClosure") == [("2023-06-20", "RC8")]
    assert dates(found["Assessments"], "AssessmentActualStartDate", "AssessmentAuthorisationDate") == [
        ("2023-05-02", "2023-06-20")
    ]
    assert dates(found["AssessmentFactorsList"], "AssessmentFactor") == [("21",)]


def test_factors_are_in_the_census_s_codes():
    found = tables(*ASSESSED, factors=[(2, "domestic_abuse"), (2, "neglect")])
    assert dates(found["AssessmentFactorsList"], "AssessmentFactor") == [("3B",), ("16A",)]


def test_after_31_march_nothing_is_known():
    late = [line.replace("2023-05", "2024-03").replace("2023-06-20", "2024-04-20") for line in ASSESSED]
    found = tables(*late, factors=[(2, "neglect")])
    assert dates(found["CINdetails"], "CINreferralDate", "CINclosureDate", "ReasonForClosure") == [
        ("2024-03-01", None, None)
    ]
    assert dates(found["Assessments"], "AssessmentAuthorisationDate") == [(None,)]
    assert found["AssessmentFactorsList"].is_empty()


def test_a_referral_of_31_march_is_undecided_that_year_and_decided_in_the_next():
    lines = ("1 referral school 2024-03-28", "1 no_further_action childrens_services 2024-04-02 answers=0")
    assert dates(tables(*lines)["CINdetails"], "ReferralNFA") == [(0,)]
    assert dates(tables(*lines, year=StatutoryYear(2025))["CINdetails"], "ReferralNFA") == [(1,)]


def test_a_case_closed_before_the_year_is_not_in_it():
    assert tables(*ASSESSED, year=StatutoryYear(2025))["ChildIdentifiers"].is_empty()


def test_an_assessment_that_was_never_completed_has_no_place_in_a_closed_case():
    found = tables(*ASSESSED[:2], "1 case_closed childrens_services 2023-09-01 closes=1 services_ceased")
    assert found["Assessments"].is_empty()
    assert dates(found["CINdetails"], "ReasonForClosure") == [("RC7",)]


ENQUIRED = (
    "1 referral police 2023-05-01",
    "1 strategy_discussion childrens_services 2023-05-02 answers=0",
    "1 section_47_enquiry childrens_services 2023-05-03 answers=1",
)
PLANNED = (
    *ENQUIRED,
    "1 initial_child_protection_conference childrens_services 2023-05-22 closes=2 substantiated",
    "1 child_protection_plan_started childrens_services 2023-05-22 answers=3 neglect",
    "1 review_conference childrens_services 2023-08-21 answers=4 substantiated",
    "1 review_conference childrens_services 2024-02-20 answers=4 unsubstantiated",
    "1 child_protection_plan_ended childrens_services 2024-02-20 closes=4",
    "1 child_in_need_plan_started childrens_services 2024-02-20 answers=6",
)
S47 = ("S47ActualStartDate", "InitialCPCtarget", "DateOfInitialCPC", "ICPCnotRequired")


def test_a_conference_is_due_15_working_days_after_the_strategy_discussion():
    # 8 and 29 May 2023 were bank holidays; 3 May is working day 1, 24 May the fifteenth.
    assert dates(tables(*PLANNED)["Section47"], *S47) == [("2023-05-03", "2023-05-24", "2023-05-22", 0)]


def test_a_plan_starts_with_its_conference_and_all_its_reviews_are_there():
    found = tables(*PLANNED)
    assert dates(found["ChildProtectionPlans"], "CPPstartDate", "CPPendDate", "NumberOfPreviousCPP") == [
        ("2023-05-22", "2024-02-20", 0)
    ]
    assert dates(found["Reviews"], "CPPreviewDate") == [("2023-08-21",), ("2024-02-20",)]
    assert dates(found["CINplanDates"], "CINPlanStartDate", "CINPlanEndDate") == [("2024-02-20", None)]


def test_a_second_plan_counts_the_first():
    again = [
        line.replace("2023-05", "2024-03").replace("answers=1", "answers=10").replace("closes=2", "closes=11")
        for line in PLANNED[1:5]
    ]
    found = tables(*PLANNED, *(again[0], again[1], again[2], again[3].replace("answers=3", "answers=12")))
    assert dates(found["ChildProtectionPlans"], "NumberOfPreviousCPP", "CPPID") == [(0, 1), (1, 2)]


@pytest.mark.parametrize(
    ("ends", "on_day", "flag"),
    [
        ("1 no_further_action childrens_services 2023-05-20 answers=2", "2023-05-20", 1),
        ("1 accommodated_s20 childrens_services 2023-05-20 answers=2", "2023-05-20", 1),
        ("1 case_closed childrens_services 2023-05-20 closes=2 services_ceased", "2023-05-20", 1),
        ("1 referral police 2023-05-20", None, 0),
    ],
)
def test_an_enquiry_without_a_conference_says_whether_one_is_still_to_come(ends, on_day, flag):
    found = tables(*ENQUIRED, ends)
    target = None if flag else "2023-05-24"
    assert dates(found["Section47"], *S47) == [("2023-05-03", target, None, flag)]


def test_a_case_that_held_an_enquiry_is_not_closed_as_assessed_only():
    ended = "1 no_further_action childrens_services 2023-05-20 answers=2"
    closed = "1 case_closed childrens_services 2023-06-20 closes=2 assessed_no_further_action"
    assert dates(tables(*ENQUIRED, ended, closed)["CINdetails"], "ReasonForClosure") == [("RC7",)]


def test_a_plan_of_one_day_ends_on_the_next():
    removed = "1 child_protection_plan_ended childrens_services 2023-05-22 closes=4"
    found = tables(*PLANNED[:5], removed)
    assert dates(found["ChildProtectionPlans"], "CPPendDate") == [("2023-05-23",)]


EPISODE = ("CINreferralDate", "ReferralSource", "DateOfInitialCPC")


def test_a_child_who_is_expected_is_referred_with_the_home_and_shares_what_comes_after_the_birth():
    found = tables(*PLANNED, born={16: "2023-05-10", 17: "2015-06-01"})
    assert dates(found["CINdetails"], *EPISODE) == [("2023-05-01", "6", "2023-05-22")]
    assert dates(found["Section47"]) == []
    assert dates(found["ChildProtectionPlans"], "CPPstartDate") == [("2023-05-22",)]


def test_a_child_joins_an_open_case_20_weeks_before_birth_and_its_plan_at_birth():
    found = tables(*PLANNED, born={16: "2023-10-19", 17: "2015-06-01"})  # 1 June and 140 days
    assert dates(found["CINdetails"], *EPISODE) == [("2023-06-01", "5A", "2023-10-19")]
    assert dates(found["ChildProtectionPlans"], "CPPstartDate") == [("2023-10-19",)]
    assert dates(found["ChildIdentifiers"], *BIRTHS) == [("2023-10-19", None)]


BIRTHS = ("PersonBirthDate", "ExpectedPersonBirthDate")
UNBORN = {16: "2024-06-01", 17: "2015-06-01"}  # expected since 13 January


def test_of_an_unborn_child_the_day_it_is_expected_is_known_and_nothing_else():
    made = history(*PLANNED, born=UNBORN, to_on="2025-01-01")
    known = {"sex": "female", "ethnicity": "white", "disability": True}
    children = made.children.with_columns(
        pl.lit(v).cast(made.children[c].dtype).alias(c) for c, v in known.items()
    )
    found = cin_tables(replace(made, children=children), YEAR)
    assert dates(found["ChildIdentifiers"], "UPN", "UPNunknown", *BIRTHS) == [
        (None, "UN1", None, "2024-06-01")
    ]
    assert dates(found["ChildIdentifiers"], "GenderCurrent") == [("0",)]
    assert dates(found["ChildCharacteristics"], "Ethnicity") == [("NOBT",)]
    assert dates(found["Disabilities"]) == []
    assert dates(found["CINdetails"], *EPISODE) == [("2024-01-13", "5A", None)]
    assert not any(
        dates(found[t]) for t in ("Assessments", "Section47", "CINplanDates", "ChildProtectionPlans")
    )


def test_a_year_later_the_birth_stands_where_it_was_expected_and_the_episode_is_the_same():
    found = tables(*PLANNED, born=UNBORN, year=StatutoryYear(2025))
    assert dates(found["ChildIdentifiers"], *BIRTHS) == [("2024-06-01", None)]
    assert dates(found["CINdetails"], *EPISODE) == [("2024-01-13", "5A", None)]


@pytest.mark.parametrize(("born", "n"), [("2024-08-18", 2), ("2024-08-19", 1)])
def test_a_child_who_is_expected_from_1_april_is_not_there_on_31_march(born, n):
    assert tables(*PLANNED, born={16: born, 17: "2015-06-01"})["ChildIdentifiers"].height == n


def test_an_assessment_begun_before_the_birth_begins_with_it():
    found = tables(*ASSESSED, born={16: "2023-05-10", 17: "2015-06-01"})
    assert dates(found["Assessments"], "AssessmentActualStartDate") == [("2023-05-10",)]


def test_a_case_that_ended_before_a_birth_was_of_an_expected_child_whom_nobody_assessed():
    found = tables(*ASSESSED, born={16: "2023-06-21", 17: "2015-06-01"})
    assert dates(found["CINdetails"], "CINclosureDate", "ReasonForClosure") == [("2023-06-20", "RC7")]
    assert found["Assessments"]["LAchildID"].to_list() == ["SYN0000000017"]


def test_a_case_that_ended_before_a_child_was_expected_is_not_about_it():
    born = on("2023-06-20") + timedelta(days=141)
    found = tables(*ASSESSED, born={16: str(born), 17: "2015-06-01"})
    assert found["ChildIdentifiers"]["LAchildID"].to_list() == ["SYN0000000017"]


def test_a_referral_of_which_nothing_came_is_about_the_expected_child_too():
    found = tables(
        REFERRED,
        "1 no_further_action childrens_services 2023-05-02 answers=0",
        born={16: "2023-08-01", 17: "2015-06-01"},
    )
    assert dates(found["ChildIdentifiers"], "UPNunknown") == [("UN7",)]
    assert dates(found["CINdetails"], "CINreferralDate", "ReferralNFA") == [("2023-05-01", 1)]


def test_a_child_who_turns_18_leaves_on_that_day():
    found = tables(*PLANNED, born={16: "2005-07-01", 17: "2015-06-01"})
    assert dates(found["CINdetails"], "CINclosureDate", "ReasonForClosure") == [("2023-07-01", "RC7")]
    assert dates(found["Reviews"]) == []


def test_a_child_born_into_a_plan_is_on_it_from_birth_and_one_of_17_is_not():
    found = tables(*PLANNED, born={16: "2006-01-01", 17: "2015-06-01", 18: "2023-08-01"})
    starts = found["ChildProtectionPlans"].select("LAchildID", "CPPstartDate").sort("LAchildID").rows()
    assert [child[-2:] for child, _ in starts] == ["17", "18"]
    assert starts[1][1] == on("2023-08-01")


def test_what_is_decided_on_the_18th_birthday_is_too_late():
    found = tables(
        REFERRED,
        "1 no_further_action childrens_services 2023-05-02 answers=0",
        born={16: "2005-05-02", 17: "2015-06-01"},
    )
    columns = ("CINclosureDate", "ReasonForClosure", "ReferralNFA")
    assert dates(found["CINdetails"], *columns) == [("2023-05-02", "RC7", 0)]


def test_a_grown_up_sibling_is_not_there():
    found = tables(*PLANNED, born={16: "2005-05-01", 17: "2015-06-01"})
    assert found["ChildIdentifiers"]["LAchildID"].to_list() == ["SYN0000000017"]


def test_a_response_about_one_child_is_not_about_its_sibling():
    about_one = record("16 referral school 2023-05-01", from_on="2022-01-01", to_on="2025-01-01")
    assert cin_tables(about_one, YEAR)["ChildIdentifiers"]["LAchildID"].to_list() == ["SYN0000000016"]


def test_the_primary_need_is_that_of_the_concern_referred():
    found = tables("1 parental_mental_health school 2023-04-28", "1 referral school 2023-05-01 answers=0")
    assert dates(found["CINdetails"], "PrimaryNeedCode") == [("N3",)]


@pytest.mark.parametrize(("born", "expected"), [("2019-08-31", (True, None)), ("2019-09-01", (False, "UN1"))])
def test_a_child_has_a_pupil_number_from_the_september_after_its_fourth_birthday(born, expected):
    found = tables(*ASSESSED, born={16: born, 17: "2015-06-01"})
    (number, why_not) = dates(found["ChildIdentifiers"], "UPN", "UPNunknown")[0]
    assert (number is not None, why_not) == expected


def test_pupil_numbers_are_of_no_authority_have_their_letter_and_are_never_shared():
    ids = pl.DataFrame({"child_id": [0, 16, 17, 123_456_789, 1_600_000_000]})
    numbers = ids.select(upn=upn(pl.col("child_id")))["upn"].to_list()
    assert [n[1:] for n in numbers] == [
        "001000000000",
        "001000000016",
        "001000000017",
        "001123456789",
        "002600000000",
    ]
    assert [n[0] for n in numbers] == [check_letter(n[1:]) for n in numbers]


def test_only_years_of_which_every_day_is_there_are_whole():
    assert [y.ending for y in whole_years(on("2020-04-06"), on("2025-04-07"))] == [2022, 2023, 2024, 2025]
    assert [y.ending for y in whole_years(on("2020-04-01"), on("2022-04-01"))] == [2021, 2022]
    assert whole_years(on("2020-04-02"), on("2022-03-31")) == []


# A generated cohort.


@pytest.fixture(scope="module")
def england_2025():
    return simulated("england_2025", 3_000)


@pytest.fixture(scope="module")
def whole(england_2025, tmp_path_factory):
    """The census of the last whole year, as one file."""
    return written(england_2025, StatutoryYear(2025), tmp_path_factory.mktemp("cin") / "cin.xml")


def written(cohort: Cohort, year: StatutoryYear, path, parts=None):
    write_xml(parts or [cohort], cohort.made, year, path)
    return path


EXPLAINED = {
    "query_2888",  # no child has two codes of disability: we know whether, not which
    "query_2991",  # an enquiry's assessment was completed in the year before, or never
    "query_4012",  # a severe report came on the day that a plan of need began
    "query_8569",  # a referral of March was decided on in April
    "query_8670",  # assessments are late
    "query_8675",  # so are conferences
    "query_8863",  # an assessment began on the day that another was completed
    "query_8873",  # need was found and none of our eight factors, or an enquiry came with it
}


def test_the_page_explains_the_queries_that_may_fire_and_no_others():
    page = (Path(__file__).parents[2] / "docs" / "formats" / "cin_census.md").read_text(encoding="utf-8")
    table = page.partition("| query | why |")[2].partition("\n\n")[0]
    assert {f"query_{code}" for code in re.findall(r"(?:\| |, )(\d{4}) ", table)} == EXPLAINED


def test_a_referral_of_march_decided_on_in_april_is_asked_about():
    lines = ("1 referral school 2023-03-27", "1 no_further_action childrens_services 2023-04-03 answers=0")
    found = tables(*lines)["CINdetails"]
    assert dates(found, "CINreferralDate", "ReferralNFA") == [("2023-03-27", 1)]


def test_twelve_months_break_no_rule_and_what_is_asked_about_is_explained(whole):
    census = Census.read(whole)
    found = broken(census)
    assert not set(found) & set(ERRORS)
    assert set(found) <= EXPLAINED
    assert faults(ElementTree.parse(whole).getroot()) == []
    assert len(census.children) > 200
    assert all(upn[1:4] == "001" for upn in census.all("ChildIdentifiers.UPN"))


@pytest.mark.parametrize("ending", [2022, 2023, 2024])
def test_no_other_year_breaks_a_rule(england_2025, ending, tmp_path):
    path = written(england_2025, StatutoryYear(ending), tmp_path / "cin.xml")
    assert not set(broken(Census.read(path))) & set(ERRORS)


def test_families_like_the_review_s_break_no_rule(norfolk, tmp_path):
    path = written(norfolk, StatutoryYear(2013), tmp_path / "cin.xml")
    assert not set(broken(Census.read(path))) & set(ERRORS)


def up_to(cohort: Cohort, year: StatutoryYear) -> Cohort:
    """The cohort as if its record had ended with the year, without the children not yet known to be expected."""
    known = cohort.record.events.filter(pl.col("recorded_on") < year.to_on)
    expected = pl.col("born_on") <= year.last_on + timedelta(days=EXPECTED_DAYS)
    children = cohort.record.children.filter(expected)
    return replace(cohort, record=replace(cohort.record, events=known, children=children, to_on=year.to_on))


def test_deleting_the_future_changes_nothing(england_2025, tmp_path):
    year = StatutoryYear(2024)
    path = written(england_2025, year, tmp_path / "a.xml")
    assert path.read_bytes() == written(up_to(england_2025, year), year, tmp_path / "b.xml").read_bytes()


def test_a_cohort_in_parts_gives_the_same_file(england_2025, whole, tmp_path):
    ids = england_2025.record.children["child_id"]
    half = ids.filter(ids < 16 * 1_500), ids.filter(ids >= 16 * 1_500)
    parts = [replace(england_2025, record=england_2025.record.homes_of(which)) for which in half]
    again = written(england_2025, StatutoryYear(2025), tmp_path / "cin.xml", parts)
    assert again.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("ending", [2022, 2024, 2025])
def test_its_counts_are_those_of_describe_year_to_the_child(england_2025, ending, tmp_path):
    year = StatutoryYear(ending)
    census = Census.read(written(england_2025, year, tmp_path / "cin.xml"))
    assert in_file(census, england_2025) == dict(
        counts([england_2025], year).select("name", "children").rows()
    )


def is_referred(episode) -> bool:
    """Whether a child who was born was referred: none was who was expected, or joined a case so."""
    return episode["CINreferralDate"] >= birth(episode.child)


def of_births(episode) -> int:
    """Conferences that the return alone has: those with which a newborn child joins a plan."""
    born_on = birth(episode.child)
    joined = {born_on + timedelta(days=n) for n in range(6)}  # Christmas and a weekend
    return int(not is_referred(episode) and episode["DateOfInitialCPC"] in joined)


def decided_before_birth(episode, decided: set[tuple[int, date]]) -> bool:
    """Whether a referral of an expected child led to nothing, and that was decided before the birth.

    decided: household and day of every decision to do no more on a referral.
    """
    begun, born_on = episode["CINreferralDate"], birth(episode.child)
    household = int(episode.id[3:]) // 16
    return any((household, begun + timedelta(n)) in decided for n in range((born_on - begun).days))


def in_file(census: Census, cohort: Cohort) -> dict[str, int]:
    """What `risk describe --year` counts in the record, counted in the file: of children who are born."""
    day = "CINdetails."
    referrals = [e for e in census.episodes if is_referred(e) and census.holds(e["CINreferralDate"])]
    at_once = cohort.record.events.filter(pl.col("kind").is_in(CLOSED_AT_ONCE))
    decided = set(at_once.select("household_id", "occurred_on").rows())
    nothing = [e for e in census.episodes if e["ReferralNFA"] == "1" and not decided_before_birth(e, decided)]
    sources = [e["ReferralSource"] for e in referrals]
    factors = census.all("CINdetails.Assessments.FactorsIdentifiedAtAssessment.AssessmentFactors")
    plans = census.all("CINdetails.ChildProtectionPlans")
    started = [p for p in plans if census.holds(p["CPPstartDate"])]
    return {
        "referral": len(referrals),
        "closed_at_once": len(nothing),
        "assessed": len(census.all(f"{day}Assessments.AssessmentAuthorisationDate")),
        "section_47": sum(census.holds(d) for d in census.all(f"{day}Section47.S47ActualStartDate")),
        "conference": sum(len(conferences(e)) - of_births(e) for e in census.episodes),
        "plan": len(started),
        "plan_again": sum(p["NumberOfPreviousCPP"] != "0" for p in started),
        "on_plan": sum(p["CPPendDate"] is None for p in plans),
        **{
            f"referral_{group}": sum(s in {codes()["referral_source"][a] for a in agencies} for s in sources)
            for group, agencies in SOURCES.items()
        },
        **{f"factor_{factor}": factors.count(code) for factor, code in codes()["factor"].items()},
        **{
            f"plan_{category}": sum(p["InitialCategoryOfAbuse"] == code for p in started)
            for category, code in codes()["category"].items()
        },
    }


def test_its_homes_are_those_that_describe_counts(england_2025, whole):
    census, year = Census.read(whole), StatutoryYear(2025)
    within = england_2025.record.events.filter(pl.col("recorded_on").is_between(year.from_on, year.last_on))
    _, counts = described([replace(england_2025, record=replace(england_2025.record, events=within))])
    events = dict(counts.group_by("kind").agg(pl.col("events").sum()).rows())

    def homes(name: str) -> int:
        """How often a home had a thing in the year: on one day it counts once, however many the children."""
        return len(
            {
                (int(e.id[3:]) // 16, day)
                for e in census.episodes
                for day in e.all(name)
                if census.holds(day) and (name != "CINreferralDate" or is_referred(e))
            }
        )

    assert homes("CINreferralDate") == events["referral"]
    assert homes("Assessments.AssessmentAuthorisationDate") == events["assessment_completed"]
    assert homes("Section47.S47ActualStartDate") == events["section_47_enquiry"]
    assert homes("Section47.DateOfInitialCPC") == events["initial_child_protection_conference"]
    assert homes("ChildProtectionPlans.CPPstartDate") == events["child_protection_plan_started"]


def test_the_csv_files_hold_what_the_xml_holds(england_2025, whole, tmp_path):
    write_csvs([england_2025], england_2025.made, StatutoryYear(2025), tmp_path / "cin")
    census = Census.read(whole)
    modules = {
        "ChildIdentifiers": "ChildIdentifiers.",
        "ChildCharacteristics": "ChildCharacteristics.",
        "Disabilities": "ChildCharacteristics.Disabilities.",
        "CINdetails": "CINdetails.",
        "Assessments": "CINdetails.Assessments.",
        "CINplanDates": "CINdetails.CINPlanDates.",
        "Section47": "CINdetails.Section47.",
        "ChildProtectionPlans": "CINdetails.ChildProtectionPlans.",
        "Reviews": "CINdetails.ChildProtectionPlans.Reviews.",
    }
    assert {p.stem for p in (tmp_path / "cin").glob("*.csv")} == {*modules, "AssessmentFactorsList", "Header"}
    for module, place in modules.items():
        text = (tmp_path / "cin" / f"{module}.csv").read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        found = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
        ids = (
            "CINdetailsID",
            "AssessmentID",
            "CPPID",
            *(("LAchildID",) if module != "ChildIdentifiers" else ()),
        )
        for column in set(found[0]) - set(ids):
            assert [row[column] for row in found if row[column]] == [
                str(v) for v in census.all(place + column)
            ]


def test_the_header_escapes_what_a_scenario_is_called(tmp_path):
    cohort = Cohort(history(REFERRED, to_on="2025-01-01"), truth(), {"scenario": "a<b>&c\0\n", "seed": 1})
    path = written(cohort, YEAR, tmp_path / "cin.xml")
    software = ElementTree.parse(path).getroot().findtext("Header/Source/SoftwareCode")
    assert software == "SYNTHETIC risk-trajectory, scenario a<b>&c, seed 1"


def test_a_cohort_of_whom_nobody_is_in_scope_makes_no_file(tmp_path):
    cohort = Cohort(history(to_on="2025-01-01"), truth(), MADE)
    with pytest.raises(InputError, match="no child"):
        written(cohort, YEAR, tmp_path / "cin.xml")
    assert list(tmp_path.iterdir()) == []


def test_every_element_that_is_written_is_in_the_documentation(whole):
    page = (Path(__file__).parents[2] / "docs" / "formats" / "cin_census.md").read_text(encoding="utf-8")
    written_here = {e.tag for e in ElementTree.parse(whole).getroot().find("Children").iter() if not len(e)}
    assert {tag for tag in written_here if f"`{tag}`" not in page} == set()
    assert {word for word in codes()["referral_source"].values() if f"`{word}`" not in page} == set()
    assert {word for word in codes()["factor"].values() if f"`{word}`" not in page} == set()
