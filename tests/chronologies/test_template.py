"""A chronology written as a spreadsheet: what it looks like to a practitioner, and that it reads back as it was."""

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import risk
from by_hand import history, on, record
from command import risk as command
from risk.chronologies.account import EXAMPLE
from risk.chronologies.case import account_of, read_case, read_chronology
from risk.chronologies.reading import read_account
from risk.chronologies.sheet import sheet_of
from risk.chronologies.synonyms import HEADINGS, LABELS, label_of, listed
from risk.chronologies.template import WHAT_TO_WRITE, as_csv, as_workbook, empty_template
from risk.chronologies.template_in_word import as_document
from risk.core.kinds import AGENCIES, COUNTED, COUNTS_AS, KINDS, NOT_SCORED

FORMATS = [as_workbook, as_csv, as_document]
SUFFIX = {as_workbook: ".xlsx", as_csv: ".csv", as_document: ".docx"}


def back(data: bytes):
    reading = read_account(sheet_of("mine", data))
    assert not reading.problems, list(map(str, reading.problems))
    return reading.account


def same(one, other) -> bool:
    return (
        one.entries.equals(other.entries)
        and one.children.equals(other.children)
        and (one.from_on, one.to_on) == (other.from_on, other.to_on)
    )


@pytest.mark.parametrize("written", FORMATS)
def test_the_reviews_case_reads_back_with_every_entry_as_it_was(written):
    account = read_chronology("norfolk_review").account
    assert same(back(written(account)), account)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".docx"])
def test_the_reviews_case_written_as_a_spreadsheet_has_the_same_dated_lines(suffix, tmp_path):
    file = tmp_path / f"norfolk_review{suffix}"
    assert command("chronology", "write", "norfolk_review", "--out", str(file)).returncode == 0
    shipped, own = (
        json.loads(command("review", what, "--json").stdout) for what in ("norfolk_review", str(file))
    )
    if suffix == ".docx":
        assert own.pop("remarks") != shipped.pop("remarks") == []
    assert own == shipped


@pytest.mark.parametrize("written", FORMATS)
def test_generated_children_read_back_with_the_same_score_on_every_day_for_every_viewer(
    written, norfolk, card, tmp_path
):
    events = norfolk.record.events.group_by("household_id").len().sort("len", "household_id", descending=True)
    homes = events["household_id"].head(3)
    children = norfolk.record.children.filter(norfolk.record.children["household_id"].is_in(homes.implode()))
    file = tmp_path / f"mine{SUFFIX[written]}"
    # A chronology has no factors, and is not asked what is seldom written twice.
    as_by_hand = replace(norfolk.record, factors=norfolk.record.factors.clear(), by_hand=True)
    for child_id in children["child_id"].head(6):
        account = account_of(norfolk.record, child_id)
        file.write_bytes(written(account))
        assert same(back(file.read_bytes()), account)
        case = read_case(str(file))
        before = risk.trajectory(card, as_by_hand, child_id)
        after = risk.trajectory(card, case.record, case.child_id, texts=case.texts)
        # What was written before the first day of a cohort is the first day of a chronology of one's own.
        since = pl.col("on") >= before.daily["on"].min()
        assert after.daily.filter(since).equals(before.daily)
        missed = [risk.review(path).missed.select("finding", "on", "to", "says") for path in (before, after)]
        assert missed[0].equals(missed[1])
        assert after.daily["points_most"].max() > 0


def test_all_that_a_card_counts_survives_the_road_through_a_spreadsheet():
    some = record(
        "17 hunger school 2023-03-01 2023-03-08 2023-03-09 3 said unbelieved",
        "- domestic_abuse police 2023-03-02 2023-03-02 2023-03-02 4",
        "16 section_47_enquiry childrens_services 2023-03-03 2023-03-03 - substantiated",
        "16 case_closed childrens_services 2023-04-03 2023-04-03 2023-04-03 turned_18",
        "16 refuge_stay_started refuge 2023-05-03",
    )
    account = account_of(some, 16)
    for written in FORMATS:
        assert same(back(written(account)), account)
    assert account.children.rows() == [("Child16", on("2015-06-01")), ("Child17", on("2015-06-01"))]
    assert (account.from_on, account.to_on) == (some.from_on, some.to_on)


def test_a_plans_category_survives_and_children_of_one_name_are_told_apart():
    plans = history(
        "1 child_protection_plan_started childrens_services 2023-03-01 neglect",
        born={16: "2015-06-01", 17: "2016-06-01"},
    )
    twins = replace(plans, children=plans.children.with_columns(given_name=pl.lit("Ann")))
    account = account_of(twins, 17)
    assert account.children["name"].to_list() == ["Ann (17)", "Ann (16)"]
    assert back(as_workbook(account)).entries["category"].to_list() == ["neglect"]


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
FORMULAS = st.builds(
    "{}{}".format, st.sampled_from(["=", "+", "-", "@", "'=", "''-", "'", "_x0041_", '"']), PRINTABLE
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(PRINTABLE, FORMULAS))
def test_any_text_reads_back_as_it_was_and_no_cell_is_a_formula(text):
    text = " ".join(text.split()) or "x"
    template = empty_template()
    entries = replace(template, entries=template.entries.head(1).with_columns(what=pl.lit(text)))
    for written in FORMATS:
        assert back(written(entries)).entries["what"].to_list() == [text]
    lines = csv.reader(io.StringIO(as_csv(entries).decode("utf-8-sig"), newline=""))
    assert not [cell for line in lines for cell in line if re.match(r"[=+\-@]", cell)]
    assert b"<f>" not in part(as_workbook(entries), "xl/worksheets/sheet1.xml")


def part(data: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def test_the_template_has_its_drop_downs_its_instructions_and_three_example_rows():
    data = as_workbook(empty_template())
    page, words, instructions = (part(data, f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 3, 2))
    rules = re.findall(
        r'<dataValidation type="list".*?sqref="([A-Z])\d+:\1\d+".*?<formula1>(.*?)</formula1>', page
    )
    of_column = {list(HEADINGS)["ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter)]: place for letter, place in rules}
    assert set(of_column) == {
        *("agency", "kind", "finding", "plan_category", "reason", "severity"),
        *("told_childrens_services", "said_by_child", "believed"),
    }
    assert of_column["kind"] == f"Words!$B$2:$B${len(KINDS | COUNTED) + 1}"
    strings = part(data, "xl/sharedStrings.xml").decode().replace("&amp;", "&").replace("&apos;", "'")
    assert all(f">{label}</t>" in strings for label in (*KINDS.values(), *AGENCIES.values()))
    assert all(f">{what}</t>" in strings for what in WHAT_TO_WRITE.values())
    assert words.count("<c ") > len(KINDS)
    assert instructions.count("<row ") > len(WHAT_TO_WRITE)
    assert 'state="frozen"' in page
    assert back(data).entries["source"].to_list() == [EXAMPLE] * 3


def test_the_same_template_has_the_same_bytes_each_time():
    for written in FORMATS:
        assert written(empty_template()) == written(empty_template())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="there is no LibreOffice on this machine")
def test_the_template_opens_in_libreoffice_with_its_drop_downs(tmp_path):
    (tmp_path / "case.xlsx").write_bytes(as_workbook(empty_template()))
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "ods", "--outdir", tmp_path, tmp_path / "case.xlsx"],
        check=True, timeout=120, capture_output=True,
    )  # fmt: skip
    content = zipfile.ZipFile(tmp_path / "case.ods").read("content.xml").decode()
    assert content.count("<table:content-validation ") >= 7


def test_a_template_is_written_and_checked_and_never_overwritten(tmp_path):
    for name in ("case.xlsx", "case.csv"):
        file = str(tmp_path / name)
        assert command("chronology", "new", file).returncode == 0
        checked = json.loads(command("chronology", "check", file, "--json").stdout)
        assert (checked["entries"], checked["problems"], checked["read_as"]) == (3, [], [])
        assert checked["remarks"] == ["3 of the rows are the template's examples; they count until deleted."]
        again = command("chronology", "new", file)
        assert (again.returncode, "already exists" in again.stderr) == (2, True)
    assert (
        "must end in .xlsx, .csv or .docx" in command("chronology", "new", str(tmp_path / "case.ods")).stderr
    )


def test_a_check_lists_problems_by_their_cells_and_leaves_with_status_2(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("date,agency,kind,what\nsummer 2012,HV,hungerr,x\n")
    said = command("chronology", "check", str(file))
    assert said.returncode == 2
    assert re.search(r"C2 .*hungerr.*nearest valid word", said.stdout)
    assert "Health visitor" in said.stdout
    document = json.loads(command("chronology", "check", str(file), "--json").stdout)
    assert document["problems"] == [
        {
            "cell": "C2",
            "row": 2,
            "column": "kind",
            "value": "hungerr",
            "rule": "unknown kind; the nearest valid word is 'hunger'",
        }
    ]


def test_agencies_files_are_merged_into_one_and_a_problem_in_any_writes_nothing(tmp_path):
    head = "date,agency,kind,what\n"
    (tmp_path / "police.csv").write_text(head + "13/06/2014,Police,DV,x\n")
    (tmp_path / "school.csv").write_text(head + "13/06/2014,School,DA,y\n2012,School,hungerr,z\n")
    files = [str(tmp_path / name) for name in ("police.csv", "school.csv")]
    out = tmp_path / "all.xlsx"
    refused = command("chronology", "merge", *files, "--out", str(out))
    assert (refused.returncode, out.exists()) == (2, False)
    assert "school.csv, cell C3, column kind: 'hungerr'" in refused.stderr
    (tmp_path / "school.csv").write_text(head + "13/06/2014,School,DA,y\n2012,School,No breakfast,z\n")
    said = json.loads(command("chronology", "merge", *files, "--out", str(out), "--json").stdout)
    assert [(a["source"], a["other_source"]) for a in said["look_alikes"]] == [("police.csv", "school.csv")]
    assert read_chronology(str(out)).account.entries["source"].to_list() == [
        "school.csv",
        "police.csv",
        "school.csv",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.xlsx", "police.csv", "school.csv"]


def test_a_child_of_a_cohort_is_written_only_by_its_id(tmp_path):
    folder = "data/synthetic/norfolk_review"
    out = str(tmp_path / "child.xlsx")
    assert "say which child with --child" in command("chronology", "write", folder, "--out", out).stderr
    assert "nearest ids" in command("chronology", "write", folder, "--child", "999999", "--out", out).stderr
    assert (
        "only for a cohort"
        in command("chronology", "write", "norfolk_review", "--child", "1", "--out", out).stderr
    )
    assert command("chronology", "write", folder, "--child", "448", "--out", out).returncode == 0
    reviewed = json.loads(command("review", out, "--json").stdout)
    by_cohort = json.loads(command("review", folder, "--child", "448", "--json", "--no-ceiling").stdout)
    assert [reviewed[k] for k in ("triggered_on", "triggered_for", "assessed_on", "score")] == [
        by_cohort[k] for k in ("triggered_on", "triggered_for", "assessed_on", "score")
    ]


def test_the_page_about_the_format_has_every_column_word_and_choice():
    page = (Path(__file__).parents[2] / "docs" / "formats" / "chronology.md").read_text(encoding="utf-8")
    for word, heading in HEADINGS.items():
        assert f"| {heading} | {WHAT_TO_WRITE[word]} |" in page
    for noun in set(LABELS) - {"column of events"}:  # which `events.md` has
        meanings: dict[str, list[str]] = {}
        for text, words in listed()[noun].items():
            if len(words) == 1:
                meanings.setdefault(words[0], []).append(text)
            else:
                assert f"| {text} | {', '.join(words)} |" in page
        for word, texts in meanings.items():
            some = texts[:12] if noun in ("agency", "kind") else texts
            more = ", …" if len(some) < len(texts) else ""
            assert f"| {label_of(noun, word)} | {', '.join(some)}{more} |" in page
    for kind, scored in COUNTS_AS.items():
        assert f"| {COUNTED[kind]} | {KINDS[scored]} |" in page
    assert all(label in " ".join(page.split()) for label in NOT_SCORED.values())


def test_a_file_is_written_as_it_was_understood_with_a_comment_where_it_said_something_else(tmp_path):
    file, fixed = tmp_path / "mine.csv", tmp_path / "fixed.xlsx"
    text = "date,agency,kind,what\n13/06/2014,HV,DV,x\n,School,Hunger,y\n"
    file.write_text(text, encoding="utf-8")
    asked = command("chronology", "check", str(file), "--fix", str(fixed))
    assert asked.returncode == 2
    assert "--blank-dates" in asked.stdout.replace("\n", "")
    assert not fixed.exists()
    done = command("chronology", "check", str(file), "--blank-dates", "same", "--fix", str(fixed))
    assert "as it was understood, with comments in 3 cells" in done.stdout
    with zipfile.ZipFile(fixed) as package:
        comments = package.read("xl/comments1.xml").decode()
    assert "Written: HV. Read as: Health visitor." in comments
    assert "Written: nothing. Read as: the same day as the row above, 13/06/2014 in A2." in comments
    again = read_chronology(str(fixed))
    assert same(again.account, read_chronology(str(file), blank_dates="same").account)
    assert not again.read_as.height
    assert (
        command("chronology", "check", str(file), "--blank-dates", "same", "--fix", str(fixed)).returncode
        == 2
    )


def test_what_nobody_dated_is_written_as_undated(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("date,agency,kind,what\n2014,GP,DNA,x\nundated,School,Hunger,y\n", encoding="utf-8")
    account = read_chronology(str(file)).account
    for written in FORMATS:
        assert same(back(written(account)), account)
    assert b"undated,,,School,Hunger" in as_csv(account)


def test_check_says_what_review_would_and_its_json_has_the_remarks(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("date,agency,kind,what\nundated,GP,DNA,x\nundated,GP,DNA,x\n", encoding="utf-8")
    checked = command("chronology", "check", str(file), "--json")
    assert checked.returncode == 2
    found = json.loads(checked.stdout)
    assert "none of its 2 events has a date" in found["cannot_be_reviewed"]
    assert found["remarks"] == ["The same word for word, and each counted: rows 2, 3."]
