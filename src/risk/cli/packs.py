"""The packs' command: a case, an invented child or a chronology as one page for a class."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from risk import model, records, show
from risk.cli.console import say
from risk.cli.options import (
    LESSONS,
    BlankDates,
    CardFile,
    ChildOrName,
    Force,
    Price,
    Unconfirmed,
    child_id,
    part_of,
)
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError
from risk.core.kinds import NOT_FOR_DECISIONS


class Votes(StrEnum):
    """How many choices a class has at a stop."""

    four = "four"
    two = "two"


Papers = Annotated[
    Path | None,
    typer.Option(
        "--papers",
        metavar="DIR",
        help="Also write the papers of the class, in Word and to print, into a folder that is not there yet.",
        show_default=False,
    ),
]
AS_PDF = "each in Word to change and as a PDF to print."
AS_PAGES = (
    "each in Word to change and as a page to print from a browser: no Chromium or Chrome was found here that "
    "makes PDFs."
)
NO_REAL_NAMES = "It holds every word of the chronology: use an invented or an anonymised one."


LessonFile = Annotated[
    Path | None,
    typer.Option("--lesson", metavar="FILE.toml", help="Your own stops and questions.", show_default=False),
]
LessonTo = Annotated[
    Path | None,
    typer.Option(
        "--lesson-to",
        metavar="FILE.toml",
        help="Also write the stops and questions, to edit and give back with --lesson.",
        show_default=False,
    ),
]


HowManyChoices = Annotated[
    Votes | None,
    typer.Option(
        help="Choices of a class at a stop: four, from nothing to a strategy discussion, or two. "
        "[default: as the lesson says, four]",
    ),
]
What = Annotated[
    str,
    typer.Argument(
        metavar="CASE|DIR|FILE",
        help=f"A shipped case ({', '.join(LESSONS)}), a cohort's folder, or your own chronology.",
        show_default=False,
    ),
]
Out = Annotated[Path | None, typer.Option(help="Where to write the page. [default: the case's name, .html]")]


def make_pack(
    what: What,
    out: Out = None,
    child: ChildOrName = None,
    blank_dates: BlankDates = None,
    card_file: CardFile = None,
    price: Price = DEFAULT_PRICE,
    unconfirmed: Unconfirmed = False,
    lesson_file: LessonFile = None,
    lesson_to: LessonTo = None,
    votes: HowManyChoices = None,
    papers: Papers = None,
    force: Force = False,
) -> None:
    """Make a training pack: one page that opens from disk, reveals a case day by day, and asks a class.

    Without --card, the card that comes with the package is used.
    """
    card = model.Card.shipped() if card_file is None else model.Card.read(card_file)
    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"--out {out}: a pack is a page; its name must end in .html")
    if out is not None:
        records.check_free(out, force=force)
    if papers is not None:
        records.clear_after(papers)
        records.check_free(papers, "folder")
    _check_lesson_to(lesson_to, force)
    found = _told(what, child, blank_dates, card, price, unconfirmed)
    if lesson_file is not None:
        found = show.with_lesson(found, lesson_file)
    path = out or Path(f"{found.lesson.name}.html")
    records.check_free(path, force=force)
    if votes is not None:
        found = show.with_votes(found, votes.value)
    _write(found, path, lesson_to, papers, force)


def _check_lesson_to(file: Path | None, force: bool) -> None:
    """Raise InputError unless a lesson can be written there, if one is asked for."""
    if file is None:
        return
    if file.suffix.lower() != ".toml":
        raise InputError(f"--lesson-to {file}: a lesson's file must end in .toml")
    records.check_free(file, force=force)


def _write(found: show.Told, path: Path, lesson_to: Path | None, papers: Path | None, force: bool) -> None:
    """Write the page, and the lesson and the papers if they are asked for, and say so.

    Nothing is written before the page is made, and the page and the papers are written both or neither.
    """
    page = show.pack(found)
    if papers is not None:
        _check_apart(path, papers)
    if lesson_to is not None:
        records.write_text(lesson_to, show.as_toml(found), force=force)
        say(f"{lesson_to}: its stops and questions. Edit them, then give it with --lesson.")
    if papers is None:
        records.write_text(path, page, force=force)
    else:
        with show.paper_folder(found, papers) as (n, printed):
            records.write_text(path, page, force=force)
        say(f"{papers}: {n} papers on A4, {AS_PDF if printed else AS_PAGES}", wrapped=True)
    for remark in [] if found.case is None else found.case.remarks:
        say(remark, wrapped=True)
    say(f"{path}: {path.stat().st_size / 1e6:.1f} MB. Open it in a browser; it needs no network.")
    if found.lesson.account == "own":
        say(NO_REAL_NAMES, wrapped=True)
    say(NOT_FOR_DECISIONS, style="italic")


def _check_apart(page: Path, papers: Path) -> None:
    """Raise InputError if the page would be written where the folder of papers is to come."""
    if papers.absolute() in (page.absolute(), *page.absolute().parents):
        raise InputError(f"--papers {papers}: the page {page} would be in it; give another folder")


def _told(
    what: str, child: str | None, blank_dates: str | None, card: model.Card, price: float, unconfirmed: bool
) -> show.Told:
    if Path(what).is_dir() and what not in show.lesson_names():
        if child is None:
            raise InputError(f"{what} is a cohort's folder: say which child with --child")
        number = child_id(child)
        return show.of_child(part_of(number, Path(what)), number, card, price=price)
    if what in show.lesson_names() or not Path(what).suffix:
        if child is not None:
            raise InputError(f"--child {child[:60]}: only for a cohort's folder and files of your own")
        return show.told(show.read_lesson(what), card, price=price)
    return show.of_chronology(
        what, card, price=price, blank_dates=blank_dates, unconfirmed=unconfirmed, child=child
    )
