"""Missed opportunities: findings by rule on any chronology, each with the events that show it.

Design §9 names them; here each has an exact definition, in the function that finds it. A finding is dated by
the day on which it could have been said from what was recorded before that day: delete the future, and
nothing before changes. They are no judgement of anybody: the absence of a record looks the same as the
absence of action, so they say "no record of", and what was right to do with them a person must ask.

They overlap, and are not to be added up. Where dates are known to windows a finding is sure from a day on, or
only possible.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from risk.core.wording import in_plain_words, on_words
from risk.records.cohort import Record, is_child
from risk.reviews.missed.above_line import silo_gaps, step_downs, together
from risk.reviews.missed.no_response import (
    overdue_assessments,
    unanswered_disclosures,
    unchecked_risky_adults,
    unconsidered_siblings,
    undiscussed_sexual_abuse,
)
from risk.reviews.missed.not_seen import (
    children_not_seen,
    contacts_without_outcome,
    referrals_without_outcome,
    silences,
)
from risk.reviews.missed.since_closing import (
    concerns_since_step_down,
    referred_again,
    unfinished_assessments,
)
from risk.reviews.missed.windows import (
    ABOUT_THE_CHILD,
    COLUMNS,
    PLANS_STARTED,
    STEPS_UP,
    between,
    in_order,
    reads_before,
)

MISSED: Final = {
    "repeat_referral": "Referred again, with the same outcome",
    "disclosure_unanswered": "A child spoke, no record of a response",
    "assessment_overdue": "An assessment, no record of completion in time",
    "step_down_above_line": "Stepped down while above the line",
    "return_on_parents_word": "Home soon after a severe concern, no record of a check",
    "sexual_abuse_undiscussed": "A sign of sexual abuse, no record of a discussion",
    "risky_adult_unchecked": "A new risky adult, no record of a check",
    "sibling_unconsidered": "A sibling was looked at, no record that this child was",
    "silo_gap": "Enough together, and no agency alone had enough",
    "silence": "An open case, no record of anybody seeing the child",
    "contact_without_outcome": "Told, no record of a referral or a decision",
    "referral_without_outcome": "A referral, no record of an outcome",
    "child_not_seen": "A referral, no record of anybody seeing the child",
    "referred_again": "Closed, and referred again within 12 weeks",
    "assessment_not_done": "An assessment was started, and closed with no record of it being done",
    "concern_since_step_down": "A plan ended, and a concern within 12 weeks",
}
SAME_OUTCOME_DAYS: Final = 365
SOON_DAYS: Final = 30
SEVERE: Final = 3

OUTCOMES: Final = ("no_further_action", "early_help")
CHECKED: Final = (
    *("assessment_completed", "section_47_enquiry", "initial_child_protection_conference"),
    *("review_conference", "care_proceedings", "interim_care_order", "care_order"),
)
DECIDED: Final = (*OUTCOMES, *STEPS_UP, *PLANS_STARTED)
IS_SEVERE: Final = (
    (pl.col("severity") >= SEVERE).fill_null(False)
    | (pl.col("severity").is_null() & pl.col("kind").is_in(["physical_harm", "sexual_abuse_indicator"]))
    | pl.col("kind").is_in(["police_protection", "emergency_protection_order"])
)
A_DAY: Final = timedelta(days=1)
LEFT_OPEN: Final = " The dates leave open whether it was so."

SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "child_id": pl.Int64,
    "finding": pl.Enum(list(MISSED)),
    "on": pl.Date,
    "to": pl.Date,
    "event_ids": pl.List(pl.Int64),
    "says": pl.String,
}


def missed_opportunities(
    record: Record,
    events: pl.DataFrame,
    *,
    line: int,
    scored: pl.DataFrame,
    parts: pl.DataFrame,
    viewers: pl.DataFrame,
) -> pl.DataFrame:
    """Return child_id, finding, on, to, event_ids and says: every finding of every child, by child and day.

    on: the first day on which it could be said. to: the day from which it is sure, the same where dates are
    exact; null: the dates leave open whether it was so. event_ids: what shows it, in order. says: one or two
    sentences. Only of children, and only what could be said by the end of the record.

    events: those of the record, from `windows.placed`. scored: child_id, on, points_least, points_most of the
    shared record, on the days on which anything ended (`above_line.ending_days`). parts: child_id, on and
    event_id of what made up the score, on those days and when the line was reached. viewers: see
    `above_line.silo_gaps`.
    """
    by_finding = {
        "repeat_referral": repeat_referrals(events),
        "disclosure_unanswered": unanswered_disclosures(events),
        "assessment_overdue": overdue_assessments(events),
        "step_down_above_line": step_downs(events, scored, parts, line),
        "return_on_parents_word": returns_on_parents_word(events),
        "sexual_abuse_undiscussed": undiscussed_sexual_abuse(events),
        "risky_adult_unchecked": unchecked_risky_adults(events),
        "sibling_unconsidered": unconsidered_siblings(events),
        "silo_gap": silo_gaps(viewers, parts, record),
        "silence": silences(events),
        "contact_without_outcome": contacts_without_outcome(events),
        "referral_without_outcome": referrals_without_outcome(events),
        "child_not_seen": children_not_seen(events),
        "referred_again": referred_again(events),
        "assessment_not_done": unfinished_assessments(events),
        "concern_since_step_down": concerns_since_step_down(events),
    }
    return _sayable(record, by_finding)


def _sayable(record: Record, by_finding: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the findings in order: of children, of what was followed, and could be said by its end."""
    rows = pl.concat(
        [rows.with_columns(finding=pl.lit(name, SCHEMA["finding"])) for name, rows in by_finding.items()]
    )
    alive = is_child(pl.col("first_on")) & is_child(pl.col("on"))
    sure = pl.when(pl.col("to") <= record.to_on).then("to")
    return (
        rows.join(record.children.select("child_id", "born_on"), on="child_id", how="inner")
        .filter(alive, pl.col("on") <= record.to_on, pl.col("first_on") >= record.from_on)
        .with_columns(to=sure)
        .with_columns(says=pl.when(pl.col("to").is_null()).then(pl.col("says") + LEFT_OPEN).otherwise("says"))
        .sort("child_id", "on", "finding", pl.col("event_ids").list.first())
        .select(list(SCHEMA))
    )


def repeat_referrals(events: pl.DataFrame) -> pl.DataFrame:
    """Return the referrals that came after an outcome and had the same again, within 365 days.

    The outcome is no further action, or early help, about the child or its home. Between the two came a
    referral, and nothing more was done: no step up (`STEPS_UP`), no plan, no other outcome. An assessment
    between changes nothing if it too ended there. Only possible where the referral, or something more, is of
    the same day as either outcome. A second outcome on day 365 counts, one on day 366 does not.
    """
    return (
        _same_again(events.filter(ABOUT_THE_CHILD))
        .group_by("child_id", "first_on", "last_on", "other_first_on", "other_last_on", "kind")
        .agg(
            pl.col("on", "to").min(),
            pl.col("third_first_on", "third_last_on").max(),
            event_ids=pl.concat_list("event_id", "third_event_id", "other_event_id")
            .list.explode(keep_nulls=False, empty_as_null=False)
            .unique()
            .sort(),
        )
        .with_columns(
            says=pl.format(
                "The outcome recorded {} was: {}. There was another referral {}, and the outcome recorded {} "
                "was the same.",
                *(on_words(), in_plain_words("kind").str.to_lowercase()),
                on_words("third_first_on", "third_last_on"),
                on_words("other_first_on", "other_last_on"),
            ),
        )
        .select(COLUMNS)
    )


def _same_again(about: pl.DataFrame) -> pl.DataFrame:
    """Return each outcome, the same again in time, and the last referrals that may have come between."""
    soon = timedelta(days=SAME_OUTCOME_DAYS)
    outcomes = about.filter(pl.col("kind").is_in(OUTCOMES))
    decided = about.filter(pl.col("kind").cast(pl.String).is_in(DECIDED))
    referrals = about.filter(pl.col("kind") == "referral")
    pairs = in_order(outcomes, outcomes).filter(
        pl.col("kind") == pl.col("other_kind"), pl.col("other_first_on") - pl.col("last_on") <= soon
    )
    pairs = between(pairs, decided, strictly=True).filter(~pl.col("between_surely"))
    third = referrals.select("child_id", pl.all().exclude("child_id").name.prefix("third_"))
    in_time = pl.col("other_last_on") - pl.col("first_on") <= soon
    sure = reads_before("", "third_") & reads_before("third_", "other_") & in_time
    seen_on = pl.max_horizontal("first_on", "third_first_on", "other_first_on")
    return (
        pairs.join(third, on="child_id", how="inner")
        .filter(~reads_before("third_", ""), ~reads_before("other_", "third_"))
        .with_columns(
            on=seen_on + A_DAY,
            to=pl.when(sure & ~pl.col("between_possibly")).then(pl.col("other_last_on") + A_DAY),
        )
        .with_columns(pl.col("to").min().over("place", "other_place"))
        .filter(pl.col("on") == pl.col("on").min().over("place", "other_place"))
        .filter(pl.col("third_first_on") == pl.col("third_first_on").max().over("place", "other_place"))
    )


def returns_on_parents_word(events: pl.DataFrame) -> pl.DataFrame:
    """Return the returns home within 30 days of a severe concern with no record of a check between.

    A severe concern: one about the child or its home that looked severe on its own (3 or 4 of 4); where
    nobody wrote down how severe, physical harm or a sign of sexual abuse; or police protection, or an
    emergency protection order. A check between the two, or on the day of either, is anything in `CHECKED`:
    an assessment completed, an enquiry, a conference, a review or a court; a discussion among professionals
    is none. A return on day 30 counts, one on day 31 does not. A return is one finding.
    """
    about, soon = events.filter(ABOUT_THE_CHILD), timedelta(days=SOON_DAYS)
    returns = about.filter(pl.col("kind") == "return_home")
    pairs = in_order(about.filter(IS_SEVERE), returns).filter(
        pl.col("other_first_on") - pl.col("last_on") <= soon
    )
    unchecked = between(pairs, about.filter(pl.col("kind").is_in(CHECKED))).filter(~pl.col("between_surely"))
    in_time = pl.col("other_last_on") - pl.col("first_on") <= soon
    sure = pl.col("surely") & in_time & ~pl.col("between_possibly")
    return (
        unchecked.with_columns(
            on=pl.max_horizontal("first_on", "other_first_on").min().over("other_place") + A_DAY,
            to=pl.when(sure).then(pl.col("other_last_on") + A_DAY),
        )
        .filter(pl.col("first_on") < pl.col("on"))
        .group_by("child_id", "other_event_id", "other_first_on", "other_last_on", "on", maintain_order=True)
        .agg(
            pl.col("to").min(),
            pl.col("event_id"),
            kinds=in_plain_words("kind").str.to_lowercase().unique(maintain_order=True).str.join(", "),
        )
        .with_columns(
            first_on="other_first_on",
            last_on="other_last_on",
            event_ids=together("event_id", "other_event_id"),
            says=pl.format(
                "A return home was recorded {}, within {} days of: {}. Between the two there is no record of "
                "an assessment, enquiry, conference or court that looked beyond the parent's word.",
                *(on_words("other_first_on", "other_last_on"), pl.lit(SOON_DAYS), "kinds"),
            ),
        )
        .select(COLUMNS)
    )
