import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from risk.core.errors import InputError
from risk.evaluation import challengers
from risk.evaluation.judged_rows import both_sides
from risk.evaluation.judges import JUDGES, in_all, judged, judges_of, linked
from risk.model.card import Card
from risk.model.features import FEATURES
from risk.model.scorecard import CumulativeScorecard

ASKED = [judge for judge in JUDGES if judge not in ("ceiling", "recorded_card", "peeking_card")]


@pytest.fixture(scope="module")
def sides(norfolk):
    return both_sides([norfolk], ceiling=False)


@pytest.fixture(scope="module")
def all_judged(sides):
    return judged(*sides, CumulativeScorecard().fit(sides[0]))


def test_every_judge_has_a_score_and_a_probability_and_rows_stay_as_they_were(sides, all_judged):
    rows, left_out = all_judged
    assert left_out == []
    assert judges_of(rows) == ASKED
    assert rows.select(sides[1].columns).equals(sides[1])
    for judge in judges_of(rows):
        p = rows[f"p_{judge}"]
        assert p.null_count() == 0
        assert p.is_between(0, 1).all()


@pytest.mark.parametrize("judge", ASKED)
def test_a_higher_score_never_has_a_lower_probability(all_judged, judge):
    by_score = all_judged[0].sort(f"score_{judge}", f"p_{judge}")
    assert by_score[f"p_{judge}"].is_sorted()


def test_the_ceiling_is_a_judge_when_rows_say_what_could_be_known(sides):
    train, test = sides
    card = Card.shipped()
    rows, _ = judged(train, test.with_columns(p_knowable=pl.lit(0.5)), card, challengers=())
    assert judges_of(rows)[0] == "ceiling"
    assert (rows["p_ceiling"] == 0.5).all()


def test_the_link_from_a_count_is_a_logistic_regression_of_its_logarithm(sides):
    train, test = sides
    answered = train.filter(pl.col("warranted").is_not_null())
    model = LogisticRegression(C=np.inf, tol=1e-8)
    model.fit(np.log1p(answered["n_concerns"].to_numpy())[:, None], answered["warranted"].to_numpy())
    expected = model.predict_proba(np.log1p(test["n_concerns"].to_numpy())[:, None])[:, 1]
    assert linked(train, test, "n_concerns") == pytest.approx(expected, abs=1e-4)


def test_nothing_of_the_test_rows_answers_is_learned(sides):
    train, test = sides
    turned = test.with_columns(~pl.col("warranted"))
    card = Card.shipped()
    one, other = (judged(train, rows, card)[0].select("^p_.*$") for rows in (test, turned))
    assert one.equals(other)


def test_challengers_learn_from_features_and_nothing_else(sides):
    train, test = sides
    lean = [side.select("household_id", "warranted", *FEATURES) for side in sides]
    assert (
        challengers.challenge(*lean)[0]
        .select("^p_.*$")
        .equals(challengers.challenge(train, test)[0].select("^p_.*$"))
    )


def test_where_all_answers_are_the_same_there_is_nothing_to_learn(sides):
    train, test = (side.with_columns(warranted=pl.lit(False)) for side in sides)
    rows, left_out = judged(train, test, Card.shipped())
    assert judges_of(rows) == ["card", "worst_recent", "n_concerns", "fading_count"]
    assert left_out == ["The challengers are left out: all rows to learn from have the same answer."]
    assert (rows["p_fading_count"] < 1e-5).all()


def test_without_its_package_the_boosting_machine_is_left_out_in_words(sides, monkeypatch):
    def absent(name: str):
        raise ModuleNotFoundError(f"No module named 'interpret', asked for by {name}", name="interpret")

    monkeypatch.setattr(challengers, "import_module", absent)
    rows, left_out = challengers.challenge(*sides)
    assert "p_ebm" not in rows.columns
    assert "p_boosting" in rows.columns
    assert left_out == [challengers.NO_EBM]
    assert "risk-trajectory[challengers]" in left_out[0]


def test_a_sample_is_of_whole_households(sides):
    train, _ = sides
    some = challengers.some_households(train, train.height // 2)
    assert 0.3 < some.height / train.height < 0.7
    rest = train.join(some, on=["child_id", "landmark_on"], how="anti")
    assert not set(some["household_id"]) & set(rest["household_id"])


def test_judged_quarters_are_put_together_with_the_columns_that_all_have(all_judged):
    rows = all_judged[0]
    both = in_all([rows.tail(100), rows.head(rows.height - 100).drop("p_ebm", "score_ebm")])
    assert both.equals(rows.drop("p_ebm", "score_ebm").sort("child_id", "landmark_on"))


def test_only_the_challengers_that_are_asked_for_are_fitted(sides):
    rows, left_out = challengers.challenge(*sides, ["l1_logistic"])
    assert [c for c in rows.columns if c.startswith("p_")] == ["p_l1_logistic"]
    assert left_out == []
    assert challengers.challenge(*sides, [])[0].equals(sides[1])


def test_a_challenger_that_there_is_not_is_answered_with_the_nearest(sides):
    with pytest.raises(InputError, match="l1_logistic"):
        challengers.challenge(*sides, ["l1_logisitc"])
