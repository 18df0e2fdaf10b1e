"""Sightings: how likely what was seen of a home in a week is, and what was not, given its hidden state.

Silence speaks too: a week in which nobody wrote anything is more likely where care is adequate. How much it
says depends on who could have seen the children, and on how long ago the week is: what happened lately may
still be on its way into a file.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.core.arrays import Bools, Floats, Ints
from risk.core.calendar import DAYS_A_YEAR
from risk.core.kinds import AGENCY, CONCERNS, GENERATED_AGENCIES, KIND
from risk.records.cohort import Record
from risk.world.ceiling.circumstances import AWAY, IN_REFUGE, KNOWN, OPEN, SEEN_BY, Circumstances
from risk.world.ceiling.delays import Delays
from risk.world.ceiling.incidents import NEVER, Incidents
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
    in_term,
)
from risk.world.scenario import Scenario

N_PRESENT: Final = 4
PRESENT: Final = np.arange(N_STATES) % N_PRESENT
"""Misuse × risky adult of each state: on these it depends which agencies are in the home."""

THERE_IN: Final = {agency: states[:N_PRESENT] for agency, states in ONLY_IN_STATES.items()}
"""Whether an agency that is there for misuse, or for a risky adult, is in the home."""

SURELY_KNOWN: Final = 1 << 9
"""More days than anything takes to be known."""


@dataclass(frozen=True)
class Scene:
    """Things that happen, or could, one row each: on what it depends who can see them.

    there: (agencies, rows) whether the agency is in a position to see, as far as the record says. young,
    can_say: whether a child under five is concerned, and one old enough to put it into words. known: of the
    home. reach: (agencies, rows) the chance that what the agency passes on has come to the viewer by then.
    """

    there: Bools
    young: Bools
    can_say: Bools
    known: Bools
    reach: Floats

    def __getitem__(self, rows: Ints) -> "Scene":
        return Scene(*(column[..., rows] for column in vars(self).values()))


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
        # Had nobody shown anything: the product over kinds of concern of 1 - P(an incident that is shown).
        quiet, row = self._quiet(where, week, before)
        likelihood: Floats = np.prod(quiet, axis=1)[row]
        told, of = self.incidents.known(where, week, before)
        if len(told) == 0:
            return likelihood
        # What was shown takes the place of its quiet factor: P(incident) P(shown by these and no others).
        scene = self._scene_of(told, before[of])
        seen_by = before[of] > self.incidents.known_on[told].T
        concerns = self.incidents.concern[told]
        for concern in np.unique(concerns).tolist():
            these = np.flatnonzero(concerns == concern)
            chance = self._chance(scene[these], concern, seen_by[:, these])
            happened = self.seen.p_incident[concern] * chance[:, :, PRESENT]
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
        # One home stands for each kind of week; its seven days are asked about, and averaged, since an
        # incident falls on any day alike, or on any weekday.
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
        scene = self._scene(together[first], seen_by[first], open_[at], day[at], before[at])
        chance = np.stack([self._chance(scene, concern) for concern in range(len(CONCERNS))], axis=1)
        # Back from kinds of scene to homes: first of whole homes, then of each class of age alone.
        by_home = chance[kind].reshape(n_classes + 1, len(home), *self._shape)
        # A concern about one child falls on each child alike: the mean over those it can be about.
        eligible = self._eligible(counts)  # (rows, concerns, classes)
        of_child = np.einsum("rck,krcvp->rcvp", eligible, by_home[1:])
        unseen: Floats = np.where(OF_A_CHILD[:, None, None], of_child, by_home[0])
        # Where nobody is there to be concerned about, nothing can be shown.
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

    def _scene_of(self, told: Ints, before: Ints) -> Scene:
        """Return the scene of incidents of which somebody tells before a day."""
        incidents, around = self.incidents, self.around
        day, where = incidents.day[told], incidents.where[told]
        age = (day - incidents.born[told])[:, None]
        own = (age >= around.edges[:-1]) & (age < around.edges[1:])
        classes = np.where((incidents.born[told] == NEVER)[:, None], around.counts(where, day) > 0, own)
        return self._scene(classes, around.flags[where, day], self._school_open(day), day, before)

    def _scene(self, classes: Bools, flags: Ints, school_open: Bools, day: Ints, before: Ints) -> Scene:
        """Return a scene: (rows, classes of age) of who is concerned, and one of each of the others a row."""
        starts = self.around.edges[:-1]

        def concerns(aged: Bools) -> Bools:
            return np.asarray((classes & aged).any(axis=1))

        there = np.ones((len(GENERATED_AGENCIES), len(flags)), np.bool_)
        for agency, (youngest, oldest) in self.seen.ages_seen.items():
            there[agency] = concerns((starts >= youngest) & (starts < oldest))
        for agency in IN_TERM_ONLY:
            there[agency] &= school_open
        there[AGENCY["childrens_services"]] = flags & OPEN > 0
        there[AGENCY["refuge"]] = flags & IN_REFUGE > 0
        return Scene(
            there=there,
            young=concerns(starts < UNDER_FIVE_DAYS[1]),
            can_say=concerns(starts >= self.scenario.noticing.child_says_from_age_years * DAYS_A_YEAR),
            known=flags & KNOWN > 0,
            reach=self.delays.known(day, before),
        )

    def _chance(self, scene: Scene, concern: int, seen_by: Bools | None = None) -> Floats:
        """Return (rows, visibilities, presences): that these agencies show an incident, and no others.

        seen_by: (agencies, rows); nobody unless given.
        """
        visibility = self.seen.visibility[:, scene.young.astype(np.int64)]  # (visibilities, rows)
        chance = np.ones((scene.young.size, len(visibility), N_PRESENT))
        # Agencies notice apart from each other, so the chances multiply, an agency a step.
        for agency in np.flatnonzero(self.seen.notices[:, concern]).tolist():
            if not self.delays.hears(agency):
                continue
            # It is there, notices (by the home's visibility), and passes on; by then, or only later.
            noticed = np.minimum(self.seen.notices[agency, concern] * visibility, 1)
            p = noticed * scene.there[agency] * self._passed_on(agency, concern, scene)
            shows = p.T[:, :, None] * THERE_IN.get(agency, np.ones(N_PRESENT))
            nothing = 1 - shows * scene.reach[agency][:, None, None]
            chance *= nothing if seen_by is None else np.where(seen_by[agency][:, None, None], shows, nothing)
        return chance

    def _passed_on(self, agency: int, concern: int, scene: Scene) -> Floats | float:
        """Return the chance that what an agency noticed ever comes to the viewer who hears of it."""
        assumed, seen = self.scenario.noticing, self.seen
        recorded = float(seen.records[agency])
        if self.delays.viewer != "childrens_services":
            return recorded
        shares = seen.shares[agency, concern] * np.where(scene.known, assumed.shares_when_known, 1.0)
        says = np.where(scene.can_say & CAN_BE_SAID[concern], seen.says[agency], 0.0)
        disbelieved = says * (1 - seen.believes[agency])
        usual, doubted = np.minimum(shares, 1), np.minimum(shares * assumed.shares_when_not_believed, 1)
        shared: Floats = usual * (1 - disbelieved) + doubted * disbelieved
        return recorded * shared


def _packed(columns: list[np.ndarray]) -> Ints:
    """Return one whole number a row, the same for rows that agree in all columns of numbers from 0 on."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        key = key * (int(column.max(initial=0)) + 1) + column
    return key
