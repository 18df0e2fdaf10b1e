"""The judges: the card, its ceiling, and the simpler and the freer ways, side by side on the same rows.

Each judge is two columns: a score, by which children are put in order and lines are drawn, and a
probability. A count is no probability; it gets one by a logistic link fitted on the training households.
"""

from collections.abc import Collection
from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.special import expit, logit

from risk.core.arrays import Floats
from risk.core.errors import InputError, unknown
from risk.evaluation.challengers import LEARNED, challenge
from risk.evaluation.recent import recent_reading
from risk.model.card import Card
from risk.model.regression import log_odds

JUDGES: Final = {
    "ceiling": "The ceiling",
    "card": "Cumulative scorecard",
    "recorded_card": "Card of recorded outcomes",
    "peeking_card": "Card that looks ahead",
    "incident": "Best reading of 4 weeks",
    "worst_recent": "Severity rule, 4 weeks",
    "n_concerns": "Concerns in 52 weeks",
    "fading_count": "Concerns, fading",
    "l1_logistic": "L1 logistic",
    "boosting": "Monotone boosting",
    "ebm": "Explainable boosting",
}
REFERENCE: Final = "The reference"
NO_PROBABILITY: Final = "no probability"
"""Of a model that gives scores alone: an order, and nothing to be true to."""

COUNTS: Final = ("worst_recent", "n_concerns", "fading_count")
LEAST_SHARE: Final = 1e-6
BARELY: Final = 1e-6
"""A pull towards 0 that keeps a line finite where a count tells all answers apart, and shows nowhere else."""


def judged(
    train: pl.DataFrame,
    test: pl.DataFrame,
    card: Card,
    *,
    challengers: Collection[str] = LEARNED,
) -> tuple[pl.DataFrame, list[str]]:
    """Return `test` with score_… and p_… for each judge there is, and a sentence for each left out.

    train, test: landmark rows with features, `warranted` and `baselines.baselines`; the ceiling is a judge
    when `test` has p_knowable. challengers: which of them to fit. The card's score is
    its points; that of any other probability is itself.
    """
    scored = scored_by(card, test)
    scored = scored.with_columns(
        column
        for count in COUNTS
        for column in (
            test[count].cast(pl.Float64).alias(f"score_{count}"),
            pl.Series(f"p_{count}", linked(train, test, count)),
        )
    )
    if "p_knowable" in test.columns:
        scored = scored.with_columns(score_ceiling="p_knowable", p_ceiling="p_knowable")
    if train["warranted"].drop_nulls().n_unique() == 2:
        scored = scored.with_columns(p_incident=pl.Series(recent_reading(train, test)))
        scored = scored.with_columns(score_incident="p_incident")
    left_out: list[str] = []
    if challengers:
        scored, left_out = challenge(train, scored, challengers)
        scored = scored.with_columns(
            pl.col(f"p_{name}").alias(f"score_{name}") for name in LEARNED if f"p_{name}" in scored.columns
        )
    return scored, left_out


def scored_by(card: Card, rows: pl.DataFrame, judge: str = "card") -> pl.DataFrame:
    """Return `rows` with score_… and p_… of a card, under the name of a judge: its points and its chance."""
    scored = card.score_table(rows).rename({"points": f"score_{judge}", "p_warranted": f"p_{judge}"})
    return scored.drop("p_low", "p_high")


def judges_of(rows: pl.DataFrame) -> list[str]:
    """Return the judges that `rows` have a score_… of: those of `JUDGES` in its order, then all others."""
    there = [column.removeprefix("score_") for column in rows.columns if column.startswith("score_")]
    return [judge for judge in JUDGES if judge in there] + [judge for judge in there if judge not in JUDGES]


def labels_of(rows: pl.DataFrame) -> dict[str, str]:
    """Return what each judge of `rows` is called: a model of one's own by its name.

    Where it gives scores that are no probabilities, the label says so.
    """
    return {
        judge: JUDGES.get(judge, judge)
        + ("" if judge in JUDGES or f"p_{judge}" in rows.columns else f" ({NO_PROBABILITY})")
        for judge in judges_of(rows)
    }


def need_judges(rows: pl.DataFrame, judges: Collection[str], *, probability: bool = False) -> None:
    """Raise InputError for a judge of whom `rows` have no score_…, or no p_… where one is needed."""
    for judge in judges:
        if f"score_{judge}" not in rows.columns:
            raise InputError(unknown("judge", judge, judges_of(rows)))
        if probability and f"p_{judge}" not in rows.columns:
            raise InputError(
                f"judge {judge!r} gives scores that are {NO_PROBABILITY}: no calibration can be asked of them"
            )


def linked(train: pl.DataFrame, test: pl.DataFrame, count: str) -> Floats:
    """Return the probability that goes with a count: logistic in log(1 + count), fitted on `train`."""
    answered = train.filter(pl.col("warranted").is_not_null())
    # Few counts differ, so the fit is over them, not over the rows.
    values, which = np.unique(answered[count].to_numpy(), return_inverse=True)
    n = np.bincount(which).astype(np.float64)
    yes = np.bincount(which, answered["warranted"].to_numpy()).astype(np.float64)
    share = np.clip(yes.sum() / n.sum() if len(which) else 0.0, LEAST_SHARE, 1 - LEAST_SHARE)
    nothing, weights = float(logit(share)), np.zeros(1)
    if 0 < yes.sum() < n.sum():
        column = csr_array(np.log1p(values.astype(np.float64))[:, None])
        nothing, weights = log_odds(column, n, yes, never_negative=False, ridge=BARELY)
    chances: Floats = expit(nothing + weights[0] * np.log1p(test[count].to_numpy().astype(np.float64)))
    return chances


def in_all(rows: list[pl.DataFrame]) -> pl.DataFrame:
    """Return many tables of judged rows as one, with the columns that all of them have, sorted."""
    columns = [c for c in rows[0].columns if all(c in more.columns for more in rows)]
    return pl.concat([some.select(columns) for some in rows]).sort("child_id", "landmark_on")
