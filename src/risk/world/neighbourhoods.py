"""The neighbourhoods: in which deciles of deprivation families live, for the simulation and for its filter."""

from typing import Final

import numpy as np

from risk.core.arrays import Floats
from risk.world.assumptions import FamiliesAssumptions

DECILES: Final = 10


def decile_shares(families: FamiliesAssumptions) -> Floats:
    """Return (settled and struggling, deciles from the most deprived): the share of families that live there.

    Struggling families grow rarer by one factor from each decile to the next; settled ones live everywhere.
    """
    steps = np.arange(DECILES) / (DECILES - 1)
    weights = np.stack([np.ones(DECILES), families.struggling_deprivation_ratio**-steps])
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares
