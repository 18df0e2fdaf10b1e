"""Elsewhere: a caseload of invented children, from a table of events that something else has made.

Another generator's, a simulation of one's own, a merged set of training cases. Cells are read as those of a
chronology are, each text once. What is missing is not known: an event of which the table does not say whether
children's services were told is of neither kind.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import polars as pl

from risk.chronologies.case import Case, as_table
from risk.chronologies.entries import Cell, Notes, Problem, is_empty, told_of
from risk.chronologies.exact_dates import Window
from risk.chronologies.homes import Homes, homes_of
from risk.chronologies.oddities import FAR_YEARS
from risk.chronologies.other_kinds import of_other_kinds
from risk.chronologies.reading import MOST_DAYS, READ_AS, raise_problems
from risk.chronologies.stated import STATED
from risk.chronologies.synonyms import LABELS, OF_EVENTS, meant, plain
from risk.chronologies.table_of_events import Rows, each, of_events, rows_of
from risk.core.errors import InputError, shown, unknown
from risk.core.kinds import CONCERNS, COUNTS_AS, CS, FACTORS
from risk.core.wording import DAY
from risk.records.cohort import Record
from risk.records.schema import RECORD

NOUNS: Final[tuple[str, ...]] = ("agency", "kind", "severity", "finding", "plan_category", "reason")
"""Columns whose cells are words of a vocabulary."""

DATES: Final[tuple[str, ...]] = ("date", "until", "recorded", "told_on", "born")
TIME: Final = r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$"
OF_EXCEL: Final = r"^(\d{5})\.\d+$"
"""A day with a time of day, as programs write them: the time is dropped."""

SEVERAL: Final = pl.List(pl.String)

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
            undated=undated.select("agency", "kind", "what", "source", "told", "severity"),
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
    words = _codes(codes)
    rows = rows_of(table, columns, notes)
    if notes.problems:  # of the headings: what stands below them cannot be understood yet
        return EventsReading(rows.source, notes.problems, None)
    _translate(rows, words)
    read = _read(rows, notes)
    homes = homes_of(rows, notes)
    born_on = _born(rows, homes, notes)
    _check_dates(rows, read, notes)
    if not notes.problems:
        _check_span(rows, read, born_on, homes, notes)
    if notes.problems:
        problems = sorted(notes.problems, key=lambda problem: problem.cell.row)
        return EventsReading(rows.source, problems, None)
    made = _caseload(rows, read, homes, born_on, notes)
    return EventsReading(rows.source, [], replace(made, by_hand=by_hand))


def _codes(codes: Mapping[str, Mapping[Any, str]] | None) -> dict[str, dict[str, str]]:
    """Return by column the table's codes with what each is in words of ours. Raises InputError for none."""
    found: dict[str, dict[str, str]] = {}
    wrong = []
    if codes is not None and not isinstance(codes, Mapping):
        raise InputError(f'codes = {shown(codes)}: must be as {{"kind": {{"NEG1": "hunger"}}}}')
    for column, words in (codes or {}).items():
        word = of_events(str(column))
        if word not in OF_EVENTS or not isinstance(words, Mapping):
            wrong.append(f'{shown(column)}: must be a column with its codes, as "kind": {{"NEG1": "hunger"}}')
            continue
        noun = {"told_childrens_services": "yes or no", "said_by_child": "yes or no", "believed": "yes or no"}
        for code, text in words.items():
            of = noun.get(word, word)
            if of in LABELS and text not in (None, "") and meant(of, str(text)) is None:
                problem = Problem(Cell(0, f"codes of {word}", str(code), str(text)), noun=of)
                wrong.append(f"{word} {shown(code)}: {shown(text)}: {problem.why()}")
            found.setdefault(word, {})[str(code).strip()] = "" if text is None else str(text)
    if wrong:
        raise InputError("\n  ".join(["codes:", *wrong]) if len(wrong) > 1 else f"codes: {wrong[0]}")
    return found


def _translate(rows: Rows, codes: dict[str, dict[str, str]]) -> None:
    """Put words of ours in the place of a table's codes. Raises InputError for codes of no column of it."""
    if absent := [word for word in codes if word not in rows.texts.columns]:
        has = ", ".join(rows.texts.columns)
        raise InputError(f"codes: the table has no column {', '.join(absent)}; it has {has}")
    rows.texts = rows.texts.with_columns(pl.col(word).replace(words) for word, words in codes.items())


def _drop_times(rows: Rows, notes: Notes) -> None:
    """Leave of each moment, as programs write it, its day."""
    dates = [word for word in DATES if word in rows.texts.columns]
    days = rows.texts.with_columns(pl.col(dates).str.replace(TIME, "$1").str.replace(OF_EXCEL, "$1"))
    if not days.equals(rows.texts):
        notes.remarks.append("Times of day are ignored.")
    rows.texts = days


def _read(rows: Rows, notes: Notes) -> pl.DataFrame:
    """Return the rows read cell by cell: words, truth values, and of each date its first and last day."""
    _drop_times(rows, notes)
    has, texts = rows.texts.columns, rows.texts
    read = pl.DataFrame({"event_id": pl.int_range(texts.height, eager=True)})
    for word in (word for word in NOUNS if word in has):
        read = read.with_columns(_mapped(rows, word, notes, partial(notes.word, noun=word), pl.String))
    for word in ("agency", "kind"):
        if empty := (texts[word] == "").arg_true().to_list():
            rows.wrong(notes, empty[0], word, "must not be empty", empty[1:])
    for word in ("said_by_child", "believed"):
        if word in has:
            read = read.with_columns(_mapped(rows, word, notes, notes.yes_or_no, pl.Boolean))
    for word in (word for word in DATES if word in has and word != "born"):
        read = _with_days(read, word, _windows(rows, word, notes, notes.window))
    if "told_childrens_services" in has:
        told = each(rows, "told_childrens_services", notes, lambda cell: told_of(cell, notes))
        answers = {text: answer if isinstance(answer, bool) else None for text, answer in told.items()}
        days = {text: answer for text, answer in told.items() if isinstance(answer, Window)}
        column = texts["told_childrens_services"]
        read = read.with_columns(told=column.replace_strict(answers, return_dtype=pl.Boolean))
        read = _with_days(read, "told_in", _as_days(column, days))
    if "factors" in has:
        found = each(rows, "factors", notes, partial(_factors, notes))
        read = read.with_columns(factors=texts["factors"].replace_strict(found, return_dtype=SEVERAL))
    if "may_be_later_days" in has:
        read = read.with_columns(_mapped(rows, "may_be_later_days", notes, _whole(notes), pl.Int32))
    absent: dict[str, Any] = {
        **dict.fromkeys(NOUNS, pl.String),
        **dict.fromkeys(("said_by_child", "believed", "told"), pl.Boolean),
        **{f"{word}_{end}": pl.Date for word in (*DATES[1:4], "told_in") for end in ("first", "last")},
        "may_be_later_days": pl.Int32,
        "factors": SEVERAL,
    }
    missing = {word: pl.lit(None, dtype) for word, dtype in absent.items() if word not in read.columns}
    return read.with_columns(**missing)


def _mapped(
    rows: Rows, word: str, notes: Notes, read: Callable[[Cell], Any], dtype: type[pl.DataType]
) -> pl.Series:
    found = each(rows, word, notes, read)
    return rows.texts[word].replace_strict(found, return_dtype=dtype).alias(word)


def _windows(
    rows: Rows, word: str, notes: Notes, read: Callable[[Cell], Window | None]
) -> tuple[pl.Series, pl.Series]:
    return _as_days(rows.texts[word], each(rows, word, notes, read))


def _as_days(texts: pl.Series, windows: Mapping[str, Window | None]) -> tuple[pl.Series, pl.Series]:
    """Return the first and the last day of what each text means; null for nothing."""
    ends = ({text: w and w[i] for text, w in windows.items()} for i in (0, 1))
    first, last = (texts.replace_strict(end, default=None, return_dtype=pl.Date) for end in ends)
    return first, last


def _with_days(read: pl.DataFrame, word: str, days: tuple[pl.Series, pl.Series]) -> pl.DataFrame:
    return read.with_columns(days[0].alias(f"{word}_first"), days[1].alias(f"{word}_last"))


def _factors(notes: Notes, cell: Cell) -> list[str]:
    """Return what an assessment found, in words of ours; several stand with a semicolon between them."""
    known = {plain(text): word for word, label in FACTORS.items() for text in (word, label)}
    parts = [] if is_empty(cell) else [part for part in re.split(r"[;,|]", cell.text) if part.strip()]
    if wrong := [part.strip() for part in parts if plain(part) not in known]:
        notes.wrong(cell, unknown("factor", wrong[0][:60], FACTORS))
        return []
    return list(dict.fromkeys(known[plain(part)] for part in parts))


def _whole(notes: Notes) -> Callable[[Cell], int | None]:
    """Return what reads a whole number of days, as notes go; empty means none."""

    def whole(cell: Cell) -> int | None:
        if is_empty(cell):
            return None
        if re.fullmatch(r"\d{1,5}", cell.text) and int(cell.text) <= MOST_DAYS:
            return int(cell.text)
        notes.wrong(cell, f"must be a whole number of days from 0 to {MOST_DAYS:,}")
        return None

    return whole


def _check_dates(rows: Rows, read: pl.DataFrame, notes: Notes) -> None:
    """Note a problem for each row whose dates contradict one another."""
    given = {word: _is_given(rows, word) for word in ("date", "until", "recorded", "may_be_later_days")}
    no_date = ~given["date"]
    told_no = read["told"].fill_null(True).not_()
    recorded = read.select(pl.max_horizontal("recorded_first", "date_first")).to_series()
    rules = (
        ("until", given["until"] & no_date, "a window needs a date to start from", None),
        ("until", read["until_last"] < read["date_first"], "the end comes before the start", "date_first"),
        ("recorded", given["recorded"] & no_date, "needs a date on which it happened", None),
        ("recorded", read["recorded_last"] < read["date_first"], "before it happened", "date_first"),
        ("told_on", told_no & read["told_on_first"].is_not_null(), "a date, where they were not told", None),
        ("told_on", read["told_on_last"] < recorded, "before it was recorded", None),
        ("told_childrens_services", read["told_in_last"] < recorded, "before it was recorded", None),
        ("may_be_later_days", given["may_be_later_days"] & given["until"], "until says so too", None),
    )
    for word, broken, rule, shown_day in rules:
        for place in broken.fill_null(False).arg_true():
            on = f", {read[shown_day][place].strftime(DAY)}" if shown_day else ""
            rows.wrong(notes, place, word, f"{rule}{on}")


def _is_given(rows: Rows, word: str) -> pl.Series:
    """Return whether each cell of a column says anything; none does of a column that is not there."""
    if word not in rows.texts.columns:
        return pl.repeat(False, rows.texts.height, dtype=pl.Boolean, eager=True)
    texts = rows.texts[word]
    says = {text: not is_empty(Cell(0, "", word, text)) for text in texts.unique()}
    return texts.replace_strict(says, return_dtype=pl.Boolean)


def _born(rows: Rows, homes: Homes, notes: Notes) -> pl.DataFrame:
    """Return child_id and born_on, null where the table does not say, in the order of the table."""
    none = homes.named.select("child_id", born_on=pl.lit(None, pl.Date))
    if "born" not in rows.texts.columns:
        return none
    first, last = _windows(rows, "born", notes, notes.window)
    days = homes.whom.with_columns(first, last.alias("last"), place=pl.int_range(pl.len())).rename(
        {"born": "first"}
    )
    days = days.drop_nulls(["child_id", "first"])
    rough = days.filter(pl.col("first") < pl.col("last"))["place"].to_list()
    if rough:
        rows.wrong(notes, rough[0], "born", "a day of birth is one day, or empty", rough[1:])
    one = days.group_by("child_id", maintain_order=True).agg(pl.col("first").first())
    other = days.join(one, on="child_id", suffix="_said").filter(pl.col("first") != pl.col("first_said"))
    for place, said in (
        other.unique("child_id", maintain_order=True).select("place", "first_said").iter_rows()
    ):
        rows.wrong(notes, place, "born", f"another row says {said.strftime(DAY)}; a child is born once")
    return homes.named.select("child_id").join(
        one.rename({"first": "born_on"}), on="child_id", how="left", maintain_order="left"
    )


def _check_span(rows: Rows, read: pl.DataFrame, born_on: pl.DataFrame, homes: Homes, notes: Notes) -> None:
    """Note a problem where the dates hold more days than their budget, and for who is a child on none."""
    dated = read.filter(pl.col("date_first").is_not_null())
    if dated.is_empty():
        raise InputError(
            f"{rows.source}: none of its {read.height} events has a date; one at least is needed"
        )
    first: date = dated["date_first"].min()  # type: ignore[assignment]
    last: date = dated.select(pl.max_horizontal("date_last", "until_last", "recorded_last")).to_series().max()  # type: ignore[assignment]
    if (last - first).days >= MOST_DAYS:
        place = int(dated["event_id"][dated["date_first"].arg_min()])  # type: ignore[index]
        why = f"the earliest date; from it to {last.strftime(DAY)} are over {MOST_DAYS:,} days, the budget"
        rows.wrong(notes, place, "date", f"{why}: see whether a year is mistyped, or leave the date empty")
    grown = pl.col("born_on").dt.offset_by("18y") <= first
    place_of = homes.whom.with_row_index("place").unique("child_id", keep="first", maintain_order=True)
    absent = born_on.filter((pl.col("born_on") > last) | grown).join(
        place_of, on="child_id", maintain_order="left"
    )
    for place in absent["place"]:
        why = "on no day of the table was this child born and under 18: nothing to score"
        rows.wrong(notes, place, "born", f"{why}. See whether it is right")


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


def events_of(record: Record) -> pl.DataFrame:
    """Return a record as a table of events that `read_events` reads back to the same events and children.

    A cohort's children are called by their numbers, and told says what the record knows. Which event answered
    which, adults and areas have no place in it, nor has a child of whom nothing of its own is written down.
    """
    children = record.children.select("child_id", "household_id", "born_on")
    events = record.events.with_columns(pl.col("kind", "agency").cast(pl.String))
    if isinstance(record, Caseload):
        names, silent = record.named.select("child_id", "household_id", "child", "household"), record.stated
        events = pl.concat([events, record.undated.drop("told")], how="diagonal").sort("event_id")
        told = pl.concat([silent.select("event_id", "told"), record.undated.select("event_id", "told")])
        events = events.join(told, on="event_id", how="left", maintain_order="left")
    else:
        names = children.with_columns(pl.col("child_id", "household_id").cast(pl.String).name.map(_called))
        events = events.with_columns(told=pl.col("shared_on").is_not_null())
    born = children.select("child_id", "born_on")
    household = names.select("household_id", "household").unique()
    found = record.factors.group_by("event_id").agg(pl.col("factor").cast(pl.String).sort().str.join("; "))
    return (
        events.join(names.select("child_id", "child"), on="child_id", how="left", maintain_order="left")
        .join(household, on="household_id", how="left", maintain_order="left")
        .join(born, on="child_id", how="left", maintain_order="left")
        .join(found, on="event_id", how="left", maintain_order="left")
        .select(
            *("child", "household", "agency", "kind"),
            pl.col("told").replace_strict({True: "yes", False: "no"}, return_dtype=pl.String),
            *(pl.col(column).alias(word) for word, column in KEPT.items()),
        )
    )


KEPT: Final = {
    "date": "occurred_on",
    "recorded": "recorded_on",
    "told_on": "shared_on",
    "may_be_later_days": "may_be_later_days",
    "severity": "severity",
    "said_by_child": "disclosed_by_child",
    "believed": "believed",
    "finding": "finding",
    "plan_category": "category",
    "reason": "reason",
    "born": "born_on",
    "factors": "factor",
}
"""The column of the record for each further word of a table of events."""


def _called(column: str) -> str:
    return column.removesuffix("_id")
