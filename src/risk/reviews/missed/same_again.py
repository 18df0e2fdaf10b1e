"""The same again: what was decided before and decided so again, or taken back with no record of a check.

Rows as in `no_response`.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from risk.reviews.missed.above_line import together
from risk.reviews.missed.sentences import in_plain_words, on_words
from risk.reviews.missed.windows import (
    ABOUT_THE_CHILD,
    COLUMNS,
    PLANS_STARTED,
    STEPS_UP,
    Rule,
    Rules,
    between,
    in_order,
    reads_before,
)

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


RULES: Final[Rules] = {
    "repeat_referral": Rule(
        "Referred again, with the same outcome",
        "When a family is referred again, read the last outcome first; ask what is different.",
        lambda its: repeat_referrals(its.events),
    ),
    "return_on_parents_word": Rule(
        "Home soon after a severe concern, no record of a check",
        "Before children go home, hear them, and see what has changed for them.",
        lambda its: returns_on_parents_word(its.events),
    ),
}
