"""Noticing: what happens in a home, which agencies could see it, and what became of what they saw.

An incident arises from the hidden state. Each agency that is there to see notices it or not, writes it
down or not, believes a child or not, shares it with children's services or not, each with its own delay.
What was missed is kept in the truth, one row for each agency that could have noticed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.core.arrays import Bools, Floats, Ints
from risk.core.calendar import DAYS_A_YEAR, add_working_days
from risk.core.draws import Stream, by_row, choose
from risk.core.kinds import AGENCY, CONCERNS, GENERATED_AGENCIES, KIND
from risk.world.observation import (
    ADULT_AT_DAYS,
    CAN_BE_SAID,
    COMPULSORY_SCHOOL_DAYS,
    IN_TERM_ONLY,
    KNOWN_FOR_DAYS,
    OF_A_CHILD,
    ON_ANY_DAY,
    ON_WEEKDAYS,
    ONLY_IN_STATES,
    UNDER_FIVE_DAYS,
    Channels,
    in_term,
)
from risk.world.simulate.block import NEVER, NONE, Block, Tray, first_of_each

HAPPENS_SLOTS: Final = 16  # one a concern, two spare
DAY, WHOM, SEVERITY, GOES_TO_REFUGE, STAYS = range(5)
DETAIL_SLOTS: Final = 8
NOTICES, RECORDS, SAYS, BELIEVES = range(4)
SHARES, RECORDING_DELAY, SHARING_DELAY = range(3)
PAIR_SLOTS: Final = 4
WEEKS_IN_ID: Final = 2048
CONCERNS_IN_ID: Final = 16
AGENCIES_IN_ITEM: Final = 64
IF_RECORDED: Final = 1 << 12
"""Added to the item of a sighting for the draws that only what was written down needs."""
ANY_CONCERN: Final = 255
"""The item under which it is drawn which concerns an eventful week holds."""


@dataclass
class Happenings:
    """A week's incidents in a block, in the order of their days, one array element each."""

    where: Ints
    concern: Ints
    day: Ints
    child: Ints  # child_id, or NONE for the whole household
    concerned: Bools  # (incidents, children): which children's age matters
    severity: Ints
    refuge: Floats  # (2, incidents): whether the family leaves for a refuge, and for how long

    def __getitem__(self, which: Ints) -> "Happenings":
        return Happenings(**{k: v[:, which] if k == "refuge" else v[which] for k, v in vars(self).items()})


Columns = dict[str, np.ndarray]


@dataclass
class Sightings:
    """What agencies in a position to see it could notice on one day, one element an incident and an agency.

    sighted: sighting_id, where, agency, and whether it is noticed, recorded and shared by the last day.
    written: what those who record it write, as columns of events and reports; `of` is its place in sighted.
    """

    sighted: Columns
    written: Columns


def happen(block: Block, week: int, seen: Channels) -> list[Sightings]:
    """Return what could be noticed this week and what would be written of it, for each of its seven days.

    Whether the family lives at home on the day, is in a refuge or has a case open, is for `notice` to ask.
    """
    happened = _incidents(block, week, seen)
    there = _there_to_see(block, week, happened, seen) & (seen.notices.T > 0)[happened.concern]
    of, agency = np.nonzero(there)
    where, concern = happened.where[of], happened.concern[of]
    item = concern * AGENCIES_IN_ITEM + agency
    u = by_row(block.seed, Stream.NOTICING, where + block.first, week, item, PAIR_SLOTS)
    age = happened.day[:, None] - block.families.born[happened.where]
    young: Bools = happened.concerned & (age < UNDER_FIVE_DAYS[1])
    has_young = np.asarray(young.any(axis=1), np.int64)
    visibility = seen.visibility[block.families.visibility[where], has_young[of]]
    noticed = u[NOTICES] < seen.notices[agency, concern] * visibility
    recorded = np.flatnonzero(noticed & (u[RECORDS] < seen.records[agency]))
    of_recorded, by = of[recorded], agency[recorded]
    written = _what_is_written(block, week, happened[of_recorded], by, u[:, recorded], seen)
    incident_id = ((where + block.first) * WEEKS_IN_ID + week) * CONCERNS_IN_ID + concern
    sighted = {
        "sighting_id": incident_id * AGENCIES_IN_ITEM + agency,
        "where": where,
        "agency": agency,
        "noticed": noticed,
        "recorded": _by_last_day(block, len(of), recorded, written["recorded"]),
        "shared": _by_last_day(block, len(of), recorded, written["told"]),
    }
    return _day_by_day(block.first_day + 7 * week, happened.day[of], sighted, recorded, written)


def _by_last_day(block: Block, n: int, recorded: Ints, on: Ints) -> Bools:
    """Return for each of `n` sightings whether it was recorded and that was done before the last day."""
    done = np.zeros(n, np.bool_)
    done[recorded] = on < block.last_day
    return done


def _day_by_day(
    monday: int, day: Ints, sighted: Columns, recorded: Ints, written: Columns
) -> list[Sightings]:
    starts = np.searchsorted(day, monday + np.arange(8))
    rows = np.searchsorted(recorded, starts)
    days = []
    for d in range(7):
        today = {name: column[starts[d] : starts[d + 1]] for name, column in sighted.items()}
        entries = {name: column[rows[d] : rows[d + 1]] for name, column in written.items()}
        entries["of"] = recorded[rows[d] : rows[d + 1]] - starts[d]
        days.append(Sightings(today, entries))
    return days


def _incidents(block: Block, week: int, seen: Channels) -> Happenings:
    """Return what would happen this week in the homes that have children."""
    monday = block.first_day + 7 * week
    u = block.weekly(Stream.INCIDENT, week)
    eventful = np.flatnonzero(u < seen.by_then[-1].take(block.state))
    lives = (block.families.first_born[eventful] <= monday + 6) & (block.families.grown[eventful] > monday)
    eventful = eventful[lives & block.at_home[eventful]]
    # The draw says which concern is the first in the list to happen; those after it have their own draws.
    state = block.state[eventful]
    first = (u[eventful] >= seen.by_then.take(state, axis=1)).sum(axis=0)
    v = by_row(block.seed, Stream.INCIDENT_DETAIL, eventful + block.first, week, ANY_CONCERN, HAPPENS_SLOTS)
    concerns = np.arange(len(CONCERNS))[:, None]
    happens = v[: len(CONCERNS)] < seen.p_incident.take(state, axis=1)
    concern, i = np.nonzero((concerns == first) | ((concerns > first) & happens))
    where = eventful[i]
    detail = by_row(block.seed, Stream.INCIDENT_DETAIL, where + block.first, week, concern, DETAIL_SLOTS)
    days_open = np.where(ON_WEEKDAYS[concern], 5, 7)  # nobody is absent from school on a Saturday
    day = monday + np.floor(days_open * detail[DAY]).astype(np.int64)
    concerned, child, anybody = _whom(block, where, concern, day, detail[WHOM])
    happened = Happenings(
        where=where,
        concern=concern,
        day=day,
        child=child,
        concerned=concerned,
        severity=1 + choose(detail[SEVERITY], seen.severity[concern]).astype(np.int64),
        refuge=detail[[GOES_TO_REFUGE, STAYS]],
    )
    order = np.argsort(((day - monday) * block.n + where) * CONCERNS_IN_ID + concern)
    return happened[order[anybody[order]]]


def _whom(block: Block, where: Ints, concern: Ints, day: Ints, u: Floats) -> tuple[Bools, Ints, Bools]:
    """Return which children each incident concerns, the child it is about (or NONE), and whether any."""
    born = block.families.born[where]
    age = day[:, None] - born
    at_home = (born != NONE) & (age >= 0) & (age < ADULT_AT_DAYS)
    lo, hi = COMPULSORY_SCHOOL_DAYS
    absent_from_school = (concern == KIND["school_absence"])[:, None]
    can_be_hit = at_home & (~absent_from_school | ((age >= lo) & (age < hi)))
    n = can_be_hit.sum(axis=1)
    nth = np.floor(u * n).astype(np.int64)
    hit = can_be_hit & (np.cumsum(can_be_hit, axis=1) == nth[:, None] + 1)
    of_child = OF_A_CHILD[concern]
    child = np.where(of_child, (where + block.first) * 16 + hit.argmax(axis=1), NONE)
    return np.where(of_child[:, None], hit, at_home), child, n > 0


def _there_to_see(block: Block, week: int, happened: Happenings, seen: Channels) -> Bools:
    """Return (incidents, agencies): whether the agency is in a position to see this household that week."""
    age = happened.day[:, None] - block.families.born[happened.where]

    monday = block.first_day + 7 * week
    is_open = (in_term(monday + np.arange(7)) & (np.arange(7) < 5))[happened.day - monday]
    there = np.ones((len(happened.day), len(GENERATED_AGENCIES)), np.bool_)
    for agency, (youngest, oldest) in seen.ages_seen.items():
        aged: Bools = happened.concerned & (age >= youngest) & (age < oldest)
        there[:, agency] = aged.any(axis=1)
    for agency in IN_TERM_ONLY:
        there[:, agency] &= is_open
    for agency, states in ONLY_IN_STATES.items():
        there[:, agency] = states[block.state[happened.where]]
    return there


def _what_is_written(
    block: Block, week: int, happened: Happenings, agency: Ints, u: Floats, seen: Channels
) -> Columns:
    """Return what each `agency` writes of each incident: columns of events, and told (NEVER if not shared),
    looks (how severe it looks to children's services), reported, and the weeks in a refuge that follow.
    """
    assumed = block.scenario.noticing
    where, concern, day = happened.where, happened.concern, happened.day
    item = IF_RECORDED + concern * AGENCIES_IN_ITEM + agency
    v = by_row(block.seed, Stream.NOTICING, where + block.first, week, item, PAIR_SLOTS)
    old_enough = day[:, None] - block.families.born[where] >= assumed.child_says_from_age_years * DAYS_A_YEAR
    says = CAN_BE_SAID[concern] & (happened.concerned & old_enough).any(axis=1)
    says &= u[SAYS] < seen.says[agency]
    believed = np.where(says, u[BELIEVES] < seen.believes[agency], NONE)
    shared = v[SHARES] < _p_share(block, week, happened, agency, believed, seen)
    until_written = _delay(
        v[RECORDING_DELAY], seen.recording_delay[agency], assumed.recording_delay_most_days
    )
    written_on = _on_a_day_they_work(day + until_written, agency)
    until_told = _delay(v[SHARING_DELAY], seen.sharing_delay[agency], assumed.sharing_delay_most_days)
    told_on = _on_a_day_they_work(written_on + until_told, agency)
    # A child who was not believed is passed on as something that looks less serious.
    less = assumed.severity_lost_when_not_believed * (believed == 0)
    return {
        "where": where,
        "agency": agency,
        "concern": concern,
        "child": happened.child,
        "severity": happened.severity,
        "disclosed": says,
        "believed": believed,
        "recorded": written_on,
        "shared": np.where(shared, told_on, NONE),
        "told": np.where(shared, told_on, NEVER),
        "looks": np.maximum(happened.severity - less, 1),
        "reported": shared & (agency != AGENCY["childrens_services"]),
        "refuge_weeks": _refuge_weeks(block, happened, agency),
    }


def _p_share(
    block: Block, week: int, happened: Happenings, agency: Ints, believed: Ints, seen: Channels
) -> Floats:
    """Return how likely each agency is to share what it wrote: more of homes that are known."""
    assumed, referred = block.scenario.noticing, block.referred[happened.where]
    known = (referred != NONE) & (block.first_day + 7 * week - referred <= KNOWN_FOR_DAYS)
    p: Floats = seen.shares[agency, happened.concern] * np.where(known, assumed.shares_when_known, 1.0)
    return p * np.where(believed == 0, assumed.shares_when_not_believed, 1.0)


def _refuge_weeks(block: Block, happened: Happenings, agency: Ints) -> Ints:
    """Return how long mother and children go to a refuge after domestic abuse that police recorded, or 0."""
    assumed = block.scenario.noticing
    shortest, longest = assumed.refuge_stay_weeks
    goes = (happened.concern == KIND["domestic_abuse"]) & (agency == AGENCY["police"])
    goes &= happened.refuge[0] < assumed.refuge_after_domestic_abuse
    weeks = shortest + np.floor(happened.refuge[1] * (longest - shortest + 1)).astype(np.int64)
    return np.where(goes, weeks, 0)


def notice(block: Block, day: int, sightings: Sightings) -> None:
    """Let a day's incidents be noticed, recorded, believed and shared, or not.

    Nothing happens in a home from which the children were taken since Monday.
    """
    sighted, written = sightings.sighted, sightings.written
    could = _sees_today(block, day, sighted["where"], sighted["agency"])
    n = int(could.sum())
    if n == 0:
        return
    event_id = np.full(len(could), NONE)
    if len(written["of"]):
        kept = could[written["of"]]
        written = {name: column[kept] for name, column in written.items()}
        event_id[written["of"]] = _write_down(block, day, written)
    block.incidents.add(
        n,
        on=day,
        event_id=event_id[could],
        **{k: sighted[k][could] for k in ("sighting_id", "noticed", "recorded", "shared")},
    )


def _sees_today(block: Block, day: int, where: Ints, agency: Ints) -> Bools:
    """Return whether the family lives at home, and those who see only some homes see this one."""
    sees: Bools = block.at_home[where]
    in_refuge = (block.in_refuge_from[where] <= day) & (day < block.in_refuge_until[where])
    sees &= (agency != AGENCY["refuge"]) | in_refuge
    sees &= (agency != AGENCY["childrens_services"]) | (block.stage[where] > 0)
    return sees


def _write_down(block: Block, day: int, written: Columns) -> Ints:
    """Write what is recorded, post it to those whom it reaches, and return the events' ids."""
    of_event = ("agency", "recorded", "shared", "child", "severity", "disclosed", "believed")
    event_id = block.write(
        written["where"],
        written["concern"],  # concerns are the first kinds, so their codes agree
        day,
        **{name: written[name] for name in of_event},
    )
    report = {name: written[name] for name in ("where", "agency", "concern")}
    report |= {"severity": written["looks"], "event_id": event_id}
    reported = np.flatnonzero(written["reported"])
    _post(block.inbox, written["told"][reported], {k: v[reported] for k, v in report.items()})
    if block.scenario.practice.adds_up > 0:
        _post(block.written, written["recorded"], report)
    _go_to_refuge(block, day, written["where"], written["recorded"], written["refuge_weeks"])
    return event_id


def _delay(u: Floats, mean: Floats, most: int) -> Ints:
    """Return whole days of an exponential delay, none longer than `most`."""
    return np.minimum(np.floor(-np.log1p(-u) * mean), most).astype(np.int64)


def _on_a_day_they_work(day: Ints, agency: Ints) -> Ints:
    """Return the day itself, or the next working day for agencies closed at weekends and bank holidays."""
    return np.where(ON_ANY_DAY[agency], day, add_working_days(day, 0))


def _post(tray: Tray, day: Ints, report: dict[str, Ints]) -> None:
    """Put reports into a tray under the day on which each comes."""
    if len(day) == 0:
        return
    order = np.argsort(day, kind="stable")
    comes = day[order]
    sorted_report = {name: column[order] for name, column in report.items()}
    starts = np.flatnonzero(first_of_each(comes)).tolist()
    for start, end in zip(starts, [*starts[1:], len(comes)], strict=True):
        batch = {name: column[start:end] for name, column in sorted_report.items()}
        tray.setdefault(int(comes[start]), []).append(batch)


def _go_to_refuge(block: Block, day: int, where: Ints, recorded: Ints, weeks: Ints) -> None:
    """Let mothers and children who are in no refuge leave for one, the day after police wrote of it."""
    leaves = np.flatnonzero((weeks > 0) & (block.in_refuge_until[where] <= day))
    home, from_day = where[leaves], recorded[leaves] + 1
    until = from_day + 7 * weeks[leaves]
    block.in_refuge_from[home], block.in_refuge_until[home] = from_day, until
    block.refuge_stays.add(len(home), household=home, from_day=from_day, to_day=until)
    stay = block.write(home, "refuge_stay_started", from_day, agency="refuge", shared=NONE)
    block.write(home, "refuge_stay_ended", until, agency="refuge", shared=NONE, closes=stay)
