"""The table of events: rows of texts about many invented children, from a frame or a file.

A frame's dates, numbers and truth values become the texts that a person would have written, so that a frame
and a file are read alike. Which column holds what is said by its heading, or by whoever reads it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from math import isnan
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl

from risk.chronologies.entries import Cell, Notes, Problem
from risk.chronologies.headings import REQUIRED, is_misspelt, share_of
from risk.chronologies.rows import filled_rows
from risk.chronologies.sheet import CONTROLS, Form, Sheet, not_read, of_heading, sheet_of
from risk.chronologies.synonyms import OF_EVENTS, label_of, plain, says
from risk.chronologies.unpacking import Budget
from risk.core.bounded import read_bytes
from risk.core.errors import InputError, shown

Read = TypeVar("Read")

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xlsm", ".ods")
MOST_EVENTS: Final = 1_000_000
MOST_COLUMNS: Final = 200
SOME: Final = 200
"""So many first rows show what a column holds."""

MOST_BYTES: Final = 256 * 1024 * 1024
TOO_LARGE: Final = "split the table, whole households together"
PARQUET: Final = b"PAR1"

NEEDED: Final = {"child": "", **{word: REQUIRED[word] for word in ("date", "agency", "kind")}}
"""The columns that every table of events has, and what a column of them holds, where that can be seen."""

SECOND: Final = {"category": "plan_category"}
"""What a heading means where another column already holds what it means at first."""

EXACT_UP_TO: Final = 2**53
"""Above it a floating-point number is no longer every whole number."""


@dataclass
class Rows:
    """The rows of a table of events. places: by row from 0, its cells by the words for their columns.

    texts: a column of texts for each word that the table has, an empty text for an empty cell. headings: by
    word, what the table itself calls the column. is_file: whether rows have the numbers of a file's rows.
    """

    source: str
    texts: pl.DataFrame
    headings: dict[str, str]
    places: list[dict[str, Cell]] = field(default_factory=list)

    def cell(self, place: int, word: str) -> Cell:
        """Return a cell with its address: in a file its row and its cell, in a frame its row, from 0."""
        text: str = self.texts[word][place]
        if not self.places:
            return Cell(place, f"row {place} (from 0)", word, text)
        cell = self.places[place][word]
        sheet, _, name = cell.address.rpartition("!")
        return cell._replace(address=f"{sheet and f'sheet {sheet}, '}row {cell.row} ({name})", text=text)

    def wrong(self, notes: Notes, place: int, word: str, rule: str, places: Iterable[int] = ()) -> None:
        """Note that a cell breaks a rule, and in which other places the same stands."""
        notes.problems.append(self.named(Problem(self.cell(place, word), rule), places))

    def named(self, problem: Problem, places: Iterable[int]) -> Problem:
        """Return a problem with the table's own name for its column, and the other rows that have it."""
        word, own = problem.cell.column, self.headings.get(problem.cell.column, "")
        column = word if not own or own == word else f"{word} ({own[:40]})"
        also = ""
        if others := list(places):
            first = ", ".join(str(self.cell(place, word).row) for place in others[:3])
            rows = f"row {first}" if len(others) == 1 else f"{len(others):,} more rows: {first}"
            also = f" (and in {rows}{', …' if len(others) > 3 else ''})"
        return Problem(problem.cell._replace(column=column), problem.rule, problem.noun, also)


def each(rows: Rows, word: str, notes: Notes, read: Callable[[Cell], Read]) -> dict[str, Read]:
    """Return what each text of a column is read as: every one is looked at once, wherever else it stands."""
    found: dict[str, Read] = {}
    places = (
        rows.texts.select(word)
        .with_row_index("place")
        .group_by(word, maintain_order=True)
        .agg(pl.col("place"))
    )
    for text, where in places.iter_rows():
        n_before = len(notes.problems)
        found[text] = read(rows.cell(where[0], word))
        notes.problems[n_before:] = [rows.named(p, where[1:]) for p in notes.problems[n_before:]]
    return found


def rows_of(table: Any, columns: Mapping[str, str] | None, notes: Notes) -> Rows:
    """Return the rows of a Polars or pandas frame, or of a file by its path; problems go to the notes.

    columns: which column of the table holds what, by our words, for those whose headings do not say. Raises
    InputError for what is no table, and for a file that cannot be read at all.
    """
    if isinstance(table, str | Path):
        return _of_file(Path(table), columns or {}, notes)
    if isinstance(table, pl.LazyFrame):
        table = table.collect()
    if isinstance(table, pl.DataFrame):
        _check_size("table", table.height, table.width)
        names, series = table.columns, table.get_columns()
    elif all(hasattr(table, name) for name in ("columns", "iloc", "dtypes")):  # pandas need not be there
        _check_size("table", *table.shape)
        names = [str(name) for name in table.columns]
        series = [_of_objects(table.iloc[:, i].tolist()) for i in range(len(names))]
    else:
        raise InputError(
            f"table = {shown(table)} is of type {type(table).__name__}; a Polars or pandas frame, or the "
            "path of a .csv, .parquet or .xlsx file is needed"
        )
    return _of_frame("table", names, series, columns or {}, notes)


def _of_file(path: Path, columns: Mapping[str, str], notes: Notes) -> Rows:
    if path.suffix.lower() not in SUFFIXES:
        way_out = not_read(path.suffix.lower()) or f"a table of events is a {', '.join(SUFFIXES)} file"
        raise InputError(f"{path}: {way_out}")
    data = read_bytes(path, MOST_BYTES, TOO_LARGE)
    if data.startswith(PARQUET):
        frame = _of_parquet(path, data)
        return _of_frame(str(path), frame.columns, frame.get_columns(), columns, notes)
    if path.suffix.lower() == ".parquet":
        raise InputError(f"{path}: not a Parquet file: it does not begin as one")
    named = {plain(str(name)) for pair in columns.items() for name in pair}

    def column_of(text: str) -> str | None:
        return of_events(text) or (text if plain(text[:80]) in named else None)

    budget = Budget(MOST_BYTES, 20 * MOST_EVENTS, MOST_BYTES, TOO_LARGE)
    form = Form(column_of, MOST_BYTES, MOST_BYTES, MOST_EVENTS, budget)
    return _of_sheets(sheet_of(str(path), data, form), columns, notes)


def _of_parquet(path: Path, data: bytes) -> pl.DataFrame:
    """Return the frame in a Parquet file; what it says of itself is asked before it is unpacked."""
    try:
        n_rows = pl.scan_parquet(BytesIO(data)).select(pl.len()).collect().item()
        _check_size(str(path), n_rows, len(pl.read_parquet_schema(BytesIO(data))))
        return pl.read_parquet(BytesIO(data))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        told = " ".join(str(error).split())[:100]
        raise InputError(f"{path}: cannot be read as Parquet: {told}") from None


def _check_size(source: str, n_rows: int, n_columns: int) -> None:
    if n_rows > MOST_EVENTS:
        raise InputError(f"{source}: {n_rows:,} rows; {MOST_EVENTS:,} events at most: {TOO_LARGE}")
    if n_columns > MOST_COLUMNS:
        raise InputError(f"{source}: {n_columns:,} columns; a table of events has {MOST_COLUMNS} at most")


def _of_sheets(sheet: Sheet, columns: Mapping[str, str], notes: Notes) -> Rows:
    """Return the rows of a file's sheets, one below the other, with the columns of the first."""
    notes.remarks += [remark for one in (sheet, *sheet.more) for remark in one.remarks]
    places: list[dict[str, Cell]] = []
    first: dict[str, str] = {}
    for one in (sheet, *sheet.more):
        heading = dict(sorted(one.cells[one.header].items()))
        words = _words(list(heading.values()), columns, notes, [one.place(one.header, c) for c in heading])
        below = (row for r, row in sorted(one.cells.items()) if r > one.header)
        _need(words, list(heading.values()), list(zip(*_some(below, heading), strict=True)), notes)
        of_column = {c: words[i] for i, c in enumerate(heading) if i in words}
        first = first or {words[i]: text for i, text in enumerate(heading.values()) if i in words}
        if set(words.values()) == set(first):
            places += filled_rows(one, of_column, notes)
        elif not notes.problems:
            raise InputError(f"{sheet.source}, sheet {one.name!r}: has other columns than the first sheet")
    texts = {word: [row[word].text for row in places] for word in first}
    return _rows(
        sheet.source, pl.DataFrame(texts, schema=dict.fromkeys(first, pl.String)), first, places, notes
    )


def _some(rows: Iterable[dict[int, str]], heading: dict[int, str]) -> list[list[str]]:
    """Return the cells under a heading of the first rows."""
    first = [[row.get(c, "") for c in heading] for row in islice(rows, SOME)]
    return first or [[""] * len(heading)]


def _of_frame(
    source: str, names: list[str], series: list[pl.Series], columns: Mapping[str, str], notes: Notes
) -> Rows:
    words = _words(names, columns, notes, [f"heading {i + 1}" for i in range(len(names))])
    texts = {}
    for i, column in enumerate(series):
        text = _as_texts(column)
        if i in words and text is None:
            rule = f"holds {column.dtype}, which is no column of texts, dates, numbers or truth values"
            notes.wrong(Cell(0, f"heading {i + 1}", words[i], names[i]), rule)
        if i in words:
            texts[words[i]] = pl.Series([""] * len(column)) if text is None else text
    _need(words, names, _some_of(series), notes)
    headings = {word: names[i] for i, word in words.items()}
    return _rows(source, pl.DataFrame(texts), headings, [], notes)


def _some_of(series: list[pl.Series]) -> list[list[str]]:
    """Return the first texts of each column."""
    texts = (_as_texts(column.head(SOME)) for column in series)
    return [[] if text is None else text.to_list() for text in texts]


def _rows(
    source: str, texts: pl.DataFrame, headings: dict[str, str], places: list[dict[str, Cell]], notes: Notes
) -> Rows:
    """Return the rows. Notes a problem for what is no text; raises InputError where there are none."""
    rows = Rows(source, texts, headings, places)
    if texts.is_empty() and not notes.problems:
        raise InputError(f"{source}: no events below the headings")
    for word in texts.columns:
        held = texts[word].str.contains(CONTROLS.pattern).arg_true().to_list()
        if held:
            rows.wrong(notes, held[0], word, "holds characters that are no text", held[1:])
    return rows


def of_events(text: str) -> str | None:
    """Return the word for a column of a table of events that a heading means; None for any other column.

    >>> of_events("person_id"), of_events("Event date"), of_events("What happened")
    ('child', 'date', None)
    """
    if word := of_heading("column of events", text):
        return word
    word = of_heading("column", text)
    return word if word in OF_EVENTS or word == "went_on" else None


def _words(
    names: list[str], columns: Mapping[str, str], notes: Notes, addresses: list[str]
) -> dict[int, str]:
    """Return the word for what each column holds, by its place; a problem for one that is there twice."""
    chosen = _chosen(names, columns)
    found = {names.index(name): word for word, name in chosen.items()}
    left_out = []
    for i, name in enumerate(names):
        cell = Cell(0, addresses[i], "", name[:60])
        word = of_events(name)
        if word in found.values() and plain(name) in SECOND:
            word = SECOND[plain(name)]
        if names.count(name) > 1 and (word or name in chosen.values()):
            notes.wrong(cell, "this heading is there twice; rename one of them")
        elif i in found or (word in chosen and word is not None):
            continue
        elif word == "went_on":
            notes.wrong(cell, WENT_ON)
        elif word is None and plain(name) not in NUMBERS_ROWS and is_misspelt(name, "column of events"):
            notes.problems.append(Problem(cell, noun="column of events"))
        elif word is None:
            left_out.append(name[:40])
        elif word in found.values():
            other = next(names[c] for c, w in found.items() if w == word)
            notes.wrong(
                cell, f"column {word} is there twice, as {other!r} too; rename one of them, or say which"
            )
        else:
            found[i] = word
            if not says("column of events", name, word):
                notes.echo(cell._replace(column="heading"), label_of("column of events", word))
    if left_out:
        listed = ", ".join(map(repr, left_out[:10]))
        more = f" and {len(left_out) - 10} more" if len(left_out) > 10 else ""
        notes.remarks.append(f"Left out, since no column of a table of events is called so: {listed}{more}.")
    return found


NUMBERS_ROWS: Final = ("event id", "event number", "event no", "event ref")
"""Near our words, and no slip of the pen: what a table calls its events. Ours are their places in it."""

WENT_ON: Final = (
    "what went on has no place in a record of many children, which holds on which days a thing may have "
    "come: write an event for each time that it was written down, or leave the column out"
)


def _chosen(names: list[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Return by word the column that the caller chose for it, whichever way round that was said."""
    if not isinstance(columns, Mapping):
        raise InputError(f'columns = {shown(columns)}: must be as {{"child": "person_ref", "kind": "code"}}')
    known = {plain(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    wrong = []
    for one, other in ((str(a), str(b)) for a, b in columns.items()):
        for ours, theirs in ((one, other), (other, one)):
            word = of_events(ours)
            if word in OF_EVENTS and plain(theirs) in known:
                if found.setdefault(word, known[plain(theirs)]) != known[plain(theirs)]:
                    wrong.append(f"{word} is chosen twice")
                break
        else:
            wrong.append(f"{one[:40]!r}: {other[:40]!r}")
    if wrong:
        has, words = ", ".join(map(repr, names[:20])), ", ".join(OF_EVENTS)
        raise InputError(
            f"columns: {'; '.join(wrong)}: each must pair one of our words with a column of the table\n"
            f"our words: {words}\nthe table has {has}"
        )
    return found


def _need(words: dict[int, str], names: list[str], cells: list[Any], notes: Notes) -> None:
    """Note a problem for each column that every table of events has and this one has not."""
    has = ", ".join(name[:40] for name in names)[:200]
    for word, holds in NEEDED.items():
        if word in words.values():
            continue
        free = [i for i in range(len(names)) if i not in words and i < len(cells)] if holds else []
        fits = {i: share_of([text for text in cells[i] if text], word) for i in free}
        best = max(free, key=lambda i: fits[i], default=-1)
        likely = ""
        if best >= 0 and fits[best] > 0.5:
            likely = f"; {names[best][:40]!r} holds {holds}: if it is that column, call it {OF_EVENTS[word]}"
        notes.wrong(Cell(0, "the headings", "", ""), f"column {word} is missing; the table has {has}{likely}")


def _as_texts(column: pl.Series) -> pl.Series | None:
    """Return a column as the texts that a person would write for its values; None for what nobody writes."""
    dtype = column.dtype
    if dtype == pl.Object:
        return _of_objects(column.to_list())
    if dtype == pl.Datetime:
        column = column.dt.date()
    if dtype == pl.Boolean:
        column = column.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    elif dtype.is_float():
        column = pl.Series([_text(value) for value in column.to_list()], dtype=pl.String)
    elif dtype.is_nested() or dtype in (pl.Binary, pl.Duration, pl.Time):
        return None
    return column.cast(pl.String).fill_null("").str.strip_chars()


def _of_objects(values: list[Any]) -> pl.Series:
    return pl.Series([_text(value) for value in values], dtype=pl.String).str.strip_chars()


def _text(value: Any) -> str:
    """Return what a person would write for one value; a whole floating-point number is a whole number."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    if isinstance(value, float):
        if isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < EXACT_UP_TO else repr(value)
    return str(value)
