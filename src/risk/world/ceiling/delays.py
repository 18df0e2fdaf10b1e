"""Delays: by when what an agency noticed is in a file that the viewer reads."""

from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np

from risk.core.arrays import Bools, Floats, Ints
from risk.core.calendar import add_working_days
from risk.core.kinds import GENERATED_AGENCIES
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


class Lookbacks(NamedTuple):
    """What the calendar says of a week to somebody who looks back on it: few weeks differ from others.

    kind: (weeks, days since its Monday) the row of the two others; from the last column on nothing more will
    come. reach: (kinds, 7, agencies) the chance that what an agency passes on of a day has come by then.
    school_open: (kinds, 7).
    """

    kind: Ints
    reach: Floats
    school_open: Bools

    @classmethod
    def of(cls, delays: Delays, first_day: int) -> Self:
        """Return how each week from the first day, a Monday, is looked back on."""
        n_agencies, n_days, most = delays.by.shape
        day = np.arange(n_days).reshape(-1, 1, 7)
        since = np.arange(delays.longest_days + 7 + 1).reshape(-1, 1)
        offset = since - 1 - np.arange(7)
        by = delays.by[:, day, np.minimum(offset, most - 1)]  # (agencies, weeks, days since, 7)
        reach = np.moveaxis(np.where(offset >= 0, by, 0.0), 0, -1)
        is_open = in_term(first_day + day) & (np.arange(7) < 5)
        rows = np.concatenate([reach, np.broadcast_to(is_open[..., None], (*reach.shape[:3], 1))], axis=3)
        kinds, kind = np.unique(rows.reshape(-1, 7 * (n_agencies + 1)), axis=0, return_inverse=True)
        kinds = kinds.reshape(-1, 7, n_agencies + 1)
        return cls(kind.reshape(reach.shape[:2]), kinds[..., :-1].copy(), kinds[..., -1] > 0)


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
