"""Sharing: what each agency's concerns came to, a line an event."""

from dataclasses import replace

import polars as pl
import pytest

from by_hand import history, truth
from conftest import simulated
from risk import Cohort
from risk.core.kinds import CONCERNS
from risk.records.partitions import homes_where
from risk.world import shared_concerns, shared_in_words
from risk.world.sharing import COUNTS


def came_to(*lines: str, **of) -> dict[str, tuple[int, ...]]:
    """By agency: concerns, shared, screened out, referred, assessed; of households as in `history`."""
    rows = shared_concerns(Cohort(history(*lines, **of), truth(), {}))
    return {agency: tuple(counts) for agency, *counts in rows.iter_rows()}


HUNGER = "1 hunger school 2023-03-01 2023-03-01 2023-03-02"
REFERRED = (HUNGER, "1 referral school 2023-03-02 answers=0")
ASSESSING = (*REFERRED, "1 assessment_started childrens_services 2023-03-03 answers=1")
COMPLETED = "1 assessment_completed childrens_services 2023-04-03 closes=2 unsubstantiated"


def test_what_was_never_shared_came_to_nothing():
    assert came_to("1 hunger school 2023-03-01") == {"school": (1, 0, 0, 0, 0)}


def test_what_was_shared_with_no_case_open_and_led_to_no_referral_was_screened_out():
    assert came_to(HUNGER) == {"school": (1, 1, 1, 0, 0)}
    told = (HUNGER, "1 contact school 2023-03-02 answers=0")
    assert came_to(*told) == {"school": (1, 1, 1, 0, 0)}
    for kind in ("no_further_action", "early_help"):
        assert came_to(*told, f"1 {kind} childrens_services 2023-03-03 answers=1") == {
            "school": (1, 1, 1, 0, 0)
        }


def test_a_referral_answers_a_concern_directly_or_by_way_of_a_contact():
    assert came_to(*REFERRED) == {"school": (1, 1, 0, 1, 0)}
    by_contact = ("1 contact school 2023-03-02 answers=0", "1 referral school 2023-03-03 answers=1")
    assert came_to(HUNGER, *by_contact) == {"school": (1, 1, 0, 1, 0)}


def test_a_referral_that_was_closed_at_once_was_referred_and_not_assessed():
    closed = "1 no_further_action childrens_services 2023-03-03 answers=1"
    assert came_to(*REFERRED, closed) == {"school": (1, 1, 0, 1, 0)}


def test_an_assessment_counts_once_it_is_completed():
    assert came_to(*ASSESSING) == {"school": (1, 1, 0, 1, 0)}
    assert came_to(*ASSESSING, COMPLETED) == {"school": (1, 1, 0, 1, 1)}


def test_an_enquiry_counts_as_an_assessment_by_the_longest_way_to_one():
    removed = (
        "1 police_protection police 2023-03-02 answers=1",
        "1 strategy_discussion childrens_services 2023-03-02 answers=2",
    )
    assert came_to(*REFERRED, *removed) == {"school": (1, 1, 0, 1, 0)}
    enquired = "1 section_47_enquiry childrens_services 2023-03-03 answers=3"
    assert came_to(*REFERRED, *removed, enquired) == {"school": (1, 1, 0, 1, 1)}


LATER = "1 hunger gp 2023-03-20 2023-03-20 2023-03-21", "1 contact gp 2023-03-21 answers=4"
CLOSED = "1 case_closed childrens_services {} assessed_no_further_action"


def test_what_came_to_an_open_case_was_neither_screened_out_nor_referred():
    assert came_to(*ASSESSING, COMPLETED, *LATER)["gp"] == (1, 1, 0, 0, 0)
    # On the day of the closing it came to a case still; the day after, it did not.
    assert came_to(*ASSESSING, COMPLETED, *LATER, CLOSED.format("2023-03-21"))["gp"] == (1, 1, 0, 0, 0)
    assert came_to(*ASSESSING, COMPLETED, *LATER, CLOSED.format("2023-03-20"))["gp"] == (1, 1, 1, 0, 0)
    # With the referral of another, on one day.
    together = "1 supervision police 2023-03-02 2023-03-02 2023-03-02"
    assert came_to(*REFERRED, together)["police"] == (1, 1, 0, 0, 0)


def test_another_household_s_case_is_not_this_one_s():
    other = "2 hunger gp 2023-03-20 2023-03-20 2023-03-21"
    born = {16: "2015-06-01", 32: "2015-06-01"}
    assert came_to(*ASSESSING, other, born=born)["gp"] == (1, 1, 1, 0, 0)


def test_responses_and_what_childrens_services_write_themselves_are_no_agency_s_concerns():
    own = "1 home_conditions childrens_services 2023-03-05 2023-03-05 2023-03-05"
    assert came_to(*ASSESSING, own) == {"school": (1, 1, 0, 1, 0)}


def test_the_three_failures_are_told_apart_in_words():
    rows = pl.DataFrame([("school", 9, 6, 2, 3, 1)], schema=["agency", *COUNTS], orient="row")
    assert shared_in_words(rows) == (
        "Of 9 concerns, 3 were never shared with children's services; 2 were shared and screened out; "
        "3 became a referral, 2 of them not assessed; 1 came to a case that was open."
    )


@pytest.fixture(scope="module")
def dense() -> Cohort:
    return simulated("norfolk_review", 150, seed=3, years=2)


def test_no_column_holds_more_than_the_one_it_is_of(dense):
    rows = shared_concerns(dense)
    assert rows.filter(
        (pl.col("shared") > pl.col("concerns"))
        | (pl.col("screened_out") + pl.col("referred") > pl.col("shared"))
        | (pl.col("assessed") > pl.col("referred"))
    ).is_empty()
    assert rows["assessed"].sum() > 0
    written = dense.record.events.filter(
        pl.col("kind").is_in(list(CONCERNS)), pl.col("agency") != "childrens_services"
    )
    assert rows["concerns"].sum() == written.height
    assert rows["shared"].sum() == written["shared_on"].count()


def test_the_parts_add_up_to_the_whole(dense):
    ids = dense.record.households["household_id"].sort().to_list()
    parts = [homes_where(dense, lambda home, own=ids[k::3]: home.is_in(own)) for k in range(3)]
    assert shared_concerns(parts).equals(shared_concerns(dense))


def test_nobody_needs_the_truth_to_count_them(dense):
    assert shared_concerns(replace(dense, truth=truth())).equals(shared_concerns(dense))
