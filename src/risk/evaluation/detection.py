"""Detection: what a line on a score does: onsets found and how late, and alarms raised for nothing.

An onset is a child's first harm, if the child was watched for twelve weeks on either side of it. After an
alarm there is quiet until the review is due, as in `alarms`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

import numpy as np
import polars as pl

from risk.core.arrays import DAYS_IN_MOMENT, Bools, Floats, Ints, moments_of
from risk.core.calendar import DAYS_A_YEAR
from risk.core.defaults import RESAMPLES
from risk.model.alarms import alarm_places
from risk.model.bootstrap import figure, household_weights, share, summed

DETECTION_WEEKS: Final = 12
LONGEST_DELAY_WEEKS: Final = 52
NEAR_DAYS: Final = 7 * DETECTION_WEEKS
BY_LINE: Final = {
    "line": pl.Int64,
    "measure": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


@dataclass(frozen=True)
class Watch:
    """Landmark rows as they are watched, in order of child and day, and the onsets to be found.

    order: each row's place in the table that it came from. moment: child and day (`schema.moment`).
    affected, unaffected: what the answer was; neither where it is not known. years: child-years a row
    stands for. household, onset_household: places among `households`, the sorted ids. onset: moments.
    """

    order: Ints
    moment: Ints
    affected: Bools
    unaffected: Bools
    years: float
    household: Ints
    onset: Ints
    onset_household: Ints
    households: Ints

    @classmethod
    def of(cls, rows: pl.DataFrame) -> Self:
        """Return the watch over rows with `warranted` and `onset_on`, the day a child's harm first began."""
        spaced = rows["landmark_on"].unique().sort().diff().drop_nulls().dt.total_days().min()
        when = moments_of(rows, "child_id", "landmark_on")
        order = np.argsort(when, kind="stable")
        households, place = np.unique(rows["household_id"].to_numpy(), return_inverse=True)
        onsets = watched_onsets(rows)
        answer = rows["warranted"]
        return cls(
            order=order,
            moment=when[order],
            affected=answer.fill_null(False).to_numpy()[order],
            unaffected=(~answer).fill_null(False).to_numpy()[order],
            years=float(spaced or 0) / DAYS_A_YEAR,  # type: ignore[arg-type]
            household=place[order],
            onset=moments_of(onsets, "child_id", "onset_on"),
            onset_household=np.searchsorted(households, onsets["household_id"].to_numpy()),
            households=households,
        )


def watched_onsets(rows: pl.DataFrame) -> pl.DataFrame:
    """Return child_id, household_id and onset_on of each first harm that could be found early or late.

    The child is under observation for `DETECTION_WEEKS` on both sides of it.
    """
    either_side = timedelta(weeks=DETECTION_WEEKS)
    return (
        rows.group_by("child_id", "household_id")
        .agg(
            first_on=pl.col("landmark_on").min(),
            last_on=pl.col("landmark_on").max(),
            onset_on=pl.col("onset_on").first(),
        )
        .filter(
            pl.col("onset_on") >= pl.col("first_on") + either_side,
            pl.col("onset_on") + either_side <= pl.col("last_on"),
        )
        .select("child_id", "household_id", "onset_on")
        .sort("child_id")
    )


def false_alarm_rate(watch: Watch, score: Floats, line: float) -> float:
    """Return alarms at rows whose answer is no, per child-year of such rows; score in the watch's order."""
    years = watch.unaffected.sum() * watch.years
    return float(watch.unaffected[alarm_places(watch.moment, score >= line)].sum() / years) if years else 0.0


def line_at_rate(watch: Watch, score: Floats, rate: float) -> float:
    """Return the lowest line with no more than `rate` false alarms per unaffected child-year.

    Found by halving: a higher line raises fewer false alarms but for rare cases in which an earlier alarm
    had kept a later one quiet. Infinite when even the highest score raises too many.
    """
    lines = np.unique(score)
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        if false_alarm_rate(watch, score, lines[middle]) <= rate:
            high = middle
        else:
            low = middle + 1
    return float(lines[low]) if low < len(lines) else np.inf


def outcome_of(watch: Watch, score: Floats, line: float, weights: Floats) -> dict[str, Floats]:
    """Return what a line does, one number a column of `weights`; the line itself is held where it is.

    detection: share of onsets with an alarm within `DETECTION_WEEKS` either side. positive_predictive_value:
    share of alarms, where the answer is known, at which it was yes. restricted_mean_delay_weeks: from an
    onset to the first alarm that is not more than `DETECTION_WEEKS` before it, none if that one comes
    before, and at most `LONGEST_DELAY_WEEKS`, which an onset never alarmed counts too.
    false_alarms_per_child_year: of children for whom none was warranted. assessments_per_1000_child_years:
    alarms, of all children.

    Royston and Parmar (2013), BMC Medical Research Methodology 13:152 (restricted mean time).
    """
    alarms = alarm_places(watch.moment, score >= line)
    at, home = watch.moment[alarms], watch.household[alarms]
    true, false = (flags[alarms].astype(np.float64) for flags in (watch.affected, watch.unaffected))
    delay = delays(watch, at)
    onsets = summed(np.ones(len(delay)), watch.onset_household, weights)
    detected = summed((delay <= DETECTION_WEEKS).astype(np.float64), watch.onset_household, weights)
    waited = np.clip(delay, 0, LONGEST_DELAY_WEEKS)
    n_true, n_false = summed(true, home, weights), summed(false, home, weights)
    n_all = summed(np.ones(len(alarms)), home, weights)
    years, years_of_all = (
        watch.years * summed(those.astype(np.float64), watch.household, weights)
        for those in (watch.unaffected, np.ones(len(watch.household)))
    )
    return {
        "detection": share(detected, onsets),
        "positive_predictive_value": share(n_true, n_true + n_false),
        "restricted_mean_delay_weeks": share(summed(waited, watch.onset_household, weights), onsets),
        "false_alarms_per_child_year": share(n_false, years),
        "assessments_per_1000_child_years": 1000 * share(n_all, years_of_all),
    }


def by_line(
    rows: pl.DataFrame,
    lines: Iterable[int],
    *,
    judge: str = "card",
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> pl.DataFrame:
    """Return what each line does, one row a line and measure of `outcome_of`, with its 95 % interval.

    Columns line, measure, value, low and high. What one line costs and another saves is read from its rows;
    their intervals move together, since all lines meet the same resampled households.

    rows: from `judges.judged`, of whole households.
    """
    watch = Watch.of(rows)
    weights = household_weights(len(watch.households), resamples, seed)
    score = rows[f"score_{judge}"].cast(pl.Float64).to_numpy()[watch.order]
    table = [
        (line, measure, *figure(by_resample).with_interval())
        for line in lines
        for measure, by_resample in outcome_of(watch, score, line, weights).items()
    ]
    return pl.DataFrame(table, schema=BY_LINE, orient="row")


def delays(watch: Watch, alarms: Ints) -> Floats:
    """Return weeks from each onset to its first alarm not more than `DETECTION_WEEKS` before; inf for none.

    alarms: sorted moments. Negative when the alarm came before the onset.
    """
    if not len(alarms):
        return np.full(len(watch.onset), np.inf)
    first = np.searchsorted(alarms, watch.onset - NEAR_DAYS)
    alarm = alarms[np.minimum(first, len(alarms) - 1)]
    comes = (first < len(alarms)) & (alarm // DAYS_IN_MOMENT == watch.onset // DAYS_IN_MOMENT)
    weeks: Floats = np.where(comes, (alarm - watch.onset) / 7, np.inf)
    return weeks
