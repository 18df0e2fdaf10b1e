"""Stretches: the time between one change and the next, told from a list of changes."""

import numpy as np

from risk.core.arrays import Ints
from risk.world.simulate.block import first_of_each


def stretches(household: Ints, day: Ints, value: np.ndarray, until: int) -> dict[str, Ints]:
    """Return household, value, from_day and to_day of each stretch of time in which a value stayed the same.

    Neighbours of one value are one stretch; a household's last ends at `until`, and what changes from that
    day on is left out.

    household, day, value: one element a change, household by household, each in the order of its changes.
    """
    before = day < until
    household, day, value = household[before], day[before], value[before]
    turns = first_of_each(household) | first_of_each(value)
    household, day, value = household[turns], day[turns], value[turns]
    to_day = np.full(len(day), until)
    same = household[1:] == household[:-1]
    to_day[:-1][same] = day[1:][same]
    return {"household": household, "value": value, "from_day": day, "to_day": to_day}
