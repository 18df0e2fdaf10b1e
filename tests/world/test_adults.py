"""Adults come and go; what the record knows of them it knows from an event."""

import polars as pl
import pytest

from conftest import simulated
from risk.world.scenario import Scenario


@pytest.fixture(scope="module")
def home():
    """Homes in which much happens to the adults, and everything is written down."""
    return simulated(
        Scenario.named(
            "norfolk_review",
            {"families.separations_per_year": 0.4, "noticing.refuge_after_domestic_abuse": 0.5},
        ),
        250,
    )


def both(home) -> pl.DataFrame:
    """Adults whom the record knows, beside who they were."""
    return home.record.adults.join(home.truth.residents, on="adult_id", suffix="_true")


def test_every_home_has_a_mother_and_a_father_leaves_for_good(home):
    mothers = home.truth.residents.filter(pl.col("role") == "mother")
    fathers = home.truth.residents.filter(pl.col("role") == "father")
    assert mothers["household_id"].sort().to_list() == list(range(250))
    assert fathers["household_id"].is_unique().all()
    assert fathers["left_on"].drop_nulls().len() > 50


def test_a_partner_comes_only_when_no_father_or_partner_lives_there(home):
    usual = home.truth.residents.filter(pl.col("role").is_in(["father", "partner"]), ~pl.col("risky"))
    usual = usual.sort("household_id", "adult_id").with_columns(
        gone_before=pl.col("left_on").shift(1).over("household_id"),
        after=pl.int_range(pl.len()).over("household_id") > 0,
    )
    later = usual.filter("after")
    assert later.height > 20
    assert (later["joined_on"] >= later["gone_before"]).all()


def test_a_risky_adult_lives_there_exactly_while_the_hidden_state_says_so(home):
    days_lived = home.truth.residents.filter("risky").select(
        days=(
            pl.col("left_on").fill_null(home.truth.to_on) - pl.col("joined_on").fill_null(home.truth.from_on)
        ).dt.total_days()
    )
    days_risky = home.truth.spells.filter("risky_adult").select(
        days=(pl.col("to_on") - pl.col("from_on")).dt.total_days()
    )
    assert days_lived["days"].sum() == days_risky["days"].sum() > 10_000


def test_nobody_is_known_before_somebody_wrote_it_down(home):
    known = both(home).filter(pl.col("joined_on").is_not_null())
    assert known.height > 100
    assert (known["joined_on"] >= known["joined_on_true"].fill_null(home.truth.from_on)).all()
    writings = home.record.events.select("household_id", joined_on="recorded_on").unique()
    assert known.join(writings, on=["household_id", "joined_on"], how="anti").is_empty()


def test_a_risky_adult_is_known_from_a_concern_about_one_and_never_known_to_have_left(home):
    known = both(home).filter("risky")
    concerns = home.record.events.filter(pl.col("kind") == "risky_adult").select(
        "household_id", joined_on="recorded_on"
    )
    assert known.height > 50
    assert known.join(concerns, on=["household_id", "joined_on"], how="anti").is_empty()
    assert known["left_on"].null_count() == known.height
    unknown = home.truth.residents.filter("risky").join(home.record.adults, on="adult_id", how="anti")
    assert unknown.height > 50  # most of the review's risky adults were known to somebody, not all


def test_police_know_those_of_whom_they_wrote_something_down(home):
    seen = home.record.events.filter(
        pl.col("kind").is_in(["risky_adult", "domestic_abuse"]),
        pl.col("agency").is_in(["police", "probation"]),
    )["household_id"]
    known = home.record.adults.filter("known_to_police")
    assert known.height > 50
    assert known["household_id"].is_in(seen.implode()).all()
    assert not known.filter(pl.col("role") == "mother").height


def test_a_refuge_notices_during_a_stay_and_at_no_other_time(home):
    seen = home.truth.incidents.filter(pl.col("agency") == "refuge")
    stays = home.truth.refuge_stays
    during = seen.join(stays, on="household_id").filter(
        (pl.col("on") >= pl.col("from_on")) & (pl.col("on") < pl.col("to_on"))
    )
    assert stays.height > 50
    assert seen.height == during["incident_id"].len() > 20


def test_stays_in_a_refuge_do_not_overlap_and_begin_the_day_after_police_recorded_domestic_abuse(home):
    stays = home.truth.refuge_stays.sort("household_id", "from_on")
    following = stays.with_columns(next_on=pl.col("from_on").shift(-1).over("household_id"))
    assert (following["to_on"] <= following["next_on"]).all()
    called = home.record.events.filter(
        pl.col("kind") == "domestic_abuse", pl.col("agency") == "police"
    ).select("household_id", from_on=pl.col("recorded_on").dt.offset_by("1d"))
    late = pl.col("from_on") >= home.truth.to_on - pl.duration(days=21)  # may be written down after the end
    assert stays.filter(~late).join(called, on=["household_id", "from_on"], how="anti").is_empty()


def test_children_are_born_throughout_and_the_young_do_not_die_out(home):
    england = simulated("england_2014", 3_000)
    record = england.record
    shares = []
    for on in (record.from_on, record.to_on):
        age = record.children.select(days=(pl.lit(on) - pl.col("born_on")).dt.total_days())["days"]
        here = age.filter((age >= 0) & (age < 6574))
        shares.append((here < 1826).mean())
    assert abs(shares[0] - shares[1]) < 0.04
