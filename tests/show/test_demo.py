"""The demo page: it says who it is for, opens on the case, and tells the day as the project does."""

import re
from html import unescape

import polars as pl
import pytest

import risk
from risk.reviews.report import headline
from risk.show.demo import demo_page

MEASURES = pl.DataFrame(
    [
        ("card", "Card", None, "positive_predictive_value", 0.5),
        ("card", "Card", None, "detection", 0.3),
        ("card", "Card", 0.2, "positive_predictive_value", 0.4),
        ("card", "Card", 0.2, "detection", 0.2),
    ],
    schema={
        "judge": pl.String,
        "label": pl.String,
        "at": pl.Float64,
        "measure": pl.String,
        "value": pl.Float64,
    },
    orient="row",
)


@pytest.fixture(scope="module")
def shown(card):
    """The case's review, and the words of its page without scripts and styles."""
    case = risk.read_case("norfolk_review")
    review = risk.review(risk.trajectory(card, case.record, case.child_id, texts=case.texts), case=case)
    page = demo_page(review, case, MEASURES, 10)
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.S))
    return review, " ".join(unescape(words).split())


def test_it_says_who_it_is_for_before_anything_else_and_then_tells_the_day(shown):
    review, words = shown
    places = [
        words.index(text)
        for text in (
            "When should it have triggered?",
            "For everybody who works with children, and for whoever trains them",
            "This page describes neglect and abuse of children.",
            headline(review),
            "What was written down, and what did it add up to?",
            "The card Points for each event",
        )
    ]
    assert places == sorted(places)


def test_how_good_the_card_is_stands_in_frequencies(shown):
    _, words = shown
    assert "Of ten alarms at the line about five came while an assessment was needed" in words
    assert "of ten times that harm began about three brought an alarm within 12 weeks" in words
