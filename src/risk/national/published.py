"""Calibration: published figures against the simulated ones, and whether so many households can tell.

The targets are in `targets.csv`, a row a scenario and measure, each with its tolerance and the reason for
it, its year and its source. Only figures that were seen in their source are targets; where one is computed
from others, its row shows the arithmetic. Some are held out: nothing is tuned to them.
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
    *("year", "source", "holdout", "verdict", "households_needed"),
)
VERDICTS: Final = {"within": "✓ within", "outside": "✗ outside", "unknown": "? too few"}


class Targets(dy.Schema):
    """One row a published figure that a scenario is to reproduce, within a tolerance in the figure's unit.

    source_id names the figure, or the figures, in the project's reference; arithmetic says how they make this
    one, and is empty where the figure is published as it stands. holdout: whether it is kept from the tuner.
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
    holdout = dy.Enum(["no", "yes"])


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

    verdict is `within` where the simulated figure and twice its Monte Carlo error lie inside the tolerance,
    `outside` where both lie beyond it, else `unknown`: a cohort of this size cannot tell. So it is where
    nothing was seen (simulated is null), or all that was seen was alike (an error of nothing).

    households_needed: how many would tell, if the simulated figure stayed as it is; or, where so few could
    not even tell one that agrees exactly, how many would tell that one. Null where the verdict is known, or
    nobody can say.
    """
    rows = targets(scenario).join(estimates(total), on="name", how="left", maintain_order="left")
    room = pl.col("tolerance") - (pl.col("simulated") - pl.col("published")).abs()
    error = ERRORS_ALLOWED * pl.col("standard_error")
    verdict = (
        pl.when(error.is_null() | (error == 0) | (room.abs() < error))
        .then(pl.lit("unknown"))
        .otherwise(pl.when(room > 0).then(pl.lit("within")).otherwise(pl.lit("outside")))
    )
    # An error falls as the square root of the households grows, until it is no more than what is left.
    exact = pl.when(error > pl.col("tolerance")).then("tolerance")
    left = pl.max_horizontal(room.abs(), exact)
    needed = (total.households * (error / left) ** 2).ceil().cast(pl.Int64, strict=False)
    return rows.with_columns(holdout=pl.col("holdout") == "yes", verdict=verdict).select(
        *COLUMNS[:-1],
        households_needed=pl.when(pl.col("verdict") == "unknown", error > 0).then(needed),
    )


def verdict_counts(compared: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many rows have each verdict: of the `targets`, and apart from them of the `holdouts`."""
    return {
        name: {verdict: rows.filter(pl.col("verdict") == verdict).height for verdict in VERDICTS}
        for name, rows in (
            ("targets", compared.filter(~pl.col("holdout"))),
            ("holdouts", compared.filter("holdout")),
        )
    }


def calibration_in_words(compared: pl.DataFrame) -> str:
    """Return one sentence on how many figures have each verdict, those held out apart."""
    targets, holdouts = verdict_counts(compared).values()
    return f"{_in_words('target', targets)}. Held out: {_in_words('figure', holdouts)}."


def _in_words(noun: str, counts: dict[str, int]) -> str:
    return (
        f"{counts['within']} of {sum(counts.values())} {noun}s within, {counts['outside']} outside, "
        f"{counts['unknown']} cannot be told"
    )


def calibration_table(compared: pl.DataFrame) -> pl.DataFrame:
    """Return published against simulated figures as people read them, with a verdict in words for each.

    Where there are too few households to tell, with about how many are needed.
    """
    held_out = pl.when("holdout").then(pl.lit(", held out")).otherwise(pl.lit(""))
    return compared.select(
        "topic",
        (pl.col("label") + held_out).alias("figure"),
        "unit",
        "published",
        pl.col("simulated").round(2),
        pl.col("standard_error").round(2).alias("error"),
        "tolerance",
        "year",
        pl.col("verdict").replace_strict(VERDICTS, return_dtype=pl.String),
        households_needed=pl.col("households_needed").round_sig_figs(2),
    )
