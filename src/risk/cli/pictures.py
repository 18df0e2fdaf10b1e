"""The pictures: figures that belong together, published above simulated, as bars that a terminal can print.

A bar is as long as its figure; what it says is written beside it too, so that nothing depends on colour, nor
on how long a bar seems.
"""

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from risk.national.published import VERDICTS

WIDTH: Final = 28
PUBLISHED, SIMULATED = "=", "#"
KEY: Final = f"{PUBLISHED} published ± tolerance, {SIMULATED} simulated ± one Monte Carlo error"


def pictures(compared: pl.DataFrame) -> Iterator[str]:
    """Give a small picture of each topic: its name and unit, and two bars a figure.

    compared: rows of `risk.national.calibration`, those of a topic together.
    """
    for (topic, unit, holdout), rows in compared.group_by("topic", "unit", "holdout", maintain_order=True):
        yield "\n".join((f"{topic}, {unit}{', held out' if holdout else ''}", *_bars(rows.to_dicts())))


def _bars(rows: list[dict[str, Any]]) -> Iterator[str]:
    most = max(max(row["published"], row["simulated"] or 0.0) for row in rows)
    wide = max(len(row["label"]) for row in rows)
    for row in rows:
        published = f"{row['published']:,.1f} ± {row['tolerance']:g}"
        yield f"  {row['label']:{wide}}  {_bar(row['published'], most, PUBLISHED)}  {published}"
        yield f"  {'':{wide}}  {_bar(row['simulated'] or 0.0, most, SIMULATED)}  {_simulated(row)}"


def _bar(figure: float, most: float, mark: str) -> str:
    return f"{mark * round(WIDTH * figure / most):{WIDTH}}"


def _simulated(row: dict[str, Any]) -> str:
    if row["simulated"] is None:
        return "nothing seen"
    return f"{row['simulated']:,.1f} ± {row['standard_error']:,.1f} {VERDICTS[row['verdict']]}"
