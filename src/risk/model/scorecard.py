"""The scorecard: whole points for each kind of concern, fewer as its newest record ages, added up.

Of each line the newest record counts, so any score is an exact sum over dated events that a reader can redo
by hand. Points never rise as a record grows older and are never negative, by construction; only a completed
assessment that found no cause may lower a score, and only for half a year. A no-further-action changes
nothing: deciding not to look is no evidence. The risk is read from a table (`risk_table`).

Ustun and Rudin (2019), Journal of Machine Learning Research 20:150 (points and a risk table).
"""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from risk.core.draws import Stream
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.model.card_file import CARD_SCHEMA, parsed
from risk.model.explanation import explained
from risk.model.features import BAND_ENDS_DAYS, BAND_LABELS, BANDS, FEATURES, LINE_NAMES, LINES, newest_band
from risk.model.regression import falling_with_age, log_odds, whole_points
from risk.model.risk_table import read_off, risk_table
from risk.model.splits import split
from risk.records.hashing import content_hash

SHIPPED: Final = files("risk.model") / "cards" / "england_2014.json"
CALIBRATION_SHARE: Final = 0.25

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class CumulativeScorecard(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Points per line and band of age, fitted to whether the truth warranted an assessment.

    max_points: the points of the strongest line when new; the others follow in whole numbers. seed: of the
    households drawn again for the risk table's interval.

    A landmark table brings its features, its households and its answer: see `fit`. Any other table or array
    may be given with an answer, as to any classifier of scikit-learn; its columns are then lines of one band
    each, that may add or take points for each unit, and such a card cannot be printed, explained or saved.

    After `fit`: points_ is a (lines, bands) array of whole numbers in the order of `features.LINES`, for
    plain columns (columns, 1); risk_ is the table from score to probability; classes_, n_features_in_ and
    feature_names_in_ as in scikit-learn; trained_on_ says on what, with a content hash.
    """

    def __init__(self, max_points: int = 20, seed: int = 0) -> None:
        self.max_points = max_points
        self.seed = seed

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: N803 (scikit-learn's names)
        """Return the fitted card.

        X: a landmark table with features and `warranted`; rows without an answer (null) are left out. A
        quarter of the households only fill the table from score to probability, so that it is not flattered
        by the points' own fit. Or any table of numbers with y: there are no households then, and the table is
        counted on the rows that the points were fitted to.

        y: the answer, two classes; of a landmark table it takes the place of `warranted`. Raises InputError
        if all answers are alike, or no column tells the rows apart.
        """
        if not _is_landmark_table(X):
            return self._fit_columns(X, y)
        self.feature_names_in_ = np.array(FEATURES, object)
        self.n_features_in_ = len(FEATURES)
        self.classes_ = np.array([False, True])
        at = X if y is None else X.with_columns(warranted=pl.Series(y, dtype=pl.Boolean))
        for_points, for_risk = sides(at)
        for rows in (for_points, for_risk):
            _check_both_answers(rows["warranted"].to_numpy(), "child-landmarks")
        self.points_ = whole_points(falling_with_age(for_points), self.max_points)
        self.risk_ = risk_table(
            self.points(for_risk).astype(np.float64),
            for_risk["warranted"].to_numpy(),
            for_risk["household_id"].to_numpy(),
            self.seed,
        ).with_columns(pl.col("points_from", "points_to").cast(pl.Int64))
        self.trained_on_: dict[str, Any] = _training(pl.concat([for_points, for_risk]))
        return self

    def _fit_columns(self, X: Any, y: Any) -> Self:  # noqa: N803
        columns, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        kind = type_of_target(y)
        if kind != "binary":
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        self.classes_, which = np.unique(y, return_inverse=True)
        answer = which == 1
        _check_both_answers(answer, "rows")
        weights = log_odds(
            csr_array(columns), np.ones(len(answer)), answer.astype(np.float64), never_negative=False
        )
        self.points_ = whole_points(weights[:, None], self.max_points)
        rows = np.arange(len(answer))
        self.risk_ = risk_table(self._sum_of_columns(columns), answer, rows, self.seed)
        self.trained_on_ = {"rows": len(answer)}
        return self

    def _counts_events(self) -> bool:
        return bool(self.points_.shape == (len(LINES), len(BANDS)))

    def _check_counts_events(self) -> None:
        if not self._counts_events():
            raise InputError(
                "this card is one of plain columns; fit it to a landmark table with features first"
            )

    def _sum_of_columns(self, columns: Floats) -> Floats:
        total: Floats = columns @ self.points_[:, 0].astype(np.float64)
        return total

    def points(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Return each row's score: the whole-number sum of the points of the newest record on each line.

        X: a landmark table with features, for a card that was fitted to one. A card of plain columns sums
        each column's number times its points.
        """
        check_is_fitted(self)
        if not self._counts_events():
            return self._sum_of_columns(validate_data(self, X, reset=False, dtype=np.float64))
        if not _is_landmark_table(X):
            raise InputError(
                "this card was fitted to a landmark table, and scores landmark tables with features only: "
                "call featurise first"
            )
        total = np.zeros(X.height, np.int32)
        for i, line in enumerate(LINE_NAMES):
            if self.points_[i].any():
                worth = np.append(self.points_[i], 0).astype(np.int32)
                total += worth.take(newest_band(X, line))
        return total.astype(np.int64)

    def decision_function(self, X: Any) -> Floats:  # noqa: N803
        """Return the log-odds that an assessment is warranted; the score in points is `points`."""
        log_odds_of: Floats = logit(self.probability(self.points(X)))
        return log_odds_of

    def predict_proba(self, X: Any) -> Floats:  # noqa: N803
        """Return (rows, 2): the probability that no assessment, and that one, is warranted."""
        p = self.probability(self.points(X))
        return np.column_stack([1 - p, p])

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Return whether an assessment is more likely warranted than not, as one of `classes_`."""
        likely = self.decision_function(X) > 0
        named: NDArray[Any] = self.classes_[likely.astype(np.int64)]
        return named

    def score_table(self, at: pl.DataFrame) -> pl.DataFrame:
        """Return `at` with `points`, `p_warranted`, and `p_low` and `p_high`, its 95 % interval."""
        points = self.points(at)
        return at.with_columns(
            pl.Series("points", points, pl.Int32),
            *(pl.Series(c, read_off(self.risk_, points, c)) for c in ("p_warranted", "p_low", "p_high")),
        )

    def probability(self, points: Floats | Ints | int) -> Floats:
        """Return the probability that goes with a score, never lower for a higher one."""
        return read_off(self.risk_, points)

    def points_at(self, probability: float) -> int | None:
        """Return the lowest score whose probability is at least `probability`; null if none reaches it."""
        scores = np.arange(int(self.risk_["points_from"].min()), int(self.risk_["points_to"].max()) + 1)  # type: ignore[arg-type]
        reached = scores[self.probability(scores) >= probability]
        return int(reached[0]) if len(reached) else None

    def explain(self, known: pl.DataFrame, day: date) -> pl.DataFrame:
        """Return event_id, points and falls_on of each event known of a child by a day: an exact sum.

        known: one child's rows of `features.known_events`, of any viewer. falls_on is the day from which the
        event counts for less by its age; null for one that counts for nothing, such as a no-further-action.
        """
        self._check_counts_events()
        return explained(self.points_, known, day)

    def table(self) -> pl.DataFrame:
        """Return the whole card: one row a line that carries points, one column a band of age."""
        self._check_counts_events()
        rows = [
            (line.label, *self.points_[i].tolist()) for i, line in enumerate(LINES) if self.points_[i].any()
        ]
        return pl.DataFrame(rows, schema=["line", *BAND_LABELS], orient="row").sort(
            BAND_LABELS[0], BAND_LABELS[1], descending=True, maintain_order=True
        )

    def risk_table(self) -> pl.DataFrame:
        """Return how a sum of points reads as a risk, with its 95 % interval: one row a range of scores."""
        columns = ("points_from", "points_to", "p_warranted", "p_low", "p_high", "child_landmarks")
        return self.risk_.select(*columns, "warranted")

    def to_json(self) -> str:
        """Return the card as a text that `from_json` reads back: everything, and nothing but numbers."""
        self._check_counts_events()
        return json.dumps(
            {
                "schema": CARD_SCHEMA,
                "about": INVENTED,
                "max_points": self.max_points,
                "seed": self.seed,
                "band_ends_days": list(BAND_ENDS_DAYS),
                "points": {name: self.points_[i].tolist() for i, name in enumerate(LINE_NAMES)},
                "risk": self.risk_.to_dicts(),
                "trained_on": self.trained_on_,
            },
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str, source: str = "card") -> Self:
        """Return the card in a text. Raises InputError for another version or a broken field, naming it."""
        file = parsed(text, source)
        card = cls(max_points=file.max_points, seed=file.seed)
        card.feature_names_in_ = np.array(FEATURES, object)
        card.n_features_in_ = len(FEATURES)
        card.points_ = np.array([file.points[name] for name in LINE_NAMES])
        card.risk_ = pl.DataFrame([row.model_dump() for row in file.risk])
        card.classes_ = np.array([False, True])
        card.trained_on_ = file.trained_on
        return card

    @classmethod
    def shipped(cls) -> Self:
        """Return the card that comes with the package, fitted to a simulated england_2014 cohort.

        Its `trained_on_` says on what; MODEL_CARD.md says with which command.
        """
        return cls.from_json(SHIPPED.read_text(encoding="utf-8"), source="the shipped card")

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Return the card in a file. Raises InputError if there is none or it is broken."""
        try:
            return cls.from_json(Path(path).read_text(encoding="utf-8"), source=str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: cannot be read as a card: {error}") from None


def sides(at: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the answered rows that points are fitted to, and those that fill the risk table."""
    answered = at.filter(pl.col("warranted").is_not_null())
    return split(answered, test_share=CALIBRATION_SHARE, seed=0, stream=Stream.CALIBRATION)


def _is_landmark_table(table: Any) -> bool:
    return isinstance(table, pl.DataFrame) and set(FEATURES) <= set(table.columns)


def _check_both_answers(answer: NDArray[np.bool_], rows: str) -> None:
    if answer.all() or not answer.any():
        raise InputError(
            f"all {len(answer):,} {rows} have the same answer, which is one class; a card needs children who "
            "warranted an assessment and children who did not: generate more households"
        )


def _training(answered: pl.DataFrame) -> dict[str, Any]:
    """Return what a card was fitted to: how much, and the content hash of its rows."""
    key: list[str] = [c for c in ("child_id", "landmark_on") if c in answered.columns]
    return {
        "children": answered["child_id"].n_unique(),
        "child_landmarks": answered.height,
        "warranted_share": round(float(answered["warranted"].to_numpy().mean()), 6),
        "content_hash": content_hash(answered.select(*key, *FEATURES, "warranted"), key),
    }
