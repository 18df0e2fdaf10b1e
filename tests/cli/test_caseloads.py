"""risk caseload: a screen, a folder, a page or JSON; and a mistake leaves nothing behind."""

import json
from pathlib import Path

import polars as pl
import pytest

import risk as package
from command import risk
from risk.core.kinds import FITTED_IN_AN_INVENTED_WORLD, NOT_FOR_REAL_CASELOADS

ROWS = [
    ("zoe", "h1", "2023-03-01", "", "school", "hunger", ""),
    ("zoe", "h1", "2023-04-01", "2023-04-20", "police", "domestic_abuse", "no"),
    ("zoe", "h1", "2023-05-01", "", "gp", "physical_harm", "yes"),
    ("amy", "h2", "2023-03-01", "", "school", "school_absence", "yes"),
    ("ben", "h3", "", "", "police", "domestic_abuse", "yes"),
]


@pytest.fixture
def table(tmp_path) -> Path:
    columns = ["child", "household", "date", "until", "agency", "kind", "told"]
    pl.DataFrame(ROWS, columns, orient="row").write_csv(tmp_path / "events.csv")
    return tmp_path / "events.csv"


def test_the_review_fits_on_a_screen_and_says_what_the_card_is(table, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = risk("caseload", str(table))
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) <= 24
    said = " ".join(done.stdout.split())
    assert FITTED_IN_AN_INVENTED_WORLD in said
    assert NOT_FOR_REAL_CASELOADS in said


def test_a_folder_a_page_and_json_say_what_the_card_is_and_list_children_in_the_tables_order(table, tmp_path):
    folder, page = tmp_path / "out", tmp_path / "out.html"
    done = risk("caseload", str(table), "--to", str(folder), "--html", str(page), "--json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["card"] == FITTED_IN_AN_INVENTED_WORLD
    assert [child["child"] for child in document["children"]] == ["zoe", "amy", "ben"]
    assert "points" not in json.dumps(document["children"])
    assert FITTED_IN_AN_INVENTED_WORLD in page.read_text(encoding="utf-8")
    assert FITTED_IN_AN_INVENTED_WORLD in (folder / "READ_ME.txt").read_text(encoding="utf-8")
    children = pl.read_csv(folder / "children.csv")
    assert children["child"].to_list() == ["zoe", "amy", "ben"]
    back, record = package.read_events(folder / "events.csv"), package.read_events(table)
    assert back.events.equals(record.events)
    assert pl.read_parquet(folder / "record" / "events.parquet").equals(record.events)


def test_a_problem_is_listed_and_nothing_is_written(table, tmp_path):
    table.write_text(table.read_text().replace("hunger", "hungr").replace("2023-05-01", "31 June 2023"))
    folder, page = tmp_path / "out", tmp_path / "out.html"
    done = risk("caseload", str(table), "--to", str(folder), "--html", str(page))
    assert done.returncode == 2
    assert "column kind: 'hungr'" in done.stderr
    assert "June has 30 days" in done.stderr
    assert "Traceback" not in done.stderr
    assert not folder.exists()
    assert not page.exists()
    found = json.loads(risk("caseload", str(table), "--json").stdout)
    assert [problem["row"] for problem in found["problems"]] == [2, 4]


def test_one_child_is_reviewed_by_what_the_table_calls_it(table):
    done = risk("caseload", str(table), "--child", "zoe")
    assert done.returncode == 0
    assert FITTED_IN_AN_INVENTED_WORLD in " ".join(done.stdout.split())
    assert "ben" in risk("caseload", str(table), "--child", "nobody").stderr


def test_columns_and_codes_are_given_as_pairs(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("who_id,date,agency,ev\n1,2023-03-01,police,NEG1\n")
    words = ("--column", "child=who_id", "--column", "kind=ev", "--code", "kind.NEG1=hunger")
    assert risk("caseload", str(file), *words).returncode == 0
    for wrong in (("--column", "child"), ("--code", "NEG1=hunger"), ("--html", "x.pdf")):
        assert risk("caseload", str(file), *wrong).returncode == 2
