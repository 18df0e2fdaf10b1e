"""The Standard Safeguarding Dataset's values: how it writes ids, yes and no, and an outcome's flags."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from risk.national.returns.cin_codes import la_child_id
from risk.records.schema import CHILDREN_A_HOUSEHOLD

CHILD: Final = la_child_id(pl.col("child_id"))
"""The id of a person, the same as in the returns."""


def of_child(event_id: str) -> pl.Expr:
    """Return the id of what an event is for one of its household's children; null where there is no event.

    >>> pl.DataFrame({"child_id": [33], "event_id": [131072]}).select(of_child("event_id")).item()
    '131072-1'
    """
    return pl.format("{}-{}", event_id, pl.col("child_id") % CHILDREN_A_HOUSEHOLD)


def flag(is_so: pl.Expr) -> pl.Expr:
    """Return Y or N; null stays null, since what is not known is not no."""
    return pl.when(is_so).then(pl.lit("Y")).when(~is_so).then(pl.lit("N"))


def flags(keys: Sequence[str], **known: pl.Expr) -> pl.Expr:
    """Return an outcome as JSON: every key of it, with an empty text for what is not known.

    >>> pl.DataFrame({"no": ["N"]}).select(flags(("A", "B"), B=pl.col("no"))).item()
    '{"A": "", "B": "N"}'
    """
    parts: list[pl.Expr] = []
    for key in keys:
        begins = "{" if not parts else ", "
        parts += [pl.lit(f'{begins}"{key}": "'), known.get(key, pl.lit("")).fill_null(""), pl.lit('"')]
    return pl.concat_str(*parts, pl.lit("}"))
