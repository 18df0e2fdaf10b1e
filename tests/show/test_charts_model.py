"""Charts of a card: its points and how sure they are, how true it is, and what it finds of what is knowable."""

import json

import polars as pl
import pytest

from drawings import domains, marks_in, png, reds, smallest_text, titles, vega, words
from risk.evaluation.calibration_bins import RELIABILITY
from risk.evaluation.judges import JUDGES
from risk.evaluation.judging import MEASURES as SCHEMA
from risk.model.features import BAND_LABELS
from risk.show import charts
from risk.show.charts.look import BLUE, RED


def measured(*rows: str) -> pl.DataFrame:
    """What `evaluate` returns, from lines: judge, measure, value, low, high, and above where it is."""
    found = []
    for row in rows:
        judge, measure, *figures = row.split()
        value, low, high = (float(f) for f in figures[:3])
        above = "above" in figures
        found.append((judge, JUDGES[judge], measure, None, value, low, high, 0.01, above))
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


MEASURES = measured(
    "ceiling average_precision 0.5 0.4 0.6",
    "card average_precision 0.4 0.3 0.5",
    "incident average_precision 0.1 0.05 0.15",
    "card ap_ratio 0.8 0.7 0.9",
    "card auc_skill 1.06 1.02 1.1 above",
    "incident ap_ratio 0.2 0.1 0.3",
)

RELIABLE = pl.DataFrame(
    [
        ("card", "Cumulative scorecard", 0.02, 0.01, 0.0, 0.02, 500),
        ("card", "Cumulative scorecard", 0.21, 0.3, 0.2, 0.4, 100),
        ("ceiling", "The ceiling", 0.19, 0.2, 0.1, 0.3, 100),
    ],
    schema=RELIABILITY,
    orient="row",
)


def stable(card) -> pl.DataFrame:
    """The points of a card with intervals two points wide, but for the first, which is sure."""
    cells = card.table().unpivot(index="line", on=list(BAND_LABELS), variable_name="age", value_name="points")
    first = pl.int_range(pl.len()) == 0
    return cells.with_columns(
        low=pl.when(first).then("points").otherwise(pl.col("points") - 1),
        high=pl.when(first).then("points").otherwise(pl.col("points") + 1),
    )


@pytest.fixture(scope="module")
def drawings(card):
    return {
        "card": charts.card(card),
        "card with intervals": charts.card(card, stable(card)),
        "comparison": charts.comparison(MEASURES),
        "reliability": charts.reliability(RELIABLE),
        "shares of the ceiling": charts.shares_of_ceiling(MEASURES),
    }


DRAWINGS = ("card", "card with intervals", "comparison", "reliability", "shares of the ceiling")
every_drawing = pytest.mark.parametrize("name", DRAWINGS)


@every_drawing
def test_it_draws(drawings, name):
    assert png(drawings[name]).startswith(b"\x89PNG")


@every_drawing
def test_it_can_be_heard_with_a_number(drawings, name):
    assert len(words(drawings[name]).split()) >= 8
    assert any(c.isdigit() for c in words(drawings[name]))


@every_drawing
def test_its_text_can_be_read_and_none_of_it_is_red(drawings, name):
    assert smallest_text(drawings[name]) >= 15
    assert reds(drawings[name]) == set()
    assert marks_in(drawings[name], RED) == set()


@every_drawing
def test_it_says_that_the_children_are_invented(drawings, name):
    assert "nvented children" in titles(drawings[name])


@pytest.mark.parametrize("name", ["comparison", "reliability"])
def test_its_axes_are_fixed(drawings, name):
    numbers = [d for d in domains(drawings[name]) if all(isinstance(end, int | float) for end in d)]
    assert numbers
    assert all(d[0] == 0 for d in numbers)


def test_a_card_prints_every_point_and_how_sure_it_is(card, drawings):
    sure = stable(card)
    printed = json.dumps(vega(drawings["card with intervals"])["data"], ensure_ascii=False)
    for row in sure.rows(named=True)[1:]:
        assert f"{row['low']} to {row['high']}".replace("-", "−") in printed
    first = sure.row(0, named=True)
    assert f"{first['low']} to {first['high']}" not in printed
    assert " to " not in json.dumps(vega(drawings["card"])["data"])


def test_a_card_without_intervals_says_nothing_of_how_sure_it_is(drawings):
    assert "Least sure" not in words(drawings["card"])
    assert "Least sure: " in words(drawings["card with intervals"])


def test_every_way_of_judging_has_its_figure_and_its_interval(drawings):
    heard = words(drawings["comparison"])
    assert "4.0 times that of the best reading of four weeks alone" in heard
    assert "The ceiling 0.50; Cumulative scorecard 0.40; Best reading of 4 weeks 0.10." in heard
    drawn = json.dumps(vega(drawings["comparison"])["data"])
    assert all(f'"high": {high}' in drawn for high in (0.6, 0.5, 0.15))


def test_what_was_said_stands_beside_what_came(drawings):
    heard = words(drawings["reliability"])
    # 0.02 x 500 + 0.21 x 100 expected; 0.01 x 500 + 0.3 x 100 came.
    assert "Cumulative scorecard: where it said 21 %, 30 % (20 % to 40 %) did; in all it expected 31" in heard
    assert "there were 35" in heard


def test_only_what_is_above_the_ceiling_is_said_to_be(drawings):
    heard = words(drawings["shares of the ceiling"])
    assert "AUC above a half 1.06 (1.02 to 1.10), above" in heard
    assert "Average precision 0.80 (0.70 to 0.90); " in heard


def test_what_is_beyond_the_ceiling_is_still_on_the_chart():
    beyond = charts.shares_of_ceiling(measured("card detection_ratio 1.5 0.9 2.4"))
    numbers = [d for d in domains(beyond) if isinstance(d, list) and isinstance(d[-1], float)]
    assert max(d[-1] for d in numbers) > 2.4


def test_judges_differ_in_shape_as_well_as_in_colour(drawings):
    scales = {s["name"]: s for s in vega(drawings["reliability"])["scales"]}
    assert len(set(scales["color"]["range"])) == len(set(scales["shape"]["range"])) == 2
    assert scales["color"]["range"][0] == BLUE


def test_two_legends_for_one_thing_are_one(drawings):
    for name in ("reliability", "shares of the ceiling"):
        assert len(vega(drawings[name])["legends"]) == 1
