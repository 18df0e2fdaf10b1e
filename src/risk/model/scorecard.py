"""The scorecard: a classifier of scikit-learn whose fit is a card of whole points.

Fitting stands apart from scoring: `card` holds what a fitted card does, and needs no scikit-learn.
"""

from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from risk.core.arrays import Bools, Floats
from risk.core.draws import Stream
from risk.core.errors import InputError
from risk.model.card import Card, read_off
from risk.model.features import FEATURES, HISTORY, has_features
from risk.model.packing import COUNTS, ROWS_AT_A_TIME, unpacked
from risk.model.regression import falling_with_age, log_odds, whole_points
from risk.model.risk_table import risk_table
from risk.model.splits import split
from risk.records.hashing import added, content_hash

CALIBRATION_SHARE: Final = 0.25
KEY: Final = ("child_id", "landmark_on")


class CumulativeScorecard(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Points per line and band of age, fitted to whether the truth warranted an assessment.

    max_points: the points of the strongest line when new; the others follow in whole numbers. seed: of the
    households drawn again for the risk table's interval.

    A landmark table brings its features, its households and its answer: see `fit`. Any other table or array
    may be given with an answer, as to any classifier of scikit-learn; its columns are then lines of one band
    each, that may add or take points for each unit, and such a card cannot be printed, explained or saved.

    After `fit` on a landmark table, card_ is the `Card`, and the scorecard answers to everything that a card
    does. On plain columns, points_ is a (columns, 1) array of whole numbers. risk_ is the table from score to
    probability; classes_, n_features_in_ and feature_names_in_ are as in scikit-learn.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=30, seed=1)
    >>> at = risk.featurise(risk.landmarks(cohort.record), cohort.record)
    >>> risk.CumulativeScorecard().fit(risk.labels(at, cohort.truth)).card_
    Card of 16 lines, at most 20 points a line; card.table() shows it whole
    """

    def __init__(self, max_points: int = 20, seed: int = 0) -> None:
        self.max_points = max_points
        self.seed = seed

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def __getattr__(self, name: str) -> Any:
        """Return what the fitted card has by this name, so that `fit(rows).table()` is the card's table."""
        if name.startswith("_") or "card_" not in vars(self):
            now = "fitted to plain columns" if "points_" in vars(self) else "not fitted yet"
            raise AttributeError(
                f"no {name!r} in a scorecard {now}; fit it to a landmark table with features"
            )
        return getattr(self.card_, name)

    @classmethod
    def of(cls, card: Card) -> Self:
        """Return the fitted scorecard that a card makes, to be scored as any classifier of scikit-learn."""
        return cls(card.max_points, card.seed)._holding(card)

    @classmethod
    def shipped(cls) -> Self:
        """Return the card that comes with the package as a fitted scorecard; `Card.shipped` needs less."""
        return cls.of(Card.shipped())

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Return the card in a file as a fitted scorecard. Raises InputError as `Card.read` does."""
        return cls.of(Card.read(path))

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: N803 (scikit-learn's names)
        """Return the fitted scorecard.

        X: a landmark table with features and `warranted`; rows without an answer (null) are left out. A
        quarter of the households only fill the table from score to probability, so that it is not flattered
        by the points' own fit. Or any table of numbers with y: there are no households then, and the table is
        counted on the rows that the points were fitted to.

        y: the answer, two classes; of a landmark table it takes the place of `warranted`. Raises InputError
        if all answers are alike, if no column tells the rows apart, and for a landmark table without features
        or without an answer.
        """
        if not _is_landmark_table(X):
            return self._fit_columns(X, y)
        return self._holding(_fitted(_with_answer(X, y), self.max_points, self.seed))

    def _holding(self, card: Card) -> Self:
        self.feature_names_in_ = np.array(FEATURES, object)
        self.n_features_in_ = len(FEATURES)
        self.classes_ = np.array([False, True])
        self.card_, self.points_, self.risk_ = card, card.points, card.risk
        return self

    def _fit_columns(self, X: Any, y: Any) -> Self:  # noqa: N803
        columns, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        kind = type_of_target(y)
        if kind != "binary":
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        if "card_" in vars(self):
            del self.card_
        self.classes_, which = np.unique(y, return_inverse=True)
        answer = which == 1
        _check_both_answers(answer, "rows")
        _, weights = log_odds(
            csr_array(columns), np.ones(len(answer)), answer.astype(np.float64), never_negative=False
        )
        self.points_ = whole_points(weights[:, None], self.max_points)
        self.risk_ = risk_table(_sums(columns, self.points_), answer, np.arange(len(answer)), self.seed)
        return self

    def scores(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Return each row's score in points: a whole number; of plain columns, a weighted sum."""
        check_is_fitted(self)
        if "card_" in vars(self):
            return self.card_.scores(X)
        return _sums(validate_data(self, X, reset=False, dtype=np.float64), self.points_)

    def _probability(self, X: Any) -> Floats:  # noqa: N803
        points = self.scores(X)
        return read_off(self.risk_, points)

    def decision_function(self, X: Any) -> Floats:  # noqa: N803
        """Return the log-odds that an assessment is warranted; the score in points is `scores`."""
        p = self._probability(X)
        log_odds_of: Floats = np.log(p / (1 - p))
        return log_odds_of

    def predict_proba(self, X: Any) -> Floats:  # noqa: N803
        """Return (rows, 2): the probability that no assessment, and that one, is warranted."""
        p = self._probability(X)
        return np.column_stack([1 - p, p])

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Return whether an assessment is more likely warranted than not, as one of `classes_`."""
        likely = self.decision_function(X) > 0
        named: NDArray[Any] = self.classes_[likely.astype(np.int64)]
        return named


def sides(at: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the answered rows that points are fitted to, and those that fill the risk table."""
    answered = at.filter(pl.col("warranted").is_not_null())
    return split(answered, test_share=CALIBRATION_SHARE, seed=0, stream=Stream.CALIBRATION)


def _fitted(at: pl.DataFrame, max_points: int, seed: int) -> Card:
    """Return the card of answered landmarks: points from most households, risks from the rest."""
    read = (*KEY, "household_id", "warranted", *FEATURES, HISTORY, COUNTS)
    for_points, for_risk = sides(at.select(c for c in at.columns if c in read))
    for rows in (for_points, for_risk):
        _check_both_answers(rows["warranted"].to_numpy(), "child-landmarks")
    points = whole_points(falling_with_age(for_points), max_points)
    card = Card(points, pl.DataFrame(), {}, max_points, seed)
    risk = risk_table(
        card.scores(for_risk).astype(np.float64),
        for_risk["warranted"].to_numpy(),
        for_risk["household_id"].to_numpy(),
        seed,
    ).with_columns(pl.col("points_from", "points_to").cast(pl.Int64))
    return Card(points, risk, _training(pl.concat([for_points, for_risk])), max_points, seed)


def _sums(columns: Floats, points: NDArray[Any]) -> Floats:
    total: Floats = columns @ points[:, 0].astype(np.float64)
    return total


def _is_landmark_table(table: Any) -> bool:
    """Whether a table is of landmarks. Raises InputError for one that `featurise` has not seen."""
    if not isinstance(table, pl.DataFrame) or "landmark_on" not in table.columns:
        return isinstance(table, pl.DataFrame) and has_features(table)
    if not has_features(table):
        raise InputError("a landmark table without features; call featurise, and labels, before fit")
    return True


def _with_answer(at: pl.DataFrame, y: Any) -> pl.DataFrame:
    if y is not None:
        return at.with_columns(warranted=pl.Series(y, dtype=pl.Boolean))
    if "warranted" not in at.columns:
        raise InputError("a landmark table without the answer `warranted`; call labels before fit")
    return at


def _check_both_answers(answer: Bools, rows: str) -> None:
    if answer.all() or not answer.any():
        raise InputError(
            f"all {len(answer):,} {rows} have the same answer, which is one class; a card needs children who "
            "warranted an assessment and children who did not: generate more households"
        )


def _training(answered: pl.DataFrame) -> dict[str, Any]:
    """Return what a card was fitted to: how much, and the content hash of its rows."""
    key: list[str] = [c for c in KEY if c in answered.columns]
    return {
        "children": answered["child_id"].n_unique(),
        "child_landmarks": answered.height,
        "warranted_share": round(float(answered["warranted"].to_numpy().mean()), 6),
        "content_hash": added(
            content_hash(unpacked(some).select(*key, *FEATURES, "warranted"), key)
            for some in answered.iter_slices(ROWS_AT_A_TIME)
        ),
    }
