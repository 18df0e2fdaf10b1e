"""Lessons: five shipped ones that show what they say, and any other case as one."""

import re
from datetime import timedelta
from hashlib import sha256

import polars as pl
import pytest
from markupsafe import escape

import risk
from risk.chronologies.proposals import proposals
from risk.core.errors import InputError
from risk.core.kinds import AGENCIES, label
from risk.show.packs.lesson import lesson_names, of_child, of_chronology, read_lesson, told
from risk.show.packs.one_page import pack
from risk.show.packs.stops import stops
from risk.show.papers.written import written
from risk.world.replaying import home_again, of_one_home
from risk.world.simulate.weeks import made


@pytest.fixture(scope="module")
def lessons(card):
    return {name: told(read_lesson(name), card) for name in lesson_names()}


def test_there_are_five_and_the_reviews_own_case_comes_first():
    assert lesson_names() == ["norfolk_review", "harbour", "mill_lane", "orchard", "willow"]


def test_an_unknown_lesson_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"wilow.*willow"):
        read_lesson("wilow")


def test_each_shows_what_its_facilitator_is_told(lessons):
    missed = {name: set(lesson.review.missed["finding"]) for name, lesson in lessons.items()}
    assert "silo_gap" in missed["willow"]
    assert lessons["willow"].review.triggered is not None
    assert lessons["willow"].review.assessed is None
    assert (lessons["harbour"].review.missed["finding"] == "disclosure_unanswered").sum() == 3
    assert not lessons["harbour"].review.path.events["believed"].drop_nulls().all()
    assert lessons["harbour"].review.assessed is None
    assert "step_down_above_line" in missed["mill_lane"]
    assert lessons["mill_lane"].review.assessed is not None


def test_for_one_of_them_no_assessment_was_warranted_and_none_supported(lessons):
    found = lessons["orchard"].review
    assert found.hindsight
    assert found.harm_began is None
    assert found.triggered is None
    assert found.knowable is None
    needless = lessons["orchard"].replayed.filter(pl.col("measure") == "needless_assessments")
    assert needless.select("before", "after").row(0) == (0, 4)  # sharing has a price, and the class sees it


def test_the_line_errs_both_ways_over_the_set(lessons):
    soon = timedelta(weeks=12)
    false_alarms, misses = set(), set()
    for name in ("harbour", "mill_lane", "orchard", "willow"):
        reviewed = lessons[name].review
        for on, points in reviewed.path.of("pooled").select("on", "points_most").iter_rows():
            above = points >= reviewed.path.line
            warranted = any(start < on + soon and on < end for start, end in reviewed.harm_spells)
            if above and not warranted:
                false_alarms.add(name)
            if not above and any(start <= on < end for start, end in reviewed.harm_spells):
                misses.add(name)
    assert {"harbour", "mill_lane", "willow"} <= false_alarms
    assert {"harbour", "willow"} <= misses
    assert "orchard" not in false_alarms | misses


def test_every_stop_of_a_shipped_lesson_has_an_answer(lessons):
    for lesson in lessons.values():
        assert all(stop.answer for stop in lesson.lesson.stops), lesson.lesson.name


def test_every_stop_of_a_shipped_lesson_is_a_day_on_which_something_was_recorded(lessons):
    for name, lesson in lessons.items():
        days = set(lesson.review.path.events["recorded_on"])
        assert {stop.on for stop in lesson.lesson.stops} <= days, name


SIBLINGS = ("brother", "sister", "sibling", "children")


def test_a_question_names_only_what_a_record_on_the_table_says(lessons):
    for name, lesson in lessons.items():
        entries, kinds = written(lesson), lesson.review.path.events["kind"].to_list()
        for stop in stops(lesson):
            table = [(e, kind) for e, kind in zip(entries, kinds, strict=True) if e.step <= stop.step]
            texts = " ".join(f"{e.words} {e.held_by}" for e, _ in table).lower()
            there = {kind for _, kind in table} | {
                p.word for e, _ in table for p in proposals("kind", e.words)
            }
            asked = {p.word: p.led_by for p in proposals("kind", stop.ask)}
            assert not {k: w for k, w in asked.items() if k not in there}, (name, stop.number)
            agencies = [label(a).lower() for a in AGENCIES if a != "unspecified"]
            named = [a for a in agencies if re.search(rf"\b{a}\b", stop.ask.lower())]
            assert [a for a in named if a not in texts] == [], (name, stop.number)


READ_OVER = {
    "norfolk_review": "dcb4a5be4aa7",
    "harbour": "816cb0988267",
    "mill_lane": "fd3d8b11dee8",
    "orchard": "07dea8be8b47",
    "willow": "7bdd78b311b4",
}
"""By lesson, the digest of its records' texts for which its questions and answers were written: where one has
changed, read them again beside the new texts (`risk pack NAME`), and put the new digest here."""


@pytest.mark.parametrize("name", lesson_names())
def test_questions_and_answers_were_read_over_beside_the_texts_that_stand_there_now(lessons, name):
    texts = lessons[name].review.path.events.sort("recorded_on", "event_id")["what"]
    assert sha256("\n".join(texts.fill_null("")).encode()).hexdigest()[:12] == READ_OVER[name]


def test_a_question_about_a_sibling_says_so(lessons):
    for name, lesson in lessons.items():
        entries, kinds = written(lesson), lesson.review.path.events["kind"].to_list()
        for stop in stops(lesson):
            asked = {p.word for p in proposals("kind", stop.ask)}
            of_whom = [
                e.relation for e, k in zip(entries, kinds, strict=True) if e.step <= stop.step and k in asked
            ]
            if of_whom and set(of_whom) == {"sibling"}:
                assert any(word in stop.ask for word in SIBLINGS), (name, stop.number)


def test_a_title_gives_nothing_away(lessons):
    assert [lessons[n].lesson.title.split()[:2] for n in ("willow", "orchard")] == [
        ["The", "Willow"],
        ["The", "Orchard"],
    ]


def test_a_home_made_again_alone_is_the_home_of_its_cohort(norfolk):
    child = norfolk.record.children["child_id"][40]
    alone = home_again(norfolk.made, child)
    home = norfolk.record.homes_of(pl.Series([child]))
    assert alone.record.events.sort("event_id").equals(home.events.sort("event_id"))


def test_what_good_practice_changes_is_counted_for_the_childs_own_home():
    changed = of_one_home(made(risk.Scenario.named("good_practice"), 1, 1), 224)
    assert changed["before"].to_list() == changed["after"].to_list()
    usual = of_one_home(made(risk.Scenario.named("norfolk_review"), 1, 1), 224)
    assert usual["before"].to_list() != usual["after"].to_list()
    assert usual["after"].to_list() == changed["after"].to_list()  # it is what makes good practice good


def test_stops_come_in_order_and_one_is_where_the_line_is_reached(card, norfolk):
    lesson = of_child(norfolk, 224, card)
    at = stops(lesson)
    assert [s.number for s in at] == list(range(1, at[0].of + 1))
    assert [s.step for s in at] == sorted({s.step for s in at})
    reached = [s.against() == "reached" for s in at]
    assert any(reached)
    # The first stop at which it is reached is the very day that carried it there.
    assert at[reached.index(True)].when == "24 Jan 2012"


def test_a_stop_with_imprecise_dates_says_the_window_and_both_scores(lessons):
    first, second, third, last = stops(lessons["norfolk_review"])
    assert third.when == "Oct 2012 to Dec 2013"
    # One in ten of the ways in which the four concerns can fall leaves the score below the line, at 19 at the least.
    assert (third.least, third.most) == (19, 52)
    assert third.against() == "possibly reached: in nine in ten of the ways in which the dates can fall"
    assert [s.against() for s in (first, second)] == ["not reached", "not reached"]
    assert first.most == 11  # one concern, of which no record on the table is newer
    assert last.share == 1


def test_each_stop_of_the_reviews_case_has_an_answer_that_only_comes_afterwards(lessons, card):
    at_stops = stops(lessons["norfolk_review"])
    assert all(s.answer for s in at_stops)
    page = pack(lessons["norfolk_review"])
    before = page[: page.index('class="view panel hindsight"')]
    before = re.sub(r"<template>.*?</template>", "", before, flags=re.S)  # papers, which nobody sees there
    assert not any(str(escape(s.answer)) in before for s in at_stops)
    assert all(str(escape(s.answer)) in page for s in at_stops)


def test_neither_the_number_of_stops_nor_their_place_gives_the_line_away(card, norfolk):
    line_at = stops(of_child(norfolk, 224, card))
    assert len(line_at) == 4  # as many as for a child whose record never reaches it


def test_a_child_who_is_born_into_the_chronology_has_no_score_before(card, tmp_path):
    file = tmp_path / "unborn.csv"
    head = "Child,Sam,Born,2012-06-01\ndate,agency,kind,what\n"
    file.write_text(
        head + "2012-01-09,police,domestic_abuse,x\n2012-02-06,police,domestic_abuse,x\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="was born on 1 June 2012, after every event"):
        of_chronology(str(file), card)
    file.write_text(file.read_text() + "2012-08-01,school,hunger,x\n", encoding="utf-8")
    assert stops(of_chronology(str(file), card))[0].score() == "0"


def test_a_chronology_of_ones_own_is_a_lesson_with_nothing_from_the_truth(card, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("date,agency,kind,what\n2014-06-01,school,hunger,No breakfast\n", encoding="utf-8")
    own = of_chronology(str(file), card)
    assert (own.lesson.name, own.lesson.account, own.replayed) == ("own", "own", None)
    assert not own.review.hindsight
    assert len(stops(own)) == 1
