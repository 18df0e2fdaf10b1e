"""A model of one's own is judged like the card, or refused by its name; never dropped, never changed."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.svm import LinearSVC

from conftest import simulated
from risk.core.errors import InputError
from risk.evaluation import by_group, by_line, judge, judged, leaderboard, measured, reliability
from risk.evaluation.judged_rows import both_sides
from risk.evaluation.own_models import evaluate, named, with_models
from risk.evaluation.results import as_models
from risk.model.card import Card
from risk.model.features import FEATURES
from risk.model.scorecard import CumulativeScorecard
from risk.world.scenario import Scenario

KEY = ["child_id", "landmark_on"]


class Listener(ClassifierMixin, BaseEstimator):
    """An estimator that gives everybody one chance, and leaves behind whom it learned from."""

    def __init__(self, heard: list | None = None, p: float = 0.5):
        self.heard = heard
        self.p = p

    def fit(self, X, y):  # noqa: N803 (scikit-learn's name)
        self.classes_ = np.unique(y)
        self.learned_ = X
        LEARNED.append((X, y))
        return self

    def predict_proba(self, X):  # noqa: N803
        return np.tile([1 - self.p, self.p], (len(X), 1))


LEARNED: list = []


@pytest.fixture(scope="module")
def cohort():
    return simulated("norfolk_review", 120, seed=4)


@pytest.fixture(scope="module")
def sides(cohort):
    return both_sides(cohort, ceiling=False)


@pytest.fixture(scope="module")
def rows(sides):
    return judged(*sides, Card.shipped(), challengers=())[0]


def quick(cohort, models, **more):
    return evaluate(cohort, models, card=Card.shipped(), ceiling=False, resamples=10, **more)


def value(measures, judge, measure):
    return measures.filter(judge=judge, measure=measure).filter(pl.col("at").is_null())["value"].item()


def test_a_model_of_ones_own_is_in_every_table(cohort, sides):
    own = {"mine": LogisticRegression(C=0.01, max_iter=1_000)}
    found = quick(cohort, own)
    by_card, by_mine = (found.filter(judge=j).drop("judge", "label") for j in ("card", "mine"))
    assert by_mine["measure"].to_list() == by_card["measure"].to_list()
    assert {"auc_today", "average_precision_to_come", "warned_before", "brier"} <= set(by_mine["measure"])
    assert by_mine.filter(measure="brier")["value"].item() is not None
    assert as_models(found)["mine"]["harm_to_come"]["auc"]["value"] == value(found, "mine", "auc_to_come")
    scored = judge(cohort, own, card=Card.shipped(), ceiling=False)
    assert reliability(scored, ("mine",), resamples=10)["label"].unique().to_list() == ["mine"]
    assert set(by_group(scored, ["mine"], 0.2, resamples=10)["judge"]) == {"mine"}
    assert by_line(scored, [0.25, 0.5], judge="mine", resamples=10)["line"].unique().sort().to_list() == [
        0.25,
        0.5,
    ]


def test_an_estimator_is_judged_as_scikit_learn_would_on_other_households(cohort, sides):
    train, test = (side.filter(pl.col("warranted").is_not_null()) for side in sides)
    assert not set(train["household_id"]) & set(test["household_id"])
    own = LogisticRegression(C=0.01, max_iter=1_000)
    found = quick(cohort, {"mine": own})
    columns = list(FEATURES)
    again = LogisticRegression(C=0.01, max_iter=1_000).fit(
        train[columns].to_numpy(), train["warranted"].to_numpy()
    )
    p = again.predict_proba(test[columns].to_numpy())[:, 1]
    assert value(found, "mine", "auc") == pytest.approx(roc_auc_score(test["warranted"], p), abs=1e-4)
    precision = average_precision_score(test["warranted"], p)
    assert value(found, "mine", "average_precision") == pytest.approx(precision, abs=1e-4)


def test_an_estimator_learns_from_answered_rows_of_training_households_and_stays_as_it_was(cohort, sides):
    LEARNED.clear()
    own = Listener()
    before = dict(vars(own))
    quick(cohort, {"mine": own})
    ((learned, answer),) = LEARNED
    train = sides[0].filter(pl.col("warranted").is_not_null())
    assert learned.equals(train.select(pl.col(learned.columns).cast(pl.Float32)))
    assert answer.tolist() == train["warranted"].cast(pl.Int8).to_list()
    assert vars(own) == before


def test_a_column_is_joined_by_its_key_in_any_order_and_with_training_rows_too(cohort, sides, rows):
    everybody = pl.concat(sides).select(*KEY, p=1 / (2 + pl.col("n_concerns")))
    found = quick(cohort, {"mine": everybody.sample(fraction=1, shuffle=True, seed=1)})
    test = sides[1].filter(pl.col("warranted").is_not_null())
    auc = roc_auc_score(test["warranted"], -test["n_concerns"].cast(pl.Float64))
    assert value(found, "mine", "auc") == pytest.approx(auc)
    same = everybody.join(rows, on=KEY, how="semi")
    assert quick(cohort, {"mine": same}).filter(judge="mine").equals(found.filter(judge="mine"))


def test_scores_that_are_no_probabilities_have_no_brier_and_it_says_so(cohort, sides):
    count = sides[1].select(*KEY, score="n_concerns")
    own = {"counted": count, "margin": LinearSVC(C=0.001)}
    found = quick(cohort, own)
    for name in own:
        mine = found.filter(judge=name)
        assert mine["label"].unique().to_list() == [f"{name} (no probability)"]
        sizes = mine.filter(pl.col("measure").is_in(["brier", "calibration_slope", "net_benefit"]))
        assert sizes["value"].null_count() == sizes.height == 5
        assert mine.filter(pl.col("measure") == "detection", pl.col("at").is_null())["value"].item() is None
        assert value(found, name, "auc") is not None
        assert mine.filter(measure="line", at=0.2).height == 1
        assert as_models(found)[name]["brier"]["value"] is None
    assert value(found, "counted", "auc") == value(found, "n_concerns", "auc")
    scored = judge(cohort, own, card=Card.shipped(), ceiling=False)
    with pytest.raises(InputError, match="'margin' gives scores that are no probability"):
        reliability(scored, ("margin",))


def test_cards_are_judged_by_their_points(cohort, sides):
    shipped = Card.shipped()
    found = quick(cohort, {"other": shipped, "anew": CumulativeScorecard()})
    for measure in ("auc", "brier"):
        assert value(found, "other", measure) == value(found, "card", measure)
    anew = CumulativeScorecard().fit(sides[0]).card_
    again = measured(judged(*sides, anew, challengers=())[0], resamples=10)
    assert value(found, "anew", "average_precision") == value(again, "card", "average_precision")


def test_a_score_column_that_nobody_asked_for_is_judged_and_not_dropped(rows):
    with_own = rows.with_columns(score_own=pl.col("n_concerns").cast(pl.Float64))
    assert "own (no probability)" in measured(with_own, resamples=10)["label"].to_list()


@pytest.fixture(scope="module")
def good(sides):
    return sides[1].select(*KEY, p=pl.lit(0.3))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda good: good["p"], "'mine' is a Series, which does not say which row is whose"),
        (lambda good: good["p"].to_numpy(), "'mine' is a ndarray, which does not say"),
        (lambda good: "p", "'mine' = 'p' is of type str; an estimator"),
        (lambda good: None, "'mine' = None"),
        (lambda good: LogisticRegression, "'mine' is the class LogisticRegression; give one of it"),
        (lambda good: LinearRegression(), "LinearRegression. has no predict_proba and no decision_function"),
        (lambda good: LogisticRegression(C=-1), "'mine' .LogisticRegression. cannot be fitted: .*'C'"),
        (lambda good: Listener(p=float("nan")), "'mine': .* values of p are no numbers"),
        (lambda good: Listener(p=1.5), "'mine': p = 1.5; a probability is from 0 to 1"),
        (lambda good: good.with_columns(x=1), "'mine': unknown column 'x'"),
        (lambda good: good.rename({"p": "mine"}), "'mine': unknown column 'mine'"),
        (lambda good: good.drop("landmark_on"), "'mine': no landmark_on"),
        (lambda good: good.drop("p"), "'mine': neither p nor score"),
        (lambda good: good.head(-1), "'mine': 1 rows are missing; every landmark"),
        (lambda good: pl.concat([good, good.head(1)]), "'mine': 2 rows stand twice or more"),
        (
            lambda good: good.with_columns(pl.col("landmark_on") + timedelta(days=1)),
            "'mine': .* rows are no landmarks of this cohort, first child",
        ),
        (lambda good: good.with_columns(p=pl.lit(None, pl.Float64)), "values of p are no numbers: blank"),
        (lambda good: good.with_columns(p=pl.lit(1.01)), "p = 1.01; a probability is from 0 to 1"),
        (lambda good: good.with_columns(p=pl.lit("0.3")), "p is String; numbers are needed"),
        (lambda good: good.with_columns(pl.col("landmark_on").cast(pl.String)), "landmark_on is String"),
    ],
)
def test_what_cannot_be_judged_is_refused_by_name(sides, rows, good, spoil, message):
    with pytest.raises(InputError, match=message):
        with_models(sides[0], rows, named({"mine": spoil(good)}))


@pytest.mark.parametrize(
    "name", ["card", "Ceiling", "the ceiling", "l1_logistic", "by_class", "", "x" * 41, 7, "a\nb"]
)
def test_a_name_that_is_taken_or_none_is_refused(cohort, name):
    with pytest.raises(InputError, match="models: "):
        evaluate(cohort, {name: LogisticRegression()})


def test_a_name_whose_columns_the_rows_have_is_refused(sides, rows):
    with pytest.raises(InputError, match="'now': the rows have a column p_now"):
        with_models(sides[0], rows.with_columns(p_now=0.5), {"now": Card.shipped()})


def test_a_judge_who_is_not_there_is_named(rows):
    for asked in (
        lambda: by_line(rows, [5], judge="mine"),
        lambda: by_group(rows, ["mine"], 0.2),
        lambda: reliability(rows, ("mine",)),
    ):
        with pytest.raises(InputError, match="unknown judge 'mine'"):
            asked()


def test_a_leaderboard_is_the_mean_over_seeds_the_best_first():
    norfolk, own = Scenario.named("norfolk_review"), {"mine": LogisticRegression(C=0.01, max_iter=1_000)}
    board = leaderboard(norfolk, own, households=60, seeds=(4, 7))
    each = [evaluate(simulated(norfolk, 60, seed), own, resamples=10) for seed in (4, 7)]
    values = [value(found, "mine", "average_precision") for found in each]
    assert value(board, "mine", "average_precision") == pytest.approx(sum(values) / 2)
    precision = board.filter(measure="average_precision")
    assert precision["value"].to_list() == precision["value"].sort(descending=True).to_list()
    row = precision.filter(judge="mine").row(0, named=True)
    half = 12.7062 * abs(values[0] - values[1]) / 2  # Student's t with one degree of freedom
    assert row["high"] - row["value"] == pytest.approx(half, rel=1e-4)


@pytest.mark.parametrize(
    ("seeds", "message"), [((1,), "two or more"), ((1, 1), "each once"), ((1, -2), "seed = -2")]
)
def test_a_leaderboard_needs_seeds_and_models_for_each(seeds, message):
    with pytest.raises(InputError, match=message):
        leaderboard(Scenario.named("norfolk_review"), {}, households=5, seeds=seeds)
    with pytest.raises(InputError, match="'mine' is of one cohort's rows"):
        leaderboard(Scenario.named("norfolk_review"), {"mine": pl.DataFrame()}, households=5)
