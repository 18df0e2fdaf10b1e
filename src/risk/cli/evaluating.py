"""The command that judges: how good a card is, next to simpler and freer ways, and to what could be known."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from risk import cli, evaluation, model, records, world
from risk.cli.console import complain, print_json, progress, say
from risk.cli.options import AsJson, CardFile, Folder, Price
from risk.core.defaults import DEFAULT_PRICE, RESAMPLES
from risk.core.errors import InputError
from risk.core.kinds import INVENTED

if TYPE_CHECKING:
    import polars as pl


class Split(StrEnum):
    """How rows to learn from are kept apart from rows to be judged on; households always are."""

    HOUSEHOLD = "household"
    TEMPORAL = "temporal"
    PREQUENTIAL = "prequential"


SplitBy = Annotated[
    Split,
    typer.Option(
        help="Other households; other households, later; or quarter by quarter, fitted anew before each."
    ),
]
Challengers = Annotated[bool, typer.Option(help="Fit logistic regression, boosting and EBM too.")]
Ceiling = Annotated[bool, typer.Option(help="Work out what could be known, and ratios to it.")]
Resamples = Annotated[int, typer.Option(min=10, max=10_000, help="Resamples of households, for intervals.")]
Groups = Annotated[
    bool, typer.Option("--groups", help="Compare children seen more and less, and try remedies.")
]
Labels = Annotated[
    bool, typer.Option("--labels", help="Compare with a card that learns from recorded outcomes.")
]


def evaluate_card(
    folder: Folder,
    card_file: CardFile = None,
    price: Price = DEFAULT_PRICE,
    split: SplitBy = Split.HOUSEHOLD,
    challengers: Challengers = True,
    ceiling: Ceiling = True,
    resamples: Resamples = RESAMPLES,
    groups: Groups = False,
    labels: Labels = False,
    as_json: AsJson = False,
) -> None:
    """Judge a card on a cohort's test households (30 %), next to other judges and to the ceiling.

    Without --card, one is fitted to the cohort's other households. Leaves with status 1 if a judge is above
    an exact ceiling by more than two standard errors: that is a fault of ours.
    """
    if split is not Split.HOUSEHOLD and (groups or labels):
        raise InputError(f"--split {split}: --groups and --labels are for --split household only")
    model.check_price(price)  # asked before hours of work, not after
    card = None if card_file is None else model.Card.read(card_file)
    made = records.read_manifest(folder).made
    exact = world.is_exact(world.Scenario.of_cohort(made)) if ceiling else None
    with progress("Reading rows to judge, and what could be known"):
        train, test = evaluation.both_sides(records.parts(folder), ceiling=ceiling, reporting=groups)
    with progress("Judging"):
        rows, notes = evaluation.judged_by(split.value, train, test, card, challengers=challengers)
        measures = evaluation.evaluate(rows, price=price, resamples=resamples, ceiling_is_exact=bool(exact))
        more = _more(train, rows, card, groups, labels, resamples, bool(exact))
    if as_json:
        basis = {"price": price, "split": split.value, "ceiling_is_exact": exact, **_basis(rows)}
        basis |= {"resamples": resamples, "notes": notes, **_document(measures, more, bool(exact))}
        print_json({"about": INVENTED, "scenario": made["scenario"], **basis})
    else:
        _print(measures, rows, price, more, notes)
    _leave_if_at_fault(measures, bool(exact))


def _leave_if_at_fault(measures: pl.DataFrame, exact: bool) -> None:
    """Say which judge stands above an exact ceiling, and leave with status 1 if one does."""
    for sentence in evaluation.said_of_faults(measures, exact):
        complain(sentence)
    if evaluation.is_fault(measures, exact):
        raise typer.Exit(1)


def _document(measures: pl.DataFrame, more: More, exact: bool) -> dict[str, Any]:
    """Return what was measured, as JSON has it."""
    return {
        "models": evaluation.as_models(measures),
        "faults": evaluation.said_of_faults(measures, exact),
        "average_precision_ratio_to_worst_incident": evaluation.ratio_to_incident(measures),
        **({"groups": evaluation.as_groups(more.groups)} if more.groups is not None else {}),
        **({"labels": evaluation.as_labels(*more.labels)} if more.labels is not None else {}),
    }


def _print(measures: pl.DataFrame, rows: pl.DataFrame, price: float, more: More, notes: list[str]) -> None:
    """Print what was measured, as tables and sentences."""
    cli.print_measures(measures, rows, price)
    if more.groups is not None:
        cli.print_groups(more.groups, evaluation.HEADLINE)
    if more.labels is not None:
        cli.print_labels(*more.labels)
    for sentence in notes:
        say(sentence)
    say(INVENTED, style="italic")


class More(NamedTuple):
    """What was asked for beside the scoreboard: `groups.by_group`, and `surveillance.compared`."""

    groups: pl.DataFrame | None
    labels: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame] | None


def _more(
    train: pl.DataFrame,
    rows: pl.DataFrame,
    card: model.Card | None,
    groups: bool,
    labels: bool,
    resamples: int,
    exact: bool,
) -> More:
    """Return the groups and the labels, each if it was asked for."""
    by_groups = by_labels = None
    if groups:
        chosen = card or model.CumulativeScorecard().fit(train).card_
        by_groups = evaluation.compared_groups(train, rows, chosen, resamples=resamples)
    if labels:
        by_labels = evaluation.compared(train, rows, resamples=resamples, ceiling_is_exact=exact)
    return More(by_groups, by_labels)


def _basis(rows: pl.DataFrame) -> dict[str, Any]:
    """Return on whom a card was judged, as JSON has it."""
    answered = rows["warranted"].drop_nulls()
    return {
        "test_households": rows["household_id"].n_unique(),
        "test_child_landmarks": answered.len(),
        "warranted_share": float(answered.to_numpy().mean()) if answered.len() else None,
    }
