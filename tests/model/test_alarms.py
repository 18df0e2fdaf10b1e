from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from by_hand import at
from risk.core.errors import InputError
from risk.model.alarms import (
    AlarmPolicy,
    count_alarms,
    line_at_capacity,
    line_at_false_alarms,
    line_at_price,
    price_of_line,
    raise_alarms,
    stands_for,
)


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


def test_a_score_that_hovers_about_the_line_raises_no_alarm_between_reviews():
    """On days 0, 28, …: the alarm of day 0 is reviewed on day 84, and again on day 168."""
    hovers = scored(10, 9, 9, 9, 10, 10, 10)
    assert raised(hovers, AlarmPolicy(10, 84)) == [0, 4]
    assert raised(hovers, AlarmPolicy(10, 84, rearm_below=5)) == [0, 6]


def test_a_score_that_fell_clear_of_the_line_raises_the_next_alarm_as_soon_as_it_is_back():
    assert raised(scored(10, 4, 9, 9, 10, 10, 10), AlarmPolicy(10, 84, rearm_below=5)) == [0, 4]
    assert raised(scored(10, 5, 9, 9, 10, 10, 10), AlarmPolicy(10, 84, rearm_below=5)) == [0, 6]


def test_a_score_that_stays_at_the_line_raises_the_alarm_again_at_every_review():
    assert raised(scored(*[10] * 8), AlarmPolicy(10, 84, rearm_below=0)) == [0, 3, 6]


def walked(days: list[int], points: list[int], policy: AlarmPolicy) -> list[int]:
    """The rule as a person would keep it, one child and one row after the other."""
    rearm = policy.line if policy.rearm_below is None else policy.rearm_below
    raised_on, last, due, fell = [], None, None, False
    for row, (day, score) in enumerate(zip(days, points, strict=True)):
        is_review = last is not None and day >= due
        if last is None:
            raises = score >= policy.line
        elif day - last < policy.quiet_days:
            raises = False
        else:
            raises = score >= policy.line and (is_review or fell)
        if is_review:
            due = last + policy.quiet_days * ((day - last) // policy.quiet_days + 1)
        if raises:
            raised_on.append(row)
            last, due, fell = day, day + policy.quiet_days, False
        elif score < rearm:
            fell = True
    return raised_on


ROWS = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 12)), min_size=1, max_size=60)


@settings(max_examples=300, deadline=None)
@given(ROWS, st.integers(1, 90), st.none() | st.integers(0, 8))
def test_alarms_agree_with_walking_one_childs_days_whatever_the_rule(rows, quiet_days, rearm_below):
    gaps, points = zip(*rows, strict=True)
    days = np.cumsum(gaps).tolist()
    first = at("16 2023-01-02")["landmark_on"][0]
    table = at(*["16 2023-01-02"] * len(rows)).with_columns(
        landmark_on=pl.Series([first + timedelta(days=d) for d in days]), points=pl.Series(points)
    )
    policy = AlarmPolicy(8, quiet_days, rearm_below)
    assert raised(table, policy) == walked(days, list(points), policy)


@settings(max_examples=50, deadline=None)
@given(ROWS)
def test_rearming_below_the_line_itself_is_the_same_as_no_hysteresis(rows):
    table = scored(*(p for _, p in rows))
    assert raised(table, AlarmPolicy(8, 60, rearm_below=8)) == raised(table, AlarmPolicy(8, 60))


@pytest.mark.parametrize(
    ("words", "says"), [({"quiet_days": 0}, "quiet_days = 0"), ({"rearm_below": 11}, "rearm_below = 11")]
)
def test_a_policy_that_cannot_be_is_refused(words, says):
    with pytest.raises(InputError, match=says):
        AlarmPolicy(10, **words)


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


def labelled(*rows: tuple[int, bool | None]) -> pl.DataFrame:
    """One child a row, so that nobody is quiet for anybody."""
    table = at(*(f"{16 * (n + 1)} 2023-01-02" for n in range(len(rows))))
    points, warranted = zip(*rows, strict=True)
    return table.with_columns(points=pl.Series(points), warranted=pl.Series(warranted, dtype=pl.Boolean))


# Ten child-years, eight of them unaffected: ten children of one row, each standing for a year of 365.25 days.
TEN = labelled((30, True), (20, True), (20, False), (10, False), *[(0, False)] * 6)
YEAR = {"every_days": 1461, "quiet_days": 84}  # four years, a whole number of days


def test_a_line_is_counted_by_the_alarms_it_raises_and_the_child_time_it_watched():
    counts = count_alarms(TEN, (10, 20, 21), **YEAR)
    assert counts.select("line", "alarms", "false_alarms").rows() == [(10, 4, 2), (20, 3, 1), (21, 1, 0)]
    assert set(counts["child_days"]) == {14610}
    assert set(counts["unaffected_child_days"]) == {8 * 1461}


def test_the_counts_of_parts_add_up_to_those_of_the_whole():
    parts = [count_alarms(part, range(1, 40), **YEAR) for part in (TEN.head(3), TEN.tail(7))]
    assert (
        pl.concat(parts)
        .group_by("line", maintain_order=True)
        .sum()
        .equals(count_alarms(TEN, range(1, 40), **YEAR))
    )


def test_a_capacity_takes_the_lowest_line_that_keeps_within_it():
    """Three alarms in 40 child-years are 75 assessments per 1,000."""
    counts = count_alarms(TEN, range(1, 40), **YEAR)
    assert line_at_capacity(counts, 75) == 11
    assert line_at_capacity(counts, 74.9) == 21


def test_a_rate_of_false_alarms_takes_the_lowest_line_that_keeps_within_it():
    """One false alarm in 32 unaffected child-years."""
    counts = count_alarms(TEN, range(1, 40), **YEAR)
    assert line_at_false_alarms(counts, 1 / 32) == 11
    assert line_at_false_alarms(counts, 0.99 / 32) == 21


def test_every_choice_of_a_line_reports_the_other_two(card):
    found = stands_for(card, count_alarms(TEN, range(1, 40), **YEAR), 20)
    assert found["line"] == 20
    assert found["price"] == pytest.approx(1 / card.probability(20)) == price_of_line(card, 20)
    assert found["assessments_per_1000_child_years"] == pytest.approx(75)
    assert found["false_alarms_per_child_year"] == pytest.approx(1 / 32)


def test_the_price_of_the_line_of_a_price_is_no_higher_than_it(card):
    for price in (2, 3.5, 5, 10):
        assert price_of_line(card, line_at_price(card, price)) <= price


def test_without_answers_there_is_a_capacity_and_no_rate_of_false_alarms(card):
    counts = count_alarms(TEN.drop("warranted"), range(1, 40), **YEAR)
    assert line_at_capacity(counts, 75) == 11
    assert stands_for(card, counts, 20)["false_alarms_per_child_year"] is None
    with pytest.raises(InputError, match="needs labelled rows"):
        line_at_false_alarms(counts, 0.1)


@pytest.mark.parametrize(
    ("capacity", "says"),
    [
        (0, "per_1000_child_years = 0; give more than 0"),
        (float("nan"), "per_1000_child_years = nan"),
        (1, "the highest line still raises 25 assessments"),
    ],
)
def test_a_capacity_that_no_line_can_keep_is_refused(capacity, says):
    with pytest.raises(InputError, match=says):
        line_at_capacity(count_alarms(TEN, range(1, 31), **YEAR), capacity)
