"""Word and OpenDocument: their tables are read as a workbook's cells are, and what is hostile is refused."""

import zipfile

import pytest

from documents import o_cell, o_row, ods, packed, w_cell, w_table, word
from risk.chronologies.case import read_chronology
from risk.chronologies.sheet import sheet_of
from risk.chronologies.unpacking import MOST_CHARACTERS_SHOWN, MOST_ELEMENTS
from risk.core.errors import InputError
from sheets import HEADER

EVENT = ("13/06/2014", "School", "Hunger", "No lunch")


def rows_of(data: bytes) -> list[list[str]]:
    return [list(row.values()) for _, row in sorted(sheet_of("mine", data).cells.items())]


def test_a_table_of_a_word_document_is_a_chronology(tmp_path):
    path = tmp_path / "mine.docx"
    path.write_bytes(word(w_table(("Child", "Kezia")), w_table(HEADER, EVENT)))
    reading = read_chronology(str(path))
    assert not reading.problems
    assert reading.account.children["name"].to_list() == ["Kezia"]
    assert reading.account.entries["what"].to_list() == ["No lunch"]


def test_a_chronology_goes_on_in_the_next_table_with_its_header_and_other_tables_are_left_out_and_said():
    later = ("14/06/2014", "GP", "DNA", "Not brought")
    sheet = sheet_of(
        "mine", word(w_table(HEADER, EVENT), w_table(("Signed", "Date")), w_table(HEADER, later))
    )
    assert [list(row.values()) for row in sheet.cells.values()] == [list(HEADER), list(EVENT), list(later)]
    assert any("Left out: 1 table" in remark for remark in sheet.remarks)


def test_deleted_and_moved_text_of_a_word_document_is_not_there_and_a_table_in_a_cell_is_its_text():
    odd = (
        "<w:tc><w:p><w:del><w:r><w:delText>not this</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>nor this</w:t>"
        f"</w:r></w:moveFrom><w:ins><w:r><w:t>this</w:t></w:r></w:ins></w:p>{w_table(('and that',))}</w:tc>"
    )
    assert rows_of(word(w_table(HEADER, (*EVENT[:3], odd))))[1][3] == "this\nand that"


def test_a_cell_merged_over_rows_of_a_word_document_covers_them():
    begins, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    first = (w_cell("13/06/2014", begins), *EVENT[1:])
    second = (w_cell("", goes_on), "GP", "DNA", "Not brought")
    assert sheet_of("mine", word(w_table(HEADER, first, second))).merged == [(2, 1, 3, 1)]


def test_a_row_merged_across_a_word_table_is_one_cell_and_what_stands_after_it_has_its_column():
    wide = (w_cell("2014", '<w:gridSpan w:val="3"/>'), "beside")
    assert sheet_of("mine", word(w_table(HEADER, EVENT, wide))).cells[3] == {1: "2014", 4: "beside"}


def test_a_spreadsheet_of_libreoffice_is_a_chronology(tmp_path):
    path = tmp_path / "mine.ods"
    path.write_bytes(ods(o_row(*HEADER), o_row(*EVENT)))
    reading = read_chronology(str(path))
    assert not reading.problems
    assert reading.account.entries["what"].to_list() == ["No lunch"]


def test_a_date_of_a_spreadsheet_is_as_precise_as_it_is_shown_and_numbers_are_whole():
    month = (
        '<number:date-style style:name="N1"><number:month/><number:year/></number:date-style>'
        '<style:style style:name="c1" style:data-style-name="N1"/>'
    )
    cells = [
        '<table:table-cell office:value-type="date" office:date-value="2014-06-01" table:style-name="c1"/>',
        '<table:table-cell office:value-type="date" office:date-value="2014-06-13T10:00:00"/>',
        '<table:table-cell office:value-type="float" office:value="3"><text:p>3.00</text:p></table:table-cell>',
    ]
    assert rows_of(ods(o_row(*HEADER), o_row(*cells), styles=month))[1] == ["2014-06", "2014-06-13", "3"]


def test_empty_rows_and_cells_that_are_repeated_a_million_times_are_stepped_over():
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    far = o_row(empty, more='table:number-rows-repeated="1048000"')
    assert rows_of(ods(o_row(*HEADER), o_row(*EVENT), far)) == [list(HEADER), list(EVENT)]


def test_a_cell_is_read_without_its_comment():
    noted = o_cell("School</text:p><office:annotation><text:p>no</text:p></office:annotation><text:p>A")
    assert rows_of(ods(o_row(*HEADER), o_row(EVENT[0], noted, *EVENT[2:])))[1][1] == "School\nA"


def test_what_is_struck_through_or_hidden_is_read_and_remarked_on_in_word_and_libreoffice_too():
    struck = "<w:tc><w:p><w:r><w:t>seen, </w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>not</w:t></w:r></w:p></w:tc>"
    remarks = sheet_of("mine", word(w_table(HEADER, (*EVENT[:3], struck)))).remarks
    assert "D2 holds words that are struck through" in remarks[1]
    line = '<style:text-properties style:text-line-through-style="solid"/>'
    span = o_cell('seen, <text:span text:style-name="T1">not</text:span>')
    column = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    sheet = sheet_of(
        "mine",
        ods(
            column,
            o_row(*HEADER),
            o_row(*EVENT[:3], span),
            o_row(*EVENT, more='table:visibility="filter"'),
            styles=f'<style:style style:name="T1">{line}</style:style>',
        ),
    )
    assert sheet.remarks == [
        "Row 3 is hidden, perhaps by its filter, and counted; delete what is not to count.",
        "Column C is hidden, and read; delete what is not to be read.",
        "D2 holds words that are struck through, and read; delete what no longer holds.",
    ]


@pytest.mark.parametrize("name", ["mine.ods", "mine.docx"])
def test_a_file_that_is_locked_with_a_password_is_refused_with_the_way_out(tmp_path, name):
    locked = ods(o_row(*HEADER)), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    path = tmp_path / name
    path.write_bytes(locked[0] if name.endswith("ods") else locked[1])
    if name.endswith("ods"):
        with zipfile.ZipFile(path, "a") as package:
            package.writestr(
                "META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
            )
    with pytest.raises(InputError, match=r"locked with a password.* without (?:one|a password)"):
        read_chronology(str(path))


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
DEEP = "<w:p>" * 100 + "</w:p>" * 100
HOSTILE = {
    "rows filled a million times": (
        ods(o_row(*HEADER), o_row(*EVENT, more='table:number-rows-repeated="1048570"')),
        f"over {MOST_CHARACTERS_SHOWN:,} characters",
    ),
    "more columns than there are": (
        ods(o_row(*HEADER), o_row(o_cell("x", 'table:number-columns-repeated="99999"'))),
        "damaged",
    ),
    "repeated minus once": (ods(o_row(*HEADER, more='table:number-rows-repeated="-1"')), "damaged"),
    "entities, .ods": (ods(o_row(*HEADER), before=LAUGHS), "entities"),
    "entities, .docx": (word(w_table(HEADER), before=LAUGHS), "entities"),
    "nested, .docx": (word(DEEP), "nested deeper"),
    "a bomb": (word(w_table(HEADER), " " * 20_000_000), "unpacks to over 16 MB"),
    "half a million paragraphs": (word(w_table(HEADER), "<w:p/>" * MOST_ELEMENTS), f"over {MOST_ELEMENTS:,}"),
    "a span of everything": (
        word(w_table(HEADER, (w_cell("x", '<w:gridSpan w:val="999999999"/>'),))),
        "damaged",
    ),
    "no table": (word("<w:p/>"), "holds no table"),
    "a row before any sheet": (
        packed("content.xml", "<x><table-row><table-cell/></table-row><table/></x>"),
        "the workbook is empty",
    ),
    "cut off": (word(w_table(HEADER, EVENT))[:-30], "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_damaged_is_refused_in_one_sentence(name):
    data, why = HOSTILE[name]
    with pytest.raises(InputError, match=why):
        sheet_of("mine", data)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("a.doc", ".docx"), ("a.xls", ".xlsx"), ("a.PDF", "open it in Word"), ("a.odt", ".docx")],
)
def test_what_is_not_read_is_answered_with_the_way_out(tmp_path, name, way_out):
    with pytest.raises(InputError, match=way_out):
        read_chronology(str(tmp_path / name))
