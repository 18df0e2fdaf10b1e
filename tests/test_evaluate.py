from datetime import timedelta

import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from conftest import simulated, train_and_test
from risk.alarms import AlarmPolicy, raise_alarms
from risk.evaluate import evaluate, ratio_to_incident
from risk.scorecard import CumulativeScorecard


def test_cumulation_beats_the_worst_incident_by_a_factor_of_two(
    england_20k, england_20k_split, england_20k_card
):
    """The claim the project stands on: 20,000 households, judged on those the card was not fitted to."""
    _, test = england_20k_split
    measures = evaluate(england_20k_card, test, england_20k.record, england_20k.truth)
    assert ratio_to_incident(measures) > 2
    card, raw, worst = measures.to_dicts()
    assert card["average_precision"] > raw["average_precision"] > worst["average_precision"]
    assert card["detection"] > worst["detection"]


def test_no_simpler_way_is_allowed_more_false_alarms_than_the_card(
    england_20k, england_20k_split, england_20k_card
):
    measures = evaluate(england_20k_card, england_20k_split[1], england_20k.record, england_20k.truth)
    rates = measures["false_alarms_per_child_year"]
    assert (rates[1:] <= rates[0]).all()


@pytest.fixture(scope="module")
def judged():
    cohort = simulated("norfolk_review", 300, seed=4)
    train, test = train_and_test(cohort)
    card = CumulativeScorecard().fit(train)
    return cohort, test, card


def test_where_most_children_need_help_the_ratio_is_smaller_and_still_above_one(judged):
    cohort, test, card = judged
    assert 1 < ratio_to_incident(evaluate(card, test, cohort.record, cohort.truth)) < 2


def test_false_alarms_and_detection_agree_with_walking_over_children(judged):
    cohort, test, card = judged
    row = evaluate(card, test, cohort.record, cohort.truth, price=1.3).to_dicts()[0]
    scored = card.score_table(test)
    alarms = raise_alarms(scored, AlarmPolicy(row["line"]))
    false = sum(1 for r in alarms.to_dicts() if r["warranted"] is False)
    unaffected = sum(1 for r in scored.select("warranted").to_dicts() if r["warranted"] is False)
    assert row["false_alarms_per_child_year"] == pytest.approx(false / (unaffected * 28 / 365.25))

    near, onsets, hit = timedelta(weeks=12), 0, 0
    for child, rows in scored.group_by("child_id"):
        mine = cohort.truth.harms.filter(pl.col("child_id") == child[0])
        first, last = rows["landmark_on"].min(), rows["landmark_on"].max()
        if mine.is_empty() or not first <= mine["warranted_from"].min() - near:
            continue
        onset = mine["warranted_from"].min()
        if onset + near > last:
            continue
        onsets += 1
        days = alarms.filter(pl.col("child_id") == child[0])["landmark_on"]
        hit += any(abs((d - onset).days) <= 84 for d in days)
    assert row["n_onsets"] == onsets > 10
    assert row["detection"] == pytest.approx(hit / onsets)


def test_a_card_that_ranks_at_random_finds_nothing(judged):
    """Shuffling which children the record belongs to must bring the AUC back to a half."""
    cohort, test, card = judged
    shuffled = test.with_columns(pl.col("warranted").shuffle(seed=1))
    auc = evaluate(card, shuffled, cohort.record, cohort.truth)["auc"][0]
    assert abs(auc - 0.5) < 0.05


def test_nothing_is_found_where_records_know_nothing_of_harm():
    """The null scenario: what a pipeline finds here is a leak."""
    cohort = simulated("null", 4_000, years=3)
    train, test = train_and_test(cohort)
    card = CumulativeScorecard().fit(train)
    known = card.score_table(test).filter(pl.col("warranted").is_not_null())
    harmed = known.filter("warranted")["household_id"].n_unique()
    assert harmed > 50
    # A rough error of an AUC over so many independent homes; four of them either way.
    assert abs(roc_auc_score(known["warranted"], known["points"]) - 0.5) < 4 * 0.29 / harmed**0.5
