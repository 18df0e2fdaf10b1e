"""The Standard Safeguarding Dataset (SSD) as files: a folder of CSV files, or one DuckDB file.

A local authority builds it from its case management system; here it is made of the record of a cohort, with
the names, order and types of the public specification of July 2026. `docs/formats/ssd.md` says what each
object is made from, and what is left out.
"""

import json
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from risk.core.kinds import INVENTED
from risk.core.pool import HERE, Pool
from risk.core.shipped import generator
from risk.export.csv_cells import CONVENTION
from risk.export.csv_folder import n_rows, write_folder
from risk.export.database import about_statements, insert, new_database, quoted
from risk.national.returns.ssd_objects import Column, objects
from risk.national.returns.ssd_tables import ssd_tables
from risk.records.cohort import Cohort
from risk.records.dictionary import columns_of, meanings_of
from risk.records.manifest import MANIFEST, package
from risk.records.partitions import Parts, each_part

DATABASE: Final = (".duckdb", ".db")
"""Names of files that end so are DuckDB's; any other name is a folder's."""

README: Final = "README.md"
SPECIFICATION: Final = "Standard Safeguarding Dataset, public specification of July 2026"
KINDS: Final = {"DATETIME": "date", "INT": "integer", "FLOAT": "number"}

Made = dict[str, Any]
Tables = dict[str, pl.DataFrame]


def write_ssd(
    cohort: Parts,
    made: Made,
    on: date,
    out: Path,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write the dataset as known on the evening of a day: DuckDB where `out` ends so, else a folder of CSV.

    Whole or not at all. Raises InputError if `out` is there or cannot be written, or if the package duckdb is
    needed and not installed.

    made: how the whole cohort was made. on: a day of the record.
    """
    if out.suffix.lower() in DATABASE:
        _write_database(cohort, made, on, out, pool, on_part)
        return
    write_folder(
        out,
        cohort,
        partial(_tables, on),
        partial(_papers, made, on),
        about=n_rows,
        pool=pool,
        on_part=on_part,
    )


def _tables(on: date, part: Cohort) -> Tables:
    return ssd_tables(part.record, on)


@cache
def column_meanings() -> dict[str, dict[str, str]]:
    """Return what each column means, by object and column."""
    return meanings_of({name: list(columns) for name, columns in objects().items()})


def _papers(made: Made, on: date, rows: dict[str, list[int]]) -> dict[str, str]:
    resources = [_resource(name, sum(rows[name])) for name in objects()]
    about = package(made, resources) | {"specification": SPECIFICATION, "asKnownOn": str(on)}
    listed = "\n".join(f"| `{r['path']}` | {r['rows']:,} |" for r in resources)
    readme = f"""# Standard Safeguarding Dataset, {on}

{INVENTED}

SYNTHETIC risk-trajectory: {made["households"]:,} households of the scenario `{made["scenario"]}`,
seed {made["seed"]}. Made by {generator()}.

What children's services knew on the evening of {on}. Objects, columns and their order are those of the
{SPECIFICATION}.

| file | rows |
|---|---:|
{listed}

UTF-8 with a byte order mark, days as 2014-03-31, an empty cell for what there is not.
{CONVENTION}
`{MANIFEST}` says what each column means, its SQL type, and what it refers to.

Left out, because the simulated world holds nothing of them: addresses, immigration, mothers among the
children, pre-proceedings, involvements, professionals and departments, episodes of going missing, care plans,
health checks, immunisations, substance misuse, convictions and strengths and difficulties of children looked
after, earlier permanence, education and health plans, finance, the voice of the child, and the tables of a
database's own upkeep.
"""
    return {README: readme, MANIFEST: json.dumps(about, indent=1) + "\n"}


def _resource(name: str, rows: int) -> dict[str, Any]:
    """Return what a Data Package says of an object."""
    columns, words = objects()[name], columns_of(name, tuple(objects()[name]))
    return {
        "name": name.replace("_", "-"),
        "type": "table",
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "rows": rows,
        "schema": {
            "fields": [
                {
                    "name": column,
                    "type": KINDS.get(about.sql, "string"),
                    **words[column],
                    **_number(about, words[column]),
                    "sqlType": about.sql,
                    **({"constraints": {"required": True, "unique": True}} if about.is_key else {}),
                }
                for column, about in columns.items()
            ],
            "primaryKey": [column for column, about in columns.items() if about.is_key],
            "foreignKeys": [
                _foreign_key(column, about) for column, about in columns.items() if about.refers_to
            ],
        },
    }


def _number(about: Column, words: dict[str, str]) -> dict[str, int]:
    """Return a number's example as one: in the dictionary it is a text."""
    return {"example": int(words["example"])} if about.sql == "INT" and "example" in words else {}


def _foreign_key(column: str, about: Column) -> dict[str, Any]:
    to, _, field = str(about.refers_to).partition(".")
    return {"fields": [column], "reference": {"resource": to.replace("_", "-"), "fields": [field]}}


def _write_database(
    cohort: Parts, made: Made, on: date, out: Path, pool: Pool, on_part: Callable[[int], None] | None
) -> None:
    statements = [
        *(statement for name in objects() for statement in _declared(name)),
        *about_statements(made, "the dataset", specification=SPECIFICATION, as_known_on=on),
    ]
    with new_database(out, statements) as connection:
        for tables in each_part(partial(_tables, on), cohort, pool, on_part):
            for name, table in tables.items():
                insert(connection, name, table)


def _declared(name: str) -> list[str]:
    """Return the statements that declare an object, and say what its columns mean and refer to.

    The keys between objects stand in the comments: DuckDB checks none of a table that is filled a part at a
    time, and some refer to what is not a key.
    """
    columns, words = objects()[name], column_meanings()[name]
    declared = ", ".join(
        f"{column} {about.sql.replace('(MAX)', '')}{' PRIMARY KEY' if about.is_key else ''}"
        for column, about in columns.items()
    )
    said = {
        column: f"{about.sql}: {words[column]}" + (f" (one of {about.refers_to})" if about.refers_to else "")
        for column, about in columns.items()
    }
    return [
        f"CREATE TABLE {name} ({declared})",
        *(f"COMMENT ON COLUMN {name}.{column} IS {quoted(text)}" for column, text in said.items()),
    ]
