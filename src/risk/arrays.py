"""Arrays: the names of the three kinds of NumPy array that whole columns are worked on as."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
