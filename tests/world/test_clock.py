"""The statutory clock: what practice does, it does on the day on which it would be done."""

import numpy as np
import polars as pl
import pytest

from conftest import simulated
from risk.core.calendar import add_working_days, working_days_between
from risk.core.kinds import LEAVES_HOME
from risk.world.scenario import Scenario

OFFICE = [
    *("no_further_action", "early_help", "assessment_started", "assessment_completed", "section_47_enquiry"),
    *("initial_child_protection_conference", "child_protection_plan_started", "review_conference"),
    *("child_in_need_plan_started", "care_order", "placement_order", "conviction"),
]


@pytest.fixture(scope="module", params=["england_2014", "good_practice"])
def events(request):
    """What is written in an ordinary world, and in one where much is answered."""
    households = {"england_2014": 6_000, "good_practice": 150}[request.param]
    return simulated(request.param, households).record.events


def answered(events: pl.DataFrame, kind: str, by: str, link: str = "answers") -> pl.DataFrame:
    """Pairs of an event and the one that answers (or closes) it: `began` and `ended` days, and both rows."""
    asked = events.filter(pl.col("kind") == kind).select(
        "event_id", "household_id", began=pl.col("recorded_on").to_physical().cast(pl.Int64)
    )
    return (
        events.filter(pl.col("kind") == by)
        .with_columns(ended=pl.col("recorded_on").to_physical().cast(pl.Int64))
        .join(asked, left_on=link, right_on="event_id", how="inner", suffix="_asked")
    )


def working_days(pairs: pl.DataFrame) -> np.ndarray:
    return working_days_between(pairs["began"].to_numpy(), pairs["ended"].to_numpy())


@pytest.mark.parametrize("decision", ["no_further_action", "early_help", "assessment_started"])
def test_a_referral_is_decided_on_the_next_working_day(events, decision):
    pairs = answered(events, "referral", decision)
    assert pairs.height > 20
    assert set(working_days(pairs)) == {1}


def test_a_strategy_discussion_is_held_at_once_or_on_the_next_working_day(events):
    pairs = answered(events, "referral", "strategy_discussion")
    assert pairs.height > 10
    assert set(working_days(pairs)) <= {0, 1}


def test_every_referral_is_answered_before_the_end_unless_it_came_at_the_end(events):
    referrals = events.filter(pl.col("kind") == "referral")
    answers = events.filter(pl.col("answers").is_not_null())
    closed = events.filter(pl.col("kind") == "case_closed")["closes"]
    open_still = referrals.join(answers, left_on="event_id", right_on="answers", how="anti").filter(
        ~pl.col("event_id").is_in(closed.implode())
    )
    last = events["recorded_on"].max()
    assert ((last - open_still["recorded_on"]).dt.total_days() < 8).all()


def test_an_enquiry_starts_on_the_working_day_after_its_discussion(events):
    pairs = answered(events, "strategy_discussion", "section_47_enquiry")
    assert pairs.height > 20
    assert set(working_days(pairs)) == {1}


def test_a_conference_is_mostly_held_within_15_working_days_of_the_discussion(events):
    enquiries = answered(events, "strategy_discussion", "section_47_enquiry").select("event_id", "began")
    held = events.filter(pl.col("kind") == "initial_child_protection_conference").join(
        enquiries, left_on="closes", right_on="event_id"
    )
    took = working_days_between(
        held["began"].to_numpy(), held["recorded_on"].to_physical().to_numpy().astype(np.int64)
    )
    assert held.height > 20
    share = (took <= 15).mean()
    assert abs(share - 0.77) < 4 * np.sqrt(0.77 * 0.23 / held.height)
    assert took.max() <= 40


def test_a_protection_plan_starts_on_the_day_of_its_conference(events):
    pairs = answered(events, "initial_child_protection_conference", "child_protection_plan_started")
    assert pairs.height > 20
    assert (pairs["began"] == pairs["ended"]).all()
    assert pairs["category"].null_count() == 0


def test_a_plan_is_reviewed_within_three_then_six_months_but_for_a_few(events):
    reviews = answered(events, "child_protection_plan_started", "review_conference").sort("answers", "ended")
    number = pl.int_range(pl.len()).over("answers")
    reviews = reviews.with_columns(
        number=number, since=pl.col("ended").shift(1).over("answers").fill_null(pl.col("began"))
    ).with_columns(days=pl.col("ended") - pl.col("since"))
    for which, limit in ((pl.col("number") == 0, 91), (pl.col("number") > 0, 182)):
        days = reviews.filter(which)["days"].to_numpy()
        in_time = days <= limit
        assert len(days) > 10
        assert in_time.mean() > 0.8
        assert days[in_time].std() > 5  # as people's diaries spread them
        assert (days[~in_time] <= limit + 28 + 5).all()


def test_an_assessment_takes_mostly_less_than_45_working_days_from_the_referral(events):
    started = answered(events, "referral", "assessment_started").select("event_id", "began")
    done = events.filter(pl.col("kind") == "assessment_completed").join(
        started, left_on="closes", right_on="event_id"
    )
    took = working_days_between(
        done["began"].to_numpy(), done["recorded_on"].to_physical().to_numpy().astype(np.int64)
    )
    assert done.height == done["closes"].n_unique() > 100
    assert abs((took <= 45).mean() - 0.82) < 0.06
    assert took.max() <= 100 * 1.3 + 1  # the longest, under the most pressure of the two worlds


def test_offices_work_on_working_days(events):
    own = events.filter(pl.col("kind").is_in(OFFICE))
    # A step that follows at once from a discussion held by those on call may fall on any day.
    on = own["recorded_on"].to_physical().to_numpy().astype(np.int64)
    assert (add_working_days(on, 0) == on).all()


def open_intervals(events: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """Each `start` event with the day on which the `end` that closes it was written, or far in the future."""
    ends = events.filter(pl.col("kind") == end).select("closes", ended_on="recorded_on")
    begun = events.filter(pl.col("kind") == start).select("event_id", "household_id", "recorded_on")
    return begun.join(ends, left_on="event_id", right_on="closes", how="left").sort(
        "household_id", "event_id"
    )


@pytest.mark.parametrize("plan", ["child_in_need_plan", "child_protection_plan"])
def test_every_plan_that_ends_was_started_ends_once_and_is_the_only_one_open(events, plan):
    spans = open_intervals(events, f"{plan}_started", f"{plan}_ended")
    assert spans["event_id"].is_unique().all()
    assert spans.filter(pl.col("ended_on") < pl.col("recorded_on")).is_empty()
    following = spans.with_columns(next_on=pl.col("recorded_on").shift(-1).over("household_id"))
    overlapping = following.filter(
        pl.col("next_on").is_not_null()
        & (pl.col("ended_on").is_null() | (pl.col("next_on") < pl.col("ended_on")))
    )
    assert overlapping.is_empty()
    assert spans["ended_on"].drop_nulls().len() > 5


def test_no_plan_of_need_runs_beside_a_plan_of_protection(events):
    need = open_intervals(events, "child_in_need_plan_started", "child_in_need_plan_ended")
    protection = open_intervals(events, "child_protection_plan_started", "child_protection_plan_ended")
    both = need.join(protection, on="household_id", suffix="_p").filter(
        (pl.col("recorded_on") < pl.col("ended_on_p").fill_null(pl.date(2100, 1, 1)))
        & (pl.col("recorded_on_p") < pl.col("ended_on").fill_null(pl.date(2100, 1, 1)))
    )
    assert both.is_empty()


def test_an_episode_of_need_is_opened_only_when_none_is_open(events):
    """Walk through each household's referrals and what ends them: they alternate."""
    ended_at_once = events.filter(pl.col("kind").is_in(["no_further_action", "early_help"])).join(
        events.filter(pl.col("kind") == "referral").select("event_id"),
        left_on="answers",
        right_on="event_id",
        how="semi",
    )
    turns = pl.concat(
        [
            events.filter(pl.col("kind") == "referral").with_columns(opens=1),
            events.filter(pl.col("kind") == "case_closed").with_columns(opens=-1),
            ended_at_once.with_columns(opens=-1),
        ]
    )
    in_order = turns.sort("household_id", "recorded_on", "opens")
    running = in_order.select(pl.col("opens").cum_sum().over("household_id")).to_series()
    assert running.min() >= 0
    assert running.max() == 1


def test_every_case_closed_and_every_way_out_of_care_says_why_and_nothing_else_does(events):
    closed = events["kind"].cast(pl.String).is_in(["case_closed", "left_care"])
    assert events.filter(closed)["reason"].null_count() == 0
    assert events.filter(~closed)["reason"].null_count() == (~closed).sum()


@pytest.fixture(scope="module")
def good_practice():
    return simulated("good_practice", 150)


def periods_away(record) -> pl.DataFrame:
    """Household, left_on, back_on (null: not yet) of each period in which the children live elsewhere."""
    moves = record.events.filter(pl.col("kind").is_in([*LEAVES_HOME, "return_home"])).sort(
        "household_id", "event_id"
    )
    away = (pl.col("kind") != "return_home").alias("away")
    turns = moves.with_columns(away).filter(
        (pl.col("away") != pl.col("away").shift(1).over("household_id")).fill_null(True)
    )
    return turns.with_columns(back_on=pl.col("recorded_on").shift(-1).over("household_id")).filter("away")


def test_nothing_happens_at_home_to_children_who_live_elsewhere(good_practice):
    away = periods_away(good_practice.record).select("household_id", "recorded_on", "back_on")
    happened = good_practice.truth.incidents.join(away, on="household_id").filter(
        (pl.col("on") > pl.col("recorded_on"))
        & (pl.col("on") < pl.col("back_on").fill_null(pl.date(2100, 1, 1)))
    )
    assert away.height > 20
    assert happened.is_empty()


def test_no_harm_is_counted_while_the_children_live_elsewhere(good_practice):
    away = periods_away(good_practice.record).select("household_id", "recorded_on", "back_on")
    harms = good_practice.truth.harms.with_columns(household_id=pl.col("child_id") // 16)
    during = harms.join(away, on="household_id").filter(
        (pl.col("warranted_from") < pl.col("back_on").fill_null(pl.date(2100, 1, 1)))
        & (pl.col("warranted_to") > pl.col("recorded_on"))
    )
    assert during.is_empty()


def test_nothing_new_is_written_about_a_household_whose_children_have_grown_up(good_practice):
    youngest = good_practice.record.children.group_by("household_id").agg(
        grown_on=pl.col("born_on").max().dt.offset_by("18y")
    )
    late = good_practice.record.events.join(youngest, on="household_id").filter(
        pl.col("occurred_on") > pl.col("grown_on").dt.offset_by("1d")
    )
    assert youngest.filter(pl.col("grown_on") < good_practice.record.to_on).height > 5
    stays = {"refuge_stay_started", "refuge_stay_ended"}  # the mother may still go to one
    assert set(late["kind"]) <= {"contact", "strategy_discussion", *stays}


def test_care_is_reviewed_within_weeks_then_three_months_then_every_half_year_but_for_a_few(good_practice):
    """Whatever the stage, until care ends; reviews of before the first day are not in the record."""
    timing = Scenario.named("good_practice").looked_after.review_days
    events, from_on = (
        good_practice.record.events.sort("household_id", "event_id"),
        good_practice.record.from_on,
    )
    kind = pl.col("kind").cast(pl.String)
    moves = kind.is_in([*LEAVES_HOME, "return_home", "left_care", "review_conference"])
    steps = events.filter(moves).with_columns(
        kind=kind, day=pl.col("recorded_on").to_physical().cast(pl.Int64)
    )
    took = [[], [], []]
    for _, home in steps.group_by("household_id", maintain_order=True):
        last, held, away, followed = 0, 0, False, True
        for step in home.iter_rows(named=True):
            if step["kind"] == "review_conference" and away:
                if followed:
                    took[min(held, 2)].append(step["day"] - last)
                last, held = step["day"], held + 1
            elif step["kind"] in ("return_home", "left_care"):
                away = False
            elif step["kind"] in ("accommodated_s20", "care_proceedings"):
                # Each is when care begins to be reviewed, or the next review is set anew.
                held = held if away else 0
                last, away, followed = step["day"], True, step["recorded_on"] >= from_on
    for days, steps_of in zip(took, timing, strict=True):
        assert len(days) > 10
        assert min(days) >= steps_of[0][1] - 5  # on a working day by then
        assert max(days) <= steps_of[-1][1]
        assert np.mean(np.array(days) <= steps_of[1][1]) > 0.75


def test_proceedings_take_as_many_weeks_as_assumed(good_practice):
    followed = good_practice.record.events.filter(pl.col("recorded_on") >= good_practice.record.from_on)
    asked = answered(followed, "interim_care_order", "care_order")
    weeks = Scenario.named("good_practice").looked_after.proceedings_weeks
    days = (asked["ended"] - asked["began"]).to_numpy()
    assert len(days) > 10
    assert days.min() >= 7 * weeks[0]
    assert days.max() <= 7 * weeks[1] + 5
    assert np.std(days) > 7


def test_pressure_lengthens_and_shortens_assessments_by_no_more_than_its_swing():
    calm = Scenario.named("norfolk_review", {"practice.pressure_swing": 0})
    spread = {}
    for name, scenario in (("calm", calm), ("pressed", Scenario.named("norfolk_review"))):
        record = simulated(scenario, 150).record
        started = answered(record.events, "referral", "assessment_started").select("event_id", "began")
        done = record.events.filter(pl.col("kind") == "assessment_completed").join(
            started, left_on="closes", right_on="event_id"
        )
        spread[name] = working_days_between(
            done["began"].to_numpy(), done["recorded_on"].to_physical().to_numpy().astype(np.int64)
        ).max()
    assert spread["calm"] <= 100
    assert spread["pressed"] <= 100 * 1.3 + 1


def test_while_a_family_is_in_a_refuge_nobody_else_sees_what_only_its_home_shows(norfolk):
    events = norfolk.record.events
    started = events.filter(pl.col("kind") == "refuge_stay_started")
    ended = events.filter(pl.col("kind") == "refuge_stay_ended").select(
        event_id="closes", until="occurred_on"
    )
    stays = started.join(ended, on="event_id", how="left").select(
        "household_id", "until", since="occurred_on"
    )
    of_the_home = ("domestic_abuse", "home_conditions", "risky_adult", "criminality_at_address")
    seen = events.filter(pl.col("kind").is_in(of_the_home), pl.col("agency") != "refuge").join(
        stays, on="household_id"
    )
    during = (pl.col("occurred_on") >= pl.col("since")) & (pl.col("occurred_on") < pl.col("until")).fill_null(
        True
    )
    assert stays.height > 20
    assert seen.filter(during).is_empty()
