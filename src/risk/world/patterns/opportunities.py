"""The opportunities: each time one of the review's patterns could have happened, and whether it did.

One function a pattern, one row an opportunity: household_id, child_id (null: all the children of the
home), on, happened. The rows are in no order that matters. What the patterns mean to a reader, and what
in a scenario turns each of them up and off, is told in `patterns`.
"""

from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.core.arrays import days_of
from risk.core.calendar import DAYS_A_YEAR
from risk.core.kinds import CONCERNS, LEAVES_HOME
from risk.records.cohort import Cohort, Record
from risk.records.households import Homes
from risk.records.reports import reported
from risk.world.patterns.standing import away_from_home, case_open, home_days, last_state, of_kinds
from risk.world.sharing import each_concern

A_YEAR_DAYS: Final = 52 * 7
STRATEGY_WITHIN_DAYS: Final = 7
MANY_CONCERNS: Final = 6
MANY_WITHIN_WEEKS: Final = 26
LOOKED_AT_WITHIN_DAYS: Final = 28
TOLD_WITHIN_DAYS: Final = 10 * 7
"""What is ever shared has been by then: at most 28 days to record and 28 to share, and closed offices."""

WHOM: Final = ("household_id", "child_id")
COURT: Final = ("emergency_protection_order", "care_proceedings", "interim_care_order", "care_order")
Ints = NDArray[np.int64]


def violence_no_further_action(cohort: Cohort) -> pl.DataFrame:
    """Return the assessments after a report of domestic abuse of homes where there was domestic abuse.

    The report is the one of the referral which opened the episode of need.
    """
    events = cohort.record.events
    opened = _reports(events, "referral").with_columns(state=pl.col("concern") == "domestic_abuse")
    started = of_kinds(events, "assessment_started").select(closes="event_id", started_on="on")
    abused = cohort.truth.visits.filter("domestic_abuse").select("event_id")
    assessed = of_kinds(events, "assessment_completed").join(abused, on="event_id").join(started, on="closes")
    for_abuse = last_state(assessed.select("household_id", on="started_on"), opened)
    return assessed.filter(for_abuse).select(*WHOM, "on", happened=pl.col("finding") == "unsubstantiated")


def care_then_home(cohort: Cohort) -> pl.DataFrame:
    """Return the periods of care that never came before a court, by the day they began: did they end at home?

    A period begins when children who live at home leave it, and ends with a return home.
    """
    kind, home = pl.col("kind").cast(pl.String), pl.lit("return_home")
    before = kind.shift().over("household_id").fill_null(home)
    return (
        of_kinds(cohort.record.events, *LEAVES_HOME, "return_home")
        .sort("household_id", "on", "event_id")
        .with_columns(begins=(kind != home) & (before == home))
        .with_columns(period=pl.col("begins").cum_sum().over("household_id"))
        .filter(pl.col("period") > 0)
        .group_by("household_id", "period", maintain_order=True)
        .agg(pl.col("child_id", "on").first(), happened=(kind == home).any(), court=kind.is_in(COURT).any())
        .filter(~pl.col("court"))
        .select(*WHOM, "on", "happened")
    )


def assessment_not_completed(cohort: Cohort) -> pl.DataFrame:
    """Return the assessments that began a year or more before the end: were 52 weeks not enough?

    Those of households whose case was closed in that year because the youngest turned 18 are left out.
    """
    events, to_on = cohort.record.events, cohort.record.to_on
    completed = of_kinds(events, "assessment_completed").select(event_id="closes", completed_on="on")
    year_later = pl.col("on") + timedelta(days=A_YEAR_DAYS)
    started = (
        of_kinds(events, "assessment_started")
        .join(completed, on="event_id", how="left")
        .filter(year_later < to_on)
    )
    grown_up = _came(
        started, of_kinds(events, "case_closed").filter(pl.col("reason") == "turned_18"), A_YEAR_DAYS
    )
    return started.filter(~grown_up).select(
        *WHOM, "on", happened=(pl.col("completed_on") > year_later).fill_null(True)
    )


def child_not_believed(cohort: Cohort) -> pl.DataFrame:
    """Return what children said of which somebody wrote down whether they were believed."""
    said = cohort.record.events.filter("disclosed_by_child", pl.col("believed").is_not_null())
    return said.select(*WHOM, on="occurred_on", happened=~pl.col("believed"))


def daily_care_seen_by_school_or_refuge(cohort: Cohort) -> pl.DataFrame:
    """Return what school and refuge could have noticed of a child's daily care: did they notice?"""
    kinds = ("hunger", "supervision", "parental_substance_misuse")
    return _seen(cohort, ("school", "refuge"), kinds)


def home_swings(cohort: Cohort) -> pl.DataFrame:
    """Return the spells of each home, by the day they ended: did strained care turn severe, or the reverse?

    A swing passes over the state between. Adds household_years, how long the spell was: the rate is a year's.
    """
    span = pl.col("to_on") - pl.col("from_on")
    state = pl.col("care_state").cast(pl.String)
    after = state.shift(-1).over("household_id")
    swings = pl.concat_str(state, after, separator=" ").is_in(["strained severe", "severe strained"])
    return cohort.truth.spells.sort("household_id", "from_on").select(
        "household_id",
        child_id=pl.lit(None, pl.Int64),
        on="to_on",
        happened=swings.fill_null(False),
        household_years=span.dt.total_days() / DAYS_A_YEAR,
    )


def risky_adult_not_shared(cohort: Cohort) -> pl.DataFrame:
    """Return the risky adults whom police wrote down: did children's services never hear of it?

    What could still have been on its way on the last day is left out.
    """
    written = of_kinds(cohort.record.events, "risky_adult").filter(
        pl.col("agency") == "police",
        pl.col("on") + timedelta(days=TOLD_WITHIN_DAYS) < cohort.record.to_on,
    )
    return written.select(*WHOM, "on", happened=pl.col("shared_on").is_null())


def parent_reassures(cohort: Cohort) -> pl.DataFrame:
    """Return the visits to homes where care was serious or severe: did what they saw and heard reassure?"""
    written = cohort.record.events.select("event_id", "child_id", on="recorded_on")
    visits = cohort.truth.visits.filter(pl.col("care_state").is_in(["serious", "severe"]))
    return visits.join(written, on="event_id").select(*WHOM, "on", happened="reassured")


def sexual_abuse_not_considered(cohort: Cohort) -> pl.DataFrame:
    """Return the signs of sexual abuse that were reported: did no strategy discussion follow within 7 days?

    A contact and the referral that came of it are one report.
    """
    events, to_on = cohort.record.events, cohort.record.to_on
    days = STRATEGY_WITHIN_DAYS
    reports = _reports(events, "contact", "referral").filter(
        pl.col("concern") == "sexual_abuse_indicator", pl.col("on") + timedelta(days=days) < to_on
    )
    reports = reports.sort("on", "event_id").unique("concern_id", keep="first", maintain_order=True)
    considered = _came(reports, of_kinds(events, "strategy_discussion"), days)
    return reports.select(*WHOM, "on", happened=~considered)


def police_called_to_the_home(cohort: Cohort) -> pl.DataFrame:
    """Return what police could have been called to the home for: were they?"""
    return _seen(cohort, ("police",), ("supervision", "criminality_at_address"))


def not_recorded(cohort: Cohort) -> pl.DataFrame:
    """Return what agencies noticed: was it never written down?

    Without what children's services noticed, who need tell nobody. What could still have been on its way on
    the last day is left out.
    """
    noticed = cohort.truth.incidents.filter(
        "noticed",
        pl.col("agency") != "childrens_services",
        pl.col("on") + timedelta(days=TOLD_WITHIN_DAYS) < cohort.truth.to_on,
    )
    return _with_child(noticed, cohort).select(*WHOM, "on", happened=~pl.col("recorded"))


def never_told(cohort: Cohort) -> pl.DataFrame:
    """Return the concerns that other agencies wrote down: were children's services never told?

    Without the risky adults of police, who have a pattern of their own, and what was on its way on the last
    day.
    """
    apart = (pl.col("agency") == "police") & (pl.col("kind") == "risky_adult")
    written = each_concern(cohort.record.events).filter(
        ~apart, pl.col("recorded_on") + timedelta(days=TOLD_WITHIN_DAYS) < cohort.record.to_on
    )
    return written.select(*WHOM, on="recorded_on", happened=~pl.col("shared"))


def told_and_screened_out(cohort: Cohort) -> pl.DataFrame:
    """Return the concerns that children's services were told of while no case was open: was none referred?

    Only of homes in which a child under 18 lives on that day.
    """
    screened = each_concern(cohort.record.events).filter(pl.col("screened_out") | pl.col("referred"))
    screened = screened.select(*WHOM, on="shared_on", happened="screened_out")
    return screened.filter(_still_a_child(screened, cohort.record, 0))


def referred_and_not_assessed(cohort: Cohort) -> pl.DataFrame:
    """Return the referrals on which the record shows a decision: was it to look no further?

    To look no further is to answer the referral with no further action, or with an offer of early help.
    """
    events = cohort.record.events
    first = events.sort("event_id").unique("answers", keep="first", maintain_order=True)
    decided = first.select(event_id="answers", decision="kind")
    referrals = of_kinds(events, "referral").join(decided, on="event_id")
    at_once = pl.col("decision").is_in(["no_further_action", "early_help"])
    return referrals.select(*WHOM, "on", happened=at_once)


def early_concerns_not_added_up(cohort: Cohort) -> pl.DataFrame:
    """Return the days on which a home's concerns of the last 26 weeks reached 6: did nobody look in 28 days?

    Everybody's concerns count from the day they were written down, in that week and the 25 after it; weeks
    begin on Monday. Only days that began with the children, one of them under 18 for 28 days yet, at home and
    no episode of need open, and after which no agency reported anything in those days: each held a part.
    """
    events, days = cohort.record.events, LOOKED_AT_WITHIN_DAYS
    reached = _many_concerns(events).filter(pl.col("on") + timedelta(days=days) < cohort.record.to_on)
    before = _day_before(reached)
    reports = of_kinds(events, "contact", "referral").filter(pl.col("agency") != "childrens_services")
    told = _came(reached, reports, days)
    in_parts = reached.filter(
        ~away_from_home(before, events)
        & ~case_open(before, events)
        & ~told
        & _still_a_child(reached, cohort.record, days)
    )
    looked = _came(in_parts, of_kinds(events, "assessment_started", "strategy_discussion"), days)
    return in_parts.select("household_id", "on", child_id=pl.lit(None, pl.Int64), happened=~looked)


def crisis_and_removal(cohort: Cohort) -> pl.DataFrame:
    """Return the reviews that still found serious concern: did care proceedings follow from them?"""
    events = cohort.record.events
    to_court = of_kinds(events, "care_proceedings")["answers"].drop_nulls()
    serious = of_kinds(events, "review_conference").filter(pl.col("finding") == "substantiated")
    return serious.select(*WHOM, "on", happened=pl.col("event_id").is_in(to_court.implode()))


def _reports(events: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    """Return the reports that reached children's services, with the concern and the child they are about."""
    reports = of_kinds(events, *kinds).drop("child_id").join(reported(events), on="event_id", how="left")
    return reports.select("event_id", *WHOM, "concern_id", "concern", "on")


def _with_child(incidents: pl.DataFrame, cohort: Cohort) -> pl.DataFrame:
    """Return the incidents with the child that the record, if there is one, is about."""
    written = cohort.record.events.select("event_id", "child_id")
    return incidents.join(written, on="event_id", how="left", maintain_order="left")


def _seen(cohort: Cohort, agencies: tuple[str, ...], kinds: tuple[str, ...]) -> pl.DataFrame:
    could = cohort.truth.incidents.filter(pl.col("agency").is_in(agencies), pl.col("kind").is_in(kinds))
    return _with_child(could, cohort).select(*WHOM, "on", happened="noticed")


def _many_concerns(events: pl.DataFrame) -> pl.DataFrame:
    """Return household_id, on: the days on which the concerns of that week and the 25 before reached 6."""
    concerns = of_kinds(events, *CONCERNS).select("household_id", "on")
    written = np.sort(home_days(concerns))

    def many(on: pl.DataFrame) -> pl.Series:
        since = on.with_columns(pl.col("on").dt.truncate("1w") - timedelta(weeks=MANY_WITHIN_WEEKS - 1))
        until = np.searchsorted(written, home_days(on), side="right")
        return pl.Series(until - np.searchsorted(written, home_days(since), side="left") >= MANY_CONCERNS)

    days = concerns.unique()
    return days.filter(many(days) & ~many(_day_before(days)))


def _day_before(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("on") - timedelta(days=1))


def _came(rows: pl.DataFrame, events: pl.DataFrame, days: int) -> pl.Series:
    """Return whether, for each row, such an event of its household came that day or so many days after."""
    came, from_on = np.sort(home_days(events)), home_days(rows)
    last = np.searchsorted(came, from_on + days, side="right")
    return pl.Series(last > np.searchsorted(came, from_on, side="left"), dtype=pl.Boolean)


def _still_a_child(rows: pl.DataFrame, record: Record, days: int) -> pl.Series:
    """Return whether a child of the home, born by each day, is still under 18 so many days after."""
    on = days_of(rows["on"])
    n = Homes.of(record).under_18(rows["household_id"].to_numpy(), on + days, born_by=on)
    return pl.Series(n > 0, dtype=pl.Boolean)
