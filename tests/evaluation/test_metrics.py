import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from risk.evaluation.metrics import brier, calibration_line, net_benefit, ordering
from risk.model.bootstrap import household_weights


@pytest.fixture(scope="module", params=["ties", "all different"])
def drawn(request):
    """600 rows of 60 households, four resamples."""
    rng = np.random.default_rng(2)
    p = expit(rng.normal(-1, 1.5, 600))
    y = rng.random(600) < p
    score = np.round(p, 1) if request.param == "ties" else p
    return y, score, p, np.repeat(np.arange(60), 10), household_weights(60, 4)


def test_weighted_auc_and_average_precision_are_scikit_learns(drawn):
    y, score, _, home, weights = drawn
    auc, precision = ordering(y, score, home, weights)
    for column in range(weights.shape[1]):
        w = weights[home, column]
        assert auc[column] == pytest.approx(roc_auc_score(y, score, sample_weight=w))
        assert precision[column] == pytest.approx(average_precision_score(y, score, sample_weight=w))


def test_four_children_worked_out_in_the_head():
    """Scores 3 (yes), 2 (no), 2 (yes), 1 (no): of four pairs three are right and one is a tie."""
    y, score = np.array([True, False, True, False]), np.array([3.0, 2.0, 2.0, 1.0])
    auc, precision = ordering(y, score, np.arange(4), np.ones((4, 1)))
    assert auc[0] == pytest.approx((2 + 1 + 0.5) / 4)
    assert precision[0] == pytest.approx(1 / 2 * 1 + 1 / 2 * 2 / 3)


@pytest.mark.parametrize("answer", [True, False])
def test_with_one_answer_there_is_nothing_to_tell_apart(answer):
    y, p, home, weights = np.full(5, answer), np.linspace(0.1, 0.5, 5), np.arange(5), np.ones((5, 2))
    assert all(np.isnan(found).all() for found in ordering(y, p, home, weights))
    assert all(np.isnan(found).all() for found in calibration_line(y, p, home, weights))


def test_no_rows_are_no_error():
    nobody, home, weights = np.zeros(0), np.zeros(0, np.int64), np.ones((0, 3))
    assert np.isnan(ordering(nobody > 0, nobody, home, weights)[0]).all()
    assert np.isnan(calibration_line(nobody > 0, nobody, home, weights)[0]).all()
    assert np.isnan(brier(nobody > 0, nobody, home, weights)[0]).all()


def test_the_calibration_slope_is_that_of_a_logistic_regression(drawn):
    y, _, p, home, weights = drawn
    x = np.log(p / (1 - p))[:, None]
    slope, _ = calibration_line(y, p, home, weights)
    for column in range(weights.shape[1]):
        model = LogisticRegression(C=np.inf, tol=1e-10).fit(x, y, sample_weight=weights[home, column])
        # The sample's is exact; a resample's is one Newton step from it.
        assert slope[column] == pytest.approx(model.coef_[0, 0], abs=1e-4 if column == 0 else 0.03)


def test_probabilities_twice_as_extreme_in_log_odds_have_half_the_slope(drawn):
    y, _, p, home, weights = drawn
    extreme = expit(2 * np.log(p / (1 - p)))
    ratio = calibration_line(y, extreme, home, weights)[0] / calibration_line(y, p, home, weights)[0]
    assert ratio == pytest.approx(np.full(5, 0.5))


def test_in_the_large_says_by_how_much_log_odds_are_too_low(drawn):
    y, _, p, home, weights = drawn
    right = calibration_line(y, p, home, weights)[1]
    too_low = calibration_line(y, expit(np.log(p / (1 - p)) - 1), home, weights)[1]
    assert too_low - right == pytest.approx(np.ones(5), abs=0.02)
    assert too_low[0] - right[0] == pytest.approx(1)


def test_one_probability_for_all_has_no_slope():
    y, home = np.arange(20) < 5, np.arange(20)
    slope, large = calibration_line(y, np.full(20, 0.25), home, np.ones((20, 1)))
    assert np.isnan(slope[0])
    assert large[0] == pytest.approx(0, abs=1e-9)


def test_the_brier_score_is_scikit_learns_and_knowing_nothing_is_the_prevalence(drawn):
    y, _, p, home, weights = drawn
    lost, knowing_nothing = brier(y, p, home, weights)
    for column in range(weights.shape[1]):
        w = weights[home, column]
        share = np.average(y, weights=w)
        assert lost[column] == pytest.approx(brier_score_loss(y, p, sample_weight=w))
        assert knowing_nothing[column] == pytest.approx(
            brier_score_loss(y, np.full(600, share), sample_weight=w)
        )


def test_net_benefit_pays_for_false_alarms_at_the_odds_of_the_threshold():
    """Of ten, three are looked at: two rightly, one in vain, which at 0.2 costs a quarter of a right one."""
    y, p = np.arange(10) < 4, np.array([0.9, 0.2, 0.1, 0.1, 0.3, *[0.0] * 5])
    found = net_benefit(y, p, 0.2, np.arange(10), np.ones((10, 1)))
    assert found[0] == pytest.approx((2 - 1 / 4) / 10)
