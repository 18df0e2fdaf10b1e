"""The set: every paper of a lesson, in the order in which a trainer needs them."""

from risk.core.arguments import need
from risk.show.packs.lesson import Told
from risk.show.packs.stops import stops
from risk.show.papers.agency_files import agency_files, chronology_paper, merge_exercise
from risk.show.papers.blank_sheets import certificate, reflection_log, signs_of_safety
from risk.show.papers.blocks import Paper
from risk.show.papers.briefing import briefing
from risk.show.papers.guide import facilitators_notes, minutes
from risk.show.papers.stop_cards import stop_cards


def papers_of(told: Told) -> list[Paper]:
    """Return the papers of a lesson, those for the class first.

    Raises InputError for a child about whom nothing was recorded.

    >>> import risk
    >>> from risk import show
    >>> made = papers_of(show.told(risk.read_lesson("norfolk_review"), risk.Card.shipped()))
    >>> [paper.name for paper in made if paper.held_by == "facilitator"]
    ['facilitator_notes']
    """
    need("told", told, Told, "give what `show.told(read_lesson(name), card)` returns")
    at_stops = stops(told)
    return [
        stop_cards(told, at_stops),
        *agency_files(told),
        merge_exercise(told),
        signs_of_safety(told),
        reflection_log(told),
        chronology_paper(told),
        briefing(told),
        certificate(told, minutes(at_stops)),
        facilitators_notes(told, at_stops),
    ]
