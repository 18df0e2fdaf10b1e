"""Witnesses: who could see what happens in a home, and would tell the viewer of it; a scenario's tables.

Children are told apart by classes of age, a class a bit (`circumstances.SOMEBODY` is one more).
"""

from typing import Any, Final

import numpy as np

from risk.core.arrays import Bools, Floats, Ints
from risk.core.calendar import DAYS_A_YEAR
from risk.core.kinds import AGENCY, CONCERNS, GENERATED_AGENCIES, KIND
from risk.records.schema import VISIBILITIES
from risk.world.ceiling.circumstances import IN_REFUGE, KNOWN, MOST_CLASSES, OPEN, SEEN_BY, SOMEBODY
from risk.world.hidden_state import STRAINED
from risk.world.observation import (
    AT_HOME_ONLY,
    CAN_BE_SAID,
    COMPULSORY_SCHOOL_DAYS,
    IN_TERM_ONLY,
    OF_A_CHILD,
    ON_WEEKDAYS,
    ONLY_IN_STATES,
    UNDER_FIVE_DAYS,
    Channels,
)
from risk.world.scenario import Scenario

N_AGENCIES: Final = len(GENERATED_AGENCIES)
N_PRESENT: Final = 4
"""Misuse × risky adult of each state: on these it depends which agencies are in the home."""

N_WAYS: Final = len(VISIBILITIES) * N_PRESENT
"""Ways a home may be: how visible it is × which of the agencies that see inside are there."""

YOUNG, KNOWN_HOME, CAN_SAY = 1, 2, 4
"""What else it depends on how likely somebody tells; a scene is a sum of these."""

N_SCENES: Final = 8


def witnesses(scenario: Scenario, seen: Channels, edges: Ints, viewer: str) -> dict[str, Any]:
    """Return who could tell a viewer: "pooled", "childrens_services" or an agency.

    p_incident: (concern, state). tells: (concern, agency, scene, way) the chance that an agency that is there
    notices, and that it ever comes to the viewer. tellers: (concern, nth) the agencies that may; -1 after the
    last. sees: (agency) whom it is there for. needs: (agency) the flag without which it is not there. stops:
    (concern, agency) the flag with which it is not there. about:
    (concern) whom it can be about. matters: the flags on which anything depends.
    """
    starts = edges[:-1]
    heard = np.array([viewer in ("pooled", "childrens_services", a) for a in GENERATED_AGENCIES])
    may_tell = (seen.notices > 0) & heard[:, None]
    tellers = np.full((len(CONCERNS), N_AGENCIES + 1), -1)
    for concern, agencies in enumerate(may_tell.T):
        tellers[concern, : agencies.sum()] = np.flatnonzero(agencies)
    sees, needs = np.full(N_AGENCIES, SOMEBODY), np.zeros(N_AGENCIES, np.int64)
    for agency, (youngest, oldest) in seen.ages_seen.items():
        sees[agency] = _classes((starts >= youngest) & (starts < oldest))
    needs[AGENCY["childrens_services"]], needs[AGENCY["refuge"]] = OPEN, IN_REFUGE
    stops = np.where(AT_HOME_ONLY[:, None], IN_REFUGE, 0) * np.ones(N_AGENCIES, np.int64)
    stops[:, AGENCY["refuge"]] = 0
    about = np.full(len(CONCERNS), _classes(starts >= 0))
    first_at_school, past_school = COMPULSORY_SCHOOL_DAYS
    about[KIND["school_absence"]] = _classes((starts >= first_at_school) & (starts < past_school))
    return {
        "edges": np.pad(edges, (0, MOST_CLASSES + 1 - len(edges)), constant_values=edges[-1]),
        "p_incident": seen.p_incident,
        "tells": _tells(scenario, seen, viewer),
        "tellers": tellers,
        "sees": sees,
        "needs": needs,
        "in_term_only": np.isin(np.arange(N_AGENCIES), IN_TERM_ONLY),
        "about": about,
        "of_a_child": OF_A_CHILD,
        "stops": stops,
        "days_open": np.where(ON_WEEKDAYS, 5, 7),
        "young": _classes(starts < UNDER_FIVE_DAYS[1]),
        "can_say": _classes(starts >= scenario.noticing.child_says_from_age_years * DAYS_A_YEAR),
        # Only what is shared depends on whether a home is known.
        "matters": SEEN_BY if viewer == "childrens_services" else SEEN_BY & ~KNOWN,
    }


def _classes(aged: Bools) -> int:
    return int((1 << np.flatnonzero(aged)).sum())


def _tells(scenario: Scenario, seen: Channels, viewer: str) -> Floats:
    """Return (concern, agency, scene, way): it notices, by the home's visibility, is there, and passes on."""
    noticed = np.minimum(seen.notices[:, :, None, None] * seen.visibility, 1)
    there = np.ones((N_AGENCIES, N_PRESENT))
    for agency, states in ONLY_IN_STATES.items():
        there[agency] = states[:N_PRESENT]
    tells: Floats = np.einsum("acvy,acsk,ap->caskyvp", noticed, _passed_on(scenario, seen, viewer), there)
    return tells.reshape(len(CONCERNS), N_AGENCIES, N_SCENES, N_WAYS)


def _passed_on(scenario: Scenario, seen: Channels, viewer: str) -> Floats:
    """Return (agency, concern, can say, known): the chance that what was noticed ever comes to the viewer."""
    assumed = scenario.noticing
    recorded = np.broadcast_to(seen.records[:, None, None, None], (*seen.notices.shape, 2, 2))
    if viewer != "childrens_services":
        return recorded
    shares = seen.shares[:, :, None, None] * np.array([1, assumed.shares_when_known])
    # Nearly: as of a child of 7 to 10, in strained care, who was believed so far.
    says, believes = seen.says[:, 2, 0, STRAINED], seen.believes[:, 2, STRAINED]
    disbelieved = (says * (1 - believes))[:, None, None, None] * (
        CAN_BE_SAID[:, None, None] & np.array([[False], [True]])
    )
    usual, doubted = np.minimum(shares, 1), np.minimum(shares * assumed.shares_when_not_believed, 1)
    shared: Floats = recorded * (usual * (1 - disbelieved) + doubted * disbelieved)
    return shared
