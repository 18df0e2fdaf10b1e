"""The template: a chronology as a spreadsheet that a practitioner fills in, or that one is written out to.

One layout serves an empty template, a generated child, a shipped case and several agencies' chronologies in
one: above the header whom it is about and what period it covers, below it one row an event. What is
written is read back as it was. Cells that begin with a formula character are kept from being formulas.
"""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from math import ceil
from typing import Final

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from risk.chronologies.account import CHILD, ENTRY, EXAMPLE, THE_CHILD, Account
from risk.chronologies.proposals import Draft
from risk.chronologies.sheet import MOST_ROWS, OF_TEMPLATE
from risk.chronologies.synonyms import HEADINGS, LABELS
from risk.chronologies.tab import cell_name
from risk.chronologies.written_entries import TITLE, Value, above_header, entry_rows, headings_of
from risk.core.kinds import AGENCIES, COUNTED, FINDINGS, KINDS, REASONS

WHAT_TO_WRITE: Final = {
    "date": "When it happened. A day (13/06/2014), a month (June 2014), a year (2014), or roughly: about "
    "June 2014, early 2013, summer 2012, between March 2012 and June 2012. Write undated if nobody knows: "
    "the event is then listed, not scored. The day comes before the month.",
    "until": "If it came at some time in a window, or went on: the last day.",
    "child": "The child it is about, by name. Empty for the whole household.",
    "agency": "Who wrote it down. Choose from the list.",
    "kind": "What kind of event it is, one kind a row. Choose from the list.",
    "what": "What was written down, in the words of the source.",
    "child_words": "What the child said, in the child's own words.",
    "said_by_child": "yes, if a child told somebody this.",
    "believed": "yes or no: whether a child who told was believed. Empty if not stated.",
    "told_childrens_services": "yes or no: whether children's services were told. Empty if not stated. What "
    "they wrote themselves they know.",
    "told_on": "When they were told, if that was later than it was written down.",
    "recorded": "When it was written down, if that was later than it happened. A score counts from this day.",
    "severity": "How serious it looked on its own, from 1 (slight) to 4 (severe). Empty if not stated.",
    "finding": "What a completed assessment or an enquiry found; of a visit, whether the child was seen.",
    "plan_category": "The category of a child protection plan; of a placement, where the child lives.",
    "reason": "Why a case was closed, or how the child left care.",
    "source": "Where this is written: the file, the report, the page.",
    "occasion": "A name, the same in every row that tells of one time and place, such as June party: the "
    "dates of these rows then fall on one day. Empty if nobody says so.",
    "after": "How long after another occasion, if that is known: a few days after June party, 2 weeks after "
    "June party, after June party. The order of the rows says nothing.",
    "went_on": "If it went on from Date to Until, and did not come on one day of them: yes, or how often "
    "(weekly), or for how long at the least (for over a year).",
    "what_if": "For an event without a date: the days between which the account says that it was, roughly. "
    "It is left out of the answer, and shown beside it as a what if.",
    "impact": "What it meant for the child: so what? Shown with the event, never scored.",
    "strengths": "What went well, and what protected the child. Shown with the event, never scored.",
    "analysis": "What the writer makes of it. Shown with the event, never scored.",
    "proposed_from": "The words from which `risk chronology propose` proposed what stands in this row. Empty "
    "in a row of your own.",
    "confirmed": "yes, once a person has read what was proposed and put it right. Until then a review needs "
    "--unconfirmed.",
}
WIDTHS: Final = {
    "kind": 30,
    "agency": 22,
    "what": 60,
    "child_words": 30,
    "reason": 24,
    "source": 30,
    "after": 24,
    "impact": 30,
    "strengths": 30,
    "analysis": 30,
    "proposed_from": 30,
}
"""Of columns, in characters."""

WIDTH: Final = 16
INSTRUCTIONS_WIDTH: Final = 100
LINE_HEIGHT: Final = 16
"""In points."""

A4: Final = 9
"""As Excel numbers papers."""

LISTS: Final = {
    "agency": sorted(AGENCIES.values()),
    "kind": [*KINDS.values(), *COUNTED.values()],
    "finding": list(FINDINGS.values()),
    "plan_category": list(LABELS["plan_category"].values()),
    "reason": list(REASONS.values()),
    "severity": ["1", "2", "3", "4"],
    "yes or no": ["yes", "no"],
}
YES_NO: Final = ("told_childrens_services", "said_by_child", "believed", "confirmed")
NOTES: Final = (
    "One row an event, one kind a row: if the police found the home dirty and a child alone, write two rows.",
    "Agency, Kind and What happened are needed, and a Date column. Every other column may stay empty, or go.",
    "Abbreviations such as DV, HV, CSC, NFA or S47 are understood, and what they were read as is shown.",
    "`risk chronology check FILE` lists every problem by its cell; `risk review FILE` says when it added up.",
    "Delete the three example rows before you begin.",
)
BREAKFAST: Final = "No breakfast for the third time this week."
IN_JUNE: Final = date(2014, 6, 1)
IN_JULY: Final = date(2014, 7, 1)
EXAMPLES: Final = (
    ("school", "hunger", BREAKFAST, date(2014, 6, 13), 0, None, "Mum was asleep."),
    ("police", "domestic_abuse", "Called to the home by a neighbour.", IN_JUNE, 29, IN_JUNE, ""),
    ("childrens_services", "no_further_action", "Read, and closed.", IN_JULY, 0, IN_JULY, ""),
)
OF_EXAMPLE: Final = ("agency", "kind", "what", "occurred_on", "may_be_later_days", "shared_on", "child_words")
FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
"""What begins a cell that a spreadsheet may read as a formula."""


def empty_template() -> Account:
    """Return the account that an empty template holds: three example rows, to be deleted."""
    examples = pl.DataFrame(EXAMPLES, schema={c: ENTRY[c] for c in OF_EXAMPLE}, orient="row")
    rows = examples.with_columns(
        told=pl.when(pl.col("shared_on").is_not_null()).then(True),
        recorded_on="occurred_on",
        disclosed_by_child=pl.col("child_words") != "",
        source=pl.lit(EXAMPLE),
    )
    children = pl.DataFrame([(THE_CHILD, None)], schema=CHILD, orient="row")
    return Account(children, pl.concat([pl.DataFrame(schema=ENTRY), rows], how="diagonal"))


def as_csv(account: Account) -> bytes:
    """Return an account as a CSV file that Excel opens: UTF-8 with its mark, dates as 2014-06-13."""
    text = io.StringIO(newline="")
    rows: list[list[Value]] = [*above_header(account), [*headings_of(account).values()], *entry_rows(account)]
    csv.writer(text).writerows([_neutralised(str(v)) if v is not None else "" for v in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_workbook(account: Account, comments: Mapping[tuple[int, str], str] | None = None) -> bytes:
    """Return an account as a workbook with drop-downs, and sheets of instructions and of the words.

    comments: by entry, from 0, and column, as `Reading.comments` has them: what stands beside a cell.
    """
    data = io.BytesIO()
    workbook = Workbook(data, {"in_memory": True})
    workbook.set_properties({"created": datetime(2000, 1, 1)})  # the same content, the same bytes
    cell = {"text_wrap": True, "valign": "top"}
    looks = {
        "bold": workbook.add_format({"bold": True, "valign": "top"}),
        "header": workbook.add_format({**cell, "bold": True, "bg_color": "#DDE6EE", "border": 1}),
        "text": workbook.add_format(cell),
        "quoted": workbook.add_format({**cell, "quote_prefix": True}),
        "date": workbook.add_format({"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"}),
    }
    chronology, instructions, words = map(workbook.add_worksheet, ("Chronology", *OF_TEMPLATE))
    _write_chronology(chronology, account, looks)
    header = len(list(above_header(account)))
    for (row, heading), text in (comments or {}).items():
        if heading in HEADINGS:
            chronology.write_comment(header + 1 + row, list(HEADINGS).index(heading), text)
    _write_instructions(instructions, looks)
    for column, (name, listed) in enumerate(LISTS.items()):
        words.write_string(0, column, HEADINGS.get(name, name.capitalize()), looks["bold"])
        words.write_column(1, column, listed)
    words.set_column(0, len(LISTS) - 1, 36)
    _on_paper(words)
    workbook.close()
    return data.getvalue()


def _write_chronology(sheet: Worksheet, account: Account, looks: dict[str, Format]) -> None:
    above = list(above_header(account))
    header = len(above)
    headings = headings_of(account)
    for row, values in [*enumerate(above), *enumerate(entry_rows(account), header + 1)]:
        for column, value in enumerate(values):
            _write(sheet, row, column, value, looks)
        if row > header:
            lines = max(_lines(v, WIDTHS.get(word, WIDTH)) for word, v in zip(headings, values, strict=True))
            sheet.set_row(row, LINE_HEIGHT * lines)
    for column, (word, heading) in enumerate(headings.items()):
        sheet.write_string(header, column, heading, looks["header"])
        sheet.set_column(column, column, WIDTHS.get(word, WIDTH))
        name = "yes or no" if word in YES_NO else word
        if name in LISTS:
            rule = _one_of(name, heading)
            sheet.data_validation(header + 1, column, header + MOST_ROWS, column, rule)
    sheet.write_string(0, 0, TITLE, looks["bold"])
    sheet.freeze_panes(header + 1, 1)
    sheet.set_row(header, 2 * LINE_HEIGHT)
    _on_paper(sheet, across=2)
    sheet.repeat_rows(header)


def _lines(value: Value, width: int) -> int:
    """Return how many lines a cell needs: not every program finds out by itself."""
    return max(1, ceil(len(str(value)) * 1.1 / width)) if value else 1


def _on_paper(sheet: Worksheet, *, across: int = 1) -> None:
    """Print a sheet on A4, lying, over so many pages; below as many as it takes."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(across, 0)


def _one_of(name: str, heading: str) -> dict[str, str]:
    """Return the rule of a drop-down: a word from the list, or another one after a warning."""
    letter = cell_name(1, list(LISTS).index(name) + 1)[0]
    return {
        "validate": "list",
        "source": f"=Words!${letter}$2:${letter}${len(LISTS[name]) + 1}",
        "error_type": "warning",  # an abbreviation may be typed
        "error_title": heading,
        "error_message": "Not in the list. It may stay if `risk chronology check` understands it.",
    }


def _write(sheet: Worksheet, row: int, column: int, value: Value, looks: dict[str, Format]) -> None:
    # An empty date cell keeps Excel's own format: one for days would turn "June 2014" into the first of June.
    if isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), looks["date"])
    elif value:
        sheet.write_string(row, column, value, looks["quoted" if FORMULA.match(value) else "text"])


def _write_instructions(sheet: Worksheet, looks: dict[str, Format]) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, INSTRUCTIONS_WIDTH)
    _on_paper(sheet)
    sheet.write_string(0, 0, "How to fill in the chronology", looks["bold"])
    for row, note in enumerate(NOTES, 1):
        sheet.write_string(row, 1, note, looks["text"])
    for row, (word, what) in enumerate(WHAT_TO_WRITE.items(), len(NOTES) + 2):
        sheet.write_string(row, 0, HEADINGS[word], looks["bold"])
        sheet.write_string(row, 1, what, looks["text"])
        sheet.set_row(row, LINE_HEIGHT * _lines(what, INSTRUCTIONS_WIDTH))


def _neutralised(text: str) -> str:
    """Return a text that no spreadsheet reads as a formula; `sheet` takes the apostrophe off again."""
    return f"'{text}" if FORMULA.match(text) else text


def draft_as_csv(draft: Draft) -> bytes:
    """Return a chronology with proposals as a CSV file that Excel opens."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_neutralised(cell) for cell in row] for row in draft.rows)
    return text.getvalue().encode("utf-8-sig")


def draft_as_workbook(draft: Draft) -> bytes:
    """Return a chronology with proposals as a workbook, with a drop-down where each is to be confirmed."""
    data = io.BytesIO()
    workbook = Workbook(data, {"in_memory": True})
    workbook.set_properties({"created": datetime(2000, 1, 1)})
    cell = {"text_wrap": True, "valign": "top"}
    looks = {"text": workbook.add_format(cell), "quoted": workbook.add_format({**cell, "quote_prefix": True})}
    sheet = workbook.add_worksheet("Chronology")
    for number, cells in enumerate(draft.rows):
        for column, text in enumerate(cells):
            _write(sheet, number, column, text, looks)
    for column, heading in enumerate(draft.rows[draft.header - 1]):
        longest = max(len(row[column]) for row in draft.rows[draft.header - 1 :])
        sheet.set_column(column, column, WIDTHS["what"] if longest > WIDTHS["what"] else WIDTHS["kind"])
        if heading == HEADINGS["confirmed"]:
            chosen = {"validate": "list", "source": LISTS["yes or no"]}
            sheet.data_validation(draft.header, column, len(draft.rows), column, chosen)
    sheet.freeze_panes(draft.header, 0)
    workbook.close()
    return data.getvalue()
