"""Find values with which a national scenario reproduces the published figures, and write them into its file.

    uv run python tuning/tune.py england_2014 [rounds] [households]

Each round simulates a cohort, compares it with `national/targets.csv`, and moves one assumption for each
figure by the ratio that it is off, damped. Nothing is estimated: it is a search for one of the worlds that
agree. What it has found stands in the scenario's file with the source TUNED; run again, it starts from there.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from multiprocessing import get_context
from operator import add
from pathlib import Path
from typing import Any

import polars as pl
import tomlkit

from risk import Scenario
from risk.core.kinds import PLAN_CATEGORIES
from risk.national.flows import SOURCES
from risk.national.measures import measures
from risk.national.published import calibration_in_words, compared
from risk.world.overrides import put, value_at
from risk.world.simulate.weeks import n_weeks, simulate_block

TUNED = "tuned to published figures by tuning/tune.py"
SCENARIOS = Path(__file__).parents[1] / "src" / "risk" / "world" / "scenarios"
SEED = 20140331
HOUSEHOLDS_A_PART = 20_000
MOST_AT_ONCE = 1.5
DAMPING = 0.8  # in the first round; less and less after, so that noise is averaged out

Values = dict[str, Any]


def main(name: str, rounds: int = 10, households: int = 60_000) -> None:
    """Tune one scenario and write what was found."""
    values = Scenario.named(name).values()
    for number in range(rounds):
        table = simulated(name, changed(name, values), households)
        off = table.filter(pl.col("verdict") != "within")
        print(f"round {number + 1}: {calibration_in_words(table)}", flush=True)
        with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
            print(off.select("name", "published", "simulated", "standard_error", "verdict"), flush=True)
        # What is held out is never tuned to.
        tuned_to = filled_up(table.filter(~pl.col("holdout")))
        found = {r["name"]: r for r in tuned_to.iter_rows(named=True)}
        adjust(values, found, damping=DAMPING / (1 + number / 3))
        write(name, changed(name, values))


def filled_up(table: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with the sources of another year scaled to what those of the year itself leave.

    Shares of one year and of another do not add up to a whole; the loosely held ones give way.
    """
    source, loose = (
        pl.col("name").str.starts_with("source_"),
        pl.col("tolerance") > 0.15 * pl.col("published"),
    )
    held = table.filter(source & ~loose)["published"].sum()
    by = (100 - held) / table.filter(source & loose)["published"].sum()
    scaled = pl.when(source & loose).then(pl.col("published") * by).otherwise("published")
    return table.with_columns(published=scaled)


def simulated(name: str, overrides: Values, households: int) -> pl.DataFrame:
    """Return published against simulated figures of a cohort made with other values, on two processes."""
    parts = range(0, households, HOUSEHOLDS_A_PART)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = pool.map(measured, *zip(*((name, overrides, first) for first in parts), strict=True))
        return compared(reduce(add, found), name)


def measured(name: str, overrides: Values, first: int) -> Any:
    """Return the measures of one part."""
    scenario = Scenario.named(name, overrides)
    return measures(simulate_block(scenario, SEED, first, HOUSEHOLDS_A_PART, n_weeks(scenario))[0])


def adjust(values: Values, found: dict[str, dict[str, Any]], damping: float) -> None:
    """Move each assumption by how much its figure is off."""

    def ratio(name: str, power: float = 1.0) -> float:
        row = found.get(name)
        if row is None or not row["simulated"]:
            return 1.0
        off = (row["published"] / row["simulated"]) ** (power * damping)
        return min(max(off, 1 / MOST_AT_ONCE), MOST_AT_ONCE)

    rate = ratio("referrals_per_10_000", 2)  # what is known is shared less as more is known
    for group, agencies in SOURCES.items():
        for agency in agencies:
            if agency in values["noticing"]["shares"] and agency != "childrens_services":
                scale(values, f"noticing.shares.{agency}", rate * ratio(f"source_{group}"))
    scale(values, "noticing.shares_when_known", ratio("re_referral_12_months", 1.5), most=20)
    scale(values, "noticing.noticed_with_under_five", ratio("referred_by_age_5"), most=4)
    repeated = ratio("second_or_later_plan", 2)
    scale(values, "practice.strategy_after_earlier_plan", repeated, most=20)
    for severity in range(4):
        at_once = values["practice"]["calls_strategy_discussion"][severity]
        assessed = values["practice"]["assesses"][severity]
        waived = (1 - at_once - assessed) * ratio("no_further_action")
        put(values, f"practice.assesses.{severity}", round(max(1 - at_once - waived, 0), 4))
    for care in range(4):
        conferences = ratio("conferences_per_100_section_47", 2)
        scale_odds(values, f"practice.finds_significant_harm.{care}", conferences)
    for care in range(2):
        scale_rest(values, f"practice.finds_need.{care}", ratio("assessed_not_in_need"))
        scale_odds(values, f"practice.finds_at_review.{care}", ratio("on_plan_per_10_000", 2))
    scale(values, "practice.strategy_after_assessment", ratio("section_47_per_100_referrals"))
    scale(values, "practice.plan_after_conference", ratio("plans_per_100_conferences"))
    for factor in ("domestic_abuse", "mental_health", "drug_misuse", "alcohol_misuse", "neglect"):
        for cause in range(2):
            scale_odds(values, f"practice.identifies.{factor}.{cause}", ratio(f"factor_{factor}", 1.5))
    tune_categories(values, ratio)
    tune_care(values, ratio)


def tune_categories(values: Values, ratio: Callable[..., float]) -> None:
    """Scale the columns of the shares by category, and make each row add to one again."""
    rows = values["practice"]["plan_category_shares"]
    for number, row in enumerate(rows):
        scaled = [s * ratio(f"plan_category_{c}") for s, c in zip(row, PLAN_CATEGORIES, strict=True)]
        rows[number] = [round(s / sum(scaled), 6) for s in scaled]
        rows[number][-1] = round(1 - sum(rows[number][:-1]), 6)


def tune_care(values: Values, ratio: Callable[..., float]) -> None:
    """Move what begins a period of care: how often in all, and on which legal basis."""
    in_all = ratio("taken_into_care_per_10_000") * ratio("care_starts_per_10_000")
    for basis, knob in (
        ("section_20", "practice.accommodates_after_assessment"),
        ("interim_care_order", "practice.applies_to_court"),
        ("police_protection", "practice.police_protects"),
        ("emergency_protection_order", "practice.emergency_orders"),
    ):
        scale(values, knob, in_all * ratio(f"legal_basis_{basis}"))


def scale(values: Values, name: str, by: float, most: float = 1.0) -> None:
    """Multiply one value, up to its limit."""
    put(values, name, round(min(value_at(values, name) * by, most), 5))


def scale_rest(values: Values, name: str, by: float) -> None:
    """Multiply what a probability leaves to one."""
    put(values, name, round(max(1 - (1 - value_at(values, name)) * by, 0.0), 5))


def scale_odds(values: Values, name: str, by: float) -> None:
    """Multiply the odds of a probability."""
    odds = value_at(values, name) / (1 - value_at(values, name)) * by
    put(values, name, round(odds / (1 + odds), 5))


def changed(name: str, values: Values) -> Values:
    """Return those assumptions, whole, whose values differ from the scenario's file."""
    before = Scenario.named(name).values()
    return {
        f"{group}.{field}": value
        for group, fields in values.items()
        for field, value in fields.items()
        if value != before[group][field]
    }


def write(name: str, found: Values) -> None:
    """Put values into a scenario's file, keeping everything else as it stands."""
    path = SCENARIOS / f"{name}.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    for key, value in found.items():
        group, field = key.split(".")
        leaf = document.setdefault(group, tomlkit.table()).setdefault(field, tomlkit.inline_table())
        if isinstance(value, dict) and isinstance(leaf.get("value"), dict):
            for word, entry in value.items():
                leaf["value"][word] = entry
        else:
            leaf["value"] = value
        leaf["source"] = TUNED
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
