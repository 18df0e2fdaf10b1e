"""The findings of a reading, as tables a person is shown: problems, what was read as what, look-alikes."""

import polars as pl

from risk.chronologies.reading import Reading
from risk.chronologies.synonyms import HEADINGS
from risk.core.kinds import LABELS


def problems_table(reading: Reading, most: int) -> pl.DataFrame:
    """Return the first problems of a reading: cell, column, what is written there, and what to do."""
    rows = [(p.cell.address, p.cell.column, p.cell.text[:60], p.why()) for p in reading.problems[:most]]
    return pl.DataFrame(rows, schema=["cell", "column", "written", "what to do"], orient="row")


def read_as_table(reading: Reading) -> pl.DataFrame:
    """Return what was read as something else, each pair of words once, with the cells it stands in."""
    together = reading.read_as.group_by("column", "written", "read_as", maintain_order=True).agg(
        cells=pl.col("cell").head(5).str.join(", "), n=pl.len()
    )
    more = pl.format("{} and {} more", "cells", pl.col("n") - 5)
    return together.select(
        *("column", "written", pl.col("read_as").alias("read as")),
        pl.when(pl.col("n") > 5).then(more).otherwise("cells").alias("cells"),
    )


def look_alikes_table(alike: pl.DataFrame) -> pl.DataFrame:
    """Return pairs that look alike as people read them: the day, the kind, and who wrote each and where."""
    return alike.select(
        pl.col("occurred_on").alias("from"),
        pl.col("kind").replace(LABELS),
        pl.col("agency").replace(LABELS).alias("one"),
        pl.col("source").alias("its source"),
        pl.col("other_agency").replace(LABELS).alias("the other"),
        pl.col("other_source").alias("and its source"),
    )


def proposals_table(proposed: pl.DataFrame) -> pl.DataFrame:
    """Return how often each word was proposed for each column, with some of the words that led to it."""
    led_by = pl.col("led_by").filter(pl.col("led_by") != "").unique(maintain_order=True).head(3)
    return (
        proposed.with_columns(pl.col("word").replace(LABELS), pl.col("column").replace(HEADINGS))
        .group_by("column", "word", maintain_order=True)
        .agg(rows=pl.len(), led_by=led_by)
        .sort("column", "rows", descending=[False, True], maintain_order=True)
        .select("column", "rows", pl.col("led_by").list.join(", "), proposed="word")
        .select("column", "proposed", "rows", "led_by")
    )
