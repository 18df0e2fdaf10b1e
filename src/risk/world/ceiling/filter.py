"""The ceiling: how likely an assessment is warranted, for somebody who knows how the simulated world works.

The exact forward filter of the generator: the probability of each hidden state of a home (its chain, the type
of the family, how visible it is) given everything that was recorded before a day, by Bayes' rule, week by
week. No score that reads the same record can be better on average. It reads the record and the scenario,
never the truth.

Rabiner (1989), Proceedings of the IEEE 77:257-286 (the forward recursion).
"""

from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, days_of
from risk.core.errors import InputError, unknown
from risk.core.kinds import VIEWERS
from risk.records.cohort import Record
from risk.records.schema import FAMILY_TYPES
from risk.world.ceiling.circumstances import Circumstances
from risk.world.ceiling.delays import Delays, Lookbacks
from risk.world.ceiling.incidents import Incidents, weekly
from risk.world.ceiling.likelihoods import Readings
from risk.world.ceiling.recursion import Asked, Homes, Moves, Written, answer
from risk.world.ceiling.sightings import Channel, Memory
from risk.world.hidden_state import N_STATES, SUPPORTS, chain, is_serious
from risk.world.observation import channels
from risk.world.scenario import Scenario

DECILES: Final = np.arange(11) / 10


def is_exact(scenario: Scenario, *, viewer: str = "pooled", horizon_weeks: int = 12) -> bool:
    """Return whether `knowable` is the ceiling, or only a reference that a good score might pass.

    It is exact for everybody's record together, and for a horizon within which a plan that starts now does
    not tell. One agency, or children's services, are given more here than they held: what services decided
    and where the family lived.
    """
    return viewer == "pooled" and horizon_weeks <= scenario.harm.support_takes_weeks


def knowable(
    at: pl.DataFrame,
    record: Record,
    scenario: Scenario,
    *,
    viewer: str = "pooled",
    horizon_weeks: int = 12,
) -> pl.DataFrame:
    """Return `at` with `p_knowable`: how likely `labels` would say yes, given all that was recorded before.

    at: child_id, household_id, landmark_on. All children of a home have one answer. viewer: as for
    `featurise`. Raises InputError for an unknown viewer or child, and for a day outside the record.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> at = risk.landmarks(cohort.record).head(3)
    >>> known = risk.knowable(at, cohort.record, risk.Scenario.named("norfolk_review"))
    >>> known["p_knowable"].is_between(0, 1).all()
    True
    """
    _check_asked(at, record, viewer)
    asked = at.select("household_id", "landmark_on").unique().sort("household_id", "landmark_on")
    homes = record.homes_of(at["child_id"])  # homes know nothing of each other
    found = _answers(asked, homes, scenario, viewer, horizon_weeks)
    return at.join(
        asked.with_columns(p_knowable=pl.Series(found)),
        on=["household_id", "landmark_on"],
        how="left",
        maintain_order="left",
    )


def _check_asked(at: pl.DataFrame, record: Record, viewer: str) -> None:
    if viewer not in VIEWERS:
        raise InputError(unknown("viewer", viewer, VIEWERS))
    outside = at.filter(~pl.col("landmark_on").is_between(record.from_on, record.to_on))
    if outside.height:
        raise InputError(
            f"{outside.height} landmarks lie outside the record of {record.from_on} to {record.to_on}; "
            f"the first is {outside['landmark_on'][0]}"
        )
    stranger = at.join(record.children, on="child_id", how="anti", maintain_order="left")
    if stranger.height:
        raise InputError(
            f"{stranger.height} landmarks are of children who are not in the record; the first is child "
            f"{stranger['child_id'][0]}"
        )


def _answers(asked: pl.DataFrame, record: Record, scenario: Scenario, viewer: str, horizon_weeks: int) -> Floats:
    """Return one probability a row of household_id and landmark_on, in this order."""
    around = Circumstances.of(record, scenario)
    seen = channels(scenario.noticing)
    delays = Delays.of(scenario, seen, viewer, around.first_day, 7 * around.n_weeks)
    readings = Readings.of(record, scenario)
    where = np.searchsorted(around.household_id, readings.household_id)
    day = readings.day - around.first_day
    written = Written(weekly(around, where * around.n_weeks + day // 7), day, readings.likelihood)
    where = np.searchsorted(around.household_id, asked["household_id"].to_numpy())
    on = days_of(asked["landmark_on"]) - around.first_day
    homes = np.arange(len(around.household_id) + 1)
    questions = Asked(np.searchsorted(where, homes), on, np.full(len(on), np.nan))
    decile = record.households.sort("household_id")["deprivation_decile"].to_numpy() - 1
    answer(
        Homes(around.flags, around.born, around.edges, decile.astype(np.int64)),
        _moves(scenario, delays, horizon_weeks),
        Channel.of(scenario, seen, around.edges, viewer),
        Lookbacks.of(delays, around.first_day),
        Incidents.of(record, around, viewer),
        written,
        Memory.empty(),
        questions,
    )
    return questions.answer


def _moves(scenario, delays, horizon_weeks) -> Moves:
    families, hidden = scenario.families, chain(scenario.harm)
    struggling = np.array([1 - families.struggling_share, families.struggling_share])
    skew = np.array([1.0, families.struggling_deprivation_power])
    of_decile = np.diff(DECILES[:, None] ** (1 / skew), axis=0)
    long_run = np.stack([hidden.long_run(t) for t in range(len(FAMILY_TYPES))])
    visibility = np.array(families.visibility_shares)[None, :, None, None]
    first = visibility * (struggling * of_decile)[:, None, :, None] * long_run
    first /= first.sum(axis=(1, 2, 3), keepdims=True)
    weekly = np.stack([[hidden.matrix(t, plan) for plan in range(SUPPORTS)] for t in range(len(FAMILY_TYPES))])
    serious = is_serious(np.arange(N_STATES))
    ahead = np.zeros((SUPPORTS, horizon_weeks + 1, len(FAMILY_TYPES), N_STATES))
    ahead[:, 0] = serious
    for n in range(horizon_weeks):
        ahead[:, n + 1] = np.where(serious, 1.0, np.einsum("tpij,ptj->pti", weekly, ahead[:, n]))
    return Moves(
        first, weekly, ahead, 7 * scenario.harm.support_takes_weeks, 7 * horizon_weeks, (6 + delays.longest_days) // 7
    )
