"""The training pack: a lesson as one HTML file that a class works through and a facilitator can print.

Nothing is fetched and nothing leaves the page; a chronology's text can hold anything and shows as text. The
records come one day at a time, the line stays hidden until somebody asks for it, and the answer comes last.
"""

from html import escape

from risk.core.arguments import need
from risk.show.packs.answer import answer
from risk.show.packs.classroom import chronology_so_far, for_the_class
from risk.show.packs.lesson import Told
from risk.show.packs.notes import notes
from risk.show.packs.stops import stops
from risk.show.page import CONTENT_NOTE, HELP, document


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
    title = escape(told.lesson.title)
    header = f"""<h1>{title}</h1>
<p>{CONTENT_NOTE} {HELP}</p>
<p class="tools"><button type="button" data-print="handout">Print the handout</button>
<button type="button" data-print="notes">Print the facilitator's notes</button></p>"""
    main = "".join(
        [
            for_the_class(told, at_stops),
            chronology_so_far(told),
            answer(told, at_stops),
            notes(told, at_stops),
        ]
    )
    footer = "<p>This page needs no network and keeps nothing: votes are gone when it is closed.</p>"
    return document(
        told.lesson.title,
        header,
        main,
        footer,
        styles=("page.css", "pack.css"),
        scripts=("page.js", "pack.js"),
    )
