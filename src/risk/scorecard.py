"""The scorecard: whole points for each concern, fewer as it ages, added up; the risk read from a table.

Points never rise as an event grows older and are never negative, by construction; only a completed
assessment that found no cause may lower a score, and only for half a year. A no-further-action changes
nothing: deciding not to look is no evidence. Any score is an exact sum over dated events.

Ustun and Rudin (2019), Journal of Machine Learning Research 20:150 (points and a risk table).
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.isotonic import IsotonicRegression

from risk.card_file import CARD_SCHEMA, parsed
from risk.draws import Stream
from risk.features import BAND_ENDS_DAYS, BAND_LABELS, BANDS, FEATURES, LINE_NAMES, LINES
from risk.kinds import INVENTED
from risk.landmarks import split
from risk.mistakes import InputError

SHIPPED: Final = files("risk") / "cards" / "england_2014.json"
CALIBRATION_SHARE: Final = 0.25
RIDGE: Final = 1.0  # a pull towards 0 worth one child: keeps the points of rare lines finite
RISK_ROWS: Final = 12
LEAST_IN_A_ROW: Final = 15

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class CumulativeScorecard(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Points per line and band of age, fitted to whether the truth warranted an assessment.

    max_points: the points of the strongest line when new; the others follow in whole numbers.

    After `fit`: points_ is a (lines, bands) array of whole numbers in the order of `features.LINES`;
    risk_ is the table from score to probability, counted on other households than the points.
    """

    def __init__(self, max_points: int = 20) -> None:
        self.max_points = max_points

    def fit(self, at: pl.DataFrame, y: object = None) -> Self:
        """Return the fitted card, from a landmark table with features and `warranted`.

        Rows without an answer (null) are left out. A quarter of the households only fill the table from
        score to probability, so that it is not flattered by the points' own fit.

        y: ignored; the answer is the table's column `warranted`. Raises InputError if nobody, or
        everybody, warranted an assessment.
        """
        answered = at.filter(pl.col("warranted").is_not_null())
        for_points, for_risk = split(
            answered, test_share=CALIBRATION_SHARE, seed=0, stream=Stream.CALIBRATION
        )
        for rows in (for_points, for_risk):
            if rows["warranted"].n_unique() < 2:
                raise InputError(
                    f"all {rows.height:,} child-landmarks have the same answer; a card needs children who "
                    "warranted an assessment and children who did not: generate more households"
                )
        real = _monotone_fit(_matrix(for_points), for_points["warranted"].to_numpy())
        if not np.abs(real).max() > 0:
            raise InputError("nothing that was written down tells children apart: a card would be all zeros")
        self.points_: Ints = np.rint(real * self.max_points / np.abs(real).max()).astype(np.int64)
        self.risk_ = _risk_table(self.decision_function(for_risk), for_risk["warranted"].to_numpy())
        self.classes_ = np.array([False, True])
        self.trained_on_: dict[str, Any] = {
            "children": answered["child_id"].n_unique(),
            "child_landmarks": answered.height,
            "warranted_share": round(float(answered["warranted"].to_numpy().mean()), 6),
        }
        return self

    def decision_function(self, at: pl.DataFrame) -> Ints:
        """Return each row's score: the whole-number sum of its events' points."""
        total = np.zeros(at.height, np.int64)
        for column, points in zip(FEATURES, self.points_.ravel(), strict=True):
            if points:
                total += points * at[column].to_numpy().astype(np.int64)
        return total

    def predict_proba(self, at: pl.DataFrame) -> Floats:
        """Return (rows, 2): the probability that no assessment, and that one, is warranted."""
        p = self.probability(self.decision_function(at))
        return np.column_stack([1 - p, p])

    def predict(self, at: pl.DataFrame) -> NDArray[np.bool_]:
        """Return whether an assessment is more likely warranted than not."""
        return self.predict_proba(at)[:, 1] >= 0.5

    def score_table(self, at: pl.DataFrame) -> pl.DataFrame:
        """Return `at` with `points` and `p_warranted`."""
        points = self.decision_function(at)
        return at.with_columns(
            points=pl.Series(points, dtype=pl.Int32), p_warranted=pl.Series(self.probability(points))
        )

    def probability(self, points: Ints | int) -> Floats:
        """Return the probability that goes with a score, never lower for a higher one.

        Between the rows of the risk table it is read off a straight line in log-odds; beyond its ends it
        stays what it is there.
        """
        at_points, p = (self.risk_[c].to_numpy() for c in ("mean_points", "p_warranted"))
        between: Floats = expit(np.interp(np.asarray(points, np.float64), at_points, logit(p)))
        return between

    def points_at(self, probability: float) -> int | None:
        """Return the lowest score whose probability is at least `probability`; null if none reaches it."""
        scores = np.arange(int(self.risk_["points_from"].min()), int(self.risk_["points_to"].max()) + 1)  # type: ignore[arg-type]
        reached = scores[self.probability(scores) >= probability]
        return int(reached[0]) if len(reached) else None

    def table(self) -> pl.DataFrame:
        """Return the whole card: one row a line that carries points, one column a band of age."""
        rows = [
            (line.label, *self.points_[i].tolist()) for i, line in enumerate(LINES) if self.points_[i].any()
        ]
        return pl.DataFrame(rows, schema=["line", *BAND_LABELS], orient="row").sort(
            BAND_LABELS[0], BAND_LABELS[1], descending=True, maintain_order=True
        )

    def risk_table(self) -> pl.DataFrame:
        """Return how a sum of points reads as a risk: one row a range of scores."""
        return self.risk_.select("points_from", "points_to", "p_warranted", "child_landmarks", "warranted")

    def worth(self, flags: NDArray[np.bool_]) -> Ints:
        """Return (events, bands + 1) points of single events, given the lines each counts on.

        The last column is 0: an event older than the last band counts for nothing.
        """
        points: Ints = flags.astype(np.int64) @ self.points_
        return np.column_stack([points, np.zeros(len(points), np.int64)])

    def to_json(self) -> str:
        """Return the card as a text that `from_json` reads back: everything, and nothing but numbers."""
        return json.dumps(
            {
                "schema": CARD_SCHEMA,
                "about": INVENTED,
                "max_points": self.max_points,
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
        card = cls(max_points=file.max_points)
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


def _matrix(at: pl.DataFrame) -> csr_array[np.float64]:
    """Return the counts as a sparse (rows, features) matrix: most children have few events."""
    columns = [at[name].to_numpy() for name in FEATURES]
    rows = [np.flatnonzero(c) for c in columns]
    values = np.concatenate([c[r] for c, r in zip(columns, rows, strict=True)]).astype(np.float64)
    which = np.repeat(np.arange(len(columns)), [len(r) for r in rows])
    return csr_array((values, (np.concatenate(rows), which)), shape=(at.height, len(columns)))


def _steps_to_weights() -> Floats:
    """Return the (features, steps) matrix from non-negative steps to weights.

    A band's weight is the sum of its own step and those of all older bands, so it cannot be lower than
    theirs; a line that lowers the score has the sign turned round and no steps beyond its time.
    """
    n = len(BANDS)
    turned = np.zeros((len(LINES) * n, len(LINES) * n))
    for i, line in enumerate(LINES):
        sign = 1.0 if line.raises else -1.0
        for band in range(line.lasts_bands):
            turned[i * n + band, i * n + band : i * n + line.lasts_bands] = sign
    return turned


def _monotone_fit(counts: csr_array[np.float64], warranted: NDArray[np.bool_]) -> Floats:
    """Return (lines, bands) log-odds that are monotone by construction, by penalised maximum likelihood."""
    turned = _steps_to_weights()
    answer = warranted.astype(np.float64)
    share = answer.mean()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        steps = parameters[1:]
        z = counts @ (turned @ steps) + parameters[0]
        value = np.logaddexp(0, z).sum() - answer @ z + 0.5 * RIDGE * steps @ steps
        residual = expit(z) - answer
        gradient = turned.T @ (counts.T @ residual) + RIDGE * steps
        return value / len(answer), np.r_[residual.sum(), gradient] / len(answer)

    start = np.r_[float(logit(share)), np.zeros(turned.shape[1])]
    bounds = [(None, None)] + [(0.0, None)] * turned.shape[1]
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-10}
    )
    weights: Floats = (turned @ found.x[1:]).reshape(len(LINES), len(BANDS))
    return weights


def _risk_table(points: Ints, warranted: NDArray[np.bool_]) -> pl.DataFrame:
    """Return the table from score to probability, in at most `RISK_ROWS` rows of neighbouring scores.

    Each row holds enough children who warranted an assessment, and enough who did not, for its share to
    mean something; shares that fall as points rise are pooled (isotonic regression).
    """
    scores, which = np.unique(points, return_inverse=True)
    yes = np.bincount(which, weights=warranted)
    n = np.bincount(which).astype(np.float64)
    # A row closes when it has its part of those who warranted; the last takes what is left.
    part = max(yes.sum() / RISK_ROWS, LEAST_IN_A_ROW)
    row = np.minimum(np.floor((np.cumsum(yes) - yes / 2) / part), max(yes.sum() // part - 1, 1)).astype(int)
    n_rows, yes_rows = np.bincount(row, weights=n), np.bincount(row, weights=yes)
    share = (yes_rows + 0.5) / (n_rows + 1)
    used = np.flatnonzero(n_rows)
    pooled = IsotonicRegression().fit_transform(used, share[used], sample_weight=n_rows[used])
    return pl.DataFrame(
        {
            "points_from": [int(scores[row == r].min()) for r in used],
            "points_to": [int(scores[row == r].max()) for r in used],
            "mean_points": np.round(np.bincount(row, weights=n * scores)[used] / n_rows[used], 3),
            "p_warranted": np.round(pooled, 6),
            "child_landmarks": n_rows[used].astype(np.int64),
            "warranted": yes_rows[used].astype(np.int64),
        }
    )
