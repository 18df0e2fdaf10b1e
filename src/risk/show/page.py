"""The page: charts, words and tables in one HTML file that opens from disk and can reach nothing else.

A chart is compiled to Vega here, so that whatever opens it later needs neither a compiler nor a download. The
HTML stands in templates, which escape whatever they are given.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

import polars as pl
import vl_convert
from altair.typing import ChartType
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from risk.core.caches import kept_text
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


def page(title: str, parts: Sequence[Part], *, for_whom: str = "", about: str = NOT_FOR_DECISIONS) -> str:
    """Return one HTML page that holds everything it needs, a section a part.

    for_whom: who it is for, below its title. about: stays in sight.
    """
    return document("templates/page.html.jinja", title=title, for_whom=for_whom, about=about, parts=parts)


def document(
    template: str,
    *,
    styles: Sequence[str] = ("page.css",),
    scripts: Sequence[str] = ("page.js",),
    about: str = NOT_FOR_DECISIONS,
    **words: object,
) -> str:
    """Return the HTML page of a template that extends `document.html.jinja`.

    styles, scripts: names of files in `assets/`, in the order in which they stand. about: the sentence that
    stays in sight. words: the title, and whatever else the template asks for.
    """
    style = "".join(_asset(name) for name in styles)
    # The one copy of Vega, for all charts; nothing in it may end the script it stands in.
    vega = kept_text(f"vega/{version('vl-convert-python')}_{VEGA_LITE}.js", _bundled)
    run = [vega.replace("</script", "<\\/script"), *map(_asset, scripts)]
    return str(
        render(
            template,
            policy=_policy(style, *run),
            # The package's own files: as they are, or their hashes are not those of the policy.
            style=Markup(style),
            scripts=[Markup(script) for script in run],
            about=about,
            content_note=CONTENT_NOTE,
            help=HELP,
            **words,
        )
    )


def _bundled() -> str:
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", VEGA_LITE)


def render(template: str, **words: object) -> Markup:
    """Return a template of this package, by its path in it, with everything in it that is not HTML escaped.

    What comes back is HTML already, so that it can stand in another template. Raises
    `jinja2.UndefinedError` for a name that the template asks for and is not given.
    """
    return Markup(_templates().get_template(template).render(words))


def notebook_table(rows: pl.DataFrame) -> Markup:
    """Return a frame as a page has it, for a notebook: without a caption, and its words to the left."""
    parts = _templates().get_template("templates/parts.html.jinja").module
    return Markup(parts.table(rows, "", words_left=True))  # type: ignore[attr-defined]


@cache
def _templates() -> Environment:
    """Return the pages' templates: they escape all that is not `Markup`, and no name may be missing."""
    templates = Environment(
        loader=PackageLoader("risk.show", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"cell": _cell, "heading": _heading, "specification": _specification}
    templates.filters |= {"kind": _kind, "pixels": _pixels}
    return templates


def _specification(chart: ChartType | dict[str, Any]) -> Markup:
    """Return a chart, or the Vega of one, as JSON that may stand in a script."""
    vega = chart
    if not isinstance(chart, dict):
        vega = vl_convert.vegalite_to_vega(chart.to_dict(validate=False), vl_version=VEGA_LITE)
    # Inside a script only `<` can end it; in JSON it may as well be written as a code. Escaped as HTML it
    # would be no JSON: a browser reads a script as it stands.
    return Markup(json.dumps(vega, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _policy(style: str, *scripts: str) -> str:
    """Return a policy that allows these scripts and this style by their hashes, and no request at all."""
    allowed = " ".join(_hash(script) for script in scripts)
    rest = "base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; {rest}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _heading(column: str) -> str:
    words = column.replace("_", " ")
    return words[:1].upper() + words[1:]


def _kind(block: object) -> str:
    return type(block).__name__


def _pixels(millimetres: float) -> int:
    return round(millimetres * 96 / 25.4)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return window(value, value)
    if isinstance(value, float):
        return f"{value:,.3f}"
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else str(value)
