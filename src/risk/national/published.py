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
import numpy as np
import polars as pl

from risk.core.data_files import read_table
from risk.core.errors import InputError, unknown
from risk.core.pool import HERE, Pool
from risk.national.measures import Measures, estimates, measures
from risk.records.cohort import Cohort
from risk.records.partitions import Parts, each_part
from risk.records.schema import checked

ERRORS_ALLOWED: Final = 2
FEWEST: Final = 5
"""Of a share, so many of those who have it, and of those who have not, are to be expected at an edge."""

COLUMNS: Final = (
    *("name", "topic", "label", "published", "simulated", "standard_error", "tolerance", "unit"),
    *("year", "source", "holdout", "verdict", "households_needed"),
)
DRAWN: Final = (
    *("In need, by age", "In need, how long so far", "In need, how long in all"),
    *("On a plan, by age", "On a plan, how long so far", "On a plan, how long in all"),
    *("On a plan, by deprivation", "Neglect, by age", "Sexual abuse, by age", "Starts of care, by age"),
    *("Looked after, by age", "Looked after, by deprivation", "Care that ended, how long"),
)
"""Topics whose figures make a shape, one after the other: they are shown as pictures."""

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

    verdict is `within` where the simulated figure lies inside the tolerance, farther from either edge of it
    than twice the Monte Carlo error that a figure at that edge would have; `outside` where it lies so far
    beyond one; else `unknown`: a cohort of this size cannot tell. So it is where nothing was seen (simulated
    is null), and where fewer than FEWEST would be seen at that edge.

    households_needed: how many would tell, if the simulated figure stayed as it is; or, where so few could
    not even tell one that agrees exactly, how many would tell that one. Null where the verdict is known, or
    nobody can say.
    """
    rows = targets(scenario).join(estimates(total), on="name", how="left", maintain_order="left")
    simulated, published = pl.col("simulated"), pl.col("published")
    times, exact = _times_as_many(simulated), _times_as_many(published)
    is_inside = (simulated - published).abs() < pl.col("tolerance")
    verdict = (
        pl.when(times.fill_null(np.inf) > 1)
        .then(pl.lit("unknown"))
        .otherwise(pl.when(is_inside).then(pl.lit("within")).otherwise(pl.lit("outside")))
    )
    needed = total.households * pl.when(exact > 1).then(pl.min_horizontal(times, exact)).otherwise(times)
    return rows.with_columns(
        holdout=pl.col("holdout") == "yes",
        verdict=verdict,
        households_needed=pl.when(times > 1, times.is_finite()).then(
            needed.ceil().cast(pl.Int64, strict=False)
        ),
    ).select(COLUMNS)


def _times_as_many(figure: pl.Expr) -> pl.Expr:
    """Return how many times as many households would be just enough to tell a figure from the edges.

    Inside the tolerance both edges are to be told from it, beyond it the one that it has passed. This is the
    score test of a share (Wilson's interval), which stays honest where few are seen.
    """
    published, tolerance = pl.col("published"), pl.col("tolerance")
    low, high = _for_edge(figure, published - tolerance), _for_edge(figure, published + tolerance)
    inside = pl.max_horizontal(low, high)
    below = figure < published - tolerance
    return (
        pl.when((figure - published).abs() < tolerance)
        .then(inside)
        .otherwise(pl.when(below).then(low).otherwise(high))
    )


def _for_edge(figure: pl.Expr, edge: pl.Expr) -> pl.Expr:
    whole, effective, error = pl.col("whole"), pl.col("effective"), pl.col("standard_error")
    share = edge / whole
    at_edge = whole * (share * (1 - share) / effective).sqrt()
    told_apart = (ERRORS_ALLOWED * pl.coalesce(at_edge, error) / (figure - edge)) ** 2
    seen = FEWEST / (effective * pl.min_horizontal(share, 1 - share))
    beyond_all = (share <= 0) | (share >= 1)
    of_share = pl.when(beyond_all).then(0.0).otherwise(pl.max_horizontal(told_apart, seen))
    return pl.when(whole.is_not_null()).then(of_share).otherwise(pl.when(error > 0).then(told_apart))


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
