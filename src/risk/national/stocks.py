"""The stocks: who is in need, on a plan and looked after on the last day, for how long; and who left.

Everything is counted in children, household by household. Flows are those of the measured year, as in
`flows`. A stay so far and a stay that ended are told apart: of those open on a day far more are long.
"""

from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Bools, Floats, Ints, day_of, moments
from risk.core.calendar import DAYS_A_YEAR, working_days_between
from risk.core.kinds import LEAVES_HOME, PLAN_CATEGORIES
from risk.national.flows import LEGAL_BASES, TAKEN, YEAR_DAYS, of_kinds
from risk.national.stays import Stays, of_each_child
from risk.records.cohort import Record
from risk.records.households import Homes

AGES: Final = {
    "under_1": (0, 1),
    "1_to_4": (1, 5),
    "5_to_9": (5, 10),
    "10_to_15": (10, 16),
    "16_17": (16, 18),
}
"""In years, the first of them in the group and the last one not."""

DECILES: Final = tuple(range(1, 11))
LENGTHS: Final = {
    "under_3_months": (0, 92),
    "3_to_6_months": (92, 184),
    "6_to_12_months": (184, 366),
    "1_to_2_years": (366, 731),
    "2_years": (731, 1 << 20),
}
"""In days: 91, 183, 365 and 730 are still within the three and six months, the year and the two years."""

CARE_LENGTHS: Final = {
    "under_8_weeks": (0, 56),
    "8_weeks_to_6_months": (56, 184),
    "6_to_12_months": (184, 366),
    "1_to_2_years": (366, 731),
    "2_years": (731, 1 << 20),
}
STATUSES: Final = {
    "care_order": ("care_order",),
    "interim_care_order": ("care_proceedings", "interim_care_order"),
    "placement_order": ("placement_order",),
    "section_20": ("accommodated_s20", "became_looked_after"),
}
PLACED: Final = {
    "fostered": ("foster", "kinship"),
    "for_adoption": ("for_adoption",),
    "with_parents": ("with_parents",),
    "residential": ("residential",),
}
WAYS_OUT: Final = {
    "home": "return_home",
    "adopted": "adopted",
    "special_guardianship": "special_guardianship",
    "residence_order": "residence_order",
}
"""How care ended; every other way, and turning 18, is `left_other`."""

AGED_CATEGORIES: Final = ("neglect", "sexual_abuse")
"""Categories of a plan that are published by age, and differ by it."""

FIRST_REVIEW_DAYS: Final = 92
LATER_REVIEW_DAYS: Final = 184
"""Three and six months, as long as these can be."""

VISIT_WORKING_DAYS: Final = (10, 15)
LONG_BEFORE: Final = -(1 << 19)

Sums = dict[str, Floats]


class Counting:
    """What counts rows of children, household by household, on the last day and in the year before it."""

    def __init__(self, homes: Homes, to_day: int, from_day: int | None = None) -> None:
        self.homes, self.to_day = homes, to_day
        self.year = to_day - YEAR_DAYS if from_day is None else from_day

    def children(self, rows: pl.DataFrame, where: pl.Expr | None = None) -> Floats:
        """Return the rows of each household, or those that hold."""
        counted = rows if where is None else rows.filter(where)
        return self.homes.summed(counted["household_id"].to_numpy(), np.ones(counted.height))

    def groups(self, name: str, rows: pl.DataFrame, of: str, bounds: dict[str, tuple[int, int]]) -> Sums:
        """Return the rows of each group by name, where `of` is from its first bound up to its second."""
        household, place = rows["household_id"].to_numpy(), rows[of].to_numpy()
        groups = {group: (place >= low) & (place < high) for group, (low, high) in bounds.items()}
        return {
            f"{name}_{group}": self.homes.summed(household[held], np.ones(held.sum()))
            for group, held in groups.items()
        }

    def open(self, stays: pl.DataFrame) -> pl.DataFrame:
        """Return the stays that last on the last day, with the child's age in years."""
        still = stays.filter(pl.col("ended").is_null() | (pl.col("ended") >= self.to_day))
        return still.with_columns(
            age=age(pl.lit(self.to_day - 1)), lasted=self.to_day - 1 - pl.col("started")
        )

    def ended(self, stays: pl.DataFrame) -> pl.DataFrame:
        """Return the stays that ended in the measured year."""
        over = stays.filter(pl.col("ended") >= self.year, pl.col("ended") < self.to_day)
        return over.with_columns(lasted=pl.col("ended") - pl.col("started"))


def age(day: pl.Expr) -> pl.Expr:
    """Return the age on a day in whole years, of 365.25 days."""
    return ((day - pl.col("born")) / DAYS_A_YEAR).floor()


def standing(record: Record, homes: Homes, written: pl.DataFrame) -> Sums:
    """Return everything that is counted of stays, by name, household by household."""
    stays, count = Stays.of(record, written), Counting(homes, day_of(record.to_on))
    return {
        **_contacts(count, stays, written),
        **_need(count, stays, written),
        **plans(count, stays),
        **_reviews(count, stays, written),
        **_visits(count, stays, written),
        **_care(count, stays),
        **_in_care(count, stays, written),
        **_returns(count, stays),
        **_deciles(record, count, stays),
    }


def _contacts(count: Counting, stays: Stays, written: pl.DataFrame) -> Sums:
    """Return the year's initial contacts: what reached a home whose case was closed, referred or not.

    A referral that answers a contact is the same contact; what comes while a case is open is none.
    """
    rows = of_kinds(written, "contact", "referral").filter(pl.col("day") >= count.year)
    contacts = of_kinds(written, "contact").select(answers="event_id")
    is_same = rows.join(contacts, on="answers", how="semi")["event_id"]
    rows = rows.filter((pl.col("kind") == "contact") | ~pl.col("event_id").is_in(is_same.implode()))
    household, day = rows["household_id"].to_numpy(), rows["day"].to_numpy()
    is_open = _within(stays.need, household, day)
    n = count.homes.under_18(household, day)
    return {"contact": count.homes.summed(household[~is_open], n[~is_open])}


def _within(spans: pl.DataFrame, household: Ints, day: Ints) -> Bools:
    """Return whether a home's span, none of which overlap, began before a day and ends after it."""
    place = _place(spans, household, day)
    spans = spans.select("household_id", pl.col("ended").fill_null(1 << 19))
    of_home = np.append(spans["household_id"].to_numpy(), -1)[place] == household
    lasts: Bools = of_home & (np.append(spans["ended"].to_numpy(), 0)[place] > day)
    return lasts


def _place(spans: pl.DataFrame, household: Ints, day: Ints) -> Ints:
    """Return the place of the last span that began before each day, in whichever home; -1: none."""
    began = moments(spans["household_id"].to_numpy(), spans["started"].to_numpy())
    return np.searchsorted(began, moments(household, day)) - 1


def _need(count: Counting, stays: Stays, written: pl.DataFrame) -> Sums:
    """Return who is in need, by age, length so far, disability and whether assessed; episodes that ended."""
    episodes = stays.in_need.filter(~pl.col("at_once"))
    still, over = count.open(episodes), count.ended(episodes)
    looked = of_kinds(written, *LOOKED).group_by("household_id").agg(looked=pl.col("day").max())
    waits = still.join(looked, on="household_id", how="left", maintain_order="left")
    started = episodes.filter(pl.col("started").is_between(count.year, count.to_day, closed="left"))
    return {
        "in_need": count.children(still),
        "in_need_disabled": count.children(still, pl.col("disability")),
        "waits": count.children(waits, pl.col("looked").is_null() | (pl.col("looked") < pl.col("started"))),
        "need_ended": count.children(over),
        "need_started": count.children(started),
        "need_child": count.children(started.unique("child_id")),
        **count.groups("in_need", still, "age", AGES),
        **count.groups("need_open", still, "lasted", LENGTHS),
        **count.groups("need_ended", over, "lasted", LENGTHS),
    }


LOOKED: Final = (
    *("assessment_completed", "child_in_need_plan_started", "child_protection_plan_started"),
    *LEAVES_HOME,
)
"""What is not written before somebody has assessed the child, or decided without."""


def plans(count: Counting, stays: Stays) -> Sums:
    """Return the children put on a plan, by category and whether again; who is on one; and who left one.

    Those on one by age, sex, length so far and category; those who left by how long they were on it.
    """
    on_plan = stays.on_plan.with_columns(is_again=~pl.col("child_id").is_first_distinct())
    started = on_plan.filter(pl.col("started").is_between(count.year, count.to_day, closed="left"))
    still, over = count.open(on_plan), count.ended(on_plan)
    return {
        "plan": count.children(started),
        **{f"plan_{c}": count.children(started, pl.col("category") == c) for c in PLAN_CATEGORIES},
        "plan_again": count.children(started, pl.col("is_again")),
        "on_plan": count.children(still),
        "on_plan_male": count.children(still, pl.col("sex") == "male"),
        "plan_ended": count.children(over),
        **count.groups("on_plan", still, "age", AGES),
        **count.groups("plan_open", still, "lasted", LENGTHS),
        **count.groups("plan_ended", over, "lasted", LENGTHS),
        **{
            name: n
            for category in AGED_CATEGORIES
            for name, n in count.groups(
                category, still.filter(pl.col("category") == category), "age", AGES
            ).items()
        },
    }


def _reviews(count: Counting, stays: Stays, written: pl.DataFrame) -> Sums:
    """Return the children on plans of three months or more, and those whose reviews were all in time."""
    due = count.open(stays.on_plan).filter(pl.col("lasted") >= FIRST_REVIEW_DAYS)
    plans = due.select("event_id", "started").unique()
    held = of_kinds(written, "review_conference").select(event_id="answers", held="day")
    ends = plans.select("event_id", held=pl.lit(count.to_day - 1, pl.Int64))
    days = pl.concat([held.join(plans, on="event_id", how="semi"), ends]).sort("event_id", "held")
    same = pl.col("event_id") == pl.col("event_id").shift(1)
    days = days.join(plans, on="event_id", maintain_order="left").with_columns(
        since=pl.when(same).then(pl.col("held").shift(1)).otherwise("started"),
        most=pl.when(same).then(LATER_REVIEW_DAYS).otherwise(FIRST_REVIEW_DAYS),
    )
    late = days.filter(pl.col("held") - pl.col("since") > pl.col("most"))
    in_time = due.join(late, on="event_id", how="anti")
    return {"reviewed": count.children(due), "reviewed_in_time": count.children(in_time)}


def _visits(count: Counting, stays: Stays, written: pl.DataFrame) -> Sums:
    """Return the year's visits to homes on a plan, by whether they came in time after the one before.

    The first is counted from the day the plan began. A visit at which no child was seen is none.
    """
    seen = pl.col("finding").is_null() | (pl.col("finding") == "child_seen")
    rows = of_kinds(written, "home_visit").filter(seen)
    household, day = rows["household_id"].to_numpy(), rows["day"].to_numpy()
    is_on_plan = _within(stays.plans, household, day)
    household, day = household[is_on_plan], day[is_on_plan]
    began = np.append(stays.plans["started"].to_numpy(), 0)[_place(stays.plans, household, day)]
    before = np.append(LONG_BEFORE, day)[: len(day)]
    same_home = np.append(-1, household)[: len(day)] == household
    since = np.where(same_home, np.maximum(before, began), began)
    this_year = day >= count.year
    household, took = household[this_year], working_days_between(since[this_year], day[this_year])
    n = count.homes.under_18(household, day[this_year])
    return {
        "visit": count.homes.summed(household, n),
        **{f"visit_{most}": count.homes.summed(household, n * (took <= most)) for most in VISIT_WORKING_DAYS},
    }


def _care(count: Counting, stays: Stays) -> Sums:
    """Return the year's starts of care, each child's first, by age and legal basis; and how care ended.

    The basis is the first thing written. A child whose care ends with its childhood leaves it in another way.
    """
    starts = stays.in_care.filter(pl.col("started") >= count.year).unique(
        "child_id", keep="first", maintain_order=True
    )
    starts = starts.with_columns(age=age(pl.col("started")))
    over = count.ended(stays.in_care)
    ways = {f"left_{way}": count.children(over, pl.col("ended_by") == by) for way, by in WAYS_OUT.items()}
    left = count.children(over)
    return {
        "care": count.children(starts),
        "taken": count.children(starts, pl.col("kind").is_in(TAKEN)),
        **{f"care_{basis}": count.children(of_kinds(starts, *k)) for basis, k in LEGAL_BASES.items()},
        **count.groups("care", starts, "age", AGES),
        "left": left,
        **ways,
        "left_other": left - sum(ways.values()),
        **count.groups("left", over, "lasted", CARE_LENGTHS),
    }


def _in_care(count: Counting, stays: Stays, written: pl.DataFrame) -> Sums:
    """Return who is looked after, by age, legal status, where they live, and placements in the year."""
    still = count.open(stays.in_care)
    whom = still.select("household_id", "child_id", "born", since="started")
    since = of_each_child(of_kinds(written, *LEAVES_HOME, "placement_order", "placement"), whom)
    since = since.filter(pl.col("day") >= pl.col("since"))
    moves = of_kinds(since, "placement")
    status = _last(since.filter(pl.col("kind") != "placement"))
    placed = _last(moves)
    # One that began before the year and lasts into it counts with those that began in it.
    n = moves.group_by("household_id", "child_id").agg(
        n=(pl.col("day") >= count.year).sum() + (pl.col("day") < count.year).any()
    )
    return {
        "in_care": count.children(still),
        **count.groups("in_care", still, "age", AGES),
        **{f"in_care_{name}": count.children(of_kinds(status, *kinds)) for name, kinds in STATUSES.items()},
        "placed": count.children(placed),
        **{f"placed_{n}": count.children(placed, pl.col("category").is_in(c)) for n, c in PLACED.items()},
        **count.groups("placements", n, "n", {"1": (1, 2), "2": (2, 3), "3": (3, 1 << 20)}),
    }


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.unique("child_id", keep="last", maintain_order=True)


def _returns(count: Counting, stays: Stays) -> Sums:
    """Return who went home in the year before the measured one, and who was back within 365 days."""
    same = pl.col("child_id").shift(-1) == pl.col("child_id")
    periods = stays.in_care.with_columns(again=pl.when(same).then(pl.col("started").shift(-1)))
    home = periods.filter(
        pl.col("ended_by") == "return_home",
        pl.col("ended").is_between(count.year - YEAR_DAYS, count.year, closed="left"),
    )
    back = pl.col("again") - pl.col("ended") <= YEAR_DAYS
    return {"went_home": count.children(home), "came_back": count.children(home, back)}


def _deciles(record: Record, count: Counting, stays: Stays) -> Sums:
    """Return the children, those on a plan and those looked after, by the home's decile of deprivation."""
    homes = record.households.sort("household_id")
    everywhere = homes["household_id"].to_numpy()
    lives_in = homes["deprivation_decile"].fill_null(0).to_numpy()
    here = {
        "children": count.homes.under_18(everywhere, np.full_like(everywhere, count.to_day - 1)),
        "on_plan": count.children(count.open(stays.on_plan)),
        "in_care": count.children(count.open(stays.in_care)),
    }
    return {f"{name}_decile_{d}": n * (lives_in == d) for name, n in here.items() for d in DECILES}
