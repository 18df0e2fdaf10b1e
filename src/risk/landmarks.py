"""Landmarks: the days on which we ask about each child, and what the answer turned out to be.

The landmark table (child_id, household_id, landmark_on) is the spine: features, scores and labels are
columns added to it, in the same order. A landmark sees what was recorded before it, never on it.

van Houwelingen (2007), Scandinavian Journal of Statistics 34:70-85.
"""

from datetime import timedelta

import numpy as np
import polars as pl

from risk.cohort import Record, Truth
from risk.draws import Stream, by_row
from risk.kinds import LEAVES_HOME
from risk.mistakes import InputError
from risk.schema import WARRANTS, moment


def landmarks(record: Record, *, every_weeks: int = 4, burn_in_weeks: int = 26) -> pl.DataFrame:
    """Return child_id, household_id, landmark_on: every child at risk, every few weeks, in that order.

    A child is at risk from birth to the eighteenth birthday while, by what was recorded before that
    day, living at home.

    burn_in_weeks: from the start of the record, before there is a history to see.
    """
    days = pl.DataFrame(
        {
            "landmark_on": pl.date_range(
                record.from_on + timedelta(weeks=burn_in_weeks),
                record.to_on,
                interval=f"{every_weeks}w",
                closed="left",
                eager=True,
            )
        }
    )
    everyone = (
        record.children.select("child_id", "household_id", "born_on")
        .sort("child_id")
        .join(days, how="cross", maintain_order="left_right")
        .filter(
            is_child(pl.col("landmark_on")),
        )
        .select("child_id", "household_id", "landmark_on")
    )
    return everyone.filter(~_away(everyone, record))


def is_child(on: pl.Expr) -> pl.Expr:
    """Return whether a child is born and under 18 on a day; a child whose birth is not stated is."""
    born = pl.col("born_on")
    return born.is_null() | ((born <= on) & (on < born.dt.offset_by("18y")))


def _away(at: pl.DataFrame, record: Record) -> pl.Series:
    """Return whether the last move recorded before each landmark took the child from home."""
    moves = (
        record.events_by_child()
        .filter(pl.col("kind").is_in([*LEAVES_HOME, "return_home"]), pl.col("relation") != "sibling")
        .select(
            "event_id",
            mover="child_id",
            moment=moment(pl.col("child_id"), pl.col("recorded_on")),
            away=pl.col("kind") != "return_home",
        )
        .sort("moment", "event_id")
    )
    found = at.with_columns(moment=moment(pl.col("child_id"), pl.col("landmark_on"))).join_asof(
        moves, on="moment", allow_exact_matches=False, check_sortedness=False
    )
    return found.select(
        pl.when(pl.col("mover") == pl.col("child_id")).then("away").otherwise(False)
    ).to_series()


def labels(at: pl.DataFrame, truth: Truth, *, horizon_weeks: int = 12) -> pl.DataFrame:
    """Return `at` with `warranted`: is care in the child's home serious or severe that day, or soon after?

    The horizon is half open: care that turns serious on the landmark day counts, care that does so
    `horizon_weeks` later does not. What follows is asked of the home as it is on the landmark day, also if
    the child leaves it meanwhile: a removal does not turn a home into one that warranted no assessment. Null
    for every landmark that was not followed for the whole horizon, or only the answer yes would be left.
    """
    horizon = timedelta(weeks=horizon_weeks)
    spells = (
        truth.spells.filter(pl.col("care_state").is_in(WARRANTS))
        .select(
            home="household_id",
            moment=moment(pl.col("household_id"), pl.col("from_on")),
            to_on="to_on",
        )
        .sort("moment")
    )
    # The last spell to begin before the horizon ends; spells do not overlap, so it also ends last. Any
    # order of `at` will do: each row is looked up alone.
    ends = at.select(moment(pl.col("household_id"), pl.col("landmark_on") + horizon)).to_series()
    place = np.searchsorted(spells["moment"].to_numpy(), ends.to_numpy(), side="left") - 1
    last = pl.Series(place, dtype=pl.Int64).replace(-1, None)
    found = at.with_columns(home=spells["home"].gather(last), to_on=spells["to_on"].gather(last))
    serious = (pl.col("home") == pl.col("household_id")) & (pl.col("to_on") > pl.col("landmark_on"))
    followed = pl.col("landmark_on") + horizon <= truth.to_on
    return at.with_columns(
        found.select(warranted=pl.when(followed).then(serious.fill_null(False))).to_series()
    )


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
    """
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
