"""The options: what commands of the command line have in common, and how they write a file."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from risk.export.years import StatutoryYear, whole_years
from risk.mistakes import InputError

Folder = Annotated[Path, typer.Argument(help="A cohort's folder, from `risk generate`.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
CardFile = Annotated[Path | None, typer.Option("--card", help="A card made by `risk fit`.")]
Price = Annotated[
    float, typer.Option(help="Assessments you would make to find one that was warranted: sets the line.")
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
Households = Annotated[int, typer.Option(min=1, max=100_000_000, help="How many households.")]


def statutory_year(asked: int | None, made: dict[str, Any]) -> StatutoryYear:
    """Return the year asked for. Raises InputError, with the years that the cohort holds, for any other."""
    first, end = (date.fromisoformat(made[n]) for n in ("from_on", "to_on"))
    whole = {year.ending: year for year in whole_years(first, end)}
    if asked in whole:
        return whole[asked]
    which = f"{min(whole)} to {max(whole)}" if len(whole) > 1 else str(*whole) if whole else "none"
    raise InputError(
        f"--year {'is missing' if asked is None else asked}: a return is about 1 April to 31 March, named "
        f"by its end; {first} to {end - timedelta(days=1)} holds the whole of {which}"
    )


def write_text(path: Path, text: str) -> Path:
    """Write a text whole or not at all, and return its path."""
    return write(path, text.encode("utf-8"))


def write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all, and return its path."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    return path
