from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from by_hand import at, on
from risk.core.arrays import DAYS_IN_MOMENT
from risk.evaluation.detection import (
    Watch,
    by_line,
    delays,
    false_alarm_rate,
    line_at_rate,
    outcome_of,
)
from risk.evaluation.judged_rows import rows_to_judge
from risk.evaluation.judges import scored_by
from risk.model.alarms import AlarmPolicy, alarm_places, raise_alarms
from risk.model.bootstrap import figure, household_weights


def rows(*scores: float, onset: str | None = "2023-06-05", child=16, warranted=None) -> pl.DataFrame:
    """A child asked about every four weeks from 2 January 2023, with its scores."""
    days = [on("2023-01-02") + timedelta(weeks=4 * i) for i in range(len(scores))]
    table = at(*[f"{child} {day}" for day in days])
    answers = warranted or [onset is not None and day >= on(onset) - timedelta(weeks=11) for day in days]
    return table.with_columns(
        score=pl.Series(scores, dtype=pl.Float64),
        warranted=pl.Series(answers, dtype=pl.Boolean),
        onset_on=pl.lit(None if onset is None else on(onset), pl.Date),
    )


def random_rows(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    children = [
        rows(*rng.integers(0, 10, 20).tolist(), child=16 * c, onset="2023-09-01" if c % 3 == 0 else None)
        for c in range(1, 30)
    ]
    mixed = pl.concat(children)
    return mixed.filter(pl.Series(rng.random(mixed.height) > 0.2)).sample(fraction=1, shuffle=True, seed=seed)


@pytest.mark.parametrize("seed", range(5))
def test_alarms_are_raised_where_raise_alarms_raises_them(seed):
    table = random_rows(seed)
    watch = Watch.of(table)
    in_order = table[watch.order]
    for line in range(11):
        reached = in_order["score"].to_numpy() >= line
        expected = raise_alarms(table, AlarmPolicy(line), by="score")
        assert in_order[alarm_places(watch.moment, reached)].equals(expected)


def test_no_score_at_the_line_is_no_alarm():
    watch = Watch.of(rows(1, 2, 3))
    assert len(alarm_places(watch.moment, np.zeros(3, bool))) == 0


def what_happens(table: pl.DataFrame, line: float) -> dict[str, float]:
    watch = Watch.of(table)
    found = outcome_of(
        watch, table["score"].to_numpy()[watch.order], line, np.ones((len(watch.households), 1))
    )
    return {name: float(value[0]) for name, value in found.items()}


def test_an_alarm_fourteen_weeks_after_harm_began_is_late_and_not_a_detection():
    """Harm on 5 June, 22 weeks in; the alarm in week 36 is 14 weeks late; of nine alarms rows none is false."""
    found = what_happens(rows(0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0), 9)
    assert found["detection"] == 0
    assert found["restricted_mean_delay_weeks"] == 14
    assert found["positive_predictive_value"] == 1


def test_an_alarm_twelve_weeks_before_harm_is_a_detection_without_delay_and_one_earlier_is_neither():
    table = rows(*[0] * 12, onset="2023-05-22")  # 20 weeks in
    near = table.with_columns(score=pl.Series([0, 0, 9, *[0] * 9], dtype=pl.Float64))
    early = table.with_columns(score=pl.Series([0, 9, *[0] * 10], dtype=pl.Float64))
    found = what_happens(near, 9)
    assert (found["detection"], found["restricted_mean_delay_weeks"]) == (1, 0)
    found = what_happens(early, 9)
    assert (found["detection"], found["restricted_mean_delay_weeks"]) == (0, 52)


def test_an_onset_never_alarmed_counts_a_year():
    found = what_happens(rows(*[0] * 12), 9)
    assert (found["detection"], found["restricted_mean_delay_weeks"]) == (0, 52)
    assert np.isnan(found["positive_predictive_value"])


def test_another_childs_alarm_finds_nothing():
    table = pl.concat([rows(*[0] * 12), rows(*[9] * 12, child=17, onset=None)])
    assert what_happens(table, 9)["detection"] == 0


def test_an_onset_too_near_the_edge_of_the_watch_is_no_onset():
    assert len(Watch.of(rows(*[0] * 12, onset="2023-03-26")).onset) == 0
    assert len(Watch.of(rows(*[0] * 12, onset="2023-03-27")).onset) == 1
    assert len(Watch.of(rows(*[0] * 12, onset="2023-08-14")).onset) == 1
    assert len(Watch.of(rows(*[0] * 12, onset="2023-08-15")).onset) == 0


def test_false_alarms_are_per_year_of_children_who_need_none_and_unknown_answers_count_for_neither():
    """Two alarms in six rows; one answer is not known, and of the five others one is yes: four rows, one false."""
    table = rows(9, 0, 0, 9, 0, 0, warranted=[False, False, False, None, True, False])
    watch = Watch.of(table)
    rate = false_alarm_rate(watch, table["score"].to_numpy(), 9)
    assert rate == pytest.approx(1 / (4 * 28 / 365.25))


@pytest.mark.parametrize("rate", [0.0, 0.2, 1.0, 3.0, 100.0])
def test_the_line_at_a_rate_is_the_lowest_that_keeps_to_it(rate):
    table = random_rows(7)
    watch = Watch.of(table)
    score = table["score"].to_numpy()[watch.order]
    line = line_at_rate(watch, score, rate)
    rates = {candidate: false_alarm_rate(watch, score, candidate) for candidate in range(11)}
    if line == np.inf:
        assert min(rates[c] for c in range(10)) > rate
    else:
        assert rates[line] <= rate
        assert all(rates[c] > rate for c in range(int(line)))


def test_delays_are_from_the_first_alarm_not_too_long_before():
    watch = Watch.of(rows(*[0] * 12))
    weeks = [-13, -3, 20]
    assert delays(watch, watch.onset + 7 * np.array(weeks)).tolist() == [-3]
    assert delays(watch, np.zeros(0, np.int64)).tolist() == [np.inf]
    of_another_child = watch.onset + DAYS_IN_MOMENT
    assert delays(watch, of_another_child).tolist() == [np.inf]


def test_what_each_line_does_is_what_it_does_alone(england, card):
    rows = scored_by(card, rows_to_judge(england))
    found = by_line(rows, [10, 30], resamples=5)
    watch = Watch.of(rows)
    score = rows["score_card"].to_numpy()[watch.order]
    weights = household_weights(len(watch.households), 5)
    for line in (10, 30):
        alone = outcome_of(watch, score, line, weights)
        its = found.filter(pl.col("line") == line)
        assert its["measure"].to_list() == list(alone)
        assert its["value"].to_list() == [figure(by_resample).value for by_resample in alone.values()]
    asked = found.filter(pl.col("measure") == "assessments_per_1000_child_years")["value"]
    assert asked.is_sorted(descending=True)


def test_whom_a_line_asks_about_is_told_for_that_day_and_for_the_weeks_after_it():
    """Of five rows at the line one has no answer, one needs none, one is in harm, and two are not yet."""
    table = rows(9, 9, 9, 9, 9, 0, warranted=[None, False, True, True, True, True])
    told = table.with_columns(harm_today=pl.Series([True, False, False, False, True, True]))
    found = what_happens(told, 9)
    assert (found["needed_that_day"], found["needed_within_12_weeks"]) == (1 / 4, 3 / 4)
    assert np.isnan(what_happens(table, 9)["needed_that_day"])  # nobody said on which day: unknown is not no
    assert what_happens(table, 9)["needed_within_12_weeks"] == 3 / 4


def test_early_warning_is_told_beside_what_chance_alone_would_give():
    """An alarm six weeks before harm on 5 June: three rows of thirteen stand in the twelve weeks from it on."""
    warned = what_happens(rows(0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0), 9)
    assert warned["warned_before"] == 1
    assert warned["warned_by_chance"] == 3 / 13  # the alarm's own row and the two after it
    assert warned["warranted_time_warned"] == 3 / 10
    assert warned["other_time_warned"] == 0


def test_an_alarm_after_harm_began_is_no_warning():
    late = what_happens(rows(0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0), 9)
    assert late["warned_before"] == 0
    assert late["warned_by_chance"] == 3 / 13


def test_whom_the_watch_left_before_an_alarm_is_censored_and_half_never_alarmed_have_no_median():
    """Of three children one is alarmed after 6 weeks, one after 10, one is followed for 18 weeks without."""
    first = rows(*[0] * 7, 9, 9, 9, onset="2023-06-05", child=16).with_columns(
        score=pl.Series([0.0] * 7 + [9.0] * 3)
    )
    second = rows(*[0] * 8, 9, 9, onset="2023-06-05", child=32)
    third = rows(*[0] * 11, onset="2023-06-05", child=48)
    delay = what_happens(pl.concat([first, second, third]), 9)
    assert delay["median_delay_weeks"] == 10
    assert delay["restricted_mean_delay_weeks"] == pytest.approx(6 + 4 * 2 / 3 + 42 / 3)
    assert np.isnan(what_happens(third, 9)["median_delay_weeks"])


@pytest.mark.parametrize("seed", range(5))
def test_delays_are_those_of_lifelines_by_kaplan_and_meier(seed):
    table = random_rows(seed)
    watch = Watch.of(table)
    at_line = watch.moment[alarm_places(watch.moment, table["score"].to_numpy()[watch.order] >= 8)]
    delay = delays(watch, at_line)
    waited = np.clip(np.minimum(delay, watch.followed), 0, 52)
    came = delay <= waited
    assert came.any()
    theirs, found = KaplanMeierFitter().fit(waited, came), what_happens(table, 8)
    half = theirs.median_survival_time_
    assert found["median_delay_weeks"] == pytest.approx(half if half <= 52 else np.nan, nan_ok=True)
    assert found["restricted_mean_delay_weeks"] == pytest.approx(restricted_mean_survival_time(theirs, 52))
