"""When the line was reached: four answers, and how sure they are, on chronologies written by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from risk.chronologies.case import Case, read_case
from risk.model.card import Card
from risk.reviews.daily_scores import trajectory
from risk.reviews.placings import reached as module
from risk.reviews.placings.drawing import drawn_placings
from risk.reviews.placings.questions import TOLD_ALL, placed, question
from risk.reviews.placings.reached import Reached, reached_by

CARD = (
    Card.shipped()
)  # a line of 25 points; new: home conditions 20, hunger 16, supervision 16, risky adult 12
HEAD = "date,until,agency,kind,what,occasion,after,went_on,if dated,told\n"


def case_of(tmp_path, *rows: str) -> Case:
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_case(str(path))


def found(case: Case, **more) -> dict[str, Reached]:
    return reached_by(trajectory(CARD, case.record, case.child_id, texts=case.texts), case, **more)


def days(reached: Reached) -> tuple[str | None, str | None]:
    return tuple(day and str(day) for day in (reached.earliest, reached.latest))


HUNGER, PARTY = "2014-03-01,,school,hunger,x,,,,,", "2014-03,,police,supervision,y,,,,,"


def test_by_this_day_is_said_where_every_placing_reaches_the_line(tmp_path):
    pooled = found(case_of(tmp_path, HUNGER, PARTY))["pooled"]
    assert (pooled.answer, pooled.exact, *days(pooled)) == ("by_this_day", True, "2014-03-02", "2014-04-01")
    assert pooled.share_by_day.row(-1) == (date(2014, 4, 1), 1.0)


def test_perhaps_is_said_where_some_placings_do_and_some_do_not(tmp_path):
    late = "2013,,school,hunger,y,,,,,"  # in January 2013 it is worth 2 by March 2014, in December 13
    pooled = found(case_of(tmp_path, "2014-03-01,,housing,home_conditions,x,,,,,", late))["pooled"]
    assert (pooled.answer, *days(pooled)) == ("perhaps", "2014-03-02", None)
    assert pooled.nine_in_ten is None


def test_never_is_said_where_none_does_whatever_the_undated_concerns_were(tmp_path):
    pooled = found(case_of(tmp_path, HUNGER, "undated,,school,sexual_abuse_indicator,y,,,,,"))["pooled"]
    assert pooled.answer == "cannot_be_said"
    pooled = found(
        case_of(tmp_path, HUNGER, "undated,,school,hunger,y,,,,,", "undated,,court,conviction,z,,,,,")
    )["pooled"]
    assert (pooled.answer, pooled.n_undated, pooled.n_concerns) == ("never", 1, 2)


def test_it_cannot_be_said_where_only_undated_concerns_could_cross_the_line(tmp_path):
    reached = found(
        case_of(tmp_path, HUNGER, "undated,,police,supervision,y,,,,,", "undated,,refuge,hunger,z,,,,,")
    )
    assert (reached["pooled"].answer, reached["pooled"].n_undated) == ("cannot_be_said", 2)
    assert reached["school"].answer == reached["refuge"].answer == "never"
    assert list(reached)[-1] == TOLD_ALL


def test_what_services_were_told_is_a_band_where_nobody_says(tmp_path):
    dated = ("2014-03-01,,school,hunger,x,,,,,yes", "2014-03-10,,police,supervision,y,,,,,{}")
    for told, as_told, if_all in (
        ("", "never", "2014-03-11"),
        ("yes", "by_this_day", None),
        ("no", "never", None),
    ):
        reached = found(case_of(tmp_path, dated[0], dated[1].format(told)))
        assert reached["childrens_services"].answer == as_told
        assert (days(reached[TOLD_ALL])[0] if TOLD_ALL in reached else None) == if_all


def test_one_occasion_falls_on_one_day(tmp_path):
    rows = ("2014,,school,risky_adult,x,{0},,,,", "2014,,police,supervision,y,{0},,,,")
    apart, together = (
        found(case_of(tmp_path, *(r.format(o) for r in rows)))["pooled"] for o in ("", "party")
    )
    assert (apart.answer, together.answer) == ("perhaps", "by_this_day")
    assert days(together) == ("2014-01-02", "2015-01-01")


def test_a_stated_order_narrows_the_days_and_keeps_apart(tmp_path):
    rows = ("2014-03,,police,risky_adult,x,party,,,,", "2014-03,,school,supervision,y,,{},,,")
    for after, earliest in (("", "2014-03-02"), ("3 days after party", "2014-03-05")):
        assert days(found(case_of(tmp_path, *(r.format(after) for r in rows)))["pooled"])[0] == earliest


def test_what_went_on_was_written_down_once_at_the_least_and_daily_at_the_most(tmp_path):
    rows = ("2013-01-01,2014-03-31,school,hunger,x,,,{},,", "2014-03-01,,police,risky_adult,y,,,,,")
    often = {"yes": ("2014-03-02", None), "weekly": ("2014-03-02", "2014-03-02")}
    for rhythm, expected in often.items():
        assert days(found(case_of(tmp_path, *(r.format(rhythm) for r in rows)))["pooled"]) == expected


def test_a_window_is_not_what_went_on(tmp_path):
    window = (
        "2013-01-01,2013-06-30,school,hunger,x,,,,,",
        "2014-03-01,,police,parental_substance_misuse,y,,,,,",
    )
    assert days(found(case_of(tmp_path, *window))["pooled"]) == (None, None)
    span = (window[0].replace("x,,,,,", "x,,,yes,,").replace("2013-06-30", "2014-03-31"), window[1])
    assert days(found(case_of(tmp_path, *span))["pooled"]) == ("2014-03-02", None)


@pytest.mark.parametrize("more", [",,refuge,hunger,z,,,,,", "2013-06,,gp,school_absence,z,,,,,"])
def test_what_a_record_is_drawn_by_is_what_it_says_and_not_its_row(tmp_path, more):
    rows = [PARTY, "2014-03,,school,hunger,x,,,,,", "2014-04,,gp,hunger,w,,,,,"]
    placings = []
    for ordered in (rows, [more, *reversed(rows)]):
        case = case_of(tmp_path, *ordered)
        of = placed(trajectory(CARD, case.record, case.child_id, texts=case.texts), case.stated)
        setting = question(of)
        drawn = drawn_placings(setting, 50)
        of_kind = {row["what"]: i for i, row in enumerate(of.rows)}
        placings.append([drawn[:, of_kind[what]].tolist() for what in ("x", "y", "w")])
    assert placings[0] == placings[1]


def test_the_review_is_reached_at_least_five_months_before_the_children_were_removed():
    """The rule, not the days of this card: all placings before June 2014, exact; the what-if sooner; told a band."""
    case = read_case("norfolk_review")
    plain = found(case)
    pooled, services = plain["pooled"], plain["childrens_services"]
    assert (pooled.answer, pooled.exact) == ("by_this_day", True)
    assert pooled.earliest <= pooled.median <= pooled.nine_in_ten <= pooled.latest
    assert pooled.latest + timedelta(days=150) <= date(2014, 6, 1)
    assert services.answer == "perhaps"
    assert plain[TOLD_ALL].latest == pooled.latest
    assert plain["school"].answer == "cannot_be_said"
    assert found(case.supposed)["pooled"].latest < pooled.latest


def test_each_stop_scores_the_records_on_the_table():
    case = read_case("norfolk_review")
    stops = (date(2010, 1, 1), date(2011, 1, 1), date(2012, 10, 1), date(2014, 6, 1))
    assert [found(case, until=day)["pooled"].answer for day in stops] == ["never"] * 2 + ["by_this_day"] * 2


@pytest.mark.parametrize(
    "later",
    [
        "2014-05,,gp,hunger,z,,,,,",
        "2014,,gp,home_conditions,z,,,,,",  # may be sooner or later than the line
        "2014-05,,gp,home_conditions,z,b,2 weeks after a,,,",  # a tie moves what came before
        "2014-06,2014-09-01,gp,supervision,z,,,weekly,,",
    ],
)
def test_what_cannot_count_before_every_placing_has_reached_the_line_changes_no_answer(
    tmp_path, monkeypatch, later
):
    tied = "2014-03-01,2014-04-30,school,hunger,x,a,,,,"
    case = case_of(tmp_path, tied, PARTY, later)
    short = found(case)
    monkeypatch.setattr(module, "up_to", lambda setting, _: setting)
    whole = found(case)
    assert list(short) == list(whole)
    for viewer, reached in whole.items():
        assert short[viewer].share_by_day.equals(reached.share_by_day)
        assert (
            replace(short[viewer], share_by_day=None).__dict__ == replace(reached, share_by_day=None).__dict__
        )
