"""The classroom of a pack: the stage with its chart, records, stops and votes; the chronology so far."""

from typing import Any, Final

import polars as pl
from markupsafe import Markup

from risk.chronologies.account import THE_CHILD
from risk.show import charts
from risk.show.charts.layout import records, viewers_of, whose
from risk.show.charts.one_child import WIDTH
from risk.show.packs.household import household_line
from risk.show.packs.lesson import Told
from risk.show.packs.stops import AtStop
from risk.show.packs.votes import CHOICES
from risk.show.page import render

NOTES: Final = {
    "invented": charts.INVENTED_CASE,
    "published": charts.PUBLISHED_ACCOUNT,
    "own": "From a chronology of your own. For teaching, never for decisions.",
}
"""What every chart of a case says it is, by whose account it is."""


def for_the_class(told: Told, at_stops: list[AtStop], answer: Markup) -> Markup:
    """Return the stage: the chart, and beside it the records a day at a time, the stops, and the answer."""
    drawn = _in_order(told)
    is_exact = all(record["on"] == record["to_on"] for record in drawn)
    today = {record["step"]: record["on"] for record in drawn}
    return render(
        "packs/templates/classroom.html.jinja",
        stops=[(stop, household_line(told, today[stop.step])) for stop in at_stops],
        choices=CHOICES[told.lesson.votes],
        records=drawn,
        last=max(record["step"] for record in drawn),
        chart=charts.stage(told.review, {} if is_exact else {s.step: (s.least, s.most) for s in at_stops}),
        answer=answer,
    )


def chronology_so_far(told: Told) -> Markup:
    """Return the section with all records as a table, whose rows a script reveals as they come."""
    return render("packs/templates/chronology.html.jinja", records=_in_order(told))


def viewers(told: Told) -> list[tuple[str, int]]:
    """Return whose record can be chosen, in words, each with the day of records from which it is there."""
    drawn = records(told.review, width=WIDTH)
    begins = dict(drawn.group_by("whose").agg(pl.col("step").min()).iter_rows())
    at = [(whose(viewer), begins.get(whose(viewer), 1)) for viewer in viewers_of(told.review)]
    return sorted(at, key=lambda viewer: viewer[1])


def _in_order(told: Told) -> list[dict[str, Any]]:
    """Return the records in the order in which they are revealed, each with its words and its source."""
    sources = told.review.events()["source"].fill_null("not stated").to_list()
    return [
        {**record, "words": _in_words(record), "source": source}
        for record, source in zip(records(told.review, width=WIDTH).to_dicts(), sources, strict=True)
    ]


def whom(told: Told) -> str:
    """Return in a sentence whom the records are about, as far as anybody wrote it down."""
    record = told.review.path.record
    child = record.children.filter(pl.col("child_id") == told.review.path.child_id)
    name, born = child["given_name"].item(), child["born_on"].item()
    when = "" if born is None else f", born in {born:%B %Y}"
    who = f"C is the child whom this is about{when}." if told.case is None else f"The child is {name}{when}."
    return who if told.case is None or name != THE_CHILD else ""


def _in_words(record: dict[str, Any]) -> str:
    """Return the kind and the text of a record, unless the text is only the kind; ended as a sentence."""
    kind, what = str(record["record"]), str(record["what"])
    said = what if what.startswith(kind) else f"{kind}: {what}"
    return said if said.endswith((".", "?", "!", ".)")) else f"{said}."
