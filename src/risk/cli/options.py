"""The options: what commands of the command line have in common, and how they write a file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

from risk import chronologies, national, records
from risk.core.errors import InputError, shown
from risk.core.shipped import shipped_names

SCENARIOS: Final = shipped_names("risk.world", "scenarios", ".toml")
CASES: Final = shipped_names("risk.chronologies", "cases", ".csv")
LESSONS: Final = shipped_names("risk.show.packs", "lessons", ".toml")

Folder = Annotated[Path, typer.Argument(help="A cohort's folder, from `risk generate`.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
Full = Annotated[
    bool, typer.Option("--full", help="Print every table too; without it, the answer on one screen.")
]
CardFile = Annotated[Path | None, typer.Option("--card", help="A card made by `risk fit`.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
BlankDates = Annotated[
    str | None,
    typer.Option(
        "--blank-dates",
        metavar="same|undated",
        help="What an empty date below another means in this file: the same day, or that nobody knows.",
        show_default=False,
    ),
]
ChildOrName = Annotated[
    str | None,
    typer.Option(
        "--child",
        metavar="ID|NAME",
        help="One child of a cohort, by child_id; of a chronology, whom it is about, by name.",
        show_default=False,
    ),
]
ChildName = Annotated[
    str | None,
    typer.Option(
        "--child", metavar="NAME", help="Whom it is about, if the file does not say.", show_default=False
    ),
]
Price = Annotated[
    float, typer.Option(help="Assessments you would make to find one that was warranted: sets the line.")
]
Unconfirmed = Annotated[
    bool,
    typer.Option(
        "--unconfirmed", help="Take proposals that no person has confirmed as they are, and say so."
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=2**64 - 1, help="Same seed, same content, on any machine.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change an assumption by name, as in noticing.shares.police=1.0; as often as you like.",
        show_default=False,
    ),
]
Year = Annotated[
    int | None, typer.Option(help="The statutory year to 31 March of this year.", show_default=False)
]
Workers = Annotated[int, typer.Option(min=1, max=256, help="Processes; what comes out is the same.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Instead of processes here: a Dask cluster's scheduler, tls://host:port.", show_default=False
    ),
]
Trust = Annotated[
    bool,
    typer.Option("--trust-scheduler", help="Take a scheduler without tls://, which can run code here."),
]
Households = Annotated[int, typer.Option(min=1, max=100_000_000, help="How many households.")]


class Printed(NamedTuple):
    """How a report comes out: on one screen, with every table, or as JSON."""

    full: bool
    as_json: bool


def statutory_year(asked: int | None, made: dict[str, Any]) -> national.StatutoryYear:
    """Return the year asked for. Raises InputError, with the years that the cohort holds, for any other."""
    first, last = span_of(made)
    whole = {year.ending: year for year in years_of(made)}
    if asked in whole:
        return whole[asked]
    raise InputError(
        f"--year {'is missing' if asked is None else asked}: a return is about 1 April to 31 March, named "
        f"by its end; {first} to {last} holds the whole of {years_in_words(made)}"
    )


def span_of(made: dict[str, Any]) -> tuple[date, date]:
    """Return the first and the last day of a cohort, from how it was made."""
    return date.fromisoformat(made["from_on"]), date.fromisoformat(made["to_on"]) - timedelta(days=1)


def years_of(made: dict[str, Any]) -> list[national.StatutoryYear]:
    """Return the statutory years of which a cohort holds every day."""
    first, last = span_of(made)
    return national.whole_years(first, last + timedelta(days=1))


def years_in_words(made: dict[str, Any]) -> str:
    """Return the statutory years that a cohort holds, as a message says them: 2022 to 2026, or none."""
    endings = [year.ending for year in years_of(made)]
    return "none" if not endings else f"{endings[0]} to {endings[-1]}" if endings[1:] else str(endings[0])


def day_of(option: str, text: str) -> date:
    """Return the day that a person wrote for an option, in any of the forms of a chronology.

    Raises InputError for what is no date, and for more than one day.
    """
    window = chronologies.read_window(text)
    if window is None or window.first != window.last:
        raise InputError(
            f"{option} {shown(text)}: is not one day; write it as 2014-03-31, 31/3/2014 or 31 March 2014"
        )
    return window.first


def day_within(option: str, text: str, first: date, last: date, why: str) -> date:
    """Return the day that a person wrote. Raises InputError unless it is within two days, which it names."""
    on = day_of(option, text)
    if not first <= on <= last:
        days = f"give a day from {first} to {last}" if first <= last else "the cohort is too short for any"
        raise InputError(f"{option} {on}: {why}; {days}")
    return on


def child_id(child: str) -> int:
    """Return the number of a cohort's child. Raises InputError for what is no number."""
    if not (child.isascii() and child.isdecimal() and len(child) < 19):
        raise InputError(f"--child {child[:60]}: a cohort's children are chosen by number, child_id")
    return int(child)


def part_of(child: int, folder: Path) -> records.Cohort:
    """Return the partition that a child would be in: they come in the order of their children's ids."""
    for part in records.parts(folder):
        if child <= max(part.record.children["child_id"], default=-1):
            break
    return part
