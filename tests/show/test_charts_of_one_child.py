"""Charts: what they must never do to the eye, the memory or the meaning of a colour."""

import json
from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

import risk
from by_hand import CHILD, history, record
from drawings import everything_in, marks_in, png, reds, smallest_text, vega, words
from risk.core.errors import InputError
from risk.core.kinds import AGENCIES
from risk.national.measures import measures
from risk.national.published import compared
from risk.reviews.answers import roughly
from risk.reviews.placings.bands import SHARES
from risk.reviews.report import headline
from risk.show import charts
from risk.show.charts.layout import LANE, MOST_LANES, dated_lines, records, shown_days, steps, sums
from risk.show.charts.look import BLUE, GREY, GROUP_OF, GROUPS, INK, RED, SHADES
from risk.show.charts.one_child import _turns

OF_A_CHILD = ("trajectory", "how_sure", "viewers", "crossing", "counterfactual")


def reviewed(card, written, **more):
    return risk.review(risk.trajectory(card, written, CHILD), **more)


@pytest.fixture(scope="module")
def published(card):
    """The review's own case: no date in it is exact."""
    case = risk.read_case("norfolk_review")
    return risk.review(risk.trajectory(card, case.record, case.child_id, texts=case.texts), case=case)


@pytest.fixture(scope="module")
def invented(card, norfolk):
    """A generated child who reached the line, was assessed, left home, and whom harm reached."""
    for child_id in norfolk.record.children["child_id"].sort():
        path = risk.trajectory(card, norfolk.record, child_id)
        if 10 <= path.events.height <= 70:
            found = risk.review(path, norfolk.truth)
            if found.assessed and found.protected and found.harm_began:
                return found
    raise LookupError("no such child in the cohort")


@pytest.fixture(scope="module")
def quiet(card):
    """A child whose record never reaches the line."""
    return reviewed(card, record(f"{CHILD} school_absence school 2023-03-01"))


@pytest.fixture(scope="module")
def drawings(card, published, invented, quiet):
    children = {"published": published, "invented": invented, "quiet": quiet}
    questions = {name: getattr(charts, name) for name in OF_A_CHILD}
    return {
        "calibration": charts.calibration(compared(measures(history()), "england_2014")),
        "shapes": charts.shapes(compared(measures(history()), "england_2014")),
        **{f"{q} of {c}": ask(found) for q, ask in questions.items() for c, found in children.items()},
    }


DRAWINGS = [
    "calibration",
    "shapes",
    *(f"{q} of {c}" for q in OF_A_CHILD for c in ("published", "invented", "quiet")),
]


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_chart_draws(drawings, name):
    assert png(drawings[name]).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_chart_can_be_heard(drawings, name):
    assert len(words(drawings[name]).split()) >= 8


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_text_is_smaller_than_the_back_of_a_classroom_can_read(drawings, name):
    assert smallest_text(drawings[name]) >= 15


@pytest.mark.parametrize("name", DRAWINGS)
def test_red_is_the_line_and_nothing_else(drawings, name):
    assert reds(drawings[name]) <= {RED}
    assert marks_in(drawings[name], RED) <= {"rule", "text"}


@pytest.mark.parametrize("case", ["published", "invented"])
def test_revealing_a_record_moves_no_scale(drawings, case):
    spec = vega(drawings[f"trajectory of {case}"])
    domains = [s["domain"] for part in everything_in(spec) for s in part.get("scales", [])]
    assert domains
    assert all("data" not in json.dumps(domain) for domain in domains)


@pytest.mark.parametrize("case", ["published", "invented"])
def test_the_slider_begins_with_everything_revealed_and_the_line_shown(drawings, case, request):
    signals = {s["name"]: s for s in vega(drawings[f"trajectory of {case}"])["signals"]}
    n = request.getfixturevalue(case).path.events["recorded_on"].n_unique()
    assert signals["revealed"]["value"] == signals["revealed"]["bind"]["max"] == n
    assert signals["revealed"]["bind"]["min"] == 0
    assert signals["show_line"]["value"] is True


@pytest.mark.parametrize("case", ["published", "invented"])
def test_the_steps_of_a_score_are_every_day_of_it(case, request):
    found = request.getfixturevalue(case)
    columns = ["on", *SHARES]
    drawn = steps(found, "pooled", records(found, width=700))
    daily = found.bands.filter(pl.col("viewer") == "pooled", pl.col("on").is_between(*shown_days(found)))
    filled = daily.select("on").join(drawn, on="on", how="left", maintain_order="left")
    assert filled.fill_null(strategy="forward").select(columns).equals(daily.select(columns))
    assert drawn.height < daily.height / 2


def test_with_exact_dates_the_middle_score_is_the_score(invented):
    middle = invented.bands.filter(pl.col("viewer") == "pooled")
    assert middle["median"].equals(invented.path.of("pooled")["points_most"].alias("median"))
    assert middle["low"].equals(middle["high"].alias("low"))


def test_a_band_is_between_the_least_and_the_most_and_fades_by_shares(published):
    daily = published.bands.join(
        published.path.daily.with_columns(pl.col("viewer").cast(pl.String)), on=["viewer", "on"]
    )
    names = ["points_least", *SHARES, "points_most"]
    for lower, upper in pairwise(names):
        assert (daily[lower] <= daily[upper]).all(), (lower, upper)


def test_the_most_that_a_score_may_be_is_no_edge_of_the_band(published):
    spec = json.dumps(charts.trajectory(published).to_dict())
    assert "points_most" not in spec
    assert "median" in spec


def test_how_sure_the_day_is_says_by_when_half_nine_in_ten_and_all_with_a_what_if(published):
    chart = json.dumps(charts.how_sure(published, note=charts.PUBLISHED_ACCOUNT).to_dict())
    pooled, supposed = published.reached["pooled"], published.what_if.reached["pooled"]
    for reached in (pooled, supposed):
        assert f"half by {roughly(reached.median, short=True)}" in chart
        assert f"all by {roughly(reached.latest, short=True)}" in chart
    assert "What if what the child told school and refuge counted too" in chart
    assert headline(published) in words(charts.how_sure(published))


def test_what_is_not_stated_is_a_band_in_every_chart_that_shows_what_services_were_told(published, invented):
    for name in ("how_sure", "counterfactual"):
        assert "the account says it was reported" in json.dumps(
            getattr(charts, name)(published).to_dict()
        ).replace("\\n", " ")
    panels = json.dumps(charts.viewers(published).to_dict())
    assert "Services: as reported" in panels
    assert "Services: told all of it" in panels
    assert "told all of it" not in json.dumps(charts.viewers(invented).to_dict())


def test_a_record_of_which_nobody_says_that_services_were_told_is_not_stated(published):
    drawn = records(published, width=700)
    assert set(drawn["services"]) == {"yes", "not stated", "their own"}
    assert (drawn.filter(pl.col("services") == "not stated")["told_on"].is_null()).all()


def test_what_is_shown_after_k_records_does_not_depend_on_the_rest(card):
    lines = [
        f"{CHILD} hunger school 2023-01-10",
        f"{CHILD} supervision police 2023-02-01",
        f"{CHILD} home_conditions police 2023-05-01",
        f"{CHILD} hunger school 2023-05-01",
        f"{CHILD} assessment_completed childrens_services 2023-08-01 substantiated",
    ]

    def shown(found, revealed):
        drawn = records(found, width=700)
        score = steps(found, "pooled", drawn).filter(pl.col("shown_from") <= revealed)
        ends = dated_lines(found, drawn).filter("reached", pl.col("shown_from") <= revealed)
        days = pl.DataFrame({"on": pl.date_range(date(2023, 1, 10), score["on"].max(), eager=True)})
        daily = days.join(score, on="on", how="left", maintain_order="left").fill_null(strategy="forward")
        return daily["median"].to_list(), ends.select("name", "on").rows()

    whole = reviewed(card, record(*lines))
    for k, n_days in ((1, 1), (2, 2), (4, 3)):  # two records of one day are revealed together
        so_far = reviewed(card, record(*lines[:k]))
        points, ends = shown(whole, n_days)
        assert points == shown(so_far, n_days)[0][: len(points)]
        assert ends == shown(so_far, n_days)[1]


def test_a_score_is_drawn_up_to_the_day_on_which_the_next_record_comes(card):
    lines = [f"{CHILD} hunger school 2023-01-10", f"{CHILD} supervision police 2023-02-01"]
    found = reviewed(card, record(*lines))
    score = steps(found, "pooled", records(found, width=700))
    assert score.filter(pl.col("shown_from") == 1)["on"].max() == date(2023, 2, 1)


def test_hindsight_comes_when_the_whole_record_is_on_the_table(invented):
    drawn = records(invented, width=700)
    spells = dated_lines(invented, drawn).filter(pl.col("name") == "In harm")
    assert set(spells["shown_from"]) == {drawn["on"].n_unique()}


def test_every_spell_of_harm_is_drawn_from_its_first_day_to_its_last(invented):
    drawn, (first, last) = records(invented, width=700), shown_days(invented)
    ends = dated_lines(invented, drawn).filter(pl.col("name") == "In harm", "is_last").sort("first_on")
    days = [(begins, to - timedelta(days=1)) for begins, to in invented.harm_spells]
    assert len(days) > 1
    assert list(ends.select("first_on", "on").iter_rows()) == [
        (max(begins, first), min(to, last)) for begins, to in days if begins <= last and to >= first
    ]


def waits_for(spec: dict, mark: dict) -> tuple[set, str]:
    """The columns of the rows that a mark draws, and all the filters between them and it."""
    tables = {table["name"]: table for table in spec["data"]}
    table, filters = tables[mark["from"]["data"]], ""
    while "source" in table:
        filters += " ".join(t["expr"] for t in table["transform"] if t["type"] == "filter")
        table = tables[table["source"]]
    values = table["values"]
    return set(values.partition("\n")[0].split(",") if isinstance(values, str) else values[0]), filters


def drawn_marks(spec: dict) -> list[tuple[set, str]]:
    return [waits_for(spec, part) for part in everything_in(spec) if "from" in part]


@pytest.mark.parametrize("case", ["published", "invented"])
def test_every_record_score_and_dated_line_waits_for_the_slider(drawings, case):
    marks = drawn_marks(vega(drawings[f"trajectory of {case}"]))
    waiting = [filters for columns, filters in marks if columns & {"number", "shown_from"}]
    assert len(waiting) >= 8 - (case == "invented")
    assert all("<= revealed" in filters for filters in waiting)


def test_without_the_line_nothing_says_when_it_was_reached(drawings):
    marks = drawn_marks(vega(drawings["trajectory of invented"]))
    dated = [filters for columns, filters in marks if {"name", "shown_from"} <= columns]
    assert dated
    # Assessed and Left home are what followed it: they would say where it is.
    assert all("show_line || (datum.name == 'In harm')" in filters for filters in dated)


def test_a_viewer_sees_its_own_records_and_childrens_services_what_they_were_told_when_they_were(card):
    found = reviewed(
        card,
        record(
            f"{CHILD} hunger school 2023-01-10 2023-01-10 2023-03-01",
            f"{CHILD} supervision police 2023-02-01",
            f"{CHILD} home_conditions police 2023-05-01 2023-05-01 2023-05-03",
        ),
    )
    drawn = records(found, width=700)
    assert drawn.select("whose", "step", "told_step").rows() == [
        ("School alone", 1, 3),  # told between the second and the third day of records
        ("Police alone", 2, None),
        ("Police alone", 3, 3),  # told after the last: at the end it is known
    ]


def test_a_record_says_that_a_child_said_so_and_whether_it_was_believed(card):
    found = reviewed(
        card,
        record(
            f"{CHILD} hunger school 2023-01-10 said unbelieved",
            f"{CHILD + 1} hunger school 2023-01-11 said believed",
            f"{CHILD} hunger school 2023-01-12",
        ),
    )
    said = records(found, width=700)["what"].str.extract(r"\((.*)\)$", 1).to_list()
    assert said == [
        "The child said so, and was not believed.",
        "A brother or sister said so, and was believed.",
        None,
    ]


def test_whoever_never_reached_the_line_says_so_when_everything_is_revealed(card):
    found = reviewed(
        card, record(f"{CHILD} hunger school 2023-01-10", f"{CHILD} home_conditions police 2023-02-01")
    )
    dated = dated_lines(found, records(found, width=700))
    assert dated.select("viewer", "reached", "words", "shown_from").rows() == [
        ("Everybody together", True, "2 Feb 2023", 2),
        ("Told to children's services", False, "never", 2),
        ("Police alone", False, "never", 2),
        ("School alone", False, "never", 2),
    ]


def test_an_imprecise_date_is_drawn_as_its_window(published, invented):
    windows = records(published, width=700)
    assert (windows["to_on"] > windows["on"]).all()
    assert windows.filter(pl.col("number") == 1).select("on", "to_on").row(0) == (
        date(2010, 1, 1),
        date(2010, 12, 31),
    )
    to_the_day = records(invented, width=700)
    assert (to_the_day["to_on"] == to_the_day["on"]).all()


def test_a_band_is_drawn_only_where_dates_are_imprecise(drawings):
    def areas(name):
        return [p for p in everything_in(drawings[name].to_dict()["vconcat"]) if p.get("type") == "area"]

    assert areas("trajectory of published")
    assert not areas("trajectory of invented")


@pytest.mark.parametrize("case", ["published", "invented"])
def test_no_record_hides_another_of_the_same_agency(case, request):
    found = request.getfixturevalue(case)
    drawn = records(found, width=700)
    begins, ends = shown_days(found)
    covers = (ends - begins) * LANE / 700
    # Visits and meetings that were due are small and many, in a lane of their own beneath the others.
    rows = drawn.filter(~pl.col("in_diary")).to_dicts()
    for agency in drawn.filter("in_diary").partition_by("held_by"):
        above = drawn.filter(~pl.col("in_diary"), pl.col("held_by") == agency["held_by"][0])
        assert agency.filter("in_diary")["y"].min() > (above["y"].max() or 0)
    for i, a in enumerate(rows):
        near = [
            b
            for b in rows[:i]
            if b["held_by"] == a["held_by"] and a["on"] < b["to_on"] + covers - timedelta(days=1)
        ]
        # Of more that touch than there are lanes, some share one: the next test.
        assert len(near) >= MOST_LANES or all(abs(a["y"] - b["y"]) >= LANE for b in near)


def test_a_record_stands_inside_the_row_of_its_agency(invented):
    drawn = records(invented, width=700)
    assert (drawn["y"] > drawn["top"]).all()
    assert (drawn["y"] < drawn["bottom"]).all()


def test_more_records_on_a_day_than_there_are_lanes_are_still_drawn(card):
    busy = reviewed(card, record(*[f"{CHILD} hunger school 2023-03-01"] * 12))
    assert records(busy, width=700).height == 12
    vega(charts.trajectory(busy))


@pytest.mark.parametrize("case", ["published", "invented"])
def test_the_bars_of_a_crossing_add_up_to_the_score_of_that_day(case, request):
    found = request.getfixturevalue(case)
    bars = sums(records(found, width=700))
    score = found.path.of("pooled").filter(pl.col("on") == found.score_on)["points_most"].item()
    assert bars["points"].sum() == bars["after"][-1] == score
    assert bars["before"][1:].to_list() == bars["after"][:-1].to_list()


def test_a_child_about_whom_nothing_was_recorded_is_not_drawn_but_named(card):
    silent = risk.review(risk.trajectory(card, record(f"{CHILD} hunger school 2023-03-01"), CHILD + 1))
    assert charts.trajectory(silent)
    nothing = risk.review(risk.trajectory(card, record(), CHILD))
    with pytest.raises(InputError, match=f"nothing was recorded about child {CHILD}"):
        charts.trajectory(nothing)


def test_every_agency_has_a_group_and_every_group_its_own_colour_and_shape():
    assert set(GROUP_OF) == set(AGENCIES)
    assert set(GROUP_OF.values()) == set(GROUPS)
    assert len({c for c, _ in GROUPS.values()}) == len({s for _, s in GROUPS.values()}) == len(GROUPS)


def contrast(a: str, b: str) -> float:
    """The ratio of WCAG 2."""

    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_text_and_marks_stand_out_from_what_is_behind_them():
    assert all(contrast(text, "#FFFFFF") >= 4.5 for text in (INK, GREY, RED))
    assert all(contrast(mark, "#FFFFFF") >= 3 for mark in (BLUE, *(c for c, _ in GROUPS.values())))
    assert all(contrast(INK, shade) >= 4.5 for shade in SHADES)


def test_a_chart_of_a_case_says_what_kind_of_case_it_is(published):
    for ask in (getattr(charts, name) for name in OF_A_CHILD):
        assert charts.INVENTED_CASE in json.dumps(ask(published).to_dict()["title"])
        noted = ask(published, note=charts.PUBLISHED_ACCOUNT).to_dict()
        assert charts.PUBLISHED_ACCOUNT in json.dumps(noted["title"])
        assert "Invented" not in json.dumps(noted["title"])


def test_a_score_that_is_shown_whole_is_its_turns_and_its_last_day():
    days = [date(2014, 1, n) for n in range(1, 8)]
    score = pl.DataFrame(
        {
            "on": days,
            **{share: [0, 0, 3, 3, 2, 2, 2] for share in SHARES},
            "shown_from": [1, 2, 3, 4, 5, 6, 7],
        }
    )
    turns = _turns(score)
    assert turns.columns == ["on", *SHARES]
    assert turns.select(pl.col("on").dt.day(), "median").rows() == [(1, 0), (3, 3), (5, 2), (7, 2)]
