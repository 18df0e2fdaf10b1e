"""Incidents: what happened in homes as far as anybody tells the viewer, put together from what each wrote."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Ints
from risk.core.kinds import CONCERNS, GENERATED_AGENCIES
from risk.records.cohort import Record
from risk.world.ceiling.circumstances import Circumstances

NEVER: Final = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Incidents:
    """One element an incident, by week and home.

    day: since the record began. born: that of the child concerned, NEVER for the whole home. known_on:
    (incidents, agencies) when what each agency wrote comes to the viewer, NEVER if it does not.
    """

    where: Ints
    concern: Ints
    day: Ints
    born: Ints
    known_on: np.ndarray
    homes: int
    moment: Ints  # week × homes + where, in order

    @classmethod
    def of(cls, record: Record, around: Circumstances, viewer: str) -> "Incidents":
        """Return the incidents of which the viewer ever hears: one a home, week and concern."""
        known = "shared_on" if viewer == "childrens_services" else "recorded_on"
        rows = record.events.filter(pl.col("kind").is_in(list(CONCERNS)), pl.col(known).is_not_null())
        if viewer not in ("pooled", "childrens_services"):
            rows = rows.filter(pl.col("agency") == viewer)
        born = record.children.select("child_id", "born_on")
        rows = rows.join(born, on="child_id", how="left").select(
            "household_id",
            concern=pl.col("kind").to_physical().cast(pl.Int64),
            agency=pl.col("agency").to_physical().cast(pl.Int64),
            day=pl.col("occurred_on").to_physical().cast(pl.Int64) - around.first_day,
            known=pl.col(known).to_physical().cast(pl.Int64) - around.first_day,
            born=pl.col("born_on").to_physical().cast(pl.Int64) - around.first_day,
        )
        where = np.searchsorted(around.household_id, rows["household_id"].to_numpy())
        day, concern = rows["day"].to_numpy(), rows["concern"].to_numpy()
        moment = day // 7 * len(around.household_id) + where
        key, first, of = np.unique(moment * len(CONCERNS) + concern, return_index=True, return_inverse=True)
        known_on = np.full((len(key), len(GENERATED_AGENCIES)), NEVER, np.int32)
        known_on[of, rows["agency"].to_numpy()] = rows["known"].to_numpy()
        child_born = rows["born"].fill_null(NEVER).to_numpy()
        homes = len(around.household_id)
        return cls(
            where[first], concern[first], day[first], child_born[first], known_on, homes, moment[first]
        )

    def known(self, where: Ints, week: int, before: Ints) -> tuple[Ints, Ints]:
        """Return the incidents of a week that are known before each row's day, and the rows they are of."""
        start, end = (
            np.searchsorted(self.moment, week * self.homes + where, side=s) for s in ("left", "right")
        )
        of = np.repeat(np.arange(len(where)), end - start)
        told = np.arange(len(of)) - np.repeat(np.cumsum(end - start) - end, end - start)
        known = self.known_on[told].min(axis=1, initial=NEVER) < before[of]
        return told[known], of[known]
