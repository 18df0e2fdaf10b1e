"""Evaluation: how good a score is on children it has never seen, next to simpler ways of judging.

AUC, average precision and Brier score say how well scores are ordered and sized; detection and false
alarms say what a line on them does to children and to workload.
"""

from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from risk.alarms import DEFAULT_PRICE, AlarmPolicy, line_at_price, raise_alarms
from risk.cohort import Record, Truth
from risk.features import BANDS_OF_A_YEAR, worst_recent
from risk.kinds import CONCERNS
from risk.scorecard import CumulativeScorecard

DETECTION_WEEKS: Final = 12
DAYS_A_YEAR: Final = 365.25
MAY_BE_NULL: Final = ("auc", "average_precision", "brier", "detection")
JUDGES: Final = {
    "points": "Cumulative scorecard",
    "n_concerns": "Raw count of concerns, 52 weeks",
    "worst_recent": "Worst incident of the last 4 weeks",
}


def evaluate(
    card: CumulativeScorecard,
    at: pl.DataFrame,
    record: Record,
    truth: Truth,
    *,
    price: float = DEFAULT_PRICE,
) -> pl.DataFrame:
    """Return one row a way of judging, on landmarks that the card was not fitted on.

    auc and average_precision (null if all have one answer), brier (of the card alone: the others are no
    probabilities); line, false_alarms_per_child_year, detection and n_onsets. The card's line is the one
    its price gives; each other way is held to the lowest line that raises no more false alarms than it.

    at: a landmark table with features and `warranted`, of whole households; rows without an answer are
    left out of the accuracy, not of the alarms.
    """
    scored = card.score_table(at).with_columns(
        worst_recent(at, record),
        n_concerns=pl.sum_horizontal(
            pl.col(f"n_{c}_{band}").cast(pl.Int32) for c in CONCERNS for band in BANDS_OF_A_YEAR
        ),
    )
    answered = scored.filter(pl.col("warranted").is_not_null())
    y = answered["warranted"].to_numpy()
    mixed = bool(y.any() and not y.all())  # with one answer only there is nothing to tell apart
    onsets = _onsets(scored, truth)
    policy = AlarmPolicy(line_at_price(card, price))
    allowed = _false_alarms(raise_alarms(scored, policy), scored)
    rows = []
    for judge, label in JUDGES.items():
        score = answered[judge].to_numpy()
        line = policy.line if judge == "points" else _lowest_line(scored, judge, allowed)
        alarms = raise_alarms(scored, AlarmPolicy(line), by=judge)
        rows.append(
            {
                "judge": label,
                "auc": float(roc_auc_score(y, score)) if mixed else None,
                "average_precision": float(average_precision_score(y, score)) if mixed else None,
                "brier": _brier(y, answered["p_warranted"].to_numpy()) if judge == "points" else None,
                "line": line,
                "false_alarms_per_child_year": _false_alarms(alarms, scored),
                "detection": _detection(alarms, onsets),
                "n_onsets": onsets.height,
            }
        )
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(MAY_BE_NULL, pl.Float64))


def ratio_to_incident(measures: pl.DataFrame) -> float | None:
    """Return how many times the card's average precision is that of the worst incident; null for neither."""
    by_judge = dict(measures.select("judge", "average_precision").iter_rows())
    card, incident = by_judge[JUDGES["points"]], by_judge[JUDGES["worst_recent"]]
    return float(card / incident) if card and incident else None


def _brier(y: NDArray[np.bool_], p: NDArray[np.float64]) -> float:
    return float(brier_score_loss(y, p))


def _onsets(scored: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """Return child_id and onset_on of each child's first harm that could have been detected either way.

    The child is under observation for `DETECTION_WEEKS` on both sides of the onset.
    """
    either_side = timedelta(weeks=DETECTION_WEEKS)
    watched = scored.group_by("child_id").agg(
        first_on=pl.col("landmark_on").min(), last_on=pl.col("landmark_on").max()
    )
    return (
        truth.harms.group_by("child_id")
        .agg(onset_on=pl.col("warranted_from").min())
        .join(watched, on="child_id", how="inner")
        .filter(
            pl.col("onset_on") >= pl.col("first_on") + either_side,
            pl.col("onset_on") + either_side <= pl.col("last_on"),
        )
        .select("child_id", "onset_on")
        .sort("child_id")
    )


def _detection(alarms: pl.DataFrame, onsets: pl.DataFrame) -> float | None:
    """Return the share of onsets with an alarm within `DETECTION_WEEKS` either side; null without onsets."""
    if onsets.is_empty():
        return None
    near = (pl.col("landmark_on") - pl.col("onset_on")).dt.total_days().abs() <= 7 * DETECTION_WEEKS
    found = alarms.join(onsets, on="child_id", how="inner").filter(near)["child_id"].n_unique()
    return found / onsets.height


def _false_alarms(alarms: pl.DataFrame, scored: pl.DataFrame) -> float:
    """Return alarms at landmarks whose answer is no, per child-year of such landmarks."""
    every_days = scored["landmark_on"].unique().sort().diff().drop_nulls().dt.total_days().min()
    unaffected = scored.filter(~pl.col("warranted")).height * float(every_days or 0) / DAYS_A_YEAR  # type: ignore[arg-type]
    return alarms.filter(~pl.col("warranted")).height / unaffected if unaffected else 0.0


def _lowest_line(scored: pl.DataFrame, judge: str, allowed: float) -> int:
    """Return the lowest line on `judge` with no more than the allowed false alarms per child-year."""
    lines = scored[judge].unique().sort()
    low, high = 0, len(lines)  # lines[high] is certainly good: past the last, no alarm is raised
    while low < high:
        middle = (low + high) // 2
        alarms = raise_alarms(scored, AlarmPolicy(int(lines[middle])), by=judge)
        if _false_alarms(alarms, scored) <= allowed:
            high = middle
        else:
            low = middle + 1
    return int(lines[low]) if low < len(lines) else int(lines[-1]) + 1
