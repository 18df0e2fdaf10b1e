"""The stop cards: a sheet a stop, with what has been written down since the last one, and what is asked now.

Handed out one by one they are the whole class without a screen. None says how many there are, nor anything
that was written down after its day.
"""

from typing import Final

from risk.show.packs.household import household_line
from risk.show.packs.lesson import Told
from risk.show.packs.stops import AtStop
from risk.show.packs.votes import CHOICES
from risk.show.papers.blocks import (
    BEFORE,
    Block,
    Choices,
    Grid,
    Heading,
    Lines,
    Paper,
    Scale,
    Sentence,
)
from risk.show.papers.quotations import quotations
from risk.show.papers.written import Entry, not_then, room_for, title_of, written

WORRIED: Final = Scale("How worried are you about this child today?", "not worried", "as worried as can be")

ROOM_MM: Final = 128
"""What a card has for its records and for lines to write on; a quotation takes QUOTED_MM of it."""
QUOTED_MM: Final = 17


def stop_cards(told: Told, at_stops: list[AtStop]) -> Paper:
    """Return the cards of a lesson, each on a page of its own."""
    entries, blocks, last = written(told), [], 0
    for stop in at_stops:
        new = [entry for entry in entries if last < entry.step <= stop.step]
        blocks += _card(told, stop, new)
        last = stop.step
    about = f"{title_of(told)} Give out one card at a time; what came before stays on the table."
    return Paper("stop_cards", "Stop cards", about, BEFORE, tuple(blocks), loose=True)


def _card(told: Told, stop: AtStop, new: list[Entry]) -> list[Block]:
    today = max(entry.on for entry in new)
    since = "Written down so far" if stop.number == 1 else "Written down since the last card"
    spoken = [quotation for entry in new for quotation in quotations(entry)]
    rows = tuple((entry.when, entry.held_by, entry.words, entry.told) for entry in new)
    return [
        Heading(f"Stop {stop.number}: {stop.when}", of_sheet=True),
        Sentence(f"{title_of(told)} {household_line(told, today)}"),
        Heading(since),
        Grid(("When", "Who wrote it", "What was written down", "Services told"), (16, 19, 50, 15), rows),
        *not_then(new),
        *spoken,
        Sentence(stop.ask, "lead"),
        Choices(tuple(choice.words for choice in CHOICES[told.lesson.votes])),
        WORRIED,
        Lines(
            room_for(new, room_mm=ROOM_MM - QUOTED_MM * len(spoken), letters=44),
            "What makes you say so? Whom would you ask, and what?",
        ),
    ]
