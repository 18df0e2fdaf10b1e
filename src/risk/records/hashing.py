"""The content: what a table holds, as one number that can be added up over its partitions.

A table is a set of cells, each a key, a column's name and a value. Every cell that is not null becomes 128
bits, and the content hash is their sum: the same for any order of rows, any partition and any file format,
and another one as soon as a value differs. The sum of one column's cells says which column that was.

It proves identity, not honesty: it is made to be fast and added up, not to withstand somebody who forges a
table. The bytes of each file are covered by SHA-256 (`manifest.PartFile`).

Steele, Lea and Flood (2014), OOPSLA: the finaliser of SplitMix64, once in each of two lanes of 64 bits.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

UNHASHED: Final = frozenset({"given_name", "name"})
"""Names are decoration from Faker's lists, which change between its releases: hashes leave them out."""

Words = NDArray[np.uint64]

LANES: Final = 2
CELLS_AT_A_TIME: Final = 1 << 15  # so that the arrays at work stay in a core's cache
STEPS: Final = tuple(
    (np.uint64(shift), np.uint64(multiplier))
    for shift, multiplier in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
)
LAST_SHIFT: Final = np.uint64(31)


def column_hashes(table: pl.DataFrame, key: list[str]) -> dict[str, str]:
    """Return the sum over the cells of each column but the names, as 32 hexadecimal digits.

    An Enum counts by its place in the vocabulary, a date by its day, a string by its UTF-8 bytes. A null
    adds nothing, so that it differs from 0, from False and from the empty string.

    key: the columns that tell rows apart; no two rows may agree in all of them, and none may be null.
    Raises TypeError for a column that is neither of these nor whole numbers or Booleans.
    """
    rows = np.zeros((LANES, table.height), np.uint64)
    for column in key:
        words = _words(table[column])
        for some in _stretches(table.height):
            _mix(rows[:, some], words[some], column)
    return {c: _sum(rows, table[c]) for c in sorted(set(table.columns) - UNHASHED)}


def added(hashes: Iterable[str]) -> str:
    """Return the content hash of all that these hashes cover: of columns, of partitions, or of both."""
    lanes = [0] * LANES
    for digits in hashes:
        for lane in range(LANES):
            lanes[lane] += int(digits[16 * lane : 16 * lane + 16], 16)
    return _digits(lanes)


def content_hash(table: pl.DataFrame, key: list[str]) -> str:
    """Return the content hash of a whole table; `key` as in `column_hashes`."""
    return added(column_hashes(table, key).values())


def _sum(rows: Words, values: pl.Series) -> str:
    there = values.is_not_null().arg_true().to_numpy() if values.null_count() else None
    words = _words(values.drop_nulls())
    totals = [0] * LANES
    for some in _stretches(len(words)):
        cells = rows[:, some].copy() if there is None else rows.take(there[some], axis=1)
        _mix(cells, words[some], values.name)
        totals = [total + int(lane.sum()) for total, lane in zip(totals, cells, strict=True)]
    return _digits(totals)


def _stretches(length: int) -> list[slice]:
    return [slice(start, start + CELLS_AT_A_TIME) for start in range(0, length, CELLS_AT_A_TIME)]


def _words(values: pl.Series) -> Words:
    """Return values without nulls as 64-bit words."""
    if values.dtype == pl.String:
        unique = values.unique()
        digests = pl.Series([_digest(text, 8)[0] for text in unique], dtype=pl.UInt64)
        return values.replace_strict(unique, digests, return_dtype=pl.UInt64).to_numpy()
    if values.dtype in (pl.Date, pl.Boolean, pl.Enum) or values.dtype.is_integer():
        return values.to_physical().cast(pl.Int64).to_numpy().view(np.uint64)
    raise TypeError(f"column {values.name}: no content hash for {values.dtype}")


def _mix(lanes: Words, words: Words, column: str) -> None:
    """Join the words of a column to each lane, in place, every bit of both moved by every other."""
    for lane, token in zip(lanes, _digest(column, 8 * LANES), strict=True):
        shifted = words + np.uint64(token)
        np.bitwise_xor(lane, shifted, out=lane)
        for shift, multiplier in STEPS:
            np.right_shift(lane, shift, out=shifted)
            np.bitwise_xor(lane, shifted, out=lane)
            np.multiply(lane, multiplier, out=lane)
        np.right_shift(lane, LAST_SHIFT, out=shifted)
        np.bitwise_xor(lane, shifted, out=lane)


def _digest(text: str, size: int) -> list[int]:
    digest = hashlib.blake2b(text.encode(), digest_size=size).digest()
    return [int.from_bytes(digest[i : i + 8], "little") for i in range(0, size, 8)]


def _digits(lanes: Iterable[int]) -> str:
    return "".join(f"{lane % 2**64:016x}" for lane in lanes)
