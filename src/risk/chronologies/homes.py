"""The homes: which child of a table of events lives in which household, and what has to be asked about it.

A child lives in one household. Where the table does not say in which, the child is a household of its own.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

import polars as pl

from risk.chronologies.entries import Cell, Notes, is_empty
from risk.chronologies.exact_dates import visible
from risk.chronologies.persons import ADULTS, SEVERAL
from risk.chronologies.synonyms import EVERYBODY, meant, plain
from risk.chronologies.table_of_events import Rows, each
from risk.records.schema import CHILDREN_A_HOUSEHOLD

WHOLE: Final = re.compile(r"(\d+)\.0+")
SHORTENED: Final = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")
NAMED: Final = {"child_id": pl.Int64, "household_id": pl.Int64, "child": pl.String, "household": pl.String}
"""One row a child, in the order of the table: our numbers, and what the table calls it and its household."""

WHOM: Final = {"child_id": pl.Int64, "household_id": pl.Int64}


class Home(NamedTuple):
    """What a child's household is known by: its name in the table, or else the child's own."""

    household: str
    child: str = ""


@dataclass(frozen=True)
class Homes:
    """named: as `NAMED`. whom: by row of the table, the child's and the household's number."""

    named: pl.DataFrame
    whom: pl.DataFrame


def homes_of(rows: Rows, notes: Notes) -> Homes:
    """Return who lives where, by numbers of ours: a child's is its household's times 16, plus its order.

    Notes a problem for a row that names nobody, a child in two households, a household without a child or
    with too many, and for names that may be one child's.
    """
    pairs = _pairs(rows, notes)
    home_of = _home_of(pairs, rows, notes)
    number: dict[Home, int] = {}
    members: dict[Home, list[str]] = {}
    for child, household in pairs.select("child", "household").iter_rows():
        home = home_of[child] if child else Home(household)
        number.setdefault(home, len(number) + 1)
        if child and child not in members.setdefault(home, []):
            members[home].append(child)
    _check_members(members, pairs, rows, notes)
    child_id = {
        child: number[home] * CHILDREN_A_HOUSEHOLD + i
        for home, children in members.items()
        for i, child in enumerate(children[:CHILDREN_A_HOUSEHOLD])
    }
    order = pairs["child"].unique(maintain_order=True).to_list()
    named = [(child_id[c], number[home_of[c]], c, home_of[c].household) for c in order if c in child_id]
    # A pair of child and household has one household; rows are joined to it by what they name.
    numbered = [
        (child, household, child_id.get(child), number[home_of[child] if child else Home(household)])
        for child, household in pairs.select("child", "household").iter_rows()
    ]
    by_pair = pl.DataFrame(
        numbered, schema=["child", "household", *WHOM], orient="row", schema_overrides=WHOM
    )
    names = rows.texts.select("child", "household")
    whom = names.join(by_pair, on=["child", "household"], how="left", maintain_order="left").select(*WHOM)
    return Homes(pl.DataFrame(named, schema=NAMED, orient="row"), whom)


def _pairs(rows: Rows, notes: Notes) -> pl.DataFrame:
    """Return each child and household that rows name together, with their places, as they are compared."""
    words = [word for word in ("child", "household") if word in rows.texts.columns]
    if "household" not in words:
        rows.texts = rows.texts.with_columns(household=pl.lit(""))
    for word in words:
        names = each(rows, word, notes, lambda cell: _name(cell, notes))
        rows.texts = rows.texts.with_columns(
            pl.col(word).replace_strict(names, return_dtype=pl.String).alias(word)
        )
    return (
        rows.texts.select("child", "household")
        .with_row_index("place")
        .group_by("child", "household", maintain_order=True)
        .agg("place")
    )


def _name(cell: Cell, notes: Notes) -> str:
    """Return the name of a child or a household as it is compared; an empty text for none."""
    if is_empty(cell):
        return ""
    text = " ".join(visible(cell.text).split())
    if SHORTENED.fullmatch(text):
        notes.wrong(
            cell, "a number that was shortened, so that several may have become one; write it as a text"
        )
    elif found := WHOLE.fullmatch(text):
        text = found[1]
        notes.echo(cell, text)
    elif re.fullmatch(r"\d+\.\d+", text):
        notes.wrong(cell, f"a number with a fraction names no {cell.column}")
    elif cell.column == "child" and meant("child", text) == EVERYBODY:
        notes.echo(cell, "the whole household")
        return ""
    elif cell.column == "child" and plain(text) in ADULTS:
        notes.wrong(cell, "an adult, not a child; leave the cell empty for the whole household")
    return text


def _home_of(pairs: pl.DataFrame, rows: Rows, notes: Notes) -> dict[str, Home]:
    """Return each child's household, and note what nobody can live in."""
    home_of: dict[str, Home] = {}
    first: dict[str, int] = {}
    for child, household, places in pairs.select("child", "household", "place").iter_rows():
        if not child and not household:
            rows.wrong(notes, places[0], "child", "names neither a child nor a household", places[1:])
        elif child and household and child in first:
            was, at = home_of[child].household, rows.cell(first[child], "household").row
            why = f"{child[:40]} lives in household {was[:40]} by row {at}; a child lives in one household"
            rows.wrong(notes, places[0], "household", why, places[1:])
        elif child and household:
            home_of[child], first[child] = Home(household), places[0]
    for child in pairs["child"].unique(maintain_order=True):
        home_of.setdefault(child, Home("", child))
    return home_of


def _check_members(members: dict[Home, list[str]], pairs: pl.DataFrame, rows: Rows, notes: Notes) -> None:
    """Note a problem for a household without a child, or with too many, and for names that are nearly one."""
    where = {(c, h): places for c, h, places in pairs.select("child", "household", "place").iter_rows()}
    known = {child for children in members.values() for child in children}
    first_as: dict[str, str] = {}
    for (child, household), places in where.items():
        if not child and household and Home(household) not in members:
            why = "no row names a child of this household, for whom its events would count"
            rows.wrong(notes, places[0], "household", why, places[1:])
        near = first_as.setdefault(_compared(child), child)
        parts = [part for part in SEVERAL.split(child) if part]
        if child and near != child:
            why = f"nearly the name of {near[:40]}: one child or two? Write one name for one child"
            rows.wrong(notes, places[0], "child", why, places[1:])
        elif len(parts) > 1 and known.issuperset(parts):
            rows.wrong(notes, places[0], "child", "names several children: write a row for each", places[1:])
    for home, children in members.items():
        if len(children) > CHILDREN_A_HOUSEHOLD:
            place = where[children[CHILDREN_A_HOUSEHOLD], home.household][0]
            why = (
                f"{len(children)} children in household {home.household[:40]}; {CHILDREN_A_HOUSEHOLD} at most"
            )
            rows.wrong(notes, place, "household", why)


def _compared(name: str) -> str:
    """Return a name without case, punctuation and zeros before a number, which a spreadsheet takes away.

    >>> _compared("c-007") == _compared("C 7")
    True
    """
    return re.sub(r"\b0+(?=\d)", "", plain(name))
