"""Verification: does a cohort's folder hold what its manifest says, and does it hang together?

One partition at a time, so that a cohort of any size can be checked. The first thing that is wrong is named
by file and column, and the number in the file's name is its partition.
"""

from pathlib import Path
from typing import Final

import polars as pl

from risk.core.arguments import need
from risk.core.errors import InputError, at
from risk.core.interpreter import answer
from risk.records.cohort import Cohort, check_files, file_bytes, parsed, parts
from risk.records.hashing import added, column_hashes
from risk.records.manifest import (
    MANIFEST,
    REFERENCES,
    SCHEMAS,
    ManifestFile,
    PartEntry,
    PartFile,
    Reference,
    are_bytes_of,
    read_manifest,
)

ANSWERS: Final = ("answers", "closes")
PARQUET: Final = b"PAR1"


def verify(folder: Path | str) -> pl.DataFrame:
    """Return one row a table (table, rows, content_hash) of a folder that agrees with its manifest.

    Raises InputError for a missing or foreign file; bytes that are not the ones written; a table that breaks
    its schema; a content hash that differs; a reference to a row that is not there, or is of another
    household; an event that answers or closes a later one; a household that is in two partitions; and a
    manifest that does not add up.

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
    check_files(folder, manifest)
    read, last = parts(folder), -1
    for entry in manifest.partitions:
        for name, file in entry.items():
            _check_bytes(folder, name, file)
        tables = _tables(next(read))
        for name, table in tables.items():
            _check_content(folder, name, entry[name], table)
        for reference in REFERENCES:
            _check_reference(folder, entry, tables, reference)
        last = _check_order(folder, entry, tables["record-households"], last)
    _check_sums(folder, manifest)
    rows = [(r.name.replace("-", "/", 1), r.rows, r.contentHash) for r in manifest.resources]
    return pl.DataFrame(rows, schema=["table", "rows", "content_hash"], orient="row")


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
    differ = [c for c in hashes if hashes[c] != file.columns.get(c)]
    for column in sorted(differ, key=lambda c: c not in key)[:1]:  # a key moves all columns, and is named
        place, kept = at(folder / file.path, column=column), file.columns.get(column, "nothing")
        raise InputError(f"{place}: the content's hash is {hashes[column]}; the manifest says {kept}")


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


def _check_order(folder: Path, entry: PartEntry, households: pl.DataFrame, last: int) -> int:
    """Return the partition's last household. Raises InputError unless its first comes after `last`."""
    ids = households["household_id"].sort().to_list()
    if ids and ids[0] <= last:
        place = at(folder / entry["record-households"].path, column="household_id")
        raise InputError(f"{place}: household {ids[0]} does not come after those of the partition before")
    return ids[-1] if ids else last


def _check_sums(folder: Path, manifest: ManifestFile) -> None:
    for r in manifest.resources:
        rows = sum(file.rows for file in r.parts)
        content = added(digits for file in r.parts for digits in file.columns.values())
        if (rows, content) != (r.rows, r.contentHash):
            raise InputError(
                f"{folder / MANIFEST}: {r.name}: the partitions add up to {rows} rows and the content hash "
                f"{content}; the whole is given as {r.rows} and {r.contentHash}"
            )
