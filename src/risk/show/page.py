"""The page: charts, words and tables in one HTML file that opens from disk and can reach nothing else.

A chart is compiled to Vega here, so that whatever opens it later needs neither a compiler nor a download.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.resources import files
from typing import Final

import polars as pl
import vl_convert
from altair.typing import ChartType

from risk.core.kinds import NOT_FOR_DECISIONS
from risk.core.wording import window

VEGA_LITE: Final = "6.4"
"""The Vega-Lite that Altair 6 writes."""

ASSETS: Final = files("risk.show") / "assets"

CONTENT_NOTE: Final = "This page describes neglect and abuse of children."
HELP: Final = (
    "If it brings something up for you, in the United Kingdom: Childline 0800 1111; for adults worried "
    "about a child, NSPCC 0808 800 5000."
)


@dataclass(frozen=True)
class Part:
    """One part of a page: a heading, then what there is of sentences, a chart, a table and a note.

    Several sentences become a list. table: its columns' names are its headings, and its first column
    names the rows.
    """

    heading: str
    sentences: Sequence[str] = ()
    chart: ChartType | None = None
    table: pl.DataFrame | None = None
    note: str = ""


def page(title: str, parts: Sequence[Part], *, about: str = NOT_FOR_DECISIONS) -> str:
    """Return one HTML page that holds everything it needs, a section a part. about: stays in sight."""
    header = f"<h1>{escape(title)}</h1>\n<p>{CONTENT_NOTE} {HELP}</p>"
    footer = "<p>This page needs no network. With the keyboard: Tab to a slider, then the arrow keys.</p>"
    return document(title, header, "".join(section(part) for part in parts), footer, about=about)


def document(
    title: str,
    header: str,
    main: str,
    footer: str,
    *,
    about: str = NOT_FOR_DECISIONS,
    styles: Sequence[str] = ("page.css",),
    scripts: Sequence[str] = ("page.js",),
) -> str:
    """Return an HTML page around what is already HTML: its header, main part and footer.

    Its policy allows its own scripts and its own style by their hashes, and no request at all. Whoever makes
    the HTML escapes its text; the functions of this module do. about: the sentence that stays in sight.
    styles, scripts: names of files in `assets/`, in the order in which they stand.
    """
    style = "".join(_asset(name) for name in styles)
    # The one copy of Vega, for all charts; nothing in it may end the script it stands in.
    vega = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", VEGA_LITE)
    run = [vega.replace("</script", "<\\/script"), *map(_asset, scripts)]
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(style, *run)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<aside class="banner" aria-label="What this page is for">{escape(about)}</aside>
<header>
{header}
</header>
<main>
{main}</main>
<footer>
{footer}
</footer>
{"".join(f"<script>{script}</script>" for script in run)}
</body>
</html>
"""


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _policy(style: str, *scripts: str) -> str:
    allowed = " ".join(_hash(script) for script in scripts)
    rest = "base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; {rest}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def section(part: Part) -> str:
    """Return a part as a section of a page; its heading and its chart print on one sheet."""
    heading = f"<h2>{escape(part.heading)}</h2>\n{paragraphs(part.sentences)}"
    if part.chart is not None:
        heading = f'<div class="together">{heading}\n{figure(part.chart, part.heading)}</div>'
    pieces = [
        heading,
        "" if part.table is None else table(part.table, part.heading),
        f'<p class="note">{escape(part.note)}</p>' if part.note else "",
    ]
    return "<section>\n" + "".join(f"{piece}\n" for piece in pieces if piece) + "</section>\n"


def paragraphs(sentences: Sequence[str]) -> str:
    """Return one sentence as a paragraph, several as a list."""
    if len(sentences) < 2:
        return "".join(f"<p>{escape(s)}</p>" for s in sentences if s)
    return "<ul>\n" + "".join(f"<li>{escape(s)}</li>\n" for s in sentences) + "</ul>"


def figure(chart: ChartType, label: str) -> str:
    """Return a chart as its specification, with the places in which the script draws it."""
    vega = vl_convert.vegalite_to_vega(chart.to_dict(), vl_version=VEGA_LITE)
    # Inside a script only `<` can end it; in JSON it may as well be written as a code.
    spec = json.dumps(vega, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"""<figure role="figure" aria-label="{escape(label)}">
<div class="controls"></div>
<div class="drawing"><noscript>This chart needs scripts; words and tables say the same.</noscript></div>
<script type="application/json">{spec}</script>
</figure>"""


def table(rows: pl.DataFrame, caption: str) -> str:
    """Return a frame as a table; its first column names the rows."""
    numeric = [dtype.is_numeric() for dtype in rows.dtypes]
    heads = "".join(
        f'<th scope="col"{_right(n)}>{escape(_heading(c))}</th>'
        for c, n in zip(rows.columns, numeric, strict=True)
    )
    body = "".join(f"<tr>{_cells(row, numeric)}</tr>\n" for row in rows.iter_rows())
    return f"""<div class="scroll"><table>
<caption>{escape(caption)}</caption>
<thead><tr>{heads}</tr></thead>
<tbody>
{body}</tbody>
</table></div>"""


def _cells(row: tuple[object, ...], numeric: list[bool]) -> str:
    first, *rest = (f"{_right(n)}>{escape(_cell(value))}" for value, n in zip(row, numeric, strict=True))
    return f'<th scope="row"{first}</th>' + "".join(f"<td{cell}</td>" for cell in rest)


def _right(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _heading(column: str) -> str:
    words = column.replace("_", " ")
    return words[:1].upper() + words[1:]


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return window(value, value)
    if isinstance(value, float):
        return f"{value:,.3f}"
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else str(value)
