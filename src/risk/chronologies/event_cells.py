"""The cells of a table of events: what each means, in words of ours, each text read once.

A table's own codes are put into words first. A blank cell is not known.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import polars as pl

from risk.chronologies.entries import Cell, Notes, Problem, is_empty, told_of
from risk.chronologies.exact_dates import Window
from risk.chronologies.reading import MOST_DAYS
from risk.chronologies.synonyms import LABELS, OF_EVENTS, meant, plain
from risk.chronologies.table_of_events import Rows, each, of_events
from risk.core.errors import InputError, shown, unknown
from risk.core.kinds import FACTORS

NOUNS: Final[tuple[str, ...]] = ("agency", "kind", "severity", "finding", "plan_category", "reason")
"""Columns whose cells are words of a vocabulary."""

DATES: Final[tuple[str, ...]] = ("date", "until", "recorded", "told_on", "born")
TIME: Final = r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$"
OF_EXCEL: Final = r"^(\d{5})\.\d+$"
"""A day with a time of day, as programs write them: the time is dropped."""

SEVERAL: Final = pl.List(pl.String)


def codes_of(codes: Mapping[str, Mapping[Any, str]] | None) -> dict[str, dict[str, str]]:
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


def translate(rows: Rows, codes: dict[str, dict[str, str]]) -> None:
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


def read_cells(rows: Rows, notes: Notes) -> pl.DataFrame:
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
        read = _with_days(read, word, windows_of(rows, word, notes, notes.window))
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


def windows_of(
    rows: Rows, word: str, notes: Notes, read: Callable[[Cell], Window | None]
) -> tuple[pl.Series, pl.Series]:
    """Return the first and the last day of what each cell of a column means; null for an empty one."""
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
