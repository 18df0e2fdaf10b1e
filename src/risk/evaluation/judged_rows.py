"""Judged rows: landmark rows with all that judging asks of a cohort's record and of its truth.

Made once a part and put on two sides, one to learn from and one to be judged on; `judging` has the figures.
"""

from collections.abc import Callable
from functools import partial

import polars as pl

from risk.core.draws import Stream, by_row
from risk.core.errors import InputError
from risk.core.pool import HERE, Pool
from risk.evaluation.baselines import baselines
from risk.evaluation.reporting_rate import with_tellings
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import harm_today, labels, outcomes
from risk.model.packing import packed
from risk.model.splits import in_test
from risk.records.cohort import Cohort, Truth
from risk.records.partitions import Parts, each_part, homes_where, stretches
from risk.world.ceiling.filter import knowable
from risk.world.scenario import Scenario


def rows_to_judge(part: Cohort, *, pack: bool = False) -> pl.DataFrame:
    """Return a part's landmark rows with all that judging asks of its record and its truth.

    Features, `warranted` and `harm_today`, the baselines, the recorded outcome, and from the truth alone
    onset_on (a child's first harm), family_type and visibility; from the record, deprivation_decile.

    pack: whether features come packed; they are then counted a stretch of households at a time.
    """
    if pack:
        each = (homes.record for homes in stretches(part))
        at = pl.concat(packed(featurise(landmarks(record), record)) for record in each)
    else:
        at = featurise(landmarks(part.record), part.record)
    at = harm_today(labels(at, part.truth), part.truth)
    at = outcomes(baselines(at, part.record), part.record)
    return hidden(at, part.truth).join(
        part.record.households.select("household_id", "deprivation_decile"),
        on="household_id",
        how="left",
        maintain_order="left",
    )


def both_sides(
    cohort: Parts,
    *,
    ceiling: bool = True,
    reporting: bool = False,
    share: float = 1.0,
    pack: bool = False,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `rows_to_judge` for training and for testing, as `landmarks.split`; of each part, only these.

    ceiling: whether rows for testing get what `knowable` adds, which costs more time than all the rest.
    reporting: whether rows get what `remedies` need. share: of the households, drawn by their ids; the others
    are on neither side. pack: whether features come packed, for cohorts that would not fit into memory.

    Raises InputError if one side has no household.
    """
    work = partial(_sides_of, ceiling, reporting, share, pack)
    sides = zip(*each_part(work, cohort, pool, on_part), strict=True)
    train, test = (pl.concat(side) for side in sides)
    if train.is_empty() or test.is_empty():
        raise InputError(
            f"{train.height + test.height} child-landmarks cannot be split by household: one side is empty; "
            "generate more households"
        )
    return train, test


def _sides_of(
    ceiling: bool, reporting: bool, share: float, pack: bool, part: Cohort
) -> tuple[pl.DataFrame, pl.DataFrame]:
    some = sampled(part, share)
    rows = rows_to_judge(some, pack=pack)
    if reporting:
        rows = with_tellings(rows, some.record)
    tested = in_test(rows)
    test = rows.filter(tested)
    return rows.filter(~tested), with_ceiling(test, part) if ceiling else test


def sampled(part: Cohort, share: float) -> Cohort:
    """Return about a share of a part's households, drawn by their ids: the same ones in any partition."""
    if share >= 1:
        return part
    ids = part.record.households["household_id"]
    draw = by_row(1, Stream.SAMPLE, ids.to_numpy() & 0xFFFFFFFF, 0, 0, 1)[0]
    return homes_where(part, partial(pl.Expr.is_in, other=ids.filter(pl.Series(draw < share)).implode()))


def with_ceiling(at: pl.DataFrame, part: Cohort) -> pl.DataFrame:
    """Return `at` with what `knowable` adds, by the exact filter of the scenario that made its part."""
    return knowable(at, part.record, Scenario.of_cohort(part.made))


def hidden(at: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """Return `at` with what nobody wrote down: onset_on, family_type and visibility."""
    onsets = truth.harms.group_by("child_id").agg(onset_on=pl.col("warranted_from").min())
    families = truth.families.select("household_id", "family_type", "visibility")
    return at.join(onsets, on="child_id", how="left", maintain_order="left").join(
        families, on="household_id", how="left", maintain_order="left"
    )
