"""The looked-after children return: right on homes small enough to check, and clean over a generated year."""

import copy
from datetime import date, timedelta

import polars as pl
import pytest

from by_hand import history, on
from conftest import simulated
from risk.core.errors import InputError
from risk.core.kinds import LEAVES_HOME
from risk.national.flows import YEAR_DAYS, responses
from risk.national.returns.care import LEGAL_STATUS, Care
from risk.national.returns.ssda903 import ssda903_tables, write_ssda903
from risk.national.returns.years import StatutoryYear, whole_years
from risk.national.stocks import standing
from risk.records.households import Homes
from ssda903_rules import RULES, Return, broken

YEAR = StatutoryYear(2024)
MADE = {"scenario": "by_hand", "seed": 1}

CARE = (
    "1 referral school 2023-04-20",
    "1 police_protection police 2023-05-01 answers=0",
    "1 accommodated_s20 childrens_services 2023-05-04 answers=1",
    "1 review_conference childrens_services 2023-08-01 answers=2",
    "1 care_proceedings court 2023-10-02",
    "1 interim_care_order court 2023-10-02",
    "1 care_order court 2024-03-15 answers=5",
    "1 return_home childrens_services 2024-05-01",
)


def tables(*lines: str, year=YEAR, **more) -> dict[str, pl.DataFrame]:
    return ssda903_tables(history(*lines, to_on="2025-01-01", **more), year)


def episodes(found, child: int = 16) -> list[tuple]:
    rows = found["episodes"].filter(pl.col("CHILD") == f"SYN{child:010}")
    return [
        tuple(str(v) if isinstance(v, date) else v for v in r)
        for r in rows.select("DECOM", "RNE", "LS", "DEC", "REC").rows()
    ]


def test_each_change_of_legal_status_is_an_episode_and_31_march_knows_nothing_later():
    assert episodes(tables(*CARE)) == [
        ("2023-05-01", "S", "L1", "2023-05-04", "X1"),
        ("2023-05-04", "L", "V2", "2023-10-02", "X1"),
        ("2023-10-02", "L", "C1", "2024-03-15", "X1"),
        ("2024-03-15", "L", "C2", None, None),
    ]


def test_the_year_after_begins_with_the_episode_that_was_open_and_ends_at_home():
    assert episodes(tables(*CARE, year=StatutoryYear(2025))) == [
        ("2024-03-15", "L", "C2", "2024-05-01", "E4A")
    ]


def test_the_last_of_several_statuses_on_a_day_counts_and_the_same_again_is_no_episode():
    found = tables(
        "1 accommodated_s20 childrens_services 2023-05-01",
        "1 care_proceedings court 2023-06-01",
        "1 interim_care_order court 2023-06-01",
        "1 interim_care_order court 2023-09-01",
        "1 accommodated_s20 childrens_services 2023-10-01",
        "1 care_order court 2023-10-01",
    )
    assert [e[:3] for e in episodes(found)] == [
        ("2023-05-01", "S", "V2"),
        ("2023-06-01", "L", "C1"),
        ("2023-10-01", "L", "C2"),
    ]


def test_care_ends_at_18():
    found = tables("1 accommodated_s20 childrens_services 2023-05-01", born={16: "2005-08-01"})
    assert episodes(found) == [("2023-05-01", "S", "V2", "2023-08-01", "E8")]


def test_one_who_is_grown_when_the_others_leave_is_not_looked_after():
    found = tables(*CARE, born={16: "2015-06-01", 18: "2005-05-01"})
    assert found["header"]["CHILD"].to_list() == ["SYN0000000016"]


def test_a_child_born_while_the_others_are_away_is_looked_after_from_birth_and_where_they_are():
    away = ("1 care_proceedings court 2023-05-01", "1 placement childrens_services 2023-05-02 foster")
    ordered = "1 care_order court 2023-08-01"
    record = history(*away, ordered, born={16: "2015-06-01", 17: "2023-09-01"}, to_on="2025-01-01")
    of_baby = Care.on(record, YEAR.last_on).episodes.filter(pl.col("child_id") == 17)
    assert of_baby.select("legal_status", "placement", "from_on", "to_on").rows() == [
        ("C1", "foster", on("2023-09-01"), None)
    ]


def test_care_that_was_over_before_the_birth_is_not_the_childs():
    lines = (
        "1 accommodated_s20 childrens_services 2023-05-01",
        "1 return_home childrens_services 2023-08-01",
    )
    record = history(*lines, born={16: "2015-06-01", 17: "2023-09-01"})
    assert Care.on(record, YEAR.last_on).periods["child_id"].to_list() == [16]


def test_children_who_return_on_the_day_on_which_they_left_were_not_looked_after():
    record = history("1 police_protection police 2023-05-01", "1 return_home childrens_services 2023-05-01")
    assert Care.on(record, YEAR.last_on).periods.is_empty()


def test_care_that_ended_before_april_is_in_no_return_and_on_1_april_it_is():
    lines = ["1 accommodated_s20 childrens_services 2022-05-01"]
    for returned, n in (("2023-03-31", 0), ("2023-04-01", 1)):
        found = tables(*lines, f"1 return_home childrens_services {returned}", born={16: "2015-06-01"})
        assert found["episodes"].height == n


def test_an_event_about_one_child_moves_that_child_only():
    whole = history("1 accommodated_s20 childrens_services 2023-05-01", to_on="2025-01-01")
    of_16 = whole.events.with_columns(child_id=pl.lit(16, pl.Int64))
    care = Care.on(type(whole)(**{**vars(whole), "events": of_16}), on("2024-03-31"))
    assert care.periods["child_id"].to_list() == [16]


def test_a_review_is_coded_by_the_childs_age_on_its_day():
    found = tables(*CARE, born={16: "2019-08-01", 17: "2019-08-02"})
    reviews = found["reviews"].select("CHILD", "REVIEW", "REVIEW_CODE").rows()
    assert reviews == [("SYN0000000016", on("2023-08-01"), "PN1"), ("SYN0000000017", on("2023-08-01"), "PN0")]


def test_the_need_is_the_concern_of_the_last_referral_before_care():
    found = tables(
        "1 parental_mental_health gp 2023-04-01",
        "1 referral gp 2023-04-02 answers=0",
        "1 accommodated_s20 childrens_services 2023-05-01",
        "1 care_proceedings court 2023-06-01",
        "1 hunger school 2023-07-01",
        "1 referral school 2023-07-02 answers=4",
    )
    assert set(found["episodes"]["CIN"]) == {"N3"}
    assert set(tables("1 accommodated_s20 childrens_services 2023-05-01")["episodes"]["CIN"]) == {"N1"}


def test_every_way_to_leave_home_has_a_legal_status():
    assert set(LEGAL_STATUS) == {*LEAVES_HOME, "placement_order"}


PLACED = (
    "1 referral school 2023-04-20",
    "1 police_protection police 2023-04-28 answers=0",
    "1 placement childrens_services 2023-04-28 foster answers=1",
    "1 care_proceedings court 2023-05-01",
    "1 interim_care_order court 2023-05-01",
    "1 placement childrens_services 2023-06-01 kinship answers=1",
    "1 care_order court 2023-10-02 answers=4",
    "1 placement_order court 2023-10-02 answers=6",
    "1 placement childrens_services 2023-10-02 foster answers=1",
    "1 placement childrens_services 2023-12-01 for_adoption answers=1",
    "1 left_care court 2024-03-01 adopted closes=1",
    "1 case_closed childrens_services 2024-03-01 services_ceased",
)


def test_each_change_of_placement_is_an_episode_and_adoption_ends_the_last():
    rows = tables(*PLACED)["episodes"].filter(pl.col("CHILD") == "SYN0000000016")
    columns = ("RNE", "LS", "PLACE", "PLACE_PROVIDER", "REC", "REASON_PLACE_CHANGE")
    assert rows.select("DECOM", *columns).rows() == [
        (on("2023-04-28"), "S", "L1", "U6", "PR1", "X1", None),
        (on("2023-05-01"), "L", "C1", "U6", "PR1", "X1", "OTHER"),
        (on("2023-06-01"), "P", "C1", "U3", "PR4", "X1", "OTHER"),
        (on("2023-10-02"), "B", "E1", "U6", "PR1", "X1", "CARPL"),
        (on("2023-12-01"), "P", "E1", "A6", "PR4", "E12", None),
    ]


@pytest.mark.parametrize(
    ("way", "placed", "code"),
    [
        ("special_guardianship", "kinship", "E45"),
        ("special_guardianship", "foster", "E48"),
        ("residence_order", "foster", "E41"),
        ("independence", "independent", "E5"),
        ("care_ceased", "residential", "E8"),
    ],
)
def test_the_reason_for_leaving_care_is_coded(way, placed, code):
    found = tables(
        "1 accommodated_s20 childrens_services 2023-05-01",
        f"1 placement childrens_services 2023-05-01 {placed} answers=0",
        f"1 left_care childrens_services 2023-09-01 {way} closes=0",
    )
    assert episodes(found) == [("2023-05-01", "S", "V2", "2023-09-01", code)]


@pytest.fixture(scope="module")
def generated():
    """Families like the review's, of whom many are looked after."""
    return simulated("norfolk_review", 800)


def years_of(record) -> list[int]:
    return [year.ending for year in whole_years(record.from_on, record.to_on)]


@pytest.fixture(scope="module")
def returns(generated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ssda903")
    for year in years_of(generated.record):
        write_ssda903([generated], generated.made, StatutoryYear(year), folder / str(year))
    return folder


def test_generated_years_break_no_rule(generated, returns):
    n = 0
    for year in years_of(generated.record):
        found = Return.read(returns / str(year), year)
        assert broken(found) == {}
        n += len(found.tables["episodes"])
    assert n > 100


def test_the_folder_holds_the_files_by_name_and_says_that_it_is_synthetic(returns):
    folder = next(returns.iterdir())
    assert {p.name for p in folder.iterdir()} == {
        "header.csv",
        "episodes.csv",
        "reviews.csv",
        "prevperm.csv",
        "README.txt",
        "datapackage.json",
    }
    assert "SYNTHETIC" in (folder / "README.txt").read_text()
    assert (folder / "header.csv").read_bytes().startswith(b"CHILD,SEX,DOB")
    assert "Invented children" in (folder / "README.txt").read_text()


def test_children_who_start_care_agree_with_the_flows_to_the_child(generated):
    record = generated.record
    year = max(years_of(record))
    last = StatutoryYear(year)
    cut = type(record)(**{**vars(record), "to_on": last.to_on})
    sums = standing(cut, Homes.of(cut), responses(cut))
    since = last.to_on - timedelta(days=YEAR_DAYS)
    started = ssda903_tables(record, last)["episodes"].filter(pl.col("RNE") == "S", pl.col("DECOM") >= since)
    assert started["CHILD"].n_unique() == sums["care"].sum() > 10


def test_a_child_has_the_same_id_and_pupil_number_as_in_the_census():
    found = tables(*CARE)["header"]  # 1 × 4 + 1 × 12 + 6 × 13 is 94, and 94 modulo 23 is 2: C
    assert found.select("CHILD", "UPN", "SEX", "MOTHER").row(0) == (
        "SYN0000000016",
        "C001000000016",
        "U",
        None,
    )


def change(table: str, which, **values):
    """A defect: other values in the first row that `which` holds for."""

    def apply(tables):
        next(row for row in tables[table] if which(row)).update(values)

    return apply


def is_going_on(row):
    return row["REC"] == "X1"


def goes_on_by_law(row):
    return row["RNE"] == "L"


def anyone(row):
    return True


def twice(tables):
    tables["header"].append(dict(tables["header"][0]))


def without(table):
    def apply(tables):
        tables[table].clear()

    return apply


DEFECTS = {
    "int01": twice,
    "int02": change("prevperm", anyone, DOB="01/01/2001"),
    "codes": change("episodes", anyone, CIN="N0"),
    "upn": change("header", anyone, UPN="A123"),
    "142": change("episodes", is_going_on, DEC="", REC=""),
    "148": change("episodes", is_going_on, REC=""),
    "218": change("episodes", anyone, URN=""),
    "225": change("episodes", goes_on_by_law, PLACE="K2"),
    "352": change("header", anyone, DOB="01/01/2004"),
    "355": change("episodes", is_going_on, DEC="01/05/2023"),
    "361": change("episodes", lambda row: row["LS"] == "V2", LS="L1"),
    "362": change("episodes", lambda row: row["LS"] == "V2", LS="L2"),
    "388": change("episodes", lambda row: row["DECOM"] == "15/03/2024", DECOM="16/03/2024"),
    "393": change("header", anyone, SEX="2"),
    "399": change("reviews", anyone, REVIEW="30/04/2023"),
    "431": change("episodes", goes_on_by_law, RNE="S"),
    "432": change("episodes", is_going_on, REC="E4A"),
    "433": change("episodes", goes_on_by_law, DECOM="05/05/2023"),
    "434": change("episodes", goes_on_by_law, LS="L1"),
    "435": change("episodes", goes_on_by_law, RNE="P"),
    "436": change("episodes", goes_on_by_law, RNE="B"),
    "440": change("reviews", anyone, REVIEW_CODE="PN0"),
    "441": change("reviews", anyone, REVIEW_CODE="PN8"),
    "501": change("episodes", goes_on_by_law, DECOM="03/05/2023"),
    "504": change("episodes", goes_on_by_law, CIN="N5"),
    "630": without("prevperm"),
    "of_the_year": change("episodes", lambda row: not row["DEC"], DECOM="01/04/2024"),
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    record = history(*CARE, to_on="2025-01-01", born={16: "2015-06-01"})
    folder = tmp_path_factory.mktemp("clean") / "2024"
    write_ssda903([Only(record)], MADE, YEAR, folder)
    found = Return.read(folder, 2024)
    assert broken(found) == {}
    return found


class Only:
    """A part of a cohort of which only the record is looked at."""

    def __init__(self, record):
        self.record = record


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_seen_to_be_broken_by_a_defect_of_its_own(clean, rule):
    tables = copy.deepcopy(clean.tables)
    DEFECTS[rule](tables)
    assert set(RULES[rule](Return(tables, 2024))) == {"SYN0000000016"}


def test_a_year_in_which_nobody_was_looked_after_has_no_return(tmp_path):
    record = history("1 referral school 2023-05-01", to_on="2025-01-01")
    with pytest.raises(InputError, match="no child of this cohort was looked after in the year 2024"):
        write_ssda903([Only(record)], MADE, YEAR, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
