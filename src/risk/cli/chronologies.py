"""The commands about a person's own chronology: a template, a check, several agencies' in one, and one made.

None of them overwrites a file, unless --force says so.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from risk import chronologies, cli, records
from risk.cli.console import print_json, say
from risk.cli.options import (
    CASES,
    AsJson,
    BlankDates,
    ChildName,
    ChildOrName,
    Force,
    child_id,
    part_of,
)
from risk.core.errors import InputError
from risk.core.kinds import INVENTED, NOT_FOR_DECISIONS

if TYPE_CHECKING:
    from polars import DataFrame

WRITERS: Final = {".xlsx": "as_workbook", ".csv": "as_csv", ".docx": "as_document"}
DRAFT_WRITERS: Final = {".xlsx": "draft_as_workbook", ".csv": "draft_as_csv"}
"""The function of `risk.chronologies` that writes each kind of file."""

MOST_LISTED: Final = 200
"""So many problems `check` lists; the nearest word to each takes its time."""

Spreadsheet = Annotated[
    Path, typer.Argument(metavar="FILE", help="A .xlsx, .csv, .docx or .ods file.", show_default=False)
]
Spreadsheets = Annotated[
    list[Path], typer.Argument(metavar="FILES...", help="The agencies' files.", show_default=False)
]
Out = Annotated[
    Path,
    typer.Option("--out", metavar="FILE", help="The .xlsx, .csv or .docx to write.", show_default=False),
]

Fix = Annotated[
    Path | None,
    typer.Option(
        "--fix",
        metavar="OUT.xlsx",
        help="Write it as it was understood, with a comment in each cell that was read as something else.",
        show_default=False,
    ),
]

chronology_app = typer.Typer(
    no_args_is_help=True, help="Write, check and merge chronologies of your own, as spreadsheets."
)


@chronology_app.command("new")
def new_chronology(file: Spreadsheet, force: Force = False) -> None:
    """Write a template to fill in: with drop-downs as .xlsx, for Word as .docx, plain as .csv."""
    _check_place(file, force)
    _write_account(file, chronologies.empty_template(), force)
    say(f"Wrote {file}. Fill it in, then: risk chronology check {file}")


@chronology_app.command("check")
def check_chronology(
    file: Spreadsheet,
    blank_dates: BlankDates = None,
    child: ChildName = None,
    fix: Fix = None,
    as_json: AsJson = False,
) -> None:
    """List every problem in a chronology by its cell, and what was read as what.

    Leaves with status 2 if there is a problem, or if `risk review` would not take it.
    """
    reading = chronologies.read_chronology(str(file), blank_dates=blank_dates, child=child)
    refused = "" if reading.problems else _refused(file, blank_dates, child)
    if as_json:
        print_json({**_as_document(reading), "cannot_be_reviewed": refused or None})
    else:
        _print_reading(reading)
    if refused:
        raise InputError(refused)
    if reading.problems:
        raise typer.Exit(2)
    if fix is not None:
        _write_fixed(fix, reading, quietly=as_json)


def _refused(file: Path, blank_dates: str | None, child: str | None) -> str:
    """Return why a chronology without a problem cannot be reviewed; nothing if it can."""
    try:
        chronologies.read_case(str(file), blank_dates=blank_dates, child=child)
    except InputError as mistake:
        return str(mistake)
    return ""


def _write_fixed(file: Path, reading: chronologies.Reading, *, quietly: bool) -> None:
    """Write a chronology as it was understood, with what each cell said. Raises InputError if it is there."""
    if file.suffix.lower() != ".xlsx":
        raise InputError(f"{file}: must end in .xlsx, which has comments")
    if file.exists():
        raise InputError(f"{file}: already exists; give a name that does not, nothing is overwritten")
    comments = reading.comments()
    records.write(file, chronologies.as_workbook(reading.account, comments))
    if not quietly:
        n = len(comments)
        cells = "a comment in 1 cell" if n == 1 else f"comments in {n:,} cells"
        say(f"Wrote {file} as it was understood, with {cells}.")


@chronology_app.command("merge")
def merge_chronologies(
    files: Spreadsheets,
    out_file: Out,
    force: Force = False,
    blank_dates: BlankDates = None,
    child: ChildName = None,
    as_json: AsJson = False,
) -> None:
    """Put several agencies' chronologies of one child together, in date order.

    The source of each entry says which file it is from. Entries of one day that look alike are shown, and
    both are kept. --child, or else the first file, says whom it is about.
    """
    _check_place(out_file, force)
    readings = [
        chronologies.read_chronology(str(file), blank_dates=blank_dates, child=child) for file in files
    ]
    wrong = [problem for reading in readings for problem in _said_of(reading)]
    if wrong:
        raise InputError("\n".join(wrong))
    together = zip(files, readings, strict=True)
    account = chronologies.merged([(file.name, reading.account) for file, reading in together])
    alike = chronologies.look_alikes(account)
    _write_account(out_file, account, force)
    if as_json:
        counts = {"about": NOT_FOR_DECISIONS, "file": out_file, **_counts(account)}
        read_as = [{"file": r.source, **row} for r in readings for row in r.read_as.to_dicts()]
        remarks = [f"{r.source}: {sentence}" for r in readings for sentence in r.remarks]
        print_json({**counts, "look_alikes": alike.to_dicts(), "read_as": read_as, "remarks": remarks})
        return
    for reading in readings:
        _print_read_as(reading)
    if alike.height:
        _print_look_alikes(alike)
    say(f"Wrote {out_file}: {_in_brief(account)}.")


def _print_look_alikes(alike: DataFrame) -> None:
    n = f"{alike.height} {'pair' if alike.height == 1 else 'pairs'}"
    title = f"Same day, same kind: {n}, perhaps one event written down twice; both are kept"
    cli.print_table(chronologies.look_alikes_table(alike), title)


@chronology_app.command("propose")
def propose_kinds(
    file: Spreadsheet, out_file: Out, child: ChildName = None, force: Force = False, as_json: AsJson = False
) -> None:
    """Propose kind, agency, who was told and whether the child said so, from the words of the narrative.

    For a chronology without a Kind column. What a person wrote stays. Each proposal stands with the words
    that led to it, and with no under Confirmed, until a person has looked: only then is it reviewed.
    """
    _check_place(out_file, force)
    draft = chronologies.propose(chronologies.read_sheet(file), child=child)
    writer = getattr(chronologies, DRAFT_WRITERS[out_file.suffix.lower()])
    records.write(out_file, writer(draft), force=force)
    found = draft.proposed.filter(column="kind")
    nothing = found.filter(led_by="").height
    if as_json:
        rows = draft.proposed.to_dicts()
        print_json(
            {"about": NOT_FOR_DECISIONS, "file": out_file, "proposed": rows, "kinds_not_found": nothing}
        )
        return
    cli.print_table(chronologies.proposals_table(draft.proposed), f"{out_file}: proposed, and not confirmed")
    say(
        f"Wrote {out_file}: {found.height} kinds are proposed; {nothing} of them are Other concern, since no "
        "phrase was found. Read each row, put it right, and write yes under Confirmed; then: "
        f"risk review {out_file}{_about(child)}",
        wrapped=True,
    )


def _about(child: str | None) -> str:
    return "" if child is None else f" --child {shlex.quote(child)}"


@chronology_app.command("write")
def write_chronology(
    what: Annotated[
        str,
        typer.Argument(
            metavar="CASE|DIR|FILE",
            help=f"A shipped case ({', '.join(CASES)}), a cohort's folder, or a chronology.",
            show_default=False,
        ),
    ],
    out_file: Out,
    child: ChildOrName = None,
    blank_dates: BlankDates = None,
    force: Force = False,
) -> None:
    """Write a case, or a child of a cohort, as a practitioner's spreadsheet.

    It reads back to the same days and the same scores.
    """
    _check_place(out_file, force)
    if Path(what).is_dir():
        if child is None:
            raise InputError(f"{what}: a cohort; say which child with --child")
        number = child_id(child)
        account = chronologies.account_of(part_of(number, Path(what)).record, number)
    else:
        reading = chronologies.read_chronology(what, blank_dates=blank_dates, child=child)
        reading.raise_problems()
        account = reading.account
    _write_account(out_file, account, force)
    say(f"Wrote {out_file}: {_in_brief(account)}.")
    if Path(what).is_dir():
        say(INVENTED, style="italic")


def _check_place(file: Path, force: bool) -> None:
    """Raise InputError unless an account can be written there, in the format its name says."""
    if file.suffix.lower() not in WRITERS:
        *others, last = WRITERS
        raise InputError(f"{file}: must end in {', '.join(others)} or {last}")
    records.check_free(file, force=force)


def _write_account(file: Path, account: chronologies.Account, force: bool) -> None:
    writer = getattr(chronologies, WRITERS[file.suffix.lower()])
    records.write(file, writer(account), force=force)


def _said_of(reading: chronologies.Reading) -> list[str]:
    try:
        reading.raise_problems()
    except InputError as mistake:
        return [str(mistake)]
    return []


def _counts(account: chronologies.Account) -> dict[str, Any]:
    undated = account.entries["recorded_on"].null_count()
    return {
        "children": account.children["name"].to_list(),
        "entries": account.entries.height,
        "dated": account.entries.height - undated,
        "undated": undated,
    }


def _in_brief(account: chronologies.Account) -> str:
    counts = _counts(account)
    undated = f", {counts['undated']} without a date" if counts["undated"] else ""
    about, *others = counts["children"]
    beside = f"; with {', '.join(others)}" if others else ""
    days = account.entries["occurred_on"].drop_nulls().to_list()
    when = f" from {min(days)} to {max(days)}" if days else ""
    return f"{counts['entries']} events{undated},{when}, about {about}{beside}"


def _as_document(reading: chronologies.Reading) -> dict[str, Any]:
    """Return what came of reading a chronology, as JSON has it."""
    return {
        "about": NOT_FOR_DECISIONS,
        "file": reading.source,
        **_counts(reading.account),
        "problems": [
            {
                "cell": problem.cell.address,
                "row": problem.cell.row,
                "column": problem.cell.column or None,
                "value": problem.cell.text,
                "rule": problem.why(),
            }
            for problem in reading.problems[:MOST_LISTED]
        ],
        "n_problems": len(reading.problems),
        "read_as": reading.read_as.to_dicts(),
        "remarks": reading.remarks,
    }


def _print_reading(reading: chronologies.Reading) -> None:
    _print_read_as(reading)
    if not reading.problems:
        say(f"{reading.source}: no problems. {_in_brief(reading.account)}.")
        return
    n = len(reading.problems)
    cli.print_table(
        chronologies.problems_table(reading, MOST_LISTED),
        f"{reading.source}: {n} {'problem' if n == 1 else 'problems'}",
    )
    if n > MOST_LISTED:
        say(f"The first {MOST_LISTED} are shown.")


def _print_read_as(reading: chronologies.Reading) -> None:
    """Print what was read as something else, each pair of words once, with the cells it stands in."""
    shown = chronologies.read_as_table(reading)
    if shown.height:
        cli.print_table(shown, f"{reading.source}: what was read as something else")
    for sentence in reading.remarks:
        say(f"• {sentence}", wrapped=True)
