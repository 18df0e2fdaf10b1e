"""Word documents and OpenDocument spreadsheets small enough to read, written part by part."""

import io
import zipfile

OF_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(name: str, content: str, **more: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for part, text in {name: content, **more}.items():
            package.writestr(part, text)
    return data.getvalue()


def w_cell(text: str, properties: str = "") -> str:
    runs = "</w:t></w:r></w:p><w:p><w:r><w:t>".join(text.split("\n"))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{runs}</w:t></w:r></w:p></w:tc>"


def w_table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(c if c.startswith("<") else w_cell(c) for c in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def word(*body: str, before: str = "") -> bytes:
    text = f"<w:document {OF_WORD}><w:body>{''.join(body)}</w:body></w:document>"
    return packed("word/document.xml", before + text)


def o_cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def o_row(*cells: str, more: str = "") -> str:
    inside = "".join(c if c.startswith("<") else o_cell(c) for c in cells)
    return f"<table:table-row {more}>{inside}</table:table-row>"


def ods(*rows: str, styles: str = "", before: str = "") -> bytes:
    names = " ".join(f'xmlns:{n}="urn:{n}"' for n in ("office", "table", "text", "number", "style"))
    sheet = f'<table:table table:name="a">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    content = f"<office:automatic-styles>{styles}</office:automatic-styles>{body}"
    return packed(
        "content.xml", f"{before}<office:document-content {names}>{content}</office:document-content>"
    )
