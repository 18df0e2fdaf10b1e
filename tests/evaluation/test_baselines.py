import polars as pl
import pytest

from by_hand import at, record
from risk.core.kinds import CONCERNS
from risk.evaluation.baselines import baselines
from risk.model.days_asked import landmarks


def test_a_concern_counts_half_after_thirteen_weeks_and_a_quarter_after_twenty_six():
    written = record("16 hunger school 2023-01-02", "- domestic_abuse police 2023-01-02")
    found = baselines(at("16 2023-01-02", "16 2023-01-03", "16 2023-04-03", "16 2023-07-03"), written)
    assert found["fading_count"].to_list() == pytest.approx([0, 2 * 0.5 ** (1 / 91), 1, 0.5])


def test_the_raw_count_forgets_all_at_once_after_fifty_two_weeks():
    written = record(
        "16 hunger school 2022-03-01", "17 hunger school 2022-03-01", "16 referral school 2022-03-01"
    )
    found = baselines(at("16 2022-03-01", "16 2022-03-02", "16 2023-02-28", "16 2023-03-01"), written)
    assert found["n_concerns"].to_list() == [0, 1, 1, 0]


def test_a_record_without_concerns_counts_nothing():
    found = baselines(at("16 2023-03-01"), record())
    assert found.select("worst_recent", "n_concerns", "fading_count").row(0) == (0, 0, 0)


def test_counts_agree_with_walking_over_events(norfolk):
    rows = landmarks(norfolk.record).sample(300, seed=1)
    found = baselines(rows, norfolk.record)
    concerns = norfolk.record.events_by_child().filter(
        pl.col("kind").is_in(list(CONCERNS)), pl.col("relation") != "sibling"
    )
    by_child = {child: mine for (child,), mine in concerns.group_by("child_id")}
    for row in found.iter_rows(named=True):
        mine = by_child.get(row["child_id"], concerns.clear())["recorded_on"]
        ages = [(row["landmark_on"] - day).days for day in mine if day < row["landmark_on"]]
        assert row["n_concerns"] == sum(age <= 364 for age in ages)
        assert row["fading_count"] == pytest.approx(
            sum(0.5 ** (age / 91) for age in ages), rel=1e-6, abs=1e-9
        )


def test_a_child_counts_the_same_to_the_last_bit_whichever_others_it_is_read_with(norfolk):
    rows = landmarks(norfolk.record)
    together = baselines(rows, norfolk.record)
    for home in norfolk.record.children["household_id"].unique().sort().head(5):
        theirs = rows.filter(pl.col("household_id") == home)
        alone = baselines(theirs, norfolk.record.homes_of(theirs["child_id"].unique()))
        assert alone.equals(together.filter(pl.col("household_id") == home))
