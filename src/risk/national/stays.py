"""The stays: in need, on a plan, looked after, each from the day it began until the day it ended, if it has.

A home's episode of need and its plans are about all its children; care may end for one child and go on for
another. A stay that began before the record's first day is whole, where what began it is written.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import polars as pl

from risk.core.arrays import Bools, day_of
from risk.core.calendar import add_working_days
from risk.core.kinds import LEAVES_HOME
from risk.national.flows import CLOSED_AT_ONCE, of_kinds
from risk.records.cohort import Record
from risk.records.households import NO_PLAN_FROM_DAYS, with_18th_birthday

LEAVES_CARE: Final = ("return_home", "left_care")
ORDERS: Final = ("care_proceedings", "care_order", "placement_order")
"""Of the children of a home. For one born after it the court makes an interim care order, at birth."""


@dataclass(frozen=True)
class Stays:
    """The stays of a record, sorted by household or child and day; days are whole days since 1970.

    Each has started and ended (null while it lasts) and event_id, what began it.

    need: a home's episodes, from a referral until the case is closed; at_once: it led to no assessment.
    plans: a home's child protection plans, with their category.
    in_need, on_plan: the same once for each child (child_id, born, grown: the 18th birthday; sex,
    disability), none before the birth or after that birthday. A child born later is in need, on the plan or
    looked after from its birth (on the plan from the first working day); one who was 17 when a plan began is
    not on it.
    in_care: each child's periods of care, with ended_by, a kind, a reason of leaving care, or turned_18.
    """

    need: pl.DataFrame
    plans: pl.DataFrame
    in_need: pl.DataFrame
    on_plan: pl.DataFrame
    in_care: pl.DataFrame

    @classmethod
    def of(cls, record: Record, written: pl.DataFrame) -> Self:
        """Return the stays in what was written."""
        children, last_day = _children(record), day_of(record.to_on) - 1
        need, plans = _need(written), _plans(written)
        in_need = need.join(children, on="household_id", maintain_order="left_right")
        in_need = in_need.with_columns(started=pl.max_horizontal("started", "born"))
        on_plan = plans.join(children, on="household_id", maintain_order="left_right")
        on_plan = on_plan.filter(pl.col("started") < pl.col("born") + NO_PLAN_FROM_DAYS)
        joins = pl.Series(add_working_days(on_plan["born"].to_numpy(), 0))
        on_plan = on_plan.with_columns(
            started=pl.when(pl.col("started") < pl.col("born")).then(joins).otherwise("started")
        )
        in_care = _care(of_each_child(of_kinds(written, *LEAVES_HOME, *LEAVES_CARE), children))
        return cls(
            need,
            plans,
            _until_grown(in_need, last_day),
            _until_grown(on_plan, last_day),
            _until_grown(in_care, last_day),
        )


def of_each_child(rows: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """Return the rows once for each child they are about, sorted by child and day.

    children: with born. What was written before the birth is about the child from the birth on.
    """
    whom = pl.col("whom")
    about = rows.rename({"child_id": "whom"}).join(children, on="household_id")
    about = about.filter(whom.is_null() | (whom == pl.col("child_id"))).sort("child_id", "day", "event_id")
    return about.with_columns(day=pl.max_horizontal("day", "born"), kind=from_birth("day", "born"))


def from_birth(day: str, born: str) -> pl.Expr:
    """Return the kind of a move, of a child who may have been born after that day."""
    of_others = pl.col("kind").is_in(ORDERS) & (pl.col(day) < pl.col(born))
    return pl.when(of_others).then(pl.lit("interim_care_order")).otherwise(pl.col("kind").cast(pl.String))


def _children(record: Record) -> pl.DataFrame:
    """Return household_id, child_id, born, grown, sex and disability of each child."""
    return with_18th_birthday(record.children).select(
        *("household_id", "child_id", "sex", "disability"),
        **{c: pl.col(f"{c}_on").to_physical().cast(pl.Int64) for c in ("born", "grown")},
    )


def _need(written: pl.DataFrame) -> pl.DataFrame:
    referrals = of_kinds(written, "referral").select(answers="event_id")
    at_once = of_kinds(written, *CLOSED_AT_ONCE).join(referrals, on="answers", how="semi")
    ids = pl.concat([at_once["event_id"], of_kinds(written, "case_closed")["event_id"]])
    ends = written["event_id"].is_in(ids.implode())
    rows = written.filter(ends | (written["kind"] == "referral"))
    spans = _spans(rows, "household_id", (rows["kind"] == "referral").to_numpy())
    return spans.select(
        *("household_id", "event_id", "started", "ended"),
        at_once=pl.col("by").is_in(CLOSED_AT_ONCE).fill_null(False),
    )


def _plans(written: pl.DataFrame) -> pl.DataFrame:
    ends = of_kinds(written, "child_protection_plan_ended").select(event_id="closes", ended="day")
    started = of_kinds(written, "child_protection_plan_started")
    return started.select("household_id", "event_id", "category", started="day").join(
        ends.unique("event_id", keep="first"), on="event_id", how="left", maintain_order="left"
    )


def _care(moves: pl.DataFrame) -> pl.DataFrame:
    """Return the periods of care of each child, one after the other; none that was over before its birth."""
    spans = _spans(moves, "child_id", moves["kind"].is_in(LEAVES_HOME).to_numpy())
    by = pl.coalesce(pl.col("reason").cast(pl.String), pl.col("by").cast(pl.String))
    columns = ("household_id", "child_id", "event_id", "kind", "born", "grown", "sex", "disability")
    was_before = (pl.col("ended") == pl.col("born")).fill_null(False)
    return spans.filter(~was_before).select(*columns, "started", "ended", ended_by=by)


def _spans(rows: pl.DataFrame, of: str, begins: Bools) -> pl.DataFrame:
    """Return the rows that begin something, with started, and ended, by and reason of the next that ends it.

    rows: sorted by whom they are of. What begins what has begun, or ends what has not, changes nothing.
    """
    who = rows[of].to_numpy()
    first = np.append(True, who[1:] != who[:-1])[: len(who)]
    changes = np.where(first, begins, begins != np.append(False, begins[:-1])[: len(who)])
    rows = rows.filter(pl.Series(changes)).with_columns(begins=pl.Series(begins[changes], dtype=pl.Boolean))
    same = pl.col(of).shift(-1) == pl.col(of)
    after = {"ended": "day", "by": "kind", "reason": "reason"}
    ends = {name: pl.when(same).then(pl.col(column).shift(-1)) for name, column in after.items()}
    return rows.with_columns(started="day", **ends).filter("begins")


def _until_grown(stays: pl.DataFrame, last_day: int) -> pl.DataFrame:
    """Return the stays of those who were children when they began, at the latest until the 18th birthday."""
    grown, ended = pl.col("grown"), pl.col("ended")
    is_grown = (grown <= last_day) & (ended.is_null() | (grown < ended))
    by = {"ended_by": pl.when(is_grown).then(pl.lit("turned_18")).otherwise("ended_by")}
    has_by = "ended_by" in stays.columns
    return stays.filter(
        pl.col("started").is_between("born", "grown", closed="left"),
        pl.col("started") <= last_day,  # nor the stay of a child who is still to be born
        ended.is_null() | (ended >= pl.col("started")),
    ).with_columns(ended=pl.when(is_grown).then(grown).otherwise(ended), **(by if has_by else {}))
