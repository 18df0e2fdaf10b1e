"""The cohort: what professionals wrote (`Record`), what happened (`Truth`), and the folder that holds both.

A folder holds a cohort in partitions, each a stretch of whole households, so that it can be read one
partition at a time. What is read is checked against the manifest: a folder whose files are not the ones that
were written is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Self

import dataframely as dy
import polars as pl

from risk.core.bounded import read_bytes
from risk.core.errors import InputError
from risk.records.dictionary import columns_of, file_metadata
from risk.records.draft import COHORT, whole_or_absent, write_whole
from risk.records.hashing import column_hashes, content_hash
from risk.records.manifest import (
    DATASHEET,
    MANIFEST,
    WARNING,
    Made,
    ManifestFile,
    PartEntry,
    PartFile,
    are_bytes_of,
    keep_entry,
    meaning,
    part_name,
    read_manifest,
    seal,
)
from risk.records.schema import RECORD, TRUTH, Schemas, checked, typed

RELATIONS: Final = ["own", "household", "sibling"]
MOST_SMALL_BYTES: Final = 100_000
MOST_ROWS_A_BYTE: Final = 10  # of a table as it is written; keys that all differ take about a byte a row


@dataclass(frozen=True, repr=False)
class Record:
    """What professionals wrote down, and the days between which they could have written it.

    Tables as in `schema.RECORD`. to_on is exclusive. by_hand: whether it is a chronology that somebody wrote
    from many files, in which a thing stands once, however many had written it down.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> cohort.record
    Record of 9 children in 5 households, 2010-01-04 to 2015-01-05: 397 events
    """

    households: pl.DataFrame
    adults: pl.DataFrame
    children: pl.DataFrame
    events: pl.DataFrame
    factors: pl.DataFrame
    from_on: date
    to_on: date
    by_hand: bool = False

    def homes_of(self, child_ids: pl.Series) -> Self:
        """Return the record of the homes of these children, with all that is about them and no others."""
        homes = self.children.filter(pl.col("child_id").is_in(child_ids.unique().implode()))
        of_these = pl.col("household_id").is_in(homes["household_id"].unique().implode())
        tables = {name: getattr(self, name).filter(of_these) for name in RECORD if name != "factors"}
        factors = self.factors.join(tables["events"], on="event_id", how="semi", maintain_order="left")
        return replace(self, **tables, factors=factors)

    def __repr__(self) -> str:
        return (
            f"Record of {self.children.height:,} children in {self.households.height:,} households, "
            f"{self.from_on} to {self.to_on}: {self.events.height:,} events"
        )

    def before(self, day: date) -> Self:
        """Return the record as it stood when a day began: what had been recorded by then, and nothing else.

        Whatever is asked of that day, or of one before it, has the same answer: features, scores, alarms.
        """
        events = self.events.filter(pl.col("recorded_on") < day)
        factors = self.factors.join(events, on="event_id", how="semi", maintain_order="left")
        return replace(self, events=events, factors=factors)

    def events_by_child(self) -> pl.DataFrame:
        """Return every event once for each child of its household, with what it is to that child.

        relation: "own" when the event is about that child, "household" when about the whole home,
        "sibling" when about another child of the home. Sorted by child, then event.
        """
        family = self.children.select("household_id", of_child="child_id")
        whom = pl.col("child_id")
        return (
            self.events.join(family, on="household_id", how="inner")
            .with_columns(
                relation=pl.when(whom.is_null())
                .then(pl.lit("household"))
                .when(whom == pl.col("of_child"))
                .then(pl.lit("own"))
                .otherwise(pl.lit("sibling"))
                .cast(pl.Enum(RELATIONS))
            )
            .drop("child_id")
            .rename({"of_child": "child_id"})
            .sort("child_id", "event_id")
        )


@dataclass(frozen=True, repr=False)
class Truth:
    """What happened, noticed or not. Tables as in `schema.TRUTH`; to_on is exclusive.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> cohort.truth
    Truth of 5 households: harm reached 9 children
    """

    families: pl.DataFrame
    residents: pl.DataFrame
    refuge_stays: pl.DataFrame
    spells: pl.DataFrame
    harms: pl.DataFrame
    incidents: pl.DataFrame
    visits: pl.DataFrame
    from_on: date
    to_on: date

    def __repr__(self) -> str:
        reached = self.harms["child_id"].n_unique()
        return f"Truth of {self.families.height:,} households: harm reached {reached:,} children"


@dataclass(frozen=True, repr=False)
class Cohort:
    """A record and the truth behind it, with how they were made.

    made: scenario, scenario_sha256, calibrated, seed, households, weeks, from_on, to_on.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> cohort
    Cohort of invented children: scenario norfolk_review, seed 1
    Record of 9 children in 5 households, 2010-01-04 to 2015-01-05: 397 events
    Truth of 5 households: harm reached 9 children
    """

    record: Record
    truth: Truth
    made: dict[str, Any]

    def __repr__(self) -> str:
        made = ", ".join(f"{name} {self.made.get(name, 'not stated')}" for name in ("scenario", "seed"))
        return f"Cohort of invented children: {made}\n{self.record}\n{self.truth}"

    @classmethod
    def read(cls, folder: Path | str) -> Self:
        """Return the cohort in a folder, all partitions at once; `parts` gives one at a time.

        Raises InputError if the folder is no cohort, or holds other files or tables than its manifest says.
        """
        read = list(parts(folder))
        record, truth = joined([(part.record, part.truth) for part in read])
        return cls(record, truth, read[0].made)

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame], made: dict[str, Any]) -> Self:
        """Return the cohort of these tables, by their names in `schema.RECORD` and `schema.TRUTH`."""
        span: dict[str, Any] = {n: date.fromisoformat(made[n]) for n in ("from_on", "to_on")}
        record: dict[str, Any] = {name: tables[name] for name in RECORD}
        truth: dict[str, Any] = {name: tables[name] for name in TRUTH}
        return cls(Record(**record, **span), Truth(**truth, **span), made)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return every table by its name, those of the record first; no two share a name."""
        both = ((self.record, RECORD), (self.truth, TRUTH))
        return {name: getattr(holder, name) for holder, schemas in both for name in schemas}

    def write(self, folder: Path | str) -> None:
        """Write the cohort into a new folder, whole or not at all.

        Raises InputError if it exists, and for a cohort that does not say how it was made.
        """
        missing = [name for name in Made.model_fields if name not in self.made]
        if missing:
            lacks = ", ".join(missing)
            raise InputError(f"made lacks {lacks}: how a cohort was made goes with it, as from simulate")
        run = {"command": "Cohort.write"}
        with whole_or_absent(Path(folder), run, resumable=False) as draft:
            seal(draft, self.made, [write_part(draft, 0, self.record, self.truth)])

    def content_hashes(self) -> dict[str, str]:
        """Return the content hash of every table, by `record/…` or `truth/…` name."""
        return {
            f"{group}/{name}": content_hash(getattr(holder, name), schema.primary_key())
            for group, holder, schemas in (("record", self.record, RECORD), ("truth", self.truth, TRUTH))
            for name, schema in schemas.items()
        }


def joined(parts: list[tuple[Record, Truth]]) -> tuple[Record, Truth]:
    """Return many parts, each of other households, as one record and one truth, in the parts' order."""

    def together(group: list[Any], schemas: Schemas) -> dict[str, Any]:
        return {name: pl.concat([getattr(part, name) for part in group]) for name in schemas}

    records, truths = [p[0] for p in parts], [p[1] for p in parts]
    return replace(records[0], **together(records, RECORD)), replace(truths[0], **together(truths, TRUTH))


def write_part(draft: Path, number: int, record: Record, truth: Truth) -> PartEntry:
    """Write one partition into a draft, a file a table, and return what the manifest says of it."""
    entry = {}
    for group, holder, schemas in (("record", record, RECORD), ("truth", truth, TRUTH)):
        for name, schema in schemas.items():
            table: pl.DataFrame = getattr(holder, name)
            parquet = BytesIO()
            said = file_metadata(meaning(schema), columns_of(name))
            table.write_parquet(parquet, compression="zstd", compression_level=1, metadata=said)
            file = PartFile(
                path=f"{group}/{name}/{part_name(number)}.parquet",
                rows=table.height,
                bytes=parquet.getbuffer().nbytes,
                sha256=sha256(parquet.getbuffer()).hexdigest(),
                columns=column_hashes(table, schema.primary_key()),
            )
            write_whole(draft, f"{COHORT}/{file.path}", parquet.getvalue())
            entry[f"{group}-{name}"] = file
    keep_entry(draft, number, entry)
    return entry


@dataclass(frozen=True)
class StoredPart:
    """A partition of a cohort's folder that is not read yet, small enough to be sent to a worker.

    entry: what the manifest says of its files. made: how the whole cohort was made.
    """

    folder: Path
    entry: PartEntry
    made: dict[str, Any]

    @property
    def households(self) -> int:
        """How many households it has."""
        return self.entry["record-households"].rows

    def read(self) -> Cohort:
        """Return what is in it. Raises InputError for a file that is not what was written."""
        record = {n: _read_table(self.folder, self.entry[f"record-{n}"], s) for n, s in RECORD.items()}
        truth = {n: _read_table(self.folder, self.entry[f"truth-{n}"], s) for n, s in TRUTH.items()}
        part = Cohort.of(record | truth, self.made)
        _check_span(self.folder, self.entry["truth-spells"], part.truth)
        return part


def stored_parts(folder: Path | str) -> list[StoredPart]:
    """Return the partitions of a cohort's folder, in their order. Raises InputError for what it lacks."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    made = manifest.made
    return [StoredPart(folder, entry, made) for entry in manifest.partitions]


def parts(folder: Path | str) -> Iterator[Cohort]:
    """Give the cohort in a folder one partition at a time, each with the `made` of the whole.

    Households of a partition are in no other, and all that is about them is in it. Raises InputError as
    `Cohort.read` does, for what the whole folder lacks at once, for a partition when it is its turn.
    """
    yield from (part.read() for part in stored_parts(folder))


def check_files(folder: Path, manifest: ManifestFile, *, alone: bool = False) -> None:
    """Raise InputError for a file that is missing, or stands among the tables and not in the manifest.

    alone: whether nothing else may be anywhere in the folder.
    """
    listed = {file.path for entry in manifest.partitions for file in entry.values()} | {DATASHEET, WARNING}
    missing = {path for path in listed if not (folder / path).is_file()}
    places = [folder] if alone else [folder / "record", folder / "truth"]
    foreign = {
        path.relative_to(folder).as_posix()
        for place in places
        for path in place.rglob("*")
        if path.is_symlink() or not path.is_dir()
    } - (listed | {MANIFEST})
    for odd in sorted(missing | foreign):
        state = "is not in the manifest" if odd in foreign else "is in the manifest but not on disk"
        raise InputError(f"{folder / odd}: {state}")


def _check_span(folder: Path, file: PartFile, truth: Truth) -> None:
    """Raise InputError unless what happened in a partition fills the time that the manifest gives."""
    span = truth.spells.select(pl.col("from_on").min(), pl.col("to_on").max()).row(0)
    if truth.spells.height and span != (truth.from_on, truth.to_on):
        raise InputError(
            f"{folder / MANIFEST}: followed from {truth.from_on} to {truth.to_on}; the spells in {file.path} "
            f"fill {span[0]} to {span[1]}"
        )


def _read_table(folder: Path, file: PartFile, schema: type[dy.Schema]) -> pl.DataFrame:
    path, data = folder / file.path, file_bytes(folder, file)
    if not are_bytes_of(file, data):  # and so it is not decoded: damaged Parquet may end this process
        raise InputError(f"{path}: not the bytes that were written; `risk verify` says what differs")
    return parsed(path, data, file, schema)


def file_bytes(folder: Path, file: PartFile) -> bytes:
    """Return what is in a file of a partition. Raises InputError if it cannot be read, or is far too long."""
    most = 2 * max(file.bytes, MOST_SMALL_BYTES)
    return read_bytes(folder / file.path, most, f"the manifest says {file.bytes:,} bytes")


def parsed(path: Path, data: bytes, file: PartFile, schema: type[dy.Schema]) -> pl.DataFrame:
    """Return the table in a file's bytes. Raises InputError if it breaks its schema or has other rows.

    What the file says of itself, at its end, is asked first: a small file may unpack to a very large table.
    """
    try:
        _check_footer(path, data, file, schema)
        table = pl.read_parquet(BytesIO(data))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        told = " ".join(str(error).split())[:100]
        raise InputError(f"{path}: cannot be read as Parquet: {told}") from None
    return checked("", table, schema, source=str(path))


def _check_footer(path: Path, data: bytes, file: PartFile, schema: type[dy.Schema]) -> None:
    """Raise InputError unless a file says that it has a table's columns, and the rows of the manifest."""
    columns = pl.DataFrame(schema=pl.read_parquet_schema(BytesIO(data)))
    typed("", columns, schema, source=str(path))
    more = sorted(set(columns.columns) - set(schema.column_names()))
    if more:
        raise InputError(f"{path}: {len(more)} columns are not of this table: {', '.join(more[:5])}")
    rows = pl.scan_parquet(BytesIO(data)).select(pl.len()).collect().item()
    if rows != file.rows:
        raise InputError(f"{path}: {rows} rows; the manifest says {file.rows}")
    if rows > MOST_ROWS_A_BYTE * len(data):
        raise InputError(f"{path}: {rows:,} rows in {len(data):,} bytes; rows with keys are not so small")


def is_child(on: pl.Expr) -> pl.Expr:
    """Return whether a child is born and under 18 on a day; a child whose birth is not stated is."""
    born = pl.col("born_on")
    return born.is_null() | ((born <= on) & (on < born.dt.offset_by("18y")))
