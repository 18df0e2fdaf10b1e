"""The commands about cards: fit one, judge it, and the demo that does both."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from risk.alarms import DEFAULT_PRICE
from risk.case import read_case
from risk.cli.options import AsJson, CardFile, Folder, Households, Price, Seed, write_text
from risk.cohort import Cohort, parts
from risk.console import (
    print_card,
    print_json,
    print_measures,
    print_review,
    progress,
    say,
)
from risk.demo import demo_page
from risk.describe import in_brief
from risk.evaluate import evaluate, ratio_to_incident
from risk.features import featurise
from risk.kinds import INVENTED
from risk.landmarks import labels, landmarks, split
from risk.manifest import read_manifest
from risk.review import review
from risk.scenario import Scenario
from risk.scorecard import CumulativeScorecard
from risk.simulate import simulate
from risk.trajectory import trajectory


def demo(
    out_folder: Annotated[Path, typer.Option("--out", help="Where to write demo.html.")] = Path("demo"),
    households: Households = 5_000,
    seed: Seed = 1,
) -> None:
    """From nothing to the day the line was crossed: a cohort, a card and the review's case."""
    scenario = Scenario.named("england_2014")
    with progress("Simulating households", households) as step:
        cohort = simulate(scenario, households=households, seed=seed, on_block=step)
    with progress("Fitting the card and judging it"):
        train, test = train_and_test([cohort])
        card = CumulativeScorecard().fit(train)
        measures = evaluate(card, test, cohort.record, cohort.truth)
    case = read_case("norfolk_review")
    # The case is reviewed as `risk review` does it: one point more or less on a card fitted to fewer
    # households moves a day by months.
    shipped = CumulativeScorecard.shipped()
    found = review(trajectory(shipped, case.record, case.child_id, texts=case.texts))
    say(scenario.title, style="bold")
    say(f"{households:,} households, seed {seed}. {INVENTED}\n")
    print_card(card)
    print_measures(measures, test)
    say("The review's case, by the card that comes with the package:")
    print_review(case.name, found, case)
    page = write_text(out_folder / "demo.html", demo_page(found, case, measures, households))
    say(f"\nOpen {page} in a browser: it needs no network.")


def fit(
    folder: Folder,
    out_file: Annotated[Path, typer.Option("--out", help="Where to write the card, as JSON.")],
    as_json: AsJson = False,
) -> None:
    """Fit a scorecard to a cohort's training households (70 %), and write it."""
    with progress("Fitting the card"):
        made = read_manifest(folder).made
        train, _ = train_and_test(parts(folder))
        card = CumulativeScorecard().fit(train)
    card.trained_on_["cohort"] = in_brief(made)
    write_text(out_file, card.to_json() + "\n")
    if as_json:
        print_json(json.loads(card.to_json()))
        return
    print_card(card)
    say(f"Wrote {out_file}. {INVENTED}")


def evaluate_card(
    folder: Folder, card_file: CardFile = None, price: Price = DEFAULT_PRICE, as_json: AsJson = False
) -> None:
    """Judge a card on a cohort's test households (30 %).

    Without --card, one is fitted to the cohort's other households.
    """
    cohort = _read(folder)
    with progress("Judging on test households"):
        train, test = train_and_test([cohort])
        card = CumulativeScorecard().fit(train) if card_file is None else CumulativeScorecard.read(card_file)
        measures = evaluate(card, test, cohort.record, cohort.truth, price=price)
    if not as_json:
        print_measures(measures, test)
        return
    answered = test["warranted"].drop_nulls()
    print_json(
        {
            "about": INVENTED,
            "scenario": cohort.made["scenario"],
            "price": price,
            "test_households": test["household_id"].n_unique(),
            "test_child_landmarks": answered.len(),
            "warranted_share": float(answered.to_numpy().mean()),
            "measures": measures.to_dicts(),
            "average_precision_ratio_to_worst_incident": ratio_to_incident(measures),
        }
    )


def train_and_test(cohort: Iterable[Cohort]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return landmark rows for training and testing; of each part, only these are kept."""
    rows = [labels(featurise(landmarks(part.record), part.record), part.truth) for part in cohort]
    return split(pl.concat(rows), by="household_id", test_share=0.3, seed=1)


def _read(folder: Path) -> Cohort:
    with progress(f"Reading {folder}"):
        return Cohort.read(folder)
