"""The database: a cohort as one DuckDB file, with the views that an analyst of the field expects.

The schema `record` holds what professionals wrote and `truth` what happened, each table with its types, key
and the meaning of every column; `views.sql` adds the field's own tables (referrals, assessments, plans, …)
on the record, one row a child. It needs the extra `duckdb`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from risk.core.errors import InputError
from risk.core.extras import need_extra
from risk.core.kinds import INVENTED, LABELS
from risk.core.pool import HERE, Pool
from risk.core.shipped import generator
from risk.export.csv_tables import TABLES, Made, group_of, resource_name
from risk.records.cohort import Cohort
from risk.records.dictionary import meanings
from risk.records.manifest import REFERENCES, meaning
from risk.records.new_file import whole_file
from risk.records.partitions import Parts, each_part
from risk.records.schema import RECORD, TRUTH, checked

BOUNDED: Final = ("SET memory_limit = '384MB'", "SET threads = 1")
"""Of what DuckDB keeps in memory; else it takes most of the machine before it writes anything away."""

VIEWS: Final = Path(__file__).with_name("views.sql")
SCHEMAS: Final = {**RECORD, **TRUTH}
TYPES: Final = {
    pl.Int64: "BIGINT",
    pl.Int32: "INTEGER",
    pl.Int16: "SMALLINT",
    pl.Int8: "TINYINT",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.String: "VARCHAR",
}


@dataclass(frozen=True)
class Stream:
    """A table as a stream of Arrow arrays, which DuckDB takes without another package."""

    table: pl.DataFrame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream, as the Arrow PyCapsule interface has it."""
        return self.table.__arrow_c_stream__(requested_schema)


def write_duckdb(
    cohort: Parts,
    made: Made,
    out: Path,
    tables: Sequence[str] = TABLES,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write a cohort into a new DuckDB file, whole or not at all.

    Raises InputError if the file is there or cannot be written, if the package duckdb is not installed, or
    if not every table is asked for: the views need them.

    cohort: each of its parts is seen once.
    """
    if set(tables) != set(TABLES):
        raise InputError("--table: the views of a DuckDB file need every table; leave --table out")
    with new_database(out, _declared(made)) as connection:
        for part in each_part(Cohort.tables, cohort, pool, on_part):
            for name, table in part.items():
                insert(connection, f"{group_of(name)}.{name}", table)
        connection.execute(VIEWS.read_text(encoding="utf-8"))


@contextmanager
def new_database(out: Path, statements: Iterable[str]) -> Iterator[Any]:
    """Give a connection to a new DuckDB file in which statements have been run, whole or not at all.

    Raises InputError if the file is there or cannot be written, or if the package duckdb is not installed.
    """
    duckdb = _duckdb()
    with whole_file(out) as draft, _told(duckdb), duckdb.connect(str(draft)) as connection:
        for statement in (*BOUNDED, *statements):
            connection.execute(statement)
        yield connection


def insert(connection: Any, table: str, rows: pl.DataFrame) -> None:
    """Add rows to a table that has the same columns in the same order."""
    connection.register("part", Stream(rows))
    connection.execute(f"INSERT INTO {table} SELECT * FROM part")
    connection.unregister("part")


@contextmanager
def _told(duckdb: Any) -> Iterator[None]:
    """Tell what DuckDB says of a disk as the operating system would."""
    refused = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)
    try:
        yield
    except refused as error:
        raise OSError(str(error).splitlines()[0]) from error


def read_duckdb(path: Path | str) -> Cohort:
    """Return the cohort in a file that `write_duckdb` wrote, with the same content hashes.

    Raises InputError if it cannot be read, or holds other tables, columns or values than were written.
    """
    duckdb = _duckdb()
    if not Path(path).is_file():
        raise InputError(f"{path}: is not there; `risk export --format duckdb` writes one")
    try:
        with duckdb.connect(str(path), read_only=True) as connection, TemporaryDirectory() as scratch:
            ((made,),) = connection.execute("SELECT value FROM about WHERE name = 'made'").fetchall()
            tables = {name: _read(connection, name, Path(scratch)) for name in TABLES}
            return Cohort.of(
                {n: checked(n, t, SCHEMAS[n], str(path)) for n, t in tables.items()}, json.loads(made)
            )
    except (duckdb.Error, pl.exceptions.PolarsError) as error:
        raise InputError(f"{path}: not a cohort in DuckDB: {str(error).splitlines()[0]}") from None


def _read(connection: Any, name: str, scratch: Path) -> pl.DataFrame:
    """Return a table with our types, by way of a file: DuckDB's own way to Polars asks for more packages."""
    columns, file = SCHEMAS[name].columns(), scratch / f"{name}.parquet"
    listed = ", ".join(f'"{column}"' for column in columns)
    connection.execute(
        f"COPY (SELECT {listed} FROM {group_of(name)}.{name}) TO {quoted(file)} (FORMAT parquet)"
    )
    return pl.read_parquet(file).cast({column: declared.dtype for column, declared in columns.items()})


def _duckdb() -> Any:
    return need_extra("duckdb", "the format duckdb", "duckdb")


def _declared(made: Made) -> list[str]:
    """Return the statements that declare everything but the views, in an order that works."""
    return [
        *("CREATE SCHEMA record", "CREATE SCHEMA truth"),
        *(
            f"CREATE TYPE {name} AS ENUM ({', '.join(map(quoted, words))})"
            for name, words in _words().items()
        ),
        *(_table(name) for name in TABLES),
        *(statement for name in TABLES for statement in _comments(name)),
        *about_statements(made, "the cohort"),
        "CREATE TABLE labels (word VARCHAR PRIMARY KEY, label VARCHAR NOT NULL)",
        f"INSERT INTO labels VALUES {_values(LABELS)}",
        "COMMENT ON TABLE labels IS 'The words that people read, for every agency and kind'",
    ]


def about_statements(made: Made, whole: str, **more: object) -> list[str]:
    """Return the statements that make the table `about`: that all is invented, and how it was made.

    whole: what the database holds. more: what else there is to say, by name.
    """
    about = {"about": INVENTED, "made_by": generator(), "scenario": made["scenario"], "seed": made["seed"]}
    about |= {n: made[n] for n in ("households", "from_on", "to_on")} | {"made": json.dumps(made)} | more
    return [
        "CREATE TABLE about (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)",
        f"INSERT INTO about VALUES {_values(about)}",
        f"COMMENT ON TABLE about IS 'How {whole} was made; made is the whole of it as JSON'",
    ]


def _words() -> dict[str, list[str]]:
    """Return the words of every vocabulary, by the column that takes them: no two columns differ in them."""
    return {
        column: declared.dtype.categories.to_list()
        for schema in SCHEMAS.values()
        for column, declared in schema.columns().items()
        if isinstance(declared.dtype, pl.Enum)
    }


def _table(name: str) -> str:
    schema = SCHEMAS[name]
    columns = [
        f'"{column}" {column if isinstance(declared.dtype, pl.Enum) else TYPES[type(declared.dtype)]}'
        + ("" if declared.nullable else " NOT NULL")
        for column, declared in schema.columns().items()
    ]
    columns.append(f"PRIMARY KEY ({', '.join(schema.primary_key())})")
    return f"CREATE TABLE {group_of(name)}.{name} ({', '.join(columns)})"


def _comments(name: str) -> list[str]:
    """Return the statements that say what a table and its columns mean, and what each column refers to."""
    table = f"{group_of(name)}.{name}"
    to = {r.column: f"{r.to_table}.{r.to_column}" for r in REFERENCES if r.table == resource_name(name)}
    said = {
        column: words + (f" (one of {to[column].replace('-', '.')})" if column in to else "")
        for column, words in meanings()[name].items()
    }
    return [
        f"COMMENT ON TABLE {table} IS {quoted(meaning(SCHEMAS[name]))}",
        *(f'COMMENT ON COLUMN {table}."{column}" IS {quoted(words)}' for column, words in said.items()),
    ]


def _values(pairs: dict[str, Any]) -> str:
    return ", ".join(f"({quoted(name)}, {quoted(value)})" for name, value in pairs.items())


def quoted(value: object) -> str:
    """Return a value as a text of SQL."""
    return "'" + str(value).replace("'", "''") + "'"
