from datetime import date

import polars as pl
import pytest

import risk
from by_hand import record, truth
from conftest import simulated
from risk.core.errors import InputError
from risk.records.cohort import Cohort
from risk.world import effects
from risk.world.generation import generate
from risk.world.replaying import replay_in_full
from risk.world.scenario import Scenario

NORFOLK = Scenario.named("norfolk_review")
SHARING = {"noticing.shares.police": 1.0, "noticing.shares.school": 1.0}


@pytest.fixture(scope="module")
def cohort():
    return simulated("norfolk_review", 150, seed=3, years=2)


@pytest.fixture(scope="module")
def folder(cohort, tmp_path_factory):
    path = tmp_path_factory.mktemp("replay") / "cohort"
    cohort.write(path)
    return path


def counted(events: list[str], harms: list[str], children=(16, 17), born="2015-06-01") -> dict[str, int]:
    """What each measure counts in household 1."""
    row = effects.by_household(record(*events, children=children, born=born), truth(*harms))
    return row.filter(pl.col("household_id") == 1).drop("household_id").row(0, named=True)


def test_a_replay_with_nothing_changed_is_identical_and_its_effect_is_nothing_with_no_width(folder):
    found = replay_in_full(folder, NORFOLK)
    assert found.identical
    assert found.effects["before"].equals(found.effects["after"].alias("before"))
    assert (found.effects["before"] > 0).sum() > 5
    for column in ("difference", "low", "high"):
        assert (found.effects[column] == 0).all()
    assert found.effects["variance_ratio"].null_count() == found.effects.height


def test_a_replay_counts_what_two_simulations_of_the_same_families_hold(cohort, folder):
    other = NORFOLK.with_values(SHARING)
    after = risk.simulate(other, households=150, seed=3, years=2)
    rows = {r["measure"]: r for r in risk.replay(folder, other).iter_rows(named=True)}
    for name, each in (("before", cohort), ("after", after)):
        household = effects.by_household(each.record, each.truth)
        for measure, (_, per) in effects.MEASURES.items():
            assert rows[measure][name] == household[measure].sum() / per
    assert rows["assessments"]["low"] > 0
    assert rows["weeks_of_serious_neglect_before_assessment"]["high"] < 0


def test_a_cohort_in_memory_and_its_folder_are_replayed_alike(cohort, folder):
    other = NORFOLK.with_values(SHARING)
    assert risk.replay(cohort, other).equals(risk.replay(folder, other))


def test_the_partitions_add_up_to_the_whole(cohort, tmp_path):
    other, whole = NORFOLK.with_values(SHARING), risk.replay(cohort, NORFOLK.with_values(SHARING))
    generate(NORFOLK, tmp_path / "c", households=150, seed=3, years=2, households_a_part=50)
    steps: list[int] = []
    found = replay_in_full(tmp_path / "c", other, on_part=steps.append)
    assert found.effects.equals(whole)
    assert not found.identical
    assert steps == [50, 50, 50]
    assert found.children == cohort.record.children.height


def household_of(name: str, table: pl.DataFrame) -> pl.Expr:
    if "household_id" in table.columns:
        return pl.col("household_id")
    return pl.col("child_id") // 16 if "child_id" in table.columns else pl.col("event_id") // 65_536


def test_another_practice_moves_nothing_in_homes_that_it_never_reaches(cohort):
    """Fewer assessments are completed: all is the same in homes where none was started."""
    other = NORFOLK.with_values({"practice.assessment_never_completed": 0.9})
    again = risk.simulate(other, households=150, seed=3, years=2)
    for table in ("households", "children"):  # which adults are known depends on practice
        assert getattr(again.record, table).equals(getattr(cohort.record, table))
    assert again.truth.families.equals(cohort.truth.families)
    touched = cohort.record.events.filter(pl.col("kind") == "assessment_started")["household_id"].unique()
    assert 0 < touched.len() < 150
    for group, table in (("record", "events"), ("truth", "spells"), ("truth", "incidents")):
        ours, theirs = (
            getattr(getattr(c, group), table).filter(~pl.col("household_id").is_in(touched.implode()))
            for c in (cohort, again)
        )
        assert ours.height > 100
        assert ours.equals(theirs)
    assert not cohort.record.events.equals(again.record.events)


# Harm from 2 May to 30 May (4 weeks) and from 4 July to 1 August (4 weeks), both children of household 1.
HARMS = [f"{child} 2022-{a} 2022-{b}" for child in (16, 17) for a, b in (("05-02", "05-30"), ("07-04", "08-01"))]  # fmt: skip
WEEKS = "weeks_of_serious_neglect_before_assessment"


@pytest.mark.parametrize(
    ("events", "days", "never"),
    [
        ([], 2 * 56, 2),
        (["- assessment_completed childrens_services 2022-05-16"], 2 * 14, 0),
        (["- section_47_enquiry childrens_services 2022-06-15"], 2 * 28, 0),  # between the spells
        (["- assessment_completed childrens_services 2022-05-02"], 0, 0),  # on the day it began
        (["- assessment_completed childrens_services 2022-05-01"], 2 * 56, 2),  # before it began
        (["- assessment_started childrens_services 2022-05-16"], 2 * 56, 2),  # started is not completed
        (["16 assessment_completed childrens_services 2022-05-09"], 7 + 56, 1),  # one child's own
        (["- assessment_completed childrens_services 2022-09-01"], 2 * 56, 0),  # after all of it
        (
            ["- assessment_completed childrens_services 2022-07-18", "- section_47_enquiry childrens_services 2022-05-09"],
            2 * 7,
            0,
        ),  # the earlier of the two
    ],
)  # fmt: skip
def test_neglect_is_counted_until_the_first_assessment_after_it_began(events, days, never):
    found = counted(events, HARMS)
    assert (found[WEEKS], found["harmed_children_never_assessed"]) == (days, never)


@pytest.mark.parametrize(
    ("day", "needless"),
    [
        ("2022-02-06", 1),  # harm begins 85 days later, after the 12 weeks
        ("2022-02-07", 1),  # on day 84, the first day after them
        ("2022-02-08", 0),  # on day 83, their last
        ("2022-05-16", 0),  # during it
        ("2022-11-27", 0),  # the last day of harm, 29 May, is 182 days before
        ("2022-11-28", 1),  # 183 days before
    ],
)
def test_an_assessment_is_needless_if_no_harm_was_true_around_it(day, needless):
    found = counted([f"16 assessment_completed childrens_services {day}"], ["16 2022-05-02 2022-05-30"])
    assert (found["assessments"], found["needless_assessments"]) == (1, needless)


def test_an_assessment_of_a_home_counts_for_each_child_and_is_needless_for_those_not_harmed():
    found = counted(["- assessment_completed childrens_services 2022-05-16"], ["16 2022-05-02 2022-05-30"])
    assert (found["assessments"], found["needless_assessments"]) == (2, 1)


@pytest.mark.parametrize(("born", "counts"), [("2022-05-16", 2), ("2022-05-17", 0), ("2004-05-17", 2), ("2004-05-16", 0)])  # fmt: skip
def test_a_child_counts_from_birth_until_it_turns_18(born, counts):
    events = ["- assessment_completed childrens_services 2022-05-16", "- police_protection police 2022-05-16"]
    found = counted(events, [], born=born)
    assert (found["assessments"], found["removals"]) == (counts, counts)


@pytest.mark.parametrize(
    ("events", "removals"),
    [
        (["- police_protection police 2022-05-16"], 2),
        (["- care_proceedings court 2022-05-16", "- interim_care_order court 2022-05-16", "- care_order court 2022-11-01"], 2),
        (["- accommodated_s20 childrens_services 2022-05-16", "- return_home childrens_services 2022-06-16", "- police_protection police 2022-07-16"], 4),
        (["- accommodated_s20 childrens_services 2022-05-16", "- return_home childrens_services 2022-06-16"], 2),
        (["16 accommodated_s20 childrens_services 2022-05-16", "- care_order court 2022-06-16"], 2),  # 17 leaves later
    ],
)  # fmt: skip
def test_a_period_of_care_is_one_removal_whatever_its_legal_basis(events, removals):
    assert counted(events, [])["removals"] == removals


def test_what_came_to_no_assessment_was_never_told_or_screened_out_or_not_assessed():
    lost = [
        "16 hunger school 2022-03-01 2022-03-01",
        "16 hunger gp 2022-03-01 2022-03-01",
        "17 hunger school 2022-03-05 2022-03-05 2022-03-08",
        "- contact school 2022-03-08 answers=2",
        "16 hunger gp 2022-05-01 2022-05-01 2022-05-08",
        "- contact gp 2022-05-08 answers=4",
        "- referral gp 2022-05-08 answers=5",
    ]
    closed = ["- no_further_action childrens_services 2022-05-09 answers=6"]
    assessed = [
        "- assessment_started childrens_services 2022-05-09 answers=6",
        "- assessment_completed childrens_services 2022-06-09 closes=7 unsubstantiated",
    ]
    for then, not_assessed in ((closed, 1), (assessed, 0)):
        counts = counted(lost + then, [])
        assert [counts[m] for m in ("never_told", "told_and_screened_out", "referred_and_not_assessed")] == [
            *(2, 1, not_assessed)
        ]


def test_the_interval_is_that_of_the_sum_of_the_households_differences():
    """Four households' assessments: 0, 1, 2, 1 before and 1, 1, 4, 2 after: differences 1, 0, 2, 1."""
    measures = {name: [0, 0, 0, 0] for name in effects.MEASURES}
    before, after = (
        pl.DataFrame({"household_id": [1, 2, 3, 4], **measures, "assessments": counts})
        for counts in ([0, 1, 2, 1], [1, 1, 4, 2])
    )
    rows = effects.effects([effects.paired_sums(before, after)])
    row = rows.filter(pl.col("measure") == "assessments").row(0, named=True)
    assert (row["before"], row["after"], row["difference"]) == (4, 8, 4)
    half = 1.959964 * (4 * 2 / 3) ** 0.5  # the differences' variance is 2/3
    assert (row["low"], row["high"]) == (pytest.approx(4 - half), pytest.approx(4 + half))
    assert row["variance_ratio"] == pytest.approx((2 / 3 + 2) / (2 / 3))  # 2/3 before, 2 after


def test_the_variance_ratio_is_what_really_independent_seeds_would_give():
    """Households paired with those of another seed differ as much more as the ratio says, within a quarter."""
    other = NORFOLK.with_values({"practice.reassured_by_parent": 0.0})
    size = {"households": 400, "years": 2}
    before = risk.simulate(NORFOLK, seed=1, **size)
    same, apart = (risk.simulate(other, seed=seed, **size) for seed in (1, 2))
    one, paired, independent = (effects.by_household(c.record, c.truth) for c in (before, same, apart))
    rows = risk.replay(before, other)
    for measure in (WEEKS, "assessments"):
        ratio = rows.filter(pl.col("measure") == measure)["variance_ratio"].item()
        found = (independent[measure] - one[measure]).var() / (paired[measure] - one[measure]).var()
        assert ratio > 2
        assert found == pytest.approx(ratio, rel=0.25)


def test_a_cohort_that_cannot_be_made_again_as_it_is_is_refused(cohort):
    events = cohort.record.events.with_columns(disclosed_by_child=~pl.col("disclosed_by_child"))
    spoilt = Cohort(
        type(cohort.record)(**{**vars(cohort.record), "events": events}), cohort.truth, cohort.made
    )
    with pytest.raises(InputError, match="households 0 to 149 are not made again as they are: record/events"):
        risk.replay(spoilt, NORFOLK)


def test_names_may_change_between_releases_of_faker(cohort):
    children = cohort.record.children.with_columns(given_name=pl.lit("Other0001"))
    renamed = Cohort(
        type(cohort.record)(**{**vars(cohort.record), "children": children}), cohort.truth, cohort.made
    )
    assert replay_in_full(renamed, NORFOLK).identical


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"harm.collapses_per_year.1": 1.0}, r"a replay keeps families, harm and opening: harm.collapses_per_year is \[0.02, 1.5\] in the cohort and \[0.02, 1.0\] .* --set 'harm.collapses_per_year=\[0.02, 1.5\]'"),
        ({"families.visibility_shares": [0.2, 0.6, 0.2]}, r"families.visibility_shares is \[0.3, 0.5, 0.2\]"),
    ],
)  # fmt: skip
def test_other_families_or_other_harm_are_no_replay(cohort, values, message):
    with pytest.raises(InputError, match=message):
        risk.replay(cohort, NORFOLK.with_values(values))


def test_another_first_day_is_no_replay(cohort):
    moved = NORFOLK.model_copy(update={"from_on": date(2010, 1, 11)})
    with pytest.raises(InputError, match="from_on: it is 2010-01-04 in the cohort and 2010-01-11"):
        risk.replay(cohort, moved)


def test_a_cohort_of_a_users_own_file_is_replayed_after_the_file_is_gone(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nextends = "norfolk_review"\n[harm]\ncollapses_per_year = { value = [0.02, 2.0] }\n'
    )
    scenario = Scenario.named(str(path), {"noticing.shares.gp": 0.5})
    risk.simulate(scenario, households=20, seed=1, years=1).write(tmp_path / "cohort")
    path.unlink()
    made = Cohort.read(tmp_path / "cohort").made
    assert replay_in_full(tmp_path / "cohort", Scenario.of_cohort(made)).identical


def test_every_measure_is_called_something_that_people_read():
    assert list(effects.MEASURES_IN_WORDS) == list(effects.MEASURES)
