"""The stability of a card: its own points in its first column, and no width where nothing varies."""

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit

import risk
from conftest import train_and_test
from risk.core.errors import InputError
from risk.model.features import BAND_LABELS, FEATURES, LINES
from risk.model.refits import stability
from risk.model.regression import (
    RIDGE,
    SATURATES_AT,
    Histories,
    falling_with_age,
    log_odds,
    saturating,
    whole_points,
)
from risk.model.scorecard import sides


@pytest.fixture(scope="module")
def learned(england):
    train, _ = train_and_test(england)
    fitted = risk.CumulativeScorecard().fit(train)
    return fitted, train, stability(fitted, train, resamples=12)


def test_the_points_are_those_of_the_card(learned):
    card, _, sure = learned
    table = card.table()
    assert sure["line"].unique(maintain_order=True).to_list() == table["line"].to_list()
    for age in BAND_LABELS:
        assert sure.filter(pl.col("age") == age)["points"].to_list() == table[age].to_list()


def test_an_interval_is_of_whole_points_that_a_card_may_have(learned):
    _, _, sure = learned
    assert (sure["low"] <= sure["high"]).all()
    lowers = {line.label for line in LINES if not line.raises}
    assert (sure.filter(~pl.col("line").is_in(lowers))["low"] >= 0).all()
    assert (sure.filter(pl.col("line").is_in(lowers))["high"] <= 0).all()
    assert sure["high"].max() <= 20


def test_the_ends_of_an_interval_never_rise_as_a_record_ages(learned):
    _, _, sure = learned
    for line in LINES:
        its = sure.filter(pl.col("line") == line.label)
        for end in ("low", "high"):
            assert its[end].is_sorted(descending=line.raises)


def test_the_same_seed_draws_the_same_households(learned):
    card, train, sure = learned
    assert stability(card, train, resamples=12).equals(sure)
    assert not stability(card, train, resamples=12, seed=2).equals(sure)


def test_households_that_are_all_alike_leave_nothing_to_luck():
    rows = pl.DataFrame(
        {
            "child_id": np.repeat(np.arange(400), 4),
            "household_id": np.repeat(np.arange(400), 4),
            "warranted": [True, True, False, False] * 400,
        }
    )
    counts = {name: [0, 0, 0, 0] * 400 for name in FEATURES}
    counts["n_hunger_0_4w"], counts["n_supervision_27_52w"] = [1, 1, 1, 0] * 400, [1, 0, 0, 0] * 400
    train = rows.with_columns(**{name: pl.Series(of, dtype=pl.Int16) for name, of in counts.items()})
    sure = stability(risk.CumulativeScorecard().fit(train), train, resamples=10)
    # The ridge is worth one row, so every resample of as many households is the same fit.
    assert sure["low"].equals(sure["points"], check_names=False)
    assert sure["high"].equals(sure["points"], check_names=False)


def test_a_card_fitted_to_other_rows_is_refused(learned, card):
    _, train, _ = learned
    with pytest.raises(InputError, match="other rows"):
        stability(card, train, resamples=2)


def test_a_fit_to_counts_of_histories_is_the_fit_to_the_rows(learned):
    _, train, _ = learned
    some, _ = sides(train)
    histories = Histories.of(some)
    yes = some["warranted"].to_numpy().astype(float)
    _, by_row = log_odds(histories.columns[histories.of_row], np.ones(len(yes)), yes, never_negative=True)
    counts = (np.bincount(histories.of_row, w).astype(float) for w in (np.ones(len(yes)), yes))
    _, by_history = log_odds(histories.columns, *counts, never_negative=True)
    assert np.allclose(by_row, by_history, atol=1e-3)
    assert histories.columns.shape[0] < some.height / 5


def test_a_sum_that_saturates_is_fitted_as_well_as_by_trying_every_direction():
    """Against a quasi-Newton search that knows only the likelihood, from another start."""
    luck = np.random.default_rng(1)
    columns = (luck.random((4_000, 6)) < 0.4).astype(float)
    columns[:, 5] *= -1  # a line that lowers
    s = columns @ np.array([2.0, 1.5, 1.0, 0.5, 0.0, 0.8])
    z = -2 + np.minimum(s, 0) + 2 * np.log1p(np.maximum(s, 0) / 2)
    n, yes = np.ones(len(z)), (luck.random(len(z)) < expit(z)).astype(float)

    def loss(at):
        tau, s = SATURATES_AT * np.exp(at[1]), columns @ at[2:]
        z = at[0] + np.minimum(s, 0) + tau * np.log1p(np.maximum(s, 0) / tau)
        return np.logaddexp(0, z).sum() - yes @ z + 0.5 * RIDGE * (at[1:] ** 2).sum()

    bounds = [(None, None), (-3, 3), *[(0, None)] * 6]
    tried = minimize(loss, np.r_[-1.0, 0.5, np.full(6, 0.3)], bounds=bounds, options={"maxiter": 2_000})
    nothing, tau, weights = saturating(csr_array(columns), n, yes)
    found = np.r_[nothing, np.log(tau / SATURATES_AT), weights]
    assert loss(found) <= tried.fun + 1e-6
    assert (weights >= 0).all()
    plain, straight = log_odds(csr_array(columns), n, yes, never_negative=True)
    assert loss(found) < np.logaddexp(0, plain + columns @ straight).sum() - yes @ (
        plain + columns @ straight
    )


def test_points_of_nothing_are_refused():
    with pytest.raises(InputError, match="all zeros"):
        whole_points(np.zeros((2, 2)), 20)


def test_the_strongest_is_worth_the_most_and_others_follow_in_whole_numbers(learned):
    _, train, _ = learned
    weights = falling_with_age(sides(train)[0])
    points = whole_points(weights, 20)
    assert np.abs(points).max() == 20
    assert np.abs(points - weights * 20 / np.abs(weights).max()).max() <= 0.5
