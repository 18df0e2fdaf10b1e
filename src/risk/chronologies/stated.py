"""What a chronology states beside its record: who was told, which occasion, what came after what, spans.

It stays beside the record and is no part of it: a generated cohort has none of it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from risk.chronologies.exact_dates import EARLIEST_YEAR, LATEST_YEAR, Window
from risk.chronologies.occasions import Dated
from risk.chronologies.rough_dates import read_window
from risk.chronologies.spans import began, read_went_on
from risk.chronologies.synonyms import plain
from risk.chronologies.ties import FAR, read_after

STATED: Final = {
    "event_id": pl.Int64,
    "told": pl.Boolean,
    "occasion": pl.String,
    "after": pl.String,
    "least_days": pl.Int32,
    "most_days": pl.Int32,
    "went_on_to": pl.Date,
    "every_days": pl.Int32,
}
"""One row an event. Null: told and every_days not stated, most_days only the order, the others nothing."""

ANY_DAY: Final = Window(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))


def stated(entries: pl.DataFrame) -> pl.DataFrame:
    """Return what dated entries state beside the record, in the columns of `STATED`.

    entries: with event_id.
    """
    rows = [_stated(entry) for entry in entries.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=STATED, orient="row")


def _stated(entry: Mapping[str, Any]) -> dict[str, Any]:
    after = read_after(entry["after"]) if entry["after"] else None
    went_on = read_went_on(entry["went_on"]) if entry["went_on"] else None
    return {
        "event_id": entry["event_id"],
        "told": entry["told"],
        "occasion": plain(entry["occasion"] or "") or None,
        "after": after and after.occasion,
        "least_days": after and after.least,
        "most_days": None if after is None or after.most == FAR else after.most,
        "went_on_to": entry["went_on_to"],
        "every_days": went_on and went_on.every_days,
    }


def supposed_window(entry: Mapping[str, Any]) -> Window | None:
    """Return the days on which an event without a date may have been, or begun; None where nobody says."""
    window = read_window(entry["what_if"]) if entry["what_if"] else None
    went_on = read_went_on(entry["went_on"]) if entry["went_on"] else None
    return window if window is None or went_on is None else began(window, window.last, went_on)


def supposed_end(entry: Mapping[str, Any]) -> date | None:
    """Return the last day on which what went on, and has no date, may have been written down."""
    window = read_window(entry["what_if"]) if entry["what_if"] else None
    return None if window is None else window.last


def dated(place: int, entry: Mapping[str, Any]) -> Dated:
    """Return what ties need to know of an entry; one without any days ties nothing, and may fall on any."""
    after = read_after(entry["after"]) if entry["after"] else None
    first = entry["occurred_on"]
    window = supposed_window(entry) if first is None else None
    if first is not None:
        window = Window(first, first + timedelta(days=entry["may_be_later_days"]))
    window = window or ANY_DAY
    occasion = plain(entry["occasion"] or "")
    if after is None:
        return Dated(place, window.first, window.last, occasion)
    return Dated(place, window.first, window.last, occasion, after.occasion, after.least, after.most)
