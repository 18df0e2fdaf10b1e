"""Each year's return in its own form, and the primary needs that a record tells apart."""

from xml.etree import ElementTree

import polars as pl
import pytest

from by_hand import history
from cin_rules import ERRORS, Census, broken
from cin_schema import faults
from conftest import simulated
from risk.national.returns.cin_census import write_xml
from risk.national.returns.cin_tables import cin_tables
from risk.national.returns.forms import in_form_of
from risk.national.returns.pathway import Pathway
from risk.national.returns.ssda903 import ssda903_tables
from risk.national.returns.years import StatutoryYear

EARLY_HELP = (
    "1 referral early_help 2023-05-01",
    "1 assessment_started childrens_services 2023-05-02 answers=0",
    "1 assessment_completed childrens_services 2023-06-20 closes=1 unsubstantiated",
    "1 case_closed childrens_services 2023-06-20 closes=1 assessed_early_help",
)


def said(lines, ending: int) -> tuple:
    """Source and reason for closure of the first episode of a year, by events of 2023 moved to its summer."""
    moved = [line.replace("2023", str(ending - 1)) for line in lines]
    record = history(*moved, from_on="2020-01-01", to_on="2027-01-01")
    details = cin_tables(record, StatutoryYear(ending))["CINdetails"]
    return details.select("ReferralSource", "ReasonForClosure").row(0)


def test_early_help_has_codes_of_its_own_from_2023_24():
    assert said(EARLY_HELP, 2023) == ("5B", "RC8")
    assert said(EARLY_HELP, 2024) == said(EARLY_HELP, 2026) == ("5D", "RC9")


@pytest.mark.parametrize(
    ("ending", "column", "codes"),
    [(2022, "GenderCurrent", ["2", "1"]), (2024, "GenderCurrent", ["2", "1"]), (2025, "Sex", ["F", "M"])],
)
def test_the_census_asks_for_gender_until_2023_24_and_then_for_sex(ending, column, codes):
    table = pl.DataFrame({"Sex": ["F", "M"], "UPN": ["a", "b"]})
    written = in_form_of(StatutoryYear(ending), "census", table)
    assert written.columns == [column, "UPN"]
    assert written[column].to_list() == codes


@pytest.mark.parametrize(("ending", "place", "sex"), [(2024, "P2", "1"), (2025, "K3", "M")])
def test_the_looked_after_return_says_independent_living_and_sex_as_its_year_does(ending, place, sex):
    lines = (
        f"1 accommodated_s20 childrens_services {ending - 1}-05-01",
        f"1 placement childrens_services {ending - 1}-05-01 independent answers=0",
    )
    record = history(*lines, born={16: "2008-06-01"}, to_on="2027-01-01")
    boys = record.children.with_columns(sex=pl.lit("male", record.children.schema["sex"]))
    found = ssda903_tables(type(record)(**{**vars(record), "children": boys}), StatutoryYear(ending))
    assert found["episodes"]["PLACE"].to_list() == [place]
    assert found["header"]["SEX"].to_list() == [sex]


@pytest.mark.parametrize("ending", range(2022, 2027))
def test_every_year_of_six_breaks_no_rule_and_has_the_schema_of_its_year(ending, tmp_path):
    cohort = simulated("england_2025", 1_500, years=6)
    write_xml([cohort], cohort.made, StatutoryYear(ending), tmp_path / "cin.xml")
    tree = ElementTree.parse(tmp_path / "cin.xml").getroot()
    assert faults(tree) == []
    assert not set(broken(Census(tree))) & set(ERRORS)
    assert (tree.find(".//GenderCurrent") is None) == (ending > 2024)


def needs(*lines: str, disability: bool = False) -> list[str]:
    """The needs of the first child's referrals."""
    record = history(*lines, to_on="2025-01-01")
    children = record.children.with_columns(disability=pl.lit(disability))
    path = Pathway.on(type(record)(**{**vars(record), "children": children}), StatutoryYear(2024).last_on)
    return path.episodes.filter(pl.col("child_id") == 16)["need"].to_list()


def test_a_need_of_the_family_is_a_crisis_at_first_and_dysfunction_when_it_comes_again():
    again = (
        "1 school_absence school 2023-05-01",
        "1 referral school 2023-05-02 answers=0",
        "1 no_further_action childrens_services 2023-05-03 answers=1",
        "1 non_engagement school 2023-09-01",
        "1 referral school 2023-09-02 answers=3",
    )
    assert needs(*again) == ["N4", "N5"]


def test_a_named_concern_stands_above_a_disability_and_an_unnamed_one_below():
    unnamed, named = (
        "1 referral gp 2023-05-02",
        ("1 hunger school 2023-05-01", "1 referral gp 2023-05-02 answers=0"),
    )
    assert needs(unnamed, disability=True) == ["N2"]
    assert needs(unnamed) == ["N0"]
    assert needs(*named, disability=True) == ["N1"]
