"""The packed rows: a landmark table whose features take little memory, since most of them are 0.

Two columns stand for all features: `history`, which is what a card reads of them, and `counts`, from which
they come back as they were. A cohort of sixty thousand households then fits into a laptop.
"""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.model.features import FEATURES, HISTORY, history

COUNTS: Final = "counts"
ROWS_AT_A_TIME: Final = 50_000
"""So many are unpacked at once, or whatever packing has saved is lost again."""

PLACE: Final = 16
"""A count is a whole number below 2 to this power; above it stands which feature it is of."""


def packed(at: pl.DataFrame) -> pl.DataFrame:
    """Return a landmark table with `history` and `counts` in place of its features."""
    counts = at.select(FEATURES).to_numpy()
    row, feature = np.nonzero(counts)
    words = (feature.astype(np.uint32) << PLACE) | counts[row, feature].astype(np.uint32)
    of_row = pl.DataFrame({"row": row, COUNTS: words}).group_by("row", maintain_order=True).agg(COUNTS)
    every = pl.DataFrame({"row": np.arange(at.height)})
    lists = every.join(of_row, on="row", how="left", maintain_order="left")[COUNTS].fill_null([])
    return at.drop(FEATURES).with_columns(pl.Series(HISTORY, history(at)), lists)


def count_matrix(at: pl.DataFrame) -> NDArray[np.int16]:
    """Return the features of a landmark table, packed or not, as an array of rows and features."""
    if COUNTS not in at.columns:
        return at.select(FEATURES).to_numpy()
    words = at.select(pl.int_range(pl.len()).alias("row"), COUNTS).explode(COUNTS).drop_nulls()
    counts = np.zeros((at.height, len(FEATURES)), np.int16)
    word = words[COUNTS].to_numpy()
    counts[words["row"].to_numpy(), word >> PLACE] = word & ((1 << PLACE) - 1)
    return counts


def unpacked(at: pl.DataFrame) -> pl.DataFrame:
    """Return a landmark table with its features again."""
    columns = pl.DataFrame(count_matrix(at), schema=dict.fromkeys(FEATURES, pl.Int16), orient="row")
    return at.drop(HISTORY, COUNTS, strict=False).drop(FEATURES, strict=False).hstack(columns)
