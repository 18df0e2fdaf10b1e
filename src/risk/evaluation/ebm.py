"""The explainable boosting machine: a sum of one learned curve a feature, the freest of the readable models.

Only `challengers` imports this module, and only when it is asked for: it needs the extra `challengers`.

Lou, Caruana and Gehrke (2012), Intelligible models for classification and regression, KDD'12.
"""

from typing import Any

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier
from numpy.typing import NDArray


def fitted(x: NDArray[np.float32], y: NDArray[np.bool_], names: list[str], signs: list[int]) -> Any:
    """Return the fitted machine: main effects only, curves that never fall where the sign is 1."""
    machine = ExplainableBoostingClassifier(
        feature_names=names,
        monotone_constraints=signs,
        interactions=0,
        outer_bags=2,
        n_jobs=1,
        random_state=1,
    )
    return machine.fit(x, y)
