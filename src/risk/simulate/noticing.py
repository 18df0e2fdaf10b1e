"""Noticing: what happens in a home, which agencies could see it, and what became of what they saw.

An incident arises from the hidden state. Each agency that is there to see notices it or not, writes it
down or not, believes a child or not, shares it with children's services or not, each with its own delay.
What was missed is kept in the truth, one row for each agency that could have noticed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.assumptions import NoticingAssumptions
from risk.draws import Floats, Stream, by_row, choose
from risk.kinds import AGENCIES, ALWAYS_OPEN, CHILD_CONCERNS, CONCERNS, DISCLOSABLE
from risk.simulate.block import AGENCY, KIND, NONE, Block, Bools, Ints
from risk.simulate.families import ADULT_AT_DAYS
from risk.simulate.harm import (
    STATE_ABUSE,
    STATE_CARE,
    STATE_MISUSE,
    STATE_RISKY,
    WEEKS_A_YEAR,
    state_code,
)

SLOTS: Final = 16  # one a concern, two spare
DAY, WHOM, SEVERITY, GOES_TO_REFUGE, STAYS = range(5)
NOTICES, RECORDS, RECORDING_DELAY, SHARES, SHARING_DELAY, SAYS, BELIEVES = range(7)
ROW_SLOTS: Final = 8
WEEKS_IN_ID: Final = 2048
CONCERNS_IN_ID: Final = 16
AGENCIES_IN_ITEM: Final = 64

NURSERY_DAYS: Final = (730, 1826)
UNDER_FIVE_DAYS: Final = (0, 1826)
SCHOOL_DAYS: Final = (1826, ADULT_AT_DAYS)
COMPULSORY_SCHOOL_DAYS: Final = (1826, 5844)  # 5 to 16

# First and last day of school holidays as month × 100 + day: a common pattern in England, an assumption.
SCHOOL_HOLIDAYS: Final = (
    (101, 103),
    (214, 220),
    (401, 415),
    (525, 531),
    (722, 902),
    (1024, 1031),
    (1220, 1231),
)

OF_A_CHILD: Final = np.array([c in CHILD_CONCERNS for c in CONCERNS])
ON_WEEKDAYS: Final = np.array([c in ("school_absence", "missed_health_appointment") for c in CONCERNS])
CAN_BE_SAID: Final = np.array([c in DISCLOSABLE for c in CONCERNS])
ON_ANY_DAY: Final = np.array([a in ALWAYS_OPEN for a in AGENCIES])


@dataclass(frozen=True)
class Channels:
    """A scenario's noticing assumptions as arrays over states, concerns and agencies."""

    p_incident: Floats  # (state, concern), in one week
    severity: Floats  # (concern, severity)
    notices: Floats  # (agency, concern)
    records: Floats
    recording_delay: Floats
    shares: Floats
    sharing_delay: Floats
    says: Floats
    believes: Floats


def channels(assumed: NoticingAssumptions) -> Channels:
    """Return the arrays; an agency or concern that the scenario does not name gets 0."""
    by_care = np.array([assumed.incidents_per_year[c] for c in CONCERNS]).T
    rate = by_care[STATE_CARE]
    for switch, further in (
        (STATE_ABUSE, assumed.incidents_with_domestic_abuse_per_year),
        (STATE_MISUSE, assumed.incidents_with_substance_misuse_per_year),
        (STATE_RISKY, assumed.incidents_with_risky_adult_per_year),
    ):
        rate = rate + switch[:, None] * np.array([further.get(c, 0.0) for c in CONCERNS])

    def by_agency(values: dict[str, float]) -> Floats:
        return np.array([values.get(a, 0.0) for a in AGENCIES])

    return Channels(
        p_incident=-np.expm1(-rate / WEEKS_A_YEAR),
        severity=np.array([assumed.severity_shares[c] for c in CONCERNS]),
        notices=np.array([[assumed.notices.get(a, {}).get(c, 0.0) for c in CONCERNS] for a in AGENCIES]),
        records=by_agency(assumed.records),
        recording_delay=by_agency(assumed.recording_delay_mean_days),
        shares=by_agency(assumed.shares),
        sharing_delay=by_agency(assumed.sharing_delay_mean_days),
        says=by_agency(assumed.child_says),
        believes=by_agency(assumed.believes),
    )


@dataclass
class Happening:
    """This week's incidents in a block, one array element each."""

    where: Ints
    concern: Ints
    day: Ints
    child: Ints  # child_id, or NONE for the whole household
    concerned: Bools  # (incidents, children): which children's age matters
    severity: Ints
    u: Floats  # (slots, incidents)


def notice(block: Block, week: int, seen: Channels) -> None:
    """Let this week's incidents happen, and be noticed, recorded, believed and shared, or not."""
    happened = _incidents(block, week, seen)
    if len(happened.where) == 0:
        return
    could = (seen.notices[:, happened.concern].T > 0) & _there_to_see(block, happened)
    i, agency = np.nonzero(could)
    _record(block, week, seen, happened, i, agency)


def _incidents(block: Block, week: int, seen: Channels) -> Happening:
    u = block.uniforms(Stream.INCIDENT, week, SLOTS)[:, : len(CONCERNS)]
    happens = (u < seen.p_incident[state_code(block)]) & block.at_home[:, None]
    where, concern = np.nonzero(happens)
    detail = by_row(block.seed, Stream.INCIDENT_DETAIL, where + block.first, week, concern, STAYS + 1)
    days_open = np.where(ON_WEEKDAYS[concern], 5, 7)  # nobody is absent from school on a Saturday
    day = block.day(week) + np.floor(days_open * detail[DAY]).astype(np.int64)

    born = block.families.born[where]
    age = day[:, None] - born
    at_home = (born != NONE) & (age >= 0) & (age < ADULT_AT_DAYS)
    absent_from_school = (concern == KIND["school_absence"])[:, None]
    lo, hi = COMPULSORY_SCHOOL_DAYS
    can_be_hit = at_home & (~absent_from_school | ((age >= lo) & (age < hi)))
    n = can_be_hit.sum(axis=1)
    nth = np.floor(detail[WHOM] * n).astype(np.int64)
    hit = can_be_hit & (np.cumsum(can_be_hit, axis=1) == nth[:, None] + 1)
    of_child = OF_A_CHILD[concern]
    order = hit.argmax(axis=1)
    happening = Happening(
        where=where,
        concern=concern,
        day=day,
        child=np.where(of_child, (where + block.first) * 16 + order, NONE),
        concerned=np.where(of_child[:, None], hit, at_home),
        severity=1 + choose(detail[SEVERITY], seen.severity[concern]).astype(np.int64),
        u=detail,
    )
    return _those(happening, n > 0)


def _those(happened: Happening, keep: Bools) -> Happening:
    return Happening(
        **{k: v[..., keep] if k == "u" else v[keep] for k, v in vars(happened).items()},
    )


def _there_to_see(block: Block, happened: Happening) -> Bools:
    """Return (incidents, agencies): is the agency in a position to see this household on this day?"""
    age = happened.day[:, None] - block.families.born[happened.where]

    def any_aged(span: tuple[int, int]) -> Bools:
        aged: Bools = happened.concerned & (age >= span[0]) & (age < span[1])
        return np.asarray(aged.any(axis=1))

    where = happened.where
    rings_from = int(block.scenario.noticing.childline_from_age_years * 365.25)
    there = np.ones((len(where), len(AGENCIES)), np.bool_)
    is_open = in_term(happened.day) & ((happened.day - block.first_day) % 7 < 5)
    there[:, AGENCY["school"]] = any_aged(SCHOOL_DAYS) & is_open
    there[:, AGENCY["nursery"]] = any_aged(NURSERY_DAYS) & is_open
    there[:, AGENCY["health_visitor"]] = any_aged(UNDER_FIVE_DAYS)
    there[:, AGENCY["childline"]] = any_aged((rings_from, ADULT_AT_DAYS))
    there[:, AGENCY["refuge"]] = block.in_refuge_until[where] > happened.day
    there[:, AGENCY["drug_alcohol_service"]] = block.substance_misuse[where]
    there[:, AGENCY["probation"]] = block.risky_adult[where]
    there[:, AGENCY["childrens_services"]] = block.stage[where] > 0
    return there


def in_term(day: Ints) -> Bools:
    """Return whether it is term time on each day, weekends included."""
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month_day = (months.astype(np.int64) % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    is_open = np.ones(day.shape, np.bool_)
    for first, last in SCHOOL_HOLIDAYS:
        is_open &= (month_day < first) | (month_day > last)
    return is_open


def _record(block: Block, week: int, seen: Channels, happened: Happening, i: Ints, agency: Ints) -> None:
    """Decide, for each incident `i` and agency that could notice it, what became of it; write it down."""
    where, concern, day = happened.where[i], happened.concern[i], happened.day[i]
    item = concern * AGENCIES_IN_ITEM + agency
    u = by_row(block.seed, Stream.NOTICING, where + block.first, week, item, ROW_SLOTS)
    assumed = block.scenario.noticing
    visible = np.array(assumed.visibility_multipliers)[block.families.visibility[where]]

    noticed = u[NOTICES] < seen.notices[agency, concern] * visible
    recorded = noticed & (u[RECORDS] < seen.records[agency])
    age = day[:, None] - block.families.born[where]
    old_enough = (happened.concerned[i] & (age >= assumed.child_says_from_age_years * 365.25)).any(axis=1)
    says = recorded & CAN_BE_SAID[concern] & old_enough & (u[SAYS] < seen.says[agency])
    believed = np.where(says, (u[BELIEVES] < seen.believes[agency]).astype(np.int64), NONE)
    p_share = seen.shares[agency] * np.where(believed == 0, assumed.shares_when_not_believed, 1.0)
    shared = recorded & (u[SHARES] < p_share)

    written = day + _delay(
        u[RECORDING_DELAY], seen.recording_delay[agency], assumed.recording_delay_most_days
    )
    written = _on_a_day_they_work(written, agency)
    told = written + _delay(u[SHARING_DELAY], seen.sharing_delay[agency], assumed.sharing_delay_most_days)
    told = _on_a_day_they_work(told, agency)
    r = np.flatnonzero(recorded)
    event_id = block.write(
        where[r],
        concern[r],  # concerns are the first kinds, so their codes agree
        agency[r],
        day[r],
        recorded=written[r],
        shared=np.where(shared, told, NONE)[r],
        child=happened.child[i][r],
        severity=happened.severity[i][r],
        disclosed=says[r],
        believed=believed[r],
    )
    event_of = np.full(len(i), NONE)
    event_of[r] = event_id
    household = where + block.first
    block.incidents.append(
        {
            "incident_id": (household * WEEKS_IN_ID + week) * CONCERNS_IN_ID + concern,
            "agency": agency,
            "household": where,
            "kind": concern,
            "on": day,
            "noticed": noticed.astype(np.int64),
            "recorded": recorded.astype(np.int64),
            "shared": shared.astype(np.int64),
            "event_id": event_of,
        }
    )
    reported = shared & (agency != AGENCY["childrens_services"])
    _post(block, told, reported, where, agency, concern, happened.severity[i], believed, event_of)
    _go_to_refuge(block, happened, i[recorded & (agency == AGENCY["police"])])


def _delay(u: Floats, mean: Floats, most: int) -> Ints:
    """Return whole days of an exponential delay, none longer than `most`."""
    return np.minimum(np.floor(-np.log1p(-u) * mean), most).astype(np.int64)


def _on_a_day_they_work(day: Ints, agency: Ints) -> Ints:
    """Return the day itself, or the next weekday for agencies closed at the weekend."""
    weekday = np.busday_offset(day.astype("datetime64[D]"), 0, roll="forward").astype(np.int64)
    return np.where(ON_ANY_DAY[agency], day, weekday)


def _post(
    block: Block,
    told: Ints,
    reported: Bools,
    where: Ints,
    agency: Ints,
    concern: Ints,
    severity: Ints,
    believed: Ints,
    event_of: Ints,
) -> None:
    """Put what was shared into the inbox of children's services, under the week in which it arrives."""
    # A child who was not believed is passed on as something that looks less serious.
    less = block.scenario.noticing.severity_lost_when_not_believed
    looks = np.maximum(severity - less * (believed == 0), 1)
    arrives = (told - block.first_day) // 7
    for week in np.unique(arrives[reported]):
        r = reported & (arrives == week)
        block.inbox.setdefault(int(week), []).append(
            {
                "where": where[r],
                "day": told[r],
                "agency": agency[r],
                "concern": concern[r],
                "severity": looks[r],
                "event_id": event_of[r],
            }
        )


def _go_to_refuge(block: Block, happened: Happening, i: Ints) -> None:
    """Let some mothers and children leave for a refuge after police recorded domestic abuse."""
    assumed = block.scenario.noticing
    shortest, longest = assumed.refuge_stay_weeks
    i = i[happened.concern[i] == KIND["domestic_abuse"]]
    i = i[happened.u[GOES_TO_REFUGE, i] < assumed.refuge_after_domestic_abuse]
    weeks = shortest + np.floor(happened.u[STAYS, i] * (longest - shortest + 1)).astype(np.int64)
    np.maximum.at(block.in_refuge_until, happened.where[i], happened.day[i] + 7 * weeks)
