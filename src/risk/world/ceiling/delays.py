"""Delays: by when what an agency noticed is in a file that the viewer reads."""

from typing import Any, Final

import numpy as np

from risk.core.arrays import Floats, Ints, rows_of
from risk.core.calendar import add_working_days
from risk.core.kinds import GENERATED_AGENCIES
from risk.world.observation import ON_ANY_DAY, channels, in_term
from risk.world.scenario import Scenario

MOST_CLOSED_DAYS: Final = 6


def arrivals(scenario: Scenario, viewer: str, first_day: int, n_days: int) -> Floats:
    """Return (agencies, days, offsets): what happened on a day is known within so many days, if it ever is.

    viewer: only children's services wait until it is shared.
    """
    noticing, seen = scenario.noticing, channels(scenario.noticing)
    day = first_day + np.arange(n_days)
    stages = [(seen.recording_delay, noticing.recording_delay_most_days)]
    if viewer == "childrens_services":
        stages.append((seen.sharing_delay, noticing.sharing_delay_most_days))
    longest = sum(most + MOST_CLOSED_DAYS for _, most in stages)
    chance = np.zeros((len(GENERATED_AGENCIES), n_days, longest + 1))
    chance[:, :, 0] = 1
    for mean, most in stages:
        chance = _later(chance, mean, most, day)
    by: Floats = np.cumsum(chance, axis=2)
    return by


def longest_days(by: Floats) -> int:
    """Return the most days that anything takes."""
    return int((by < 1 - 1e-12).any(axis=(0, 1)).sum())


def lookbacks(by: Floats, first_day: int) -> tuple[Ints, Any]:
    """Return how weeks, from the first day, a Monday, are looked back on: few of them differ from others.

    First (weeks, days since its Monday), the row of the second; from the last column on all has come. Second
    one row a kind of week. reach: (7, agencies) the chance that what an agency passes on of a day has come.
    school_open: (7).
    """
    n_agencies, n_days, most = by.shape
    day = np.arange(n_days).reshape(-1, 1, 7)
    offset = np.arange(longest_days(by) + 8)[:, None] - 1 - np.arange(7)  # (days since, 7)
    reach = np.where(offset >= 0, by[:, day, np.minimum(offset, most - 1)], 0.0)
    reach = np.moveaxis(reach, 0, -1)  # (weeks, days since, 7, agencies)
    is_open = np.broadcast_to(in_term(first_day + day) & (np.arange(7) < 5), reach.shape[:3])
    weeks = np.concatenate([reach, is_open[..., None]], axis=3).reshape(-1, 7, n_agencies + 1)
    places: dict[bytes, int] = {}
    kind = np.array([places.setdefault(week.tobytes(), len(places)) for week in weeks])
    kinds = weeks[np.unique(kind, return_index=True)[1]]
    return (
        kind.reshape(reach.shape[:2]),
        rows_of(len(kinds), reach=kinds[..., :-1], school_open=kinds[..., -1] > 0),
    )


def _later(chance: Floats, mean: Floats, most: int, day: Ints) -> Floats:
    """Return the chances of each offset after one more delay, which ends on a day when the agency works."""
    coming, after = np.zeros_like(chance), np.zeros_like(chance)
    n_offsets, each = chance.shape[2], np.arange(len(day))
    scale = np.where(mean > 0, mean, 1.0)
    for further in range(most + 1):
        begins, ends = np.exp(-further / scale), np.exp(-(further + 1) / scale)
        p = np.where(mean > 0, begins - (ends if further < most else 0.0), float(further == 0))
        coming[:, :, further:] += chance[:, :, : n_offsets - further] * p[:, None, None]
    for comes in range(n_offsets):
        working = np.minimum(add_working_days(day + comes, 0) - day, n_offsets - 1)
        after[ON_ANY_DAY, :, comes] += coming[ON_ANY_DAY, :, comes]
        after[np.flatnonzero(~ON_ANY_DAY)[:, None], each, working] += coming[~ON_ANY_DAY, :, comes]
    return after
