"""The oddities: what can be read, and still looks like a slip: a reader is told, and nothing is changed."""

import re
from datetime import date, timedelta
from statistics import median_low
from typing import Any, Final

from risk.chronologies.entries import Cell, Row
from risk.chronologies.rows import same_rows

FAR_YEARS: Final = 20
"""Assumption: a date so many years from the middle one looks mistyped."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY: Final = re.compile(rf"(?i)\b({'|'.join(WEEKDAYS)})[a-z]*\b")
NAMED: Final = 5

Entries = list[tuple[Row, dict[str, Any]]]
"""Each row with the entry that it was read as."""


def oddities(read: Entries, from_on: date | None, to_on: date | None) -> list[str]:
    """Return sentences on the dates and rows that look like a slip, each with its cells.

    from_on, to_on: the period that the sheet says it covers, to_on exclusive.
    """
    dated = [(row["date"], entry) for row, entry in read if entry["occurred_on"] is not None]
    outside = [
        cell
        for cell, entry in dated
        if (from_on and _last(entry) < from_on) or (to_on and entry["occurred_on"] >= to_on)
    ]
    twice = [f"rows {', '.join(str(row['date'].row) for row in rows[:NAMED])}" for rows in same_rows(read)]
    sentences = [
        _remark("a weekday that is not that date's", _other_weekdays(dated)),
        _remark(f"over {FAR_YEARS} years from most dates of this chronology", _far(dated)),
        _remark("out of order by about a year, perhaps a year mistyped", _a_year_out(dated)),
        _remark("outside the period that the sheet says it covers", outside),
    ]
    if twice:
        more = f" and {len(twice) - NAMED} more" if len(twice) > NAMED else ""
        sentences.append(f"The same word for word, and each counted: {'; '.join(twice[:NAMED])}{more}.")
    return [sentence for sentence in sentences if sentence]


def _last(entry: dict[str, Any]) -> date:
    first: date = entry["occurred_on"]
    last: date = entry["went_on_to"] or first + timedelta(days=entry["may_be_later_days"])
    return last


def _remark(what: str, cells: list[Cell]) -> str:
    if not cells:
        return ""
    shown = ", ".join(f"{cell.address} {cell.text[:40]!r}" for cell in cells[:NAMED])
    more = f" and {len(cells) - NAMED} more" if len(cells) > NAMED else ""
    return f"Look again at {shown}{more}: {what}."


def _other_weekdays(dated: list[tuple[Cell, dict[str, Any]]]) -> list[Cell]:
    """Return the cells of one day that name another day of the week."""
    return [
        cell
        for cell, entry in dated
        if (said := WEEKDAY.findall(cell.text))
        and entry["may_be_later_days"] == 0
        and WEEKDAYS[entry["occurred_on"].weekday()] not in map(str.lower, said)
    ]


def _far(dated: list[tuple[Cell, dict[str, Any]]]) -> list[Cell]:
    if not dated:
        return []
    middle = median_low([entry["occurred_on"] for _, entry in dated])
    far = timedelta(days=366 * FAR_YEARS)
    return [
        cell for cell, entry in dated if entry["occurred_on"] - middle > far or middle - _last(entry) > far
    ]


def _a_year_out(dated: list[tuple[Cell, dict[str, Any]]]) -> list[Cell]:
    """Return the cells that break the order of a sheet that is in order, and fit with another year."""
    days = [entry["occurred_on"] for _, entry in dated]
    breaks = [i for i in range(1, len(days)) if days[i] < days[i - 1]]
    if not breaks or len(breaks) > max(2, len(days) // 10):
        return []
    found = []
    for i in sorted({i for late in breaks for i in (late - 1, late)}):
        rest = days[:i] + days[i + 1 :]
        before, after = days[i - 1] if i else date.min, rest[i] if i < len(rest) else date.max
        if before <= days[i] <= after or before > after:
            continue
        shifted = [_in_year(days[i], days[i].year + years) for years in (-1, 1)]
        if any(before <= on <= after and abs((on - _near(before, after)).days) < 200 for on in shifted):
            found.append(dated[i][0])
    return found


def _near(before: date, after: date) -> date:
    return before if before > date.min else after


def _in_year(on: date, year: int) -> date:
    return on.replace(year=year, day=min(on.day, 28) if on.month == 2 else on.day)
