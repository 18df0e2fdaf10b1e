"""The neighbourhoods: in which decile of deprivation families live; the most deprived is the first."""

from typing import Final

import numpy as np

from risk.core.arrays import Floats
from risk.world.assumptions import FamiliesAssumptions

N_DECILES: Final = 10


def decile_shares(families: FamiliesAssumptions) -> Floats:
    """Return (type of family, decile): settled families live anywhere alike, the others do not."""
    settled = np.full(N_DECILES, 1 / N_DECILES)
    struggling = families.struggling_deprivation_step ** -np.arange(N_DECILES, dtype=np.float64)
    shares: Floats = np.stack([settled, struggling / struggling.sum()])
    return shares


def ethnicity_shares(families: FamiliesAssumptions) -> Floats:
    """Return (decile, ethnicity), on a straight line between two deciles; nothing else depends on it."""
    most, least = map(np.array, families.ethnicity_shares)
    shares: Floats = most + (least - most) * np.linspace(0, 1, N_DECILES)[:, None]
    return shares
