"""The splits: which rows a model may learn from, and on which it is judged.

Households are never on both sides, in time either: what became of a family in the past would tell a model
what no record told. In time, a row is learned from once its label has closed: the horizon is left as a gap,
or the label would look past the cut.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import polars as pl

from risk.core.draws import Stream, by_row
from risk.core.errors import InputError

HORIZON_WEEKS: Final = 12
TESTED_SHARE: Final = 1 / 3
FIRST_WEEKS: Final = 52
QUARTER_WEEKS: Final = 13


def closed_before(at: pl.DataFrame, cut_on: date, *, horizon_weeks: int = HORIZON_WEEKS) -> pl.DataFrame:
    """Return the rows whose label had closed by a day: landmark plus horizon is not after it."""
    return at.filter(pl.col("landmark_on") + timedelta(weeks=horizon_weeks) <= cut_on)


def temporal(
    train: pl.DataFrame, test: pl.DataFrame, *, horizon_weeks: int = HORIZON_WEEKS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `train` closed before a cut, and `test` from that day on: the last third of the landmark days.

    train, test: rows of different households. Raises InputError if one side would be empty.
    """
    days = _days(train, test)
    cut_on = days[min(int(len(days) * (1 - TESTED_SHARE)), len(days) - 1)]
    sides = (
        closed_before(train, cut_on, horizon_weeks=horizon_weeks),
        test.filter(pl.col("landmark_on") >= cut_on),
    )
    if any(side.is_empty() for side in sides):
        raise InputError(
            f"a cut at {cut_on} with a gap of {horizon_weeks} weeks leaves no rows on one side; "
            "generate more years"
        )
    return sides


def quarters(
    train: pl.DataFrame, test: pl.DataFrame, *, horizon_weeks: int = HORIZON_WEEKS
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Give, quarter by quarter, all of `train` closed before it, and `test` in it.

    The first quarter begins when a year of landmarks has closed. Raises InputError if none ever does.
    """
    days = _days(train, test)
    cut_on = days[0] + timedelta(weeks=FIRST_WEEKS + horizon_weeks)
    if cut_on > days[-1]:
        raise InputError(
            f"landmarks from {days[0]} to {days[-1]}: no quarter comes after the {FIRST_WEEKS} weeks of "
            f"closed labels to begin with, and a gap of {horizon_weeks}; generate more years"
        )
    while cut_on <= days[-1]:
        until = cut_on + timedelta(weeks=QUARTER_WEEKS)
        quarter = test.filter(pl.col("landmark_on") >= cut_on, pl.col("landmark_on") < until)
        if quarter.height:
            yield closed_before(train, cut_on, horizon_weeks=horizon_weeks), quarter
        cut_on = until


def _days(train: pl.DataFrame, test: pl.DataFrame) -> list[date]:
    return pl.concat([train["landmark_on"], test["landmark_on"]]).unique().sort().to_list()


def split(
    at: pl.DataFrame,
    *,
    by: str = "household_id",
    test_share: float = 0.3,
    seed: int = 1,
    stream: Stream = Stream.SPLIT,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of `at` for training and for testing; no household is on both sides.

    A household's side depends on its id and the seed alone, so it keeps it in a larger cohort. A split of
    one side takes another stream, or it would ask the same draws again. Raises InputError if one side would
    be empty.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> train, test = risk.split(risk.landmarks(cohort.record), test_share=0.4)
    >>> set(train["household_id"]) & set(test["household_id"])
    set()
    """
    if not 0 < test_share < 1:
        raise InputError(f"test_share = {test_share}; a share above 0 and below 1 is needed")
    tested = in_test(at, by=by, test_share=test_share, seed=seed, stream=stream)
    train, test = at.filter(~tested), at.filter(tested)
    if train.is_empty() or test.is_empty():
        raise InputError(
            f"{at[by].n_unique()} households cannot be split with a test share of {test_share}: "
            "one side is empty; generate more households"
        )
    return train, test


def in_test(
    at: pl.DataFrame,
    *,
    by: str = "household_id",
    test_share: float = 0.3,
    seed: int = 1,
    stream: Stream = Stream.SPLIT,
) -> pl.Series:
    """Return whether `split` puts each row of `at` on the side for testing; one side may be empty."""
    # NumPy's 32-bit words are enough here: a household is one address, and its side one bit.
    draw = by_row(seed, stream, at[by].to_numpy() & 0xFFFFFFFF, 0, 0, 1)[0]
    return pl.Series(draw < test_share, dtype=pl.Boolean)
