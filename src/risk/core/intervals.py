"""The interval: how sure a mean is that was taken over a few draws, each with luck of its own."""

import numpy as np
from scipy.special import stdtrit

from risk.core.arrays import Floats


def mean_with_interval(values: Floats) -> tuple[float, float | None, float | None]:
    """Return the mean of some draws and the two ends of its 95 % interval, by Student's t; of one draw, none.

    >>> mean_with_interval(np.array([1.0, 2.0, 3.0]))
    (2.0, -0.484..., 4.484...)
    """
    mean, n = float(np.mean(values)), len(values)
    if n < 2:
        return mean, None, None
    half = float(stdtrit(n - 1, 0.975) * np.std(values, ddof=1) / n**0.5)
    return mean, mean - half, mean + half
