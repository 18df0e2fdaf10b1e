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

from risk.core.arrays import Floats, Ints
from risk.core.errors import InputError, unknown
from risk.core.kinds import VIEWERS
from risk.records.cohort import Record
from risk.records.schema import FAMILY_TYPES
from risk.world.ceiling.circumstances import Circumstances
from risk.world.ceiling.likelihoods import Readings
from risk.world.ceiling.sightings import SURELY_KNOWN, Sightings
from risk.world.hidden_state import N_STATES, SUPPORTS, Chain, chain, is_serious
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
    asked = at.select("household_id", "landmark_on").unique().sort("landmark_on", "household_id")
    homes = record.homes_of(at["child_id"])  # homes know nothing of each other
    found = Filter(homes, scenario, viewer).probabilities(asked, horizon_weeks)
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


class Filter:
    """The forward recursion over the weeks of a record.

    A belief is an (homes, visibilities, family types, states) array: how likely each is at the start of a
    week, given all that will ever be recorded of the weeks before. What is known before a day leaves the
    last weeks incomplete, so for each day asked about they are gone through again with what had come by then.
    """

    def __init__(self, record: Record, scenario: Scenario, viewer: str) -> None:
        self.scenario = scenario
        self.around = Circumstances.of(record, scenario)
        seen = channels(scenario.noticing)
        self.sightings = Sightings.of(record, scenario, seen, self.around, viewer)
        self.readings = Readings.of(record, scenario)
        self.moves = _moves(chain(scenario.harm))
        self.decile = record.households.sort("household_id")["deprivation_decile"].to_numpy()

    def probabilities(self, asked: pl.DataFrame, horizon_weeks: int) -> Floats:
        """Return one probability a row of household_id and landmark_on, sorted by landmark_on."""
        where = np.searchsorted(self.around.household_id, asked["household_id"].to_numpy())
        day = asked["landmark_on"].to_physical().to_numpy().astype(np.int64) - self.around.first_day
        probability = np.full(len(day), np.nan)
        open_weeks = (6 + self.sightings.delays.longest_days) // 7
        everyone = np.arange(len(self.around.household_id))
        belief = self._first_belief()
        beliefs: dict[int, Floats] = {}
        # The induction: alpha of a week from that of the week before, by its evidence b and the moves a.
        for week in range(int(day.max(initial=0)) // 7 + 1):
            if week > 0:
                belief = self._learn(
                    belief, everyone, week - 1, np.full(len(everyone), 7 * week + SURELY_KNOWN)
                )
                belief = self._move(belief, everyone, week)
            # Only weeks of which something may still come need to be kept, to be gone through again.
            beliefs[week] = belief
            beliefs.pop(week - open_weeks - 1, None)
            rows = slice(*np.searchsorted(day, [7 * week, 7 * week + 7]))
            if rows.start < rows.stop:
                probability[rows] = self._ask(beliefs, where[rows], day[rows], horizon_weeks)
        return probability

    def _first_belief(self) -> Floats:
        """Return what is likely of homes of which only the neighbourhood is known."""
        # Rabiner's pi: visibility × type given the neighbourhood × the long run of the chain.
        families, hidden = self.scenario.families, chain(self.scenario.harm)
        struggling = np.array([1 - families.struggling_share, families.struggling_share])
        skew = np.array([1.0, families.struggling_deprivation_power])
        of_decile = np.diff(DECILES[:, None] ** (1 / skew), axis=0)[self.decile - 1]
        long_run = np.stack([hidden.long_run(t) for t in range(len(FAMILY_TYPES))])
        visibility = np.array(families.visibility_shares)[None, :, None, None]
        return _sum_to_one(visibility * (struggling * of_decile)[:, None, :, None] * long_run)

    def _learn(self, belief: Floats, where: Ints, week: int, before: Ints) -> Floats:
        """Return the belief after what is known of a week before a day of each row."""
        # alpha_t(i) b_i(O_t), the evidence being who was seen or not and what those who looked wrote; scaled
        # to add to one, as his section V.A does.
        learnt = belief * self.sightings.likelihood(where, week, before)[:, :, None, :]
        readings, of = self._read(where, week, before)
        np.multiply.at(learnt, of, self.readings.likelihood[readings][:, None, None, :])
        return _sum_to_one(learnt)

    def _read(self, where: Ints, week: int, before: Ints) -> tuple[Ints, Ints]:
        """Return the readings of a week before each row's day, and the rows they are of."""
        monday = self.around.first_day + 7 * week
        start, end = np.searchsorted(self.readings.day, [monday, monday + 7])
        readings = np.arange(start, end)
        read_of = np.searchsorted(self.around.household_id, self.readings.household_id[start:end])
        order = np.argsort(where, kind="stable")
        first, last = (np.searchsorted(where[order], read_of, side=s) for s in ("left", "right"))
        n = last - first
        of = order[np.arange(n.sum()) - np.repeat(np.cumsum(n) - last, n)]
        readings = np.repeat(readings, n)
        known = self.readings.day[readings] - self.around.first_day < before[of]
        return readings[known], of[known]

    def _move(self, belief: Floats, where: Ints, week: int) -> Floats:
        """Return the belief on the Monday of a week, from that of the week before."""
        support = self._support(where, 7 * week, np.full(len(where), 7 * week))
        # sum over i of alpha_t(i) a_ij, where a depends on the type of family and the plan that tells.
        moved = np.empty_like(belief)
        for family_type in range(len(FAMILY_TYPES)):
            moved[:, :, family_type] = belief[:, :, family_type] @ self.moves[family_type, 0]
        for plan in range(1, SUPPORTS):
            rows = np.flatnonzero(support == plan)
            for family_type in range(len(FAMILY_TYPES)):
                moved[rows, :, family_type] = belief[rows, :, family_type] @ self.moves[family_type, plan]
        return moved

    def _support(self, where: Ints, monday: int | Ints, known: Ints) -> Ints:
        """Return the support that tells on a Monday; of what starts after a day that is known, nothing."""
        takes = 7 * self.scenario.harm.support_takes_weeks
        return self.around.support(where, np.minimum(np.asarray(monday) - takes, known))

    def _ask(self, beliefs: dict[int, Floats], where: Ints, day: Ints, horizon_weeks: int) -> Floats:
        """Return the probability for days of one week: go through the open weeks again, then look ahead."""
        first, week = min(beliefs), max(beliefs)
        belief = beliefs[first][where]
        for again in range(first, week):
            belief = self._learn(belief, where, again, day)
            belief = self._move(belief, where, again + 1)
        if (day > 7 * week).any():
            belief = self._learn(belief, where, week, day)
        ahead = self._look_ahead(where, week, day, horizon_weeks)
        answer: Floats = np.einsum("rvts,rts->r", belief, ahead)
        return answer

    def _look_ahead(self, where: Ints, week: int, day: Ints, horizon_weeks: int) -> Floats:
        """Return (rows, family types, states): how likely care is serious now, or within the horizon."""
        last = (day + 7 * horizon_weeks - 1) // 7
        steps = range(week + 1, int(last.max()) + 1)
        support = (
            np.stack(
                [np.where(step <= last, self._support(where, 7 * step, day), SUPPORTS) for step in steps],
                axis=1,
            )
            if len(steps)
            else np.zeros((len(where), 0), np.int64)
        )
        kinds, kind = np.unique(support, axis=0, return_inverse=True)
        serious = is_serious(np.arange(N_STATES)).astype(np.float64)
        stays = np.broadcast_to(np.eye(N_STATES), (len(FAMILY_TYPES), 1, N_STATES, N_STATES))
        moves = np.concatenate([self.moves, stays], axis=1)  # the last "support": beyond the horizon
        # Rabiner's beta, from the horizon backwards: serious care stays counted once it has been reached.
        ahead = np.broadcast_to(serious, (len(kinds), len(FAMILY_TYPES), N_STATES))
        for step in range(kinds.shape[1] - 1, -1, -1):
            further = np.einsum("tkij,ktj->kti", moves[:, kinds[:, step]], ahead)
            ahead = np.where(serious == 1, 1.0, further)
        found: Floats = ahead[kind.ravel()]
        return found


def _moves(hidden: Chain) -> Floats:
    """Return (family types, supports, states, next states)."""
    return np.stack([[hidden.matrix(t, plan) for plan in range(SUPPORTS)] for t in range(len(FAMILY_TYPES))])


def _sum_to_one(belief: Floats) -> Floats:
    total: Floats = belief.sum(axis=(1, 2, 3), keepdims=True)
    return belief / total
