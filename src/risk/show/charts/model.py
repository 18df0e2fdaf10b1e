"""The model: what a chart shows of a card, of how true it is, and how much it finds of what is knowable."""

from collections.abc import Collection
from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.evaluation.judges import JUDGES
from risk.evaluation.judging import RATIO_WORDS, ratio_to_incident
from risk.model.card import Card
from risk.model.features import BAND_LABELS
from risk.show.charts.look import (
    BLUE,
    GREY,
    INK,
    INVENTED_CHILDREN,
    NAMES_ONLY,
    PALE_GREY,
    SHADES,
    finished,
    number,
    series,
    with_interval,
)

COLUMN: Final = 96
JUDGE_ROW: Final = 22
SHARES_WIDTH: Final = 480
FIGURES_WIDTH: Final = 190
READ_BELOW: Final = 62
READ_LINE: Final = 22
"""In pixels: from the axis to the first line of what is read off, and from line to line."""

RATIO_NAMES: Final = {name: words[0].upper() + words[1:] for name, words in RATIO_WORDS.items()}


def card(card: Card, sure: pl.DataFrame | None = None) -> ChartType:
    """Return the whole card as a picture: whole points by kind of record and by its age.

    sure: from `stability.stability`; the points that other households would have taught, below each.
    """
    table = card.table()
    apart = 0 if sure is None else 9
    above = alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False)
    shade = alt.Scale(domain=[0, card.max_points], range=list(SHADES), interpolate="rgb", clamp=True)
    base = alt.Chart(_cells(table, sure)).encode(
        x=alt.X("age:O", sort=list(BAND_LABELS), title="Age of the record", axis=above),
        y=alt.Y("line:N", sort=table["line"].to_list(), title=None, axis=NAMES_ONLY),
    )
    squares = base.mark_rect(stroke="#D0D0D0").encode(color=alt.Color("points:Q", scale=shade, legend=None))
    layers = [squares, base.mark_text(dy=-apart, fontWeight="bold").encode(text="printed:N")]
    if sure is not None:
        layers.append(base.mark_text(dy=apart).encode(text="span:N"))
    most = table.row(0, named=True)
    return finished(
        alt.layer(*layers).properties(
            width=COLUMN * len(BAND_LABELS), height=alt.Step(30 if sure is None else 44)
        ),
        "The whole card: points for the newest record of each kind, fewer as it ages",
        _how_sure(sure),
        f"A table of {table.height} kinds of record by {len(BAND_LABELS)} bands of age, points in each. "
        f"Most points, {most[BAND_LABELS[0]]}, when new: {most['line']}.{_widest(sure)}",
    )


def _cells(table: pl.DataFrame, sure: pl.DataFrame | None) -> pl.DataFrame:
    """Return line, age, points and what is printed of them; with an interval, span."""
    if sure is None:
        cells = table.unpivot(index="line", on=list(BAND_LABELS), variable_name="age", value_name="points")
    else:
        span = pl.format("{} to {}", *(_with_minus(end) for end in ("low", "high")))
        cells = sure.with_columns(
            span=pl.when(pl.col("low") != pl.col("high")).then(span).otherwise(pl.lit(""))
        )
    return cells.with_columns(printed=_with_minus("points"))


def _with_minus(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.replace("-", "−")


def _how_sure(sure: pl.DataFrame | None) -> str | list[str]:
    sums = "A score is their sum. What is not on the card counts nothing. Learned from invented children."
    if sure is None:
        return sums
    return [sums, "Below each: the points that other such households would have taught, 95 times of 100."]


def _widest(sure: pl.DataFrame | None) -> str:
    if sure is None:
        return ""
    row = sure.sort(pl.col("high") - pl.col("low"), descending=True, maintain_order=True).row(0, named=True)
    return (
        f" Least sure: {row['line']}, {row['age']}, {number(row['points'], 'd')} points, where other such "
        f"households would have taught {number(row['low'], 'd')} to {number(row['high'], 'd')}."
    )


def comparison(measures: pl.DataFrame) -> ChartType:
    """Return the card's average precision next to those of other ways of judging, with intervals.

    measures: from `evaluate`.
    """
    judged = measures.filter(pl.col("measure") == "average_precision").select(
        "low", "high", judge="label", average_precision="value"
    )
    judged = judged.with_columns(
        words=pl.col("average_precision").map_elements(lambda v: f"{v:.2f}", return_dtype=pl.String),
        beside=pl.max_horizontal("average_precision", "high"),
    )
    end = float(judged["beside"].max()) * 1.15  # type: ignore[arg-type]
    x = alt.X(
        "average_precision:Q",
        title="Average precision, on invented children not seen before",
        scale=alt.Scale(domain=[0, end], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y("judge:N", sort=judged["judge"].to_list(), title=None, axis=NAMES_ONLY)
    base = alt.Chart(judged).encode(x=x, y=y)
    is_card = alt.datum.judge == JUDGES["card"]
    bars = base.mark_bar(height=22).encode(
        color=alt.when(is_card).then(alt.value(BLUE)).otherwise(alt.value(PALE_GREY))
    )
    spans = base.mark_rule(strokeWidth=2, color=INK).encode(x="low:Q", x2="high:Q")
    values = base.mark_text(align="left", dx=8).encode(x="beside:Q", text="words:N")
    times = f"{ratio_to_incident(measures) or float('nan'):.1f} times"
    ratio = f"The card's average precision is {times} that of the best reading of four weeks alone."
    return finished(
        alt.layer(bars, spans, values).properties(width=500, height=alt.Step(36)),
        "Adding up, next to judging one incident at a time",
        [ratio, f"Thin bars: 95 % intervals over households. {INVENTED_CHILDREN}"],
        f"Average precision by way of judging. {ratio} "
        + "; ".join(f"{row['judge']} {row['words']}" for row in judged.iter_rows(named=True))
        + ".",
    )


TIPS: Final = [
    alt.Tooltip("label:N", title="Judge"),
    alt.Tooltip("predicted:Q", title="Chance given", format=".0%"),
    alt.Tooltip("observed:Q", title="Warranted", format=".0%"),
    alt.Tooltip("child_landmarks:Q", title="Child-landmarks", format=","),
]


def reliability(bins: pl.DataFrame) -> ChartType:
    """Return the chance that judges gave against the share that did warrant an assessment.

    A slider asks about one chance, and reads of each judge the point that is nearest to it. bins: from
    `evaluation.reliability`.
    """
    names = bins["label"].unique(maintain_order=True).to_list()
    whole = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(format="%", tickCount=6)
    base = alt.Chart(bins).encode(
        x=alt.X("predicted:Q", title="The chance that it gave", scale=whole, axis=axis),
        y=alt.Y("observed:Q", title="The share that warranted an assessment", scale=whole, axis=axis),
    )
    right = alt.Chart(pl.DataFrame({"x": [0.0, 1.0]})).encode(x=alt.X("x:Q", scale=whole), y="x:Q")
    marks = series("label", names)
    bars = base.mark_rule(strokeWidth=2, opacity=0.6).encode(
        y=alt.Y("low:Q", scale=whole), y2="high:Q", color=marks["color"]
    )
    points = base.mark_point(filled=True, size=120, opacity=1, stroke="white").encode(tooltip=TIPS, **marks)
    words = alt.Chart(pl.DataFrame({"x": [0.45], "y": [0.37], "words": ["as often as it said"]}))
    return finished(
        alt.layer(
            right.mark_line(color=GREY, strokeDash=[3, 3]),
            words.mark_text(align="left", color=GREY, dx=10).encode(x="x:Q", y="y:Q", text="words:N"),
            bars,
            points,
            *_read_off(bins, names),
        )
        .properties(width=560, height=400)
        .add_params(_chance_asked()),
        "When it says one in five, is it one in five?",
        [
            "On the dashed line it is. Bars: 95 % intervals over households.",
            f"Ringed, and read below: the points nearest to the chance you ask about. {INVENTED_CHILDREN}",
        ],
        "The chance that each judge gave against the share that did warrant an assessment. "
        + " ".join(_true_to_its_word(bins.filter(pl.col("label") == name)) for name in names),
    )


def _chance_asked() -> alt.Parameter:
    slider = alt.binding_range(min=0, max=100, step=1, name="It gave a chance of (percent) ")
    return alt.param(name="gave", value=20, bind=slider)


def _read_off(bins: pl.DataFrame, names: list[str]) -> list[alt.Chart]:
    """Return a ring round each judge's point nearest to the chance that is asked about, and it in words."""
    told = bins.with_columns(
        place=pl.col("label").replace_strict({name: n for n, name in enumerate(names)}),
        words=pl.struct(bins.columns).map_elements(_read, return_dtype=pl.String),
    )
    nearest = (
        alt.Chart(told)
        .transform_calculate(far="abs(datum.predicted * 100 - gave)")
        .transform_window(rank="row_number()", sort=[alt.SortField("far")], groupby=["label"])
        .transform_filter("datum.rank == 1")
    )
    rings = nearest.mark_point(size=420, color=INK, strokeWidth=2, filled=False, opacity=1)
    down = alt.expr(f"height + {READ_BELOW} + {READ_LINE} * datum.place")
    below = nearest.mark_text(align="left", baseline="top", x=0, y=down)
    return [rings.encode(x="predicted:Q", y="observed:Q"), below.encode(text="words:N")]


def _read(its: dict[str, Any]) -> str:
    came = with_interval(its["observed"], its["low"], its["high"], ".0%")
    return f"{its['label']}: where it gave {number(its['predicted'])}, {came} did"


def _true_to_its_word(its: pl.DataFrame) -> str:
    near = its.sort((pl.col("predicted") - 0.2).abs(), maintain_order=True).row(0, named=True)
    expected, came = ((its[c] * its["child_landmarks"]).sum() for c in ("predicted", "observed"))
    came_of_these = with_interval(near["observed"], near["low"], near["high"], ".0%")
    return (
        f"{its['label'][0]}: where it said {number(near['predicted'])}, {came_of_these} did; in all it "
        f"expected {expected:,.0f} child-landmarks with a warranted assessment, and there were {came:,.0f}."
    )


def shares_of_ceiling(measures: pl.DataFrame, judges: Collection[str] | None = None) -> ChartType:
    """Return how much of what the ceiling reaches each judge reaches, by measure, with intervals.

    measures: from `evaluate`, of rows with a ceiling. judges: those to be shown; if none is named, all.
    """
    drawn = _ratios(measures if judges is None else measures.filter(pl.col("judge").is_in(judges)))
    labels = drawn["label"].unique(maintain_order=True).to_list()
    end = max(1.25, float(drawn["high"].max() or 1) * 1.05)  # type: ignore[arg-type]
    scale = alt.Scale(domain=[0, end], nice=False)
    title, axis = "Of what the ceiling reaches", alt.Axis(tickCount=6)
    of_ceiling: dict[str, Any] = {"title": title, "scale": scale, "axis": axis}
    base = alt.Chart(drawn).encode(
        y=alt.Y(
            "measure:N",
            sort=list(RATIO_NAMES.values()),
            title=None,
            axis=NAMES_ONLY,
            scale=alt.Scale(padding=0.25),
        ),
        yOffset=alt.YOffset("label:N", sort=labels),
    )
    marks = series("label", labels)
    spans = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q", **of_ceiling), x2="high:Q", color=marks["color"]
    )
    points = base.mark_point(filled=True, size=130, opacity=1, stroke="white")
    figures = base.mark_text(align="right").encode(x=alt.value(SHARES_WIDTH + FIGURES_WIDTH), text="words:N")
    return finished(
        alt.layer(
            *_ceiling(scale), spans, points.encode(x=alt.X("value:Q", **of_ceiling), **marks), figures
        ).properties(width=SHARES_WIDTH, height=alt.Step(JUDGE_ROW, **{"for": "offset"})),
        "How much of what could be known does it find?",
        [
            "1 is the most that anybody could reach on the same record. Bars: 95 % intervals.",
            INVENTED_CHILDREN,
        ],
        "What each judge reaches of what the ceiling reaches. " + " ".join(_shares(drawn, j) for j in labels),
    )


def _ratios(measures: pl.DataFrame) -> pl.DataFrame:
    """Return label, measure, value, low, high and words of what is drawn."""
    ratios = measures.filter(pl.col("measure").is_in(list(RATIO_WORDS)), pl.col("value").is_not_null())
    return ratios.select(
        *("label", "value", "low", "high"),
        measure=pl.col("measure").replace_strict(RATIO_NAMES),
        words=pl.struct("value", "low", "high", "above_ceiling").map_elements(_share, return_dtype=pl.String),
    )


def _ceiling(scale: alt.Scale) -> tuple[alt.Chart, alt.Chart]:
    at = alt.Chart(pl.DataFrame({"x": [1.0], "words": ["the ceiling"]})).encode(x=alt.X("x:Q", scale=scale))
    return (
        at.mark_rule(color=INK, strokeWidth=1.5),
        at.mark_text(align="left", dx=8).encode(y=alt.value(8), text="words:N"),
    )


def _share(its: dict[str, Any]) -> str:
    said = with_interval(its["value"], its["low"], its["high"], ".2f")
    return f"{said}, above" if its["above_ceiling"] else said


def _shares(drawn: pl.DataFrame, judge: str) -> str:
    its = drawn.filter(pl.col("label") == judge).select("measure", "words").iter_rows()
    return f"{judge}: " + "; ".join(f"{measure} {words}" for measure, words in its) + "."
