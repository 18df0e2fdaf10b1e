"""The manifest: what a cohort's folder says about itself, and how the folder comes to be whole or absent.

`datapackage.json` (Data Package v2) holds how the cohort was made, and each table's columns, key, rows and
content hash; `DATASHEET.md` says the same to people.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import polars as pl
from pydantic import BaseModel, Field, ValidationError

from risk.kinds import INVENTED
from risk.mistakes import InputError
from risk.schema import RECORD, TRUTH

MANIFEST: Final = "datapackage.json"
UNHASHED: Final = frozenset({"given_name", "name"})
"""Names are decoration from Faker's lists, which change between its releases: hashes leave them out."""

STREAMS_VERSION: Final = 1


class Made(BaseModel):
    """How a cohort was made, as far as reading it back depends on it."""

    scenario: str
    calibrated: bool
    seed: int
    households: int
    from_on: date
    to_on: date


class Synthetic(BaseModel):
    """The block of the manifest that says the data are synthetic."""

    made: Made


class Resource(BaseModel):
    """One table of the manifest."""

    name: str
    path: Annotated[list[str], Field(min_length=1)]
    rows: int
    contentSha256: str  # noqa: N815, the word of the file


class ManifestFile(BaseModel):
    """What a cohort's manifest must hold to be read; it holds more for people and other tools."""

    resources: list[Resource]
    synthetic: Synthetic


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


def write_manifest(folder: Path, made: dict[str, Any]) -> None:
    """Describe the tables in `folder`: columns, types, keys, rows, content hashes, and how they were made."""
    resources = []
    for group, schemas in (("record", RECORD), ("truth", TRUTH)):
        for name, schema in schemas.items():
            paths = sorted((folder / group / name).glob("*.parquet"))
            table = pl.concat([pl.read_parquet(p, glob=False) for p in paths])
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
        text = path.read_text(encoding="utf-8")
        ManifestFile.model_validate_json(text)
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(p) for p in problem["loc"]) or "the whole file"
        raise InputError(f"{path}: not the manifest of a cohort: {field}: {problem['msg'].lower()}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
    manifest: dict[str, Any] = json.loads(text)
    names = {r["name"] for r in manifest["resources"]}
    expected = {f"record-{n}" for n in RECORD} | {f"truth-{n}" for n in TRUTH}
    if names != expected:
        raise InputError(f"{path}: lists tables {sorted(names)}; a cohort has {sorted(expected)}")
    return manifest


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
