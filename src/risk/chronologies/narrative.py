"""The chronology: one child's record in the order in which it was written down, in words."""

from typing import Final

import polars as pl

from risk.chronologies.wordings import wordings_of
from risk.core.errors import InputError
from risk.records.cohort import Record

FIRST_SIBLING: Final = "D"
COLUMNS: Final = (
    "event_id",
    "recorded_on",
    "latest_on",
    "shared_on",
    "agency",
    "kind",
    "relation",
    "disclosed_by_child",
    "believed",
    "finding",
    "what",
    "source",
)


def chronology(record: Record, child_id: int, texts: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return what was written about a child and its home, in the order in which it was recorded.

    event_id, recorded_on, latest_on (the same day unless the date is imprecise), shared_on, agency, kind,
    relation, believed, disclosed_by_child, finding, what, source. Events about siblings are included.

    texts: event_id, what, source in a person's own words. Generated events are worded here: in them C is this
    child, and its brothers and sisters are D, E and so on, in order of birth. Raises InputError for a child
    who is not in the record.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> written = risk.chronology(cohort.record, 2)
    >>> written.select("agency", "kind").row(0)
    ('local_authority', 'parental_substance_misuse')
    """
    if child_id not in record.children["child_id"]:
        raise InputError(_no_such_child(record, child_id))
    home = record.homes_of(pl.Series([child_id]))
    events = (
        home.events_by_child()
        .filter(pl.col("child_id") == child_id)
        .sort("recorded_on", "event_id")
        .with_columns(latest_on=pl.col("recorded_on") + pl.duration(days=pl.col("may_be_later_days")))
    )
    if texts is None:
        words = wordings_of(home, letters(home, child_id))
        worded = [words[event_id] for event_id in events["event_id"]]
        events = events.with_columns(what=pl.Series(worded, dtype=pl.String), source=pl.lit("simulated"))
    else:
        events = events.join(texts, on="event_id", how="left", maintain_order="left")
    return events.select(COLUMNS)


def letters(home: Record, child_id: int) -> dict[int, str]:
    """Return what each child of a home is called in the chronology of one of them, who is C."""
    called = {child_id: "C"}
    others = home.children.filter(pl.col("child_id") != child_id).sort("child_id")
    word = {"female": "sister", "male": "brother", None: "sibling"}
    for n, (other, sex) in enumerate(others.select("child_id", "sex").iter_rows()):
        called[other] = f"{word[sex]} {chr(ord(FIRST_SIBLING) + n)}"
    return called


def _no_such_child(record: Record, child_id: int) -> str:
    ids = record.children["child_id"].to_list()
    near = sorted(ids, key=lambda i: abs(i - child_id))[:3]
    return f"no child {child_id} in this record; the nearest ids are {', '.join(map(str, near))}"
