"""The quotations: what a child said, taken out of a record in the child's own words, and who had heard it."""

import re
from typing import Final

from risk.chronologies.case import INTRODUCED
from risk.show.charts.layout import WHO
from risk.show.packs.turning_points import who_wrote, within_a_sentence
from risk.show.papers.blocks import Quotation
from risk.show.papers.written import Entry

QUOTED: Final = re.compile(r'["\u201c]([^"\u201c\u201d]+)["\u201d]')
OTHERS: Final = "|".join(words for name, words in INTRODUCED.items() if name != "child_words")
INTRODUCED_SO: Final = re.compile(
    rf"{INTRODUCED['child_words']}: (.+?)(?=\. (?:{OTHERS}): |\. \(|$)", re.DOTALL
)


def quotations(entry: Entry) -> list[Quotation]:
    """Return what a child said in a record, each with which child, to whom and when; none without words.

    Only a record that a child spoke in is looked at: what an adult said is no child's words.
    """
    if not entry.by_child:
        return []
    own = INTRODUCED_SO.findall(entry.words)
    said = [words.strip().rstrip(".").strip('"\u201c\u201d') for words in own] or QUOTED.findall(entry.words)
    by = f"{WHO[entry.relation]}, to {within_a_sentence(who_wrote(entry.agency))}, {entry.when}"
    return [Quotation(words.strip(), by) for words in said if words.strip()]
