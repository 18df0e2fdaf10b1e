"""What is written of a home tells of the care in it as much as the dials say, and no dial moves anything else."""

from math import log, sqrt

import numpy as np
import polars as pl
import pytest

from conftest import simulated
from risk.core.kinds import CHILD_CONCERNS, CONCERNS, DISCLOSABLE, GENERATED_AGENCIES
from risk.records.cohort import Cohort
from risk.world.information import worth
from risk.world.observation import channels
from risk.world.scenario import Scenario

DIALS = (
    "noticing.severity_with_worse_care",
    "noticing.child_says_with_worse_care",
    "noticing.believes_with_worse_care",
)
# What is written reaches nobody, so that services change nothing; children speak alike at any age.
BASE = {
    "noticing.shares": dict.fromkeys(GENERATED_AGENCIES, 0.0),
    "noticing.shares_of": {},
    "noticing.child_says_by_age": [1, 1, 1],
    "noticing.believes_by_age": [1, 1, 1],
    "noticing.child_says_after_not_believed": 1.0,
}


def world(**dials: float) -> tuple[Scenario, Cohort]:
    changed = {f"noticing.{name}": value for name, value in dials.items()}
    scenario = Scenario.named("norfolk_review", BASE | dict.fromkeys(DIALS, 0.0) | changed)
    return scenario, simulated(scenario, 3_000, years=4)


def with_care(cohort: Cohort) -> pl.DataFrame:
    """The concerns written down, with whether care was serious on the day."""
    concerns = cohort.record.events.filter(pl.col("kind").is_in(list(CONCERNS))).sort("occurred_on")
    spells = cohort.truth.spells.sort("from_on").select("household_id", "from_on", "care_state")
    found = concerns.join_asof(
        spells, left_on="occurred_on", right_on="from_on", by="household_id", check_sortedness=False
    )
    serious = pl.col("care_state").cast(pl.String).is_in(["serious", "severe"])
    return found.with_columns(pl.col("kind", "agency").cast(pl.String), serious=serious)


def counted(events: pl.DataFrame, of: str, what: str, one: pl.Expr, other: pl.Expr) -> pl.DataFrame:
    """The log of the ratio of likelihood ratios of one against another, with its standard error, by `of`."""
    cells = [
        (is_it & (pl.col("serious") == serious)).sum().alias(f"{name}_{serious}")
        for name, is_it in (("one", one), ("other", other))
        for serious in (True, False)
    ]
    n = events.group_by(pl.col(of).alias("of")).agg(*cells)
    counts = ["one_True", "one_False", "other_True", "other_False"]
    n = n.filter(pl.min_horizontal(counts) >= 20)
    logs = [pl.col(c).log() for c in counts]
    return n.select(
        "of",
        what=pl.lit(what),
        log_ratio=logs[0] - logs[1] - logs[2] + logs[3],
        error=pl.sum_horizontal(1 / pl.col(c) for c in counts).sqrt(),
    )


def shown(cohort: Cohort) -> pl.DataFrame:
    """What a cohort shows of what `worth` says."""
    events = with_care(cohort)
    once = events.unique(["household_id", "kind", "occurred_on"])  # agencies share how severe it looked
    could = events.filter(pl.col("kind").is_in(list(CHILD_CONCERNS & DISCLOSABLE)))
    born = cohort.record.children.select("child_id", "born_on")
    aged = could.join(born, on="child_id").filter(
        (pl.col("occurred_on") - pl.col("born_on")).dt.total_days() >= 1461
    )
    spoke, believed, severity = pl.col("disclosed_by_child"), pl.col("believed"), pl.col("severity")
    return pl.concat(
        [
            counted(once, "kind", "severity 4, not 1", severity == 4, severity == 1),
            counted(aged, "agency", "the child spoke, not silent", spoke, ~spoke),
            counted(events, "agency", "the child was believed, not doubted", believed, ~believed),
        ]
    )


@pytest.mark.parametrize("dial", [0.0, 0.3, 0.9])
def test_what_is_written_is_worth_what_is_stated_and_nothing_with_dials_at_zero(dial):
    scenario, cohort = world(**{name.split(".")[1]: dial for name in DIALS})
    found = shown(cohort).join(worth(scenario), on=["what", "of"])
    off = found.select(z=(pl.col("log_ratio") - pl.col("likelihood_ratio").log()) / pl.col("error"))["z"]
    assert found["what"].n_unique() == 3
    assert found.height >= 10
    assert off.abs().max() < 3.5
    assert abs(off.mean()) < 3.5 / sqrt(found.height)
    if dial == 0:
        assert found["likelihood_ratio"].to_numpy() == pytest.approx(1)


def test_dials_turned_up_are_worth_more():
    is_visit = pl.col("of") == "home_visit"
    tables = [
        worth(Scenario.named("england_2014", dict.fromkeys(DIALS, dial))) for dial in (0.0, 0.1, 0.3, 0.9)
    ]
    visits = [table.filter(is_visit)["likelihood_ratio"].item() for table in tables]
    assert visits == pytest.approx([visits[0]] * 4)  # what a visit is worth has a dial of its own
    ratios = [table.filter(~is_visit)["likelihood_ratio"].to_numpy() for table in tables]
    assert (np.diff(ratios, axis=0) > 0).all()


def test_what_we_assume_is_worth_what_the_scenario_says():
    england = worth(Scenario.named("england_2014"))
    for words, low, high in (
        ("severity", 3, 5),
        ("spoke", 1.7, 2.3),
        ("believed", 1.3, 1.6),
        ("did not see", 1.8, 2.6),
    ):
        ratios = england.filter(pl.col("what").str.contains(words))["likelihood_ratio"]
        assert ratios.is_between(low, high).all()


MOVES = {
    "severity_with_worse_care": {"severity"},
    "child_says_with_worse_care": {"disclosed_by_child", "believed"},
    "child_says_after_not_believed": {"disclosed_by_child", "believed"},
    "believes_with_worse_care": {"believed"},
}


@pytest.mark.parametrize("dial", MOVES)
def test_a_dial_moves_its_own_column_and_no_other(dial):
    # Where anything is shared, services answer what looks severe or is believed, and much else moves.
    before, after = world()[1], world(**{dial: 0.3})[1]
    moved = [
        c for c in before.record.events.columns if not before.record.events[c].equals(after.record.events[c])
    ]
    assert set(moved) == MOVES[dial]
    assert before.truth.spells.equals(after.truth.spells)
    assert before.truth.incidents.equals(after.truth.incidents)


def test_a_child_who_was_not_believed_says_less_from_the_next_day_on():
    events = with_care(world(child_says_after_not_believed=0.1)[1])
    doubted = (
        events.filter(~pl.col("believed")).group_by("household_id").agg(since=pl.col("recorded_on").min())
    )
    later = pl.col("occurred_on") > pl.col("since")
    school = events.filter(pl.col("agency") == "school", pl.col("kind").is_in(["hunger", "emotional_harm"]))
    spoke = (
        school.join(doubted, on="household_id", how="left")
        .group_by(later=later.fill_null(False))
        .agg(share=pl.col("disclosed_by_child").mean(), n=pl.len())
        .sort("later")
    )
    assert spoke["n"].min() > 200
    assert spoke["share"][1] < 0.3 * spoke["share"][0]


def test_agencies_that_wrote_of_one_incident_share_its_severity():
    events = with_care(world(severity_with_worse_care=0.3)[1])
    one = events.group_by("household_id", "kind", "occurred_on").agg(
        pl.col("severity").n_unique(), n=pl.len()
    )
    assert (one["n"] > 1).sum() > 100
    assert one["severity"].max() == 1


def test_the_young_say_less_and_are_believed_less_and_what_is_sure_stays_sure():
    seen = channels(Scenario.named("england_2014").noticing)
    school, childline = (list(GENERATED_AGENCIES).index(a) for a in ("school", "childline"))
    assert seen.says[school, :, 0, 1] == pytest.approx(
        [0, 0.1404, 0.25, 0.3182], abs=1e-4
    )  # odds .49, 1, 1.4 × 1/3
    assert seen.believes[school, :, 1] == pytest.approx([0, 0.6203, 0.7, 0.7], abs=1e-4)  # odds .7 × 7/3
    assert (seen.says[childline, 1:] == 1).all()
    assert seen.severity.sum(axis=-1) == pytest.approx(1)
    assert log(seen.severity[0, 3, 3] / seen.severity[0, 3, 0] / (0.10 / 0.25)) == pytest.approx(3 * 2 * 0.22)
