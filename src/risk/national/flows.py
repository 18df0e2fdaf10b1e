"""The flows: what national statistics count in a year, counted in a record the way that they count it.

Everything weighs children: a response is about each child of the household who is born and under 18 on its
day, and counts once for each. Flows are those of the measured year, the last 365 days of the record. As in
the published tables, a year's answers are set against the same year's referrals, whichever referral they
answer.
"""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import DAYS_IN_MOMENT, Floats, day_of, days_of
from risk.core.calendar import working_days_between
from risk.core.kinds import FACTORS, LEAVES_HOME
from risk.records.cohort import Record
from risk.records.households import Homes, with_18th_birthday

YEAR_DAYS: Final = 365
ASSESSMENT_WORKING_DAYS: Final = 45
CONFERENCE_WORKING_DAYS: Final = 15
LONGEST_WORKING_DAYS: Final = 520
NEVER: Final = -DAYS_IN_MOMENT

SOURCES: Final = {
    "individual": ("public",),
    "schools": ("school",),
    "education_services": ("nursery",),
    "health_services": ("health_visitor", "gp", "hospital"),
    "housing": ("housing",),
    "council_services": ("early_help", "local_authority", "childrens_services"),
    "police": ("police",),
    "other_legal_agency": ("probation", "court"),
    "other": ("refuge", "drug_alcohol_service", "childline"),
    "anonymous": ("anonymous",),
}
"""The ten groups of referrers in the children in need census, by agency."""

LEGAL_BASES: Final = {
    "section_20": ("accommodated_s20",),
    "interim_care_order": ("care_proceedings", "interim_care_order"),
    "police_protection": ("police_protection",),
    "emergency_protection_order": ("emergency_protection_order",),
}
"""On what children start to be looked after, by the response that begins it."""

MONTHS: Final = {"august": (8,), "december": (12,), "may_and_june": (5, 6)}
"""Months that differ most from the others: school is out, or Christmas comes, or summer term ends."""

CLOSED_AT_ONCE: Final = ("no_further_action", "early_help")
TAKEN: Final = tuple(k for k in LEAVES_HOME if k not in ("accommodated_s20", "became_looked_after"))
"""Under a court's order or police protection: nobody with parental responsibility had to agree."""

COUNTED: Final = (
    *("contact", "referral", *CLOSED_AT_ONCE, "assessment_started", "assessment_completed"),
    *("strategy_discussion", "section_47_enquiry", "initial_child_protection_conference"),
    *("child_protection_plan_started", "child_protection_plan_ended", "child_in_need_plan_started"),
    *("home_visit", "review_conference", *LEAVES_HOME, "placement_order", "placement"),
    *("return_home", "left_care", "case_closed"),
)


def responses(record: Record) -> pl.DataFrame:
    """Return the responses that are counted, sorted by household and day.

    event_id, household_id, child_id, kind, agency, day, finding, category, reason, answers, closes.
    """
    about = ("event_id", "household_id", "child_id", "kind", "agency")
    columns = (*about, "finding", "category", "reason", "answers", "closes")
    return (
        record.events.lazy()
        .filter(pl.col("kind").is_in(COUNTED), pl.col("occurred_on") < record.to_on)
        .sort("household_id", "occurred_on", "event_id")
        .select(*columns, day=pl.col("occurred_on").to_physical().cast(pl.Int64))
        .collect()
    )


def this_year(
    record: Record, homes: Homes, written: pl.DataFrame, from_on: date | None = None
) -> pl.DataFrame:
    """Return the responses of the measured year, and n, how many children each is about.

    from_on: its first day; 365 days before the end unless given, which may be a leap year's 366.
    """
    first = day_of(record.to_on) - YEAR_DAYS if from_on is None else day_of(from_on)
    rows = written.filter(pl.col("day") >= first)
    in_home = homes.under_18(rows["household_id"].to_numpy(), rows["day"].to_numpy())
    return rows.with_columns(n=pl.when(pl.col("child_id").is_null()).then(pl.Series(in_home)).otherwise(1))


def yearly(
    record: Record, homes: Homes, written: pl.DataFrame, counted: pl.DataFrame, assessed: pl.DataFrame
) -> dict[str, Floats]:
    """Return everything that is counted in the measured year, by name, household by household."""
    return {
        **_population(record, homes),
        **_referrals(homes, counted, written),
        **_assessments(homes, assessed, record),
        **_protection(homes, counted, written),
    }


def _population(record: Record, homes: Homes) -> dict[str, Floats]:
    """Return the child-years under 18 of the measured year, and the children under 18 on its last day."""
    children, to_day = with_18th_birthday(record.children), day_of(record.to_on)
    first = np.maximum(days_of(children["born_on"]), to_day - YEAR_DAYS)
    days = np.maximum(np.minimum(days_of(children["grown_on"]), to_day) - first, 0)
    everywhere = homes.household_id
    return {
        "child_years": homes.summed(children["household_id"].to_numpy(), days / YEAR_DAYS),
        "children": homes.under_18(everywhere, np.full_like(everywhere, to_day - 1)).astype(np.float64),
    }


def _referrals(homes: Homes, counted: pl.DataFrame, written: pl.DataFrame) -> dict[str, Floats]:
    """Return the year's referrals, by who made them and when; that came again; and that were closed at once.

    A referral comes again for a child who was already born at the one before, if that is 365 days ago or
    less. Closed at once is what led to no assessment, with an offer of early help or without.
    """
    referred = _with_previous(of_kinds(counted, "referral"), of_kinds(written, "referral"))
    again = _already_born(homes, referred.filter(pl.col("day") - pl.col("previous") <= YEAR_DAYS))
    closed = _followed(of_kinds(counted, *CLOSED_AT_ONCE), "answers", written)
    month = pl.col("day").cast(pl.Int32).cast(pl.Date).dt.month()
    return {
        "referral": homes.children_in(referred),
        **{
            f"referral_{group}": homes.children_in(referred.filter(pl.col("agency").is_in(agencies)))
            for group, agencies in SOURCES.items()
        },
        **{
            f"referral_{name}": homes.children_in(referred.filter(month.is_in(months)))
            for name, months in MONTHS.items()
        },
        "re_referral": homes.children_in(again),
        "closed_at_once": homes.children_in(closed.filter(pl.col("answers_kind") == "referral")),
    }


def completed_assessments(counted: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """Return the year's completed assessments: from_referral, and the working days that they took.

    Counted from the referral where it led to the assessment, directly or by a strategy discussion; else from
    the day on which the assessment started. The day it begins is day 0.
    """
    done = _followed(of_kinds(counted, "assessment_completed"), "closes", written)
    done = _followed(done, "closes_answers", written)
    done = _followed(done, "closes_answers_answers", written)
    direct = pl.col("closes_answers_kind") == "referral"
    discussed = pl.col("closes_answers_kind") == "strategy_discussion"
    by_discussion = discussed & (pl.col("closes_answers_answers_kind") == "referral")
    done = done.drop_nulls("closes_day").with_columns(
        from_referral=(direct | by_discussion).fill_null(False),
        begun=pl.when(direct)
        .then("closes_answers_day")
        .when(by_discussion)
        .then("closes_answers_answers_day")
        .otherwise("closes_day"),
    )
    took = working_days_between(done["begun"].to_numpy(), done["day"].to_numpy())
    return done.with_columns(took=pl.Series(took).clip(0, LONGEST_WORKING_DAYS))


def _assessments(homes: Homes, assessed: pl.DataFrame, record: Record) -> dict[str, Floats]:
    """Return the year's completed assessments, those in time, not in need, and with each factor."""
    factors = assessed.select("event_id", "household_id", "n").join(record.factors, on="event_id")
    not_in_need = pl.col("from_referral") & (pl.col("finding") == "unsubstantiated")
    return {
        "assessed": homes.children_in(assessed),
        "assessed_in_time": homes.children_in(assessed.filter(pl.col("took") <= ASSESSMENT_WORKING_DAYS)),
        "not_in_need": homes.children_in(assessed.filter(not_in_need)),
        **{f"factor_{f}": homes.children_in(factors.filter(pl.col("factor") == f)) for f in FACTORS},
    }


def _protection(homes: Homes, counted: pl.DataFrame, written: pl.DataFrame) -> dict[str, Floats]:
    """Return the year's section 47 enquiries, initial conferences, and conferences in time.

    In time is within 15 working days of the strategy discussion, or of the enquiry if that answers none.
    """
    conferred = _followed(of_kinds(counted, "initial_child_protection_conference"), "closes", written)
    begun = pl.coalesce("closes_answers_day", "closes_day")
    known = _followed(conferred, "closes_answers", written).with_columns(begun=begun).drop_nulls("begun")
    took = working_days_between(known["begun"].to_numpy(), known["day"].to_numpy())
    return {
        "section_47": homes.children_in(of_kinds(counted, "section_47_enquiry")),
        "conference": homes.children_in(conferred),
        "conferred_in_time": homes.children_in(known.filter(pl.Series(took) <= CONFERENCE_WORKING_DAYS)),
    }


def _with_previous(rows: pl.DataFrame, among: pl.DataFrame) -> pl.DataFrame:
    """Return `rows` with the day of the household's previous row `among` those written, or NEVER."""
    same_home = pl.col("household_id") == pl.col("household_id").shift(1)
    day = pl.when(same_home).then(pl.col("day").shift(1)).fill_null(NEVER)
    before = among.select("event_id", previous=day)
    return rows.join(before, on="event_id", how="left", maintain_order="left")


def _already_born(homes: Homes, rows: pl.DataFrame) -> pl.DataFrame:
    """Return `rows` with n, how many children each is about, of those only who were born by `previous`."""
    household, day, previous = (rows[c].to_numpy() for c in ("household_id", "day", "previous"))
    return rows.with_columns(n=homes.under_18(household, day, previous))


def _followed(rows: pl.DataFrame, link: str, written: pl.DataFrame) -> pl.DataFrame:
    """Return `rows` with the kind and day of the response that `link` names, and what that answers."""
    columns = {f"{link}_{name}": name for name in ("kind", "day", "answers")}
    target = written.select(pl.col("event_id").alias(link), **columns)
    return rows.join(target, on=link, how="left", maintain_order="left")


def of_kinds(rows: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    """Return the rows of some kinds."""
    return rows.filter(pl.col("kind").is_in(kinds))
