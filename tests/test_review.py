from datetime import date

import polars as pl
import pytest

from records import CHILD, record, truth
from risk.case import read_case
from risk.features import LINE_NAMES
from risk.report import as_document, imprecision, said, sentences, window
from risk.review import Span, cohort_summary, first_crossings, review, review_cohort
from risk.scorecard import CumulativeScorecard
from risk.trajectory import trajectory

CARD = CumulativeScorecard.shipped()
# By the shipped card home conditions bring 20 points when new and supervision 16; the line at price 5 stands at 22.
TWO = ("16 home_conditions school 2023-03-01", "16 supervision police 2023-03-05")


def found(*lines: str, hidden=None):
    return review(trajectory(CARD, record(*lines), CHILD), hidden)


def test_the_line_is_crossed_the_day_after_the_event_that_reaches_it_was_recorded():
    assert found(*TWO).triggered == Span(date(2023, 3, 6), date(2023, 3, 6))


def test_an_agency_alone_does_not_reach_the_line_that_two_together_reach():
    assert found(*TWO).triggered_for == {"childrens_services": None, "police": None, "school": None}


def test_what_was_shared_late_reaches_the_line_late_for_childrens_services():
    late = found(
        "16 home_conditions school 2023-03-01 2023-03-01 2023-03-20",
        "16 supervision police 2023-03-05 2023-03-05 2023-03-05",
    )
    assert late.triggered.earliest == date(2023, 3, 6)
    assert late.triggered_for["childrens_services"] == Span(date(2023, 3, 21), date(2023, 3, 21))


def test_the_assessment_that_counts_is_the_first_on_or_after_the_day_triggered():
    some = found(
        "- assessment_completed childrens_services 2023-03-04",
        *TWO,
        "- section_47_enquiry childrens_services 2023-03-16",
        "- assessment_completed childrens_services 2023-04-01",
    )
    assert some.assessed == Span(date(2023, 3, 16), date(2023, 3, 16))
    assert some.days_between == (10, 10)


def test_without_an_assessment_there_are_no_days_between():
    assert found(*TWO).assessed is None
    assert found(*TWO).days_between is None


def test_a_record_that_never_reaches_the_line_says_so():
    one = found("16 school_absence school 2023-03-01")
    assert one.triggered is None
    assert sentences(one)[0].startswith("The shared record never supported an assessment at a threshold of")
    assert as_document(one)["triggered_on"] is None


def test_harm_is_hindsight_and_needs_the_truth():
    hidden = truth("16 2023-02-01 2023-06-01")
    assert found(*TWO, hidden=hidden).harm_began == date(2023, 2, 1)
    assert found(*TWO).harm_began is None


def test_points_of_the_events_sum_exactly_to_the_score():
    document = as_document(found(*TWO))
    assert document["score"] == sum(e["points"] for e in document["events"]) >= document["line_points"]
    assert document["score_on"] == document["triggered_on"]["earliest"]


def norfolk():
    case = read_case("norfolk_review")
    return case, review(trajectory(CARD, case.record, case.child_id, texts=case.texts))


def test_the_reviews_case_is_reached_at_the_earliest_in_the_year_that_no_assessment_was_completed():
    _, its = norfolk()
    assert its.triggered == Span(date(2012, 10, 2), date(2014, 7, 1))
    assert its.triggered_for["childrens_services"] is None
    assert its.triggered_for["police"] == Span(date(2012, 10, 2), date(2014, 7, 1))
    assert its.assessed is None
    assert its.protected == Span(date(2014, 6, 1), date(2014, 6, 30))


def test_the_reviews_case_as_a_document_has_every_key_that_scripts_rely_on():
    case, its = norfolk()
    document = as_document(its, case)
    assert document["triggered_on"] == {"earliest": date(2012, 10, 2), "latest": date(2014, 7, 1)}
    assert document["assessed_on"] is None
    assert document["days_between"] is None
    assert len(document["events"]) == 19
    assert len(document["undated_events"]) == 13
    assert sum(e["points"] for e in document["events"]) == document["score"]


def test_one_sentence_says_how_imprecision_moves_the_answer():
    case, its = norfolk()
    sentence = imprecision(its, case.undated.height)
    assert sentence == (
        "19 of the 19 dated events are known only to a window; this moves the day the line was reached by up to "
        "637 days, from 2 October 2012 to 1 July 2014. Undated, and so listed and not scored: 13."
    )


def test_what_a_chronology_does_not_say_was_shared_is_said_not_to_be_stated():
    case, its = norfolk()
    assert any("does not say that children's services were told" in s for s in said(its, case))


def test_exact_dates_give_one_day_and_say_so():
    assert imprecision(found(*TWO)) == "Every dated event (2) is known to the day, so the answer is exact."


def test_a_window_is_said_as_shortly_as_it_can_be():
    days = [("2014-06-01", "2014-06-30"), ("2010-01-01", "2010-12-31"), ("2012-10-01", "2013-12-31"), ("2014-06-13", "2014-06-13"), ("2014-06-13", "2014-06-20")]  # fmt: skip
    assert [window(date.fromisoformat(a), date.fromisoformat(b)) for a, b in days] == [
        "Jun 2014",
        "2010",
        "Oct 2012 to Dec 2013",
        "13 Jun 2014",
        "13 Jun 2014 to 20 Jun 2014",
    ]


@pytest.mark.parametrize(("viewer", "line"), [("pooled", 30), ("childrens_services", 12)])
def test_first_crossings_of_a_cohort_are_the_days_of_the_daily_trajectories(norfolk, viewer, line):
    """The cohort looks only at days on which a score can rise; the trajectory looks at every day."""
    fast = dict(first_crossings(CARD, norfolk.record, line, viewer=viewer).iter_rows())
    assert len(fast) > 20
    for child, born in norfolk.record.children.head(25).select("child_id", "born_on").iter_rows():
        daily = trajectory(CARD, norfolk.record, child).of(viewer)
        adult_on = born.replace(year=born.year + 18) if (born.month, born.day) != (2, 29) else None
        reached = daily.filter(pl.col("points_most") >= line)
        if adult_on is not None:
            reached = reached.filter(pl.col("on") < adult_on)
        assert fast.get(child) == (reached["on"][0] if reached.height else None)


def test_a_finding_of_no_cause_that_lapses_may_let_a_score_reach_the_line():
    """The cohort's way looks at the day on which it lapses, counted from when it was recorded."""
    lowers = CumulativeScorecard.shipped()
    lowers.points_[LINE_NAMES.index("unsubstantiated"), :2] = [-20, -20]
    told = record(
        "- assessment_completed childrens_services 2023-01-10 2023-01-10 2023-02-01 unsubstantiated",
        "- domestic_abuse police 2023-01-20 2023-01-20 2023-02-01",
        "- parental_substance_misuse police 2023-01-20 2023-01-20 2023-02-01",
        to_on="2024-01-01",
    )
    for viewer in ("pooled", "childrens_services"):
        crossed = dict(first_crossings(lowers, told, 15, viewer=viewer).iter_rows())
        daily = trajectory(lowers, told, CHILD).of(viewer)
        assert crossed[CHILD] == date(2023, 4, 12)  # 92 days after the assessment was recorded
        assert daily.filter(pl.col("points_most") >= 15)["on"][0] == date(2023, 4, 12)


def test_harm_that_was_there_on_the_first_day_is_not_asked_whether_it_was_warned_of(england):
    rows = review_cohort(CARD, england)
    about = cohort_summary(rows, england.record.from_on)
    later = rows.filter(pl.col("harm_began_on") > england.record.from_on)
    assert (
        about["children_harm_reached"] > about["children_whose_harm_began_during_the_record"] == later.height
    )
    before = (
        later.drop_nulls("triggered_on")
        .select((pl.col("triggered_on") < pl.col("harm_began_on")).mean())
        .item()
    )
    assert about["share_triggered_before_harm"] == pytest.approx(before)


def test_a_cohorts_review_has_one_row_a_child_whom_harm_or_the_line_reached(england):
    rows = review_cohort(CARD, england)
    assert rows["child_id"].is_unique().all()
    assert set(england.truth.harms["child_id"]) <= set(rows["child_id"])
    both = rows.drop_nulls(["assessed_on", "triggered_on"])
    assert both.height > 10
    assert (both["assessed_on"] >= both["triggered_on"]).all()
    told = rows.drop_nulls("triggered_for_childrens_services_on")
    assert told["triggered_on"].null_count() < told.height


def test_the_words_blame_nobody_and_dramatise_nothing():
    case, its = norfolk()
    text = " ".join(said(its, case)).lower()
    for word in ("fail", "should have", "blame", "negligen", "tragic", "damning", "shocking", "subject"):
        assert word not in text
