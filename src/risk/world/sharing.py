"""Sharing: what each agency's concerns came to, from what was written down to what was assessed.

Three failures are told apart: never told, told and screened out, referred and not assessed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import polars as pl

from risk.core.kinds import ASSESSED, CONCERNS, CS
from risk.core.pool import HERE, Pool
from risk.records.cohort import Cohort
from risk.records.partitions import Parts, each_part
from risk.records.reports import reported
from risk.world.patterns.standing import case_open

COUNTS: Final = ("concerns", "shared", "screened_out", "referred", "assessed")
ANSWERS_TO_ASSESSMENT: Final = 3
"""The longest way: a referral, police protection, the strategy discussion, the enquiry."""


def shared_concerns(
    cohort: Parts, *, pool: Pool = HERE, on_part: Callable[[int], None] | None = None
) -> pl.DataFrame:
    """Return agency, concerns, shared, screened_out, referred and assessed: one row an agency that wrote any.

    shared: of its concerns, those that children's services were told. screened_out: of these, those that led
    to no referral though no case was open, on the day before or that day. referred: of those shared, those
    that a referral answered, directly or by way of a contact. assessed: of those referred, those whose
    referral led to an enquiry or to an assessment that was completed. What was shared and is neither came to
    a case that was open. A household's concern counts once; what is still to come at the end counts as not.
    What children's services write themselves is told to nobody, and left out.

    Only the records are looked at, a part at a time.
    """
    counts = pl.concat(list(each_part(_counted, cohort, pool, on_part)))
    return counts.group_by("agency").agg(pl.col(COUNTS).sum()).sort("agency")


def shared_in_words(rows: pl.DataFrame) -> str:
    """Return one sentence on what all agencies' concerns came to, from `shared_concerns`."""
    concerns, shared, screened_out, referred, assessed = rows.select(pl.col(COUNTS).sum()).row(0)
    return (
        f"Of {concerns:,} concerns, {concerns - shared:,} were never shared with children's services; "
        f"{screened_out:,} were shared and screened out; {referred:,} became a referral, "
        f"{referred - assessed:,} of them not assessed; "
        f"{shared - screened_out - referred:,} came to a case that was open."
    )


def _counted(part: Cohort) -> pl.DataFrame:
    """Return the counts of a part by agency."""
    came_to = each_concern(part.record.events)
    return came_to.group_by("agency").agg(pl.len().alias("concerns"), pl.col(COUNTS[1:]).sum())


def each_concern(events: pl.DataFrame) -> pl.DataFrame:
    """Return what other agencies than children's services wrote down, with what each concern came to.

    Adds shared, screened_out, referred and assessed: true or false, as `shared_concerns` counts them.
    """
    concerns = events.filter(pl.col("kind").is_in(list(CONCERNS)), pl.col("agency") != CS)
    told = concerns.select("event_id", "household_id", on="shared_on").drop_nulls("on")
    referrals = _referrals(told, events)
    referred = pl.col("event_id").is_in(referrals["concern"].implode())
    assessed = pl.col("event_id").is_in(_assessed(referrals, events)["concern"].implode())
    came_to_a_case = case_open(told, events) | case_open(_day_before(told), events)
    closed = pl.col("event_id").is_in(told.filter(~came_to_a_case)["event_id"].implode())
    return concerns.with_columns(
        shared=pl.col("shared_on").is_not_null(),
        screened_out=closed & ~referred,
        referred=referred,
        assessed=assessed,
    )


def _referrals(told: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Return concern and event_id of the referrals that answer what was told, or a contact about it."""
    referrals = events.filter(pl.col("kind") == "referral")
    reports = reported(events).join(referrals, on="event_id", how="semi")
    return reports.join(told, left_on="concern_id", right_on="event_id", how="semi").select(
        "event_id", concern="concern_id"
    )


def _assessed(referrals: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Return the concerns whose referral led to an enquiry or a completed assessment."""
    led_to = [referrals.with_columns(kind=pl.lit("referral"))]
    for _ in range(ANSWERS_TO_ASSESSMENT):
        led_to.append(_following(led_to[-1].drop("kind"), events))
    return pl.concat(led_to).filter(pl.col("kind").is_in(ASSESSED))


def _following(rows: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Return the events that answer those of `rows`, or close them, with the concern that all began with."""
    links = pl.concat([events.select("event_id", "kind", of=link) for link in ("answers", "closes")])
    followed = rows.select("concern", of="event_id").join(links.drop_nulls("of"), on="of")
    return followed.select("event_id", "concern", pl.col("kind").cast(pl.String))


def _day_before(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("on") - timedelta(days=1))
