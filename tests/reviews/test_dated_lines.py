from datetime import date, timedelta

import polars as pl
import pytest

from by_hand import CHILD, record, truth
from risk.chronologies.case import read_case
from risk.core.wording import window
from risk.model.card import Card
from risk.model.features import LINE_NAMES
from risk.reviews.caseload import cohort_summary, knowable_days, review_cohort
from risk.reviews.crossings import first_crossings
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import Span, review
from risk.reviews.document import as_document
from risk.reviews.report import said, sentences
from risk.world.ceiling.filter import knowable
from risk.world.scenario import Scenario

CARD = Card.shipped()
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
    assert sentences(one)[0].startswith("The shared record never supported an assessment at the line of")
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
    return case, review(trajectory(CARD, case.record, case.child_id, texts=case.texts), case=case)


def test_the_reviews_case_is_reached_at_the_earliest_in_the_year_that_no_assessment_was_completed():
    _, its = norfolk()
    assert its.triggered == Span(date(2012, 10, 2), date(2014, 1, 1))
    assert its.triggered_for["childrens_services"] == Span(date(2012, 10, 2), None)
    assert its.triggered_for["police"] == Span(date(2012, 10, 2), date(2014, 1, 1))
    assert its.assessed is None
    assert its.protected == Span(date(2014, 6, 2), date(2014, 6, 30))


def test_the_reviews_case_as_a_document_has_every_key_that_scripts_rely_on():
    case, its = norfolk()
    document = as_document(its, case)
    days = {"earliest": date(2012, 10, 2), "latest": date(2014, 1, 1), "exact": True}
    assert document["triggered_on"] | days == document["triggered_on"]
    assert document["answer"] == "by_this_day"
    assert document["what_if"]["triggered_on"]["latest"] < document["triggered_on"]["latest"]
    services = document["triggered_by_viewer"]["childrens_services"]
    assert (services["answer"], services["if_none_told"]["latest"]) == ("perhaps", None)
    assert services["if_all_told"]["latest"] == date(2014, 1, 1)
    assert document["triggered_by_viewer"]["school"]["answer"] == "cannot_be_said"
    assert document["share_by_day"][-1] == {"on": date(2014, 1, 1), "share": 1.0}
    assert document["assessed_on"] is None
    assert document["days_between"] is None
    assert len(document["events"]) == 17
    assert len(document["undated_events"]) == 13
    assert sum(e["points"] for e in document["events"]) == document["score"]


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
    lowers = Card.shipped()
    lowers.points[LINE_NAMES.index("unsubstantiated"), :2] = [-20, -20]
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
    first = pl.col("harm_spells").list.first().struct.field("from")
    later = rows.filter(first > england.record.from_on)
    assert (
        about["children_harm_reached"] > about["children_whose_harm_began_during_the_record"] == later.height
    )
    before = later.drop_nulls("triggered_on").select((pl.col("triggered_on") < first).mean()).item()
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


def ceiling(*rows: tuple[str, float]) -> pl.DataFrame:
    days, p = zip(*rows, strict=True)
    return pl.DataFrame({"on": [date.fromisoformat(d) for d in days], "p_knowable": p})


def knowing(known: pl.DataFrame | None, hidden=None, **more):
    return review(trajectory(CARD, record(*TWO), CHILD), hidden, known, **more)


def test_it_was_knowable_on_the_first_day_on_which_the_ceiling_is_at_one_in_the_price():
    its = knowing(ceiling(("2023-02-27", 0.19), ("2023-03-02", 0.2), ("2023-03-06", 0.1)))
    assert its.knowable == date(2023, 3, 2)
    assert its.days_from_knowable == (4, 4)
    assert as_document(its)["knowable_on"] == date(2023, 3, 2)
    assert any("Knowable on 2 March 2023" in s and "4 days after that" in s for s in sentences(its))


def test_what_never_was_knowable_is_said_to_be_so():
    its = knowing(ceiling(("2023-02-27", 0.19)))
    assert (its.knowable, its.ceiling, its.days_from_knowable) == (None, "ceiling", None)
    assert any(s.startswith("Not knowable from the record") for s in sentences(its))


def test_where_the_filter_is_not_exact_it_is_a_reference():
    its = knowing(ceiling(("2023-03-02", 0.3)), is_exact=False)
    assert as_document(its)["ceiling"] == "reference"
    assert any("By a reference only" in s for s in sentences(its))


def test_a_chronology_of_ones_own_has_no_ceiling_and_says_so():
    case, its = norfolk()
    document = as_document(its, case)
    assert (document["knowable_on"], document["ceiling"]) == (None, None)
    assert "can be worked out only for an invented child" in document["knowable"]
    assert any("can be worked out only for an invented child" in s for s in said(its, case))
    assert not any("nowable" in s for s in said(knowing(None)))


def test_days_from_harm_to_the_line_are_negative_where_the_line_came_first():
    assert knowing(None, truth("16 2023-02-01 2023-06-01")).days_from_harm == (33, 33)
    assert knowing(None, truth("16 2023-03-10 2023-06-01")).days_from_harm == (-4, -4)
    assert knowing(None).days_from_harm is None


def test_each_viewer_is_held_against_all_together_with_the_most_it_ever_had():
    late = found(
        "16 home_conditions school 2023-03-01 2023-03-01 2023-03-20",
        "16 supervision police 2023-03-05 2023-03-05 2023-03-05",
    )
    document = as_document(late)
    assert document["triggered_by_viewer"]["childrens_services"] == {
        **dict.fromkeys(("earliest", "latest", "latest_found", "median", "nine_in_ten"), date(2023, 3, 21)),
        "exact": True,
        "answer": "by_this_day",
    }
    home, seen = (int(CARD.points[LINE_NAMES.index(k)][0]) for k in ("home_conditions", "supervision"))
    never = {"least": None, "most": None}
    assert document["silo_gap"] == {
        "childrens_services": {"highest_points": home + seen, "least": 15, "most": 15},
        "police": {"highest_points": seen, **never},
        "school": {"highest_points": home, **never},
    }


def test_imprecise_dates_bound_how_long_after_all_together_an_agency_reached_the_line():
    _, its = norfolk()
    rows = {row.pop("viewer"): row for row in its.silo.to_dicts()}
    for viewer, span in its.triggered_for.items():
        never, perhaps_never = span is None, span is None or span.latest is None
        least = None if never else (span.earliest - its.triggered.latest).days
        most = None if perhaps_never else (span.latest - its.triggered.earliest).days
        assert (rows[viewer]["least"], rows[viewer]["most"]) == (least, most)
    assert {row["most"] is None for row in rows.values()} == {True, False}


def test_a_review_as_a_document_lists_what_was_missed():
    (gap,) = as_document(found(*TWO))["missed_opportunities"]
    assert {k: gap[k] for k in ("finding", "on", "to", "event_ids")} == {
        "finding": "silo_gap",
        "on": date(2023, 3, 6),
        "to": date(2023, 3, 6),
        "event_ids": [0, 1],
    }


def test_a_line_chosen_otherwise_stands_where_it_was_put_and_says_its_price():
    path = trajectory(CARD, record(*TWO), CHILD, line=12)
    assert path.line == 12
    assert path.price == pytest.approx(1 / CARD.probability(12))
    assert review(path).triggered == Span(date(2023, 3, 2), date(2023, 3, 2))


def test_a_cohorts_ceiling_is_asked_of_the_children_reviewed_on_mondays_and_after_each_record(norfolk):
    asked = []

    def by_hand(at, record):
        asked.append(at)
        return at.with_columns(
            p_knowable=pl.when(pl.col("landmark_on") >= date(2011, 1, 1)).then(0.2).otherwise(0.1)
        )

    rows = review_cohort(CARD, norfolk, ceiling=by_hand)
    (at,) = asked
    assert set(at["child_id"]) <= set(rows["child_id"])
    written = norfolk.record.events.select(
        "household_id", landmark_on=pl.col("recorded_on") + timedelta(days=1)
    )
    others = at.filter(pl.col("landmark_on").dt.weekday() != 1)
    assert others.join(written, on=["household_id", "landmark_on"], how="anti").is_empty()
    mondays = at.filter(pl.col("landmark_on").dt.weekday() == 1, pl.col("child_id") == 16)
    assert mondays["landmark_on"].diff().drop_nulls().unique().to_list() == [timedelta(days=7)]
    born_before = norfolk.record.children.filter(pl.col("born_on") < date(2011, 1, 1))["child_id"]
    first = rows.filter(pl.col("child_id").is_in(born_before.implode()))["knowable_on"].unique().to_list()
    # The first Monday of 2011, or the day after a record of that weekend; null for who was grown up.
    assert date(2011, 1, 3) in first
    assert set(first) <= {None, *(date(2011, 1, d) for d in (1, 2, 3))}
    assert rows["days_from_knowable"].equals(
        (rows["triggered_on"] - rows["knowable_on"]).dt.total_days().alias("days_from_knowable")
    )
    about = cohort_summary(rows, norfolk.record.from_on, has_ceiling=True)
    assert about["of_these_knowable"] == rows.drop_nulls(["harm_began_on", "knowable_on"]).height


def test_without_a_ceiling_nothing_is_said_of_what_was_knowable(england):
    rows = review_cohort(CARD, england)
    assert rows["knowable_on"].null_count() == rows.height
    about = cohort_summary(rows, england.record.from_on)
    assert about["of_these_knowable"] is about["share_not_knowable"] is None


def test_the_homes_of_a_few_children_know_no_less_of_them_than_the_whole(norfolk):
    """The ceiling reads a home alone: leaving the others out changes nothing."""
    few = norfolk.record.children["child_id"].gather_every(60)
    scenario = Scenario.of_cohort(norfolk.made)
    at = knowable_days(norfolk.record).filter(pl.col("child_id").is_in(few.implode())).gather_every(25)
    whole = knowable(at, norfolk.record, scenario)["p_knowable"]
    homes = knowable(at, norfolk.record.homes_of(few), scenario)["p_knowable"]
    assert whole.to_numpy() == pytest.approx(homes.to_numpy(), abs=1e-12)


def test_each_viewers_day_in_a_cohort_is_that_of_its_trajectory(norfolk):
    rows = review_cohort(CARD, norfolk)
    for row in rows.gather_every(60).to_dicts():
        its = review(trajectory(CARD, norfolk.record, row["child_id"]))
        days = {viewer: span and span.earliest for viewer, span in its.triggered_for.items()}
        points = dict(its.silo.select("viewer", "highest_points").iter_rows())
        assert {v["viewer"]: v["triggered_on"] for v in row["triggered_by_viewer"]} == days
        assert {v["viewer"]: v["highest_points"] for v in row["triggered_by_viewer"]} == points


def test_no_further_action_is_shown_beside_the_score_and_worth_no_points():
    told = (f"{CHILD} home_conditions police 2023-03-01", f"{CHILD} hunger school 2023-03-02")
    asked = ("- referral police 2023-03-01", "- no_further_action childrens_services 2023-03-01")
    card = Card.shipped()
    with_answer, without = (review(trajectory(card, record(*told, *more), CHILD)) for more in (asked, ()))
    assert as_document(with_answer)["score"] == as_document(without)["score"] > 0
    assert as_document(with_answer)["beside_score"] == {
        "no_further_action_since_assessment": 1,
        "agencies_in_26_weeks": 3,
    }
    assert any("1 record of no further action" in sentence for sentence in said(with_answer))
    assert any("0 records of no further action" in sentence for sentence in said(without))
