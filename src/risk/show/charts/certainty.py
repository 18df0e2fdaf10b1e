"""The chart of how sure the day is: by each day, the share of the ways in which the dates can fall.

Where every date is known to the day it is one step. What children's services had been told is a band of its
own where that is not stated: from told nothing that is not, to told all of it.
"""

from datetime import date, timedelta
from textwrap import wrap
from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.core.kinds import CS
from risk.core.wording import window
from risk.reviews.answers import is_one_day, roughly, share_in_words
from risk.reviews.dated_lines import Review
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.placings.reached import Reached
from risk.reviews.report import SAYS_REPORTED, added, headline, how_left, what_if, who_alone
from risk.show.charts.look import BLUE, GREY, INK, PALE_BLUE, days, finished
from risk.show.charts.one_child import INVENTED_CASE

WIDTH: Final = 640
SHADE: Final = "#E2E2E2"
SUPPOSED: Final = [8, 3]
DATED_ONLY: Final = "What has a date"
AXIS: Final = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr="format(datum.value * 100, 'd') + ' %'")
SCALE: Final = alt.Scale(domain=[0, 1.06], nice=False)
SHARE: Final = alt.Y("share:Q", title=None, axis=AXIS, scale=SCALE)
HALO: Final[dict[str, Any]] = {"stroke": "white", "strokeWidth": 6, "strokeJoin": "round"}


def how_sure(review: Review, *, note: str = INVENTED_CASE) -> ChartType:
    """Return the share of the ways in which the dates can fall that had reached the line by each day.

    With what has no date, where the account allows it, as a what if. Shaded: when they next left home.
    """
    x = days(*_shown(review), WIDTH)
    panels = [_pooled(review, x)]
    if TOLD_ALL in review.reached:
        panels.append(_services(review, x))
    supposed = what_if(review)
    return finished(
        alt.vconcat(*panels, spacing=22),
        _title(review),
        [
            note,
            "By each day: in what share of the ways in which the dates can fall the line had been reached.",
        ],
        " ".join([headline(review), *([supposed] if supposed else []), who_alone(review)[-1]]),
    )


def _title(review: Review) -> str:
    """Return in a sentence how sure the day is."""
    pooled, left = review.reached["pooled"], review.protected
    if is_one_day(pooled):
        return "The day is known: no date leaves it open"
    if pooled.latest is not None and left is not None and pooled.latest < left.earliest:
        return f"However the dates fall, the line came before they {how_left(review)}"
    titles = {
        "by_this_day": "However the dates fall, the line was reached",
        "perhaps": "Whether the line was reached, the dates leave open",
        "never": "However the dates fall, the line was not reached",
        "cannot_be_said": "Whether the line was reached cannot be said",
    }
    return titles[pooled.answer]


def _shown(review: Review) -> tuple[date, date]:
    """Return the first and the last day that the chart shows: from before any reached it to leaving home."""
    of = [review, *([review.what_if] if review.what_if else [])]
    reached = [r for one in of for r in one.reached.values() if r.earliest is not None]
    record = review.path.record
    first = min((r.earliest for r in reached if r.earliest), default=record.from_on)
    ends = [r.latest for one in of for r in [one.reached["pooled"]] if r.latest is not None]
    if review.protected is not None:
        ends.append(review.protected.latest or review.protected.earliest)
    last = max(ends, default=record.to_on)
    air = max((last - first) / 12, timedelta(days=14))
    return first - air * 1.8, last + air


def _curve(reached: Reached, shown: tuple[date, date]) -> pl.DataFrame:
    """Return on and share of a curve from the first to the last day that is shown."""
    begins = pl.DataFrame({"on": [shown[0]], "share": [0.0]})
    risen = reached.share_by_day
    ends = pl.DataFrame({"on": [shown[1]], "share": [reached.share_by(shown[1])]})
    return pl.concat([begins, risen.filter(pl.col("on") < shown[1]), ends])


def _pooled(review: Review, x: alt.X) -> ChartType:
    """Return the curve of the shared record, with its days beside it, and the curve of the what if."""
    shown = _shown(review)
    curves = {DATED_ONLY: review.reached["pooled"]}
    if review.what_if is not None:
        curves[f"What if {added(review)} counted too"] = review.what_if.reached["pooled"]
    drawn = pl.concat(_curve(r, shown).with_columns(of=pl.lit(name)) for name, r in curves.items())
    marks = pl.concat([_days_of(r, is_left=n > 0) for n, r in enumerate(curves.values())])
    lines = alt.Chart(drawn).mark_line(interpolate="step-after", strokeWidth=3.5)
    lines = lines.encode(x=x, y=SHARE, **_looks(list(curves)))
    return alt.layer(*_leaving(review, x), lines, *_labels(marks, x)).properties(width=WIDTH, height=270)


def _looks(names: list[str]) -> dict[str, Any]:
    """Return ink for what is known, and dashed blue for what is supposed, in one legend if there is one."""
    stroke: dict[str, Any] = {"symbolType": "stroke", "symbolStrokeWidth": 3, "symbolSize": 900}
    legend = alt.Legend(**stroke) if len(names) > 1 else None
    colours = alt.Scale(domain=names, range=[INK, BLUE][: len(names)])
    dashes = alt.Scale(domain=names, range=[[1, 0], SUPPOSED][: len(names)])
    return {
        "color": alt.Color("of:N", title=None, scale=colours, legend=legend),
        "strokeDash": alt.StrokeDash("of:N", title=None, scale=dashes, legend=legend),
    }


def _days_of(reached: Reached, *, is_left: bool) -> pl.DataFrame:
    """Return the days by which half, nine in ten and all reached the line, with the words beside them."""
    on = [(0.5, reached.median), (0.9, reached.nine_in_ten), (1.0, reached.latest)]
    if is_one_day(reached):
        on = [(0.5, reached.latest)]
    rows = [
        (day, share, window(day, day) if is_one_day(reached) else _by(share, day), is_left)
        for share, day in on
        if day is not None
    ]
    schema = {"on": pl.Date, "share": pl.Float64, "words": pl.String, "is_left": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _by(share: float, on: date) -> str:
    return f"{share_in_words(share)} by {roughly(on, short=True)}"


def _labels(marks: pl.DataFrame, x: alt.X) -> list[alt.Chart]:
    """Return points on the curves and their words: to the right of the answer, to the left of the what if."""
    base = alt.Chart(marks).encode(x=x, y=SHARE)
    layers = [base.mark_point(filled=True, size=90, opacity=1, color=INK)]
    for is_left in (False, True):
        side = base.transform_filter(f"datum.is_left === {str(is_left).lower()}").encode(text="words:N")
        place: dict[str, Any] = {"align": "right" if is_left else "left", "dx": -11 if is_left else 11}
        place |= {"dy": -2 if is_left else 9, "color": BLUE if is_left else INK}
        layers += [side.mark_text(**place, **HALO), side.mark_text(**place)]
    return layers


def _leaving(review: Review, x: alt.X) -> list[alt.Chart]:
    """Return the days between which the children next left home, as a shaded stretch with its words."""
    span = review.protected
    if span is None:
        return []
    last = max(span.latest or span.earliest, span.earliest + timedelta(days=2))
    words = f"Children\n{how_left(review)}"
    stretch = alt.Chart(pl.DataFrame({"on": [span.earliest], "to": [last], "words": [words]}))
    place: dict[str, Any] = {"align": "right", "dx": -8, "lineBreak": "\n", "lineHeight": 19, "color": GREY}
    return [
        stretch.mark_rect(color=SHADE, opacity=1).encode(x=x, x2="to:T"),
        stretch.mark_text(**place).encode(x=x, y=alt.datum(0.3), text="words:N"),
    ]


def _services(review: Review, x: alt.X) -> ChartType:
    """Return the band of what children's services had been told, with a word at each of its edges."""
    shown = _shown(review)
    least, most = review.reached[CS], review.reached[TOLD_ALL]
    both = _curve(least, shown).join(
        _curve(most, shown).rename({"share": "most"}),
        on="on",
        how="full",
        coalesce=True,
        maintain_order="none",
    )
    both = both.sort("on").with_columns(pl.col("share", "most").forward_fill())
    base = alt.Chart(both).encode(x=x)
    top = alt.Y("most:Q", scale=SCALE, title=None)
    reported, (half, other) = least.share_by(shown[1]), wrap(SAYS_REPORTED, len(SAYS_REPORTED) * 2 // 3)
    words = [
        ("told all of it", most.share_by(shown[1]) - 0.3),
        (f"told only where\n“{half}\n{other}”:\n{share_in_words(reported)} of the ways", reported / 2),
    ]
    rows = pl.DataFrame(words, schema=["words", "share"], orient="row").with_columns(on=pl.lit(shown[1]))
    text = alt.Chart(rows).encode(x=x, y=SHARE, text="words:N")
    place: dict[str, Any] = {"align": "right", "dx": -6, "dy": -30, "lineBreak": "\n", "lineHeight": 19}
    return alt.layer(
        *_leaving(review, x)[:1],
        base.mark_area(interpolate="step-after", color=PALE_BLUE, opacity=0.55).encode(y=top, y2="share:Q"),
        base.mark_line(interpolate="step-after", strokeWidth=3, color=INK).encode(y=SHARE),
        base.mark_line(interpolate="step-after", strokeWidth=3, color=BLUE, strokeDash=SUPPOSED).encode(
            y=top
        ),
        text.mark_text(**place, **HALO),
        text.mark_text(**place),
    ).properties(
        width=WIDTH,
        height=190,
        title=alt.Title("On what children's services had been told", fontSize=16, offset=8),
    )
