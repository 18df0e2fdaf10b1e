"""The household: who lives in the home on a day, and how old each child is, as far as anybody wrote it down.

One line, the same on the screen and on every paper. It looks back only: a child who is not born yet and an
adult whom nobody has written down yet are not in it.
"""

from datetime import date
from typing import Final

import polars as pl

from risk.chronologies.account import THE_CHILD
from risk.chronologies.narrative import letters
from risk.core.kinds import ENDS_CARE, LEAVES_HOME
from risk.core.wording import day
from risk.records.cohort import Record
from risk.show.packs.lesson import Told

MONTHS_UNTIL: Final = 24
"""A child younger than this is so many months old; older ones so many years."""

ROLES: Final = {
    "mother": "mother",
    "father": "father",
    "partner": "a partner",
    "other_adult": "another adult",
}
SEXES: Final = {"female": "girl", "male": "boy"}
NOBODY_WROTE: Final = "Who lives in the home, and how old the children are, is not written down."


def household_line(told: Told, on: date, *, visitors: bool = True) -> str:
    """Return in a few short sentences who lives in the home on a day, and the children's ages that day.

    Children come in order of birth, and the child whom this is about is the first where no births are known.
    What nobody wrote down is said to be so.

    on: a day of the records, such as a stop's. visitors: whether to name the adults who were first written
    down on a day of the record, and to say that the children live elsewhere. The file of one agency does not:
    another may be the one that knew.
    """
    path = told.review.path
    home = path.record.homes_of(pl.Series([path.child_id]))
    children = _children(home, path.child_id, on, by_name=told.case is not None)
    lived, since = _adults(home, on)
    away = _away(told, on) if visitors else ""
    if not lived and not since and children == [THE_CHILD]:
        return " ".join(filter(None, [NOBODY_WROTE, away]))
    who = [f"Children: {', '.join(children)}.", f"Adults: {', '.join(lived) or 'not written down'}."]
    if visitors and since:
        who.append(f"First written down since: {', '.join(since)}.")
    return " ".join(filter(None, [*who, away]))


def age(born_on: date, on: date) -> str:
    """Return how old a child is on a day, in months below the age of two. The day is not before its birth.

    >>> age(date(2009, 6, 11), date(2010, 6, 10)), age(date(2005, 3, 20), date(2009, 6, 11))
    ('11 months', '4')
    """
    months = 12 * (on.year - born_on.year) + on.month - born_on.month - (on.day < born_on.day)
    if months >= MONTHS_UNTIL:
        return str(months // 12)
    return "newborn" if months == 0 else f"{months} month{'' if months == 1 else 's'}"


def _children(home: Record, child_id: int, on: date, *, by_name: bool) -> list[str]:
    """Return what each child is called in the records that a class reads, with its age."""
    children = home.children.sort("child_id")
    called = (
        dict(children.select("child_id", "given_name").iter_rows()) if by_name else letters(home, child_id)
    )
    said = []
    for number, born_on, sex in children.select("child_id", "born_on", "sex").iter_rows():
        if born_on is not None and born_on > on and number != child_id:
            continue
        # A sister is known for a girl by her name in the records; the child whom they are about is not.
        is_a = [SEXES[sex]] if sex and number == child_id and not by_name else []
        how_old = [] if born_on is None else ["not born yet" if born_on > on else age(born_on, on)]
        beside = ", ".join([*is_a, *how_old])
        said.append(f"{called[number]} ({beside})" if beside else called[number])
    return said


def _adults(home: Record, on: date) -> tuple[list[str], list[str]]:
    """Return the adults who were there from the first, and those written down since, each with its month."""
    there = home.adults.filter(
        pl.col("joined_on").is_null() | (pl.col("joined_on") <= on),
        pl.col("left_on").is_null() | (pl.col("left_on") > on),
    ).sort("joined_on", "adult_id")
    lived = [ROLES[role] for role, joined in there.select("role", "joined_on").iter_rows() if joined is None]
    since = [
        f"{ROLES[role]} ({joined:%B %Y})"
        for role, joined in there.select("role", "joined_on").iter_rows()
        if joined is not None
    ]
    return lived, since


def _away(told: Told, on: date) -> str:
    """Return that the children live elsewhere, where the last that was written of it by a day says so."""
    moves = told.review.path.events.filter(
        pl.col("recorded_on") <= on, pl.col("kind").is_in([*LEAVES_HOME, *ENDS_CARE])
    ).sort("recorded_on", "event_id")
    if moves.is_empty() or moves["kind"][-1] in ENDS_CARE:
        return ""
    if moves["latest_on"][-1] > moves["recorded_on"][-1]:
        return "The children do not live at home."
    return f"By a record of {day(moves['recorded_on'][-1])} the children do not live at home."
