"""Not seen: an open case, a contact or a referral, after which nobody is on record as seeing or deciding.

Rules that fit their source: where nobody writes visits down, that none is written says nothing. So a rule
about seeing is silent until the chronology holds a visit, and one about outcomes until children's services
write in it. Rows as in `no_response`.
"""

from datetime import timedelta
from typing import Final

import polars as pl

from risk.core.kinds import CS, LEAVES_HOME
from risk.reviews.missed.no_response import (
    LOOKED,
    RESPONSE_DAYS,
    about_the_child,
    nothing_followed,
    of,
)
from risk.reviews.missed.sentences import on_words
from risk.reviews.missed.windows import (
    COLUMNS,
    HELD,
    PLANS_ENDED,
    PLANS_STARTED,
    Rule,
    Rules,
    answered,
    due_in,
)

SILENT_DAYS: Final = 90
VISITS: Final = ("home_visit",)
"""What only a source holds that writes down who saw the child, and when."""

UNSEEN: Final = (pl.col("finding") == "child_not_seen").fill_null(False)
"""A visit says of itself that it did not see the child; one that does not say is taken to have seen it."""

OPENS: Final = ("referral", "assessment_started", *HELD, *PLANS_STARTED)
CLOSES: Final = ("no_further_action", "early_help", "case_closed", *PLANS_ENDED, *LEAVES_HOME)
IS_CLOSED: Final = pl.col("kind").cast(pl.String).is_in(CLOSES) | pl.col("reason").is_not_null()
NOT_SEEN: Final = (
    *("missed_health_appointment", "school_absence", "non_engagement"),
    *("contact", "communication", "meeting", "management_oversight"),
    *("step_up", "step_down", "pre_proceedings"),
)
SAW: Final = ("assessment_completed", "section_47_enquiry", *LEAVES_HOME)
DECIDED_ON: Final = ("no_further_action", "early_help", "case_closed", *PLANS_STARTED, *LOOKED)
"""What comes of a referral, whatever it is."""


def contacts_without_outcome(events: pl.DataFrame) -> pl.DataFrame:
    """Return the contacts of which no record shows a referral or a decision in the 14 days from that day.

    About the child or its home, while no case was open (as in `silences`): what comes to an open case belongs
    to that. A decision is anything in `DECIDED_ON`. One on day 14 is in time, one on day 15 is not. Silent
    before children's services wrote anything, about a contact that is not known to the day, and once it is
    not known to the day when the case opened or closed.
    """
    about = about_the_child(events)
    may_be_open = pl.col("may_be_open").fill_null(False)
    told = of(_open_or_not(about).filter(~may_be_open), "contact").drop("may_be_open", "may_be_closed")
    vague = told.join(_vague(about), on="child_id", how="left", maintain_order="left")
    known = vague.filter(~(pl.col("since") <= pl.col("last_on")).fill_null(False)).drop("since")
    found = nothing_followed(
        answered(_dated(known), of(about, "referral", *DECIDED_ON)),
        pl.format(
            "Children's services were told {} ({}). There is no record of a referral or a decision in the {} "
            "days after.",
            *(on_words(), "agencies"),
            pl.lit(RESPONSE_DAYS),
        ),
    )
    return _once_it_holds(found, events.filter(pl.col("agency") == CS))


def referrals_without_outcome(events: pl.DataFrame) -> pl.DataFrame:
    """Return the referrals of which no record shows an outcome on that day or in the 14 days after.

    About the child or its home. An outcome is anything in `DECIDED_ON`, and to take no further action is one.
    An outcome on day 14 is in time, one on day 15 is not. Silent before children's services wrote anything,
    and about a referral that is not known to the day: nobody can count 14 days from a month.
    """
    about = about_the_child(events)
    found = nothing_followed(
        answered(_dated(of(about, "referral")), of(about, *DECIDED_ON)),
        pl.format(
            "A referral was recorded {} ({}). There is no record of an outcome in the {} days after.",
            *(on_words(), "agencies"),
            pl.lit(RESPONSE_DAYS),
        ),
    )
    return _once_it_holds(found, events.filter(pl.col("agency") == CS))


def children_not_seen(events: pl.DataFrame) -> pl.DataFrame:
    """Return the referrals with no record of anybody seeing the child on that day or in the 14 days after.

    About the child or its home. A visit, unless it says that it did not see the child, an assessment
    completed, an enquiry, or that the child left home (`SAW`) says that it was seen; a decision without it
    does not. Seen on day 14 is in time, on day 15 is not. Silent before the chronology held a visit, and
    about a referral that is not known to the day.
    """
    about = about_the_child(events)
    found = nothing_followed(
        answered(_dated(of(about, "referral")), of(about, *SAW, *VISITS).filter(~UNSEEN)),
        pl.format(
            "A referral was recorded {} ({}). There is no record of anybody seeing the child in the {} days "
            "after.",
            *(on_words(), "agencies"),
            pl.lit(RESPONSE_DAYS),
        ),
    )
    return _once_it_holds(found, of(events, *VISITS))


def silences(events: pl.DataFrame) -> pl.DataFrame:
    """Return the times a case was open and for 90 days no record shows that anybody saw child or home.

    The case is open after anything in `OPENS` until anything in `CLOSES`, or an assessment with a reason for
    closing the case. Everything recorded of the child or its home counts as seeing it, except that it was not
    seen (`NOT_SEEN`, and a visit that says so): the wait runs from the last of these, a record on day 90 ends
    it, and so does closing the case. Only possible where it opened and closed on one day, or on days known to
    a window. Silent before the chronology held a visit: where nobody writes them down, none looks the same as
    many.
    """
    about = about_the_child(events)
    kind = pl.col("kind").cast(pl.String)
    sees = ~kind.is_in(NOT_SEEN) & ~UNSEEN
    seen = _open_or_not(about).filter(sees & ~IS_CLOSED & pl.col("may_be_open").fill_null(False))
    ends = about.filter(sees)
    met = answered(due_in(_long_before_the_next(seen, ends), SILENT_DAYS), ends, since_days=1)
    found = nothing_followed(
        met.join(_vague(about), on="child_id", how="left", maintain_order="left").with_columns(
            possibly=pl.col("possibly")
            | pl.col("may_be_closed")
            | (pl.col("since") <= pl.col("due_last_on")).fill_null(False)
        ),
        pl.format(
            "The case was open, and after what was recorded {} there is no record in {} days of anybody "
            "seeing the child or the home.",
            on_words(),
            pl.lit(SILENT_DAYS),
        ),
    )
    return _once_it_holds(found, of(events, *VISITS))


def _dated(reports: pl.DataFrame) -> pl.DataFrame:
    """Return the reports that are known to the day, with when an answer is due."""
    return due_in(reports.filter(pl.col("first_on") == pl.col("last_on")), RESPONSE_DAYS)


def _open_or_not(about: pl.DataFrame) -> pl.DataFrame:
    """Return the events with may_be_open and may_be_closed: what the last day that decided it left.

    Both, where something opened and something closed the case on the same day or window, in whatever order.
    """
    same = ("child_id", "first_on", "last_on")
    opens = pl.col("kind").cast(pl.String).is_in(OPENS) & ~IS_CLOSED
    opened, closed = opens.any().over(same), IS_CLOSED.any().over(same)
    decided = opened | closed
    return about.with_columns(
        may_be_open=pl.when(decided).then(opened), may_be_closed=pl.when(decided).then(closed)
    ).with_columns(pl.col("may_be_open", "may_be_closed").forward_fill().over("child_id"))


def _vague(about: pl.DataFrame) -> pl.DataFrame:
    """Return child_id and since: from when it is not known to the day whether the case was open."""
    window = pl.col("first_on") < pl.col("last_on")
    by_window = of(about, *OPENS, *CLOSES).filter(window)
    return by_window.group_by("child_id").agg(since=pl.col("first_on").min())


def _long_before_the_next(seen: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """Return `seen` without what an exact record surely followed in time: most of it, and cheaply."""
    exact = ends.filter(pl.col("first_on") == pl.col("last_on"))
    days = exact.select("child_id", next_on="first_on").unique().sort("next_on")
    followed = seen.sort("last_on").join_asof(
        days,
        left_on="last_on",
        right_on="next_on",
        by="child_id",
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    soon = pl.col("next_on") <= pl.col("first_on") + timedelta(days=SILENT_DAYS)
    return followed.filter(~soon.fill_null(False)).drop("next_on", "may_be_open")


def _once_it_holds(found: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Return the findings about what came when the chronology already held any of `events`, or may have.

    Only so that what is written later changes nothing that was said; on the same day it counts.
    """
    held = events.group_by("child_id").agg(
        held_first_on=pl.col("first_on").min(), held_last_on=pl.col("last_on").min()
    )
    return (
        found.join(held, on="child_id", how="inner", maintain_order="left")
        .filter(pl.col("held_first_on") <= pl.col("last_on"))
        .with_columns(
            on=pl.max_horizontal("on", pl.col("held_first_on") + timedelta(days=1)),
            to=pl.when(pl.col("held_last_on") <= pl.col("first_on")).then("to"),
        )
        .select(COLUMNS)
    )


RULES: Final[Rules] = {
    "silence": Rule(
        "An open case, no record of anybody seeing the child",
        "While a case is open, write down when the child was last seen, by whom, and alone or not.",
        lambda its: silences(its.events),
    ),
    "contact_without_outcome": Rule(
        "Told, no record of a referral or a decision",
        "Who tells the front door hears what was decided, and asks if they do not.",
        lambda its: contacts_without_outcome(its.events),
    ),
    "referral_without_outcome": Rule(
        "A referral, no record of an outcome",
        "Every referral has an outcome, written down and told to who made it.",
        lambda its: referrals_without_outcome(its.events),
    ),
    "child_not_seen": Rule(
        "A referral, no record of anybody seeing the child",
        "An assessment is not done until the child has been seen and spoken or played with.",
        lambda its: children_not_seen(its.events),
    ),
}
