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

from risk.core.errors import InputError, unknown
from risk.core.kinds import VIEWERS
from risk.records.cohort import Record
from risk.world.scenario import Scenario

MOST_YEARS: Final = 20


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

    Of it, `p_now` is how likely harm is there on the day already, and `p_to_come` how likely it is not, and
    comes within the horizon; the two add up to it.

    at: child_id, household_id, landmark_on. All children of a home have one answer. viewer: as for
    `featurise`. Raises InputError for an unknown viewer or child, and for a day outside the record.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> at = risk.landmarks(cohort.record).head(3)
    >>> known = risk.knowable(at, cohort.record, risk.Scenario.named("norfolk_review"))
    >>> known["p_knowable"].is_between(0, 1).all()
    True
    """
    from risk.world.ceiling.reader import answers  # noqa: PLC0415, it brings Numba

    _check_asked(at, record, viewer)
    asked = at.select("household_id", "landmark_on").unique().sort("household_id", "landmark_on")
    homes = record.homes_of(at["child_id"])  # homes know nothing of each other
    by_horizon, now = answers(asked, homes, scenario, viewer, horizon_weeks)
    # Two sums of the same chances differ in their last bits, and no chance is below 0.
    to_come = np.maximum(by_horizon - now, 0.0)
    found = {"p_knowable": by_horizon, "p_now": now, "p_to_come": to_come}
    return at.join(
        asked.with_columns(pl.Series(name, p) for name, p in found.items()),
        on=["household_id", "landmark_on"],
        how="left",
        maintain_order="left",
    )


def _check_asked(at: pl.DataFrame, record: Record, viewer: str) -> None:
    if viewer not in VIEWERS:
        raise InputError(unknown("viewer", viewer, VIEWERS))
    if (record.to_on - record.from_on).days > MOST_YEARS * 366:
        raise InputError(
            f"the record is of {record.from_on} to {record.to_on}; a world lasts {MOST_YEARS} years at most"
        )
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
