"""The answers: what was done next, on records small enough to count by hand."""

import polars as pl

from by_hand import history, record
from risk.core.kinds import RESPONSES
from risk.reviews.next_steps import ANSWERED, ASKED, NOTHING, STEP, what_followed


def counted(written) -> dict[tuple[str, str], int]:
    found = what_followed(written).filter(pl.col("times") > 0)
    return {
        (asked, next_): times for asked, next_, times in found.select("asked", "next", "times").iter_rows()
    }


def test_what_answers_or_ends_an_event_was_done_next():
    written = history(
        "1 referral school 2023-03-01",
        "1 assessment_started childrens_services 2023-03-02 answers=0",
        "1 assessment_completed childrens_services 2023-04-01 closes=1 substantiated",
        "1 child_in_need_plan_started childrens_services 2023-04-02 answers=2",
        "1 section_47_enquiry childrens_services 2023-05-01",
        "1 initial_child_protection_conference childrens_services 2023-05-10 closes=4 substantiated",
        "1 child_protection_plan_started childrens_services 2023-05-10 answers=5",
    )
    assert counted(written) == {
        ("referral", "assessment"): 1,
        ("cause", "plan"): 1,
        ("section_47", "protection"): 1,
        ("conference", "plan"): 1,
    }


def test_the_first_that_answers_counts_and_no_other():
    written = history(
        "1 referral school 2023-03-01",
        "1 case_closed childrens_services 2023-06-01 closes=0",
        "1 early_help childrens_services 2023-03-02 answers=0",
    )
    assert counted(written) == {("referral", "early_help"): 1}


def test_what_answers_the_contact_was_done_about_the_concern_and_else_it_was_noted():
    told = ("1 hunger school 2023-03-01 2023-03-01 2023-03-02", "1 contact school 2023-03-02 answers=0")
    assert counted(history(*told)) == {("concern", "contact"): 1}
    helped = "1 early_help childrens_services 2023-03-02 answers=1"
    assert counted(history(*told, helped)) == {("concern", "early_help"): 1}
    referred = "1 referral school 2023-03-02 answers=1"
    assert counted(history(*told, referred)) == {("concern", "referral"): 1, ("referral", NOTHING): 1}


def test_what_nobody_answered_was_answered_by_nothing():
    written = history(
        "1 referral school 2023-03-01",
        "1 assessment_completed childrens_services 2023-04-01 unsubstantiated",
        "1 no_further_action childrens_services 2023-04-02",
    )
    assert counted(written) == {("referral", NOTHING): 1, ("no_cause", NOTHING): 1}


def test_only_concerns_that_children_s_services_were_told_of_ask_anything_of_them():
    told = record("16 hunger school 2023-03-01 2023-03-02 2023-03-03", "16 hunger school 2023-04-01")
    assert counted(told) == {("concern", NOTHING): 1}


def test_an_event_of_a_home_with_two_children_counts_once():
    assert what_followed(history("1 referral school 2023-03-01"))["times"].sum() == 1


def test_shares_of_a_row_add_up_and_every_pair_has_a_row(england):
    found = what_followed(england.record)
    assert found.height == len(ASKED) * len(ANSWERED)
    assert found.select("asked", "next").is_unique().all()
    sums = found.group_by("asked", maintain_order=True).agg(pl.col("share").sum(), pl.col("of").first())
    assert sums["asked"].to_list() == list(ASKED)
    assert sums.filter(pl.col("of") > 0)["share"].round(9).unique().to_list() == [1.0]
    referrals = england.record.events.filter(pl.col("kind") == "referral").height
    assert sums.filter(pl.col("asked") == "referral")["of"].item() == referrals


def test_a_row_of_nothing_has_no_share():
    empty = what_followed(record())
    assert empty["times"].sum() == 0
    assert empty["share"].null_count() == empty.height


def test_every_step_is_a_response_and_has_a_name():
    assert set(STEP) <= set(RESPONSES)
    assert set(STEP.values()) | {NOTHING} == set(ANSWERED)
