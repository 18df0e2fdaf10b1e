"""Acting: what a referral and an assessment on the day on which a record reached the line would have changed.

The same homes live through the same years with the same luck; only on that day, if their case was closed, an
assessment begins. What differs is set against what it took: the assessments added, and those that nothing
warranted on that day. A counterfactual in an invented world, and as good as its assumptions: above all how
much a plan helps a family.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from risk.core.arguments import need
from risk.core.arrays import Floats
from risk.core.defaults import DEFAULT_PRICE, RESAMPLES
from risk.core.errors import InputError
from risk.core.pool import HERE, Pool
from risk.model.alarms import line_at_price
from risk.model.bootstrap import figure, share
from risk.model.card import Card, as_card
from risk.records.cohort import Cohort
from risk.records.manifest import read_manifest
from risk.records.partitions import each_part, homes_where, stretches
from risk.records.schema import CHILDREN_A_HOUSEHOLD
from risk.reviews.crossings import first_crossings
from risk.world.avoided import AVOIDED, DAYS_TO_ACT, avoided, began, in_harm_then
from risk.world.remaking import first_difference, stretch
from risk.world.replaying import acting, home_again, replay_in_full
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate_block

Made = Cohort | Path | str
EVERYBODY: Final = "all"
HARMED: Final = "in_harm_that_day"
GROUPS: Final = (EVERYBODY, HARMED)
"""All homes whose record reached the line, and those of which a child was in harm on that day."""

UNITS: Final = {
    "homes_at_the_line": "homes",
    "assessments_begun_that_day": "homes",
    "needless_that_day": "homes",
    "child_weeks_of_harm": "child-weeks",
    "child_weeks_avoided": "child-weeks",
    "assessments_added": "assessments of a home",
    "removals_added": "removals of a child",
    "child_weeks_avoided_per_extra_assessment": "child-weeks",
}
"""Each measure's unit. homes_at_the_line: those followed for the whole stretch. assessments_begun_that_day:
the others had a case open. needless_that_day: of these, where no child of the home was in harm on that day.
child_weeks_of_harm: as it was, within the stretch. assessments_added: completed within the stretch, after
less before, so that one which was to come anyway is none."""

ACTING: Final = {
    "group": pl.String,
    "within_weeks": pl.Int64,
    "measure": pl.String,
    "unit": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
SUPPORT: Final = {"half": 0.5, "as assumed": 1.0, "double": 2.0}
"""How much more often care improves with a plan than without, against what the scenario assumes of it."""


def days_at_line(
    card: Card,
    cohort: Made,
    *,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Return household_id and assess_on: the first day on which the shared record of a child of it reached the line.

    Of the days on which something could still be done: none after the last. line: where it was chosen
    otherwise than by its price.
    """
    reached = line_at_price(as_card(card), price) if line is None else line
    return pl.concat(each_part(partial(_days_of_part, as_card(card), reached), cohort, pool, on_part))


def _days_of_part(card: Card, line: int, part: Cohort) -> pl.DataFrame:
    crossed = pl.concat(first_crossings(card, homes.record, line) for homes in stretches(part))
    return (
        crossed.filter(pl.col("crossed_on") < part.record.to_on)
        .group_by(household_id=pl.col("child_id") // CHILDREN_A_HOUSEHOLD)
        .agg(assess_on=pl.col("crossed_on").min())
        .select(pl.col(name).cast(dtype) for name, dtype in DAYS_TO_ACT.items())
        .sort("household_id")
    )


def act_at_line(
    card: Card,
    cohort: Made,
    *,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
    support: float = 1.0,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Return what an assessment on the day of the line would have changed, one row a group, stretch and measure.

    Columns `ACTING`, measures `UNITS`, groups `GROUPS`; low and high are the 95 % interval over households.
    A stretch is of the homes that are followed for the whole of it: "within a year" is said of no others.

    support: how much more often care improves with a plan than without, as a multiple of what the cohort's
    scenario assumes. With any but 1 the homes live through it all anew, before and after, and the days are
    those on which their records then reached the line.

    Raises InputError as `world.replay` does.
    """
    made = cohort.made if isinstance(cohort, Cohort) else read_manifest(Path(cohort)).made
    base, reached = Scenario.of_cohort(made), line_at_price(as_card(card), price) if line is None else line
    if support == 1:
        days = days_at_line(card, cohort, line=reached, pool=pool)
        found = replay_in_full(cohort, acting(base), assess_on=days, pool=pool, on_part=on_part)
        return acting_figures(found.avoided, found.households)
    work = partial(_acted_part, as_card(card), with_support(base, support), reached)
    spared, households = zip(*each_part(work, cohort, pool, on_part), strict=True)
    return acting_figures(pl.concat(spared), sum(households))


def with_support(scenario: Scenario, times: float) -> Scenario:
    """Return a scenario in which plans help so many times as much: what they add to how often care improves."""
    helps = [1 + times * (m - 1) for m in scenario.harm.improves_with_support]
    return scenario.with_values({"harm.improves_with_support": helps})


def _acted_part(card: Card, scenario: Scenario, line: int, part: Cohort) -> tuple[pl.DataFrame, int]:
    """Return what was `avoided` in the homes of a part, had they lived in this world, and how many they are."""
    first, count = stretch(part)
    size = (part.made["seed"], first, count, part.made["weeks"])
    before = Cohort(*simulate_block(scenario, *size), part.made)
    days = _days_of_part(card, line, before)
    after = Cohort(*simulate_block(acting(scenario), *size, days), part.made)
    return avoided(before, after, days), count


def acting_figures(
    spared: pl.DataFrame, households: int, *, resamples: int = RESAMPLES, seed: int = 1
) -> pl.DataFrame:
    """Return the rows of `act_at_line` from `avoided.avoided` of a cohort of so many households."""
    rows: list[tuple[object, ...]] = []
    for group in GROUPS:
        of_group = spared if group == EVERYBODY else spared.filter("in_harm")
        for (weeks,), homes in of_group.group_by("within_weeks", maintain_order=True):
            weights = _weights(homes.height, households, resamples, seed)
            for measure, by_resample in _measures(homes, weights).items():
                rows.append((group, weeks, measure, UNITS[measure], *figure(by_resample).with_interval()))
    order = pl.col("group").cast(pl.Enum(GROUPS))
    table = pl.DataFrame(rows, schema=ACTING, orient="row")
    return table.sort(order, "within_weeks", maintain_order=True)


def _weights(homes: int, households: int, resamples: int, seed: int) -> Floats:
    """Return (homes, 1 + resamples) weights, as `bootstrap.household_weights` of all households has for these.

    In the other households nothing differs, so that of them only their number matters.
    """
    chances = [*np.full(homes, 1 / households), max(1 - homes / households, 0.0)]
    draws = np.random.Generator(np.random.Philox(seed)).multinomial(households, chances, resamples)
    return np.vstack([np.ones(homes), draws[:, :homes]]).T


def _measures(homes: pl.DataFrame, weights: Floats) -> dict[str, Floats]:
    """Return each of `UNITS` of the homes themselves, first, and of their resamples."""

    def total(of: pl.Expr) -> Floats:
        summed: Floats = homes.select(of.cast(pl.Float64)).to_series().to_numpy() @ weights
        return summed

    harm, spared = (
        pl.col("harm_days_before") / 7,
        (pl.col("harm_days_before") - pl.col("harm_days_after")) / 7,
    )
    avoided_weeks = total(spared)
    added = total(pl.col("assessments_after") - pl.col("assessments_before"))
    return {
        "homes_at_the_line": total(pl.col("began").is_not_null()),
        "assessments_begun_that_day": total(pl.col("began")),
        "needless_that_day": total(pl.col("began") & ~pl.col("in_harm")),
        "child_weeks_of_harm": total(harm),
        "child_weeks_avoided": avoided_weeks,
        "assessments_added": added,
        "removals_added": total(pl.col("removals_after") - pl.col("removals_before")),
        "child_weeks_avoided_per_extra_assessment": share(avoided_weeks, np.where(added > 0, added, 0)),
    }


@dataclass(frozen=True)
class Acted:
    """What an assessment on the day on which one child's record reached the line would have changed for it.

    on: the day; null if the line was never reached. began: whether an assessment would have begun on it, and
    if not, why_not. in_harm: whether the child was in harm on the day. needless: whether no child of its home
    was. rows: one a stretch of time for which the home is followed, with within_weeks, harm_days_before and
    harm_days_after (the child's), days_avoided, assessments_added (of the home) and removals_added (of its
    children).
    """

    child_id: int
    on: date | None
    began: bool
    why_not: str | None
    in_harm: bool | None
    needless: bool | None
    rows: pl.DataFrame


NEVER_REACHED: Final = "its record never reached the line"
STAYS: Final = "its home's case was open, or no child lived there"
ENDS: Final = "the record ends on that day"


def act_for_child(
    card: Card,
    cohort: Cohort,
    child_id: int,
    *,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
) -> Acted:
    """Return what an assessment on the day on which this child's record reached the line would have changed.

    One family that meets the same luck once: one way in which it could have gone, and no average. line: as in
    `review_cohort`. Raises InputError for a child who is not in the cohort, and for a cohort that does not say
    how its world is made, or is not made again as it is.

    >>> import risk
    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> act_for_child(risk.Card.shipped(), cohort, 2).on
    datetime.date(2010, 12, 18)
    """
    need("cohort", cohort, Cohort, "a record alone has no world to be made again")
    home = _made_again(cohort, child_id)
    reached = line_at_price(as_card(card), price) if line is None else line
    crossed = first_crossings(as_card(card), home.record, reached).filter(pl.col("child_id") == child_id)
    on: date | None = crossed["crossed_on"].item() if crossed.height else None
    if on is None or on >= home.record.to_on:
        return Acted(child_id, on, False, NEVER_REACHED if on is None else ENDS, None, None, _rows(None))
    household = child_id // CHILDREN_A_HOUSEHOLD
    days = pl.DataFrame({"household_id": [household], "assess_on": [on]}, schema=DAYS_TO_ACT)
    after = home_again(home.made, child_id, acting(Scenario.of_cohort(home.made)), days)
    begins = not began(after.record, days).is_empty()
    return Acted(
        child_id=child_id,
        on=on,
        began=begins,
        why_not=None if begins else STAYS,
        in_harm=not in_harm_then(home, days, pl.col("child_id") == child_id).is_empty(),
        needless=in_harm_then(home, days).is_empty() if begins else None,
        rows=_rows(avoided(home, after, days, child_id=child_id)),
    )


def _made_again(cohort: Cohort, child_id: int) -> Cohort:
    """Return the home of a child, made again. Raises InputError unless it comes out as it is in the cohort."""
    if child_id not in cohort.record.children["child_id"]:
        raise InputError(f"child {child_id} is not in the cohort")
    there = homes_where(cohort, lambda home: home == child_id // CHILDREN_A_HOUSEHOLD)
    again = home_again(cohort.made, child_id)
    odd = first_difference(there.tables(), again.tables())
    if odd is not None:
        raise InputError(
            f"the home of child {child_id} is not made again as it is: {odd} differs; it was changed, or "
            "another version of the package made it"
        )
    return again


def _rows(spared: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rows of `Acted` from those of `avoided.avoided`, of one home."""
    table = pl.DataFrame(schema=AVOIDED) if spared is None else spared
    return table.select(
        "within_weeks",
        "harm_days_before",
        "harm_days_after",
        days_avoided=pl.col("harm_days_before") - pl.col("harm_days_after"),
        assessments_added=pl.col("assessments_after") - pl.col("assessments_before"),
        removals_added=pl.col("removals_after") - pl.col("removals_before"),
    )
