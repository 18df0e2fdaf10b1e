"""The sentences: how a column of windows, and one of agencies or kinds, reads in what a finding says."""

import polars as pl

from risk.core.kinds import LABELS
from risk.core.wording import DAY, MONTH


def on_words(first: str = "first_on", last: str = "last_on") -> pl.Expr:
    """Return a window as a sentence says it: on a day, in a month or a year, or between two days."""
    one, other = pl.col(first), pl.col(last)
    whole_months = (one.dt.day() == 1) & (other == other.dt.month_end())
    whole_year = whole_months & (one.dt.month() == 1) & (other.dt.month() == 12)
    same_year, same_month = one.dt.year() == other.dt.year(), one.dt.month() == other.dt.month()
    return (
        pl.when(one == other)
        .then(pl.format("on {}", one.dt.strftime(DAY)))
        .when(whole_year & same_year)
        .then(pl.format("in {}", one.dt.strftime("%Y")))
        .when(whole_months & same_year & same_month)
        .then(pl.format("in {}", one.dt.strftime(MONTH)))
        .when(whole_months)
        .then(pl.format("between {} and {}", one.dt.strftime(MONTH), other.dt.strftime(MONTH)))
        .otherwise(pl.format("between {} and {}", one.dt.strftime(DAY), other.dt.strftime(DAY)))
    )


def in_plain_words(column: str) -> pl.Expr:
    """Return the words people read for a column of agencies or kinds."""
    return pl.col(column).cast(pl.String).replace(LABELS)
