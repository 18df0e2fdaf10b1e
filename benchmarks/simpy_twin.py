"""The same world written the ordinary way: one SimPy process a home, Python objects, a list of dicts.

What `risk.simulate` does from the hidden chain to the closure of a case, read from the same scenario: care
that worsens and improves week by week, incidents by state, agencies that notice, write down and share,
children who say and are believed, and the statutory clock from a referral to a plan and its reviews. Left
out: adults, factors, plan categories, an area's pressure, refuges, visits and core groups, care orders and
returns (a child removed stays away), and practice that adds up. It has no addressed draws, so it agrees in
rates, not in rows.

For `benchmarks/generate.py`, which measures both and prints their rates side by side.
"""

import math
import random
from bisect import bisect
from collections import Counter
from collections.abc import Generator
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
import simpy

from risk.core.calendar import business_days
from risk.core.kinds import AGENCIES, ALWAYS_OPEN, CHILD_CONCERNS, CONCERNS, DISCLOSABLE, GENERATED_AGENCIES
from risk.world import hidden_state as hidden
from risk.world.observation import KNOWN_FOR_DAYS, channels, in_term, voice_from_days
from risk.world.scenario import Scenario

DAYS_A_YEAR = 365.25
ADULT_AT_DAYS = 6574
SERIOUS = 2
Waits = Generator[simpy.Event, None, Any]


class World:
    """What every home shares: the scenario's chances as plain lists, the calendar, and the events."""

    def __init__(self, scenario: Scenario, weeks: int) -> None:
        self.scenario, self.weeks = scenario, weeks
        self.env = simpy.Environment()
        self.events: list[dict[str, Any]] = []
        self.sightings: list[dict[str, Any]] = []
        self.first_day = (scenario.from_on - date(1970, 1, 1)).days
        chain = hidden.chain(scenario.harm)
        self.start = [list(accumulate(chain.long_run(kind).tolist())) for kind in (0, 1)]
        self.moves = [
            [[list(accumulate(row)) for row in chain.matrix(kind, support).tolist()] for support in (0, 1, 2)]
            for kind in (0, 1)
        ]
        seen = channels(scenario.noticing)
        self.p_incident = [dict(zip(CONCERNS, row, strict=True)) for row in seen.p_incident.T.tolist()]
        self.severity = dict(zip(CONCERNS, seen.severity.tolist(), strict=True))
        self.says = dict(zip(GENERATED_AGENCIES, seen.says.tolist(), strict=True))
        self.believes = dict(zip(GENERATED_AGENCIES, seen.believes.tolist(), strict=True))
        self.voice_from_days = voice_from_days(scenario.noticing).tolist()
        days = np.arange(self.first_day, self.first_day + 7 * weeks + 400)
        self.in_term = in_term(days).tolist()
        self.office_day = np.is_busday(days.astype("datetime64[D]"), busdaycal=business_days()).tolist()

    @property
    def today(self) -> int:
        """Days since the first day."""
        return int(self.env.now)

    def working_days(self, n: float, since: int | None = None) -> int:
        """Return how long to wait from today for the n-th working day, at least one."""
        day = self.today if since is None else since
        while n >= 1:
            day += 1
            n -= self.office_day[day]
        return max(day - self.today, 1)


class Home:
    """One household: its children, its hidden state, and where its case stands."""

    def __init__(self, world: World, seed: int, number: int) -> None:
        assumed = world.scenario.families
        self.world, self.number = world, number
        self.rng = rng = random.Random(f"{seed}/{number}")
        self.kind = int(rng.random() < assumed.struggling_share)
        self.visibility = rng.choices((0, 1, 2), assumed.visibility_shares)[0]
        age = rng.uniform(*assumed.oldest_age_years)
        self.born = []
        for _ in range(1 + rng.choices(range(len(assumed.children_shares)), assumed.children_shares)[0]):
            self.born.append(-round(age * DAYS_A_YEAR))
            age -= rng.uniform(*assumed.sibling_gap_years)
        self.state = bisect(world.start[self.kind], rng.random() * world.start[self.kind][-1])
        self.support = 0
        self.at_home, self.is_open, self.is_deciding, self.may_escalate = True, False, False, False
        self.had_plan = False
        self.assessment_due: int | None = None
        self.not_believed = math.inf  # the first day on which anybody wrote that a child was not
        self.referred: int | None = None  # the day of the last referral
        self.case: simpy.Process | None = None
        world.env.process(self.live())

    @property
    def care(self) -> int:
        """How good the care is, 0 adequate to 3 severe."""
        return self.state // 8

    def ages(self) -> list[int]:
        """Return the ages in days of the children who are born and under 18."""
        now = self.world.today
        return [now - born for born in self.born if 0 <= now - born < ADULT_AT_DAYS]

    def write(self, kind: str, agency: str = "childrens_services", **more: Any) -> None:
        """Write an event down."""
        self.world.events.append(
            {"household": self.number, "day": self.world.today, "kind": kind, "agency": agency, **more}
        )

    # --- what happens, week by week ---------------------------------------------------------------

    def live(self) -> Waits:
        """Let the weeks pass: the state moves on Mondays, incidents come on their days."""
        world, rng = self.world, self.rng
        for week in range(world.weeks):
            if week > 0:
                cumulative = world.moves[self.kind][self.support][self.state]
                self.state = bisect(cumulative, rng.random() * cumulative[-1])
            for concern, p in world.p_incident[self.state].items():
                if self.at_home and rng.random() < p:
                    weekdays_only = concern in ("school_absence", "missed_health_appointment")
                    world.env.process(self.incident(concern, int(rng.random() * (5 if weekdays_only else 7))))
            yield world.env.timeout(7)

    def incident(self, concern: str, days: int) -> Waits:
        """Let something happen, and each agency that is there notice, write down and share it, or not."""
        world = self.world
        yield world.env.timeout(days)
        assumed, rng, ages = world.scenario.noticing, self.rng, self.ages()
        if not ages or not self.at_home:
            return
        if concern == "school_absence":
            ages = [age for age in ages if 1826 <= age < 5844]
        if concern in CHILD_CONCERNS and ages:
            ages = [rng.choice(ages)]
        if not ages:
            return
        severity = 1 + rng.choices((0, 1, 2, 3), world.severity[concern][self.care])[0]
        times = assumed.visibility_multipliers[self.visibility]
        if min(ages) < 1826:
            times *= assumed.noticed_with_under_five
        for agency in AGENCIES:
            p = assumed.notices.get(agency, {}).get(concern, 0.0)
            if p > 0 and self.is_there(agency, ages):
                self.sighting(concern, agency, severity, ages, p * times)

    def is_there(self, agency: str, ages: list[int]) -> bool:
        """Return whether an agency is in a position to see these children today."""
        day = self.world.today
        is_open = self.world.in_term[day] and day % 7 < 5
        if agency == "school":
            return is_open and any(age >= 1826 for age in ages)
        if agency == "nursery":
            return is_open and any(730 <= age < 1826 for age in ages)
        if agency == "health_visitor":
            return any(age < 1826 for age in ages)
        if agency == "childline":
            from_age = self.world.scenario.noticing.childline_from_age_years * DAYS_A_YEAR
            return any(age >= from_age for age in ages)
        if agency == "drug_alcohol_service":
            return self.state // 2 % 2 == 1
        if agency == "probation":
            return self.state % 2 == 1
        if agency == "childrens_services":
            return self.is_open
        return agency != "refuge"

    def sighting(self, concern: str, agency: str, severity: int, ages: list[int], p: float) -> None:
        """Let one agency notice an incident or not, and do with it what it does."""
        assumed, rng = self.world.scenario.noticing, self.rng
        noticed = rng.random() < p
        recorded = noticed and rng.random() < assumed.records[agency]
        sighting = {"household": self.number, "day": self.world.today, "kind": concern, "agency": agency}
        self.world.sightings.append(sighting | {"noticed": noticed, "recorded": recorded})
        if not recorded:
            return
        voice = bisect(self.world.voice_from_days, max(ages))
        p_says = self.world.says[agency][voice][int(self.not_believed < self.world.today)][self.care]
        says = concern in DISCLOSABLE and rng.random() < p_says
        believed = rng.random() < self.world.believes[agency][voice][self.care] if says else None
        p_share = assumed.shares_of.get(agency, {}).get(concern, assumed.shares[agency])
        monday = self.world.today // 7 * 7
        if self.referred is not None and monday - self.referred <= KNOWN_FOR_DAYS:
            p_share *= assumed.shares_when_known
        if believed is False:
            p_share *= assumed.shares_when_not_believed
        shared = rng.random() < p_share
        written_in = self.delay(agency, assumed.recording_delay_mean_days, assumed.recording_delay_most_days)
        if believed is False:
            self.not_believed = min(self.not_believed, self.world.today + written_in)
        told_in = self.delay(agency, assumed.sharing_delay_mean_days, assumed.sharing_delay_most_days)
        self.write(concern, agency, severity=severity, disclosed=says, believed=believed, shared=shared)
        if shared and agency != "childrens_services":
            looks = max(severity - assumed.severity_lost_when_not_believed * (believed is False), 1)
            self.world.env.process(self.report(agency, looks, concern, written_in + told_in))

    def delay(self, agency: str, means: dict[str, float], most: int) -> int:
        """Return whole days of delay, to a day on which the agency works."""
        mean = means[agency]
        days = min(int(self.rng.expovariate(1 / mean)), most) if mean > 0 else 0
        while agency not in ALWAYS_OPEN and not self.world.office_day[self.world.today + days]:
            days += 1
        return days

    # --- how children's services answer -------------------------------------------------------------

    def report(self, agency: str, looks: int, concern: str, days: int) -> Waits:
        """Tell children's services: a referral, or a contact if a case is open."""
        yield self.world.env.timeout(days)
        assumed, rng = self.world.scenario.practice, self.rng
        if not self.is_open and self.ages() and self.at_home:
            self.write("referral", agency, severity=looks)
            self.referred = self.world.today
            self.is_open = self.is_deciding = True
            self.case = self.world.env.process(self.episode(looks))
        else:
            self.write("contact", agency, severity=looks)
        removes = assumed.police_protects if agency == "police" else assumed.emergency_orders
        if looks == 4 and self.at_home and rng.random() < removes:
            self.write("strategy_discussion")
            self.leave_home("police_protection" if agency == "police" else "emergency_protection_order")
        indicator = concern == "sexual_abuse_indicator" and rng.random() < assumed.considers_sexual_abuse
        severe = rng.random() < assumed.calls_strategy_discussion[looks - 1]
        rises = (self.may_escalate and (indicator or severe)) or (self.is_deciding and indicator)
        if rises and self.at_home:
            self.may_escalate = self.is_deciding = False
            assert self.case is not None
            self.case.interrupt("strategy discussion")

    def leave_home(self, how: str) -> None:
        """Take the children away for good."""
        self.write(how)
        self.at_home = self.may_escalate = self.is_deciding = False

    def episode(self, looks: int) -> Waits:
        """Go with one case from the referral to its closure."""
        step: Waits | None = self.decide(looks)
        while step is not None:
            try:
                step = yield from step
            except simpy.Interrupt:
                step = self.enquire()
        self.is_open = self.may_escalate = False
        self.support = 0

    def decide(self, looks: int) -> Waits:
        """Decide on the referral by the next working day."""
        yield self.world.env.timeout(self.world.working_days(1))
        self.is_deciding = False
        assumed, u = self.world.scenario.practice, self.rng.random()
        p_strategy, p_assess = assumed.calls_strategy_discussion[looks - 1], assumed.assesses[looks - 1]
        if not self.at_home:
            return self.close()
        if u < p_strategy:
            return self.enquire()
        if u < p_strategy + p_assess:
            return self.assess()
        self.write("early_help" if self.rng.random() < assumed.offers_early_help else "no_further_action")
        return None

    def until_assessed(self) -> int:
        """Start an assessment unless one is open, and return in how many days it is due."""
        today = self.world.today
        if self.assessment_due is None:
            self.write("assessment_started")
            durations = self.world.scenario.practice.assessment_working_days
            takes = np.ceil(np.interp(self.rng.random(), *zip(*durations, strict=True)))
            since = self.referred if self.referred is not None and today - self.referred <= 7 else today
            self.assessment_due = today + self.world.working_days(takes, since=since)
        return max(self.assessment_due - today, 1)

    def complete_beside(self, days: int) -> Waits:
        """Complete the assessment beside an enquiry that has already ended in a conference."""
        yield self.world.env.timeout(days)
        if self.assessment_due is not None and self.is_open:
            self.write("assessment_completed")
        self.assessment_due = None

    def assess(self) -> Waits:
        """Assess within 45 working days of the referral, or drift; then act on what was found."""
        assumed, rng = self.world.scenario.practice, self.rng
        self.may_escalate = True
        yield self.world.env.timeout(self.until_assessed())
        self.assessment_due = None
        if not self.at_home or rng.random() < assumed.assessment_never_completed:
            return self.close()
        found = self.finds(assumed.finds_need)
        if self.state // 4 % 2 and rng.random() < assumed.finds_domestic_abuse:
            found = True
        self.write("assessment_completed", found=found)
        u = rng.random()
        if not found:
            self.write("early_help" if u < assumed.offers_early_help else "no_further_action")
            return self.close()
        p_strategy, p_care = assumed.strategy_after_assessment, assumed.accommodates_after_assessment
        if self.had_plan:
            p_strategy = min(p_strategy * assumed.strategy_after_earlier_plan, 1 - p_care)
        if u < p_strategy:
            return self.enquire()
        if u < p_strategy + p_care:
            self.leave_home("accommodated_s20")
            return self.close()
        if rng.random() < assumed.in_need_plan_after_assessment:
            return self.plan_of_need()
        self.write("early_help")
        return self.close()

    def enquire(self) -> Waits:
        """Discuss the strategy, enquire under section 47, and hold a conference or not."""
        assumed, rng = self.world.scenario.practice, self.rng
        self.may_escalate, self.support = False, 0
        self.write("strategy_discussion")
        yield self.world.env.timeout(self.world.working_days(1))
        self.write("section_47_enquiry")
        until_assessed = self.until_assessed()
        takes = self.takes(assumed.conference_working_days)
        yield self.world.env.timeout(self.world.working_days(takes - 1))
        if not self.at_home:
            return self.close()
        if not self.finds(assumed.finds_significant_harm):
            self.write("no_further_action")
            return self.close() if self.assessment_due is None else self.assess()
        self.world.env.process(self.complete_beside(until_assessed))
        self.write("initial_child_protection_conference")
        if rng.random() < assumed.plan_after_conference:
            return self.plan_of_protection()
        return self.plan_of_need()

    def plan_of_need(self) -> Waits:
        """Keep a child in need plan for as long as its reviews find need."""
        assumed = self.world.scenario.practice
        self.write("child_in_need_plan_started")
        self.support, self.may_escalate = 1, True
        found = True
        while found:
            yield self.world.env.timeout(self.takes(assumed.in_need_review_days))
            found = self.at_home and bool(self.ages()) and self.finds(assumed.finds_need)
            if found and self.rng.random() < assumed.strategy_after_assessment:
                self.write("child_in_need_plan_ended")
                return self.enquire()
        self.write("child_in_need_plan_ended")
        return self.close()

    def plan_of_protection(self) -> Waits:
        """Keep a child protection plan for as long as its review conferences find significant harm."""
        assumed = self.world.scenario.practice
        self.write("child_protection_plan_started")
        self.support, self.had_plan = 2, True
        timing, goes_on, ends = assumed.first_review_days, True, assumed.ends_at_first_review
        while goes_on:
            yield self.world.env.timeout(self.takes(timing))
            found = self.at_home and bool(self.ages()) and self.finds(assumed.finds_at_review)
            self.write("review_conference", found=found)
            if found and self.rng.random() < assumed.applies_to_court:
                self.write("child_protection_plan_ended")
                self.leave_home("care_proceedings")
                return self.close()
            goes_on = found or (self.at_home and self.rng.random() >= ends)
            timing, ends = assumed.later_review_days, 1.0
        self.write("child_protection_plan_ended")
        return self.plan_of_need() if self.at_home else self.close()

    def takes(self, done_by: tuple[tuple[float, float], ...]) -> float:
        """Return how many days something takes, by the share that is done by then."""
        return float(np.ceil(np.interp(self.rng.random(), *zip(*done_by, strict=True))))

    def finds(self, p: tuple[float, ...]) -> bool:
        """Return whether those who look find what they look for, and were not reassured."""
        reassured = self.care >= SERIOUS and (
            self.rng.random() < self.world.scenario.practice.reassured_by_parent
        )
        return not reassured and self.rng.random() < p[self.care]

    def close(self) -> Waits | None:
        """Close the case."""
        self.write("case_closed")
        self.assessment_due = None


def live(scenario: Scenario, *, households: int, seed: int, weeks: int) -> tuple[World, float]:
    """Return the world after so many weeks, and the child-years lived in it."""
    world = World(scenario, weeks)
    homes = [Home(world, seed, number) for number in range(households)]
    world.env.run(until=7 * weeks)
    days = sum(
        max(min(born + ADULT_AT_DAYS, 7 * weeks) - max(born, 0), 0) for home in homes for born in home.born
    )
    return world, days / DAYS_A_YEAR


def rates(world: World, child_years: float) -> dict[str, float]:
    """Return how often each kind of event is written, per 1,000 child-years."""
    return {kind: 1000 * n / child_years for kind, n in Counter(e["kind"] for e in world.events).items()}
