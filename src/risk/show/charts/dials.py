"""The dials: what a chart shows of assumptions moved one at a time: which of them decides?"""

from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.core.arguments import need_columns
from risk.core.errors import InputError
from risk.show.charts.look import (
    BLUE,
    GREY,
    INK,
    INVENTED_CHILDREN,
    NAMES_ONLY,
    PALE_BLUE,
    finished,
    number,
    with_interval,
)
from risk.world.effects import MEASURES_IN_WORDS

WIDTH: Final = 520
MOST_DIALS: Final = 20
LETTERS: Final = 60
"""Of a setting's words; a list or a table may have more."""

DRAWN: Final = ("dial", "setting", "measure", "draws", "before", "difference", "low", "high")


def tornado(varied: pl.DataFrame) -> ChartType:
    """Return how far each assumption moves a measure: the one that moves it most stands on top.

    A bar goes from the setting with the least to the one with the most, and through no change. At its ends
    stand these settings, with the 95 % interval over draws as a thin line.

    varied: from `vary`, of one measure and at most 20 dials.
    """
    need_columns("varied", varied, DRAWN, "give what `vary` returns")
    if varied.is_empty() or varied["dial"].n_unique() > MOST_DIALS or varied["measure"].n_unique() > 1:
        raise InputError(f"varied: one measure and from 1 to {MOST_DIALS} dials can be drawn")
    ends = _ends(varied)
    dials = ends["dial"].unique(maintain_order=True).to_list()
    measure = varied["measure"][0]
    reach = [float(ends[c].drop_nulls().abs().max() or 0) for c in ("difference", "low", "high")]  # type: ignore[arg-type]
    end = (max(reach) or 1.0) * 1.5
    scale = alt.Scale(domain=[-end, end], nice=False)
    x = alt.X("difference:Q", title=f"Change from {number(varied['before'][0], ',.4g')}", scale=scale)
    base = alt.Chart(ends).encode(y=alt.Y("dial:N", sort=dials, title=None, axis=NAMES_ONLY))
    return finished(
        alt.layer(*_marks(base, x, scale)).properties(width=WIDTH, height=alt.Step(54)),
        f"Which assumption decides? {MEASURES_IN_WORDS.get(measure, measure)}",
        [
            "One assumption moved at a time, the same children and luck. Pale: below; dark: above.",
            f"Thin lines: 95 % intervals over {varied['draws'][0]} draws. {INVENTED_CHILDREN}",
        ],
        f"How far each assumption moves {MEASURES_IN_WORDS.get(measure, measure).lower()}. "
        + " ".join(_said(ends.filter(dial=dial)) for dial in dials),
    )


def _ends(varied: pl.DataFrame) -> pl.DataFrame:
    """Return the least and the most of each dial, dials in order of how far apart they are."""
    span = pl.max_horizontal("most", 0.0) - pl.min_horizontal("least", 0.0)
    order = (
        varied.group_by("dial", maintain_order=True)
        .agg(least=pl.col("difference").min(), most=pl.col("difference").max())
        .with_columns(span=span)
        .sort("span", descending=True, maintain_order=True)
        .select("dial", place=pl.int_range(pl.len()))
    )
    ranked = varied.join(order, on="dial", maintain_order="left").sort(
        "place", "difference", maintain_order=True
    )
    kept = (pl.int_range(pl.len()).over("dial") == 0) | (
        pl.int_range(pl.len()).over("dial") == pl.len().over("dial") - 1
    )
    return ranked.filter(kept).with_columns(
        words=pl.when(pl.col("setting").str.len_chars() > LETTERS)
        .then(pl.col("setting").str.head(LETTERS - 1) + "…")
        .otherwise("setting"),
        side=pl.when(pl.col("difference") < 0).then(pl.lit("below")).otherwise(pl.lit("above")),
    )


def _marks(base: alt.Chart, x: alt.X, scale: alt.Scale) -> list[alt.Chart]:
    none = alt.Chart(pl.DataFrame({"x": [0.0]})).mark_rule(color=GREY, strokeDash=[3, 3], strokeWidth=2)
    is_below = alt.datum.side == "below"
    bars = base.mark_bar(height=22).encode(
        x=x, x2=alt.datum(0), color=alt.when(is_below).then(alt.value(PALE_BLUE)).otherwise(alt.value(BLUE))
    )
    spans = base.mark_rule(strokeWidth=2, color=INK).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
    # Words stand beyond bar and interval, whichever reaches further.
    left, right = base.transform_filter(is_below), base.transform_filter(alt.datum.side == "above")
    words: Any = {"text": "words:N"}
    return [
        bars,
        none.encode(x=alt.X("x:Q", scale=scale)),
        spans,
        left.transform_calculate(
            end="min(datum.difference, isValid(datum.low) ? datum.low : datum.difference)"
        )
        .mark_text(align="right", dx=-6)
        .encode(x=alt.X("end:Q", scale=scale), **words),
        right.transform_calculate(
            end="max(datum.difference, isValid(datum.high) ? datum.high : datum.difference)"
        )
        .mark_text(align="left", dx=6)
        .encode(x=alt.X("end:Q", scale=scale), **words),
    ]


def _said(ends: pl.DataFrame) -> str:
    said = [
        f"at {row['words']} {with_interval(row['difference'], row['low'], row['high'], '+,.4g')}"
        for row in ends.iter_rows(named=True)
    ]
    return f"{ends['dial'][0]}: {'; '.join(said)}."
