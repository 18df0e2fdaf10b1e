"""Calibration: published figures against the simulated ones, with their Monte Carlo error, pass or fail.

The targets are in `targets.csv`, a row a scenario and measure, each with its tolerance and the reason for
it, its year and its source. Only figures that were seen in their source are targets; where one is computed
from others, its row shows the arithmetic.
"""

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Final

import dataframely as dy
import polars as pl

from risk.core.data_files import read_table
from risk.core.errors import InputError, unknown
from risk.core.pool import HERE, Pool
from risk.national.measures import Measures, estimates, measures
from risk.records.cohort import Cohort
from risk.records.partitions import Parts, each_part
from risk.records.schema import checked

ERRORS_ALLOWED: Final = 2
COLUMNS: Final = (
    *("name", "topic", "label", "published", "simulated", "standard_error", "tolerance", "unit"),
    *("year", "source", "pass"),
)


class Targets(dy.Schema):
    """One row a published figure that a scenario is to reproduce, within a tolerance in the figure's unit.

    source_id names the figure, or the figures, in the project's reference; arithmetic says how they make this
    one, and is empty where the figure is published as it stands.
    """

    scenario = dy.String(primary_key=True)
    name = dy.String(primary_key=True)
    topic = dy.String()
    label = dy.String()
    published = dy.Float64()
    unit = dy.String()
    tolerance = dy.Float64(min_exclusive=0)
    tolerance_because = dy.String()
    year = dy.String()
    source_id = dy.String()
    verified = dy.Enum(["yes"])
    arithmetic = dy.String(nullable=True)
    source = dy.String()


def targets(scenario: str) -> pl.DataFrame:
    """Return the published figures that a scenario is to reproduce: a table of `Targets`.

    Raises InputError for a scenario without targets.
    """
    columns = Targets.columns()
    types = {name: column.dtype for name, column in columns.items()}
    empty = [name for name, column in columns.items() if column.nullable]
    table = read_table("risk.national", "targets.csv", types, may_be_empty=empty)
    table = checked("targets", table.drop("row"), Targets)
    own = table.filter(pl.col("scenario") == scenario)
    if own.is_empty():
        known = table["scenario"].unique(maintain_order=True).to_list()
        raise InputError(unknown("scenario with published figures", scenario, known))
    return own


def calibration(
    cohort: Parts, scenario: str, *, pool: Pool = HERE, on_part: Callable[[int], None] | None = None
) -> pl.DataFrame:
    """Return published against simulated figures of a cohort, from its parts: see `compared`.

    Only the records are looked at, a part at a time. Raises InputError for a scenario without targets, and
    for a cohort shorter than two years.
    """
    targets(scenario)  # before anything long begins
    return compared(reduce(add, each_part(_measures, cohort, pool, on_part)), scenario)


def _measures(part: Cohort) -> Measures:
    return measures(part.record)


def compared(total: Measures, scenario: str) -> pl.DataFrame:
    """Return one row a target of the scenario, with the columns in COLUMNS.

    A row passes when the simulated figure is no farther from the published one than the tolerance and twice
    the Monte Carlo error together. Where nothing was seen, simulated is null and the row does not pass.
    """
    rows = targets(scenario).join(estimates(total), on="name", how="left", maintain_order="left")
    off = (pl.col("simulated") - pl.col("published")).abs()
    within = off <= pl.col("tolerance") + ERRORS_ALLOWED * pl.col("standard_error")
    return rows.with_columns(within.fill_null(False).alias("pass")).select(COLUMNS)


def calibration_table(compared: pl.DataFrame) -> pl.DataFrame:
    """Return published against simulated figures as people read them, with a verdict in words for each."""
    verdict = pl.when("pass").then(pl.lit("✓ passes")).otherwise(pl.lit("✗ fails"))
    return compared.select(
        "topic",
        pl.col("label").alias("figure"),
        "unit",
        "published",
        pl.col("simulated").round(2),
        pl.col("standard_error").round(2).alias("error"),
        "tolerance",
        "year",
        verdict.alias("verdict"),
    )
