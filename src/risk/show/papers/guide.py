"""The facilitator's notes on paper: the minutes, which paper when, and what there is to say at each stop."""

from typing import Final

import polars as pl

from risk.core.kinds import label
from risk.reviews.report import sentences
from risk.show.packs.lesson import Told
from risk.show.packs.notes import (
    ANSWER_MINUTES,
    BEFORE,
    DISCUSSION_MINUTES,
    MINUTES_A_STOP,
    OPENING_MINUTES,
    about_the_line,
)
from risk.show.packs.stops import AtStop
from risk.show.papers.blocks import HELD_BY, NOTES, Grid, Heading, Lines, Paper, Points, Sentence
from risk.show.papers.written import title_of

WHEN: Final = (
    ("Stop cards", "one at each stop, none before its day", "a set a table"),
    (
        "The files of the agencies, and the sheet to merge them",
        "instead of the stops, or a week before",
        "one a table",
    ),
    ("Signs of Safety", "at the stop at which the room is most of two minds", "one a table"),
    ("The shared chronology", "when the answer has been shown", "one each"),
    ("Seven-minute briefing", "at the end, for the teams at home", "one each"),
    ("Reflection log", "in the last ten minutes", "one each"),
    ("Certificate of attendance", "at the door; write the name by hand", "one each"),
)


AREAS: Final = {
    "Physical care": ("hunger", "home_conditions", "missed_health_appointment", "physical_harm"),
    "Safety": (
        "supervision",
        "risky_adult",
        "sexual_abuse_indicator",
        "criminality_at_address",
        "domestic_abuse",
    ),
    "Emotional care": ("emotional_harm", "parental_mental_health", "parental_substance_misuse"),
    "Care for development": ("school_absence", "non_engagement"),
}
AREAS_ARE: Final = (
    "The Graded Care Profile 2 grades care in such areas; who is trained in it can hold these records beside "
    "it. This is no grading: it only says how many records of the case speak of what."
)


def _areas(told: Told) -> tuple[tuple[str, str], ...]:
    """Return each area of care with the records of the case that speak of it, by their kind."""
    counts = dict(told.review.path.events["kind"].cast(pl.String).value_counts().iter_rows())
    named = {
        area: [f"{label(kind)}: {counts[kind]}" for kind in kinds if kind in counts]
        for area, kinds in AREAS.items()
    }
    return tuple((area, "; ".join(said) or "no record") for area, said in named.items())


def minutes(at_stops: list[AtStop]) -> int:
    """Return how long a class takes, in minutes."""
    return sum(spent for _, spent in _plan(at_stops))


def _plan(at_stops: list[AtStop]) -> list[tuple[str, int]]:
    n = len(at_stops)
    return [
        ("Opening: what the case is about, that anybody may leave, how it works", OPENING_MINUTES),
        (f"{n} {'stop' if n == 1 else 'stops'}, {MINUTES_A_STOP} minutes each", MINUTES_A_STOP * n),
        ("The answer", ANSWER_MINUTES),
        ("Discussion, and the reflection log", DISCUSSION_MINUTES),
    ]


def facilitators_notes(told: Told, at_stops: list[AtStop]) -> Paper:
    """Return the notes: what the case shows, the minutes, the papers, what there is to say at each stop."""
    review = told.review
    begun, plan = 0, []
    for part, spent in _plan(at_stops):
        plan.append((f"{begun} to {begun + spent}", part))
        begun += spent
    line = f"Score the day after; the line is {review.path.line}"
    stops = tuple(
        (f"{s.number}. {s.when}", s.ask, s.answer or "–", f"{s.score()}: {s.against()}") for s in at_stops
    )
    return Paper(
        "facilitator_notes",
        "Facilitator's notes",
        f"{title_of(told)} {HELD_BY[NOTES]}.",
        NOTES,
        (
            Heading("What this case shows"),
            Points((told.lesson.shows, *sentences(review))),
            Heading("Before you begin"),
            Points(BEFORE),
            Heading(f"The {begun} minutes"),
            Grid(("Minutes", "Part"), (18, 82), tuple(plan)),
            Heading("Which paper, when"),
            Grid(("Paper", "When", "How many"), (42, 40, 18), WHEN),
            Heading("The stops"),
            Grid(("Stop", "Ask", "What there is to say", line), (11, 28, 44, 17), stops),
            Heading("Areas of care"),
            Sentence(AREAS_ARE),
            Grid(("Area of care", "What there is in this case"), (30, 70), _areas(told)),
            Heading("Questions for the discussion"),
            Points(tuple(told.lesson.questions)),
            Heading("What the line is, and is not"),
            Points(tuple(about_the_line(told))),
            Lines(3, "What you would do otherwise next time:"),
        ),
    )
