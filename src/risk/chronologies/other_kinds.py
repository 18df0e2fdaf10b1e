"""Other kinds: what a chronology tells of that no line of the card scores, or that counts as a scored kind.

Nothing of it is left out: it is listed on its day, and a reader is told how much of it there is.
"""

from collections import Counter
from collections.abc import Sequence

from risk.core.kinds import COUNTS_AS, LABELS, NOT_SCORED, ORDERS


def of_other_kinds(kinds: Sequence[str]) -> list[str]:
    """Return what to say of entries of these kinds: those without points, and those that count as another.

    >>> of_other_kinds(["home_visit", "hygiene", "hunger", "home_visit", "other_concern"])
    ['3 entries are listed without points: Home visit (2), Other concern (1).', \
'Poor hygiene or clothing (1) counts as Home conditions.']
    """
    counted = Counter(kinds)
    unscored = NOT_SCORED | ORDERS
    without = [f"{LABELS[kind]} ({counted[kind]})" for kind in unscored if counted[kind]]
    n = sum(counted[kind] for kind in unscored)
    entries = "1 entry is" if n == 1 else f"{n} entries are"
    first = [f"{entries} listed without points: {', '.join(without)}."] if without else []
    return first + [
        f"{LABELS[kind]} ({counted[kind]}) counts as {LABELS[scored]}."
        for kind, scored in COUNTS_AS.items()
        if counted[kind]
    ]
