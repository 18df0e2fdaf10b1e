"""The homes: how many children under 18 each household has on any day, which is what its events weigh.

A birth and an 18th birthday are moments, a household and a day as one whole number; with both lists sorted,
counting children is two binary searches, for a hundred thousand events at once.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints, days_of, moments
from risk.records.cohort import Record

NO_PLAN_FROM_DAYS: Final = 6209
"""Seventeen years of 365.25 days. Nobody is put on a child protection plan at this age or older: an
assumption, with which about as many of those on a plan are 16 or 17 as published, 4 in 100."""


@dataclass(frozen=True)
class Homes:
    """The households, and when (`schema.moment`) their children were born and turned 18, each sorted."""

    household_id: Ints
    born: Ints
    grown: Ints

    @classmethod
    def of(cls, record: Record) -> Self:
        """Return the households of a record, in which every child's day of birth is known."""
        children = with_18th_birthday(record.children)
        household = children["household_id"].to_numpy()
        born, grown = (np.sort(moments(household, days_of(children[c]))) for c in ("born_on", "grown_on"))
        return cls(np.sort(record.households["household_id"].to_numpy()), born, grown)

    def under_18(self, household: Ints, day: Ints, born_by: Ints | None = None) -> Ints:
        """Return how many children under 18 each household has on a day, born by then or by an earlier day.

        born_by: less than 18 years before `day`.
        """
        # In the households before this one as many turn 18 as are born: what is left is this one's.
        born = np.searchsorted(self.born, moments(household, day if born_by is None else born_by), "right")
        return born - np.searchsorted(self.grown, moments(household, day), "right")

    def summed(self, household: Ints, counted: Ints | Floats) -> Floats:
        """Return what was counted, summed by household, in the order of `household_id`."""
        place = np.searchsorted(self.household_id, household)
        return np.bincount(place, counted, len(self.household_id)).astype(np.float64)

    def children_in(self, rows: pl.DataFrame) -> Floats:
        """Return the children whom the rows are about (n), summed by household."""
        return self.summed(rows["household_id"].to_numpy(), rows["n"].to_numpy())


def with_18th_birthday(children: pl.DataFrame) -> pl.DataFrame:
    """Return children with grown_on, the day on which they are no longer children."""
    return children.with_columns(grown_on=pl.col("born_on").dt.offset_by("18y"))
