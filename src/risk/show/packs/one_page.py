"""The training pack: a lesson as one HTML file that a class works through and a facilitator can print.

Nothing is fetched and nothing leaves the page; a chronology's text can hold anything and shows as text. The
records come one day at a time, on a stage of one screen; what only the answer may say hangs on one attribute
of the page's root, on the screen, in what is read aloud and on paper.
"""

import hashlib
from dataclasses import replace

from risk.core.arguments import need
from risk.core.errors import InputError, unknown
from risk.show.packs.answer import answer, behind
from risk.show.packs.classroom import chronology_so_far, for_the_class, viewers, whom
from risk.show.packs.lesson import Told
from risk.show.packs.notes import notes
from risk.show.packs.stops import stops
from risk.show.packs.votes import CHOICES
from risk.show.page import document
from risk.show.papers.in_the_pack import papers_in_the_pack


def pack(told: Told, *, votes: str | None = None) -> str:
    """Return the training pack of a lesson: one HTML page.

    votes: "four" choices at a stop, from nothing to a strategy discussion, or "two"; null as the lesson says.
    Raises InputError for a child about whom nothing was recorded, and for any other votes.

    >>> from risk import show
    >>> lesson = risk.read_lesson("norfolk_review")
    >>> risk.pack(show.told(lesson, risk.Card.shipped()))[:15]
    '<!doctype html>'
    """
    need("told", told, Told, "give what `show.told(read_lesson(name), card)` returns")
    if votes is not None:
        told = with_votes(told, votes)
    at_stops = stops(told)
    sections = [
        for_the_class(told, at_stops, answer(told, at_stops)),
        chronology_so_far(told),
        behind(told, at_stops),
        notes(told, at_stops),
    ]
    about = "".join([told.lesson.name, *sections])
    return document(
        "packs/templates/pack.html.jinja",
        styles=("page.css", "pack.css", "papers.css"),
        scripts=("page.js", "pack.js", "papers.js"),
        title=told.lesson.title,
        whom=whom(told),
        viewers=viewers(told),
        papers=papers_in_the_pack(told),
        # Votes are kept under the name of this very pack: of another, or of a newer one, they would be wrong.
        keeps=f"risk {told.lesson.name} {hashlib.sha256(about.encode()).hexdigest()[:12]}",
        sections=sections,
    )


def with_votes(told: Told, votes: str) -> Told:
    """Return a lesson whose class has "four" choices at a stop, or "two". Raises InputError for others.

    >>> from risk import show
    >>> lesson = show.told(risk.read_lesson("norfolk_review"), risk.Card.shipped())
    >>> show.with_votes(lesson, "two").lesson.votes
    'two'
    """
    if votes not in CHOICES:
        raise InputError(unknown("votes", votes, CHOICES))
    return replace(told, lesson=told.lesson.model_copy(update={"votes": votes}))
