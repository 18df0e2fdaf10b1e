"""Packs: what a class may see before the answer, and that any text at all shows as text."""

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace

import polars as pl
import pytest

from risk.core.errors import InputError
from risk.reviews.act import Acted
from risk.show.packs.acted import acted_for_a_class
from risk.show.packs.lesson import of_chronology, read_lesson, told
from risk.show.packs.one_page import pack
from risk.show.packs.votes import verdict, warranted

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\u202eright to left\u202c",
    "=cmd|' /C calc'!A0",
    "\"quoted\" 'twice' & <b>",
    "x" * 10_000,
    "{{ 7 * 7 }}{% raise %}{# gone #}",
]


@pytest.fixture(scope="module")
def review(card):
    return pack(told(read_lesson("norfolk_review"), card))


@pytest.fixture(scope="module")
def hostile(card, tmp_path_factory):
    """A chronology in which every free text is hostile, and so is the child's name."""
    file = tmp_path_factory.mktemp("own") / "own.csv"
    rows = ["date,agency,kind,what,source,child"]
    for day, text in enumerate(HOSTILE, start=1):
        quoted = '"' + text.replace('"', '""') + '"'
        rows.append(f"2014-06-0{day},school,hunger,{quoted},{quoted},<i>Sam</i>")
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return pack(of_chronology(str(file), card))


def test_a_pack_is_under_two_megabytes(review, hostile):
    assert len(review.encode()) < 2_000_000
    assert len(hostile.encode()) < 2_000_000


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]


def test_no_text_of_a_chronology_becomes_a_tag(hostile):
    tags = Tags(hostile).seen
    assert not {"img", "i"} & set(tags)
    assert (
        tags.count("script") == hostile.count("</script>") == tags.count("figure") + 4
    )  # Vega and three of ours
    assert hostile.count("&lt;img src=x onerror=alert(1)&gt;") >= 2
    assert hostile.count("{{ 7 * 7 }}{% raise %}{# gone #}") >= 2


def without_papers(page: str) -> str:
    """A page without its papers, which lie in templates: no browser shows them or reads them aloud."""
    return re.sub(r"<template>.*?</template>", "", page, flags=re.DOTALL)


def test_headings_come_in_order(review):
    levels = [int(level) for level in re.findall(r"<h([1-6])", without_papers(review))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_of_the_answer_has_its_numbers_beside_it(review):
    answer = review[review.index('class="view panel hindsight"') : review.index('id="notes"')]
    assert answer.count("<figure") == answer.count("The numbers of this chart</summary>") > 0


def test_the_notes_say_how_long_what_to_ask_and_where_to_get_help(review):
    notes = review[review.index('id="notes"') :]
    for wanted in (
        "minutes",
        "Questions for the discussion",
        "Childline 0800 1111",
        "The stops",
    ):
        assert wanted in notes


def test_every_record_and_every_stop_waits_for_its_day(review):
    listed = re.search(r'<ol class="reader".*?</ol>', review, re.DOTALL).group()
    assert len(re.findall(r'<li data-step="\d+" data-when="later"', listed)) == listed.count("<li") == 17
    waiting = re.findall(r'<fieldset class="stop" data-step="\d+" data-stop="\d" data-when="later">', review)
    assert len(waiting) == review.count("<fieldset") == 4
    assert len(re.findall(r'<tr data-step="\d+" data-when="later">', review)) == 17


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("", ""),
        ("Child,Sam,Born,2009-05-01\n", "The child is Sam, born in May 2009."),
    ],
)
def test_a_class_is_told_whom_it_is_about_as_far_as_anybody_wrote_it_down(card, tmp_path, above, said):
    file = tmp_path / "own.csv"
    file.write_text(f"{above}date,agency,kind,what\n2014-06-01,school,hunger,x\n", encoding="utf-8")
    page = pack(of_chronology(str(file), card))
    assert re.search(r'<p class="whom">(.*?)</p>', page)[1] == said


class Gated(HTMLParser):
    """The text of a page that is not behind the gate: `hindsight`, `for-facilitator`, and records to come."""

    VOID = ("meta", "input", "br", "link")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        of = {name: value or "" for name, value in attrs}
        gated = {"hindsight", "for-facilitator"} & set(of.get("class", "").split())
        shut = bool(gated) or of.get("data-when") == "later" or tag in ("script", "style", "noscript")
        if tag not in self.VOID:
            self.open.append(shut or any(self.open[-1:]))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            self.open.pop()

    def handle_data(self, data):
        if not any(self.open[-1:]):
            self.text += data


def test_all_that_only_the_answer_may_say_stands_behind_the_gate(review):
    ungated = " ".join(Gated(without_papers(review)).text.split())
    assert "Whose record" in ungated
    for word in ("supported", "conviction", "cowering", "in harm", "false alarm", "The line", "2014 to"):
        assert word not in ungated


def test_the_gate_hangs_on_one_attribute_of_the_root(review):
    style = re.search(r"<style>(.*?)</style>", review, re.DOTALL)[1]
    assert '<html lang="en-GB" data-shows="table"' in review
    assert ':root[data-shows="table"] .hindsight' in style
    assert ':root:not([data-shows="notes"]) .for-facilitator' in style


@pytest.mark.parametrize(
    ("assesses", "warranted", "verdict_of"),
    [
        (True, True, "right"),
        (False, False, "right"),
        (True, False, "false alarm"),
        (False, True, "missed"),
        (True, None, None),
    ],
)
def test_a_choice_is_right_a_false_alarm_or_missed(assesses, warranted, verdict_of):
    assert verdict(assesses, warranted) == verdict_of


@pytest.mark.parametrize(
    ("on", "warranted_then"),
    [
        ("2022-10-01", False),
        ("2022-11-10", True),  # twelve weeks later harm has begun
        ("2022-11-09", False),
        ("2023-05-31", True),
        ("2023-06-01", False),
        ("2023-10-15", None),  # the truth ends within twelve weeks
    ],
)
def test_an_assessment_is_warranted_in_harm_and_twelve_weeks_before_it(on, warranted_then):
    spell = (date(2023, 2, 1), date(2023, 6, 1))
    record = SimpleNamespace(record=SimpleNamespace(to_on=date(2024, 1, 1)))
    known = SimpleNamespace(hindsight=True, harm_spells=(spell,), path=record)
    assert warranted(known, date.fromisoformat(on)) is warranted_then
    assert warranted(SimpleNamespace(hindsight=False), date.fromisoformat(on)) is None


def acted(**of):
    row = {"within_weeks": 52, "harm_days_before": 140, "harm_days_after": 70, "days_avoided": 70}
    row |= {"assessments_added": 1, "removals_added": 0} | of.pop("row", {})
    known = {"child_id": 1, "on": date(2010, 5, 3), "began": True, "why_not": None, "in_harm": True}
    return Acted(**(known | {"needless": False, "rows": pl.DataFrame([row])} | of))


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (
            {},
            "An assessment begun on 3 May 2010 would have spared the child about 10 weeks of about 20 weeks "
            "in harm in the year after. It would have cost one assessment more.",
        ),
        (
            {"row": {"days_avoided": 0, "assessments_added": 2, "removals_added": 1}},
            "An assessment begun on 3 May 2010 would have changed nothing of about 20 weeks in which the "
            "child was in harm in the year after. It would have cost 2 assessments more, and one removal of a "
            "child more.",
        ),
        (
            {"row": {"days_avoided": -14, "within_weeks": 26, "assessments_added": 0}},
            "An assessment begun on 3 May 2010 would have left the child in harm for about 2 weeks more in the "
            "26 weeks after. It would have cost no assessment more.",
        ),
        (
            {"began": False, "why_not": "its home's case was open"},
            "An assessment on 3 May 2010 would have changed nothing: its home's case was open.",
        ),
        ({"on": None}, "The record never reached the line, so that there was no day to act on."),
    ],
)
def test_what_acting_on_the_day_avoids_and_costs_is_said_in_a_sentence(of, said):
    assert acted_for_a_class(acted(**of))[0] == said


def test_there_are_four_choices_or_two(card):
    lesson = told(read_lesson("norfolk_review"), card)
    assert pack(lesson).count('data-assesses="') == 16
    assert pack(lesson, votes="two").count('data-assesses="') == 8
    with pytest.raises(InputError, match=r"unknown votes 'three'.*four, two"):
        pack(lesson, votes="three")


def test_a_telling_that_is_still_to_come_is_not_told(card, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(
        "date,agency,kind,what,told_on\n2010-03-05,school,hunger,No breakfast,2014-02-01\n"
        "2010-03-06,school,hunger,No lunch,2010-03-06\n",
        encoding="utf-8",
    )
    page = pack(of_chronology(str(file), card))
    assert page.count("Children's services told: ") == 1


def test_the_same_lesson_is_the_same_page(card, review):
    assert pack(told(read_lesson("norfolk_review"), card)) == review
