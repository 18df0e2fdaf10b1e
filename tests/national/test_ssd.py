"""The Standard Safeguarding Dataset: keys are unique, references resolve, dates are in order, nothing is foreseen."""

import csv
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from by_hand import history, on
from command import risk
from conftest import simulated
from risk.core.kinds import INVENTED
from risk.national.returns.care import Care
from risk.national.returns.episodes import EXPECTED_DAYS
from risk.national.returns.leaving_care import care_leavers
from risk.national.returns.ssd import column_meanings, write_ssd
from risk.national.returns.ssd_objects import key_of, objects
from risk.national.returns.ssd_tables import ssd_tables
from risk.records.partitions import homes_where

DAY = on("2024-12-31")
CHILD = "SYN0000000016"

STORY = (
    "1 hunger school 2023-01-09",
    "1 contact school 2023-01-10 answers=0",
    "1 hunger school 2023-05-01",
    "1 referral school 2023-05-02 answers=2",
    "1 assessment_started childrens_services 2023-05-03 answers=3",
    "1 home_visit childrens_services 2023-05-09 answers=4 child_seen",
    "1 assessment_completed childrens_services 2023-06-01 closes=4 substantiated",
    "1 strategy_discussion childrens_services 2023-06-02 answers=6",
    "1 section_47_enquiry childrens_services 2023-06-05 answers=7",
    "1 initial_child_protection_conference childrens_services 2023-06-20 closes=8 substantiated",
    "1 child_protection_plan_started childrens_services 2023-06-20 answers=9 neglect",
    "1 home_visit childrens_services 2023-07-03 answers=10 child_not_seen",
    "1 review_conference childrens_services 2023-09-15 answers=10 substantiated",
    "1 care_proceedings court 2023-10-02",
    "1 interim_care_order court 2023-10-02",
    "1 placement childrens_services 2023-10-02 foster answers=13",
    "1 child_protection_plan_ended childrens_services 2023-10-02 closes=10",
    "1 home_visit childrens_services 2023-10-20 answers=14 child_seen",
    "1 care_order court 2024-03-04 answers=14",
    "1 placement_order court 2024-03-04 answers=18",
    "1 placement childrens_services 2024-05-01 for_adoption answers=13",
    "1 left_care court 2024-11-01 adopted closes=13",
    "1 case_closed childrens_services 2024-11-01 adopted closes=3",
)


def dataset(*lines: str, day: date = DAY, born=None, **more) -> dict[str, pl.DataFrame]:
    record = history(*lines, born=born or {16: "2020-06-01"}, to_on="2025-01-01", **more)
    return ssd_tables(record, day)


def row(found, name: str, *columns: str) -> list[tuple]:
    prefix = key_of(name)[:5]
    return found[name].select(prefix + c for c in columns).rows()


def test_a_story_is_told_from_the_contact_to_the_plan():
    found = dataset(*STORY, factors=[(6, "neglect"), (6, "domestic_abuse")])
    assert row(found, "ssd_contacts", "contact_date", "contact_source_code", "contact_source_desc") == [
        (on("2023-01-10"), "2A", "School")
    ]
    assert row(
        found, "ssd_cin_episodes", "referral_date", "cin_primary_need_code", "referral_nfa", "close_reason"
    ) == [(on("2023-05-02"), "N1", "N", "RC1")]
    assert row(
        found,
        "ssd_cin_assessments",
        "assessment_child_seen",
        "assessment_auth_date",
        "assessment_outcome_nfa",
    ) == [("Y", on("2023-06-01"), "N")]
    assert row(found, "ssd_assessment_factors", "assessment_factors_json") == [('["3B", "16A"]',)]
    assert row(found, "ssd_s47_enquiry", "s47_start_date", "s47_end_date", "s47_nfa") == [
        (on("2023-06-02"), on("2023-06-20"), "N")
    ]
    assert row(found, "ssd_cp_plans", "cp_plan_end_date", "cp_plan_initial_category") == [
        (on("2023-10-02"), "Neglect")
    ]
    assert row(found, "ssd_cp_reviews", "cp_review_date", "cp_review_outcome_continue_cp") == [
        (on("2023-09-15"), "Y")
    ]
    (conference,) = found["ssd_initial_cp_conference"].rows(named=True)
    assert conference["icpc_icpc_target_date"] == on("2023-06-23")  # 15 working days after 2 June
    assert conference["icpc_cp_plan_id"] == found["ssd_cp_plans"]["cppl_cp_plan_id"].item()
    assert found["ssd_cp_plans"]["cppl_icpc_id"].item() == conference["icpc_icpc_id"]


def test_an_unborn_child_has_an_expected_day_and_an_episode_and_a_newborn_one_no_conference():
    born = {16: "2020-06-01", 17: "2023-09-01"}
    before, after = (dataset(*STORY, day=on(d), born=born) for d in ("2023-08-31", "2023-09-30"))
    whom = pl.col("pers_person_id") == "SYN0000000017"
    known = ("forename", "sex", "ethnicity", "dob", "expected_dob", "upn_unknown")
    persons = [
        found["ssd_person"].filter(whom).select(f"pers_{c}" for c in known) for found in (before, after)
    ]
    assert persons[0].rows() == [(None, "U", "NOBT", None, on("2023-09-01"), "UN1")]
    assert persons[1].select("pers_dob", "pers_expected_dob").rows() == [(on("2023-09-01"), None)]
    of_it = {
        n: t.filter(pl.col(c) == "SYN0000000017").height
        for n, t in before.items()
        for c in t.columns
        if c.endswith("_person_id")
    }
    assert {n for n, rows in of_it.items() if rows} == {"ssd_person", "ssd_family", "ssd_cin_episodes"}
    plans = after["ssd_cp_plans"].sort("cppl_person_id")
    assert plans["cppl_cp_plan_start_date"].to_list() == [on("2023-06-20"), on("2023-09-01")]
    assert plans["cppl_icpc_id"].is_null().to_list() == [False, True]


def test_a_visit_stands_where_the_child_stood_on_its_day():
    found = dataset(*STORY)
    visits = {
        name: row(found, name, f"{kind}_visit_date", f"{kind}_visit_seen") for name, kind in VISITS.items()
    }
    assert visits == {
        "ssd_cin_visits": [(on("2023-05-09"), "Y")],
        "ssd_cp_visits": [(on("2023-07-03"), "N")],
        "ssd_cla_visits": [(on("2023-10-20"), "Y")],
    }


VISITS = {"ssd_cin_visits": "cin", "ssd_cp_visits": "cp", "ssd_cla_visits": "cla"}


def test_care_is_told_in_episodes_placements_and_orders():
    found = dataset(*STORY)
    episodes = (
        "cla_episode_start_date",
        "cla_episode_start_reason",
        "cla_episode_ceased_reason",
        "entered_care_date",
    )
    assert row(found, "ssd_cla_episodes", *episodes) == [
        (on("2023-10-02"), "S", "X1", on("2023-10-02")),
        (on("2024-03-04"), "L", "X1", on("2023-10-02")),
        (on("2024-05-01"), "P", "E12", on("2023-10-02")),
    ]
    assert row(found, "ssd_legal_status", "legal_status") == [("C1",), ("E1",)]
    assert row(found, "ssd_cla_placement", "cla_placement_type", "cla_placement_change_reason") == [
        ("U6", "CARPL"),
        ("A6", None),
    ]
    permanence = (
        "placement_order_date",
        "placed_for_adoption_date",
        "permanence_order_date",
        "permanence_order_type",
    )
    assert row(found, "ssd_permanence", *permanence) == [
        (on("2024-03-04"), on("2024-05-01"), on("2024-11-01"), "Adoption")
    ]
    assert row(found, "ssd_permanence", "part_of_sibling_group", "siblings_placed_together") == [("0", 1)]


def test_an_outcome_has_every_key_and_a_text_for_what_is_known():
    outcome = json.loads(dataset(*STORY)["ssd_cin_episodes"]["cine_referral_outcome_json"].item())
    assert len(outcome) == 10
    assert {k: v for k, v in outcome.items() if v} == {
        "SINGLE_ASSESSMENT_FLAG": "Y",
        "NFA_FLAG": "N",
        "STRATEGY_DISCUSSION_FLAG": "N",
        "CLA_REQUEST_FLAG": "N",
    }
    undecided = json.loads(dataset(*STORY[:4])["ssd_cin_episodes"]["cine_referral_outcome_json"].item())
    assert set(undecided.values()) == {""}


def test_a_child_of_whom_services_never_heard_is_no_person():
    assert dataset(STORY[0])["ssd_person"].is_empty()
    assert dataset(*STORY[:2])["ssd_person"]["pers_person_id"].to_list() == [CHILD]


def test_a_child_not_yet_known_to_be_expected_is_in_nothing():
    day = on("2023-05-31")
    born = {16: "2020-06-01", 17: str(day + timedelta(days=EXPECTED_DAYS + 1))}
    assert dataset(*STORY, day=day, born=born)["ssd_person"]["pers_person_id"].to_list() == [CHILD]


@pytest.mark.parametrize(
    ("born", "lines", "eligibility"),
    [
        ("2008-01-01", ("accommodated_s20 childrens_services 2024-06-01",), ["eligible"]),
        ("2008-01-01", ("accommodated_s20 childrens_services 2024-10-02",), []),  # 90 days, one too few
        ("2008-01-01", ("accommodated_s20 childrens_services 2024-10-01",), ["eligible"]),
        ("2009-06-01", ("accommodated_s20 childrens_services 2024-01-01",), []),  # not yet 16
        ("2006-06-01", ("accommodated_s20 childrens_services 2023-06-01",), ["former_relevant"]),
        (
            "2007-06-01",
            (
                "accommodated_s20 childrens_services 2023-06-01",
                "left_care childrens_services 2024-01-01 independence",
            ),
            ["relevant"],
        ),
        (
            "2007-06-01",
            ("accommodated_s20 childrens_services 2023-06-01", "return_home childrens_services 2023-07-01"),
            ["qualifying"],
        ),
        (
            "2007-06-01",
            ("accommodated_s20 childrens_services 2022-03-01", "return_home childrens_services 2023-05-01"),
            [],  # home before 16
        ),
    ],
)
def test_thirteen_weeks_of_care_since_fourteen_and_a_day_at_sixteen_give_an_entitlement(
    born, lines, eligibility
):
    record = history(*(f"1 {line}" for line in lines), born={16: born}, to_on="2025-01-01")
    assert care_leavers(Care.on(record, DAY), DAY)["eligibility"].to_list() == eligibility


@pytest.fixture(scope="module")
def cohort():
    """Families like the review's, of whom many are looked after."""
    return simulated("norfolk_review", 800)


@pytest.fixture(scope="module")
def last(cohort) -> date:
    return on("2015-03-31")


@pytest.fixture(scope="module")
def whole(cohort, last):
    return ssd_tables(cohort.record, last)


def test_keys_are_unique_and_every_reference_resolves(whole):
    for name, columns in objects().items():
        key = whole[name][key_of(name)]
        assert key.null_count() == 0
        assert key.n_unique() == whole[name].height > 0, name
        for column, about in columns.items():
            if about.refers_to:
                to, _, field = about.refers_to.partition(".")
                assert set(whole[name][column].drop_nulls()) <= set(whole[to][field]), f"{name}.{column}"


IN_ORDER = {
    "ssd_cin_episodes": "cine_referral_date cine_close_date",
    "ssd_cin_assessments": "cina_assessment_start_date cina_assessment_auth_date",
    "ssd_cin_plans": "cinp_cin_plan_start_date cinp_cin_plan_end_date",
    "ssd_s47_enquiry": "s47e_s47_start_date s47e_s47_end_date",
    "ssd_cp_plans": "cppl_cp_plan_start_date cppl_cp_plan_end_date",
    "ssd_cla_episodes": "clae_entered_care_date clae_cla_episode_start_date clae_cla_episode_ceased_date",
    "ssd_cla_placement": "clap_cla_placement_start_date clap_cla_placement_end_date",
    "ssd_legal_status": "lega_legal_status_start_date lega_legal_status_end_date",
    "ssd_permanence": "perm_placement_order_date perm_placed_for_adoption_date perm_permanence_order_date",
}


BIRTHS = ("pers_dob", "pers_expected_dob")


def test_dates_are_in_order_and_none_is_after_the_day_or_before_the_birth(whole, last):
    births = whole["ssd_person"].select("pers_person_id", pl.coalesce("pers_dob", "pers_expected_dob"))
    born = dict(births.iter_rows())
    before = {"ssd_cin_episodes": timedelta(days=EXPECTED_DAYS)}  # alone of all, it may hold the unborn
    for name, table in whole.items():
        days = [c for c, d in table.schema.items() if d == pl.Date and c not in BIRTHS]
        (person,) = [c for c in table.columns if c.endswith("_person_id")] or [None]
        for values in table.rows(named=True):
            given = [values[c] for c in days if values[c] is not None and c != "icpc_icpc_target_date"]
            assert all(d <= last for d in given), name
            if person and name != "ssd_s47_enquiry":  # its discussion may be a day before the birth
                since = born[values[person]] - before.get(name, timedelta(0))
                assert all(d >= since for d in given), name
            ordered = [values[c] for c in IN_ORDER.get(name, "").split() if values[c] is not None]
            assert ordered == sorted(ordered), name


def test_what_is_written_later_changes_nothing(cohort, last, whole):
    known = cohort.record.events.filter(pl.col("recorded_on") <= last)
    factors = cohort.record.factors.join(known, on="event_id", how="semi", maintain_order="left")
    earlier = ssd_tables(replace(cohort.record, events=known, factors=factors), last)
    assert all(earlier[name].equals(table) for name, table in whole.items())


def test_in_two_parts_it_is_the_same_as_in_one(cohort, last, whole):
    cut = cohort.record.households["household_id"].median()
    halves = [homes_where(cohort, side) for side in (lambda h: h < cut, lambda h: h >= cut)]
    parts = [ssd_tables(half.record, last) for half in halves]
    for name, table in whole.items():
        assert pl.concat(part[name] for part in parts).sort(key_of(name)).equals(table.sort(key_of(name))), (
            name
        )


def test_children_on_a_plan_and_looked_after_are_those_of_the_pathway_and_of_care(cohort, last, whole):
    care = Care.on(cohort.record, last)
    open_care = whole["ssd_cla_episodes"].filter(pl.col("clae_cla_episode_ceased_date").is_null())
    assert open_care.height == care.periods["ended_on"].null_count() > 5
    visits = cohort.record.events.filter(pl.col("kind") == "home_visit", pl.col("occurred_on") <= last)
    assert (
        sum(whole[name].height for name in VISITS) > visits.height
    )  # a visit to a home is one to each child


def test_the_dictionary_says_what_every_column_means():
    assert {n: list(c) for n, c in column_meanings().items()} == {n: list(c) for n, c in objects().items()}


@pytest.fixture(scope="module")
def files(cohort, last, tmp_path_factory):
    place = tmp_path_factory.mktemp("ssd")
    for name in ("ssd", "ssd.duckdb"):
        write_ssd([cohort], cohort.made, last, place / name)
    return place


def test_the_folder_says_what_it_is_and_pandas_and_polars_read_it(files, whole):
    folder = files / "ssd"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert INVENTED in (folder / "README.md").read_text(encoding="utf-8")
    assert {r["path"] for r in package["resources"]} == {f"{name}.csv" for name in objects()}
    for resource in package["resources"]:
        name = resource["path"].removesuffix(".csv")
        days = [f["name"] for f in resource["schema"]["fields"] if f["type"] == "date"]
        assert all(f["description"] for f in resource["schema"]["fields"])
        read = pd.read_csv(folder / resource["path"], parse_dates=days)
        assert list(read.columns) == list(objects()[name])
        assert len(read) == resource["rows"] == whole[name].height
        assert all(read[day].dtype.kind == "M" for day in days)
        texts = pl.read_csv(folder / resource["path"], infer_schema=False)
        assert texts[key_of(name)].to_list() == whole[name][key_of(name)].to_list()


def test_the_database_has_the_specifications_types_and_keys(files, whole):
    with duckdb.connect(str(files / "ssd.duckdb"), read_only=True) as database:
        for name, table in whole.items():
            rows = database.execute(f"SELECT * FROM {name}").fetchall()
            as_days = [tuple(v.date() if isinstance(v, datetime) else v for v in r) for r in rows]
            assert as_days == table.rows(), name
            types = {c: t for c, t, *_ in database.execute(f"DESCRIBE {name}").fetchall()}
            days = {c for c, about in objects()[name].items() if about.sql == "DATETIME"}
            assert {c for c, t in types.items() if t == "TIMESTAMP"} == days
        about = dict(database.execute("SELECT name, value FROM about").fetchall())
        assert about["as_known_on"] == "2015-03-31"
        assert INVENTED in about["about"]
        (key,) = database.execute(
            "SELECT constraint_column_names FROM duckdb_constraints() "
            "WHERE table_name = 'ssd_cp_plans' AND constraint_type = 'PRIMARY KEY'"
        ).fetchall()
        assert key == (["cppl_cp_plan_id"],)


def test_the_questions_on_the_page_have_answers(files):
    page = (Path(__file__).parents[2] / "docs" / "formats" / "ssd.md").read_text(encoding="utf-8")
    asked = page.partition("```sql\n")[2].partition("```")[0]
    with duckdb.connect(str(files / "ssd.duckdb"), read_only=True) as database:
        ((plans, visits),) = database.execute(asked).fetchall()
    assert plans > 20
    assert visits > 1


def test_the_columns_are_the_specifications_in_its_order(files):
    with (files / "ssd" / "ssd_person.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file)) == [
            "pers_person_id",
            "pers_forename",
            "pers_surname",
            "pers_sex",
            "pers_gender",
            "pers_ethnicity",
            "pers_dob",
            "pers_common_child_id",
            "pers_legacy_id",
            "pers_upn_unknown",
            "pers_send_flag",
            "pers_expected_dob",
            "pers_death_date",
            "pers_is_mother",
            "pers_nationality",
        ]


def test_a_day_is_read_as_people_write_it_and_one_outside_the_cohort_is_told(cohort, tmp_path):
    cohort.write(tmp_path / "cohort")

    def export(day: str, out: str):
        words = ("--format", "ssd", "--on", day, "--out", str(tmp_path / out))
        return risk("export", str(tmp_path / "cohort"), *words)

    written = {}
    for number, day in enumerate(("2012-03-31", "31/3/2012", "31 March 2012", "31.03.12")):
        done = export(day, f"ssd{number}")
        assert done.returncode == 0, done.stderr
        written[day] = (tmp_path / f"ssd{number}" / "ssd_cla_episodes.csv").read_bytes()
    assert len(set(written.values())) == 1
    for day, says in (
        ("31/3/2035", "give a day from"),
        ("March 2012", "is not one day"),
        ("soon", "is not one day"),
    ):
        done = export(day, "none")
        assert (done.returncode, says in done.stderr) == (2, True)
        assert not (tmp_path / "none").exists()
