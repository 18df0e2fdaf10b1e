"""The stage's chart: the records on a class's table and what they add up to, drawn as large as there is room.

It is written in Vega itself: rows that appear with their first record, and a drawing that fits its place,
are more than Vega-Lite can say. Until the signal `opened` is set nothing is drawn that a later record or
the answer would have to tell: no row, no end of an axis, no day of the score.
"""

import json
from datetime import date, timedelta
from importlib.resources import files
from typing import Any, Final

import polars as pl

from risk.reviews.dated_lines import Review
from risk.show.charts.layout import (
    NAMES_OF_LINES,
    dated_lines,
    records,
    shown_days,
    viewers_of,
    whose,
)
from risk.show.charts.look import DASHES, GROUPS, WRITTEN
from risk.show.charts.one_child import SEEN, WIDTH

DRAWING: Final = files("risk.show") / "assets" / "stage.vega.json"
SLOTS: Final = (0.0, -0.22, 0.22, -0.36, 0.36)
"""Where in its row, from the middle, a record stands that would lie on an earlier one."""
COVERS: Final = timedelta(days=30)
"""How much time a mark hides, whatever the axis: how long the story is may not show in it."""
LARGEST: Final = 30
"""From so many points on a mark grows no more; what is largest in the story may not show in it either."""
AT_LEAST: Final = timedelta(days=240)
"""An axis is no shorter, however short the story is so far."""
DRAWN_SHARES: Final = ("low", "under", "median", "over", "high")
"""Of the shares of `bands.SHARES`, those that the drawing has room to tell apart."""

WORDS_OF: Final = {
    "Knowable": "could be known",
    "Triggered": "line reached",
    "Assessed": "assessed",
    "Left home": "left home",
}


def stage(review: Review, scores: dict[int, tuple[int, int]] | None = None) -> dict[str, Any]:
    """Return the chart as a Vega specification; a page moves it by the signals step, opened and viewer.

    scores: by step, the least and the most that the records on the table come to where dates are imprecise.
    Raises InputError for a child about whom nothing was recorded.
    """
    drawn = records(review, width=WIDTH)
    widest = max(review.harm_spells, key=lambda spell: spell[1] - spell[0], default=None)
    values = {
        "extents": _extents(review, drawn, scores or {}),
        "records": _written(_slotted(drawn)),
        "scores": _written(_runs(review)),
        "in_harm": [
            {"on": _day(on), "to": _day(to), "widest": (on, to) == widest} for on, to in review.harm_spells
        ],
        "dated": _dated(review, drawn),
        "the_line": [{"is_left": _is_lower_at_first(review)}],
    }
    drawing: dict[str, Any] = json.loads(DRAWING.read_text(encoding="utf-8"))
    for of in drawing["data"]:
        if of["name"] in values:
            of["values"] = values[of["name"]]
        if of["name"] == "seen":
            of["transform"][0]["expr"] = SEEN.replace("revealed", "step")
    begins = {"line": review.path.line, "viewer": whose("pooled")}
    for signal in drawing["signals"]:
        if signal["name"] in begins:
            signal["value"] = begins[signal["name"]]
    return drawing


def _extents(review: Review, drawn: pl.DataFrame, scores: dict[int, tuple[int, int]]) -> list[dict[str, Any]]:
    """Return the ends of the axis after each day of records, which later records do not move; last of all."""
    days = (
        drawn.sort("on", "to_on")
        .group_by("step", "on", maintain_order=True)
        .agg(pl.col("to_on").max(), pl.col("when").last())
    )
    first: date = days["on"][0]
    extents, last = [], first
    for step, on, to_on, when in days.rows():
        last = max(last, to_on)
        air = max(last - first, AT_LEAST)
        least, most = scores.get(step, (None, None))
        words = {"words": when, **({} if least is None else {"least": least, "most": most})}
        to = max(last + air / 10, first + AT_LEAST)
        ends = {"from": _day(first - air / 24), "to": _day(to), "on": _day(on)}
        extents.append({**ends, "now": _day(to_on), **words})
    begins, ends_on = shown_days(review)
    return [*extents, {**extents[-1], "from": _day(begins - air / 50), "to": _day(ends_on)}]


def _slotted(drawn: pl.DataFrame) -> pl.DataFrame:
    """Return `drawn` with shape, weight and slot; of a record's slot only earlier ones decide."""
    taken: dict[str, list[date]] = {}
    slots = []
    for row in drawn.sort("number").iter_rows(named=True):
        until = taken.setdefault(row["held_by"], [date.min] * len(SLOTS))
        free = next((n for n, to in enumerate(until) if to <= row["on"]), row["number"] % len(SLOTS))
        until[free] = row["to_on"] + COVERS
        slots.append(SLOTS[free])
    return drawn.sort("number").select(
        *("number", "on", "to_on", "step", "told_step", "held_by", "whose", "services"),
        *("record", "when", "what", "colour", "in_diary"),
        shape=pl.col("group").replace_strict({name: shape for name, (_, shape) in GROUPS.items()}),
        weight=(pl.col("points_when_new") / LARGEST).clip(0, 1).round(2),
        slot=pl.Series(slots),
    )


def _runs(review: Review) -> pl.DataFrame:
    """Return a row a run of days with one score: viewer, on, to (exclusive), the scores by `DRAWN_SHARES`."""
    first, last = shown_days(review)
    names = {viewer: whose(viewer) for viewer in viewers_of(review)}
    daily = review.bands.filter(pl.col("viewer").is_in(list(names)), pl.col("on").is_between(first, last))
    changes = pl.any_horizontal(pl.col(c) != pl.col(c).shift(1) for c in DRAWN_SHARES).fill_null(True)
    begins = daily.filter(changes.over("viewer"))
    ends = pl.col("on").shift(-1).over("viewer").fill_null(last)
    shares = ["median"] if begins["low"].equals(begins["high"]) else list(DRAWN_SHARES)
    return begins.select(pl.col("viewer").replace(names), "on", ends.alias("to"), *shares)


def _is_lower_at_first(review: Review) -> bool:
    """Return whether the score leaves more room for words in the first third of the days than in the last."""
    first, last = shown_days(review)
    third = (last - first) / 3
    pooled = review.bands.filter(pl.col("viewer") == "pooled")
    begins, ends = ((first, first + third), (last - third, last))
    early, late = (pooled.filter(pl.col("on").is_between(*days))["high"].to_list() for days in (begins, ends))
    return max(early, default=0) <= max(late, default=0)


def _dated(review: Review, drawn: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the first day of each dated line that was reached, in rows of their own, with its words."""
    lines = dated_lines(review, drawn).filter("reached", pl.col("name").is_in(list(WORDS_OF)))
    lines = lines.group_by("name", "viewer", maintain_order=True).first()
    places = list(lines["name"].unique(maintain_order=True))
    return [
        {
            "viewer": line["viewer"],
            "on": _day(line["first_on"]),
            "place": places.index(line["name"]),
            "dash": DASHES[NAMES_OF_LINES.index(line["name"])] if line["name"] != "Triggered" else [1, 0],
            "words": f"{WORDS_OF[line['name']]}: {line['words']}",
        }
        for line in lines.iter_rows(named=True)
    ]


def _written(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return rows.with_columns(pl.col(pl.Date).dt.strftime(WRITTEN)).to_dicts()


def _day(on: date) -> str:
    return on.strftime(WRITTEN)
