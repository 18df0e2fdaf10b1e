"""The commands about cards: a first look, fit one, and say by which day it supported an assessment."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from risk.alarms import DEFAULT_PRICE
from risk.case import Case, case_names, read_case
from risk.cli.options import AsJson, CardFile, Folder, Households, Price, Seed, write_text
from risk.cohort import Cohort, parts
from risk.console import (
    print_card,
    print_json,
    print_pairs,
    print_review,
    print_table,
    progress,
    say,
)
from risk.demo import demo_page
from risk.describe import in_brief
from risk.evaluate import both_sides, evaluate
from risk.features import featurise
from risk.judges import judged
from risk.kinds import INVENTED
from risk.landmarks import labels, landmarks, split
from risk.manifest import read_manifest
from risk.mistakes import InputError
from risk.report import as_document
from risk.review import Review, cohort_summary, review, review_cohort
from risk.scenario import Scenario
from risk.scoreboard import print_measures
from risk.scorecard import CumulativeScorecard
from risk.simulate import simulate
from risk.trajectory import trajectory

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
        card = CumulativeScorecard().fit(train)
        rows, _ = judged(train, test, card, challengers=False)
        measures = evaluate(rows, resamples=DEMO_RESAMPLES)
    case = read_case("norfolk_review")
    # The case is reviewed as `risk review` does it: one point more or less on a card fitted to fewer
    # households moves a day by months.
    shipped = CumulativeScorecard.shipped()
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
        card = CumulativeScorecard().fit(train)
    card.trained_on_["cohort"] = in_brief(made)
    write_text(out_file, card.to_json() + "\n")
    if as_json:
        print_json(json.loads(card.to_json()))
        return
    print_card(card)
    say(f"Wrote {out_file}. {INVENTED}")


def review_children(
    what: Annotated[
        str,
        typer.Argument(
            metavar="CASE|DIR|FILE",
            help=f"A shipped case ({', '.join(case_names())}), a cohort's folder, or a .csv chronology.",
            show_default=False,
        ),
    ],
    card_file: CardFile = None,
    child: Annotated[int | None, typer.Option(help="One child of a cohort, by child_id.")] = None,
    price: Price = DEFAULT_PRICE,
    as_json: AsJson = False,
) -> None:
    """Say by which day the record supported an assessment, who could have seen it, and what followed.

    Without --card, the card that comes with the package is used.
    """
    card = CumulativeScorecard.shipped() if card_file is None else CumulativeScorecard.read(card_file)
    if not Path(what).is_dir():
        if child is not None:
            raise InputError(f"--child {child}: only for a cohort's folder; {what} is about one child")
        case = read_case(what)
        path = trajectory(card, case.record, case.child_id, price=price, texts=case.texts)
        _report_review(case.name, review(path), case, as_json)
        return
    if child is not None:
        part = _part_of(child, Path(what))
        path = trajectory(card, part.record, child, price=price)
        _report_review(f"child {child}", review(path, part.truth), None, as_json)
        return
    with progress("Reviewing every child"):
        children = pl.concat([review_cohort(card, part, price=price) for part in parts(what)])
    _report_cohort(what, children, date.fromisoformat(read_manifest(Path(what)).made["from_on"]), as_json)


def train_and_test(cohort: Iterable[Cohort]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return landmark rows for training and testing; of each part, only these are kept."""
    rows = [labels(featurise(landmarks(part.record), part.record), part.truth) for part in cohort]
    return split(pl.concat(rows), by="household_id", test_share=0.3, seed=1)


def _part_of(child: int, folder: Path) -> Cohort:
    """Return the partition that a child would be in: they come in the order of their children's ids."""
    for part in parts(folder):
        if child <= max(part.record.children["child_id"], default=-1):
            break
    return part


def _report_review(name: str, found: Review, case: Case | None, as_json: bool) -> None:
    if as_json:
        print_json({"case": name, **as_document(found, case)})
    else:
        print_review(name, found, case)


def _report_cohort(folder: str, children: pl.DataFrame, from_on: date, as_json: bool) -> None:
    about = cohort_summary(children, from_on)
    if as_json:
        print_json({"about": INVENTED, "summary": about, "children": children.to_dicts()})
        return
    print_pairs(about, f"{folder}: by this day the shared record supported an assessment")
    waited = children.drop_nulls(["harm_began_on", "days_between"])
    longest = waited.sort("days_between", "child_id", descending=[True, False]).head(20)
    columns = ("child_id", "harm_began_on", "triggered_on", "assessed_on", "days_between")
    shown = longest.select(columns).with_columns(pl.col("child_id").cast(pl.String))
    print_table(
        shown,
        "Children whom harm reached: the longest waits that ended in an assessment",
    )
    if longest.height:
        say(f"One child: risk review {folder} --child {longest['child_id'][0]}")
    say(INVENTED, style="italic")
