"""The page: charts, words and tables that open with no network, in JupyterLab and as one HTML file.

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
from textwrap import wrap
from typing import Any, Final

import altair as alt
import polars as pl
import vl_convert
from altair.typing import ChartType

from risk.kinds import NOT_FOR_DECISIONS
from risk.report import window

VEGA_LITE: Final = "6.4"
"""The Vega-Lite that Altair 6 writes."""

DRAWN_BY_JUPYTERLAB: Final = "application/vnd.vega.v5+json"
PIXELS_A_POINT: Final = 1.5
LETTERS: Final = 100
ASSETS: Final = files("risk") / "assets"

CONTENT_NOTE: Final = "This page describes neglect and abuse of children."
HELP: Final = (
    "If it brings something up for you, in the United Kingdom: Childline 0800 1111; for adults worried "
    "about a child, NSPCC 0808 800 5000."
)


def use() -> None:
    """Make every chart from now on draw in JupyterLab without a network, untrusted notebooks included.

    Each chart is shown as Vega, which JupyterLab 4 draws by itself, with an SVG for readers that draw
    nothing and its description for those who hear it. Altair 6's own renderers do not do: the default,
    `html`, loads its scripts from a public server; `mimetype` names a Vega-Lite version that JupyterLab
    does not know, under a type that notebooks may not hold; `jupyter` stays blank until a notebook is
    trusted and run again.
    """
    alt.renderers.register("risk", _shown)
    alt.renderers.enable("risk")


def _shown(spec: dict[str, Any], **_: object) -> dict[str, Any]:
    """Return a chart in the forms that a notebook's output may take, by MIME type."""
    vega = vl_convert.vegalite_to_vega(spec, vl_version=VEGA_LITE)
    # JupyterLab carries Vega 5; what these charts compile to is the same in both.
    vega["$schema"] = "https://vega.github.io/schema/vega/v5.json"
    return {
        DRAWN_BY_JUPYTERLAB: vega,
        "image/svg+xml": vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE),
        "text/plain": spec["description"],
    }


def in_lines(*sentences: str) -> str:
    """Return sentences in short lines, each beginning one: JupyterLab breaks long ones inside words.

    A chart's `description` is what it shows in words, with the number.
    """
    return "\n".join(line for sentence in sentences for line in wrap(sentence, LETTERS))


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


def picture(chart: ChartType, kind: str) -> bytes:
    """Return a chart as a picture, "svg" or "png", which anything can show and nothing can play with."""
    if kind == "svg":
        return vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=VEGA_LITE).encode()
    return vl_convert.vegalite_to_png(chart.to_dict(), vl_version=VEGA_LITE, scale=PIXELS_A_POINT)


def page(title: str, parts: Sequence[Part], *, about: str = NOT_FOR_DECISIONS) -> str:
    """Return one HTML page that holds everything it needs and can reach nothing else.

    Its policy allows its own two scripts and its own style by their hashes, and no request at all. All
    text is escaped. about: the sentence that stays in sight.
    """
    style = (ASSETS / "page.css").read_text(encoding="utf-8")
    # The one copy of Vega, for all charts; nothing in it may end the script it stands in.
    vega = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", VEGA_LITE)
    vega = vega.replace("</script", "<\\/script")
    draw = (ASSETS / "page.js").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(style, vega, draw)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<p class="banner" role="note">{escape(about)}</p>
<header>
<h1>{escape(title)}</h1>
<p>{CONTENT_NOTE} {HELP}</p>
</header>
<main>
{"".join(_section(part) for part in parts)}</main>
<footer>
<p>This page needs no network. With the keyboard: Tab to a slider, then the arrow keys.</p>
</footer>
<script>{vega}</script>
<script>{draw}</script>
</body>
</html>
"""


def _policy(style: str, *scripts: str) -> str:
    allowed = " ".join(_hash(script) for script in scripts)
    rest = "base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; {rest}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _section(part: Part) -> str:
    pieces = [
        f"<h2>{escape(part.heading)}</h2>",
        _sentences(part.sentences),
        "" if part.chart is None else _figure(part.chart, part.heading),
        "" if part.table is None else _table(part.table, part.heading),
        f'<p class="note">{escape(part.note)}</p>' if part.note else "",
    ]
    return "<section>\n" + "".join(f"{piece}\n" for piece in pieces if piece) + "</section>\n"


def _sentences(sentences: Sequence[str]) -> str:
    if len(sentences) < 2:
        return "".join(f"<p>{escape(s)}</p>" for s in sentences)
    return "<ul>\n" + "".join(f"<li>{escape(s)}</li>\n" for s in sentences) + "</ul>"


def _figure(chart: ChartType, label: str) -> str:
    """Return a chart as its specification, with the places in which the script draws it."""
    vega = vl_convert.vegalite_to_vega(chart.to_dict(), vl_version=VEGA_LITE)
    # Inside a script only `<` can end it; in JSON it may as well be written as a code.
    spec = json.dumps(vega, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"""<figure role="figure" aria-label="{escape(label)}">
<div class="controls"></div>
<div class="drawing"><noscript>This chart needs scripts; words and tables say the same.</noscript></div>
<script type="application/json">{spec}</script>
</figure>"""


def _table(rows: pl.DataFrame, caption: str) -> str:
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
