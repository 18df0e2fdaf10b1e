"""The answers: what services did next, after each concern that they were told of and each step of their own.

An event names the one that it answers or ends; the first that does was done next. What answers a contact was
done about the concern that the contact told of; where nothing does, it was noted as a contact. A concern that
comes while people are already at work is mostly answered by nothing more of its own.
"""

from typing import Final

import polars as pl

from risk.core.kinds import CONCERNS, LEAVES_HOME
from risk.records.cohort import Record

ASKED: Final = {
    "concern": "Told of a concern",
    "referral": "Referral",
    "no_cause": "Assessment found no cause",
    "cause": "Assessment found cause",
    "section_47": "Section 47 enquiry",
    "conference": "Initial conference",
}
"""What was to be answered, in the order in which it comes; cause is a need of help (section 17)."""

NOTHING: Final = "nothing"
ANSWERED: Final = {
    NOTHING: "Nothing of its own",
    "closed": "No further action",
    "contact": "Noted as contact",
    "early_help": "Early help",
    "referral": "Referral",
    "assessment": "Assessment",
    "plan": "Plan",
    "protection": "Enquiry, conference, removal",
}
STEP: Final = {
    "no_further_action": "closed",
    "case_closed": "closed",
    "contact": "contact",
    "early_help": "early_help",
    "referral": "referral",
    "assessment_started": "assessment",
    "strategy_discussion": "protection",
    "section_47_enquiry": "protection",
    "initial_child_protection_conference": "protection",
    "child_in_need_plan_started": "plan",
    "child_protection_plan_started": "plan",
    **dict.fromkeys(LEAVES_HOME, "protection"),
}
"""Which of `ANSWERED` a response is; one that is none of them, such as a stay in a refuge, is no answer."""


def what_followed(record: Record) -> pl.DataFrame:
    """Return asked, next, times, of and share: how often each step came next, of how many; all pairs.

    Each event counts once, however many children live in the home. asked, next: words of `ASKED` and
    `ANSWERED`. A concern counts if children's services were told of it. What came after the end of the record
    nobody knows, so what was asked shortly before it is counted as answered by nothing.
    """
    counts = (
        _asked(record.events)
        .join(_first_steps(record.events), on="event_id", how="left")
        .group_by("asked", pl.col("next").fill_null(NOTHING))
        .agg(times=pl.len().cast(pl.Int64))
    )
    pairs = pl.DataFrame({"asked": list(ASKED)}).join(
        pl.DataFrame({"next": list(ANSWERED)}), how="cross", maintain_order="left_right"
    )
    return (
        pairs.join(counts, on=["asked", "next"], how="left", maintain_order="left")
        .with_columns(pl.col("times").fill_null(0))
        .with_columns(of=pl.col("times").sum().over("asked"))
        .with_columns(share=pl.when(pl.col("of") > 0).then(pl.col("times") / pl.col("of")))
    )


def _asked(events: pl.DataFrame) -> pl.DataFrame:
    """Return event_id and asked, of the events that are any of `ASKED`."""
    kind = pl.col("kind").cast(pl.String)
    told = kind.is_in(list(CONCERNS)) & pl.col("shared_on").is_not_null()
    named = {"section_47_enquiry": "section_47", "initial_child_protection_conference": "conference"}
    cause = pl.when(pl.col("finding") == "substantiated").then(pl.lit("cause")).otherwise(pl.lit("no_cause"))
    asked = (
        pl.when(told)
        .then(pl.lit("concern"))
        .when(kind == "assessment_completed")
        .then(cause)
        .otherwise(kind.replace_strict({"referral": "referral", **named}, default=None))
    )
    return events.select("event_id", asked=asked).drop_nulls("asked")


def _first_steps(events: pl.DataFrame) -> pl.DataFrame:
    """Return event_id and next: the first step that answers or ends an event, of those that any does.

    A contact is the step only where there is no other, directly or by way of it.
    """
    kind = pl.col("kind").cast(pl.String)
    steps = events.filter(kind.is_in(list(STEP))).with_columns(next=kind.replace_strict(STEP, default=None))
    links = [
        steps.select("occurred_on", "next", later="event_id", event_id=link) for link in ("answers", "closes")
    ]
    direct = pl.concat(links).drop_nulls("event_id")
    contacts = events.filter(kind == "contact").select("event_id", concern="answers").drop_nulls()
    by_contact = direct.join(contacts, on="event_id").drop("event_id").rename({"concern": "event_id"})
    return (
        pl.concat([direct, by_contact.select(direct.columns)])
        .sort("event_id", pl.col("next") == "contact", "occurred_on", "later")
        .unique("event_id", keep="first", maintain_order=True)
        .select("event_id", "next")
    )
