"""The notebook: charts that JupyterLab draws with no network, trusted or not, and pictures of them."""

from typing import Any, Final

import altair as alt
import vl_convert
from altair.typing import ChartType

from risk.page import VEGA_LITE

DRAWN_BY_JUPYTERLAB: Final = "application/vnd.vega.v5+json"
PIXELS_A_POINT: Final = 1.5


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


def picture(chart: ChartType, kind: str) -> bytes:
    """Return a chart as a picture, "svg" or "png", which anything can show and nothing can play with."""
    if kind == "svg":
        return vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=VEGA_LITE).encode()
    return vl_convert.vegalite_to_png(chart.to_dict(), vl_version=VEGA_LITE, scale=PIXELS_A_POINT)
