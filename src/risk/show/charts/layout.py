"""The layout: where each record, each day's score and each dated line stands in a chart, as plain frames.

Records are numbered in the order in which they were recorded, and revealed a day at a time: those of one
day together, so that the score never lags behind the marks that it rests on.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import polars as pl

from risk.core.errors import InputError
from risk.core.kinds import AGENCIES, CS, label
from risk.core.wording import window
from risk.reviews.answers import in_short, is_one_day, roughly
from risk.reviews.dated_lines import Review, Span
from risk.reviews.placings.bands import SHARES
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.placings.reached import Reached
from risk.reviews.tables import told_in_words
from risk.show.charts.look import GROUP_OF, GROUPS

LANE: Final = 19
DIARY_LANE: Final = 12
"""Of visits and meetings that were due: many small marks beneath the records of their agency."""
MOST_LANES: Final = 5
ROW_PADDING: Final = 12
DATED_ROW: Final = 28

NAMES_OF_LINES: Final = ("Knowable", "Triggered", "Assessed", "Left home", "In harm")
SEES_THE_DAY_BEFORE: Final = ("Knowable", "Triggered")
"""What a day's score and ceiling rest on was recorded before it."""

DRAWN: Final = {
    "number": pl.Int64,
    "on": pl.Date,
    "to_on": pl.Date,
    "told_on": pl.Date,
    "told": pl.String,
    "services": pl.String,
    "held_by": pl.String,
    "whose": pl.String,
    "group": pl.String,
    "colour": pl.String,
    "record": pl.String,
    "when": pl.String,
    "what": pl.String,
    "points_when_new": pl.Int64,
    "points": pl.Int64,
    "in_diary": pl.Boolean,
}
IN_ROWS: Final = {
    **DRAWN,
    "step": pl.Int64,
    "told_step": pl.Int64,
    "top": pl.Int64,
    "bottom": pl.Int64,
    "y": pl.Float64,
}
DATED: Final = {
    "name": pl.String,
    "viewer": pl.String,
    "reached": pl.Boolean,
    "on": pl.Date,
    "top": pl.Int64,
    "bottom": pl.Int64,
    "is_last": pl.Boolean,
    "shown_from": pl.Int64,
    "first_on": pl.Date,
    "words": pl.String,
    "words_on": pl.Date,
    "is_late": pl.Boolean,
}


def shown_days(review: Review) -> tuple[date, date]:
    """Return the first and the last day that a chart of this child shows: the story, with a little air.

    It begins with the first record, the harm, or when it was knowable, and ends when nothing counts any more.
    """
    record, events, pooled = review.path.record, review.path.events, review.path.of("pooled")
    first: date = events["recorded_on"].min()  # type: ignore[assignment]
    last: date = max(
        events["latest_on"].max(), pooled.filter(pl.col("points_most") != 0)["on"].max() or first
    )  # type: ignore[type-var, assignment]
    begins = min(first, review.harm_began or first, review.knowable or first)
    air = (last - begins) / 20
    return max(min(record.from_on, first), begins - air), min(record.to_on, last + air)


@lru_cache(maxsize=2)  # a pack asks for them from every side
def records(review: Review, *, width: int) -> pl.DataFrame:
    """Return the records as they are drawn, in the order in which they are revealed.

    number; step, the place of its day among the days on which anything was recorded; told_step, that of the
    first of these days by which children's services had been told, null where nobody says so; services,
    whether they had been, as a table says it; on and to_on, between which it fell; held_by, whose (who alone
    would see it), group and its colour, record, when and what, in
    words; points_when_new, and points on the day that is explained; in_diary, of visits and meetings that
    were due under a plan, an assessment or care; y, in pixels from the top of the swimlane, on which no two
    other records of an agency lie on top of each other. width: of the axis of days,
    in pixels. Raises InputError for a child about whom nothing was recorded.
    """
    if review.path.events.is_empty():
        raise InputError(f"nothing was recorded about child {review.path.child_id}: there is nothing to draw")
    begins, ends = shown_days(review)
    events, told = enumerate(review.events().to_dicts(), start=1), told_in_words(review)
    drawn = pl.DataFrame([_drawn(number, event, told[number - 1]) for number, event in events], schema=DRAWN)
    steps_on = drawn["on"].unique().sort()
    told_steps = steps_on.search_sorted(drawn["told_on"], side="left") + 1
    drawn = drawn.with_columns(
        step=pl.col("on").rank("dense"),
        told_step=pl.when(pl.col("told_on").is_not_null()).then(told_steps.clip(upper_bound=len(steps_on))),
    )
    return _in_rows(drawn, covers=(ends - begins) * LANE / width)


def _drawn(number: int, event: dict[str, Any], services: str) -> dict[str, Any]:
    """Return a record as it is drawn: everything that does not depend on the other records."""
    group = GROUP_OF[event["agency"]]
    return {
        "number": number,
        "on": event["recorded_on"],
        "to_on": event["latest_on"],
        "told_on": event["shared_on"],
        "told": _told_in_words(event),
        "services": services,
        "held_by": label(event["agency"]),
        "whose": whose(event["agency"]),
        "group": group,
        "colour": GROUPS[group][0],
        "record": label(event["kind"]) + (" (sibling)" if event["relation"] == "sibling" else ""),
        "when": window(event["recorded_on"], event["latest_on"]),
        "what": _what(event),
        "points_when_new": event["points_when_new"],
        "points": event["points"],
        "in_diary": event["kind"] in ("home_visit", "meeting") and event["source"] == "simulated",
    }


def _what(event: dict[str, Any]) -> str:
    """Return what was written, and that a child said so where one did."""
    what: str = event["what"]
    return f"{what.removesuffix('.')}. ({_spoken(event)})" if event["disclosed_by_child"] else what


WHO: Final = {"own": "The child", "sibling": "A brother or sister", "household": "A child of the home"}
"""Who said it; of what is about the whole home nobody knows which child."""


def _spoken(event: dict[str, Any]) -> str:
    """Return that a child said it, and whether it was believed where somebody wrote that down."""
    who = WHO[event["relation"]]
    believed = {
        None: "; whether it was believed is not stated",
        True: ", and was believed",
        False: ", and was not believed",
    }[event["believed"]]
    return f"{who} said so{believed}."


def _told_in_words(event: dict[str, Any]) -> str | None:
    """Return when children's services were told, as precisely as it is known; null for never."""
    told: date | None = event["shared_on"]
    return None if told is None else window(told, told + (event["latest_on"] - event["recorded_on"]))


def whose(viewer: str) -> str:
    """Return whose record a viewer sees, in words."""
    together = {
        "pooled": "Everybody together",
        "childrens_services": "Told to children's services",
        TOLD_ALL: "Children's services, if told all of it",
    }
    return together.get(viewer) or f"{label(viewer)} alone"


def rows(placed: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return name, top, middle and bottom of each row of a panel, from what is placed in it."""
    return (
        placed.select(
            pl.col(name).alias("name"), "top", "bottom", middle=(pl.col("top") + pl.col("bottom")) / 2
        )
        .unique()
        .sort("top")
    )


def _in_rows(drawn: pl.DataFrame, covers: timedelta) -> pl.DataFrame:
    """Return `drawn` with top, bottom and y. covers: how much time a mark hides."""
    placed: list[dict[str, Any]] = []
    top, rows = 0, drawn.to_dicts()
    for name in (label(agency) for agency in AGENCIES):
        of_agency = [row for row in rows if row["held_by"] == name]
        held = _side_by_side([row for row in of_agency if not row["in_diary"]], covers)
        diary = [row for row in of_agency if row["in_diary"]]
        above = top + LANE * max((r["lanes"] for r in held), default=0)
        bottom = above + ROW_PADDING + (DIARY_LANE if diary else 0)
        middle, under = (top + above + ROW_PADDING) / 2, bottom - DIARY_LANE
        placed += [{**r, "top": top, "bottom": bottom, "y": middle + LANE * r["lane"]} for r in held]
        placed += [{**r, "top": top, "bottom": bottom, "y": under} for r in diary]
        top = bottom if held or diary else top
    return pl.DataFrame(placed, schema=IN_ROWS).sort("number")


def _side_by_side(held: list[dict[str, Any]], covers: timedelta) -> list[dict[str, Any]]:
    """Return the records of one agency, earliest first, each with a lane, in lanes centred on 0.

    Only records that touch need lanes of their own.
    """
    touching: list[list[dict[str, Any]]] = []
    until = date.min
    for row in held:
        if row["on"] >= until:
            touching.append([])
        touching[-1].append(row)
        until = max(until, row["to_on"] + covers)
    return [row for together in touching for row in _in_lanes(together, covers)]


def _in_lanes(together: list[dict[str, Any]], covers: timedelta) -> list[dict[str, Any]]:
    """Return records that touch, each in the first lane that is free; when none is, they begin again."""
    taken_until: list[date] = []
    lanes: list[int] = []
    for n, row in enumerate(together):
        free = [lane for lane, until in enumerate(taken_until) if until <= row["on"]]
        lane = free[0] if free else len(taken_until)
        if lane == MOST_LANES:
            lane = n % MOST_LANES
        taken_until[lane : lane + 1] = [row["to_on"] + covers]
        lanes.append(lane)
    middle = (len(taken_until) - 1) / 2
    return [
        {**row, "lane": lane - middle, "lanes": len(taken_until)}
        for row, lane in zip(together, lanes, strict=True)
    ]


def steps(review: Review, viewer: str, drawn: pl.DataFrame) -> pl.DataFrame:
    """Return on, the scores by `bands.SHARES` and shown_from, in the fewest rows that a step line needs.

    A score moves in steps, so the first and the last day of each run of equal scores are all of it.
    shown_from: how many days of records must be revealed for the score of that day.
    """
    daily = review.bands.filter(pl.col("viewer") == viewer, pl.col("on").is_between(*shown_days(review)))
    known = daily.with_columns(shown_from=drawn["on"].unique().sort().search_sorted(daily["on"], side="left"))
    columns = [*SHARES, "shown_from"]
    begins = pl.any_horizontal(pl.col(c) != pl.col(c).shift(1) for c in columns).fill_null(True)
    ends = begins.shift(-1).fill_null(True)
    return known.filter(begins | ends).select("on", *columns)


def dated_lines(review: Review, drawn: pl.DataFrame) -> pl.DataFrame:
    """Return one row an end of each dated line: on, the other end, the words, and from when it is shown.

    viewer: whose record reached the line, null for what is the same whoever looks; a viewer whose record
    never does has one row, not reached, which says so. shown_from: how many days of records must be
    revealed; hindsight comes when all of them are. is_late: in the later half of the record, where the words
    stand to the left.
    """
    there = [(name, viewer, span) for name, viewer, span in _spans(review) if viewer or span]
    names = list(dict.fromkeys(name for name, _, _ in there))
    return pl.DataFrame(
        [
            {
                "name": name,
                "viewer": viewer and whose(viewer),
                "reached": span is not None,
                "on": on,
                "top": names.index(name) * DATED_ROW,
                "bottom": (names.index(name) + 1) * DATED_ROW,
                "is_last": on == _ends(span, review)[-1],
                "shown_from": _shown_from(name, on, drawn),
                **_words_beside(name, viewer, span, review),
            }
            for name, viewer, span in there
            for on in _ends(span, review)
        ],
        schema=DATED,
    )


def _spans(review: Review) -> Iterator[tuple[str, str | None, Span | None]]:
    """Return each dated line with whose it is, in their order; triggered by everybody and by each viewer.

    Triggered begins on the day by which half of the ways in which the dates can fall had reached the line.
    """
    knowable = None if review.knowable is None else Span(review.knowable, review.knowable)
    by_viewer = {viewer: review.reached[viewer] for viewer in viewers_of(review)}
    yield "Knowable", None, knowable
    for viewer, reached in by_viewer.items():
        half = reached.median or reached.earliest
        if any(r.earliest for r in by_viewer.values()):
            yield "Triggered", viewer, None if half is None else Span(half, reached.latest)
    yield "Assessed", None, review.assessed
    yield "Left home", None, review.protected
    yield from (("In harm", None, spell) for spell in _spells(review))


def viewers_of(review: Review) -> list[str]:
    """Return whose records have a score of their own: everybody's, children's services', each agency's."""
    told_all = [TOLD_ALL] if TOLD_ALL in review.reached else []
    return ["pooled", CS, *told_all, *(viewer for viewer in review.triggered_for if viewer != CS)]


def _ends(span: Span | None, review: Review) -> list[date]:
    """Return the one or two days that stand for a span; for none, the last day of the record."""
    if span is None:
        return [review.path.record.to_on]
    return sorted({span.earliest, span.latest or review.path.record.to_on})


def _shown_from(name: str, on: date, drawn: pl.DataFrame) -> int:
    """Return how many days of records must be revealed for a dated line; hindsight comes after all."""
    if name == "In harm":
        return drawn["on"].n_unique()
    rests_on = drawn.filter(pl.col("on") < on if name in SEES_THE_DAY_BEFORE else pl.col("on") <= on)
    return rests_on["on"].n_unique()


def _words_beside(name: str, viewer: str | None, span: Span | None, review: Review) -> dict[str, Any]:
    """Return the words of a dated line and the end beside which they stand: the one with more room."""
    begins, ends = shown_days(review)
    words = None if viewer is None else _reached_in_short(review.reached[viewer])
    if span is None:
        return {"first_on": begins, "words": words or "never", "words_on": begins, "is_late": False}
    last = span.latest or review.path.record.to_on
    is_late = last > begins + (ends - begins) / 2
    if name == "In harm":
        words = _in_harm(review)
    return {
        "first_on": span.earliest,
        "words": span_in_words(span) if words is None else words,
        "words_on": span.earliest if is_late else last,
        "is_late": is_late,
    }


def _in_harm(review: Review) -> str:
    """Return the words beside a spell of harm: its days; of several there is no room to say them.

    Harm that was there on the first day of the record began nobody knows when before it.
    """
    (first, _), n = review.harm_spells[0], len(review.harm_spells)
    by = "by " if first == review.path.record.from_on else ""
    return f"{by}{span_in_words(_spells(review)[0])}" if n == 1 else ""


def _spells(review: Review) -> list[Span]:
    """Return the spells of harm as far as they lie in the days that are shown, in order."""
    first, last = shown_days(review)
    days = [(begins, to - timedelta(days=1)) for begins, to in review.harm_spells]
    return [Span(max(on, first), min(to, last)) for on, to in days if on <= last and to >= first]


def _reached_in_short(reached: Reached) -> str:
    """Return when the line was reached as the row of a dated line has room for it."""
    if reached.latest is not None and reached.median is not None and not is_one_day(reached):
        half, latest = (roughly(on, short=True) for on in (reached.median, reached.latest))
        return f"all by {latest}" if half == latest else f"half by {half}, all by {latest}"
    words = in_short(reached)
    return words[:1].lower() + words[1:]


def sums(drawn: pl.DataFrame) -> pl.DataFrame:
    """Return the records that count on the day that is explained, with the sum before and after each."""
    return (
        drawn.filter(pl.col("points") != 0)
        .with_columns(
            after=pl.col("points").cum_sum(),
            name=pl.format("{}  ·  {}  ·  {}: {}", "number", "when", "held_by", "record"),
            signed=pl.when(pl.col("points") > 0)
            .then(pl.format("+{}", "points"))
            .otherwise(pl.format("−{}", pl.col("points").abs())),
        )
        .with_columns(before=pl.col("after") - pl.col("points"))
        .with_columns(beside=pl.max_horizontal("before", "after"))
    )


def points_range(review: Review) -> list[float]:
    """Return the two ends of the axis of points: the same for everybody, and clear of score and line."""
    daily = review.path.daily
    lowest, highest = daily["points_least"].min(), daily["points_most"].max()
    return [min(int(lowest), 0), max(int(highest), review.path.line) * 1.1]  # type: ignore[arg-type]


def span_in_words(span: Span) -> str:
    """Return a span as a chart has room for it."""
    if span.latest is None:
        return f"possibly from {window(span.earliest, span.earliest)}"
    return window(span.earliest, span.latest)
