"""The ceiling: how likely an assessment is warranted, for somebody who knows how the simulated world works.

The exact forward filter of the generator: the probability of each hidden state of a home (its chain, the type
of the family, how visible it is) given everything that was recorded before a day, by Bayes' rule, week by
week. No score that reads the same record can be better on average. It reads the record and the scenario,
never the truth.

Rabiner (1989), Proceedings of the IEEE 77:257-286 (the forward recursion).
"""

from typing import Any, Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, days_of
from risk.core.errors import InputError, unknown
from risk.core.kinds import CONCERNS, VIEWERS
from risk.records.cohort import Record
from risk.records.schema import FAMILY_TYPES
from risk.world.ceiling.beliefs import MOST_DAYS, N_ROWS, WEEKS_KEPT, Known, answer
from risk.world.ceiling.circumstances import Circumstances
from risk.world.ceiling.delays import Delays, lookbacks
from risk.world.ceiling.incidents import incidents
from risk.world.ceiling.likelihoods import Readings
from risk.world.ceiling.sightings import N_VISIBILITIES
from risk.world.ceiling.witnesses import N_WAYS, witnesses
from risk.world.compiled import record as compiled_record, rows
from risk.world.hidden_state import N_STATES, SUPPORTS, chain, is_serious
from risk.world.observation import channels
from risk.world.scenario import Scenario

REMEMBERED: Final = 16381
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
    reader = new_reader(scenario, witnesses(scenario, seen, around.edges, viewer), delays, horizon_weeks)
    where = np.searchsorted(around.household_id, asked["household_id"].to_numpy())
    questions = rows(len(where), home=where, day=days_of(asked["landmark_on"]) - around.first_day, p=np.nan * where)
    known = _known(record, scenario, around, delays, viewer)
    answer(reader, around, known, _ahead(reader, horizon_weeks), questions)
    return np.array(questions.p)


def _known(record: Record, scenario: Scenario, around: Circumstances, delays: Delays, viewer: str) -> Known:
    readings = Readings.of(record, scenario)
    home = np.searchsorted(around.household_id, readings.household_id)
    day = readings.day - around.first_day
    shown = incidents(record, around, viewer)
    kinds, kind = lookbacks(delays, around.first_day)
    weeks = np.arange(len(around.household_id) * around.n_weeks + 1)
    return Known(
        first_of=np.stack([np.searchsorted(w, weeks) for w in (shown.week, home * around.n_weeks + day // 7)], axis=1),
        incidents=shown,
        readings=rows(len(day), day=day, likelihood=readings.likelihood),
        kind_of_week=kinds,
        lookbacks=kind,
        remembered=rows(
            REMEMBERED + 1, key=np.full(REMEMBERED + 1, -1), likelihood=np.zeros((REMEMBERED + 1, N_VISIBILITIES, N_STATES))
        ),
    )


def new_reader(scenario: Scenario, told: dict[str, Any], delays: Delays, horizon_weeks: int) -> np.record:
    hidden = chain(scenario.harm)
    moves = np.stack([[hidden.matrix(t, plan) for plan in range(SUPPORTS)] for t in range(len(FAMILY_TYPES))])
    first = _first(scenario)
    table = np.zeros((N_ROWS, N_STATES))
    return compiled_record(told | {
        "first": first,
        "moves": moves,
        "is_serious": is_serious(np.arange(N_STATES)),
        "takes_days": 7 * scenario.harm.support_takes_weeks,
        "horizon_days": 7 * horizon_weeks,
        "open_weeks": (6 + delays.longest_days) // 7,
        "home": -1,
        "week": 0,
        "kind": np.zeros(MOST_DAYS, np.int64),
        "plan": np.zeros(MOST_DAYS, np.int64),
        "belief": table,
        "kept": np.zeros((WEEKS_KEPT, N_ROWS, N_STATES)),
        "moved": np.zeros(N_STATES),
        "ahead": np.zeros((len(FAMILY_TYPES), N_STATES)),
        "p_known": np.zeros((len(CONCERNS), N_WAYS)),
        "p_known_if_none": np.zeros(len(CONCERNS)),
        "chance": np.zeros(N_WAYS),
    })


def _first(scenario: Scenario) -> Floats:
    """Return (deciles, rows, states): what is likely of homes of which only the neighbourhood is known."""
    # Rabiner's pi: visibility × type given the neighbourhood × the long run of the chain.
    families, hidden = scenario.families, chain(scenario.harm)
    struggling = np.array([1 - families.struggling_share, families.struggling_share])
    skew = np.array([1.0, families.struggling_deprivation_power])
    of_decile = np.diff(DECILES[:, None] ** (1 / skew), axis=0)
    long_run = np.stack([hidden.long_run(t) for t in range(len(FAMILY_TYPES))])
    visibility = np.array(families.visibility_shares)[None, :, None, None]
    first = (visibility * (struggling * of_decile)[:, None, :, None] * long_run).reshape(10, N_ROWS, N_STATES)
    return first / first.sum(axis=(1, 2), keepdims=True)


def _ahead(reader: np.record, horizon_weeks: int) -> Floats:
    """Return (supports, weeks, family types, states): how likely care is serious within so many weeks of one support."""
    serious = reader.is_serious == 1
    ahead = np.zeros((SUPPORTS, horizon_weeks + 1, len(FAMILY_TYPES), N_STATES))
    ahead[:, 0] = serious
    for n in range(horizon_weeks):
        ahead[:, n + 1] = np.where(serious, 1.0, np.einsum("tpij,ptj->pti", reader.moves, ahead[:, n]))
    return ahead
