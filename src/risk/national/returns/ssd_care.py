"""The Standard Safeguarding Dataset's objects of children looked after, and of visits to any child.

A visit stands where the child stood on its day: looked after, on a protection plan, or in need.
"""

from typing import Final

import polars as pl

from risk.national.returns.care import PERIOD, adoption_days
from risk.national.returns.inspection import Inspection
from risk.national.returns.leaving_care import care_leavers
from risk.national.returns.ssd_values import CHILD, flag, of_child
from risk.national.returns.ssda903 import (
    URN,
    needs,
    place,
    provider,
    reason_began,
    reason_ceased,
    reasons_of_moves,
)
from risk.records.schema import CHILDREN_A_HOUSEHOLD

Tables = dict[str, pl.DataFrame]

ORDERS: Final = {
    "adopted": "Adoption",
    "special_guardianship": "Special Guardianship",
    "residence_order": "Child Arrangements Order/ Residence Order",
}
"""The dataset's word for an order by which care ends for good."""

ELIGIBLE: Final = {
    "relevant": "Relevant",
    "former_relevant": "Former Relevant",
    "qualifying": "Qualifying",
    "eligible": "Eligible",
}


def objects_of_care(day: Inspection) -> Tables:
    """Return the objects as known on a day, by name, each with the columns that the record can fill."""
    return {
        **_visits(day),
        "ssd_cla_episodes": _episodes(day),
        "ssd_cla_placement": _placements(day),
        "ssd_cla_reviews": _reviews(day),
        "ssd_legal_status": _statuses(day),
        "ssd_permanence": _permanence(day),
        "ssd_care_leavers": _care_leavers(day),
    }


def _visits(day: Inspection) -> Tables:
    """Return the visits to children looked after, on a protection plan, and to all others."""
    made = day.responses("home_visit").with_columns(
        seen=flag(pl.col("finding") == "child_seen"), visit_id=of_child("event_id")
    )
    care = _during(made, day.care.periods, "period_id", closed="left")
    plans = _during(made, day.pathway.protection_plans, "plan_id", closed="both")
    plans = plans.join(care, on="visit_id", how="anti", maintain_order="left")
    placed = pl.concat([care["visit_id"], plans["visit_id"]])
    in_need = made.filter(~pl.col("visit_id").is_in(placed.implode()))
    return {
        "ssd_cin_visits": in_need.select(**_visit("cinv_cin")),
        "ssd_cp_visits": plans.select(**_visit("cppv_cp"), cppv_cp_plan_id=of_child("plan_id")),
        "ssd_cla_visits": care.select(**_visit("clav_cla"), clav_cla_id=of_child("period_id")),
    }


def _visit(prefix: str) -> dict[str, str | pl.Expr]:
    return {
        f"{prefix}_visit_id": "visit_id",
        f"{prefix[:4]}_person_id": CHILD,
        f"{prefix}_visit_date": "on",
        f"{prefix}_visit_seen": "seen",
    }


def _during(visits: pl.DataFrame, spans: pl.DataFrame, span_id: str, *, closed: str) -> pl.DataFrame:
    """Return the visits within spans of the same child, each once, with the id of the last such span."""
    on, ended = pl.col("on"), pl.col("ended_on")
    ends_after = ended.is_null() | (ended > on) | ((ended == on) & (closed == "both"))
    return (
        visits.join(
            spans.select("child_id", span_id, "started_on", "ended_on"),
            on="child_id",
            maintain_order="left_right",
        )
        .filter(pl.col("started_on") <= on, ends_after)
        .unique("visit_id", keep="last", maintain_order=True)
    )


def _part(nth: str) -> pl.Expr:
    """Return the id of the nth part of a child's period of care; null for none."""
    return pl.format("{}-{}", of_child("period_id"), nth)


def _episodes(day: Inspection) -> pl.DataFrame:
    care = day.care
    referred = day.pathway.episodes.select("child_id", "referral_id", "referred_on", closed_on="ended_on")
    of_period = (
        care.periods.join(needs(day.pathway, care), on=PERIOD, maintain_order="left")
        .sort("started_on", "child_id")
        .join_asof(
            referred.sort("referred_on", "referral_id"),
            left_on="started_on",
            right_on="referred_on",
            by="child_id",
            check_sortedness=False,
        )
    )
    is_open = pl.col("closed_on").is_null() | (pl.col("closed_on") >= pl.col("started_on"))
    return (
        care.episodes.with_columns(nth=pl.col("from_on").cum_count().over(PERIOD))
        .join(of_period, on=PERIOD, how="left", maintain_order="left")
        .select(
            clae_cla_episode_id=_part("nth"),
            clae_person_id=CHILD,
            clae_cla_episode_start_date="from_on",
            clae_cla_episode_start_reason=reason_began(),
            clae_cla_primary_need_code="need",
            clae_cla_episode_ceased_date="to_on",
            clae_cla_episode_ceased_reason=reason_ceased(),
            clae_cla_id=of_child("period_id"),
            clae_referral_id=pl.when(is_open).then(of_child("referral_id")),
            clae_cla_placement_id=_part("nth_placement"),
            clae_entered_care_date="started_on",
        )
    )


def _placements(day: Inspection) -> pl.DataFrame:
    why = reasons_of_moves(day.care).drop_nulls("why_moved")
    last = day.care.episodes.join(why, on=[*PERIOD, "from_on"], maintain_order="left")
    moved = last.select(*PERIOD, "nth_placement", "why_moved").drop_nulls("nth_placement")
    return day.care.placements.join(
        moved, on=[*PERIOD, "nth_placement"], how="left", maintain_order="left"
    ).select(
        clap_cla_placement_id=_part("nth_placement"),
        clap_cla_placement_start_date="from_on",
        clap_cla_placement_type=place(),
        clap_cla_placement_urn=pl.lit(URN),
        clap_cla_id=of_child("period_id"),
        clap_cla_placement_provider=provider(),
        clap_cla_placement_end_date="to_on",
        clap_cla_placement_change_reason="why_moved",
        clap_person_id=CHILD,
    )


def _reviews(day: Inspection) -> pl.DataFrame:
    return day.care.reviews.with_columns(nth=pl.col("held_on").cum_count().over(PERIOD)).select(
        clar_cla_review_id=_part("nth"),
        clar_cla_id=of_child("period_id"),
        clar_cla_review_date="held_on",
        clar_cla_review_cancelled=pl.lit("N"),
    )


def _statuses(day: Inspection) -> pl.DataFrame:
    return day.care.statuses.with_columns(nth=pl.col("from_on").cum_count().over(PERIOD)).select(
        lega_legal_status_id=_part("nth"),
        lega_person_id=CHILD,
        lega_legal_status="legal_status",
        lega_legal_status_start_date="from_on",
        lega_legal_status_end_date="to_on",
    )


def _permanence(day: Inspection) -> pl.DataFrame:
    """Return the periods of care with a placement order, or that ended by an order for good.

    Children of one home who are placed for adoption on one day are placed together.
    """
    by, placed_on = pl.col("ended_by").cast(pl.String), pl.col("placed_on")
    for_good = by.is_in(list(ORDERS)).fill_null(False)
    home = pl.col("child_id") // CHILDREN_A_HOUSEHOLD
    together = pl.len().over(home, "placed_on")
    return (
        adoption_days(day.care)
        .filter(pl.col("ordered_on").is_not_null() | placed_on.is_not_null() | for_good)
        .select(
            perm_table_id=of_child("period_id"),
            perm_person_id=CHILD,
            perm_cla_id=of_child("period_id"),
            perm_placement_order_date="ordered_on",
            perm_placed_for_adoption_date=placed_on,
            perm_adopted_by_carer_flag=pl.when(by == "adopted").then(pl.lit("N")),
            perm_part_of_sibling_group=pl.when(placed_on.is_not_null()).then(
                (together > 1).cast(pl.Int8).cast(pl.String)
            ),
            perm_siblings_placed_together=pl.when(placed_on.is_not_null()).then(together),
            perm_siblings_placed_apart=pl.when(placed_on.is_not_null()).then(0),
            perm_permanence_order_date=pl.when(for_good).then("ended_on"),
            perm_permanence_order_type=pl.when(for_good).then(by.replace(ORDERS)),
        )
    )


def _care_leavers(day: Inspection) -> pl.DataFrame:
    return care_leavers(day.care, day.on).select(
        clea_table_id=CHILD,
        clea_person_id=CHILD,
        clea_care_leaver_eligibility=pl.col("eligibility").replace(ELIGIBLE),
    )
