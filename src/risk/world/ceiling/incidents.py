"""Incidents: what happened in homes as far as anybody tells the viewer, put together from what each wrote."""

from typing import Any, Final

import numpy as np
import polars as pl

from risk.core.arrays import Ints, rows_of
from risk.core.kinds import CONCERNS, GENERATED_AGENCIES
from risk.records.cohort import Record
from risk.world.ceiling.circumstances import SOMEBODY, Circumstances

NEVER: Final = np.iinfo(np.int32).max


def incidents(record: Record, around: Circumstances, viewer: str) -> Any:
    """Return the incidents of which the viewer ever hears, in order: one a home, week and concern.

    week: home × weeks + week. day: since the record began. whom: the class of age of the child concerned
    (`witnesses`); 0 for the whole home. known_on: by agency, when what it wrote comes to the viewer, NEVER if
    it does not.
    """
    known = "shared_on" if viewer == "childrens_services" else "recorded_on"
    written = record.events.filter(pl.col("kind").is_in(list(CONCERNS)), pl.col(known).is_not_null())
    if viewer not in ("pooled", "childrens_services"):
        written = written.filter(pl.col("agency") == viewer)
    born = record.children.select("child_id", "born_on")

    def days(column: str) -> pl.Expr:
        return pl.col(column).to_physical().cast(pl.Int64) - around.first_day

    written = written.join(born, on="child_id", how="left").select(
        "household_id",
        concern=pl.col("kind").to_physical().cast(pl.Int64),
        agency=pl.col("agency").to_physical().cast(pl.Int64),
        day=days("occurred_on"),
        known=days(known),
        age=(days("occurred_on") - days("born_on")).fill_null(NEVER),
    )
    where = np.searchsorted(around.household_id, written["household_id"].to_numpy())
    day, concern, age = (written[c].to_numpy() for c in ("day", "concern", "age"))
    week = where * around.n_weeks + day // 7
    key, first, of = np.unique(week * len(CONCERNS) + concern, return_index=True, return_inverse=True)
    known_on = np.full((len(key), len(GENERATED_AGENCIES)), NEVER, np.int64)
    known_on[of, written["agency"].to_numpy()] = written["known"].to_numpy()
    return rows_of(
        len(key),
        week=week[first],
        concern=concern[first],
        day=day[first],
        whom=_whom(age[first], around.edges),
        known_on=known_on,
    )


def _whom(age: Ints, edges: Ints) -> Ints:
    """Return the classes of age of the children concerned."""
    nth = np.searchsorted(edges, age, side="right") - 1
    a_class = np.where((nth >= 0) & (nth < len(edges) - 1), 1 << np.maximum(nth, 0), 0)
    return np.where(age == NEVER, 0, a_class | SOMEBODY)
