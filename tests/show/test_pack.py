"""Packs: what a class may see before the answer, and that any text at all shows as text."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from risk.show.packs.lesson import of_chronology, read_lesson, told
from risk.show.packs.one_page import pack

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
        tags.count("script") == hostile.count("</script>") == tags.count("figure") + 3
    )  # Vega and two of ours
    assert hostile.count("&lt;img src=x onerror=alert(1)&gt;") >= 2
    assert hostile.count("{{ 7 * 7 }}{% raise %}{# gone #}") >= 2


def test_headings_come_in_order(review):
    levels = [int(level) for level in re.findall(r"<h([1-6])", review)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_of_the_answer_has_its_numbers_beside_it(review):
    answer = review[review.index('id="answer"') : review.index('id="notes"')]
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
    assert len(re.findall(r'<li data-step="\d+">', listed)) == listed.count("<li") == 17
    assert (
        len(re.findall(r'<fieldset class="stop" data-step="\d+"', review)) == review.count("<fieldset") == 4
    )
    assert len(re.findall(r'<tr data-step="\d+">', review)) == 17


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("", ""),
        ("Child,Sam,Born,2009-05-01\n", "<p>The child is Sam, born in May 2009.</p>"),
    ],
)
def test_a_class_is_told_whom_it_is_about_as_far_as_anybody_wrote_it_down(card, tmp_path, above, said):
    file = tmp_path / "own.csv"
    file.write_text(f"{above}date,agency,kind,what\n2014-06-01,school,hunger,x\n", encoding="utf-8")
    page = pack(of_chronology(str(file), card))
    between = page[page.index("day by day</h2>") : page.index('<p class="on-screen">')]
    assert between.removeprefix("day by day</h2>").strip() == said


def test_nothing_of_the_answer_is_in_the_class_s_part(review):
    before = review[: review.index('id="after"')]
    assert "supported" not in before
    assert "conviction" not in before.lower()


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
