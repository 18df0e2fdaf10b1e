"""Incidents: what happened in homes as far as anybody tells the viewer, put together from what each wrote."""

from typing import Final, NamedTuple, Self

import numpy as np
import polars as pl

from risk.core.arrays import Ints
from risk.core.kinds import CONCERNS, GENERATED_AGENCIES
from risk.records.cohort import Record
from risk.world.ceiling.circumstances import Circumstances

NEVER: Final = np.iinfo(np.int32).max
SOMEBODY: Final = 1 << 10
"""Beside a bit for each class of age, one that is always set: whoever it is, somebody is concerned."""


class Incidents(NamedTuple):
    """One element an incident, by home and week; those of week w of home h begin at first[h * weeks + w].

    day: since the record began. whom: the class of age of the child concerned as a bit, with SOMEBODY; 0 for
    the whole home. known_on: (incidents, agencies) when what each agency wrote comes to the viewer, NEVER if
    it does not.
    """

    first: Ints
    concern: Ints
    day: Ints
    whom: Ints
    known_on: Ints

    @classmethod
    def of(cls, record: Record, around: Circumstances, viewer: str) -> Self:
        """Return the incidents of which the viewer ever hears: one a home, week and concern."""
        known = "shared_on" if viewer == "childrens_services" else "recorded_on"
        rows = record.events.filter(pl.col("kind").is_in(list(CONCERNS)), pl.col(known).is_not_null())
        if viewer not in ("pooled", "childrens_services"):
            rows = rows.filter(pl.col("agency") == viewer)
        born = record.children.select("child_id", "born_on")

        def days(column: str) -> pl.Expr:
            return pl.col(column).to_physical().cast(pl.Int64) - around.first_day

        rows = rows.join(born, on="child_id", how="left").select(
            "household_id",
            concern=pl.col("kind").to_physical().cast(pl.Int64),
            agency=pl.col("agency").to_physical().cast(pl.Int64),
            day=days("occurred_on"),
            known=days(known),
            age=(days("occurred_on") - days("born_on")).fill_null(NEVER),
        )
        where = np.searchsorted(around.household_id, rows["household_id"].to_numpy())
        day, concern, age = (rows[c].to_numpy() for c in ("day", "concern", "age"))
        week = where * around.n_weeks + day // 7
        key, first, of = np.unique(week * len(CONCERNS) + concern, return_index=True, return_inverse=True)
        known_on = np.full((len(key), len(GENERATED_AGENCIES)), NEVER, np.int64)
        known_on[of, rows["agency"].to_numpy()] = rows["known"].to_numpy()
        return cls(
            weekly(around, week[first]), concern[first], day[first], _whom(age[first], around.edges), known_on
        )


def weekly(around: Circumstances, week: Ints) -> Ints:
    """Return where the rows of each home and week begin, and the last end; week: home × weeks + week, in order."""
    first: Ints = np.searchsorted(week, np.arange(len(around.household_id) * around.n_weeks + 1))
    return first


def _whom(age: Ints, edges: Ints) -> Ints:
    """Return the classes of age of the children concerned."""
    nth = np.searchsorted(edges, age, side="right") - 1
    a_class = np.where((nth >= 0) & (nth < len(edges) - 1), 1 << np.maximum(nth, 0), 0)
    return np.where(age == NEVER, 0, a_class | SOMEBODY)
