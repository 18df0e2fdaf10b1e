"""Delays: by when what an agency noticed is in a file that the viewer reads."""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from risk.core.arrays import Floats, Ints
from risk.core.calendar import add_working_days
from risk.core.kinds import GENERATED_AGENCIES
from risk.world.compiled import rows
from risk.world.observation import ON_ANY_DAY, Channels, in_term
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
    def of(cls, scenario: Scenario, seen: Channels, viewer: str, first_day: int, n_days: int) -> Self:
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


def lookbacks(delays: Delays, first_day: int) -> tuple[Ints, Any]:
    """Return how weeks, from the first day, a Monday, are looked back on: few of them differ from others.

    First (weeks, days since its Monday), the row of the second; from the last column on all has come. Second
    one row a kind of week. reach: (7, agencies) the chance that what an agency passes on of a day has come.
    school_open: (7).
    """
    n_agencies, n_days, most = delays.by.shape
    day = np.arange(n_days).reshape(-1, 1, 7)
    offset = np.arange(delays.longest_days + 8)[:, None] - 1 - np.arange(7)  # (days since, 7)
    by = delays.by[:, day, np.minimum(offset, most - 1)]
    reach = np.moveaxis(np.where(offset >= 0, by, 0.0), 0, -1)  # (weeks, days since, 7, agencies)
    is_open = np.broadcast_to(in_term(first_day + day) & (np.arange(7) < 5), reach.shape[:3])
    both = np.concatenate([reach, is_open[..., None]], axis=3)
    kinds, kind = np.unique(both.reshape(-1, 7 * (n_agencies + 1)), axis=0, return_inverse=True)
    kinds = kinds.reshape(-1, 7, n_agencies + 1)
    return (
        kind.reshape(reach.shape[:2]),
        rows(len(kinds), reach=kinds[..., :-1], school_open=kinds[..., -1] > 0),
    )


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
