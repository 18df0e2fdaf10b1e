"""Delays: by when what an agency noticed is in a file that the viewer reads."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.core.arrays import Floats, Ints
from risk.core.calendar import add_working_days
from risk.core.kinds import GENERATED_AGENCIES
from risk.world.observation import ON_ANY_DAY, Channels
from risk.world.scenario import Scenario

MOST_CLOSED_DAYS: Final = 6


@dataclass(frozen=True)
class Delays:
    """By when what an agency noticed reaches a viewer, who is everybody, children's services, or one agency.

    by: (agencies, days, offsets): the chance that it does so within so many days, if it ever does.
    longest_days: the most days that anything takes.
    """

    viewer: str
    by: Floats
    longest_days: int

    @classmethod
    def of(cls, scenario: Scenario, seen: Channels, viewer: str, first_day: int, n_days: int) -> "Delays":
        """Return the delays of things that happened on each of `n_days` days."""
        noticing = scenario.noticing
        day = first_day + np.arange(n_days)
        stages = [(seen.recording_delay, noticing.recording_delay_most_days)]
        if viewer == "childrens_services":
            stages.append((seen.sharing_delay, noticing.sharing_delay_most_days))
        longest = sum(most + MOST_CLOSED_DAYS for _, most in stages)
        chance = np.zeros((len(GENERATED_AGENCIES), n_days, longest + 1))
        chance[:, :, 0] = 1
        for mean, most in stages:
            chance = _later(chance, mean, most, day)
        by = np.cumsum(chance, axis=2)
        return cls(viewer, by, int((by < 1 - 1e-12).any(axis=(0, 1)).sum()))

    def hears(self, agency: int) -> bool:
        """Return whether anything that an agency notices can come to the viewer."""
        return self.viewer in ("pooled", "childrens_services", list(GENERATED_AGENCIES)[agency])

    def known(self, day: Ints, before: Ints) -> Floats:
        """Return (agencies, rows): the chance that what happened on each day is known before another day."""
        offset = before - 1 - day
        chance: Floats = self.by[:, day, np.clip(offset, 0, self.by.shape[2] - 1)]
        return np.where(offset >= 0, chance, 0.0)


def _later(chance: Floats, mean: Floats, most: int, day: Ints) -> Floats:
    """Return the chances of each offset after one more delay, which ends on a day when the agency works."""
    after = np.zeros_like(chance)
    each = np.arange(len(day))
    for offset in range(chance.shape[2] - most - MOST_CLOSED_DAYS):
        for further in range(most + 1):
            scale = np.where(mean > 0, mean, 1.0)
            begins, ends = np.exp(-further / scale), np.exp(-(further + 1) / scale)
            p = np.where(mean > 0, begins - (ends if further < most else 0.0), float(further == 0))
            comes = offset + further
            working = add_working_days(day + comes, 0) - day
            for works, to in ((ON_ANY_DAY, np.full(len(day), comes)), (~ON_ANY_DAY, working)):
                moved = chance[works, :, offset] * p[works, None]
                after[np.flatnonzero(works)[:, None], each, to] += moved
    return after
