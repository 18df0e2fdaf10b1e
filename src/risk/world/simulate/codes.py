"""The codes: the words of the record, the stages of a case and the streams of draws as whole numbers.

What compiled functions are handed is NumPy's whole numbers, or from these tuples, since Numba compiles a
function anew for every Python number that it is handed.
"""

from collections import namedtuple
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from risk.core.draws import Stream
from risk.core.kinds import AGENCY, CATEGORIES, CONCERNS, FINDINGS, KIND, REASONS
from risk.world.assumptions import STANDINGS
from risk.world.compiled import compiled


def _codes(name: str, words: Iterable[str], numbers: Iterable[int]) -> Any:
    return namedtuple(name, words)(*numbers)  # type: ignore[arg-type]


def _in_order(name: str, words: Iterable[str]) -> Any:
    every = list(words)
    return _codes(name, every, range(len(every)))


Kind: Final = _codes("Kind", KIND, KIND.values())
KIND_OF: Final = np.array([KIND[word] for word in CONCERNS])
"""The kind of each concern, by its number among the concerns."""

CONCERN_OF: Final = np.array([list(CONCERNS).index(word) if word in CONCERNS else -1 for word in KIND])
"""The number of each kind among the concerns; -1 for what is none."""

Agency: Final = _codes("Agency", AGENCY, AGENCY.values())
Reason: Final = _in_order("Reason", REASONS)
Category: Final = _in_order("Category", CATEGORIES)
Finding: Final = _in_order("Finding", FINDINGS)
Decision: Final = _codes("Decision", (stream.name.lower() for stream in Stream), map(int, Stream))
"""The streams of `draws`: what is decided by a draw."""

Stage: Final = _in_order(
    "Stage",
    (
        "closed",
        "deciding",  # a referral waits for its decision
        "assessing",
        "discussing",  # a strategy discussion was held; the enquiry starts on the next working day
        "enquiring",  # under section 47
        "in_need",  # with a child in need plan
        "protected",  # with a child protection plan
        "police_protected",
        "emergency",  # under an emergency protection order
        "accommodated",  # under section 20
        "in_proceedings",  # under an interim care order
        "in_care",  # under a care order
        "awaiting_adoption",  # under a placement order, until the children are placed with who adopts them
        "placed_for_adoption",
    ),
)
Standing: Final = _in_order("Standing", ("nothing_open", *STANDINGS))
Support: Final = _in_order("Support", ("no_plan", "in_need_plan", "protection_plan", "after_return"))
"""What supports a family: `after_return` is the plan of need of children who came home from care."""


def code(number: int) -> int:
    """Return a whole number as NumPy's."""
    return np.int64(number)  # type: ignore[return-value]


@compiled
def wide(number: int) -> int:
    """Return a number from a table, where it may be narrow, as wide as all others are."""
    return np.int64(number)  # type: ignore[return-value]


NONE: Final = code(-1)
"""Stands for null."""

NEVER: Final = code((1 << 63) - 1)
"""A day that does not come."""
