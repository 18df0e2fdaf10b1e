"""Circumstances: what the record says, day by day, of how a home could be seen and how it was supported.

Who lives there and how old they are, whether the children are away, whether a case is open, whether they
are in a refuge, which plan is in force. A flag is that of the start of a day: what the day itself brings
is known on the next.
"""

from typing import Final, NamedTuple, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.core.arrays import Ints, day_of
from risk.core.calendar import DAYS_A_YEAR
from risk.core.kinds import LEAVES_HOME
from risk.records.cohort import Record
from risk.world.hidden_state import AFTER_RETURN, IN_NEED_PLAN, PROTECTION_PLAN
from risk.world.observation import (
    ADULT_AT_DAYS,
    COMPULSORY_SCHOOL_DAYS,
    KNOWN_FOR_DAYS,
    NURSERY_DAYS,
    UNDER_FIVE_DAYS,
)
from risk.world.opening import classes_of_age, standings
from risk.world.scenario import Scenario
from risk.world.youngest import UNBORN, births

AWAY, OPEN, IN_REFUGE, KNOWN = 1, 2, 4, 8
PLAN: Final = 16
"""Times the plan in force, as `hidden_state` numbers them."""

FLAG_BITS: Final = 4
COUNT_BITS: Final = 6
MOST_CLASSES: Final = 7
"""A kind of day is one whole number: flags, then how many children of each class of age live in a home."""

SOMEBODY: Final = 1 << MOST_CLASSES
"""Beside a bit for each class of age, one that is always set: whoever it is, somebody is concerned."""

MOST_DAYS: Final = 7 * 1060
"""More than the twenty years for which a cohort may be followed."""

SEEN_BY: Final = OPEN | IN_REFUGE | KNOWN
"""The flags on which it depends who could see what, or be told of it."""

PLANS: Final = {"child_in_need_plan": IN_NEED_PLAN, "child_protection_plan": PROTECTION_PLAN}


class Circumstances(NamedTuple):
    """The homes of a record, a row each by `household_id`, and the days since it began: 0, 1, ….

    decile: of deprivation. n_children and n_disabled: all of the record. standing and age: what is open on
    the first day, and the class of age of the youngest child then, -1 where nothing may be (`opening`).
    flags: (homes, days of whole weeks) sums of the flags above. born: (homes, most children) days of birth
    since then. edges: the ages in days at which other people come to see a child, from birth to the 18th
    birthday; a class of age begins at each, and the last is the end.
    """

    household_id: Ints
    first_day: int
    decile: Ints
    n_children: Ints
    n_disabled: Ints
    standing: Ints
    age: Ints
    flags: NDArray[np.int16]
    born: Ints
    edges: Ints

    @classmethod
    def of(cls, record: Record, scenario: Scenario) -> Self:
        """Return the circumstances of every household of a record, up to its last day."""
        first_day = day_of(record.from_on)
        homes = record.households.sort("household_id")
        household_id, decile = (np.array(homes[c], np.int64) for c in ("household_id", "deprivation_decile"))
        n_days = 7 * ((record.to_on - record.from_on).days // 7 + 1)
        turns = np.zeros((len(household_id), n_days + 1), np.int16)
        for flag, spans in _spans(record).items():
            where = np.searchsorted(household_id, spans["household_id"].to_numpy())
            start, end = (np.clip(spans[c].to_numpy() - first_day, 0, n_days) for c in ("start", "end"))
            np.add.at(turns, (where, start), np.int16(flag))
            np.add.at(turns, (where, end), np.int16(-flag))
        flags = np.cumsum(turns, axis=1, out=turns)
        noticing = scenario.noticing
        ages = {
            0,
            *(*NURSERY_DAYS, *UNDER_FIVE_DAYS, *COMPULSORY_SCHOOL_DAYS, ADULT_AT_DAYS),
            int(np.ceil(noticing.child_says_from_age_years * DAYS_A_YEAR)),
            int(noticing.childline_from_age_years * DAYS_A_YEAR),
        }
        edges = np.array(sorted(a for a in ages if a <= ADULT_AT_DAYS))
        born = births(record, household_id)
        standing = standings(record.before(record.from_on).events, household_id)
        n_children, n_disabled = np.zeros((2, len(household_id)), np.int64)
        where = np.searchsorted(household_id, record.children["household_id"].to_numpy())
        np.add.at(n_children, where, 1)
        np.add.at(n_disabled, where, record.children["disability"].fill_null(False).to_numpy())
        return cls(
            household_id=household_id,
            first_day=first_day,
            decile=decile,
            n_children=n_children,
            n_disabled=n_disabled,
            standing=standing,
            age=classes_of_age(born, first_day),
            flags=flags,
            born=born - first_day,
            edges=edges,
        )

    @property
    def n_weeks(self) -> int:
        """How many weeks the record touches."""
        return int(self.flags.shape[1]) // 7


def _spans(record: Record) -> dict[int, pl.DataFrame]:
    """Return household_id, start and end (days, exclusive) of each flag's spans, none overlapping another."""
    events = record.events.sort("event_id").with_columns(
        pl.col("kind").cast(pl.String), day=pl.col("recorded_on").to_physical()
    )
    referrals = events.filter(pl.col("kind") == "referral").select("event_id", "household_id", "day")
    answered = events.filter(pl.col("kind").is_in(["no_further_action", "early_help"])).join(
        referrals.select(answers="event_id"), on="answers", how="semi"
    )
    closed = events.filter(pl.col("kind") == "case_closed")
    moves = events.filter(pl.col("kind").is_in([*LEAVES_HOME, "return_home"])).with_columns(
        away=pl.col("kind") != "return_home"
    )
    turns = moves.filter(pl.col("away") != pl.col("away").shift(1, fill_value=False).over("household_id"))
    known = referrals.with_columns(start=pl.col("day") + 1).with_columns(
        end=pl.min_horizontal(
            pl.col("start") + KNOWN_FOR_DAYS, pl.col("start").shift(-1).over("household_id")
        )
    )
    spans = {
        OPEN: _until(referrals, pl.concat([answered, closed], how="diagonal").sort("event_id")),
        AWAY: _until(turns.filter("away"), turns.filter(~pl.col("away"))),
        IN_REFUGE: _until(*_both(events, "refuge_stay"), later=0),
        KNOWN: known.select("household_id", "start", "end"),
    }
    for plan, support in PLANS.items():
        started, ended = _both(events, plan)
        spans[PLAN * support] = _until(started.filter(~after_return(events)), ended)
    started, ended = _both(events, "child_in_need_plan")
    spans[PLAN * AFTER_RETURN] = _until(started.filter(after_return(events)), ended)
    return spans


def after_return(events: pl.DataFrame) -> pl.Expr:
    """Return whether a plan that started answers one of these events that is a return home."""
    returned = events.filter(pl.col("kind") == "return_home")["event_id"]
    return pl.col("answers").is_in(returned.implode()).fill_null(False)


def _both(events: pl.DataFrame, kind: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the events that started something, and those that ended it."""
    started, ended = (events.filter(pl.col("kind") == f"{kind}_{turn}") for turn in ("started", "ended"))
    return started, ended


def _until(starts: pl.DataFrame, ends: pl.DataFrame, later: int = 1) -> pl.DataFrame:
    """Return the span from each start to the next end of the same home, if any, each so many days later."""
    ends = ends.select(ended="event_id", of="household_id", end=pl.col("day") + later)
    return (
        starts.select("event_id", "household_id", start=pl.col("day") + later)
        .sort("event_id")
        .join_asof(ends.sort("ended"), left_on="event_id", right_on="ended", strategy="forward")
        .select(
            "household_id",
            "start",
            end=pl.when(pl.col("of") == pl.col("household_id")).then("end").otherwise(UNBORN),
        )
    )
