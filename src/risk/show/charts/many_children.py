"""The cohort: what a chart shows of many children: how long they waited, what followed, what would change."""

from textwrap import wrap
from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.reviews.caseload_in_brief import IN_SHORT
from risk.reviews.next_steps import ANSWERED, ASKED
from risk.reviews.waiting import A_YEAR, CAUSES, EVERYBODY, time_and_event, waits_in_words
from risk.show.charts.look import BLUE, GREY, INVENTED_CHILDREN, NAMES_ONLY, SHADES, finished, number, series
from risk.world.effects import MEASURES_IN_WORDS

WIDTH: Final = 640
CELL: Final = (84, 40)
LINE_HEIGHT: Final = 18
LETTERS: Final = 10
"""Of a heading that fit on a line; a longer word has its own."""
CHANGE_WIDTH: Final = 330
FIGURES: Final = {"before_words": 75, "after_words": 150, "change_words": 230}
"""Right ends of the columns of figures, in pixels from the right end of the axis."""

SIGNED: Final = "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + format(abs(datum.value), '.0%')"
YEARS: Final = f"datum.value / {A_YEAR} + (datum.value == {A_YEAR} ? ' year' : ' years')"


def waits(waited: pl.DataFrame, curve: pl.DataFrame, by: str | None = None) -> ChartType:
    """Return the share assessed by each week after the line, above every child's own wait, with a brush.

    waited: from `waits.waits`. curve: from `waits.assessed_by` of them, by the same `by`.
    """
    names = curve["group"].unique(maintain_order=True).to_list()
    group = pl.lit(EVERYBODY) if by is None else pl.col(by)
    cause = time_and_event(waited)["cause"].replace_strict(CAUSES, return_dtype=pl.String)
    ends = (
        waited.group_by("days", group.alias("group"), cause.alias("ended"))
        .agg(n=pl.len())
        .sort("days", "group", "ended")
    )
    last = int(curve["days"].max() or A_YEAR)  # type: ignore[arg-type]
    years = list(range(0, last + A_YEAR, A_YEAR))
    scale = alt.Scale(domain=[0, max(last, years[-1] if years else 0)], nice=False)
    axis = alt.Axis(values=years, labelExpr=YEARS)
    return finished(
        alt.vconcat(
            _assessed_by(_steps(curve), names, scale, axis), _strip(ends, names, scale, axis), spacing=14
        ),
        "From the line to an assessment: how long?",
        [
            "Above: the share assessed by then, and its 95 % interval. Below: how and when waits ended.",
            f"Drag over the marks to count some of them. {INVENTED_CHILDREN}",
        ],
        "The share of children assessed, by the time since their record reached the line. "
        + " ".join(waits_in_words(waited, by)),
    )


def _assessed_by(curve: pl.DataFrame, names: list[str], scale: alt.Scale, axis: alt.Axis) -> ChartType:
    x = alt.X("days:Q", title=None, scale=scale, axis=alt.Axis(values=axis.values, labels=False, ticks=False))
    y_scale = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y(
        "share:Q", title="Share assessed by then", scale=y_scale, axis=alt.Axis(format="%", tickCount=5)
    )
    marks = series("group", names, dashes=True)
    base = alt.Chart(curve).encode(x=x, y=y)
    band = base.mark_area(interpolate="step-after", opacity=0.15).encode(
        y=alt.Y("low:Q", scale=y_scale), y2="high:Q", color=marks["color"]
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5).encode(**marks)
    return alt.layer(band, line).properties(width=WIDTH, height=240)


def _steps(curve: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a curve that a step line needs: where it changes, and its last."""
    drawn = curve.select("group", "days", pl.col("share", "low", "high").round(3))
    same = pl.all_horizontal(pl.col(c) == pl.col(c).shift(1) for c in ("group", "share", "low", "high"))
    last = pl.col("group") != pl.col("group").shift(-1)
    return drawn.filter(~same.fill_null(False) | last.fill_null(True))


def _strip(ends: pl.DataFrame, names: list[str], scale: alt.Scale, axis: alt.Axis) -> ChartType:
    chosen = alt.selection_interval(encodings=["x"], name="chosen")
    x = alt.X("days:Q", title="Since the record reached the line", scale=scale, axis=axis)
    ways = [CAUSES[cause] for cause in (1, 2, 0)]
    y = alt.Y("ended:N", title=None, sort=ways, scale=alt.Scale(domain=ways), axis=NAMES_ONLY)
    offset = alt.YOffset("group:N", sort=names, scale=alt.Scale(domain=names, paddingOuter=0.2))
    marks = series("group", names, dashes=True)
    ticks = (
        alt.Chart(ends)
        .mark_tick(thickness=2, size=18, opacity=0.55)
        .encode(
            x=x,
            y=y,
            yOffset=offset,
            color=alt.when(chosen).then(marks["color"]).otherwise(alt.value("#C4C4C4")),
        )
        .add_params(chosen)
    )
    counted = (
        alt.Chart(ends)
        .transform_calculate(
            assessed=f"datum.ended == '{CAUSES[1]}' ? datum.n : 0",
            removed=f"datum.ended == '{CAUSES[2]}' ? datum.n : 0",
        )
        .transform_filter(chosen)
        .transform_aggregate(n="sum(n)", assessed="sum(assessed)", removed="sum(removed)")
        .transform_calculate(
            words="format(datum.n, ',') + ' children counted: ' + format(datum.assessed, ',') + ' assessed, '"
            " + format(datum.removed, ',') + ' removed first, '"
            " + format(datum.n - datum.assessed - datum.removed, ',') + ' followed no longer'"
        )
    )
    words = counted.mark_text(align="left", fontWeight="bold").encode(
        x=alt.value(0), y=alt.value(-10), text="words:N"
    )
    return alt.layer(ticks, words).properties(width=WIDTH, height=alt.Step(24, **{"for": "offset"}))


def what_followed(followed: pl.DataFrame) -> ChartType:
    """Return what services did next after each concern and each step, as shares of a row.

    followed: from `answers.what_followed`.
    """
    columns, asked = list(ANSWERED.values()), followed.filter(pl.col("of") > 0)
    cells = asked.with_columns(
        next=pl.col("next").replace_strict(ANSWERED),
        name=pl.format("{} ({})", pl.col("asked").replace_strict(ASKED), _in_thousands("of")),
        printed=pl.when(pl.col("times") > 0)
        .then(pl.col("share").map_elements(_at_least_one, return_dtype=pl.String))
        .otherwise(pl.lit("")),
    )
    names = cells["name"].unique(maintain_order=True).to_list()
    shade = alt.Scale(domain=[0, 1], range=list(SHADES), interpolate="rgb")
    base = alt.Chart(cells).encode(
        x=alt.X("next:N", sort=columns, axis=None),
        y=alt.Y("name:N", sort=names, title=None, axis=NAMES_ONLY),
    )
    tips = [
        alt.Tooltip("name:N", title="After"),
        alt.Tooltip("next:N", title="Next"),
        alt.Tooltip("times:Q", title="Times", format=","),
    ]
    squares = base.mark_rect(stroke="#D0D0D0").encode(
        color=alt.Color("share:Q", scale=shade, legend=None), tooltip=tips
    )
    return finished(
        alt.layer(squares, base.mark_text().encode(text="printed:N"), *_headings(columns)).properties(
            width=CELL[0] * len(columns), height=alt.Step(CELL[1])
        ),
        "What did services do next?",
        ["Shares of a row; in brackets, how many there were in the record.", INVENTED_CHILDREN],
        "What services did next after each concern and each step, how often. "
        + " ".join(_mostly(asked.filter(pl.col("asked") == word)) for word in ASKED),
    )


def _in_thousands(column: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda n: number(n, ",.0f"), return_dtype=pl.String)


def _at_least_one(share: float) -> str:
    return number(share) if share >= 0.005 else "< 1 %"


def _headings(columns: list[str]) -> list[alt.Chart]:
    """Return the names of columns above them, in short lines; those of an axis would hang into the cells."""
    lines = [
        {"next": name, "word": word, "y": LINE_HEIGHT * (place - len(words)) - 2}
        for name in columns
        for words in [wrap(name, LETTERS, break_long_words=False)]
        for place, word in enumerate(words)
    ]
    of_line = pl.DataFrame(lines).partition_by("y", as_dict=True)
    return [
        alt.Chart(of_line[y,])
        .mark_text()
        .encode(x=alt.X("next:N", sort=columns, axis=None), y=alt.value(y), text="word:N")
        for (y,) in sorted(of_line)
    ]


def _mostly(its: pl.DataFrame) -> str:
    if its.is_empty():
        return ""
    first, second, *_ = its.sort("times", descending=True, maintain_order=True).iter_rows(named=True)
    said = [f"{row['times']:,} {ANSWERED[row['next']].lower()}" for row in (first, second) if row["times"]]
    return f"{ASKED[first['asked']]} ({first['of']:,}): {', '.join(said)}."


def what_changed(effects: pl.DataFrame) -> ChartType:
    """Return what another practice would have changed for the same children, as shares of what was.

    effects: from `replay`.
    """
    drawn = _changes(effects)
    scale = alt.Scale(domain=[-1, max(0.5, *drawn["high"]) * 1.05], nice=False)
    axis = alt.Axis(labelExpr=SIGNED, tickCount=5)
    base = alt.Chart(drawn).encode(
        y=alt.Y("name:N", sort=drawn["name"].to_list(), title=None, axis=NAMES_ONLY)
    )
    x = alt.X("difference:Q", title="Change, of what was", scale=scale, axis=axis)
    none = alt.Chart(pl.DataFrame({"x": [0.0]})).mark_rule(color=GREY, strokeDash=[3, 3], strokeWidth=2)
    spans = base.mark_rule(strokeWidth=2.5, color=BLUE)
    points = base.mark_point(filled=True, size=90, opacity=1, stroke="white", color=BLUE)
    return finished(
        alt.layer(
            none.encode(x=alt.X("x:Q", scale=scale)),
            spans.encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
            points.encode(x=x),
            *_figures(base),
        ).properties(width=CHANGE_WIDTH, height=alt.Step(40)),
        "The same children, the same luck, another practice",
        ["Bars: 95 % intervals over households. Dashed: no change.", INVENTED_CHILDREN],
        "What another practice would have changed for the same children. "
        + " ".join(_changed(row) for row in drawn.iter_rows(named=True)),
    )


def _changes(effects: pl.DataFrame) -> pl.DataFrame:
    """Return name, difference, low and high as shares of what was, and the figures in words."""
    return (
        effects.filter(pl.col("before") > 0)
        .with_columns(
            name=pl.col("measure").replace_strict(MEASURES_IN_WORDS),
            **{c: pl.col(c) / pl.col("before") for c in ("difference", "low", "high")},
            **{f"{c}_words": _in_thousands(c) for c in ("before", "after")},
        )
        .with_columns(change_words=pl.col("difference").map_elements(_signed, return_dtype=pl.String))
    )


def _figures(base: alt.Chart) -> list[alt.Chart]:
    """Return the figures beside each row, with a heading above each column of them."""
    heads = alt.Chart(pl.DataFrame({name: [name.removesuffix("_words")] for name in FIGURES}))
    right = {name: alt.value(CHANGE_WIDTH + at) for name, at in FIGURES.items()}
    return [
        *(base.mark_text(align="right").encode(x=at, text=f"{n}:N") for n, at in right.items()),
        *(
            heads.mark_text(align="right", dy=-12).encode(x=at, y=alt.value(0), text=f"{n}:N")
            for n, at in right.items()
        ),
    ]


def _signed(share: float) -> str:
    return number(share, "+.0%")


def _changed(row: dict[str, Any]) -> str:
    return (
        f"{row['name']}: {row['before_words']} before, {row['after_words']} after, "
        f"{_signed(row['difference'])} ({_signed(row['low'])} to {_signed(row['high'])})."
    )


def caseload(children: pl.DataFrame) -> ChartType:
    """Return how many children of a caseload are in each group: bars, each with its count.

    children: from `reviews.review_record`. Groups stand in one fixed order; no child is shown.
    """
    counts = pl.DataFrame(
        {
            "name": list(IN_SHORT.values()),
            "children": [children.filter(pl.col("group") == group).height for group in IN_SHORT],
        }
    ).with_columns(printed=_in_thousands("children"))
    most = max(1, *counts["children"])
    base = alt.Chart(counts).encode(
        y=alt.Y("name:N", sort=list(IN_SHORT.values()), title=None, axis=NAMES_ONLY),
        x=alt.X("children:Q", title="Children", scale=alt.Scale(domain=[0, most * 1.15], nice=False)),
    )
    return finished(
        alt.layer(
            base.mark_bar(color=BLUE, height=18), base.mark_text(align="left", dx=6).encode(text="printed:N")
        ).properties(width=CHANGE_WIDTH, height=alt.Step(40)),
        "A caseload of invented children, in groups",
        [
            "The line is where the card puts it. Within a group nobody stands above another.",
            INVENTED_CHILDREN,
        ],
        "How many children of a caseload are in each group. "
        + " ".join(f"{name}: {n}." for name, _, n in counts.iter_rows()),
    )
