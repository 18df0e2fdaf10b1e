from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from by_hand import CHILD, event, record, table
from risk.core.errors import InputError
from risk.model.card import Card
from risk.model.explanation import explained_days
from risk.model.features import LINE_NAMES, featurise, known_events
from risk.records.cohort import Record
from risk.records.schema import RECORD
from risk.reviews.daily_scores import trajectory

CARD = Card.shipped()
CARD.points[LINE_NAMES.index("unsubstantiated"), :2] = [-5, -3]  # so that these tests see a score rise again
POINTS = dict(zip(LINE_NAMES, CARD.points.tolist(), strict=True))


def imprecise(*lines: tuple[str, int]) -> Record:
    """A record whose events may each be some days later than written."""
    base = record()
    rows = [event(i, *line.split()) | {"may_be_later_days": days} for i, (line, days) in enumerate(lines)]
    return Record(
        base.households,
        base.adults,
        base.children,
        table(RECORD, "events", rows),
        base.factors,
        base.from_on,
        base.to_on,
    )


def test_the_daily_score_is_the_score_of_a_landmark_on_that_day(norfolk):
    """Two roads to one number: the trajectory's, event by event, and the features', by running totals."""
    children = norfolk.record.children["child_id"].to_list()[:12]
    for child in children:
        path = trajectory(CARD, norfolk.record, child)
        for viewer in ("pooled", "childrens_services", "police"):
            daily = path.of(viewer)
            if daily.is_empty():
                continue
            rows = daily.select(
                child_id=pl.lit(child, pl.Int64), household_id=pl.lit(child // 16, pl.Int64), landmark_on="on"
            )
            scores = CARD.scores(featurise(rows, norfolk.record, viewer=viewer))
            assert daily["points_most"].to_list() == scores.tolist() == daily["points_least"].to_list()


def test_points_of_events_sum_to_the_score_on_any_day(norfolk):
    path = trajectory(CARD, norfolk.record, 16)
    for row in path.daily.gather_every(50).to_dicts():
        assert path.points_on(row["on"], row["viewer"])["points"].sum() == row["points_most"]


def test_every_event_says_on_which_day_it_counts_for_less():
    path = trajectory(CARD, record("16 hunger school 2023-03-01"), CHILD)
    points = {d: path.points_on(d)["points"].item() for d in (date(2023, 3, 29), date(2023, 3, 30))}
    assert path.points_on(date(2023, 3, 2))["falls_on"].item() == date(2023, 3, 30)
    assert points[date(2023, 3, 29)] > points[date(2023, 3, 30)]


@pytest.mark.parametrize("kind", ["parental_substance_misuse", "home_conditions", "hunger"])
def test_an_event_counts_as_it_does_until_the_day_it_says_and_otherwise_from_then_on(kind):
    """Where two bands bring the same points, the step is the next day on which the points differ."""
    path = trajectory(CARD, record(f"16 {kind} school 2022-01-03", to_on="2024-06-01"), CHILD)
    daily = dict(path.of("pooled").select("on", "points_most").iter_rows())
    falls, day = [], date(2022, 1, 4)
    while (falls_on := path.points_on(day)["falls_on"].item()) is not None:
        held = {daily[day + timedelta(days=d)] for d in range((falls_on - day).days)}
        assert held == {daily[day]} != {daily[falls_on]}
        falls.append(day := falls_on)
    assert daily[falls[-1]] == 0
    assert len(falls) == len(set(POINTS[kind]) - {0})


def test_of_several_records_of_one_kind_the_newest_counts_and_the_others_say_nothing_more():
    lines = (
        "17 hunger school 2023-03-01",
        "16 hunger refuge 2023-03-10",
        "- no_further_action police 2023-03-11",
    )
    path = trajectory(CARD, record(*lines), CHILD)
    hunger = POINTS["hunger"]
    assert path.points_on(date(2023, 3, 5))["points"].to_list() == [hunger[0]]
    assert path.points_on(date(2023, 3, 20))["points"].to_list() == [0, hunger[0], 0]
    assert path.points_on(date(2023, 3, 20))["falls_on"].to_list() == [None, date(2023, 4, 8), None]


def test_a_siblings_event_is_in_the_trajectory_with_the_points_of_its_kind():
    path = trajectory(CARD, record("17 hunger school 2023-03-01"), CHILD)
    assert path.events["points_when_new"].to_list() == [POINTS["hunger"][0]]


def test_an_event_known_to_a_month_counts_at_most_from_its_second_day_and_surely_after_its_last():
    path = trajectory(CARD, imprecise(("16 hunger school 2023-06-01", 29)), CHILD)
    daily = {r["on"]: (r["points_least"], r["points_most"]) for r in path.of("pooled").to_dicts()}
    hunger = POINTS["hunger"]
    assert daily[date(2023, 6, 1)] == (0, 0)
    assert daily[date(2023, 6, 2)] == (0, hunger[0])
    assert daily[date(2023, 6, 30)] == (0, hunger[0])
    assert daily[date(2023, 7, 1)] == (hunger[1], hunger[0])  # 1 to 30 days old: two bands are possible


WINDOWS = st.lists(
    st.tuples(
        st.sampled_from(["hunger", "domestic_abuse", "supervision", "assessment_completed"]),
        st.integers(0, 300),
        st.integers(0, 200),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WINDOWS)
def test_the_bounds_hold_wherever_in_their_windows_the_events_fell(windows):
    start = date(2022, 2, 1)
    bounded, placed = [], []
    for i, (kind, day, wide, share) in enumerate(windows):

        def words(day, kind=kind, told=40 * i):
            recorded = start + timedelta(days=day)
            return f"- {kind} school {recorded} {recorded} {recorded + timedelta(days=told)} unsubstantiated"

        bounded.append((words(day), wide))
        placed.append(words(day + round(share * wide)))
    bounds = trajectory(CARD, imprecise(*bounded), CHILD).daily
    placing = replace(record(*placed), by_hand=True)  # as windows are
    exact = trajectory(CARD, placing, CHILD).daily["points_most"].to_numpy()
    assert (bounds["points_least"].to_numpy() <= exact).all()
    assert (exact <= bounds["points_most"].to_numpy()).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WINDOWS, st.integers(1, 500))
def test_deleting_everything_recorded_on_or_after_a_day_changes_no_score_up_to_it(windows, cut):
    start = date(2022, 2, 1)
    lines = [f"- {kind} school {start + timedelta(days=day)}" for kind, day, _, _ in windows]
    day = start + timedelta(days=cut)
    whole, past = record(*lines), record(*(x for x in lines if date.fromisoformat(x.split()[3]) < day))
    before = [
        trajectory(CARD, r, CHILD).of("pooled").filter(pl.col("on") <= day)["points_most"]
        for r in (whole, past)
    ]
    assert before[0].equals(before[1])


def test_a_score_fades_on_a_daily_grid_and_not_only_at_events():
    path = trajectory(CARD, record("16 hunger school 2022-01-03", to_on="2024-06-01"), CHILD)
    falls = path.of("pooled").filter(pl.col("points_most").diff() < 0)["on"].to_list()
    assert falls == [date(2022, 1, 3) + timedelta(days=d + 1) for d in (28, 91, 182, 364, 728)]
    assert len(path.of("pooled")) == (date(2024, 6, 1) - date(2022, 1, 3)).days + 1


def test_each_agency_that_holds_anything_has_its_own_trajectory():
    path = trajectory(
        CARD, record("16 hunger school 2022-03-01", "- domestic_abuse police 2022-03-01"), CHILD
    )
    assert path.daily["viewer"].unique(maintain_order=True).to_list() == [
        "pooled",
        "childrens_services",
        "police",
        "school",
    ]
    highest = path.daily.group_by("viewer", maintain_order=True).agg(pl.col("points_most").max())
    points = dict(highest.iter_rows())
    assert points["pooled"] == points["police"] + points["school"]
    assert points["childrens_services"] == 0


def test_a_child_who_is_not_in_the_record_is_refused():
    with pytest.raises(InputError, match="no child 99"):
        trajectory(CARD, record(), 99)


def test_what_makes_up_the_scores_of_many_days_is_what_makes_up_each(norfolk):
    """Two roads to one answer: all days of all children at once, and one day of one child."""
    at = norfolk.record.events_by_child().select("child_id", on=pl.col("recorded_on") + timedelta(days=9))
    at = at.unique().sort("child_id", "on").gather_every(400)
    made_of = explained_days(CARD.points, known_events(norfolk.record), at)
    assert made_of.height > at.height
    for child, day in at.iter_rows():
        one = trajectory(CARD, norfolk.record, child).points_on(day).filter(pl.col("points") != 0)
        of_day = made_of.filter(pl.col("child_id") == child, pl.col("on") == day)
        assert dict(of_day.select("event_id", "points").iter_rows()) == dict(
            one.select("event_id", "points").iter_rows()
        )
