"""Information: how much what is written of a home tells of the care in it, as ratios of likelihoods."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from risk.core.arrays import Floats
from risk.core.kinds import CONCERNS, GENERATED_AGENCIES
from risk.world.hidden_state import N_CARE, N_STATES, SERIOUS, STATE_CARE, chain
from risk.world.observation import CAN_BE_SAID, ONLY_IN_STATES, Channels, channels
from risk.world.scenario import Scenario

IN_THE_MIDDLE = 2
"""The voice of a child of 7 to 10."""


def worth(scenario: Scenario) -> pl.DataFrame:
    """Return how many times likelier one thing than another is written where care is serious or severe.

    what: which two are compared. of: the concern, or the agency that wrote it. likelihood_ratio: where 1, it
    says nothing; what cannot differ is left out. A child's words are those of one of 7 to 10, of a home where
    none was not believed; belief is of one who spoke. All is worked out over the long run of the chain.

    >>> risk.world.worth(risk.Scenario.named("null"))["likelihood_ratio"].round(9).unique().to_list()
    [1.0]
    """
    seen = channels(scenario.noticing)
    written = _written(scenario, seen)
    rows = [*_of_severity(seen, written), *_of_words(seen, written), _of_visits(scenario)]
    table = pl.DataFrame(rows, schema=["what", "of", "likelihood_ratio"], orient="row")
    return table.filter(pl.col("likelihood_ratio").is_finite()).sort("what", maintain_order=True)


def _often(scenario: Scenario) -> Floats:
    """Return (state,): the share of all weeks that a home is in each state, in the long run."""
    struggling, hidden = scenario.families.struggling_share, chain(scenario.harm)
    often: Floats = (1 - struggling) * hidden.long_run(0) + struggling * hidden.long_run(1)
    return often


def _written(scenario: Scenario, seen: Channels) -> Floats:
    """Return (agency, concern, care): how often an agency writes of a concern, as a share of all weeks."""
    often = _often(scenario)
    there = np.ones((len(GENERATED_AGENCIES), N_STATES))
    for agency, states in ONLY_IN_STATES.items():
        there[agency] = states
    of_care = np.eye(N_CARE)[STATE_CARE]
    written: Floats = np.einsum(
        "s,cs,as,ac,a,sk->ack", often, seen.p_incident, there, seen.notices, seen.records, of_care
    )
    return written


def _of_severity(seen: Channels, written: Floats) -> Iterator[tuple[str, str, float]]:
    for number, concern in enumerate(CONCERNS):
        often, looks = written[:, number].sum(axis=0), seen.severity[number]
        yield "severity 4, not 1", concern, _ratio(often, looks[:, 3], looks[:, 0])


def _of_words(seen: Channels, written: Floats) -> Iterator[tuple[str, str, float]]:
    for number, agency in enumerate(GENERATED_AGENCIES):
        often = written[number, CAN_BE_SAID].sum(axis=0)
        says, believes = seen.says[number, IN_THE_MIDDLE, 0], seen.believes[number, IN_THE_MIDDLE]
        yield "the child spoke, not silent", agency, _ratio(often, says, 1 - says)
        yield "the child was believed, not doubted", agency, _ratio(often * says, believes, 1 - believes)


def _of_visits(scenario: Scenario) -> tuple[str, str, float]:
    often, unseen = _often(scenario) @ np.eye(N_CARE)[STATE_CARE], np.array(scenario.practice.child_not_seen)
    return "a visit did not see the child, not saw it", "home_visit", _ratio(often, unseen, 1 - unseen)


def _ratio(often: Floats, one: Floats, other: Floats) -> float:
    """Return the ratio of two likelihood ratios, of serious or severe care against better care."""
    # (2, 2): one thing and the other × serious or severe and better care
    chance = [[often[SERIOUS:] @ p[SERIOUS:], often[:SERIOUS] @ p[:SERIOUS]] for p in (one, other)]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.divide(*np.array(chance).T)
        return float(ratios[0] / ratios[1])
