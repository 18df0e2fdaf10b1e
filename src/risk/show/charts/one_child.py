"""Charts of one child: who held what, what it added up to, and what sharing would have changed."""

from collections.abc import Callable
from textwrap import wrap
from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.core.kinds import CS, label
from risk.core.wording import day
from risk.reviews.answers import in_short, is_one_day, roughly
from risk.reviews.dated_lines import Review
from risk.reviews.placings.bands import SHARES
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.report import SAYS_REPORTED, headline, in_days, who_alone
from risk.show.charts.layout import (
    NAMES_OF_LINES,
    dated_lines,
    points_range,
    records,
    rows,
    shown_days,
    steps,
    sums,
    viewers_of,
    whose,
)
from risk.show.charts.look import (
    BLUE,
    DASHES,
    INK,
    NAMES_ONLY,
    PALE_BLUE,
    RED,
    THE_LINE,
    chart_of,
    days,
    finished,
    group_colour,
    group_shape,
)

INVENTED_CASE: Final = "Invented case. For teaching, never for decisions."
PUBLISHED_ACCOUNT: Final = "From a published account. For teaching, never for decisions."

WIDTH: Final = 640
PANEL_WIDTH: Final = 240
LETTERS_A_PANEL: Final = 34
SMALL: Final = 22
"""The size of a mark of a visit or a meeting that was due: there are many, and none brings points."""
SHOW_WITH_LINE: Final = alt.when("show_line").then(alt.value(1)).otherwise(alt.value(0))

NOT_STATED_IS_OPEN: Final = f"As it was: only where “{SAYS_REPORTED}”; pale blue: up to told all of it."
HAD_ALL_BEEN_SHARED: Final = "Had all been shared when it was written"
AS_IT_WAS: Final = "As it was"
SHADE: Final = "#ECECEC"
IN_HARM: Final = "(datum.name == 'In harm')"
"""Spells of it are shaded: many days, not one."""

BANDS: Final = (("low", "high"), ("lower", "upper"), ("under", "over"))
"""Between which shares of the ways a band is drawn, one on the other: it fades to what few ways give."""

SEEN: Final = (
    f'viewer == "{whose(CS)}" ? datum.told_step !== null && datum.told_step <= revealed : '
    f'datum.step <= revealed && (viewer == "{whose("pooled")}" || datum.whose == viewer || '
    f'viewer == "{whose(TOLD_ALL)}" && datum.services != "no")'
)
"""Of the records: those revealed so far that the chosen viewer sees."""

TOOLTIP: Final = [
    alt.Tooltip("number:Q", title="Record"),
    alt.Tooltip("when:N", title="When"),
    alt.Tooltip("held_by:N", title="Held by"),
    alt.Tooltip("record:N", title="Kind"),
    alt.Tooltip("what:N", title="What"),
    alt.Tooltip("services:N", title="Services told"),
    alt.Tooltip("points_when_new:Q", title="Points when new"),
]

WHAT_IS_SHOWN: Final = "the score that they add up to each day"
WHILE_HIDDEN: Final = f"The records revealed so far, above {WHAT_IS_SHOWN}. The line is shown when asked for."


def trajectory(review: Review, *, note: str = INVENTED_CASE, hidden: bool = False) -> ChartType:
    """Return who held what, above the score on every day, above the dated lines.

    A slider reveals the records day by day, and with them the score; a box hides the line, and with it
    the day on which it was reached; a list shows what one of them alone held, and its own score. note: one
    sentence that says what kind of case this is. hidden: begin as a class does, with nothing revealed.
    """
    drawn = records(review, width=WIDTH)
    dated = dated_lines(review, drawn)
    x = days(*shown_days(review), WIDTH, labels=False)
    panels = [_swimlane(drawn, x), _score(review, drawn, dated)]
    if dated.height:
        panels.append(_dated(dated, x))
    n_days = drawn["step"].n_unique()
    slider = alt.binding_range(min=0, max=n_days, step=1, name="Days of records revealed ")
    line = alt.binding_checkbox(name="Show the line ")
    whom = alt.binding_select(options=[whose(v) for v in viewers_of(review)], name="Whose record ")
    chart = alt.vconcat(*panels, spacing=12).add_params(
        alt.param(name="revealed", value=0 if hidden else n_days, bind=slider),
        alt.param(name="show_line", value=not hidden, bind=line),
        alt.param(name="viewer", value=whose("pooled"), bind=whom),
    )
    return finished(
        chart,
        "Who held what, and what it added up to",
        [note, *_how_to_read(drawn)],
        WHILE_HIDDEN if hidden else f"{drawn.height} records, above {WHAT_IS_SHOWN}. {headline(review)}",
    )


def _how_to_read(drawn: pl.DataFrame) -> list[str]:
    if drawn["in_diary"].any():
        return ["A mark is a record, larger for more points; the smallest are visits and meetings."]
    if not _imprecise(drawn):
        return ["A mark is a record, larger for more points."]
    return [
        "A mark is a record, larger for more points; a bar is the window in which it fell.",
        "Black is the middle score; the band fades to what few ways give. Scores fall again after crossing.",
    ]


def _imprecise(drawn: pl.DataFrame) -> bool:
    return bool((drawn["to_on"] > drawn["on"]).any())


def _swimlane(drawn: pl.DataFrame, x: alt.X) -> ChartType:
    """Return one row an agency: a mark where a record begins to count, a bar while it may have happened."""
    agencies = rows(drawn, "held_by")
    y = _down(agencies)
    most = max(int(drawn["points_when_new"].max()), 1)  # type: ignore[arg-type]
    size = alt.Size(
        "points_when_new:Q",
        scale=alt.Scale(domain=[0, most], range=[70, 300], nice=False, clamp=True),
        legend=None,
    )
    size_of_all: Any = alt.when("datum.in_diary").then(alt.value(SMALL)).otherwise(size)
    base = alt.Chart(drawn).transform_filter(SEEN)
    base = base.encode(x=x, y=y("y:Q"), tooltip=TOOLTIP)
    # Not on the scale of colours: the legend would then show bars too.
    windows = base.transform_filter("datum.to_on > datum.on").mark_rule(
        strokeWidth=6, opacity=0.35, color=alt.expr("datum.colour")
    )
    marks = base.mark_point(filled=True, opacity=1, stroke="white", strokeWidth=1)
    return alt.layer(
        alt.Chart(agencies).mark_rule(color="#D0D0D0").encode(y=y("bottom:Q")),
        _names(agencies),
        windows.encode(x2="to_on:T"),
        marks.encode(size=size_of_all, color=group_colour(drawn), shape=group_shape(drawn)),
    ).properties(width=WIDTH, height=_height(agencies))


def _names(of_rows: pl.DataFrame) -> alt.Chart:
    """Return the name of each row, to the left of the panel."""
    words: alt.Chart = alt.Chart(of_rows).mark_text(align="right", dx=-10)
    return words.encode(x=alt.value(0), y=_down(of_rows)("middle:Q"), text="name:N")


def _height(of_rows: pl.DataFrame) -> int:
    return int(of_rows["bottom"].max())  # type: ignore[arg-type]


def _down(of_rows: pl.DataFrame) -> Callable[[str], alt.Y]:
    """Return an axis, for any field, that counts pixels from the top of a panel of rows."""
    scale = alt.Scale(domain=[_height(of_rows), 0], nice=False)
    return lambda field: alt.Y(field, scale=scale, axis=None)


def _score(review: Review, drawn: pl.DataFrame, dated: pl.DataFrame) -> ChartType:
    """Return the score on every day and the line, with a rule at each end of each dated line."""
    line = review.path.line
    x = days(*shown_days(review), WIDTH)
    scores = pl.concat(
        steps(review, viewer, drawn).with_columns(viewer=pl.lit(whose(viewer)))
        for viewer in viewers_of(review)
    )
    layers = _score_layers(scores, x, _points(review, "Score (points)"), "datum.viewer == viewer")
    if dated.height:
        reached = _come_to(dated).transform_filter("datum.reached")
        lines = reached.transform_filter(f"!{IN_HARM}").mark_rule(strokeWidth=2)
        layers.append(lines.encode(x="on:T", strokeDash=_dash()))
        spells = reached.transform_filter(f"{IN_HARM} && datum.is_last").mark_rect(color=SHADE)
        layers.insert(0, spells.encode(x="first_on:T", x2="on:T"))
    beside = pl.DataFrame({"line": [line], "words": [f"The line,\n{line} points"]})
    words = alt.Chart(beside).mark_text(
        align="left", color=RED, lineBreak="\n", lineHeight=18, dx=8, aria=False
    )
    layers += [
        _line(line).encode(opacity=SHOW_WITH_LINE),
        words.encode(x=alt.value(WIDTH), y="line:Q", text="words:N", opacity=SHOW_WITH_LINE),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=240)


def _dated(dated: pl.DataFrame, x: alt.X) -> ChartType:
    """Return one row a dated line: its day or, with imprecise dates, its earliest and its latest day."""
    of_rows = rows(dated, "name")
    y = _down(of_rows)
    base = _come_to(dated).transform_calculate(middle="(datum.top + datum.bottom) / 2", above="0")
    marked = base.transform_filter("datum.reached")
    whole = base.transform_filter("datum.is_last").encode(y=y("middle:Q"))
    words: dict[str, Any] = {
        "align": alt.expr("datum.is_late ? 'right' : 'left'"),
        "dx": alt.expr("datum.is_late ? -9 : 9"),
    }
    beside = {"x": alt.X("words_on:T"), "text": alt.Text("words:N")}
    # A line of several spells has its name once.
    named = whole.transform_aggregate(middle="min(middle)", groupby=["name"])
    names = named.mark_text(align="right", dx=-10).encode(x=alt.value(0), text="name:N")
    dropped = (
        marked.transform_filter(f"!{IN_HARM}")
        .mark_rule(strokeWidth=2)
        .encode(y=y("above:Q"), y2="middle:Q", strokeDash=_dash())
    )
    return alt.layer(
        names,
        dropped.encode(x=x),
        whole.transform_filter("datum.reached")
        .mark_rule(strokeWidth=4, color=INK)
        .encode(x="first_on:T", x2="on:T"),
        marked.transform_filter(f"!{IN_HARM}")
        .mark_tick(orient="vertical", thickness=4, size=18, color=INK, opacity=1)
        .encode(x="on:T", y=y("middle:Q")),
        whole.mark_text(**words, stroke="white", strokeWidth=5).encode(**beside),
        whole.mark_text(**words).encode(**beside),
    ).properties(width=WIDTH, height=_height(of_rows))


def _come_to(dated: pl.DataFrame) -> alt.Chart:
    """Return the ends of the dated lines that the class has come to; without the line nothing reaches it."""
    # What followed the line, and not before it, would say where the line is.
    at_line = f"(show_line || {IN_HARM})"
    theirs = "(datum.viewer === null || datum.viewer == viewer)"
    shown = f"datum.shown_from <= revealed && {at_line} && {theirs}"
    return alt.Chart(dated).transform_filter(shown)


def _dash() -> alt.StrokeDash:
    scale = alt.Scale(domain=list(NAMES_OF_LINES), range=list(DASHES))
    return alt.StrokeDash("name:N", scale=scale, legend=None)


def _score_layers(score: pl.DataFrame, x: alt.X, y: alt.Y, whose_only: str = "") -> list[alt.Chart]:
    """Return the median score as a step line and, where dates are imprecise, a band round it that fades.

    whose_only: an expression that holds for the rows of one viewer, where there are several and a slider.
    """
    is_exact = score["low"].equals(score["high"])
    # Of exact days the shares are all the same: a page of a long chronology is half as large without them.
    base = chart_of(score.drop(set(SHARES) - {"median"}) if is_exact else score)
    if whose_only:
        base = base.transform_filter(f"datum.shown_from <= revealed && {whose_only}")
    base = base.encode(x=x, y=y)
    line = base.mark_line(interpolate="step-after", strokeWidth=2.5, color=INK)
    if is_exact:
        return [line]
    band = base.mark_area(interpolate="step-after", color=BLUE, opacity=0.16)
    fading = [band.encode(y=alt.Y(f"{top}:Q"), y2=f"{bottom}:Q") for bottom, top in BANDS]
    return [*fading, line]


def _points(review: Review, title: str | None, ticks: int = 6) -> alt.Y:
    scale = alt.Scale(domain=points_range(review), nice=False)
    return alt.Y("median:Q", title=title, scale=scale, axis=alt.Axis(tickCount=ticks))


def _line(line: int) -> alt.Chart:
    rule: alt.Chart = alt.Chart(pl.DataFrame({"line": [line]})).mark_rule(
        color=RED, strokeDash=THE_LINE, strokeWidth=2.5
    )
    return rule.encode(y="line:Q")


def viewers(review: Review, *, note: str = INVENTED_CASE) -> ChartType:
    """Return everybody's score next to what children's services had been told, and each agency alone.

    Where it is not stated what they had been told, two panels say the least and the most that they could see.
    """
    drawn, line = records(review, width=WIDTH), review.path.line
    x, y = days(*shown_days(review), PANEL_WIDTH), _points(review, None, ticks=4)
    when = {viewer: _in_lines(in_short(review.reached[viewer])) for viewer in viewers_of(review)}
    most = max(len(lines) for lines in when.values())
    panels = []
    for viewer, lines in when.items():
        # As many lines in each, so that panels side by side stand level.
        level = [*lines, *[" "] * (most - len(lines))]
        title = alt.Title(_panel(viewer, review), subtitle=level, fontSize=16, offset=8)
        layers = _score_layers(_turns(steps(review, viewer, drawn)), x, y)
        panel = alt.layer(*layers, _line(line))
        panels.append(panel.properties(width=PANEL_WIDTH, height=120, title=title))
    undated = [label(v) for v in review.reached if v not in when]
    more = [f"No panel, since what they held has no date: {', '.join(undated)}."] if undated else []
    return finished(
        alt.concat(*panels, columns=3, spacing={"row": 24, "column": 28}),
        "What each of them could have added up",
        [
            note,
            f"Red and dashed: the line, {review.path.line} points. Every panel has the same scale.",
            *more,
        ],
        "Everybody's score next to that of each agency alone. " + " ".join(who_alone(review)),
    )


def _turns(score: pl.DataFrame) -> pl.DataFrame:
    """Return the days on which a score that is shown whole changes, and its last: a step needs no more."""
    whole = score.drop("shown_from")
    changes = pl.any_horizontal(pl.col(c) != pl.col(c).shift(1) for c in SHARES).fill_null(True)
    return whole.filter(changes | (pl.col("on") == pl.col("on").max()))


def _in_lines(words: str) -> list[str]:
    """Return words in lines as wide as a panel, a new one for each share."""
    return [line for part in words.split(", ") for line in wrap(part, LETTERS_A_PANEL)]


def _panel(viewer: str, review: Review) -> str:
    """Return the heading of a panel: whose record, and of children's services what of it is stated."""
    if TOLD_ALL not in review.reached:
        return whose(viewer)
    return {CS: "Services: as reported", TOLD_ALL: "Services: told all of it"}.get(viewer, whose(viewer))


def crossing(review: Review, *, note: str = INVENTED_CASE) -> ChartType:
    """Return the points of each record on the day the line was reached, one after the other, as a sum.

    The numbers before the records are those of the tooltips in `trajectory`.
    """
    line = review.path.line
    counted = sums(records(review, width=WIDTH))
    total = int(counted["points"].sum())
    what = "The score" if _is_exact(review) else "The most it was"
    lowest, end = min(0, *counted["after"]), max(line, *counted["after"]) * 1.12
    base = alt.Chart(counted).encode(y=alt.Y("name:N", sort=None, title=None, axis=NAMES_ONLY))
    x = alt.X(
        "before:Q",
        title="Points",
        scale=alt.Scale(domain=[lowest, end], nice=False),
        axis=alt.Axis(tickCount=8, tickMinStep=1),
    )
    bars = base.mark_bar(height=20).encode(
        x=x, x2="after:Q", color=group_colour(counted, legend=False), tooltip=TOOLTIP
    )
    the_line = alt.Chart(pl.DataFrame({"line": [line], "words": [f"The line, {line} points"]}))
    rule = the_line.mark_rule(color=RED, strokeDash=THE_LINE, strokeWidth=2.5).encode(x="line:Q")
    halo = the_line.mark_rule(color="white", strokeWidth=6).encode(x="line:Q")
    words = the_line.mark_text(color=RED, dy=-10).encode(x="line:Q", y=alt.value(0), text="words:N")
    beside: dict[str, Any] = {"x": "beside:Q", "text": "signed:N"}
    clear = base.mark_text(align="left", dx=6, stroke="white", strokeWidth=5).encode(**beside)
    signed = base.mark_text(align="left", dx=6).encode(**beside)
    return finished(
        alt.layer(bars, halo, rule, words, clear, signed).properties(width=400, height=alt.Step(32)),
        f"{what} on {day(review.score_on)}: {total} points",
        note,
        f"On {day(review.score_on)} {counted.height} records add up to {total} points; the line is {line}.",
    )


def _is_exact(review: Review) -> bool:
    return review.path.events["latest_on"].equals(review.path.events["recorded_on"])


def counterfactual(review: Review, *, note: str = INVENTED_CASE) -> ChartType:
    """Return what children's services could add up as it was, over what they could have had all been shared.

    As it was: from what they had been told; where that is not stated it is a band, up to told all of it. Had
    all been shared: from every record on the day it was written, which is everybody's record. Shaded: from
    the day the shared record reached the line to the first assessment after it, or to the record's end.
    """
    drawn = records(review, width=WIDTH)
    told = steps(review, CS, drawn).with_columns(version=pl.lit(AS_IT_WAS))
    shared = steps(review, "pooled", drawn).with_columns(version=pl.lit(HAD_ALL_BEEN_SHARED))
    x, y = days(*shown_days(review), WIDTH), _points(review, "Score (points)")
    versions = [HAD_ALL_BEEN_SHARED, AS_IT_WAS]
    legend = alt.Legend(symbolType="stroke", symbolSize=900, symbolStrokeWidth=3)
    colour = alt.Color(
        "version:N", title=None, scale=alt.Scale(domain=versions, range=[BLUE, INK]), legend=legend
    )
    dash = alt.StrokeDash("version:N", title=None, scale=alt.Scale(domain=versions, range=[[1, 0], [7, 4]]))
    both = chart_of(pl.concat([shared, told]).select("on", "median", "version")).mark_line(
        interpolate="step-after", strokeWidth=3
    )
    wait, words = _wait(review)
    more = [NOT_STATED_IS_OPEN] if TOLD_ALL in review.reached else []
    open_still = _told_or_not(review, drawn, x) if more else []
    lines = both.encode(x=x, y=y, color=colour, strokeDash=dash)
    return finished(
        alt.layer(*wait, *open_still, _line(review.path.line), lines).properties(width=WIDTH, height=260),
        "What earlier sharing would have changed",
        [note, f"Red and dashed: the line, {review.path.line} points.", words, *more],
        " ".join([f"The score from what they had been told, and had all been shared. {words}", *more]),
    )


def _told_or_not(review: Review, drawn: pl.DataFrame, x: alt.X) -> list[alt.Chart]:
    """Return the band of what services may have added up, from what was reported to told all of it."""
    ends = [steps(review, viewer, drawn).select("on", "median") for viewer in (CS, TOLD_ALL)]
    both = ends[0].join(ends[1], on="on", how="full", coalesce=True, suffix="_most").sort("on")
    band = alt.Chart(both.with_columns(pl.exclude("on").forward_fill()))
    area = band.mark_area(interpolate="step-after", color=PALE_BLUE, opacity=0.7)
    return [area.encode(x=x, y="median_most:Q", y2="median:Q")]


def _wait(review: Review) -> tuple[list[alt.Chart], str]:
    """Return the wait from the line to an assessment as a shaded stretch, and in words."""
    if review.triggered is None:
        return [], "Even had all been shared, the line would not have been reached."
    ends = review.assessed.earliest if review.assessed else shown_days(review)[1]
    half = review.reached["pooled"].median or review.triggered.earliest
    begins = day(half) if is_one_day(review.reached["pooled"]) else f"{roughly(half)}, half of the ways"
    if review.days_between is None:
        words = f"Shaded: from {begins}, with no assessment recorded after it."
    else:
        words = f"Shaded: from {begins} to an assessment, {in_days(review.days_between)} after the line."
    stretch = pl.DataFrame({"on": [half], "to": [max(ends, half)]})
    shade = alt.Chart(stretch).mark_rect(color=SHADE, opacity=1)
    return [shade.encode(x=days(*shown_days(review), WIDTH), x2="to:T")], words
