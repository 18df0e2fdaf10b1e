"""The cohort: what professionals wrote (`Record`), what happened (`Truth`), and the folder that holds both.

A folder on disk is whole or absent: it is written under a temporary name and renamed. Its
`datapackage.json` (Data Package v2) says how it was made and what it holds, so that `read` can refuse a
folder whose files are not the ones that were written.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import polars as pl

from risk.kinds import INVENTED
from risk.mistakes import InputError
from risk.schema import RECORD, TRUTH, Schemas, checked

MANIFEST: Final = "datapackage.json"
UNHASHED: Final = frozenset({"given_name", "name"})
"""Names are decoration from Faker's lists, which change between its releases: hashes leave them out."""

STREAMS_VERSION: Final = 1
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
    spells: pl.DataFrame
    harms: pl.DataFrame
    incidents: pl.DataFrame
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


def content_sha256(table: pl.DataFrame, key: list[str]) -> str:
    """Return a hash of the sorted rows: the same for any order, partition or file format.

    Columns of names are left out; see `UNHASHED`.
    """
    rows = table.sort(key)
    digest = hashlib.sha256()
    for column in sorted(c for c in table.columns if c not in UNHASHED):
        values = rows[column]
        digest.update(f"{column}:{values.len()}:".encode())
        digest.update(np.packbits(values.is_null().to_numpy()).tobytes())
        if values.dtype in (pl.String, pl.Enum):
            digest.update("\x1f".join(values.cast(pl.String).fill_null("").to_list()).encode())
        else:
            digest.update(values.to_physical().cast(pl.Int64).fill_null(0).to_numpy().astype("<i8").tobytes())
    return digest.hexdigest()


@contextmanager
def whole_or_absent(folder: Path) -> Iterator[Path]:
    """Give a temporary folder beside `folder`, and rename it when the work inside succeeded.

    Raises InputError if `folder` is already there: nothing is overwritten.
    """
    if folder.exists():
        raise InputError(f"{folder}: already exists; give a folder that does not, nothing is overwritten")
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}") from None
    try:
        yield draft
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_part(folder: Path, record: Record, truth: Truth, number: int) -> None:
    """Write the tables of one partition as `record/<table>/part-<number>.parquet` and likewise `truth/`."""
    for group, holder, schemas in (("record", record, RECORD), ("truth", truth, TRUTH)):
        for name in schemas:
            path = folder / group / name / f"part-{number:05d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            table: pl.DataFrame = getattr(holder, name)
            table.write_parquet(path, compression="zstd", compression_level=1)


def write_manifest(folder: Path, made: dict[str, Any]) -> None:
    """Describe the tables in `folder`: columns, types, keys, rows, content hashes, and how they were made."""
    resources = []
    for group, schemas in (("record", RECORD), ("truth", TRUTH)):
        for name, schema in schemas.items():
            paths = sorted((folder / group / name).glob("*.parquet"))
            table = pl.concat([pl.read_parquet(p) for p in paths])
            resources.append(
                {
                    "name": f"{group}-{name}",
                    "path": [p.relative_to(folder).as_posix() for p in paths],
                    "format": "parquet",
                    "rows": table.height,
                    "contentSha256": content_sha256(table, schema.primary_key()),
                    "schema": {
                        "fields": [{"name": c, "type": _package_type(t)} for c, t in table.schema.items()],
                        "primaryKey": schema.primary_key(),
                    },
                }
            )
    manifest = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{made['scenario'].replace('_', '-')}-seed-{made['seed']}",
        "description": INVENTED,
        "resources": resources,
        "synthetic": {
            "isSynthetic": True,
            "generator": f"risk-trajectory {version('risk-trajectory')}",
            "streamsVersion": STREAMS_VERSION,
            "unhashedColumns": sorted(UNHASHED),
            "made": made,
        },
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    (folder / "DATASHEET.md").write_text(_datasheet(manifest), encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a cohort's folder. Raises InputError if there is none, or none of ours."""
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(f"{folder}: not a cohort: it holds no {MANIFEST}; `risk generate` makes one")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        names = {r["name"] for r in manifest["resources"]}
        made = manifest["synthetic"]["made"]
        date.fromisoformat(made["from_on"]), date.fromisoformat(made["to_on"]), made["scenario"], made["seed"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not the manifest of a cohort: {error}") from None
    expected = {f"record-{n}" for n in RECORD} | {f"truth-{n}" for n in TRUTH}
    if names != expected:
        raise InputError(f"{path}: lists tables {sorted(names)}; a cohort has {sorted(expected)}")
    return manifest


def verify(folder: Path | str) -> pl.DataFrame:
    """Return one row a table (name, rows, content_sha256) of a folder that agrees with its manifest.

    Raises InputError for a missing or foreign file, a table that breaks its schema, a reference to a row
    that is not there, and a content hash that differs.
    """
    folder = Path(folder)
    resources = {r["name"]: r for r in read_manifest(folder)["resources"]}
    cohort = Cohort.read(folder)
    rows = []
    for name, found in cohort.sha256().items():
        resource = resources[name.replace("/", "-")]
        if found != resource["contentSha256"]:
            kept = f"the manifest keeps {resource['contentSha256'][:12]}…"
            raise InputError(f"{folder / name}: the content's hash is {found[:12]}…; {kept}")
        rows.append((name, resource["rows"], found))
    _check_references(folder, cohort)
    return pl.DataFrame(rows, schema=["table", "rows", "content_sha256"], orient="row")


def _check_references(folder: Path, cohort: Cohort) -> None:
    record, truth = cohort.record, cohort.truth
    references = [
        ("record/children", record.children, "household_id", record.households),
        ("record/adults", record.adults, "household_id", record.households),
        ("record/events", record.events, "household_id", record.households),
        ("record/events", record.events, "child_id", record.children),
        ("truth/families", truth.families, "household_id", record.households),
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
        table = pl.concat([pl.read_parquet(folder / p) for p in resource["path"]])
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"{folder / group / name}: cannot be read as Parquet: {str(error).splitlines()[0]}"
        ) from None
    if table.height != resource["rows"]:
        raise InputError(
            f"{folder / group / name}: {table.height} rows; the manifest says {resource['rows']}"
        )
    return checked(f"{group}/{name}", table, schema, source=str(folder))


def _package_type(dtype: pl.DataType) -> str:
    if dtype == pl.Date:
        return "date"
    if dtype == pl.Boolean:
        return "boolean"
    return "integer" if dtype.is_integer() else "string"


def _datasheet(manifest: dict[str, Any]) -> str:
    made = manifest["synthetic"]["made"]
    tables = "\n".join(f"| {r['name']} | {r['rows']:,} |" for r in manifest["resources"])
    tuned = (
        "tuned to published figures" if made["calibrated"] else "not calibrated: its rates are assumptions"
    )
    return (
        f"# Datasheet: {manifest['name']}\n\n{INVENTED}\n\n"
        f"Made by {manifest['synthetic']['generator']} from the scenario `{made['scenario']}` ({tuned}), "
        f"seed {made['seed']}, {made['households']:,} households followed from {made['from_on']} to "
        f"{made['to_on']}.\n\n"
        "`record/` is what professionals wrote down. `truth/` is what happened; it exists only because the\n"
        "children are invented, and a model that reads it to predict is cheating.\n\n"
        f"| table | rows |\n|---|---:|\n{tables}\n\n"
        "Every name is invented, and carries its household's number so that nobody takes it for real.\n"
    )


__all__ = [
    "Cohort",
    "Record",
    "Schemas",
    "Truth",
    "content_sha256",
    "joined",
    "read_manifest",
    "verify",
    "whole_or_absent",
    "write_manifest",
    "write_part",
]
