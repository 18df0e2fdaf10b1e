"""The blank sheets: what a class writes on, the same for every case, and what it takes home."""

from typing import Final

from risk.show.packs.lesson import Told
from risk.show.page import HELP
from risk.show.papers.blocks import AFTER, BEFORE, Boxes, Lines, Paper, Points, Scale, Sentence
from risk.show.papers.written import title_of

WORRIED: Final = (
    "What are we worried about?",
    "What has happened to the child, what may happen, what makes it harder. In plain words; who says so?",
)
WORKING: Final = (
    "What is working well?",
    "Who is there for the child, what the parents do well, when it went better, and what made it so.",
)
NEEDED: Final = (
    "What needs to happen?",
    "What the family and each agency will do next, by when, and how the child would notice it.",
)
SAFE: Final = Scale(
    "How safe is the child today?",
    "0: so unsafe that somebody must act tonight",
    "10: safe enough that services can leave",
)
REFLECT: Final = (
    "What in this case stays with you?",
    "Which record did you read differently once you had seen the others?",
    "Whose voice did you hear least, and what would you have asked?",
    "Where you work: what is like this, and what gets in the way of adding it up?",
    "What will you do differently, from when, and who will help you?",
)
ATTENDED: Final = (
    "Reading what several agencies had written down about one child as one record",
    "Deciding day by day with no more than was known by then, and hearing what others decided",
    "What a child's own words ask of whoever hears them",
    "How a line can come too early and too late, and what each costs",
)


def signs_of_safety(told: Told) -> Paper:
    """Return the sheet with the four questions of Signs of Safety: one side, lying, with room to write."""
    return Paper(
        "signs_of_safety",
        "Signs of Safety: a sheet to fill in together",
        f"{title_of(told)} At stop: ________   By: ____________________________",
        BEFORE,
        (
            Boxes((WORRIED, WORKING, NEEDED), 92),
            SAFE,
            Lines(2, "What does the child say, and what would the child put on this scale?"),
        ),
        wide=True,
    )


def reflection_log(told: Told) -> Paper:
    """Return the page on which a person writes what it takes away, and half a year later what came of it."""
    return Paper(
        "reflection_log",
        "Reflection log",
        f"{title_of(told)} Yours to keep. Leave out the names of real children and families.",
        BEFORE,
        (
            *(Lines(3, ask) for ask in REFLECT),
            Lines(2, "In six months, on ____________: what came of it, and how do you know?"),
            Sentence(HELP, "small"),
        ),
    )


def certificate(told: Told, minutes: int) -> Paper:
    """Return a certificate of attendance, on which nobody's name is filled in. minutes: what was planned."""
    return Paper(
        "certificate",
        "Certificate of attendance",
        "A record of having taken part; not an assessment of anybody's practice.",
        AFTER,
        (
            Lines(1, "This is to say that"),
            Sentence(
                f"took part in “{told.lesson.title}”, a class of {minutes} minutes on how several agencies’ "
                "records of one child add up.",
                "lead",
            ),
            Points(ATTENDED),
            Lines(1, "Date and place"),
            Lines(1, "Facilitator"),
        ),
        wide=True,
    )
