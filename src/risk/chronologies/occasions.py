"""The occasions: records of one time and place, such as one party, which all fall on one day.

A record of which nobody says so is an occasion of its own. Only what is stated counts, never how rows stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from risk.core.wording import window


class Dated(NamedTuple):
    """What a tie needs to know of a record: where it stands, its occasion, and the days on which it may fall.

    place: its number, of whatever list it is in. occasion, after: the key of an occasion, or nothing. least,
    most: by how many days it comes after that occasion.
    """

    place: int
    first: date
    last: date
    occasion: str = ""
    after: str = ""
    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class Occasion:
    """Records that fall on one day, and the days on which all of them may.

    There is none where last comes before first: then they contradict each other.
    """

    key: str
    records: tuple[Dated, ...]

    @property
    def first(self) -> date:
        """The first day on which all of the records may fall."""
        return max(record.first for record in self.records)

    @property
    def last(self) -> date:
        """The last day on which all of the records may fall."""
        return min(record.last for record in self.records)

    def in_words(self) -> str:
        """Return the days of the occasion in words."""
        return window(self.first, max(self.first, self.last), short=False)


def occasions(records: Sequence[Dated]) -> list[Occasion]:
    """Return the occasions of some records, in the order of their first record.

    >>> on = date(2014, 6, 1)
    >>> party = [Dated(0, on, on + timedelta(days=9), "party"), Dated(1, on, on, "party"), Dated(2, on, on)]
    >>> [(len(o.records), (o.last - o.first).days) for o in occasions(party)]
    [(2, 0), (1, 0)]
    """
    together: dict[object, list[Dated]] = {}
    for record in records:
        together.setdefault(record.occasion or record.place, []).append(record)
    return [Occasion(one[0].occasion, tuple(one)) for one in together.values()]
