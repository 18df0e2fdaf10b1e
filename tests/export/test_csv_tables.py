"""Tables as CSV, Excel and DuckDB: nothing is lost on the way out and back, and no cell is ever run."""

import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from by_hand import history, on
from risk.cli import main
from risk.core.errors import InputError
from risk.core.kinds import INVENTED, LEAVES_HOME
from risk.export.csv_cells import as_csv, neutralised, read_csv
from risk.export.csv_tables import TABLES, read_csv_folder, write_csv
from risk.export.database import read_duckdb, write_duckdb
from risk.export.excel import MOST_ROWS, write_xlsx
from risk.national.flows import responses, this_year
from risk.records.cohort import Cohort
from risk.records.dictionary import meanings
from risk.records.households import Homes
from risk.records.pieces import append_piece, new_piece
from risk.records.schema import RECORD, TRUTH, Children

DOCS = Path(__file__).parents[2] / "docs" / "formats"


@pytest.fixture(scope="module")
def halves(norfolk):
    """A cohort of a few families, and the same in two parts."""
    homes = norfolk.record.households["household_id"]
    cut = homes[homes.len() // 2]
    in_second = pl.col("household_id") >= cut

    def half(which):
        tables = {}
        events = norfolk.record.events.filter(which)
        kids = norfolk.record.children.filter(which)
        for name, table in norfolk.tables().items():
            if "household_id" in table.columns:
                tables[name] = table.filter(which)
            elif "child_id" in table.columns:
                tables[name] = table.join(kids, on="child_id", how="semi", maintain_order="left")
            else:
                tables[name] = table.join(events, on="event_id", how="semi", maintain_order="left")
        return Cohort.of(tables, norfolk.made)

    return norfolk, [half(~in_second), half(in_second)]


@pytest.fixture(scope="module")
def folder(halves, tmp_path_factory):
    out = tmp_path_factory.mktemp("csv") / "tables"
    write_csv(halves[1], halves[0].made, out)
    return out


@pytest.fixture(scope="module")
def database(halves, tmp_path_factory):
    out = tmp_path_factory.mktemp("duckdb") / "cohort.duckdb"
    write_duckdb(halves[1], halves[0].made, out)
    return out


def test_csv_written_in_parts_and_read_back_has_the_same_content(halves, folder):
    read = read_csv_folder(folder)
    assert read.content_hashes() == halves[0].content_hashes()
    assert read.made == halves[0].made
    assert read.record.children["given_name"].equals(halves[0].record.children["given_name"])


def test_duckdb_written_in_parts_and_read_back_has_the_same_content(halves, database):
    read = read_duckdb(database)
    assert read.content_hashes() == halves[0].content_hashes()
    assert read.made == halves[0].made


def test_the_folder_says_that_it_is_synthetic_and_what_each_column_means(halves, folder):
    manifest = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert manifest["synthetic"]["made"]["seed"] == 1
    hashes = {r["path"].removesuffix(".csv"): r["contentHash"] for r in manifest["resources"]}
    assert hashes == halves[0].content_hashes()
    rows = {r["name"].partition("-")[2]: r["rows"] for r in manifest["resources"]}
    assert rows == {name: table.height for name, table in halves[0].tables().items()}
    assert all(f["description"] for r in manifest["resources"] for f in r["schema"]["fields"])
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert INVENTED in readme
    assert "norfolk_review" in readme
    assert (folder / "truth" / "WARNING.md").is_file()


def test_the_dictionary_has_every_column_in_the_schemas_order():
    assert {n: list(c) for n, c in meanings().items()} == {
        n: s.column_names() for n, s in {**RECORD, **TRUTH}.items()
    }


def test_a_file_begins_with_the_mark_by_which_excel_knows_utf_8_once(folder):
    written = (folder / "record" / "events.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfevent_id,")
    assert written.count(b"\xef\xbb\xbf") == written.count(b"event_id,household_id") == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert neutralised(pl.DataFrame({"name": [text]})).item() == "'" + text


@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["'=1", "''", '"', "", "=1,\n"])
    )
)
def test_every_text_comes_back_from_csv_as_it_was(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("cells") / "t.csv"
    rows = [{"child_id": i, "household_id": 0, "given_name": t} for i, t in enumerate(texts)]
    table = pl.DataFrame(rows, schema={n: c.dtype for n, c in Children.columns().items()})
    for some in (table.head(1), table.slice(1)):
        append_piece(new_piece(path.parent, as_csv(some)), path, has_heading=True)
    assert list(path.parent.iterdir()) == [path]
    read = read_csv(path, Children)
    assert read["given_name"].to_list() == texts


BROKEN = {
    "row 2, column sex: unknown sex 'femal'; the nearest valid word is 'female'": ("female", "femal"),
    "row 2, column born_on: '01/06/2015' is not a date such as 2014-03-31": ("2015-06-01", "01/06/2015"),
    "row 2, column disability: 'maybe' is not true or false": ("true", "maybe"),
    "row 2, column child_id: 'x' is not a whole number": ("16", "x"),
    "1 columns are missing: born_on": ("born_on", "dob"),
    "rows break the rule 'child_id|nullability'": ("16,", ","),
}


@pytest.mark.parametrize(("message", "change"), BROKEN.items())
def test_a_value_that_is_none_of_its_columns_is_named_with_its_place(tmp_path, message, change):
    path = tmp_path / "children.csv"
    text = "child_id,household_id,given_name,born_on,sex,ethnicity,disability\n16,1,A,2015-06-01,female,white,true\n"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)) as told:
        read_csv(path, Children)
    assert str(path) in str(told.value)


def test_a_file_that_is_no_csv_or_not_there_is_named(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"child_id\n\xff\xfe\x00")
    with pytest.raises(InputError, match=r"a\.csv"):
        read_csv(tmp_path / "a.csv", Children)
    with pytest.raises(InputError, match="is not there"):
        read_csv(tmp_path / "b.csv", Children)


def test_a_folder_of_some_tables_is_no_cohort(halves, tmp_path):
    write_csv(halves[1], halves[0].made, tmp_path / "some", ["children"])
    assert {p.name for p in (tmp_path / "some").rglob("*.csv")} == {"children.csv"}
    assert not (tmp_path / "some" / "truth").exists()
    with pytest.raises(InputError, match="only an export of every table is a cohort"):
        read_csv_folder(tmp_path / "some")


def test_nothing_is_left_of_an_export_that_fails(halves, tmp_path):
    def broken():
        yield halves[1][0]
        raise InputError("the second part is damaged")

    everything, little = TABLES, ["children", "harms"]
    for write, tables in ((write_csv, everything), (write_xlsx, little), (write_duckdb, everything)):
        with pytest.raises(InputError, match="damaged"):
            write(broken(), halves[0].made, tmp_path / "out", tables)
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_holds_a_sheet_a_table_with_real_dates_and_no_formula(halves, tmp_path):
    whole, both = halves
    trap = both[0].record.children.with_columns(given_name=pl.lit("=HYPERLINK(1)"))
    both = [replace(both[0], record=replace(both[0].record, children=trap)), both[1]]
    write_xlsx(both, whole.made, tmp_path / "t.xlsx", ["children", "harms"])
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["about", "children", "harms"]
    assert book["about"]["A1"].value == INVENTED
    rows = list(book["children"].iter_rows())
    assert [c.value for c in rows[0]] == Children.column_names()
    assert len(rows) == 1 + whole.record.children.height
    first = dict(zip(Children.column_names(), rows[1], strict=True))
    assert isinstance(first["born_on"].value, datetime)
    assert first["born_on"].value.date() == trap["born_on"][0]
    assert first["given_name"].value == "'=HYPERLINK(1)"
    assert {c.data_type for row in rows for c in row} <= {"n", "s", "d", "b"}  # f would be a formula
    assert book["harms"].max_row == 1 + whole.truth.harms.height


def test_a_table_longer_than_a_sheet_is_refused(halves, tmp_path, monkeypatch):
    assert MOST_ROWS == 2**20
    monkeypatch.setattr("risk.export.excel.MOST_ROWS", 50)
    with pytest.raises(InputError, match="table events has more than the 49 rows"):
        write_xlsx(halves[1], halves[0].made, tmp_path / "t.xlsx", ["events"])
    assert list(tmp_path.iterdir()) == []


def test_of_a_folder_a_table_longer_than_a_sheet_is_refused_before_any_part_is_read(
    halves, tmp_path, monkeypatch
):
    halves[0].write(tmp_path / "cohort")
    monkeypatch.setattr("risk.export.excel.MOST_ROWS", 50)
    monkeypatch.setattr("risk.export.excel.each_part", lambda *_: pytest.fail("a part was read"))
    with pytest.raises(InputError, match="table events has more than the 49 rows"):
        write_xlsx(tmp_path / "cohort", halves[0].made, tmp_path / "t.xlsx", ["events"])


def query(path, sql):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_database_declares_keys_types_and_meanings(database):
    keys = query(
        database,
        "SELECT count(*) FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY' AND schema_name <> 'main'",
    )
    assert keys == [(len(TABLES),)]
    silent = (
        "SELECT count(*) FROM duckdb_columns() WHERE schema_name IN ('record', 'truth') AND comment IS NULL"
    )
    assert query(database, silent) == [(0,)]
    assert query(database, "SELECT count(*) FROM duckdb_views() WHERE NOT internal AND comment IS NULL") == [
        (0,)
    ]
    types = dict(
        query(
            database,
            "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'record' AND table_name = 'events'",
        )
    )
    assert types["occurred_on"] == "DATE"
    assert types["finding"].startswith("ENUM('substantiated'")
    assert query(database, "SELECT value FROM about WHERE name = 'about'") == [(INVENTED,)]


VIEW_OF = {
    "referral": "referrals",
    "assessment_started": "assessments",
    "section_47_enquiry": "section_47_enquiries",
    "initial_child_protection_conference": "initial_child_protection_conferences",
    "child_protection_plan_started": "child_protection_plans",
}


@pytest.mark.parametrize(("kind", "view"), VIEW_OF.items())
def test_a_view_counts_children_as_the_flows_do(halves, database, kind, view):
    record = halves[0].record
    counted = this_year(record, Homes.of(record), responses(record)).filter(pl.col("kind") == kind)
    column = "held_on" if "conference" in kind else "referred_on" if kind == "referral" else "started_on"
    since = record.to_on.replace(year=record.to_on.year - 1)  # no 29 February between
    assert (record.to_on - since).days == 365
    found = query(
        database,
        f"SELECT count(*) FROM {view} WHERE {column} >= DATE '{since}' AND {column} < DATE '{record.to_on}'",
    )
    assert found == [(counted["n"].sum(),)]
    assert counted["n"].sum() > 0


@pytest.fixture(scope="module")
def by_hand(halves, tmp_path_factory):
    """One home of two children, the second born between a removal and a return, and the first grown."""
    record = history(
        "1 referral school 2022-03-01",
        "1 assessment_started childrens_services 2022-03-02 answers=0",
        "1 assessment_completed childrens_services 2022-04-01 closes=1 substantiated",
        "1 accommodated_s20 childrens_services 2022-05-01 answers=2",
        "1 care_proceedings court 2022-06-01",
        "1 return_home childrens_services 2022-09-01 closes=3",
        "1 police_protection police 2023-02-01",
        "1 referral school 2023-12-01",
        born={16: "2005-06-01", 17: "2022-07-01"},
        factors=[(2, "neglect"), (2, "domestic_abuse")],
    )
    empty = {name: halves[0].tables()[name].clear() for name in TRUTH}
    cohort = Cohort.of({n: getattr(record, n) for n in RECORD} | empty, halves[0].made)
    out = tmp_path_factory.mktemp("hand") / "one.duckdb"
    write_duckdb([cohort], cohort.made, out)
    return out


def test_referrals_and_assessments_of_a_home_are_of_its_children_that_day(by_hand):
    referrals = query(by_hand, "SELECT child_id, referred_on, outcome FROM referrals ORDER BY ALL")
    assert referrals == [
        (16, date(2022, 3, 1), "assessment_started"),
        (17, date(2023, 12, 1), None),  # 16 is 18 years old, 17 was not yet born in 2022
    ]
    (assessment,) = query(by_hand, "SELECT child_id, completed_on, finding, factors FROM assessments")
    assert assessment == (16, date(2022, 4, 1), "substantiated", ["domestic_abuse", "neglect"])


def test_a_period_of_care_is_from_leaving_home_to_the_return(by_hand):
    found = query(
        by_hand,
        "SELECT child_id, began_with, started_on, returned_home_on, turns_18_on FROM looked_after_periods ORDER BY child_id, started_on",
    )
    assert found == [
        (16, "accommodated_s20", on("2022-05-01"), on("2022-09-01"), on("2023-06-01")),
        (16, "police_protection", on("2023-02-01"), None, on("2023-06-01")),
        (17, "accommodated_s20", on("2022-07-01"), on("2022-09-01"), on("2040-07-01")),  # from its birth
        (17, "police_protection", on("2023-02-01"), None, on("2040-07-01")),
    ]


def test_the_views_know_every_way_to_leave_home():
    sql = (Path(__file__).parents[2] / "src/risk/export/views.sql").read_text(encoding="utf-8")
    listed = re.search(r"e\.kind IN \(('police_protection'.*?)\)", sql, re.DOTALL).group(1)
    assert set(re.findall(r"'(\w+)'", listed)) == {*LEAVES_HOME, "return_home", "left_care"}


@pytest.mark.parametrize(
    "sql", re.findall(r"```sql\n(.*?)```", (DOCS / "duckdb.md").read_text(encoding="utf-8"), re.DOTALL)
)
def test_the_questions_in_the_docs_have_answers(database, sql):
    assert query(database, sql)


def test_a_file_that_is_no_cohort_is_refused(tmp_path):
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("CREATE TABLE t (a INT)")
    (tmp_path / "text.duckdb").write_text("not a database")
    for name, message in (("other", "not a cohort"), ("text", "not a cohort"), ("none", "is not there")):
        with pytest.raises(InputError, match=message):
            read_duckdb(tmp_path / f"{name}.duckdb")


def export(*arguments):
    return ["risk", "export", "data/synthetic/norfolk_review", *map(str, arguments)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--format", "csv", "--table", "event"),
            "unknown table 'event'; the nearest valid word is 'events'",
        ),
        (("--format", "duckdb", "--table", "events"), "the views of a DuckDB file need every table"),
        (("--format", "csv", "--year", "2014"), "csv holds the whole cohort; leave --year out"),
        (("--format", "cin-csv", "--year", "2014", "--table", "events"), "a return has tables of its own"),
        (("--format", "cvs"), "unknown format 'cvs'; the nearest valid word is 'csv'"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_and_leaves_nothing(
    arguments, message, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr("sys.argv", export(*arguments, "--out", tmp_path / "out"))
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_duckdb_the_extra_is_named(monkeypatch, tmp_path, halves):
    def missing(name):
        raise ModuleNotFoundError("No module named 'duckdb'", name="duckdb")

    monkeypatch.setattr("risk.core.extras.import_module", missing)
    with pytest.raises(InputError, match=re.escape("pip install 'risk-trajectory[duckdb]'")):
        write_duckdb(halves[1], halves[0].made, tmp_path / "t.duckdb")
