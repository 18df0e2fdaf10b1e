"""A chronology as people write it: read whatever it looks like, every problem at once, nothing guessed."""

import pytest
import xlsxwriter

from by_hand import on
from risk.chronologies.account import Account, look_alikes, merged
from risk.chronologies.case import read_case, read_chronology
from risk.chronologies.sheet import sheet_of
from risk.chronologies.synonyms import LABELS, listed, meant, not_understood
from risk.chronologies.workbook import _unescaped
from risk.core.errors import InputError
from sheets import HEADER, excel, package, sheet, text_cell

HEAD = "date,agency,kind,what\n"


def csv(tmp_path, text: str | bytes, name="mine.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_chronology(str(path))


def days(reading) -> list:
    assert not reading.problems, list(map(str, reading.problems))
    return reading.account.entries["occurred_on"].to_list()


def only(reading) -> dict:
    assert not reading.problems, list(map(str, reading.problems))
    return reading.account.entries.row(0, named=True)


@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(",", ";").encode("cp1252"),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: ("sep=;\n" + text.replace(",", ";")).encode("utf-8"),
        lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    ],
)
def test_a_csv_file_is_read_in_whatever_encoding_and_separator_excel_wrote_it(tmp_path, encoded):
    entry = only(csv(tmp_path, encoded(HEAD + "13/06/2014,Police,DV,café – row\n")))
    assert (entry["kind"], entry["what"]) == ("domestic_abuse", "café – row")


def test_columns_are_known_by_the_names_people_give_them_in_any_order(tmp_path):
    text = (
        "Who;Date of event (dd/mm/yyyy);DESCRIPTION;Type of event;Name of child;Shared with CSC;Date told;Child's words\n"
        "Teacher;13/06/2014;No lunch;no breakfast;Amy;yes;15/06/2014;I am hungry\n"
    )
    entry = only(csv(tmp_path, text))
    assert (entry["agency"], entry["kind"], entry["child"]) == ("school", "hunger", "Amy")
    assert entry["shared_on"] == on("2014-06-15")
    assert (entry["disclosed_by_child"], entry["child_words"]) == (True, "I am hungry")


def test_title_rows_name_the_child_the_siblings_and_the_period(tmp_path):
    text = (
        "Chronology of significant events\n"
        "Child's name: Amy B,DOB: 12/03/2008\n\n"
        "Sibling,Ben B,Born,04/05/2010\n"
        "Period covered,01/04/2012 to 31/03/2014\n"
        "date,agency,kind,what,child\n13/06/2013,School,Hunger,x,ben b\n"
    )
    account = csv(tmp_path, text).account
    assert account.children.rows() == [("Amy B", on("2008-03-12")), ("Ben B", on("2010-05-04"))]
    assert (account.from_on, account.to_on) == (on("2012-04-01"), on("2014-04-01"))
    assert account.entries["child"].to_list() == ["Ben B"]


def test_a_case_is_about_the_child_above_the_header_and_covers_its_period(tmp_path):
    csv(
        tmp_path,
        "Child,Amy\nSibling,Ben\nPeriod,2012,2014\ndate,agency,kind,what,child\n13/06/2013,School,Hunger,x,Ben\n",
    )
    case = read_case(str(tmp_path / "mine.csv"))
    assert case.record.children["given_name"].to_list() == ["Amy", "Ben"]
    assert case.record.events["child_id"].to_list() == [case.child_id + 1]
    assert (case.record.from_on, case.record.to_on) == (on("2012-01-01"), on("2015-01-01"))


def test_an_excel_date_is_a_day_and_one_shown_as_a_month_or_a_year_is_that(tmp_path):
    path = excel(
        tmp_path / "mine.xlsx",
        HEADER,
        *[
            ((41803, shown), "School", "Hunger", "x")
            for shown in ("dd/mm/yyyy", "mmm-yy", "yyyy", "dd/mm/yyyy hh:mm")
        ],
        (41803, "School", "Hunger", "a number that nobody formatted"),
        (2014, "School", "Hunger", "a year"),
    )
    reading = read_chronology(str(path))
    assert days(reading) == list(
        map(on, ("2014-06-13", "2014-06-01", "2014-01-01", "2014-06-13", "2014-06-13", "2014-01-01"))
    )
    assert reading.account.entries["may_be_later_days"].to_list() == [0, 29, 364, 0, 0, 364]


def test_a_workbook_that_counts_from_1904_has_the_same_days():
    book = sheet(
        f'<row r="1">{"".join(text_cell(f"{c}1", t) for c, t in zip("ABCD", HEADER, strict=True))}</row>'
        f'<row r="2"><c r="A2" s="1"><v>{41803 - 1462}</v></c>{text_cell("B2", "GP")}{text_cell("C2", "DNA")}</row>'
    )
    workbook = '<workbook xmlns:r="x"><workbookPr date1904="1"/><sheets><sheet name="S" r:id="r1"/></sheets></workbook>'
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    parts = {"xl/worksheets/sheet1.xml": book, "xl/workbook.xml": workbook, "xl/styles.xml": styles}
    assert sheet_of("mine.xlsx", package(parts)).cells[2][1] == "2014-06-13"


def test_merged_cells_blank_rows_and_trailing_columns_survive(tmp_path):
    path = excel(
        tmp_path / "mine.xlsx",
        (*HEADER, None, None),
        (None, "School", "Hunger", "a"),
        (None, "Police", "DV", "b", None, "a note beside"),
        (None,) * 4,
        ("2015", "GP", "DNA", "c"),
        *[(None,) * 4] * 20,
        merged=[("A2:A3", "13/06/2014"), ("A6:D6", "What came later")],
    )
    reading = read_chronology(str(path))
    assert days(reading) == list(map(on, ("2014-06-13", "2014-06-13", "2015-01-01")))
    assert reading.remarks == [
        "Row 6 is a heading over several columns: 'What came later'.",
        "What is in F3 has no heading over it, and was left out.",
    ]


def test_a_formula_gives_its_saved_value_and_one_without_is_said(tmp_path):
    rows = f'<row r="1">{"".join(text_cell(f"{c}1", t) for c, t in zip("ABCD", HEADER, strict=True))}</row>'
    rows += f'<row r="2"><c r="A2"><f>1+1</f><v>2014</v></c>{text_cell("B2", "GP")}{text_cell("C2", "DNA")}'
    rows += '<c r="D2" t="str"><f>A1</f></c></row>'
    found = sheet_of("mine.xlsx", package({"xl/worksheets/sheet1.xml": sheet(rows)}))
    assert found.cells[2] == {1: "2014", 2: "GP", 3: "DNA"}
    assert found.remarks == ["D2 holds a formula without a saved value: read as empty."]


def test_macros_and_links_to_other_files_are_not_followed_and_that_is_said():
    parts = {"xl/vbaProject.bin": b"\0", "xl/externalLinks/externalLink1.xml": "<x/>"}
    assert len(sheet_of("mine.xlsm", package(parts)).remarks) == 2


def test_sheets_that_are_chronologies_are_all_read_and_other_sheets_left_out_and_said(tmp_path):
    row = ("13/06/2014", "School", "Hunger", "x")
    one = excel(tmp_path / "one.xlsx", HEADER, row, sheets={"Notes": [("Call the GP",)]})
    assert read_chronology(str(one)).remarks == ["Sheet 'Chronology' was read; 'Notes' was left out."]
    two = excel(tmp_path / "two.xlsx", HEADER, row, sheets={"2013": [HEADER, ("soon", "GP", "DNA", "y")]})
    reading = read_chronology(str(two))
    assert reading.remarks == ["Sheets 'Chronology', '2013' were read."]
    assert [problem.cell.address for problem in reading.problems] == ["2013!A2"]


def test_the_agency_may_come_from_the_name_of_a_sheet(tmp_path):
    sheets = {"School": [("Date", "Kind", "What happened"), ("13/06/2014", "Hunger", "x")]}
    path = excel(tmp_path / "one.xlsx", HEADER, ("13/06/2013", "Police", "DV", "y"), sheets=sheets)
    assert read_chronology(str(path)).account.entries["agency"].to_list() == ["police", "school"]


def test_hidden_and_struck_through_rows_are_read_and_remarked_on(tmp_path):
    path = tmp_path / "mine.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        struck = book.add_format({"font_strikeout": True})
        for row in range(1, 5):
            page.write_row(row, 0, ("13/06/2014", "GP", "DNA", str(row)), struck if row == 3 else None)
        page.set_row(1, None, None, {"hidden": True})
    assert read_chronology(str(path)).remarks == [
        "Row 2 is hidden, and counted; delete what is not to count.",
        "Row 4 is struck through, and counted; delete what is not to count.",
    ]


def test_hidden_columns_and_words_struck_through_within_a_cell_are_read_and_remarked_on_by_cell(tmp_path):
    path = tmp_path / "mine.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, (*HEADER, "Source"))
        page.write_row(1, 0, ("13/06/2014", "GP", "DNA", "", "log"))
        page.write_rich_string(1, 3, "Not brought ", book.add_format({"font_strikeout": True}), "twice")
        page.set_column("E:E", None, None, {"hidden": True})
    reading = read_chronology(str(path))
    assert reading.account.entries["what"].to_list() == ["Not brought twice"]
    assert reading.remarks == [
        "Column E is hidden, and read; delete what is not to be read.",
        "D2 holds words that are struck through, and read; delete what no longer holds.",
    ]


def test_a_date_that_excel_shows_without_its_year_has_none_and_hours_past_midnight_are_a_time(tmp_path):
    rows = [((41803, shown), "GP", "DNA", "x") for shown in ("d-mmm", "dd mmmm", "[h]:mm")]
    problems = read_chronology(str(excel(tmp_path / "x.xlsx", HEADER, *rows))).problems
    assert [(p.cell.text, "no year" in p.why()) for p in problems[:2]] == [("13 June", True)] * 2


def test_times_shares_and_months_are_what_excel_shows(tmp_path):
    shown = [((0.986112, "hh:mm"), "23:40"), ((0.25, "0%"), "25%"), ((41395.0, "mmmm"), "May")]
    rows = [("13/06/2014", "GP", "DNA", value) for value, _ in shown]
    entries = read_chronology(str(excel(tmp_path / "x.xlsx", HEADER, *rows))).account.entries
    assert entries["what"].to_list() == [text for _, text in shown]
    (problem,) = read_chronology(
        str(excel(tmp_path / "y.xlsx", HEADER, ((0.986112, "hh:mm"), "GP", "DNA", "x")))
    ).problems
    assert str(problem) == "cell A2, column date: '23:40': a time without a day"


def test_a_date_written_once_for_several_rows_is_asked_about_and_may_be_answered_for_the_file(tmp_path):
    text = HEAD + "13/06/2014,Police,DV,x\n,School,Hunger,y\nundated,GP,DNA,z\n,GP,DNA,w\n"
    (problem,) = csv(tmp_path, text).problems
    assert problem.cell.address == "A3"
    assert problem.why().startswith("no date: the same day as above, 13/06/2014 in A2, or undated?")
    file = str(tmp_path / "mine.csv")
    same, undated = (read_chronology(file, blank_dates=answer) for answer in ("same", "undated"))
    assert days(same) == [on("2014-06-13"), on("2014-06-13"), None, None]
    assert days(undated) == [on("2014-06-13"), None, None, None]
    assert "the same day as the row above, 13/06/2014 in A2" in same.read_as["read_as"].to_list()


@pytest.mark.parametrize(
    "row",
    [
        '"Completed by: J Smith, Safeguarding Lead, 12/06/2014",,,',
        "Key,,,\nHV,Health visitor,,",
        "PRE-BIRTH,,,",
        "# police",
        ",School,,",
        "Abbreviations,,,\nDV,Police,Domestic violence,",
    ],
)
def test_what_is_no_event_is_left_out_and_said_with_its_row(tmp_path, row):
    reading = csv(tmp_path, HEAD + "13/06/2014,School,Hunger,x\n" + row + "\n14/06/2014,GP,DNA,y\n")
    assert days(reading) == [on("2014-06-13"), on("2014-06-14")]
    assert reading.remarks[0].startswith("Left out, since they are no events: row 3")


@pytest.mark.parametrize("kind", ["DV; Alcohol", "DV/Alcohol", "DV and alcohol"])
def test_two_kinds_in_one_cell_are_both_offered(tmp_path, kind):
    (problem,) = csv(tmp_path, HEAD + f"13/06/2014,Police,{kind},x\n").problems
    assert "'Domestic abuse' and 'Parental substance misuse': write a row for each" in problem.why()


def test_pipes_separate_and_curly_or_loose_quotation_marks_are_named(tmp_path):
    assert len(days(csv(tmp_path, (HEAD + "2014,GP,DNA,x\n").replace(",", "|")))) == 1
    assert "curly" in csv(tmp_path, HEAD + "2014,GP,DNA,“mum, again”\n").problems[0].why()
    with pytest.raises(InputError, match=r"row 2: a quotation mark inside a text.*write it twice"):
        csv(tmp_path, HEAD + '2014,GP,DNA,"He said "go away" to HV"\n')


@pytest.mark.parametrize(
    ("rows", "remark"),
    [
        ("Monday 13/06/2014,GP,DNA,x\n", "A2 'Monday 13/06/2014': a weekday that is not that date's"),
        ("13/06/2014,GP,DNA,x\n14/06/2013,GP,DNA,y\n15/06/2014,GP,DNA,z\n", "out of order by about a year"),
        ("13/06/1970,GP,DNA,x\n14/06/2013,GP,DNA,y\n15/06/2014,GP,DNA,z\n", "A2 '13/06/1970': over 20 years"),
        ("13/06/2014,GP,DNA,x\n" * 3, "The same word for word, and each counted: rows 2, 3, 4."),
    ],
)
def test_what_looks_like_a_slip_is_remarked_on_with_its_cell(tmp_path, rows, remark):
    reading = csv(tmp_path, HEAD + rows)
    assert not reading.problems
    assert remark in " ".join(reading.remarks)


def test_what_lies_outside_the_period_covered_is_remarked_on(tmp_path):
    text = "Period covered,01/01/2013 to 31/12/2013\n" + HEAD + "13/06/2014,GP,DNA,x\n13/06/2013,GP,DNA,x\n"
    remarks = " ".join(csv(tmp_path, text).remarks)
    assert "A3 '13/06/2014': outside the period" in remarks
    assert "A4" not in remarks.partition("outside")[0].rpartition("Look")[2]


@pytest.mark.parametrize(
    ("born", "why"), [("2018", "Ryan was born on"), ("14/02/1990", "was an adult of 18")]
)
def test_a_child_who_was_on_no_day_a_child_is_a_problem_by_name(tmp_path, born, why):
    text = f"Child,Ryan,DOB,{born}\n{HEAD}02/05/2013,GP,DNA,x\n"
    assert why in csv(tmp_path, text).problems[0].why()


def test_the_header_is_found_below_forty_lines(tmp_path):
    assert len(days(csv(tmp_path, "cover\n" * 41 + HEAD + "2014,GP,DNA,x\n"))) == 1


def test_every_problem_is_found_at_once_by_its_cell(tmp_path):
    text = "date,agency,kind,what,believed\nsoon,skool,hungerr,x,perhaps\n13/06/2014,GP,,y,\nbefore 2013,GP,MARAC,z,\n"
    reading = csv(tmp_path, text)
    assert {p.cell.address for p in reading.problems} == {"A2", "B2", "C2", "E2", "C3", "A4", "C4"}
    with pytest.raises(InputError) as found:
        read_case(str(tmp_path / "mine.csv"))
    message = str(found.value)
    assert message.startswith(f"{tmp_path / 'mine.csv'}: 7 problems\n  cell A2")
    assert "cell B2, column agency: 'skool': unknown agency; the nearest valid word is 'school'" in message
    assert "'before 2013': has one end only" in message
    assert "'MARAC': may be domestic_abuse or referral; write which" in message


def test_the_first_twenty_problems_are_listed_and_the_others_counted(tmp_path):
    with pytest.raises(InputError, match="30 problems") as found:
        csv(tmp_path, HEAD + "soon,GP,DNA,x\n" * 30).raise_problems()
    assert str(found.value).count("cell A") == 20
    assert "and 10 more; `risk chronology check` lists them" in str(found.value)


def test_what_was_read_as_something_else_is_listed_with_its_cell_and_what_was_not_is_not(tmp_path):
    text = (
        HEAD + "13/06/2014,HV,wnb,x\nsummer 2012,Police,domestic_abuse,y\nunknown,Police,Domestic abuse,z\n"
    )
    assert csv(tmp_path, text).read_as.rows() == [
        (2, "B2", "agency", "HV", "Health visitor"),
        (2, "C2", "kind", "wnb", "Missed health appointment"),
        (3, "A3", "date", "summer 2012", "June 2012 to August 2012 (summer: June to August)"),
        (4, "A4", "date", "unknown", "no date: listed, not scored"),
    ]


def test_a_date_that_americans_read_otherwise_is_said_to_be_read_day_first(tmp_path):
    reading = csv(tmp_path, HEAD + "03/04/2014,GP,DNA,x\n")
    assert reading.remarks == ["Dates are read day first, so 03/04/2014 in A2 is 3 April 2014."]
    assert csv(tmp_path, HEAD + "13/04/2014,GP,DNA,x\n").remarks == []


def test_a_column_of_ones_own_is_left_out_and_said_but_a_misspelt_one_is_a_problem(tmp_path):
    reading = csv(tmp_path, "date,agency,kind,what,Comments\n2014,GP,DNA,x,y\n")
    assert reading.remarks == ["Left out, since no column of a chronology is called so: 'Comments'."]
    assert [
        p.cell.address for p in csv(tmp_path, "date,agency,kind,what,sorce\n2014,GP,DNA,x,y\n").problems
    ] == ["E1"]


@pytest.mark.parametrize(
    ("told", "told_on", "shared"),
    [
        *[("yes", "", "2014-06-13"), ("no", "", None), ("", "", None), ("", "20/06/2014", "2014-06-20")],
        *[
            ("yes", "20/06/2014", "2014-06-20"),
            ("20/06/2014", "", "2014-06-20"),
            ("June 2014", "", "2014-06-13"),
        ],
        *[("CSC and school", "", "2014-06-13"), ("GP; school", "", None)],
    ],
)
def test_who_was_told_and_when_says_from_which_day_childrens_services_could_know(
    tmp_path, told, told_on, shared
):
    text = f"date,agency,kind,what,told,date told\n13/06/2014,Police,DV,x,{told},{told_on}\n"
    assert only(csv(tmp_path, text))["shared_on"] == (shared and on(shared))


def test_an_event_counts_from_the_day_it_was_written_down(tmp_path):
    head = "date,agency,kind,what,date recorded,told\n"
    entry = only(csv(tmp_path, head + "13/06/2014,Police,DV,x,20/06/2014,yes\n"))
    assert [entry[c] for c in ("occurred_on", "recorded_on", "shared_on")] == list(
        map(on, ("2014-06-13", "2014-06-20", "2014-06-20"))
    )
    entry = only(csv(tmp_path, head + "June 2014,Police,DV,x,20/06/2014,\n"))  # the month no longer matters
    assert (entry["recorded_on"], entry["may_be_later_days"]) == (on("2014-06-20"), 0)
    assert "before it happened" in str(
        csv(tmp_path, head + "13/06/2014,Police,DV,x,1/06/2014,\n").problems[0]
    )


def test_rows_about_several_children_are_about_the_household(tmp_path):
    text = "date,agency,kind,what,child\n" + "".join(
        f"2014,GP,DNA,x,{c}\n" for c in ("Amy", "Amy and Ben", "both", "")
    )
    assert csv(tmp_path, text).account.entries["child"].to_list() == ["Amy", None, None, None]


def test_a_header_on_every_page_is_read_once(tmp_path):
    assert len(days(csv(tmp_path, HEAD + "2014,GP,DNA,x\n" + HEAD + "2015,GP,DNA,x\n"))) == 2


def test_every_word_label_and_synonym_means_its_word_and_what_may_mean_several_means_none():
    for noun, labels in LABELS.items():
        assert all(meant(noun, text) == word for word, label in labels.items() for text in (word, label))
    for noun, texts in listed().items():
        for text, words in texts.items():
            assert meant(noun, text) == (words[0] if len(words) == 1 else None), text
    assert sum(len(texts) for texts in listed().values()) > 400


@pytest.mark.parametrize(
    ("noun", "text", "word"),
    [
        *[
            ("kind", "DV", "domestic_abuse"),
            ("kind", "DA", "domestic_abuse"),
            ("kind", "NFA", "no_further_action"),
        ],
        *[("kind", "s.47", "section_47_enquiry"), ("kind", "CPP", "child_protection_plan_started")],
        *[("kind", "ICPC", "initial_child_protection_conference"), ("agency", "HV", "health_visitor")],
        *[
            ("agency", "CSC", "childrens_services"),
            ("agency", "A&E", "hospital"),
            ("column", "Told CSC", "told_childrens_services"),
        ],
    ],
)
def test_what_people_write_is_understood(noun, text, word):
    assert meant(noun, text) == word


def test_a_word_that_may_mean_several_is_answered_with_the_choice():
    assert not_understood("kind", "Neglect") == "may be hunger, home_conditions or supervision; write which"


def accounts(tmp_path) -> list[tuple[str, Account]]:
    head = "date,agency,kind,what,child,source\n"
    one = csv(tmp_path, head + "13/06/2014,Police,DV,seen,Amy,log 7\n2013,Police,ASB,raid,,\n").account
    other = csv(
        tmp_path,
        head + "13/06/2014,School,DA,told,AMY,\n01/01/2014,School,Hunger,x,Ben,\n,School,Hunger,y,,\n",
    ).account
    return [("police.csv", one), ("school.xlsx", other)]


def test_several_agencies_accounts_become_one_in_date_order_with_the_file_as_source(tmp_path):
    together = merged(accounts(tmp_path))
    assert together.entries.select("occurred_on", "child", "source").rows() == [
        (on("2013-01-01"), None, "police.csv"),
        (on("2014-01-01"), "Ben", "school.xlsx"),
        (on("2014-06-13"), "Amy", "police.csv: log 7"),
        (on("2014-06-13"), "Amy", "school.xlsx"),
        (None, None, "school.xlsx"),
    ]
    assert together.children["name"].to_list() == ["Amy", "Ben"]


def test_entries_of_one_day_and_kind_look_alike_unless_they_are_about_two_children(tmp_path):
    alike = look_alikes(merged(accounts(tmp_path)))
    assert alike.select("place", "other_place", "agency", "other_agency").rows() == [
        (2, 3, "police", "school")
    ]
    text = "date,agency,kind,what,child\n1/1/2014,GP,DNA,x,Amy\n1/1/2014,GP,DNA,x,Ben\n"
    assert look_alikes(csv(tmp_path, text).account).is_empty()


def test_half_a_character_and_what_a_terminal_would_obey_are_no_text():
    assert _unescaped("a_xD800_b_x0041_") == "a_xD800_bA"
    sheet = sheet_of(
        "x.csv", b"date,agency,kind,what\n2014-06-01,school,hunger,\x1b]0;pwned\x07 no breakfast\n"
    )
    assert sheet.cells[2][4] == "]0;pwned no breakfast"


def test_a_month_that_may_be_a_school_year_is_asked_about(tmp_path):
    (problem,) = csv(tmp_path, HEAD + "2010-11,school,hunger,x\n2010-10,school,hunger,x\n").problems
    assert problem.cell.address == "A2"
    assert "a school year, a business year or a month" in problem.why()


def test_a_time_beside_a_date_is_ignored_and_said_to_be(tmp_path):
    reading = csv(tmp_path, HEAD + "13.06.2014 @ 23:40,Police,DV,x\n")
    assert reading.read_as["read_as"][0] == "13 June 2014 (the time of day is ignored)"


def test_a_message_shows_what_cannot_be_seen(tmp_path):
    (problem,) = csv(tmp_path, HEAD + "31\u201104\u20112014\u200e,Police,DV,x\n").problems
    assert "'31<U+2011>04<U+2011>2014<U+200E>': no such day: April has 30 days" in str(problem)


def test_a_day_of_telling_needs_no_column_that_says_whether(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text(
        "date,agency,kind,what,told_on\n2010-03-05,school,hunger,x,2010-03-09\n", encoding="utf-8"
    )
    assert str(read_case(str(file)).record.events["shared_on"].item()) == "2010-03-09"
