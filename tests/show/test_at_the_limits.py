"""The largest chronology that the documents allow: whatever `check` accepts is reviewed, drawn and packed."""

import csv
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

import risk
from risk import show
from risk.chronologies.sheet import MOST_ROWS
from risk.chronologies.ties import FAR
from risk.core.kinds import AGENCIES, CONCERNS
from risk.reviews.placings.over_line import earliest_day
from risk.reviews.placings.setting import Setting
from risk.reviews.placings.under_line import Budget
from risk.reviews.placings.worths import Worth, together
from risk.show import charts
from risk.show.charts.layout import steps
from risk.show.charts.look import chart_of

HEADER = ("Date", "Agency", "Kind", "What happened", "Told")


def written(path, n, *, told, days=3650, rough=False):
    """A chronology of so many rows, evenly over some days; `told` says of a row whether it was."""
    agencies, kinds = list(AGENCIES.values()), list(CONCERNS.values())
    with path.open("w", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(HEADER)
        for i in range(n):
            on = date(2005, 1, 1) + timedelta(days=i * days // n)
            when = f"{on:%B %Y}" if rough else on.isoformat()
            what = f"Entry {i}: what somebody saw."
            sheet.writerow(
                [when, agencies[i % 17], kinds[i * 7 % len(kinds)], what, "yes" if told(i) else ""]
            )
    return str(path)


@pytest.fixture(scope="module")
def largest(tmp_path_factory, card):
    path = tmp_path_factory.mktemp("largest") / "largest.csv"
    return show.of_chronology(written(path, MOST_ROWS, told=lambda i: i % 7 == 0), card)


def test_the_largest_chronology_becomes_a_pack(largest):
    assert f"Entry {MOST_ROWS - 1}: what somebody saw." in risk.pack(largest)


def test_the_largest_chronology_is_drawn_in_every_way(largest):
    for draw in (charts.trajectory, charts.viewers, charts.crossing, charts.counterfactual):
        assert draw(largest.review).to_dict()["description"]


def test_a_run_of_equal_scores_is_drawn_by_its_two_ends(largest):
    found, drawn = largest.review, show.charts.layout.records(largest.review, width=640)
    for viewer in ("pooled", *found.triggered_for):
        score = steps(found, viewer, drawn)
        # Two rows a run: no row lies between two that are like it.
        same = score.drop("on") == score.drop("on").shift(1)
        like = same.select(pl.all_horizontal(pl.all())).to_series().fill_null(False)
        assert not (like & like.shift(1).fill_null(False)).any()


def test_a_chart_of_scores_has_no_limit_of_rows():
    many = pl.DataFrame({"on": [date(2020, 1, 1)] * 5001, "points": range(5001)})
    spec = chart_of(many).mark_line().to_dict()
    (rows,) = spec["datasets"].values() if "datasets" in spec else (spec["data"]["values"],)
    assert len(rows) == 5001
    assert rows[-1] == {"on": "2020-01-01T00:00:00", "points": 5000}


def test_only_the_last_of_many_rows_was_told(tmp_path, card):
    told = show.of_chronology(written(tmp_path / "late.csv", 101, told=lambda i: i == 100), card)
    assert charts.trajectory(told.review).to_dict()["description"]


def test_so_many_open_dates_that_no_function_could_call_itself_for_each():
    n = 1_100
    apart = np.full((n, n), FAR)
    np.fill_diagonal(apart, 0)
    either_line = together([Worth(0, np.array([0, 3, 0])), Worth(1, np.array([0, 0, 3]))])
    setting = Setting(
        worths=(either_line,) * n,
        first=np.zeros(n, np.int64),
        last=np.full(n, 5),
        apart=apart,
        follows=np.full(n, -1),
        signs=np.array([1, 1]),
        line=6,
        from_day=0,
        to_day=9,
        addresses=np.zeros((n, 2), np.int64),
    )
    assert earliest_day(setting, Budget()) == (2, True)
