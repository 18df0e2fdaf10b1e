"""Find values with which a national scenario reproduces the published figures, and write them into its file.

    uv run python tuning/tune.py england_2014 [rounds] [households]
    uv run python tuning/tune.py england_2014 check 3000000

Each round simulates a cohort, compares it with `national/targets.csv`, and moves one assumption for each
figure by the ratio that it is off, damped. Nothing is estimated: it is a search for one of the worlds that
agree. What it has found stands in the scenario's file with the source TUNED; run again, it starts from there.
What it did is written beside this file, as england_2014.md, to be committed with the scenario.

`check` moves nothing. It looks at other households than those it was tuned on, a part at a time.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import reduce
from math import exp, log
from multiprocessing import get_context
from operator import add
from pathlib import Path
from time import process_time
from typing import Any

import polars as pl
import tomlkit

from risk import Scenario
from risk.core.errors import InputError
from risk.core.kinds import PLAN_CATEGORIES
from risk.national.flows import SOURCES
from risk.national.measures import measures
from risk.national.published import calibration_in_words, compared
from risk.world.overrides import leaves, put, value_at
from risk.world.simulate.weeks import n_weeks, simulate_block

TUNED = "tuned to published figures by tuning/tune.py"
HERE = Path(__file__).parent
SCENARIOS = HERE.parent / "src" / "risk" / "world" / "scenarios"
SEED, CHECK_SEED = 20140331, 20250331
HOUSEHOLDS_A_PART = 20_000
MOST_AT_ONCE = 1.5
DAMPING = 0.8  # in the first round; less and less after, so that noise is averaged out

FOLLOWS = {
    *("referrals_per_100_contacts", "plans_per_100_referrals", "reviewed_in_time"),
    *("placements_in_year_2", "placements_in_year_3", "on_plan_male"),
}
FOLLOWS_IN = (
    *("looked_after_aged_under_1", "looked_after_aged_5_to_9", "looked_after_aged_10_to_15"),
    *("on_plan_decile_", "need_open_", "need_ended_", "plan_open_"),
    *("plan_ended_3_to_6_months", "plan_ended_6_to_12_months", "plan_ended_1_to_2_years"),
)
"""Targets, by name or by how it begins, that follow from the others or from distributions that are stated as
published, and so have no assumption of their own to move: they are checked like the others."""

AGES = ("under_1", "1_to_4", "5_to_9", "10_to_15", "16_17")
Values = dict[str, Any]
Ratio = Callable[..., float]


def main(name: str, rounds: int = 10, households: int = 60_000) -> None:
    """Tune one scenario, and write what was found, and what was done."""
    before, values = Scenario.named(name).values(), Scenario.named(name).values()
    for number in range(rounds):
        table, _ = simulated(name, changed(name, values), SEED, households)
        off = table.filter(pl.col("verdict") != "within")
        print(f"round {number + 1}: {calibration_in_words(table)}", flush=True)
        show(off.select("name", "published", "simulated", "standard_error", "verdict"))
        # What is held out is never tuned to.
        tuned_to = filled_up(table.filter(~pl.col("holdout")))
        found = {r["name"]: r for r in tuned_to.iter_rows(named=True)}
        adjust(values, found, damping=DAMPING / (1 + number / 3))
        write(name, changed(name, values))
    table, _ = simulated(name, {}, CHECK_SEED, households)
    about = f"{rounds} rounds of {households:,} households, seed {SEED}, on {date.today()}"
    (HERE / f"{name}.md").write_text(report(name, about, table, before, values), encoding="utf-8")


def check(name: str, households: int) -> None:
    """Print every figure of the scenario as it stands, of many households that it was not tuned on."""
    table, seconds = simulated(name, {}, CHECK_SEED, households)
    shown = ("name", "published", "simulated", "standard_error", "tolerance", "holdout", "verdict")
    show(table.select(*shown, "households_needed"))
    print(calibration_in_words(table))
    print(f"{households:,} households: {1e5 * seconds / households:.1f} s of CPU time for 100,000")


def show(table: pl.DataFrame) -> None:
    """Print all rows of a table."""
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(table, flush=True)


def report(name: str, about: str, table: pl.DataFrame, before: Values, after: Values) -> str:
    """Return what was done, in Markdown: what moved, from what to what, and where every figure is now."""
    was = dict(leaves(before))
    moved = [f"| {k} | {was[k]} | {v} |" for k, v in leaves(after) if v != was[k]]
    rows = [
        f"| {r['name']}{' (held out)' if r['holdout'] else ''} | {r['published']} | {r['simulated']:.2f} "
        f"± {r['standard_error']:.2f} | {r['tolerance']} | {r['verdict']} |"
        for r in table.drop_nulls("simulated").iter_rows(named=True)
    ]
    unseen = table.filter(pl.col("simulated").is_null())["name"].to_list()
    return "\n".join(
        (
            f"# {name}: what the tuner did\n",
            f"{about}. {calibration_in_words(table)}",
            f"Nothing was seen of: {', '.join(unseen) or 'no figure, all were seen'}.\n",
            f"Figures are of as many other households (seed {CHECK_SEED}); ± is one Monte Carlo error.\n",
            "| assumption | from | to |\n|---|---|---|",
            *moved,
            "\n| figure | published | simulated | tolerance | verdict |\n|---|---|---|---|---|",
            *rows,
            "",
        )
    )


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


def simulated(name: str, overrides: Values, seed: int, households: int) -> tuple[pl.DataFrame, float]:
    """Return published against simulated figures of a cohort made with other values, and the CPU time of it.

    On two processes, which keep nothing of a part but its measures.
    """
    firsts = range(0, households, HOUSEHOLDS_A_PART)
    parts = [(name, overrides, seed, f, min(HOUSEHOLDS_A_PART, households - f)) for f in firsts]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found, seconds = zip(*pool.map(measured, *zip(*parts, strict=True)), strict=True)
    return compared(reduce(add, found), name), sum(seconds)


def measured(name: str, overrides: Values, seed: int, first: int, count: int) -> Any:
    """Return the measures of one part, and the CPU time they took."""
    began, scenario = process_time(), Scenario.named(name, overrides)
    return measures(
        simulate_block(scenario, seed, first, count, n_weeks(scenario))[0]
    ), process_time() - began


def adjust(values: Values, found: dict[str, dict[str, Any]], damping: float) -> None:
    """Move each assumption by how much its figure is off."""

    def ratio(name: str, power: float = 1.0) -> float:
        row = found.get(name)
        if row is None or not row["simulated"]:
            return 1.0
        off, noise = log(row["published"] / row["simulated"]), row["standard_error"] / row["simulated"]
        trust = off**2 / (off**2 + noise**2) if off else 0.0  # what may be luck moves little
        return min(max(exp(off * trust * power * damping), 1 / MOST_AT_ONCE), MOST_AT_ONCE)

    tune_contacts(values, ratio)
    tune_assessments(values, ratio)
    tune_protection(values, ratio)
    tune_categories(values, ratio)
    tune_care(values, ratio)
    tune_ages(values, ratio)
    tune_stays_in_care(values, ratio)


def tune_contacts(values: Values, ratio: Ratio) -> None:
    """Move what is shared, by whom, about whom; and the threshold of the front door."""
    contacts, referrals = ratio("contacts_per_10_000"), ratio("referrals_per_10_000")
    for group, agencies in SOURCES.items():
        for agency in agencies:
            if agency in values["noticing"]["shares"] and agency != "childrens_services":
                scale(values, f"noticing.shares.{agency}", contacts * ratio(f"source_{group}"))
    for severity in range(4):
        scale_odds(values, f"practice.screens_in.{severity}", referrals / contacts)
    scale(values, "noticing.shares_when_known", ratio("re_referral_12_months", 1.5), most=20)
    scale(values, "noticing.noticed_with_under_five", ratio("referred_by_age_5"), most=4)


def tune_assessments(values: Values, ratio: Ratio) -> None:
    """Move who is assessed, what is found, and who is helped."""
    for severity in range(4):
        at_once = values["practice"]["calls_strategy_discussion"][severity]
        assessed = values["practice"]["assesses"][severity]
        waived = (1 - at_once - assessed) * ratio("no_further_action")
        put(values, f"practice.assesses.{severity}", round(max(1 - at_once - waived, 0), 4))
    for care in range(2):
        scale_rest(values, f"practice.finds_need.{care}", ratio("assessed_not_in_need"))
    scale_odds(values, "practice.in_need_plan_after_assessment", ratio("in_need_per_10_000", 1.5))
    for factor in ("domestic_abuse", "mental_health", "drug_misuse", "alcohol_misuse", "neglect"):
        for cause in range(2):
            scale_odds(values, f"practice.identifies.{factor}.{cause}", ratio(f"factor_{factor}", 1.5))


def tune_protection(values: Values, ratio: Ratio) -> None:
    """Move enquiries, conferences and plans, their number, their repetition and their length."""
    scale(values, "practice.strategy_after_assessment", ratio("section_47_per_100_referrals"))
    scale(values, "practice.strategy_after_earlier_plan", ratio("second_or_later_plan", 2), most=20)
    scale(values, "practice.plan_after_conference", ratio("plans_per_100_conferences"))
    for care in range(4):
        conferences = ratio("conferences_per_100_section_47", 2)
        scale_odds(values, f"practice.finds_significant_harm.{care}", conferences)
    for care in range(2):
        scale_odds(values, f"practice.finds_at_review.{care}", ratio("on_plan_per_10_000", 2))
        scale_odds(values, f"practice.finds_at_review.{care + 2}", ratio("plan_ended_2_years"))
    scale(values, "practice.ends_at_first_review", ratio("plan_ended_under_3_months"))
    scale(values, "families.struggling_deprivation_step", ratio("on_plan_gradient", 0.1), most=2)


def tune_categories(values: Values, ratio: Ratio) -> None:
    """Scale the columns of the shares by category, and make each row add to one again."""
    rows = values["practice"]["plan_category_shares"]
    for number, row in enumerate(rows):
        scaled = [s * ratio(f"plan_category_{c}") for s, c in zip(row, PLAN_CATEGORIES, strict=True)]
        rows[number] = [round(s / sum(scaled), 6) for s in scaled]
        rows[number][-1] = round(1 - sum(rows[number][:-1]), 6)


def tune_care(values: Values, ratio: Ratio) -> None:
    """Move what begins a period of care: how often in all, and on which legal basis."""
    in_all = ratio("taken_into_care_per_10_000") * ratio("care_starts_per_10_000")
    for basis, knob in (
        *(("section_20", f"practice.accommodates_after_assessment.{care}") for care in range(4)),
        ("interim_care_order", "practice.applies_to_court"),
        ("police_protection", "practice.police_protects"),
        ("emergency_protection_order", "practice.emergency_orders"),
    ):
        scale(values, knob, in_all * ratio(f"legal_basis_{basis}"))


def tune_ages(values: Values, ratio: Ratio) -> None:
    """Move how readily children of each age are protected and taken into care."""
    for place, age in enumerate(AGES):
        scale(values, f"practice.strategy_by_age.{place}", ratio(f"on_plan_aged_{age}"), most=25, least=0.1)
        for knob in ("accommodates_by_age", "applies_by_age"):
            scale(values, f"practice.{knob}.{place}", ratio(f"care_starts_aged_{age}", 1.5), most=20)


def tune_stays_in_care(values: Values, ratio: Ratio) -> None:
    """Move how care goes on and ends: orders, ways out, moves, and who comes back."""
    home, order = ratio("left_care_home"), ratio("status_care_order")
    adopted, other = ratio("left_care_adopted"), ratio("left_care_other")
    guarded, resides = ratio("left_care_special_guardianship"), ratio("left_care_residence_order")
    young, nearly_grown = ratio("looked_after_aged_1_to_4"), ratio("looked_after_aged_16_17", 2)
    rows = values["looked_after"]["court_orders"]
    for number, row in enumerate(rows):
        # Guardians are found for the youngest by the court, for others at a review.
        with_guardian = guarded / young**2 if number == 0 else guarded
        scaled = [s * by for s, by in zip(row, (home, order, adopted, with_guardian, resides), strict=True)]
        rows[number] = [round(s / sum(scaled), 4) for s in scaled]
        rows[number][1] = round(1 - sum(rows[number]) + rows[number][1], 4)
    for row, status in enumerate(("section_20", "care_order")):
        stays = ratio("looked_after_per_10_000") * ratio(f"status_{status}")
        scale(values, f"looked_after.returns_home_later.{row}", home / stays)
        for column, by in enumerate((guarded * young, resides, 1 / nearly_grown, other)):
            scale(values, f"looked_after.leaves_at_review.{row}.{column}", by / stays, most=0.3)
        interim, placed = ratio("status_interim_care_order"), ratio("status_placement_order")
        scale_weeks(values, f"looked_after.proceedings_weeks.{row}", interim)
        scale_weeks(values, f"looked_after.placed_after_weeks.{row}", placed)
    scale(values, "looked_after.returns_to_care", ratio("re_entry_12_months"))
    scale(values, "looked_after.placement_scale_days", ratio("placements_in_year_1", 2), most=5_000)


def scale_weeks(values: Values, name: str, by: float) -> None:
    """Multiply a number of whole weeks, which moves slowly."""
    put(values, name, max(round(there(values, name) * by), 1))


def scale(values: Values, name: str, by: float, most: float = 1.0, least: float = 0.0) -> None:
    """Multiply one value, within its limits."""
    put(values, name, round(min(max(there(values, name) * by, least), most), 5))


def there(values: Values, name: str) -> Any:
    """Return the value of an assumption. Raises InputError if the scenario has none of this name."""
    try:
        return value_at(values, name)
    except (KeyError, IndexError):
        raise InputError(f"{name}: the tuner moves it, and no scenario has it; see tuning/tune.py") from None


def scale_rest(values: Values, name: str, by: float) -> None:
    """Multiply what a probability leaves to one."""
    put(values, name, round(max(1 - (1 - there(values, name)) * by, 0.0), 5))


def scale_odds(values: Values, name: str, by: float) -> None:
    """Multiply the odds of a probability."""
    odds = there(values, name) / (1 - there(values, name)) * by
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
    if sys.argv[2:3] == ["check"]:
        check(sys.argv[1], int(sys.argv[3]))
    else:
        main(sys.argv[1], *map(int, sys.argv[2:]))
