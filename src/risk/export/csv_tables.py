"""The tables: a cohort as a folder of CSV files, one a table, and back again.

`record/` and `truth/` hold the files, `datapackage.json` (Data Package v2) their columns, keys, rows and
content hashes and how the cohort was made, `README.md` and `DATASHEET.md` what people should know first.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
from pydantic import BaseModel, ValidationError

from risk.core.bounded import read_text
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.core.pool import HERE, Pool
from risk.export.csv_cells import CONVENTION, read_csv
from risk.export.csv_folder import write_folder
from risk.records.cohort import Cohort
from risk.records.datasheet import datasheet, warning
from risk.records.hashing import added, column_hashes
from risk.records.manifest import DATASHEET, MANIFEST, SCHEMAS, WARNING, Synthetic, package, resource
from risk.records.partitions import Parts
from risk.records.schema import RECORD, TRUTH

README: Final = "README.md"
TABLES: Final = (*RECORD, *TRUTH)
"""Every table of a cohort by its name, which no two share."""

Made = dict[str, Any]


class Package(BaseModel):
    """What the manifest of a folder of tables must hold to be read back."""

    synthetic: Synthetic


def write_csv(
    cohort: Parts,
    made: Made,
    out: Path,
    tables: Sequence[str] = TABLES,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write tables of a cohort into a new folder, a CSV file each, whole or not at all.

    Raises InputError if the folder is there or cannot be written.

    cohort: each of its parts is seen once. tables: names among `TABLES`.
    """
    write_folder(
        out,
        cohort,
        partial(_tables, tables),
        partial(_papers, made),
        about=_rows_and_hashes,
        pool=pool,
        on_part=on_part,
    )


def _tables(names: Sequence[str], part: Cohort) -> dict[str, pl.DataFrame]:
    """Return tables of a part by where their files stand in the folder."""
    return {f"{group_of(name)}/{name}": part.tables()[name] for name in names}


def _rows_and_hashes(path: str, table: pl.DataFrame) -> tuple[int, list[str]]:
    """Return how many rows a table of a part has, and the hashes of its columns."""
    key = SCHEMAS[path.replace("/", "-")].primary_key()
    return table.height, list(column_hashes(table, key).values())


def _papers(made: Made, said: dict[str, list[tuple[int, list[str]]]]) -> dict[str, str]:
    """Return the papers of tables, from the rows and hashes of their parts."""
    resources = []
    for path, of_parts in said.items():
        rows, hashes = sum(n for n, _ in of_parts), [text for _, texts in of_parts for text in texts]
        resources.append(_resource(Path(path).name, rows, added(hashes)))
    return papers(package(made, resources))


def read_csv_folder(folder: Path | str) -> Cohort:
    """Return the cohort in a folder that `write_csv` wrote with every table.

    Its content hashes are those of the cohort that was written, if nobody changed a value since. Raises
    InputError, naming file, row and column, for what is missing or is none of its column's values.
    """
    folder = Path(folder)
    made = _made(folder / MANIFEST)
    schemas = {**RECORD, **TRUTH}
    return Cohort.of({name: read_csv(folder / csv_path(name), schemas[name]) for name in schemas}, made)


def _made(path: Path) -> Made:
    try:
        return Package.model_validate_json(read_text(path)).synthetic.made.model_dump(mode="json")
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(map(str, problem["loc"])) or "the whole file"
        raise InputError(f"{path}: not the manifest of tables: {field}: {problem['msg'].lower()}") from None


def group_of(name: str) -> str:
    """Return `record` or `truth`, whichever a table is in."""
    return "record" if name in RECORD else "truth"


def csv_path(name: str) -> str:
    """Return where the file of a table stands in the folder."""
    return f"{group_of(name)}/{name}.csv"


def resource_name(name: str) -> str:
    """Return a table's name in a manifest."""
    return f"{group_of(name)}-{name}"


def _resource(name: str, rows: int, content_hash: str) -> dict[str, Any]:
    return resource(
        resource_name(name),
        path=csv_path(name),
        format="csv",
        mediatype="text/csv",
        encoding="utf-8",
        rows=rows,
        contentHash=content_hash,
    )


def papers(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the texts that stand in the folder beside the tables, by their path."""
    made, resources = manifest["synthetic"]["made"], manifest["resources"]
    tables = "\n".join(f"| `{r['path']}` | {r['rows']:,} | {r['description']} |" for r in resources)
    readme = f"""# Tables of {manifest["name"]}

{INVENTED}

{made["households"]:,} synthetic households, from {made["from_on"]} up to, and not including, {made["to_on"]}.
Made by {manifest["synthetic"]["generator"]} from the scenario `{made["scenario"]}`, seed {made["seed"]}.

| file | rows | what it holds |
|---|---:|---|
{tables}

UTF-8 with a byte order mark, dates as 2014-03-31, `true` and `false`, an empty cell for what there is not.
{CONVENTION}
`{MANIFEST}` says what each column means, and `{DATASHEET}` what the data must not be used for.
`risk.export.tables.read_csv_folder` gives the cohort again, with the same content hashes.
"""
    texts = {README: readme, DATASHEET: datasheet(manifest), MANIFEST: json.dumps(manifest, indent=1) + "\n"}
    with_truth = any(r["path"].startswith("truth") for r in resources)
    return texts | ({WARNING: warning()} if with_truth else {})
