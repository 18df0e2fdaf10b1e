"""The template in Word: the same chronology as `template` writes, as tables of a document.

Some partnerships ask for Word. A column that nobody filled in, and nobody must, is left out: a page has room
for ten at most. Written as XML by hand, since a page of tables is three small parts.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from risk.chronologies.account import Account
from risk.chronologies.synonyms import HEADINGS
from risk.chronologies.template import LISTS, NOTES, WHAT_TO_WRITE
from risk.chronologies.written_entries import TITLE, Value, above_header, entry_rows, headings_of

ALWAYS: Final = ("date", "until", "child", "agency", "kind", "what", "child_words", "told_childrens_services")
NO_XML: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FIRST_DAY_OF_ZIPS: Final = (1980, 1, 1, 0, 0, 0)
SIDES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")
BORDERS: Final = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="808080"/>' for side in SIDES)
TABLE: Final = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{BORDERS}</w:tblBorders></w:tblPr>'
PAGE: Final = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="720" w:right="720" w:bottom="720" w:left="720" '
    'w:header="360" w:footer="360" w:gutter="0"/>'
    "</w:sectPr>"
)
MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
AROUND: Final = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{KIND}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}" Target="word/document.xml"/></Relationships>',
}


def as_document(account: Account) -> bytes:
    """Return an account as a Word document: whom it is about, a row an event, and how to fill it in."""
    about = [row for row in above_header(account) if row and row != [TITLE]]
    rows = list(entry_rows(account))
    filled = {i for row in rows for i, value in enumerate(row) if value}
    named = headings_of(account)
    used = [i for i, word in enumerate(named) if word in ALWAYS or i in filled]
    headings = list(named.values())
    chronology: list[list[Value]] = [[headings[i] for i in used]]
    chronology += ([row[i] for i in used] for row in rows)
    body = [
        _paragraph(TITLE, bold=True),
        *map(_paragraph, NOTES),
        _table(about, header=False),
        _paragraph(""),
        _table(chronology, header=True),
        _paragraph("How to fill in the chronology", bold=True),
        *(_paragraph(f"{HEADINGS[word]}: {what}") for word, what in WHAT_TO_WRITE.items()),
        _paragraph("Words to choose from", bold=True),
        *(_paragraph(f"{HEADINGS.get(name, name)}: {', '.join(words)}.") for name, words in LISTS.items()),
    ]
    start = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    document = f'<w:document xmlns:w="{MAIN}"><w:body>{"".join(body)}{PAGE}</w:body></w:document>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**AROUND, "word/document.xml": document}.items():
            part = zipfile.ZipInfo(name, FIRST_DAY_OF_ZIPS)  # the same content, the same bytes
            part.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(part, start + content)
    return data.getvalue()


def _table(rows: Iterable[list[Value]], *, header: bool) -> str:
    """Return a table; its first row, where that is the header, is there again at the top of each page."""
    written = []
    for number, row in enumerate(rows):
        names = header and number == 0
        first = "<w:trPr><w:tblHeader/></w:trPr>" if names else ""
        cells = "".join(f"<w:tc>{_paragraph(_words(value), bold=names)}</w:tc>" for value in row)
        written.append(f"<w:tr>{first}{cells}</w:tr>")
    return f"<w:tbl>{TABLE}{''.join(written)}</w:tbl>"


def _words(value: Value) -> str:
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else value or ""


def _paragraph(text: str, *, bold: bool = False) -> str:
    look = f"<w:rPr>{'<w:b/>' if bold else ''}<w:sz w:val='18'/></w:rPr>"
    lines = (escape(NO_XML.sub("", line)) for line in text.split("\n"))
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:p><w:r>{look}{runs}</w:r></w:p>" if text else "<w:p/>"
