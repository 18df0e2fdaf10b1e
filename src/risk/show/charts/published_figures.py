"""Published: what a chart shows of simulated figures against published ones."""

from collections.abc import Mapping
from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.national.published import DRAWN, ERRORS_ALLOWED, calibration_in_words
from risk.show.charts.look import BLUE, GREY, INK, INVENTED_CHILDREN, finished, series

WIDTH: Final = 290
ROW: Final = 27
HEADING: Final = 38
AXIS: Final = 26
MOST: Final = 4.0
"""In tolerances: what is farther away stands at the edge, as an arrow that points outwards."""

STEP: Final = 0.25
"""In tolerances: by which the slider of how close makes the tolerance wider."""

CLOSE_SIZE: Final = (560, 240)
READ_BELOW: Final = 62
READ_LINE: Final = 22
"""In pixels: from the axis to the first line of what is read off, and from line to line."""

SMALL: Final = 260
"""Pixels of the axis of one of many pictures."""

SIGNED: Final = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + abs(datum.value)"
SHADE: Final = "#E3E3E3"
COLUMNS: Final = {"published_words": 90, "simulated_words": 240}
"""Right ends of the columns of figures, in pixels from the right end of the axis."""

BESIDE: Final = 12
BELOW, ABOVE = "outside, far below", "outside, far above"
SHAPES: Final = {
    "within": ("circle", BLUE, 130),
    "unknown": ("square", GREY, 130),
    "outside": ("diamond", INK, 260),
    BELOW: ("triangle-left", INK, 260),
    ABOVE: ("triangle-right", INK, 260),
}
"""Shape, colour and size of a point, by where it lies."""


def calibration(compared: pl.DataFrame) -> ChartType:
    """Return one row a target, grouped by topic: how far the simulated figure is from the published one.

    In tolerances, so that all rows share an axis; within the grey band is within the tolerance. compared:
    from `risk.calibration.compared`.
    """
    placed = _placed(compared)
    height = placed["y"].item(-1) + ROW
    y_scale = alt.Scale(domain=[height, 0], nice=False)

    def y(field: str) -> alt.Y:
        return alt.Y(field, scale=y_scale, axis=None)

    seen = placed.drop_nulls("off")
    layers = [
        _band(height, y),
        *_words(placed, y),
        _bars(seen, y),
        _points(seen, y),
    ]
    verdicts = calibration_in_words(compared)
    return finished(
        alt.layer(*layers).properties(width=WIDTH, height=height),
        f"Published and simulated: {verdicts.partition('. ')[0]}",
        [
            "Invented children. Grey: within the tolerance. A bar is twice the Monte Carlo error either way.",
            "With its whole bar, a blue dot is within, a black diamond outside; an arrow is off the chart.",
            "Of a grey square nobody can tell, with so few households.",
            f"{verdicts.partition('. ')[2]} Nothing was tuned to those.",
        ],
        f"How far each simulated figure is from the published one, in tolerances. {verdicts} "
        + _outside_in_words(compared),
    )


def shapes(compared: pl.DataFrame) -> ChartType:
    """Return one small picture a topic of those by age, deprivation or length: published beside simulated.

    compared: as for `calibration`.
    """
    rows = compared.filter(pl.col("topic").is_in(DRAWN), pl.col("unit") != "times")
    error = ERRORS_ALLOWED * pl.col("standard_error")
    held_out = pl.when("holdout").then(pl.lit(" (held out)")).otherwise(pl.lit(""))
    rows = rows.with_columns(
        topic=pl.col("topic") + held_out,
        low=(pl.col("simulated") - error).clip(0),
        high=pl.col("simulated") + error,
    )
    y = alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=200))
    base = alt.Chart().encode(y=y)
    published = base.mark_bar(color=SHADE, stroke=GREY).encode(x=alt.X("published:Q", title=None))
    spread = base.mark_rule(strokeWidth=3, color=INK).encode(x="low:Q", x2="high:Q")
    simulated = base.mark_point(filled=True, opacity=1, size=110, shape="diamond", color=BLUE)
    panels = [
        alt.layer(published, spread, simulated.encode(x="simulated:Q"), data=drawn)
        .properties(width=SMALL, height=alt.Step(ROW), title=f"{topic}, {drawn['unit'].item(0)}")
        .resolve_scale(y="shared")
        for (topic,), drawn in rows.group_by("topic", maintain_order=True)
    ]
    return finished(
        alt.concat(*panels, columns=2),
        "Published and simulated, by age, deprivation and length",
        [
            "Invented children. Grey bars: published. Blue diamonds: simulated.",
            "A black line is twice the Monte Carlo error either way.",
        ],
        f"Small pictures of {len(panels)} topics, published and simulated. {calibration_in_words(compared)}",
    )


def _counts(place: int, name: str, compared: pl.DataFrame) -> pl.DataFrame:
    """Return how many figures of one world are within so many tolerances, with its place and in words."""
    words = pl.format("{}: {} of {} figures.", pl.lit(name), "within", "figures")
    return _within(compared).with_columns(world=pl.lit(name), place=place, words=words)


def how_close(worlds: Mapping[str, pl.DataFrame]) -> ChartType:
    """Return how many figures of each world lie within so many tolerances of the published ones.

    A slider asks how close is close enough, and reads off the count of each world. Only figures that were
    seen are counted, and luck is not taken off. worlds: by name, what `national.calibration` returns.

    >>> from risk import national
    >>> cohort = risk.simulate(risk.Scenario.named("england_2014"), households=50, seed=1)
    >>> drawn = risk.charts.how_close({"One": national.calibration([cohort], "england_2014")})
    >>> drawn.to_dict()["params"][0]["name"]
    'close'
    """
    counts = pl.concat(_counts(place, *world) for place, world in enumerate(worlds.items()))
    most = int(counts["figures"].max())  # type: ignore[arg-type]
    slider = alt.binding_range(min=STEP, max=MOST, step=STEP, name="Close enough is (tolerances) ")
    scale = alt.Scale(domain=[0, MOST], nice=False)
    x = alt.X("close:Q", title="Close enough (tolerances)", scale=scale)
    y = alt.Y("within:Q", title="Figures as close as that", scale=alt.Scale(domain=[0, most], nice=False))
    base = alt.Chart(counts)
    here = base.transform_filter("datum.close == close")
    down = alt.expr(f"height + {READ_BELOW} + {READ_LINE} * datum.place")
    width, height = CLOSE_SIZE
    layers = [
        base.mark_line(strokeWidth=3).encode(x=x, y=y, **series("world", list(worlds), dashes=True)),
        here.mark_rule(color=INK, strokeDash=[3, 3], strokeWidth=2).encode(x=x),
        here.mark_point(filled=True, size=120, opacity=1, color=INK).encode(x=x, y=y),
        here.mark_text(align="left", baseline="top", x=0, y=down).encode(text="words:N"),
    ]
    return finished(
        alt.layer(*layers)
        .properties(width=width, height=height)
        .add_params(alt.param(name="close", value=1, bind=slider)),
        "How close is close enough, and can it tell the two worlds apart?",
        [f"At 1 it is the tolerance of each published figure. {INVENTED_CHILDREN}"],
        "Figures within so many tolerances of the published ones. At the tolerance: "
        + " ".join(counts.filter(pl.col("close") == 1)["words"]),
    )


def _within(compared: pl.DataFrame) -> pl.DataFrame:
    """Return close, within, figures and words: of the figures seen, how many lie as close as that."""
    far = ((compared["simulated"] - compared["published"]) / compared["tolerance"]).drop_nulls().abs()
    asked = pl.Series("close", [STEP * n for n in range(1, round(MOST / STEP) + 1)])
    return asked.to_frame().with_columns(
        within=pl.Series([int((far <= close).sum()) for close in asked]), figures=pl.lit(len(far))
    )


def _placed(compared: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with what is drawn of each, top to bottom; a topic's first row leaves room above it."""
    off = (pl.col("simulated") - pl.col("published")) / pl.col("tolerance")
    bar = ERRORS_ALLOWED * pl.col("standard_error") / pl.col("tolerance")
    begins = (pl.col("topic") != pl.col("topic").shift(1)).fill_null(True)
    off_chart = pl.when(off < 0).then(pl.lit(BELOW)).otherwise(pl.lit(ABOVE))
    is_off_chart = (pl.col("verdict") == "outside") & (off.abs() > MOST)
    held_out = pl.when("holdout").then(pl.lit(" (held out)")).otherwise(pl.lit(""))
    simulated = pl.format("{} ± {}", _figure("simulated"), _figure("standard_error"))
    return compared.with_columns(
        off=off.clip(-MOST, MOST),
        low=(off - bar).clip(-MOST, MOST),
        high=(off + bar).clip(-MOST, MOST),
        place=pl.when(is_off_chart).then(off_chart).otherwise("verdict"),
        label_words=pl.col("label") + held_out,
        begins=begins,
        y=AXIS + ROW * pl.int_range(1, pl.len() + 1) + HEADING * begins.cast(pl.Int64).cum_sum(),
        published_words=_figure("published"),
        simulated_words=simulated.fill_null("nothing seen"),
    )


def _figure(column: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda v: f"{v:,.1f}", return_dtype=pl.String)


def _band(height: int, y: Any) -> alt.Chart:
    band = pl.DataFrame({"from": [-1.0], "to": [1.0], "top": [AXIS], "bottom": [height]})
    drawn: alt.Chart = alt.Chart(band).mark_rect(color=SHADE)
    return drawn.encode(x=_off("from:Q"), x2="to:Q", y=y("top:Q"), y2="bottom:Q")


def _off(field: str) -> alt.X:
    axis = alt.Axis(orient="top", values=[-4, -2, -1, 0, 1, 2, 4], labelExpr=SIGNED, offset=-AXIS)
    scale = alt.Scale(domain=[-MOST, MOST], nice=False)
    return alt.X(field, title="Off by so many tolerances", scale=scale, axis=axis)


def _words(placed: pl.DataFrame, y: Any) -> list[alt.Chart]:
    left, right = alt.value(0), {n: alt.value(WIDTH + at) for n, at in COLUMNS.items()}
    rows = alt.Chart(placed).encode(y=y("y:Q"))
    topics = alt.Chart(placed.filter("begins").with_columns(y=pl.col("y") - ROW)).encode(y=y("y:Q"))
    names = {"published_words": "Published", "simulated_words": "Simulated ± error"}
    heads = alt.Chart(pl.DataFrame({"y": [0], **names}))
    figures = [rows.mark_text(align="right").encode(x=x, text=f"{n}:N") for n, x in right.items()]
    titles = [
        heads.mark_text(align="right", baseline="top").encode(x=x, y=y("y:Q"), text=f"{n}:N")
        for n, x in right.items()
    ]
    return [
        rows.mark_text(align="right", dx=-BESIDE).encode(x=left, text="label_words:N"),
        topics.mark_text(align="right", dx=-BESIDE, fontWeight="bold").encode(x=left, text="topic:N"),
        rows.mark_text(align="left", dx=BESIDE).encode(x=right["simulated_words"], text="unit:N"),
        *figures,
        *titles,
    ]


def _bars(seen: pl.DataFrame, y: Any) -> alt.Chart:
    drawn: alt.Chart = alt.Chart(seen).mark_rule(strokeWidth=3, color=INK)
    return drawn.encode(x=_off("low:Q"), x2="high:Q", y=y("y:Q"))


def _points(seen: pl.DataFrame, y: Any) -> alt.Chart:
    shapes, colours, sizes = (
        alt.Scale(domain=list(SHAPES), range=list(looks)) for looks in zip(*SHAPES.values(), strict=True)
    )
    shown = ("label", "verdict", "unit", "year", "source")
    tips = [alt.Tooltip(f"{c}:N", title=c.capitalize()) for c in shown]
    drawn: alt.Chart = alt.Chart(seen).mark_point(filled=True, opacity=1, stroke="white")
    return drawn.encode(
        x=_off("off:Q"),
        y=y("y:Q"),
        shape=alt.Shape("place:N", scale=shapes, legend=None),
        color=alt.Color("place:N", scale=colours, legend=None),
        size=alt.Size("place:N", scale=sizes, legend=None),
        tooltip=tips,
    )


def _outside_in_words(compared: pl.DataFrame) -> str:
    outside = compared.filter(pl.col("verdict") == "outside").select("topic", "label").iter_rows()
    named = "; ".join(f"{topic}: {label}" for topic, label in outside)
    return f"Outside: {named}." if named else "None is outside."
