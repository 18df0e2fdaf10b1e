"""Detection: what a line on a score does: onsets found and how late, and alarms raised for nothing.

An onset is a child's first harm, if the child was watched for twelve weeks on either side of it. After an
alarm there is quiet until the review is due, as in `alarms`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

import numpy as np
import polars as pl

from risk.core.arrays import DAYS_IN_MOMENT, Bools, Floats, Ints, moments_of
from risk.core.calendar import DAYS_A_YEAR
from risk.core.defaults import RESAMPLES
from risk.evaluation.judges import need_judges
from risk.model.alarms import alarm_places
from risk.model.bootstrap import figure, household_weights, share, summed

DETECTION_WEEKS: Final = 12
LONGEST_DELAY_WEEKS: Final = 52
HALF: Final = 0.5 + 1e-12
NEAR_DAYS: Final = 7 * DETECTION_WEEKS
BY_LINE: Final[dict[str, Any]] = {
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
    affected, unaffected: what the answer was; neither where it is not known. today: whether harm was there on
    the day already; null where rows do not say. years: child-years a row stands for. household,
    onset_household: places among `households`, the sorted ids. onset: moments. followed: weeks from each
    onset to the child's last row.
    """

    order: Ints
    moment: Ints
    affected: Bools
    unaffected: Bools
    today: Bools | None
    years: float
    household: Ints
    onset: Ints
    onset_household: Ints
    followed: Floats
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
            today=_today(rows, order),
            years=float(spaced or 0) / DAYS_A_YEAR,  # type: ignore[arg-type]
            household=place[order],
            onset=moments_of(onsets, "child_id", "onset_on"),
            onset_household=np.searchsorted(households, onsets["household_id"].to_numpy()),
            followed=(onsets["last_on"] - onsets["onset_on"]).dt.total_days().to_numpy() / 7,
            households=households,
        )


def _today(rows: pl.DataFrame, order: Ints) -> Bools | None:
    if "harm_today" not in rows.columns:
        return None
    return rows["harm_today"].cast(pl.Boolean).fill_null(False).to_numpy()[order]


def watched_onsets(rows: pl.DataFrame) -> pl.DataFrame:
    """Return child_id, household_id, onset_on and last_on of each first harm that could be found.

    last_on: the last day on which the child was asked about.
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
        .select("child_id", "household_id", "onset_on", "last_on")
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
    share of alarms, where the answer is known, at which it was yes. false_alarms_per_child_year: of children
    for whom none was warranted. assessments_per_1000_child_years: alarms, of all children. Of the rows at or
    above the line, not of its alarms alone, see `_at_or_above`: needed_that_day, needed_within_12_weeks.

    Of early warning, and see `_delay` and `_warning`: restricted_mean_delay_weeks, median_delay_weeks,
    warned_before, warned_by_chance, warranted_time_warned, other_time_warned.
    """
    alarms = alarm_places(watch.moment, score >= line)
    at, home = watch.moment[alarms], watch.household[alarms]
    true, false = (flags[alarms].astype(np.float64) for flags in (watch.affected, watch.unaffected))
    delay = delays(watch, at)
    onsets = summed(np.ones(len(delay)), watch.onset_household, weights)
    detected = summed((delay <= DETECTION_WEEKS).astype(np.float64), watch.onset_household, weights)
    n_true, n_false = summed(true, home, weights), summed(false, home, weights)
    n_all = summed(np.ones(len(alarms)), home, weights)
    years, years_of_all = (
        watch.years * summed(those.astype(np.float64), watch.household, weights)
        for those in (watch.unaffected, np.ones(len(watch.household)))
    )
    return {
        "detection": share(detected, onsets),
        "positive_predictive_value": share(n_true, n_true + n_false),
        **_at_or_above(watch, score >= line, weights),
        **_delay(watch, delay, weights),
        **_warning(watch, at, delay, weights),
        "false_alarms_per_child_year": share(n_false, years),
        "assessments_per_1000_child_years": 1000 * share(n_all, years_of_all),
    }


def _at_or_above(watch: Watch, reached: Bools, weights: Floats) -> dict[str, Floats]:
    """Return of the rows at or above a line, where the answer is known, the share at which it was yes.

    needed_that_day: those in harm on the day already; nothing where rows do not say. needed_within_12_weeks:
    these, and those whom harm reached within the horizon.
    """

    def n(those: Bools) -> Floats:
        return summed((reached & those).astype(np.float64), watch.household, weights)

    known = n(watch.affected | watch.unaffected)
    nothing = np.full(weights.shape[1], np.nan)
    return {
        "needed_that_day": nothing if watch.today is None else share(n(watch.affected & watch.today), known),
        "needed_within_12_weeks": share(n(watch.affected), known),
    }


def _delay(watch: Watch, delay: Floats, weights: Floats) -> dict[str, Floats]:
    """Return the mean, up to `LONGEST_DELAY_WEEKS`, and the median weeks from an onset to its alarm.

    To the first alarm that is not more than `DETECTION_WEEKS` before it; no weeks if that one comes before.
    Who was watched for less than that without an alarm is censored when the watch ends (Kaplan and Meier).
    The median is nothing where it is not reached in that time.

    Royston and Parmar (2013), BMC Medical Research Methodology 13:152 (restricted mean time).
    """
    waited = np.clip(np.minimum(delay, watch.followed), 0, LONGEST_DELAY_WEEKS)
    came = (delay <= waited) & (delay <= LONGEST_DELAY_WEEKS)
    order = np.lexsort((~came, waited))  # at one time, alarms come before who is no longer watched
    waited, came = waited[order], came[order]
    each = weights[watch.onset_household[order]]
    at_risk = each[::-1].cumsum(axis=0)[::-1]
    leaves = np.where(came[:, None], np.nan_to_num(share(each, at_risk)), 0.0)
    still = np.cumprod(1 - leaves, axis=0)
    # Nobody has an alarm before the first: all wait until then, and from each to the next those who still do.
    steps = np.diff(np.append(waited, LONGEST_DELAY_WEEKS))
    mean = waited[:1].sum() + steps @ still
    is_half = np.vstack([still <= HALF, np.ones((1, weights.shape[1]), np.bool_)]).argmax(axis=0)
    nobody = each.sum(axis=0) == 0
    return {
        "restricted_mean_delay_weeks": np.where(nobody, np.nan, mean),
        "median_delay_weeks": np.where(nobody, np.nan, np.append(waited, np.nan)[is_half]),
    }


def _warning(watch: Watch, alarms: Ints, delay: Floats, weights: Floats) -> dict[str, Floats]:
    """Return how much earlier than the rest of time an alarm stands before harm, and beside it.

    warned_before: share of onsets with an alarm in the `DETECTION_WEEKS` before. warned_by_chance: share of
    all time of which that is so: what as many alarms would reach that know nothing. warranted_time_warned,
    other_time_warned: the same share of the time when an assessment was warranted, and of that when none was.
    """
    since = np.searchsorted(alarms, watch.moment, side="right") - 1
    last = np.append(alarms, np.iinfo(np.int64).min // 2)[since]
    warned = watch.moment - last < NEAR_DAYS

    def of(those: Bools) -> Floats:
        part, whole = (
            summed(w.astype(np.float64), watch.household, weights) for w in (those & warned, those)
        )
        return share(part, whole)

    before = summed((delay < 0).astype(np.float64), watch.onset_household, weights)
    return {
        "warned_before": share(before, summed(np.ones(len(delay)), watch.onset_household, weights)),
        "warned_by_chance": of(np.ones_like(watch.affected)),
        "warranted_time_warned": of(watch.affected),
        "other_time_warned": of(watch.unaffected),
    }


def by_line(
    rows: pl.DataFrame,
    lines: Iterable[float],
    *,
    judge: str = "card",
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> pl.DataFrame:
    """Return what each line does, one row a line and measure of `outcome_of`, with its 95 % interval.

    Columns line, measure, value, low and high. What one line costs and another saves is read from its rows;
    their intervals move together, since all lines meet the same resampled households.

    rows: from `judges.judged`, of whole households. lines: of the judge's score; a card's are whole points.
    """
    need_judges(rows, [judge])
    watch = Watch.of(rows)
    weights = household_weights(len(watch.households), resamples, seed)
    score = rows[f"score_{judge}"].cast(pl.Float64).to_numpy()[watch.order]
    table = [
        (line, measure, *figure(by_resample).with_interval())
        for line in lines
        for measure, by_resample in outcome_of(watch, score, line, weights).items()
    ]
    whole = all(isinstance(row[0], int) for row in table)
    schema = BY_LINE if whole else BY_LINE | {"line": pl.Float64}
    return pl.DataFrame(table, schema=schema, orient="row")


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
