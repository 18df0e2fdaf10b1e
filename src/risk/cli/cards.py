"""The commands that make cards: a first look at everything, and fitting one."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from risk.chronologies.case import read_case
from risk.cli.console import print_card, print_json, print_review, progress, say
from risk.cli.options import AsJson, Folder, Households, Seed
from risk.cli.scoreboard import print_measures
from risk.core.kinds import INVENTED
from risk.evaluation.judges import judged
from risk.evaluation.judging import both_sides, evaluate
from risk.model.alarms import DEFAULT_PRICE
from risk.model.card import Card
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import labels
from risk.model.scorecard import CumulativeScorecard
from risk.model.splits import split
from risk.records.cohort import Cohort, parts
from risk.records.draft import write_text
from risk.records.manifest import read_manifest
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import review
from risk.show.demo import demo_page
from risk.world.description import in_brief
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate

DEMO_RESAMPLES: Final = 50


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
        train, test = both_sides([cohort], ceiling=False)
        card = CumulativeScorecard().fit(train).card_
        rows, _ = judged(train, test, card, challengers=())
        measures = evaluate(rows, resamples=DEMO_RESAMPLES)
    case = read_case("norfolk_review")
    # The case is reviewed as `risk review` does it: one point more or less on a card fitted to fewer
    # households moves a day by months.
    shipped = Card.shipped()
    found = review(trajectory(shipped, case.record, case.child_id, texts=case.texts))
    say(scenario.title, style="bold")
    say(f"{households:,} households, seed {seed}. {INVENTED}\n")
    print_card(card)
    print_measures(measures, test, DEFAULT_PRICE)
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
        card = CumulativeScorecard().fit(train).card_
    card.trained_on["cohort"] = in_brief(made)
    write_text(out_file, card.to_json() + "\n")
    if as_json:
        print_json(json.loads(card.to_json()))
        return
    print_card(card)
    say(f"Wrote {out_file}. {INVENTED}")


def train_and_test(cohort: Iterable[Cohort]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return landmark rows for training and testing; of each part, only these are kept."""
    rows = [labels(featurise(landmarks(part.record), part.record), part.truth) for part in cohort]
    return split(pl.concat(rows), by="household_id", test_share=0.3, seed=1)
