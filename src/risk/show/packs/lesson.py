"""The lesson: a case that a class works through, where it stops to ask, and what may be asked afterwards.

A shipped lesson is one TOML file in `lessons/`. It names a shipped chronology, or an invented child by the
scenario, seed and number that make it again, so that what was true of it can be told as well.
"""

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

import polars as pl

from risk.chronologies.case import Case, read_case
from risk.core.arguments import need
from risk.core.bounded import toml_of
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError, unknown
from risk.core.shipped import shipped_names
from risk.model.card import Card
from risk.records.cohort import Cohort
from risk.reviews.act import Acted, act_for_child
from risk.reviews.caseload import review_child
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import Review, review
from risk.world.assumptions import Frozen
from risk.world.replaying import home_again, of_one_home
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import made

SHIPPED: Final = files("risk.show.packs") / "lessons"
STOPS: Final = 5
ASK: Final = "What do you know, who else may know something, and who has been asked?"
AFTERWARDS: Final = (
    "On which day did each of you first want an assessment, and what made you?",
    "Which record would have changed your mind, and who held it?",
    "What did the children say, to whom, and what came of it?",
    "Where you work: who would have put these records together, and when?",
)


class Stop(Frozen):
    """A question to the class when the records up to and on a day are on the table.

    answer: what there is to say to it afterwards.
    """

    on: date
    ask: str
    answer: str = ""


class InventedChild(Frozen):
    """A child of a generated cohort, by what makes it again: child_id in any cohort of scenario and seed."""

    scenario: str
    seed: int
    child_id: int


class Lesson(Frozen):
    """A case for a class.

    title: what the class reads; it gives nothing away. shows: what the facilitator reads. account: whose it
    is. chronology: a shipped case, or child: an invented one. stops: none for those where something changes.
    questions: for the discussion at the end. votes: four choices, from nothing to a strategy discussion, or
    two.
    """

    name: str
    title: str
    shows: str
    account: Literal["invented", "published", "own"]
    chronology: str | None = None
    child: InventedChild | None = None
    stops: tuple[Stop, ...] = ()
    questions: tuple[str, ...] = AFTERWARDS
    votes: Literal["four", "two"] = "four"


@dataclass(frozen=True, eq=False)
class Told:
    """A lesson with what there is to tell.

    case: the chronology that was reviewed, null for an invented child. replayed: what good practice would
    have changed for an invented child's home, from `replay.of_one_home`; acted: what an assessment on the day
    of the line would have.
    """

    lesson: Lesson
    review: Review
    case: Case | None = None
    replayed: pl.DataFrame | None = None
    acted: Acted | None = None


def lesson_names() -> list[str]:
    """Return the names of the shipped lessons, the review's own case first."""
    names = shipped_names("risk.show.packs", "lessons", ".toml")
    return sorted(names, key=lambda name: read_lesson(name).chronology is None)


def read_lesson(name: str) -> Lesson:
    """Return a shipped lesson. Raises InputError with the nearest name if there is none of this one.

    >>> risk.read_lesson("norfolk_review").name
    'norfolk_review'
    """
    need("name", name, str)
    if name not in shipped_names("risk.show.packs", "lessons", ".toml"):  # which no path outside it is
        raise InputError(unknown("lesson", name, lesson_names()))
    text = (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
    return Lesson(name=name, **toml_of(text, f"{name}.toml"))


def told(lesson: Lesson, card: Card, *, price: float = DEFAULT_PRICE) -> Told:
    """Return a shipped lesson with its case reviewed."""
    if lesson.child is not None:
        child = lesson.child
        cohort = home_again(made(Scenario.named(child.scenario), 1, child.seed), child.child_id)
        return of_child(cohort, child.child_id, card, lesson=lesson, price=price)
    return of_chronology(lesson.chronology or lesson.name, card, lesson=lesson, price=price)


def of_chronology(
    name: str,
    card: Card,
    *,
    lesson: Lesson | None = None,
    price: float = DEFAULT_PRICE,
    unconfirmed: bool = False,
    blank_dates: str | None = None,
    child: str | None = None,
) -> Told:
    """Return a chronology, a shipped case or a file, as a lesson. Raises InputError as `read_case` does."""
    case = read_case(name, unconfirmed=unconfirmed, blank_dates=blank_dates, child=child)
    path = trajectory(card, case.record, case.child_id, price=price, texts=case.texts)
    own = Lesson(
        name=Path(name).stem,
        title="When should it have triggered?",
        shows="A chronology of your own.",
        account="own",
        chronology=name,
    )
    return Told(lesson or own, review(path, case=case), case)


def of_child(
    cohort: Cohort,
    child_id: int,
    card: Card,
    *,
    lesson: Lesson | None = None,
    price: float = DEFAULT_PRICE,
) -> Told:
    """Return an invented child of a cohort as a lesson. Raises InputError if it is not in the cohort."""
    reviewed = review_child(card, cohort, child_id, price=price)
    any_child = Lesson(
        name=f"child_{child_id}",
        title="When should it have triggered?",
        shows=f"Child {child_id} of a generated cohort.",
        account="invented",
    )
    return Told(
        lesson or any_child,
        reviewed,
        replayed=of_one_home(cohort.made, child_id),
        acted=act_for_child(card, cohort, child_id, price=price),
    )
