"""The replay: the same families with the same luck under another practice, and what differs under it.

Every draw has an address, so a household that is simulated again under other noticing or other practice
meets the same week with the same uniforms: what differs, differs because of the practice. Families and harm
keep their values; the hidden chain may still move otherwise, since plans support families, and that is part
of the effect. Before anything is compared, each partition is made again as it was, and must be it.

Glasserman and Yao (1992), Management Science 38:884-908 (when common random numbers help).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from risk.core.arguments import need, need_columns
from risk.core.errors import InputError
from risk.core.pool import HERE, Pool
from risk.records.cohort import Cohort
from risk.records.manifest import read_manifest
from risk.records.partitions import each_part
from risk.records.schema import CHILDREN_A_HOUSEHOLD
from risk.world.avoided import DAYS_TO_ACT, avoided, check_days
from risk.world.effects import MEASURES, by_household, effects, paired_sums
from risk.world.overrides import leaves
from risk.world.remaking import first_difference, made_again, stretch
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate_block

UNCHANGED: Final = ("families", "harm", "opening")


@dataclass(frozen=True)
class Replay:
    """What a replay found.

    scenario, seed: what made the cohort. replayed: what it was replayed with. households, children: how many.
    identical: whether every row of every table came out as it was. effects: as `replay` returns them.
    avoided: from `avoided.avoided`; null unless it was asked what acting on some days would have changed.
    """

    scenario: Scenario
    seed: int
    replayed: Scenario
    households: int
    children: int
    identical: bool
    effects: pl.DataFrame
    avoided: pl.DataFrame | None = None


def replay(
    cohort: Cohort | Path | str,
    scenario: Scenario,
    *,
    assess_on: pl.DataFrame | None = None,
    pool: Pool = HERE,
) -> pl.DataFrame:
    """Return the effect of another practice on a cohort's own families, one row a measure.

    Columns measure, unit, before, after, difference (after less before), low and high (its 95 % interval),
    variance_ratio. Figures are totals over the cohort's children and all the time for which it is followed.
    The interval is from the households' own differences: normal, with each household one draw. It says what
    as many other households would show, and is of no width when nothing differs.

    variance_ratio: how many times smaller the variance of the difference is than if the two practices had
    been simulated with independent seeds; that variance is the sum of the two practices' own, so it takes no
    further simulation. Null where no household differs.

    cohort: a cohort, or its folder, which is read a partition at a time, on the pool.
    scenario: differs in noticing and practice only. assess_on: with `practice.assess_at_line`, and only then:
    household_id and assess_on, the days on which homes whose case is closed are referred and assessed. Homes
    that are not in it stay as they are, row for row, and the others until that day.

    Raises InputError if families, harm or the first day differ, if a table is missing or its days are none
    of the cohort's, and if the cohort cannot be made again row
    for row, as when another version of the package made it.
    What each measure counts is said at `effects.by_household`.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> told = risk.Scenario.named("norfolk_review").with_values({"noticing.shares.police": 1.0})
    >>> risk.replay(cohort, told).columns
    ['measure', 'unit', 'before', 'after', 'difference', 'low', 'high', 'variance_ratio']
    """
    return replay_in_full(cohort, scenario, assess_on=assess_on, pool=pool).effects


def replay_in_full(
    cohort: Cohort | Path | str,
    scenario: Scenario,
    *,
    assess_on: pl.DataFrame | None = None,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> Replay:
    """Return what `replay` does, with the cohort's size and whether the replay changed anything at all.

    on_part: called with the number of households just replayed.
    """
    need("scenario", scenario, Scenario, "Scenario.named(...) makes one of a name")
    made = cohort.made if isinstance(cohort, Cohort) else read_manifest(Path(cohort)).made
    base = Scenario.of_cohort(made)
    _refuse_other_families(base, scenario)
    _refuse_other_questions(base, scenario, assess_on, made["households"])
    source = "the cohort" if isinstance(cohort, Cohort) else str(cohort)
    work = partial(_replayed, base, scenario, source, assess_on)
    sums, spared, households, children, identical = zip(*each_part(work, cohort, pool, on_part), strict=True)
    return Replay(
        scenario=base,
        seed=made["seed"],
        replayed=scenario,
        households=sum(households),
        children=sum(children),
        identical=all(identical),
        effects=effects(list(sums)),
        avoided=None if assess_on is None else pl.concat(spared),
    )


def _replayed(
    base: Scenario, scenario: Scenario, source: str, assess_on: pl.DataFrame | None, part: Cohort
) -> tuple[pl.DataFrame, pl.DataFrame | None, int, int, bool]:
    """Return of a part its `paired_sums`, what was `avoided`, its size, and whether all came out the same."""
    first, count = stretch(part)
    again = made_again(source, base, part, first, count)
    days = None
    if assess_on is not None:
        days = assess_on.filter(pl.col("household_id").is_between(first, first + count - 1))
        check_days(days, part.record)
    seed, weeks = part.made["seed"], part.made["weeks"]
    other = Cohort(*simulate_block(scenario, seed, first, count, weeks, days), part.made)
    identical = first_difference(again.tables(), other.tables()) is None
    sums = paired_sums(*(by_household(c.record, c.truth) for c in (again, other)))
    spared = None if days is None else avoided(again, other, days)
    return sums, spared, count, part.record.children.height, identical


def home_again(
    made: dict[str, Any],
    child_id: int,
    scenario: Scenario | None = None,
    assess_on: pl.DataFrame | None = None,
) -> Cohort:
    """Return the home of one child alone, made again with the same luck, from how its cohort was made.

    scenario: another practice for it; its cohort's own unless given. assess_on: as in `replay`.
    """
    lived = scenario or Scenario.of_cohort(made)
    household = child_id // CHILDREN_A_HOUSEHOLD
    return Cohort(*simulate_block(lived, made["seed"], household, 1, made["weeks"], assess_on), made)


def of_one_home(made: dict[str, Any], child_id: int) -> pl.DataFrame:
    """Return what good practice would have changed for one child's home: measure, unit, before, after.

    Measures as in `effects.by_household`, of all children of the home, in their units. One family that meets
    the same luck once: it shows one way in which it could have gone, and no average; `replay` gives that.
    """
    before = home_again(made, child_id)
    after = home_again(made, child_id, with_good_practice(Scenario.of_cohort(made)))
    rows = [by_household(c.record, c.truth).row(0, named=True) for c in (before, after)]
    return pl.DataFrame(
        [(m, unit, *(row[m] / each for row in rows)) for m, (unit, each) in MEASURES.items()],
        schema=["measure", "unit", "before", "after"],
        orient="row",
    )


def acting(scenario: Scenario) -> Scenario:
    """Return a scenario in which homes are assessed on a given day: `practice.assess_at_line` is on."""
    return scenario.with_values({"practice.assess_at_line": True})


def with_good_practice(scenario: Scenario) -> Scenario:
    """Return a scenario with what the shipped good practice does differently from the review's practice.

    What is noticed is written down, shared and believed, and services look at the pooled chronology; in all
    else the scenario stays as it is.
    """
    usual, good = (Scenario.named(name).values() for name in ("norfolk_review", "good_practice"))
    changed = {
        f"{group}.{name}": value
        for group in ("noticing", "practice")
        for name, value in good[group].items()
        if value != usual[group][name]
    }
    return scenario.with_values(changed)


def _refuse_other_families(base: Scenario, other: Scenario) -> None:
    if base.from_on != other.from_on:
        raise InputError(
            f"a replay keeps the first day, from_on: it is {base.from_on} in the cohort and {other.from_on} "
            f"in {other.name}"
        )
    kept, asked = ({g: s.values()[g] for g in UNCHANGED} for s in (base, other))
    ours, theirs = dict(leaves(kept)), dict(leaves(asked))
    for name in ours | theirs:
        if ours.get(name) != theirs.get(name):
            was, would = (json.dumps(values.get(name)) for values in (ours, theirs))
            raise InputError(
                f"a replay keeps families, harm and opening: {name} is {was} in the cohort and {would} in "
                f"{other.name}; --set '{name}={was}' keeps it"
            )


def _refuse_other_questions(
    base: Scenario, other: Scenario, assess_on: pl.DataFrame | None, households: int
) -> None:
    """Raise InputError unless a table of days comes with the one question that it answers, asked alone."""
    if not other.practice.assess_at_line:
        if assess_on is not None:
            raise InputError("assess_on: a table of days needs practice.assess_at_line = true")
        return
    if assess_on is None:
        raise InputError(
            "practice.assess_at_line = true needs a table of households and days: give assess_on, as "
            "`reviews.days_at_line` makes it of a record and a card"
        )
    need_columns("assess_on", assess_on, DAYS_TO_ACT, "one row a household, with a day")
    unknown = assess_on.filter(~pl.col("household_id").is_between(0, households - 1))["household_id"]
    if len(unknown):
        raise InputError(
            f"assess_on: household {unknown[0]} is not in the cohort, of {households} households"
        )
    ours, theirs = (dict(leaves(scenario.values())) for scenario in (acting(base), other))
    for name in ours | theirs:
        if ours.get(name) != theirs.get(name):
            was, would = (json.dumps(values.get(name)) for values in (ours, theirs))
            raise InputError(
                f"practice.assess_at_line asks what one act would have changed, and nothing else: {name} is "
                f"{was} in the cohort and {would} in {other.name}"
            )
