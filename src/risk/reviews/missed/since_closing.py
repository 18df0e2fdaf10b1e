"""Since closing: what came soon after a case was closed or a plan ended, or was left undone when it closed.

Each finding is something that is written down. Of what came on the day of the ending itself nobody knows
whether it came after, so it is not told. Rows as in `no_response`.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from risk.core.kinds import CONCERNS
from risk.reviews.missed.no_response import about_the_child, of
from risk.reviews.missed.sentences import in_plain_words, on_words
from risk.reviews.missed.windows import (
    COLUMNS,
    PLANS_ENDED,
    Rule,
    Rules,
    between,
    in_order,
)

SINCE_DAYS: Final = 84
CLOSED: Final = ("case_closed", "no_further_action")
A_DAY: Final = timedelta(days=1)


def referred_again(events: pl.DataFrame) -> pl.DataFrame:
    """Return the times a case was closed, or nothing further done, and the next referral came in 12 weeks.

    About the child or its home. A referral on day 84 counts, one on day 85 does not; nor one on the same day,
    which is what was decided on. Not where the child turned 18.
    """
    about = about_the_child(events)
    return _soon_after(
        of(_not_of_age(about), *CLOSED),
        of(about, "referral"),
        pl.format(
            "Recorded {}: {}. Another referral was recorded {}, within {} weeks.",
            *(on_words(), "what", on_words("next_first_on", "next_last_on"), pl.lit(SINCE_DAYS // 7)),
        ),
    )


def concerns_since_step_down(events: pl.DataFrame) -> pl.DataFrame:
    """Return the times a plan ended, and the next concern about the child or its home came in 12 weeks.

    A plan of protection that became a plan of need has ended. A concern on day 84 counts, one on day 85 or on
    the same day does not. Not where the child turned 18.
    """
    about = about_the_child(events)
    return _soon_after(
        of(_not_of_age(about), *PLANS_ENDED),
        of(about, *CONCERNS),
        pl.format(
            "Recorded {}: {}. A concern was recorded {}, within {} weeks: {}.",
            *(on_words(), "what", on_words("next_first_on", "next_last_on"), pl.lit(SINCE_DAYS // 7)),
            "next_what",
        ),
    )


def unfinished_assessments(events: pl.DataFrame) -> pl.DataFrame:
    """Return the assessments started with no record that they were completed before the case closed.

    Or before it was decided to do nothing further. An assessment completed on the day of either is one, and
    a closing that gives an assessment as its reason says that there was one. Only possible where it closed on
    the day it started. Any assessment completed between counts, whichever it completes.
    """
    about = about_the_child(events)
    assessed = pl.col("reason").cast(pl.String).str.starts_with("assessed").fill_null(False)
    closed = of(_not_of_age(about), *CLOSED).filter(~assessed)
    done = about.filter((pl.col("kind") == "assessment_completed") | assessed)
    pairs = between(in_order(of(about, "assessment_started"), closed), done)
    sure = pl.col("surely") & ~pl.col("between_possibly")
    return _first_of_each(
        pairs.filter(~pl.col("between_surely")),
        sure,
        pl.format(
            "An assessment was started {}. Recorded {}: {}. Between the two there is no record that it was "
            "completed.",
            *(on_words(), on_words("next_first_on", "next_last_on"), "next_what"),
        ),
    )


def _not_of_age(about: pl.DataFrame) -> pl.DataFrame:
    return about.filter((pl.col("reason") != "turned_18").fill_null(True))


def _soon_after(ended: pl.DataFrame, later: pl.DataFrame, says: pl.Expr) -> pl.DataFrame:
    """Return the first of `later` that came on a later day than what ended, and in time, or may have."""
    soon = timedelta(days=SINCE_DAYS)
    pairs = in_order(ended, later).filter(
        pl.col("other_last_on") > pl.col("first_on"), pl.col("other_first_on") - pl.col("last_on") <= soon
    )
    after = pl.col("other_first_on") > pl.col("last_on")
    in_time = pl.col("other_last_on") - pl.col("first_on") <= soon
    return _first_of_each(pairs, after & in_time, says)


def _first_of_each(pairs: pl.DataFrame, sure: pl.Expr, says: pl.Expr) -> pl.DataFrame:
    """Return one finding a child and window, shown by what may have come first after it.

    says: over first_on, last_on and what, and the same of what came first, with the prefix "next_".
    """
    seen_on = pl.max_horizontal("first_on", "other_first_on") + A_DAY
    window = ("child_id", "first_on", "last_on")
    words = {"what": "kind", "next_what": "other_kind"}
    plain = {
        name: in_plain_words(kind).str.to_lowercase().unique().sort().str.join(", ")
        for name, kind in words.items()
    }
    return (
        pairs.with_columns(on=seen_on, to=pl.when(sure).then(pl.col("other_last_on") + A_DAY))
        .with_columns(pl.col("to").min().over(window))
        .filter(pl.col("on") == pl.col("on").min().over(window))
        .group_by(*window, "on", "to", maintain_order=True)
        .agg(
            event_ids=pl.concat_list("event_id", "other_event_id")
            .list.explode(keep_nulls=False, empty_as_null=False)
            .unique()
            .sort(),
            next_first_on=pl.col("other_first_on").min(),
            next_last_on=pl.col("other_last_on").max(),
            **plain,
        )
        .with_columns(says=says)
        .select(COLUMNS)
    )


RULES: Final[Rules] = {
    "referred_again": Rule(
        "Closed, and referred again within 12 weeks",
        "When a closed case comes back within weeks, begin with why it was closed.",
        lambda its: referred_again(its.events),
    ),
    "assessment_not_done": Rule(
        "An assessment was started, and closed with no record of it being done",
        "An assessment that was begun is finished, or it is written down why not.",
        lambda its: unfinished_assessments(its.events),
    ),
    "concern_since_step_down": Rule(
        "A plan ended, and a concern within 12 weeks",
        "After a plan ends, agree who asks, in the weeks after, how the child is.",
        lambda its: concerns_since_step_down(its.events),
    ),
}
