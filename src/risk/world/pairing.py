"""Pairing: the same children in two worlds, side by side: one row a child, with what each world held for it.

Families and luck are the same, so that what differs for a child differs because of the other assumptions.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from risk.core.arguments import need, need_columns
from risk.core.errors import InputError
from risk.core.kinds import ASSESSED, CONCERNS, LEAVES_HOME
from risk.records.cohort import Cohort
from risk.world.effects import about_children
from risk.world.remaking import made_again, stretch
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate_block

WHO: Final = ("child_id", "household_id", "born_on")
"""Of a child, and the same in both worlds."""

MADE_ALIKE: Final = ("seed", "weeks", "from_on")


def pair(
    cohort: Cohort,
    other: Scenario | Cohort,
    *,
    of: Callable[[Cohort], pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """Return one row a child of `cohort`: child_id, household_id, born_on, and what both worlds held for it.

    Every column of `of` stands twice: …_before, in the cohort, and …_after, in the other world. Unless given,
    it is `of_each_child`, which finds harmed_on, harm_days, concerns, told_on, assessed_on and removed_on. It
    may be any function that makes a frame of child_id and other columns, of one row a child, of a cohort; a
    child of whom it says nothing has nulls.

    other: a scenario, in which the cohort's own households are simulated with the same seed; or a cohort that
    was made so. It may differ in anything but who the children are and how long they are followed.

    Raises InputError if the two worlds have other children, another seed or other days, if the cohort cannot
    be made again as it is, and if `of` returns anything but one row a child.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> told = risk.Scenario.named("norfolk_review").with_values({"noticing.shares.police": 1.0})
    >>> both = risk.pair(cohort, told)
    >>> both.height, both.columns[3:5]
    (9, ['harmed_on_before', 'harmed_on_after'])
    """
    need("cohort", cohort, Cohort, "simulate makes one; Cohort.read reads one")
    need("other", other, (Scenario, Cohort), "Scenario.named(...) makes one of a name")
    after = _again(cohort, other) if isinstance(other, Scenario) else other
    _refuse_other_children(cohort, after)
    children = cohort.record.children.select(WHO).sort("child_id")
    worlds = [_of_children(of or of_each_child, world) for world in (cohort, after)]
    for world, when in zip(worlds, ("before", "after"), strict=True):
        renamed = world.rename({c: f"{c}_{when}" for c in world.columns if c != "child_id"})
        children = children.join(renamed, on="child_id", how="left", maintain_order="left")
    columns = [c for c in worlds[0].columns if c != "child_id"]
    return children.select(*WHO, *(f"{c}_{when}" for c in columns for when in ("before", "after")))


def of_each_child(cohort: Cohort) -> pl.DataFrame:
    """Return one row a child: what happened to it, and what was written down and done.

    harmed_on: the day its harm first began. harm_days: days in which an assessment was warranted. concerns:
    records of a concern about the child or the whole home. told_on: the first day on which children's
    services knew of one. assessed_on: the first assessment completed or section 47 enquiry.
    removed_on: the first day away from home. Dates are null for never; records and steps carried over into
    the first day are left out.
    """
    record, children = cohort.record, cohort.record.children.select("child_id")
    harm = cohort.truth.harms.group_by("child_id").agg(
        harmed_on=pl.col("warranted_from").min(),
        harm_days=(pl.col("warranted_to") - pl.col("warranted_from")).dt.total_days().sum(),
    )
    concerns = (
        record.events_by_child()
        .filter(
            pl.col("kind").is_in(list(CONCERNS)),
            pl.col("relation") != "sibling",
            pl.col("recorded_on") >= record.from_on,
        )
        .group_by("child_id")
        .agg(concerns=pl.len().cast(pl.Int64), told_on=pl.col("shared_on").min())
    )
    steps = about_children(record).filter("under_18", pl.col("on") >= record.from_on)
    found = children.join(harm, on="child_id", how="left").join(concerns, on="child_id", how="left")
    for name, kinds in (("assessed_on", ASSESSED), ("removed_on", LEAVES_HOME)):
        first = (
            steps.filter(pl.col("kind").is_in(kinds)).group_by("child_id").agg(pl.col("on").min().alias(name))
        )
        found = found.join(first, on="child_id", how="left")
    return found.with_columns(pl.col("harm_days", "concerns").fill_null(0)).sort("child_id")


def _again(cohort: Cohort, scenario: Scenario) -> Cohort:
    """Return the cohort's households as they are in another world, once they have come out as they were."""
    first, count = stretch(cohort)
    made_again("the cohort", Scenario.of_cohort(cohort.made), cohort, first, count)
    made = cohort.made | {"from_on": scenario.from_on.isoformat()}
    return Cohort(*simulate_block(scenario, made["seed"], first, count, made["weeks"]), made)


def _refuse_other_children(before: Cohort, after: Cohort) -> None:
    for name in MADE_ALIKE:
        ours, theirs = before.made.get(name), after.made.get(name)
        if ours != theirs:
            raise InputError(
                f"{name} is {ours} in the cohort and {theirs} in the other world; the same is needed"
            )
    ours, theirs = (world.record.children.select(WHO).sort("child_id") for world in (before, after))
    if not ours.equals(theirs):
        odd = pl.concat([ours.join(theirs, on=WHO, how="anti"), theirs.join(ours, on=WHO, how="anti")])
        raise InputError(
            f"{odd['child_id'].n_unique():,} children are not the same in both worlds, first child "
            f"{odd['child_id'].min()!r}; the households and all that decides who lives in them must be alike"
        )


def _of_children(of: Callable[[Cohort], pl.DataFrame], cohort: Cohort) -> pl.DataFrame:
    found = of(cohort)
    need_columns("of", found, ("child_id",), "return a frame of one row a child")
    twice = found.filter(pl.col("child_id").is_duplicated())
    if twice.height:
        raise InputError(
            f"of: child {twice['child_id'][0]} stands {twice.height:,} times; one row a child is needed"
        )
    return found.drop(WHO[1:], strict=False)
