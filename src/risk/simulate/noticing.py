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
from risk.simulate.block import AGENCY, KIND, NEVER, NONE, Block, Bools, Ints, Tray, first_of_each
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

    p_incident: Floats  # (concern, state), in one week
    by_then: Floats  # (concern, state): that this concern, or one before it in the list, happens in a week
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
        p_incident=np.ascontiguousarray(p_incident.T),
        by_then=1 - np.cumprod(1 - p_incident.T, axis=0),
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
    there = _there_to_see(block, week, happened) & (seen.notices.T > 0)[happened.concern]
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


def _there_to_see(block: Block, week: int, happened: Happenings) -> Bools:
    """Return (incidents, agencies): whether the agency is in a position to see this household that week."""
    age = happened.day[:, None] - block.families.born[happened.where]

    def any_aged(span: tuple[int, int]) -> Bools:
        aged: Bools = happened.concerned & (age >= span[0]) & (age < span[1])
        return np.asarray(aged.any(axis=1))

    rings_from = int(block.scenario.noticing.childline_from_age_years * 365.25)
    monday = block.first_day + 7 * week
    is_open = (in_term(monday + np.arange(7)) & (np.arange(7) < 5))[happened.day - monday]
    there = np.ones((len(happened.day), len(AGENCIES)), np.bool_)
    for name, present in (
        ("school", any_aged(SCHOOL_DAYS) & is_open),
        ("nursery", any_aged(NURSERY_DAYS) & is_open),
        ("health_visitor", any_aged(UNDER_FIVE_DAYS)),
        ("childline", any_aged((rings_from, ADULT_AT_DAYS))),
        ("drug_alcohol_service", STATE_MISUSE[block.state[happened.where]] == 1),
        ("probation", STATE_RISKY[block.state[happened.where]] == 1),
    ):
        there[:, AGENCY[name]] = present
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
    old_enough = day[:, None] - block.families.born[where] >= assumed.child_says_from_age_years * 365.25
    says = CAN_BE_SAID[concern] & (happened.concerned & old_enough).any(axis=1)
    says &= u[SAYS] < seen.says[agency]
    believed = np.where(says, u[BELIEVES] < seen.believes[agency], NONE)
    monday, referred = block.first_day + 7 * week, block.referred[where]
    known = (referred != NONE) & (monday - referred <= KNOWN_FOR_DAYS)
    p_share = seen.shares[agency, concern] * np.where(known, assumed.shares_when_known, 1.0)
    p_share *= np.where(believed == 0, assumed.shares_when_not_believed, 1.0)
    shared = v[SHARES] < p_share
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
    sees &= (agency != AGENCY["refuge"]) | (block.in_refuge_until[where] > day)
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
    _go_to_refuge(block, day, written["where"], written["refuge_weeks"])
    return event_id


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
    if len(day) == 0:
        return
    order = np.argsort(day, kind="stable")
    comes = day[order]
    sorted_report = {name: column[order] for name, column in report.items()}
    starts = np.flatnonzero(first_of_each(comes)).tolist()
    for start, end in zip(starts, [*starts[1:], len(comes)], strict=True):
        batch = {name: column[start:end] for name, column in sorted_report.items()}
        tray.setdefault(int(comes[start]), []).append(batch)


def _go_to_refuge(block: Block, day: int, where: Ints, weeks: Ints) -> None:
    """Let mothers and children who are in no refuge leave for one."""
    leaves = np.flatnonzero(weeks)
    leaves = leaves[block.in_refuge_until[where[leaves]] <= day]
    until = day + 7 * weeks[leaves]
    block.in_refuge_until[where[leaves]] = until
    block.refuge_stays.add(len(leaves), household=where[leaves], from_day=day, to_day=until)
