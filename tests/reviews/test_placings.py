"""All the ways in which dates can fall: what is found cleverly is what trying every one of them finds."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.chronologies.ties import FAR, closed, narrowed
from risk.reviews.placings.drawing import drawn_placings, first_days, shares
from risk.reviews.placings.outer_days import outer_days
from risk.reviews.placings.over_line import _best_in_windows
from risk.reviews.placings.setting import Setting, first_crossing
from risk.reviews.placings.worths import Worth, together

CASES = 500


def small_setting(luck: np.random.Generator) -> Setting:
    """Two to four items with windows of up to seven days, worths that last a few days, and perhaps ties."""
    n = int(luck.integers(2, 5))
    first = luck.integers(0, 12, n)
    last = first + luck.integers(0, 7, n) * (luck.random(n) < 0.8)
    apart, follows = np.full((n, n), FAR), np.full(n, -1)
    np.fill_diagonal(apart, 0)
    for item in range(1, n):
        if luck.random() < 0.3:
            other = int(luck.integers(0, item))
            least = int(luck.integers(0, 3))
            most = FAR if luck.random() < 0.2 else least + int(luck.integers(0, 5))
            apart[other, item], apart[item, other], follows[item] = most, -least, other
    apart = closed(apart)
    first, last = narrowed(first, last, apart)
    return Setting(
        worths=tuple(small_worths(luck) for _ in range(n)),
        first=first,
        last=last,
        apart=apart,
        follows=follows,
        signs=np.array([1, 1, -1]),
        line=int(luck.integers(6, 18)),
        from_day=int(luck.integers(0, 6)),
        to_day=int(luck.integers(16, 30)),
        addresses=luck.integers(0, 1 << 32, (n, 2)),
    )


def small_worths(luck: np.random.Generator) -> tuple[Worth, ...]:
    """What an item is worth: on one or two lines, or, seldom, on the one that lowers a score; perhaps nothing."""
    if luck.random() < 0.1:
        return ()
    lines = [2] if luck.random() < 0.15 else luck.integers(0, 2, int(luck.integers(1, 3))).tolist()
    worths = []
    for line in lines:
        falling = np.sort(luck.integers(1, 4 if line == 2 else 9, int(luck.integers(1, 10))))[::-1]
        worths.append(Worth(line, np.concatenate([[0] * int(luck.integers(1, 4)), falling, [0]])))
    return together(worths)


def every_placing(setting: Setting) -> np.ndarray:
    """Every placing that the windows and the ties allow, one a row."""
    windows = [range(a, b + 1) for a, b in zip(setting.first, setting.last, strict=True)]
    days = np.array(list(product(*windows)), np.int64).reshape(-1, len(windows))
    return days[(days[:, None, :] - days[:, :, None] <= setting.apart).all(axis=(1, 2))]


def small_cases(n: int):
    luck = np.random.default_rng(14)
    found = 0
    while found < n:
        setting = small_setting(luck)
        if (setting.first <= setting.last).all():
            found += 1
            yield setting


def test_the_outer_days_are_those_of_trying_every_placing():
    crossed = 0
    for setting in small_cases(CASES):
        days = first_days(setting, every_placing(setting))
        outer = outer_days(setting)
        assert (outer.earliest, outer.latest, outer.exact) == (days.min(), days.max(), True)
        crossed += days.min() < days.max()
    assert crossed > CASES / 4  # else the cases would prove little


def test_the_first_day_of_each_placing_is_that_of_adding_up_every_day():
    for setting in small_cases(40):
        placings = every_placing(setting)[::7]
        assert first_days(setting, placings).tolist() == [first_crossing(setting, p) for p in placings]


def test_every_way_in_which_the_dates_can_fall_is_drawn_as_often():
    for setting in small_cases(25):
        ways, n = every_placing(setting), 4_000
        drawn = {tuple(p) for p in ways.tolist()}
        placings, counts = np.unique(drawn_placings(setting, n), axis=0, return_counts=True)
        assert {tuple(p) for p in placings.tolist()} <= drawn
        expected = n / len(ways)
        if expected >= 20:
            assert len(placings) == len(ways)
            assert abs(counts - expected).max() < 5 * expected**0.5


def test_where_the_budget_runs_out_the_days_are_bounds_and_hold_what_is_true():
    bounds = 0
    for setting in small_cases(60):
        days = first_days(setting, every_placing(setting))
        outer = outer_days(setting, nodes=1)
        bounds += not outer.exact
        assert outer.earliest <= days.min()
        assert outer.latest_found <= days.max() <= outer.latest
        if outer.exact:
            assert (outer.earliest, outer.latest) == (days.min(), days.max())
    assert bounds > 3


def test_a_share_counts_the_placings_that_have_crossed_and_a_median_half_of_them():
    setting = next(small_cases(1))
    found = shares(setting, every_placing(setting))
    assert found.by(found.never - 1) <= 1.0
    assert found.days.tolist() == sorted(found.days.tolist())
    for share in (0.5, 0.9):
        day = found.day_of(share)
        if day is not None:
            assert found.by(day - 1) < share <= found.by(day)


@pytest.mark.parametrize("n", [1, 10])
def test_ties_followed_through_others_stop_at_a_contradiction(n):
    apart = np.array([[0, n], [-n - 1, 0]])
    assert (np.diag(closed(apart)) < 0).any()


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=40), st.data())
def test_the_best_in_windows_is_that_of_looking_into_each(values, data):
    width = data.draw(st.integers(1, len(values)))
    windows = [values[i : i + width] for i in range(len(values) - width + 1)]
    for best_of, best in ((np.maximum, max), (np.minimum, min)):
        assert _best_in_windows(np.array(values), width, best_of).tolist() == [best(w) for w in windows]
