"""The case: one child's chronology as a person wrote it, with dates as precise as they are known.

A CSV file, one event a row. A date may be a day, a month, a year or a window; it becomes an earliest and a
latest day. An event without a date is kept, listed, and never scored.
"""

import calendar
import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import polars as pl

from risk.cohort import Record
from risk.kinds import AGENCIES, FINDINGS, KINDS, code_of, label
from risk.mistakes import InputError, at, unknown
from risk.schema import CHILDREN_A_HOUSEHOLD, RECORD, checked

SHIPPED: Final = files("risk") / "cases"
REQUIRED: Final = ("date", "agency", "kind", "what")
OPTIONAL: Final = (
    "until",
    "child",
    "told_childrens_services",
    "said_by_child",
    "believed",
    "finding",
    "source",
)
WHOLE_HOUSEHOLD: Final = ""
MOST_ROWS: Final = 2_000
YES_OR_NO: Final = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


@dataclass(frozen=True)
class Case:
    """One child's case as somebody wrote it down.

    record: what is dated. child_id: whom it is about. texts: event_id, what, source. undated: agency,
    kind, what, source of the events without a date.
    """

    name: str
    record: Record
    child_id: int
    texts: pl.DataFrame
    undated: pl.DataFrame


def case_names() -> list[str]:
    """Return the names of the cases that ship with the package."""
    return sorted(f.name.removesuffix(".csv") for f in SHIPPED.iterdir() if f.name.endswith(".csv"))


def read_case(name: str) -> Case:
    """Return a shipped case by its name, or a chronology from a CSV file.

    Columns: date, agency, kind, what; and, if wanted, until (the end of a window), child (empty: the whole
    household), told_childrens_services (a date, yes, no; empty: not stated), said_by_child, believed,
    finding, source. Dates are 2014-06-13, 13/06/2014, 2014-06, 06/2014, 2014, or empty.

    Raises InputError that names the row, the column, the value, the rule and the nearest valid word.
    """
    if name in case_names():
        source, text = f"{name}.csv", (SHIPPED / f"{name}.csv").read_text(encoding="utf-8")
    else:
        source, text = name, _text_of(Path(name))
    rows = _rows(source, text)
    household = 1
    names = [n for n in dict.fromkeys(r["child"] for r in rows) if n != WHOLE_HOUSEHOLD] or ["the child"]
    if len(names) > CHILDREN_A_HOUSEHOLD:
        raise InputError(
            f"{source}: {len(names)} children are named; a household has {CHILDREN_A_HOUSEHOLD} at most"
        )
    child_ids = {n: household * CHILDREN_A_HOUSEHOLD + i for i, n in enumerate(names)}
    dated = sorted((r for r in rows if r["earliest"]), key=lambda r: (r["earliest"], r["latest"]))
    if not dated:
        raise InputError(f"{source}: none of its {len(rows)} events has a date; one at least is needed")
    events = [_event(i, r, household, child_ids.get(r["child"])) for i, r in enumerate(dated)]
    record = _record(source, household, child_ids, events, max(_known_by(r) for r in dated))
    texts = pl.DataFrame(
        [(e["event_id"], r["what"], r["source"]) for e, r in zip(events, dated, strict=True)],
        schema={"event_id": pl.Int64, "what": pl.String, "source": pl.String},
        orient="row",
    )
    undated = pl.DataFrame(
        [(r["agency"], r["kind"], r["what"], r["source"]) for r in rows if not r["earliest"]],
        schema={"agency": pl.String, "kind": pl.String, "what": pl.String, "source": pl.String},
        orient="row",
    )
    return Case(Path(name).stem, record, min(child_ids.values()), texts, undated)


def _known_by(row: dict[str, Any]) -> date:
    """Return the last day on which anybody came to know of an event."""
    last: date = row["latest"]
    return last if row["told"] is None else max(last, row["told"] + (row["latest"] - row["earliest"]))


def _record(
    source: str, household: int, child_ids: dict[str, int], events: list[dict[str, Any]], last: date
) -> Record:
    tables: dict[str, list[dict[str, Any]]] = {
        "households": [{"household_id": household}],
        "adults": [],
        "children": [
            {"child_id": i, "household_id": household, "given_name": name} for name, i in child_ids.items()
        ],
        "events": events,
        "factors": [],
    }
    made = {}
    for name, rows in tables.items():
        columns = {c: declared.dtype for c, declared in RECORD[name].columns().items()}
        made[name] = checked(name, pl.DataFrame(rows, schema=columns), RECORD[name], source)
    first: date = min(e["recorded_on"] for e in events)
    return Record(**made, from_on=first, to_on=last + timedelta(days=1))


def _event(number: int, row: dict[str, Any], household: int, child_id: int | None) -> dict[str, Any]:
    return {
        "event_id": number,
        "household_id": household,
        "child_id": child_id,
        "kind": row["kind"],
        "agency": row["agency"],
        "occurred_on": row["earliest"],
        "recorded_on": row["earliest"],
        "shared_on": row["told"],
        "may_be_later_days": (row["latest"] - row["earliest"]).days,
        "severity": None,
        "disclosed_by_child": row["said"],
        "believed": row["believed"],
        "finding": row["finding"],
        "category": None,
        "answers": None,
        "closes": None,
    }


def _text_of(path: Path) -> str:
    if path.suffix.lower() != ".csv":
        known = ", ".join(case_names())
        raise InputError(f"{path}: neither a shipped case ({known}), nor a cohort's folder, nor a .csv file")
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} is not UTF-8; save it as 'CSV UTF-8'") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def _rows(source: str, text: str) -> list[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [h.strip().lower() for h in reader.fieldnames or []]
        if not header:
            raise InputError(f"{source}: the file is empty; its first row names {', '.join(REQUIRED)}")
        for column in REQUIRED:
            if column not in header:
                separated = "; its cells are separated by semicolons or tabs, not commas"
                why = separated if any(c in header[0] for c in ";\t") else ""
                raise InputError(
                    f"{at(source, 1)}: column {column} is missing; it has {', '.join(header)[:200]}{why}"
                )
        twice = [column for column in header if column and header.count(column) > 1]
        if twice:
            raise InputError(f"{at(source, 1)}: column {twice[0]} is there twice")
        for column in filter(None, header):  # Excel leaves empty columns behind
            if column not in REQUIRED + OPTIONAL:
                raise InputError(f"{at(source, 1)}: {unknown('column', column, REQUIRED + OPTIONAL)}")
        reader.fieldnames = header
        rows = []
        for cells in reader:
            number = reader.line_num
            if any(cell.strip() for cell in cells.pop(None, [])):
                raise InputError(f"{at(source, number)}: more cells than the {len(header)} columns of row 1")
            stripped = {k: (v or "").strip() for k, v in cells.items()}
            if stripped.pop("", ""):
                raise InputError(f"{at(source, number)}: a cell in a column without a name")
            if any(stripped.values()):
                rows.append(_row(source, number, stripped))
            if len(rows) > MOST_ROWS:
                raise InputError(f"{source}: over {MOST_ROWS:,} rows; a chronology is about one child")
    except csv.Error as error:
        raise InputError(f"{at(source, reader.line_num)}: not a CSV file: {error}") from None
    if not rows:
        raise InputError(f"{source}: no events below the first row")
    return rows


def _row(source: str, number: int, cells: dict[str, str]) -> dict[str, Any]:
    """Return one event with its words checked; every mistake names its row and column."""

    def wrong(column: str, rule: str) -> InputError:
        return InputError(f"{at(source, number, column)}: {cells[column]!r}: {rule}")

    def word(column: str, noun: str, words: Any) -> str | None:
        if not cells.get(column):
            return None
        code = code_of(cells[column])
        if code not in words:
            raise InputError(f"{at(source, number, column)}: {unknown(noun, cells[column], words)}")
        return code

    def yes_or_no(column: str) -> bool | None:
        cell = cells.get(column, "").lower()
        if cell and cell not in YES_OR_NO:
            raise wrong(column, "must be yes, no or empty")
        return YES_OR_NO.get(cell)

    for column in ("agency", "kind"):
        if not cells[column]:
            raise wrong(column, "must not be empty")
    earliest, latest = _span(cells["date"]) or _bad_date(wrong, "date")
    if cells.get("until"):
        if earliest is None:
            raise wrong("until", "a window needs a date to start from")
        until = (_span(cells["until"]) or _bad_date(wrong, "until"))[1]
        if until is None or until < earliest:
            raise wrong("until", f"the end comes before the start, {earliest}")
        latest = until
    return {
        "earliest": earliest,
        "latest": latest,
        "agency": word("agency", "agency", AGENCIES),
        "kind": word("kind", "kind", KINDS),
        "finding": word("finding", "finding", FINDINGS),
        "child": cells.get("child", WHOLE_HOUSEHOLD),
        "told": _told(cells.get("told_childrens_services", ""), code_of(cells["agency"]), earliest, wrong),
        "said": yes_or_no("said_by_child") or False,
        "believed": yes_or_no("believed"),
        "what": cells["what"] or label(code_of(cells["kind"])),
        "source": cells.get("source", ""),
    }


def _told(cell: str, agency: str, earliest: date | None, wrong: Any) -> date | None:
    """Return the first day on which children's services could know; what they wrote themselves they know."""
    if earliest is None:
        return None
    stated = agency == "childrens_services" if cell == "" else YES_OR_NO.get(cell.lower())
    if stated is not None:
        return earliest if stated else None
    told, told_by = _span(cell) or _bad_date(wrong, "told_childrens_services")
    if told is None or told_by is None or told_by < earliest:
        raise wrong("told_childrens_services", f"before it was recorded, {earliest}")
    return max(told, earliest)


def _bad_date(wrong: Any, column: str) -> tuple[None, None]:
    raise wrong(column, "not a date; write 2014-06-13, 13/06/2014, 2014-06, 06/2014, 2014 or nothing")


DAY_FIRST: Final = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})")
YEAR_FIRST: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def _span(cell: str) -> tuple[date, date] | tuple[None, None] | None:
    """Return the earliest and latest day that a cell means; (None, None) if empty; None if it is no date."""
    if not cell:
        return None, None
    if match := YEAR_FIRST.fullmatch(cell):
        year, month, day = match.groups()
    elif match := DAY_FIRST.fullmatch(cell):
        day, month, year = match.groups()
    else:
        return None
    y = int(year)
    if not 1900 <= y <= 2100 or (month and not 1 <= int(month) <= 12):
        return None
    if not month:
        return date(y, 1, 1), date(y, 12, 31)
    m = int(month)
    last = calendar.monthrange(y, m)[1]
    if not day:
        return date(y, m, 1), date(y, m, last)
    if not 1 <= int(day) <= last:
        return None
    return date(y, m, int(day)), date(y, m, int(day))
