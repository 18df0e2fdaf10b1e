"""The command about exports: a cohort in the forms that the field uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from risk import export, model, national, records
from risk.cli.console import progress, say
from risk.cli.options import (
    Folder,
    Scheduler,
    Trust,
    Workers,
    Year,
    day_within,
    span_of,
    statutory_year,
)
from risk.core.errors import InputError, shown, unknown
from risk.core.kinds import INVENTED
from risk.core.pool import Pool

RETURNS: Final = {"cin-census": "write_xml", "cin-csv": "write_csvs", "ssda903": "write_ssda903"}
"""The statutory returns, each of one year, and the function of `risk.national` that writes it."""

LISTS: Final = {"annex-a": "write_annex_a"}
"""Lists of how things stood on one day, likewise."""

DATASETS: Final = {"ssd": "write_ssd"}
"""What a service's own database holds of all years, as known on one day, likewise."""

TABLES: Final = {"csv": "write_csv", "xlsx": "write_xlsx", "duckdb": "write_duckdb"}
"""The tables as they are, of the whole cohort, and the function of `risk.export` that writes them."""

ROWS: Final = {"features": "write_features"}
"""What a model reads, of the whole cohort, likewise of `risk.model`."""

CENSUS: Final = ("cin-census", "cin-csv")
"""The returns that say which authority sends them."""

ENDINGS: Final = {"cin-census": ".xml", "annex-a": ".xlsx"}
"""What the name of a file ends with, where a format is one file."""

MOST_AUTHORITIES: Final = 5
FORMATS: Final = (*RETURNS, *LISTS, *DATASETS, *TABLES, *ROWS)


Format = Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.", show_default=False)]
NewPath = Annotated[
    Path, typer.Option("--out", help="A file or folder that does not exist yet.", show_default=False)
]
On = Annotated[
    str | None,
    typer.Option(
        metavar="DAY",
        help="For annex-a: the day that the lists are of, else 31 March of --year; for ssd: what was known "
        "on that day, else on the last. As 2014-03-31, 31/3/2014 or 31 March 2014.",
        show_default=False,
    ),
]
Tables = Annotated[
    list[str] | None,
    typer.Option(
        "--table", help="For csv and xlsx: only this table; as often as you like.", show_default=False
    ),
]


Authorities = Annotated[
    int | None,
    typer.Option(
        metavar=f"2 to {MOST_AUTHORITIES}",
        min=2,
        max=MOST_AUTHORITIES,
        help="For returns, lists and ssd: a folder with one for each of so many authorities.",
        show_default=False,
    ),
]


def export_cohort(
    folder: Folder,
    to_format: Format,
    out: NewPath,
    year: Year = None,
    on: On = None,
    table: Tables = None,
    authorities: Authorities = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
) -> None:
    """Write a cohort as the field would: a statutory return of one year, or its tables for other tools."""
    pool = Pool(workers, scheduler, trust_scheduler)
    _check_belongs(to_format, year, on, table, authorities)
    records.clear_after(out)
    records.check_free(out, "file or folder")
    made = records.read_manifest(folder).made
    with progress(f"Exporting {folder}", made["households"] * (authorities or 1)) as step:
        write = partial(_writer(to_format, made, year, on, table), pool=pool, on_part=step)
        if authorities is None:
            write(folder, out)
        else:
            ending = ENDINGS.get(to_format, "")
            national.write_each(out, folder, authorities, ending, partial(_of_authority, write, to_format))
    say(f"Wrote {out}. {INVENTED}")


def _writer(
    to_format: str, made: dict[str, Any], year: int | None, on: str | None, table: list[str] | None
) -> Callable[..., None]:
    """Return what writes a cohort to a path in a format. Raises InputError for a year or day it lacks."""
    if to_format in ROWS:
        write = getattr(model, ROWS[to_format])
        return lambda cohort, out, **how: write(cohort, made, out, **how)
    if to_format in TABLES:
        write = getattr(export, TABLES[to_format])
        return lambda cohort, out, **how: write(cohort, made, out, _tables(table), **how)
    write = getattr(national, (RETURNS | LISTS | DATASETS)[to_format])
    if to_format in RETURNS:
        of: Any = statutory_year(year, made)
    else:
        of = _day(on, year, made) if to_format in LISTS else _known_on(on, made)
    return lambda cohort, out, **how: write(cohort, made, of, out, **how)


def _of_authority(
    write: Callable[..., None], to_format: str, homes: records.Parts, authority: str, out: Path
) -> None:
    """Write what an authority sends; only the census says who it is."""
    write(homes, out, **({"authority": authority} if to_format in CENSUS else {}))


def _check_belongs(
    to_format: str, year: int | None, on: str | None, table: list[str] | None, authorities: int | None
) -> None:
    """Raise InputError for an unknown format, or for an option that the format has no use for."""
    if to_format not in FORMATS:
        raise InputError(f"--format: {unknown('format', to_format, FORMATS)}")
    if table and to_format not in TABLES:
        raise InputError(
            f"--table {table[0]}: a return has tables of its own, features are one; leave --table out"
        )
    if on is not None and to_format not in (*LISTS, *DATASETS):
        raise InputError(f"--on {shown(on)}: {to_format} is not of one day; leave --on out")
    if year is not None and to_format not in (*RETURNS, *LISTS):
        raise InputError(f"--year {year}: {to_format} holds the whole cohort; leave --year out")
    if authorities is not None and to_format in (*TABLES, *ROWS):
        raise InputError(
            f"--authorities {authorities}: {to_format} holds the whole cohort; leave --authorities out"
        )


def _day(on: str | None, year: int | None, made: dict[str, Any]) -> date:
    """Return the day asked for. Raises InputError if the cohort lacks it, or the twelve months before it."""
    if on is None and year is None:
        raise InputError("--on is missing: the lists are of one day; give it, or --year for its 31 March")
    if on is None:
        return statutory_year(year, made).last_on
    if year is not None:
        raise InputError(f"--on {shown(on)}, --year {year}: give one of them")
    first, last = span_of(made)
    return day_within("--on", on, first + timedelta(days=366), last, "the lists look back twelve months")


def _known_on(on: str | None, made: dict[str, Any]) -> date:
    """Return the day asked for, else the last of the cohort. Raises InputError if the cohort lacks it."""
    first, last = span_of(made)
    return last if on is None else day_within("--on", on, first, last, "it is no day of the cohort")


def _tables(asked: list[str] | None) -> Sequence[str]:
    """Return the tables asked for in the order of `TABLES`, each once; all of them if none is named."""
    for word in asked or []:
        if word not in export.TABLES:
            raise InputError(f"--table: {unknown('table', word, export.TABLES)}")
    return [name for name in export.TABLES if name in (asked or export.TABLES)]
