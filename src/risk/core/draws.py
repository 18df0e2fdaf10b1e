"""Draws: random numbers that have an address instead of an order.

A draw is u(seed, stream, household, week, slot). A stream is one named decision. Because nothing is
drawn "next", a cohort has the same content for any partition, worker count or order of work; the first
N households are the same when N grows; and two policies run on the same families share all their luck.

Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3, SC'11 (Philox, and its test vectors).
"""

from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.core.arrays import Floats

MULTIPLIERS: Final = np.array([0xD2511F53, 0xCD9E8D57], np.uint64)
LOW: Final = np.uint64(0xFFFFFFFF)
HALF: Final = np.uint64(32)


class Stream(IntEnum):
    """The named decisions. Numbers are frozen: append, never renumber, never reuse."""

    FAMILY = 1
    HARM = 2
    INCIDENT = 3
    INCIDENT_DETAIL = 4
    NOTICING = 5
    PRACTICE = 6
    SPLIT = 7
    CALIBRATION = 8
    HARM_DETAIL = 9
    FACTORS = 10
    ADULTS = 11
    PRESSURE = 12
    PLACING = 13
    SAMPLE = 14
    VISITING = 15
    CARE = 16
    PLACEMENT = 17
    STRENGTHS = 18
    SCREENING = 19
    OPENING = 20


def by_household(seed: int, stream: Stream, week: int, first: int, count: int, slots: int) -> Floats:
    """Return a (count, slots) array of uniforms in [0, 1) for households first, first + 1, ... in one week.

    Dense: drawn for every household and masked afterwards, at the speed of C. A household's row stays
    the same whatever block it is drawn in.

    slots: how many draws a household has in this stream, a multiple of 4. Frozen with the stream, since
    another width moves every row: leave spare ones.
    """
    if slots % 4:
        raise ValueError(f"{slots} slots asked of stream {stream.name}; a row is a multiple of 4 wide")
    bits = np.random.Philox(key=(seed << 64) | (int(stream) << 32) | week)
    if first:
        bits = bits.advance(first * (slots // 4))  # one step of the counter is four numbers
    return np.random.Generator(bits).random((count, slots))


def by_row(
    seed: int, stream: Stream, household: ArrayLike, week: ArrayLike, item: ArrayLike, slots: int
) -> Floats:
    """Return a (slots, rows) array of uniforms in (0, 1), one column for each (household, week, item).

    Sparse: for rows that are rare. Address by the latent incident and the agency, never by the number
    of the recorded row, or one more record under another policy would shift all later luck.
    """
    block = ((int(stream) << 16) | np.arange(-(-slots // 4)))[:, None]
    words = philox4x32((household, week, item, block), (seed & 0xFFFFFFFF, seed >> 32))
    # (four words, blocks, rows): a column's slots are the four words of its first block, then of the next.
    by_slot = words.transpose(1, 0, 2).reshape(4 * len(block), -1)[:slots].astype(np.float64)
    by_slot += 0.5
    by_slot *= 2.0**-32
    return by_slot


def philox4x32(
    counter: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike], key: tuple[int, int]
) -> NDArray[np.uint64]:
    """Return the four 32-bit words of Philox4x32-10, stacked along a new first axis.

    counter: four words below 2**32, numbers or arrays that broadcast. key: two words below 2**32.
    """
    c0, c1, c2, c3 = (np.atleast_1d(np.asarray(word)) for word in counter)
    shape = np.broadcast(c0, c1, c2, c3).shape
    # The two halves of the counter go through each round side by side, since calls cost more than rows.
    even, odd = np.empty((2, *shape), np.uint64), np.empty((2, *shape), np.uint64)
    even[0], odd[0], even[1], odd[1] = c0, c1, c2, c3
    to_pair = (2, *(1 for _ in shape))
    multipliers = MULTIPLIERS.reshape(to_pair)
    for bump in _key_schedule(key):
        even *= multipliers
        odd ^= bump.reshape(to_pair)
        odd ^= (even >> HALF)[::-1]
        even &= LOW
        even, odd = odd, even[::-1]
    return np.stack([even[0], odd[0], even[1], odd[1]])


@cache
def _key_schedule(key: tuple[int, int]) -> NDArray[np.uint64]:
    """Return what each of the ten rounds adds to the key's two words, one row a round."""
    steps = np.arange(10, dtype=np.uint64)[:, None]
    return (np.array(key, np.uint64) + steps * np.array([0x9E3779B9, 0xBB67AE85], np.uint64)) & LOW


def choose(u: Floats, shares: ArrayLike) -> NDArray[np.int8]:
    """Return which share each uniform falls into, 0 for the first.

    shares: one row for all, or one row for each uniform; the last share takes what is left to 1, so that
    rounding can never choose past the end.
    """
    edges = np.cumsum(np.asarray(shares, np.float64), axis=-1)[..., :-1]
    chosen: NDArray[np.int8] = (u[..., None] >= edges).sum(axis=-1).astype(np.int8)
    return chosen


# The same draws one address at a time, as plain functions that `world.compiled` turns into machine code.

_WORD: Final = np.uint64
_M4X64: Final = (_WORD(0xD2E7470EE14C6C93), _WORD(0xCA5A826395121157))
_W4X64: Final = (_WORD(0x9E3779B97F4A7C15), _WORD(0xBB67AE8584CAA73B))
_M4X32: Final = (_WORD(0xD2511F53), _WORD(0xCD9E8D57))
_W4X32: Final = (_WORD(0x9E3779B9), _WORD(0xBB67AE85))
_SIXTEEN: Final = _WORD(16)
_ONE: Final = _WORD(1)
_SPARE_BITS: Final = _WORD(11)


def upper_half(a: np.uint64, b: np.uint64) -> np.uint64:
    """Return the upper 64 of the 128 bits of a product; a machine has an instruction for it."""
    return np.uint64(int(a) * int(b) >> 64)


def draw_four(seed: np.uint64, stream: int, week: int, household: int, out: Floats) -> None:
    """Put into `out` what `by_household` gives one household in a row of four slots: Philox4x64-10."""
    k0, k1 = (_WORD(stream) << HALF) | _WORD(week), seed
    c0, c1, c2, c3 = _WORD(household) + _ONE, _WORD(0), _WORD(0), _WORD(0)
    for _ in range(10):
        high0, low0 = upper_half(_M4X64[0], c0), _M4X64[0] * c0
        high1, low1 = upper_half(_M4X64[1], c2), _M4X64[1] * c2
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + _W4X64[0], k1 + _W4X64[1]
    out[0], out[1] = (c0 >> _SPARE_BITS) * 2.0**-53, (c1 >> _SPARE_BITS) * 2.0**-53
    out[2], out[3] = (c2 >> _SPARE_BITS) * 2.0**-53, (c3 >> _SPARE_BITS) * 2.0**-53


def draw_row(
    seed: np.uint64, stream: int, household: int, week: int, item: int, slots: int, out: Floats
) -> None:
    """Put into `out` what `by_row` gives one row, and up to three numbers more: Philox4x32-10."""
    for block in range((slots + 3) // 4):
        k0, k1 = seed & LOW, seed >> HALF
        c0, c1, c2 = _WORD(household), _WORD(week), _WORD(item)
        c3 = (_WORD(stream) << _SIXTEEN) | _WORD(block)
        for _ in range(10):
            p0, p1 = _M4X32[0] * c0, _M4X32[1] * c2
            c0, c1, c2, c3 = (p1 >> HALF) ^ c1 ^ k0, p1 & LOW, (p0 >> HALF) ^ c3 ^ k1, p0 & LOW
            k0, k1 = (k0 + _W4X32[0]) & LOW, (k1 + _W4X32[1]) & LOW
        at = 4 * block
        out[at], out[at + 1] = (c0 + 0.5) * 2.0**-32, (c1 + 0.5) * 2.0**-32
        out[at + 2], out[at + 3] = (c2 + 0.5) * 2.0**-32, (c3 + 0.5) * 2.0**-32
