"""Verification: does a cohort's folder hold what its manifest says, and does it hang together?

The papers first: they are written again from how the cohort was made, and compared byte by byte. Then one
partition at a time, so that a cohort of any size can be checked. The first thing that is wrong is named by
file and column, and the number in the file's name is its partition.
"""

import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import polars as pl

from risk.core.arguments import need
from risk.core.bounded import read_bytes
from risk.core.errors import InputError, at
from risk.core.interpreter import answer
from risk.core.pool import HERE, Pool
from risk.core.shipped import generator
from risk.records.cohort import Cohort, StoredPart, check_files, file_bytes, parsed
from risk.records.hashing import column_hashes
from risk.records.manifest import (
    MANIFEST,
    REFERENCES,
    SCHEMAS,
    ManifestFile,
    PartEntry,
    PartFile,
    Reference,
    are_bytes_of,
    papers,
    read_manifest,
)
from risk.records.partitions import each_stored

ANSWERS: Final = ("answers", "closes")
MOST_MORE_BYTES: Final = 1_000_000  # read of a paper, beyond what it should hold
PARQUET: Final = b"PAR1"


def verify(folder: Path | str, *, pool: Pool = HERE) -> pl.DataFrame:
    """Return one row a table (table, rows, content_hash) of a folder that agrees with its manifest.

    Raises InputError for a missing or foreign file; a paper that is not what follows from how the cohort was
    made; bytes that are not the ones written; a table that breaks its schema; a content hash that differs; a
    reference to a row that is not there, or is of another household; an event that answers or closes a later
    one; a household that is in two partitions; and days that are not those of the tables.

    That the tables follow from the scenario and the seed is not asked here: `world.remake` makes some again.

    >>> from tempfile import TemporaryDirectory
    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> with TemporaryDirectory() as folder:
    ...     cohort.write(f"{folder}/cohort")
    ...     risk.verify(f"{folder}/cohort")["table"].len()
    12
    """
    need(
        "folder",
        folder,
        (str, Path),
        "write a cohort first, then verify its folder",
    )
    folder = Path(folder)
    manifest = read_manifest(folder)
    check_files(folder, manifest, alone=True)
    _check_papers(folder, manifest)
    last = -1
    for part, ends in zip(manifest.partitions, each_stored(_check_part, folder, pool), strict=True):
        last = _check_order(folder, part, ends, last)
    rows = [(r.name.replace("-", "/", 1), r.rows, r.contentHash) for r in manifest.resources]
    return pl.DataFrame(rows, schema=["table", "rows", "content_hash"], orient="row")


def _check_part(part: StoredPart) -> tuple[int, int] | None:
    """Return the first and the last household of a partition. Raises InputError for what is wrong in it."""
    for name, file in part.entry.items():
        _check_bytes(part.folder, name, file)
    tables = _tables(part.read())
    for name, table in tables.items():
        _check_content(part.folder, name, part.entry[name], table)
    for reference in REFERENCES:
        _check_reference(part.folder, part.entry, tables, reference)
    ids = tables["record-households"]["household_id"].sort()
    return (ids[0], ids[-1]) if len(ids) else None


def difference(folder: str, name: str, path: str) -> str:
    """Return what tells a file from the one that was written: where, and what.

    It is asked in a process of its own, since Polars may end the process on damaged Parquet.
    """
    entries = read_manifest(Path(folder)).partitions
    file = next(entry[name] for entry in entries if entry[name].path == path)
    place = Path(folder) / path
    try:
        table = parsed(place, file_bytes(Path(folder), file), file, SCHEMAS[name])
        _check_content(Path(folder), name, file, table)
    except InputError as problem:
        return str(problem)
    return f"{place}: not the bytes that were written, though the content is the same"


def _check_papers(folder: Path, manifest: ManifestFile) -> None:
    """Raise InputError for a paper that is not, byte for byte, what follows from how the cohort was made."""
    by, ours = _short(manifest.synthetic.generator), generator()
    if by != ours:
        raise InputError(f"{folder / MANIFEST}: made by {by}, and this is {ours}; check it with that one")
    for name, due in reversed(papers(manifest.made, manifest.partitions).items()):
        most, written = len(due) + MOST_MORE_BYTES, f"it was written with {len(due):,} bytes"
        there = read_bytes(folder / name, most, written)
        if there != due:
            told = _first_change(there, due) if name == MANIFEST else _first_line(there, due)
            raise InputError(f"{folder / name}: {told}")


def _first_change(there: bytes, due: bytes) -> str:
    try:
        stands, follows = (dict(_leaves(json.loads(text))) for text in (there, due))
    except ValueError:  # a whole number of thousands of digits, in a place that nobody reads
        return "not the JSON that was written"
    for name in follows | stands:
        if stands.get(name) != follows.get(name):
            was, rest = (_short(leaves.get(name, "nothing")) for leaves in (stands, follows))
            return f"{_short(name)} is {was}; from the rest of it follows {rest}"
    return "the same values, and not the bytes that were written"


def _first_line(there: bytes, due: bytes) -> str:
    stand, follow = (text.decode(errors="replace").split("\n") for text in (there, due))
    for number, (line, wanted) in enumerate(zip_longest(stand, follow, fillvalue="nothing"), start=1):
        if line != wanted:
            return f"row {number} is {_short(repr(line))}; it was written as {_short(repr(wanted))}"
    return "not the bytes that were written"


def _leaves(value: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """Give the dotted name and the text of all that a document holds; an item with a name goes by it."""
    if not value or not isinstance(value, dict | list):
        yield above, repr(value)
        return
    named = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in named:
        name = inner.get("name", step) if isinstance(value, list) and isinstance(inner, dict) else step
        yield from _leaves(inner, f"{above}.{name}".removeprefix("."))


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _check_bytes(folder: Path, name: str, file: PartFile) -> None:
    data = file_bytes(folder, file)
    if are_bytes_of(file, data):
        return
    if data[:4] == data[-4:] == PARQUET:
        said = answer(__name__, "difference", str(folder), name, file.path)
        if said is not None and said.startswith(str(folder / file.path)):
            raise InputError(said)
    sizes = f"{len(data):,} bytes; the manifest says {file.bytes:,}"
    raise InputError(f"{folder / file.path}: cannot be read as Parquet ({sizes})")


def _check_content(folder: Path, name: str, file: PartFile, table: pl.DataFrame) -> None:
    """Raise InputError naming the first column of a table whose content hash is not the manifest's."""
    key = SCHEMAS[name].primary_key()
    hashes = column_hashes(table, key)
    differ = [c for c in hashes | file.columns if hashes.get(c) != file.columns.get(c)]
    for column in sorted(differ, key=lambda c: c not in key)[:1]:  # a key moves all columns, and is named
        place, kept = at(folder / file.path, column=column), file.columns.get(column, "nothing")
        there = hashes.get(column, "not there")
        raise InputError(f"{place}: the content's hash is {there}; the manifest says {kept}")


def _tables(part: Cohort) -> dict[str, pl.DataFrame]:
    holders = {"record": part.record, "truth": part.truth}
    return {name: getattr(holders[name.split("-")[0]], name.split("-")[1]) for name in SCHEMAS}


def _check_reference(
    folder: Path, entry: PartEntry, tables: dict[str, pl.DataFrame], reference: Reference
) -> None:
    table, column, to_table, to_column = reference
    rows, target = tables[table].drop_nulls(column), tables[to_table]

    def refuse(wrong: pl.DataFrame, fault: str) -> None:
        if wrong.height:
            place = at(folder / entry[table].path, column=column)
            raise InputError(f"{place}: {wrong.height} rows {fault}, first {wrong[column][0]}")

    refuse(rows.join(target, left_on=column, right_on=to_column, how="anti"), "point nowhere")
    of_target = [c for c in ("household_id", "recorded_on") if c in target.columns and c != to_column]
    theirs = target.select(pl.col(to_column).alias(column), pl.col(of_target).name.prefix("its_"))
    pairs = rows.join(theirs, on=column, how="inner", maintain_order="left")
    if {"household_id", "its_household_id"} <= set(pairs.columns):
        refuse(
            pairs.filter(pl.col("household_id") != pl.col("its_household_id")), "point to another household's"
        )
    if column in ANSWERS:
        refuse(pairs.filter(pl.col("recorded_on") < pl.col("its_recorded_on")), "point to a later event")


def _check_order(folder: Path, entry: PartEntry, ends: tuple[int, int] | None, last: int) -> int:
    """Return the partition's last household. Raises InputError unless its first comes after `last`."""
    if ends is None:
        return last
    if ends[0] <= last:
        place = at(folder / entry["record-households"].path, column="household_id")
        raise InputError(f"{place}: household {ends[0]} does not come after those of the partition before")
    return ends[1]
