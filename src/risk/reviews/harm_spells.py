"""Spells of harm: the stretches of days on which care warranted an assessment, in hindsight, from the truth.

A child may have several, and between them it was in none. Days are half open: a spell has its first day in it
and not its `to`, so that one still going on when the record ends has the day on which the record ends.
"""

from datetime import date, timedelta
from typing import Final

import polars as pl

from risk.core.wording import day

Spells = tuple[tuple[date, date], ...]
"""from and to of each spell of one child, in order; to is exclusive."""

BESIDE: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "harm_spells": pl.List(pl.Struct({"from": pl.Date, "to": pl.Date})),
    "harm_began_on": pl.Date,
    "days_from_harm": pl.Int64,
    "in_harm_when_knowable": pl.Boolean,
    "in_harm_when_triggered": pl.Boolean,
    "in_harm_when_assessed": pl.Boolean,
    "days_in_harm_before_assessment": pl.Int64,
}
"""What the spells say beside the dated lines. harm_began_on: of the spell in which the line was reached, or
which it next follows; where it came before all harm, or never, of the first. in_harm_when_…: whether that day
was in a spell, null for never. days_in_harm_before_assessment: of the days from triggered to assessed."""

HINDSIGHT: Final = "In hindsight, from the hidden truth"
ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def in_harm(spells: Spells, earliest: date, latest: date | None = None) -> bool | None:
    """Return whether a day is in a spell; null where days from earliest to latest differ in that.

    >>> in_harm(((date(2023, 2, 1), date(2023, 6, 1)),), date(2023, 6, 1))
    False
    """
    last = earliest if latest is None else latest
    days = days_in_harm(spells, earliest, last + timedelta(days=1))
    return days > 0 if days in (0, (last - earliest).days + 1) else None


def days_in_harm(spells: Spells, first: date, to: date) -> int:
    """Return how many of the days from first, and before to, are in a spell.

    >>> days_in_harm(((date(2023, 2, 1), date(2023, 6, 1)),), date(2023, 5, 30), date(2023, 7, 1))
    2
    """
    return sum(max((min(end, to) - max(start, first)).days, 0) for start, end in spells)


def spell_of(spells: Spells, on: date | None) -> int | None:
    """Return the place of the spell that a day falls in, or else next follows; before all of them the first.

    So what comes after the day never decides. on: null for never, which also gives the first. Null: no spell.
    """
    begun = sum(start <= on for start, _ in spells) if on is not None else 0
    return max(begun - 1, 0) if spells else None


def spells_in_words(spells: Spells, from_on: date, to_on: date) -> str:
    """Return the spells as a sentence says them, in a record of the days from from_on, and before to_on."""
    told = [
        f"from {'the first day of the record' if start <= from_on else day(start)} to "
        f"{'the end of the record' if end >= to_on else day(end - timedelta(days=1))}"
        for start, end in spells
    ]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def line_in_words(spells: Spells, on: date | None) -> str:
    """Return one sentence on where in the spells the line was reached; on: null for never."""
    n = spell_of(spells, on)
    if on is None or n is None:
        return "The line was never reached."
    start, end = spells[n]
    it = "it" if len(spells) == 1 else f"the {ORDINALS[n]} of them" if n < len(ORDINALS) else f"spell {n + 1}"
    if on < start:
        return f"The line was reached {_days(start, on)} before {it} began."
    if on < end:
        return f"The line was reached in {it}, {_days(on, start)} after it began."
    return f"The line was reached after {it} had ended, {_days(on, end)} later."


def _days(one: date, other: date) -> str:
    n = abs((one - other).days)
    return "1 day" if n == 1 else f"{n:,} days"


def spells_by_child(harms: pl.DataFrame) -> dict[int, Spells]:
    """Return the spells of each child whom harm reached, from the truth."""
    spells: dict[int, list[tuple[date, date]]] = {}
    rows = harms.sort("child_id", "warranted_from").select("child_id", "warranted_from", "warranted_to")
    for child_id, start, end in rows.iter_rows():
        spells.setdefault(child_id, []).append((start, end))
    return {child_id: tuple(each) for child_id, each in spells.items()}


def as_rows(spells: Spells) -> list[dict[str, date]]:
    """Return the spells as a document has them: from, and to, which is exclusive."""
    return [{"from": start, "to": end} for start, end in spells]


def days_from_harm(spells: Spells, triggered_on: date | None) -> int | None:
    """Return the days from when harm began to when the line was reached, negative: before.

    Of the spell that it was reached in, or of the first if it came before all harm; null in between and
    after, since days without harm are no days of it.
    """
    n = spell_of(spells, triggered_on)
    if n is None or triggered_on is None or triggered_on >= spells[n][1]:
        return None
    return (triggered_on - spells[n][0]).days


def beside_the_lines(
    spells: Spells, knowable_on: date | None, triggered_on: date | None, assessed_on: date | None
) -> tuple[object, ...]:
    """Return a child's row of `BESIDE`."""
    lines = (knowable_on, triggered_on, assessed_on)
    n = spell_of(spells, triggered_on)
    between = triggered_on is not None and assessed_on is not None
    return (
        as_rows(spells),
        None if n is None else spells[n][0],
        days_from_harm(spells, triggered_on),
        *(None if on is None else in_harm(spells, on) for on in lines),
        days_in_harm(spells, triggered_on, assessed_on) if between else None,  # type: ignore[arg-type]
    )


def beside(rows: pl.DataFrame, harms: pl.DataFrame) -> pl.DataFrame:
    """Return the columns `BESIDE` of child_id, knowable_on, triggered_on and assessed_on, a row a child."""
    spells = spells_by_child(harms)
    lines = rows.select("child_id", "knowable_on", "triggered_on", "assessed_on")
    return pl.DataFrame(
        [beside_the_lines(spells.get(child_id, ()), *days) for child_id, *days in lines.iter_rows()],
        schema=BESIDE,
        orient="row",
    )
