"""Noticing: which agencies could see what happens in a home, and what became of what they saw.

Each agency that is there to see notices an incident or not, writes it down or not, believes a child or not,
shares it with children's services or not, each with its own delay. What was missed is kept in the truth,
one row for each agency that could have noticed.
"""

import math
from typing import Any, Final

import numpy as np

from risk.core.kinds import GENERATED_AGENCIES
from risk.world.compiled import compiled
from risk.world.observation import UNDER_FIVE_DAYS
from risk.world.simulate.casework import working_day_from
from risk.world.simulate.codes import (
    CONCERN_OF,
    KIND_OF,
    NEVER,
    NONE,
    Agency,
    Decision,
    Kind,
    Stage,
    code,
    wide,
)
from risk.world.simulate.home import MOST_CHILDREN, Home
from risk.world.simulate.luck import row
from risk.world.simulate.papers import AGENCIES_IN_ITEM, keep_refuge_stay, keep_sighting, write, write_end
from risk.world.simulate.tray import TOLD, WRITTEN, post

NOTICES, RECORDS, SAYS, BELIEVES = range(4)
SHARES, RECORDING_DELAY, SHARING_DELAY = range(3)
SLOTS: Final = code(4)
IF_RECORDED: Final = 1 << 12
"""Added to the item of a sighting for the draws that only what was written down needs."""
N_AGENCIES: Final = len(GENERATED_AGENCIES)
FROM_BIRTH: Final = np.float64(0)
UNDER_FIVE: Final = np.float64(UNDER_FIVE_DAYS[1])

Incident = Any
Event = Any


@compiled
def notice(home: Home, day: int) -> None:
    """Let the incidents of a day be noticed, recorded, believed and shared, or not.

    Nothing happens in a home from which the children were taken since Monday. Mother and children leave for
    a refuge once all is written that is written of the day.
    """
    abuse, police_write_on = NONE, NEVER
    for i in range(home.n_incidents if home.lives_here else 0):
        incident = home.incidents[i]
        for agency in range(N_AGENCIES):
            if incident.day == day and is_there_to_see(home, incident, agency):
                recorded = see(home, incident, agency)
                if agency == Agency.police and incident.concern == Kind.domestic_abuse:
                    abuse, police_write_on = i, recorded
    if police_write_on != NEVER:
        leave_for_refuge(home, home.incidents[abuse], police_write_on + 1)


@compiled
def is_there_to_see(home: Home, incident: Incident, agency: int) -> bool:
    """Return whether an agency is in a position to see this incident in this home."""
    seen = home.noticing
    if not seen.notices[agency, incident.concern] > 0 or not seen.in_states[agency, home.state]:
        return False
    school_day = home.calendar.is_school_day[incident.day - home.calendar.first_tabled]
    if seen.in_term_only[agency] and not school_day:
        return False
    away = in_refuge(home, incident.day)
    if agency == Agency.refuge and not away:
        return False
    if agency != Agency.refuge and away and seen.at_home_only[incident.concern]:
        return False
    if agency == Agency.childrens_services and home.stage == Stage.closed:
        return False
    youngest, oldest = seen.ages_seen[agency, 0], seen.ages_seen[agency, 1]
    return not seen.sees_by_age[agency] or concerns_aged(home, incident, youngest, oldest)


@compiled
def in_refuge(home: Home, day: int) -> bool:
    """Return whether mother and children are in a refuge on this day."""
    return home.in_refuge_from <= day and day < home.in_refuge_until


@compiled
def concerns_aged(home: Home, incident: Incident, youngest: float, below: float) -> bool:
    """Return whether an incident concerns a child of so many days of age."""
    for child in range(MOST_CHILDREN):
        age = incident.day - home.family.born[child]
        if incident.concerned[child] and youngest <= age and age < below:
            return True
    return False


@compiled
def see(home: Home, incident: Incident, agency: int) -> int:
    """Let one agency see one incident; return the day on which it writes it down, or NEVER."""
    seen, concern = home.noticing, incident.concern
    item = concern * AGENCIES_IN_ITEM + agency
    row(home.seed, Decision.noticing, home.household, home.week, item, SLOTS, home.draws)
    young = concerns_aged(home, incident, FROM_BIRTH, UNDER_FIVE)
    visibility = seen.visibility[home.family.visibility, int(young)]
    noticed = home.draws[NOTICES] < seen.notices[agency, concern] * visibility
    sighting = keep_sighting(home, concern, agency, incident.day)
    sighting.noticed = noticed
    if not noticed or home.draws[RECORDS] >= seen.records[agency]:
        return NEVER
    believed = hear(home, incident, agency) if seen.can_be_said[concern] else NONE
    row(home.seed, Decision.noticing, home.household, home.week, IF_RECORDED + item, SLOTS, home.draws)
    event = write_down(home, incident, agency, believed)
    told = share(home, event)
    sighting.recorded, sighting.shared = event.recorded < home.last_day, told < home.last_day
    sighting.event_id = event.event_id
    return event.recorded


@compiled
def hear(home: Home, incident: Incident, agency: int) -> int:
    """Return whether a child who puts an incident into words is believed; NONE if none does."""
    seen, care, voice = home.noticing, home.harm.care_of[home.state], voice_of(home, incident)
    not_believed = int(home.not_believed < incident.day)
    if home.draws[SAYS] >= seen.says[agency, voice, not_believed, care]:
        return NONE
    return int(home.draws[BELIEVES] < seen.believes[agency, voice, care])


@compiled
def voice_of(home: Home, incident: Incident) -> int:
    """Return the voice of the child whom an incident concerns, or of the eldest at home."""
    eldest = 0
    for child in range(MOST_CHILDREN):
        if incident.concerned[child]:
            eldest = max(eldest, incident.day - home.family.born[child])
    voice = 0
    for from_age in home.noticing.voice_from_days:
        voice += eldest >= from_age
    return voice


@compiled
def write_down(home: Home, incident: Incident, agency: int, believed: int) -> Event:
    """Write down what an agency saw, with its delay, and return the event."""
    seen = home.noticing
    takes = delay(home.draws[RECORDING_DELAY], seen.recording_delay[agency], seen.recording_delay_most_days)
    event = write(home, KIND_OF[incident.concern], incident.day, NONE)
    event.agency, event.child, event.severity = agency, incident.child, incident.severity
    event.recorded, event.shared = on_a_day_they_work(home, agency, incident.day + takes), NONE
    event.disclosed, event.believed = believed != NONE, believed
    if believed == 0:  # from the next day on the children of this home say less
        home.not_believed = min(home.not_believed, wide(event.recorded))
    return event


@compiled
def share(home: Home, event: Event) -> int:
    """Let those whom it reaches have what was written; return when children's services are told, or NEVER."""
    seen, unbelieved = home.noticing, event.believed == 0
    agency, concern, recorded = wide(event.agency), CONCERN_OF[event.kind], wide(event.recorded)
    told = NEVER
    p = seen.shares[agency, concern] * (seen.shares_when_known if home.is_known else 1.0)
    if home.draws[SHARES] < p * (seen.shares_when_not_believed if unbelieved else 1.0):
        takes = delay(home.draws[SHARING_DELAY], seen.sharing_delay[agency], seen.sharing_delay_most_days)
        told = on_a_day_they_work(home, agency, recorded + takes)
        event.shared = told
    # A child who was not believed is passed on as something that looks less serious.
    looks = max(event.severity - (seen.severity_lost_when_not_believed if unbelieved else 0), 1)
    if told != NEVER and agency != Agency.childrens_services:
        post(home, told, TOLD, agency, concern, looks, event.event_id)
    if home.practice.adds_up > 0:
        post(home, recorded, WRITTEN, agency, concern, looks, event.event_id)
    return told


@compiled
def delay(u: float, mean: float, most: int) -> int:
    """Return whole days of an exponential delay, none longer than `most`."""
    return min(int(-math.log1p(-u) * mean), most)


@compiled
def on_a_day_they_work(home: Home, agency: int, day: int) -> int:
    """Return the day itself, or the next working day for agencies closed at weekends and bank holidays."""
    return day if home.noticing.on_any_day[agency] else working_day_from(home, day)


@compiled
def leave_for_refuge(home: Home, incident: Incident, from_day: int) -> None:
    """Let mother and children who are in no refuge leave for one after abuse that police wrote of, or not."""
    goes = incident.goes_to_refuge < home.noticing.refuge_after_domestic_abuse
    if not goes or home.in_refuge_until > incident.day:
        return
    shortest, longest = home.noticing.refuge_stay_weeks[0], home.noticing.refuge_stay_weeks[1]
    until = from_day + 7 * (shortest + int(incident.stays * (longest - shortest + 1)))
    home.in_refuge_from, home.in_refuge_until = from_day, until
    keep_refuge_stay(home, from_day, until)
    started = write(home, Kind.refuge_stay_started, from_day, NONE)
    started.agency, started.shared = Agency.refuge, NONE
    ended = write_end(home, Kind.refuge_stay_ended, until, started.event_id)
    ended.agency, ended.shared = Agency.refuge, NONE
