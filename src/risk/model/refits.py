"""The stability: the points that a card would have had, had other households been there to learn from.

Households are drawn again and the points fitted anew, each time with a strongest line of its own. What is
narrow was learned; what is wide was luck.
"""

from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from risk.core.arrays import Bools, Floats, Ints
from risk.core.errors import InputError
from risk.model.bootstrap import LOW_AND_HIGH, resampled
from risk.model.card import Card
from risk.model.features import BAND_LABELS, LINES
from risk.model.regression import Histories, whole_points
from risk.model.scorecard import sides

RESAMPLES: Final = 100


def stability(card: Card, train: pl.DataFrame, *, resamples: int = RESAMPLES, seed: int = 1) -> pl.DataFrame:
    """Return the points of a card with their 95 % interval, one row a line that carries points and an age.

    line, age, points, low and high, in the order of `Card.table`. An end of an interval is a
    point of some resample, so it is whole. It holds what other households would have taught, and not what
    another simulated world would.

    card: fitted to `train`, a landmark table with features and `warranted`. Raises InputError if it was
    fitted to other rows, as the interval would be that of another card.
    """
    for_points, _ = sides(train)
    histories = Histories.of(for_points)
    home, weights = resampled(for_points["household_id"], resamples, seed)
    answers = for_points["warranted"].to_numpy()
    n, yes = (_by_household(histories, home, rows) for rows in (np.ones(len(home), bool), answers))
    # On a machine that is shared, threads wait for one another.
    with threadpool_limits(1):
        each = [_points(histories, n @ w, yes @ w, card.max_points) for w in weights.T]
    own, *again = each
    if own is None or not np.array_equal(own, card.points):
        raise InputError("the card was fitted to other rows than these: give the rows it was fitted to")
    low, high = np.percentile(
        [points for points in again if points is not None], LOW_AND_HIGH, axis=0, method="nearest"
    )
    return _as_table(card, low, high)


def _by_household(histories: Histories, home: Ints, rows: Bools) -> csr_array[np.float64]:
    """Return (histories, households) counts of some rows."""
    shape = (histories.columns.shape[0], int(home.max()) + 1)
    return csr_array((np.ones(rows.sum()), (histories.of_row[rows], home[rows])), shape=shape)


def _points(histories: Histories, n: Floats, yes: Floats, most: int) -> Ints | None:
    """Return the points for counts of histories; null where nobody, or everybody, warranted an assessment."""
    if not 0 < yes.sum() < n.sum():
        return None
    return whole_points(histories.falling_with_age(n, yes), most)


def _as_table(card: Card, low: Floats, high: Floats) -> pl.DataFrame:
    place = {line.label: i for i, line in enumerate(LINES)}
    return pl.DataFrame(
        [
            (line, age, int(card.points[i, b]), int(low[i, b]), int(high[i, b]))
            for line in card.table()["line"]
            for i in [place[line]]
            for b, age in enumerate(BAND_LABELS)
        ],
        schema={"line": pl.String, "age": pl.String, "points": pl.Int64, "low": pl.Int64, "high": pl.Int64},
        orient="row",
    )
