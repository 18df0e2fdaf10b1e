"""The pathway: each child's way through children's services, as the record tells it on one day.

Referral, assessment, section 47 enquiry, conference, plan and review: a frame each, one row a thing and
child. Nothing written after that day is in it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import polars as pl

from risk.core.calendar import add_working_days
from risk.core.kinds import LEAVES_HOME
from risk.national.flows import of_kinds
from risk.national.returns.episodes import (
    EPISODE,
    EXPECTED_DAYS,
    IS_ABOUT,
    as_known,
    episodes_of,
    steps_of,
)
from risk.records.cohort import Record
from risk.records.households import NO_PLAN_FROM_DAYS


@dataclass(frozen=True)
class Pathway:
    """The frames of the children of a record as on the evening of `last_on`, each sorted by child and day.

    Ids are event_ids of the record. A day that had not come by `last_on` is null: the thing is still open.

    children: those born by then or expected, as in the record and `as_known` on that day.
    episodes: child_id, referral_id; referred_on (of a child expected only later, the day of that: `joined`);
    before_birth (the child is not born by its end, or by last_on: nothing else here is about it); referred_by
    (agency); concern (of the report referred, null if none is named) and need (`primary_need`); ended_on;
    no_further_action (decided at once, without an assessment); reason (of closing, null for those and while
    open).
    assessments: child_id, referral_id, assessment_id, started_on (no sooner than the birth), completed_on,
    finding. Null completed_on in an episode that has ended: it never was completed.
    factors: child_id, assessment_id, factor; what completed assessments identified.
    enquiries: child_id, referral_id, enquiry_id, discussed_on (the strategy discussion), started_on, held_on
    (its conference), ended_without_on (the day from which no conference was to come; null if one was held).
    conferences: child_id, referral_id, conference_id, enquiry_id (null if that was before the birth),
    held_on, agreed (to a child protection plan).
    in_need_plans: child_id, referral_id, plan_id, started_on, ended_on.
    protection_plans: the same, with category, conference_id (that agreed to it), born_into (the child was
    born into it, and is on it from then) and n_previous, the child's earlier plans in this record.
    reviews: child_id, plan_id, review_id, held_on; the review conferences of child protection plans.
    """

    children: pl.DataFrame
    episodes: pl.DataFrame
    assessments: pl.DataFrame
    factors: pl.DataFrame
    enquiries: pl.DataFrame
    conferences: pl.DataFrame
    in_need_plans: pl.DataFrame
    protection_plans: pl.DataFrame
    reviews: pl.DataFrame

    @classmethod
    def on(cls, record: Record, last_on: date) -> Self:
        """Return the pathway of a record's children; every child's day of birth is in the record."""
        expected = pl.col("born_on") <= last_on + timedelta(days=EXPECTED_DAYS)
        children = as_known(record.children.filter(expected), last_on).sort("child_id")
        steps = steps_of(record, children, last_on)
        all_episodes = episodes_of(record, children, steps, last_on)
        episodes = all_episodes.filter(~pl.col("before_birth"))
        assessments = _assessments(steps, episodes)
        conferences = _conferences(steps, episodes)
        protection_plans = _plans(steps, episodes, "child_protection_plan")
        n_previous = pl.int_range(pl.len()).over("child_id")
        return cls(
            children=children,
            episodes=all_episodes,
            assessments=assessments.drop("completed_id"),
            factors=_factors(record, assessments),
            enquiries=_enquiries(steps, episodes, conferences),
            conferences=conferences,
            in_need_plans=_plans(steps, episodes, "child_in_need_plan").drop(
                "category", "conference_id", "born_into"
            ),
            protection_plans=protection_plans.with_columns(n_previous=n_previous),
            reviews=_reviews(steps, protection_plans),
        )


def _assessments(steps: pl.DataFrame, episodes: pl.DataFrame) -> pl.DataFrame:
    """Return `Pathway.assessments`, with completed_id, the event that completed each.

    One that was completed before the birth is not about the child; one after the 18th birthday never was.
    """
    done = of_kinds(steps, "assessment_completed").select(
        "child_id", "finding", assessment_id="closes", completed_id="event_id", completed_on="on"
    )
    completed = pl.col("completed_on")
    in_time = completed < pl.col("grown_on")
    return (
        of_kinds(steps, "assessment_started")
        .drop("finding")
        .rename({"event_id": "assessment_id"})
        .join(done, on=["child_id", "assessment_id"], how="left")
        .join(episodes, on=EPISODE, how="semi")
        .filter(pl.col("on") < pl.col("grown_on"), completed.is_null() | (completed >= pl.col("born_on")))
        .select(
            *EPISODE,
            "assessment_id",
            *(pl.when(in_time).then(c).alias(c) for c in ("completed_on", "completed_id", "finding")),
            started_on=pl.max_horizontal("on", "born_on"),
        )
        .sort("child_id", "started_on", "assessment_id")
    )


def _factors(record: Record, assessments: pl.DataFrame) -> pl.DataFrame:
    """Return `Pathway.factors`, in the vocabulary's order."""
    found = assessments.select("child_id", "assessment_id", event_id="completed_id")
    return (
        found.join(record.factors, on="event_id")
        .drop("event_id")
        .sort("child_id", "assessment_id", pl.col("factor").to_physical())
    )


def _conferences(steps: pl.DataFrame, episodes: pl.DataFrame) -> pl.DataFrame:
    """Return `Pathway.conferences`."""
    enquired = (
        of_kinds(steps, "section_47_enquiry")
        .filter(IS_ABOUT)
        .select("child_id", closes="event_id", enquiry_id="event_id")
    )
    return (
        of_kinds(steps, "initial_child_protection_conference")
        .filter(IS_ABOUT)
        .join(enquired, on=["child_id", "closes"], how="left")
        .join(episodes, on=EPISODE, how="semi")
        .select(
            *EPISODE,
            "enquiry_id",
            conference_id="event_id",
            held_on="on",
            agreed=(pl.col("finding") == "substantiated").fill_null(False),
        )
        .sort("child_id", "held_on", "conference_id")
    )


def _enquiries(steps: pl.DataFrame, episodes: pl.DataFrame, conferences: pl.DataFrame) -> pl.DataFrame:
    """Return `Pathway.enquiries`.

    An enquiry ends without a conference when it says so, when the children leave home first, or with the
    episode: what follows then is another plan.
    """
    discussed = of_kinds(steps, "strategy_discussion").select(
        "child_id", answers="event_id", discussed_on="on"
    )
    enquired = of_kinds(steps, "section_47_enquiry").filter(IS_ABOUT).rename({"event_id": "enquiry_id"})
    said = of_kinds(steps, "no_further_action").select("child_id", enquiry_id="answers", said_on="on")
    left = of_kinds(steps, *LEAVES_HOME).select(*EPISODE, left_on="on")
    removed = (
        enquired.join(left, on=EPISODE)
        .filter(pl.col("left_on") >= pl.col("on"))
        .group_by("child_id", "enquiry_id")
        .agg(pl.col("left_on").min())
    )
    without = pl.min_horizontal("said_on", "left_on", "episode_ended_on")
    this = ["child_id", "enquiry_id"]
    return (
        enquired.join(discussed, on=["child_id", "answers"], how="left")
        .join(conferences.select(*this, "held_on").drop_nulls(), on=this, how="left")
        .join(said, on=this, how="left")
        .join(removed, on=this, how="left")
        .join(_ends(episodes), on=EPISODE)
        .select(
            *EPISODE,
            "enquiry_id",
            "discussed_on",
            "held_on",
            started_on="on",
            ended_without_on=pl.when(pl.col("held_on").is_null()).then(without),
        )
        .sort("child_id", "started_on", "enquiry_id")
    )


def _plans(steps: pl.DataFrame, episodes: pl.DataFrame, plan: str) -> pl.DataFrame:
    """Return `Pathway.in_need_plans`, or those of protection; a newborn joins the latter on a working day."""
    first_working_days = add_working_days(steps["born_on"].to_physical().cast(pl.Int64).to_numpy(), 0)
    steps = steps.with_columns(joins_on=pl.Series(first_working_days).cast(pl.Int32).cast(pl.Date))
    ended = of_kinds(steps, f"{plan}_ended").select("child_id", plan_id="closes", ended_on="on")
    too_old = pl.col("born_on") + timedelta(days=NO_PLAN_FROM_DAYS)
    return (
        of_kinds(steps, f"{plan}_started")
        .filter(pl.col("on") < (too_old if plan == "child_protection_plan" else pl.col("grown_on")))
        .rename({"event_id": "plan_id"})
        .join(ended, on=["child_id", "plan_id"], how="left")
        .join(_ends(episodes), on=EPISODE)
        .select(
            *EPISODE,
            "plan_id",
            "category",
            conference_id="answers",
            started_on=pl.when(pl.col("on") < pl.col("born_on")).then("joins_on").otherwise("on"),
            ended_on=pl.min_horizontal("ended_on", "episode_ended_on"),
            born_into=pl.col("on") < pl.col("born_on"),
        )
        .filter(pl.col("ended_on").is_null() | (pl.col("ended_on") >= pl.col("started_on")))
        .sort("child_id", "started_on", "plan_id")
    )


def _reviews(steps: pl.DataFrame, protection_plans: pl.DataFrame) -> pl.DataFrame:
    """Return `Pathway.reviews`."""
    return (
        of_kinds(steps, "review_conference")
        .filter(IS_ABOUT)
        .select("child_id", plan_id="answers", held_on="on", review_id="event_id")
        .join(protection_plans, on=["child_id", "plan_id"], how="semi")
        .sort("child_id", "held_on", "plan_id")
    )


def _ends(episodes: pl.DataFrame) -> pl.DataFrame:
    return episodes.select(*EPISODE, episode_ended_on="ended_on")
