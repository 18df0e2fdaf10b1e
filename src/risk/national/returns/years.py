"""The statutory year, which every return is about: 1 April to 31 March, named by the year of its end."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class StatutoryYear:
    """The year to 31 March of `ending`: 2025 is 1 April 2024 to 31 March 2025."""

    ending: int

    @property
    def from_on(self) -> date:
        """1 April."""
        return date(self.ending - 1, 4, 1)

    @property
    def last_on(self) -> date:
        """31 March: the reference date of every return."""
        return date(self.ending, 3, 31)

    @property
    def to_on(self) -> date:
        """1 April after it: the first day that the return knows nothing of."""
        return self.last_on + timedelta(days=1)


def whole_years(from_on: date, to_on: date) -> list[StatutoryYear]:
    """Return the statutory years of which every day is in a record, earliest first; to_on is exclusive."""
    years = (StatutoryYear(ending) for ending in range(from_on.year + 1, to_on.year + 1))
    return [y for y in years if from_on <= y.from_on and y.to_on <= to_on]
