"""The reader: somebody who knows how the world works, and is given the record of one home after another.

One record of constant type, as `beliefs` and `sightings` are handed it: what is assumed of the world, and
what is believed of the home that is read.
"""

from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, days_of, record_of, rows_of
from risk.core.kinds import CONCERNS
from risk.records.cohort import Record
from risk.records.schema import FAMILY_TYPES
from risk.world.ceiling.beliefs import N_ROWS, WEEKS_KEPT, Known, answer
from risk.world.ceiling.circumstances import MOST_DAYS, Circumstances
from risk.world.ceiling.delays import arrivals, longest_days, lookbacks
from risk.world.ceiling.incidents import incidents, wordings
from risk.world.ceiling.likelihoods import Readings
from risk.world.ceiling.sightings import N_VISIBILITIES, UNUSUAL
from risk.world.ceiling.witnesses import N_WAYS, witnesses
from risk.world.hidden_state import N_CARE, N_STATES, SUPPORTS, chain, is_serious
from risk.world.neighbourhoods import decile_shares
from risk.world.observation import channels
from risk.world.opening import standing_shares
from risk.world.scenario import Scenario

REMEMBERED: Final = 16381
"""Kinds of weeks of which what nobody saw is remembered; a prime, so that they spread over the places."""


def answers(
    asked: pl.DataFrame, record: Record, scenario: Scenario, viewer: str, horizon_weeks: int
) -> tuple[Floats, Floats]:
    """Return two probabilities a row of household_id and landmark_on, in this order: p and p_now."""
    homes = Circumstances.of(record, scenario)
    by = arrivals(scenario, viewer, homes.first_day, 7 * homes.n_weeks)
    questions = rows_of(
        asked.height,
        home=np.searchsorted(homes.household_id, asked["household_id"].to_numpy()),
        day=days_of(asked["landmark_on"]) - homes.first_day,
        p=np.zeros(asked.height),
        p_now=np.zeros(asked.height),
    )
    known = _known(record, scenario, homes, viewer, by)
    reader = _reader(scenario, homes, viewer, longest_days(by), horizon_weeks)
    answer(reader, homes, known, questions)
    return np.array(questions.p), np.array(questions.p_now)


def _known(record: Record, scenario: Scenario, homes: Circumstances, viewer: str, by: Floats) -> Known:
    """Return what is known of homes, in the order in which it is read."""
    shown, readings = incidents(record, scenario, homes, viewer), Readings.of(record, scenario)
    home, day = np.searchsorted(homes.household_id, readings.household_id), readings.day - homes.first_day
    week = np.arange(len(homes.household_id) * homes.n_weeks + 1)
    firsts = [np.searchsorted(of, week) for of in (shown.week, home * homes.n_weeks + day // 7)]
    kind_of_week, kinds = lookbacks(by, homes.first_day)
    nothing = np.zeros((REMEMBERED + 1, N_VISIBILITIES, N_STATES))
    return Known(
        first_of=np.stack(firsts, axis=1),
        incidents=shown,
        readings=rows_of(len(day), day=day, likelihood=readings.likelihood[:, None]),
        kind_of_week=kind_of_week,
        lookbacks=kinds,
        remembered=rows_of(REMEMBERED + 1, key=UNUSUAL, likelihood=nothing),
    )


def _reader(
    scenario: Scenario, homes: Circumstances, viewer: str, most_days: int, horizon_weeks: int
) -> np.record:
    """Return somebody who has read nothing yet; of most_days and more ago, nothing is still to come."""
    hidden, types = chain(scenario.harm), range(len(FAMILY_TYPES))
    moves = np.stack([[hidden.matrix(t, plan) for plan in range(SUPPORTS)] for t in types])
    assumed = {
        "first": _first_beliefs(scenario),
        "disability_share": scenario.families.disability_share,
        "standing_shares": standing_shares(scenario.opening),
        "moves": moves,
        "back": np.swapaxes(moves, 2, 3),
        "is_serious": is_serious(np.arange(N_STATES)).astype(np.float64),
        "takes_days": 7 * scenario.harm.support_takes_weeks,
        "horizon_days": 7 * horizon_weeks,
        "open_weeks": (6 + most_days) // 7,
    }
    believed = {
        "home": -1,
        "week": 0,
        "kind": np.zeros(MOST_DAYS, np.int64),  # of each day of the home
        "plan": np.zeros(MOST_DAYS, np.int64),
        "p_known": np.zeros((len(CONCERNS), N_WAYS)),  # of a week: what was shown, given that it happened
        "p_known_if_none": np.zeros(len(CONCERNS)),
        "words": np.ones(N_CARE),  # how likely what was shown of a week is worded as it is
        "chance": np.zeros(N_WAYS),
        "belief": np.zeros((N_ROWS, N_STATES)),
        "moved": np.zeros(N_STATES),
        "kept": np.zeros((WEEKS_KEPT, N_ROWS, N_STATES)),
        "ahead": np.zeros((2, len(FAMILY_TYPES), N_STATES)),  # for an odd and an even number of weeks
        "ahead_key": np.full(2, UNUSUAL),
    }
    seen = channels(scenario.noticing)
    return record_of(assumed | believed | wordings(seen) | witnesses(scenario, seen, homes.edges, viewer))


def _first_beliefs(scenario: Scenario) -> Floats:
    """Return (deciles, rows, states): what is likely of homes of which only the neighbourhood is known."""
    # Rabiner's pi: visibility × type given the neighbourhood × the long run of the chain.
    families, hidden = scenario.families, chain(scenario.harm)
    struggling = np.array([1 - families.struggling_share, families.struggling_share])
    of_decile = decile_shares(families).T
    long_run = np.stack([hidden.long_run(t) for t in range(len(FAMILY_TYPES))])
    first: Floats = np.einsum("v,dt,ts->dvts", families.visibility_shares, struggling * of_decile, long_run)
    return first.reshape(-1, N_ROWS, N_STATES)
