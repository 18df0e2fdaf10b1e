"""The opening: how things stand with a household on the first day, which is in the middle of things.

A cohort begins with plans open and children in care. How things stand is drawn given the type of family, the
state of care and the age of the youngest child; the hidden state itself is where its chain is after a long
time. So whoever knows how the world works can turn the draw round: what is open on the first day says what
the state of care may be.
"""

from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints
from risk.world.assumptions import STANDINGS, OpeningAssumptions
from risk.world.hidden_state import STATE_CARE
from risk.world.observation import ADULT_AT_DAYS
from risk.world.youngest import UNBORN, class_of_youngest

BORN_FOR_DAYS: Final = 7
"""Nothing is open yet in a home whose first child was born less than a week before the first day."""

BEGINS: Final = {
    "child_in_need_plan_started": "in_need_plan",
    "child_protection_plan_started": "protection_plan",
    "accommodated_s20": "accommodated",
    "interim_care_order": "interim_order",
    "care_order": "care_order",
    "placement_order": "placement_order",
}
"""The event from which each standing lasts."""

ENDS: Final = (
    *("child_in_need_plan_ended", "child_protection_plan_ended", "case_closed", "return_home", "left_care"),
)
"""Events after which nothing of this is open, until it begins again."""


def standing_shares(opening: OpeningAssumptions) -> Floats:
    """Return (class of age of the youngest, type of family, state, standing): how likely each is.

    The first standing is that nothing is open. Where the others add up to more than one, each gives way.
    """
    of_care = np.array([opening.standing_shares[name] for name in STANDINGS])[..., STATE_CARE]
    of_age = np.array([opening.times_by_age[name] for name in STANDINGS])
    open_shares = np.einsum("nts,na->atsn", of_care, of_age)
    in_all = open_shares.sum(axis=-1, keepdims=True)
    open_shares = open_shares / np.maximum(in_all, 1)
    shares: Floats = np.concatenate([1 - open_shares.sum(axis=-1, keepdims=True), open_shares], axis=-1)
    return shares


def standings(events: pl.DataFrame, household_id: Ints) -> Ints:
    """Return how things stand with each household after these events: 0, or a place in STANDINGS and 1.

    household_id: sorted. events: of the record, up to the day that is asked about.
    """
    number = {kind: 1 + list(STANDINGS).index(name) for kind, name in BEGINS.items()} | dict.fromkeys(ENDS, 0)
    last = (
        events.filter(pl.col("kind").is_in(list(number)))
        .sort("event_id")
        .unique("household_id", keep="last", maintain_order=True)
    )
    stands = np.zeros(len(household_id), np.int64)
    numbers = last["kind"].cast(pl.String).replace_strict(number, return_dtype=pl.Int64)
    stands[np.searchsorted(household_id, last["household_id"].to_numpy())] = numbers.to_numpy()
    return stands


def classes_of_age(born: Ints, first_day: int) -> Ints:
    """Return the class of age of each home's youngest child; -1 where nothing may be open on the first day.

    born: as of `births`.
    """
    has_one = born.min(axis=1) <= first_day - BORN_FOR_DAYS
    grown = np.where(born == UNBORN, 0, born + ADULT_AT_DAYS).max(axis=1)
    return np.where(has_one & (first_day < grown), class_of_youngest(born, first_day), -1)
