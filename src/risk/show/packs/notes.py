"""The facilitator's notes: what a case shows, how long it takes, what to ask, and where to get help."""

from typing import Final

import polars as pl
from markupsafe import Markup

from risk.reviews.report import sentences
from risk.show.packs.lesson import Told
from risk.show.packs.stops import AtStop
from risk.show.page import HELP, render

OPENING_MINUTES: Final = 5
MINUTES_A_STOP: Final = 4
ANSWER_MINUTES: Final = 10
DISCUSSION_MINUTES: Final = 15


BEFORE: Final = (
    "Say at the start what the case is about, that anybody may leave, and whom to talk to.",
    HELP,
    "Nobody in the room is being judged, and nobody in the case: ask what was known, when, by whom, and "
    "what would have helped.",
    "Space, the right arrow, Page Down and a clicker go on; Page Up and the left arrow go back, wherever the "
    "focus is. Tab and Enter press a button; Ctrl and Z take back a vote.",
    "Votes stay in this browser on this computer until you wipe them. Nothing is sent anywhere.",
)


def notes(told: Told, at_stops: list[AtStop]) -> Markup:
    """Return the section for the facilitator, closed on the screen and printed on its own."""
    lesson, review = told.lesson, told.review
    timings = pl.DataFrame(
        [
            ("Opening, and how it works", OPENING_MINUTES),
            (f"Records and {len(at_stops)} stops", MINUTES_A_STOP * len(at_stops)),
            ("The answer", ANSWER_MINUTES),
            ("Discussion", DISCUSSION_MINUTES),
        ],
        schema=["part", "minutes"],
        orient="row",
    )
    plan = pl.DataFrame(
        [(f"{s.number}: {s.when}", s.ask, s.answer or None, s.score(), s.against()) for s in at_stops],
        schema={
            **dict.fromkeys(("stop", "ask", "what there is to say", "score, next day"), pl.String),
            f"line, {review.path.line} points": pl.String,
        },
        orient="row",
    )
    return render(
        "packs/templates/notes.html.jinja",
        shows=[lesson.shows, *sentences(review)[:2]],
        before=BEFORE,
        timings=timings,
        plan=plan,
        questions=lesson.questions,
        about_the_line=about_the_line(told),
    )


def about_the_line(told: Told) -> list[str]:
    """Return what the line is, what it was learned from, and what it does not say."""
    path = told.review.path
    return [
        f"The line is {path.line} points: of {path.price:.3g} assessments made there, one is warranted. "
        "Another price is another line: risk pack --price moves it.",
        "The points were learned from invented children. They say nothing about a real child, and reaching "
        "the line here says nothing about what should have been done in a real case.",
        "A record counts from the day after it was written, for less as it ages; a no-further-action never "
        "lowers a score.",
    ]
