"""The recent: the best that can be read from the last four weeks alone, fitted as well as a card is.

The fair opponent of adding up. It is given all that a card is given of these weeks, and how severe the worst
looked besides; what it is not given is what came before.
"""

from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.special import expit

from risk.core.arrays import Bools, Floats
from risk.model.features import LINE_NAMES, POOLED_ONLY, newest_band
from risk.model.regression import log_odds
from risk.records.schema import CONCERN_SEVERITY

SEVERITIES: Final = np.arange(CONCERN_SEVERITY[0] + 1, CONCERN_SEVERITY[1] + 1)


def recent_reading(train: pl.DataFrame, test: pl.DataFrame) -> Floats:
    """Return each row's probability by a logistic regression on the last four weeks, fitted on `train`.

    Its columns: whether anything was recorded on each line of the card in these weeks, but for the line that
    asks what was known of the home before, and whether the worst
    concern looked of severity 2 or more, 3 or more, 4. Any of them may lower the odds.

    train, test: landmark rows with features, packed or not, and `worst_recent`; `train` with both answers in
    `warranted`.
    """
    learned = train.filter(pl.col("warranted").is_not_null())
    # Few weeks are unlike all others, so the fit is over these, not over the rows.
    weeks, which = np.unique(_weeks(learned), axis=0, return_inverse=True)
    n = np.bincount(which).astype(np.float64)
    yes = np.bincount(which, learned["warranted"].to_numpy()).astype(np.float64)
    nothing, weights = log_odds(csr_array(weeks.astype(np.float64)), n, yes, never_negative=False)
    chances: Floats = expit(nothing + _weeks(test) @ weights)
    return chances


def _weeks(rows: pl.DataFrame) -> Bools:
    """Return (rows, columns): what was recorded in the last four weeks, and how severe the worst looked."""
    severity = rows["worst_recent"].to_numpy()[:, None] >= SEVERITIES
    lines = [newest_band(rows, line) == 0 for line in LINE_NAMES if line not in POOLED_ONLY]
    return np.column_stack([*lines, severity])
