"""Sightings: how likely what was seen of a home in a week is, and what was not, given its hidden state.

Silence speaks too: a week in which nobody wrote anything is more likely where care is adequate. How much it
says depends on who could have seen the children, and on how long ago the week is: what happened lately may
still be on its way into a file.
"""

from typing import Final, NamedTuple, Self

import numpy as np

from risk.core.arrays import Bools, Floats, Ints
from risk.core.calendar import DAYS_A_YEAR
from risk.core.kinds import AGENCY, CONCERNS, GENERATED_AGENCIES, KIND
from risk.records.schema import VISIBILITIES
from risk.world.ceiling.circumstances import AWAY, IN_REFUGE, KNOWN, OPEN, SEEN_BY
from risk.world.ceiling.delays import Lookbacks
from risk.world.ceiling.incidents import SOMEBODY, Incidents
from risk.world.compiled import compiled
from risk.world.hidden_state import N_STATES
from risk.world.observation import (
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

N_CONCERNS: Final = len(CONCERNS)
N_PRESENT: Final = 4
"""Misuse × risky adult of each state: on these it depends which agencies are in the home."""

N_VISIBILITIES: Final = len(VISIBILITIES)
N_WAYS: Final = N_VISIBILITIES * N_PRESENT
"""Ways a home may be: how visible it is × which of the agencies that see inside are there."""

YOUNG, KNOWN_HOME, CAN_SAY = 1, 2, 4
"""What else it depends on who tells of what: a scene is a sum of these."""

FLAG_BITS: Final = 4
COUNT_BITS: Final = 6
MOST_CLASSES: Final = 9
ALL: Final = (1 << COUNT_BITS) - 1

REMEMBERED: Final = 16381
"""Kinds of weeks of which what nobody saw is remembered; a prime, so that kinds spread over the places."""


class Channel(NamedTuple):
    """What a viewer can tell from being shown a home, or not. Classes of age are bits, SOMEBODY one beside.

    p_incident: (concern, state). tells: (concern, agency, scene, way) the chance that an agency that is there
    notices, and that it ever comes to the viewer. tellers: (concern, nth) the agencies that may; -1 at the
    end. sees: (agency) whom it is there for. needs: (agency) the flag without which it is not there. about:
    (concern) whom it can be about. flags: those that matter to the viewer.
    """

    p_incident: Floats
    tells: Floats
    tellers: Ints
    sees: Ints
    needs: Ints
    in_term_only: Bools
    about: Ints
    young: int
    can_say: int
    flags: int

    @classmethod
    def of(cls, scenario: Scenario, seen: Channels, edges: Ints, viewer: str) -> Self:
        """Return what a viewer can tell: "pooled", "childrens_services" or an agency."""
        starts, n_agencies = edges[:-1], len(GENERATED_AGENCIES)
        heard = [viewer in ("pooled", "childrens_services", agency) for agency in GENERATED_AGENCIES]
        may_tell = (seen.notices > 0) & np.array(heard)[:, None]
        tellers = np.full((N_CONCERNS, n_agencies + 1), -1)
        for concern, agencies in enumerate(may_tell.T):
            tellers[concern, : agencies.sum()] = np.flatnonzero(agencies)
        sees, needs = np.full(n_agencies, SOMEBODY), np.zeros(n_agencies, np.int64)
        for agency, (youngest, oldest) in seen.ages_seen.items():
            sees[agency] = _classes((starts >= youngest) & (starts < oldest))
        needs[AGENCY["childrens_services"]], needs[AGENCY["refuge"]] = OPEN, IN_REFUGE
        about = np.full(N_CONCERNS, _classes(starts >= 0))
        about[KIND["school_absence"]] = _classes(
            (starts >= COMPULSORY_SCHOOL_DAYS[0]) & (starts < COMPULSORY_SCHOOL_DAYS[1])
        )
        return cls(
            p_incident=seen.p_incident,
            tells=_tells(scenario, seen, viewer),
            tellers=tellers,
            sees=sees,
            needs=needs,
            in_term_only=np.isin(np.arange(n_agencies), IN_TERM_ONLY),
            about=about,
            young=_classes(starts < UNDER_FIVE_DAYS[1]),
            can_say=_classes(starts >= scenario.noticing.child_says_from_age_years * DAYS_A_YEAR),
            flags=SEEN_BY if viewer == "childrens_services" else SEEN_BY & ~KNOWN,
        )


class Memory(NamedTuple):
    """What nobody saw of kinds of weeks, as far as it is remembered: the next kind takes the place of one before."""

    kind: Ints
    likelihood: Floats  # (places, visibilities, states)

    @classmethod
    def empty(cls) -> Self:
        """Return a memory of nothing."""
        return cls(np.full(REMEMBERED, -1), np.empty((REMEMBERED, N_VISIBILITIES, N_STATES)))


def _classes(aged: Bools) -> int:
    return int((1 << np.flatnonzero(aged)).sum())


def _tells(scenario: Scenario, seen: Channels, viewer: str) -> Floats:
    """Return (concern, agency, scene, way): noticed by the home's visibility, there, and passed on."""
    noticed = np.minimum(seen.notices[:, :, None, None] * seen.visibility, 1)  # (agency, concern, visibility, young)
    there = np.ones((len(GENERATED_AGENCIES), N_PRESENT))
    for agency, states in ONLY_IN_STATES.items():
        there[agency] = states[:N_PRESENT]
    tells = np.einsum("acvy,acsk,ap->caskyvp", noticed, _passed_on(scenario, seen, viewer), there)
    return tells.reshape(N_CONCERNS, len(there), YOUNG + KNOWN_HOME + CAN_SAY + 1, N_WAYS)


def _passed_on(scenario: Scenario, seen: Channels, viewer: str) -> Floats:
    """Return (agency, concern, no child can say it or one can, home not known or known): it ever comes."""
    assumed = scenario.noticing
    recorded = np.broadcast_to(seen.records[:, None, None, None], (*seen.notices.shape, 2, 2))
    if viewer != "childrens_services":
        return recorded
    shares = seen.shares[:, :, None, None] * np.array([1, assumed.shares_when_known])
    says = seen.says[:, None, None, None] * (CAN_BE_SAID[:, None, None] & np.array([[False], [True]]))
    disbelieved = says * (1 - seen.believes[:, None, None, None])
    usual, doubted = np.minimum(shares, 1), np.minimum(shares * assumed.shares_when_not_believed, 1)
    shared: Floats = usual * (1 - disbelieved) + doubted * disbelieved
    return recorded * shared


@compiled
def kinds_of_days(flags: Ints, born: Ints, edges: Ints, matter: int, kinds: Ints) -> None:
    """Fill in, a whole number a day, how a home can be seen and how many children of each class live there."""
    for day in range(len(kinds)):
        kinds[day] = (flags[day] & matter) | ((flags[day] | flags[day - day % 7]) & AWAY)
    for child in range(len(born)):
        for nth in range(len(edges) - 1):
            start, end = born[child] + edges[nth], born[child] + edges[nth + 1]
            for day in range(max(start, 0), min(end, len(kinds))):
                kinds[day] += 1 << (FLAG_BITS + COUNT_BITS * nth)


@compiled
def likelihood_of_week(
    channel: Channel,
    lookbacks: Lookbacks,
    told: Incidents,
    memory: Memory,
    kinds: Ints,
    home_week: int,
    week: int,
    before: int,
    likelihood: Floats,
) -> None:
    """Fill in (visibilities, states) of all that was shown of a home's week before a day, and of what was not."""
    monday = 7 * week
    back = lookbacks.kind[week, min(before - monday, lookbacks.kind.shape[1] - 1)]
    first, last = told.first[home_week], told.first[home_week + 1]
    usual = True
    for day in range(monday + 1, monday + 7):
        usual &= kinds[day] == kinds[monday]
    for i in range(first, last):
        usual &= tellers_of(told, i, before) == 0
    # What it says that nothing was shown in a week like others is remembered.
    kind = kinds[monday] * len(lookbacks.reach) + back
    place = kind % len(memory.kind)
    if usual and memory.kind[place] == kind:
        likelihood[:] = memory.likelihood[place]
        return
    # Given an incident, the chance of what is known of it; given none, that is nothing for sure, or impossible.
    given_incident, given_none = np.zeros((N_CONCERNS, N_WAYS)), np.ones(N_CONCERNS)
    nobody_shows(channel, lookbacks, back, kinds[monday : monday + 7], given_incident)
    for i in range(first, last):
        if tellers_of(told, i, before):
            given_none[told.concern[i]] = 0.0
            these_show(channel, lookbacks, back, kinds, told, i, before, given_incident[told.concern[i]])
    likelihood[:] = 1.0
    for concern in range(N_CONCERNS):
        for visibility in range(N_VISIBILITIES):
            for state in range(N_STATES):
                p = channel.p_incident[concern, state]
                shown = given_incident[concern, visibility * N_PRESENT + state % N_PRESENT]
                likelihood[visibility, state] *= p * shown + (1 - p) * given_none[concern]
    if usual:
        memory.kind[place] = kind
        memory.likelihood[place] = likelihood


@compiled
def tellers_of(told: Incidents, i: int, before: int) -> int:
    """Return the agencies, a bit each, whose word of an incident has come before a day."""
    agencies = 0
    for agency in range(told.known_on.shape[1]):
        if told.known_on[i, agency] < before:
            agencies |= 1 << agency
    return agencies


@compiled
def these_show(
    channel: Channel,
    lookbacks: Lookbacks,
    back: int,
    kinds: Ints,
    told: Incidents,
    i: int,
    before: int,
    shown: Floats,
) -> None:
    """Fill in, by way, how likely it is that an incident is shown by those who have told of it, and no others."""
    day, whom = told.day[i], told.whom[i]
    if whom == 0:
        whom = classes_at_home(kinds[day]) | SOMEBODY
    shown[:] = 0.0
    chance = np.empty(N_WAYS)
    agencies = tellers_of(told, i, before)
    add_pattern(channel, lookbacks, back, day % 7, kinds[day], told.concern[i], whom, agencies, 1.0, chance, shown)


@compiled
def nobody_shows(channel: Channel, lookbacks: Lookbacks, back: int, kinds: Ints, unseen: Floats) -> None:
    """Add up (concern, way): that what happens in a week is shown by nobody, on the mean of its days."""
    chance = np.empty(N_WAYS)
    for concern in range(N_CONCERNS):
        days = 5 if ON_WEEKDAYS[concern] else 7
        for day in range(days):
            about = classes_at_home(kinds[day]) & channel.about[concern]
            if kinds[day] & AWAY or about == 0:
                # Where nobody is there to be concerned about, nothing can be shown.
                unseen[concern] += 1 / days
            elif not OF_A_CHILD[concern]:
                add_pattern(
                    channel, lookbacks, back, day, kinds[day], concern, about | SOMEBODY, 0, 1 / days, chance, unseen[concern]
                )
            else:
                # A concern about one child falls on each child alike: the mean over those it can be about.
                n = children_of(kinds[day], about)
                for nth in range(MOST_CLASSES):
                    if about >> nth & 1:
                        share = children_of(kinds[day], 1 << nth) / n / days
                        add_pattern(
                            channel, lookbacks, back, day, kinds[day], concern, 1 << nth | SOMEBODY, 0, share, chance, unseen[concern]
                        )


@compiled
def classes_at_home(kind: int) -> int:
    """Return the classes of age of which a child lives in a home on a day of this kind."""
    classes = 0
    for nth in range(MOST_CLASSES):
        if children_of(kind, 1 << nth):
            classes |= 1 << nth
    return classes


@compiled
def children_of(kind: int, classes: int) -> int:
    """Return how many children of these classes of age live in a home on a day of this kind."""
    n = 0
    for nth in range(MOST_CLASSES):
        if classes >> nth & 1:
            n += kind >> (FLAG_BITS + COUNT_BITS * nth) & ALL
    return n


@compiled
def add_pattern(
    channel: Channel,
    lookbacks: Lookbacks,
    back: int,
    day: int,
    kind: int,
    concern: int,
    whom: int,
    agencies: int,
    share: float,
    chance: Floats,
    shown: Floats,
) -> None:
    """Add, by way, a share of the chance that these agencies show an incident of a day of the week, and no others."""
    scene = YOUNG * (whom & channel.young > 0) + KNOWN_HOME * (kind & KNOWN > 0) + CAN_SAY * (whom & channel.can_say > 0)
    chance[:] = share
    # Agencies notice apart from each other, so the chances multiply, an agency a step.
    for agency in channel.tellers[concern]:
        if agency < 0:
            break
        is_there = whom & channel.sees[agency] and channel.needs[agency] & kind == channel.needs[agency]
        is_there = is_there and (lookbacks.school_open[back, day] or not channel.in_term_only[agency])
        if agencies >> agency & 1:
            for way in range(N_WAYS):
                chance[way] *= channel.tells[concern, agency, scene, way] if is_there else 0.0
        elif is_there:
            reach = lookbacks.reach[back, day, agency]
            for way in range(N_WAYS):
                chance[way] *= 1 - channel.tells[concern, agency, scene, way] * reach
    for way in range(N_WAYS):
        shown[way] += chance[way]
