import hashlib
from datetime import date

import polars as pl
import pytest

from risk.records.hashing import added, column_hashes, content_hash

ROWS = pl.DataFrame(
    {"k": [1, 2, 3], "n": [0, None, -5], "word": ["a", None, ""], "on": [date(1970, 1, 2), None, None]}
).with_columns(
    said=pl.Series([True, False, None]), kind=pl.Series(["y", None, "x"], dtype=pl.Enum(["x", "y"]))
)


def cell(key: int, column: str, value: int) -> int:
    """The 128 bits of one cell, step by step as SplitMix64's finaliser is published."""
    digits = 0
    for lane in range(2):
        mixed = 0
        for name, word in (("k", key), (column, value)):
            token = hashlib.blake2b(name.encode(), digest_size=16).digest()[8 * lane : 8 * lane + 8]
            mixed ^= (word + int.from_bytes(token, "little")) % 2**64
            mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 % 2**64
            mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
            mixed ^= mixed >> 31
        digits = digits << 64 | mixed
    return digits


def total(*cells: int) -> str:
    high, low = (sum(c >> shift & 2**64 - 1 for c in cells) % 2**64 for shift in (64, 0))
    return f"{high:016x}{low:016x}"


def test_a_columns_hash_is_the_sum_of_its_cells_worked_out_one_by_one():
    word = int.from_bytes(hashlib.blake2b(b"a", digest_size=8).digest(), "little")
    empty = int.from_bytes(hashlib.blake2b(b"", digest_size=8).digest(), "little")
    assert column_hashes(ROWS, ["k"]) == {
        "k": total(cell(1, "k", 1), cell(2, "k", 2), cell(3, "k", 3)),
        "n": total(cell(1, "n", 0), cell(3, "n", -5)),
        "word": total(cell(1, "word", word), cell(3, "word", empty)),
        "on": total(cell(1, "on", 1)),
        "said": total(cell(1, "said", 1), cell(2, "said", 0)),
        "kind": total(cell(1, "kind", 1), cell(3, "kind", 0)),
    }


def test_the_hash_is_the_same_today_as_when_cohorts_were_written():
    assert content_hash(ROWS, ["k"]) == "2ebf305c2b64d521398d61f575be2d9b"


def test_no_rows_and_no_order_of_rows_count():
    assert content_hash(ROWS, ["k"]) == content_hash(ROWS.reverse(), ["k"])
    assert content_hash(ROWS, ["k"]) == content_hash(ROWS.select(sorted(ROWS.columns)), ["k"])
    assert content_hash(ROWS.clear(), ["k"]) == "0" * 32


@pytest.mark.parametrize("size", [1, 1000, 16_384, 16_385, 50_000])
def test_partitions_of_any_size_add_up_to_the_whole(size):
    rows = (
        pl.DataFrame({"k": range(40_000)})
        .with_columns(v=pl.col("k") % 7)
        .with_columns(v=pl.when(pl.col("v") > 0).then("v"))
    )
    rows = rows.head(200) if size == 1 else rows
    parts = [column_hashes(part, ["k"]) for part in rows.iter_slices(size)]
    assert added(h for part in parts for h in part.values()) == content_hash(rows, ["k"])
    assert added(part["v"] for part in parts) == column_hashes(rows, ["k"])["v"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("n", [None, None, -5]),  # null is not 0
        ("n", [0, None, -6]),
        ("n", [-5, None, 0]),  # the same values in other rows
        ("word", ["a", "", ""]),  # null is not the empty word
        ("word", ["b", None, ""]),
        ("said", [True, None, None]),  # null is not False
    ],
)
def test_a_changed_value_changes_its_own_column_and_no_other(column, values):
    changed = ROWS.with_columns(pl.Series(column, values, dtype=ROWS.schema[column]))
    before, after = column_hashes(ROWS, ["k"]), column_hashes(changed, ["k"])
    assert {c for c in before if before[c] != after[c]} == {column}


def test_a_changed_key_moves_every_column_and_a_lost_row_too():
    for changed in (ROWS.with_columns(k=pl.Series([4, 2, 3])), ROWS.tail(2)):
        before, after = column_hashes(ROWS, ["k"]), column_hashes(changed, ["k"])
        assert all(before[c] != after[c] for c in before)


def test_rows_of_a_key_of_two_columns_are_told_apart_by_both():
    rows = pl.DataFrame({"a": [1, 2], "b": [2, 1], "v": [5, 6]})
    swapped = rows.with_columns(v=pl.Series([6, 5]))
    assert column_hashes(rows, ["a", "b"])["v"] != column_hashes(swapped, ["a", "b"])["v"]


def test_names_are_decoration_and_not_in_the_hash():
    rows = pl.DataFrame({"child_id": [1], "given_name": ["Ada0001"]})
    assert set(column_hashes(rows, ["child_id"])) == {"child_id"}


def test_what_would_be_rounded_is_refused():
    with pytest.raises(TypeError, match="column v: no content hash for Float64"):
        column_hashes(pl.DataFrame({"k": [1], "v": [0.5]}), ["k"])
