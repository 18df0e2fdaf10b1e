"""Evaluation: how good judges are on children they have never seen, and how much of what could be known.

Every measure is a figure and, where it can be, a ratio to the ceiling's on the same rows, with an interval
from the same resampled households. No judge that reads the record can beat the ceiling: a ratio above 1 by
more than two standard errors says that something leaks, or that the filter is wrong.

Steyerberg and others (2010), Epidemiology 21:128-138 (which figures, and why more than one).
"""

from collections.abc import Iterator
from dataclasses import astuple
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from risk.core.arguments import need_columns
from risk.core.arrays import Floats
from risk.core.defaults import DEFAULT_PRICE, RESAMPLES
from risk.evaluation.detection import Watch, line_at_rate, outcome_of
from risk.evaluation.judges import REFERENCE, judges_of, labels_of
from risk.evaluation.kinds_of_harm import KINDS, RATIOS_OF_KIND, best_score, each_kind
from risk.evaluation.metrics import brier, calibration_line, net_benefit, ordering
from risk.model.alarms import check_price
from risk.model.bootstrap import figure, household_weights, share

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
ALL_RATIO_WORDS: Final = RATIO_WORDS | RATIOS_OF_KIND
RATIO_OF: Final[dict[str, tuple[str, float | None, float | None]]] = {
    "auc_skill": ("auc", None, 0.5),
    "ap_ratio": ("average_precision", None, None),
    "brier_skill_ratio": ("_brier_skill", None, 0.0),
    "detection_ratio": ("detection", HEADLINE, 0.0),
    "net_benefit_ratio": ("net_benefit", HEADLINE, 0.0),
    **{f"auc_skill_{kind}": (f"auc_{kind}", None, 0.5) for kind in KINDS},
    **{f"ap_ratio_{kind}": (f"average_precision_{kind}", None, None) for kind in KINDS},
}
"""Of each ratio: the measure, what it is at, and what one reaches who knows nothing, null: not taken off."""

NOT_BOUNDED: Final = ("detection_ratio",)
"""The filter is best at each row's answer. First onsets at a rate of false alarms are another matter: a judge
that spends its alarms on children new to harm may find more of them and know less."""

STANDARD_ERRORS: Final = 2
STANDARD_ERRORS_OF_A_KIND: Final = 4
"""Of the many ratios of one kind of harm: they are of few rows, and precision moves in steps."""

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


ByPlace = dict[tuple[str, float | None], Floats]
"""A judge's figures by resample, by the name of the measure and what it is at."""


class Measured(NamedTuple):
    """A measure of one judge: its name, what it is at (null for none), and it by resample."""

    name: str
    at: float | None
    by_resample: Floats


def measured(
    rows: pl.DataFrame,
    *,
    price: float = DEFAULT_PRICE,
    resamples: int = RESAMPLES,
    seed: int = 1,
    ceiling_is_exact: bool = True,
) -> pl.DataFrame:
    """Return one row a judge, measure and place: its figure, its 95 % interval and its standard error.

    Measures of the whole: auc, average_precision (null if all have one answer), brier, calibration_slope and
    calibration_intercept. auc_… and average_precision_… of harm today and to_come, each against rows with
    neither, where rows have harm_today. At a threshold on the probability: net_benefit. At a rate of false
    alarms: line and all of `detection.outcome_of` at the lowest line that does not exceed it; `at` is null
    for the same at the line of the price, which is where the probability is 1 / price. A line is held through
    the resamples. `ALL_RATIO_WORDS`: to the ceiling's figure, null where the ceiling itself cannot be told
    from knowing nothing; above_ceiling (null for other measures) says whether it is above 1 by more than two
    standard errors.

    rows: from `judges.judged`, of whole households; rows without an answer count for alarms only. Whatever
    has a score_… is a judge. One without a p_… gives no probability, and its label says so: brier,
    calibration, net benefit and the line of the price are null.
    ceiling_is_exact: whether it is a ceiling; else it is called a reference, and being above it is no fault.

    Raises InputError for a price of 1 or less.

    >>> from risk import evaluation
    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=30, seed=1)
    >>> train, test = evaluation.both_sides([cohort], ceiling=False)
    >>> rows, _ = evaluation.judged(train, test, risk.Card.shipped(), challengers=())
    >>> measures = evaluation.measured(rows, resamples=10)
    >>> measures.columns[:4]
    ['judge', 'label', 'measure', 'at']
    """
    asked = ("household_id", "landmark_on", "warranted", "score_card")
    need_columns("rows", rows, asked, "give what `judged` returns of `rows_to_judge`")
    check_price(price)
    table = [_row(judge, measure) for judge, measure in _each_measure(rows, price, resamples, seed)]
    names = labels_of(rows)
    if not ceiling_is_exact and "ceiling" in names:
        names["ceiling"] = REFERENCE
    judged = pl.DataFrame(table, schema=MEASURES, orient="row")
    return judged.with_columns(label=pl.col("judge").replace(names))


def _each_measure(
    rows: pl.DataFrame, price: float, resamples: int, seed: int
) -> Iterator[tuple[str, Measured]]:
    """Give each judge's measures, its ratios to the ceiling last."""
    answered = rows.filter(pl.col("warranted").is_not_null())
    watch = Watch.of(rows)
    weights = household_weights(len(watch.households), resamples, seed)
    by_judge = {
        judge: [
            *_accuracy(answered, judge, watch, weights),
            *_of_kinds(answered, judge, watch, weights),
            *_alarms(rows, judge, price, watch, weights),
        ]
        for judge in judges_of(rows)
    }
    best = _by_place(by_judge.get("ceiling", []))
    for judge, own in by_judge.items():
        ratios = _ratios(_by_place(own), best) if judge != "ceiling" else ()
        yield from ((judge, measure) for measure in (*own, *ratios) if not measure.name.startswith("_"))


def _accuracy(answered: pl.DataFrame, judge: str, watch: Watch, weights: Floats) -> Iterator[Measured]:
    """Give the measures of order and of size."""
    y = answered["warranted"].to_numpy()
    household = np.searchsorted(watch.households, answered["household_id"].to_numpy())
    score, p = _columns(answered, judge)
    auc, precision = ordering(y, score, household, weights)
    yield Measured("auc", None, auc)
    yield Measured("average_precision", None, precision)
    if p is None:
        nothing = np.full(weights.shape[1], np.nan)
        sizes = ("brier", "calibration_slope", "calibration_intercept", "_brier_skill")
        yield from (Measured(name, None, nothing) for name in sizes)
        yield from (Measured("net_benefit", at, nothing) for at in THRESHOLDS)
        return
    lost, lost_knowing_nothing = brier(y, p, household, weights)
    slope, large = calibration_line(y, p, household, weights)
    yield Measured("brier", None, lost)
    yield Measured("calibration_slope", None, slope)
    yield Measured("calibration_intercept", None, large)
    for at in THRESHOLDS:
        yield Measured("net_benefit", at, net_benefit(y, p, at, household, weights))
    yield Measured("_brier_skill", None, 1 - share(lost, lost_knowing_nothing))


def _columns(rows: pl.DataFrame, judge: str) -> tuple[Floats, Floats | None]:
    """Return a judge's scores, and its probabilities if it gives any."""
    score: Floats = rows[f"score_{judge}"].cast(pl.Float64).to_numpy()
    given = f"p_{judge}" in rows.columns
    return score, rows[f"p_{judge}"].cast(pl.Float64).to_numpy() if given else None


def _of_kinds(answered: pl.DataFrame, judge: str, watch: Watch, weights: Floats) -> Iterator[Measured]:
    """Give the measures of order of either kind of harm; the ceiling knows which kind it is asked about."""
    for kind, judged_on, answer in each_kind(answered):
        rows = answered.filter(pl.Series(judged_on))
        score = rows[f"score_{judge}"].cast(pl.Float64).to_numpy()
        if judge == "ceiling" and "p_knowable" in rows.columns:
            score = best_score(rows, kind)
        household = np.searchsorted(watch.households, rows["household_id"].to_numpy())
        auc, precision = ordering(answer, score, household, weights)
        yield Measured(f"auc_{kind}", None, auc)
        yield Measured(f"average_precision_{kind}", None, precision)


def _alarms(
    rows: pl.DataFrame, judge: str, price: float, watch: Watch, weights: Floats
) -> Iterator[Measured]:
    """Give the measures of alarms, at the line of each rate of false alarms and of the price."""
    score, p = _columns(rows, judge)
    score, p = score[watch.order], None if p is None else p[watch.order]
    for rate in FALSE_ALARM_RATES:
        line = line_at_rate(watch, score, rate)
        yield from _at_line(rate, line, outcome_of(watch, score, line, weights))
    at_price = outcome_of(watch, score if p is None else p, 1 / price, weights)
    if p is None:  # there is no line at which a score says one in so many
        at_price = {measure: by_resample * np.nan for measure, by_resample in at_price.items()}
    yield from _at_line(None, np.nan if p is None else 1 / price, at_price)


def _at_line(rate: float | None, line: float, outcome: dict[str, Floats]) -> Iterator[Measured]:
    yield Measured("line", rate, np.array([line]))
    yield from (Measured(measure, rate, by_resample) for measure, by_resample in outcome.items())


def _by_place(measures: list[Measured]) -> ByPlace:
    return {(measure.name, measure.at): measure.by_resample for measure in measures}


def _ratios(own: ByPlace, best: ByPlace) -> Iterator[Measured]:
    """Give a judge's ratios to the ceiling, resample by resample; none where there is no ceiling."""
    if not best:
        return
    for ratio, (measure, at, nothing) in RATIO_OF.items():
        if (measure, at) not in own:
            continue  # rows that do not say which kind of harm they are of
        above, whole = own[measure, at] - (nothing or 0), best[measure, at] - (nothing or 0)
        means_anything = nothing is None or _is_skill(whole)
        yield Measured(ratio, None, share(above, whole) if means_anything else whole * np.nan)


def _is_skill(by_resample: Floats) -> bool:
    """Return whether it is above 0 by more than two standard errors: a ratio to less means nothing."""
    skill = figure(by_resample)
    least = STANDARD_ERRORS * (skill.standard_error or 0)
    return skill.value is not None and skill.value > least


def _row(judge: str, measure: Measured) -> tuple[object, ...]:
    value, low, high, standard_error = astuple(figure(measure.by_resample))
    above = None
    if measure.name in ALL_RATIO_WORDS and value is not None and standard_error is not None:
        most = STANDARD_ERRORS if measure.name in RATIOS else STANDARD_ERRORS_OF_A_KIND
        above = value > 1 + most * standard_error
    return judge, judge, measure.name, measure.at, value, low, high, standard_error, above


def ratio_to_incident(measures: pl.DataFrame) -> float | None:
    """Return how many times the card's average precision is the best reading's of four weeks, if known."""
    precision = measures.filter(pl.col("measure") == "average_precision").select("judge", "value")
    by_judge = dict(precision.iter_rows())
    card, incident = by_judge.get("card"), by_judge.get("incident")
    return float(card / incident) if card and incident else None
