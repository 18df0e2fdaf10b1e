"""An assessment on a given day: it changes its own home, from that day on, and nothing else."""

from datetime import date, timedelta

import polars as pl
import pytest

import risk
from conftest import simulated
from risk.core.errors import InputError
from risk.core.kinds import CONCERNS
from risk.records.cohort import Cohort
from risk.world.avoided import DAYS_TO_ACT
from risk.world.patterns.standing import away_from_home, case_open
from risk.world.remaking import first_difference
from risk.world.replaying import acting, home_again, replay_in_full
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate_block

NORFOLK = Scenario.named("norfolk_review")
HOMES, SEED, WEEKS = 150, 3, 104
# Nothing is screened in and nothing is done at once: whatever is assessed, is assessed because of the table.
SHUT = NORFOLK.with_values(
    {
        "practice.screens_in": [0.0] * 4,
        "practice.police_protects": 0.0,
        "practice.emergency_orders": 0.0,
        "practice.considers_sexual_abuse": 0.0,
        "practice.assessment_never_completed": 0.0,
    }
)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return simulated("norfolk_review", HOMES, seed=SEED, years=2)


def table(days: dict[int, date]) -> pl.DataFrame:
    rows = {"household_id": list(days), "assess_on": list(days.values())}
    return pl.DataFrame(rows, schema=DAYS_TO_ACT)


def in_spring(*homes: int) -> pl.DataFrame:
    """A day for each of some homes, no two the same."""
    return table({home: date(2010, 4, 1) + timedelta(days=3 * home) for home in homes})


def acted(days: pl.DataFrame | None, scenario: Scenario = NORFOLK, made=None) -> Cohort:
    return Cohort(*simulate_block(acting(scenario), SEED, 0, HOMES, WEEKS, days), made or {})


def of_home(table: pl.DataFrame) -> pl.Expr:
    if "household_id" in table.columns:
        return pl.col("household_id")
    return pl.col("child_id") // 16 if "child_id" in table.columns else pl.col("event_id") // 65_536


def test_with_an_empty_table_or_none_or_the_dial_off_nothing_changes(cohort):
    every = in_spring(*range(HOMES))
    as_it_was = cohort.content_hashes()
    off = Cohort(*simulate_block(NORFOLK, SEED, 0, HOMES, WEEKS, every), cohort.made)
    for other in (acted(None), acted(every.clear()), off):
        assert other.content_hashes() == as_it_was
    assert acted(every).content_hashes() != as_it_was


def test_a_home_without_a_day_is_the_same_row_for_row(cohort):
    days = in_spring(*range(0, HOMES, 2))
    for name, after in acted(days).tables().items():
        before, odd = cohort.tables()[name], of_home(after) % 2 == 1
        assert after.filter(odd).equals(before.filter(odd)), name
        assert (
            name in ("households", "children", "families", "adults", "residents") or after.filter(odd).height
        )


STARTS_AND_ENDS = {
    "incidents": ("on", None),
    "spells": ("from_on", "to_on"),
    "harms": ("warranted_from", "warranted_to"),
    "refuge_stays": ("from_on", "to_on"),
}


def until_its_day(cohort: Cohort, name: str, days: pl.DataFrame) -> pl.DataFrame:
    """What a table holds of each home up to, and not including, its day."""
    rows = cohort.tables()[name]
    rows = rows.with_columns(household_id=of_home(rows)).join(days, on="household_id", maintain_order="left")
    day = pl.col("assess_on")
    if name == "events":  # what was noticed before may be written down after
        noticed = pl.col("kind").is_in(list(CONCERNS)) & (pl.col("occurred_on") < day)
        return rows.filter(noticed | (pl.col("recorded_on") < day))
    start, end = STARTS_AND_ENDS[name]
    rows = rows.filter(pl.col(start) < day)
    return rows.with_columns(pl.min_horizontal(end, day).alias(end)) if end else rows


def test_a_home_changes_only_from_its_day_on(cohort):
    days = in_spring(*range(HOMES))
    after = acted(days)
    for name in ("events", *STARTS_AND_ENDS):
        ours, theirs = (until_its_day(c, name, days) for c in (cohort, after))
        assert ours.equals(theirs), name
        assert ours.height > 5
        assert name == "refuge_stays" or not cohort.tables()[name].equals(after.tables()[name])


def test_a_closed_case_is_referred_and_assessed_on_its_day_past_every_threshold():
    before, days = simulate_block(SHUT, SEED, 0, HOMES, WEEKS)[0], in_spring(*range(HOMES))
    # The evening before: an open case, children away, or nobody of an age to be a child.
    rows = days.with_columns(on=pl.col("assess_on") - timedelta(days=1))
    closed = ~case_open(rows, before.events) & ~away_from_home(rows, before.events)
    some_child = before.children.join(days, on="household_id").filter(
        pl.col("born_on") <= pl.col("assess_on"),
        pl.col("assess_on") < pl.col("born_on").dt.offset_by("18y"),
    )["household_id"]
    expected = days.filter(closed).filter(pl.col("household_id").is_in(some_child.implode()))
    assert 50 < expected.height < HOMES
    events = acted(days, SHUT).record.events.join(days, on="household_id")
    referrals = events.filter(pl.col("kind") == "referral", pl.col("recorded_on") == pl.col("assess_on"))
    assert referrals["household_id"].to_list() == expected["household_id"].to_list()
    assert referrals["answers"].null_count() == referrals.height
    started = events.filter(pl.col("answers").is_in(referrals["event_id"].implode()))
    assert set(started["kind"]) == {"assessment_started"}
    assert (started["recorded_on"] == started["assess_on"]).all()
    assert started.height == referrals.height
    completed = events.filter(pl.col("closes").is_in(started["event_id"].implode()), pl.col("kind") == "assessment_completed")  # fmt: skip
    assert completed.height > 0.9 * started.height


def test_a_home_whose_case_is_open_stays_as_it_is(cohort):
    referrals = cohort.record.events.filter(pl.col("kind") == "referral")
    # Two days after a referral, where the case was open the evening before.
    evenings = referrals.select("household_id", on=pl.col("recorded_on") + timedelta(days=1))
    evenings = evenings.filter(
        pl.col("on") >= cohort.record.from_on, case_open(evenings, cohort.record.events)
    )
    evenings = evenings.unique("household_id", keep="first", maintain_order=True)
    open_then = evenings.select("household_id", assess_on=pl.col("on") + timedelta(days=1))
    open_then = open_then.filter(pl.col("assess_on") < cohort.record.to_on)
    assert open_then.height > 30
    assert first_difference(cohort.tables(), acted(open_then).tables()) is None


def test_the_same_table_gives_the_same_homes_in_any_blocks():
    days = in_spring(*range(HOMES))
    whole = acted(days).record.events
    parts = [
        simulate_block(acting(NORFOLK), SEED, first, 50, WEEKS, days)[0].events for first in (0, 50, 100)
    ]
    assert pl.concat(parts).equals(whole)


def test_one_home_alone_is_acted_on_as_among_others(cohort):
    days = in_spring(*range(HOMES))
    alone = home_again(cohort.made, 16 * 7, acting(NORFOLK), days)
    assert alone.record.events.equals(acted(days).record.events.filter(pl.col("household_id") == 7))


def test_no_world_can_be_made_that_needs_to_know_its_own_future(tmp_path):
    for make in (
        lambda: risk.simulate(acting(NORFOLK), households=5, seed=1),
        lambda: risk.generate(acting(NORFOLK), tmp_path / "c", households=5, seed=1),
    ):
        with pytest.raises(InputError, match=r"practice\.assess_at_line = true needs the days on which"):
            make()
    assert list(tmp_path.iterdir()) == []


def test_a_question_that_is_not_asked_is_no_part_of_what_a_world_is(cohort):
    """Cohorts from before it could be asked have the hash that they had, and are read and replayed."""
    kept = {**cohort.made, "scenario_values": cohort.made["scenario_values"].copy()}
    kept["scenario_values"]["practice"] = {
        name: value for name, value in kept["scenario_values"]["practice"].items() if name != "assess_at_line"
    }
    assert Scenario.of_cohort(kept).sha256 == NORFOLK.sha256
    assert acting(NORFOLK).sha256 != NORFOLK.sha256
    england = Scenario.named("england_2014")
    assert england.assumptions["practice.assess_at_line"][1] == "a counterfactual, not an estimate"
    assert not acting(england).calibrated


DAY = date(2010, 6, 1)


@pytest.mark.parametrize(
    ("scenario", "days", "message"),
    [
        (acting(NORFOLK), None, "needs a table of households and days"),
        (NORFOLK, table({1: DAY}), "a table of days needs practice.assess_at_line = true"),
        (acting(NORFOLK.with_values({"practice.adds_up": 1.0})), table({1: DAY}), "and nothing else: practice.adds_up is 0.0"),
        (acting(NORFOLK), table({1: DAY}).drop("assess_on"), "assess_on lacks assess_on: one row a household"),
        (acting(NORFOLK), table({HOMES: DAY}), "household 150 is not in the cohort, of 150 households"),
        (acting(NORFOLK), pl.concat([table({1: DAY})] * 2), "household 1 on 2010-06-01 has more than one row"),
        (acting(NORFOLK), table({1: date(2009, 6, 1)}), "household 1 on 2009-06-01 has a day outside 2010-01-04"),
        (acting(NORFOLK), table({1: date(2012, 1, 2)}), "has a day outside 2010-01-04 to 2012-01-02"),
    ],
)  # fmt: skip
def test_a_table_is_needed_for_the_one_question_and_is_of_the_cohorts_own_days(
    cohort, scenario, days, message
):
    with pytest.raises(InputError, match=message):
        risk.replay(cohort, scenario, assess_on=days)


def test_a_replay_with_a_table_has_the_usual_effects_and_what_was_avoided(cohort):
    days = in_spring(*range(HOMES))
    found = replay_in_full(cohort, acting(NORFOLK), assess_on=days)
    assert not found.identical
    rise = found.effects.filter(pl.col("measure") == "assessments")
    assert rise["difference"].item() > 0
    assert set(found.avoided["household_id"]) == set(range(HOMES))
    nothing = replay_in_full(cohort, acting(NORFOLK), assess_on=days.clear())
    assert nothing.identical
    assert nothing.avoided.is_empty()
    assert replay_in_full(cohort, NORFOLK).avoided is None
