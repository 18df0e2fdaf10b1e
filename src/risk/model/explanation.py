"""The explanation: which dated events make up a score on a day, with how many points, and for how long.

Of each line of the card the newest record counts, so a score is an exact sum over dated events. An imprecise
date gives an event a youngest and an oldest possible age on a day, and with them the most and the least that
it may count; what they give together bounds the score, whatever the order of the imprecise events.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.model.features import BAND_ENDS_DAYS, IS_ASSESSMENT, LINES, NOT_A_SIBLINGS

Ints = NDArray[np.int64]
AT_A_TIME: Final = 500_000
"""Events times days that are looked at together."""

NEVER: Final = len(BAND_ENDS_DAYS)
"""The band of an event that is too old to count, or not yet known: it is worth nothing."""


def bounds(points: Ints, known: pl.DataFrame, days: Ints) -> tuple[Ints, Ints]:
    """Return the least and the most that a child's score may be on each day; equal for exact dates.

    points: (lines, bands) of a card. known: one child's rows of `features.known_events`, in any order.
    days: since 1970-01-01.

    Each bound takes every event at the age that gives it least, or most. The sum in "most" is attained by
    some placing of the dates; the one in "least" need not be.
    """
    # So many days at a time that what is held does not grow with the years that a record covers.
    n_days = max(1, AT_A_TIME // max(1, known.height))
    parts = [_bounds(points, known, days[i : i + n_days]) for i in range(0, max(1, len(days)), n_days)]
    least, most = (np.concatenate(part) for part in zip(*parts, strict=True))
    return least, most


def _bounds(points: Ints, known: pl.DataFrame, days: Ints) -> tuple[Ints, Ints]:
    newest, oldest = _bands(known, days)
    least, most = np.zeros(len(days), np.int64), np.zeros(len(days), np.int64)
    for i, rows, worth in _lines(points, known):
        either = np.stack([worth[newest[rows]], worth[oldest[rows]]])
        of_the_newest = np.max if LINES[i].raises else np.min  # points fall towards nothing with age
        least += of_the_newest(either.min(axis=0), axis=0)
        most += of_the_newest(either.max(axis=0), axis=0)
    return least, most


def explained(points: Ints, known: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return event_id, points and falls_on of every event known by a day; points sum to the most it may be.

    An event counts on a line if it is the newest there, of those of one day the last in order; it may count
    on two lines. falls_on is the first day on which it counts differently by its age alone, null if it counts
    for nothing. With imprecise dates it is the day for the dates that give the most.

    points, known: as in `bounds`.
    """
    known = known.filter(pl.col("known_on") < day)
    on = (day - date(1970, 1, 1)).days
    newest, oldest = (bands[:, 0] for bands in _bands(known, np.array([on])))
    known_on, recorded_on = _day(known["known_on"]), _day(known["recorded_on"])
    later = np.minimum(known["may_be_later_days"].to_numpy(), on - 1 - known_on)
    total = np.zeros(known.height, np.int64)
    falls = np.full(known.height, np.iinfo(np.int64).max)
    for i, rows, worth in _lines(points, known):
        raises = LINES[i].raises
        band = (newest if raises else oldest)[rows]
        of_line = worth[band] if raises else -worth[band]
        place = len(rows) - 1 - int(of_line[::-1].argmax())
        event, its_band = rows[place], band[place]
        if not worth[its_band]:
            continue
        total[event] += worth[its_band]
        # Neighbouring bands may bring the same points: the step is where they next differ.
        steps = its_band + np.flatnonzero(worth[its_band:] != worth[its_band])[0] - 1
        recorded = recorded_on[event] + (later[event] if raises else 0)
        falls[event] = min(falls[event], recorded + BAND_ENDS_DAYS[steps] + 1)
    counts = total != 0
    return known.select(
        "event_id",
        points=pl.Series(total, dtype=pl.Int32),
        falls_on=pl.Series(np.where(counts, falls, 0), dtype=pl.Int32).cast(pl.Date),
    ).with_columns(falls_on=pl.when(pl.Series(counts)).then("falls_on"))


def explained_days(points: Ints, known: pl.DataFrame, at: pl.DataFrame) -> pl.DataFrame:
    """Return child_id, on, event_id and points of what counts on each of many days: the same as `explained`.

    points: as in `bounds`. known: rows of `features.known_events`, of any children. at: child_id and on.
    """
    pairs = at.join(known, on="child_id", how="inner", maintain_order="left_right")
    pairs = pairs.filter(pl.col("known_on") < pl.col("on"))
    newest, oldest = (bands[:, 0] for bands in _bands(pairs, _day(pairs["on"])[:, None]))
    counts = []
    for i, rows, worth in _lines(points, pairs):
        of_line = worth[(newest if LINES[i].raises else oldest)[rows]]
        one_each = (
            pairs.select("child_id", "on", "event_id")[rows]
            .with_columns(points=pl.Series(of_line, dtype=pl.Int32), strength=pl.Series(np.abs(of_line)))
            .filter(pl.col("points") != 0)
            .sort("strength", maintain_order=True)
            .unique(["child_id", "on"], keep="last", maintain_order=True)
        )
        counts.append(one_each.drop("strength"))
    columns = {"child_id": pl.Int64, "on": pl.Date, "event_id": pl.Int64, "points": pl.Int32}
    lines = pl.concat([pl.DataFrame(schema=columns), *counts])
    return (
        lines.group_by("child_id", "on", "event_id")
        .agg(pl.col("points").sum())
        .filter(pl.col("points") != 0)
        .sort("child_id", "on", "event_id")
    )


def context(known: pl.DataFrame, day: date) -> dict[str, int]:
    """Return what a reader asks beside a score, none of it worth a point: counts as known before a day.

    no_further_action_since_assessment: decisions to look no further, since an assessment was last completed;
    they are no evidence of safety and mostly count concerns. agencies_in_26_weeks: who wrote anything of
    the child's or the home's down. Imprecise dates stand at their earliest day.

    known: one child's rows of `features.known_events`.
    """
    before = known.filter(pl.col("known_on") < day)
    assessed = before.filter(IS_ASSESSMENT)["recorded_on"].max()
    since = pl.lit(True) if assessed is None else pl.col("recorded_on") >= assessed
    recent = (pl.lit(day) - pl.col("recorded_on")).dt.total_days() <= 182
    return {
        "no_further_action_since_assessment": before.filter(
            since, pl.col("kind") == "no_further_action"
        ).height,
        "agencies_in_26_weeks": before.filter(recent, NOT_A_SIBLINGS)["agency"].n_unique(),
    }


def _lines(points: Ints, known: pl.DataFrame) -> Iterator[tuple[int, Ints, Ints]]:
    """Give each line that any event counts on: its place, its events' rows, and its points by band."""
    for i, line in enumerate(LINES):
        rows = np.flatnonzero(known[line.name].to_numpy())
        if len(rows) and points[i].any():
            yield i, rows, np.append(points[i], 0)


def _bands(known: pl.DataFrame, days: Ints) -> tuple[Ints, Ints]:
    """Return, as (events, days), the band of each event's youngest and of its oldest possible age.

    All dates of an imprecise event move together, so it is youngest if it was known as late as it can have
    been by that day, and oldest if it was recorded on its earliest. One that may not be known yet is in
    the oldest case worth nothing. Points fall towards nothing with age, so no age in between lies outside.
    """
    known_on, recorded_on = (_day(known[c])[:, None] for c in ("known_on", "recorded_on"))
    later = known["may_be_later_days"].to_numpy()[:, None].astype(np.int64)
    youngest = days - (recorded_on + np.minimum(later, days - 1 - known_on))
    oldest = days - recorded_on
    begun, surely = known_on < days, known_on + later < days
    return np.where(begun, _band(youngest), NEVER), np.where(surely, _band(oldest), NEVER)


def _band(age_days: Ints) -> Ints:
    return np.searchsorted(BAND_ENDS_DAYS, age_days, side="left").astype(np.int64)


def _day(dates: pl.Series) -> Ints:
    return dates.to_physical().to_numpy().astype(np.int64)
