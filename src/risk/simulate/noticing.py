"""Noticing: what happens in a home, which agencies could see it, and what became of what they saw.

An incident arises from the hidden state. Each agency that is there to see notices it or not, writes it
down or not, believes a child or not, shares it with children's services or not, each with its own delay.
What was missed is kept in the truth, one row for each agency that could have noticed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.assumptions import NoticingAssumptions
from risk.calendar import add_working_days
from risk.draws import Floats, Stream, by_row, choose
from risk.kinds import AGENCIES, ALWAYS_OPEN, CHILD_CONCERNS, CONCERNS, DISCLOSABLE
from risk.simulate.block import AGENCY, KIND, NEVER, NONE, Block, Bools, Ints, Tray
from risk.simulate.families import ADULT_AT_DAYS
from risk.simulate.harm import STATE_ABUSE, STATE_CARE, STATE_MISUSE, STATE_RISKY, WEEKS_A_YEAR

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

KNOWN_FOR_DAYS: Final = 365
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
    by_then: Floats  # (state, concern): that this concern, or one before it in the list, happens in a week
    severity: Floats  # (concern, severity)
    notices: Floats  # (agency, concern)
    visibility: Floats  # (visibility, no child under five or one)
    records: Floats
    recording_delay: Floats
    shares: Floats  # (agency, concern)
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
    p_incident = -np.expm1(-rate / WEEKS_A_YEAR)

    def by_agency(values: dict[str, float]) -> Floats:
        return np.array([values.get(a, 0.0) for a in AGENCIES])

    def of_concern(values: dict[str, dict[str, float]], usual: dict[str, float]) -> Floats:
        return np.array([[values.get(a, {}).get(c, usual.get(a, 0.0)) for c in CONCERNS] for a in AGENCIES])

    return Channels(
        p_incident=p_incident,
        by_then=1 - np.cumprod(1 - p_incident, axis=1),
        severity=np.array([assumed.severity_shares[c] for c in CONCERNS]),
        notices=of_concern(assumed.notices, {}),
        visibility=np.outer(assumed.visibility_multipliers, [1, assumed.noticed_with_under_five]),
        records=by_agency(assumed.records),
        recording_delay=by_agency(assumed.recording_delay_mean_days),
        shares=of_concern(assumed.shares_of, assumed.shares),
        sharing_delay=by_agency(assumed.sharing_delay_mean_days),
        says=by_agency(assumed.child_says),
        believes=by_agency(assumed.believes),
    )


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

    def __getitem__(self, which: Ints | Bools | slice) -> "Happenings":
        return Happenings(**{k: v[:, which] if k == "refuge" else v[which] for k, v in vars(self).items()})


@dataclass
class Sightings:
    """Each agency that might notice each incident, with its draws: one element a pair, in order of day."""

    of: Ints  # the incident
    agency: Ints
    u: Floats  # (slots, pairs): whether it is noticed, recorded, said and believed


def happen(block: Block, week: int, seen: Channels) -> list[tuple[Happenings, Sightings]]:
    """Return this week's incidents and sightings, one pair for each of its seven days.

    Whether the family lives at home on the day, and who is there to see, is for `notice` to ask.
    """
    happened = _incidents(block, week, seen)
    of, agency = np.nonzero(seen.notices[:, happened.concern].T > 0)
    where, concern = happened.where[of] + block.first, happened.concern[of]
    item = concern * AGENCIES_IN_ITEM + agency
    u = by_row(block.seed, Stream.NOTICING, where, week, item, PAIR_SLOTS)
    monday = block.first_day + 7 * week
    starts = np.searchsorted(happened.day, monday + np.arange(8))
    rows = np.searchsorted(of, starts)
    return [
        (
            happened[slice(starts[d], starts[d + 1])],
            Sightings(
                of[rows[d] : rows[d + 1]] - starts[d],
                agency[rows[d] : rows[d + 1]],
                u[:, rows[d] : rows[d + 1]],
            ),
        )
        for d in range(7)
    ]


def _incidents(block: Block, week: int, seen: Channels) -> Happenings:
    """Return what would happen this week in the homes that have children."""
    monday = block.first_day + 7 * week
    u = block.weekly(Stream.INCIDENT, week)
    eventful = np.flatnonzero(u < seen.by_then[block.state, -1])
    lives = (block.families.first_born[eventful] <= monday + 6) & (block.families.grown[eventful] > monday)
    eventful = eventful[lives & block.at_home[eventful]]
    # The draw says which concern is the first in the list to happen; those after it have their own draws.
    state = block.state[eventful]
    first = (u[eventful, None] >= seen.by_then[state]).sum(axis=1)
    v = by_row(
        block.seed, Stream.INCIDENT_DETAIL, eventful + block.first, week, ANY_CONCERN, HAPPENS_SLOTS
    ).T[:, : len(CONCERNS)]
    concerns = np.arange(len(CONCERNS))
    happens = (concerns == first[:, None]) | ((concerns > first[:, None]) & (v < seen.p_incident[state]))
    i, concern = np.nonzero(happens)
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
    order = np.lexsort((concern, where, day))
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


def notice(block: Block, day: int, happened: Happenings, sightings: Sightings, seen: Channels) -> None:
    """Let a day's incidents be noticed, recorded, believed and shared, or not.

    Nothing happens in a home from which the children were taken since Monday.
    """
    lives = block.at_home[happened.where]
    could = lives[sightings.of] & _there_to_see(block, day, happened, sightings)
    if not could.any():
        return
    i, agency, u = sightings.of[could], sightings.agency[could], sightings.u[:, could]
    where, concern = happened.where[i], happened.concern[i]
    age = day - block.families.born[where]
    young = (happened.concerned[i] & (age >= 0) & (age < UNDER_FIVE_DAYS[1])).any(axis=1)
    visibility = seen.visibility[block.families.visibility[where], young.astype(np.int64)]
    noticed = u[NOTICES] < seen.notices[agency, concern] * visibility
    recorded = noticed & (u[RECORDS] < seen.records[agency])
    r = np.flatnonzero(recorded)
    written = _write_down(block, day, happened, i[r], agency[r], u[:, r], seen)
    event_id, written_on, told_on = (np.full(len(i), value) for value in (NONE, NEVER, NEVER))
    event_id[r], written_on[r], told_on[r] = written["event_id"], written["written_on"], written["told_on"]
    week = (day - block.first_day) // 7
    block.incidents.add(
        len(i),
        incident_id=((where + block.first) * WEEKS_IN_ID + week) * CONCERNS_IN_ID + concern,
        agency=agency,
        household=where,
        kind=concern,
        on=day,
        noticed=noticed,
        written_on=written_on,
        told_on=told_on,
        event_id=event_id,
    )
    by_police = r[agency[r] == AGENCY["police"]]
    _go_to_refuge(block, day, happened[i[by_police]])


def _write_down(
    block: Block, day: int, happened: Happenings, i: Ints, agency: Ints, u: Floats, seen: Channels
) -> dict[str, Ints]:
    """Write what is recorded of each incident `i` by each `agency`; let it be believed, shared and posted.

    Returns event_id, written_on and told_on (NEVER if it is not shared).
    """
    assumed = block.scenario.noticing
    where, concern, severity = happened.where[i], happened.concern[i], happened.severity[i]
    week = (day - block.first_day) // 7
    item = IF_RECORDED + concern * AGENCIES_IN_ITEM + agency
    v = by_row(block.seed, Stream.NOTICING, where + block.first, week, item, PAIR_SLOTS)
    old_enough = day - block.families.born[where] >= assumed.child_says_from_age_years * 365.25
    says = (
        CAN_BE_SAID[concern]
        & (happened.concerned[i] & old_enough).any(axis=1)
        & (u[SAYS] < seen.says[agency])
    )
    believed = np.where(says, (u[BELIEVES] < seen.believes[agency]).astype(np.int64), NONE)
    known = (block.referred[where] != NONE) & (day - block.referred[where] <= KNOWN_FOR_DAYS)
    p_share = seen.shares[agency, concern] * np.where(known, assumed.shares_when_known, 1.0)
    p_share *= np.where(believed == 0, assumed.shares_when_not_believed, 1.0)
    shared = v[SHARES] < p_share
    until_written = _delay(
        v[RECORDING_DELAY], seen.recording_delay[agency], assumed.recording_delay_most_days
    )
    written_on = _on_a_day_they_work(day + until_written, agency)
    until_told = _delay(v[SHARING_DELAY], seen.sharing_delay[agency], assumed.sharing_delay_most_days)
    told_on = _on_a_day_they_work(written_on + until_told, agency)
    event_id = block.write(
        where,
        concern,  # concerns are the first kinds, so their codes agree
        day,
        agency=agency,
        recorded=written_on,
        shared=np.where(shared, told_on, NONE),
        child=happened.child[i],
        severity=severity,
        disclosed=says,
        believed=believed,
    )
    # A child who was not believed is passed on as something that looks less serious.
    less = assumed.severity_lost_when_not_believed * (believed == 0)
    looks = np.maximum(severity - less, 1)
    report = {"where": where, "agency": agency, "concern": concern, "severity": looks, "event_id": event_id}
    reported = shared & (agency != AGENCY["childrens_services"])
    _post(block.inbox, told_on[reported], {name: column[reported] for name, column in report.items()})
    if block.scenario.practice.adds_up > 0:
        _post(block.written, written_on, report)
    return {
        "event_id": event_id,
        "written_on": written_on,
        "told_on": np.where(shared, told_on, NEVER),
    }


def _there_to_see(block: Block, day: int, happened: Happenings, sightings: Sightings) -> Bools:
    """Return for each sighting whether the agency is in a position to see this household on this day."""
    i, agency = sightings.of, sightings.agency
    where = happened.where
    age = day - block.families.born[where]
    concerned = happened.concerned

    def any_aged(span: tuple[int, int]) -> Bools:
        aged: Bools = concerned & (age >= span[0]) & (age < span[1])
        return np.asarray(aged.any(axis=1))

    rings_from = int(block.scenario.noticing.childline_from_age_years * 365.25)
    is_open = bool(in_term(np.array([day]))[0]) and (day - block.first_day) % 7 < 5
    there = np.ones(len(i), np.bool_)
    for name, present in (
        ("school", any_aged(SCHOOL_DAYS) & is_open),
        ("nursery", any_aged(NURSERY_DAYS) & is_open),
        ("health_visitor", any_aged(UNDER_FIVE_DAYS)),
        ("childline", any_aged((rings_from, ADULT_AT_DAYS))),
        ("refuge", block.in_refuge_until[where] > day),
        ("drug_alcohol_service", STATE_MISUSE[block.state[where]] == 1),
        ("probation", STATE_RISKY[block.state[where]] == 1),
        ("childrens_services", block.stage[where] > 0),
    ):
        those = agency == AGENCY[name]
        there[those] = present[i[those]]
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


def _delay(u: Floats, mean: Floats, most: int) -> Ints:
    """Return whole days of an exponential delay, none longer than `most`."""
    return np.minimum(np.floor(-np.log1p(-u) * mean), most).astype(np.int64)


def _on_a_day_they_work(day: Ints, agency: Ints) -> Ints:
    """Return the day itself, or the next working day for agencies closed at weekends and bank holidays."""
    return np.where(ON_ANY_DAY[agency], day, add_working_days(day, 0))


def _post(tray: Tray, day: Ints, report: dict[str, Ints]) -> None:
    """Put reports into a tray under the day on which each comes."""
    for comes in np.unique(day):
        there = day == comes
        tray.setdefault(int(comes), []).append({k: v[there] for k, v in report.items()})


def _go_to_refuge(block: Block, day: int, happened: Happenings) -> None:
    """Let some mothers and children leave for a refuge after police recorded domestic abuse."""
    assumed = block.scenario.noticing
    shortest, longest = assumed.refuge_stay_weeks
    goes = (happened.concern == KIND["domestic_abuse"]) & (block.in_refuge_until[happened.where] <= day)
    goes &= happened.refuge[0] < assumed.refuge_after_domestic_abuse
    leaving = happened[goes]
    weeks = shortest + np.floor(leaving.refuge[1] * (longest - shortest + 1)).astype(np.int64)
    block.in_refuge_until[leaving.where] = day + 7 * weeks
    block.refuge_stays.add(len(weeks), household=leaving.where, from_day=day, to_day=day + 7 * weeks)
