"""The written entries: an account as the cells of a chronology, whatever file they are then written to.

Above the header whom it is about and what period it covers, below it one row an event. What is written is
read back as it was.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from risk.chronologies.account import IN_WORDS, THE_CHILD, Account
from risk.chronologies.synonyms import HEADINGS, label_of
from risk.core.kinds import LABELS
from risk.core.wording import window

TITLE: Final = "Chronology. For teaching and research on invented children: no real names, please."
AS_WRITTEN: Final = ("child", "what", "child_words", "source", *IN_WORDS)
OF_PROPOSALS: Final = ("proposed_from", "confirmed")
"""Columns that only a chronology with proposals has."""

UNDATED: Final = "undated"
"""What stands where nobody knows the date: an empty cell may as well mean the day of the row above."""

Value = date | str | None


def above_header(account: Account) -> Iterator[list[Value]]:
    """Give the rows above the header: a title, whom it is about first, and the period it covers."""
    yield [TITLE]
    for i, (name, born_on) in enumerate(account.children.iter_rows()):
        yield ["Brother or sister" if i else "Child", None if name == THE_CHILD else name, "Born", born_on]
    if account.from_on and account.to_on:
        yield ["Period covered", account.from_on, "to", account.to_on - timedelta(days=1)]
    yield []


def headings_of(account: Account) -> dict[str, str]:
    """Return the headings by their words, without those of proposals where there is none."""
    proposed = (account.entries["proposed_from"].fill_null("") != "").any()
    return {w: heading for w, heading in HEADINGS.items() if proposed or w not in OF_PROPOSALS}


def entry_rows(account: Account) -> Iterator[list[Value]]:
    """Give the cells of each entry, in the order of `headings_of`."""
    headings = headings_of(account)
    for entry in account.entries.iter_rows(named=True):
        cells = _cells(entry)
        yield [cells.get(word) for word in headings]


def _cells(entry: dict[str, Any]) -> dict[str, Value]:
    """Return an entry's cells by the words of their columns, so that they read back as the entry."""
    occurred_on, recorded_on, shared_on = (entry[c] for c in ("occurred_on", "recorded_on", "shared_on"))
    later = timedelta(days=entry["may_be_later_days"] or 0)
    cells: dict[str, Value] = {
        **{column: entry[column] or "" for column in AS_WRITTEN},
        **{column: LABELS[entry[column]] for column in ("agency", "kind")},
        "finding": entry["finding"] and label_of("finding", entry["finding"]),
        "plan_category": entry["category"] and label_of("plan_category", entry["category"]),
        "reason": entry["reason"] and label_of("reason", entry["reason"]),
        "severity": None if entry["severity"] is None else str(entry["severity"]),
        "said_by_child": "yes" if entry["disclosed_by_child"] else None,
        "believed": None if entry["believed"] is None else "yes" if entry["believed"] else "no",
        "told_childrens_services": None if entry["told"] is None else "yes" if entry["told"] else "no",
        "confirmed": None if entry["confirmed"] is None else "yes" if entry["confirmed"] else "no",
    }
    if occurred_on is None:
        return {**cells, "date": UNDATED}
    return {
        **cells,
        **_dated(occurred_on, occurred_on + later, entry["went_on_to"]),
        "recorded": None if recorded_on == occurred_on else _one_cell(recorded_on, recorded_on + later),
        "told_on": None if shared_on in (None, recorded_on) else shared_on,
    }


def _dated(first: date, last: date, went_on_to: date | None) -> dict[str, Value]:
    """Return a date as its cells: a day, the words for a month or a year, or one day until another."""
    if went_on_to is not None:
        return {"date": _one_cell(first, last), "until": went_on_to}
    if first == last:
        return {"date": first}
    words = window(first, last, short=False)
    return {"date": first, "until": last} if " to " in words else {"date": words}


def _one_cell(first: date, last: date) -> Value:
    return first if first == last else window(first, last, short=False)
