"""The household's line: who lives there and how old the children are that day, and nothing that comes later."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from risk.show.packs.household import age, household_line
from risk.show.packs.lesson import of_child, of_chronology

WRITTEN_ON = date(2012, 6, 11)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2012-06-11", "newborn"),
        ("2012-07-10", "newborn"),
        ("2012-07-11", "1 month"),
        ("2013-06-10", "11 months"),
        ("2014-06-10", "23 months"),
        ("2014-06-11", "2"),
        ("2022-06-10", "9"),
    ],
)
def test_a_child_is_so_many_months_old_until_two_and_then_so_many_years(on, said):
    assert age(WRITTEN_ON, date.fromisoformat(on)) == said


@pytest.fixture(scope="module")
def invented(card, norfolk):
    return of_child(norfolk, 224, card)


def of_people(told, children: pl.DataFrame, adults: pl.DataFrame):
    path = told.review.path
    record = replace(path.record, children=children, adults=adults)
    return replace(told, review=replace(told.review, path=replace(path, record=record)))


def home(told, *, sister="2012-01-02", partner="2012-03-05", left=None):
    """C, a boy of February 2010 with an older brother and a younger sister; a partner came, perhaps left."""
    record = told.review.path.record
    of = record.children.filter(pl.col("child_id") == 224).drop("born_on", "sex")
    born = [("2008-05-01", "male", 223), ("2010-02-01", "male", 224), (sister, "female", 225)]
    children = pl.concat(
        of.with_columns(
            child_id=pl.lit(number, pl.Int64),
            born_on=pl.lit(on).str.to_date(),
            sex=pl.lit(sex, record.children.schema["sex"]),
        )
        for on, sex, number in born
    ).select(record.children.columns)
    rows = [("mother", None, None), ("partner", partner, left)]
    adults = pl.DataFrame(
        [
            (number, of["household_id"].item(), "A", role, joined and date.fromisoformat(joined), left, None)
            for number, (role, joined, left) in enumerate(rows)
        ],
        schema=record.adults.schema,
        orient="row",
    )
    return of_people(told, children, adults)


def test_it_says_the_children_by_birth_with_their_ages_that_day_and_the_adults_written_down_by_then(invented):
    assert household_line(home(invented), date(2012, 6, 1)) == (
        "Children: brother D (4), C (boy, 2), sister E (4 months). Adults: mother. "
        "First written down since: a partner (March 2012)."
    )


def test_who_is_not_born_or_not_written_down_yet_or_has_left_is_not_in_it(invented):
    early = household_line(home(invented), date(2012, 1, 1))
    assert early == "Children: brother D (3), C (boy, 23 months). Adults: mother."
    left = home(invented, left=date(2012, 5, 1))
    assert "partner" not in household_line(left, date(2012, 5, 1))
    assert "partner" in household_line(left, date(2012, 4, 30))


def test_the_file_of_one_agency_names_nobody_whom_another_may_have_written_down(invented):
    assert "partner" not in household_line(home(invented), date(2012, 6, 1), visitors=False)


def test_take_away_what_comes_later_and_nothing_changes(invented):
    path = invented.review.path
    record = path.record
    for on in path.events["recorded_on"].unique().sort().gather_every(5):
        by_then = of_people(
            invented,
            record.children.filter((pl.col("born_on") <= on) | (pl.col("child_id") == path.child_id)),
            record.adults.filter(pl.col("joined_on").is_null() | (pl.col("joined_on") <= on)),
        )
        assert household_line(by_then, on) == household_line(invented, on)


def test_what_an_account_does_not_say_is_said_to_be_so(card, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("date,agency,kind,what\n2014-06-01,school,hunger,x\n", encoding="utf-8")
    line = household_line(of_chronology(str(file), card), date(2014, 6, 1))
    assert line == "Who lives in the home, and how old the children are, is not written down."
    file.write_text("Child,Sam,Born,2009-05-01\n" + file.read_text(), encoding="utf-8")
    line = household_line(of_chronology(str(file), card), date(2014, 6, 1))
    assert line == "Children: Sam (5). Adults: not written down."


def test_children_who_were_taken_away_do_not_live_at_home_until_they_return(card, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(
        "Child,Sam,Born,2009-05-01\ndate,agency,kind,what\n2014-06-01,school,hunger,x\n"
        "2014-06-02,police,police_protection,x\n2014-06-05,childrens_services,return_home,x\n",
        encoding="utf-8",
    )
    told = of_chronology(str(file), card)
    away = "By a record of 2 June 2014 the children do not live at home."
    assert [away in household_line(told, date(2014, 6, on)) for on in (1, 2, 4, 5)] == [
        False,
        True,
        True,
        False,
    ]
