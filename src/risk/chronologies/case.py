"""The case: one child's chronology as a person wrote it, with dates as precise as they are known.

A CSV or Excel file, one event a row. A date may be a day, a month, a year or a rough time; it becomes an
earliest and a latest day. An event without a date is kept, listed, and never scored.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import polars as pl

from risk.chronologies.account import CHILD, ENTRY, IN_WORDS, UNCONFIRMED, Account
from risk.chronologies.narrative import chronology
from risk.chronologies.occasions import occasions
from risk.chronologies.reading import READ_AS, Reading, read_account
from risk.chronologies.rows import BLANK_DATES
from risk.chronologies.sheet import SUFFIXES, Sheet, not_read, read_sheet, sheet_of
from risk.chronologies.stated import dated, stated, supposed_end, supposed_window
from risk.chronologies.synonyms import HEADINGS
from risk.chronologies.ties import days_apart, narrowed, windows
from risk.chronologies.wordings import wordings_of
from risk.core.arguments import need
from risk.core.errors import InputError
from risk.core.kinds import COUNTED, COUNTS_AS, LABELS
from risk.core.shipped import shipped_names
from risk.records.cohort import Record
from risk.records.schema import CHILDREN_A_HOUSEHOLD, RECORD, checked

SHIPPED: Final = files("risk.chronologies") / "cases"
HOUSEHOLD: Final = 1

INTRODUCED: Final = {
    "child_words": "In the child's words",
    "impact": HEADINGS["impact"],
    "strengths": HEADINGS["strengths"],
    "analysis": HEADINGS["analysis"],
}
"""What stands beside what happened, kept with it in its text and never scored, by how it is introduced."""


@dataclass(frozen=True, repr=False)
class Case:
    """One child's case as somebody wrote it down.

    record: what is dated. child_id: whom it is about. texts: event_id, what, source. undated: agency,
    kind, what, source and told of the events without a date. read_as: row, cell, column, written, read_as of
    every word and date that was read as something else. remarks: sentences on how the rest was read. stated:
    who was told, ties and spans, as `stated.STATED`. supposed: the same case with each undated event for
    which the account supports a window in that window; null if there is none.
    """

    name: str
    record: Record
    child_id: int
    texts: pl.DataFrame
    undated: pl.DataFrame
    read_as: pl.DataFrame
    remarks: list[str]
    stated: pl.DataFrame
    supposed: "Case | None" = None

    def __repr__(self) -> str:
        return (
            f"Case {self.name}: {self.texts.height:,} dated events and {self.undated.height:,} without a date"
        )


def case_names() -> list[str]:
    """Return the names of the cases that ship with the package."""
    return shipped_names("risk.chronologies", "cases", ".csv")


def read_chronology(name: str, *, blank_dates: str | None = None, child: str | None = None) -> Reading:
    """Return what came of reading a shipped case, or a .csv, .xlsx, .ods or .docx file: problems and all.

    Columns, dates and words are those of `docs/formats/chronology.md`. blank_dates: "same" or "undated", what
    an empty date below another means; without it that is a problem. child: the name of whom it is about,
    where the file does not say. Raises InputError for a file that cannot be read at all.
    """
    if blank_dates not in (None, *BLANK_DATES):
        raise InputError(f"blank_dates={blank_dates!r}: must be {' or '.join(BLANK_DATES)}")
    name = str(need("name", name, (str, Path), "give a shipped case's name, or a file's"))
    if name in case_names():
        if child is not None:
            raise InputError(f"--child {child}: only for a cohort's folder and files of your own")
        return read_account(_shipped(name), blank_dates="undated")
    path = Path(name)
    if way_out := not_read(path.suffix.lower()):
        raise InputError(f"{path}: {way_out}")
    if path.suffix.lower() not in SUFFIXES:
        known = ", ".join(case_names())
        raise InputError(
            f"{path}: neither a shipped case ({known}), nor a cohort's folder, nor a .csv, .xlsx, "
            ".ods or .docx file"
        )
    return read_account(read_sheet(path), blank_dates=blank_dates, child=child)


def _shipped(name: str) -> Sheet:
    return sheet_of(f"{name}.csv", (SHIPPED / f"{name}.csv").read_bytes())


def read_case(
    name: str, *, unconfirmed: bool = False, blank_dates: str | None = None, child: str | None = None
) -> Case:
    """Return a shipped case by its name, or a chronology from a .csv, .xlsx, .ods or .docx file.

    blank_dates, child: as `read_chronology` has them.

    Raises InputError that names the cell, the column, the value, the rule and the nearest valid word of
    every problem, for a chronology of which no event has a date, and for one with proposals that no person
    has confirmed.

    unconfirmed: read what is only proposed as it is; each such event, and a remark, say so.

    >>> risk.read_case("norfolk_review").record
    Record of ...
    """
    reading = read_chronology(name, blank_dates=blank_dates, child=child)
    reading.raise_problems()
    account, source = reading.account, reading.source
    if account.children.height > CHILDREN_A_HOUSEHOLD:
        raise InputError(
            f"{source}: {account.children.height} children are named; a household has {CHILDREN_A_HOUSEHOLD} "
            "at most"
        )
    if not unconfirmed:
        _need_confirmed(source, account)
    case = _case(Path(name).stem, source, account)
    with_windows = _supposed(account)
    supposed = None if with_windows is None else _case(case.name, source, with_windows)
    return replace(case, read_as=reading.read_as, remarks=reading.remarks, supposed=supposed)


def _need_confirmed(source: str, account: Account) -> None:
    n, whole = account.entries.filter(UNCONFIRMED).height, account.entries.height
    if n:
        raise InputError(
            f"{source}: {n} of {whole} entries are proposals that no person has confirmed; read each, put it "
            "right and write yes under Confirmed, or take them as they are with --unconfirmed"
        )


def _case(name: str, source: str, account: Account) -> Case:
    """Return an account's case, without how it was read."""
    kept_as = pl.col("kind").replace(COUNTS_AS)
    entries = account.in_order().with_columns(what=_what(), kind=kept_as).with_row_index("event_id")
    with_dates = entries.filter(pl.col("recorded_on").is_not_null()).with_columns(
        pl.col("event_id").cast(pl.Int64)
    )
    if with_dates.is_empty():
        raise InputError(f"{source}: none of its {entries.height} events has a date; one at least is needed")
    with_dates = _narrowed(with_dates)
    undated = entries.filter(pl.col("recorded_on").is_null())
    return Case(
        name,
        _record(source, account, with_dates),
        HOUSEHOLD * CHILDREN_A_HOUSEHOLD,
        with_dates.select("event_id", "what", "source"),
        undated.select("agency", "kind", "what", "source", "told"),
        pl.DataFrame(schema=READ_AS),
        [],
        stated(with_dates),
    )


def _narrowed(entries: pl.DataFrame) -> pl.DataFrame:
    """Return dated entries with the windows that their ties leave."""
    found = occasions([dated(i, entry) for i, entry in enumerate(entries.iter_rows(named=True))])
    if len(found) == entries.height and (entries["after"] == "").all():
        return entries
    first, last = narrowed(*windows(found), days_apart(found))
    days = [
        (record.place, first[i], last[i] - first[i]) for i, one in enumerate(found) for record in one.records
    ]
    columns = ["place", "first", "may_be_later_days"]
    left = pl.DataFrame(sorted(days), schema=columns, orient="row")
    later = pl.duration(days=pl.col("first") - pl.col("occurred_on").to_physical().cast(pl.Int64))
    return (
        entries.with_columns(left["first"], left["may_be_later_days"].cast(pl.Int32))
        .with_columns(pl.col(c) + later for c in ("recorded_on", "shared_on", "occurred_on"))
        .drop("first")
        .sort("recorded_on", "event_id")
    )


def _supposed(account: Account) -> Account | None:
    """Return the account with every undated event at the days that it may have been; None if it says none."""
    rows = account.entries.to_dicts()
    n_windows = 0
    for row in rows:
        window = supposed_window(row) if row["occurred_on"] is None else None
        if window is None:
            continue
        n_windows += 1
        row["occurred_on"] = row["recorded_on"] = window.first
        row["shared_on"] = window.first if row["told"] else None
        row["may_be_later_days"] = (window.last - window.first).days
        if row["went_on"]:
            row["went_on_to"] = supposed_end(row)
    return replace(account, entries=pl.DataFrame(rows, schema=ENTRY)) if n_windows else None


def _what() -> pl.Expr:
    """Return what happened in the writer's words, else the kind's; then the child's own, and what it meant.

    What is only proposed says so first. A kind that the record keeps as another one is named before the
    writer's words.
    """
    kind = pl.col("kind").replace(LABELS)
    named = pl.when(pl.col("kind").is_in(list(COUNTED))).then(pl.format("{}: {}", kind, "what"))
    what = pl.when(pl.col("what") == "").then(kind).otherwise(named.otherwise("what"))
    for column, words in INTRODUCED.items():
        added = pl.format("{}. {}: {}", what.str.strip_chars_end("."), pl.lit(words), column)
        what = pl.when(pl.col(column) == "").then(what).otherwise(added)
    return pl.when(UNCONFIRMED).then(pl.format("Proposed, not confirmed: {}", what)).otherwise(what)


def _record(source: str, account: Account, dated: pl.DataFrame) -> Record:
    """Return the dated entries as the record of one household, over the period that is covered or told of."""
    child_ids = {
        name: HOUSEHOLD * CHILDREN_A_HOUSEHOLD + i for i, name in enumerate(account.children["name"])
    }
    later = pl.duration(days="may_be_later_days")
    known_by = dated.select(pl.max_horizontal("recorded_on", "shared_on") + later).to_series().max()
    rows = {
        "households": pl.DataFrame({"household_id": [HOUSEHOLD]}),
        "children": account.children.select(
            "born_on",
            child_id=pl.col("name").replace_strict(child_ids, return_dtype=pl.Int64),
            household_id=pl.lit(HOUSEHOLD),
            given_name="name",
        ),
        "events": dated.with_columns(
            child_id=pl.col("child").replace_strict(child_ids, return_dtype=pl.Int64),
            household_id=pl.lit(HOUSEHOLD),
        ),
    }
    none = pl.DataFrame(schema={"household_id": pl.Int64})
    made = {name: as_table(name, rows.get(name, none), source) for name in RECORD}
    first, last = dated["recorded_on"].min(), _day(known_by) + timedelta(days=1)
    return Record(
        **made,
        from_on=min(_day(first), account.from_on or date.max),
        to_on=max(last, account.to_on or date.min),
        by_hand=True,
    )


def as_table(name: str, rows: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return rows as a table of the record; a column that they do not have is null."""
    columns = {c: declared.dtype for c, declared in RECORD[name].columns().items()}
    absent = [pl.lit(None).alias(c) for c in columns if c not in rows.columns]
    filled = rows.with_columns(absent).select(pl.col(c).cast(dtype) for c, dtype in columns.items())
    return checked(name, filled, RECORD[name], source)


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise TypeError(value)
    return value


def account_of(record: Record, child_id: int) -> Account:
    """Return what was written about a generated child and its home, as its chronology would be written.

    The child comes first, then the other children of the home; those of one name are told apart by their
    number. What an assessment identified and which event answered which have no place in a chronology.
    Raises InputError for a child who is not in the record.
    """
    written = chronology(record, child_id)
    home = record.homes_of(pl.Series([child_id]))
    children = home.children.sort((pl.col("child_id") != child_id), "child_id")
    several = pl.col("given_name").is_duplicated()
    called = pl.when(several).then(pl.format("{} ({})", "given_name", "child_id")).otherwise("given_name")
    children = children.select("child_id", "born_on", name=called)
    names = dict(children.select("child_id", "name").iter_rows())
    words = wordings_of(home, names)
    entries = (
        written.select("event_id", "source", what=pl.col("event_id").replace_strict(words))
        .join(home.events, on="event_id", how="inner", maintain_order="left")
        .with_columns(
            child=pl.col("child_id").replace_strict(names, return_dtype=pl.String),
            told=pl.col("shared_on").is_not_null(),
            went_on_to=pl.lit(None),
            confirmed=pl.lit(None),
            **dict.fromkeys(("child_words", *IN_WORDS), pl.lit("")),
        )
        .select(pl.col(c).cast(dtype) for c, dtype in ENTRY.items())
    )
    return Account(
        children.select(pl.col(c).cast(dtype) for c, dtype in CHILD.items()),
        entries,
        record.from_on,
        record.to_on,
    )
