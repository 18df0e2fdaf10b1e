"""A caseload from elsewhere: every cell is read or asked about, and what nobody says stays unsaid."""

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
import xlsxwriter

import risk
from by_hand import on
from risk.chronologies.elsewhere import Caseload, read_table_of_events
from risk.chronologies.events_written import events_of
from risk.chronologies.reading import SHOWN
from risk.chronologies.synonyms import OF_EVENTS, listed
from risk.core.errors import InputError
from risk.core.kinds import AGENCIES, KINDS
from risk.core.shipped import sample_cohorts
from risk.model.features import FEATURES
from risk.records.cohort import Record, parts
from risk.records.schema import CHILDREN_A_HOUSEHOLD

HEADINGS = "child,household,date,agency,kind,told"


def csv(tmp_path: Path, *lines: str, headings: str = HEADINGS, encoding: str = "utf-8") -> Path:
    file = tmp_path / "events.csv"
    file.write_bytes("\n".join([headings, *lines, ""]).encode(encoding))
    return file


def read(tmp_path: Path, *lines: str, headings: str = HEADINGS) -> Caseload:
    return risk.read_events(csv(tmp_path, *lines, headings=headings))


def refused(table, **given) -> str:
    with pytest.raises(InputError) as mistake:
        risk.read_events(table, **given)
    return str(mistake.value)


def frame(**columns) -> pl.DataFrame:
    n = len(next(iter(columns.values())))
    rest = {"child": ["a"] * n, "date": ["2023-03-01"] * n, "agency": ["school"] * n, "kind": ["hunger"] * n}
    return pl.DataFrame(rest | columns)


def test_a_row_is_an_event_and_a_child_is_what_the_table_calls_it(tmp_path):
    found = read(tmp_path, "a,h1,2023-03-01,school,hunger,yes", "b,h1,13/06/2023,Police,DV,no")
    assert isinstance(found, Record)
    assert found.named["child"].to_list() == ["a", "b"]
    assert found.events.select("event_id", "kind", "agency", "recorded_on", "shared_on").rows() == [
        (0, "hunger", "school", on("2023-03-01"), on("2023-03-01")),
        (1, "domestic_abuse", "police", on("2023-06-13"), None),
    ]
    assert (found.from_on, found.to_on) == (on("2023-03-01"), on("2023-06-14"))


def test_what_the_table_does_not_say_of_telling_is_neither_told_nor_not_told(tmp_path):
    told = ["yes", "no", "", "unknown", "5 April 2023", "police and CSC"]
    found = read(tmp_path, *(f"a,h,2023-03-01,school,hunger,{t}" for t in told))
    assert found.stated["told"].to_list() == [True, False, None, None, True, True]
    assert found.events["shared_on"].to_list() == [
        *(on("2023-03-01"), None, None, None, on("2023-04-05"), on("2023-03-01")),
    ]
    assert any("does not say of 2" in remark for remark in found.remarks)


def test_no_column_of_telling_says_nothing_of_anybody_but_childrens_services_themselves(tmp_path):
    lines = ("a,2023-03-01,school,hunger", "a,2023-03-02,CSC,referral")
    found = read(tmp_path, *lines, headings="child,date,agency,kind")
    assert found.stated["told"].to_list() == [None, True]


def test_what_an_assessment_found_is_kept_with_it(tmp_path):
    headings = "child,date,agency,kind,factors"
    rows = ("a,2023-03-01,csc,assessment completed,Neglect; drug misuse", "a,2023-03-02,gp,hunger,")
    found = read(tmp_path, *rows, headings=headings)
    assert found.factors.rows() == [(0, "neglect"), (0, "drug_misuse")]
    said = refused(csv(tmp_path, rows[0].replace("Neglect", "neglct"), headings=headings))
    assert "column factors" in said
    assert "'neglect'" in said


def test_a_childs_own_review_knows_what_is_not_stated(tmp_path, card):
    found = read(tmp_path, "a,h,2023-03-01,school,hunger,", "b,h,2023-03-01,school,hunger,no")
    case = found.case_of("a")
    path = risk.trajectory(card, case.record, case.child_id, line=5)
    assert "told all" in risk.review(path, case=case).reached


def test_without_a_household_each_child_is_a_household_of_its_own(tmp_path):
    headings = "child,date,agency,kind"
    found = read(tmp_path, "a,2023-03-01,school,hunger", "b,2023-03-01,gp,hunger", headings=headings)
    assert found.children["household_id"].to_list() == [1, 2]
    assert found.named["household"].to_list() == ["", ""]


def test_an_event_without_a_child_is_the_whole_households(tmp_path):
    found = read(tmp_path, "a,h,2023-03-01,school,hunger,", ",h,2023-03-02,police,domestic_abuse,")
    assert found.events["child_id"].to_list() == [16, None]
    assert found.events_by_child()["relation"].to_list() == ["own", "household"]


def test_a_child_without_a_household_here_lives_where_another_row_says(tmp_path):
    found = read(
        tmp_path, "a,,2023-03-01,school,hunger,", "a,h,2023-03-02,gp,hunger,", "b,h,2023-03-02,gp,hunger,"
    )
    assert found.named["household_id"].to_list() == [1, 1]


def test_a_child_in_two_households_is_refused_with_both(tmp_path):
    said = refused(csv(tmp_path, "a,h1,2023-03-01,school,hunger,", "a,h2,2023-03-02,gp,hunger,"))
    assert "row 3 (B3), column household: 'h2': a lives in household h1 by row 2" in said


def test_a_household_may_be_called_as_a_child_who_lives_alone(tmp_path):
    found = read(tmp_path, "7,,2023-03-01,school,hunger,", "8,7,2023-03-01,school,hunger,")
    assert found.named["household_id"].to_list() == [1, 2]


def test_children_keep_the_order_of_the_table_and_events_their_row(tmp_path):
    lines = ("z,h2,2023-05-01,school,hunger,", "a,h1,2023-03-01,gp,hunger,", "y,h2,2023-04-01,gp,hunger,")
    found = read(tmp_path, *lines)
    assert found.named["child"].to_list() == ["z", "a", "y"]
    assert found.named["child_id"].to_list() == [16, 32, 17]
    assert found.events["event_id"].to_list() == [0, 1, 2]


def test_the_tables_own_number_of_an_event_is_left_out_and_said_and_is_no_slip_of_the_pen():
    found = risk.read_events(frame(event_id=[7, 8]))
    assert found.events["event_id"].to_list() == [0, 1]
    assert any("'event_id'" in remark for remark in found.remarks)
    assert "nearest valid word is 'household'" in refused(frame(housold=["h", "h"]))


def test_two_dates_are_a_window_and_a_rough_date_is_one_too(tmp_path):
    headings = "child,from,to,agency,kind"
    lines = ("a,2023-03-01,2023-03-31,school,hunger", "a,June 2023,,gp,hunger", "a,2023-07-01,,gp,hunger")
    found = read(tmp_path, *lines, headings=headings)
    assert found.events["may_be_later_days"].to_list() == [30, 29, 0]
    assert "2 events came on some day of a window" in found.remarks[0]


def test_what_went_on_is_refused_since_a_record_holds_windows_only(tmp_path):
    said = refused(
        csv(tmp_path, "a,2023-03-01,school,hunger,weekly", headings="child,date,agency,kind,went on")
    )
    assert "write an event for each time" in said


def test_what_was_written_down_later_counts_from_that_day(tmp_path):
    headings = "child,date,recorded,told_on,agency,kind"
    found = read(tmp_path, "a,2023-03-01,2023-03-08,2023-03-20,school,hunger", headings=headings)
    row = found.events.select("occurred_on", "recorded_on", "shared_on", "may_be_later_days").row(0)
    assert row == (on("2023-03-01"), on("2023-03-08"), on("2023-03-20"), 0)


def test_an_event_without_a_date_is_kept_and_never_scored(tmp_path):
    found = read(tmp_path, "a,h,2023-03-01,school,hunger,", "b,i,,police,domestic_abuse,yes")
    assert found.events.height == 1
    assert found.undated.rows() == [(1, 2, 32, "police", "domestic_abuse", True, None)]
    assert found.children.height == 2


def test_a_kind_that_counts_as_another_is_kept_as_that_one(tmp_path):
    found = read(tmp_path, "a,h,2023-03-01,school,going missing,")
    assert found.events["kind"].to_list() == ["supervision"]
    assert "Going missing (1) counts as Supervision." in found.remarks


def test_columns_and_codes_are_the_tables_own(tmp_path):
    file = csv(tmp_path, "7;F1;2023-03-01;POL;NEG1;1", headings="who_id;fam;d1;src;ev;sh")
    columns = {
        "child": "who_id",
        "household": "fam",
        "date": "d1",
        "agency": "src",
        "kind": "ev",
        "told": "sh",
    }
    codes = {"agency": {"POL": "police"}, "kind": {"NEG1": "hunger"}}
    found = risk.read_events(file, columns=columns, codes=codes)
    assert found.events.select("agency", "kind").row(0) == ("police", "hunger")
    assert found.stated["told"].to_list() == [True]
    turned = risk.read_events(file, columns={theirs: ours for ours, theirs in columns.items()}, codes=codes)
    assert turned.events.equals(found.events)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"columns": {"child": "nobody"}}, "'child': 'nobody'"),
        ({"columns": {"chld": "child"}}, "each must pair one of our words"),
        ({"columns": "child"}, "columns = 'child'"),
        ({"codes": {"kind": {"N": "hungr"}}}, "'hunger'"),
        ({"codes": {"told": {"N": "perhaps"}}}, "told_childrens_services"),
        ({"codes": {"weather": {"N": "hunger"}}}, "'weather'"),
        ({"codes": {"finding": {"S": "substantiated"}}}, "no column finding"),
        ({"codes": {"kind": "hunger"}}, "a column with its codes"),
        ({"codes": "kind"}, "codes = 'kind'"),
    ],
)
def test_columns_and_codes_that_are_none_are_named(given, says):
    assert says in refused(frame(told=["yes"]), **given)


def test_all_problems_come_at_once_each_with_its_row_column_value_and_rule(tmp_path):
    said = refused(
        csv(
            tmp_path,
            *(
                "a,h,2023-03-01,school,hungr,",
                "b,h,31 June 2023,police,DV,perhaps",
                ",,1/2/2023,polise,hungr,",
            ),
            *("c,h,06/13/2014,,hunger,",),
        )
    )
    for part in (
        "events.csv: 7 problems",
        "row 2 (E2), column kind: 'hungr': unknown kind; the nearest valid word is 'hunger' (and in row 4)",
        "row 3 (C3), column date: '31 June 2023': no such day: June has 30 days",
        "row 3 (F3), column told_childrens_services (told): 'perhaps': must be yes, no",
        "row 4 (A4), column child: names neither a child nor a household",
        "row 4 (D4), column agency: 'polise': unknown agency; the nearest valid word is 'police'",
        "row 5 (C5), column date: '06/13/2014'",
        "row 5 (D5), column agency: must not be empty",
    ):
        assert part in said


def test_a_word_is_offered_only_if_it_is_near_in_meaning(tmp_path):
    said = refused(csv(tmp_path, "a,h,2023-03-01,school,removal,"))
    assert "emotional" not in said


def test_a_value_wrong_in_many_rows_is_said_once_with_the_rows_it_stands_in():
    said = refused(frame(kind=["hungr"] * 1_000))
    assert "row 0 (from 0), column kind: 'hungr'" in said
    assert "(and in 999 more rows: 1, 2, 3, …)" in said


def test_more_problems_than_a_message_holds_are_counted():
    said = refused(frame(kind=[f"kind {i}" for i in range(50)]))
    assert "50 problems" in said
    assert f"and {50 - SHOWN} more" in said
    assert len(read_table_of_events(frame(kind=[f"kind {i}" for i in range(50)])).problems) == 50


ORDER = [
    ("until", "2023-02-01", "the end comes before the start, 1 March 2023"),
    ("recorded", "2023-02-01", "before it happened, 1 March 2023"),
    ("told_on", "2023-02-01", "before it was recorded"),
    ("told", "2023-02-01", "before it was recorded"),
    ("may_be_later_days", "-1", "must be a whole number of days"),
    ("may_be_later_days", "9" * 400, "must be a whole number of days"),
    ("severity", "5", "unknown severity"),
    ("born", "June 2010", "a day of birth is one day"),
    ("born", "2023-03-02", "on no day of the table was this child born and under 18"),
    ("born", "2005-03-01", "on no day of the table was this child born and under 18"),
]


@pytest.mark.parametrize(("column", "value", "says"), ORDER)
def test_dates_and_numbers_that_cannot_be_are_refused(column, value, says):
    assert says in refused(frame(**{column: [value]}))


def test_a_child_is_born_once_and_a_window_needs_a_date():
    assert "a child is born once" in refused(frame(born=["2010-01-01", "2011-01-01"]))
    assert "a window needs a date to start from" in refused(
        frame(date=[None, "2023-01-01"], until=["2023-05-01", ""])
    )
    assert "where they were not told" in refused(frame(told=["no"], told_on=["2023-04-01"]))


NASTY = {
    "an empty file": (b"", "is empty"),
    "headings and no event": (b"child,date,agency,kind\n", "no events below the headings"),
    "headings twice": (b"child,date,date,agency,kind\na,2023-01-01,2023-01-01,gp,hunger\n", "is there twice"),
    "no kind": (
        b"child,date,agency\na,2023-01-01,gp\n",
        "column kind is missing; the table has child, date, agency",
    ),
    "a kind by another name": (
        b"child,date,agency,happening\na,2023-01-01,gp,hunger\n",
        "'happening' holds kinds of events: if it is that column, call it Kind",
    ),
    "a heading misspelt": (b"child,dates,agency,kind,housold\na,1/1/23,gp,hunger,h\n", "'household'"),
    "no date at all": (b"child,date,agency,kind\na,,gp,hunger\n", "has a date; one at least is needed"),
    "zero bytes": (b"child,date,agency,kind\na,2023-01-01,g\0p,hunger\n", "zero bytes"),
    "a comma too many": (b"child,date,agency,kind\na,2023-01-01,gp,hunger,DV\n", "needs quotation marks"),
    "a quotation mark": (b'child,date,agency,kind\na,2023-01-01,"g"p,hunger\n', "quotation mark"),
    "an id shortened": (b"child,date,agency,kind\n1.23457E+11,2023-01-01,gp,hunger\n", "was shortened"),
    "half an id": (b"child,date,agency,kind\n12.5,2023-01-01,gp,hunger\n", "a fraction names no child"),
    "an adult": (b"child,date,agency,kind\nMother,2023-01-01,gp,hunger\n", "an adult, not a child"),
    "two names of one": (
        b"child,date,agency,kind\nC-7,2023-01-01,gp,hunger\nc 007,2023-01-01,gp,hunger\n",
        "nearly the name of C-7",
    ),
    "two children in a cell": (
        b"child,date,agency,kind\na,2023-01-01,gp,hunger\nb,2023-01-01,gp,hunger\na; b,2023-01-01,gp,hunger\n",
        "write a row for each",
    ),
    "nobody at home": (
        b"child,household,date,agency,kind\na,h,2023-01-01,gp,hunger\n,i,2023-01-01,gp,hunger\n",
        "no row names a child of this household",
    ),
    "a number for a date": (b"child,date,agency,kind\na,1400000000,gp,hunger\n", "column date: '1400000000'"),
    "a year mistyped": (
        b"child,date,agency,kind\na,2023-01-01,gp,hunger\na,1923-01-01,gp,hunger\n",
        "see whether a year is mistyped",
    ),
    "the far future": (b"child,date,agency,kind\na,2323-01-01,gp,hunger\n", "column date: '2323-01-01'"),
    "no such file type": (None, "a table of events is a .csv"),
    "a broken workbook": (b"PK\3\4 and nothing more", "the workbook is damaged"),
    "a broken Parquet file": (b"PAR1 and nothing more PAR1", "cannot be read as Parquet"),
    "a PDF": (b"%PDF-1.4", "a PDF"),
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_input_is_answered_by_what_it_is(name, tmp_path):
    data, says = NASTY[name]
    file = tmp_path / ("events.csv" if data is not None else "events.json")
    file.write_bytes(data or b"")
    said = refused(file)
    assert says in said
    assert str(file) in said


def test_a_household_has_sixteen_children_at_most():
    n = 17
    table = frame(child=[f"c{i}" for i in range(n)], household=["h"] * n)
    assert "17 children in household h; 16 at most" in refused(table)


def test_windows_1252_a_mark_semicolons_and_a_title_above_are_read(tmp_path):
    lines = "Caseload of team A;;;\nchild;date;agency;kind\nZoë;1.3.2023;Police;DV\n"
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        file = tmp_path / f"{encoding}.csv"
        file.write_bytes(lines.encode(encoding))
        assert risk.read_events(file).named["child"].to_list() == ["Zoë"]


def test_forms_of_dates_may_be_mixed_and_a_number_is_excels_day(tmp_path):
    dates = ("2014-06-13", "13/06/2014", "41803", "41803.5", "2014-06-13 23:40:11", "13 June 2014", "13.6.14")
    found = read(tmp_path, *(f"a,h,{day},gp,hunger," for day in dates))
    assert found.events["recorded_on"].unique().to_list() == [on("2014-06-13")]


def test_dates_far_from_the_others_are_looked_at_again(tmp_path):
    found = read(tmp_path, *["a,h,2014-06-13,gp,hunger,"] * 3, "a,h,2045-01-01,gp,hunger,")
    assert any("over 20 years from most dates" in remark for remark in found.remarks)


FRAMES = {
    "polars": lambda rows: pl.DataFrame(rows),
    "lazy": lambda rows: pl.LazyFrame(rows),
    "pandas": lambda rows: pd.DataFrame(rows),
    "categories": lambda rows: pl.DataFrame(rows).with_columns(pl.col("kind").cast(pl.Categorical)),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_of_dates_numbers_and_truth_values_are_read_as_texts_are(kind):
    rows = {
        "child": [1001.0, 1002.0, None],
        "household": [1, 1, 1],
        "date": [date(2014, 6, 13), date(2014, 6, 14), date(2014, 6, 15)],
        "agency": ["police", "gp", "school"],
        "kind": ["hunger", "hunger", "domestic_abuse"],
        "told": [True, False, None],
    }
    found = risk.read_events(FRAMES[kind](rows))
    assert found.named["child"].to_list() == ["1001", "1002"]
    assert found.stated["told"].to_list() == [True, False, None]
    assert found.events["recorded_on"].to_list() == rows["date"]


def test_a_moment_is_its_day_and_a_list_is_no_text():
    assert risk.read_events(frame(date=[datetime(2014, 6, 13, 23, 40)])).events["recorded_on"][0] == on(
        "2014-06-13"
    )
    assert "holds List" in refused(frame(kind=[["hunger"]]))
    assert "no text" in refused(frame(child=["a\x00b"]))
    assert "a Polars or pandas frame" in refused([1, 2])
    two = pd.DataFrame(
        [["a", "2023-01-01", "gp", "hunger", "DV"]], columns=["child", "date", "agency", "kind", "kind"]
    )
    assert "is there twice" in refused(two)


def test_a_number_too_large_to_be_exact_is_no_childs(tmp_path):
    assert "was shortened" in refused(frame(child=[1e22]))


def workbook(path: Path, sheets: dict[str, list[tuple]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return path


HEAD = ("child", "date", "agency", "kind")


def test_two_sheets_of_events_are_read_one_below_the_other(tmp_path):
    one, other = ("a", "2023-01-01", "gp", "hunger"), ("b", 41803, "police", "DV")
    notes = [("Notes",), ("nothing here",)]
    file = workbook(tmp_path / "two.xlsx", {"2022": [HEAD, one], "2023": [HEAD, other], "Notes": notes})
    found = risk.read_events(file)
    assert found.named["child"].to_list() == ["a", "b"]
    assert any("'Notes' was left out" in remark for remark in found.remarks)
    file = workbook(tmp_path / "odd.xlsx", {"A": [HEAD, one], "B": [(*HEAD, "told"), (*other, "yes")]})
    assert "sheet 'B': has other columns than the first sheet" in refused(file)
    file = workbook(
        tmp_path / "bad.xlsx", {"A": [HEAD, one], "B": [HEAD, ("b", "31 June 2023", "gp", "hunger")]}
    )
    assert "sheet B, row 2 (B2), column date: '31 June 2023'" in refused(file)


def test_csv_excel_parquet_and_frame_say_the_same(tmp_path):
    table = frame(child=["a", "b", "c"], told=["yes", None, "no"], date=["2023-01-01", "June 2023", "41803"])
    table.write_csv(tmp_path / "t.csv")
    table.write_parquet(tmp_path / "t.parquet")
    workbook(tmp_path / "t.xlsx", {"A": [tuple(table.columns), *table.rows()]})
    read = [risk.read_events(tmp_path / f"t.{end}") for end in ("csv", "parquet", "xlsx")]
    for found in read:
        assert found.events.equals(risk.read_events(table).events)
        assert found.stated.equals(read[0].stated)


def test_each_text_is_looked_at_once_however_often_it_stands(monkeypatch):
    looked = []
    real = risk.chronologies.entries.Notes.word

    def word(self, cell, noun):
        looked.append(cell.text)
        return real(self, cell, noun)

    monkeypatch.setattr("risk.chronologies.entries.Notes.word", word)
    risk.read_events(frame(kind=["hunger", "DV"] * 5_000))
    assert sorted(looked) == ["DV", "hunger", "school"]


@cache
def sample() -> Record:
    """Some homes of the sample cohort, and of their children those of whom something of their own is written."""
    record = next(parts(sample_cohorts()["england_2014"])).record
    some = record.homes_of(record.events["child_id"].drop_nulls().unique().sort().head(400))
    named = some.events["child_id"].unique()
    children = some.children.filter(pl.col("child_id").is_in(named.implode()))
    return replace(some, children=children)


def test_a_cohorts_events_written_out_and_read_back_score_the_same_to_the_last_point(card):
    record = sample()
    back = risk.read_events(events_of(record))
    ours = back.named.select(theirs="child_id", child_id=pl.col("child").cast(pl.Int64))
    at = risk.landmarks(record).join(ours, on="child_id", how="left", maintain_order="left")
    at_back = at.select(
        "landmark_on", child_id="theirs", household_id=pl.col("theirs") // CHILDREN_A_HOUSEHOLD
    )
    for viewer in ("pooled", "childrens_services", "school"):
        before = risk.featurise(at.drop("theirs"), record, viewer=viewer)
        after = risk.featurise(at_back, back, viewer=viewer)
        assert before.height > 1_000
        assert before.select(FEATURES).equals(after.select(FEATURES))
        assert card.score_table(before)["points"].to_list() == card.score_table(after)["points"].to_list()
    assert back.children["born_on"].null_count() == 0


def test_a_caseload_written_as_a_table_reads_back_to_itself(tmp_path):
    headings = (
        "child,household,date,until,recorded,told,told_on,agency,kind,said by child,severity,finding,born"
    )
    lines = (
        "a,h,2023-03-01,2023-03-20,,,,school,hunger,yes,3,,2015-01-01",
        ",h,2023-03-02,,2023-03-09,no,,gp,home conditions,,,,",
        "b,,,,,yes,,police,DV,,,,",
        "b,,2023-04-02,,,yes,2023-05-01,csc,assessment completed,,,substantiated,",
    )
    found = read(tmp_path, *lines, headings=headings)
    again = risk.read_events(events_of(found))
    for name in ("households", "children", "events", "named", "stated", "undated"):
        assert getattr(found, name).equals(getattr(again, name)), name


def test_every_word_of_the_vocabulary_is_read_as_itself():
    kinds, agencies = list(KINDS), list(AGENCIES)
    found = risk.read_events(frame(kind=kinds))
    assert found.events["kind"].to_list() == kinds
    assert risk.read_events(frame(agency=agencies)).events["agency"].to_list() == agencies


def test_the_page_about_the_format_has_every_column_and_heading():
    page = (Path(__file__).parents[2] / "docs" / "formats" / "events.md").read_text(encoding="utf-8")
    meanings: dict[str, list[str]] = {}
    for text, words in listed()["column of events"].items():
        meanings.setdefault(words[0], []).append(text)
    for word, heading in OF_EVENTS.items():
        more = ", ".join(meanings.get(word, ["–"]))
        assert f"| `{word}` | {heading} | {more} |" in page
