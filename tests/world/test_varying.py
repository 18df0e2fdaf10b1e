"""One assumption at a time, with shared luck; and the same children in two worlds."""

from datetime import date

import polars as pl
import pytest

from conftest import simulated
from risk.core.errors import InputError
from risk.core.intervals import mean_with_interval
from risk.show.charts import tornado
from risk.world.effects import by_household
from risk.world.pairing import of_each_child, pair
from risk.world.replaying import replay
from risk.world.scenario import Scenario
from risk.world.varying import VARIED, vary

NORFOLK = Scenario.named("norfolk_review")
TOLD = NORFOLK.with_values({"noticing.shares.police": 1.0})


@pytest.fixture(scope="module")
def cohort():
    return simulated(NORFOLK, 25, seed=3)


@pytest.fixture(scope="module")
def varied():
    now = NORFOLK.values()["noticing"]["shares"]["police"]
    dials = {"noticing.shares.police": [1.0, now], "practice.adds_up": [1.0]}
    return vary(NORFOLK, dials, measure="never_told", households=25, draws=2, seed=3)


def test_a_setting_is_compared_with_the_scenario_within_each_draw(varied):
    counts = [
        [
            by_household(c.record, c.truth)["never_told"].sum()
            for c in (simulated(s, 25, seed) for s in (NORFOLK, TOLD))
        ]
        for seed in (3, 4)
    ]
    row = varied.row(0, named=True)
    assert (row["dial"], row["setting"], row["value"], row["draws"]) == (
        "noticing.shares.police",
        "1.0",
        1.0,
        2,
    )
    assert row["before"] == sum(before for before, _ in counts) / 2
    assert row["after"] == sum(after for _, after in counts) / 2
    differences = [after - before for before, after in counts]
    assert row["difference"] == sum(differences) / 2 < 0
    half = 12.7062 * abs(differences[0] - differences[1]) / 2  # Student's t with one degree of freedom
    assert row["high"] - row["difference"] == pytest.approx(half, rel=1e-4)


def test_one_draw_agrees_with_the_replay_and_has_no_interval(cohort):
    row = vary(NORFOLK, {"noticing.shares.police": [1]}, measure="removals", households=25, draws=1, seed=3)
    replayed = replay(cohort, TOLD).filter(measure="removals")
    assert row.select("before", "after", "difference").equals(
        replayed.select("before", "after", "difference")
    )
    assert row.select("low", "high", "after_low", "after_high").row(0) == (None,) * 4


def test_a_setting_that_is_the_scenarios_own_changes_nothing_and_is_sure_of_it(varied):
    assert varied.row(1, named=True)["difference"] == varied.row(1, named=True)["high"] == 0


def test_a_measure_may_be_a_function_and_a_setting_a_list():
    def homes(cohort):
        return cohort.record.households.height

    shares = NORFOLK.values()["practice"]["assesses"]
    row = vary(NORFOLK, {"practice.assesses": [shares]}, measure=homes, households=5, draws=1).row(
        0, named=True
    )
    assert row | {"setting": ""} == dict.fromkeys(VARIED) | {
        "dial": "practice.assesses",
        "setting": "",
        "measure": "homes",
        "draws": 1,
        "before": 5,
        "after": 5,
        "difference": 0,
    }


@pytest.mark.parametrize(
    ("dials", "more", "message"),
    [
        ({}, {}, "dials is empty"),
        ({"noticing.shares.police": []}, {}, r"noticing.shares.police = \[\]: the list is empty"),
        ({"noticing.shares.police": 0.5}, {}, "noticing.shares.police = 0.5: give a list"),
        ({"noticing.shares.police": "all"}, {}, "give a list"),
        (
            {"noticing.shares.police": [0.5, 1.5]},
            {},
            "noticing.shares.police = 1.5: .*less than or equal to 1",
        ),
        ({"noticing.sharing.police": [1]}, {}, "the nearest valid word is 'noticing.shares.police'$"),
        (
            {"practice.workload": [1]},
            {},
            "unknown name 'practice.workload'; valid words are practice.screens_in",
        ),
        ({"harm.income": [1]}, {}, "unknown name 'harm.income'; valid words are harm.domestic"),
        (["noticing.shares.police"], {}, "dials = "),
        ({"practice.adds_up": [1]}, {"measure": "removal"}, "unknown measure 'removal'; .*'removals'"),
        ({"practice.adds_up": [1]}, {"measure": None}, "measure = None"),
        ({"practice.adds_up": [1]}, {"measure": lambda _: float("nan"), "households": 2}, "gave nan"),
        ({"practice.adds_up": [1]}, {"measure": lambda _: "many", "households": 2}, "gave 'many'"),
        ({"practice.adds_up": [1]}, {"draws": 0}, "draws = 0"),
        ({"practice.adds_up": [1]}, {"seed": 2**64 - 1, "draws": 2}, "seed = "),
    ],
)
def test_what_cannot_be_varied_is_said_before_anything_is_simulated(dials, more, message):
    with pytest.raises(InputError, match=message):
        vary(NORFOLK, dials, **({"measure": "removals", "households": 10**8} | more))


def test_an_interval_of_three_draws_is_students():
    assert mean_with_interval(pl.Series([1.0, 2, 3]).to_numpy()) == pytest.approx((2, -0.484138, 4.484138))


def test_the_tornado_has_what_moves_most_on_top_and_each_dial_at_its_ends(varied):
    more = pl.concat(
        [varied, varied.head(1).with_columns(dial=pl.lit("a"), difference=-1e6, low=-2e6, high=0.0)]
    )
    said = tornado(more).description
    assert said.index("a: at 1.0 −1,000,000") < said.index("noticing.shares.police: at 1.0")
    assert "Concerns of which" in tornado(more).title.text
    with pytest.raises(InputError, match="one measure"):
        tornado(pl.concat([varied, varied.with_columns(measure=pl.lit("removals"))]))
    with pytest.raises(InputError, match="varied lacks dial"):
        tornado(varied.drop("dial"))


def test_a_child_stands_beside_itself(cohort):
    both = pair(cohort, TOLD)
    assert both["child_id"].to_list() == cohort.record.children["child_id"].sort().to_list()
    after = of_each_child(simulated(TOLD, 25, seed=3))
    for when, world in (("before", of_each_child(cohort)), ("after", after)):
        mine = both.select("child_id", *(pl.col(f"{c}_{when}").alias(c) for c in world.columns[1:]))
        assert mine.equals(world)
    earlier = both.filter(pl.col("told_on_after") < pl.col("told_on_before")).height
    later = both.filter(pl.col("told_on_after") > pl.col("told_on_before")).height
    assert earlier > later == 0


def test_a_world_that_is_the_same_holds_the_same_for_every_child(cohort):
    both = pair(cohort, NORFOLK)
    for name in of_each_child(cohort).columns[1:]:
        assert both[f"{name}_before"].equals(both[f"{name}_after"], check_names=False)
    assert pair(cohort, simulated(NORFOLK, 25, seed=3)).equals(both)


def test_what_is_found_of_a_child_may_be_anything(cohort):
    both = pair(cohort, TOLD, of=lambda world: world.record.children.head(1).select("child_id", n=pl.lit(7)))
    assert both.select("n_before", "n_after").rows()[:2] == [(7, 7), (None, None)]


def test_what_is_found_of_a_child_is_what_the_record_and_the_truth_say(cohort):
    found = of_each_child(cohort).drop_nulls("harmed_on").row(0, named=True)
    harms = cohort.truth.harms.filter(child_id=found["child_id"]).to_dicts()
    assert found["harmed_on"] == min(h["warranted_from"] for h in harms)
    assert found["harm_days"] == sum((h["warranted_to"] - h["warranted_from"]).days for h in harms)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (lambda: simulated(NORFOLK, 25, seed=4), "seed is 3 in the cohort and 4"),
        (lambda: simulated(NORFOLK, 24, seed=3), "children are not the same in both worlds"),
        (lambda: NORFOLK.model_copy(update={"from_on": date(2011, 1, 3)}), "from_on is 2010-01-04"),
        (lambda: NORFOLK.with_values({"families.oldest_age_years": [0, 0]}), "children are not the same"),
        (lambda: "good_practice", "Scenario.named"),
    ],
)
def test_worlds_of_other_children_are_no_pair(cohort, other, message):
    with pytest.raises(InputError, match=message):
        pair(cohort, other())


def test_what_is_found_must_be_one_row_a_child(cohort):
    with pytest.raises(InputError, match="child 0 stands 2 times"):
        pair(cohort, NORFOLK, of=lambda world: pl.DataFrame({"child_id": [0, 0]}))
    with pytest.raises(InputError, match="of lacks child_id"):
        pair(cohort, NORFOLK, of=lambda world: pl.DataFrame({"x": [0, 0]}))
