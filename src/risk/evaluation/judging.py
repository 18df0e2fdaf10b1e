"""Evaluation: how good judges are on children they have never seen, and how much of what could be known.

Every measure is a figure and, where it can be, a ratio to the ceiling's on the same rows, with an interval
from the same resampled households. No judge that reads the record can beat the ceiling: a ratio above 1 by
more than two standard errors says that something leaks, or that the filter is wrong.

Steyerberg and others (2010), Epidemiology 21:128-138 (which figures, and why more than one).
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from risk.core.arguments import need_columns
from risk.core.arrays import Floats
from risk.core.defaults import DEFAULT_PRICE, RESAMPLES
from risk.core.errors import InputError
from risk.evaluation.baselines import baselines
from risk.evaluation.detection import Watch, line_at_rate, outcome_of
from risk.evaluation.judges import JUDGES, REFERENCE, judges_of
from risk.evaluation.metrics import brier, calibration, net_benefit, ordering
from risk.evaluation.reporting_rate import told
from risk.model.alarms import check_price
from risk.model.bootstrap import figure, household_weights, share
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import labels, outcomes
from risk.model.splits import in_test
from risk.records.cohort import Cohort, Truth
from risk.world.ceiling.filter import knowable
from risk.world.scenario import Scenario

THRESHOLDS: Final = (0.1, 0.2, 0.3)
FALSE_ALARM_RATES: Final = (0.05, 0.2, 0.5)
HEADLINE: Final = 0.2
"""Of thresholds and of false alarms per unaffected child-year: the one at which ratios are taken."""

RATIO_WORDS: Final = {
    "auc_skill": "AUC above a half",
    "ap_ratio": "average precision",
    "brier_skill_ratio": "Brier skill",
    "detection_ratio": "onsets found",
    "net_benefit_ratio": "net benefit",
}
RATIOS: Final = tuple(RATIO_WORDS)
NOT_BOUNDED: Final = ("detection_ratio",)
"""The filter is best at each row's answer. First onsets at a rate of false alarms are another matter: a judge
that spends its alarms on children new to harm may find more of them and know less."""

STANDARD_ERRORS: Final = 2
MEASURES: Final = {
    "judge": pl.String,
    "label": pl.String,
    "measure": pl.String,
    "at": pl.Float64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "standard_error": pl.Float64,
    "above_ceiling": pl.Boolean,
}


class Found(NamedTuple):
    """A measure of one judge: its name, what it is at (null for none), and it by resample."""

    measure: str
    at: float | None
    by_resample: Floats


def rows_to_judge(part: Cohort) -> pl.DataFrame:
    """Return a part's landmark rows with all that judging asks of its record and its truth.

    Features, `warranted`, the baselines, the recorded outcome, and from the truth alone onset_on (a child's
    first harm), family_type and visibility; from the record, deprivation_decile.
    """
    at = landmarks(part.record)
    at = labels(featurise(at, part.record), part.truth)
    at = outcomes(baselines(at, part.record), part.record)
    return hidden(at, part.truth).join(
        part.record.households.select("household_id", "deprivation_decile"),
        on="household_id",
        how="left",
        maintain_order="left",
    )


def both_sides(
    cohort: Iterable[Cohort], *, ceiling: bool = True, reporting: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `rows_to_judge` for training and for testing, as `landmarks.split`; of each part, only these.

    ceiling: whether rows for testing get p_knowable, which costs more time than all the rest. reporting:
    whether rows get what `remedies` need.

    Raises InputError if one side has no household.
    """
    sides: tuple[list[pl.DataFrame], list[pl.DataFrame]] = [], []
    for part in cohort:
        rows = rows_to_judge(part)
        if reporting:
            rows = told(rows, part.record)
        tested = in_test(rows)
        sides[0].append(rows.filter(~tested))
        sides[1].append(with_ceiling(rows.filter(tested), part) if ceiling else rows.filter(tested))
    train, test = (pl.concat(side) for side in sides)
    if train.is_empty() or test.is_empty():
        raise InputError(
            f"{train.height + test.height} child-landmarks cannot be split by household: one side is empty; "
            "generate more households"
        )
    return train, test


def with_ceiling(at: pl.DataFrame, part: Cohort) -> pl.DataFrame:
    """Return `at` with p_knowable, by the exact filter of the scenario that made its part."""
    return knowable(at, part.record, Scenario.of_cohort(part.made))


def hidden(at: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """Return `at` with what nobody wrote down: onset_on, family_type and visibility."""
    onsets = truth.harms.group_by("child_id").agg(onset_on=pl.col("warranted_from").min())
    families = truth.families.select("household_id", "family_type", "visibility")
    return at.join(onsets, on="child_id", how="left", maintain_order="left").join(
        families, on="household_id", how="left", maintain_order="left"
    )


def evaluate(
    rows: pl.DataFrame,
    *,
    price: float = DEFAULT_PRICE,
    resamples: int = RESAMPLES,
    seed: int = 1,
    ceiling_is_exact: bool = True,
) -> pl.DataFrame:
    """Return one row a judge, measure and place: its figure, its 95 % interval and its standard error.

    Measures of the whole: auc, average_precision (null if all have one answer), brier, calibration_slope and
    calibration_intercept. At a threshold on the probability: net_benefit. At a rate of false alarms: line,
    detection, positive_predictive_value, restricted_mean_delay_weeks, false_alarms_per_child_year, at the
    lowest line that does not exceed it; `at` is null for the same at the line of the price, which is where
    the probability is 1 / price. A line is held through the resamples. `RATIOS`: to the ceiling's figure,
    null where the ceiling itself cannot be told from knowing nothing; above_ceiling (null for other
    measures) says whether it is above 1 by more than two standard errors.

    rows: from `judges.judged`, of whole households; rows without an answer count for alarms only.
    ceiling_is_exact: whether it is a ceiling; else it is called a reference, and being above it is no fault.

    Raises InputError for a price of 1 or less.

    >>> from risk import evaluation
    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=30, seed=1)
    >>> train, test = evaluation.both_sides([cohort], ceiling=False)
    >>> rows, _ = evaluation.judged(train, test, risk.Card.shipped(), challengers=())
    >>> measures = risk.evaluate(rows, resamples=10)
    >>> measures.columns[:4]
    ['judge', 'label', 'measure', 'at']
    """
    asked = ("household_id", "landmark_on", "warranted", "score_card")
    need_columns("rows", rows, asked, "give what `judged` returns of `rows_to_judge`")
    check_price(price)
    answered = rows.filter(pl.col("warranted").is_not_null())
    watch = Watch.of(rows)
    weights = household_weights(len(watch.households), resamples, seed)
    found = {
        judge: [*_accuracy(answered, judge, watch, weights), *_alarms(rows, judge, price, watch, weights)]
        for judge in judges_of(rows)
    }
    best = {(f.measure, f.at): f.by_resample for f in found.get("ceiling", [])}
    measures = [
        _row(judge, measure)
        for judge, its in found.items()
        for measure in (*its, *_ratios(its, best, judge))
        if not measure.measure.startswith("_")
    ]
    names = JUDGES if ceiling_is_exact else JUDGES | {"ceiling": REFERENCE}
    return pl.DataFrame(measures, schema=MEASURES, orient="row").with_columns(
        label=pl.col("judge").replace(names)
    )


def _accuracy(answered: pl.DataFrame, judge: str, watch: Watch, weights: Floats) -> Iterator[Found]:
    """Give the measures of order and of size."""
    y = answered["warranted"].to_numpy()
    household = np.searchsorted(watch.households, answered["household_id"].to_numpy())
    score, p = (answered[f"{c}_{judge}"].cast(pl.Float64).to_numpy() for c in ("score", "p"))
    auc, precision = ordering(y, score, household, weights)
    lost, lost_knowing_nothing = brier(y, p, household, weights)
    slope, large = calibration(y, p, household, weights)
    yield Found("auc", None, auc)
    yield Found("average_precision", None, precision)
    yield Found("brier", None, lost)
    yield Found("calibration_slope", None, slope)
    yield Found("calibration_intercept", None, large)
    for at in THRESHOLDS:
        yield Found("net_benefit", at, net_benefit(y, p, at, household, weights))
    yield Found("_brier_skill", None, 1 - share(lost, lost_knowing_nothing))


def _alarms(rows: pl.DataFrame, judge: str, price: float, watch: Watch, weights: Floats) -> Iterator[Found]:
    """Give the measures of alarms, at the line of each rate of false alarms and of the price."""
    score, p = (rows[f"{c}_{judge}"].cast(pl.Float64).to_numpy()[watch.order] for c in ("score", "p"))
    for rate in (*FALSE_ALARM_RATES, None):
        by = p if rate is None else score
        line = 1 / price if rate is None else line_at_rate(watch, score, rate)
        yield Found("line", rate, np.array([line]))
        for measure, by_resample in outcome_of(watch, by, line, weights).items():
            yield Found(measure, rate, by_resample)


def _ratios(its: list[Found], best: dict[tuple[str, float | None], Floats], judge: str) -> Iterator[Found]:
    """Give a judge's ratios to the ceiling, resample by resample."""
    if not best or judge == "ceiling":
        return
    own = {(f.measure, f.at): f.by_resample for f in its}
    for ratio, (measure, at, nothing) in zip(
        RATIOS,
        (
            ("auc", None, 0.5),
            ("average_precision", None, None),
            ("_brier_skill", None, 0.0),
            ("detection", HEADLINE, 0.0),
            ("net_benefit", HEADLINE, 0.0),
        ),
        strict=True,
    ):
        above, whole = own[measure, at] - (nothing or 0), best[measure, at] - (nothing or 0)
        yield Found(
            ratio, None, share(above, whole) if nothing is None or _is_skill(whole) else whole * np.nan
        )


def _is_skill(by_resample: Floats) -> bool:
    """Return whether it is above 0 by more than two standard errors: a ratio to less means nothing."""
    its = figure(by_resample)
    least = STANDARD_ERRORS * (its.standard_error or 0)
    return its.value is not None and its.value > least


def _row(judge: str, found: Found) -> tuple[object, ...]:
    its = figure(found.by_resample)
    above = None
    if found.measure in RATIOS and its.value is not None and its.standard_error is not None:
        above = its.value > 1 + STANDARD_ERRORS * its.standard_error
    columns = (its.value, its.low, its.high, its.standard_error, above)
    return judge, judge, found.measure, found.at, *columns


def ratio_to_incident(measures: pl.DataFrame) -> float | None:
    """Return how many times the card's average precision is that of the worst incident; null for neither."""
    precision = measures.filter(pl.col("measure") == "average_precision").select("judge", "value")
    by_judge = dict(precision.iter_rows())
    card, incident = by_judge.get("card"), by_judge.get("worst_recent")
    return float(card / incident) if card and incident else None
