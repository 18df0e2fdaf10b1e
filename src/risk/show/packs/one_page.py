"""The training pack: a lesson as one HTML file that a class works through and a facilitator can print.

Nothing is fetched and nothing leaves the page; a chronology's text can hold anything and shows as text. The
records come one day at a time, the line stays hidden until somebody asks for it, and the answer comes last.
"""

from risk.core.arguments import need
from risk.show.packs.answer import answer
from risk.show.packs.classroom import chronology_so_far, for_the_class
from risk.show.packs.lesson import Told
from risk.show.packs.notes import notes
from risk.show.packs.stops import stops
from risk.show.page import document


def pack(told: Told) -> str:
    """Return the training pack of a lesson: one HTML page.

    Raises InputError for a child about whom nothing was recorded.

    >>> from risk import show
    >>> lesson = risk.read_lesson("norfolk_review")
    >>> risk.pack(show.told(lesson, risk.Card.shipped()))[:15]
    '<!doctype html>'
    """
    need("told", told, Told, "give what `show.told(read_lesson(name), card)` returns")
    at_stops = stops(told)
    return document(
        "packs/templates/pack.html.jinja",
        styles=("page.css", "pack.css"),
        scripts=("page.js", "pack.js"),
        title=told.lesson.title,
        sections=[
            for_the_class(told, at_stops),
            chronology_so_far(told),
            answer(told, at_stops),
            notes(told, at_stops),
        ],
    )
