"""The look: what all charts share, so that a colour, a shape or a date means the same in each of them.

Red is the line that a score is held against, and nothing else. Colour never stands alone: a shape, a dash
or a word says the same. Every scale is fixed beforehand, so that revealing a record moves nothing else.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

GROUP_OF: Final = {
    "police": "Police and courts",
    "probation": "Police and courts",
    "court": "Police and courts",
    "youth_justice": "Police and courts",
    "school": "Schools",
    "nursery": "Schools",
    "health_visitor": "Health",
    "gp": "Health",
    "hospital": "Health",
    "drug_alcohol_service": "Health",
    "mental_health_service": "Health",
    "other_health": "Health",
    "refuge": "Community",
    "housing": "Community",
    "childline": "Community",
    "public": "Community",
    "anonymous": "Community",
    "local_authority": "Community",
    "domestic_abuse_service": "Community",
    "voluntary": "Community",
    "other_agency": "Community",
    "foster_carer": "Children's services",
    "early_help": "Children's services",
    "childrens_services": "Children's services",
    "unspecified": "Not stated",
}
GROUPS: Final = {
    "Police and courts": ("#0072B2", "circle"),
    "Schools": ("#A87400", "square"),
    "Health": ("#008A64", "triangle-up"),
    "Community": ("#AA4499", "diamond"),
    "Children's services": ("#222222", "cross"),
    "Not stated": ("#757575", "triangle-down"),
}
"""Each group's colour, at 3:1 or more on white and readable to those who see fewer colours, and its shape."""

RED: Final = "#B3001B"
THE_LINE: Final = [7, 4]
DASHES: Final = ([12, 3, 2, 3, 2, 3], [8, 3], [2, 3], [10, 3, 2, 3], [4, 6])
"""Of the dated lines, in their order."""

INK: Final = "#1A1A1A"
GREY: Final = "#5A5A5A"
BLUE: Final = "#0072B2"
PALE_GREY: Final = "#A9A9A9"
PALE_BLUE: Final = "#9DB7CC"
SHADES: Final = ("#FFFFFF", "#7DB4DE")
"""From nothing to the most; the darkest still carries dark text at more than 4.5:1."""

SERIES: Final = (
    (BLUE, "circle", [1, 0]),
    ("#A87400", "square", [8, 3]),
    ("#222222", "diamond", [2, 3]),
    ("#AA4499", "triangle-up", [10, 3, 2, 3]),
)
"""Colour, shape and dash of the first, second and further of what is held side by side."""

INVENTED_CHILDREN: Final = "Invented children. For teaching, never for decisions."

CONFIG: Final[dict[str, Any]] = {
    "font": "Helvetica Neue, Arial, sans-serif",
    "background": "white",
    "axis": alt.AxisConfig(
        labelFontSize=15,
        titleFontSize=15,
        titleFontWeight="normal",
        labelColor=INK,
        titleColor=INK,
        gridColor="#E4E4E4",
        domainColor="#8A8A8A",
        tickColor="#8A8A8A",
        labelLimit=480,
        labelFlush=False,
    ),
    "legend": alt.LegendConfig(
        orient="top",
        labelFontSize=15,
        titleFontSize=15,
        titleFontWeight="normal",
        labelColor=INK,
        titleColor=INK,
        symbolOpacity=1,
        symbolSize=140,
        labelLimit=480,
        offset=14,
        columnPadding=16,
    ),
    "text": alt.MarkConfig(fontSize=15, color=INK),
    "title": alt.TitleConfig(
        anchor="start",
        fontSize=20,
        color=INK,
        subtitleFontSize=15,
        subtitleColor=GREY,
        subtitlePadding=6,
        subtitleLineHeight=20,
        offset=16,
    ),
    "view": alt.ViewConfig(stroke=None),
    "padding": {"left": 2, "top": 5, "right": 5, "bottom": 5},
}

WRITTEN: Final = "%Y-%m-%dT00:00:00"
"""A day as a browser reads it: where it is opened, and not in Greenwich."""

NAMES_ONLY: Final = alt.Axis(ticks=False, domain=False, labelPadding=8)
STEPS_BETWEEN_LABELS: Final = (
    *((n, alt.TimeIntervalStep("month", n)) for n in (1, 3, 6)),
    *((12 * n, alt.TimeIntervalStep("year", n)) for n in (1, 2, 5)),
)
"""In months, and as an axis understands it."""

MONTH_LABEL_WIDTH: Final = 70
YEAR_LABEL_WIDTH: Final = 44


def finished(chart: ChartType, title: str, subtitle: str | list[str], description: str) -> ChartType:
    """Return a chart with its title, the one look, and its description for those who hear it."""
    titled = chart.properties(title=alt.Title(title, subtitle=subtitle), description=description)
    drawn: ChartType = titled.configure(**CONFIG)
    return drawn


def chart_of(rows: pl.DataFrame) -> alt.Chart:
    """Return a chart of rows of which there may be more than the 5,000 to which Altair holds a frame.

    As values, never as CSV text: the reader of CSV in the browser makes code of it, which a page forbids.
    """
    dates = pl.col(pl.Date).dt.strftime(WRITTEN)
    return alt.Chart(SharedRows(values=rows.with_columns(dates).to_dicts()))


class SharedRows(alt.InlineData):
    """Rows that the copies of a chart share, and that are rows by construction.

    Altair holds every row against its schema, and copies it whenever one chart is joined to another: of a
    long chronology that is nearly all that a page costs.
    """

    _class_is_valid_at_instantiation = False

    def __deepcopy__(self, _: object) -> "SharedRows":
        return self


def days(first: date, last: date, width: int, *, labels: bool = True) -> alt.X:
    """Return the axis of days: its labels as close as they stay apart on `width` pixels."""
    months = (last - first).days / 30.4
    fitting = [
        (every, words)
        for step, every in STEPS_BETWEEN_LABELS
        for words, label_width in (("%b %Y", MONTH_LABEL_WIDTH), ("%Y", YEAR_LABEL_WIDTH))
        if months / step <= width / label_width and (words == "%b %Y" or step >= 12)
    ]
    every, words = fitting[0] if fitting else (STEPS_BETWEEN_LABELS[-1][1], "%Y")
    return alt.X(
        "on:T",
        title=None,
        # As an expression: a pair of dates is not understood where a mark has a second date.
        scale=alt.Scale(domain=alt.expr(f"[{_moment(first)}, {_moment(last)}]"), nice=False),
        axis=alt.Axis(tickCount=every, format=words, labels=labels, ticks=labels, domain=labels),
    )


def series(field: str, names: Sequence[str], *, dashes: bool = False) -> dict[str, Any]:
    """Return the colours, with the shapes or dashes, of what is held side by side, in one legend for both.

    names: in their order; at most as many as `SERIES`.
    """
    marks = SERIES[: len(names)]
    second = ("strokeDash", alt.StrokeDash, 2) if dashes else ("shape", alt.Shape, 1)

    def scale(which: int) -> alt.Scale:
        return alt.Scale(domain=list(names), range=[mark[which] for mark in marks])

    stroke: dict[str, Any] = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 600}
    legend = alt.Legend(labelLimit=420, **(stroke if dashes else {})) if len(names) > 1 else None
    channel, of, which = second
    return {
        "color": alt.Color(f"{field}:N", title=None, scale=scale(0), legend=legend),
        channel: of(f"{field}:N", title=None, scale=scale(which), legend=legend),
    }


def number(value: float | None, form: str = ".0%") -> str:
    """Return a number as people here read it: 5 %, −0.01, 1,200; a dash for none."""
    return "–" if value is None else f"{value:{form}}".replace("%", " %").replace("-", "−")


def with_interval(value: float | None, low: float | None, high: float | None, form: str) -> str:
    """Return a number with its interval in brackets, where it has one."""
    interval = "" if low is None or high is None else f" ({number(low, form)} to {number(high, form)})"
    return number(value, form) + interval


def group_colour(records: pl.DataFrame, *, legend: bool = True) -> alt.Color:
    """Return the colours of the groups that hold any of the records."""
    shown = alt.Legend() if legend else None
    return alt.Color("group:N", title=None, scale=_of_groups(records, 0), legend=shown)


def group_shape(records: pl.DataFrame) -> alt.Shape:
    """Return the shapes of the groups that hold any of the records."""
    return alt.Shape("group:N", title=None, scale=_of_groups(records, 1))


def _of_groups(records: pl.DataFrame, which: int) -> alt.Scale:
    held = set(records["group"])
    names = [g for g in GROUPS if g in held]
    return alt.Scale(domain=names, range=[GROUPS[g][which] for g in names])


def _moment(on: date) -> str:
    return f"datetime({on.year}, {on.month - 1}, {on.day})"
