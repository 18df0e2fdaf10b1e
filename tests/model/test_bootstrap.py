import numpy as np
import pytest

from risk.model.bootstrap import figure, household_weights, share, summed


def test_the_first_column_is_the_sample_and_each_other_draws_as_many_households():
    weights = household_weights(50, 30, seed=3)
    assert weights.shape == (50, 31)
    assert (weights[:, 0] == 1).all()
    assert (weights.sum(axis=0) == 50).all()
    assert len(np.unique(weights[:, 1:], axis=1).T) == 30


def test_the_same_seed_draws_the_same_households():
    assert (household_weights(50, 5, seed=3) == household_weights(50, 5, seed=3)).all()
    assert (household_weights(50, 5, seed=3) != household_weights(50, 5, seed=4)).any()


def test_a_households_weight_counts_for_all_its_rows():
    weights = np.array([[1.0, 3.0], [1.0, 0.0]])
    assert summed(np.array([5.0, 7.0, 100.0]), np.array([0, 0, 1]), weights).tolist() == [112, 36]


def test_the_spread_of_a_mean_is_the_one_of_its_formula():
    """400 homes of two rows with one value: rows as independent would look sure by a factor of 1.4 too much."""
    values = np.random.default_rng(1).normal(size=400)
    rows, homes = np.repeat(values, 2), np.repeat(np.arange(400), 2)
    weights = household_weights(400, 2_000)
    means = summed(rows, homes, weights) / summed(np.ones(800), homes, weights)
    found = figure(means)
    assert found.value == pytest.approx(values.mean())
    assert found.standard_error == pytest.approx(values.std() / 20, rel=0.06)
    assert found.low == pytest.approx(found.value - 1.96 * found.standard_error, abs=0.01)
    assert found.high == pytest.approx(found.value + 1.96 * found.standard_error, abs=0.01)


def test_a_figure_without_meaning_has_no_interval_either():
    assert figure(np.array([np.nan, 1.0, 2.0])).value is None
    known = figure(np.array([1.0, np.nan, np.nan, np.nan, 2.0]))
    assert (known.value, known.low, known.high) == (1.0, None, None)


def test_a_share_of_nothing_is_not_known():
    assert np.isnan(share(np.array([1.0]), np.array([0.0]))).all()
