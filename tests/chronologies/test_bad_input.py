"""Files that nobody should send: a clear message or a good chronology, never a traceback, and nothing left behind."""

import pytest
from hypothesis import HealthCheck, given, settings

from fuzz_chronology import CSV_HEAD, files, lying, outcome
from risk.chronologies.sheet import read_sheet, sheet_of
from risk.core.errors import InputError
from sheets import ROWS, package, sheet, text_cell

PAGE = "xl/worksheets/sheet1.xml"


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(files)
def test_a_broken_file_is_read_or_refused_with_a_clear_message(tmp_path_factory, file):
    outcome(*file, tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (sheet(ROWS + "<row/>" * 3_000_000), "unpacks to over 16 MB"),
        (sheet(ROWS + "<row/>" * 600_000), "over 500,000 cells and rows"),
        (sheet("<a>" * 100_000), "nested deeper than Excel nests"),
        (sheet("<row " + "a" * 70_000 + '="1"/>'), "is damaged"),
        (sheet(ROWS, before='<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'), "declares entities of its own"),
        (sheet(ROWS, before='<!DOCTYPE x SYSTEM "file:///etc/passwd">'), "declares entities of its own"),
        (sheet('<row r="2">' + "<c><v>2014</v></c>" * 16_384 + "</row>"), "16,384 columns hold something"),
        (sheet("".join(f'<row r="{r}">{text_cell(f"A{r}", "x")}</row>' for r in range(1, 2_100))), "over 2,000 rows"),
        (sheet(f'<row r="2">{text_cell("A2", "x" * 40_000)}</row>'), "a cell of 40,000 characters"),
        (sheet(ROWS, after='<mergeCell ref="A2:A3"/>' * 2_001), "over 2,000 merged cells"),
        (sheet('<row r="1048577"><c><v>1</v></c></row>'), "is damaged"),
        (sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'), "is damaged"),
        (sheet('<row r="1"><c t="s"><v>7</v></c></row>'), "is damaged"),
        (sheet(""), "the workbook is empty"),
        ("", "is empty"),
        (None, "not an Excel workbook: it has no xl/worksheets/sheet1.xml"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_none_is_refused_before_it_costs_anything(content, message):
    with pytest.raises(InputError, match=message):
        sheet_of("mine.xlsx", package({PAGE: content}))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\3\4 and then nothing", "the workbook is damaged"),
        (lying(package({PAGE: sheet(ROWS + "<row/>" * 1_000)})), "the workbook is damaged"),
        (package(compression=14), "packed in a way Excel does not use"),
        (package({"xl/workbook.xml": None}), "it has no xl/workbook.xml"),
        (package({"xl/workbook.xml": "<workbook/>"}), "it has no sheet with cells"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "locked with a password, or of an Excel or Word before 2007",
        ),
        (b"a,\0\n", "holds zero bytes"),
        (b"\x81\x8d", "neither UTF-8 nor Windows-1252"),
        (b"", "the file is empty"),
        (b"a" * 6_000_000, "over 5 MB of text"),
        (b"a\n" * 3_000, "over 2,000 rows"),
        (b"a," * 300, "over 200 cells"),
        (b'"' + b"a" * 200_000, "not a CSV file"),
        ((CSV_HEAD + '"2014').encode(), "not a CSV file"),
    ],
)
def test_a_file_that_is_no_chronology_is_refused_with_the_reason(data, message):
    with pytest.raises(InputError, match=message):
        sheet_of("mine.csv", data)


def test_a_file_too_large_is_not_read(tmp_path):
    (tmp_path / "mine.xlsx").write_bytes(b"PK" * 6_000_000)
    with pytest.raises(InputError, match="over 10 MB"):
        read_sheet(tmp_path / "mine.xlsx")


def test_a_workbook_locked_part_by_part_is_refused():
    data = bytearray(package())
    at = data.find(b"PK\1\2")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\1\2", at + 4)
    with pytest.raises(InputError, match="locked with a password"):
        sheet_of("mine.xlsx", bytes(data))
