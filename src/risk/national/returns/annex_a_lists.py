"""The lists of Annex A: what an inspection of children's services asks for, as the record stood on one day.

Contacts of the last three months; early help, referrals, assessments and enquiries of the last six; children
with an open case, on a plan or looked after on the day, or in the six months to it. Months are calendar ones,
and the day itself counts. Counts "in the last 12 months" go by the same rule.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from risk.national.returns import annex_a_codes as words
from risk.national.returns import cin_codes as codes
from risk.national.returns.annex_a_headings import ABOUT, ALLOCATED, DISABILITY, HEADINGS, UASC
from risk.national.returns.care import PERIOD
from risk.national.returns.episodes import EPISODE
from risk.national.returns.inspection import Inspection
from risk.national.returns.ssda903 import CEASED, needs
from risk.records.cohort import Record


def contacts(day: Inspection) -> pl.DataFrame:
    """Return list 1: contacts that were not taken as referrals."""
    return day.responses("contact", 3).select(
        "child_id", _source("agency", "Contact Source"), _day("on", "Date of Contact")
    )


def early_help(day: Inspection) -> pl.DataFrame:
    """Return list 2: offers of early help, each taken for the start of its assessment."""
    return day.responses("early_help", 6).select(
        "child_id",
        _day("on", "Assessment start date"),
        _said(words.EARLY_HELP, "Organisation completing assessment"),
    )


def referrals(day: Inspection) -> pl.DataFrame:
    """Return list 3: referrals; a child born into an open case was not referred."""
    made = day.pathway.episodes.filter(~pl.col("born_into"))
    number = "Number of Referrals in Last 12 Months"
    return (
        made.filter(day.within("referred_on", 6))
        .join(day.counted(made, "referred_on", number), on="child_id", how="left", maintain_order="left")
        .select(
            *("child_id", number),
            _day("referred_on", "Date of referral"),
            _source("referred_by", "Referral Source"),
            _yes_no(pl.col("no_further_action"), "Referral NFA?"),
        )
    )


def assessments(day: Inspection) -> pl.DataFrame:
    """Return list 4: assessments that were started, open or completed in the six months."""
    ends = day.pathway.episodes.select(*EPISODE, "ended_on")
    over = pl.coalesce("completed_on", "ended_on")
    return (
        day.pathway.assessments.join(ends, on=EPISODE, maintain_order="left")
        .with_columns(over=over)
        .filter(day.open_or_ended("over"))
        .select(
            "child_id",
            _day("started_on", "Continuous Assessment Start Date"),
            _said(words.UNKNOWN, "Child Seen During Continuous Assessment"),
            _day("completed_on", "Continuous Assessment Date of Authorisation"),
            _yes_no(
                pl.col("finding") == "substantiated",
                "Was the child assessed as requiring LA children's social care support?",
            ),
        )
    )


def enquiries(day: Inspection) -> pl.DataFrame:
    """Return list 5: section 47 enquiries by the day of their strategy discussion, and their conferences."""
    begun = day.pathway.enquiries.with_columns(begun_on=pl.coalesce("discussed_on", "started_on"))
    agreed = day.pathway.conferences.select("child_id", "enquiry_id", "agreed").drop_nulls("enquiry_id")
    n_enquiries, n_conferences = HEADINGS[5][10:12]
    held, without = pl.col("held_on").is_not_null(), pl.col("ended_without_on").is_not_null()
    return (
        begun.filter(day.within("begun_on", 6))
        .join(agreed, on=["child_id", "enquiry_id"], how="left", maintain_order="left")
        .join(day.counted(begun, "begun_on", n_enquiries), on="child_id", how="left", maintain_order="left")
        .join(
            day.counted(day.pathway.conferences, "held_on", n_conferences),
            on="child_id",
            how="left",
            maintain_order="left",
        )
        .select(
            *("child_id", n_enquiries, pl.col(n_conferences).fill_null(0)),
            _day("begun_on", "Strategy discussion initiating Section 47 Enquiry Start Date"),
            _yes_no(pl.when(held | without).then(without), HEADINGS[5][7]),
            _day("held_on", "Date of Initial Child Protection Conference"),
            _yes_no(pl.col("agreed"), HEADINGS[5][9]),
        )
    )


def children_in_need(day: Inspection) -> pl.DataFrame:
    """Return list 6: episodes of need, but for referrals closed at once."""
    reason = pl.col("reason").replace_strict(codes.CLOSURE, default=None, return_dtype=pl.String)
    need = pl.col("concern").replace_strict(
        codes.PRIMARY_NEED, default=codes.NEED_NOT_STATED, return_dtype=pl.String
    )
    return (
        day.pathway.episodes.filter(~pl.col("no_further_action"), day.open_or_ended("ended_on"))
        .with_columns(status=_status(day))
        .select(
            "child_id",
            _day("referred_on", "CIN Start Date"),
            need.alias("Primary Need Code"),
            _day("ended_on", "CIN Closure Date"),
            reason.alias("Reason for Closure"),
            pl.col("status").alias("Case Status"),
        )
    )


def _status(day: Inspection) -> pl.Expr:
    """Say what an episode's child is on the day: the first of looked after, on a plan, assessed."""

    def now(frame: pl.DataFrame) -> pl.Expr:
        return pl.col("child_id").is_in(frame.filter(pl.col("ended_on").is_null())["child_id"].implode())

    return (
        pl.when(pl.col("ended_on").is_not_null())
        .then(pl.lit(words.CLOSED))
        .when(now(day.care.periods))
        .then(pl.lit(words.LOOKED_AFTER))
        .when(now(day.pathway.protection_plans))
        .then(pl.lit(words.ON_PROTECTION_PLAN))
        .when(now(day.pathway.in_need_plans))
        .then(pl.lit(words.ON_IN_NEED_PLAN))
        .otherwise(pl.lit(words.BEING_ASSESSED))
    )


def protection_plans(day: Inspection) -> pl.DataFrame:
    """Return list 7: child protection plans."""
    latest = day.pathway.reviews.group_by("child_id", "plan_id").agg(pl.col("held_on").max())
    urgent = day.care.statuses.filter(pl.col("legal_status").is_in(["L1", "L2"]), day.within("from_on", 6))
    category = pl.col("category").replace_strict(words.CATEGORY, default=None, return_dtype=pl.String)
    return (
        day.pathway.protection_plans.filter(day.open_or_ended("ended_on"))
        .join(latest, on=["child_id", "plan_id"], how="left", maintain_order="left")
        .select(
            "child_id",
            _day("started_on", "Child Protection Plan Start Date"),
            category.alias("Initial Category of Abuse"),
            category.alias("Latest Category of Abuse"),
            _day("held_on", "Date of latest review conference"),
            _day("ended_on", "Child Protection Plan End Date"),
            _yes_no(pl.col("child_id").is_in(urgent["child_id"].unique().implode()), HEADINGS[7][13]),
            pl.col("n_previous").alias("Number of Previous Child Protection Plans"),
        )
    )


def looked_after(day: Inspection) -> pl.DataFrame:
    """Return list 8: periods of being looked after, with the legal status that was the last of each."""
    latest = day.care.reviews.group_by(PERIOD).agg(pl.col("held_on").max())
    current = day.care.statuses.filter("is_last").select(*PERIOD, "legal_status", "from_on")
    before = pl.col("ended_on").shift(1).over("child_id")
    ceased = pl.col("ended_by").replace_strict(CEASED, default=None, return_dtype=pl.String)
    status = pl.col("legal_status").replace_strict(words.LEGAL_STATUS, return_dtype=pl.String)
    unknown = ("Placement postcode", "Placement Location", "LA of Placement")
    return (
        day.care.periods.with_columns(before=before)
        .filter(day.open_or_ended("ended_on"))
        .join(current, on=PERIOD, how="left", maintain_order="left")
        .join(latest, on=PERIOD, how="left", maintain_order="left")
        .join(needs(day.pathway, day.care), on=PERIOD, how="left", maintain_order="left")
        .select(
            "child_id",
            _said(words.NO, UASC),
            _day("started_on", "Date Started to be Looked After"),
            pl.col("need").alias("Child's Category of Need"),
            _yes_no(day.within("before", 12).fill_null(False), HEADINGS[8][9]),
            _day("from_on", "Start date of current legal status"),
            status.alias("Child's Legal Status"),
            _day("held_on", "Date of Latest Statutory Review"),
            pl.lit(1).alias("Number of Placements in the Last 12 months"),
            _day("ended_on", "Date Ceased to be Looked After"),
            ceased.alias("Reason Ceased to be Looked After"),
            _day("started_on", "Start Date of Most Recent Placement"),
            _said(words.PLACEMENT_TYPE, "Placement Type"),
            _said(words.PLACEMENT_PROVIDER, "Placement Provider"),
            *(_said(words.NOT_SIMULATED, name) for name in unknown),
            *(pl.lit(0).alias(name) for name in HEADINGS[8] if name.startswith("Number of Episodes")),
        )
    )


LISTS: Final[dict[int, Callable[[Inspection], pl.DataFrame]]] = {
    1: contacts,
    2: early_help,
    3: referrals,
    4: assessments,
    5: enquiries,
    6: children_in_need,
    7: protection_plans,
    8: looked_after,
}


def annex_a_lists(record: Record, on: date) -> dict[int, pl.DataFrame]:
    """Return the lists that the record can fill, by number, each with its columns, sorted by child."""
    day = Inspection.of(record, on)
    return {number: _whole(day, make(day), HEADINGS[number]) for number, make in LISTS.items()}


def _whole(day: Inspection, rows: pl.DataFrame, headings: tuple[str, ...]) -> pl.DataFrame:
    """Return rows with the columns about the child before them, and empty ones for what nobody simulates."""
    known = rows.join(_about(day), on="child_id", how="left", maintain_order="left")
    made = known.with_columns(_said(words.NOT_SIMULATED, name) for name in ALLOCATED)
    empty = [pl.lit(None, pl.String).alias(name) for name in headings if name not in made.columns]
    return made.with_columns(empty).select(headings)


def _about(day: Inspection) -> pl.DataFrame:
    ethnicity = pl.col("ethnicity").replace_strict(
        codes.ETHNICITY, default=codes.ETHNICITY_UNKNOWN, return_dtype=pl.String
    )
    gender = pl.col("sex").replace_strict(
        words.GENDER, default=words.GENDER_NOT_STATED, return_dtype=pl.String
    )
    not_yet = pl.lit(day.on).dt.to_string("%m%d") < pl.col("born_on").dt.to_string("%m%d")
    return day.children.select(
        "child_id",
        codes.la_child_id(pl.col("child_id")).alias(ABOUT[0]),
        gender.alias(ABOUT[1]),
        ethnicity.replace_strict(words.ETHNICITY, return_dtype=pl.String).alias(ABOUT[2]),
        _day("born_on", ABOUT[3]),
        (day.on.year - pl.col("born_on").dt.year() - not_yet).alias(ABOUT[4]),
        _yes_no(pl.col("disability"), DISABILITY).fill_null(words.UNKNOWN),
    )


def _day(column: str, name: str) -> pl.Expr:
    return pl.col(column).alias(name)


def _said(words_of_list: str, name: str) -> pl.Expr:
    return pl.lit(words_of_list).alias(name)


def _source(agency: str, name: str) -> pl.Expr:
    labels = {word: words.SOURCE[code] for word, code in codes.REFERRAL_SOURCE.items()}
    return pl.col(agency).replace_strict(labels, return_dtype=pl.String).alias(name)


def _yes_no(holds: pl.Expr, name: str) -> pl.Expr:
    """Return yes or no, and null for what is not known."""
    said = pl.when(holds).then(pl.lit(words.YES)).when(~holds).then(pl.lit(words.NO))
    return said.alias(name)
