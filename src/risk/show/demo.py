"""The demo page: the review's case on one page that opens from disk, with the card behind it."""

from typing import Final

import polars as pl

from risk.chronologies.case import Case
from risk.core.wording import day, of_ten
from risk.evaluation.judging import HEADLINE
from risk.model.card import Card
from risk.reviews.dated_lines import Review
from risk.reviews.report import NO_JUDGEMENT, SHARED_RECORD, headline, said, what_if
from risk.reviews.tables import chronology_table, missed_table, undated_table
from risk.show import charts
from risk.show.page import Part, page

FOR_WHOM: Final = (
    "For everybody who works with children, and for whoever trains them; ten minutes, no statistics. "
    "Two young children lived with neglect for years. Police, a school, a refuge and Childline each held a "
    "piece, and nobody added them up. By which day was there enough for an assessment?"
)
AT_ONE_RATE: Final = ("positive_predictive_value", "detection")
"""By which ways of judging are compared, each at the same rate of false alarms."""


def how_good(measures: pl.DataFrame, households: int) -> str:
    """Return in natural frequencies how good the card is at its line, on households it was not fitted to.

    measures: from `evaluate`. households: how many it was judged on.
    """
    card = measures.filter(pl.col("judge") == "card", pl.col("at").is_null())
    at_line = dict(card.select("measure", "value").iter_rows())
    right, found = (of_ten(at_line.get(name)) for name in ("positive_predictive_value", "detection"))
    return (
        f"Of ten alarms at the line {right} came while an assessment was needed; of ten times that harm "
        f"began {found} brought an alarm within 12 weeks ({households:,} invented households that it was not "
        "fitted to)."
    )


def _beside_simpler_ways(measures: pl.DataFrame) -> pl.DataFrame:
    """Return of ten alarms how many are right, and of ten onsets how many are found, by each judge."""
    at = measures.filter(pl.col("at") == HEADLINE)
    rows = [
        (label, *(of_ten(dict(its.select("measure", "value").iter_rows()).get(name)) for name in AT_ONE_RATE))
        for (label,), its in at.group_by("label", maintain_order=True)
    ]
    columns = ["way of judging", "of ten alarms, right", "of ten times that harm began, found"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def demo_page(review: Review, case: Case, measures: pl.DataFrame, households: int) -> str:
    """Return the page that `risk demo` writes: the case's answer first, then how it was reached.

    measures: how good the card is, from `evaluate`. households: how many it was judged on.
    """
    parts = [*_about_the_case(review, case), *_about_the_card(review.path.card, measures, households)]
    return page("When should it have triggered?", parts, for_whom=FOR_WHOM)


def _about_the_case(review: Review, case: Case) -> list[Part]:
    note = charts.PUBLISHED_ACCOUNT
    supposed = what_if(review)
    more = said(review, case)[1 if supposed is None else 2 :]
    return [
        Part(
            "By which day did the record support an assessment?",
            [headline(review), *([supposed] if supposed else [])],
            chart=charts.how_sure(review, note=note),
        ),
        Part("Who could have seen it, what followed, and what is not known?", more),
        Part(
            "What was written down, and what did it add up to?",
            [SHARED_RECORD],
            chart=charts.trajectory(review, note=note),
        ),
        Part("What was missed, by rule?", [NO_JUDGEMENT], table=missed_table(review)),
        Part(
            "What did each agency hold?",
            ["Nobody had the whole picture. Each panel counts only what that agency itself had written."],
            chart=charts.viewers(review, note=note),
        ),
        Part(
            f"Which points may have reached the line on {day(review.score_on)}, the first possible day?",
            ["A score is an exact sum over dated events; nothing else goes into it."],
            chart=charts.crossing(review, note=note),
        ),
        Part("The chronology", table=chronology_table(review)),
        Part("Listed and not scored: events without a date", table=undated_table(case)),
    ]


def _about_the_card(card: Card, measures: pl.DataFrame, households: int) -> list[Part]:
    return [
        Part(
            "The card",
            [
                "Points for each event, fewer as it ages. A no-further-action changes nothing.",
                "This is the card that comes with the package.",
            ],
            chart=charts.card(card),
        ),
        Part(
            "How good is it?",
            [how_good(measures, households)],
            table=_beside_simpler_ways(measures),
        ),
    ]
