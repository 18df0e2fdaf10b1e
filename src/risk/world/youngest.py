"""The youngest: how old the youngest child of a home is; what is open, and what is decided, depends on it."""

from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Ints
from risk.core.calendar import DAYS_A_YEAR
from risk.records.cohort import Record
from risk.world.assumptions import AGES_OF_YOUNGEST

AGE_EDGES: Final = np.ceil(np.array(AGES_OF_YOUNGEST[1:]) * DAYS_A_YEAR)
"""The ages in days of the youngest child at which the next class of age begins."""

UNBORN: Final = 1 << 30
"""Stands for the day of birth of a child who is not there."""


def births(record: Record, household_id: Ints) -> Ints:
    """Return (homes, most children) days of birth, oldest first, and UNBORN where there is no such child.

    household_id: sorted; of every child of the record.
    """
    children = record.children.sort("child_id").with_columns(
        nth=pl.int_range(pl.len()).over("household_id"), day=pl.col("born_on").to_physical()
    )
    where = np.searchsorted(household_id, children["household_id"].to_numpy())
    nth = children["nth"].to_numpy()
    born = np.full((len(household_id), nth.max(initial=0) + 1), UNBORN)
    born[where, nth] = children["day"].to_numpy()
    return born


def class_of_youngest(born: Ints, day: Ints | int) -> Ints:
    """Return the class of age of the youngest child born by a day; the last where there is none.

    born: as of `births`. day: one for all, or one a row.
    """
    age = np.broadcast_to(day, len(born))[:, None] - born
    youngest = np.where(age >= 0, age, UNBORN).min(axis=1)
    classes: Ints = np.searchsorted(AGE_EDGES, youngest, side="right")
    return classes
