"""The unanswered: what was written down, and after which no record shows that anything followed in time.

One function a missed opportunity, from `windows.placed` to one row a finding: child_id, first_on and last_on
(when what it is about was recorded), on and to (from which day it could be said, surely by when; null: only
possibly), event_ids and says. The absence of a record looks the same as the absence of action, so each
sentence says "no record of". Only what was recorded before a day can be said on it: a wait that ends on a day
with nothing recorded can be spoken of from the day after.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from risk.core.calendar import add_working_days
from risk.core.kinds import CONCERNS, LEAVES_HOME
from risk.reviews.missed.sentences import in_plain_words, on_words
from risk.reviews.missed.windows import (
    ABOUT_THE_CHILD,
    COLUMNS,
    HELD,
    PLANS_STARTED,
    Rule,
    Rules,
    answered,
    came_before,
    due_in,
)

RESPONSE_DAYS: Final = 14
CHECK_DAYS: Final = 30
NEW_AFTER_DAYS: Final = 365
ASSESSMENT_WORKING_DAYS: Final = 45
REFERRED_WITHIN_DAYS: Final = 7

LOOKED: Final = (*HELD, "assessment_started", "assessment_completed", "review_conference", *LEAVES_HOME)
"""Somebody looked at the child, or has taken it in hand."""

RESPONDED: Final = ("contact", "referral", "early_help", *PLANS_STARTED, *LOOKED)
"""Somebody acted on what was said, or passed it on. Deciding to do nothing is no response."""


def unanswered_disclosures(events: pl.DataFrame) -> pl.DataFrame:
    """Return what a child said, with no record of a response on that day or in the 14 days after it.

    A concern about the child or its home of which the record says that a child disclosed it, believed or
    not. A response is anything in `RESPONDED` about the child or its home, whatever it was about; closing or
    taking no further action is none. A response on day 14 is in time, one on day 15 is not. What was said in
    one window is one finding.
    """
    about = about_the_child(events)
    said = due_in(about.filter(pl.col("kind").is_in(list(CONCERNS)), "disclosed_by_child"), RESPONSE_DAYS)
    return nothing_followed(
        answered(said, of(about, *RESPONDED)),
        pl.format(
            "A child spoke of {}, {} ({}). There is no record of a response in the {} days after.",
            *("kinds", on_words(), "agencies"),
            pl.lit(RESPONSE_DAYS),
        ),
    )


def overdue_assessments(events: pl.DataFrame) -> pl.DataFrame:
    """Return the assessments started of which there is no record that they were completed in 45 working days.

    England's bank holidays are no working days. The clock starts with the first referral of the 7 days up to
    the start, or else with the start. Completed in time is one completed on working day 45, on or after the
    start; one that says which assessment it completes counts for that alone. Closing the case ends the wait.
    An assessment of which no record says that it was started has no clock.

    Working Together to Safeguard Children (HM Government), on assessments.
    """
    about = about_the_child(events)
    started = _with_clock(of(about, "assessment_started"), of(about, "referral"))
    its_own = pl.col("other_closes").is_null() | (pl.col("other_closes") == pl.col("event_id"))
    completed = of(about, "assessment_completed", "case_closed")
    return nothing_followed(
        answered(started, completed, where=its_own | (pl.col("other_kind") == "case_closed")),
        pl.format(
            "An assessment was started {}. There is no record that it was completed within {} working days.",
            on_words(),
            pl.lit(ASSESSMENT_WORKING_DAYS),
        ),
    )


def _with_clock(started: pl.DataFrame, referrals: pl.DataFrame) -> pl.DataFrame:
    """Return the starts with due_first_on and due_last_on, 45 working days after the clock starts."""
    week = timedelta(days=REFERRED_WITHIN_DAYS)
    first, last = pl.col("r_first_on"), pl.col("r_last_on")
    referred = referrals.select("child_id", r_first_on="first_on", r_last_on="last_on")
    clock = (
        started.select("child_id", "event_id", "first_on", "last_on")
        .join(referred, on="child_id", how="inner")
        .filter((first <= pl.col("last_on")) & (last >= pl.col("first_on") - week))
        .with_columns(
            clock_first_on=pl.max_horizontal(first, pl.col("first_on") - week),
            clock_last_on=pl.when((last <= pl.col("first_on")) & (first >= pl.col("last_on") - week)).then(
                last
            ),
        )
        .group_by("child_id", "event_id")
        .agg(pl.col("clock_first_on", "clock_last_on").min())
    )
    timed = started.join(clock, on=["child_id", "event_id"], how="left", maintain_order="left").with_columns(
        due_first_on=pl.min_horizontal("clock_first_on", "first_on"),
        due_last_on=pl.min_horizontal("clock_last_on", "last_on"),
    )
    return timed.with_columns(
        pl.Series(
            c, add_working_days(timed[c].to_physical().to_numpy(), ASSESSMENT_WORKING_DAYS), pl.Int32
        ).cast(pl.Date)
        for c in ("due_first_on", "due_last_on")
    ).drop("clock_first_on", "clock_last_on")


def undiscussed_sexual_abuse(events: pl.DataFrame) -> pl.DataFrame:
    """Return the indicators of sexual abuse with no record of a strategy discussion in 14 days.

    An indicator about the child or recorded of the whole home. A section 47 enquiry or an initial child
    protection conference on that day or in the 14 days after says that one was held; moving the child does
    not. One on day 14 is in time, one on day 15 is not.
    """
    about = about_the_child(events)
    return nothing_followed(
        answered(due_in(of(about, "sexual_abuse_indicator"), RESPONSE_DAYS), of(about, *HELD)),
        pl.format(
            "A possible sign of sexual abuse was recorded {} ({}). There is no record of a strategy "
            "discussion or a section 47 enquiry in the {} days after.",
            *(on_words(), "agencies"),
            pl.lit(RESPONSE_DAYS),
        ),
    )


def unchecked_risky_adults(events: pl.DataFrame) -> pl.DataFrame:
    """Return the new risky adults with no record of a check on that day or in the 30 days after.

    New: no risky adult was recorded of the child or its home in the 365 days before. A check is anything in
    `LOOKED`, about the child or its home; a contact or a referral only passes it on. A check on day 30 is in
    time, one on day 31 is not.
    """
    about = about_the_child(events)
    return nothing_followed(
        _new(answered(due_in(of(about, "risky_adult"), CHECK_DAYS), of(about, *LOOKED))),
        pl.format(
            "A risky adult in the home was recorded {} ({}), and none in the year before. There is no record "
            "of a check in the {} days after: no assessment, discussion, enquiry or conference.",
            *(on_words(), "agencies"),
            pl.lit(CHECK_DAYS),
        ),
    )


def unconsidered_siblings(events: pl.DataFrame) -> pl.DataFrame:
    """Return the times a sibling was looked at and no record shows that this child was considered.

    Something in `LOOKED` about a sibling alone, the first of its kind of thing in 365 days, and none about
    this child or the whole home from 30 days before it to 30 days after. In generated cohorts services look
    at whole homes, so that none is found there.
    """
    siblings = of(events.filter(~ABOUT_THE_CHILD), *LOOKED)
    own = of(about_the_child(events), *LOOKED)
    return nothing_followed(
        _new(answered(due_in(siblings, CHECK_DAYS), own, since_days=-CHECK_DAYS)),
        pl.format(
            "Recorded {} about a sibling: {}. There is no record that this child was considered in the {} "
            "days before or after.",
            *(on_words(), "kinds"),
            pl.lit(CHECK_DAYS),
        ),
    )


def about_the_child(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events about the child itself or its whole home."""
    return events.filter(ABOUT_THE_CHILD)


def of(events: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    """Return the events of these kinds; of a kind that the vocabulary does not have there are none."""
    return events.filter(pl.col("kind").cast(pl.String).is_in(kinds))


def _new(met: pl.DataFrame) -> pl.DataFrame:
    """Return what is new, or may be: nothing of the kind in the year before it."""
    seen = came_before(met.drop("surely", "possibly"), met, NEW_AFTER_DAYS)
    again = seen.select(again_surely="surely", again_possibly="possibly")
    both = pl.concat([met, again], how="horizontal").filter(~pl.col("again_surely"))
    return both.with_columns(pl.col("possibly") | pl.col("again_possibly"))


def nothing_followed(met: pl.DataFrame, says: pl.Expr) -> pl.DataFrame:
    """Return one finding a child and window, of those that were not surely answered in time.

    says: over first_on, last_on, and the kinds and agencies of what was recorded, in words.
    """
    words = {
        "kinds": in_plain_words("kind").str.to_lowercase(),
        "agencies": in_plain_words("agency").replace("Not stated", "agency not stated"),
    }
    return (
        met.filter(~pl.col("surely"))
        .with_columns(
            on=pl.col("due_first_on") + timedelta(days=1),
            to=pl.when(~pl.col("possibly")).then(pl.col("due_last_on") + timedelta(days=1)),
        )
        .group_by("child_id", "first_on", "last_on", "on", maintain_order=True)
        .agg(
            pl.col("to").min(),
            event_ids=pl.col("event_id").sort(),
            **{name: word.unique(maintain_order=True).str.join(", ") for name, word in words.items()},
        )
        .with_columns(says=says)
        .select(COLUMNS)
    )


RULES: Final[Rules] = {
    "disclosure_unanswered": Rule(
        "A child spoke, no record of a response",
        "When a child speaks, write down who answers, what they did, and what the child was told came of it.",
        lambda its: unanswered_disclosures(its.events),
    ),
    "assessment_overdue": Rule(
        "An assessment, no record of completion in time",
        "Put the date by which an assessment is due beside its start, and say who looks.",
        lambda its: overdue_assessments(its.events),
    ),
    "sexual_abuse_undiscussed": Rule(
        "A sign of sexual abuse, no record of a discussion",
        "A sign of sexual abuse goes to a strategy discussion, however small.",
        lambda its: undiscussed_sexual_abuse(its.events),
    ),
    "risky_adult_unchecked": Rule(
        "A new risky adult, no record of a check",
        "A new adult in the home is asked about by name, with police and probation.",
        lambda its: unchecked_risky_adults(its.events),
    ),
    "sibling_unconsidered": Rule(
        "A sibling was looked at, no record that this child was",
        "When one child of a home is looked at, write down how each of the others is.",
        lambda its: unconsidered_siblings(its.events),
    ),
}
