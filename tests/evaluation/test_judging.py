from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from conftest import simulated
from risk.core.errors import InputError
from risk.evaluation.judged_rows import both_sides
from risk.evaluation.judges import judged
from risk.evaluation.judging import FALSE_ALARM_RATES, RATIOS, measured, ratio_to_incident
from risk.evaluation.kinds_of_harm import best_score
from risk.evaluation.results import as_models, is_fault, said_of_faults
from risk.model.alarms import AlarmPolicy, line_at_price, raise_alarms
from risk.model.card import Card
from risk.model.scorecard import CumulativeScorecard
from risk.model.splits import split
from risk.records.partitions import stretches


def value(measures: pl.DataFrame, judge: str, measure: str, at: float | None = None) -> float | None:
    same_place = pl.col("at").is_null() if at is None else pl.col("at") == at
    return measures.filter(judge=judge, measure=measure).filter(same_place)["value"].item()


@pytest.fixture(scope="module")
def judged_20k(england_20k_sides, england_20k_card):
    """The claim the project stands on: 20,000 households, judged on those the card was not fitted to."""
    rows, _ = judged(*england_20k_sides, england_20k_card, challengers=())
    return measured(rows, resamples=20)


def test_cumulation_beats_the_worst_incident_by_a_factor_of_two(judged_20k):
    assert ratio_to_incident(judged_20k) > 2
    judges = ("card", "fading_count", "n_concerns", "worst_recent")
    precision = [value(judged_20k, judge, "average_precision") for judge in judges]
    assert precision == sorted(precision, reverse=True)
    found = [value(judged_20k, judge, "detection", 0.2) for judge in ("card", "worst_recent")]
    assert found[0] > found[1]


@pytest.mark.parametrize(
    ("ratio", "gate"),
    [
        ("auc_skill", 0.89),
        ("ap_ratio", 0.82),
        ("brier_skill_ratio", 0.80),
        ("detection_ratio", 0.88),
        ("net_benefit_ratio", 0.83),
    ],
)
def test_the_card_finds_most_of_what_could_be_known(judged_20k, ratio, gate):
    assert gate <= value(judged_20k, "card", ratio) < 1.15


def test_the_card_is_sized_as_it_says(judged_20k):
    assert 0.85 < value(judged_20k, "card", "calibration_slope") < 1.15


def test_no_judge_knows_more_than_the_ceiling(judged_20k):
    assert not is_fault(judged_20k, True)


def test_no_judge_is_allowed_more_false_alarms_than_the_rate(judged_20k):
    at_a_rate = judged_20k.filter(
        pl.col("measure") == "false_alarms_per_child_year", pl.col("at").is_not_null()
    )
    assert at_a_rate.height == 6 * len(FALSE_ALARM_RATES)
    assert (at_a_rate["value"] <= at_a_rate["at"]).all()


@pytest.fixture(scope="module")
def known():
    """A small cohort, its card, and its test rows as judged, with a ceiling of our own making.

    The hand-made ceiling knows each answer with luck of its own: better than any card can.
    """
    cohort = simulated("norfolk_review", 300, seed=4)
    train, test = both_sides([cohort], ceiling=False)
    card = CumulativeScorecard().fit(train)
    luck = pl.Series(np.random.default_rng(1).normal(0, 1, test.height))
    knowing = 1 / (1 + (-(luck + 4 * test["warranted"].fill_null(False).cast(pl.Float64) - 2)).exp())
    rows, _ = judged(train, test.with_columns(p_knowable=knowing), card, challengers=())
    return cohort, rows, card


def test_rows_are_split_by_household_as_split_does(known):
    cohort, _, _ = known
    train, test = both_sides([cohort], ceiling=False)
    assert [train.columns, test.columns] == [
        side.columns for side in split(pl.concat([train, test]), by="household_id", test_share=0.3, seed=1)
    ]
    assert split(pl.concat([train, test]).sort("child_id", "landmark_on"))[1].equals(test)


def test_parts_are_judged_as_the_whole_is(known):
    cohort, _, _ = known
    homes = cohort.record.households["household_id"]

    def part(which: pl.Series):
        record = {
            name: getattr(cohort.record, name).filter(pl.col("household_id").is_in(which.implode()))
            for name in ("households", "adults", "children", "events")
        }
        return replace(cohort, record=replace(cohort.record, **record))

    halves = [part(homes.filter(homes < 150)), part(homes.filter(homes >= 150))]
    for whole, in_parts in zip(
        both_sides([cohort], ceiling=False), both_sides(halves, ceiling=False), strict=True
    ):
        assert whole.equals(in_parts)


def test_packed_rows_are_judged_as_others_are(known):
    cohort, _, _ = known
    card = Card.shipped()
    plain, small = (
        judged(
            *both_sides([cohort], ceiling=False, pack=pack), card, challengers=("l1_logistic", "boosting")
        )[0]
        for pack in (False, True)
    )
    figures = [c for c in small.columns if c in plain.columns]
    assert {"p_card", "p_l1_logistic", "p_boosting", "score_fading_count"} <= set(figures)
    assert small.select(figures).equals(plain.select(figures))


def test_a_sample_is_of_whole_households_and_the_same_in_any_parts(known):
    cohort, _, _ = known
    some = both_sides([cohort], ceiling=False, share=0.5)
    in_parts = both_sides(stretches(cohort, 70), ceiling=False, share=0.5)
    for part, again, every in zip(some, in_parts, both_sides([cohort], ceiling=False), strict=True):
        # A fading count is a running sum of its part: in another one its last bits are others.
        assert again.drop("fading_count").equals(part.drop("fading_count"))
        rows = every.filter(pl.col("household_id").is_in(part["household_id"].implode()))
        assert part.drop("fading_count").equals(rows.drop("fading_count"))
    taken = sum(side["household_id"].n_unique() for side in some)
    assert 0.4 < taken / cohort.record.households.height < 0.6


def test_figures_are_those_of_scikit_learn(known):
    _, rows, _ = known
    measures = measured(rows, resamples=10)
    answered = rows.filter(pl.col("warranted").is_not_null())
    y = answered["warranted"]
    for judge in ("ceiling", "card", "worst_recent"):
        score, p = answered[f"score_{judge}"], answered[f"p_{judge}"]
        assert value(measures, judge, "auc") == pytest.approx(roc_auc_score(y, score))
        assert value(measures, judge, "average_precision") == pytest.approx(average_precision_score(y, score))
        assert value(measures, judge, "brier") == pytest.approx(brier_score_loss(y, p))


def test_false_alarms_and_detection_at_the_price_agree_with_walking_over_children(known):
    cohort, rows, card = known
    measures = measured(rows, price=1.3, resamples=10)
    alarms = raise_alarms(rows, AlarmPolicy(line_at_price(card, 1.3)), by="score_card")
    false = sum(1 for r in alarms.to_dicts() if r["warranted"] is False)
    unaffected = sum(1 for r in rows.select("warranted").to_dicts() if r["warranted"] is False)
    false_alarms = value(measures, "card", "false_alarms_per_child_year")
    assert false_alarms == pytest.approx(false / (unaffected * 28 / 365.25))

    near, onsets, hit = timedelta(weeks=12), 0, 0
    for child, mine in rows.group_by("child_id"):
        harms = cohort.truth.harms.filter(pl.col("child_id") == child[0])
        first, last = mine["landmark_on"].min(), mine["landmark_on"].max()
        onset = harms["warranted_from"].min()
        if onset is None or not first <= onset - near or onset + near > last:
            continue
        days = [d for d in alarms.filter(pl.col("child_id") == child[0])["landmark_on"] if d >= onset - near]
        onsets += 1
        hit += any(abs((d - onset).days) <= 84 for d in days)
    assert onsets > 5
    assert value(measures, "card", "detection") == pytest.approx(hit / onsets)


def test_ratios_are_of_the_figures_above_knowing_nothing(known):
    measures = measured(known[1], resamples=20)
    base = known[1]["warranted"].drop_nulls().to_numpy().mean()
    expected = {
        "auc_skill": [value(measures, j, "auc") - 0.5 for j in ("card", "ceiling")],
        "ap_ratio": [value(measures, j, "average_precision") for j in ("card", "ceiling")],
        "brier_skill_ratio": [
            1 - value(measures, j, "brier") / (base - base**2) for j in ("card", "ceiling")
        ],
        "detection_ratio": [value(measures, j, "detection", 0.2) for j in ("card", "ceiling")],
        "net_benefit_ratio": [value(measures, j, "net_benefit", 0.2) for j in ("card", "ceiling")],
    }
    for ratio, (own, best) in expected.items():
        assert value(measures, "card", ratio) == pytest.approx(own / best)
    assert set(expected) == set(RATIOS)


@pytest.mark.parametrize("kind", ["today", "to_come"])
def test_each_kind_of_harm_is_judged_against_rows_with_neither(known, kind):
    rows = known[1].drop_nulls("warranted")
    is_kind = pl.col("warranted") & (pl.col("harm_today") == (kind == "today"))
    rows = rows.filter(is_kind | ~pl.col("warranted"))
    y, measures = rows.select(is_kind).to_series(), measured(known[1], resamples=20)
    assert 0 < y.sum() < known[1]["warranted"].sum()
    expected = {
        "auc": roc_auc_score(y, rows["score_card"]),
        "average_precision": average_precision_score(y, rows["score_card"]),
    }
    for measure, figure in expected.items():
        assert value(measures, "card", f"{measure}_{kind}") == pytest.approx(figure)
    own, best = (value(measures, judge, f"average_precision_{kind}") for judge in ("card", "ceiling"))
    assert value(measures, "card", f"ap_ratio_{kind}") == pytest.approx(own / best)
    own, best = (value(measures, judge, f"auc_{kind}") - 0.5 for judge in ("card", "ceiling"))
    assert value(measures, "card", f"auc_skill_{kind}") == pytest.approx(own / best)
    document = as_models(measures)["card"][f"harm_{kind}"]
    assert document["average_precision"]["value"] == pytest.approx(expected["average_precision"])
    assert set(document) == {"auc", "average_precision", "auc_skill", "ap_ratio"}


def test_rows_that_do_not_say_which_kind_of_harm_they_are_of_are_judged_as_a_whole(known):
    measures = measured(known[1].drop("harm_today"), resamples=10)
    assert not measures["measure"].str.contains("today|to_come").any()
    assert not any(name.startswith("harm_") for name in as_models(measures)["card"])


def test_the_ceiling_of_each_kind_orders_its_rows_as_nobody_else_can():
    """Six kinds of home, each with its true chances: of any order, the best is by Bayes' rule for the kind."""
    chances = pl.DataFrame(
        [(0.6, 0.05), (0.3, 0.3), (0.1, 0.5), (0.05, 0.05), (0.2, 0.1), (0.01, 0.2)],
        schema=["p_now", "p_to_come"],
        orient="row",
    ).with_columns(p_knowable=pl.col("p_now") + pl.col("p_to_come"))
    for kind, p in (("today", "p_now"), ("to_come", "p_to_come")):
        of_kind, neither = chances[p].to_numpy(), 1 - chances["p_knowable"].to_numpy()
        y, weight = np.repeat([1, 0], 6), np.concatenate([of_kind, neither])
        auc = [roc_auc_score(y, np.tile(order, 2), sample_weight=weight) for order in permutations(range(6))]
        ours = roc_auc_score(y, np.tile(best_score(chances, kind), 2), sample_weight=weight)
        assert ours == pytest.approx(max(auc))
        plain = roc_auc_score(y, np.tile(chances["p_knowable"], 2), sample_weight=weight)
        assert plain < ours


def test_of_what_is_certain_not_to_be_of_a_kind_the_ceiling_says_so():
    sure = pl.DataFrame({"p_knowable": [1.0, 1.0], "p_now": [1.0, 0.0], "p_to_come": [0.0, 1.0]})
    assert best_score(sure, "today").tolist() == [1, 0]
    assert best_score(sure, "to_come").tolist() == [0, 1]


def test_resampling_a_ratio_together_is_surer_than_its_two_figures_apart(known):
    _, rows, _ = known
    close = rows.with_columns(score_ceiling=pl.col("score_card") + pl.col("score_ceiling") / 1000)
    measures = measured(close, resamples=100)
    errors = dict(
        measures.filter(pl.col("at").is_null(), judge="card").select("measure", "standard_error").iter_rows()
    )
    precise = value(measures, "card", "average_precision")
    assert errors["ap_ratio"] < 0.2 * errors["average_precision"] / precise


def test_a_judge_that_knows_less_than_the_ceiling_is_no_fault(known):
    measures = measured(known[1], resamples=50)
    assert not measures["above_ceiling"].any()
    assert said_of_faults(measures, True) == []
    assert not any(model["above_ceiling"] for model in as_models(measures).values())


def test_a_judge_above_the_ceiling_is_a_fault_and_said_so(known):
    """A ceiling that knows less than the card, as a wrong filter would."""
    _, rows, _ = known
    wrong = rows.with_columns(score_ceiling="score_worst_recent", p_ceiling="p_worst_recent")
    measures = measured(wrong, resamples=50)
    models = as_models(measures)
    assert models["card"]["above_ceiling"]
    assert not models["worst_recent"]["above_ceiling"]  # it is that ceiling: all its ratios are 1
    says = said_of_faults(measures, True)
    assert any("Cumulative scorecard: average precision is 1." in sentence for sentence in says)
    assert is_fault(measures, True)
    for sentence in says:
        assert ("a leak, or a wrong filter" in sentence) != ("onsets found" in sentence)


def test_more_first_onsets_than_the_ceiling_finds_are_marked_and_no_fault(known):
    measures = measured(known[1], resamples=20).with_columns(
        above_ceiling=(pl.col("measure") == "detection_ratio") & (pl.col("judge") == "card")
    )
    assert not is_fault(measures, True)
    assert as_models(measures)["card"]["above_ceiling"]
    assert "not first onsets, so this is no fault by itself" in said_of_faults(measures, True)[0]


def test_being_above_a_reference_is_no_fault(known):
    _, rows, _ = known
    wrong = rows.with_columns(score_ceiling="score_worst_recent", p_ceiling="p_worst_recent")
    measures = measured(wrong, resamples=50, ceiling_is_exact=False)
    assert as_models(measures)["ceiling"]["label"] == "The reference"
    assert all("no fault by itself" in sentence for sentence in said_of_faults(measures, False))


def test_a_ratio_to_a_ceiling_that_knows_nothing_means_nothing(known):
    _, rows, _ = known
    blind = rows.with_columns(
        score_ceiling=pl.int_range(pl.len()).shuffle(seed=1).cast(pl.Float64), p_ceiling=pl.lit(0.5)
    )
    measures = measured(blind, resamples=50)
    assert value(measures, "card", "auc_skill") is None
    assert value(measures, "card", "brier_skill_ratio") is None


def test_a_card_that_ranks_at_random_finds_nothing(known):
    """Shuffling which answers belong to whom must bring the AUC back to a half."""
    _, rows, _ = known
    shuffled = rows.with_columns(pl.col("warranted").shuffle(seed=1))
    assert abs(value(measured(shuffled, resamples=10), "card", "auc") - 0.5) < 0.05


@pytest.mark.parametrize("answer", [False, None])
def test_a_cohort_in_which_nobody_is_warranted_or_followed_is_no_error(known, answer):
    _, rows, _ = known
    empty = rows.with_columns(warranted=pl.lit(answer, pl.Boolean), onset_on=pl.lit(None, pl.Date))
    measures = measured(empty, resamples=10)
    assert value(measures, "card", "auc") is None
    assert value(measures, "card", "average_precision") is None
    assert value(measures, "card", "detection", 0.2) is None
    assert value(measures, "card", "ap_ratio") is None
    assert as_models(measures)["card"]["auc"] == {"value": None, "low": None, "high": None}


def test_the_same_rows_in_another_order_have_the_same_figures(known):
    _, rows, _ = known
    one, other = (
        measured(table, resamples=10).filter(pl.col("judge") == "card")
        for table in (rows, rows.sample(fraction=1, shuffle=True, seed=2))
    )
    assert one["value"].to_list() == pytest.approx(other["value"].to_list())
    assert one["low"].to_list() == pytest.approx(other["low"].to_list())


@pytest.mark.parametrize("price", [1, 0, float("nan")])
def test_a_price_of_one_or_less_is_refused(known, price):
    with pytest.raises(InputError, match="takes more than 1"):
        measured(known[1], price=price)


def test_nothing_is_found_where_records_know_nothing_of_harm():
    """The null scenario: what a pipeline finds here is a leak."""
    train, test = both_sides([simulated("null", 4_000, years=3)], ceiling=False)
    rows, _ = judged(train, test, CumulativeScorecard().fit(train), challengers=())
    # A rough error of an AUC over so many independent homes; four of them either way. Resamples would look
    # too sure here: a card of rare lines may by chance meet no harmed home at all.
    homes = test.filter("warranted")["household_id"].n_unique()
    assert homes > 50
    assert abs(value(measured(rows, resamples=10), "card", "auc") - 0.5) < 4 * 0.29 / homes**0.5
