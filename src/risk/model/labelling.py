"""The outcomes: what services wrote down within a year, which is all the label that real data have.

A section 47 enquiry, a child protection plan or leaving home is what somebody decided, not what was so: it
is there more readily where more is seen, and never where nobody looked.
"""

from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl

from risk.core.arguments import need, need_columns, need_whole
from risk.core.arrays import moment, moments_of
from risk.core.kinds import LEAVES_HOME
from risk.records.cohort import Record, Truth
from risk.records.schema import WARRANTS

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
        .select(moment("child_id", "recorded_on"))
        .to_series()
        .sort()
        .to_numpy()
    )
    begin = moments_of(at, "child_id", "landmark_on")
    any_came = pl.Series(np.searchsorted(came, begin + days) > np.searchsorted(came, begin))
    followed = at.select(pl.col("landmark_on") + timedelta(days=days) <= record.to_on).to_series()
    outcome = pl.select(pl.when(any_came).then(True).when(followed).then(False)).to_series()
    return at.with_columns(recorded_outcome=outcome)


def labels(at: pl.DataFrame, truth: Truth, *, horizon_weeks: int = 12) -> pl.DataFrame:
    """Return `at` with `warranted`: is care in the child's home serious or severe that day, or soon after?

    The horizon is half open: care that turns serious on the landmark day counts, care that does so
    `horizon_weeks` later does not. What follows is asked of the home as it is on the landmark day, also if
    the child leaves it meanwhile: a removal does not turn a home into one that warranted no assessment. Null
    for every landmark that was not followed for the whole horizon, or only the answer yes would be left.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> at = risk.labels(risk.landmarks(cohort.record), cohort.truth)
    >>> at["warranted"].value_counts(sort=True).rows()
    [(True, 219), (False, 69), (None, 26)]
    """
    need_columns("at", at, ("household_id", "landmark_on"), "give what `landmarks` returns")
    need("truth", truth, Truth, "a cohort's is `.truth`")
    need_whole("horizon_weeks", horizon_weeks, 1)
    horizon = timedelta(weeks=horizon_weeks)
    followed = at.select(pl.col("landmark_on") + horizon <= truth.to_on).to_series()
    serious = _serious_within(at, truth, 7 * horizon_weeks)
    return at.with_columns(warranted=pl.select(pl.when(followed).then(serious)).to_series())


def harm_today(at: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """Return `at` with `harm_today`: is care in the child's home serious or severe on the day itself?

    Where `labels` says yes and this no, harm is still to come within its horizon. Null for a landmark on or
    after the day on which the truth ends.
    """
    need_columns("at", at, ("household_id", "landmark_on"), "give what `landmarks` returns")
    need("truth", truth, Truth, "a cohort's is `.truth`")
    followed = at.select(pl.col("landmark_on") < truth.to_on).to_series()
    serious = _serious_within(at, truth, 1)
    return at.with_columns(harm_today=pl.select(pl.when(followed).then(serious)).to_series())


def _serious_within(at: pl.DataFrame, truth: Truth, days: int) -> pl.Series:
    """Return whether care in each row's home is serious or severe on any of so many days from its own on."""
    spells = (
        truth.spells.filter(pl.col("care_state").is_in(WARRANTS))
        .select(
            home="household_id",
            moment=moment("household_id", "from_on"),
            to_on="to_on",
        )
        .sort("moment")
    )
    # The last spell to begin before the horizon ends; spells do not overlap, so it also ends last. Any
    # order of `at` will do: each row is looked up alone.
    ends = moments_of(at, "household_id", pl.col("landmark_on") + timedelta(days=days))
    place = np.searchsorted(spells["moment"].to_numpy(), ends, side="left") - 1
    last = pl.Series(place, dtype=pl.Int64).replace(-1, None)
    homes = at.with_columns(home=spells["home"].gather(last), to_on=spells["to_on"].gather(last))
    serious = (pl.col("home") == pl.col("household_id")) & (pl.col("to_on") > pl.col("landmark_on"))
    return homes.select(serious.fill_null(False)).to_series()
