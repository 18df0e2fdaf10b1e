"""The manifest: what a cohort's folder says about itself, in a form that other tools read too.

`datapackage.json` (Data Package v2) holds how the cohort was made; each table's columns with what they mean,
its key, references, rows and content hash; and for each partition's file its rows, bytes, SHA-256 and the
content hash of each column. `DATASHEET.md` says to people what they should know, `truth/WARNING.md` what the
truth is not for. All three follow from how the cohort was made and what is in its files, and can be written
again to the byte.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, Self

import dataframely as dy
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from risk.core.bounded import read_text
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.core.shipped import generator
from risk.records.datasheet import TRUTH_WARNING, datasheet, warning
from risk.records.dictionary import columns_of
from risk.records.draft import COHORT, PARTS, write_whole
from risk.records.hashing import UNHASHED, added
from risk.records.schema import RECORD, TRUTH

MANIFEST: Final = "datapackage.json"
DATASHEET: Final = "DATASHEET.md"
WARNING: Final = "truth/WARNING.md"
MOST_BYTES: Final = 256 << 20
"""Of a manifest: what a hundred million households take, several times."""

STREAMS_VERSION: Final = 1
CONTENT_HASH: Final = "the sum over all cells of 128 bits that follow from key, column and value"
SCHEMAS: Final = {f"record-{n}": s for n, s in RECORD.items()} | {f"truth-{n}": s for n, s in TRUTH.items()}


class Reference(NamedTuple):
    """A column whose every value, but null, is in a column of a table of the same partition."""

    table: str
    column: str
    to_table: str
    to_column: str


REFERENCES: Final = (
    *(
        Reference(name, "household_id", "record-households", "household_id")
        for name, schema in SCHEMAS.items()
        if "household_id" in schema.column_names() and name != "record-households"
    ),
    *(
        Reference(name, "child_id", "record-children", "child_id")
        for name in ("record-events", "truth-harms")
    ),
    *(Reference("record-events", name, "record-events", "event_id") for name in ("answers", "closes")),
    *(
        Reference(name, "event_id", "record-events", "event_id")
        for name in ("record-factors", "truth-incidents", "truth-visits")
    ),
)


class PartFile(BaseModel):
    """One table of one partition: its file, and what must be in it."""

    path: Annotated[str, Field(pattern=r"^(record|truth)/[a-z_]+/part-\d{5,}\.parquet$")]
    rows: Annotated[int, Field(ge=0)]
    bytes: Annotated[int, Field(ge=0)]
    sha256: str
    columns: dict[str, Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]]


def are_bytes_of(file: PartFile, data: bytes) -> bool:
    """Say whether these are the bytes that were written into a file."""
    return len(data) == file.bytes and hashlib.sha256(data).hexdigest() == file.sha256


PartEntry = dict[str, PartFile]
"""What the manifest says of one partition: a file a table, by the table's name in the manifest."""

ENTRY: Final = TypeAdapter(PartEntry)


class Difference(BaseModel):
    """What a scenario states otherwise than the shipped one below it; null where one has no entry."""

    base: Any
    value: Any
    unit: str
    source: str


class Made(BaseModel):
    """How a cohort was made: all that is needed to make it again, in the order in which it is kept."""

    model_config = ConfigDict(extra="allow")

    scenario: str
    scenario_sha256: str
    calibrated: bool
    overrides: dict[str, Any]
    differences: dict[str, Difference] = Field(default_factory=dict)
    seed: int
    households: Annotated[int, Field(ge=1)]
    weeks: Annotated[int, Field(ge=1)]
    from_on: date
    to_on: date
    scenario_values: dict[str, Any]

    @model_validator(mode="after")
    def _weeks_are_its_days(self) -> Self:
        if (self.to_on - self.from_on).days != 7 * self.weeks:
            raise ValueError(f"from {self.from_on} to {self.to_on} are not {self.weeks} weeks")
        return self


class Synthetic(BaseModel):
    """The block of the manifest that says the data are synthetic."""

    generator: str
    made: Made


class Resource(BaseModel):
    """One table of the manifest."""

    name: str
    path: Annotated[list[str], Field(min_length=1)]
    rows: int
    contentHash: str  # noqa: N815, the word of the file
    parts: list[PartFile]

    @model_validator(mode="after")
    def _parts_are_its_files(self) -> Self:
        if self.path != [part.path for part in self.parts]:
            raise ValueError("path and parts do not list the same files")
        return self


class ManifestFile(BaseModel):
    """What a cohort's manifest must hold to be read; it holds more for people and other tools."""

    resources: list[Resource]
    synthetic: Synthetic

    @property
    def made(self) -> dict[str, Any]:
        """How the cohort was made, as it was given to `seal`."""
        return self.synthetic.made.model_dump(mode="json")

    @property
    def partitions(self) -> list[PartEntry]:
        """The files of each partition, by table."""
        n = len(self.resources[0].parts)
        return [{r.name: r.parts[number] for r in self.resources} for number in range(n)]


def part_name(number: int) -> str:
    """Return the name that the files of a partition share."""
    return f"part-{number:05d}"


def kept_entry(draft: Path, number: int) -> PartEntry | None:
    """Return what a draft says of a partition that is whole in it; null for one that is to be made."""
    try:
        entry = ENTRY.validate_json((draft / PARTS / f"{part_name(number)}.json").read_bytes())
        whole = all(are_bytes_of(file, (draft / COHORT / file.path).read_bytes()) for file in entry.values())
    except (OSError, ValidationError):
        return None
    return entry if whole and entry.keys() == SCHEMAS.keys() else None


def keep_entry(draft: Path, number: int, entry: PartEntry) -> None:
    """Write into a draft that a partition is whole, after its files."""
    write_whole(draft, f"{PARTS}/{part_name(number)}.json", ENTRY.dump_json(entry, indent=1))


def seal(draft: Path, made: dict[str, Any], entries: Sequence[PartEntry]) -> None:
    """Write the manifest and the papers of a cohort whose partitions are all in a draft.

    Raises InputError for a partition that was made elsewhere and cannot be seen here.
    """
    for file in (file for entry in entries for file in entry.values()):
        path = draft / COHORT / file.path
        if not path.is_file() or path.stat().st_size != file.bytes:
            raise InputError(
                f"{path}: was made, and is not to be seen here; the folder of a cohort must be one that this "
                "machine and all workers of the cluster share"
            )
    for name, content in papers(made, entries).items():
        write_whole(draft, f"{COHORT}/{name}", content)


def papers(made: Mapping[str, Any], entries: Sequence[PartEntry]) -> dict[str, bytes]:
    """Return what stands beside the tables of a cohort that was made so and has these partitions, by path.

    The same cohort has the same papers, byte for byte; the manifest comes last.
    """
    ordered = sorted(entries, key=lambda entry: entry["record-households"].path)
    manifest = package(made, [_resource(name, [entry[name] for entry in ordered]) for name in SCHEMAS])
    texts = {
        DATASHEET: datasheet(manifest),
        WARNING: warning(),
        MANIFEST: json.dumps(manifest, indent=1) + "\n",
    }
    return {name: text.encode() for name, text in texts.items()}


def package(made: Mapping[str, Any], resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a Data Package: that a cohort's tables are synthetic, and how they were made."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"{made['scenario'].replace('_', '-')}-seed-{made['seed']}",
        "description": INVENTED,
        "resources": resources,
        "synthetic": {
            "isSynthetic": True,
            "generator": generator(),
            "streamsVersion": STREAMS_VERSION,
            "contentHash": CONTENT_HASH,
            "unhashedColumns": sorted(UNHASHED),
            "madeSha256": hashlib.sha256(json.dumps(made).encode()).hexdigest(),
            "made": made,
        },
    }


def _resource(name: str, files: list[PartFile]) -> dict[str, Any]:
    return resource(
        name,
        path=[file.path for file in files],
        format="parquet",
        mediatype="application/vnd.apache.parquet",
        rows=sum(file.rows for file in files),
        contentHash=added(digits for file in files for digits in file.columns.values()),
        parts=[file.model_dump() for file in files],
    )


def resource(name: str, **files: Any) -> dict[str, Any]:
    """Return what a Data Package says of a table, by its name there: its files, then its columns."""
    schema = SCHEMAS[name]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
        "name": name,
        "type": "table",
        "description": meaning(schema),
        **({"warning": TRUTH_WARNING.replace("\n", " ")} if name.startswith("truth") else {}),
        **files,
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": [
                _field(column, declared, columns_of(name.partition("-")[2])[column])
                for column, declared in schema.columns().items()
            ],
            "primaryKey": schema.primary_key(),
            "foreignKeys": [_foreign_key(reference) for reference in REFERENCES if reference.table == name],
        },
    }


def meaning(schema: type[dy.Schema]) -> str:
    """Return what one row of a table is: the first paragraph about it in `schema`."""
    return " ".join((schema.__doc__ or "").split("\n\n")[0].split())


def _field(name: str, column: dy.Column, said: Mapping[str, str]) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if isinstance(column.dtype, pl.Enum):
        constraints["enum"] = column.dtype.categories.to_list()
    kind = "integer" if column.dtype.is_integer() else "string"
    kind = {pl.Date: "date", pl.Boolean: "boolean"}.get(type(column.dtype), kind)
    example = said["example"] if kind in ("string", "date") else json.loads(said["example"])
    field = {"name": name, "type": kind, **said, "example": example}
    return field | ({"constraints": constraints} if constraints else {})


def _foreign_key(reference: Reference) -> dict[str, Any]:
    to: dict[str, Any] = {"fields": [reference.to_column]}
    if reference.to_table != reference.table:  # within one table, the standard has no resource
        to = {"resource": reference.to_table, **to}
    return {"fields": [reference.column], "reference": to}


def read_manifest(folder: Path) -> ManifestFile:
    """Return the manifest of a cohort's folder. Raises InputError if there is none, or none of ours."""
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(f"{folder}: not a cohort: it holds no {MANIFEST}; `risk generate` makes one")
    try:
        manifest = ManifestFile.model_validate_json(read_text(path, MOST_BYTES))
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(p) for p in problem["loc"]) or "the whole file"
        raise InputError(f"{path}: not the manifest of a cohort: {field}: {problem['msg'].lower()}") from None
    names = [r.name for r in manifest.resources]
    if sorted(names) != sorted(SCHEMAS):
        raise InputError(f"{path}: lists tables {sorted(names)}; a cohort has {sorted(SCHEMAS)}")
    for resource in manifest.resources:
        table = resource.name.replace("-", "/", 1)
        expected = [f"{table}/{part_name(number)}.parquet" for number in range(len(resource.path))]
        if resource.path != expected or len(expected) != len(manifest.resources[0].path):
            raise InputError(f"{path}: {resource.name} does not list the files of every partition, in order")
    households = [entry["record-households"].rows for entry in manifest.partitions]
    if sum(households) != manifest.synthetic.made.households or 0 in households:
        given = f"synthetic.made.households: {manifest.synthetic.made.households:,}"
        raise InputError(f"{path}: {given}; its partitions have {', '.join(map(str, households[:5]))}")
    return manifest
