"""The ceiling against a twin that goes through every home, day, child and agency one by one."""

import os
import subprocess
import sys
from datetime import date, timedelta
from functools import cache
from itertools import product

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score

from by_hand import record
from conftest import simulated
from risk import Card, Cohort, Record, Scenario, labels, landmarks, simulate
from risk.core.calendar import add_working_days
from risk.core.errors import InputError
from risk.core.kinds import (
    ALWAYS_OPEN,
    CHILD_CONCERNS,
    CONCERNS,
    DISCLOSABLE,
    GENERATED_AGENCIES,
    LEAVES_HOME,
)
from risk.model.labelling import harm_today
from risk.reviews import days_at_line
from risk.world.ceiling import reader
from risk.world.ceiling.filter import is_exact, knowable
from risk.world.ceiling.likelihoods import Readings, _of_looks
from risk.world.hidden_state import AFTER_RETURN, N_STATES, STATE_ABUSE, STATE_CARE, chain
from risk.world.observation import channels, in_term
from risk.world.replaying import acting
from risk.world.simulate.weeks import simulate_block

NORFOLK = Scenario.named("norfolk_review", {"families.struggling_share": 0.5})
"""Families like the review's, half of them settled: so that the neighbourhood says something."""
WORDS = list(GENERATED_AGENCIES)
SEEN = channels(NORFOLK.noticing)


CHANCES = ["p_knowable", "p_now", "p_to_come"]
ANSWERS = {
    "p_knowable": pl.col("warranted"),
    "p_now": pl.col("harm_today"),
    "p_to_come": pl.col("warranted") & ~pl.col("harm_today"),
}
"""What each of the chances is of."""


def day_number(on: date) -> int:
    return (on - date(1970, 1, 1)).days


class Home:
    """One home's record as plain lists, and the belief about it, worked out by loops."""

    def __init__(self, record, household):
        self.events = record.events.filter(pl.col("household_id") == household).sort("event_id").to_dicts()
        children = record.children.filter(pl.col("household_id") == household)
        self.born = dict(zip(children["child_id"], map(day_number, children["born_on"]), strict=True))
        decile = record.households.filter(pl.col("household_id") == household)["deprivation_decile"].item()
        families = NORFOLK.families
        steps = [families.struggling_deprivation_step**-d for d in range(10)]
        self.prior = [
            (1 - families.struggling_share) * 0.1,
            families.struggling_share * steps[decile - 1] / sum(steps),
        ]
        for kind, share in enumerate(families.disability_share):
            for disabled in children["disability"]:
                self.prior[kind] *= share if disabled else 1 - share
        self.monday = day_number(record.from_on)
        readings = Readings.of(record, NORFOLK)
        self.readings = [
            (d, p)
            for h, d, p in zip(readings.household_id, readings.day, readings.likelihood, strict=True)
            if h == household
        ]

    def what_is_open(self):
        """(types, states): how likely what is open on the first day is, given what it is."""
        open_ = [
            "child_in_need_plan_started",
            "child_protection_plan_started",
            "accommodated_s20",
            "interim_care_order",
            "care_order",
            "placement_order",
        ]
        before = [e["kind"] for e in self.events if day_number(e["recorded_on"]) < self.monday]
        stands = max((open_.index(kind) for kind in before if kind in open_), default=None)
        ages = [self.monday - born for born in self.born.values() if born <= self.monday]
        if not ages or max(ages) < 7:
            return np.ones((2, N_STATES))
        opening, youngest = NORFOLK.opening, min(ages) / 365.25
        times = [of[sum(youngest >= y for y in (1, 5, 10, 16))] for of in opening.times_by_age.values()]
        shares = np.array(list(opening.standing_shares.values())) * np.array(times)[:, None, None]
        return (shares[stands] if stands is not None else 1 - shares.sum(axis=0))[:, STATE_CARE]

    def state_of_case(self, day, starts, ends):
        """Whether, at the start of a day, the last of these kinds of event was a start."""
        kinds = [
            e["kind"]
            for e in self.events
            if day_number(e["recorded_on"]) < day and self.is_turn(e, starts, ends)
        ]
        return bool(kinds) and kinds[-1] in starts

    def is_turn(self, event, starts, ends):
        if event["kind"] in starts or event["kind"] == "case_closed":
            return event["kind"] in starts or "case_closed" in ends
        if event["kind"] in ("no_further_action", "early_help") and "case_closed" in ends:
            asked = [e for e in self.events if e["event_id"] == event["answers"]]
            return bool(asked) and asked[0]["kind"] == "referral"
        return event["kind"] in ends

    def away(self, day):
        return self.state_of_case(day, LEAVES_HOME, ("return_home",))

    def support(self, day):
        plan = 0
        for e in self.events:
            if day_number(e["recorded_on"]) < day:
                for code, kind in enumerate(("child_in_need_plan", "child_protection_plan"), start=1):
                    returned = [r for r in self.events if r["event_id"] == e["answers"]]
                    after_return = returned and returned[0]["kind"] == "return_home"
                    plan = (
                        (AFTER_RETURN if after_return else code)
                        if e["kind"] == f"{kind}_started"
                        else 0
                        if e["kind"] == f"{kind}_ended"
                        else plan
                    )
        return plan

    def shows(self, agency, concern, whom, day):
        """(visibilities, states): the chance that an agency writes down what concerns these children."""
        word, ages = WORDS[agency], [day - self.born[c] for c in whom]
        in_refuge = self.state_of_case(day + 1, ("refuge_stay_started",), ("refuge_stay_ended",))
        of_the_home = ("domestic_abuse", "home_conditions", "risky_adult", "criminality_at_address")
        if in_refuge and word != "refuge" and list(CONCERNS)[concern] in of_the_home:
            return np.zeros((3, N_STATES))
        there = {
            "school": any(1826 <= a < 6574 for a in ages) and self.school_day(day),
            "nursery": any(730 <= a < 1826 for a in ages) and self.school_day(day),
            "health_visitor": any(a < 1826 for a in ages),
            "childline": any(a >= int(NORFOLK.noticing.childline_from_age_years * 365.25) for a in ages),
            "drug_alcohol_service": np.arange(N_STATES) // 2 % 2 == 1,
            "probation": np.arange(N_STATES) % 2 == 1,
            "childrens_services": self.state_of_case(day, ("referral",), ("case_closed",)),
            "refuge": in_refuge,
        }.get(word, True)
        young = int(any(a < 1826 for a in ages))
        p = np.minimum(SEEN.notices[agency, concern] * SEEN.visibility[:, young], 1) * SEEN.records[agency]
        return p[:, None] * np.broadcast_to(there, N_STATES)

    def school_day(self, day):
        return bool(in_term(np.array([day]))[0]) and (day - self.monday) % 7 < 5

    def at_home(self, concern, day):
        ages = {c: day - b for c, b in self.born.items()}
        lo, hi = (1826, 5844) if concern == list(CONCERNS).index("school_absence") else (0, 6574)
        return [c for c, a in ages.items() if lo <= a < hi and 0 <= a < 6574]

    def week(self, week, before):
        """(visibilities, states): the likelihood of all that is known of a week before a day."""
        monday, likelihood = self.monday + 7 * week, np.ones((3, N_STATES))
        for concern, word in enumerate(CONCERNS):
            p = SEEN.p_incident[concern]
            told = [
                e
                for e in self.events
                if e["kind"] == word
                and monday <= day_number(e["occurred_on"]) < monday + 7
                and day_number(e["recorded_on"]) < before
            ]
            if told:
                day, about = day_number(told[0]["occurred_on"]), told[0]["child_id"]
                whom = self.at_home(concern, day) if about is None else [about]
                likelihood *= p * self.pattern(concern, whom, day, before, {e["agency"] for e in told})
                likelihood *= self.severity(word, told[0]["severity"])
                for e in told:
                    likelihood *= self.words(word, e, [day - self.born[c] for c in whom])
                continue
            days = range(5 if word in ("school_absence", "missed_health_appointment") else 7)
            unseen = [self.unseen(concern, monday, monday + d, before) for d in days]
            likelihood *= 1 - p * (1 - np.mean(unseen, axis=0))
        for day, of_state in self.readings:
            if monday <= day < min(monday + 7, before):
                likelihood *= of_state
        return likelihood

    def severity(self, concern, level):
        """(states): the chance that an incident looks so severe, by Boltzmann's weights."""
        shares, dial = NORFOLK.noticing.severity_shares[concern], NORFOLK.noticing.severity_with_worse_care
        p = []
        for care in range(4):
            weight = [share * np.exp(dial * n * (care - 1)) for n, share in enumerate(shares)]
            p.append(weight[level - 1] / sum(weight))
        return np.array(p)[STATE_CARE]

    def words(self, concern, event, ages):
        """(states): the chance that an agency wrote of the words of a child as it did."""
        assumed, word = NORFOLK.noticing, event["agency"]
        eldest, day = max(ages) / 365.25, event["occurred_on"]
        hears = concern in DISCLOSABLE and eldest >= assumed.child_says_from_age_years
        nth = (eldest >= 7) + (eldest >= 11)
        doubted = [e["recorded_on"] for e in self.events if e["believed"] is False]
        silent = assumed.child_says_after_not_believed if any(on < day for on in doubted) else 1
        p = []
        for care in range(4):
            more, truer = (
                np.exp(dial * (care - 1))
                for dial in (assumed.child_says_with_worse_care, assumed.believes_with_worse_care)
            )
            says = at_odds(assumed.child_says.get(word, 0), assumed.child_says_by_age[nth] * silent * more)
            says = says if hears else 0
            believes = at_odds(assumed.believes.get(word, 0), assumed.believes_by_age[nth] * truer)
            p.append(
                1 - says
                if not event["disclosed_by_child"]
                else says * (believes if event["believed"] else 1 - believes)
            )
        return np.array(p)[STATE_CARE]

    def unseen(self, concern, monday, day, before):
        home = self.at_home(concern, day)
        if not home or self.away(monday) or self.away(day):
            return np.ones((3, N_STATES))
        whom = [[c] for c in home] if list(CONCERNS)[concern] in CHILD_CONCERNS else [home]
        return np.mean([self.pattern(concern, those, day, before, set()) for those in whom], axis=0)

    def pattern(self, concern, whom, day, before, told_by):
        """(visibilities, states): the chance that exactly these agencies have it in their files by then."""
        chance = np.ones((3, N_STATES))
        for agency in np.flatnonzero(SEEN.notices[:, concern]):
            p, word = self.shows(agency, concern, whom, day), WORDS[agency]
            chance *= p if word in told_by else 1 - p * written_by(word, day, before)
        return chance

    def probabilities(self, on, horizon_weeks=12):
        """That care is serious then or within the horizon, then already, and only later."""
        before, hidden, lag = day_number(on), chain(NORFOLK.harm), NORFOLK.harm.support_takes_weeks
        this_week, serious = (before - self.monday) // 7, STATE_CARE >= 2
        weeks = [self.week(week, before) for week in range(this_week + 1)]
        plans = {week: self.support(self.monday + 7 * max(week - lag, 0)) for week in range(this_week + 14)}
        total, now, later = 0.0, 0.0, 0.0
        for kind, visible in product(range(2), range(3)):
            belief = self.prior[kind] * NORFOLK.families.visibility_shares[visible] * hidden.long_run(kind)
            belief = belief * self.what_is_open()[kind]
            for week, likelihood in enumerate(weeks):
                belief = (belief @ hidden.matrix(kind, plans[week]) if week else belief) * likelihood[visible]
            total += belief.sum()
            now += belief[serious].sum()
            still = np.where(serious, 0, belief)
            for week in range(this_week + 1, (before - self.monday + 7 * horizon_weeks - 1) // 7 + 1):
                still = still @ hidden.matrix(kind, plans[week])
                later += still[serious].sum()
                still = np.where(serious, 0, still)
        return (now + later) / total, now / total, later / total


def at_odds(p, times):
    """The chance whose odds are so many times those of p."""
    return 1.0 if p == 1 else 1 / (1 + (1 - p) / p / times) if p > 0 else 0.0


@cache
def written_by(agency, day, before):
    """The chance that what an agency writes down of a day is written before another day."""
    if before <= day:
        return 0.0
    code, most = WORDS.index(agency), NORFOLK.noticing.recording_delay_most_days
    mean, chance = SEEN.recording_delay[code], 0.0
    for delay in range(most + 1):
        p = float(delay == 0)
        if mean > 0:
            p = np.exp(-delay / mean) - (np.exp(-(delay + 1) / mean) if delay < most else 0)
        comes = day + delay
        comes = comes if agency in ALWAYS_OPEN else int(add_working_days(np.array([comes]), 0)[0])
        chance += p * (comes < before)
    return chance


@pytest.fixture(scope="module")
def norfolk():
    return simulate(NORFOLK, households=200, seed=5, years=2)


def test_the_filter_is_what_a_loop_over_every_day_child_and_agency_gives():
    record = simulate(NORFOLK, households=3_000, seed=5, years=2).record
    # The homes about which most was written have cases, stays in a refuge and children away; the one that
    # had a plan first, support that tells 12 weeks later; two in which a child spoke again who was not believed.
    # Some days are Mondays, some are not.
    busiest = record.events.group_by("household_id").len().sort("len", "household_id", descending=True)
    asked = [(home, day) for home in busiest["household_id"][[0, 1, -1]] for day in (3, 98, 150)]
    plans = record.events.filter(pl.col("kind").cast(pl.String).str.ends_with("plan_started"))
    plans = plans.filter(pl.col("recorded_on") >= record.from_on)
    home, began = plans.sort("recorded_on", "event_id").select("household_id", "recorded_on").row(0)
    asked.append((home, (began - record.from_on).days + 100))
    # Of those that begin in the middle of things, one on each kind of plan and one in care.
    before = record.events.filter(pl.col("recorded_on") < record.from_on)
    for kinds in (["child_in_need_plan_started"], ["child_protection_plan_started"], LEAVES_HOME):
        homes = before.filter(pl.col("kind").is_in(kinds))["household_id"]
        asked += [(home, day) for home in homes[:1] for day in (0, 40)]
    # And a home whose plan followed a return home, under which care gets worse as soon as it tells.
    back = record.events.filter(pl.col("kind") == "return_home").select(answers="event_id")
    home, began = plans.join(back, on="answers").select("household_id", "recorded_on").row(0)
    asked.append((home, min((began - record.from_on).days + 120, 720)))
    asked += [(home, day + 3) for home, day in spoke_after_not_believed(record)]
    asked = [(home, record.from_on + timedelta(days=day)) for home, day in asked]
    at = pl.DataFrame(
        [(home * 16, home, on) for home, on in asked],
        schema=["child_id", "household_id", "landmark_on"],
        orient="row",
    )
    found = knowable(at, record, NORFOLK).select(CHANCES).to_numpy()
    twin = np.array([Home(record, home).probabilities(on) for home, on in asked])
    assert found == pytest.approx(twin, rel=1e-9)
    assert (twin > 0.001).all()  # of no home is either kind of harm out of the question


def spoke_after_not_believed(record):
    """Two homes in which a child spoke a day or more after it was written that one was not believed, and when."""
    spoke = record.events.filter("disclosed_by_child")
    doubted = (
        spoke.filter(~pl.col("believed")).group_by("household_id").agg(since=pl.col("recorded_on").min())
    )
    again = spoke.join(doubted, on="household_id").filter(pl.col("recorded_on") > pl.col("since"))
    first = (
        again.sort("recorded_on", "event_id")
        .unique("household_id", keep="first", maintain_order=True)
        .head(2)
    )
    return zip(first["household_id"], (first["recorded_on"] - record.from_on).dt.total_days(), strict=True)


TINY = """
from risk import Scenario, knowable, landmarks, simulate
scenario = Scenario.named("norfolk_review")
record = simulate(scenario, households=2, seed=5, years=1).record
at = landmarks(record, every_weeks=5, burn_in_weeks=3).head(3)
known = knowable(at, record, scenario)
print(*(x.hex() for name in ("p_knowable", "p_now", "p_to_come") for x in known[name]))
"""


def test_the_filter_says_the_same_compiled_and_as_it_is_written():
    surroundings = [{}, {"NUMBA_DISABLE_JIT": "1"}]
    both = [
        subprocess.run(
            [sys.executable, "-c", TINY], env=os.environ | more, capture_output=True, text=True, check=True
        ).stdout.split()
        for more in surroundings
    ]
    compiled, written = ([float.fromhex(x) for x in words] for words in both)
    assert len(set(compiled)) > 2
    assert compiled == pytest.approx(written, rel=1e-12)


def test_what_is_remembered_of_weeks_is_what_would_be_worked_out_again(norfolk, monkeypatch):
    at = landmarks(norfolk.record, every_weeks=3)
    remembered = knowable(at, norfolk.record, NORFOLK)
    monkeypatch.setattr(reader, "REMEMBERED", 1)
    assert knowable(at, norfolk.record, NORFOLK).equals(remembered)


def test_a_day_asked_about_alone_has_the_answer_that_it_has_among_others(norfolk):
    at = landmarks(norfolk.record, every_weeks=1).with_columns(pl.col("landmark_on") + timedelta(days=2))
    among_others = knowable(at, norfolk.record, NORFOLK).sample(5, seed=1)
    for row in among_others.iter_slices(1):
        alone = knowable(row.drop(CHANCES), norfolk.record, NORFOLK)
        assert alone["p_knowable"].item() == pytest.approx(row["p_knowable"].item(), rel=1e-12)


@pytest.mark.exhaustive  # ten worlds: one may be right by luck
@pytest.mark.parametrize("acts", [False, True], ids=["as they are", "with assessments on given days"])
def test_the_ceiling_is_right_on_average_in_ten_worlds(acts):
    # Beliefs less answers, summed by home: were the filter wrong, their mean would not be 0; were it too
    # sure or too unsure of its homes, their spread over worlds would not be 1.
    found = []
    for seed in range(1, 11):
        cohort = simulate(NORFOLK, households=300, seed=seed, years=3)
        if acts:  # the day follows from what was recorded before it, so nothing else tells on what is hidden
            days = days_at_line(Card.shipped(), cohort)
            cohort = Cohort(
                *simulate_block(acting(NORFOLK), seed, 0, 300, cohort.made["weeks"], days), cohort.made
            )
        at = answered(cohort, every_weeks=8)
        found.append([how_far_off(at, p, answer) for p, answer in ANSWERS.items()])
    assert (np.abs(np.mean(found, axis=0)) < 3 / np.sqrt(10)).all()
    spread = np.std(found, ddof=1, axis=0)
    assert ((spread > 0.5) & (spread < 1.6)).all()


def test_of_those_to_whom_a_chance_was_given_so_many_came_to_either_kind_of_harm(norfolk):
    at = answered(norfolk, every_weeks=2)
    for p, answer in ANSWERS.items():
        for _, some in at.group_by(
            pl.col(p).rank("ordinal") * 4 // (pl.len() + 1)
        ):  # from those least in question to those most
            assert abs(how_far_off(some, p, answer)) < 4


def answered(cohort, every_weeks):
    at = harm_today(labels(landmarks(cohort.record, every_weeks=every_weeks), cohort.truth), cohort.truth)
    return knowable(at, cohort.record, NORFOLK).drop_nulls("warranted")


def how_far_off(at, p, answer):
    """Beliefs less answers in all, in standard errors over homes."""
    off = at.with_columns(off=pl.col(p) - answer.cast(pl.Float64))
    home = off.group_by("household_id").agg(pl.col("off").sum())["off"].to_numpy()
    return home.sum() / np.sqrt((home**2).sum())


def test_what_is_recorded_later_changes_nothing(norfolk):
    record, cut = norfolk.record, norfolk.record.from_on + timedelta(days=300)
    at = landmarks(record, every_weeks=2, burn_in_weeks=26).filter(pl.col("landmark_on") <= cut)
    earlier = Record(
        record.households,
        record.adults,
        record.children,
        record.events.filter(pl.col("recorded_on") < cut),
        record.factors.join(record.events.filter(pl.col("recorded_on") < cut), on="event_id", how="semi"),
        record.from_on,
        record.to_on,
    )
    assert at.height > 250
    assert knowable(at, earlier, NORFOLK).equals(knowable(at, record, NORFOLK))


def test_rows_keep_their_order_and_children_of_a_home_have_one_answer(norfolk):
    at = landmarks(norfolk.record).sort("landmark_on", "child_id", descending=[True, False])
    found = knowable(at, norfolk.record, NORFOLK)
    assert found.drop(CHANCES).equals(at)
    assert found.select(pl.all_horizontal(pl.col(CHANCES).is_between(0, 1))).to_series().all()
    assert (found["p_now"] + found["p_to_come"]).to_list() == pytest.approx(found["p_knowable"].to_list())
    one_each = found.group_by("household_id", "landmark_on").agg(pl.col("p_knowable").n_unique())
    assert one_each["p_knowable"].max() == 1


def test_before_anything_could_be_written_the_neighbourhood_is_all_there_is(norfolk):
    at = norfolk.record.children.select("child_id", "household_id", landmark_on=norfolk.record.from_on)
    decile = norfolk.record.households.select("household_id", "deprivation_decile")
    # Of homes alike: nothing is open, and the only child is from 5 to 9 and has no disability.
    before, first_day = norfolk.record.events, norfolk.record.from_on
    before = before.filter(pl.col("recorded_on") < first_day)
    aged = pl.col("born_on").is_between(first_day - timedelta(days=3600), first_day - timedelta(days=1900))
    others = norfolk.record.children.filter(~aged | pl.col("disability"))
    at = at.join(before, on="household_id", how="anti").join(others, on="household_id", how="anti")
    at = at.unique("household_id", keep="none")
    found = knowable(at, norfolk.record, NORFOLK).join(decile, on="household_id")
    by_decile = (
        found.group_by("deprivation_decile").agg(pl.col("p_knowable").unique()).sort("deprivation_decile")
    )
    p = by_decile["p_knowable"].list.first().to_list()
    assert by_decile["p_knowable"].list.len().max() == 1
    assert p == sorted(p, reverse=True)
    assert p[0] > p[-1]


@pytest.mark.exhaustive  # the filter of every agency, over enough children to tell the nearest two apart
def test_all_agencies_together_know_more_than_any_one():
    england = simulated("england_2014", 3_000)
    scenario = Scenario.named("england_2014")
    at = labels(landmarks(england.record, every_weeks=13), england.truth).drop_nulls("warranted")
    precision = {}
    for viewer in ("pooled", "childrens_services", "school", "police"):
        p = knowable(at, england.record, scenario, viewer=viewer)["p_knowable"].to_numpy()
        precision[viewer] = average_precision_score(at["warranted"].to_numpy(), p)
    assert max(precision, key=precision.get) == "pooled"


def test_where_nothing_tells_states_apart_the_record_says_nothing_about_care():
    scenario = Scenario.named("null")
    null = simulate(scenario, households=300, seed=1, years=2)
    at = labels(landmarks(null.record), null.truth).drop_nulls("warranted")
    known = knowable(at, null.record, scenario)
    assert all(known[p].std() < 1e-9 for p in CHANCES)


def test_it_is_a_ceiling_only_where_it_is_exact():
    assert is_exact(NORFOLK)
    assert not is_exact(NORFOLK, viewer="school")
    assert not is_exact(NORFOLK, horizon_weeks=13)
    assert not is_exact(NORFOLK.with_values({"harm.support_takes_weeks": 0}))


def test_an_unknown_viewer_an_unknown_child_and_a_day_outside_the_record_are_refused(norfolk):
    at = landmarks(norfolk.record).head(1)
    with pytest.raises(InputError, match="polcie"):
        knowable(at, norfolk.record, NORFOLK, viewer="polcie")
    late = at.with_columns(landmark_on=norfolk.record.to_on + pl.duration(days=1))
    with pytest.raises(InputError, match="1 landmarks lie outside the record"):
        knowable(late, norfolk.record, NORFOLK)
    unknown = at.with_columns(child_id=pl.lit(999_999))
    with pytest.raises(InputError, match="1 landmarks are of children who are not in the record"):
        knowable(unknown, norfolk.record, NORFOLK)


def test_a_record_longer_than_any_world_is_refused(norfolk):
    tables = vars(norfolk.record) | {"to_on": norfolk.record.from_on + timedelta(days=21 * 366)}
    with pytest.raises(InputError, match="20 years"):
        knowable(landmarks(norfolk.record).head(1), Record(**tables), NORFOLK)


PLAN = ("- referral school 2022-01-10", "- assessment_started childrens_services 2022-01-11")
NEED = np.array(NORFOLK.practice.finds_need)[STATE_CARE] * (
    1 - NORFOLK.practice.reassured_by_parent * (STATE_CARE >= 2)
)
UNSEEN = np.array(NORFOLK.practice.child_not_seen)[STATE_CARE]


def read(*lines):
    """What the readings of a record say, by day."""
    found = Readings.of(record("1 hunger school 2022-01-05", *lines), NORFOLK)
    days = np.array(found.day, "datetime64[D]").astype(str).tolist()
    return dict(zip(days, found.likelihood, strict=True))


def test_a_review_of_a_plan_of_need_says_what_it_found_whether_the_plan_goes_on_or_ends():
    lines = (
        "- child_in_need_plan_started childrens_services 2022-01-31",
        "- meeting childrens_services 2022-03-17 answers=3 substantiated",
        "- meeting childrens_services 2022-05-05 answers=3 unsubstantiated",
        "- child_in_need_plan_ended childrens_services 2022-05-05 closes=3",
        "- case_closed childrens_services 2022-05-05 closes=3 services_ceased",
    )
    found = read(*PLAN, *lines)
    assert list(found) == ["2022-03-17", "2022-05-05"]
    assert found["2022-03-17"] == pytest.approx(NEED)
    assert found["2022-05-05"] == pytest.approx(1 - NEED)


def test_a_core_group_says_nothing_of_the_home():
    plan = "- child_protection_plan_started childrens_services 2022-01-31"
    assert read(*PLAN, plan, "- meeting childrens_services 2022-02-10 answers=3") == {}


def test_a_visit_says_as_much_as_it_is_likelier_not_to_see_a_child_in_a_worse_home():
    plan = "- child_protection_plan_started childrens_services 2022-01-31"
    visits = (
        "- home_visit childrens_services 2022-02-10 answers=3 child_not_seen",
        "- home_visit childrens_services 2022-03-10 answers=3 child_seen",
    )
    found = read(*PLAN, plan, *visits)
    assert found["2022-02-10"] == pytest.approx(UNSEEN)
    assert found["2022-03-10"] == pytest.approx(1 - UNSEEN)
    assert UNSEEN[STATE_CARE == 3].min() > UNSEEN[STATE_CARE == 0].max()


def test_a_visit_to_a_child_who_lives_elsewhere_says_nothing_of_the_home():
    away = "- accommodated_s20 childrens_services 2022-01-31"
    assert read(*PLAN, away, "- home_visit childrens_services 2022-02-10 answers=3 child_not_seen") == {}


@pytest.mark.parametrize(
    ("before", "readings"),
    [
        ((), 2),  # what it found, and the factors
        (("- child_protection_plan_started childrens_services 2022-02-10",), 1),
        (("- accommodated_s20 childrens_services 2022-02-10",), 1),
        (
            (
                "- child_protection_plan_started childrens_services 2022-02-10",
                "- child_protection_plan_ended childrens_services 2022-02-20 closes=3",
            ),
            2,
        ),
    ],
)
def test_an_assessment_that_a_plan_or_care_has_answered_says_nothing_by_finding_need(before, readings):
    lines = (
        "1 hunger school 2022-01-05",
        "- referral school 2022-01-06 answers=0",
        "- assessment_started childrens_services 2022-02-01 answers=1",
        *before,
        "- assessment_completed childrens_services 2022-03-01 closes=2 substantiated",
    )
    assert len(Readings.of(record(*lines), NORFOLK).day) == readings


def test_an_enquiry_whose_assessment_found_no_need_says_nothing_more():
    enquiry = (
        "- referral school 2022-01-06 answers=0",
        "- section_47_enquiry childrens_services 2022-02-01",
        "- assessment_started childrens_services 2022-02-01",
    )
    done = "- assessment_completed childrens_services 2022-02-10 closes=3 "
    nothing = "- no_further_action childrens_services 2022-02-20 answers=2"
    assert "2022-02-20" in read(*enquiry, nothing)
    assert "2022-02-20" in read(*enquiry, done + "substantiated", nothing)
    assert "2022-02-20" not in read(*enquiry, done + "unsubstantiated", nothing)


def test_two_looks_on_one_day_share_their_luck():
    # u: how hard it is to find. Both look at a serious home; the enquiry finds with the smaller chance.
    u, tidied, abused = (np.arange(0.5, 400) / 400 for _ in range(3))
    practice = NORFOLK.practice
    looks = pl.DataFrame(
        {"household_id": [1, 1], "day": [5, 5], "finds": [0, 1], "sees_abuse": [True, False]}
    )
    for first, second in product((0, 1), (0, 1)):
        rows = looks.with_columns(
            if_found=pl.Series([first, second]) * 1.0, if_not=1.0 - pl.Series([first, second])
        )
        _, _, likelihood = _of_looks(rows, NORFOLK)
        for state in (0, 20, 28):
            care, serious = STATE_CARE[state], STATE_CARE[state] >= 2
            home = ~((tidied < practice.reassured_by_parent) & serious)[:, None]
            need, harm = (
                home & (u < p[care])[None, :] for p in (practice.finds_need, practice.finds_significant_harm)
            )
            sees = ((abused < practice.finds_domestic_abuse) & (STATE_ABUSE[state] == 1)).mean()
            need_too = np.where(need, 1.0, sees)  # the chance that the assessment finds something
            p = (need_too if first else 1 - need_too) * (harm if second else ~harm)
            assert likelihood[0, state] == pytest.approx(p.mean(), abs=0.01)
