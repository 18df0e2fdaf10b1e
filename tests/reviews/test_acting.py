"""Acting at the line: which day, for how many, what it avoided at what price, for a cohort and for one child."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from by_hand import on, record
from conftest import simulated
from risk import Card, review_cohort
from risk.core.errors import InputError
from risk.records.cohort import Cohort
from risk.reviews.act import (
    NOBODY,
    OPEN,
    Acted,
    act_for_child,
    acted_in_words,
    acting_document,
    why_nothing_began,
)
from risk.reviews.acting import (
    ACTING,
    SUPPORT,
    UNITS,
    act_at_line,
    acting_figures,
    acting_in_words,
    acting_table,
    by_support,
    days_at_line,
    figures,
    with_support,
)
from risk.world.avoided import AVOIDED, DAYS_TO_ACT, avoided
from risk.world.replaying import acting, replay_in_full
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate_block

NORFOLK = Scenario.named("norfolk_review")
WEEKS_AVOIDED, PER_EXTRA = "child_weeks_of_harm_avoided", "child_weeks_avoided_per_extra_assessment"


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return simulated("norfolk_review", 120, seed=3, years=3)


@pytest.fixture(scope="module")
def days(card, cohort) -> pl.DataFrame:
    return days_at_line(card, cohort)


def test_the_day_is_the_first_on_which_a_child_of_the_home_should_have_triggered(card, cohort, days):
    children = review_cohort(card, cohort).drop_nulls("triggered_on")
    firsts = children.group_by(household_id=pl.col("child_id") // 16).agg(
        assess_on=pl.col("triggered_on").min()
    )
    firsts = firsts.filter(pl.col("assess_on") < cohort.record.to_on).sort("household_id")
    assert firsts.height > 60
    assert days.equals(firsts)


def test_what_comes_later_moves_no_day(card, cohort, days):
    cut = cohort.record.from_on + timedelta(weeks=60)
    then = Cohort(cohort.record.before(cut), cohort.truth, cohort.made)
    assert days_at_line(card, then).equals(days.filter(pl.col("assess_on") < cut))
    assert 0 < days_at_line(card, then).height < days.height


def home(
    number: int, *, began=True, in_harm=True, harm=(70, 70), assessed=(0, 1), removed=(0, 0), weeks=52
) -> dict:
    """What became of one home, before and after."""
    return {
        "household_id": number,
        "assess_on": None,
        "within_weeks": weeks,
        "began": began,
        "in_harm": in_harm,
        **{f"{name}_{when}": n for name, pair in (("harm_days", harm), ("assessments", assessed), ("removals", removed)) for when, n in zip(("before", "after"), pair, strict=True)},
    }  # fmt: skip


def values(rows: pl.DataFrame, group: str, weeks: int = 52) -> dict[str, float | None]:
    of = rows.filter(pl.col("group") == group, pl.col("within_weeks") == weeks)
    return dict(of.select("measure", "value").iter_rows())


# Ten weeks each: seven avoided in the first; one made worse by two; one needless; one whose case was open.
FOUR = pl.DataFrame(
    [
        home(1, harm=(70, 21), assessed=(1, 3), removed=(0, 2)),
        home(2, harm=(70, 84)),
        home(3, harm=(0, 0), in_harm=False),
        home(4, began=False, assessed=(1, 1)),
    ],
    schema=AVOIDED,
)


def test_the_figures_are_sums_over_homes_and_what_each_added_assessment_brought():
    rows = figures(FOUR, 100)
    assert rows.schema == pl.Schema(ACTING)
    assert rows.height == 2 * 3 * len(UNITS)
    assert values(rows, "all") == {
        "homes_at_the_line": 4,
        "assessments_begun_that_day": 3,
        "needless_that_day": 1,
        "child_weeks_of_harm": 30,
        WEEKS_AVOIDED: 5,
        "assessments_added": 4,
        "removals_added": 2,
        PER_EXTRA: 1.25,
    }
    harmed = values(rows, "in_harm_that_day")
    assert (harmed["homes_at_the_line"], harmed["needless_that_day"]) == (3, 0)
    assert harmed[PER_EXTRA] == pytest.approx(5 / 3)


def test_of_no_home_nothing_is_said_and_where_none_is_added_nothing_is_shared_out():
    rows = figures(FOUR, 100)
    assert values(rows, "all", 104) == dict.fromkeys(UNITS) | {"homes_at_the_line": 0}
    fewer = figures(pl.DataFrame([home(1, assessed=(2, 1))], schema=AVOIDED), 10)
    assert values(fewer, "all")[PER_EXTRA] is None
    assert acting_in_words(figures(FOUR.clear(), 10)) == []


def test_the_interval_is_that_of_all_households_drawn_again():
    """40 homes among 400, each with one of harm 0 to 9 weeks: the spread of their sum, by the usual formula."""
    weeks = np.arange(40) % 10
    rows = figures(
        pl.DataFrame([home(n, harm=(7 * int(w), 0)) for n, w in enumerate(weeks)], schema=AVOIDED),
        400,
        resamples=4_000,
    )
    row = rows.filter(pl.col("group") == "all", pl.col("within_weeks") == 52, pl.col("measure") == WEEKS_AVOIDED)  # fmt: skip
    everyone = np.concatenate([weeks, np.zeros(360)])
    half = 1.96 * np.sqrt(400) * everyone.std()
    assert row["value"].item() == weeks.sum()
    assert row["high"].item() - row["low"].item() == pytest.approx(2 * half, rel=0.08)


def test_a_cohort_and_its_parts_say_the_same_as_the_replay_that_they_rest_on(card, cohort, days, tmp_path):
    found = replay_in_full(cohort, acting(NORFOLK), assess_on=days)
    rows = act_at_line(card, cohort)
    assert rows.equals(acting_figures(found))
    cohort.write(tmp_path / "c")
    assert act_at_line(card, tmp_path / "c").equals(rows)
    all_homes = values(rows, "all")
    assert all_homes["assessments_begun_that_day"] > 40
    assert 0 < all_homes["needless_that_day"] < all_homes["assessments_begun_that_day"]
    assert acting_table(rows, "all").columns[1:] == ["26 weeks", "1 year", "2 years"]


def test_only_how_much_more_often_care_improves_with_a_plan_is_halved_and_doubled():
    assert NORFOLK.harm.improves_with_support == (1.0, 1.5, 2.0)
    assert with_support(NORFOLK, 0.5).harm.improves_with_support == (1.0, 1.25, 1.5)
    assert with_support(NORFOLK, 2.0).harm.improves_with_support == (1.0, 2.0, 3.0)
    assert set(with_support(NORFOLK, 2.0).overrides) == {"harm.improves_with_support"}


def test_with_plans_that_help_otherwise_the_homes_live_through_it_all_anew(card, cohort):
    rows = by_support(card, cohort)
    assert rows["support"].unique(maintain_order=True).to_list() == list(SUPPORT)
    as_assumed = rows.filter(pl.col("support") == "as assumed").drop("support")
    assert as_assumed.equals(act_at_line(card, cohort))
    half = with_support(NORFOLK, 0.5)
    before = Cohort(*simulate_block(half, 3, 0, 120, cohort.made["weeks"]), cohort.made)
    its_days = days_at_line(card, before)
    after = Cohort(*simulate_block(acting(half), 3, 0, 120, cohort.made["weeks"], its_days), cohort.made)
    assert rows.filter(pl.col("support") == "half").drop("support").equals(figures(avoided(before, after, its_days), 120))  # fmt: skip


def acts(card, cohort) -> list[Acted]:
    return [act_for_child(card, cohort, child) for child in cohort.record.children["child_id"][:60]]


def test_one_childs_figures_are_those_of_its_home_acted_on_alone_on_its_own_day(card, cohort):
    children = review_cohort(card, cohort).select("child_id", "triggered_on")
    triggered = dict(children.iter_rows())
    began = 0
    for acted in acts(card, cohort):
        assert acted.on == triggered.get(acted.child_id)
        if not acted.began:
            continue
        day = pl.DataFrame({"household_id": [acted.child_id // 16], "assess_on": [acted.on]})
        after = Cohort(*simulate_block(acting(NORFOLK), 3, 0, 120, cohort.made["weeks"], day), cohort.made)
        rows = avoided(cohort, after, day, child_id=acted.child_id)
        assert acted.rows["harm_days_before"].equals(rows["harm_days_before"])
        assert acted.rows["harm_days_after"].equals(rows["harm_days_after"])
        began += 1
        if began == 6:
            break
    assert began == 6


def test_a_childs_sentences_say_what_was_avoided_at_what_price_or_why_nothing_was(card, cohort):
    found = acts(card, cohort)
    for acted in found:
        first, *more = acted_in_words(acted)
        if acted.on is None:
            assert "never reached the line" in first
        elif not acted.began:
            assert acted.why_not in first
            assert acted.rows["days_avoided"].to_list() == [0] * acted.rows.height
        elif acted.rows.height:
            is_same = (acted.rows["days_avoided"] == 0).all()
            assert ("as many days in harm as there were" in first) is is_same
            assert more[-1].startswith("One family that meets the same luck once")
            assert ("in hindsight nothing warranted it then" in more[0]) is acted.needless
    assert {OPEN} <= {acted.why_not for acted in found}
    assert len({acted.needless for acted in found} & {True, False}) == 2


def test_an_assessment_is_needless_where_no_child_of_the_home_was_in_harm_that_day(card, cohort):
    harms = cohort.truth.harms.select("child_id", "warranted_from", "warranted_to").rows()
    began = [acted for acted in acts(card, cohort) if acted.began]
    for acted in began:
        homes = {child for child, start, end in harms if start <= acted.on < end}
        assert acted.in_harm is (acted.child_id in homes)
        assert acted.needless is (acted.child_id // 16 not in {child // 16 for child in homes})
    assert {acted.needless for acted in began} == {True, False}


@pytest.mark.parametrize(
    ("events", "why"),
    [
        (["- referral childrens_services 2022-05-01"], OPEN),
        (["- referral childrens_services 2022-05-02"], NOBODY),  # on the day itself: what acting would do
        (["- referral childrens_services 2022-04-01", "- case_closed childrens_services 2022-05-01"], NOBODY),
        (["- referral childrens_services 2022-04-01", "- case_closed childrens_services 2022-05-02"], OPEN),
    ],
)
def test_why_nothing_began_is_how_things_stood_on_the_evening_before(events, why):
    day = pl.DataFrame({"household_id": [1], "assess_on": [on("2022-05-02")]}, schema=DAYS_TO_ACT)
    assert why_nothing_began(record(*events), day) == why


def test_what_cannot_be_made_again_says_why(card, cohort):
    child = int(cohort.record.children["child_id"][0])
    odd = cohort.record.events.with_columns(disclosed_by_child=~pl.col("disclosed_by_child"))
    spoilt = Cohort(type(cohort.record)(**{**vars(cohort.record), "events": odd}), cohort.truth, cohort.made)
    unknown = Cohort(cohort.record, cohort.truth, {"from_on": "2010-01-04", "to_on": "2013-01-07"})
    for other, why in (
        (spoilt, "is not made again as it is: record/events"),
        (unknown, "keeps no scenario_values"),
    ):
        with pytest.raises(InputError, match=why):
            act_for_child(card, other, child)
        document = acting_document(card, other, child, line=25)
        assert document["known"] is False
        assert why in document["in_words"][0]
    with pytest.raises(InputError, match="child 999999 is not in the cohort"):
        act_for_child(card, cohort, 999_999)


def test_a_card_that_never_crosses_changes_nothing(cohort):
    card = Card.shipped()
    assert days_at_line(card, cohort, line=10_000).is_empty()
    rows = act_at_line(card, cohort, line=10_000)
    assert values(rows, "all")["homes_at_the_line"] == 0
