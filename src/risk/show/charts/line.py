"""The line: what a chart shows of where it stands: what it finds, what it asks for, and who pays for it."""

from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.core.wording import what_a_line_finds
from risk.evaluation.groups import GROUP_WORDS, GROUPS
from risk.evaluation.judges import JUDGES
from risk.evaluation.mitigation import REMEDIES
from risk.show.charts.look import (
    BLUE,
    GREY,
    INVENTED_CHILDREN,
    NAMES_ONLY,
    PALE_BLUE,
    RED,
    THE_LINE,
    finished,
    series,
    with_interval,
)

PANEL: Final = 225
PANELS: Final = {
    "detection": ("Onsets of harm found", "within 12 weeks either side", ".0%"),
    "assessments_per_1000_child_years": ("Assessments asked for", "a year, of 1,000 children", ",.0f"),
    "positive_predictive_value": ("Of these, warranted", "then or within 12 weeks", ".0%"),
}
GROUP_PANELS: Final = {
    "false_alarms_per_child_year": ("False alarms a child-year", ".2f"),
    "detection": ("Onsets of harm found within 12 weeks", "%"),
}
IN_WORDS: Final = {
    **{name: f"Homes {words}" for name, words in GROUP_WORDS.items()},
    "deciles 1-3": "Poorest places",
    "deciles 4-7": "Places in between",
    "deciles 8-10": "Richest places",
}
REMEDY_PANELS: Final = {
    "false_alarm_ratio": ("Times the false alarms,", "much seen to seen", 1.0),
    "average_precision_change": ("Average precision,", "more than the card's", 0.0),
}


def trade_off(by_line: pl.DataFrame, line: int) -> ChartType:
    """Return what a line finds, asks for and gets right, in three panels that one slider goes through.

    by_line: from `detection.by_line`. line: where the slider begins; one of the lines in `by_line`.
    """
    lowest, highest = int(by_line["line"].min()), int(by_line["line"].max())  # type: ignore[arg-type]
    slider = alt.binding_range(min=lowest, max=highest, step=1, name="The line stands at (points) ")
    at = alt.param(name="line_at", value=line, bind=slider)
    panels = [_panel(by_line, measure, lowest, highest) for measure in PANELS]
    here = {row["measure"]: row for row in by_line.filter(pl.col("line") == line).iter_rows(named=True)}
    figures = {m: _figure(here[m], form) for m, (_, _, form) in PANELS.items()}
    said = _asks_and_finds(line, {measure: row["value"] for measure, row in here.items()})
    return finished(
        alt.hconcat(*panels, spacing=30).add_params(at),
        "Every line has a price",
        [
            *said,
            "Move the line and read the three figures. Pale: 95 % intervals over households.",
            INVENTED_CHILDREN,
        ],
        "What the line finds, asks for and gets right, wherever it stands. "
        f"At {line} points: {figures['detection']} of onsets found within 12 weeks; "
        f"{figures['assessments_per_1000_child_years']} assessments asked for a year, of 1,000 children; "
        f"{figures['positive_predictive_value']} of these warranted. {' '.join(said)}",
    )


def _asks_and_finds(line: int, value: dict[str, float | None]) -> list[str]:
    """Return in two short lines whom the line asks about and whom it finds, where the slider begins."""
    that_day, needed = value.get("needed_that_day"), value.get("needed_within_12_weeks")
    asks, finds = what_a_line_finds(that_day, needed, value["detection"]).split("; ")
    return [f"At {line} points, {asks[0].lower()}{asks[1:]};", finds]


def _figure(row: dict[str, Any], form: str) -> str:
    return with_interval(row["value"], row["low"], row["high"], form)


def _panel(by_line: pl.DataFrame, measure: str, lowest: int, highest: int) -> ChartType:
    title, subtitle, form = PANELS[measure]
    rows = by_line.filter(pl.col("measure") == measure, pl.col("value").is_not_null())
    rows = rows.with_columns(
        words=pl.struct("value", "low", "high").map_elements(
            lambda r: _figure(r, form), return_dtype=pl.String
        )
    )
    top = 1.0 if "%" in form else float(rows["high"].max() or 1)  # type: ignore[arg-type]
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(format="%" if "%" in form else ",d", tickCount=5)
    y = alt.Y("value:Q", title=None, scale=scale, axis=axis)
    x = alt.X(
        "line:Q",
        title="Line (points)",
        scale=alt.Scale(domain=[lowest, highest], nice=False),
        axis=alt.Axis(tickCount=6, grid=False),
    )
    base = alt.Chart(rows).encode(x=x, y=y)
    here = base.transform_filter("datum.line == line_at")
    words: Any = {"x": alt.value(PANEL), "y": alt.value(-12), "text": "words:N"}
    return alt.layer(
        base.mark_area(color=PALE_BLUE, opacity=0.5).encode(
            y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2="high:Q"
        ),
        base.mark_line(color=BLUE, strokeWidth=2.5),
        here.mark_rule(color=RED, strokeDash=THE_LINE, strokeWidth=2.5).encode(
            x="line:Q", y=alt.value(0), y2=alt.value(200)
        ),
        here.mark_point(filled=True, color=BLUE, size=130, opacity=1, stroke="white"),
        here.mark_text(align="right", fontWeight="bold").encode(**words),
    ).properties(width=PANEL, height=200, title=alt.Title(title, subtitle=subtitle, fontSize=16, offset=28))


def groups(by_group: pl.DataFrame, rate: float) -> ChartType:
    """Return false alarms and onsets found by group, where each judge has one line for all, with intervals.

    by_group: from `groups.by_group`, of the judges to be shown. rate: of false alarms, as it was given there.
    """
    drawn = by_group.drop_nulls("by").with_columns(
        label=pl.col("judge").replace(JUDGES | REMEDIES), name=pl.col("group").replace_strict(IN_WORDS)
    )
    judges = drawn["label"].unique(maintain_order=True).to_list()
    panels = [_by_group(drawn, measure, judges, names=n == 0) for n, measure in enumerate(GROUP_PANELS)]
    return finished(
        alt.hconcat(*panels, spacing=30),
        "One line for all: who is asked about for nothing, and who is found?",
        [
            f"Each line raises {rate:g} false alarms a child-year over all; here, at one mixture of family",
            f"types. Bars: 95 % intervals. {INVENTED_CHILDREN}",
        ],
        "False alarms a child-year and onsets found, by group. "
        + " ".join(_of_judge(drawn.filter(pl.col("label") == judge)) for judge in judges),
    )


def _by_group(drawn: pl.DataFrame, measure: str, judges: list[str], *, names: bool) -> ChartType:
    title, form = GROUP_PANELS[measure]
    rows = drawn.filter(pl.col("measure") == measure, pl.col("value").is_not_null())
    top = 1.0 if form == "%" else float(rows["high"].max() or 1) * 1.05  # type: ignore[arg-type]
    scale = alt.Scale(domain=[0, top], nice=False)
    order = [IN_WORDS[name] for of in GROUPS.values() for name in of]
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "name:N",
            sort=order,
            title=None,
            axis=NAMES_ONLY if names else None,
            scale=alt.Scale(domain=order, paddingInner=0.35),
        ),
        yOffset=alt.YOffset("label:N", sort=judges, scale=alt.Scale(domain=judges)),
    )
    return _with_spans(base, scale, judges, alt.Axis(format=form, tickCount=5)).properties(
        width=300,
        height=alt.Step(22, **{"for": "offset"}),
        title=alt.Title(title, fontSize=16, offset=8),
    )


def _with_spans(base: alt.Chart, scale: alt.Scale, names: list[str], axis: alt.Axis) -> ChartType:
    marks = series("label", names)
    spans = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q", scale=scale, title=None, axis=axis), x2="high:Q", color=marks["color"]
    )
    points = base.mark_point(filled=True, size=130, opacity=1, stroke="white")
    return alt.layer(spans, points.encode(x=alt.X("value:Q", scale=scale, title=None, axis=axis), **marks))


def _of_judge(rows: pl.DataFrame) -> str:
    value = {(row["group"], row["measure"]): row for row in rows.iter_rows(named=True)}
    said = []
    for group in GROUPS["visibility"]:
        false, seen = (value[group, m] for m in GROUP_PANELS)
        said.append(
            f"{IN_WORDS[group].lower()} {_figure(false, '.2f')} false alarms, "
            f"{_figure(seen, '.0%')} of onsets"
        )
    return f"{rows['label'][0]}: {'; '.join(said)}."


def remedies(by_group: pl.DataFrame) -> ChartType:
    """Return what each remedy does to the ratio of false alarms, and what it costs, with intervals.

    by_group: from `groups.by_group` of the card and of `remedies.remedied`.
    """
    drawn = by_group.filter(pl.col("by").is_null()).with_columns(
        label=pl.col("judge").replace(JUDGES | REMEDIES)
    )
    judges = drawn["label"].unique(maintain_order=True).to_list()
    panels = [_remedy_panel(drawn, measure, judges, names=n == 0) for n, measure in enumerate(REMEDY_PANELS)]
    said = [_cost(drawn.filter(pl.col("label") == judge)) for judge in judges]
    return finished(
        alt.hconcat(*panels, spacing=30),
        "What does it cost to ask no more of those who are seen more?",
        ["Dashed: no difference. Bars: 95 % intervals over households.", INVENTED_CHILDREN],
        "False alarms of much seen homes against seen ones, and average precision against the card's. "
        + " ".join(said),
    )


def _remedy_panel(drawn: pl.DataFrame, measure: str, judges: list[str], *, names: bool) -> ChartType:
    title, subtitle, same = REMEDY_PANELS[measure]
    rows = drawn.filter(pl.col("measure") == measure, pl.col("value").is_not_null())
    ends = [same, *rows["low"].drop_nulls(), *rows["high"].drop_nulls()]
    air = (max(ends) - min(ends)) * 0.08 or 0.1
    scale = alt.Scale(domain=[min(ends) - air, max(ends) + air], nice=False)
    axis = alt.Axis(tickCount=5)
    x = alt.X("value:Q", title=None, scale=scale, axis=axis)
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=judges, title=None, axis=NAMES_ONLY if names else None)
    )
    none = alt.Chart(pl.DataFrame({"same": [same]})).mark_rule(color=GREY, strokeDash=[3, 3], strokeWidth=2)
    spans = base.mark_rule(strokeWidth=2.5, color=BLUE).encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=axis), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=130, opacity=1, stroke="white", color=BLUE).encode(x=x)
    return alt.layer(
        none.encode(x=alt.X("same:Q", title=None, scale=scale, axis=axis)), spans, points
    ).properties(
        width=300, height=alt.Step(32), title=alt.Title(title, subtitle=subtitle, fontSize=16, offset=8)
    )


def _cost(rows: pl.DataFrame) -> str:
    value = {row["measure"]: row for row in rows.iter_rows(named=True)}
    ratio, change = value["false_alarm_ratio"], value["average_precision_change"]
    cost = "" if rows["judge"][0] == "card" else f", {_figure(change, '+.3f')}"
    return f"{rows['label'][0]}: {_figure(ratio, '.2f')} times{cost}."
