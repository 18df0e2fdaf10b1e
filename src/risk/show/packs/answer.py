"""The answer of a pack: the dated lines, the points behind them, what was missed, and what would differ."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl
from altair.typing import ChartType
from markupsafe import Markup

from risk.core.kinds import CS
from risk.core.wording import day
from risk.reviews.answers import in_short, is_one_day, share_in_words
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.report import (
    NO_JUDGEMENT,
    SAYS_REPORTED,
    SHARED_RECORD,
    added,
    headline,
    said,
    what_if,
)
from risk.reviews.tables import chronology_table, dated_table, missed_table, undated_table
from risk.show import charts
from risk.show.charts.layout import records, whose
from risk.show.charts.one_child import WIDTH
from risk.show.packs.acted import ONE_FAMILY, acted_for_a_class, acted_table
from risk.show.packs.classroom import NOTES
from risk.show.packs.lesson import Told
from risk.show.packs.stops import AtStop
from risk.show.packs.votes import CHOICES, HOW_JUDGED, verdict, warranted
from risk.show.page import render
from risk.world.effects import MEASURES_IN_WORDS

GOOD_PRACTICE: Final = (
    "Written down, shared, believed and added up: the family is simulated again under such practice."
)
ONE_WAY: Final = (
    "The same family with the same luck, once: one way in which it could have gone, and no average. "
    "The command risk replay gives the average over many."
)
HARM_IN_WORDS: Final = "Shaded: when care warranted an assessment, which nobody could see at the time."
NEVER_WARRANTED: Final = "In hindsight, care never warranted an assessment."
HALF: Final = 0.5
"""Of the ways in which the dates can fall: from so many the line counts as reached at a stop."""


@dataclass(frozen=True)
class Drawn:
    """A chart below its heading, with the numbers behind it."""

    heading: str
    chart: ChartType
    numbers: pl.DataFrame


@dataclass(frozen=True)
class Judged:
    """A stop in hindsight: was an assessment warranted (null where nobody knows), and the line's verdict."""

    stop: AtStop
    warranted: bool | None
    line: str | None

    def in_short(self) -> str:
        """Return whether the records on the table reached the line, where there is room for a word or two."""
        if 0 < self.stop.share < 1 or (
            self.stop.reached and self.stop.share and not self.stop.reached.latest
        ):
            return f"reached in {share_in_words(self.stop.share)} of the ways"
        return "reached" if self.stop.share else "not reached"


def answer(told: Told, at_stops: list[AtStop]) -> Markup:
    """Return what stands beside the chart when the answer is opened, with who was right at each stop."""
    return render(
        "packs/templates/answer.html.jinja",
        first=headline(told.review),
        what_if=what_if(told.review),
        stops=judged(told, at_stops),
        hindsight=told.review.hindsight,
        acted=acted_for_a_class(told.acted)[:1] if told.acted else [],
        shaded=HARM_IN_WORDS if told.review.harm_spells else NEVER_WARRANTED,
        four=told.lesson.votes == "four",
    )


def judged(told: Told, at_stops: list[AtStop]) -> list[Judged]:
    """Return each stop with what was so on the day after its records, when the score counts them."""
    drawn = records(told.review, width=WIDTH)
    on = dict(drawn.select("step", "on").unique().iter_rows())
    known = [warranted(told.review, on[stop.step] + timedelta(days=1)) for stop in at_stops]
    return [
        Judged(stop, is_warranted, verdict(stop.share >= HALF, is_warranted))
        for stop, is_warranted in zip(at_stops, known, strict=True)
    ]


def behind(told: Told, at_stops: list[AtStop]) -> Markup:
    """Return the sections behind the answer, a screen each; every chart has its numbers beside it."""
    review, case, note = told.review, told.case, NOTES[told.lesson.account]
    more = said(review, case)[1 if what_if(review) is None else 2 :]
    hold, shared = "What did each of them hold?", "Had all been shared when it was written"
    return render(
        "packs/templates/behind.html.jinja",
        shared_record=SHARED_RECORD,
        dated=dated_table(review),
        stops=judged(told, at_stops),
        choices=CHOICES[told.lesson.votes],
        verdict=verdict,
        hindsight=review.hindsight,
        how_judged=HOW_JUDGED,
        line=review.path.line,
        answers=[f"Stop {s.number}, {s.when}: {s.answer}" for s in at_stops if s.answer],
        sure=_sure(told),
        points=_points(told),
        no_judgement=NO_JUDGEMENT,
        missed=missed_table(review),
        viewers=Drawn(hold, charts.viewers(review, note=note), _by_viewer(told)),
        shared=Drawn(shared, charts.counterfactual(review, note=note), _shared(told)),
        acted=[] if told.acted is None else [*acted_for_a_class(told.acted), ONE_FAMILY],
        acted_table=None if told.acted is None or told.acted.rows.is_empty() else acted_table(told.acted),
        good_practice=[GOOD_PRACTICE, ONE_WAY],
        replayed=_replayed(told),
        undated=None if case is None or case.undated.is_empty() else undated_table(case),
        more=more,
        card=review.path.card.table(),
        questions=told.lesson.questions,
    )


def _sure(told: Told) -> Drawn | None:
    """Return the chart of how sure the day is; null where every date is known to the day."""
    review = told.review
    if is_one_day(review.reached["pooled"]) or review.reached["pooled"].earliest is None:
        return None
    rows = [("What has a date", in_short(review.reached["pooled"]))]
    if review.what_if is not None:
        rows.append((f"What if {added(review)} counted too", in_short(review.what_if.reached["pooled"])))
    numbers = pl.DataFrame(rows, schema=["counted", "line reached"], orient="row")
    return Drawn("How sure is the day?", charts.how_sure(review, note=NOTES[told.lesson.account]), numbers)


def _points(told: Told) -> Drawn | None:
    """Return the points on the day that is explained; null where no record brought any."""
    review = told.review
    score = chronology_table(review).filter(pl.nth(-1) != 0)
    if score.is_empty():
        return None
    on = day(review.score_on)
    heading = f"Which points were there on {on}, when the line was reached?"
    if review.triggered is None:
        heading = f"Which points were there on {on}, the highest day?"
    elif not is_one_day(review.reached["pooled"]):
        heading = f"Which points may have been there on {on}, the first possible day?"
    return Drawn(heading, charts.crossing(review, note=NOTES[told.lesson.account]), score)


def _by_viewer(told: Told) -> pl.DataFrame:
    review = told.review
    highest = dict(review.bands.group_by("viewer").agg(pl.col("median").max()).iter_rows())
    rows = [(whose(v), in_short(reached), highest.get(v)) for v, reached in review.reached.items()]
    schema = {"whose record": pl.String, "line reached": pl.String, "highest middle score": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _shared(told: Told) -> pl.DataFrame:
    review = told.review
    as_it_was = [("As it was: from what they had been told", in_short(review.reached[CS]))]
    if TOLD_ALL in review.reached:
        as_it_was = [
            (f"As it was, at the least: what {SAYS_REPORTED}", in_short(review.reached[CS])),
            ("As it was, at the most: told all that is not stated", in_short(review.reached[TOLD_ALL])),
        ]
    rows = [
        *as_it_was,
        ("Had all been shared when it was written", in_short(review.reached["pooled"])),
    ]
    columns = ["what children's services could add up", "line reached"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _replayed(told: Told) -> pl.DataFrame | None:
    """Return what good practice would have changed for the child's home; null where nobody can know."""
    if told.replayed is None:
        return None
    return told.replayed.select(
        pl.col("measure").replace(MEASURES_IN_WORDS).alias("all children of the home"),
        pl.col("before").round().cast(pl.Int64).alias("as it was"),
        pl.col("after").round().cast(pl.Int64).alias("under good practice"),
    )
