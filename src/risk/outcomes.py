"""The outcomes: what services wrote down within a year, which is all the label that real data have.

A section 47 enquiry, a child protection plan or leaving home is what somebody decided, not what was so: it
is there more readily where more is seen, and never where nobody looked.
"""

from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl

from risk.cohort import Record
from risk.kinds import LEAVES_HOME
from risk.schema import moment

RECORDED_OUTCOMES: Final = ("section_47_enquiry", "child_protection_plan_started", *LEAVES_HOME)
OUTCOME_WEEKS: Final = 52


def outcomes(at: pl.DataFrame, record: Record, *, horizon_weeks: int = OUTCOME_WEEKS) -> pl.DataFrame:
    """Return `at` with `recorded_outcome`: was any of `RECORDED_OUTCOMES` written about the child by then?

    The horizon is half open, as a landmark sees what was recorded before it: an outcome recorded on the
    landmark day counts, one recorded `horizon_weeks` later does not. Null when none came and the record
    ends within the horizon. A sibling's outcome is not the child's.
    """
    days = 7 * horizon_weeks
    came = (
        record.events_by_child()
        .filter(pl.col("kind").is_in(RECORDED_OUTCOMES), pl.col("relation") != "sibling")
        .select(moment(pl.col("child_id"), pl.col("recorded_on")))
        .to_series()
        .sort()
        .to_numpy()
    )
    begin = at.select(moment(pl.col("child_id"), pl.col("landmark_on"))).to_series().to_numpy()
    any_came = pl.Series(np.searchsorted(came, begin + days) > np.searchsorted(came, begin))
    followed = at.select(pl.col("landmark_on") + timedelta(days=days) <= record.to_on).to_series()
    found = pl.select(pl.when(any_came).then(True).when(followed).then(False)).to_series()
    return at.with_columns(recorded_outcome=found)
