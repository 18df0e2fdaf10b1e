"""The protocol: which rows judges learn from and are asked about, and what is compared beside them."""

from collections.abc import Iterable

import polars as pl

from risk.core.errors import InputError
from risk.evaluation.challengers import LEARNED
from risk.evaluation.groups import by_group
from risk.evaluation.judges import in_all, judged
from risk.evaluation.judging import HEADLINE
from risk.evaluation.mitigation import REMEDIES, remedied
from risk.model.card import Card
from risk.model.scorecard import CumulativeScorecard
from risk.model.splits import quarters, temporal


def judged_by(
    split: str, train: pl.DataFrame, test: pl.DataFrame, card: Card | None, *, challengers: bool = True
) -> tuple[pl.DataFrame, list[str]]:
    """Return the rows that are judged, with every judge's columns, and what is to be said about it.

    split: "household", "temporal" or "prequential". card: fitted to the training rows, anew before each
    quarter of a prequential split, unless given; where none can be fitted, the shipped one is judged.
    """
    pairs: Iterable[tuple[pl.DataFrame, pl.DataFrame]] = [(train, test)]
    if split == "temporal":
        pairs = [temporal(train, test)]
    elif split == "prequential":
        pairs = quarters(train, test)
    rows, notes = [], []
    for learned, asked in pairs:
        chosen, why = (card, []) if card is not None else _fitted(learned)
        scored, left_out = judged(learned, asked, chosen, challengers=LEARNED if challengers else ())
        rows.append(scored)
        notes += [*why, *left_out]
    together = in_all(rows)
    if len(rows) > 1 and card is None:
        # Points of one card are not those of another; what both mean by them is a probability.
        together = together.with_columns(score_card="p_card")
    return together, list(dict.fromkeys(notes))


def compared_groups(train: pl.DataFrame, rows: pl.DataFrame, card: Card, *, resamples: int) -> pl.DataFrame:
    """Return what a line does to children seen more and less, under the card, its ceiling and each remedy."""
    tried = remedied(train, rows, card, HEADLINE)
    judges = [judge for judge in ("ceiling", "card", *REMEDIES) if f"score_{judge}" in tried.columns]
    return by_group(tried, judges, HEADLINE, resamples=resamples)


def _fitted(train: pl.DataFrame) -> tuple[Card, list[str]]:
    """Return a card fitted to rows; if none can be, the shipped one, and a sentence that says so."""
    try:
        return CumulativeScorecard().fit(train).card_, []
    except InputError as reason:
        return Card.shipped(), [f"The card that comes with the package is judged: {reason}."]
