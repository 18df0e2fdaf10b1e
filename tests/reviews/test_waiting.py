"""The waits: worked out in the head, with children who were followed no longer."""

import numpy as np
import polars as pl
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from by_hand import CHILD, on, record
from risk.model.features import events_on_lines
from risk.reviews.caseload import cohort_summary, review_cohort
from risk.reviews.waiting import (
    A_YEAR,
    HARMED,
    TIME_AND_EVENT,
    TOLD,
    WAITS,
    assessed_by,
    median_wait,
    removed_or_followed,
    time_and_event,
    waits,
    waits_in_words,
    within_a_year,
)


def reviewed(*rows: str) -> pl.DataFrame:
    """Rows of `review_cohort` from lines: child, triggered, then a day for each of these words, if any."""
    columns = {
        "removed": "removed_on",
        "to": "followed_to",
        "told": "triggered_for_childrens_services_on",
        "assessed": "assessed_on",
        "harm": "harm_began_on",
    }
    found = []
    for row in rows:
        child, triggered, *more = row.split()
        said = {columns[k]: on(v) for k, v in (m.split("=") for m in more)}
        triggered_on = None if triggered == "-" else on(triggered)
        to = {"followed_to": on("2023-03-01")}
        found.append({"child_id": int(child), "triggered_on": triggered_on, **to, **said})
    dates = dict.fromkeys(("triggered_on", *columns.values()), pl.Date)
    rows_of = pl.DataFrame(found, schema={"child_id": pl.Int64, **dates})
    in_harm = (pl.col("harm_began_on") <= pl.col("triggered_on")).fill_null(False)
    return rows_of.with_columns(in_harm_when_triggered=in_harm)


def four(*days: int, ended: str, homes=(1, 2, 3, 4)) -> pl.DataFrame:
    """Waits of so many days, each ended by an assessment (a), a removal (r) or followed no longer (-)."""
    n = len(days)
    return pl.DataFrame(
        {
            "child_id": range(n),
            "household_id": homes[:n],
            "from_on": [on("2022-06-01")] * n,
            "days": days,
            "followed_days": [d if c == "-" else 2 * A_YEAR for d, c in zip(days, ended, strict=True)],
            "assessed": [c == "a" for c in ended],
            "removed": [c == "r" for c in ended],
            "told": [TOLD[0]] * n,
            "harmed": [HARMED[0]] * n,
        },
        schema=WAITS,
    )


def shares(curve: pl.DataFrame) -> dict[int, float]:
    return {day: round(share, 4) for day, share in curve.select("days", "share").iter_rows()}


WRITTEN = record(children=(16, 17, 32, 33), born="2005-03-01", to_on="2024-01-01")


def test_a_wait_runs_from_the_line_to_the_first_assessment_or_to_the_end_of_following():
    found = waits(reviewed("16 2022-03-01 assessed=2022-03-31", "17 2023-02-01"), WRITTEN)
    assert found.select("days", "assessed", "followed_days").rows() == [(30, True, 365), (28, False, 28)]


def test_a_child_removed_before_an_assessment_waits_for_none_and_one_on_its_day_was_made():
    found = waits(
        reviewed(
            "16 2022-03-01 removed=2022-03-11",
            "17 2022-03-01 removed=2022-03-11 assessed=2022-03-12",
            "32 2022-03-01 removed=2022-03-11 assessed=2022-03-11",
            "33 2022-03-01 removed=2022-03-11 assessed=2022-03-10",
        ),
        WRITTEN,
    )
    assert found["removed"].to_list() == [True, True, False, False]
    assert found["assessed"].to_list() == [False, False, True, True]
    assert found["days"].to_list() == [10, 10, 10, 9]


def test_what_comes_after_following_has_ended_ends_no_wait():
    """A sister is assessed with the home after this child has grown up."""
    found = waits(reviewed("16 2022-03-01 to=2022-04-01 assessed=2022-04-01 removed=2022-04-02"), WRITTEN)
    assert found.select("days", "assessed", "removed").rows() == [(31, False, False)]


def ends_of(*lines: str, line_on="2022-06-01", **made) -> tuple:
    written = record(*lines, **made)
    pooled = pl.DataFrame({"child_id": [CHILD], "triggered_on": [on(line_on)]})
    found = removed_or_followed(events_on_lines(written), written, pooled)
    return found.select("removed_on", "followed_to").row(0)


def test_a_removal_is_when_a_child_leaves_home_and_not_a_change_of_law_while_it_is_away():
    taken = "{} accommodated_s20 childrens_services {}"
    away = (taken.format(CHILD, "2022-05-01"), f"{CHILD} interim_care_order childrens_services 2022-07-01")
    back = (f"{CHILD} return_home childrens_services 2022-08-01", taken.format(CHILD, "2022-09-01"))
    young = {"born": "2015-03-01", "to_on": "2024-01-01"}
    assert ends_of(*away, **young) == (None, on("2024-01-01"))
    assert ends_of(*away, *back, **young)[0] == on("2022-09-01")
    assert ends_of(taken.format(CHILD, "2022-06-01"), **young)[0] == on(
        "2022-06-01"
    )  # on the day of the line
    assert ends_of(taken.format(CHILD + 1, "2022-06-02"), children=(CHILD, CHILD + 1), **young)[0] is None


def test_a_child_is_followed_to_the_end_of_the_record_or_of_childhood():
    assert ends_of(born="2005-03-01", to_on="2024-01-01")[1] == on("2023-03-01")
    assert ends_of(born="2015-03-01", to_on="2024-01-01")[1] == on("2024-01-01")


def test_who_is_removed_first_is_never_assessed_at_home():
    curve = assessed_by(four(7, 14, 21, 28, ended="rara"), resamples=10)
    # A quarter is assessed in week 2, and a quarter in week 4: nobody is left who might be.
    assert shares(curve) == {0: 0, 7: 0, 14: 0.25, 21: 0.25, 28: 0.5}
    # One of four is removed; then one of the two still waiting is assessed: 3/4 x 1/2.
    assert shares(assessed_by(four(7, 14, 21, 28, ended="r-a-"), resamples=10))[28] == 0.375


def test_only_of_those_followed_for_a_year_is_said_what_happened_within_one():
    waited = four(364, 365, 100, 30, ended="aa-r", homes=(1, 2, 3, 4))
    # The third was followed for 100 days: of three, one was assessed within the year, one removed.
    found = within_a_year(waited, resamples=10).row(0, named=True)
    assert (found["children"], found["followed"]) == (4, 3)
    assert (found["assessed"], found["removed"]) == pytest.approx((1 / 3, 1 / 3))
    (said,) = waits_in_words(waited, resamples=0)
    assert said == (
        "All: 3 children were followed for a year after the line; about three of ten had been assessed by then, "
        "and about three of ten removed from home first; half had been assessed within 365 days."
    )
    (of_nobody,) = waits_in_words(four(100, 120, ended="--"), resamples=0)
    assert of_nobody.startswith("All: none of the 2 children was followed for a year after the line; fewer")


def random_waits(seed: int, *, ties: bool) -> pl.DataFrame:
    rng, n = np.random.default_rng(seed), 60
    days = rng.integers(0, 40, n) if ties else rng.permutation(n) + 1
    return four(*days.tolist(), ended="".join(rng.choice(list("aar-"), n)), homes=tuple(range(n)))


@pytest.mark.parametrize("seed", range(4))
def test_the_share_assessed_is_what_lifelines_says_by_aalen_and_johansen(seed):
    waited = random_waits(seed, ties=False)  # lifelines moves times that tie about
    given = time_and_event(waited)
    theirs = AalenJohansenFitter(calculate_variance=False)
    theirs.fit(given["time"].to_numpy(), given["cause"].to_numpy(), event_of_interest=1)
    ours = assessed_by(waited, resamples=0)
    assert ours["share"].to_list() == pytest.approx(
        theirs.cumulative_density_["CIF_1"].asof(ours["days"].to_numpy() / 7).to_list()
    )
    half = theirs.cumulative_density_["CIF_1"] >= 0.5 - 1e-9
    days = reviewed_as(waited)
    assert median_wait(days) == (round(7 * half.idxmax()) if half.any() else None)


@pytest.mark.parametrize("seed", range(4))
def test_where_nobody_is_removed_it_is_what_lifelines_says_by_kaplan_and_meier(seed):
    waited = random_waits(seed, ties=True).with_columns(removed=False)
    given = time_and_event(waited)
    theirs = KaplanMeierFitter().fit(given["time"].to_numpy(), given["event"].to_numpy())
    ours = assessed_by(waited, resamples=0)
    still = theirs.predict(ours["days"].to_numpy() / 7)
    assert ours["share"].to_list() == pytest.approx((1 - still).to_list())


def reviewed_as(waited: pl.DataFrame) -> pl.DataFrame:
    """Rows of `review_cohort` that come to these waits."""
    ended_on = pl.col("from_on") + pl.duration(days="days")
    return waited.select(
        "child_id",
        triggered_on="from_on",
        assessed_on=pl.when("assessed").then(ended_on),
        removed_on=pl.when("removed").then(ended_on),
        followed_to=pl.when(pl.col("assessed") | pl.col("removed"))
        .then(ended_on + pl.duration(days=1))
        .otherwise(ended_on),
    )


def test_half_are_waited_for_with_those_who_never_were_assessed():
    assert median_wait(reviewed_as(four(7, 14, 21, 28, ended="aa--"))) == 14
    assert median_wait(reviewed_as(four(7, 14, 21, 28, ended="a--a"))) == 28
    assert median_wait(reviewed_as(four(7, 14, 21, 28, ended="ar--"))) is None
    assert median_wait(reviewed_as(four(7, ended="a")).clear()) is None


def test_time_is_in_weeks_and_an_event_is_an_assessment_alone():
    given = time_and_event(four(7, 14, 21, ended="ar-"))
    assert given.select("time", "event", "cause").rows() == [(1.0, True, 1), (2.0, False, 2), (3.0, False, 0)]
    assert given.schema == TIME_AND_EVENT


def test_only_children_whose_record_reached_the_line_wait():
    assert waits(reviewed("16 - harm=2022-03-01", "17 2022-03-01"), WRITTEN)["child_id"].to_list() == [17]


def test_what_children_s_services_were_told_later_does_not_count():
    found = waits(
        reviewed("16 2022-03-01 told=2022-03-01", "17 2022-03-01 told=2022-03-02", "32 2022-03-01"), WRITTEN
    )
    assert found["told"].to_list() == [TOLD[0], TOLD[1], TOLD[1]]


def test_harm_that_comes_after_the_line_does_not_sort_the_waits():
    found = waits(
        reviewed("16 2022-03-01 harm=2022-03-01", "17 2022-03-01 harm=2022-03-02", "32 2022-03-01"), WRITTEN
    )
    assert found["harmed"].to_list() == [HARMED[0], HARMED[1], HARMED[1]]


def test_the_share_assessed_is_of_those_still_followed():
    curve = assessed_by(four(7, 14, 21, 28, ended="a-a-"), resamples=10)
    # One of four; then one of the two still waiting: 1/4 + 3/4 x 1/2.
    assert shares(curve) == {0: 0, 7: 0.25, 14: 0.25, 21: 0.625, 28: 0.625}


def test_with_everybody_followed_it_is_the_plain_share():
    curve = assessed_by(four(7, 7, 14, 28, ended="aaaa"), resamples=10)
    assert shares(curve) == {0: 0, 7: 0.5, 14: 0.75, 21: 0.75, 28: 1}


def test_what_comes_within_a_week_is_counted_at_its_end():
    curve = assessed_by(four(3, 8, ended="a-"), resamples=10)
    assert shares(curve) == {0: 0, 7: 0.5}


def test_the_share_never_falls_and_lies_within_its_interval(england, card):
    waited = waits(review_cohort(card, england), england.record)
    for by in (None, "told", "harmed"):
        curve = assessed_by(waited, by, resamples=50)
        for _, of in curve.group_by("group", maintain_order=True):
            assert of["share"].is_sorted()
            assert of["days"].to_list() == list(range(0, 7 * of.height, 7))
        assert (curve["low"] <= curve["share"]).all()
        assert (curve["share"] <= curve["high"]).all()
        counted = curve.unique("group")["children"].sum()
        assert counted == waited.height


def test_a_caseload_is_summed_up_by_what_was_so_on_the_day_of_the_line(england, card):
    children = review_cohort(card, england)
    about = cohort_summary(children, england.record.from_on)
    in_harm = children.filter(pl.col("triggered_on").is_not_null() & pl.col("in_harm_when_triggered"))
    assert about["of_these_in_harm_that_day"] == in_harm.height < about["of_these_triggered"]
    never = about["of_these_in_harm_that_day_and_never_assessed"]
    assert never == in_harm["assessed_on"].null_count() > 0
    ended = children["days_between"].drop_nulls().median()
    assert about["median_days_from_triggered_to_assessed"] > ended  # of those alone who were assessed


def test_a_group_without_children_has_no_curve():
    assert assessed_by(four(7, ended="a"), "harmed", resamples=5)["group"].unique().to_list() == [HARMED[0]]
    assert assessed_by(four(ended=""), resamples=5).is_empty()


@pytest.mark.parametrize("column", ["child_id", "days", "assessed"])
def test_rows_come_in_the_order_of_children(column):
    rows = reviewed("17 2022-03-01", "16 2022-03-01 assessed=2022-03-02")
    assert waits(rows, WRITTEN)[column].to_list() == waits(rows.reverse(), WRITTEN)[column].to_list()


def test_the_child_of_the_record_is_the_child_of_the_wait():
    assert CHILD in waits(reviewed(f"{CHILD} 2022-03-01"), WRITTEN)["child_id"]
