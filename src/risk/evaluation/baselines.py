"""The baselines: ways of judging that learn nothing: how many concerns, and how many with fading.

The third, the worst incident of four weeks, is `features.worst_recent`. All count what anybody had recorded
before the landmark about the child or the whole home, as the card's own lines do.
"""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints, day_of, days_of, moment, moments_of
from risk.core.kinds import CONCERNS
from risk.model.features import worst_recent
from risk.records.cohort import Record

COUNTED_DAYS: Final = 364
HALF_LIFE_DAYS: Final = 91


def baselines(at: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Return `at` with worst_recent, n_concerns (in 52 weeks) and fading_count (half-life 13 weeks)."""
    concerns = (
        record.events_by_child()
        .filter(pl.col("kind").is_in(list(CONCERNS)), pl.col("relation") != "sibling")
        .select("child_id", "recorded_on", when=moment("child_id", "recorded_on"))
        .sort("when")
    )
    when = concerns["when"].to_numpy()
    landmark = moments_of(at, "child_id", "landmark_on")
    now = np.searchsorted(when, landmark)
    before = np.searchsorted(when, landmark - COUNTED_DAYS)
    return at.with_columns(
        worst_recent=worst_recent(at, record),
        n_concerns=pl.Series(now - before, dtype=pl.Int32),
        fading_count=pl.Series(_fading(concerns, at, now, record.from_on)),
    )


def _fading(concerns: pl.DataFrame, at: pl.DataFrame, now: Ints, from_on: date) -> Floats:
    """Return the sum of a half to the power of each earlier concern's age in half-lives.

    Running totals start anew with each child, each concern worth more the later it is; what a total is
    worth at a landmark is that, faded to its day. They count from the record's first day, so that a child's
    are the same to the last bit whichever others it is read with.
    """
    if concerns.is_empty():
        return np.zeros(at.height)
    start = day_of(from_on)
    worth = 2.0 ** ((pl.col("recorded_on").to_physical() - start) / HALF_LIFE_DAYS)
    totals = concerns.select(worth.cum_sum().over("child_id")).to_series().to_numpy()
    last = np.maximum(now - 1, 0)
    own = (now > 0) & (concerns["child_id"].to_numpy()[last] == at["child_id"].to_numpy())
    since = days_of(at["landmark_on"]) - start
    faded: Floats = np.where(own, totals[last] * 0.5 ** (since / HALF_LIFE_DAYS), 0.0)
    return faded
