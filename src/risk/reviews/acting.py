"""Acting: what a referral and an assessment on the day on which a record reached the line would have changed.

The same homes live through the same years with the same luck; only on that day, if their case was closed, an
assessment begins. What differs is set against what it took: the assessments added, and those that nothing
warranted on that day. A counterfactual in an invented world, and as good as its assumptions: how often an
assessment leads to care, where harm at home ends, and how much a plan helps a family.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats
from risk.core.defaults import DEFAULT_PRICE, RESAMPLES
from risk.core.pool import HERE, Pool
from risk.model.alarms import line_at_price
from risk.model.bootstrap import figure, share
from risk.model.card import Card, as_card
from risk.records.cohort import Cohort
from risk.records.manifest import read_manifest
from risk.records.partitions import each_part, stretches
from risk.records.schema import CHILDREN_A_HOUSEHOLD
from risk.reviews.crossings import first_crossings
from risk.world.avoided import AVOIDED, DAYS_TO_ACT, WITHIN_WEEKS, avoided
from risk.world.remaking import stretch
from risk.world.replaying import Replay, acting, replay_in_full
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate_block

Made = Cohort | Path | str
A_YEAR: Final = 52
AT_THE_LINE: Final = "homes_at_the_line"
EVERYBODY: Final = "all"
HARMED: Final = "in_harm_that_day"
GROUPS: Final = (EVERYBODY, HARMED)
GROUPS_IN_WORDS: Final = {
    EVERYBODY: "All homes whose record reached the line",
    HARMED: "Those of which a child was in harm on that day",
}
WHAT_ACTING_IS: Final = (
    "On that day a home whose case is closed is referred and an assessment begins; one whose case is open "
    "stays as it is. Needless: no child of the home was in harm on that day. Added: completed by then, after "
    "less before. A counterfactual in an invented world, and no estimate of what acting does in England."
)

UNITS: Final = {
    AT_THE_LINE: "homes",
    "assessments_begun_that_day": "homes",
    "needless_that_day": "homes",
    "child_weeks_of_harm": "child-weeks",
    "child_weeks_of_harm_avoided": "child-weeks",
    "assessments_added": "assessments of a home",
    "removals_added": "removals of a child",
    "child_weeks_avoided_per_extra_assessment": "child-weeks",
}
"""Each measure's unit. homes_at_the_line: those followed for the whole stretch. assessments_begun_that_day:
where no case was open. needless_that_day: of these, where no child of the home was in harm on that day.
child_weeks_of_harm: within the stretch, of the children of these homes, as it was. assessments_added:
completed within it, after less before, so that one which was to come anyway is none."""

ACTING: Final = {
    "group": pl.String,
    "within_weeks": pl.Int64,
    "measure": pl.String,
    "unit": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
OF_A_MEASURE: Final = ("measure", "value", "low", "high")
WITHIN: Final = {26: "26 weeks", 52: "1 year", 104: "2 years"}
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
    """Return household_id and assess_on: when the shared record of a child of it first reached the line.

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
    """Return what an assessment on the day of the line would have changed, a row a measure.

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
        return acting_figures(found)
    work = partial(_acted_part, as_card(card), with_support(base, support), reached)
    spared, households = zip(*each_part(work, cohort, pool, on_part), strict=True)
    return figures(pl.concat(spared), sum(households))


def with_support(scenario: Scenario, times: float) -> Scenario:
    """Return a scenario in which plans add so many times as much to how often care improves."""
    helps = [1 + times * (m - 1) for m in scenario.harm.improves_with_support]
    return scenario.with_values({"harm.improves_with_support": helps})


def _acted_part(card: Card, scenario: Scenario, line: int, part: Cohort) -> tuple[pl.DataFrame, int]:
    """Return what is `avoided` in the homes of a part when they live in this world, and how many they are."""
    first, count = stretch(part)
    size = (part.made["seed"], first, count, part.made["weeks"])
    before = Cohort(*simulate_block(scenario, *size), part.made)
    days = _days_of_part(card, line, before)
    after = Cohort(*simulate_block(acting(scenario), *size, days), part.made)
    return avoided(before, after, days), count


def acting_figures(found: Replay) -> pl.DataFrame:
    """Return the rows of `act_at_line` from a replay with a table of days; none from one without."""
    return figures(pl.DataFrame(schema=AVOIDED) if found.avoided is None else found.avoided, found.households)


def figures(
    spared: pl.DataFrame, households: int, *, resamples: int = RESAMPLES, seed: int = 1
) -> pl.DataFrame:
    """Return the rows of `act_at_line` from `avoided.avoided` of a cohort of so many households.

    Of no home there is nothing to say, and the values are null.
    """
    rows: list[tuple[object, ...]] = []
    for group in GROUPS:
        of_group = spared if group == EVERYBODY else spared.filter("in_harm")
        for weeks in WITHIN_WEEKS:
            homes = of_group.filter(pl.col("within_weeks") == weeks)
            weights = _weights(homes.height, households, resamples, seed)
            for measure, by_resample in _measures(homes, weights).items():
                said = by_resample if homes.height or measure == AT_THE_LINE else by_resample * np.nan
                rows.append((group, weeks, measure, UNITS[measure], *figure(said).with_interval()))
    return pl.DataFrame(rows, schema=ACTING, orient="row")


def _weights(homes: int, households: int, resamples: int, seed: int) -> Floats:
    """Return (homes, 1 + resamples) weights, as `bootstrap.household_weights` of all has for these.

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

    harm, harm_after = pl.col("harm_days_before") / 7, pl.col("harm_days_after") / 7
    spared = total(harm - harm_after)
    added = total(pl.col("assessments_after") - pl.col("assessments_before"))
    return {
        AT_THE_LINE: total(pl.col("began").is_not_null()),
        "assessments_begun_that_day": total(pl.col("began")),
        "needless_that_day": total(pl.col("began") & ~pl.col("in_harm")),
        "child_weeks_of_harm": total(harm),
        "child_weeks_of_harm_avoided": spared,
        "assessments_added": added,
        "removals_added": total(pl.col("removals_after") - pl.col("removals_before")),
        # Where none is added there is nothing to share among.
        "child_weeks_avoided_per_extra_assessment": share(spared, added.clip(0)),
    }


def by_support(
    card: Card,
    cohort: Made,
    *,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Return the rows of `act_at_line` with plans that help half as much, as assumed, and twice as much.

    support: which of `SUPPORT`, the first column. How much a plan helps is an assumption, which nobody has
    measured; what is avoided because children leave home does not rest on it.
    """
    tables = []
    for support, times in SUPPORT.items():
        rows = act_at_line(card, cohort, price=price, line=line, support=times, pool=pool, on_part=on_part)
        tables.append(rows.select(pl.lit(support).alias("support"), pl.all()))
    return pl.concat(tables)


def acting_table(rows: pl.DataFrame, group: str) -> pl.DataFrame:
    """Return the rows of `act_at_line` of one group as a person reads them: a stretch of time a column."""
    with_interval = pl.struct("measure", *OF_A_MEASURE[1:]).map_elements(_cell, pl.String)
    table = rows.filter(pl.col("group") == group).select(
        pl.col("measure").str.replace_all("_", " ").alias("in all, with the 95 % interval"),
        pl.col("within_weeks").replace_strict(WITHIN, return_dtype=pl.String),
        with_interval.alias("cell"),
    )
    return table.pivot("within_weeks", index=table.columns[0], values="cell")


def support_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what `by_support` found within a year as a person reads it: a row a group and how plans help."""
    measures = (
        "child_weeks_of_harm_avoided",
        "assessments_added",
        "child_weeks_avoided_per_extra_assessment",
    )
    with_interval = pl.struct("measure", *OF_A_MEASURE[1:]).map_elements(_cell, pl.String)
    return (
        rows.filter(pl.col("within_weeks") == A_YEAR, pl.col("measure").is_in(measures))
        .select(
            pl.col("support").alias("plans help"),
            pl.col("group").replace(GROUPS_IN_WORDS).alias("within a year"),
            pl.col("measure").str.replace_all("_", " "),
            with_interval.alias("cell"),
        )
        .pivot("measure", index=["plans help", "within a year"], values="cell")
    )


def _cell(row: dict[str, Any]) -> str:
    digits = 1 if row["measure"].endswith("per_extra_assessment") else 0
    return _with_interval((row["value"], row["low"], row["high"]), digits)


def acting_in_words(rows: pl.DataFrame) -> list[str]:
    """Return what `act_at_line` found as sentences: what acting would take, and avoid in a year.

    None where no home reached the line, or none was followed for a year after it.
    """
    within = rows.filter(pl.col("within_weeks") == A_YEAR)
    all_homes, harmed = (_by_measure(within.filter(pl.col("group") == group)) for group in GROUPS)
    homes, begun, needless = (
        all_homes[m][0] for m in (AT_THE_LINE, "assessments_begun_that_day", "needless_that_day")
    )
    if not homes:
        return []
    said = [
        f"Of {homes:,.0f} homes whose record reached the line, and that were followed for a year from then, "
        f"{begun:,.0f} had no case open: there an assessment would have begun on that day. In "
        f"{needless:,.0f} of these no child was in harm then.",
        f"In all of them: {_avoided(all_homes)}",
    ]
    if harmed[AT_THE_LINE][0]:
        said.append(f"Where a child was in harm on that day: {_avoided(harmed)}")
    return said


def _by_measure(rows: pl.DataFrame) -> dict[str, tuple[float | None, float | None, float | None]]:
    """Return the value of each measure with the two ends of its interval."""
    return {m: (value, low, high) for m, value, low, high in rows.select(OF_A_MEASURE).iter_rows()}


def _avoided(of: dict[str, tuple[float | None, float | None, float | None]]) -> str:
    each = "child_weeks_avoided_per_extra_assessment"
    return (
        f"of {of['child_weeks_of_harm'][0]:,.0f} child-weeks of harm within a year, "
        f"{_with_interval(of['child_weeks_of_harm_avoided'], 0)} would have been avoided, for "
        f"{_with_interval(of['assessments_added'], 0)} more assessments: {_with_interval(of[each], 1)} "
        "child-weeks for each."
    )


def _with_interval(of: tuple[float | None, float | None, float | None], digits: int) -> str:
    value, low, high = (None if v is None else f"{round(v, digits) + 0.0:,.{digits}f}" for v in of)
    if value is None:
        return "–"
    return value if low is None else f"{value} ({low} to {high})"
