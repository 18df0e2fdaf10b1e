"""The report: what is said of the day, made from the figures, in words that nobody has to be taught."""

import textwrap
from datetime import date

import polars as pl
import pytest

from by_hand import CHILD, record
from risk.chronologies.case import read_case
from risk.model.card import Card
from risk.reviews.answers import apart, by_shares, in_a_sentence, in_short, roughly, share_in_words
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import review
from risk.reviews.placings.reached import SHARES, Reached
from risk.reviews.report import believed, headline, imprecision, said, what_if, who_alone
from risk.reviews.tables import chronology_table, dated_table, undated_table

CARD = Card.shipped()
# By the shipped card home conditions bring 20 points when new and supervision 16; the line at price 5 stands at 22.
TWO = ("16 home_conditions school 2023-03-01", "16 supervision police 2023-03-05")


def found(*lines: str):
    return review(trajectory(CARD, record(*lines), CHILD))


def of(case):
    return review(trajectory(CARD, case.record, case.child_id, texts=case.texts), case=case)


@pytest.fixture(scope="module")
def case():
    return read_case("norfolk_review")


@pytest.fixture(scope="module")
def norfolk(case):
    return of(case)


@pytest.fixture
def written(tmp_path):
    """The review of a chronology of a person's own, from its rows."""

    def reviewed(*rows: str):
        file = tmp_path / "own.csv"
        head = "date,until,agency,kind,what,told_childrens_services\n"
        file.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
        return of(read_case(str(file)))

    return reviewed


def reached(answer="by_this_day", **more) -> Reached:
    by_hand = {
        "earliest": date(2012, 10, 2),
        "latest": date(2014, 1, 1),
        "exact": True,
        "latest_found": None,
        "median": date(2013, 4, 5),
        "nine_in_ten": date(2013, 10, 6),
        "share_by_day": pl.DataFrame(schema=SHARES),
        "n_undated": 0,
        "n_concerns": 4,
    }
    return Reached(answer=answer, **{**by_hand, **more})


def perhaps(share: float) -> Reached:
    rises = pl.DataFrame({"on": [date(2013, 5, 1)], "share": [share]}, schema=SHARES)
    return reached("perhaps", latest=None, nine_in_ten=None, share_by_day=rises)


def test_the_headline_of_the_reviews_case_is_made_of_its_figures(norfolk):
    pooled = norfolk.reached["pooled"]
    assert headline(norfolk) == (
        "Half of the ways in which the dates can fall held enough for an assessment (the line, 26 points) by "
        f"{roughly(pooled.median)}, nine in ten by {roughly(pooled.nine_in_ten)}, all by the end of 2013: at "
        "least five months before the children were removed."
    )


def test_what_if_stands_beside_the_answer_and_is_named(norfolk, case):
    first, second, *_ = said(norfolk, case)
    assert "What if" not in first
    assert second == what_if(norfolk)
    assert second.startswith("What if what the child told school and refuge counted too")
    assert roughly(norfolk.what_if.reached["pooled"].median) in second


def test_what_is_not_stated_is_a_band_and_never_not_told(norfolk, case):
    services = next(s for s in said(norfolk, case) if s.startswith("Children's services"))
    assert "of 10 dated concerns the account says that 3 were reported to them" in services
    assert "does not say of 7" in services
    assert "What it says was reported possibly reached the line" in services
    assert "told all the rest, they had what everybody had" in services
    rows = dict(dated_table(norfolk).select("line", "what it means").iter_rows())
    least = rows["Children's services, told nothing that is not stated"]
    assert "the account says it was reported" in least
    assert "Children's services, told all of it" in rows


def test_every_table_says_told_not_told_or_not_stated(written, norfolk, case):
    assert set(chronology_table(norfolk)["services told"]) == {"yes", "not stated", "their own"}
    assert set(undated_table(case)["services told"]) == {"not stated"}
    its = written(
        "2013-03-01,,school,hunger,x,yes",
        "2013-03-02,,school,hunger,x,no",
        "2013-03-03,,school,hunger,x,",
        "2013-03-04,,childrens_services,hunger,x,",
    )
    assert chronology_table(its)["services told"].to_list() == ["yes", "no", "not stated", "their own"]


def test_of_an_invented_child_nothing_is_left_open():
    told = found("16 hunger school 2023-03-01 2023-03-01 2023-03-20", "16 hunger school 2023-03-02")
    assert chronology_table(told)["services told"].to_list() == ["20 Mar 2023", "no"]


def test_what_a_child_said_was_believed_not_believed_or_not_stated(norfolk):
    assert (
        believed(norfolk) == "A child spoke in 8 records: belief not stated in 8."
    )  # "not always", says the account
    assert (
        believed(found("16 hunger school 2023-03-01 said believed"))
        == "A child spoke in 1 record: believed in 1."
    )
    assert believed(found(*TWO)) is None


def test_the_sentences_of_the_reviews_case_fit_on_one_screen(norfolk, case):
    lines = [line for s in said(norfolk, case) for line in textwrap.wrap(f"• {s}", 80)]
    assert len(lines) <= 24


def test_agencies_that_never_had_enough_are_one_sentence_and_one_row():
    assert who_alone(found(*TWO))[0] == "No agency on its own ever had enough."
    never = dated_table(found(*TWO)).filter(pl.col("line") == "Any agency alone")
    assert never["when"].to_list() == ["Never"]
    assert never["what it means"].item() == "No agency on its own ever had enough: Police, School."


def test_where_one_agency_had_enough_the_others_are_the_others():
    its = found(*TWO, "16 supervision school 2023-03-09")
    assert who_alone(its)[:2] == [
        "School alone reached the line on 10 March 2023.",
        "No other agency on its own ever had enough.",
    ]


def test_a_record_of_which_only_undated_concerns_could_cross_cannot_be_said(written):
    its = written(
        "2013-03-01,,school,hunger,x,yes",
        *["undated,,school,home_conditions,x,"] * 12,
        "undated,,gp,conviction,x,",
    )
    assert headline(its).startswith("Cannot be said: 12 of 13 concerns are undated")
    assert dated_table(its).filter(pl.col("line") == "Triggered")["when"].item() == (
        "Cannot be said: 12 of 13 concerns are undated"
    )


def test_what_the_dates_leave_open_is_said_to_be_possible(written):
    its = written("2014-03-01,,housing,home_conditions,x,yes", "2013,,school,hunger,y,yes")
    assert headline(its).startswith("Possibly from 2 March 2014 the shared record supported an assessment")
    assert "of the ways in which the dates can fall" in headline(its)


def test_each_answer_has_a_plain_sentence_of_its_own():
    by_this_day = in_a_sentence("School alone", reached())
    assert by_this_day == (
        "School alone reached the line in half of the ways in which the dates can fall by early April 2013, "
        "nine in ten by early October 2013, all by the end of 2013"
    )
    assert in_a_sentence("School alone", perhaps(0.63)) == (
        "School alone possibly reached the line, from 2 October 2012: in about 13 in 20 of the ways in which the dates "
        "can fall"
    )
    never = reached("never", earliest=None, latest=None)
    assert in_a_sentence("School alone", never) == "School alone never reached the line"
    open_still = reached("cannot_be_said", earliest=None, latest=None, n_undated=12, n_concerns=14)
    assert in_a_sentence("School alone", open_still).endswith("or not: 12 of 14 concerns are undated")


def test_each_answer_has_a_short_form():
    assert (
        in_short(reached()) == "Half by early Apr 2013, nine in ten by early Oct 2013, all by the end of 2013"
    )
    assert in_short(perhaps(0.63)) == "Possibly from 2 Oct 2012: about 13 in 20 of the ways"
    assert in_short(reached("never", earliest=None, latest=None)) == "Never"
    one_day = date(2013, 4, 5)
    assert in_short(reached(earliest=one_day, latest=one_day)) == "5 Apr 2013"


def test_what_was_not_found_out_is_called_a_bound():
    assert by_shares(reached(exact=False)).endswith("all by the end of 2013, which is a bound")


def test_a_share_that_comes_with_the_next_is_not_said_twice():
    within_days = reached(median=date(2013, 12, 25), nine_in_ten=date(2013, 12, 30))
    assert by_shares(within_days) == "all by the end of 2013"


def test_shares_are_rounded_to_five_points_and_neither_none_nor_all_unless_they_are():
    shares = {
        0.0: "none",
        0.01: "a few",
        0.52: "half",
        0.63: "about 13 in 20",
        0.9: "nine in ten",
        0.99: "nearly all",
    }
    assert {share: share_in_words(share) for share in shares} == shares
    assert share_in_words(1.0) == "all"


def test_a_day_is_said_to_a_third_of_a_month_and_a_first_day_as_the_end_before_it():
    days = {(4, 5): "early April 2013", (4, 20): "mid April 2013", (4, 21): "late April 2013"}
    assert {on: roughly(date(2013, *on)) for on in days} == days
    assert roughly(date(2013, 7, 1)) == "the end of June 2013"
    assert roughly(date(2014, 1, 1)) == "the end of 2013"


def test_a_wait_is_said_in_whole_months_and_never_more_than_it_was():
    assert apart(date(2014, 1, 1), date(2014, 6, 2)) == "five months"
    assert apart(date(2014, 1, 3), date(2014, 6, 2)) == "four months"
    assert apart(date(2014, 1, 3), date(2014, 1, 4)) == "one day"


def test_how_well_dates_are_known_is_said_in_plain_words(norfolk, case):
    assert imprecision(norfolk, case.undated.height) == (
        "Some dates are only known to the month or year (17 of 17); each day they allow counts as equally likely. "
        "13 more are undated: listed, not scored."
    )
    assert imprecision(found(*TWO)) == "Every dated event (2) is known to the day, so the answer is exact."


def test_the_words_blame_nobody_and_dramatise_nothing(norfolk, case):
    text = " ".join(said(norfolk, case)).lower()
    for word in ("fail", "should have", "blame", "negligen", "tragic", "damning", "shocking", "subject"):
        assert word not in text
