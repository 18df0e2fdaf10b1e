"""The missed opportunities: each on a record worked out in the head, beside one that just is none."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from by_hand import CHILD, event, on, record, table
from risk.chronologies.case import read_case
from risk.core.calendar import add_working_days
from risk.model.card import Card
from risk.model.features import LINE_NAMES
from risk.records.cohort import Record
from risk.records.schema import RECORD
from risk.reviews.caseload import review_cohort
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import review
from risk.reviews.every_child import missed_by_kind
from risk.reviews.missed.above_line import HELD_WHEN
from risk.reviews.missed.rules import MISSED, missed_opportunities
from risk.reviews.missed.windows import placed

CARD = Card.shipped()
LINE = 17
NOBODY = {
    "scored": pl.DataFrame(
        schema={"child_id": pl.Int64, "on": pl.Date, "points_least": pl.Int32, "points_most": pl.Int32}
    ),
    "parts": pl.DataFrame(schema={"child_id": pl.Int64, "on": pl.Date, "event_id": pl.Int64}),
    "viewers": pl.DataFrame(schema=HELD_WHEN),
}


def written(*lines: str, **more) -> Record:
    """As `record`, with +29 in a line where its dates may be so many days later."""
    base = record(**more)
    rows = []
    for number, line in enumerate(lines):
        words = line.split()
        later = next((int(w) for w in words if w[0] == "+"), 0)
        plain = [w for w in words if w[0] != "+"]
        rows.append(event(number, *plain) | {"may_be_later_days": later})
    return replace(base, events=table(RECORD, "events", rows))


def by_rule(its: Record) -> pl.DataFrame:
    """Every finding about the first child that needs no score."""
    return missed_opportunities(its, placed(its.events_by_child()), line=LINE, **NOBODY).filter(
        pl.col("child_id") == CHILD
    )


def found(kind: str, *lines: str, **more) -> list[tuple[str, str | None, list[int]]]:
    """The findings of one kind: from when, surely by when, and the lines of the record that show it."""
    rows = by_rule(written(*lines, **more)).filter(pl.col("finding") == kind)
    days = [(str(a), None if b is None else str(b)) for a, b in rows.select("on", "to").iter_rows()]
    return [(*pair, ids) for pair, ids in zip(days, rows["event_ids"].to_list(), strict=True)]


def with_score(kind: str, *lines: str, **more) -> list[tuple[str, str | None, list[int]]]:
    its = review(trajectory(CARD, written(*lines, **more), CHILD)).missed.filter(pl.col("finding") == kind)
    days = [(str(a), None if b is None else str(b)) for a, b in its.select("on", "to").iter_rows()]
    return [(*pair, ids) for pair, ids in zip(days, its["event_ids"].to_list(), strict=True)]


SAID = "16 hunger school 2023-03-01 said"


def test_what_a_child_said_and_nobody_answered_can_be_said_after_the_fourteenth_day():
    assert found("disclosure_unanswered", SAID) == [("2023-03-16", "2023-03-16", [0])]


@pytest.mark.parametrize(("day", "times"), [("2023-03-01", 0), ("2023-03-15", 0), ("2023-03-16", 1)])
def test_a_response_on_day_14_is_in_time_and_one_on_day_15_is_not(day, times):
    assert len(found("disclosure_unanswered", SAID, f"- referral school {day}")) == times


def test_to_decide_on_nothing_is_no_response_and_what_is_done_for_a_sibling_is_none_either():
    more = ("- no_further_action childrens_services 2023-03-03", "17 referral school 2023-03-03")
    assert len(found("disclosure_unanswered", SAID, *more)) == 1


def test_what_nobody_says_a_child_said_is_no_disclosure_nor_is_a_siblings():
    assert (
        found("disclosure_unanswered", "16 hunger school 2023-03-01", "17 hunger school 2023-03-01 said")
        == []
    )


def test_what_was_said_on_one_day_is_one_finding():
    assert found("disclosure_unanswered", SAID, "16 supervision childline 2023-03-01 said") == [
        ("2023-03-16", "2023-03-16", [0, 1])
    ]


def test_a_record_that_ends_before_the_fourteenth_day_is_over_does_not_say_that_nothing_came():
    assert found("disclosure_unanswered", SAID, to_on="2023-03-15") == []
    assert len(found("disclosure_unanswered", SAID, to_on="2023-03-16")) == 1


STARTED = "- assessment_started childrens_services 2023-03-01"
DUE = date(1970, 1, 1) + timedelta(days=int(add_working_days((date(2023, 3, 1) - date(1970, 1, 1)).days, 45)))


def test_an_assessment_is_overdue_the_day_after_45_working_days_with_easter_and_three_bank_holidays_in_them():
    """From 1 March: 22 working days in March after it, 18 in April, and 5 in May up to the 9th."""
    assert date(2023, 5, 9) == DUE
    assert found("assessment_overdue", STARTED) == [("2023-05-10", "2023-05-10", [0])]


@pytest.mark.parametrize(("day", "times"), [("2023-03-02", 0), ("2023-05-09", 0), ("2023-05-10", 1)])
@pytest.mark.parametrize("kind", ["assessment_completed", "case_closed"])
def test_an_assessment_completed_or_a_case_closed_by_then_is_in_time(kind, day, times):
    assert len(found("assessment_overdue", STARTED, f"- {kind} childrens_services {day}")) == times


def test_the_clock_starts_with_the_referral_of_the_week_before():
    """45 working days from 24 February, a Friday: three working days sooner."""
    assert found("assessment_overdue", "- referral school 2023-02-24", STARTED) == [
        ("2023-05-04", "2023-05-04", [1])
    ]
    assert found("assessment_overdue", "- referral school 2023-02-21", STARTED)[0][0] == "2023-05-10"


def test_an_assessment_that_completes_another_does_not_complete_this_one():
    lines = (STARTED, "- assessment_started childrens_services 2023-03-20")
    done = "- assessment_completed childrens_services 2023-04-03 closes=1"
    assert [ids for *_, ids in found("assessment_overdue", *lines, done)] == [[0]]


INDICATOR = "16 sexual_abuse_indicator school 2023-03-01"


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        ("- strategy_discussion childrens_services 2023-03-15", 0),
        ("- strategy_discussion childrens_services 2023-03-16", 1),
        ("- section_47_enquiry childrens_services 2023-03-02", 0),
        ("- police_protection police 2023-03-02", 1),
        ("17 strategy_discussion childrens_services 2023-03-02", 1),
    ],
)
def test_a_sign_of_sexual_abuse_asks_for_a_strategy_discussion_within_14_days(answer, times):
    assert len(found("sexual_abuse_undiscussed", INDICATOR, answer)) == times


def test_a_sign_of_sexual_abuse_that_nobody_discussed_is_said_after_the_fourteenth_day():
    assert found("sexual_abuse_undiscussed", INDICATOR) == [("2023-03-16", "2023-03-16", [0])]


RISKY = "- risky_adult police 2023-03-01"


def test_a_new_risky_adult_is_unchecked_after_thirty_days():
    assert found("risky_adult_unchecked", RISKY) == [("2023-04-01", "2023-04-01", [0])]


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        ("- assessment_started childrens_services 2023-03-31", 0),
        ("- assessment_started childrens_services 2023-04-01", 1),
        ("- referral police 2023-03-02", 1),
    ],
)
def test_a_check_on_day_30_is_in_time_and_passing_it_on_is_no_check(answer, times):
    assert len(found("risky_adult_unchecked", RISKY, answer)) == times


@pytest.mark.parametrize(("before", "times"), [("2022-03-01", 1), ("2022-02-28", 2)])
def test_a_risky_adult_is_new_if_none_was_recorded_in_the_365_days_before(before, times):
    assert len(found("risky_adult_unchecked", f"- risky_adult school {before}", RISKY)) == times


LOOKED_AT_SIBLING = "17 assessment_started childrens_services 2023-03-01"


def test_a_sibling_was_looked_at_and_this_child_was_not():
    assert found("sibling_unconsidered", LOOKED_AT_SIBLING) == [("2023-04-01", "2023-04-01", [0])]


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        ("16 assessment_started childrens_services 2023-03-31", 0),
        ("16 assessment_started childrens_services 2023-04-01", 1),
        ("- section_47_enquiry childrens_services 2023-01-30", 0),
        ("- section_47_enquiry childrens_services 2023-01-29", 1),
        ("17 section_47_enquiry childrens_services 2023-03-05", 1),
    ],
)
def test_a_look_at_this_child_or_the_whole_home_within_30_days_either_side_considers_it(answer, times):
    assert len(found("sibling_unconsidered", LOOKED_AT_SIBLING, answer)) == times


VISIT = "- home_visit childrens_services 2022-02-01"
OPEN = "- assessment_started childrens_services 2023-03-01"


def test_an_open_case_in_which_nobody_saw_the_child_for_90_days_is_silent():
    """Day 90 after 1 March is 30 May."""
    assert found("silence", VISIT, OPEN) == [("2023-05-31", "2023-05-31", [1])]


@pytest.mark.parametrize(
    ("visit", "day"), [("child_seen", "2023-07-31"), ("", "2023-07-31"), ("child_not_seen", "2023-05-31")]
)
def test_a_visit_that_did_not_see_the_child_ends_no_silence_and_one_that_does_not_say_does(visit, day):
    """Day 90 after a visit on 1 May is 30 July."""
    silent = found("silence", VISIT, OPEN, f"- home_visit childrens_services 2023-05-01 {visit}")
    assert [on for on, *_ in silent] == [day]


@pytest.mark.parametrize(("visit", "days"), [("2023-03-01", ["2023-05-31"]), ("2023-03-02", [])])
def test_where_nobody_had_written_a_visit_down_there_is_no_silence_and_no_child_not_seen(visit, days):
    later = ("16 hunger school 2023-03-01", f"17 home_visit childrens_services {visit}")
    assert [day for day, *_ in found("silence", OPEN, *later)] == days
    assert len(found("child_not_seen", "- referral school 2023-03-01", *later)) == len(days)


def test_where_no_visit_is_written_down_no_rule_speaks_of_seeing():
    lines = ("- referral school 2023-03-01", "- review_conference childrens_services 2022-02-01", OPEN)
    assert not set(by_rule(written(*lines))["finding"]) & {"silence", "child_not_seen"}


@pytest.mark.parametrize(
    ("seen", "times"),
    [
        ("- assessment_completed childrens_services 2023-03-15", 0),
        ("- assessment_completed childrens_services 2023-03-16", 1),
        ("- home_visit childrens_services 2023-03-01", 0),
        ("- home_visit childrens_services 2023-03-10 child_seen", 0),
        ("- home_visit childrens_services 2023-03-10 child_not_seen", 1),
        ("- no_further_action childrens_services 2023-03-02", 1),
        ("17 section_47_enquiry childrens_services 2023-03-02", 1),
    ],
)
def test_a_child_is_not_seen_if_nobody_saw_it_by_day_14_after_a_referral(seen, times):
    assert len(found("child_not_seen", VISIT, "- referral school 2023-03-01", seen)) == times


OURS = "- contact childrens_services 2022-02-01"


@pytest.mark.parametrize(
    ("outcome", "times"),
    [
        ("- no_further_action childrens_services 2023-03-15", 0),
        ("- no_further_action childrens_services 2023-03-16", 1),
        ("- early_help childrens_services 2023-03-01", 0),
        ("- contact childrens_services 2023-03-02", 1),
        ("17 assessment_started childrens_services 2023-03-02", 1),
    ],
)
def test_a_referral_without_outcome_is_said_after_day_14(outcome, times):
    expected = [("2023-03-16", "2023-03-16", [1])] * times
    assert found("referral_without_outcome", OURS, "- referral school 2023-03-01", outcome) == expected


TOLD = "- contact school 2023-03-01"
DECIDED = "- no_further_action childrens_services 2022-02-02"


@pytest.mark.parametrize(
    ("outcome", "times"),
    [
        ("- referral school 2023-03-15", 0),
        ("- referral school 2023-03-16", 1),
        ("- early_help childrens_services 2023-03-01", 0),
        ("- no_further_action childrens_services 2023-03-15", 0),
        ("- contact police 2023-03-02", 1),
        ("17 assessment_started childrens_services 2023-03-02", 1),
    ],
)
def test_a_contact_without_a_referral_or_a_decision_is_said_after_day_14(outcome, times):
    expected = [("2023-03-16", "2023-03-16", [1])] * times
    about_it = [f for f in found("contact_without_outcome", DECIDED, TOLD, outcome) if f[2] == [1]]
    assert about_it == expected


def test_a_contact_about_an_open_case_needs_no_referral_of_its_own():
    opened, closed = "- referral school 2023-01-01", "- case_closed childrens_services 2023-02-28"
    assert found("contact_without_outcome", DECIDED, opened, TOLD) == []
    assert len(found("contact_without_outcome", DECIDED, opened, closed, TOLD)) == 1
    # On the day on which the case opened, nobody knows which came first.
    assert found("contact_without_outcome", DECIDED, "- referral school 2023-03-01", TOLD) == []


def test_of_a_contact_nothing_is_said_where_it_cannot_be_known():
    assert found("contact_without_outcome", TOLD) == []  # children's services write nothing
    assert found("contact_without_outcome", DECIDED, f"{TOLD} +30") == []
    opened = "- referral school 2023-01-01 +90", "- case_closed childrens_services 2023-02-28 +90"
    assert found("contact_without_outcome", DECIDED, *opened, TOLD) == []


def test_from_a_referral_known_only_to_a_window_nobody_can_count_fourteen_days():
    assert found("referral_without_outcome", OURS, "- referral school 2023-03-01 +30") == []


def test_where_childrens_services_write_nothing_no_outcome_could_be_found():
    assert (
        found("referral_without_outcome", "- referral school 2023-03-01", "16 hunger school 2023-04-01") == []
    )


CLOSED = "- case_closed childrens_services 2023-03-01"


@pytest.mark.parametrize(
    ("closed", "day", "times"),
    [
        (CLOSED, "2023-05-24", 1),
        (CLOSED, "2023-05-25", 0),
        (CLOSED, "2023-03-01", 0),
        ("- no_further_action childrens_services 2023-03-01", "2023-03-02", 1),
        (f"{CLOSED} turned_18", "2023-03-02", 0),
        ("17 case_closed childrens_services 2023-03-01", "2023-03-02", 0),
    ],
)
def test_a_referral_on_day_84_after_closing_is_again_and_one_on_day_85_or_the_same_is_not(closed, day, times):
    after = str(on(day) + timedelta(days=1))
    expected = [(after, after, [0, 1])] * times
    assert found("referred_again", closed, f"- referral school {day}") == expected


def test_only_the_first_referral_after_a_closing_is_told():
    again = ("- referral school 2023-03-10", "- referral police 2023-03-20")
    assert found("referred_again", CLOSED, *again) == [("2023-03-11", "2023-03-11", [0, 1])]


def test_a_referral_that_may_have_come_before_the_closing_leaves_it_open():
    assert found("referred_again", f"{CLOSED} +30", "- referral school 2023-03-10") == [
        ("2023-03-11", None, [0, 1])
    ]


@pytest.mark.parametrize(
    ("more", "to"),
    [
        (("- case_closed childrens_services 2023-03-20",), "2023-03-21"),
        (("- no_further_action childrens_services 2023-03-20",), "2023-03-21"),
        (("- case_closed childrens_services 2023-03-01",), None),
        (("- case_closed childrens_services 2023-03-20 assessed_no_further_action",), False),
        (("- case_closed childrens_services 2023-02-20",), False),
        (
            (
                "- assessment_completed childrens_services 2023-03-20",
                "- case_closed childrens_services 2023-03-20",
            ),
            False,
        ),
    ],
)
def test_an_assessment_started_and_closed_without_being_completed_was_not_done(more, to):
    expected = [] if to is False else [to]
    assert [sure for _, sure, _ in found("assessment_not_done", STARTED, *more)] == expected


ENDED = "- child_protection_plan_ended childrens_services 2023-03-01"


@pytest.mark.parametrize(
    ("since", "times"),
    [
        ("16 hunger school 2023-05-24", 1),
        ("16 hunger school 2023-05-25", 0),
        ("16 hunger school 2023-03-01", 0),
        ("17 hunger school 2023-03-20", 0),
        ("- referral school 2023-03-20", 0),
    ],
)
def test_a_concern_by_day_84_after_a_plan_ended_is_one_since(since, times):
    assert len(found("concern_since_step_down", ENDED, since)) == times


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("16 hunger school 2023-05-30", ["2023-08-29"]),
        ("16 hunger school 2023-05-31", ["2023-05-31", "2023-08-30"]),
        ("16 school_absence school 2023-04-03", ["2023-05-31"]),
        ("- communication childrens_services 2023-04-03", ["2023-05-31"]),
        ("17 hunger school 2023-04-03", ["2023-05-31"]),
        ("- case_closed childrens_services 2023-05-30", []),
        ("- case_closed childrens_services 2023-05-31", ["2023-05-31"]),
        ("- police_protection police 2023-03-05", []),
    ],
)
def test_a_record_of_seeing_child_or_home_starts_the_wait_again_and_closing_ends_it(more, expected):
    assert [day for day, *_ in found("silence", VISIT, OPEN, more)] == expected


def test_without_an_open_case_there_is_no_silence():
    assert found("silence", VISIT, "16 hunger school 2023-03-01") == []
    closed = ("- referral school 2023-03-01", "- no_further_action childrens_services 2023-03-02")
    assert found("silence", VISIT, *closed, "16 hunger school 2023-03-03") == []


def test_what_opened_and_closed_on_one_day_leaves_open_whether_the_case_was():
    day = ("- referral school 2023-03-01", "- no_further_action childrens_services 2023-03-01")
    for lines in (day, day[::-1]):
        silent = found("silence", VISIT, *lines, "16 hunger school 2023-03-03")
        assert silent == [("2023-06-02", None, [3])]


TWICE = (
    "- referral school 2022-03-01",
    "- no_further_action childrens_services 2022-03-02",
    "- referral police 2022-09-01",
    "- no_further_action childrens_services 2022-09-02",
)


def test_a_referral_after_no_further_action_that_ends_there_again_is_said_the_day_after():
    assert found("repeat_referral", *TWICE) == [("2022-09-03", "2022-09-03", [1, 2, 3])]


@pytest.mark.parametrize(
    ("more", "times"),
    [
        ("- assessment_completed childrens_services 2022-06-01", 1),
        ("- strategy_discussion childrens_services 2022-06-01", 0),
        ("- child_in_need_plan_started childrens_services 2022-06-01", 0),
        ("- early_help childrens_services 2022-06-01", 0),
        ("17 strategy_discussion childrens_services 2022-06-01", 1),
    ],
)
def test_whatever_more_was_done_between_makes_it_another_outcome(more, times):
    assert len(found("repeat_referral", *TWICE, more)) == times


@pytest.mark.parametrize(("day", "times"), [("2023-03-02", 1), ("2023-03-03", 0)])
def test_the_same_outcome_on_day_365_counts_and_on_day_366_does_not(day, times):
    assert len(found("repeat_referral", *TWICE[:3], f"- no_further_action childrens_services {day}")) == times


def test_a_second_outcome_without_another_referral_is_no_repeat():
    assert found("repeat_referral", TWICE[0], TWICE[1], TWICE[3]) == []


SAME_DAY = (TWICE[0], TWICE[1], "- referral school 2022-09-02", TWICE[3])


def test_a_referral_of_the_day_of_its_outcome_may_have_come_after_it_whatever_the_order():
    assert found("repeat_referral", *SAME_DAY) == [("2022-09-03", None, [1, 2, 3])]
    swapped = (*SAME_DAY[:2], SAME_DAY[3], SAME_DAY[2])
    assert found("repeat_referral", *swapped) == [("2022-09-03", None, [1, 2, 3])]


def test_an_outcome_that_says_which_referral_it_answers_came_after_it():
    answers = (*SAME_DAY[:3], f"{SAME_DAY[3]} answers=2")
    assert found("repeat_referral", *answers) == [("2022-09-03", "2022-09-03", [1, 2, 3])]


HOME = "- return_home childrens_services 2023-03-31"


@pytest.mark.parametrize(
    ("concern", "times"),
    [
        ("16 supervision police 2023-03-01 2023-03-01 3", 1),
        ("16 supervision police 2023-03-01 2023-03-01 2", 0),
        ("16 supervision police 2023-02-28 2023-02-28 4", 0),
        ("- police_protection police 2023-03-01", 1),
        ("17 supervision police 2023-03-01 2023-03-01 4", 0),
    ],
)
def test_a_return_home_within_30_days_of_a_severe_concern_is_unchecked(concern, times):
    assert len(found("return_on_parents_word", concern, HOME)) == times


@pytest.mark.parametrize(
    ("check", "times"),
    [
        ("- assessment_completed childrens_services 2023-03-10", 0),
        ("- review_conference childrens_services 2023-03-31", 0),
        ("- assessment_completed childrens_services 2023-02-28", 1),
        ("- assessment_completed childrens_services 2023-04-01", 1),
        ("- strategy_discussion childrens_services 2023-03-10", 1),
    ],
)
def test_only_a_check_between_the_concern_and_the_return_goes_beyond_the_parents_word(check, times):
    assert len(found("return_on_parents_word", "- police_protection police 2023-03-05", check, HOME)) == times


def test_where_nobody_wrote_how_severe_it_was_physical_harm_and_sexual_abuse_are_severe():
    for kind, times in (("physical_harm", 1), ("sexual_abuse_indicator", 1), ("hunger", 0)):
        its = written(f"16 {kind} school 2023-03-20", HOME)
        unrated = replace(its, events=its.events.with_columns(severity=pl.lit(None, pl.Int8)))
        assert by_rule(unrated)["finding"].to_list().count("return_on_parents_word") == times


# By the shipped card the two together reach the line and neither does alone; home conditions bring the more.
HOME_NEW, SEEN_NEW = (int(CARD.points[LINE_NAMES.index(k)][0]) for k in ("home_conditions", "supervision"))
TWO = ("16 home_conditions school 2023-03-01", "16 supervision police 2023-03-05")


def test_closing_a_case_above_the_line_is_said_the_day_after_with_what_made_up_the_score():
    closed = "- case_closed childrens_services 2023-03-10"
    assert with_score("step_down_above_line", *TWO, closed) == [("2023-03-11", "2023-03-11", [0, 1, 2])]


@pytest.mark.parametrize(
    ("more", "times"),
    [
        (
            ("- case_closed childrens_services 2023-03-05",),
            0,
        ),  # the score of that day has seen one record only
        (("- case_closed childrens_services 2023-03-06",), 1),
        (("- case_closed childrens_services 2023-03-10 turned_18",), 0),
        (
            (
                "- child_in_need_plan_ended childrens_services 2023-03-10",
                "- strategy_discussion childrens_services 2023-03-10",
            ),
            0,
        ),
        (
            (
                "- child_protection_plan_ended childrens_services 2023-03-10",
                "- child_in_need_plan_started childrens_services 2023-03-10",
            ),
            1,
        ),
        (
            (
                "- child_in_need_plan_ended childrens_services 2023-03-10",
                "- case_closed childrens_services 2023-03-10",
            ),
            1,
        ),
    ],
)
def test_a_step_down_is_no_step_up_and_the_score_is_that_of_the_day_itself(more, times):
    assert len(with_score("step_down_above_line", *TWO, *more)) == times


def test_enough_together_and_nobody_alone_is_said_the_day_the_line_is_reached():
    assert with_score("silo_gap", *TWO) == [("2023-03-06", "2023-03-06", [0, 1])]


def test_where_one_agency_had_enough_there_is_no_gap():
    assert with_score("silo_gap", "16 home_conditions police 2023-03-01", TWO[1]) == []


def test_the_best_informed_is_named_with_what_it_held():
    its = review(trajectory(CARD, record(*TWO), CHILD)).missed
    assert its["says"][0] == (
        f"On 6 March 2023 the shared record reached the line, with {HOME_NEW + SEEN_NEW} points. Nobody alone had "
        f"enough: the best informed, School, stood at {HOME_NEW}."
    )


TIED = (
    "16 hunger childrens_services 2022-02-01 3",
    "16 risky_adult childrens_services 2022-02-01 3",
    "- referral school 2022-02-01",
)


def test_nobody_is_the_best_informed_for_holding_nothing_and_who_writes_later_changes_nothing():
    """Police, who wrote a day later, would come before school in the list."""
    later = (*TIED, "- referral police 2022-02-02")
    for its in (record(*TIED), record(*later)):
        gaps = review(trajectory(CARD, its, CHILD, line=1)).missed.filter(pl.col("finding") == "silo_gap")
        assert gaps["says"].to_list()[0].endswith("Nobody alone had enough: none stood above 0.")


def test_a_gap_is_only_possible_where_a_record_does_not_say_whose_it_is():
    assert with_score("silo_gap", "16 home_conditions unspecified 2023-03-01", TWO[1]) == [
        ("2023-03-06", None, [0, 1])
    ]


def test_before_birth_and_after_the_eighteenth_birthday_nothing_is_missed():
    lines = ("- domestic_abuse police 2023-03-01 said", "- risky_adult police 2023-03-01")
    assert by_rule(written(*lines, born="2023-03-02")).is_empty()
    assert by_rule(written(*lines, born="2005-03-10")).is_empty()
    assert by_rule(written(*lines, born="2023-03-01")).height == 2


# Windows: what is sure, and what the dates leave open.


def test_within_a_window_the_earliest_and_the_latest_day_bound_when_it_could_be_said():
    assert found("disclosure_unanswered", "16 hunger school 2023-03-01 +30 said") == [
        ("2023-03-16", "2023-04-15", [0])
    ]


def test_an_answer_that_may_have_come_in_time_leaves_it_open():
    lines = ("16 hunger school 2023-03-01 +30 said", "- referral school 2023-03-20")
    assert found("disclosure_unanswered", *lines) == [("2023-03-16", None, [0])]
    says = by_rule(written(*lines))["says"].to_list()
    assert all(sentence.endswith("The dates leave open whether it was so.") for sentence in says)


def test_an_answer_surely_after_it_but_perhaps_too_late_leaves_it_open_too():
    """Said from 1 to 11 March, so that day 14 is the 15th at the earliest and the 25th at the latest."""
    lines = ("16 hunger school 2023-03-01 +10 said", "- referral school 2023-03-20")
    assert found("disclosure_unanswered", *lines) == [("2023-03-16", None, [0])]


def test_an_answer_that_came_in_time_wherever_the_dates_fall_is_one():
    lines = ("16 hunger school 2023-03-01 +3 said", "- referral school 2023-03-05 +5")
    assert found("disclosure_unanswered", *lines) == []


def test_of_two_in_the_same_window_nobody_knows_which_came_first_whatever_the_order():
    same = ("16 hunger school 2023-03-01 +9 said", "- referral school 2023-03-01 +9")
    assert found("disclosure_unanswered", *same) == [("2023-03-16", None, [0])]
    assert found("disclosure_unanswered", *reversed(same)) == [("2023-03-16", None, [1])]


def test_the_record_must_go_on_for_a_finding_to_be_sure():
    line = "16 hunger school 2023-03-01 +30 said"
    assert found("disclosure_unanswered", line, to_on="2023-04-14") == [("2023-03-16", None, [0])]


def test_the_reviews_case_shows_what_a_careful_reader_of_it_finds():
    """A risky adult nobody checked; June 2014: home again, a sign of abuse not discussed, and a call to Childline.

    The return is of June too: by its window alone, and not by its row, it may have come before the removal.
    Police removed the children in the month of the call, in time or not. The call came a day after the party
    at the soonest. The assessment of 2010 closed the case, and nobody completed or started another.
    """
    case = read_case("norfolk_review")
    its = review(trajectory(CARD, case.record, case.child_id, texts=case.texts))
    kinds = dict(its.path.events.select("event_id", "kind").iter_rows())
    rows = [(r["finding"], str(r["on"]), str(r["to"]), [kinds[e] for e in r["event_ids"]]) for r in its.missed.to_dicts()]  # fmt: skip
    indicator, removed, home = "sexual_abuse_indicator", "police_protection", "return_home"
    assert rows == [
        ("risky_adult_unchecked", "2012-11-01", "2014-01-31", ["risky_adult"]),
        ("return_on_parents_word", "2014-06-03", "None", [indicator, removed, home]),
        ("disclosure_unanswered", "2014-06-17", "None", ["supervision", indicator]),
        ("sexual_abuse_undiscussed", "2014-06-17", "2014-07-15", [indicator]),
    ]


# Laws, on any record.

KINDS = [
    *("referral", "contact", "no_further_action", "early_help", "assessment_started", "assessment_completed"),
    *("strategy_discussion", "case_closed", "child_in_need_plan_started", "child_in_need_plan_ended"),
    *("police_protection", "return_home", "review_conference", "hunger", "risky_adult", "physical_harm"),
    *("sexual_abuse_indicator", "home_conditions", "missed_health_appointment"),
]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["16", "-", "17"]),
        st.sampled_from(KINDS),
        st.sampled_from(["school", "police", "childrens_services"]),
        st.integers(0, 250),
        st.sampled_from([0, 0, 0, 10, 29, 60]),
        st.sampled_from(["said", ""]),
    ),
    min_size=1,
    max_size=12,
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lines_of(events, place=lambda day, wide: (day, wide)) -> list[str]:
    start = date(2022, 2, 1)
    rows = []
    for child, kind, agency, day, wide, said in sorted(events, key=lambda e: (e[3], e[3] + e[4])):
        first, later = place(day, wide)
        rows.append(f"{child} {kind} {agency} {start + timedelta(days=first)} +{later} 3 {said}")
    return rows


def all_findings(its: Record) -> pl.DataFrame:
    return review(trajectory(CARD, its, CHILD)).missed


@SLOW
@given(EVENTS, st.integers(1, 400), st.booleans())
def test_deleting_everything_recorded_on_or_after_a_day_changes_nothing_that_could_be_said_by_it(
    events, cut, exact
):
    lines = lines_of(events, (lambda day, _: (day, 0)) if exact else lambda day, wide: (day, wide))
    day = on("2022-02-01") + timedelta(days=cut)
    whole = written(*lines)
    past = replace(whole, events=whole.events.filter(pl.col("recorded_on") < day))
    same = ["finding", "on", "event_ids", *(["to", "says"] if exact else [])]
    before = [all_findings(r).filter(pl.col("on") <= day) for r in (whole, past)]
    assert before[0].select(same).equals(before[1].select(same))
    sure = [b.filter(pl.col("to") <= day).select("finding", "on", "to", "event_ids", "says") for b in before]
    assert sure[0].equals(sure[1])


@pytest.mark.exhaustive  # many placings of many records: what is sure must be so of each
@SLOW
@given(EVENTS, st.lists(st.floats(0, 1), min_size=12, max_size=12))
def test_wherever_in_their_windows_the_events_fell_what_is_sure_is_found_and_what_is_found_was_possible(
    events, shares
):
    """Of exact dates in the order of reading, and on days of their own."""
    whole = written(*lines_of(events))
    later = pl.Series(shares[: whole.events.height]) * whole.events["may_be_later_days"]
    moved = pl.col("recorded_on") + pl.duration(days=later.round().cast(pl.Int64))
    exact = replace(
        whole,
        events=whole.events.with_columns(
            *(moved.alias(c) for c in ("occurred_on", "recorded_on")), may_be_later_days=pl.lit(0, pl.Int32)
        ),
    )
    _assume_read_in_order(whole.events, exact.events)
    bounded = by_rule(whole)
    unread = (
        "silence",
        "contact_without_outcome",
        "referral_without_outcome",
    )  # silent where a window leaves open what was first
    for kind, day, latest, ids in (
        bounded.drop_nulls("to").select("finding", "on", "to", "event_ids").iter_rows()
    ):
        there = by_rule(exact).filter(pl.col("finding") == kind)
        its = [a for a, shown in there.select("on", "event_ids").iter_rows() if set(shown) & set(ids)]
        assert any(day <= a <= latest for a in its), (kind, ids)
    for kind, day, ids in by_rule(exact).select("finding", "on", "event_ids").iter_rows():
        if kind in unread:
            continue
        may = bounded.filter(pl.col("finding") == kind)
        its = [a for a, shown in may.select("on", "event_ids").iter_rows() if set(shown) & set(ids)]
        assert any(a <= day for a in its), (kind, ids)


def _assume_read_in_order(windows: pl.DataFrame, exact: pl.DataFrame) -> None:
    ends = windows.select(
        "recorded_on", latest=pl.col("recorded_on") + pl.duration(days="may_be_later_days")
    ).rows()
    days = exact["recorded_on"].to_list()
    wide = (windows["may_be_later_days"] > 0).to_list()
    for i, (first, last) in enumerate(ends):
        for j in range(i + 1, len(ends)):
            assume(not (first <= ends[j][0] and last <= ends[j][1] and days[i] > days[j]))
            assume(days[i] != days[j] or not (wide[i] or wide[j]))


@SLOW
@given(EVENTS)
def test_the_order_of_the_rows_of_one_day_or_window_decides_nothing(events):
    lines = lines_of(events)
    backwards = lines[::-1]
    other = sorted(backwards, key=lambda line: (line.split()[3], int(line.split()[4])))
    told = []
    for order in (lines, other):
        rows = by_rule(written(*order)).select("finding", "on", "to", "event_ids").rows()
        told.append(sorted((*row[:2], str(row[2]), sorted(order[e] for e in row[3])) for row in rows))
    assert told[0] == told[1]


def test_every_finding_of_a_cohort_is_that_of_its_child_alone(norfolk):
    """Two roads to one answer: all children at once from features, and one child from its days."""
    rows = review_cohort(CARD, norfolk)
    for row in rows.gather_every(40).to_dicts():
        its = review(trajectory(CARD, norfolk.record, row["child_id"])).missed
        assert its.drop("child_id").to_dicts() == row["missed_opportunities"]
    counted = dict(missed_by_kind(rows).select("finding", "times").iter_rows())
    assert list(counted) == list(MISSED)
    assert counted["silo_gap"] > 20
    assert counted["sibling_unconsidered"] == 0  # services answer for whole homes there


def test_no_finding_blames_anybody():
    for words in ("fail", "should have", "blame", "neglig", "ought", "fault"):
        assert not any(words in label.lower() for label in MISSED.values())


@pytest.mark.parametrize("order", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_what_happened_first_on_one_day_is_left_open_whatever_the_order_of_the_rows(order, tmp_path):
    rows = {"a": "01/06/2014,CSC,NFA,a", "b": "05/06/2014,School,Referral,b", "c": "05/06/2014,CSC,NFA,c"}
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["Date,Agency,Kind,What happened", *(rows[row] for row in order)]) + "\n")
    case = read_case(str(path))
    missed = review(trajectory(CARD, case.record, case.child_id), case=case).missed
    (same,) = missed.filter(pl.col("says").str.contains("the same")).iter_rows(named=True)
    assert (same["on"], same["to"]) == (date(2014, 6, 6), None)
