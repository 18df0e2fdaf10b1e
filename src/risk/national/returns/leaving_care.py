"""Leaving care: what a young person who is or was looked after is entitled to, by the law's four words.

Children (Leaving Care) Act 2000: thirteen weeks of care since the fourteenth birthday, of which a day is
after the sixteenth, make a child eligible; relevant once it has left, former relevant from eighteen. Who has
less, and was in care at sixteen or later, qualifies for less.
"""

from datetime import date
from typing import Final

import polars as pl

from risk.national.returns.care import Care

WEEKS_13: Final = 13 * 7
LAST_BIRTHDAY: Final = 25
ELIGIBILITY: Final = ("relevant", "former_relevant", "qualifying", "eligible")


def care_leavers(care: Care, on: date) -> pl.DataFrame:
    """Return child_id and eligibility (`ELIGIBILITY`) on a day, of those who have any, sorted by child.

    Who was adopted is nobody's care leaver. Days of care that the record does not know are not counted.

    care: as known on that day.
    """
    birthday = {age: pl.col("born_on").dt.offset_by(f"{age}y") for age in (14, 16, 18, LAST_BIRTHDAY)}
    until = pl.col("ended_on").fill_null(on)
    began = pl.max_horizontal("started_on", birthday[14])
    is_in_care = pl.col("ended_on").is_null()
    of_child = (
        care.periods.filter((pl.col("ended_by") != "adopted").fill_null(True))
        .join(care.children.select("child_id", "born_on"), on="child_id", maintain_order="left")
        .group_by("child_id", "born_on", maintain_order=True)
        .agg(
            days=(until - began).dt.total_days().clip(0).sum(),
            at_16=(until >= birthday[16]).any(),
            in_care=is_in_care.any(),
        )
        .filter("at_16", birthday[16] <= on, birthday[LAST_BIRTHDAY] > on)
    )
    is_grown = birthday[18] <= on
    has_13_weeks = pl.col("days") >= WEEKS_13
    return of_child.select(
        "child_id",
        eligibility=pl.when(has_13_weeks & is_grown)
        .then(pl.lit("former_relevant"))
        .when(has_13_weeks & pl.col("in_care"))
        .then(pl.lit("eligible"))
        .when(has_13_weeks)
        .then(pl.lit("relevant"))
        .when(~pl.col("in_care"))
        .then(pl.lit("qualifying")),
    ).drop_nulls()
