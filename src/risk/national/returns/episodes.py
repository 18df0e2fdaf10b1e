"""The episode of need: from a referral until the case is closed, for each child of the home.

A response to a home is about each of its children who is born and under 18 on its day, as in `flows`, so that
what is counted here is what national tables count. The episode alone holds a child before its birth too, from
the day on which it is known to be expected; one who turns 18 leaves it then.
"""

from datetime import date, timedelta
from typing import Final

import polars as pl

from risk.core.kinds import LEAVES_HOME
from risk.national.flows import CLOSED_AT_ONCE, of_kinds
from risk.national.returns.primary_need import primary_need
from risk.records.cohort import Record
from risk.records.households import with_18th_birthday
from risk.records.reports import reported

STEPS: Final = (
    *("referral", *CLOSED_AT_ONCE, "case_closed", "assessment_started", "assessment_completed"),
    *("strategy_discussion", "section_47_enquiry", "initial_child_protection_conference"),
    *("child_in_need_plan_started", "child_in_need_plan_ended"),
    *("child_protection_plan_started", "child_protection_plan_ended", "review_conference", *LEAVES_HOME),
)
EPISODE: Final = ("child_id", "referral_id")
"""What every row of the pathway belongs to: one child's episode of need, by the referral that began it."""

EXPECTED_DAYS: Final = 140
"""Twenty weeks before its birth a child is known to be expected, and on which day: an assumption. The record
writes no pregnancy down. A child who is born after its last day is not among its children, so nobody is
expected there: in the last months of a record fewer children are than in earlier ones."""

NOT_KNOWN_BEFORE_BIRTH: Final = ("given_name", "sex", "ethnicity", "disability")

IS_ABOUT: Final = pl.col("on").is_between("born_on", "grown_on", closed="left")


def as_known(children: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return the children with grown_on, and due_on: when the birth of one not born by a day is expected.

    It is the day of birth (assumption), which stays in born_on. No name, sex, ethnicity or disability of such
    a child is known. due_on is null for those who are born.

    >>> born = {"born_on": [date(2024, 3, 31), date(2024, 4, 1)]}
    >>> children = pl.DataFrame(born | dict.fromkeys(NOT_KNOWN_BEFORE_BIRTH, "a word"))
    >>> as_known(children, date(2024, 3, 31)).select("due_on", "sex").rows()
    [(None, 'a word'), (datetime.date(2024, 4, 1), None)]
    """
    is_born = pl.col("born_on") <= on
    return with_18th_birthday(children).with_columns(
        *(pl.when(is_born).then(c).alias(c) for c in NOT_KNOWN_BEFORE_BIRTH),
        due_on=pl.when(~is_born).then("born_on"),
    )


def steps_of(record: Record, children: pl.DataFrame, last_on: date) -> pl.DataFrame:
    """Return the steps known on a day, once for each child of the home, in the order they were written.

    Of an event: event_id, kind, agency, on, finding, category, reason, answers, closes; of the child:
    child_id, born_on, grown_on; referral_id: the last referral up to it, null before the first.
    """
    homes = children.select("household_id", "born_on", "grown_on", of_child="child_id")
    whom, is_referral = pl.col("child_id"), pl.col("kind") == "referral"
    return (
        record.events.filter(pl.col("kind").is_in(STEPS), pl.col("recorded_on") <= last_on)
        .join(homes, on="household_id", how="inner")
        .filter(whom.is_null() | (whom == pl.col("of_child")))
        .sort("of_child", "occurred_on", "event_id")
        .select(
            *("event_id", "kind", "agency", "finding", "category", "reason", "answers", "closes"),
            *("born_on", "grown_on"),
            child_id="of_child",
            on="occurred_on",
            referral_id=pl.when(is_referral).then("event_id").forward_fill().over("of_child"),
        )
    )


def episodes_of(record: Record, children: pl.DataFrame, steps: pl.DataFrame, last_on: date) -> pl.DataFrame:
    """Return `Pathway.episodes`: from each referral to the first step that ends it, or the 18th birthday.

    children: those who are born by the day, or known by then to be expected.
    """
    at_once = pl.col("kind").is_in(CLOSED_AT_ONCE) & (pl.col("answers") == pl.col("referral_id"))
    ends = steps.filter(at_once | (pl.col("kind") == "case_closed"))
    first_end = ends.unique(EPISODE, keep="first", maintain_order=True)
    reports = reported(record.events).select("concern", referral_id="event_id")
    closed, grown, born = pl.col("closed_on"), pl.col("grown_on"), pl.col("born_on")
    expected = born - timedelta(days=EXPECTED_DAYS)
    is_grown = grown <= closed.fill_null(last_on)
    turned_18 = pl.lit("turned_18", steps.schema["reason"])
    disability = children.select("child_id", "disability")
    return (
        of_kinds(steps, "referral")
        .drop("reason")
        .join(first_end.select(*EPISODE, "reason", closed_on="on", by="kind"), on=EPISODE, how="left")
        .join(reports, on="referral_id", how="left")
        .join(disability, on="child_id", how="left")
        .filter(expected <= closed.fill_null(last_on), pl.col("on") < grown)
        .sort("child_id", "on", "referral_id")
        .with_columns(n_earlier=pl.int_range(pl.len()).over("child_id"))
        .select(
            *EPISODE,
            "concern",
            need=primary_need(),
            referred_on=pl.max_horizontal("on", expected),
            joined=expected > pl.col("on"),
            before_birth=born > closed.fill_null(last_on),
            referred_by="agency",
            ended_on=pl.min_horizontal(closed, pl.when(is_grown).then(grown)),
            no_further_action=pl.col("by").is_in(CLOSED_AT_ONCE).fill_null(False) & ~is_grown,
            reason=pl.when(is_grown).then(turned_18).otherwise("reason"),
        )
        .sort("child_id", "referred_on", "referral_id")
    )
