"""Thresholds: what each line would ask for in a cohort, so that one can be chosen by room for it.

Landmarks are four weeks apart.
"""

from collections.abc import Iterable

import polars as pl

from risk.model.alarms import count_alarms
from risk.model.card import Card
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import labels
from risk.records.cohort import Cohort

EVERY_WEEKS = 4


def counts_by_line(card: Card, cohort: Iterable[Cohort], lines: range) -> pl.DataFrame:
    """Return one row a line, with what `count_alarms` counts in the whole cohort, from its parts."""
    counts = []
    for part in cohort:
        at = labels(landmarks(part.record, every_weeks=EVERY_WEEKS), part.truth)
        scored = card.score_table(featurise(at, part.record))
        counts.append(count_alarms(scored, lines, every_days=7 * EVERY_WEEKS))
    return pl.concat(counts).group_by("line", maintain_order=True).sum()
