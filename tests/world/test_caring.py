"""Being looked after: placements, orders, strengths, all the ways out, and coming back."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from conftest import simulated
from risk.core.arrays import day_of
from risk.core.kinds import ENDS_CARE, LEAVES_HOME, WAYS_OUT_OF_CARE
from risk.world.hidden_state import AFTER_RETURN, IN_NEED_PLAN, STATE_CARE, chain
from risk.world.observation import ADULT_AT_DAYS
from risk.world.scenario import Scenario
from risk.world.simulate.assumed import assumed
from risk.world.simulate.caring import look_after, settle_in
from risk.world.simulate.codes import NEVER, NONE, Category, Kind, Reason, Stage
from risk.world.simulate.home import FAMILY, move_in, new_home

QUICK = {
    "practice.police_protects": 1.0,
    "practice.emergency_orders": 0.6,
    "practice.returns_home": 0.5,
    "practice.applies_to_court": 0.5,
    "looked_after.adopted_below_years": 12,
    "looked_after.placed_after_weeks": [4, 12],
    "looked_after.adopted_after_weeks": [4, 12],
    "looked_after.returns_to_care": 0.8,
    "looked_after.leaves_at_review": [[0.1, 0.1, 0.6, 0.1], [0.1, 0.1, 0.6, 0.1]],
}
"""Many children come into care, and what becomes of them comes soon."""


def world(**changes):
    return simulated(Scenario.named("norfolk_review", QUICK | changes), 400)


@pytest.fixture(scope="module")
def record():
    return world().record


def of_kind(record, *kinds: str) -> pl.DataFrame:
    text = pl.col("kind", "category", "reason").cast(pl.String)
    return (
        record.events.with_columns(text).filter(pl.col("kind").is_in(kinds)).sort("household_id", "event_id")
    )


def with_ages(rows: pl.DataFrame, record) -> pl.DataFrame:
    """The rows with the ages in days, of the eldest and the youngest child that the household ever has."""
    born = record.children.group_by("household_id").agg(
        eldest=pl.col("born_on").min(), youngest=pl.col("born_on").max()
    )
    age = [(pl.col("recorded_on") - pl.col(who)).dt.total_days().alias(who) for who in ("eldest", "youngest")]
    return rows.join(born, on="household_id").with_columns(age)


def steps(record) -> pl.DataFrame:
    """What moved the children of a home, with whether they were in care just before."""
    rows = of_kind(record, *LEAVES_HOME, *ENDS_CARE, "placement", "placement_order")
    ends = pl.when(pl.col("kind").is_in(ENDS_CARE)).then(False)
    state = ends.when(pl.col("kind").is_in(LEAVES_HOME)).then(True)
    before = state.forward_fill().shift(1).over("household_id").fill_null(False)
    return rows.with_columns(in_care=before)


def test_every_period_of_care_begins_with_a_placement_on_its_day(record):
    began = steps(record).filter(pl.col("kind").is_in(LEAVES_HOME), ~pl.col("in_care"))
    placed = of_kind(record, "placement").select("household_id", "recorded_on").unique()
    assert began.height > 100
    assert began.join(placed, on=["household_id", "recorded_on"], how="anti").is_empty()


def test_nobody_is_placed_who_is_not_in_care_and_every_placement_says_what_it_is(record):
    placed = steps(record).filter(pl.col("kind") == "placement")
    assert placed["in_care"].all()
    assert set(placed["category"]) == {"foster", "kinship", "residential", "independent", "for_adoption"}


def test_every_way_out_of_care_comes_about_and_says_why(record):
    left = of_kind(record, "left_care")
    assert set(left["reason"]) == {*WAYS_OUT_OF_CARE, "turned_18"}
    began = of_kind(record, *LEAVES_HOME).select("household_id", closes="event_id")
    assert left.join(began, on=["household_id", "closes"], how="anti").is_empty()


def test_who_left_care_does_not_come_back_and_nothing_more_happens_at_home():
    cohort = world()
    left = of_kind(cohort.record, "left_care").select("household_id", left_on="recorded_on", left="event_id")
    assert left["household_id"].is_unique().all()
    later = cohort.record.events.join(left, on="household_id").filter(pl.col("event_id") > pl.col("left"))
    # The case is closed, and what was on its way arrives; a refuge writes of the mother.
    came = later.filter(~pl.col("kind").is_in(["refuge_stay_started", "refuge_stay_ended"]))
    assert set(came["kind"]) <= {"case_closed", "contact", "strategy_discussion"}
    happened = cohort.truth.incidents.join(left, on="household_id").filter(pl.col("on") > pl.col("left_on"))
    harmed = cohort.truth.harms.join(cohort.record.children, on="child_id").join(left, on="household_id")
    assert happened.is_empty()
    assert harmed.filter(pl.col("warranted_to") > pl.col("left_on") + timedelta(days=1)).is_empty()


def test_a_case_is_closed_on_the_day_on_which_the_children_leave_care_and_for_the_same_reason(record):
    left = of_kind(record, "left_care").select("household_id", "recorded_on", why="reason")
    closed = of_kind(record, "case_closed").join(left, on=["household_id", "recorded_on"])
    assert closed.height == left.height
    assert closed["why"].equals(closed["reason"].rename("why"))


def test_care_ends_on_the_day_on_which_the_youngest_turns_18(record):
    left = with_ages(of_kind(record, "left_care"), record)
    assert set(left.filter(pl.col("reason") == "turned_18")["youngest"]) == {ADULT_AT_DAYS}
    youngest = left.filter(pl.col("reason") != "turned_18")["youngest"]
    assert youngest.max() < ADULT_AT_DAYS


def test_children_move_into_independence_from_16_only(record):
    left = with_ages(of_kind(record, "left_care"), record).filter(pl.col("reason") == "independence")
    alone = with_ages(of_kind(record, "placement"), record).filter(pl.col("category") == "independent")
    for rows in (left, alone):
        assert rows.height > 0
        assert rows["youngest"].min() >= ADULT_AT_DAYS - 2 * 365


def test_the_young_are_adopted_after_a_placement_order_and_a_placement(record):
    order = with_ages(of_kind(record, "placement_order"), record)
    order = order.filter(pl.col("recorded_on") >= record.from_on)  # later orders are made as is assumed here
    assert order["eldest"].max() < 12 * 365.25
    asked = order.select("household_id", "answers")
    made = of_kind(record, "care_order").select("household_id", answers="event_id")
    assert asked.join(made, on=["household_id", "answers"], how="anti").is_empty()
    placed = of_kind(record, "placement").filter(pl.col("category") == "for_adoption")
    adopted = of_kind(record, "left_care").filter(pl.col("reason") == "adopted")
    adopted = adopted.join(order, on="household_id", how="semi")
    waited = order.join(placed, on="household_id", suffix="_placed").join(
        adopted, on="household_id", suffix="_adopted"
    )
    assert waited.height == adopted.height > 5
    for start, end in (("recorded_on", "recorded_on_placed"), ("recorded_on_placed", "recorded_on_adopted")):
        days = (waited[end] - waited[start]).dt.total_days()
        assert days.min() >= 4 * 7
        assert days.max() <= 12 * 7 + 5  # until the next working day


def test_strengths_are_written_of_children_who_have_lived_in_one_placement_for_long_enough(record):
    written = of_kind(record, "strengths")
    placed = of_kind(record, "placement").select("household_id", placed="event_id", since="recorded_on")
    last = written.sort("event_id").join_asof(
        placed.sort("placed"),
        left_on="event_id",
        right_on="placed",
        by="household_id",
        check_sortedness=False,
    )
    assert last.height > 20
    assert (last["recorded_on"] - last["since"]).dt.total_days().min() >= 180
    whom = last.join(record.children, on="child_id").with_columns(
        age=(pl.col("recorded_on") - pl.col("born_on")).dt.total_days()
    )
    assert whom.height == last.height
    assert whom["age"].is_between(0, ADULT_AT_DAYS - 1).all()
    assert {"foster_carer", "school", "health_visitor", "gp"} <= set(last["agency"].cast(pl.String))
    by_age = whom.with_columns(pl.col("agency").cast(pl.String))
    assert by_age.filter(pl.col("agency") == "health_visitor")["age"].max() < 1826
    assert by_age.filter(pl.col("agency").is_in(["school", "gp"]))["age"].min() >= 1826


def without(cohort, *kinds: str) -> pl.DataFrame:
    return cohort.record.events.filter(~pl.col("kind").is_in(kinds)).select(
        "household_id", "kind", "agency", "occurred_on", "recorded_on", "severity", "finding", "reason"
    )


@pytest.mark.parametrize(
    "change",
    [{"looked_after.placement_scale_days": 60}, {"looked_after.strengths_per_year": 12}],
    ids=["moves", "strengths"],
)
def test_placements_and_strengths_change_nothing_else(change):
    told = ("placement", "strengths")
    one, other = world(), world(**change)
    assert without(one, *told).equals(without(other, *told))
    assert other.record.events.height > one.record.events.height


def test_moves_become_rarer_the_longer_a_placement_lasts(record):
    placed = of_kind(record, "placement").with_columns(
        days=(pl.col("recorded_on").shift(-1).over("household_id") - pl.col("recorded_on")).dt.total_days()
    )
    moved = placed.join(of_kind(record, "placement").select(answers="answers").unique(), on="answers")["days"]
    early = (moved < 90).sum() / 90
    assert early > 1.5 * moved.is_between(180, 360).sum() / 180


def returned_and_planned(record) -> pl.DataFrame:
    home = of_kind(record, "return_home").select("household_id", answers="event_id")
    return of_kind(record, "child_in_need_plan_started").join(home, on=["household_id", "answers"])


def came_back(record) -> pl.DataFrame:
    plan = of_kind(record, "child_in_need_plan_started").select("household_id", answers="event_id")
    return of_kind(record, "accommodated_s20").join(plan, on=["household_id", "answers"])


def test_only_the_plan_after_a_return_home_leads_straight_back_into_care(record):
    plans = returned_and_planned(record).select("household_id", answers="event_id")
    back = came_back(record)
    assert back.height > 5
    assert back.join(plans, on=["household_id", "answers"], how="anti").is_empty()


def test_the_more_reviews_lead_back_into_care_the_more_come_back():
    shares = []
    for chance in (0.0, 0.4, 1.0):
        record = world(**{"looked_after.returns_to_care": chance}).record
        shares.append(came_back(record).height / returned_and_planned(record).height)
    assert shares[0] == 0
    assert shares[0] < shares[1] < shares[2]


def test_care_worsens_so_many_times_as_fast_after_a_return_home():
    assumed = Scenario.named("england_2014", {"harm.worsens_after_return": 2.0}).harm
    care = chain(assumed).care[1]
    for worse in range(2):
        leaves = [1 - care[plan][worse == STATE_CARE, worse] for plan in (IN_NEED_PLAN, AFTER_RETURN)]
        assert (leaves[1] > leaves[0]).all()
    worsens = [care[plan][STATE_CARE == 0, 1] for plan in (IN_NEED_PLAN, AFTER_RETURN)]
    assert -np.log1p(-worsens[1]) == pytest.approx(-2 * np.log1p(-worsens[0]))
    # Severe care can only improve, and does so as with any plan of need.
    severe = [care[plan][STATE_CARE == 3] for plan in (IN_NEED_PLAN, AFTER_RETURN)]
    assert np.array_equal(severe[0], severe[1])


@pytest.mark.parametrize("stage", ["accommodated", "in_proceedings", "in_care", "awaiting_adoption"])
def test_children_may_be_in_care_on_the_first_day(stage):
    """Settled in so, they live elsewhere, in a placement that began before, and what falls due lies ahead."""
    home = new_home(assumed(Scenario.named("england_2014")), 3, day_of(date(2009, 4, 6)), 52)[0]
    family = np.zeros(1, FAMILY)[0]
    family["born"] = [day_of(date(2005, 1, 1)), NONE, NONE, NONE, NONE]
    family["first_born"], family["grown"] = family["born"][0], family["born"][0] + ADULT_AT_DAYS
    n = 0
    for household in range(20):
        move_in(home, household, family)
        home.n_events = home.n_homes = 0
        since = home.first_day - 400
        settle_in(home, since, NONE, getattr(Stage, stage), NONE, since + 200)
        assert not home.lives_here
        assert since <= home.placed <= home.first_day < min(home.due, home.care_due)
        assert (home.step_due != NEVER) == (stage in ("in_proceedings", "awaiting_adoption"))
        assert home.care_reviews >= 3  # within 4, 17 and 43 weeks; the next is due within 69, or late
        falls_due = (home.due, home.step_due, home.move_due, home.strengths_due)
        placed = home.events[: home.n_events]
        assert (placed["kind"] == Kind.placement).all()
        assert placed["occurred"].tolist() == sorted(placed["occurred"])
        n += home.n_events
        # Nothing of it rests on what was drawn for whoever lived here before.
        home.u[:], home.draws[:] = 0.999, 0.999
        move_in(home, household, family)
        settle_in(home, since, NONE, getattr(Stage, stage), NONE, since + 200)
        assert falls_due == (home.due, home.step_due, home.move_due, home.strengths_due)
    assert n > 20


def test_children_placed_for_adoption_on_the_first_day_are_adopted():
    home = new_home(assumed(Scenario.named("england_2014")), 3, day_of(date(2009, 4, 6)), 52)[0]
    family = np.zeros(1, FAMILY)[0]
    family["born"] = [day_of(date(2007, 1, 1)), NONE, NONE, NONE, NONE]
    family["first_born"], family["grown"] = family["born"][0], family["born"][0] + ADULT_AT_DAYS
    move_in(home, 1, family)
    placed_on = home.first_day - 60
    settle_in(home, home.first_day - 700, NONE, Stage.placed_for_adoption, NONE, placed_on)
    assert (home.placement, home.placed, home.move_due) == (Category.for_adoption, placed_on, NEVER)
    day = home.step_due
    assert 20 * 7 - 60 <= day - home.first_day <= 54 * 7
    look_after(home, day)
    last = home.events[home.n_events - 2 : home.n_events]
    assert last["kind"].tolist() == [Kind.left_care, Kind.case_closed]
    assert last["reason"].tolist() == [Reason.adopted] * 2
    assert (home.stage, home.gone, home.care_due, home.due) == (Stage.closed, True, NEVER, NEVER)
