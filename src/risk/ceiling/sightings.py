"""Sightings: how likely what was seen of a home in a week is, and what was not, given its hidden state.

Silence speaks too: a week in which nobody wrote anything is more likely where care is adequate. How much it
says depends on who could have seen the children, and on how long ago the week is: what happened lately may
still be on its way into a file.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.arrays import Bools, Floats, Ints
from risk.calendar import DAYS_A_YEAR
from risk.ceiling.circumstances import AWAY, IN_REFUGE, KNOWN, OPEN, SEEN_BY, Circumstances
from risk.ceiling.delays import Delays
from risk.ceiling.incidents import NEVER, Incidents
from risk.chain import N_STATES
from risk.channels import (
    CAN_BE_SAID,
    COMPULSORY_SCHOOL_DAYS,
    IN_TERM_ONLY,
    OF_A_CHILD,
    ON_WEEKDAYS,
    ONLY_IN_STATES,
    UNDER_FIVE_DAYS,
    Channels,
    in_term,
)
from risk.cohort import Record
from risk.kinds import AGENCIES, AGENCY, CONCERNS, KIND
from risk.scenario import Scenario

N_PRESENT: Final = 4
PRESENT: Final = np.arange(N_STATES) % N_PRESENT
"""Misuse × risky adult of each state: on these it depends which agencies are in the home."""

STATE_OF_PRESENT: Final = np.arange(N_PRESENT)
SURELY_KNOWN: Final = 1 << 9
"""More days than anything takes to be known."""


@dataclass(frozen=True)
class Scene:
    """Things that happen, or could, one row each: who is concerned, and on what it depends who can see it.

    classes: (rows, classes of age) which are concerned. flags, school_open: of the day. reach: (agencies,
    rows): the chance that the viewer knows by now what the agency noticed, if it is passed on at all.
    """

    classes: Bools
    flags: Ints
    school_open: Bools
    reach: Floats


@dataclass(frozen=True)
class Sightings:
    """What a viewer can tell from being shown a home, or not, week by week."""

    scenario: Scenario
    seen: Channels
    around: Circumstances
    delays: Delays
    incidents: Incidents

    @classmethod
    def of(
        cls, record: Record, scenario: Scenario, seen: Channels, around: Circumstances, viewer: str
    ) -> "Sightings":
        """Return the sightings of a viewer: "pooled", "childrens_services" or an agency."""
        n_days = around.flags.shape[1]
        delays = Delays.of(scenario, seen, viewer, around.first_day, n_days)
        return cls(scenario, seen, around, delays, Incidents.of(record, around, viewer))

    def likelihood(self, where: Ints, week: int, before: Ints) -> Floats:
        """Return (rows, visibilities, states) of everything known of a week before a day of each row.

        where: homes. before: days since the record began; much later than the week for all that came of it.
        """
        quiet, row = self._quiet(where, week, before)
        likelihood: Floats = np.prod(quiet, axis=1)[row]
        told, of = self.incidents.known(where, week, before)
        if len(told) == 0:
            return likelihood
        scene = self._scene(told, before[of])
        seen_by = before[of] > self.incidents.known_on[told].T
        chance = self._chance(scene, self.incidents.concern[told], seen_by)
        for concern in np.unique(self.incidents.concern[told]):
            these = self.incidents.concern[told] == concern
            happened = self.seen.p_incident[concern] * chance[these][:, :, PRESENT]
            likelihood[of[these]] *= happened / quiet[row[of[these]], concern]
        return likelihood

    def _quiet(self, where: Ints, week: int, before: Ints) -> tuple[Floats, Ints]:
        """Return (kinds of week, concerns, visibilities, states) of no sighting, and each row's kind."""
        around, monday = self.around, 7 * week
        counts = around.counts(where, monday)
        flags = around.flags[where, monday] & (self._flags | AWAY)
        # A kind of week: who is there, how they can be seen, what is known by now; some weeks are their own.
        own = np.where(around.changes(where, monday), where + 1, 0)
        since = np.minimum(before - monday, SURELY_KNOWN)
        key = _packed([*counts.T, flags, since, own])
        _, first, row = np.unique(key, return_index=True, return_inverse=True)
        home, until = np.repeat(where[first], 7), np.repeat(before[first], 7)
        day = np.tile(monday + np.arange(7), len(first))
        unseen = self._unseen(home, day, until).reshape(len(first), 7, *self._shape)
        weekdays = unseen[:, :5].mean(axis=1)
        unseen = np.where(ON_WEEKDAYS[:, None, None], weekdays, unseen.mean(axis=1))
        quiet: Floats = 1 - self.seen.p_incident[:, None, :] * (1 - unseen[..., PRESENT])
        return quiet, row

    @property
    def _shape(self) -> tuple[int, int, int]:
        return len(CONCERNS), len(self.seen.visibility), N_PRESENT

    def _unseen(self, home: Ints, day: Ints, before: Ints) -> Floats:
        """Return (rows, concerns, visibilities, presences): what happens on a day is shown by nobody."""
        around = self.around
        counts = around.counts(home, day)
        flags = around.flags[home, day]
        away = (flags | around.flags[home, day // 7 * 7]) & AWAY
        open_ = self._school_open(day)
        n_classes = around.n_classes
        # Whole homes, and each class of age alone, as scenes; one for each that is asked for.
        together = np.concatenate(
            [counts > 0, np.repeat(np.eye(n_classes, dtype=np.bool_), len(home), axis=0)]
        )
        each = np.tile(np.arange(len(home)), n_classes + 1)
        seen_by = flags[each] & self._flags
        # Once all that will ever be known of a day is known, only school days differ from others.
        moment = [day[each], before[each]] if (before - 1 - day < self.delays.longest_days).any() else []
        key = _packed([*together.T, seen_by, open_[each], *moment])
        _, first, kind = np.unique(key, return_index=True, return_inverse=True)
        at = each[first]
        scene = Scene(together[first], seen_by[first], open_[at], self.delays.known(day[at], before[at]))
        chance = np.stack([self._chance(scene, np.full(len(first), c)) for c in range(len(CONCERNS))], axis=1)
        by_home = chance[kind].reshape(n_classes + 1, len(home), *self._shape)
        eligible = self._eligible(counts)  # (rows, concerns, classes)
        of_child = np.einsum("rck,krcvp->rcvp", eligible, by_home[1:])
        unseen: Floats = np.where(OF_A_CHILD[:, None, None], of_child, by_home[0])
        nobody = np.where(OF_A_CHILD, eligible.sum(axis=2) == 0, (counts.sum(axis=1) == 0)[:, None])
        unseen[nobody | (away > 0)[:, None]] = 1.0
        return unseen

    @property
    def _flags(self) -> int:
        """The flags that matter to the viewer: only what is shared depends on whether a home is known."""
        return SEEN_BY if self.delays.viewer == "childrens_services" else SEEN_BY & ~KNOWN

    def _eligible(self, counts: Ints) -> Floats:
        """Return (rows, concerns, classes): how likely a concern about one child is about one of a class."""
        starts = self.around.edges[:-1]
        at_school = (starts >= COMPULSORY_SCHOOL_DAYS[0]) & (starts < COMPULSORY_SCHOOL_DAYS[1])
        can = np.ones((len(CONCERNS), len(starts)))
        can[KIND["school_absence"]] = at_school
        n = counts[:, None, :] * can
        total = n.sum(axis=2, keepdims=True)
        return n / np.where(total > 0, total, 1)

    def _school_open(self, day: Ints) -> Bools:
        open_: Bools = in_term(day + self.around.first_day) & (day % 7 < 5)  # a record begins on a Monday
        return open_

    def _scene(self, told: Ints, before: Ints) -> Scene:
        """Return the scene of incidents that are known before a day."""
        incidents, around = self.incidents, self.around
        day = incidents.day[told]
        counts = around.counts(incidents.where[told], day)
        age = (day - incidents.born[told])[:, None]
        own = (age >= around.edges[:-1]) & (age < around.edges[1:])
        return Scene(
            classes=np.where((incidents.born[told] == NEVER)[:, None], counts > 0, own),
            flags=around.flags[incidents.where[told], day],
            school_open=self._school_open(day),
            reach=self.delays.known(day, before),
        )

    def _chance(self, scene: Scene, concern: Ints, seen_by: Bools | None = None) -> Floats:
        """Return (rows, visibilities, presences): that these agencies show an incident, and no others.

        concern: of each row. seen_by: (agencies, rows); nobody unless given.
        """
        starts = self.around.edges[:-1]
        young = (scene.classes & (starts < UNDER_FIVE_DAYS[1])).any(axis=1).astype(np.int64)
        visibility = self.seen.visibility[:, young]  # (visibilities, rows)
        says = scene.classes & (starts >= self.scenario.noticing.child_says_from_age_years * DAYS_A_YEAR)
        chance = np.ones((len(concern), len(visibility), N_PRESENT))
        for agency in range(len(AGENCIES)):
            notices = self.seen.notices[agency, concern]
            passed_on = self._passed_on(agency, concern, np.asarray(says.any(axis=1)), scene.flags)
            if not notices.any() or not passed_on.any():
                continue
            p = np.minimum(notices * visibility, 1) * self._is_there(agency, scene) * passed_on
            there = (
                ONLY_IN_STATES[agency][STATE_OF_PRESENT] if agency in ONLY_IN_STATES else np.ones(N_PRESENT)
            )
            shows = p.T[:, :, None] * there
            nothing = 1 - shows * scene.reach[agency][:, None, None]
            if seen_by is None:
                chance *= nothing
            else:
                chance *= np.where(seen_by[agency][:, None, None], shows, nothing)
        return chance

    def _is_there(self, agency: int, scene: Scene) -> Bools:
        """Return whether an agency is in a position to see those concerned, as far as the record says."""
        there: Bools = np.ones(len(scene.flags), np.bool_)
        if agency in self.seen.ages_seen:
            youngest, oldest = self.seen.ages_seen[agency]
            starts = self.around.edges[:-1]
            there = np.asarray((scene.classes & (starts >= youngest) & (starts < oldest)).any(axis=1))
        if agency in IN_TERM_ONLY:
            there = there & scene.school_open
        if agency == AGENCY["childrens_services"]:
            there = there & (scene.flags & OPEN > 0)
        if agency == AGENCY["refuge"]:
            there = there & (scene.flags & IN_REFUGE > 0)
        return there

    def _passed_on(self, agency: int, concern: Ints, can_say: Bools, flags: Ints) -> Floats:
        """Return the chance that what an agency noticed ever comes to the viewer."""
        viewer, assumed, seen = self.delays.viewer, self.scenario.noticing, self.seen
        recorded = np.full(len(concern), seen.records[agency])
        if viewer == "pooled":
            return recorded
        if viewer != "childrens_services":
            return recorded * (viewer == list(AGENCIES)[agency])
        shares = seen.shares[agency, concern] * np.where(flags & KNOWN > 0, assumed.shares_when_known, 1.0)
        disbelieved = np.where(CAN_BE_SAID[concern] & can_say, seen.says[agency], 0) * (
            1 - seen.believes[agency]
        )
        usual, doubted = np.minimum(shares, 1), np.minimum(shares * assumed.shares_when_not_believed, 1)
        shared: Floats = usual * (1 - disbelieved) + doubted * disbelieved
        return recorded * shared


def _packed(columns: list[np.ndarray]) -> Ints:
    """Return one whole number a row, the same for rows that agree in all columns of numbers from 0 on."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        key = key * (int(column.max(initial=0)) + 1) + column
    return key
