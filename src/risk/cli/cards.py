"""The commands that make cards: a first look at everything, and fitting one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from risk import chronologies, cli, evaluation, model, records, reviews, show, world
from risk.cli.console import print_json, progress, say
from risk.cli.options import AsJson, Folder, Force, Full, Scheduler, Trust, Workers
from risk.cli.screen import MORE
from risk.core.defaults import DEFAULT_PRICE
from risk.core.kinds import INVENTED, NOT_FOR_DECISIONS
from risk.core.pool import Pool

DEMO_RESAMPLES: Final = 50
ON_THE_PAGE: Final = ("What if", "Not known")
NEXT: Final = "Next: risk lab (notebooks); risk chronology new mine.xlsx (a case of your own)."


def demo(
    out_folder: Annotated[Path, typer.Option("--out", help="Where to write demo.html.")] = Path("demo"),
    full: Full = False,
    force: Force = False,
) -> None:
    """From nothing to the day the line was crossed: a cohort, a card and the review's case."""
    place = out_folder / "demo.html"
    records.check_free(place, force=force)
    # The sample cohort and the card that ship: the first command makes nothing, and so compiles nothing.
    card, cohort = model.Card.shipped(), records.load_sample("england_2014")
    with progress("Judging the card on the sample cohort"):
        train, test = evaluation.both_sides([cohort], ceiling=False)
        rows, _ = evaluation.judged(train, test, card, challengers=())
        measures = evaluation.measured(rows, resamples=DEMO_RESAMPLES)
    case = chronologies.read_case("norfolk_review")
    path = reviews.trajectory(card, case.record, case.child_id, texts=case.texts)
    review = reviews.review(path, case=case)
    tested = test["household_id"].n_unique()
    page = records.write_text(place, show.demo_page(review, case, measures, tested), force=force)
    if not full:
        shown = [row for row in reviews.brief(review, case) if row[0] not in ON_THE_PAGE]
        shown.append(("The card", [show.how_good(measures, tested)]))
        where = f"Open {page} in a browser: it needs no network. {MORE}"
        cli.print_screen(
            "The review's own case, from its public account", shown, where, NEXT, NOT_FOR_DECISIONS
        )
        return
    say("The review's case, by the card that comes with the package:")
    cli.print_review(case.name, review, case)
    say(
        f"\nThe card, on {tested:,} invented households of the sample that it was not fitted to", style="bold"
    )
    cli.print_card(card)
    cli.print_measures(measures, test, DEFAULT_PRICE)
    say(f"Open {page} in a browser: it needs no network.")
    say(NEXT)


def fit(
    folder: Folder,
    out_file: Annotated[Path, typer.Option("--out", help="Where to write the card, as JSON.")],
    force: Force = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
    full: Full = False,
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
    if full:
        cli.print_card(card)
        say(f"Wrote {out_file}. {INVENTED}")
        return
    line, when_new, *_ = (table := card.table()).columns
    highest = table.select(line, when_new).sort(when_new, descending=True, maintain_order=True)
    the_line = f"At a price of {DEFAULT_PRICE:g}: {model.line_at_price(card, DEFAULT_PRICE)} points."
    new = [f"{name}: {points}." for name, points in highest.iter_rows()]
    rows = [("The line", [the_line]), ("When new", new)]
    cli.print_screen(
        f"A card of {table.height} lines, with points that fade",
        rows,
        f"Wrote {out_file}. {MORE}",
        INVENTED,
    )
