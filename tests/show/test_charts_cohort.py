"""Charts of a cohort and of a line: what they print, what moves with the slider, and what stays."""

import json
from datetime import timedelta

import polars as pl
import pytest

from by_hand import history
from drawings import domains, everything_in, marks_in, png, reds, smallest_text, titles, vega, words
from risk.core.errors import InputError
from risk.evaluation.detection import BY_LINE
from risk.evaluation.groups import GROUP_MEASURES, GROUPS
from risk.reviews.acting import ACTING
from risk.reviews.next_steps import what_followed
from risk.reviews.waiting import ASSESSED_BY, HARMED, TOLD, WAITS
from risk.show import charts
from risk.show.charts.look import RED

WAITED = pl.DataFrame(
    [
        (16, 1, None, 30, 500, True, False, TOLD[0], HARMED[0]),
        (17, 1, None, 400, 400, False, False, TOLD[0], HARMED[0]),
        (32, 2, None, 800, 900, False, True, TOLD[1], HARMED[1]),
    ],
    schema=WAITS,
    orient="row",
)


def curve(*groups: str) -> pl.DataFrame:
    rows = [(g, 2, day, share, 0.0, 0.9) for g in groups for day, share in ((0, 0.0), (364, 0.5), (728, 0.6))]
    return pl.DataFrame(rows, schema=ASSESSED_BY, orient="row")


AVOIDED = pl.DataFrame(
    [
        (support, group, 52, "child_weeks_avoided_per_extra_assessment", "child-weeks", *values)
        for support in ("half", "as assumed", "double")
        for group, values in (("all", (1.5, 1.1, 1.8)), ("in_harm_that_day", (4.5, -3.2, 5.7)))
    ],
    schema={"support": pl.String, **ACTING},
    orient="row",
)


def lines() -> pl.DataFrame:
    figures = {
        "detection": (0.9, 0.8),
        "positive_predictive_value": (0.3, 0.5),
        "needed_that_day": (0.48, 0.6),
        "needed_within_12_weeks": (0.61, 0.7),
        "assessments_per_1000_child_years": (1500.0, 200.0),
    }
    rows = [
        (line, measure, value[i], value[i] * 0.9, value[i] * 1.1)
        for i, line in enumerate((10, 11))
        for measure, value in figures.items()
    ]
    return pl.DataFrame(rows, schema=BY_LINE, orient="row")


def grouped(*judges: str) -> pl.DataFrame:
    rows = []
    for judge in judges:
        for by, names in GROUPS.items():
            for n, name in enumerate(names):
                rows.append((judge, by, name, "false_alarms_per_child_year", 0.1 * (n + 1), 0.05, 0.4))
                rows.append((judge, by, name, "detection", 0.5, 0.2, 0.8))
        for measure, value in (("false_alarm_ratio", 1.4), ("average_precision_change", -0.01)):
            rows.append((judge, None, None, measure, value, value - 0.1, value + 0.1))
    return pl.DataFrame(rows, schema=GROUP_MEASURES, orient="row")


EFFECTS = pl.DataFrame(
    {
        "measure": ["weeks_of_serious_neglect_before_assessment", "assessments", "removals"],
        "unit": ["child-weeks", "assessments of a child", "removals of a child"],
        "before": [1000.0, 100.0, 0.0],
        "after": [750.0, 180.0, 2.0],
        "difference": [-250.0, 80.0, 2.0],
        "low": [-300.0, 70.0, 0.0],
        "high": [-200.0, 90.0, 4.0],
        "variance_ratio": [3.0, 2.0, None],
    }
)

ANSWERED = what_followed(
    history(
        *("1 referral school 2023-03-01",) * 4,
        "1 no_further_action childrens_services 2023-03-02 answers=0",
        "1 assessment_started childrens_services 2023-03-02 answers=1",
        "1 assessment_started childrens_services 2023-03-02 answers=2",
        "1 assessment_started childrens_services 2023-03-02 answers=3",
    )
)


@pytest.fixture(scope="module")
def drawings():
    return {
        "waits": charts.waits(WAITED, curve("All")),
        "waits by harm": charts.waits(WAITED, curve(*HARMED), "harmed"),
        "what followed": charts.what_followed(ANSWERED),
        "what changed": charts.what_changed(EFFECTS),
        "what acting avoids": charts.avoided(AVOIDED),
        "trade-off": charts.trade_off(lines(), 10),
        "groups": charts.groups(grouped("card", "ceiling"), 0.2),
        "remedies": charts.remedies(grouped("card", "less_rate")),
    }


DRAWINGS = (*("waits", "waits by harm", "what followed", "what changed", "trade-off", "groups", "remedies"),)
every_drawing = pytest.mark.parametrize("name", DRAWINGS)


@every_drawing
def test_it_draws(drawings, name):
    assert png(drawings[name]).startswith(b"\x89PNG")


@every_drawing
def test_it_can_be_heard_with_a_number(drawings, name):
    assert len(words(drawings[name]).split()) >= 8
    assert any(c.isdigit() for c in words(drawings[name]))


@every_drawing
def test_its_text_can_be_read(drawings, name):
    assert smallest_text(drawings[name]) >= 15


@every_drawing
def test_red_is_the_line_and_nothing_else(drawings, name):
    red = {RED} if name == "trade-off" else set()
    assert reds(drawings[name]) == red
    assert marks_in(drawings[name], RED) <= {"rule"}


@every_drawing
def test_it_says_that_the_children_are_invented(drawings, name):
    assert "Invented children" in titles(drawings[name])


@every_drawing
def test_no_scale_of_numbers_depends_on_what_is_selected(drawings, name):
    moving = ("line_at", "chosen")
    assert not any(signal in json.dumps(domain) for domain in domains(drawings[name]) for signal in moving)
    numbers = [d for d in domains(drawings[name]) if isinstance(d, list) and isinstance(d[0], int | float)]
    assert numbers or name == "what followed"


def test_one_slider_moves_the_line_through_three_panels(drawings):
    spec = vega(drawings["trade-off"])
    (at,) = [s for s in spec["signals"] if s["name"] == "line_at"]
    assert (at["value"], at["bind"]["min"], at["bind"]["max"], at["bind"]["step"]) == (10, 10, 11, 1)
    filtered = [d for d in spec["data"] if "line_at" in json.dumps(d)]
    assert len(filtered) == 3
    rules = [p for p in everything_in(spec) if p.get("type") == "rule" and RED in json.dumps(p)]
    assert len(rules) == 3


def test_the_figures_at_the_line_are_printed_with_their_intervals(drawings):
    heard = words(drawings["trade-off"])
    assert "At 10 points: 90 % (81 % to 99 %) of onsets found within 12 weeks" in heard
    assert "1,500 (1,350 to 1,650) assessments asked for a year" in heard
    drawn = json.dumps(vega(drawings["trade-off"])["data"])
    assert "200 (180 to 220)" in drawn


def test_every_share_of_a_row_is_printed(drawings):
    printed = json.dumps(vega(drawings["what followed"])["data"])
    assert '"25 %"' in printed
    assert '"75 %"' in printed
    assert "Referral (4)" in printed
    assert "Referral (4): 3 assessment, 1 no further action." in words(drawings["what followed"])


def test_what_happened_but_rarely_is_not_printed_as_nothing():
    rare = ANSWERED.with_columns(share=pl.when(pl.col("times") == 1).then(0.002).otherwise("share"))
    assert "< 1 %" in json.dumps(vega(charts.what_followed(rare))["data"])


def test_a_row_of_which_there_was_none_is_not_drawn(drawings):
    assert "Initial conference" not in json.dumps(vega(drawings["what followed"])["data"])


def test_a_line_is_told_in_children_and_not_in_shares_alone(drawings):
    heard = words(drawings["trade-off"])
    assert (
        "At 10 points, of ten children at or above this line about five needed an assessment that day"
        in heard
    )
    assert "of ten who came to harm it finds about nine" in heard


def test_a_wait_that_ended_otherwise_is_not_an_assessment(drawings):
    heard = words(drawings["waits by harm"])
    assert f"{HARMED[0]}: 2 children were followed for a year after the line; about five of ten had" in heard
    assert "half had been assessed within 30 days" in heard
    drawn = json.dumps(vega(drawings["waits by harm"])["data"])
    for ended in ("assessed", "removed first", "followed no longer"):
        assert drawn.count(f'"ended": "{ended}"') == 1


def test_a_brush_over_the_marks_counts_the_children_in_it(drawings):
    spec = vega(drawings["waits"])
    assert any(s["name"].startswith("chosen") for s in spec["signals"])
    counted = [d for d in spec["data"] if "children counted" in json.dumps(d.get("transform", ""))]
    assert len(counted) == 1
    filtered = [d for d in spec["data"] if "chosen" in json.dumps(d.get("transform", ""))]
    assert len(filtered) == 1


def test_groups_of_children_differ_in_dash_as_well_as_in_colour(drawings):
    scales = {s["name"]: s for s in vega(drawings["waits by harm"])["scales"]}
    assert len(set(scales["color"]["range"])) == 2
    assert len({json.dumps(dash) for dash in scales["strokeDash"]["range"]}) == 2
    assert len(vega(drawings["waits by harm"])["legends"]) == 1


def test_a_change_is_said_as_a_share_of_what_was_with_its_counts(drawings):
    heard = words(drawings["what changed"])
    assert "1,000 before, 750 after, −25 % (−30 % to −20 %)." in heard
    assert "100 before, 180 after, +80 % (+70 % to +90 %)." in heard


def test_what_acting_avoids_is_said_of_each_supposition_with_its_interval(drawings):
    said = drawings["what acting avoids"].description
    assert "As assumed, those of which a child was in harm on that day: 4.5 (-3.2 to 5.7)." in said
    assert said.count("all homes whose record reached the line: 1.5 (1.1 to 1.8).") == 3
    shapes = drawings["what acting avoids"].to_dict()["layer"][2]["encoding"]["shape"]["scale"]["range"]
    assert len(set(shapes)) == 2


def test_what_never_was_has_no_share_of_what_was(drawings):
    assert "removed" not in words(drawings["what changed"])


def test_a_chart_of_groups_names_every_group_and_both_measures(drawings):
    drawn = json.dumps(drawings["groups"].to_dict())
    for name in ("Homes little seen", "Homes much seen", "Poorest places", "Richest places"):
        assert name in drawn
    heard = words(drawings["groups"])
    assert "homes much seen 0.30 (0.05 to 0.40) false alarms, 50 % (20 % to 80 %) of onsets" in heard


def test_a_remedy_says_what_it_does_and_what_it_costs(drawings):
    assert "Less the rate: 1.40 (1.30 to 1.50) times, −0.010 (−0.110 to +0.090)." in words(
        drawings["remedies"]
    )


def compared(*off: float) -> pl.DataFrame:
    return pl.DataFrame({"published": 10.0, "simulated": [10 + o for o in off], "tolerance": 2.0})


def test_the_slider_of_how_close_counts_the_figures_of_each_world():
    worlds = {"One": compared(0, 1, 3, 9), "Other": compared(5, 5, 0)}
    drawn = charts.how_close(worlds)
    assert "One: 2 of 4 figures. Other: 1 of 3 figures." in drawn.description
    assert drawn.to_dict()["params"][0]["bind"]["input"] == "range"


def test_on_a_day_is_known_what_was_written_down_before_it_and_not_on_it(norfolk):
    child = norfolk.record.events_by_child()["child_id"][0]
    drawn = charts.known_by(norfolk.record, child)
    own = norfolk.record.events_by_child().filter(child_id=child).sort("recorded_on", "event_id").head(24)
    days = own.select("occurred_on", "recorded_on", "shared_on").unpivot()["value"].drop_nulls()
    weeks = ((days.max() - days.min()).days // 7 + 1) // 2
    on = days.min() + timedelta(weeks=weeks)
    known = sum(recorded < on for recorded in own["recorded_on"])
    assert f"{known} of {own.height} had been written down" in drawn.description
    assert "recorded_on) < (toDate" in json.dumps(drawn.to_dict())
    with pytest.raises(InputError, match="nothing was written down about child -1"):
        charts.known_by(norfolk.record, -1)
