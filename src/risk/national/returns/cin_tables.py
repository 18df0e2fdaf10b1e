"""The children in need census as tables: its modules, one year's children, in the census's names and codes.

The file is the state on 31 March. In it is every child, born or expected, of whom an episode was open, or
begun, in the year; of an episode what was still open or ended in the year. Where the record holds what the
census has no place for, or its rules forbid, a convention of ours decides, and `docs/formats/cin_census.md`
states it.
"""

from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl

from risk.core.calendar import add_working_days
from risk.national.flows import CONFERENCE_WORKING_DAYS
from risk.national.returns.cin_codes import code, coded, la_child_id, of_school_age, upn
from risk.national.returns.episodes import EPISODE
from risk.national.returns.forms import in_form_of
from risk.national.returns.pathway import Pathway
from risk.national.returns.years import StatutoryYear
from risk.records.cohort import Record

CHILD: Final = "LAchildID"
IN_CHILD: Final = (CHILD, "CINdetailsID")
IN_ASSESSMENT: Final = (*IN_CHILD, "AssessmentID")
IN_PLAN: Final = (*IN_CHILD, "CPPID")

Tables = dict[str, pl.DataFrame]


def cin_tables(record: Record, year: StatutoryYear) -> Tables:
    """Return the census's modules, by name, in its order and in the form of its year.

    Each has its columns in the order of the XML.

    CINdetailsID counts from 1 within the child, AssessmentID and CPPID within the episode. Flags are 0 and 1,
    days are dates. Sorted by child, then as things began.
    """
    path = Pathway.on(record, year.last_on)
    episodes = _in_scope(path, year)
    assessments = _assessments(path, episodes, year)
    plans = _protection_plans(path, episodes, year)
    children = _children(path, episodes)
    tables = {
        "ChildIdentifiers": _identifiers(children, year),
        "ChildCharacteristics": _characteristics(children),
        "Disabilities": _disabilities(children),
        "CINdetails": _details(path, episodes, year),
        "Assessments": assessments.drop("child_id", "assessment_id"),
        "AssessmentFactorsList": _factors(path, assessments),
        "CINplanDates": _in_need_plans(path, episodes, year),
        "Section47": _enquiries(path, episodes, year),
        "ChildProtectionPlans": plans.drop("child_id", "plan_id"),
        "Reviews": _reviews(path, plans),
    }
    return {name: in_form_of(year, "census", table) for name, table in tables.items()}


def _in_scope(path: Pathway, year: StatutoryYear) -> pl.DataFrame:
    """Return the episodes that were open in the year, with the child's id and their number.

    is_open; is_more: an episode of more than assessments: it held an enquiry, a conference or a plan.
    """
    ended = pl.col("ended_on")
    more = pl.concat(
        rows.select(EPISODE)
        for rows in (path.enquiries, path.conferences, path.in_need_plans, path.protection_plans)
    ).unique()
    return (
        path.episodes.filter(ended.is_null() | (ended >= year.from_on))
        .join(more.with_columns(is_more=True), on=EPISODE, how="left", maintain_order="left")
        .with_columns(
            pl.col("is_more").fill_null(False),
            is_open=ended.is_null(),
            LAchildID=la_child_id(pl.col("child_id")),
            CINdetailsID=_number("child_id"),
        )
    )


def _children(path: Pathway, episodes: pl.DataFrame) -> pl.DataFrame:
    """Return the children in scope; is_worked: a referral led to more than a decision to do nothing."""
    scope = episodes.group_by("child_id").agg(is_worked=~pl.col("no_further_action").all())
    return (
        path.children.join(scope, on="child_id")
        .sort("child_id")
        .with_columns(LAchildID=la_child_id(pl.col("child_id")))
    )


def _identifiers(children: pl.DataFrame, year: StatutoryYear) -> pl.DataFrame:
    has_upn = of_school_age(year.last_on) & pl.col("is_worked")
    why_not = (
        pl.when(pl.col("is_worked"))
        .then(code("no_upn", "under_school_age"))
        .otherwise(code("no_upn", "no_further_action"))
    )
    return children.select(
        CHILD,
        UPN=pl.when(has_upn).then(upn(pl.col("child_id"))),
        FormerUPN=pl.lit(None, pl.String),
        UPNunknown=pl.when(~has_upn).then(why_not),
        PersonBirthDate=pl.when(pl.col("due_on").is_null()).then("born_on"),
        ExpectedPersonBirthDate="due_on",
        Sex=coded("sex", "sex"),
        PersonDeathDate=pl.lit(None, pl.Date),
    )


def _characteristics(children: pl.DataFrame) -> pl.DataFrame:
    ethnicity = coded("ethnicity", "ethnicity")
    return children.select(CHILD, Ethnicity=ethnicity)


def _disabilities(children: pl.DataFrame) -> pl.DataFrame:
    which = pl.when("disability").then(code("disability", "yes")).otherwise(code("disability", "no"))
    return children.drop_nulls("disability").select(CHILD, Disability=which)


def _details(path: Pathway, episodes: pl.DataFrame, year: StatutoryYear) -> pl.DataFrame:
    """Return the episodes. One is given a conference only if its enquiry was before the child's birth.

    For a child born into a plan one is held when it joins that: a plan starts with a conference (rule 2885).
    Nobody is assessed before being born: what ended by then was not closed as assessed (rule 8825).
    """
    born_into = path.protection_plans.filter("born_into").select(*EPISODE, held_on="started_on")
    enquired = path.conferences.filter(pl.col("enquiry_id").is_null()).select(*EPISODE, "held_on")
    without = pl.concat([enquired, born_into]).filter(_within("held_on", year))
    conference = without.group_by(EPISODE).agg(DateOfInitialCPC=pl.col("held_on").max())
    agency = coded("referred_by", "referral_source")
    reason = coded("reason", "closure")
    nothing = pl.col("no_further_action")
    assessed = pl.col("reason").cast(pl.String).str.starts_with("assessed")
    ceased = (
        pl.when(assessed & (pl.col("is_more") | pl.col("before_birth")))
        .then(code("closure", "services_ceased"))
        .otherwise(reason)
    )
    return episodes.join(conference, on=EPISODE, how="left", maintain_order="left").select(
        *IN_CHILD,
        CINreferralDate="referred_on",
        ReferralSource=pl.when("joined").then(code("joined_case", "referral_source")).otherwise(agency),
        PrimaryNeedCode=pl.when(~nothing).then("need"),
        CINclosureDate=pl.when(~nothing).then("ended_on"),
        ReasonForClosure=pl.when(pl.col("reason").is_not_null()).then(ceased),
        DateOfInitialCPC="DateOfInitialCPC",
        ReferralNFA=_flag(nothing),
    )


def _assessments(path: Pathway, episodes: pl.DataFrame, year: StatutoryYear) -> pl.DataFrame:
    """Return the assessments completed in the year or still open, with child_id and assessment_id.

    One that had not been completed when its episode ended has no place in the census (rule 8867).
    """
    waits = pl.col("completed_on").is_null() & pl.col("is_open")
    return _of_episodes(path.assessments, episodes, _within("completed_on", year) | waits).select(
        "child_id",
        "assessment_id",
        *IN_CHILD,
        AssessmentID=_number(*EPISODE),
        AssessmentActualStartDate="started_on",
        AssessmentInternalReviewDate=pl.lit(None, pl.Date),
        AssessmentAuthorisationDate="completed_on",
    )


def _factors(path: Pathway, assessments: pl.DataFrame) -> pl.DataFrame:
    """Return what completed assessments identified; "no factor" for those that identified none."""
    completed = assessments.filter(pl.col("AssessmentAuthorisationDate").is_not_null())
    factor = coded("factor", "factor")
    found = completed.join(
        path.factors, on=["child_id", "assessment_id"], how="left", maintain_order="left_right"
    )
    return found.select(*IN_ASSESSMENT, AssessmentFactor=factor)


def _in_need_plans(path: Pathway, episodes: pl.DataFrame, year: StatutoryYear) -> pl.DataFrame:
    return _of_episodes(path.in_need_plans, episodes, _open_or_within("ended_on", year)).select(
        *IN_CHILD, CINPlanStartDate="started_on", CINPlanEndDate="ended_on"
    )


def _enquiries(path: Pathway, episodes: pl.DataFrame, year: StatutoryYear) -> pl.DataFrame:
    """Return the enquiries that started in the year, had their conference in it, or wait for one.

    The 15 working days run from the strategy discussion; the target is left out where no conference is to be.
    """
    held, without = pl.col("held_on"), pl.col("ended_without_on")
    waits = held.is_null() & without.is_null()
    kept = _of_episodes(
        path.enquiries, episodes, _within("started_on", year) | _within("held_on", year) | waits
    )
    return kept.with_columns(target=conference_targets(kept)).select(
        *IN_CHILD,
        S47ActualStartDate="started_on",
        InitialCPCtarget=pl.when(without.is_null()).then("target"),
        DateOfInitialCPC="held_on",
        ICPCnotRequired=_flag(without.is_not_null()),
    )


def conference_targets(enquiries: pl.DataFrame) -> pl.Series:
    """Return the day by which each enquiry's conference is due: 15 working days after its discussion."""
    since = enquiries["discussed_on"].fill_null(enquiries["started_on"]).to_physical().cast(pl.Int64)
    due = add_working_days(since.to_numpy(), CONFERENCE_WORKING_DAYS)
    return pl.Series(due.astype(np.int32)).cast(pl.Date)


def _protection_plans(path: Pathway, episodes: pl.DataFrame, year: StatutoryYear) -> pl.DataFrame:
    """Return the plans that were open in the year, with child_id and plan_id.

    A plan that began and ended on one day is written as ending on the next (rule 8840).
    """
    category = coded("category", "category")
    kept = _of_episodes(path.protection_plans, episodes, _open_or_within("ended_on", year))
    ended = pl.max_horizontal("ended_on", pl.col("started_on") + timedelta(days=1))
    return kept.select(
        "child_id",
        "plan_id",
        *IN_CHILD,
        CPPID=_number(*EPISODE),
        CPPstartDate="started_on",
        CPPendDate=pl.when(pl.col("ended_on").is_not_null() & (ended <= year.last_on)).then(ended),
        InitialCategoryOfAbuse=category,
        LatestCategoryOfAbuse=category,
        NumberOfPreviousCPP="n_previous",
    )


def _reviews(path: Pathway, plans: pl.DataFrame) -> pl.DataFrame:
    reviewed = plans.join(path.reviews, on=["child_id", "plan_id"], maintain_order="left_right")
    return reviewed.select(*IN_PLAN, CPPreviewDate="held_on")


def _of_episodes(rows: pl.DataFrame, episodes: pl.DataFrame, kept: pl.Expr) -> pl.DataFrame:
    """Return the rows of the episodes in scope that are to be kept, with the numbers of their episode."""
    numbers = episodes.select(*EPISODE, *IN_CHILD, "is_open")
    return rows.join(numbers, on=EPISODE, maintain_order="left").filter(kept)


def _within(column: str, year: StatutoryYear) -> pl.Expr:
    return pl.col(column).is_between(year.from_on, year.last_on).fill_null(False)


def _open_or_within(column: str, year: StatutoryYear) -> pl.Expr:
    return pl.col(column).is_null() | _within(column, year)


def _number(*within: str) -> pl.Expr:
    """Return the running number, from 1, of a row of those that share some columns."""
    return pl.int_range(1, pl.len() + 1).over(within)


def _flag(is_so: pl.Expr) -> pl.Expr:
    return is_so.cast(pl.Int8)
