"""What every chart must keep to, whatever it shows: asked of its specification."""

import colorsys
import json
import re

import vl_convert

from risk.show.page import VEGA_LITE


def vega(chart) -> dict:
    return vl_convert.vegalite_to_vega(chart.to_dict(), vl_version=VEGA_LITE)


def png(chart) -> bytes:
    return vl_convert.vegalite_to_png(json.loads(chart.to_json()), vl_version=VEGA_LITE)


def words(chart) -> str:
    return chart.to_dict()["description"]


def everything_in(spec):
    """Every object in a specification."""
    if isinstance(spec, dict):
        yield spec
        spec = list(spec.values())
    if isinstance(spec, list):
        for part in spec:
            yield from everything_in(part)


def smallest_text(chart) -> float:
    parts = everything_in(chart.to_dict())
    return min(v for part in parts for k, v in part.items() if k.endswith("ontSize"))


def reds(chart) -> set[str]:
    """Every reddish colour that is not data."""

    def is_reddish(colour: str) -> bool:
        r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        hue, saturation, _ = colorsys.rgb_to_hsv(r, g, b)
        return saturation > 0.3 and min(hue, 1 - hue) < 25 / 360

    spec = vega(chart)
    for data in spec["data"]:
        data.pop("values", None)
    return {c for c in re.findall(r"#[0-9A-Fa-f]{6}", json.dumps(spec)) if is_reddish(c)}


def marks_in(chart, colour: str) -> set[str]:
    """The types of mark that are drawn in a colour."""
    return {p["type"] for p in everything_in(vega(chart)) if colour in json.dumps(p.get("encode", ""))}


def domains(chart) -> list:
    """The domain of every scale."""
    return [s["domain"] for part in everything_in(vega(chart)) for s in part.get("scales", [])]


def titles(chart) -> str:
    return json.dumps(chart.to_dict()["title"])
