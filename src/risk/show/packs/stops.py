"""The stops: where a class is asked whether it would assess now, and what the score then was."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from risk.core.wording import day
from risk.reviews.placings.reached import Reached, reached_by
from risk.show.charts.layout import records
from risk.show.charts.one_child import WIDTH
from risk.show.packs.lesson import ASK, STOPS, Told


@dataclass(frozen=True)
class AtStop:
    """A stop of the class.

    number, of: its place. step: after how many days of records. when: the last of these days, in words, as
    precise as it is known. ask: the question. least, most: the score that the shared record then had, on the
    day after. reached: when the records on the table reach the line, for a person's chronology.
    """

    number: int
    of: int
    step: int
    when: str
    ask: str
    least: int
    most: int
    reached: Reached | None = None

    def score(self) -> str:
        """Return the score in words, a range where dates are imprecise."""
        return f"{self.most}" if self.least == self.most else f"{self.least} to {self.most}"

    def against(self, line: int) -> str:
        """Return in words whether that score had reached the line."""
        if self.least >= line:
            return "reached"
        if self.most >= line and self.reached is not None and self.reached.latest is not None:
            return f"reached by {day(self.reached.latest)} at the latest, by these records alone"
        return "not reached" if self.most < line else "perhaps reached: the dates leave it open"


def stops(told: Told) -> list[AtStop]:
    """Return the stops of a lesson; where it names none, evenly spaced, and one where the line is reached."""
    drawn = records(told.found, width=WIDTH).sort("on", "to_on")
    last = drawn.group_by("step", "on", maintain_order=True).agg(pl.col("when").last())
    steps_on, when = last["on"].to_list(), last["when"].to_list()
    asked = {_step(steps_on, stop.on): stop.ask for stop in told.lesson.stops}
    at_steps = asked or dict.fromkeys(_evenly(told, steps_on), ASK)
    pooled = told.found.path.of("pooled").select("on", "points_least", "points_most")
    found = []
    for number, step in enumerate(sorted(at_steps), start=1):
        known = pooled.filter(pl.col("on") <= steps_on[step - 1] + timedelta(days=1))
        # Before the child was born there was no score.
        _, least, most = known.row(-1) if known.height else (None, 0, 0)
        # What is on the table may have been written down by that day, and nothing else.
        until = steps_on[step - 1]
        reached = None if told.case is None else reached_by(told.found.path, told.case, until=until)["pooled"]
        found.append(
            AtStop(number, len(at_steps), step, when[step - 1], at_steps[step], least, most, reached)
        )
    return found


def _step(steps_on: list[date], on: date) -> int:
    """Return how many days of records there are up to and on a day; one at least."""
    return max(1, sum(recorded <= on for recorded in steps_on))


def _evenly(told: Told, steps_on: list[date]) -> set[int]:
    evenly = {max(1, round(len(steps_on) * part / STOPS)) for part in range(1, STOPS)}
    triggered = told.found.triggered
    if triggered is None:
        return evenly
    # A score counts what was written before its day: the records that carried it are of days before.
    carried = _step(steps_on, triggered.earliest - timedelta(days=1))
    # In the place of the nearest, so that neither its place nor how many there are gives the line away.
    return evenly - {min(evenly, key=lambda step: abs(step - carried))} | {carried}
