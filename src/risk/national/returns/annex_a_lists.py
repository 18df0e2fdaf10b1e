"""The lists of Annex A: what an inspection of children's services asks for, as the record stood on one day.

Contacts of the last three months; early help, referrals, assessments and enquiries of the last six; children
with an open case, on a plan or looked after on the day, or in the six months to it; care leavers on the day,
and children with a placement order on it or in the twelve months to it. Months are calendar ones, and the day
itself counts. Counts "in the last 12 months" go by the same rule.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from risk.national.returns.annex_a_codes import labels
from risk.national.returns.annex_a_headings import under_headings
from risk.national.returns.care import PERIOD, adoption_days
from risk.national.returns.cin_codes import coded, codes, la_child_id
from risk.national.returns.episodes import EPISODE
from risk.national.returns.inspection import Inspection
from risk.national.returns.leaving_care import care_leavers
from risk.national.returns.ssda903 import UNKNOWN_PLACEMENT, needs, provider, reason_left
from risk.records.cohort import Record
from risk.records.schema import CHILDREN_A_HOUSEHOLD


def contacts(day: Inspection) -> pl.DataFrame:
    """Return list 1: contacts that were not taken as referrals."""
    return day.responses("contact", 3).select("child_id", "on", source=_source("agency"))


def early_help(day: Inspection) -> pl.DataFrame:
    """Return list 2: offers of early help, each taken for the start of its assessment."""
    return day.responses("early_help", 6).select(
        "child_id", "on", assessed_by=_label("early_help", "assessed_by")
    )


def referrals(day: Inspection) -> pl.DataFrame:
    """Return list 3: referrals; a child who was expected only when the case was open was not referred."""
    made = day.pathway.episodes.filter(~pl.col("joined"))
    counted = day.counted(made, "referred_on", "n_referrals")
    return (
        made.filter(day.within("referred_on", 6))
        .join(counted, on="child_id", how="left", maintain_order="left")
        .select(
            *("child_id", "n_referrals", "referred_on"),
            source=_source("referred_by"),
            no_further_action=_yes_no(pl.col("no_further_action")),
        )
    )


def assessments(day: Inspection) -> pl.DataFrame:
    """Return list 4: assessments that were started, open or completed in the six months."""
    ends = day.pathway.episodes.select(*EPISODE, "ended_on")
    over = pl.coalesce("completed_on", "ended_on")
    rows = (
        day.pathway.assessments.join(ends, on=EPISODE, maintain_order="left")
        .with_columns(over=over)
        .filter(day.open_or_ended("over"))
        .drop("ended_on", "over")
    )
    return rows.with_columns(seen=day.was_seen(rows)).select(
        *("child_id", "started_on", "completed_on"),
        child_seen=_yes_no(pl.col("seen")).fill_null(_label("yes_no", "unknown")),
        found_need=_yes_no(pl.col("finding") == "substantiated"),
    )


def enquiries(day: Inspection) -> pl.DataFrame:
    """Return list 5: section 47 enquiries by the day of their strategy discussion, and their conferences."""
    begun = day.pathway.enquiries.with_columns(begun_on=pl.coalesce("discussed_on", "started_on"))
    agreed = day.pathway.conferences.select("child_id", "enquiry_id", "agreed").drop_nulls("enquiry_id")
    held, without = pl.col("held_on").is_not_null(), pl.col("ended_without_on").is_not_null()
    return (
        begun.filter(day.within("begun_on", 6))
        .join(agreed, on=["child_id", "enquiry_id"], how="left", maintain_order="left")
        .join(day.counted(begun, "begun_on", "n_enquiries"), on="child_id", how="left", maintain_order="left")
        .join(
            day.counted(day.pathway.conferences, "held_on", "n_conferences"),
            on="child_id",
            how="left",
            maintain_order="left",
        )
        .select(
            *("child_id", "begun_on", "held_on", "n_enquiries"),
            pl.col("n_conferences").fill_null(0),
            ended_without=_yes_no(pl.when(held | without).then(without)),
            agreed=_yes_no(pl.col("agreed")),
        )
    )


def children_in_need(day: Inspection) -> pl.DataFrame:
    """Return list 6: episodes of need, but for referrals closed at once."""
    episodes = day.pathway.episodes.filter(~pl.col("no_further_action"), day.open_or_ended("ended_on"))
    return episodes.with_columns(status=_status(day)).select(
        *("child_id", "referred_on", "ended_on", "status"),
        "need",
        reason=coded("reason", "closure"),
        seen_on=day.last_visit(episodes, "referred_on", "ended_on", only_seen=True),
    )


def _status(day: Inspection) -> pl.Expr:
    """Say what an episode's child is on the day: the first of looked after, on a plan, assessed."""

    def now(frame: pl.DataFrame) -> pl.Expr:
        return pl.col("child_id").is_in(frame.filter(pl.col("ended_on").is_null())["child_id"].implode())

    return (
        pl.when(pl.col("ended_on").is_not_null())
        .then(_label("case_status", "closed"))
        .when(now(day.care.periods))
        .then(_label("case_status", "looked_after"))
        .when(now(day.pathway.protection_plans))
        .then(_label("case_status", "on_protection_plan"))
        .when(now(day.pathway.in_need_plans))
        .then(_label("case_status", "on_in_need_plan"))
        .otherwise(_label("case_status", "being_assessed"))
    )


def protection_plans(day: Inspection) -> pl.DataFrame:
    """Return list 7: child protection plans."""
    latest = day.pathway.reviews.group_by("child_id", "plan_id").agg(pl.col("held_on").max())
    urgent = day.care.statuses.filter(pl.col("legal_status").is_in(["L1", "L2"]), day.within("from_on", 6))
    category = pl.col("category").replace_strict(labels()["category"], default=None, return_dtype=pl.String)
    plans = day.pathway.protection_plans.filter(day.open_or_ended("ended_on"))
    return (
        plans.with_columns(visited_on=day.last_visit(plans, "started_on", "ended_on"))
        .join(latest, on=["child_id", "plan_id"], how="left", maintain_order="left")
        .select(
            *("child_id", "started_on", "visited_on", "held_on", "ended_on", "n_previous"),
            first_category=category,
            latest_category=category,
            urgently_protected=_yes_no(pl.col("child_id").is_in(urgent["child_id"].unique().implode())),
        )
    )


def looked_after(day: Inspection) -> pl.DataFrame:
    """Return list 8: periods of being looked after, with the last legal status and placement of each."""
    latest = day.care.reviews.group_by(PERIOD).agg(pl.col("held_on").max())
    current = day.care.statuses.filter("is_last").select(*PERIOD, "legal_status", "from_on")
    before = pl.col("ended_on").shift(1).over("child_id")
    status = pl.col("legal_status").replace_strict(labels()["legal_status"], return_dtype=pl.String)
    lived_in = day.care.placements.filter(pl.col("to_on").is_null() | day.within("to_on", 12))
    n_placements = lived_in.group_by(PERIOD).agg(n_placements=pl.len())
    placed = day.care.placements.unique(PERIOD, keep="last", maintain_order=True)
    placed = placed.select(*PERIOD, "placement", "nth_placement", placed_on="from_on")
    place = pl.col("placement").fill_null(UNKNOWN_PLACEMENT)
    unknown = ("placement_postcode", "placement_location", "placement_authority")
    periods = day.care.periods.with_columns(before=before).filter(day.open_or_ended("ended_on"))
    return (
        periods.with_columns(visited_on=day.last_visit(periods, "started_on", "ended_on"))
        .join(current, on=PERIOD, how="left", maintain_order="left")
        .join(latest, on=PERIOD, how="left", maintain_order="left")
        .join(needs(day.pathway, day.care), on=PERIOD, how="left", maintain_order="left")
        .join(n_placements, on=PERIOD, how="left", maintain_order="left")
        .join(placed, on=PERIOD, how="left", maintain_order="left")
        .select(
            *("child_id", "started_on", "need", "from_on", "held_on", "visited_on", "ended_on"),
            *(_label("otherwise", "not_simulated").alias(name) for name in unknown),
            unaccompanied=_label("yes_no", "no"),
            again=_yes_no(day.within("before", 12).fill_null(False)),
            legal_status=status,
            ended_by=reason_left(),
            placed_on=pl.coalesce("placed_on", "started_on"),
            placement_type=place.replace_strict(labels()["placement"], return_dtype=pl.String),
            placement_provider=provider().replace_strict(labels()["provider"], return_dtype=pl.String),
            n_placements=pl.col("n_placements").fill_null(1),
            n_missing=pl.lit(0),
            n_absent=pl.lit(0),
        )
    )


def leaving_care(day: Inspection) -> pl.DataFrame:
    """Return list 9: young people who are entitled to help as care leavers, or will be when they leave."""
    eligibility = pl.col("eligibility").replace_strict(labels()["eligibility"], return_dtype=pl.String)
    return care_leavers(day.care, day.on).select(
        "child_id",
        eligibility=eligibility,
        unaccompanied=_label("yes_no", "no"),
        allocated_advisor=_label("otherwise", "not_simulated"),
        in_touch=_label("in_touch", "not_recorded"),
    )


def adoptions(day: Inspection) -> pl.DataFrame:
    """Return list 10: children with a placement order who wait, or whose care ended in the twelve months."""
    return (
        adoption_days(day.care)
        .filter(pl.col("ordered_on").is_not_null(), pl.col("ended_on").is_null() | day.within("ended_on", 12))
        .select(
            *("child_id", "started_on", "ordered_on", "placed_on"),
            family=(pl.col("child_id") // CHILDREN_A_HOUSEHOLD).cast(pl.String),
            decided_on="ordered_on",
            adopted_on=pl.when(pl.col("ended_by") == "adopted").then("ended_on"),
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
    9: leaving_care,
    10: adoptions,
}


def annex_a_lists(record: Record, on: date) -> dict[int, pl.DataFrame]:
    """Return the lists that the record can fill, by number, each with its columns, sorted by child."""
    day = Inspection.of(record, on)
    return {number: _whole(day, number, make(day)) for number, make in LISTS.items()}


def _whole(day: Inspection, number: int, rows: pl.DataFrame) -> pl.DataFrame:
    """Return a list's rows under its headings, with what any list may ask about the child and its worker."""
    nobody = _label("otherwise", "not_simulated")
    known = rows.join(
        _about(day).with_columns(allocated_team=nobody, allocated_worker=nobody),
        on="child_id",
        how="left",
        maintain_order="left",
    )
    return under_headings(number, known, rows.columns[1:])


def _about(day: Inspection) -> pl.DataFrame:
    gender = pl.col("sex").replace_strict(
        labels()["gender"], default=labels()["otherwise"]["gender"], return_dtype=pl.String
    )
    not_yet = pl.lit(day.on).dt.to_string("%m%d") < pl.col("born_on").dt.to_string("%m%d")
    is_born = pl.col("due_on").is_null()
    age = day.on.year - pl.col("born_on").dt.year() - not_yet
    return day.children.select(
        "child_id",
        born_on=pl.when(is_born).then("born_on"),
        id=la_child_id(pl.col("child_id")),
        gender=gender,
        ethnicity=coded("ethnicity", "ethnicity").replace_strict(
            labels()["ethnicity"], return_dtype=pl.String
        ),
        age_years=pl.when(is_born).then(age),
        disability=_yes_no(pl.col("disability")).fill_null(_label("yes_no", "unknown")),
    )


def _label(table: str, word: str) -> pl.Expr:
    return pl.lit(labels()[table][word])


def _source(agency: str) -> pl.Expr:
    of_code = labels()["source"]
    of_agency = {word: of_code[code] for word, code in codes()["referral_source"].items()}
    return pl.col(agency).replace_strict(of_agency, return_dtype=pl.String)


def _yes_no(holds: pl.Expr) -> pl.Expr:
    """Return yes or no, and null for what is not known."""
    return pl.when(holds).then(_label("yes_no", "yes")).when(~holds).then(_label("yes_no", "no"))
