"""The account: a chronology as somebody wrote it, read from a file or about to be written into one.

Its entries have the columns of the record's events, with names for children and a person's own words, so
that reading, merging and writing are about one table. An entry without a date is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from risk.chronologies.persons import one_each, same_name

ENTRY: Final = {
    "child": pl.String,
    "kind": pl.String,
    "agency": pl.String,
    "occurred_on": pl.Date,
    "recorded_on": pl.Date,
    "shared_on": pl.Date,
    "may_be_later_days": pl.Int32,
    "severity": pl.Int8,
    "disclosed_by_child": pl.Boolean,
    "believed": pl.Boolean,
    "finding": pl.String,
    "category": pl.String,
    "reason": pl.String,
    "what": pl.String,
    "child_words": pl.String,
    "source": pl.String,
    "told": pl.Boolean,
    "occasion": pl.String,
    "after": pl.String,
    "went_on": pl.String,
    "went_on_to": pl.Date,
    "what_if": pl.String,
    "impact": pl.String,
    "strengths": pl.String,
    "analysis": pl.String,
    "proposed_from": pl.String,
    "confirmed": pl.Boolean,
}
"""As in the record's events, and what has no place there: told in three states, ties, spans, for what has no
date the days on which it may have been, what a writer makes of it, and from which words it was proposed
and whether a person has confirmed that. Ties, spans, what if and what follows stay in the writer's words."""

BESIDE: Final = ("impact", "strengths", "analysis", "proposed_from")
IN_WORDS: Final = ("occasion", "after", "went_on", "what_if", *BESIDE)
"""Columns that are empty texts where nobody wrote anything."""

UNCONFIRMED: Final = (pl.col("proposed_from") != "") & ~pl.col("confirmed").fill_null(False)
"""Entries that hold a proposal which no person has confirmed."""

CHILD: Final = {"name": pl.String, "born_on": pl.Date}
THE_CHILD: Final = "the child"
EXAMPLE: Final = "Example row: delete it"
"""The source of the rows that a template begins with."""


@dataclass(frozen=True)
class Account:
    """A chronology as somebody wrote it.

    children: name and born_on, whom it is about first. entries: as `ENTRY`; a null child is the whole
    household, a null occurred_on no date at all. from_on, to_on: the period it says it covers, to_on
    exclusive; null if it does not say.
    """

    children: pl.DataFrame
    entries: pl.DataFrame
    from_on: date | None = None
    to_on: date | None = None

    def in_order(self) -> pl.DataFrame:
        """Return the entries in order of the day they were recorded; those without a date come last."""
        latest = pl.col("recorded_on") + pl.duration(days="may_be_later_days")
        return self.entries.sort("recorded_on", latest, nulls_last=True, maintain_order=True)


def merged(accounts: Sequence[tuple[str, Account]]) -> Account:
    """Return several agencies' accounts of one child as one, in date order, with nothing left out.

    The source of each entry begins with the name of the account it came from. The child is the first
    account's; children of one name, however it is spelled, are one child. The period covers all of theirs.
    Raises InputError for two names that may be one child's.

    accounts: pairs of a name and an account.
    """
    children = pl.concat([account.children for _, account in accounts])
    named = children.filter(pl.col("name") != THE_CHILD) if children.height else children
    kept, called = one_each((named if named.height else children).iter_rows())
    one_child = pl.DataFrame(list(kept.values()), schema=CHILD, orient="row")
    written = pl.concat([account.entries["child"] for _, account in accounts]).drop_nulls().unique()
    spelled = pl.col("child").replace({name: called.get(same_name(name), name) for name in written})
    sourced = pl.when(pl.col("source") == "").then("file").otherwise(pl.format("{}: {}", "file", "source"))
    entries = pl.concat(
        [
            account.entries.with_columns(file=pl.lit(name))
            .with_columns(child=spelled, source=sourced)
            .drop("file")
            for name, account in accounts
        ]
    )
    begun = [account.from_on for _, account in accounts if account.from_on]
    ended = [account.to_on for _, account in accounts if account.to_on]
    together = Account(one_child, entries, min(begun, default=None), max(ended, default=None))
    return Account(one_child, together.in_order(), together.from_on, together.to_on)


def look_alikes(account: Account) -> pl.DataFrame:
    """Return the entries of one day and one kind that may be the same event written down twice.

    occurred_on, kind, and of both: place in the account (from 0), agency, what, source. Entries about two
    different children are not alike; nor are undated ones.
    """
    same = ["occurred_on", "may_be_later_days", "kind"]
    rows = account.entries.with_row_index("place").drop_nulls("occurred_on")
    shown = ("place", "child", "agency", "what", "source")
    return (
        rows.select(*same, *shown)
        .join(
            rows.select(*same, pl.col(shown).name.prefix("other_")),
            on=same,
            how="inner",
            maintain_order="left_right",
        )
        .filter(pl.col("place") < pl.col("other_place"))
        .filter(
            pl.col("child").is_null()
            | pl.col("other_child").is_null()
            | (pl.col("child") == pl.col("other_child"))
        )
        .drop("may_be_later_days", "child", "other_child")
    )
