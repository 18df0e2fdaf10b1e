import ast
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__

from conftest import simulated
from risk.core.kinds import ALWAYS_OPEN
from risk.records.cohort import Cohort
from risk.records.schema import FAMILY_TYPES, RECORD, TRUTH, checked
from risk.world import hidden_state as hidden
from risk.world.observation import in_term
from risk.world.scenario import Scenario
from risk.world.simulate.families import families, given_names, names
from risk.world.simulate.papers import EVENTS_A_HOUSEHOLD
from risk.world.simulate.weeks import simulate_block

ENGLAND = Scenario.named("england_2014")
NORFOLK = Scenario.named("norfolk_review")


HOUSEHOLD_OF = {
    "household_id": pl.col("household_id"),
    "child_id": pl.col("child_id") // 16,
    "event_id": pl.col("event_id") // EVENTS_A_HOUSEHOLD,
}


def first_households(cohort: Cohort, n: int) -> dict[str, pl.DataFrame]:
    """Every table's rows of the first n households."""
    found = {}
    for group, schemas in ((cohort.record, RECORD), (cohort.truth, TRUTH)):
        for name in schemas:
            rows = getattr(group, name)
            household = next(of for column, of in HOUSEHOLD_OF.items() if column in rows.columns)
            found[name] = rows.filter(household < n)
    return found


def test_the_same_seed_gives_the_same_content_in_another_process(norfolk):
    code = (
        "import json; from risk import Scenario, simulate;"
        "c = simulate(Scenario.named('norfolk_review'), households=200, seed=1); print(json.dumps(c.content_hashes()))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == json.dumps(norfolk.content_hashes())


INSTRUCTIONS = {
    "as NumPy was built": {"NPY_DISABLE_CPU_FEATURES": " ".join(__cpu_dispatch__)},
    "of another processor": {"OPENBLAS_CORETYPE": "Prescott"},
}


@pytest.mark.parametrize("surroundings", INSTRUCTIONS.values(), ids=INSTRUCTIONS)
def test_the_same_seed_gives_the_same_content_with_other_instructions_of_the_processor(norfolk, surroundings):
    code = (
        "import json; from risk import Scenario, simulate; c = simulate(Scenario.named('norfolk_review'), "
        "households=200, seed=1); print(json.dumps(c.content_hashes()))"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    other = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **surroundings}
    )
    assert other.stdout.strip() == json.dumps(norfolk.content_hashes())


def test_another_seed_gives_another_cohort(norfolk):
    other = simulated("norfolk_review", 200, seed=2)
    assert not set(other.content_hashes().values()) & set(norfolk.content_hashes().values())


def test_n_households_are_the_first_of_twice_as_many():
    small, large = simulated("norfolk_review", 60), simulated("norfolk_review", 120)
    for name, rows in first_households(large, 60).items():
        assert rows.equals(first_households(small, 60)[name]), name


def test_any_one_household_can_be_made_alone(norfolk):
    record, truth = simulate_block(NORFOLK, 1, 137, 1, norfolk.made["weeks"])
    assert record.events.equals(norfolk.record.events.filter(pl.col("household_id") == 137))
    assert truth.incidents.equals(norfolk.truth.incidents.filter(pl.col("household_id") == 137))


def test_more_years_leave_the_earlier_ones_as_they_were():
    short, long = simulated("norfolk_review", 60, years=2), simulated("norfolk_review", 60, years=3)
    early = pl.col("recorded_on") < short.record.to_on
    columns = [c for c in short.record.events.columns if c != "shared_on"]  # not shared *yet* is null
    assert long.record.events.filter(early).select(columns).equals(short.record.events.select(columns))


@pytest.mark.parametrize("scenario", [ENGLAND, NORFOLK], ids=lambda s: s.name)
@pytest.mark.parametrize("family_type", range(len(FAMILY_TYPES)))
@pytest.mark.parametrize("support", range(hidden.SUPPORTS))
def test_the_chances_of_next_weeks_state_add_to_one(scenario, family_type, support):
    matrix = hidden.chain(scenario.harm).matrix(family_type, support)
    assert matrix.shape == (32, 32)
    assert np.allclose(matrix.sum(axis=1), 1)
    assert (matrix >= 0).all()


def test_more_support_makes_better_care_likelier():
    chain = hidden.chain(ENGLAND.harm)
    severe = hidden.STATE_CARE == 3
    better = [chain.care[1, s][severe, 2].sum() for s in range(hidden.SUPPORTS)]
    assert better[hidden.NO_PLAN] < better[hidden.IN_NEED_PLAN] < better[hidden.PROTECTION_PLAN]
    assert better[hidden.AFTER_RETURN] == better[hidden.IN_NEED_PLAN]


def test_the_simulated_chain_moves_as_its_matrix_says(england):
    """One week's moves of care in settled and struggling homes without a plan, within Monte Carlo error."""
    spells = england.truth.spells.join(england.truth.families, on="household_id")
    settled = spells.filter(pl.col("family_type") == "settled", pl.col("care_state") == "adequate")
    weeks = (settled["to_on"] - settled["from_on"]).dt.total_days().sum() / 7
    chain = hidden.chain(ENGLAND.harm)
    quiet = 0  # adequate care, none of the three drivers
    expected = 1 - chain.matrix(0)[quiet, quiet]
    calm = settled.filter(~pl.col("domestic_abuse"), ~pl.col("substance_misuse"), ~pl.col("risky_adult"))
    ends = calm.filter(pl.col("to_on") < england.truth.to_on).height
    at_risk = (calm["to_on"] - calm["from_on"]).dt.total_days().sum() / 7
    assert weeks > 50_000
    assert abs(ends / at_risk - expected) < 4 * np.sqrt(expected / at_risk)


def test_agencies_closed_at_weekends_write_on_weekdays(england):
    closed = england.record.events.filter(~pl.col("agency").cast(pl.String).is_in(list(ALWAYS_OPEN)))
    own = closed.filter(pl.col("severity").is_not_null())
    assert own.height > 1_000
    assert own["recorded_on"].dt.weekday().max() <= 5


def test_schools_notice_nothing_in_the_holidays(norfolk):
    seen = norfolk.truth.incidents.filter(pl.col("agency") == "school")
    assert seen.height > 1_000
    assert in_term(seen["on"].to_physical().to_numpy().astype(np.int64)).all()


def test_health_visitors_see_homes_with_a_child_under_five_only(norfolk):
    seen = norfolk.truth.incidents.filter(pl.col("agency") == "health_visitor")
    ages = seen.join(norfolk.record.children, on="household_id").select(
        "incident_id", age=(pl.col("on") - pl.col("born_on")).dt.total_days()
    )
    youngest = ages.filter(pl.col("age") >= 0).group_by("incident_id").agg(pl.col("age").min())
    assert seen.height > 100
    assert youngest["age"].max() < 1826


@pytest.mark.parametrize("scenario", ["england_2014", "norfolk_review", "good_practice", "loud", "null"])
def test_every_simulated_row_keeps_the_rules_of_its_table(scenario):
    record, truth = simulate_block(Scenario.named(scenario), 3, 0, 150, 261)
    for holder, schemas in ((record, RECORD), (truth, TRUTH)):
        for name, schema in schemas.items():
            table = getattr(holder, name)
            assert checked(name, table, schema).height == table.height


def test_every_table_is_in_the_order_of_its_key(norfolk):
    for holder, schemas in ((norfolk.record, RECORD), (norfolk.truth, TRUTH)):
        for name, schema in schemas.items():
            table = getattr(holder, name)
            assert table.equals(table.sort(schema.primary_key())), name


def test_every_recorded_event_comes_from_an_incident_that_was_noticed(norfolk):
    concerns = norfolk.record.events.filter(pl.col("severity").is_not_null())
    causes = norfolk.truth.incidents.filter(pl.col("event_id").is_not_null())
    assert set(concerns["event_id"]) == set(causes["event_id"])
    assert causes["noticed"].all()
    assert norfolk.truth.incidents.filter(~pl.col("noticed")).height > causes.height  # misses are kept


def test_children_who_are_not_believed_are_passed_on_less(norfolk):
    said = norfolk.record.events.filter(pl.col("believed").is_not_null())
    shared = (
        said.group_by("believed")
        .agg(share=pl.col("shared_on").is_not_null().mean(), n=pl.len())
        .sort("believed")
    )
    assert shared["n"].min() > 50
    assert shared["share"][0] < 0.5 * shared["share"][1]


def test_more_sharing_changes_what_is_shared_and_not_what_happened():
    shares = NORFOLK.noticing.shares | {"school": 1.0}
    noticing = NORFOLK.noticing.model_copy(update={"shares": shares})
    open_school = NORFOLK.model_copy(update={"noticing": noticing})
    before, after = (simulate_block(s, 1, 0, 60, 26) for s in (NORFOLK, open_school))
    mine = pl.col("agency") == "school"
    first = pl.col("recorded_on") < NORFOLK.from_on + timedelta(days=21)
    columns = ["household_id", "child_id", "kind", "recorded_on", "severity"]
    school = [r.events.filter(mine, first, pl.col("severity").is_not_null()) for r, _ in (before, after)]
    assert school[0].select(columns).equals(school[1].select(columns))
    assert school[0]["shared_on"].null_count() > school[1]["shared_on"].null_count()


def test_names_carry_their_households_number(england):
    numbered = england.record.children.select(
        pl.col("given_name").str.ends_with((pl.col("household_id") % 10_000).cast(pl.String).str.zfill(4))
    )
    assert numbered.to_series().all()


def test_no_two_children_of_a_home_have_one_name_and_a_later_birth_renames_nobody():
    scenario, many = Scenario.named("england_2014"), 5000
    short, long = (
        families(scenario, 1, 0, many, day)[1]["children"] for day in (date(2010, 1, 1), date(2014, 1, 1))
    )
    assert long.height > short.height
    assert not long.select(pl.struct("household_id", "given_name").is_duplicated()).to_series().any()
    assert long.join(short, on=["child_id", "given_name"], how="semi").height == short.height


def test_three_draws_of_one_name_give_three_names_and_leave_the_oldest_and_other_homes_alone():
    girls, draw = np.array([True, True, True, True]), np.array([0.5, 0.5, 0.5, 0.5])
    given = given_names(girls, draw, np.array([1, 1, 1, 2])).str.head(-4).to_list()
    assert len(set(given[:3])) == 3
    assert given[0] == given[3] == names(girls, draw, np.array([1, 1, 1, 2]))[0][:-4]


def test_the_generator_draws_nothing_but_addressed_uniforms():
    folder = Path(sys.modules["risk.world.simulate"].__file__).parent
    forbidden = {
        "normal",
        "poisson",
        "choice",
        "shuffle",
        "default_rng",
        "RandomState",
        "permutation",
        "integers",
    }
    for path in folder.glob("*.py"):
        names = {n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)}
        assert not names & (forbidden | {"random"}), path.name
