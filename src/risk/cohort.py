"""The cohort: what professionals wrote (`Record`), what happened (`Truth`), and the folder that holds both.

A folder on disk is whole or absent: it is written under a temporary name and renamed. Its
`datapackage.json` (Data Package v2) says how it was made and what it holds, so that `read` can refuse a
folder whose files are not the ones that were written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

import polars as pl

from risk.manifest import content_sha256, read_manifest, whole_or_absent, write_manifest
from risk.mistakes import InputError
from risk.schema import RECORD, TRUTH, checked

RELATIONS: Final = ["own", "household", "sibling"]


@dataclass(frozen=True)
class Record:
    """What professionals wrote down, and the days between which they could have written it.

    Tables as in `schema.RECORD`. to_on is exclusive.
    """

    households: pl.DataFrame
    adults: pl.DataFrame
    children: pl.DataFrame
    events: pl.DataFrame
    factors: pl.DataFrame
    from_on: date
    to_on: date

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


@dataclass(frozen=True)
class Truth:
    """What happened, noticed or not. Tables as in `schema.TRUTH`; to_on is exclusive."""

    families: pl.DataFrame
    residents: pl.DataFrame
    refuge_stays: pl.DataFrame
    spells: pl.DataFrame
    harms: pl.DataFrame
    incidents: pl.DataFrame
    visits: pl.DataFrame
    from_on: date
    to_on: date


@dataclass(frozen=True)
class Cohort:
    """A record and the truth behind it, with how they were made.

    made: scenario, scenario_sha256, calibrated, seed, households, weeks, from_on, to_on.
    """

    record: Record
    truth: Truth
    made: dict[str, Any]

    @classmethod
    def read(cls, folder: Path | str) -> Self:
        """Return the cohort in a folder.

        Raises InputError if the folder is no cohort, or holds other files or tables than its manifest says.
        """
        folder = Path(folder)
        manifest = read_manifest(folder)
        made = manifest["synthetic"]["made"]
        span: dict[str, Any] = {name: date.fromisoformat(made[name]) for name in ("from_on", "to_on")}
        record: dict[str, Any] = {n: _read_table(folder, "record", n, s) for n, s in RECORD.items()}
        truth: dict[str, Any] = {n: _read_table(folder, "truth", n, s) for n, s in TRUTH.items()}
        return cls(Record(**record, **span), Truth(**truth, **span), made)

    def write(self, folder: Path | str) -> None:
        """Write the cohort into a new folder, whole or not at all. Raises InputError if it exists."""
        with whole_or_absent(Path(folder)) as draft:
            write_part(draft, self.record, self.truth, 0)
            write_manifest(draft, self.made)

    def sha256(self) -> dict[str, str]:
        """Return the content hash of every table, by `record/…` or `truth/…` name."""
        tables = {f"record/{name}": (getattr(self.record, name), RECORD[name]) for name in RECORD}
        tables |= {f"truth/{name}": (getattr(self.truth, name), TRUTH[name]) for name in TRUTH}
        return {name: content_sha256(table, schema.primary_key()) for name, (table, schema) in tables.items()}


def joined(parts: list[tuple[Record, Truth]]) -> tuple[Record, Truth]:
    """Return many parts, each of other households, as one record and one truth, in the parts' order."""

    def together(group: list[Any]) -> dict[str, Any]:
        tables = [f.name for f in fields(group[0]) if f.name not in ("from_on", "to_on")]
        return {name: pl.concat([getattr(part, name) for part in group]) for name in tables}

    records, truths = [p[0] for p in parts], [p[1] for p in parts]
    span: dict[str, Any] = {"from_on": records[0].from_on, "to_on": records[0].to_on}
    return Record(**together(records), **span), Truth(**together(truths), **span)


def write_part(folder: Path, record: Record, truth: Truth, number: int) -> None:
    """Write the tables of one partition as `record/<table>/part-<number>.parquet` and likewise `truth/`."""
    for group, holder, schemas in (("record", record, RECORD), ("truth", truth, TRUTH)):
        for name in schemas:
            path = folder / group / name / f"part-{number:05d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            table: pl.DataFrame = getattr(holder, name)
            table.write_parquet(path, compression="zstd", compression_level=1)


def parts(folder: Path | str) -> Iterator[Cohort]:
    """Give the cohort in a folder one partition at a time. A stand-in, until partitions are read alone."""
    yield Cohort.read(folder)


def verify(folder: Path | str) -> pl.DataFrame:
    """Return one row a table (name, rows, content_sha256) of a folder that agrees with its manifest.

    Raises InputError for a missing or foreign file, a table that breaks its schema, a reference to a row
    that is not there, and a content hash that differs.
    """
    folder = Path(folder)
    resources = read_manifest(folder)["resources"]
    _check_references(folder, Cohort.read(folder))  # reading has compared every hash
    rows = [(r["name"].replace("-", "/", 1), r["rows"], r["contentSha256"]) for r in resources]
    return pl.DataFrame(rows, schema=["table", "rows", "content_sha256"], orient="row")


def _check_references(folder: Path, cohort: Cohort) -> None:
    record, truth = cohort.record, cohort.truth
    references = [
        ("record/children", record.children, "household_id", record.households),
        ("record/adults", record.adults, "household_id", record.households),
        ("record/events", record.events, "household_id", record.households),
        ("record/factors", record.factors, "event_id", record.events),
        ("record/events", record.events, "child_id", record.children),
        ("truth/families", truth.families, "household_id", record.households),
        ("truth/visits", truth.visits, "event_id", record.events),
        ("truth/residents", truth.residents, "household_id", record.households),
        ("truth/spells", truth.spells, "household_id", record.households),
        ("truth/harms", truth.harms, "child_id", record.children),
        ("truth/incidents", truth.incidents, "event_id", record.events),
        ("record/events", record.events.select(event_id="answers"), "event_id", record.events),
        ("record/events", record.events.select(event_id="closes"), "event_id", record.events),
    ]
    for name, table, column, target in references:
        lost = table.filter(pl.col(column).is_not_null()).join(target, on=column, how="anti")
        if lost.height:
            raise InputError(
                f"{folder / name}, column {column}: {lost.height} rows point nowhere, first {lost[column][0]}"
            )


def _read_table(folder: Path, group: str, name: str, schema: Any) -> pl.DataFrame:
    resource = next(r for r in read_manifest(folder)["resources"] if r["name"] == f"{group}-{name}")
    there = {p.relative_to(folder).as_posix() for p in (folder / group / name).glob("*")}
    listed = set(resource["path"])
    if there != listed:
        odd = sorted(there ^ listed)[0]
        state = "is not in the manifest" if odd in there else "is in the manifest but not on disk"
        raise InputError(f"{folder / odd}: {state}")
    try:
        table = pl.concat([pl.read_parquet(folder / p, glob=False) for p in resource["path"]])
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"{folder / group / name}: cannot be read as Parquet: {str(error).splitlines()[0]}"
        ) from None
    if table.height != resource["rows"]:
        raise InputError(
            f"{folder / group / name}: {table.height} rows; the manifest says {resource['rows']}"
        )
    table = checked(f"{group}/{name}", table, schema, source=str(folder))
    found = content_sha256(table, schema.primary_key())
    if found != resource["contentSha256"]:
        kept = f"the manifest keeps {resource['contentSha256'][:12]}…"
        raise InputError(f"{folder / group / name}: the content's hash is {found[:12]}…; {kept}")
    return table
