"""The partitions: what goes by some households at a time loses nobody, and nobody is in two."""

import polars as pl
import pytest

from conftest import simulated
from risk.records.cohort import Cohort
from risk.records.partitions import each_part, homes_where, stretches
from risk.world.generation import generate
from risk.world.scenario import Scenario


@pytest.fixture(scope="module")
def cohort():
    return simulated("norfolk_review", 40, years=1)


@pytest.mark.parametrize("households", [1, 7, 40, 100])
def test_stretches_are_whole_households_and_make_up_the_cohort(cohort, households):
    each = list(stretches(cohort, households))
    assert [c.record.households.height for c in each] == [
        min(households, 40 - n) for n in range(0, 40, households)
    ]
    for name, table in cohort.tables().items():
        assert pl.concat(c.tables()[name] for c in each).sort(pl.all()).equals(table.sort(pl.all())), name


def test_some_households_come_with_all_that_is_about_them_and_no_more(cohort):
    some = homes_where(cohort, lambda household: household.is_in([3, 5]))
    assert some.record.households["household_id"].to_list() == [3, 5]
    homes = cohort.record.homes_of(some.record.children["child_id"])
    assert some.record.events.equals(homes.events)
    assert some.record.factors.equals(homes.factors)
    assert set(some.truth.harms["child_id"] // 16) <= {3, 5}


def test_a_cohort_its_folder_and_its_parts_are_worked_on_alike(cohort, tmp_path):
    generate(
        Scenario.named("norfolk_review"), tmp_path / "c", households=40, seed=1, years=1, households_a_part=15
    )
    counted: list[int] = []
    in_folder = list(each_part(n_events, tmp_path / "c", on_part=counted.append))
    assert counted == [15, 15, 10]
    assert in_folder == list(each_part(n_events, stretches(cohort, 15)))
    assert list(each_part(n_events, cohort)) == [sum(in_folder)]


def n_events(part: Cohort) -> int:
    return part.record.events.height
