"""Judged rows: landmark rows with all that judging asks of a cohort's record and of its truth.

Made once a part and put on two sides, one to learn from and one to be judged on; `judging` has the figures.
"""

from collections.abc import Iterable

import polars as pl

from risk.core.errors import InputError
from risk.evaluation.baselines import baselines
from risk.evaluation.reporting_rate import with_tellings
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import labels, outcomes
from risk.model.splits import in_test
from risk.records.cohort import Cohort, Truth
from risk.world.ceiling.filter import knowable
from risk.world.scenario import Scenario


def rows_to_judge(part: Cohort) -> pl.DataFrame:
    """Return a part's landmark rows with all that judging asks of its record and its truth.

    Features, `warranted`, the baselines, the recorded outcome, and from the truth alone onset_on (a child's
    first harm), family_type and visibility; from the record, deprivation_decile.
    """
    at = landmarks(part.record)
    at = labels(featurise(at, part.record), part.truth)
    at = outcomes(baselines(at, part.record), part.record)
    return hidden(at, part.truth).join(
        part.record.households.select("household_id", "deprivation_decile"),
        on="household_id",
        how="left",
        maintain_order="left",
    )


def both_sides(
    cohort: Iterable[Cohort], *, ceiling: bool = True, reporting: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `rows_to_judge` for training and for testing, as `landmarks.split`; of each part, only these.

    ceiling: whether rows for testing get p_knowable, which costs more time than all the rest. reporting:
    whether rows get what `remedies` need.

    Raises InputError if one side has no household.
    """
    sides: tuple[list[pl.DataFrame], list[pl.DataFrame]] = [], []
    for part in cohort:
        rows = rows_to_judge(part)
        if reporting:
            rows = with_tellings(rows, part.record)
        tested = in_test(rows)
        sides[0].append(rows.filter(~tested))
        sides[1].append(with_ceiling(rows.filter(tested), part) if ceiling else rows.filter(tested))
    train, test = (pl.concat(side) for side in sides)
    if train.is_empty() or test.is_empty():
        raise InputError(
            f"{train.height + test.height} child-landmarks cannot be split by household: one side is empty; "
            "generate more households"
        )
    return train, test


def with_ceiling(at: pl.DataFrame, part: Cohort) -> pl.DataFrame:
    """Return `at` with p_knowable, by the exact filter of the scenario that made its part."""
    return knowable(at, part.record, Scenario.of_cohort(part.made))


def hidden(at: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """Return `at` with what nobody wrote down: onset_on, family_type and visibility."""
    onsets = truth.harms.group_by("child_id").agg(onset_on=pl.col("warranted_from").min())
    families = truth.families.select("household_id", "family_type", "visibility")
    return at.join(onsets, on="child_id", how="left", maintain_order="left").join(
        families, on="household_id", how="left", maintain_order="left"
    )
