"""Votes: what a class can choose at a stop, and whether a choice was right against what was hidden then."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from risk.model.splits import HORIZON_WEEKS
from risk.reviews.dated_lines import Review

SOON: Final = timedelta(weeks=HORIZON_WEEKS)

RIGHT, FALSE_ALARM, MISSED = "right", "false alarm", "missed"

HOW_JUDGED: Final = (
    "An assessment was warranted where care in the home warranted one that day or within twelve weeks. Who "
    "wanted one then was right, and so was who did not want one when none was. An assessment that was not "
    "warranted is a false alarm, none that was is missed: said of the choice, by what nobody could see that "
    "day. Help short of an assessment may be right for a family either way."
)


@dataclass(frozen=True)
class Choice:
    """One answer that a class can vote for. assesses: whether it is an assessment or more."""

    name: str
    words: str
    assesses: bool


CHOICES: Final = {
    "four": (
        Choice("nothing", "Nothing more for now", assesses=False),
        Choice("early_help", "Early help", assesses=False),
        Choice("assessment", "Assessment (section 17)", assesses=True),
        Choice("strategy_discussion", "Strategy discussion (section 47)", assesses=True),
    ),
    "two": (
        Choice("not_yet", "Not yet", assesses=False),
        Choice("assess_now", "Assess now", assesses=True),
    ),
}
"""By the name that a lesson and `risk pack --votes` know them by, from the least to the most."""


def warranted(review: Review, on: date) -> bool | None:
    """Return whether care warranted an assessment on a day or within twelve weeks of it.

    Null where nobody knows: without the truth, and where it ends too soon to say no.
    """
    if not review.hindsight:
        return None
    if any(start < on + SOON and on < to for start, to in review.harm_spells):
        return True
    return None if on + SOON > review.path.record.to_on else False


def verdict(assesses: bool, is_warranted: bool | None) -> str | None:
    """Return what a choice was in hindsight: right, a false alarm or missed; null where nobody knows.

    >>> verdict(assesses=False, is_warranted=True)
    'missed'
    """
    if is_warranted is None:
        return None
    if assesses == is_warranted:
        return RIGHT
    return FALSE_ALARM if assesses else MISSED
