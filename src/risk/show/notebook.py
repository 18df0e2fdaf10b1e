"""The notebook: charts that JupyterLab draws with no network, trusted or not, pictures of them, and words."""

import re
import sys
from typing import Any, Final

import altair as alt
import polars as pl
import vl_convert
from altair.typing import ChartType

from risk.show.page import VEGA_LITE, notebook_table

DRAWN_BY_JUPYTERLAB: Final = "application/vnd.vega.v5+json"
PIXELS_A_POINT: Final = 1.5
MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
"""What Markdown, or the mathematics in it, would take for its own in a sentence that came from a person."""


def use() -> None:
    """Make every chart from now on draw in JupyterLab without a network, and every table show whole.

    Each chart is shown as Vega, which JupyterLab 4 draws by itself, untrusted notebooks included, with an SVG
    for readers that draw nothing and its description for those who hear it. Altair 6's own renderers do not
    do: the default, `html`, loads its scripts from a public server; `mimetype` names a Vega-Lite version that
    JupyterLab does not know, under a type that notebooks may not hold; `jupyter` stays blank until a notebook
    is trusted and run again.
    """
    alt.renderers.register("risk", _shown)
    alt.renderers.enable("risk")
    # Tables show whole, as a page has them: a sentence cut off at thirty letters says nothing.
    pl.Config.set_fmt_str_lengths(300).set_tbl_rows(60).set_tbl_cols(20).set_tbl_width_chars(160)
    pl.Config.set_tbl_hide_dataframe_shape(True).set_tbl_hide_column_data_types(True)
    # A notebook has loaded IPython already; whoever draws outside of one need not have it.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None and shell.display_formatter is not None:
        shell.display_formatter.formatters["text/html"].for_type(pl.DataFrame, notebook_table)


def _shown(spec: dict[str, Any], **_: object) -> dict[str, Any]:
    """Return a chart in the forms that a notebook's output may take, by MIME type."""
    vega = vl_convert.vegalite_to_vega(spec, vl_version=VEGA_LITE)
    # JupyterLab carries Vega 5; what these charts compile to is the same in both.
    vega["$schema"] = "https://vega.github.io/schema/vega/v5.json"
    return {
        DRAWN_BY_JUPYTERLAB: vega,
        "image/svg+xml": vl_convert.vegalite_to_svg(_still(spec), vl_version=VEGA_LITE),
        "text/plain": spec["description"],
    }


def _still(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a chart as it is printed or exported, where nobody can move a slider.

    One that begins where nothing is revealed yet stands at its end: else its picture would be empty.
    """
    params = [_at_its_end(param) for param in spec.get("params", ())]
    return {**spec, "params": params} if params else spec


def _at_its_end(param: dict[str, Any]) -> dict[str, Any]:
    bind = param.get("bind", {})
    reveals = isinstance(bind, dict) and bind.get("input") == "range" and param.get("value") == 0
    return {**param, "value": bind["max"]} if reveals else param


class Words(str):
    """Words under a chart: a notebook sets them as text, and whatever draws no text has them as they are."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        lines = [MARKS.sub(r"\\\1", line) for line in self.splitlines()]
        return lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)

    def __repr__(self) -> str:
        return str(self)


def words(*sentences: str) -> Words:
    """Return sentences as text under a chart: one is a paragraph, several are a list.

    A chart's `description` is what it shows in words, with the number. As the last value of a cell they are
    shown. What a person wrote is never read as Markdown.

    >>> words("It is so.", "So is that.")
    It is so.
    So is that.
    """
    return Words("\n".join(sentences))


def picture(chart: ChartType, kind: str) -> bytes:
    """Return a chart as a picture, "svg" or "png", which anything can show and nothing can play with."""
    if kind == "svg":
        return vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=VEGA_LITE).encode()
    return vl_convert.vegalite_to_png(chart.to_dict(), vl_version=VEGA_LITE, scale=PIXELS_A_POINT)
