"""The stops: where a class is asked whether it would assess now, and what the score then was."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import polars as pl

from risk.core.arrays import Ints
from risk.reviews.answers import by_shares, share_in_words
from risk.reviews.placings.bands import on_the_table
from risk.reviews.placings.reached import Reached, reached_by
from risk.show.charts.layout import records
from risk.show.charts.one_child import WIDTH
from risk.show.packs.lesson import Told
from risk.show.packs.turning_points import turning_points


@dataclass(frozen=True)
class AtStop:
    """A stop of the class, which scores the records on the table and no others.

    number, of: its place. step: after how many days of records. when: the last of these days, in words, as
    precise as it is known. ask: the question. answer: what there is to say to it afterwards, if anything.
    least, most: the score on the day after the last record, over the ways in which the dates can fall. share:
    of these ways, in how many that score is at the line. reached: when the records reach it, where dates are
    imprecise.
    """

    number: int
    of: int
    step: int
    when: str
    ask: str
    answer: str
    least: int
    most: int
    share: float
    reached: Reached | None = None

    def score(self) -> str:
        """Return the score in words, a range where dates are imprecise."""
        return f"{self.most}" if self.least == self.most else f"{self.least} to {self.most}"

    def against(self) -> str:
        """Return in words whether that score had reached the line, and how sure that is."""
        if self.reached is None or self.share == 0:
            return "reached" if self.share else "not reached"
        if self.share == 1 and self.reached.latest is not None:
            return f"reached, however the dates fall: {by_shares(self.reached, short=True)}"
        share = "nearly all" if self.share == 1 else share_in_words(self.share)
        return f"possibly reached: in {share} of the ways in which the dates can fall"


@lru_cache(maxsize=1)  # the page and its papers have the same
def stops(told: Told) -> list[AtStop]:
    """Return the stops of a lesson; where it names none, where something changes in its records."""
    drawn = records(told.review, width=WIDTH).sort("on", "to_on")
    last = drawn.group_by("step", "on", maintain_order=True).agg(pl.col("when").last())
    steps_on, when = last["on"].to_list(), last["when"].to_list()
    named = told.lesson.stops or turning_points(told)
    at_steps = {_step(steps_on, stop.on): (stop.ask, stop.answer) for stop in named}
    all_stops = []
    for number, step in enumerate(sorted(at_steps), start=1):
        scores, reached = _on_the_table(told, steps_on[step - 1])
        all_stops.append(
            AtStop(
                number,
                len(at_steps),
                step,
                when[step - 1],
                *at_steps[step],
                least=int(scores.min()),
                most=int(scores.max()),
                share=float((scores >= told.review.path.line).mean()),
                reached=reached,
            )
        )
    return all_stops


def _on_the_table(told: Told, until: date) -> tuple[Ints, Reached | None]:
    """Return the scores of the records that are on the table by a day, and when they reach the line."""
    path, case = told.review.path, told.case
    if case is not None and not _is_exact(told):
        return on_the_table(path, case.stated, until), reached_by(path, case, until=until)["pooled"]
    known = path.of("pooled").filter(pl.col("on") <= until + timedelta(days=1))["points_most"]
    # Before the child was born there was no score.
    return known.tail(1).to_numpy().astype(np.int64) if len(known) else np.zeros(1, np.int64), None


def _is_exact(told: Told) -> bool:
    return told.review.path.events["latest_on"].equals(told.review.path.events["recorded_on"])


def _step(steps_on: list[date], on: date) -> int:
    """Return how many days of records there are up to and on a day; one at least."""
    return max(1, sum(recorded <= on for recorded in steps_on))
