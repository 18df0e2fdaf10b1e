"""The reliability: chances given against what came, counted by hand."""

import polars as pl
import pytest

from conftest import train_and_test
from risk.evaluation.calibration_bins import EDGES, reliability
from risk.evaluation.judges import scored_by


def judged(*rows: str) -> pl.DataFrame:
    """Rows from lines: household, chance, and yes, no or ? for whether an assessment was warranted."""
    answer = {"yes": True, "no": False, "?": None}
    split = [row.split() for row in rows]
    return pl.DataFrame(
        {
            "household_id": [int(h) for h, _, _ in split],
            "p_card": [float(p) for _, p, _ in split],
            "score_card": [float(p) for _, p, _ in split],
            "warranted": [answer[w] for _, _, w in split],
        },
        schema_overrides={"warranted": pl.Boolean},
    )


def test_those_with_about_one_chance_are_held_against_what_came_of_them():
    rows = judged("1 0.21 yes", "2 0.25 no", "3 0.29 no", "4 0.23 no", "5 0.9 yes", "6 1.0 yes")
    found = reliability(rows, ("card",), resamples=20)
    assert found["predicted"].round(3).to_list() == [0.245, 0.95]
    assert found["observed"].to_list() == [0.25, 1.0]
    assert found["child_landmarks"].to_list() == [4, 2]


def test_a_chance_at_an_edge_is_of_the_range_above_it_and_a_certainty_of_the_last():
    found = reliability(judged("1 0.2 yes", "2 0.1999 no", "3 1.0 yes", "4 0.9 no"), ("card",), resamples=5)
    assert found["child_landmarks"].to_list() == [1, 1, 2]


def test_rows_without_an_answer_are_left_out():
    found = reliability(judged("1 0.25 yes", "2 0.25 ?"), ("card",), resamples=5)
    assert found["child_landmarks"].to_list() == [1]


def test_what_nobody_was_given_has_no_row():
    assert reliability(judged("1 0.25 yes", "2 0.25 no"), ("card",), resamples=5).height == 1


@pytest.fixture(scope="module")
def of_the_shipped_card(england, card):
    _, test = train_and_test(england)
    return scored_by(card, test)


def test_the_ranges_hold_everybody_and_the_observed_share_its_interval(of_the_shipped_card):
    found = reliability(of_the_shipped_card, ("card",), resamples=30)
    assert found["child_landmarks"].sum() == of_the_shipped_card["warranted"].drop_nulls().len()
    assert (found["low"] <= found["observed"]).all()
    assert (found["observed"] <= found["high"]).all()
    assert found["predicted"].is_sorted()
    assert found.height <= len(EDGES) - 1


def test_the_same_households_twice_are_no_more_certain_for_being_twice_in_a_home(of_the_shipped_card):
    rows = of_the_shipped_card
    once = reliability(rows, ("card",), resamples=30)
    twice = reliability(pl.concat([rows, rows]), ("card",), resamples=30)
    assert twice["low"].equals(once["low"])
    assert twice["high"].equals(once["high"])
