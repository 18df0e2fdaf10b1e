"""The Standard Safeguarding Dataset's objects of need and protection: from a contact to a protection plan."""

from typing import Final

import polars as pl

from risk.core.kinds import LABELS, LEAVES_HOME
from risk.national.flows import CLOSED_AT_ONCE
from risk.national.returns.cin_codes import coded
from risk.national.returns.cin_tables import conference_targets
from risk.national.returns.inspection import Inspection
from risk.national.returns.ssd_values import CHILD, flag, flags, of_child

Tables = dict[str, pl.DataFrame]

CONTACT_OUTCOMES: Final = (
    *("NEW_REFERRAL_FLAG", "EXISTING_REFERRAL_FLAG", "CP_ENQUIRY_FLAG", "NFA_FLAG"),
    *("NON_AGENCY_ADOPTION_FLAG", "PRIVATE_FOSTERING_FLAG", "ADVICE_FLAG", "MISSING_FLAG", "OLA_CP_FLAG"),
    "OTHER_OUTCOMES_EXIST_FLAG",
)
REFERRAL_OUTCOMES: Final = (
    *("SINGLE_ASSESSMENT_FLAG", "NFA_FLAG", "STRATEGY_DISCUSSION_FLAG", "CLA_REQUEST_FLAG"),
    *("NON_AGENCY_ADOPTION_FLAG", "PRIVATE_FOSTERING_FLAG", "CP_TRANSFER_IN_FLAG", "CP_CONFERENCE_FLAG"),
    *("CARE_LEAVER_FLAG", "OTHER_OUTCOMES_EXIST_FLAG"),
)
ASSESSMENT_OUTCOMES: Final = (
    *("NFA_FLAG", "NFA_S47_END_FLAG", "STRATEGY_DISCUSSION_FLAG", "CLA_REQUEST_FLAG"),
    *("PRIVATE_FOSTERING_FLAG", "LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG", "PROV_OF_SB_CARE_FLAG"),
    *("SPECIALIST_ASSESSMENT_FLAG", "REFERRAL_TO_OTHER_AGENCY_FLAG", "OTHER_ACTIONS_FLAG"),
    *("OTHER_OUTCOMES_EXIST_FLAG", "TOTAL_NO_OF_OUTCOMES", "COMMENTS"),
)
ENQUIRY_OUTCOMES: Final = (
    *("NFA_FLAG", "LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG", "PROV_OF_SB_CARE_FLAG", "CP_CONFERENCE_FLAG"),
    *("NFA_CONTINUE_SINGLE_FLAG", "MONITOR_FLAG", "OTHER_OUTCOMES_EXIST_FLAG", "TOTAL_NO_OF_OUTCOMES"),
    "OUTCOME_COMMENTS",
)
CONFERENCE_OUTCOMES: Final = (
    *("NFA_FLAG", "REFERRAL_TO_OTHER_AGENCY_FLAG", "SINGLE_ASSESSMENT_FLAG", "PROV_OF_SERVICES_FLAG"),
    *("CP_FLAG", "OTHER_OUTCOMES_EXIST_FLAG", "TOTAL_NO_OF_OUTCOMES", "COMMENTS"),
)
"""The keys of an outcome, all of which stand in it whatever is known."""

CATEGORIES: Final = {
    "neglect": "Neglect",
    "physical_abuse": "Physical abuse",
    "sexual_abuse": "Sexual abuse",
    "emotional_abuse": "Emotional abuse",
    "multiple": "Multiple",
}


def objects_of_need(day: Inspection) -> Tables:
    """Return the objects as known on a day, by name, each with the columns that the record can fill."""
    return {
        "ssd_contacts": _contacts(day),
        "ssd_early_help_episodes": _early_help(day),
        "ssd_cin_episodes": _episodes(day),
        "ssd_cin_assessments": _assessments(day),
        "ssd_assessment_factors": _factors(day),
        "ssd_cin_plans": _in_need_plans(day),
        "ssd_s47_enquiry": _enquiries(day),
        "ssd_initial_cp_conference": _conferences(day),
        "ssd_cp_plans": _protection_plans(day),
        "ssd_cp_reviews": _reviews(day),
    }


def _source(prefix: str, agency: str) -> dict[str, pl.Expr]:
    return {
        f"{prefix}_source_code": coded(agency, "referral_source"),
        f"{prefix}_source_desc": pl.col(agency).cast(pl.String).replace(LABELS),
    }


def _contacts(day: Inspection) -> pl.DataFrame:
    """Return contacts that were not taken as referrals; early help may be offered in answer to one."""
    return day.responses("contact").select(
        cont_contact_id=of_child("event_id"),
        cont_person_id=CHILD,
        cont_contact_date="on",
        **_source("cont_contact", "agency"),
        cont_contact_outcome_json=flags(CONTACT_OUTCOMES, NEW_REFERRAL_FLAG=pl.lit("N")),
    )


def _early_help(day: Inspection) -> pl.DataFrame:
    return day.responses("early_help").select(
        earl_episode_id=of_child("event_id"), earl_person_id=CHILD, earl_episode_start_date="on"
    )


def _episodes(day: Inspection) -> pl.DataFrame:
    """Return episodes of need; what came of a referral is the first event that answers it."""
    answers = day.record.events.filter(pl.col("recorded_on") <= day.on, pl.col("answers").is_not_null())
    first = answers.sort("answers", "occurred_on", "event_id").unique("answers", keep="first")
    first = first.select(referral_id="answers", answered_by=pl.col("kind").cast(pl.String))
    by, nothing = pl.col("answered_by"), pl.col("no_further_action")
    told = by.is_not_null() | nothing
    outcome = {
        "SINGLE_ASSESSMENT_FLAG": flag(pl.when(told).then(by == "assessment_started")),
        "NFA_FLAG": flag(pl.when(told).then(nothing | by.is_in(CLOSED_AT_ONCE))),
        "STRATEGY_DISCUSSION_FLAG": flag(pl.when(told).then(by == "strategy_discussion")),
        "CLA_REQUEST_FLAG": flag(pl.when(told).then(by.is_in(LEAVES_HOME))),
    }
    return day.pathway.episodes.join(first, on="referral_id", how="left", maintain_order="left").select(
        cine_referral_id=of_child("referral_id"),
        cine_person_id=CHILD,
        cine_referral_date="referred_on",
        cine_cin_primary_need_code="need",
        **_source("cine_referral", "referred_by"),
        cine_referral_outcome_json=flags(REFERRAL_OUTCOMES, **outcome),
        cine_referral_nfa=flag(pl.col("no_further_action")),
        cine_close_reason=pl.when(pl.col("reason").is_not_null()).then(coded("reason", "closure")),
        cine_close_date="ended_on",
    )


def _assessments(day: Inspection) -> pl.DataFrame:
    rows = day.pathway.assessments
    is_done = pl.col("completed_on").is_not_null()
    nothing = pl.when(is_done).then((pl.col("finding") == "unsubstantiated").fill_null(False))
    outcome = {
        "NFA_FLAG": flag(nothing),
        "PROV_OF_SERVICES_FLAG": flag(~nothing),
        "TOTAL_NO_OF_OUTCOMES": pl.when(is_done).then(pl.lit("1")),
    }
    return rows.with_columns(seen=day.was_seen(rows)).select(
        cina_assessment_id=of_child("assessment_id"),
        cina_person_id=CHILD,
        cina_referral_id=of_child("referral_id"),
        cina_assessment_start_date="started_on",
        cina_assessment_child_seen=flag(pl.col("seen")),
        cina_assessment_auth_date="completed_on",
        cina_assessment_outcome_json=flags(ASSESSMENT_OUTCOMES, **outcome),
        cina_assessment_outcome_nfa=flag(nothing),
    )


def _factors(day: Inspection) -> pl.DataFrame:
    """Return the factors of completed assessments, a list each; "no factor" where none was identified."""
    of_assessment = ("child_id", "assessment_id")
    done = day.pathway.assessments.filter(pl.col("completed_on").is_not_null())
    found = done.join(day.pathway.factors, on=of_assessment, how="left", maintain_order="left_right")
    quoted = pl.format('"{}"', coded("factor", "factor")).str.join(", ")
    return (
        found.group_by(of_assessment, maintain_order=True)
        .agg(quoted=quoted)
        .select(
            cinf_table_id=of_child("assessment_id"),
            cinf_assessment_id=of_child("assessment_id"),
            cinf_assessment_factors_json=pl.format("[{}]", "quoted"),
        )
    )


def _in_need_plans(day: Inspection) -> pl.DataFrame:
    return day.pathway.in_need_plans.select(
        cinp_cin_plan_id=of_child("plan_id"),
        cinp_referral_id=of_child("referral_id"),
        cinp_person_id=CHILD,
        cinp_cin_plan_start_date="started_on",
        cinp_cin_plan_end_date="ended_on",
    )


def _enquiries(day: Inspection) -> pl.DataFrame:
    """Return enquiries from their strategy discussion to the conference, or until none was due."""
    said = day.record.events.filter(
        pl.col("kind") == "no_further_action", pl.col("recorded_on") <= day.on
    ).select(enquiry_id="answers", nothing=pl.lit(True))
    ended = pl.coalesce("held_on", "ended_without_on")
    nothing = pl.when(ended.is_not_null()).then(pl.col("nothing").fill_null(False))
    outcome = {
        "NFA_FLAG": flag(nothing),
        "CP_CONFERENCE_FLAG": flag(pl.when(ended.is_not_null()).then(pl.col("held_on").is_not_null())),
    }
    rows = day.pathway.enquiries.join(
        said.drop_nulls().unique(), on="enquiry_id", how="left", maintain_order="left"
    )
    return rows.select(
        s47e_s47_enquiry_id=of_child("enquiry_id"),
        s47e_referral_id=of_child("referral_id"),
        s47e_person_id=CHILD,
        s47e_s47_start_date=pl.coalesce("discussed_on", "started_on"),
        s47e_s47_end_date=ended,
        s47e_s47_nfa=flag(nothing),
        s47e_s47_outcome_json=flags(ENQUIRY_OUTCOMES, **outcome),
    )


def _conferences(day: Inspection) -> pl.DataFrame:
    enquiries, plans = day.pathway.enquiries, day.pathway.protection_plans
    begun = enquiries.select(
        "child_id", "enquiry_id", target=conference_targets(enquiries), begun=pl.lit(True)
    )
    agreed_to = plans.select("child_id", "conference_id", "plan_id").drop_nulls()
    rows = day.pathway.conferences.join(
        begun, on=["child_id", "enquiry_id"], how="left", maintain_order="left"
    ).join(
        agreed_to.unique(["child_id", "conference_id"], keep="first", maintain_order=True),
        on=["child_id", "conference_id"],
        how="left",
        maintain_order="left",
    )
    agreed = pl.col("agreed")
    outcome = {"NFA_FLAG": flag(~agreed), "CP_FLAG": flag(agreed), "TOTAL_NO_OF_OUTCOMES": pl.lit("1")}
    return rows.select(
        icpc_icpc_id=of_child("conference_id"),
        icpc_icpc_meeting_id=pl.col("conference_id").cast(pl.String),
        icpc_s47_enquiry_id=pl.when("begun").then(of_child("enquiry_id")),
        icpc_person_id=CHILD,
        icpc_cp_plan_id=of_child("plan_id"),
        icpc_referral_id=of_child("referral_id"),
        icpc_icpc_transfer_in=pl.lit("N"),
        icpc_icpc_target_date="target",
        icpc_icpc_date="held_on",
        icpc_icpc_outcome_cp_flag=flag(agreed),
        icpc_icpc_outcome_json=flags(CONFERENCE_OUTCOMES, **outcome),
    )


def _protection_plans(day: Inspection) -> pl.DataFrame:
    this = ["child_id", "conference_id"]
    held = day.pathway.conferences.select(*this, held=pl.lit(True))
    category = pl.col("category").cast(pl.String).replace(CATEGORIES)
    return day.pathway.protection_plans.join(held, on=this, how="left", maintain_order="left").select(
        cppl_cp_plan_id=of_child("plan_id"),
        cppl_referral_id=of_child("referral_id"),
        cppl_icpc_id=pl.when("held").then(of_child("conference_id")),
        cppl_person_id=CHILD,
        cppl_cp_plan_start_date="started_on",
        cppl_cp_plan_end_date="ended_on",
        cppl_cp_plan_initial_category=category,
        cppl_cp_plan_ola=pl.lit("N"),
        cppl_cp_plan_latest_category=category,
    )


def _reviews(day: Inspection) -> pl.DataFrame:
    """Return reviews of protection plans; a plan that ends on the day of one does not continue."""
    ends = day.pathway.protection_plans.select("child_id", "plan_id", "ended_on")
    goes_on = (pl.col("ended_on") != pl.col("held_on")).fill_null(True)
    return day.pathway.reviews.join(ends, on=["child_id", "plan_id"], maintain_order="left").select(
        cppr_cp_review_id=of_child("review_id"),
        cppr_person_id=CHILD,
        cppr_cp_plan_id=of_child("plan_id"),
        cppr_cp_review_date="held_on",
        cppr_cp_review_meeting_id=pl.col("review_id").cast(pl.String),
        cppr_cp_review_outcome_continue_cp=flag(goes_on),
    )
