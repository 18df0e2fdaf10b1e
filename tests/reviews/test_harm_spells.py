"""Spells of harm: several of one child, worked out in the head, and the gaps between them."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from by_hand import CHILD, on, record, truth
from risk.model.card import Card
from risk.reviews.caseload import review_child, review_cohort
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import review
from risk.reviews.document import as_document
from risk.reviews.harm_spells import days_in_harm, in_harm, spell_of
from risk.reviews.report import sentences
from risk.reviews.tables import dated_table

CARD = Card.shipped()
# The line is reached on 6 March 2023.
TWO = ("16 home_conditions school 2023-03-01", "16 supervision police 2023-03-05")
SEEN = "- assessment_completed childrens_services 2023-06-04"


def hindsight(*spells: str, lines=TWO):
    return review(
        trajectory(CARD, record(*lines), CHILD),
        truth(*(f"16 {s}" for s in spells), "17 2022-01-03 2024-01-01"),
    )


def spells(*pairs: str):
    return tuple((on(p.split()[0]), on(p.split()[1])) for p in pairs)


TWICE = ("2022-02-01 2022-03-01", "2023-05-01 2023-05-11")


def test_all_spells_of_the_child_are_told_and_none_of_its_sibling():
    document = as_document(hindsight(*TWICE))
    assert document["harm_spells"] == [{"from": a, "to": b} for a, b in spells(*TWICE)]
    assert as_document(review(trajectory(CARD, record(*TWO), CHILD)))["harm_spells"] is None


def test_a_line_reached_in_a_gap_is_not_so_many_days_after_harm_began():
    its = hindsight(*TWICE)
    assert (its.harm_began, its.days_from_harm) == (date(2022, 2, 1), None)
    assert sentences(its)[-1] == (
        "In hindsight, from the hidden truth: harm was there from 1 February 2022 to 28 February 2022 and from "
        "1 May 2023 to 10 May 2023. The line was reached after the first of them had ended, 370 days later."
    )


@pytest.mark.parametrize(
    ("of", "began", "days", "words"),
    [
        (
            ("2022-01-03 2022-06-01", "2023-02-01 2023-04-01"),
            "2023-02-01",
            (33, 33),
            "in the second of them, 33",
        ),
        (("2023-03-10 2023-04-01",), "2023-03-10", (-4, -4), "4 days before it began"),
        (("2023-03-06 2024-01-01",), "2023-03-06", (0, 0), "in it, 0 days after it began"),
        (("2023-03-05 2023-03-06",), "2023-03-05", None, "after it had ended, 0 days later"),
    ],
)
def test_harm_began_with_the_spell_that_the_line_falls_in_or_next_follows(of, began, days, words):
    its = hindsight(*of)
    assert (its.harm_began, its.days_from_harm) == (on(began), days)
    assert words in sentences(its)[-1]


def test_of_the_days_of_a_wait_only_those_in_harm_count_as_such():
    """From 6 March to 4 June are 90 days; the second spell has ten of them."""
    its = hindsight(*TWICE, lines=(*TWO, SEEN))
    assert (its.days_between, its.days_in_harm_before_assessment) == ((90, 90), (10, 10))
    assert sentences(its)[-1] == "Of the 90 days from the line to the assessment, 10 days were in harm."
    assert hindsight(*TWICE).days_in_harm_before_assessment is None


def test_a_spell_has_its_first_day_and_not_the_day_on_which_it_ended():
    one = spells("2023-03-01 2023-03-04")
    assert [in_harm(one, on(f"2023-03-0{day}")) for day in (1, 3, 4)] == [True, True, False]
    assert in_harm(one, on("2023-03-03"), on("2023-03-04")) is None


def test_each_dated_line_says_whether_harm_was_there_that_day():
    its = hindsight("2023-03-06 2023-06-04", lines=(*TWO, SEEN))
    there = {"knowable_on": None, "triggered_on": True, "assessed_on": False, "left_home_on": None}
    assert as_document(its)["in_harm"] == there
    means = dict(dated_table(its).select("line", "what it means").iter_rows())
    assert means["Triggered"].endswith(" In harm that day.")
    assert means["Assessed"].endswith(" Not in harm that day.")


DAYS = st.integers(0, 60)


@given(st.lists(st.tuples(DAYS, st.integers(1, 9)), max_size=4), DAYS, DAYS)
def test_days_in_harm_are_the_days_of_which_one_can_say_that_they_are(pairs, first, length):
    start, of, free = date(2023, 1, 1), [], 0
    for gap, long in pairs:
        of.append((start + timedelta(free + gap), start + timedelta(free + gap + long)))
        free += gap + long
    days = [start + timedelta(first + n) for n in range(length)]
    counted = days_in_harm(tuple(of), start + timedelta(first), start + timedelta(first + length))
    assert counted == sum(in_harm(tuple(of), d) for d in days)
    for day in days:
        n = spell_of(tuple(of), day)
        seen = spell_of(tuple(s for s in of if s[0] <= day), day)
        assert n == (seen if seen is not None or not of else 0)  # what comes later does not decide


def test_a_cohorts_rows_say_of_harm_what_each_childs_review_says(england):
    rows = review_cohort(CARD, england)
    several = rows.filter(pl.col("harm_spells").list.len() > 1)
    assert several.height > 5
    for row in pl.concat([several.head(4), rows.drop_nulls("days_between").head(4)]).to_dicts():
        its = review_child(CARD, england, row["child_id"], ceiling=False)
        document = as_document(its)
        assert row["harm_spells"] == document["harm_spells"]
        assert row["harm_began_on"] == its.harm_began
        for line in ("triggered", "assessed"):
            assert row[f"in_harm_when_{line}"] == document["in_harm"][f"{line}_on"]
        for days in ("days_from_harm", "days_in_harm_before_assessment"):
            assert row[days] == (None if document[days] is None else document[days]["least"])
