"""The command that judges: how good a card is, next to simpler and freer ways, and to what could be known."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from risk import cli, evaluation, model, records, world
from risk.cli.console import complain, print_json, progress, say
from risk.cli.options import AsJson, CardFile, Folder, Full, Price, Scheduler, Trust, Workers
from risk.cli.screen import MORE
from risk.core.defaults import DEFAULT_PRICE, RESAMPLES
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.core.pool import Pool

if TYPE_CHECKING:
    import polars as pl


MOST_HOUSEHOLDS: Final = 60_000
"""What 1.5 GB of memory are enough for; of more, intervals are narrow enough on a sample."""


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
Most = Annotated[
    int, typer.Option(min=1, help="Of a larger cohort, a sample of about so many households, by their ids.")
]
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
    households: Most = MOST_HOUSEHOLDS,
    groups: Groups = False,
    labels: Labels = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
    full: Full = False,
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
    asked = Asked(price, split, card, challengers, ceiling, resamples, groups, labels)
    pool = Pool(workers, scheduler, trust_scheduler)
    train, test, sample = _sides(folder, made["households"], households, asked, pool)
    judged = _judged(train, test, asked, bool(exact))
    judged.notes[:0] = sample
    if as_json:
        basis = {"price": price, "split": split.value, "ceiling_is_exact": exact, **_basis(judged.rows)}
        basis |= {"resamples": resamples, "notes": judged.notes, **_document(judged, bool(exact))}
        print_json({"about": INVENTED, "scenario": made["scenario"], **basis})
    else:
        _print(judged, price, full)
    _leave_if_at_fault(judged.measures, bool(exact))


class Asked(NamedTuple):
    """What a user asked for: the options of the command, by their names."""

    price: float
    split: Split
    card: model.Card | None
    challengers: bool
    ceiling: bool
    resamples: int
    groups: bool
    labels: bool


class Judged(NamedTuple):
    """What came of it: rows that were judged, their measures, what was asked for beside them, and notes."""

    rows: pl.DataFrame
    measures: pl.DataFrame
    groups: pl.DataFrame | None
    labels: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame] | None
    notes: list[str]


def _sides(
    folder: Path, n: int, most: int, asked: Asked, pool: Pool
) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Return rows to learn from, rows to be judged on, and what is to be said of a sample, if it is one."""
    with progress("Reading rows to judge, and what could be known", n) as step:
        train, test = evaluation.both_sides(
            folder,
            ceiling=asked.ceiling,
            reporting=asked.groups,
            share=most / n,
            pack=True,
            pool=pool,
            on_part=step,
        )
    if most >= n:
        return train, test, []
    taken = train["household_id"].n_unique() + test["household_id"].n_unique()
    return train, test, [f"A sample: {taken:,} of {n:,} households, drawn by their ids (--households)."]


def _judged(train: pl.DataFrame, test: pl.DataFrame, asked: Asked, exact: bool) -> Judged:
    """Return what was asked for of these rows."""
    card, resamples, by_groups, by_labels = asked.card, asked.resamples, None, None
    with progress("Judging"):
        rows, notes = evaluation.judged_by(
            asked.split.value, train, test, card, challengers=asked.challengers
        )
        measures = evaluation.measured(rows, price=asked.price, resamples=resamples, ceiling_is_exact=exact)
        if asked.groups:
            chosen = card or model.CumulativeScorecard().fit(train).card_
            by_groups = evaluation.compared_groups(train, rows, chosen, resamples=resamples)
        if asked.labels:
            by_labels = evaluation.compared(train, rows, resamples=resamples, ceiling_is_exact=exact)
    return Judged(rows, measures, by_groups, by_labels, notes)


def _leave_if_at_fault(measures: pl.DataFrame, exact: bool) -> None:
    """Say which judge stands above an exact ceiling, and leave with status 1 if one does."""
    for sentence in evaluation.said_of_faults(measures, exact):
        complain(sentence)
    if evaluation.is_fault(measures, exact):
        raise typer.Exit(1)


def _document(judged: Judged, exact: bool) -> dict[str, Any]:
    """Return what was measured, as JSON has it."""
    measures, groups, labels = judged.measures, judged.groups, judged.labels
    return {
        "models": evaluation.as_models(measures),
        "faults": evaluation.said_of_faults(measures, exact),
        "average_precision_ratio_to_worst_incident": evaluation.ratio_to_incident(measures),
        **({"groups": evaluation.as_groups(groups)} if groups is not None else {}),
        **({"labels": evaluation.as_labels(*labels)} if labels is not None else {}),
    }


def _print(judged: Judged, price: float, full: bool) -> None:
    """Print what was measured: in sentences, or as tables and sentences."""
    if not full:
        rows = cli.measures_in_brief(judged.measures, judged.rows, price)
        cli.print_screen("How good is the card?", [*rows, ("Notes", judged.notes)], MORE, INVENTED)
        return
    cli.print_measures(judged.measures, judged.rows, price)
    if judged.groups is not None:
        cli.print_groups(judged.groups, evaluation.HEADLINE)
    if judged.labels is not None:
        cli.print_labels(*judged.labels)
    for sentence in judged.notes:
        say(sentence)
    say(INVENTED, style="italic")


def _basis(rows: pl.DataFrame) -> dict[str, Any]:
    """Return on whom a card was judged, as JSON has it."""
    answered = rows["warranted"].drop_nulls()
    return {
        "test_households": rows["household_id"].n_unique(),
        "test_child_landmarks": answered.len(),
        "warranted_share": float(answered.to_numpy().mean()) if answered.len() else None,
    }
