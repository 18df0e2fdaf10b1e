"""The description in words: what a scenario rests on, and what a cohort holds."""

import polars as pl

from risk.world.description import assumptions_in_words, described, in_words, listed
from risk.world.scenario import Scenario


def test_every_assumption_is_counted_once_by_what_it_rests_on():
    world = Scenario.named("england_2014")
    said = assumptions_in_words(world)
    total, *counts = [int(n) for n in said.replace(";", " ").replace(":", " ").split() if n.isdigit()]
    assert total == world.assumption_table().height
    assert sum(counts) == total
    assert "changed by you" not in said


def test_what_a_user_changed_is_said_to_be():
    said = assumptions_in_words(Scenario.named("england_2014", {"practice.adds_up": 1.0}))
    assert "; 1 changed by you" in said


def test_a_group_is_listed_with_value_unit_and_source():
    world = Scenario.named("england_2014", {"harm.support_takes_weeks": 13})
    lines = listed(world, "harm")
    assert len(lines) == len(world.values()["harm"])
    assert lines[-1].startswith("harm.support_takes_weeks = 13 weeks from the start of a plan")
    assert lines[-1].endswith("[set by the user]")


def test_a_cohort_in_words_says_what_was_written_and_what_was_so(england):
    about, _ = described([england])
    said = in_words(about)
    assert f"{england.record.children.height:,} invented children" in said
    followed = england.record.events.filter(pl.col("recorded_on") >= england.record.from_on)
    assert f"{followed.height:,} events written down" in said
    assert f"{100 * about['share_of_child_time_warranted']:.1f} % of the child-time" in said
