"""The lesson's file: the stops and questions of a case as TOML, for a trainer to edit, and read back.

It says nothing of whose case it is: that is the chronology, or the child, beside which it is given.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from risk.core.bounded import read_text, toml_of
from risk.core.errors import InputError, shown, unknown
from risk.core.wording import day
from risk.show.packs.lesson import Lesson, Told
from risk.show.packs.turning_points import turning_points

OF_THE_CASE: Final = ("name", "account", "chronology", "child")
"""Fields of a lesson that no such file states."""

KEYS: Final = tuple(key for key in Lesson.model_fields if key not in OF_THE_CASE)
A_DATE: Final = "a date is written year-month-day, as in 2012-10-02"
A_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
WRITTEN_DATE: Final = re.compile(r"^\s*on\s*=\s*([^\s#]+)", re.MULTILINE)
HEAD: Final = """\
# The stops and questions of a lesson. Change any of it, then: risk pack … --lesson THIS_FILE
# A stop asks when the records up to and on its day are on the table. Ask nothing that is not there yet.
# answer is for the facilitator, and for the class afterwards.
"""


def as_toml(told: Told) -> str:
    """Return the lesson of a case as TOML: its own stops, or those that are chosen where it has none.

    It reads back, by `with_lesson`, to the same stops.
    """
    lesson = told.lesson
    rows = [
        f"{key} = {_written(getattr(lesson, key))}"
        for key in KEYS
        if key != "stops" and getattr(lesson, key) is not None
    ]
    stops = [
        f"\n[[stops]]\non = {stop.on}\nask = {_written(stop.ask)}\nanswer = {_written(stop.answer)}"
        for stop in lesson.stops or turning_points(told)
    ]
    return HEAD + "\n" + "\n".join([*rows, *stops]) + "\n"


def _written(value: Any) -> str:
    """Return a text, or a list of texts, as TOML has it: as JSON, but for one letter."""
    if isinstance(value, tuple):
        return "[\n" + "".join(f"  {_written(each)},\n" for each in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def with_lesson(told: Told, path: Path) -> Told:
    """Return a case with the stops and questions of a file.

    Raises InputError, with file, key, value and rule, for what is no such file, for a date that is none, and
    for a stop outside the record, or before whose day nothing has come since the stop before it.
    """
    text = read_text(path)
    _check_written_dates(text, str(path))
    stated = toml_of(text, str(path))
    for key in stated:
        if key in OF_THE_CASE:
            raise InputError(f"{path}: {key} = {shown(stated[key])}: the case says so; leave it out")
        if key not in KEYS:
            raise InputError(f"{path}: {unknown('key', key, KEYS)}")
    _check_days(told, stated.get("stops"), str(path))
    try:
        lesson = Lesson.model_validate(told.lesson.model_dump() | stated)
    except ValidationError as error:
        first = error.errors()[0]
        key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
        raise InputError(f"{path}: {key[1:]} = {shown(first['input'])}: {first['msg'].lower()}") from None
    return replace(told, lesson=lesson)


def _check_written_dates(text: str, path: str) -> None:
    """Raise InputError for a day that is in no calendar, by its row: TOML only says that it is wrong."""
    for match in WRITTEN_DATE.finditer(text):
        try:
            date.fromisoformat(match[1].strip("\"'"))
        except ValueError:
            row = text.count("\n", 0, match.start(1)) + 1
            raise InputError(f"{path}, row {row}: on = {shown(match[1])}: {A_DATE}") from None


def _check_days(told: Told, stops: Any, path: str) -> None:
    """Raise InputError for a stop that is on no day, outside the record, or in the place of another."""
    days = sorted(set(told.review.path.events["recorded_on"]))
    taken: dict[int, str] = {}
    for key, on in _stated_days(stops, path):
        if not days[0] <= on <= max(days[-1], told.review.path.events["latest_on"].max()):
            raise InputError(
                f"{path}: {key} = {on}: outside the record, which goes from {day(days[0])} to {day(days[-1])}"
            )
        step = sum(recorded <= on for recorded in days)
        if step in taken:
            raise InputError(
                f"{path}: {key} = {on}: no record has come since {taken[step]}; each stop has its own"
            )
        taken[step] = key


def _stated_days(stops: Any, path: str) -> Iterator[tuple[str, date]]:
    """Yield the key and the day of each stop that states one. Raises InputError for a day that is none."""
    if not isinstance(stops, list):
        return
    for n, stop in enumerate(stops, start=1):
        if not isinstance(stop, dict) or "on" not in stop:
            continue
        on = stop["on"]
        if type(on) is str and A_DAY.fullmatch(on):
            stop["on"] = on = date.fromisoformat(on)
        if type(on) is not date:
            raise InputError(f"{path}: stops[{n}].on = {shown(on)}: {A_DATE}")
        yield f"stops[{n}].on", on
