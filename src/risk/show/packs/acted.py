"""The day acted on: what an assessment on the day of the line would have avoided and cost, in words."""

from typing import Final

import polars as pl

from risk.core.wording import day
from risk.reviews.act import Acted

A_YEAR: Final = 52
ONE_FAMILY: Final = (
    "The same family with the same luck, and one assessment more: one way in which it could have gone in an "
    "invented world, and no average. It says nothing about what anybody should have done."
)


def acted_for_a_class(acted: Acted) -> list[str]:
    """Return what an assessment on the day would have avoided and cost, in a sentence or two.

    Of the year after the day, or of the longest stretch for which the home is followed.
    """
    if acted.on is None:
        return ["The record never reached the line, so that there was no day to act on."]
    if not acted.began:
        return [f"An assessment on {day(acted.on)} would have changed nothing: {acted.why_not}."]
    needless = "No child of the home was in harm that day: an assessment was not warranted then."
    more = [needless] if acted.needless else []
    if acted.rows.is_empty():
        return [f"The record ends too soon after {day(acted.on)} to say what would have changed.", *more]
    row = _row(acted.rows)
    weeks = row["within_weeks"]
    within = "the year after" if weeks == A_YEAR else f"the {weeks} weeks after"
    return [
        f"An assessment begun on {day(acted.on)} would {_harm(row)} in {within}. It would have cost "
        f"{_counted(row['assessments_added'], 'assessment')}{_removals(row['removals_added'])}.",
        *more,
    ]


def acted_table(acted: Acted) -> pl.DataFrame:
    """Return a row a stretch of time: weeks in harm as it was and acted on, and what was added."""
    return acted.rows.select(
        pl.format("{} weeks", "within_weeks").alias("after the day"),
        *((pl.col(name) / 7).round().cast(pl.Int64).alias(words) for name, words in NAMES.items()),
        pl.col("assessments_added").alias("assessments added"),
        pl.col("removals_added").alias("removals added"),
    )


NAMES: Final = {
    "harm_days_before": "weeks in harm, as it was",
    "harm_days_after": "weeks in harm, acted on",
}


def _row(rows: pl.DataFrame) -> dict[str, int]:
    of_a_year = rows.filter(pl.col("within_weeks") == A_YEAR)
    row: dict[str, int] = (of_a_year if of_a_year.height else rows.tail(1)).row(0, named=True)
    return row


def _harm(row: dict[str, int]) -> str:
    before, avoided = row["harm_days_before"], row["days_avoided"]
    if before == 0 and avoided == 0:
        return "have spared the child no harm, since there was none"
    if avoided == 0:
        return f"have changed nothing of {_weeks(before)} in which the child was in harm"
    if avoided < 0:
        return f"have left the child in harm for {_weeks(-avoided)} more"
    return f"have spared the child {_weeks(avoided)} of {_weeks(before)} in harm"


def _weeks(days: int) -> str:
    weeks = max(1, round(days / 7))
    return "about a week" if weeks == 1 else f"about {weeks} weeks"


def _counted(n: int, what: str) -> str:
    if n <= 0:
        return f"no {what} more" if n == 0 else f"{-n} {what}{'' if n == -1 else 's'} fewer"
    return f"one {what} more" if n == 1 else f"{n} {what}s more"


def _removals(n: int) -> str:
    return "" if n == 0 else f", and {_counted(n, 'removal of a child')}".replace("childs", "child")
