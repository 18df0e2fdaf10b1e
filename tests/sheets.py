"""Spreadsheets small enough to read, as people make them and as nobody should."""

import io
import zipfile
from pathlib import Path

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
HEADER = ("Date", "Agency", "Kind", "What happened")


def text_cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


ROWS = (
    f'<row r="1">{"".join(text_cell(f"{c}1", t) for c, t in zip("ABCD", HEADER, strict=True))}</row>'
    f'<row r="2">{"".join(text_cell(f"{c}2", t) for c, t in zip("ABCD", ("2014", "School", "Hunger", "x"), strict=True))}</row>'
)


def sheet(rows: str = ROWS, after: str = "", before: str = "") -> str:
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def package(parts: dict[str, str | bytes] | None = None, *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of one sheet written part by part; `parts` replaces or adds some, None leaves one out."""
    standard = {
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet(),
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as packed:
        for name, content in (standard | (parts or {})).items():
            if content is not None:
                packed.writestr(name, content)
    return data.getvalue()


def excel(path: Path, *rows: tuple, merged: tuple = (), sheets: dict | None = None, widths: int = 0) -> Path:
    """A workbook as Excel writes it. A pair (value, format) is a number in that format; merged: ranges."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Chronology")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, tuple):
                    page.write_number(r, c, value[0], book.add_format({"num_format": value[1]}))
                elif value is not None:
                    page.write(r, c, value)
        for place, text in merged:
            page.merge_range(place, text)
        for name, more in (sheets or {}).items():
            other = book.add_worksheet(name)
            for r, row in enumerate(more):
                other.write_row(r, 0, row)
    return path
