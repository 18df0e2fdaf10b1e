"""Elsewhere: a caseload of invented children, from a table of events that something else has made.

Another generator's, a simulation of one's own, a merged set of training cases. Cells are read as those of a
chronology are, each text once. What is missing is not known: an event of which the table does not say whether
children's services were told is of neither kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from risk.chronologies.case import Case, as_table
from risk.chronologies.entries import Notes, Problem
from risk.chronologies.event_cells import codes_of, read_cells, translate
from risk.chronologies.event_days import births, check_dates, check_span
from risk.chronologies.homes import Homes, homes_of
from risk.chronologies.oddities import FAR_YEARS
from risk.chronologies.other_kinds import of_other_kinds
from risk.chronologies.reading import READ_AS, raise_problems
from risk.chronologies.stated import STATED
from risk.chronologies.table_of_events import Rows, rows_of
from risk.core.errors import InputError, shown
from risk.core.kinds import CONCERNS, COUNTS_AS, CS
from risk.records.cohort import Record
from risk.records.schema import RECORD

UNDATED: Final = {
    "event_id": pl.Int64,
    "household_id": pl.Int64,
    "child_id": pl.Int64,
    "agency": pl.String,
    "kind": pl.String,
    "told": pl.Boolean,
    "severity": pl.Int8,
}


@dataclass(frozen=True, repr=False, kw_only=True)
class Caseload(Record):
    """The record of many children, with what their table states beside it.

    named: child_id, household_id, child and household as the table calls them, in its order; household is an
    empty text for a child who is a household of its own. stated: who was told, as `stated.STATED`; told is
    null where nobody says. undated: events without a date, which are listed and never scored. read_as,
    remarks: as of a `Case`. event_id is the row's place in the table, from 0.
    """

    source: str
    named: pl.DataFrame
    stated: pl.DataFrame
    undated: pl.DataFrame
    read_as: pl.DataFrame
    remarks: list[str]

    def case_of(self, child: str) -> Case:
        """Return one child's case, by what the table calls the child: `review` takes it with its trajectory.

        Raises InputError for a child who is not in the table.
        """
        found = self.named.filter(pl.col("child") == str(child))
        if found.is_empty():
            some = ", ".join(self.named["child"].head(5))
            raise InputError(f"child {shown(child)}: not in {self.source}; its children are {some} …")
        number, home = found.select("child_id", "household_id").row(0)
        events = self.events.filter(pl.col("household_id") == home).select("event_id")
        texts = pl.DataFrame(schema={"event_id": pl.Int64, "what": pl.String, "source": pl.String})
        undated = self.undated.filter(pl.col("household_id") == home).with_columns(
            what=pl.lit(""), source=pl.lit(self.source)
        )
        return Case(
            name=f"child {child}",
            record=self.homes_of(pl.Series([number])),
            child_id=number,
            texts=texts,
            undated=undated.select("agency", "kind", "what", "source", "told"),
            read_as=pl.DataFrame(schema=READ_AS),
            remarks=[],
            stated=self.stated.join(events, on="event_id", how="semi", maintain_order="left"),
        )


@dataclass(frozen=True)
class EventsReading:
    """What came of reading a table of events: its caseload, or else every problem in it."""

    source: str
    problems: list[Problem]
    caseload: Caseload | None


def read_events(
    table: Any,
    *,
    columns: Mapping[str, str] | None = None,
    codes: Mapping[str, Mapping[Any, str]] | None = None,
    by_hand: bool = False,
) -> Caseload:
    """Return the record of a table of events of *invented* children: a `Record`, without a truth.

    One row an event: child, household (or none: each child is its own), date (and until, if it came on some
    day between), agency, kind, told. Words, dates and further columns are those of `docs/formats/events.md`.
    An empty cell is not known: an event of which nobody says whether children's services were told was not
    shared as far as the record knows, and `Caseload.stated` says that it is not stated.

    table: a Polars or pandas frame, or the path of a .csv, .parquet or .xlsx file. columns: which column
    holds what, as {"child": "person_ref"}, where headings do not say. codes: the table's own codes in words
    of ours, as {"kind": {"NEG1": "hunger"}}. by_hand: whether a thing stands in the table once, however many
    had written it down, as in training cases: then nothing is read into how seldom it is written again.

    Raises InputError that lists every problem with its row, column, value and rule; nothing is guessed.

    >>> import polars as pl
    >>> who = {"child": ["a", "b"], "agency": ["school", "police"], "told": [None, "yes"]}
    >>> when = {"date": ["2023-03-01", "2023-04-02"], "kind": ["hunger", "domestic_abuse"]}
    >>> risk.read_events(pl.DataFrame(who | when))
    Record of 2 children in 2 households, 2023-03-01 to 2023-04-03: 2 events
    """
    reading = read_table_of_events(table, columns=columns, codes=codes, by_hand=by_hand)
    raise_problems(reading.source, reading.problems, "put these right first")
    if reading.caseload is None:
        raise InputError(f"{reading.source}: holds no events")
    return reading.caseload


def read_table_of_events(
    table: Any,
    *,
    columns: Mapping[str, str] | None = None,
    codes: Mapping[str, Mapping[Any, str]] | None = None,
    by_hand: bool = False,
) -> EventsReading:
    """Return what comes of reading a table of events, problems and all, as `read_events` takes it.

    Raises InputError for a file that cannot be read at all, and for columns or codes that are none.
    """
    notes = Notes()
    words = codes_of(codes)
    rows = rows_of(table, columns, notes)
    if notes.problems:  # of the headings: what stands below them cannot be understood yet
        return EventsReading(rows.source, notes.problems, None)
    translate(rows, words)
    read = read_cells(rows, notes)
    homes = homes_of(rows, notes)
    born_on = births(rows, homes, notes)
    check_dates(rows, read, notes)
    if not notes.problems:
        check_span(rows, read, born_on, homes, notes)
    if notes.problems:
        problems = sorted(notes.problems, key=lambda problem: problem.cell.row)
        return EventsReading(rows.source, problems, None)
    made = _caseload(rows, read, homes, born_on, notes)
    return EventsReading(rows.source, [], replace(made, by_hand=by_hand))


def _caseload(rows: Rows, read: pl.DataFrame, homes: Homes, born_on: pl.DataFrame, notes: Notes) -> Caseload:
    """Return the caseload of rows without a problem, over the days that its events fill."""
    events = _events(read.hstack(homes.whom))
    dated = events.filter(pl.col("recorded_on").is_not_null())
    later = pl.duration(days="may_be_later_days")
    known_by: date = dated.select(pl.max_horizontal("recorded_on", "shared_on") + later).to_series().max()  # type: ignore[assignment]
    children = homes.named.join(born_on, on="child_id", how="left", maintain_order="left")
    tables = {
        "households": pl.DataFrame({"household_id": homes.named["household_id"].unique().sort()}),
        "children": children.select("child_id", "household_id", "born_on", given_name="child").sort(
            "child_id"
        ),
        "events": dated.with_columns(pl.col("kind").replace(COUNTS_AS)),
        "factors": dated.select("event_id", factor="factors").explode("factor").drop_nulls(),
    }
    none = pl.DataFrame(schema={"household_id": pl.Int64})
    stated = {c: pl.lit(None, dtype) for c, dtype in STATED.items() if c not in ("event_id", "told")}
    undated = events.filter(pl.col("recorded_on").is_null())
    made: dict[str, Any] = {name: as_table(name, tables.get(name, none), rows.source) for name in RECORD}
    return Caseload(
        **made,
        from_on=dated["recorded_on"].min(),  # type: ignore[arg-type]
        to_on=known_by + timedelta(days=1),
        source=rows.source,
        named=homes.named,
        stated=dated.select("event_id", "told").with_columns(**stated).select(*STATED),
        undated=undated.select(pl.col(c).cast(dtype) for c, dtype in UNDATED.items()),
        read_as=pl.DataFrame(notes.read_as, schema=READ_AS, orient="row"),
        remarks=[*notes.remarks, *_remarks(rows, events, notes)],
    )


def _events(read: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in the columns of the record's events, with told in three states.

    What came on some day between two is recorded on the first of them at the earliest, as its window says.
    Children's services know what they wrote themselves, unless the table says that they were not told.
    """
    last = pl.coalesce("until_last", "date_last")
    own = pl.col("agency") == CS
    told_first = pl.coalesce("told_on_first", "told_in_first")
    is_told = pl.coalesce(pl.when(told_first.is_not_null()).then(True), "told", pl.when(own).then(True))
    recorded_first = pl.max_horizontal("recorded_first", "date_first")
    return (
        read.with_columns(
            occurred_on="date_first",
            recorded_on=pl.when(pl.col("date_first").is_not_null()).then(recorded_first),
            latest_on=pl.coalesce("recorded_last", last),
            told=is_told,
            told_first=told_first,
        )
        .with_columns(
            latest_on=pl.coalesce(pl.col("recorded_on") + pl.duration(days="may_be_later_days"), "latest_on")
        )
        .with_columns(
            shared_on=pl.when("told").then(pl.max_horizontal("recorded_on", "told_first")),
            may_be_later_days=(pl.col("latest_on") - pl.col("recorded_on")).dt.total_days().cast(pl.Int32),
            disclosed_by_child=pl.col("said_by_child").fill_null(False),
            category="plan_category",
            severity=pl.col("severity").cast(pl.Int8),
        )
        .with_columns(shared_on=pl.when(pl.col("recorded_on").is_not_null()).then("shared_on"))
    )


def _remarks(rows: Rows, events: pl.DataFrame, notes: Notes) -> list[str]:
    """Return what a reader should know of how the rows were read."""
    said = []
    imprecise = events.filter(pl.col("may_be_later_days") > 0).height
    undated = events["recorded_on"].null_count()
    if imprecise:
        said.append(
            f"{imprecise:,} events came on some day of a window: the days between count as equally likely."
        )
    if undated:
        said.append(f"{undated:,} events have no date: they are listed, and not scored.")
    concerns = events.filter(pl.col("kind").is_in([*CONCERNS, *COUNTS_AS]), pl.col("agency") != CS)["told"]
    if concerns.null_count():
        yes, no, silent = concerns.sum(), int((~concerns).sum()), concerns.null_count()
        said.append(
            f"Of {len(concerns):,} concerns the table says of {yes:,} that children's services were told, of "
            f"{no:,} that they were not, and does not say of {silent:,}."
        )
    if notes.day_first:
        said.append(
            f"Dates are read day first, as {notes.day_first[0].text} in {notes.day_first[0].address}."
        )
    middle = events["recorded_on"].drop_nulls().sort()
    days = pl.duration(days=366 * FAR_YEARS)
    at = middle[len(middle) // 2]
    far = events.filter((pl.col("recorded_on") - at > days) | (at - pl.col("recorded_on") > days))["event_id"]
    if len(far):
        first = rows.cell(int(far[0]), "date")
        more = f" and {len(far) - 1} more" if len(far) > 1 else ""
        where = f"{first.text!r} in {first.address}{more}"
        said.append(f"Look again at {where}: over {FAR_YEARS} years from most dates of this table.")
    return [*said, *of_other_kinds(events["kind"].to_list())]
