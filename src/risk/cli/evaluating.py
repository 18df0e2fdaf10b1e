"""The command that judges: how good a card is, next to simpler and freer ways, and to what could be known."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

import polars as pl
import typer

from risk.cli.console import err, print_json, progress, say
from risk.cli.options import AsJson, CardFile, Folder, Price
from risk.cli.scoreboard import print_groups, print_labels, print_measures
from risk.core.defaults import DEFAULT_PRICE, RESAMPLES
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.evaluation.challengers import LEARNED
from risk.evaluation.groups import by_group
from risk.evaluation.judges import in_all, judged
from risk.evaluation.judging import HEADLINE, both_sides, evaluate, ratio_to_incident
from risk.evaluation.label_bias import compared
from risk.evaluation.mitigation import REMEDIES, remedied
from risk.evaluation.results import as_groups, as_labels, as_models, is_fault, said_of_faults
from risk.model.alarms import check_price
from risk.model.card import Card
from risk.model.scorecard import CumulativeScorecard
from risk.model.splits import quarters, temporal
from risk.records.cohort import parts
from risk.records.manifest import read_manifest
from risk.world.ceiling.filter import is_exact
from risk.world.scenario import Scenario


class Split(StrEnum):
    """How rows to learn from are kept apart from rows to be judged on; households always are."""

    HOUSEHOLD = "household"
    TEMPORAL = "temporal"
    PREQUENTIAL = "prequential"


def evaluate_card(
    folder: Folder,
    card_file: CardFile = None,
    price: Price = DEFAULT_PRICE,
    split: Annotated[
        Split,
        typer.Option(
            help="Other households; other households, later; or quarter by quarter, fitted anew before each."
        ),
    ] = Split.HOUSEHOLD,
    challengers: Annotated[bool, typer.Option(help="Fit logistic regression, boosting and EBM too.")] = True,
    ceiling: Annotated[bool, typer.Option(help="Work out what could be known, and ratios to it.")] = True,
    resamples: Annotated[
        int, typer.Option(min=10, max=10_000, help="Resamples of households, for intervals.")
    ] = RESAMPLES,
    groups: Annotated[
        bool, typer.Option("--groups", help="Compare children seen more and less, and try remedies.")
    ] = False,
    labels: Annotated[
        bool, typer.Option("--labels", help="Compare with a card that learns from recorded outcomes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Judge a card on a cohort's test households (30 %), next to other judges and to the ceiling.

    Without --card, one is fitted to the cohort's other households. Leaves with status 1 if a judge is above
    an exact ceiling by more than two standard errors: that is a fault of ours.
    """
    if split is not Split.HOUSEHOLD and (groups or labels):
        raise InputError(f"--split {split}: --groups and --labels are for --split household only")
    check_price(price)  # asked before hours of work, not after
    card = None if card_file is None else Card.read(card_file)
    made = read_manifest(folder).made
    exact = is_exact(Scenario.of_cohort(made)) if ceiling else None
    with progress("Reading rows to judge, and what could be known"):
        train, test = both_sides(parts(folder), ceiling=ceiling, reporting=groups)
    with progress("Judging"):
        rows, notes = _judged(train, test, split, card, challengers)
        measures = evaluate(rows, price=price, resamples=resamples, ceiling_is_exact=bool(exact))
        more = _more(train, rows, card, groups, labels, resamples, bool(exact))
    faults = said_of_faults(measures, bool(exact))
    if as_json:
        print_json(
            {
                "about": INVENTED,
                "scenario": made["scenario"],
                "price": price,
                "split": split.value,
                "ceiling_is_exact": exact,
                **_basis(rows),
                "resamples": resamples,
                "notes": notes,
                "models": as_models(measures),
                "faults": faults,
                "average_precision_ratio_to_worst_incident": ratio_to_incident(measures),
                **({"groups": as_groups(more.groups)} if more.groups is not None else {}),
                **({"labels": as_labels(*more.labels)} if more.labels is not None else {}),
            }
        )
    else:
        print_measures(measures, rows, price)
        if more.groups is not None:
            print_groups(more.groups, HEADLINE)
        if more.labels is not None:
            print_labels(*more.labels)
        for sentence in notes:
            say(sentence)
        say(INVENTED, style="italic")
    for sentence in faults:
        err.print(f"risk: {sentence}", markup=False, soft_wrap=True)
    if is_fault(measures, bool(exact)):
        raise typer.Exit(1)


class More(NamedTuple):
    """What was asked for beside the scoreboard: `groups.by_group`, and `surveillance.compared`."""

    groups: pl.DataFrame | None
    labels: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame] | None


def _more(
    train: pl.DataFrame,
    rows: pl.DataFrame,
    card: Card | None,
    groups: bool,
    labels: bool,
    resamples: int,
    exact: bool,
) -> More:
    """Return the groups and the labels, each if it was asked for."""
    by_groups = None
    if groups:
        tried = remedied(train, rows, card or CumulativeScorecard().fit(train).card_, HEADLINE)
        judges = [judge for judge in ("ceiling", "card", *REMEDIES) if f"score_{judge}" in tried.columns]
        by_groups = by_group(tried, judges, HEADLINE, resamples=resamples)
    by_labels = compared(train, rows, resamples=resamples, ceiling_is_exact=exact) if labels else None
    return More(by_groups, by_labels)


def _basis(rows: pl.DataFrame) -> dict[str, Any]:
    """Return on whom a card was judged, as JSON has it."""
    answered = rows["warranted"].drop_nulls()
    return {
        "test_households": rows["household_id"].n_unique(),
        "test_child_landmarks": answered.len(),
        "warranted_share": float(answered.to_numpy().mean()) if answered.len() else None,
    }


def _judged(
    train: pl.DataFrame,
    test: pl.DataFrame,
    split: Split,
    card: Card | None,
    challengers: bool,
) -> tuple[pl.DataFrame, list[str]]:
    """Return the rows that are judged, with every judge's columns, and what is to be said about it."""
    pairs: Iterable[tuple[pl.DataFrame, pl.DataFrame]] = [(train, test)]
    if split is Split.TEMPORAL:
        pairs = [temporal(train, test)]
    elif split is Split.PREQUENTIAL:
        pairs = quarters(train, test)
    rows, notes = [], []
    for learned, asked in pairs:
        chosen, why = (card, []) if card is not None else _fitted(learned)
        found, left_out = judged(learned, asked, chosen, challengers=LEARNED if challengers else ())
        rows.append(found)
        notes += [*why, *left_out]
    return in_all(rows), list(dict.fromkeys(notes))


def _fitted(train: pl.DataFrame) -> tuple[Card, list[str]]:
    """Return a card fitted to rows; if none can be, the shipped one, and a sentence that says so."""
    try:
        return CumulativeScorecard().fit(train).card_, []
    except InputError as reason:
        return Card.shipped(), [f"The card that comes with the package is judged: {reason}."]
