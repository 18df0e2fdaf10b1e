"""Own models: any estimator or column of a reader's own, on the same rows as the card and its ceiling.

An estimator learns from the training households alone, and what is fitted is a clone of it. A column comes
with its key, child and landmark, and is joined by it: nothing can stand beside the wrong row.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator, clone
from threadpoolctl import threadpool_limits

from risk.core.arguments import need
from risk.core.defaults import DEFAULT_PRICE, RESAMPLES
from risk.core.errors import InputError, shown
from risk.core.pool import HERE, Pool
from risk.evaluation.judged_rows import both_sides
from risk.evaluation.judges import JUDGES, judged, scored_by
from risk.evaluation.judging import measured
from risk.evaluation.mitigation import REMEDIES
from risk.model.alarms import check_price
from risk.model.card import Card
from risk.model.features import FEATURES
from risk.model.scorecard import CumulativeScorecard
from risk.records.cohort import Cohort
from risk.records.manifest import read_manifest
from risk.world.ceiling.filter import is_exact
from risk.world.scenario import Scenario

KEY: Final = ("child_id", "landmark_on")
COLUMNS: Final = ("p", "score")
MOST_LETTERS: Final = 40
"""Of a model's name, so that it can stand beside a bar."""

Models = Mapping[str, Any]
"""By name: an estimator of scikit-learn, a card, or a frame of `COLUMNS` by `KEY`."""


def evaluate(
    cohort: Cohort | Path | str,
    models: Models | None = None,
    *,
    card: Card | None = None,
    challengers: Collection[str] = (),
    ceiling: bool = True,
    price: float = DEFAULT_PRICE,
    resamples: int = RESAMPLES,
    pool: Pool = HERE,
) -> pl.DataFrame:
    """Return how good each judge is on the test households (30 %), one row a judge, measure and place.

    Judges are the ceiling, the card, ways that learn little or nothing, and every one of `models`. Columns
    judge, label, measure, at, value, low, high (95 % interval over households), standard_error and
    above_ceiling, as `evaluation.measured` has them: order, size, harm today and harm to come apart, alarms
    and early warning at a rate of false alarms and at the price, and each as a share of the ceiling's.

    models: by name, an estimator of scikit-learn, which is cloned and learns `risk.featurise`'s counts and
    whether an assessment was warranted from the training households; or a `Card`; or a frame of child_id,
    landmark_on and `p` (a probability), `score` (any number, higher for more risk) or both, with a row for
    every landmark of the test households, and none that is no landmark. A column alone has no key and is
    refused. What gives scores only is called "no probability": its order and alarms are measured, its Brier
    score, calibration, net benefit and line of the price are null. An estimator that splits its rows itself
    (a search, a calibration) splits children, not households, unless told how.
    card: fitted to the training households unless given. challengers: of `evaluation.LEARNED`, fitted too.
    ceiling: whether what could be known is worked out, which takes most of the time.

    Raises InputError for a model that cannot be judged, by its name; for a cohort too small to learn from.
    For its rows, as `evaluation.reliability`, `by_group` and `by_line` take them, see `evaluation.judge`.

    >>> from sklearn.linear_model import LogisticRegression
    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=40, seed=1)
    >>> own = {"mine": LogisticRegression(C=0.01, max_iter=500)}
    >>> found = risk.evaluate(cohort, models=own, card=risk.Card.shipped(), ceiling=False, resamples=10)
    >>> found.filter(judge="mine", measure="auc")["value"].is_between(0.5, 1).item()
    True
    """
    check_price(price)
    rows = judge(cohort, models, card=card, challengers=challengers, ceiling=ceiling, pool=pool)
    exact = ceiling and is_exact(_scenario_of(cohort))
    return measured(rows, price=price, resamples=resamples, ceiling_is_exact=exact)


def judge(
    cohort: Cohort | Path | str,
    models: Models | None = None,
    *,
    card: Card | None = None,
    challengers: Collection[str] = (),
    ceiling: bool = True,
    pool: Pool = HERE,
) -> pl.DataFrame:
    """Return the landmark rows of the test households with score_… and p_… of every judge.

    They are what `measured`, `reliability`, `by_group` and `by_line` take. Arguments and mistakes as
    `evaluate`; who gives no probability has no p_….
    """
    instead = "simulate makes one; `evaluation.measured` takes rows, which `rows_to_judge` and `judged` make"
    need("cohort", cohort, (Cohort, Path, str), instead)
    need("card", card, (Card, type(None)), "give a Card, or none for one that is fitted here")
    models = named(models)
    train, test = both_sides(cohort, ceiling=ceiling, pool=pool)
    if card is None:
        card = CumulativeScorecard().fit(train).card_
    rows, left_out = judged(train, test, card, challengers=challengers)
    if left_out:
        raise InputError(" ".join(left_out))
    return with_models(train, rows, models)


def judge_everybody(cohort: Cohort | Path | str, card: Card) -> pl.DataFrame:
    """Return the landmark rows of all households with score_… and p_… of a card that met none of them.

    With what `by_line`, `by_group` and `remedied` ask of them; without the ceiling. A card that learned from
    some of these households would look better than it is: for one of your own take `judge`.

    >>> from risk import evaluation
    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=20, seed=1)
    >>> rows = evaluation.judge_everybody(cohort, risk.Card.shipped())
    >>> rows["household_id"].n_unique()
    20
    """
    need("cohort", cohort, (Cohort, Path, str), "simulate makes one")
    need("card", card, Card, "give a Card, such as Card.shipped()")
    train, test = both_sides(cohort, ceiling=False, reporting=True)
    return judged(train, train.vstack(test), card, challengers=())[0]


def with_models(train: pl.DataFrame, test: pl.DataFrame, models: Models) -> pl.DataFrame:
    """Return `test` with the columns of every model; a name whose columns are taken is refused."""
    for name, model in models.items():
        taken = [column for column in (f"score_{name}", f"p_{name}") if column in test.columns]
        if taken:
            raise InputError(
                f"models: {name!r}: the rows have a column {taken[0]} of their own; name it otherwise"
            )
        if isinstance(model, Card):
            test = scored_by(model, test, name)
        elif isinstance(model, pl.DataFrame):
            test = _joined(name, model, train, test)
        else:
            test = test.with_columns(_predicted(name, model, train, test))
    return test


def _scenario_of(cohort: Cohort | Path | str) -> Scenario:
    made = cohort.made if isinstance(cohort, Cohort) else read_manifest(Path(cohort)).made
    return Scenario.of_cohort(made)


def named(models: Models | None) -> Models:
    """Return the models, each under a name that is nobody else's, and of a kind that can be judged."""
    models = need("models", {} if models is None else models, Mapping, 'as in {"mine": LogisticRegression()}')
    taken = {word.casefold() for word in (*JUDGES, *REMEDIES, *JUDGES.values(), *REMEDIES.values())}
    for name, model in models.items():
        if (
            not isinstance(name, str)
            or not name.strip()
            or len(name) > MOST_LETTERS
            or not name.isprintable()
        ):
            raise InputError(f"models: {shown(name)} is no name; up to {MOST_LETTERS} letters are needed")
        if name.casefold() in taken:
            raise InputError(f"models: {name!r} is the name of a judge who is there already; choose another")
        _check_kind(name, model)
    return models


def _check_kind(name: str, model: Any) -> None:
    if isinstance(model, type):
        raise InputError(
            f"models: {name!r} is the class {model.__name__}; give one of it: {model.__name__}()"
        )
    if isinstance(model, Card | pl.DataFrame):
        return
    if isinstance(model, pl.Series | np.ndarray | list | tuple):
        raise InputError(
            f"models: {name!r} is a {type(model).__name__}, which does not say which row is whose; give a "
            "frame of child_id, landmark_on and p (a probability) or score"
        )
    if not isinstance(model, BaseEstimator) and not (hasattr(model, "fit") and hasattr(model, "get_params")):
        raise InputError(
            f"models: {name!r} = {shown(model)} is of type {type(model).__name__}; an estimator of "
            "scikit-learn, a Card, or a frame of child_id, landmark_on and p or score is needed"
        )


def _predicted(name: str, model: Any, train: pl.DataFrame, test: pl.DataFrame) -> list[pl.Series]:
    """Return the columns of an estimator, of which a clone learns from the training households."""
    learned = train.filter(pl.col("warranted").is_not_null())
    answer = learned["warranted"].cast(pl.Int8).to_numpy()
    if len(np.unique(answer)) < 2:
        raise InputError("all rows to learn from have the same answer; generate more households")
    try:
        # On a machine that is shared, threads wait for one another: one alone is many times faster there.
        with threadpool_limits(1):
            fitted: Any = clone(model)
            if isinstance(fitted, CumulativeScorecard):
                return list(
                    scored_by(fitted.fit(train).card_, test, name).select(f"score_{name}", f"p_{name}")
                )
            fitted.fit(_counts(learned), answer)
            return _given(name, fitted, _counts(test))
    except (ValueError, TypeError, AttributeError) as reason:
        if isinstance(reason, InputError):
            raise
        raise InputError(f"models: {name!r} ({type(model).__name__}) cannot be fitted: {reason}") from reason


def _counts(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(FEATURES).cast(pl.Float32))


def _given(name: str, fitted: Any, counts: pl.DataFrame) -> list[pl.Series]:
    """Return the probabilities that an estimator gives, which are its scores too, or its scores alone."""
    if hasattr(fitted, "predict_proba"):
        given = np.asarray(fitted.predict_proba(counts), np.float64)
        if given.shape != (counts.height, 2):
            raise InputError(f"models: {name!r} gives {given.shape} probabilities for {counts.height:,} rows")
        p = _numbers(name, "p", pl.Series(given[:, 1]))
        return [p.alias(f"score_{name}"), p.alias(f"p_{name}")]
    if hasattr(fitted, "decision_function"):
        score = np.asarray(fitted.decision_function(counts), np.float64)
        if score.shape != (counts.height,):
            raise InputError(f"models: {name!r} gives {score.shape} scores for {counts.height:,} rows")
        return [_numbers(name, "score", pl.Series(score)).alias(f"score_{name}")]
    raise InputError(
        f"models: {name!r} ({type(fitted).__name__}) has no predict_proba and no decision_function"
    )


def _joined(name: str, given: pl.DataFrame, train: pl.DataFrame, test: pl.DataFrame) -> pl.DataFrame:
    """Return `test` with the columns of a frame, joined by child and landmark."""
    odd = [column for column in given.columns if column not in (*KEY, *COLUMNS)]
    lacking = [column for column in KEY if column not in given.columns]
    if odd or lacking or not set(COLUMNS) & set(given.columns):
        said = (
            f"unknown column {odd[0]!r}" if odd else f"no {lacking[0]}" if lacking else "neither p nor score"
        )
        raise InputError(
            f"models: {name!r}: {said}; a frame of child_id, landmark_on, and p, score or both is needed"
        )
    _check_key(name, given, train, test)
    columns = [_numbers(name, c, given[c]).alias(f"{c}_{name}") for c in COLUMNS if c in given.columns]
    own = given.select(pl.col("child_id").cast(test["child_id"].dtype), "landmark_on").with_columns(columns)
    rows = test.join(own, on=KEY, how="left", maintain_order="left")
    return rows if "score" in given.columns else rows.with_columns(pl.col(f"p_{name}").alias(f"score_{name}"))


def _check_key(name: str, given: pl.DataFrame, train: pl.DataFrame, test: pl.DataFrame) -> None:
    """Raise InputError unless a frame has one row a judged landmark, and no others but of training."""
    if not given["child_id"].dtype.is_integer() or given["landmark_on"].dtype != pl.Date:
        said = ", ".join(f"{column} is {given[column].dtype}" for column in KEY)
        raise InputError(f"models: {name!r}: {said}; whole numbers and dates are needed")
    key = given.select(pl.col("child_id").cast(pl.Int64, strict=False), "landmark_on")
    asked, learned = (rows.select(pl.col("child_id").cast(pl.Int64), "landmark_on") for rows in (test, train))
    for odd, rule in (
        (key.filter(key.is_duplicated()), "stand twice or more; one row a child and landmark is needed"),
        (
            key.join(pl.concat([asked, learned]), on=KEY, how="anti", nulls_equal=True),
            "are no landmarks of this cohort",
        ),
        (asked.join(key, on=KEY, how="anti"), "are missing; every landmark of the test households is needed"),
    ):
        if odd.height:
            child, on = odd.sort(KEY).row(0)
            raise InputError(f"models: {name!r}: {odd.height:,} rows {rule}, first child {child} on {on}")


def _numbers(name: str, column: str, values: pl.Series) -> pl.Series:
    """Return a column of numbers. Raises InputError for anything else, and for p outside 0 to 1."""
    if not values.dtype.is_numeric():
        raise InputError(f"models: {name!r}: {column} is {values.dtype}; numbers are needed")
    numbers = values.cast(pl.Float64)
    n_odd = numbers.len() - int(numbers.is_finite().fill_null(False).sum())
    if n_odd:
        raise InputError(
            f"models: {name!r}: {n_odd:,} of {len(values):,} values of {column} are no numbers: blank, "
            "NaN or infinite"
        )
    outside = numbers.filter(~numbers.is_between(0, 1))
    if column == "p" and len(outside):
        raise InputError(
            f"models: {name!r}: p = {outside[0]:g}; a probability is from 0 to 1: is it a score?"
        )
    return numbers
