"""The measures: the rates and shares that national statistics publish, and how sure a cohort is of its own.

What is kept of a record are sums over its households. They add up over the partitions of a cohort, and they
are all that the measures and their Monte Carlo errors need. Households are the clusters of every error:
children of one home are referred together.
"""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints, day_of, days_of, moments
from risk.core.errors import InputError
from risk.national.flows import (
    LONGEST_WORKING_DAYS,
    completed_assessments,
    of_kinds,
    responses,
    this_year,
    yearly,
)
from risk.national.ratios import GRADIENTS, RATES, RATIOS
from risk.national.stocks import standing
from risk.records.cohort import Record
from risk.records.households import Homes

TWO_YEARS_DAYS: Final = 2 * 52 * 7
"""Of whole weeks, as `risk generate --years 2` makes them."""

PREGNANCY_DAYS: Final = 280
WEEKS_TO_AGE_5: Final = 260
"""Six days short of the fifth birthday: a cohort of five years has 260 or 261 weeks."""

MEDIAN: Final = "assessment_median_working_days"
BY_AGE_5: Final = "referred_by_age_5"
MEASURES: Final = (*RATIOS, *GRADIENTS, MEDIAN, BY_AGE_5)


@dataclass(frozen=True)
class Measures:
    """What a record, or a part of it, adds to the measures: sums over its households.

    ratios: a row a measure of RATIOS; Σy, Σx, Σyy, Σxy and Σxx of a household's two counts.
    durations: by the working days that an assessment took, Σw, Σw times the household's Σw, and Σww' over
    pairs of the household's assessments, by the longer of the two; w is how many children it was about.
    watched: by week of age, children not referred before and followed for the whole week, and those of them
    who were referred in it. siblings: Σn and Σnn of a household's children who were watched.
    """

    ratios: Floats
    durations: Floats
    watched: Floats
    siblings: Floats
    households: int

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def measures(record: Record) -> Measures:
    """Return what a record adds to the measures; those of the parts of a cohort add up to the whole's.

    Raises InputError for a record shorter than two years: a re-referral needs the year before.
    """
    if (record.to_on - record.from_on).days < TWO_YEARS_DAYS:
        raise InputError(
            f"a record from {record.from_on} to {record.to_on}: calibration needs two years or more, "
            "the last to measure and one before it to look back on"
        )
    homes, written = Homes.of(record), responses(record)
    counted = this_year(record, homes, written)
    assessed = completed_assessments(counted, written)
    counts = yearly(record, homes, written, counted, assessed) | standing(record, homes, written)
    watched, siblings = _watched(record, homes, written)
    n_households = record.households.height
    return Measures(_ratios(counts), _durations(assessed), watched, siblings, n_households)


def _ratios(counts: dict[str, Floats]) -> Floats:
    pairs = [(counts[counted], counts[over]) for counted, over in RATIOS.values()]
    return np.array([(y.sum(), x.sum(), y @ y, x @ y, x @ x) for y, x in pairs])


def _durations(assessed: pl.DataFrame) -> Floats:
    each = assessed.select("household_id", "took", "n").with_columns(
        of_home=pl.col("n").sum().over("household_id")
    )
    pairs = each.join(each, on="household_id", suffix="_other").select(
        took=pl.max_horizontal("took", "took_other"), n=pl.col("n") * pl.col("n_other")
    )
    weighed = ((each["took"], each["n"]), (each["took"], each["n"] * each["of_home"]), tuple(pairs))
    longest = LONGEST_WORKING_DAYS + 1
    return np.stack([np.bincount(t.to_numpy(), w.to_numpy(), longest) for t, w in weighed])


def _watched(record: Record, homes: Homes, written: pl.DataFrame) -> tuple[Floats, Floats]:
    """Return `watched` and `siblings` of Measures: children born within the record, until first referred.

    A referral in the 280 days before the birth is about the unborn child too, and counts at birth.
    """
    within = pl.col("born_on").is_between(record.from_on, record.to_on, closed="left")
    children = record.children.filter(within)
    household, born = children["household_id"].to_numpy(), days_of(children["born_on"])
    week = _days_to_first_referral(household, born, of_kinds(written, "referral")) // 7
    followed = np.minimum((day_of(record.to_on) - born) // 7, WEEKS_TO_AGE_5)
    referred = week < followed
    last_week = np.where(referred, week + 1, followed)
    n_leaving = np.bincount(last_week, minlength=WEEKS_TO_AGE_5 + 1)
    at_risk = n_leaving[::-1].cumsum()[::-1][1:]
    n_referred = np.bincount(week[referred], minlength=WEEKS_TO_AGE_5)
    n = homes.summed(household, np.ones(len(household)))
    return np.stack([at_risk, n_referred]).astype(np.float64), np.array([n.sum(), n @ n])


def _days_to_first_referral(household: Ints, born: Ints, referred: pl.DataFrame) -> Ints:
    """Return the age in days at a child's first referral: 0 if before birth, beyond all ages if never."""
    at = moments(referred["household_id"].to_numpy(), referred["day"].to_numpy())
    # The next referral since; of another home, it is farther away than any age.
    following = np.searchsorted(at, moments(household, born - PREGNANCY_DAYS))
    first = np.append(at, np.iinfo(np.int64).max)[following]
    age: Ints = np.maximum(first - moments(household, born), 0)
    return age


def estimates(total: Measures) -> pl.DataFrame:
    """Return name, simulated, standard_error, whole and effective of every measure.

    In the units of the targets: shares in per cent, rates per 10,000; null for what nothing was seen of. The
    error is the Monte Carlo error of this many households; it is clustered by household. A share or a rate is
    so many of a whole (100 or 10,000), as sure as of `effective` draws one by one; null for others.
    """
    found = {name: _ratio(sums, name) for name, sums in zip(RATIOS, total.ratios, strict=True)}
    found |= {name: _gradient(*(found[r] for r in pair)) for name, pair in GRADIENTS.items()}
    found |= {MEDIAN: (*_median(total.durations), np.nan, np.nan), BY_AGE_5: _by_age_5(total)}
    rows = [(name, *found[name]) for name in MEASURES]
    schema = dict.fromkeys(("simulated", "standard_error", "whole", "effective"), pl.Float64)
    return pl.DataFrame(rows, schema={"name": pl.String, **schema}, orient="row").fill_nan(None)


Estimate = tuple[float, float, float, float]
UNSEEN: Final[Estimate] = (np.nan, np.nan, np.nan, np.nan)


def _ratio(sums: Floats, name: str) -> Estimate:
    y, x, yy, xy, xx = sums
    if x == 0:
        return UNSEEN
    ratio, whole = y / x, 10_000 if name in RATES else 100
    of_homes = yy - 2 * ratio * xy + ratio**2 * xx
    error = float(np.sqrt(max(of_homes, 0))) / x
    # Where all that was seen was alike, each home counts once: as if its children always went together.
    return whole * ratio, whole * error, *_of_whole(ratio, error, whole, x**2 / xx)


def _of_whole(share: float, error: float, whole: float, if_alike: float) -> tuple[float, float]:
    """Return the whole, and how many draws one by one would have this error; nothing where it is no share."""
    if 0 < share < 1 and error > 0:
        return whole, share * (1 - share) / error**2
    return (whole, if_alike) if share in (0, 1) else (np.nan, np.nan)


def _gradient(high: Estimate, low: Estimate) -> Estimate:
    """Return how many times as high one rate is as another; no home counts in both."""
    if not (high[0] > 0 and low[0] > 0):
        return UNSEEN
    times = high[0] / low[0]
    return times, times * float(np.hypot(high[1] / high[0], low[1] / low[0])), np.nan, np.nan


def _median(durations: Floats) -> tuple[float, float]:
    """Return the median of whole days, each spread from half a day before to half a day after, and its error.

    The error is that of the share at or below the median, over the density of the five days around it.
    """
    n, n_times_home, n_pairs = durations.cumsum(axis=1)
    if n[-1] == 0:
        return np.nan, np.nan
    share = n / n[-1]
    day = int(np.searchsorted(share, 0.5))
    below = share[day - 1] if day else 0.0
    median = day - 0.5 + (0.5 - below) / (share[day] - below)
    at = share[day]
    of_homes = n_pairs[day] - 2 * at * n_times_home[day] + at**2 * n_pairs[-1]
    first, last = max(day - 3, -1), min(day + 2, len(share) - 1)
    density = (share[last] - (share[first] if first >= 0 else 0.0)) / (last - first)
    return float(median), float(np.sqrt(max(of_homes, 0)) / n[-1] / density)


def _by_age_5(total: Measures) -> Estimate:
    """Return the share referred by the age of 5 (Kaplan and Meier) and its error (Greenwood).

    Greenwood takes children one by one; the error is widened as if what befalls one child of a home befell
    its brothers and sisters too. Nothing is known unless somebody is followed to that age.
    """
    at_risk, referred = total.watched
    if not at_risk.all():
        return UNSEEN
    never = np.prod(1 - referred / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sum(referred / (at_risk * (at_risk - referred)))
    n, n_squared = total.siblings
    error = float(never * np.sqrt(spread * n_squared / n))
    return 100 * float(1 - never), 100 * error, *_of_whole(float(1 - never), error, 100, n**2 / n_squared)
