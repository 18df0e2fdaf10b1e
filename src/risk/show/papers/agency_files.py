"""The agencies' files: each table holds what its own agency wrote down, and all of them put it together."""

from typing import Final

from risk.core.kinds import label
from risk.show.packs.household import household_line
from risk.show.packs.lesson import Told
from risk.show.papers.blocks import AFTER, BEFORE, Grid, Heading, Lines, Paper, Points, Sentence
from risk.show.papers.written import Entry, agencies, not_then, room_for, title_of, written

STEPS: Final = (
    "5 minutes: each table reads its own file, and writes beside each record what it may have meant for "
    "the child.",
    "15 minutes: read out in order of date, oldest first; one person writes the shared chronology below. "
    "Say the source of each record, and whether you saw it, were told it or worked it out.",
    "5 minutes: mark what several of you saw, what only one of you knew, and what a child said.",
    "5 minutes: by which day would you have wanted somebody to look at all of it? Write it down before you "
    "see the answer.",
)
IMPRECISE: Final = "A date that is a month, a year or from one day to another is known no better than that."
OWN: Final = "What this agency wrote down: no other table has it, and this table has nothing else."
NOBODYS: Final = (
    "What somebody wrote down, and nobody says who. No table has it: the facilitator brings it when the "
    "files are put together."
)
ROW_MM: Final = 13
BLANK_ROWS: Final = 22
SHARED: Final = ("When", "Who wrote it", "What was written down", "What it meant for the child")


def agency_files(told: Told) -> list[Paper]:
    """Return a paper for each agency that wrote anything down, with its own records and no others."""
    entries = written(told)
    return [_file(told, agency, [e for e in entries if e.agency == agency]) for agency in agencies(entries)]


def _file(told: Told, agency: str, own: list[Entry]) -> Paper:
    rows = tuple((entry.when, entry.words, entry.told, "") for entry in own)
    columns = ("When", "What was written down", "Services told", "What it may have meant for the child")
    name = "No agency named: a file for no table"
    if agency != "unspecified":
        name = f"{label(agency)}: the file of one table"
    return Paper(
        f"agency_{agency}",
        name,
        f"{title_of(told)} {NOBODYS if agency == 'unspecified' else OWN}",
        BEFORE,
        (
            Sentence(f"At its first record. {household_line(told, own[0].on, visitors=False)}", "small"),
            Grid(columns, (16, 41, 13, 30), rows, row_mm=ROW_MM),
            *not_then(own),
            Lines(
                room_for(own, room_mm=188, letters=37, row_mm=ROW_MM),
                "What worries you, and what is going well? What is not in this file, and who may know it?",
            ),
        ),
    )


def merge_exercise(told: Told) -> Paper:
    """Return the sheet on which the tables put their files together."""
    return Paper(
        "merge_exercise",
        "Put the files together",
        f"{title_of(told)} Half an hour, one sheet for the whole room.",
        BEFORE,
        (
            Points(STEPS),
            Heading("The shared chronology"),
            Grid(SHARED, (13, 17, 40, 30), (("",) * len(SHARED),) * BLANK_ROWS, row_mm=10.5),
        ),
        wide=True,
    )


def chronology_paper(told: Told) -> Paper:
    """Return all records in one table, for when the class has come to the end of them."""
    entries = written(told)
    columns = ("No", "When", "Agency", "What was written down", "Services told")
    rows = tuple((str(e.number), e.when, e.held_by, e.words, e.told) for e in entries)
    return Paper(
        "chronology",
        "The shared chronology",
        f"{title_of(told)} Everything that was written down, in the order in which it was.",
        AFTER,
        (
            Sentence(f"At the last record. {household_line(told, entries[-1].on)}", "small"),
            Sentence(IMPRECISE, "small"),
            *not_then(entries),
            Grid(columns, (6, 16, 19, 44, 15), rows),
        ),
    )
