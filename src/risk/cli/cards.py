"""The commands that make cards: a first look at everything, and fitting one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from risk import chronologies, cli, evaluation, model, records, reviews, show, world
from risk.cli.console import print_json, progress, say
from risk.cli.options import AsJson, Folder, Force, Households, Scheduler, Seed, Trust, Workers
from risk.core.defaults import DEFAULT_PRICE
from risk.core.kinds import INVENTED
from risk.core.pool import Pool

DEMO_RESAMPLES: Final = 50


def demo(
    out_folder: Annotated[Path, typer.Option("--out", help="Where to write demo.html.")] = Path("demo"),
    households: Households = 5_000,
    seed: Seed = 1,
    force: Force = False,
) -> None:
    """From nothing to the day the line was crossed: a cohort, a card and the review's case."""
    place = out_folder / "demo.html"
    records.check_free(place, force=force)
    scenario = world.Scenario.named("england_2014")
    with progress("Simulating households", households) as step:
        cohort = world.simulate.simulate(scenario, households=households, seed=seed, on_block=step)
    with progress("Fitting the card and judging it"):
        train, test = evaluation.both_sides([cohort], ceiling=False)
        card = model.CumulativeScorecard().fit(train).card_
        rows, _ = evaluation.judged(train, test, card, challengers=())
        measures = evaluation.evaluate(rows, resamples=DEMO_RESAMPLES)
    case = chronologies.read_case("norfolk_review")
    # The case is reviewed as `risk review` does it: one point more or less on a card fitted to fewer
    # households moves a day by months.
    shipped = model.Card.shipped()
    path = reviews.trajectory(shipped, case.record, case.child_id, texts=case.texts)
    found = reviews.review(path, case=case)
    say(scenario.title, style="bold")
    say(f"{households:,} households, seed {seed}. {INVENTED}\n")
    cli.print_card(card)
    cli.print_measures(measures, test, DEFAULT_PRICE)
    say("The review's case, by the card that comes with the package:")
    cli.print_review(case.name, found, case)
    page = records.write_text(place, show.demo_page(found, case, measures, households), force=force)
    say(f"\nOpen {page} in a browser: it needs no network.")


def fit(
    folder: Folder,
    out_file: Annotated[Path, typer.Option("--out", help="Where to write the card, as JSON.")],
    force: Force = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Fit a scorecard to a cohort's training households (70 %), and write it."""
    pool = Pool(workers, scheduler, trust_scheduler)
    records.check_free(out_file, force=force)
    made = records.read_manifest(folder).made
    with progress("Reading rows to learn from", made["households"]) as step:
        train, _ = evaluation.both_sides(folder, ceiling=False, pack=True, pool=pool, on_part=step)
    with progress("Fitting the card"):
        card = model.CumulativeScorecard().fit(train).card_
    card.trained_on["cohort"] = world.in_brief(made)
    records.write_text(out_file, card.to_json() + "\n", force=force)
    if as_json:
        print_json(json.loads(card.to_json()))
        return
    cli.print_card(card)
    say(f"Wrote {out_file}. {INVENTED}")
