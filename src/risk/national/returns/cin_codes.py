"""The children in need census's codes: what each of our words is called there.

They stand in `cin_codes.csv`. The meanings are the census's own, as the validators of local authorities list
them. Where our vocabulary is coarser than theirs, or finer, the choice is ours: its note says "assumption".
"""

from datetime import date
from functools import cache
from typing import Final

import polars as pl

from risk.core.data_files import read_words
from risk.core.kinds import CONCERNS, FACTORS, GENERATED_AGENCIES, PLAN_CATEGORIES, REASONS

ABOUT_THE_FAMILY: Final = ("school_absence", "non_engagement", "criminality_at_address")
"""Concerns that name neither harm nor a parent's illness."""

TABLES: Final = {
    "sex": ("female", "male"),
    "ethnicity": ("asian", "black", "mixed", "other", "white"),
    "disability": ("yes", "no"),
    "referral_source": GENERATED_AGENCIES,
    "joined_case": ("referral_source",),
    "primary_need": CONCERNS,
    "crisis": ABOUT_THE_FAMILY,
    "unnamed_need": ("disability",),
    "closure": REASONS,
    "category": PLAN_CATEGORIES,
    "factor": FACTORS,
    "no_upn": ("under_school_age", "no_further_action"),
    "otherwise": ("sex", "ethnicity", "primary_need", "factor"),
}
"""The tables of codes and the words of each; the last says what is written where no word of a table is."""

SCHOOL_AGE_YEARS: Final = 4
"""At 31 August, and so in a reception class from September; an assumption of when a pupil number is given."""

CHECK_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"


@cache
def codes() -> dict[str, dict[str, str]]:
    """Return the census's code for each word, by table.

    Raises InputError where `cin_codes.csv` lacks one of our words, or has another.

    >>> codes()["referral_source"]["police"], codes()["otherwise"]["primary_need"]
    ('6', 'N0')
    """
    columns = ("table", "word", "code")
    return read_words("risk.national.returns", "cin_codes.csv", columns, TABLES, "note")


def code(table: str, word: str) -> pl.Expr:
    """Return the census's code for one word of a table."""
    return pl.lit(codes()[table][word])


def coded(column: str, table: str) -> pl.Expr:
    """Return a column's words as a table's codes; any other as what is written otherwise, or null."""
    otherwise = codes()["otherwise"].get(table)
    text = pl.col(column).cast(pl.String)
    return text.replace_strict(codes()[table], default=otherwise, return_dtype=pl.String)


def la_child_id(child_id: pl.Expr) -> pl.Expr:
    """Return the census's id of a child: letters and digits, visibly synthetic, its zeros safe in Excel."""
    return pl.lit("SYN") + child_id.cast(pl.String).str.zfill(10)


def of_school_age(on: date) -> pl.Expr:
    """Return whether a child has been given a pupil number by a day: four by the last 31 August before it.

    >>> born = pl.DataFrame({"born_on": [date(2021, 8, 31), date(2021, 9, 1)]})
    >>> born.select(of_school_age(date(2026, 3, 31))).to_series().to_list()
    [True, False]
    """
    school_year = on.year - (on < date(on.year, 9, 1))
    return pl.col("born_on") <= date(school_year - SCHOOL_AGE_YEARS, 8, 31)


def upn(child_id: pl.Expr) -> pl.Expr:
    """Return a valid unique pupil number that no living child can have.

    A check letter and twelve digits, of which the first three name an authority that does not exist (001, or
    up to 005 beyond a thousand million), and the others are our own child_id. The letter is the sum of the
    digits, the first times 2, the next times 3 and so on, modulo 23, in an alphabet without I, O and S.
    """
    number = child_id + 10**9
    weighed = pl.sum_horizontal(number // 10 ** (11 - k) % 10 * (k + 2) for k in range(12))
    letter = pl.lit(CHECK_LETTERS).str.slice(weighed % len(CHECK_LETTERS), 1)
    return letter + number.cast(pl.String).str.zfill(12)
