"""Charts: one function per question, a review or a frame in and an Altair chart out.

Red is the line that a score is held against, and nothing else. Colour never stands alone: a shape, a dash
or a word says the same. Every scale is fixed beforehand, so that revealing a record moves nothing else.
"""

from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

import altair as alt
import polars as pl

from risk.evaluate import JUDGES, ratio_to_incident
from risk.features import BAND_LABELS
from risk.kinds import AGENCIES, label
from risk.review import Review, Span, day, sentences
from risk.scorecard import CumulativeScorecard

INVENTED_CASE: Final = "Invented case. For teaching, never for decisions."
PUBLISHED_ACCOUNT: Final = "From a published account. For teaching, never for decisions."

GROUP_OF: Final = {
    "police": "Police and courts",
    "probation": "Police and courts",
    "court": "Police and courts",
    "school": "Schools",
    "nursery": "Schools",
    "health_visitor": "Health",
    "gp": "Health",
    "hospital": "Health",
    "drug_alcohol_service": "Health",
    "refuge": "Community",
    "housing": "Community",
    "childline": "Community",
    "public": "Community",
    "early_help": "Children's services",
    "childrens_services": "Children's services",
    "unspecified": "Not stated",
}
GROUPS: Final = {
    "Police and courts": ("#0072B2", "circle"),
    "Schools": ("#E69F00", "square"),
    "Health": ("#009E73", "triangle-up"),
    "Community": ("#AA4499", "diamond"),
    "Children's services": ("#222222", "cross"),
    "Not stated": ("#777777", "triangle-down"),
}

RED: Final = "#B3001B"
INK: Final = "#1A1A1A"
GREY: Final = "#5A5A5A"
BLUE: Final = "#0072B2"
PALE: Final = ["#FFFFFF", "#7DB4DE"]  # the darkest still carries dark text at 8:1
THE_LINE: Final = [7, 4]

WIDTH: Final = 720
LANE: Final = 20
MOST_LANES: Final = 5
MOST_TICKS: Final = 9

TOOLTIP: Final = [
    alt.Tooltip("number:Q", title="Record"),
    alt.Tooltip("when:N", title="When"),
    alt.Tooltip("held_by:N", title="Held by"),
    alt.Tooltip("record:N", title="Kind"),
    alt.Tooltip("what:N", title="What"),
    alt.Tooltip("points_when_new:Q", title="Points when new"),
]
DATED_LINES: Final = {
    "Triggered": [8, 3],
    "Assessed": [2, 3],
    "Left home": [10, 3, 2, 3],
    "Harm began": [4, 6],
}
DATED_DASH: Final = alt.StrokeDash(
    "name:N", scale=alt.Scale(domain=list(DATED_LINES), range=list(DATED_LINES.values())), legend=None
)

CONFIG: Final = dict(
    font="Helvetica Neue, Arial, sans-serif",
    background="white",
    axis=alt.AxisConfig(
        labelFontSize=15,
        titleFontSize=15,
        titleFontWeight="normal",
        labelColor=INK,
        titleColor=INK,
        gridColor="#E4E4E4",
        domainColor="#8A8A8A",
        tickColor="#8A8A8A",
        labelLimit=420,
    ),
    legend=alt.LegendConfig(labelFontSize=15, titleFontSize=15, labelColor=INK, titleColor=INK, orient="top"),
    text=alt.MarkConfig(fontSize=15, color=INK),
    title=alt.TitleConfig(
        fontSize=20, subtitleFontSize=15, anchor="start", color=INK, subtitleColor=GREY, subtitlePadding=6
    ),
    view=alt.ViewConfig(stroke=None),
)


def trajectory(found: Review, *, note: str = INVENTED_CASE) -> alt.VConcatChart:
    """Return who held what, above the score on every day, above the dated lines.

    A slider reveals the records one by one, and with them the score; a box hides the line, and with it
    the day it was reached. note: one sentence that says what kind of case this is.
    """
    records = _records(found)
    revealed = alt.param(
        name="revealed",
        value=records.height,
        bind=alt.binding_range(min=0, max=records.height, step=1, name="Records revealed "),
    )
    show_line = alt.param(name="show_line", value=True, bind=alt.binding_checkbox(name="Show the line "))
    dated = _dated(found, records)
    panels = [_swimlane(records, _days(found, labels=False)), _score(found, records, dated, _days(found))]
    if dated.height:
        panels.append(_dated_lines(dated, _days(found, labels=False)))
    chart = alt.vconcat(*panels, spacing=14).add_params(revealed, show_line)
    chart = chart.resolve_scale(color="independent", shape="independent", size="independent")
    return _finished(
        chart,
        "Who held what, and what it added up to",
        note,
        f"{records.height} records above the daily score that they add up to. {sentences(found)[0]}",
    )


def viewers(found: Review, *, note: str = INVENTED_CASE) -> alt.ConcatChart:
    """Return everybody's score next to what children's services had been told, and each agency alone."""
    path = found.path
    panels = []
    for viewer, span in {"pooled": found.triggered, **found.triggered_for}.items():
        steps = _runs(path.of(viewer).with_columns(seen=pl.lit(0)))
        y = _points(found, title=None, ticks=4)
        title = alt.Title(
            _viewer_label(viewer),
            subtitle=f"Reached the line {_short(span)}" if span else "Never reached the line",
            fontSize=16,
            subtitleFontSize=15,
        )
        layers = [*_score_layers(steps, _days(found, ticks=3), y), _line_rule(path.line)]
        panels.append(alt.layer(*layers).properties(width=265, height=120, title=title))
    return _finished(
        alt.concat(*panels, columns=3, spacing=30),
        "What each of them could have added up",
        [note, f"Red and dashed: the line, {path.line} points. Every panel has the same scale."],
        "The score of everybody's record together, next to that of each agency alone. "
        + " ".join(sentences(found)[1 : 1 + len(found.triggered_for)]),
    )


def crossing(found: Review, *, note: str = INVENTED_CASE) -> alt.LayerChart:
    """Return the points of each record on the day the line was reached, one after the other, as a sum.

    The numbers before the records are those of the slider in `trajectory`.
    """
    counted = _waterfall(found)
    total = int(counted["points"].sum())
    y = alt.Y("row:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    end = max(total, found.path.line) * 1.12
    x = alt.X(
        "before:Q", title="Points", scale=alt.Scale(domain=[_range_of_points(found)[0], end], nice=False)
    )
    base = alt.Chart(counted).encode(y=y)
    bars = base.mark_bar(height=20, stroke=INK, strokeWidth=0.6).encode(
        x=x, x2="after:Q", color=_group_colour(counted), tooltip=TOOLTIP
    )
    signed = base.mark_text(align="left", dx=6).encode(x=alt.X("furthest:Q"), text="signed:N")
    rule = (
        alt.Chart(pl.DataFrame({"line": [found.path.line]}))
        .mark_rule(color=RED, strokeDash=THE_LINE, strokeWidth=2)
        .encode(x="line:Q")
    )
    chart = alt.layer(bars, rule, signed).properties(width=520, height=alt.Step(34))
    return _finished(
        chart,
        f"The score on {day(found.score_on)}: {total} points",
        [note, f"Red and dashed: the line, {found.path.line} points."],
        f"On {day(found.score_on)} {counted.height} records added up to {total} points; "
        f"the line stands at {found.path.line}.",
    )


def card(card: CumulativeScorecard) -> alt.LayerChart:
    """Return the whole card as a picture: whole points by kind of record and by its age."""
    points = (
        card.table()
        .with_row_index("order")
        .unpivot(index=["order", "line"], on=list(BAND_LABELS), variable_name="age", value_name="points")
        .with_columns(printed=pl.col("points").cast(pl.String).str.replace("-", "−"))
    )
    base = alt.Chart(points).encode(
        x=alt.X(
            "age:O",
            sort=list(BAND_LABELS),
            title="Age of the record",
            axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False),
        ),
        y=alt.Y(
            "line:N",
            sort=card.table()["line"].to_list(),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
        ),
    )
    colour = alt.Color(
        "points:Q", scale=alt.Scale(domain=[0, card.max_points], range=PALE, clamp=True), legend=None
    )
    cells = base.mark_rect(stroke="#D0D0D0").encode(color=colour)
    chart = alt.layer(cells, base.mark_text().encode(text="printed:N"))
    return _finished(
        chart.properties(width=480, height=alt.Step(30)),
        "The whole card: points for each record, fewer as it ages",
        "A score is the sum. What is not on the card counts nothing. Learned from invented children.",
        f"A table of {card.table().height} kinds of record by four bands of age, with whole points in each.",
    )


def comparison(measures: pl.DataFrame) -> alt.LayerChart:
    """Return the card's average precision next to those of simpler ways of judging.

    measures: from `evaluate`.
    """
    judged = measures.select("judge", "average_precision")
    best = float(judged["average_precision"].max())  # type: ignore[arg-type]
    base = alt.Chart(judged).encode(
        x=alt.X(
            "average_precision:Q",
            title="Average precision, on invented children never seen before",
            scale=alt.Scale(domain=[0, best * 1.2], nice=False),
        ),
        y=alt.Y(
            "judge:N",
            sort=judged["judge"].to_list(),
            title=None,
            axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
        ),
    )
    is_card = alt.datum.judge == JUDGES["points"]
    bars = base.mark_bar(height=26).encode(
        color=alt.when(is_card).then(alt.value(BLUE)).otherwise(alt.value("#A9A9A9"))
    )
    values = base.mark_text(align="left", dx=6).encode(text=alt.Text("average_precision:Q", format=".2f"))
    ratio = ratio_to_incident(measures)
    return _finished(
        alt.layer(bars, values).properties(width=520, height=alt.Step(46)),
        "Adding up, next to judging one incident at a time",
        f"The card's average precision is {ratio:.1f} times that of the worst incident alone.",
        f"Average precision by way of judging; the card's is {ratio:.1f} times that of the worst incident.",
    )


def _swimlane(records: pl.DataFrame, x: alt.X) -> alt.LayerChart:
    """Return one row an agency: a mark where a record begins to count, a bar while it may have happened."""
    rows = [label(a) for a in AGENCIES if label(a) in set(records["held_by"])]
    lanes = int(records["lanes"].max())  # type: ignore[arg-type]
    most = max(int(records["size"].max()), 1)  # type: ignore[arg-type]
    y = alt.Y(
        "held_by:N",
        scale=alt.Scale(domain=rows, padding=0),
        title=None,
        axis=alt.Axis(grid=True, tickBand="extent", ticks=False, domain=False, labelPadding=8),
    )
    offset = alt.YOffset("lane:Q", scale=alt.Scale(domain=[-lanes / 2, lanes / 2], nice=False))
    size = alt.Size(
        "size:Q",
        title="Points when new",
        scale=alt.Scale(domain=[0, most], range=[50, 300], nice=False),
        legend=alt.Legend(values=sorted({0, most // 2, most}), symbolFillColor="#999999"),
    )
    base = alt.Chart(records).transform_filter("datum.number <= revealed")
    base = base.encode(x=x, y=y, yOffset=offset, tooltip=TOOLTIP)
    windows = (
        base.transform_filter("datum.to_on > datum.from_on")
        .mark_rule(strokeWidth=6, strokeCap="round", opacity=0.35)
        .encode(x2="to_on:T", color=_group_colour(records))
    )
    marks = base.mark_point(filled=True, opacity=1, stroke="white", strokeWidth=1).encode(
        size=size, color=_group_colour(records), shape=_group_shape(records), description="spoken:N"
    )
    return alt.layer(windows, marks).properties(width=WIDTH, height=len(rows) * (LANE * lanes + 8))


def _score(found: Review, records: pl.DataFrame, dated: pl.DataFrame, x: alt.X) -> alt.LayerChart:
    """Return the score on every day with its line, and a rule at each end of each dated line."""
    path = found.path
    pooled = path.of("pooled")
    steps = _runs(pooled.with_columns(seen=records["from_on"].search_sorted(pooled["on"], side="left")))
    shown = alt.when("show_line").then(alt.value(1)).otherwise(alt.value(0))
    label_of_line = (
        alt.Chart(_the_line(path.line))
        .mark_text(align="left", color=RED, lineBreak="\n", lineHeight=18)
        .encode(x=alt.value(WIDTH + 8), y="line:Q", text="text:N", opacity=shown)
    )
    layers = [
        *_score_layers(steps, x, _points(found, title="Score (points)", ticks=6), upto="revealed"),
        _line_rule(path.line).encode(opacity=shown),
        label_of_line,
    ]
    if dated.height:
        layers.append(_dated_base(dated).mark_rule(strokeWidth=2).encode(x="on:T", strokeDash=DATED_DASH))
    return alt.layer(*layers).properties(width=WIDTH, height=240)


def _dated_lines(dated: pl.DataFrame, x: alt.X) -> alt.LayerChart:
    """Return one row a dated line: its day or, between imprecise dates, its earliest and latest day."""
    rows = dated["name"].unique(maintain_order=True).to_list()
    y = alt.Y(
        "name:N",
        scale=alt.Scale(domain=rows),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8),
    )
    base = _dated_base(dated).encode(y=y)
    whole = base.transform_filter("datum.is_last")
    ends = base.mark_tick(thickness=3, size=18, color=INK).encode(x=x)
    spans = whole.mark_rule(strokeWidth=3, color=INK).encode(x="from_on:T", x2="on:T")
    texts = whole.mark_text(
        align=alt.expr("datum.is_late ? 'right' : 'left'"), dx=alt.expr("datum.is_late ? -9 : 9")
    ).encode(x="text_on:T", text="text:N")
    return alt.layer(spans, ends, texts).properties(width=WIDTH, height=28 * len(rows))


def _dated_base(dated: pl.DataFrame) -> alt.Chart:
    """Return a chart of the ends of the dated lines that the class has come to; hidden with the line."""
    come_to = "datum.shown_from <= revealed && (show_line || !datum.needs_line)"
    return alt.Chart(dated).transform_filter(come_to)


def _score_layers(steps: pl.DataFrame, x: alt.X, y: alt.Y, upto: str = "0") -> list[alt.Chart]:
    """Return the score as a step line; where dates are imprecise, as a band from the least to the most."""
    base = alt.Chart(steps).transform_filter(f"datum.seen <= {upto}").encode(x=x, y=y)
    layers = [base.mark_line(interpolate="step-after", strokeWidth=2.5, color=INK)]
    if (steps["points_least"] < steps["points_most"]).any():
        band = base.mark_area(interpolate="step-after", color="#9DB7CC", opacity=0.6)
        layers.insert(0, band.encode(y2="points_least:Q"))
    return layers


def _line_rule(line: int) -> alt.Chart:
    rule = alt.Chart(_the_line(line)).mark_rule(color=RED, strokeDash=THE_LINE, strokeWidth=2.5)
    return rule.encode(y="line:Q")


def _the_line(line: int) -> pl.DataFrame:
    return pl.DataFrame({"line": [line], "text": [f"The line,\n{line} points"]})


def _records(found: Review) -> pl.DataFrame:
    """Return the records as they are drawn: numbered in the order of the slider, side by side in lanes."""
    events = found.events()
    words = [
        {
            "number": number,
            "from_on": e["recorded_on"],
            "to_on": e["latest_on"],
            "held_by": label(e["agency"]),
            "group": GROUP_OF[e["agency"]],
            "record": ("About a sibling: " if e["relation"] == "sibling" else "") + label(e["kind"]),
            "what": e["what"],
            "when": _short(Span(e["recorded_on"], e["latest_on"])),
            "points_when_new": e["points_when_new"],
            "points": e["points"],
            "size": max(e["points_when_new"], 0),
            "spoken": f"{label(e['agency'])}, {label(e['kind'])}, {e['points_when_new']} points when new",
        }
        for number, e in enumerate(events.to_dicts(), start=1)
    ]
    records = pl.DataFrame(words)
    span_days = (found.path.record.to_on - found.path.record.from_on).days
    return _in_lanes(records, timedelta(days=span_days * LANE / WIDTH))


def _in_lanes(records: pl.DataFrame, width: timedelta) -> pl.DataFrame:
    """Return `records` with a lane each, so that no two of one agency lie on top of each other.

    Records that touch share the row around its middle. width: how much time a mark covers.
    """
    laned = []
    for _, held in records.group_by("held_by", maintain_order=True):
        rows, touching, until = held.to_dicts(), list[list[dict[str, Any]]](), date.min
        for row in rows:
            if row["from_on"] >= until:
                touching.append([])
            touching[-1].append(row)
            until = max(until, row["to_on"] + width)
        laned += [r for together in touching for r in _side_by_side(together, width)]
    return pl.DataFrame(laned, schema_overrides={"lane": pl.Float64}).sort("number")


def _side_by_side(together: list[dict[str, Any]], width: timedelta) -> list[dict[str, Any]]:
    """Return rows with the first free lane each, centred on 0; beyond `MOST_LANES` they begin again."""
    free_from: list[date] = []
    lanes = []
    for n, row in enumerate(together):
        free = [i for i, until in enumerate(free_from) if until <= row["from_on"]]
        lane = free[0] if free else len(free_from)
        if lane == MOST_LANES:
            lane = n % MOST_LANES
        free_from[lane : lane + 1] = [row["to_on"] + width]
        lanes.append(lane)
    middle = (len(free_from) - 1) / 2
    return [
        {**row, "lane": lane - middle, "lanes": len(free_from)}
        for row, lane in zip(together, lanes, strict=True)
    ]


def _runs(daily: pl.DataFrame) -> pl.DataFrame:
    """Return the first and the last day of each run of equal scores: all of a line that moves in steps."""
    columns = ["points_least", "points_most", "seen"]
    new = pl.any_horizontal(pl.col(c) != pl.col(c).shift(1) for c in columns).fill_null(True)
    last = new.shift(-1).fill_null(True)
    return daily.filter(new | last).select("on", *columns)


def _dated(found: Review, records: pl.DataFrame) -> pl.DataFrame:
    """Return one row an end of each dated line: on, text, and the number of records that show it."""
    record = found.path.record
    lines = {
        "Triggered": found.triggered,
        "Assessed": found.assessed,
        "Left home": found.protected,
        "Harm began": None if found.harm_began is None else Span(found.harm_began, found.harm_began),
    }
    halfway = record.from_on + (record.to_on - record.from_on) / 2
    rows = []
    for name, span in lines.items():
        if span is None:
            continue
        last = span.latest or record.to_on
        is_late = last > halfway
        for on in sorted({span.earliest, last}):
            seen = records.filter(pl.col("from_on") < on if name == "Triggered" else pl.col("from_on") <= on)
            rows.append(
                {
                    "name": name,
                    "on": on,
                    "from_on": span.earliest,
                    "is_last": on == last,
                    "is_late": is_late,
                    "text_on": span.earliest if is_late else last,
                    "text": _short(span),
                    # Hindsight comes when the whole record is on the table.
                    "shown_from": records.height if name == "Harm began" else seen.height,
                    "needs_line": name == "Triggered",
                }
            )
    return pl.DataFrame(rows)


def _waterfall(found: Review) -> pl.DataFrame:
    """Return the records that count on `score_on`, with the sum before and after each."""
    counted = _records(found).filter(pl.col("points") != 0)
    return counted.with_columns(
        row=pl.format("{}   {}   {}: {}", "number", "when", "held_by", "record"),
        after=pl.col("points").cum_sum(),
        signed=pl.when(pl.col("points") > 0)
        .then(pl.format("+{}", "points"))
        .otherwise(pl.format("−{}", pl.col("points").abs())),
    ).with_columns(
        before=pl.col("after") - pl.col("points"),
        furthest=pl.max_horizontal("after", pl.col("after") - pl.col("points")),
    )


def _days(found: Review, *, ticks: int = MOST_TICKS, labels: bool = True) -> alt.X:
    """Return the axis of days: the whole record, with as many months between ticks as keep them apart."""
    record = found.path.record
    months = (record.to_on - record.from_on).days / 30.4
    step = next((s for s in (1, 2, 3, 6, 12, 24) if months / s <= ticks), 60)
    return alt.X(
        "on:T",
        title=None,
        scale=alt.Scale(domain=[_moment(record.from_on), _moment(record.to_on)], nice=False),
        axis=alt.Axis(
            format="%Y" if step >= 12 else "%b %Y",
            tickCount=alt.TimeIntervalStep(interval="month", step=step),
            labels=labels,
            ticks=labels,
            domain=labels,
        ),
    )


def _points(found: Review, *, title: str | None, ticks: int) -> alt.Y:
    """Return the axis of points: from 0, or the lowest score, to above the highest score and the line."""
    return alt.Y(
        "points_most:Q",
        title=title,
        scale=alt.Scale(domain=_range_of_points(found), nice=False),
        axis=alt.Axis(tickCount=ticks),
    )


def _range_of_points(found: Review) -> list[float]:
    daily = found.path.daily
    lowest = min(int(daily["points_least"].min()), 0)  # type: ignore[arg-type]
    highest = max(int(daily["points_most"].max()), found.path.line)  # type: ignore[arg-type]
    return [lowest, highest * 1.1]


def _group_colour(records: pl.DataFrame) -> alt.Color:
    names = _groups_in(records)
    return alt.Color(
        "group:N", title=None, scale=alt.Scale(domain=names, range=[GROUPS[g][0] for g in names])
    )


def _group_shape(records: pl.DataFrame) -> alt.Shape:
    names = _groups_in(records)
    return alt.Shape(
        "group:N", title=None, scale=alt.Scale(domain=names, range=[GROUPS[g][1] for g in names])
    )


def _groups_in(records: pl.DataFrame) -> list[str]:
    return [g for g in GROUPS if g in set(records["group"])]


def _moment(on: date) -> alt.DateTime:
    return alt.DateTime(year=on.year, month=on.month, date=on.day)


def _short(span: Span) -> str:
    """Return a span in as few words as a chart has room for."""
    if span.latest is None:
        return f"{_written(span.earliest)}, or never"
    if span.earliest == span.latest:
        return _written(span.earliest)
    return f"{_written(span.earliest)} to {_written(span.latest)}"


def _written(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def _viewer_label(viewer: str) -> str:
    together = {"pooled": "Everybody together", "childrens_services": "Told to children's services"}
    return together.get(viewer) or f"{label(viewer)} alone"


def _finished(chart: Any, title: str, subtitle: str | list[str], description: str) -> Any:
    """Return a chart with its title, its description for those who hear it, and the one look of all charts."""
    return chart.properties(title=alt.Title(title, subtitle=subtitle), description=description).configure(
        **CONFIG
    )
