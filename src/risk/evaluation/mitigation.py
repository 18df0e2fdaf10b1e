"""The remedies: ways to keep children from being scored higher for being seen more, from the record alone.

Visibility is hidden; a remedy may look at what the record shows of it (`reporting`), and learns, as the card
does, from the training households. One of them does know the true class, as the bound of what lines can do.
"""

from typing import Final

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression

from risk.core.arrays import Floats, Ints
from risk.evaluation.detection import Watch, line_at_rate
from risk.evaluation.groups import OVER_REPORTED, USUALLY_REPORTED
from risk.evaluation.reporting_rate import reporting_rate
from risk.model.alarms import alarm_places
from risk.model.card import Card

REMEDIES: Final = {
    "by_class": "A line a true class",
    "by_rate": "A line a third",
    "with_rate": "With the rate",
    "less_rate": "Less the rate",
}
IN_WORDS: Final = {
    "by_class": "a bound: the true class sets the line, which no record knows",
    "by_rate": "three lines, by how often things about the home are told again",
    "with_rate": "the points, and how often things about the home are told again, by logistic regression",
    "less_rate": "the same, less as much of the rate as the training households need for a ratio of 1.1",
}
GOAL: Final = 1.1
STRENGTHS: Final = np.arange(0, 6.01, 0.25)
THIRDS: Final = (1 / 3, 2 / 3)


def remedied(train: pl.DataFrame, test: pl.DataFrame, card: Card, rate: float) -> pl.DataFrame:
    """Return `test` with score_… for each remedy.

    Lines of groups are found on `train`, each at `rate` false alarms per unaffected child-year; a score is
    then what is above the line of its group, so that 0 is the line.

    train, test: from `judged_rows.both_sides` with reporting; more columns do no harm.
    """
    points = {side: card.scores(rows).astype(np.float64) for side, rows in _sides(train, test)}
    rates = {side: reporting_rate(train, rows) for side, rows in _sides(train, test)}
    thirds = np.quantile(rates["train"], THIRDS)
    third = {side: np.searchsorted(thirds, of) for side, of in rates.items()}
    classes = {side: rows["visibility"].to_physical().to_numpy() for side, rows in _sides(train, test)}
    with_rate = _with_rate(train, points, rates)
    scores = {
        "by_class": _above_its_line(train, points, classes, rate),
        "by_rate": _above_its_line(train, points, third, rate),
        "with_rate": with_rate["test"],
        "less_rate": _less_rate(train, with_rate, rates, rate),
    }
    return test.with_columns(**{f"score_{name}": pl.Series(score) for name, score in scores.items()})


def _sides(train: pl.DataFrame, test: pl.DataFrame) -> tuple[tuple[str, pl.DataFrame], ...]:
    return ("train", train), ("test", test)


def _above_its_line(
    train: pl.DataFrame, scored: dict[str, Floats], group: dict[str, Ints], rate: float
) -> Floats:
    """Return each test row's score above the line of its group."""
    above = scored["test"].copy()
    for which in np.unique(group["train"]):
        watch = Watch.of(train.filter(pl.Series(group["train"] == which)))
        score = scored["train"][group["train"] == which]
        above[group["test"] == which] -= line_at_rate(watch, score[watch.order], rate)
    return above


def _with_rate(train: pl.DataFrame, points: dict[str, Floats], rates: dict[str, Floats]) -> dict[str, Floats]:
    """Return log-odds by a logistic regression on the points and the logarithm of the rate."""

    def terms(side: str) -> Floats:
        known = np.maximum(points[side], 0)
        return np.column_stack([np.log1p(known), np.sqrt(known), known / 20, np.log(rates[side])])

    answered = train["warranted"].is_not_null().to_numpy()
    y = train["warranted"].fill_null(False).to_numpy()[answered]
    model = LogisticRegression(C=np.inf, max_iter=2_000).fit(terms("train")[answered], y)
    return {side: model.decision_function(terms(side)) for side in points}


def _less_rate(
    train: pl.DataFrame, log_odds: dict[str, Floats], rates: dict[str, Floats], rate: float
) -> Floats:
    """Return test log-odds less the logarithm of the rate, as strongly as `train` needs to reach `GOAL`.

    That the strength is chosen by the training households' true classes is a luxury of a simulation, as
    their true need is; what is scored with it is the record alone.
    """
    watch = Watch.of(train)
    seen = train["visibility"][watch.order].cast(pl.String)
    groups = [watch.unaffected & (seen == name).to_numpy() for name in (OVER_REPORTED, USUALLY_REPORTED)]
    known, of_rate = log_odds["train"][watch.order], np.log(rates["train"])[watch.order]
    strength = 0.0
    for strength in STRENGTHS:
        score = known - strength * of_rate
        raised = alarm_places(watch.moment, score >= line_at_rate(watch, score, rate))
        over, usual = (group[raised].sum() / max(group.sum(), 1) for group in groups)
        if over <= GOAL * usual:
            break
    return log_odds["test"] - strength * np.log(rates["test"])
