"""What people write, row by row of `trials.toml`: each is read as what is right there, or refused for its reason.

The rows that need a workbook or a document, not a text, are written here.
"""

import tomllib
from pathlib import Path

import pytest
import xlsxwriter

from risk.chronologies.broken_dates import broken_rule
from risk.chronologies.case import read_chronology
from risk.chronologies.rough_dates import read_window
from risk.core.errors import InputError
from sheets import HEADER, excel

TRIALS = tomllib.loads(Path(__file__).with_name("trials.toml").read_text(encoding="utf-8"))
SHORT = ("DNA", "DV", "HV", "CSC", "NFA")
"""Words that nearly every row holds, and whose echo is no news."""

EVENT = ("13/06/2014", "School", "Hunger", "x")


@pytest.mark.parametrize(("written", "right"), TRIALS["dates"].items(), ids=ascii)
def test_a_date_is_the_days_that_it_may_mean_or_the_rule_that_it_breaks_is_named(written, right):
    window = read_window(written)
    if right.startswith("no: "):
        assert window is None
        assert broken_rule(written).startswith(right.removeprefix("no: "))
    else:
        assert window is not None
        first, _, last = right.partition(" to ")
        assert (str(window.first), str(window.last)) == (first, last or first)


@pytest.mark.parametrize("trial", TRIALS["sheets"], ids=lambda trial: trial["name"])
def test_a_sheet_is_read_as_what_is_right_and_what_is_not_sure_is_asked_by_cell(tmp_path, trial):
    path = tmp_path / "mine.csv"
    path.write_text(trial["written"], encoding="utf-8")
    if "refused" in trial:
        with pytest.raises(InputError, match=trial["refused"]):
            read_chronology(str(path))
        return
    reading = read_chronology(str(path))
    problems = [f"{problem.cell.address}: {problem.why()}" for problem in reading.problems]
    asked = trial.get("problems", [])
    assert len(problems) == len(asked), problems
    assert all(problem.startswith(start) for problem, start in zip(problems, asked, strict=True)), problems
    if not asked:
        assert reading.account.entries.height == trial["entries"]
    echoed = reading.read_as.filter(~reading.read_as["written"].is_in(SHORT)).select("cell", "read_as").rows()
    assert [f"{cell}: {words}" for cell, words in echoed] == trial.get("read_as", [])
    remarks = [remark for remark in reading.remarks if not remark.startswith("Dates are read day first")]
    assert remarks == trial.get("remarks", [])


@pytest.mark.parametrize(
    ("shown", "why"), [("hh:mm", "a time without a day"), ("mmmm", "no year"), ("dd/mm", "no year")]
)
def test_a_cell_is_as_excel_shows_it(tmp_path, shown, why):
    row = ((41803.986, shown) if "h" not in shown else (0.986112, shown), *EVENT[1:])
    (problem,) = read_chronology(str(excel(tmp_path / "mine.xlsx", HEADER, row))).problems
    assert problem.why().startswith(why)


@pytest.mark.parametrize("names", [("Police", "School"), ("2012", "2013"), ("GP", "A&E", "Housing")])
def test_a_sheet_for_each_agency_or_year_is_read_with_the_others_and_said(tmp_path, names):
    path = tmp_path / "mine.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in names:
            page = book.add_worksheet(name)
            page.write_row(0, 0, HEADER)
            page.write_row(1, 0, EVENT)
    reading = read_chronology(str(path))
    assert reading.account.entries.height == len(names)
    assert reading.remarks[0] == f"Sheets {', '.join(map(repr, names))} were read."


@pytest.mark.parametrize("above", [1, 41, 59])
def test_a_header_is_found_below_what_stands_above_it(tmp_path, above):
    path = excel(tmp_path / "mine.xlsx", *[("cover",)] * above, HEADER, EVENT)
    assert read_chronology(str(path)).account.entries.height == 1


@pytest.mark.parametrize("name", ["mine.pdf", "mine.xlsx", "mine.docx"])
def test_a_pdf_by_any_name_is_answered_with_the_way_out(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"%PDF-1.4\n")
    with pytest.raises(InputError, match=r"open it in Word.*save it as \.docx"):
        read_chronology(str(path))
