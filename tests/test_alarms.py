from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from records import at
from risk.alarms import AlarmPolicy, line_at_price, raise_alarms
from risk.mistakes import InputError


def scored(*points: int, every_days: int = 28) -> pl.DataFrame:
    rows = at(*["16 2023-01-02"] * len(points))
    days = [rows["landmark_on"][0] + timedelta(days=every_days * i) for i in range(len(points))]
    return rows.with_columns(landmark_on=pl.Series(days), points=pl.Series(points))


def raised(table: pl.DataFrame, policy: AlarmPolicy) -> list[int]:
    """Which rows raise an alarm, counted from 0."""
    alarms = raise_alarms(table.with_row_index("row"), policy)
    return alarms["row"].to_list()


def test_an_alarm_is_raised_at_the_line_and_not_below_it():
    assert raised(scored(9, 10, 9), AlarmPolicy(line=10)) == [1]


def test_after_an_alarm_there_is_quiet_until_the_review_is_due():
    assert raised(scored(10, 10, 10, 10, 10), AlarmPolicy(line=10, quiet_days=84)) == [0, 3]


def test_each_child_has_its_own_quiet():
    two = pl.concat([scored(10, 10), scored(10, 10).with_columns(child_id=pl.lit(17, pl.Int64))])
    assert raise_alarms(two, AlarmPolicy(10)).height == 2


def test_no_score_at_the_line_means_no_alarm_and_the_same_columns():
    none = raise_alarms(scored(1, 2), AlarmPolicy(10))
    assert none.is_empty()
    assert none.columns == scored(1).columns


def test_alarms_agree_with_walking_day_by_day():
    rng = np.random.default_rng(5)
    for _ in range(20):
        points = rng.integers(0, 12, 40).tolist()
        quiet, last, walked = 60, None, []
        for i, p in enumerate(points):
            if p >= 8 and (last is None or 28 * (i - last) >= quiet):
                walked.append(i)
                last = i
        assert raised(scored(*points), AlarmPolicy(8, quiet)) == walked


def test_a_higher_price_puts_the_line_lower(card):
    lines = [line_at_price(card, price) for price in (2, 5, 10)]
    assert lines == sorted(lines, reverse=True)
    assert len(set(lines)) == 3


def test_at_the_line_one_in_price_children_warrants_an_assessment(card):
    line = line_at_price(card, 5)
    assert card.probability(line) >= 1 / 5 > card.probability(line - 1)


@pytest.mark.parametrize("price", [1, 0, -2, float("nan")])
def test_a_price_of_one_or_less_is_refused(card, price):
    with pytest.raises(InputError, match="takes more than 1"):
        line_at_price(card, price)


def test_a_price_no_score_can_meet_is_refused_with_the_lowest_that_can(card):
    with pytest.raises(InputError, match=r"its lowest price is 1\.\d\d; give a higher price"):
        line_at_price(card, 1.001)
