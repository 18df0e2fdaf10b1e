"""Surveillance: what a label made of recorded outcomes hides, and whom it misjudges.

Real data have no other label than what services came to write down. Here both are known: the same card is
fitted to true need and to recorded outcomes, on the same rows, and both are held against both.

Obermeyer and others (2019), Science 366:447-453 (a label that stands for another, and who pays for it).
"""

from typing import Final

import numpy as np
import polars as pl

from risk.core.defaults import RESAMPLES
from risk.evaluation.groups import members
from risk.evaluation.judges import judges_of, scored_by
from risk.evaluation.judging import measured
from risk.model.bootstrap import figure, resampled, share, summed
from risk.model.scorecard import CumulativeScorecard

HIDDEN: Final = {
    "by": pl.String,
    "group": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "child_landmarks": pl.Int64,
}


def followed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose both labels were followed to their ends, whatever they turned out to be.

    After the last landmark whose year was followed, a recorded outcome is known only if it came: keeping
    those rows would make the outcome look as common as one likes.
    """
    year_ended = rows.filter(~pl.col("recorded_outcome"))["landmark_on"].max()
    if year_ended is None:
        return rows.clear()
    return rows.filter(pl.col("landmark_on") <= year_ended, pl.col("warranted").is_not_null())


def two_cards(train: pl.DataFrame, test: pl.DataFrame) -> pl.DataFrame:
    """Return `test` with score_… and p_… of cards fitted to true need and to recorded outcomes, no others.

    Both are fitted to the `followed` rows of `train`: "card" to `warranted`, "recorded_card" to
    `recorded_outcome`. Raises InputError if either label is the same for all.
    """
    learned = followed(train)
    by_outcome = learned.with_columns(warranted="recorded_outcome")
    scored = test.drop([f"{c}_{judge}" for c in ("score", "p") for judge in judges_of(test)], strict=False)
    for judge, rows in (("card", learned), ("recorded_card", by_outcome)):
        scored = scored_by(CumulativeScorecard().fit(rows).card_, scored, judge)
    return scored


def compared(
    train: pl.DataFrame, test: pl.DataFrame, *, resamples: int = RESAMPLES, ceiling_is_exact: bool = True
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return `measured` of both cards on true need, on recorded outcomes, and `hides` over all rows.

    The ceiling is one of true need, and is left out where outcomes are asked for. train, test: from
    `judged_rows.both_sides`. Raises InputError as `two_cards`.
    """
    rows = followed(two_cards(train, test))
    if "p_knowable" in rows.columns:
        rows = rows.with_columns(score_ceiling="p_knowable", p_ceiling="p_knowable")
    of_need = ("score_ceiling", "p_ceiling", "harm_today")
    outcome = rows.drop(of_need, strict=False).with_columns(warranted="recorded_outcome")
    return (
        measured(rows, resamples=resamples, ceiling_is_exact=ceiling_is_exact),
        measured(outcome, resamples=resamples),
        hides(pl.concat([train, test.select(train.columns)]), resamples=resamples),
    )


def hides(rows: pl.DataFrame, *, resamples: int = RESAMPLES, seed: int = 1) -> pl.DataFrame:
    """Return what recorded outcomes hide, and whom they misjudge, one row a group and measure.

    hidden: the share of child-landmarks that warranted an assessment without a recorded outcome in the year
    after. misjudged: the share of those that did not with one. For all (`by` and group null), by visibility
    and by deprivation; with 95 % intervals from resampled households, and on how many child-landmarks.
    """
    known = followed(rows)
    home, weights = resampled(known["household_id"], resamples, seed)
    need, recorded = (known[c].cast(pl.Boolean).to_numpy() for c in ("warranted", "recorded_outcome"))
    table: list[tuple[object, ...]] = []
    for by, name, within in [(None, None, np.ones(known.height, bool)), *members(known)]:
        for measure, of, odd in (("hidden", need, ~recorded), ("misjudged", ~need, recorded)):
            base = within & of
            part, whole = (summed(rows.astype(np.float64), home, weights) for rows in (base & odd, base))
            figures = figure(share(part, whole)).with_interval()
            table.append((by, name, measure, *figures, int(base.sum())))
    return pl.DataFrame(table, schema=HIDDEN, orient="row")
