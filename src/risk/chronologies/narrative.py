"""The chronology: one child's record in the order in which it was written down, in words."""

from typing import Any, Final

import polars as pl

from risk.core.errors import InputError
from risk.core.kinds import label
from risk.records.cohort import Record

# How a generated event reads, worded on demand; C is the child.
WORDING: Final = {
    "domestic_abuse": ("Shouting and blows between the adults", "Adult hurt by a partner; C was in the home"),
    "physical_harm": ("C had a bruise that the account did not explain", "C was smacked, and said it hurt"),
    "hunger": ("C came without breakfast again", "C asked for a second lunch and hid some of it"),
    "home_conditions": (
        "Dirty dishes, soiled bedding, little to eat",
        "Floor covered in rubbish, beds unusable",
    ),
    "supervision": ("C was up after midnight", "C was found outside alone"),
    "parental_substance_misuse": ("Parent unsteady and slurring at the door", "Drug use in the living room"),
    "parental_mental_health": ("Parent low and not sleeping", "Parent tearful, says it is all too much"),
    "risky_adult": (
        "An adult known for violence is staying in the home",
        "Unknown adults in the home at night",
    ),
    "sexual_abuse_indicator": ("C complained of soreness", "C said something sexual beyond C's years"),
    "emotional_harm": ("C was called names in front of others", "C cowered when a voice was raised"),
    "school_absence": ("C was absent without a reason", "C came late for the third time this week"),
    "missed_health_appointment": ("C was not brought to an appointment", "C's check was missed again"),
    "non_engagement": ("Nobody opened the door to an agreed visit", "Parent rang off when asked about C"),
    "criminality_at_address": ("Drugs were sold from the address", "Stolen goods were found at the address"),
}


def chronology(record: Record, child_id: int, texts: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return what was written about a child and its home, in the order in which it was recorded.

    event_id, recorded_on, latest_on (the same day unless the date is imprecise), shared_on, agency, kind,
    relation, believed, disclosed_by_child, finding, what, source. Events about siblings are included.

    texts: event_id, what, source in a person's own words; generated events are worded here. Raises
    InputError for a child who is not in the record.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> written = risk.chronology(cohort.record, 2)
    >>> written.select("agency", "kind").row(0)
    ('police', 'supervision')
    """
    if child_id not in record.children["child_id"]:
        raise InputError(_no_such_child(record, child_id))
    events = (
        record.events_by_child()
        .filter(pl.col("child_id") == child_id)
        .sort("recorded_on", "event_id")
        .with_columns(latest_on=pl.col("recorded_on") + pl.duration(days=pl.col("may_be_later_days")))
    )
    if texts is None:
        worded = [_worded(e) for e in events.select("event_id", "kind", "relation", "finding").to_dicts()]
        events = events.with_columns(what=pl.Series(worded, dtype=pl.String), source=pl.lit("simulated"))
    else:
        events = events.join(texts, on="event_id", how="left", maintain_order="left")
    return events.select(
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


def _worded(event: dict[str, Any]) -> str:
    choices = WORDING.get(event["kind"])
    if choices is None:
        finding = f": {event['finding'].replace('_', ' ')}" if event["finding"] else ""
        return f"{label(event['kind'])}{finding}"
    # The id is as good as a die here, and the same event always reads the same.
    text = choices[event["event_id"] % len(choices)]
    return f"About a sibling: {text}" if event["relation"] == "sibling" else text


def _no_such_child(record: Record, child_id: int) -> str:
    ids = record.children["child_id"].to_list()
    near = sorted(ids, key=lambda i: abs(i - child_id))[:3]
    return f"no child {child_id} in this record; the nearest ids are {', '.join(map(str, near))}"
