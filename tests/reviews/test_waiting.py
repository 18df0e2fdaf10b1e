"""The waits: worked out in the head, with children who were followed no longer."""

import polars as pl
import pytest

from by_hand import CHILD, on, record
from risk.reviews.caseload import review_cohort
from risk.reviews.waiting import HARMED, TOLD, WAITS, assessed_by, median_days, waits


def reviewed(*rows: str) -> pl.DataFrame:
    """Rows of `review_cohort` from lines: child, triggered, then told=, assessed= and harm= a day, if any."""
    columns = {
        "told": "triggered_for_childrens_services_on",
        "assessed": "assessed_on",
        "harm": "harm_began_on",
    }
    found = []
    for row in rows:
        child, triggered, *more = row.split()
        said = {columns[k]: on(v) for k, v in (m.split("=") for m in more)}
        triggered_on = None if triggered == "-" else on(triggered)
        found.append({"child_id": int(child), "triggered_on": triggered_on, **said})
    dates = dict.fromkeys(("triggered_on", *columns.values()), pl.Date)
    rows_of = pl.DataFrame(found, schema={"child_id": pl.Int64, **dates})
    in_harm = (pl.col("harm_began_on") <= pl.col("triggered_on")).fill_null(False)
    return rows_of.with_columns(in_harm_when_triggered=in_harm)


def four(*days: int, ended: str, homes=(1, 2, 3, 4)) -> pl.DataFrame:
    """Waits of so many days, each ended by an assessment (a) or followed no longer (-)."""
    n = len(days)
    return pl.DataFrame(
        {
            "child_id": range(n),
            "household_id": homes[:n],
            "from_on": [on("2022-06-01")] * n,
            "days": days,
            "assessed": [c == "a" for c in ended],
            "told": [TOLD[0]] * n,
            "harmed": [HARMED[0]] * n,
        },
        schema=WAITS,
    )


def shares(curve: pl.DataFrame) -> dict[int, float]:
    return {day: round(share, 4) for day, share in curve.select("days", "share").iter_rows()}


WRITTEN = record(children=(16, 17, 32, 33), born="2005-03-01", to_on="2024-01-01")


def test_a_wait_runs_from_the_line_to_the_first_assessment_or_to_the_end_of_childhood():
    found = waits(reviewed("16 2022-03-01 assessed=2022-03-31", "17 2023-02-01"), WRITTEN)
    assert found.select("days", "assessed").rows() == [(30, True), (28, False)]


def test_a_wait_ends_at_the_latest_with_the_record():
    young = record(children=(16,), born="2015-03-01", to_on="2024-01-01")
    assert waits(reviewed("16 2023-12-22"), young)["days"].item() == 10


def test_only_children_whose_record_reached_the_line_wait():
    assert waits(reviewed("16 - harm=2022-03-01", "17 2022-03-01"), WRITTEN)["child_id"].to_list() == [17]


def test_what_children_s_services_were_told_later_does_not_count():
    found = waits(
        reviewed("16 2022-03-01 told=2022-03-01", "17 2022-03-01 told=2022-03-02", "32 2022-03-01"), WRITTEN
    )
    assert found["told"].to_list() == [TOLD[0], TOLD[1], TOLD[1]]


def test_harm_that_comes_after_the_line_does_not_sort_the_waits():
    found = waits(
        reviewed("16 2022-03-01 harm=2022-03-01", "17 2022-03-01 harm=2022-03-02", "32 2022-03-01"), WRITTEN
    )
    assert found["harmed"].to_list() == [HARMED[0], HARMED[1], HARMED[1]]


def test_the_share_assessed_is_of_those_still_followed():
    curve = assessed_by(four(7, 14, 21, 28, ended="a-a-"), resamples=10)
    # One of four; then one of the two still waiting: 1/4 + 3/4 x 1/2.
    assert shares(curve) == {0: 0, 7: 0.25, 14: 0.25, 21: 0.625, 28: 0.625}


def test_with_everybody_followed_it_is_the_plain_share():
    curve = assessed_by(four(7, 7, 14, 28, ended="aaaa"), resamples=10)
    assert shares(curve) == {0: 0, 7: 0.5, 14: 0.75, 21: 0.75, 28: 1}


def test_what_comes_within_a_week_is_counted_at_its_end():
    curve = assessed_by(four(3, 8, ended="a-"), resamples=10)
    assert shares(curve) == {0: 0, 7: 0.5}


def test_the_share_never_falls_and_lies_within_its_interval(england, card):
    waited = waits(review_cohort(card, england), england.record)
    for by in (None, "told", "harmed"):
        curve = assessed_by(waited, by, resamples=50)
        for _, of in curve.group_by("group", maintain_order=True):
            assert of["share"].is_sorted()
            assert of["days"].to_list() == list(range(0, 7 * of.height, 7))
        assert (curve["low"] <= curve["share"]).all()
        assert (curve["share"] <= curve["high"]).all()
        counted = curve.unique("group")["children"].sum()
        assert counted == waited.height


def test_a_group_without_children_has_no_curve():
    assert assessed_by(four(7, ended="a"), "harmed", resamples=5)["group"].unique().to_list() == [HARMED[0]]
    assert assessed_by(four(ended=""), resamples=5).is_empty()


def test_half_is_reached_on_its_first_week_or_never():
    assert median_days(assessed_by(four(7, 14, 21, 28, ended="a-a-"), resamples=5)) == {"All": 21}
    assert median_days(assessed_by(four(7, 14, 21, 28, ended="a---"), resamples=5)) == {"All": None}


@pytest.mark.parametrize("column", ["child_id", "days", "assessed"])
def test_rows_come_in_the_order_of_children(column):
    rows = reviewed("17 2022-03-01", "16 2022-03-01 assessed=2022-03-02")
    assert waits(rows, WRITTEN)[column].to_list() == waits(rows.reverse(), WRITTEN)[column].to_list()


def test_the_child_of_the_record_is_the_child_of_the_wait():
    assert CHILD in waits(reviewed(f"{CHILD} 2022-03-01"), WRITTEN)["child_id"]
