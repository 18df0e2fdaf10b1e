"""Thresholds: what each line would ask for in a cohort, so that one can be chosen by room for it.

Landmarks are four weeks apart.
"""

from collections.abc import Callable
from functools import partial

import polars as pl

from risk.core.pool import HERE, Pool
from risk.model.alarms import count_alarms
from risk.model.card import Card
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import labels
from risk.records.cohort import Cohort
from risk.records.partitions import Parts, each_part, stretches

EVERY_WEEKS = 4


def counts_by_line(
    card: Card,
    cohort: Parts,
    lines: range,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Return one row a line, with what `count_alarms` counts in the whole cohort, from its parts."""
    counts = pl.concat(each_part(partial(_counts, card, lines), cohort, pool, on_part))
    return counts.group_by("line", maintain_order=True).sum()


def _counts(card: Card, lines: range, part: Cohort) -> pl.DataFrame:
    """Return the counts of a part, made a stretch of households at a time."""
    counts = []
    for homes in stretches(part):
        at = labels(landmarks(homes.record, every_weeks=EVERY_WEEKS), homes.truth)
        scored = card.score_table(featurise(at, homes.record))
        counts.append(count_alarms(scored, lines, every_days=7 * EVERY_WEEKS))
    return pl.concat(counts)
