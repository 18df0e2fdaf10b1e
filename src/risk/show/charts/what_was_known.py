"""What was known: what a chart shows of a child's records on a day, those written by then and those to come.

Whoever asks on a day sees what was recorded before it; children's services, what had been shared before it.
"""

from datetime import date, timedelta
from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.core.arguments import need
from risk.core.errors import InputError
from risk.core.kinds import label
from risk.core.wording import day
from risk.records.cohort import Record
from risk.show.charts.look import (
    BLUE,
    INK,
    INVENTED_CHILDREN,
    NAMES_ONLY,
    PALE_GREY,
    chart_of,
    days,
    finished,
)

WIDTH: Final = 640
ROW: Final = 26
MOST: Final = 24
"""Records of a child that fit on one screen: the first so many are drawn."""

HAPPENED: Final = "happened"
RECORDED: Final = "written down"
SHARED: Final = "services could know"
DAYS: Final = {HAPPENED: "diamond", RECORDED: "circle", SHARED: "square"}
"""The three dates of a record, each with its shape."""

WEEK: Final = 7 * 24 * 3600 * 1000
ASKED: Final = f"(toDate(datum.from_on) + asked * {WEEK})"
"""The day that is asked about, as a browser counts time."""


def known_by(record: Record, child_id: int) -> ChartType:
    """Return a child's first records with the day each happened, was written down, and could be known of.

    A slider moves the day that is asked about: a record that was written down before it is filled, one that
    was not yet is hollow and pale, and a sentence counts both. At most 24 records are drawn, in the order in
    which they were written down. Raises InputError for a child about whom nothing was written down.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> drawn = risk.charts.known_by(cohort.record, cohort.record.children["child_id"][0])
    >>> drawn.to_dict()["params"][0]["name"]
    'asked'
    """
    need("record", record, Record, "give cohort.record")
    drawn = _rows(record, child_id)
    first, last = drawn["from_on"].item(0), drawn["last_on"].item(0)
    weeks = (last - first).days // 7 + 1
    slider = alt.binding_range(min=0, max=weeks, step=1, name="Weeks after the first day drawn ")
    asked = alt.param(name="asked", value=weeks // 2, bind=slider)
    names = drawn["name"].unique(maintain_order=True).to_list()
    y = alt.Y("name:N", sort=names, title=None, axis=NAMES_ONLY)
    x = days(first, last, WIDTH)
    panel = alt.layer(*_marks(drawn, x, y), *_day_asked(drawn, x)).properties(
        width=WIDTH, height=ROW * len(names)
    )
    return finished(
        panel.add_params(asked),
        "What could have been known by then?",
        [
            "Diamond: it happened. Circle: it was written down. Square: services could know of it.",
            f"Filled: written down before the day of the dashed line. {INVENTED_CHILDREN}",
        ],
        _in_words(drawn, weeks // 2),
    )


def _rows(record: Record, child_id: int) -> pl.DataFrame:
    """Return one row a record and date of it that there is: on, what, name, recorded_on, from_on, last_on."""
    events = record.events_by_child().filter(pl.col("child_id") == child_id)
    if events.is_empty():
        raise InputError(f"nothing was written down about child {child_id}: there is nothing to draw")
    events = events.sort("recorded_on", "event_id").head(MOST)
    number = pl.int_range(1, pl.len() + 1)
    who, kind = (pl.col(c).cast(pl.String).replace_strict(_labels(events[c])) for c in ("agency", "kind"))
    shown = events.select(
        "recorded_on",
        pl.col("shared_on").alias("told_on"),
        name=pl.format("{} · {}: {}", number, who, kind),
        **{HAPPENED: "occurred_on", RECORDED: "recorded_on", SHARED: "shared_on"},
    )
    long = shown.unpivot(
        on=list(DAYS), index=["name", "recorded_on", "told_on"], variable_name="what", value_name="on"
    )
    first, last = long["on"].min(), long["on"].max()
    return long.drop_nulls("on").with_columns(from_on=pl.lit(first), last_on=pl.lit(last))


def _labels(values: pl.Series) -> dict[str, str]:
    return {value: label(value) for value in values.cast(pl.String).unique().sort()}


def _marks(drawn: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the span of each record, and its dates, filled and blue if it was written down by then."""
    is_known: Any = alt.when(f"toDate(datum.recorded_on) < {ASKED}")
    colour = is_known.then(alt.value(BLUE)).otherwise(alt.value(PALE_GREY))
    base = chart_of(drawn).encode(y=y)
    whole = base.transform_aggregate(on="min(on)", to="max(on)", groupby=["name", "recorded_on", "from_on"])
    scale = alt.Scale(domain=list(DAYS), range=list(DAYS.values()))
    shape = alt.Shape("what:N", scale=scale, legend=None)
    return [
        whole.mark_rule(strokeWidth=3, opacity=0.7).encode(x=x, x2="to:T", color=colour),
        base.mark_point(size=110, opacity=1, strokeWidth=2).encode(
            x=x, shape=shape, stroke=colour, fill=is_known.then(alt.value(BLUE)).otherwise(alt.value("white"))
        ),
    ]


def _day_asked(drawn: pl.DataFrame, x: alt.X) -> list[alt.Chart]:
    """Return the day that is asked about as a dashed rule, and a sentence above on what was known."""
    records = drawn.filter(pl.col("what") == RECORDED)
    counted = (
        chart_of(records)
        .transform_calculate(
            known=f"toDate(datum.recorded_on) < {ASKED} ? 1 : 0",
            told=f"isValid(datum.told_on) && toDate(datum.told_on) < {ASKED} ? 1 : 0",
        )
        .transform_aggregate(known="sum(known)", told="sum(told)", n="count()", from_on="min(from_on)")
        .transform_calculate(
            on=f"toDate(datum.from_on) + asked * {WEEK}",
            words="'Asked on ' + timeFormat(datum.on, '%-d %B %Y') + ': ' + datum.known + ' of ' + datum.n "
            "+ ' records had been written down; services could know of ' + datum.told",
        )
    )
    return [
        counted.mark_rule(color=INK, strokeDash=[3, 3], strokeWidth=2.5).encode(x=x),
        counted.mark_text(align="left", fontWeight="bold", dy=-12).encode(
            x=alt.value(0), y=alt.value(0), text="words:N"
        ),
    ]


def _in_words(drawn: pl.DataFrame, weeks: int) -> str:
    first: date = drawn["from_on"].item(0)
    on = first + timedelta(weeks=weeks)
    records = drawn.filter(pl.col("what") == RECORDED)
    known, told = (records.filter(pl.col(c) < on).height for c in ("recorded_on", "told_on"))
    return (
        f"A child's records with the day each happened, was written down and could be known of. Asked on "
        f"{day(on)}, {known} of {records.height} had been written down, and children's services could know "
        f"of {told}."
    )
