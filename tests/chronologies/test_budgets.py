"""Budgets on what a small file expands to: each is checked before the work, and names itself."""

import polars as pl
import pytest

from risk.chronologies.case import read_case, read_chronology
from risk.chronologies.sheet import sheet_of
from risk.cli import printed
from risk.cli.printed import print_review, print_table
from risk.core.errors import InputError
from risk.model.card import Card
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import review
from sheets import HEADER, package, sheet, text_cell

HEAD = "date,agency,kind,what\n"


def problems(tmp_path, text: str) -> list[str]:
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    return [str(problem) for problem in read_chronology(str(path)).problems]


def test_windows_that_hold_more_days_than_any_chronology_are_refused_with_their_budget(tmp_path):
    (why,) = problems(tmp_path, "2013,GP,DNA,x\n" + "between 1970 and 2010,GP,DNA,x\n" * 100)
    assert why.startswith("cell A3, column date: 'between 1970 and 2010': the longest window")
    assert "hold 1,497,865 days, and the budget is 1,000,000" in why
    assert not problems(tmp_path, "2013,GP,DNA,x\n" * 2_000)


def test_dates_that_lie_further_apart_than_a_life_are_refused_with_their_budget(tmp_path):
    (why,) = problems(tmp_path, "2014,GP,DNA,x\nbetween 1900 and 2100,GP,DNA,x\n")
    assert why.startswith("cell A3, column date: 'between 1900 and 2100': the earliest date")
    assert "are 73,414 days, and the budget is 21,960" in why
    assert not problems(tmp_path, "13/06/1960,GP,DNA,x\n" + "13/06/2014,GP,DNA,x\n" * 1_999)


def test_days_on_which_an_undated_event_is_supposed_count_too(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "date,agency,kind,what,if dated\n2014,GP,DNA,x,\n,GP,DNA,x,1900 to 2100\n", encoding="utf-8"
    )
    (problem,) = read_chronology(str(path)).problems
    assert problem.cell.address == "E3"


def test_one_long_text_that_many_cells_share_is_counted_as_often_as_it_is_shown():
    shared = {"xl/sharedStrings.xml": f"<sst><si><t>{'x' * 30_000} </t></si></sst>"}
    heading = (
        f'<row r="1">{"".join(text_cell(f"{c}1", t) for c, t in zip("ABCD", HEADER, strict=True))}</row>'
    )

    def book(n: int) -> bytes:
        rows = "".join(f'<row r="{r}"><c r="D{r}" t="s"><v>0</v></c></row>' for r in range(2, n + 2))
        return package({"xl/worksheets/sheet1.xml": sheet(heading + rows), **shared})

    assert sheet_of("mine.xlsx", book(160)).cells[161]
    with pytest.raises(InputError, match="the cells show over 5,000,000 characters in all, the budget"):
        sheet_of("mine.xlsx", book(170))


def test_a_merged_cell_shows_its_text_in_every_row_that_it_covers(tmp_path):
    rows = "".join(f'<row r="{r}">{text_cell(f"B{r}", "GP")}</row>' for r in range(3, 300))
    heading = (
        f'<row r="1">{"".join(text_cell(f"{c}1", t) for c, t in zip("ABCD", HEADER, strict=True))}</row>'
    )
    first = f'<row r="2">{text_cell("D2", "x" * 30_000)}</row>'
    path = tmp_path / "mine.xlsx"
    page = sheet(heading + first + rows, after='<mergeCells><mergeCell ref="D2:D300"/></mergeCells>')
    path.write_bytes(package({"xl/worksheets/sheet1.xml": page}))
    with pytest.raises(InputError, match="the cells show over 5,000,000 characters in all"):
        read_chronology(str(path))


def test_what_is_printed_is_bounded_and_what_is_cut_is_said(capsys):
    rows = pl.DataFrame({"what": ["word " * 480] * 1_990})
    print_table(rows, "Long")
    printed = capsys.readouterr().out
    assert len(printed) < 1_000_000
    assert "cut after 100 characters" in " ".join(printed.split())
    print_table(rows.head(10), "Short enough")
    assert "cut after" not in capsys.readouterr().out


def test_of_a_long_chronology_the_rows_that_count_for_most_are_printed_and_the_rest_are_counted(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(printed, "MOST_ROWS", 3)
    path = tmp_path / "mine.csv"
    seen = ["01/06/2014,GP,Other concern,a"] * 2 + ["02/06/2014,School,Hunger,b"]
    late = ["03/06/2014,GP,Other concern,c", "04/06/2014,Police,Domestic abuse,d"]
    path.write_text(HEAD + "\n".join([*seen, *late]) + "\n", encoding="utf-8")
    case = read_case(str(path))
    of = trajectory(Card.shipped(), case.record, case.child_id)
    print_review("mine", review(of, case=case), case)
    text = " ".join(capsys.readouterr().out.split())
    assert [row in text for row in ("│ 1 │", "│ 2 │", "│ 3 │", "│ 4 │", "│ 5 │")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert "These are 3 of 5 rows, those that count for most; --json and `risk pack` have them all." in text
