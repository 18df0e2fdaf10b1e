"""The Word document: paragraphs, tables and pages, as XML by hand; the same content gives the same bytes.

What we write in Word is words, tables, lines to write on and a footer, which are five small parts of a zip.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

NO_XML: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FIRST_DAY_OF_ZIPS: Final = (1980, 1, 1, 0, 0, 0)
MM: Final = 56.7
"""Twentieths of a point in a millimetre: what Word measures in."""
A4: Final = (11906, 16838)
MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATIONS: Final = "application/vnd.openxmlformats-package.relationships+xml"
PARTS: Final = {"document": "document.main", "styles": "styles", "numbering": "numbering", "footer": "footer"}
START: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
GREY, INK, ACCENT = "808080", "1A1A1A", "005A8F"


def style(name: str, of_paragraph: str = "", of_words: str = "") -> str:
    """Return a paragraph style; Normal is the one that the others are based on."""
    base = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{name}"/>{base}<w:qFormat/>'
        f"<w:pPr>{of_paragraph}</w:pPr><w:rPr>{of_words}</w:rPr></w:style>"
    )


def _size(points: float) -> str:
    return f'<w:sz w:val="{points * 2:.0f}"/><w:szCs w:val="{points * 2:.0f}"/>'


FONT: Final = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>'
STYLES: Final = "".join(
    [
        style("Normal", '<w:spacing w:after="100" w:line="264" w:lineRule="auto"/>', FONT + _size(11)),
        style("Title", '<w:keepNext/><w:spacing w:after="60"/>', f"<w:b/>{_size(21)}"),
        style(
            "Heading1",
            '<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="0"/>',
            f'<w:b/><w:color w:val="{ACCENT}"/>{_size(14)}',
        ),
        style("Lead", '<w:spacing w:after="140"/>', _size(12.5)),
        style("Small", '<w:spacing w:after="60"/>', f'<w:color w:val="4A4A4A"/>{_size(9)}'),
        style("Cell", '<w:spacing w:before="40" w:after="40"/>', _size(10)),
        style("Gap", '<w:spacing w:after="0" w:line="120" w:lineRule="exact"/>', _size(4)),
        style(
            "Quotation",
            f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="{ACCENT}"/></w:pBdr>'
            '<w:spacing w:before="100" w:after="100"/><w:ind w:left="280"/>',
            _size(12.5),
        ),
    ]
)
NUMBERING: Final = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="340" w:hanging="340"/></w:pPr></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)
BULLET: Final = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
PAGE_NUMBER: Final = (
    '<w:r><w:t xml:space="preserve">  ·  Page </w:t></w:r>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
)
WHOLE_WIDTH: Final = '<w:tblW w:w="5000" w:type="pct"/>'


def words(text: str, *, bold: bool = False, italic: bool = False) -> str:
    """Return a run of words; an end of line is one. What no XML may hold is left out."""
    look = f"<w:rPr>{'<w:b/>' if bold else ''}{'<w:i/>' if italic else ''}</w:rPr>" if bold or italic else ""
    lines = (escape(NO_XML.sub("", line)) for line in text.split("\n"))
    written = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{look}{written}</w:r>"


def paragraph(runs: str, name: str = "Normal", *, more: str = "", new_page: bool = False) -> str:
    """Return a paragraph of runs in a style. more: what else there is to say of it, as XML."""
    breaks = "<w:pageBreakBefore/>" if new_page else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{name}"/>{breaks}{more}</w:pPr>{runs}</w:p>'


def kept_with_next(xml: str) -> str:
    """Return paragraphs, or tables of them, each on one page with what follows it."""
    return re.sub(r'(<w:pStyle w:val="\w+"/>)(?:<w:keepNext/>)?', r"\1<w:keepNext/>", xml)


def table(
    rows: Sequence[Sequence[str]],
    widths: Sequence[float] = (),
    *,
    header: bool = True,
    sides: Iterable[str] = ("top", "left", "bottom", "right", "insideH", "insideV"),
    height_mm: float = 0,
    exact: bool = False,
    with_next: bool = False,
) -> str:
    """Return a table of cells, each of them paragraphs; no row is torn between two pages.

    The first two rows stay together, and the last two, so that no page holds one row. widths: shares of the
    width; none for what the words need. header: whether the first row names the columns, at the top of every
    page. sides: which borders are drawn. height_mm: of every row but the header, at the least; exact: neither
    more. with_next: whether its end stays on one page with what follows it.
    """
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="{GREY}"/>' for side in sides)
    fixed = '<w:tblLayout w:type="fixed"/>' if widths else ""
    grid = "".join(f'<w:gridCol w:w="{share / sum(widths) * 10000:.0f}"/>' for share in widths)
    written = []
    for number, row in enumerate(rows):
        names = header and number == 0
        last = len(rows) - 1
        kept = names or number in (int(header), last - 1) or (with_next and number == last)
        tall = f'<w:trHeight w:val="{height_mm * MM:.0f}" w:hRule="{"exact" if exact else "atLeast"}"/>'
        of_row = f"<w:cantSplit/>{'' if names or not height_mm else tall}{'<w:tblHeader/>' if names else ''}"
        cells = "".join(_cell(cell, share, keep=kept) for cell, share in _shared(row, widths))
        written.append(f"<w:tr><w:trPr>{of_row}</w:trPr>{cells}</w:tr>")
    margins = '<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
    properties = f"<w:tblPr>{WHOLE_WIDTH}<w:tblBorders>{borders}</w:tblBorders>{fixed}{margins}</w:tblPr>"
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(written)}</w:tbl>"


def _shared(row: Sequence[str], widths: Sequence[float]) -> list[tuple[str, float]]:
    """Return the cells of a row, each with its width in fiftieths of a percent; 0 for none."""
    if not widths:
        return [(cell, 0.0) for cell in row]
    return [(cell, share / sum(widths) * 5000) for cell, share in zip(row, widths, strict=True)]


def _cell(paragraphs: str, share: float, *, keep: bool) -> str:
    wide = f'<w:tcPr><w:tcW w:w="{share:.0f}" w:type="pct"/></w:tcPr>' if share else ""
    return f"<w:tc>{wide}{kept_with_next(paragraphs) if keep else paragraphs}</w:tc>"


def document(body: Iterable[str], *, footer: str = "", wide: bool = False, margin_mm: float = 16) -> bytes:
    """Return a Word document of paragraphs and tables on A4, with a footer and the page's number in it."""
    width, height = reversed(A4) if wide else A4
    turned = ' w:orient="landscape"' if wide else ""
    margins = " ".join(f'w:{side}="{margin_mm * MM:.0f}"' for side in ("top", "right", "bottom", "left"))
    page = (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="{width}" w:h="{height}"'
        f'{turned}/><w:pgMar {margins} w:header="360" w:footer="420" w:gutter="0"/></w:sectPr>'
    )
    names = f'xmlns:w="{MAIN}" xmlns:r="{OFFICE}"'
    written = {
        "document": f"<w:document {names}><w:body>{''.join(body)}{page}</w:body></w:document>",
        "styles": f"<w:styles {names}>{STYLES}</w:styles>",
        "numbering": f"<w:numbering {names}>{NUMBERING}</w:numbering>",
        "footer": f"<w:ftr {names}>{paragraph(words(footer) + PAGE_NUMBER, 'Small')}</w:ftr>",
    }
    return _zipped({**_around(), **{f"word/{part}.xml": text for part, text in written.items()}})


def _around() -> dict[str, str]:
    """Return the parts that say what the other parts are."""
    kinds = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{KIND}.{kind}+xml"/>'
        for part, kind in PARTS.items()
    )
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{part}" Target="{part}.xml"/>'
        for number, part in enumerate(("styles", "numbering", "footer"), start=1)
    )
    whole = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    related = f'<Relationships xmlns="{PACKAGE}/relationships">'
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="{RELATIONS}"/>{kinds}</Types>',
        "_rels/.rels": f"{related}{whole}</Relationships>",
        "word/_rels/document.xml.rels": f"{related}{inner}</Relationships>",
    }


def _zipped(parts: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, FIRST_DAY_OF_ZIPS)  # the same content, the same bytes
            part.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(part, START + content)
    return data.getvalue()
