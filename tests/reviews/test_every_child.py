"""Every child of a record, without a truth: the same answers as each child's own review, and no ranking."""

import polars as pl

import risk
from risk.reviews import group_tables, groups_table, review_record
from risk.reviews.caseload_in_brief import IN_SHORT, caseload_counts, caseload_in_words
from risk.reviews.every_child import GROUPS

LINE = 20
ROWS = {
    "never": [("never", "h1", "2023-03-01", "", "school", "school_absence", "yes")],
    "one day": [
        ("day", "h2", "2023-03-01", "", "school", "hunger", ""),
        ("day", "h2", "2023-04-01", "", "police", "domestic_abuse", "no"),
        ("day", "h2", "2023-06-01", "", "childrens_services", "assessment_completed", ""),
    ],
    "a window": [
        ("window", "h3", "2023-03-01", "", "school", "hunger", "yes"),
        ("window", "h3", "2023-04-01", "2023-04-20", "police", "domestic_abuse", ""),
    ],
    "perhaps": [
        ("perhaps", "h4", "2021-01-01", "", "school", "hunger", "yes"),
        ("perhaps", "h4", "2022-12-01", "2023-06-20", "police", "domestic_abuse", "yes"),
    ],
    "undated": [
        ("nodate", "h5", "2023-03-01", "", "school", "hunger", "yes"),
        ("nodate", "h5", "", "", "police", "domestic_abuse", "yes"),
    ],
}
COLUMNS = ["child", "household", "date", "until", "agency", "kind", "told"]


def caseload(*names: str):
    rows = [row for name in names or ROWS for row in ROWS[name]]
    return risk.read_events(pl.DataFrame(rows, COLUMNS, orient="row"))


def test_each_childs_answer_is_its_own_reviews(card):
    record = caseload()
    line = max_of(card, "hunger") + 1  # one concern does not reach it, two do
    rows = review_record(card, record, line=line)
    assert rows["child"].to_list() == ["never", "day", "window", "perhaps", "nodate"]
    for row in rows.iter_rows(named=True):
        case = record.case_of(row["child"])
        own = risk.review(risk.trajectory(card, case.record, case.child_id, line=line), case=case)
        pooled, services = own.reached["pooled"], own.reached["childrens_services"]
        assert row["answer"] == pooled.answer
        assert row["triggered_on"] == pooled.earliest
        assert pooled.latest is None or row["triggered_by"] >= pooled.latest
        assert row["told_on"] == services.earliest
        assert row["assessed_on"] == (own.assessed and own.assessed.earliest)
        told_all = own.reached.get("told all", services)
        assert row["told_all_on"] == told_all.earliest
    assert {"never", "by_this_day", "cannot_be_said"} <= set(rows["answer"])


def max_of(card, line: str) -> int:
    return int(card.table().filter(pl.col("line").str.to_lowercase() == line).drop("line").to_numpy().max())


def test_a_record_with_less_in_it_says_the_same_of_the_children_who_stay(card):
    whole, less = (
        review_record(card, caseload(), line=LINE),
        review_record(card, caseload("one day"), line=LINE),
    )
    same = whole.filter(pl.col("child") == "day").drop("child_id", "missed_opportunities")
    assert less.drop("child_id", "missed_opportunities").equals(same)


def test_nothing_recorded_later_changes_the_day_on_which_the_line_was_reached(card):
    record = caseload()
    day = review_record(card, record, line=LINE).filter(pl.col("child") == "day")["triggered_on"][0]
    before = review_record(card, record.before(day), line=LINE).filter(pl.col("child") == "day")
    assert before["triggered_on"][0] == day


def test_children_are_never_ranked(card):
    names = list(ROWS)  # of the rows
    for order in (names, names[::-1]):
        record = caseload(*order)
        rows = review_record(card, record, line=LINE)
        table_order = record.named["child"].to_list()
        assert rows["child"].to_list() == table_order
        for of_group in group_tables(rows).values():
            places = [table_order.index(child) for child in of_group["child"]]
            assert places == sorted(places)
            assert not any("point" in column or "score" in column for column in of_group.columns)
    assert not any("point" in column or "score" in column for column in rows.columns)
    assert "child" not in groups_table(rows).columns


def test_every_child_is_in_one_group_and_the_groups_are_counted(card):
    record = caseload()
    rows = review_record(card, record, line=LINE)
    counts = caseload_counts(rows, record)
    assert sum(counts["groups"].values()) == counts["children"] == 5
    assert list(IN_SHORT) == list(GROUPS)
    assert set(rows["group"]) <= set(GROUPS)
    concerns = [counts[f"concerns_{name}"] for name in ("told", "not_told", "not_stated")]
    assert concerns == [5, 1, 2]
    assert counts["events_without_a_date"] == 1


def test_a_cohorts_record_is_reviewed_as_review_cohort_does_but_for_its_truth(norfolk, card):
    rows = review_record(card, norfolk.record)
    known = risk.review_cohort(card, norfolk).select(
        "child_id", "triggered_on", "assessed_on", "days_between", "triggered_by_viewer"
    )
    found = rows.select(known.columns).join(known, on="child_id", how="semi").sort("child_id")
    assert known.height > 20
    assert found.equals(known)


def test_words_are_said_of_a_caseload_in_which_nobody_reached_the_line(card):
    record = caseload("never")
    assert len(caseload_in_words(review_record(card, record), record)) == 1
