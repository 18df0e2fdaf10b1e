"""What counting features, fitting and scoring cost, next to other ways of counting: prints two tables.

    uv run --group benchmarks python benchmarks/features.py [landmarks]

Only ratios within one run mean anything on a machine with other work; they are ratios of CPU seconds, of all
threads. A million landmarks of `england_2014`, pooled view, every count of every line and band:

- *featurise*: ours, from the record to the finished columns; and of that, finding out who knows what
  (`known_events`), which the other ways are given for nothing.
- *compiled pass*: one sweep over each child's events and landmarks, compiled by numba; its first call,
  which compiles it, is not counted.
- *DuckDB*: RANGE windows over the events and landmarks together.
- *pandas*: groupby.rolling over the same, on a tenth of the children, times ten.

Each must give the same counts as ours, or the benchmark stops.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import duckdb
import numba
import numpy as np
import pandas as pd
import polars as pl

from risk import CumulativeScorecard, Scenario, featurise, labels, landmarks, simulate
from risk.model.features import BAND_ENDS_DAYS, BANDS, FEATURES, LINE_NAMES, known_events

LANDMARKS = 1_000_000
LANDMARKS_A_HOUSEHOLD = 78
FITTED = 250_000
ONE_IN = 10
TARGETS = {"compiled pass": "6 at most", "DuckDB": "10 at least", "pandas": "10 at least"}


class Took(NamedTuple):
    """CPU seconds of all threads, and what came of it."""

    seconds: float
    result: object


def took(work: Callable[[], object]) -> Took:
    """Return what some work costs, the cheaper of two runs, and its result."""
    runs = []
    for _ in range(2):
        start = time.process_time()
        result = work()
        runs.append(time.process_time() - start)
    return Took(min(runs), result)


@numba.njit(cache=True)
def sweep(child, day, lines, at_child, at_day, ends, n_lines):
    """Count in one pass: an event enters the first band and moves on as it passes each edge."""
    n_bands = len(ends)
    counts = np.zeros((n_lines, n_bands), np.int16)
    found = np.empty((n_lines * n_bands, len(at_child)), np.int16)
    passed = np.zeros(n_bands + 1, np.int64)  # the next event to pass each edge, the first being known
    first = 0
    for row in range(len(at_child)):
        if row == 0 or at_child[row] != at_child[row - 1]:
            while first < len(child) and child[first] < at_child[row]:
                first += 1
            counts[:] = 0
            passed[:] = first
        for edge in range(n_bands + 1):
            age = 0 if edge == 0 else ends[edge - 1]
            event = passed[edge]
            while event < len(child) and child[event] == at_child[row] and day[event] + age < at_day[row]:
                for line in range(n_lines):
                    if lines[event] >> line & 1:
                        if edge:
                            counts[line, edge - 1] -= 1
                        if edge < n_bands:
                            counts[line, edge] += 1
                event += 1
            passed[edge] = event
        for line in range(n_lines):
            for band in range(n_bands):
                found[line * n_bands + band, row] = counts[line, band]
    return found


def compiled(at: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the features by the compiled pass."""
    flags = known.select(LINE_NAMES).to_numpy().astype(np.int64) << np.arange(len(LINE_NAMES))
    found = sweep(
        known["child_id"].to_numpy(),
        known["known_on"].to_physical().to_numpy(),
        flags.sum(axis=1),
        at["child_id"].to_numpy(),
        at["landmark_on"].to_physical().to_numpy(),
        np.array(BAND_ENDS_DAYS),
        len(LINE_NAMES),
    )
    return at.with_columns(pl.Series(name, found[i]) for i, name in enumerate(FEATURES))


def _differences(table: pl.DataFrame) -> pl.DataFrame:
    """Return counts by band from counts up to the end of each band, named line_days."""
    ends = (0, *BAND_ENDS_DAYS)
    return table.select(
        "child_id",
        "landmark_on",
        *(
            (pl.col(f"{line}_{ends[b + 1]}") - (pl.col(f"{line}_{ends[b]}") if b else 0))
            .cast(pl.Int16)
            .alias(f"n_{line}_{band}")
            for line in LINE_NAMES
            for b, band in enumerate(BANDS)
        ),
    ).sort("child_id", "landmark_on")


def by_duckdb(at: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the features by DuckDB's RANGE windows over events and landmarks together."""
    sums = ", ".join(
        f"coalesce(sum({line}) OVER w{end}, 0)::INTEGER AS {line}_{end}"
        for end in BAND_ENDS_DAYS
        for line in LINE_NAMES
    )
    windows = ", ".join(
        f"w{end} AS (PARTITION BY child_id ORDER BY day RANGE BETWEEN {end} PRECEDING AND 1 PRECEDING)"
        for end in BAND_ENDS_DAYS
    )
    both = _together(at, known)
    connection = duckdb.connect()
    connection.register("both_rows", pd.DataFrame({c: both[c].to_numpy() for c in both.columns}))
    found = connection.execute(
        f"SELECT child_id, day, {sums} FROM both_rows WINDOW {windows} QUALIFY is_landmark"
    ).fetchnumpy()
    columns = pl.DataFrame({name: np.asarray(values) for name, values in found.items()})
    return _differences(columns.with_columns(landmark_on=pl.col("day").cast(pl.Int32).cast(pl.Date)))


def by_pandas(at: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the features by pandas' rolling windows within each child."""
    both = _together(at, known).sort("child_id", "day", "is_landmark")
    columns = {c: both[c].to_numpy() for c in both.columns}
    table = pd.DataFrame(columns)
    table["on"] = pd.to_datetime(table["day"].to_numpy().astype("datetime64[D]"))
    by_child = table.set_index("on").groupby("child_id", sort=False)[list(LINE_NAMES)]
    summed = {}
    for end in BAND_ENDS_DAYS:
        counts = by_child.rolling(f"{end}D", closed="left").sum().fillna(0).to_numpy()
        summed |= {f"{line}_{end}": counts[:, i] for i, line in enumerate(LINE_NAMES)}
    found = both.select("child_id", "is_landmark", landmark_on=pl.col("day").cast(pl.Int32).cast(pl.Date))
    return _differences(found.with_columns(pl.DataFrame(summed).cast(pl.Int32)).filter("is_landmark"))


def _together(at: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return events and landmarks in one table, as windows want them."""
    events = known.select(
        "child_id",
        pl.col("known_on").to_physical().cast(pl.Int64).alias("day"),
        pl.lit(False).alias("is_landmark"),
        *(pl.col(line).cast(pl.Int32) for line in LINE_NAMES),
    )
    asked = at.select(
        "child_id",
        pl.col("landmark_on").to_physical().cast(pl.Int64).alias("day"),
        pl.lit(True).alias("is_landmark"),
        *(pl.lit(0, pl.Int32).alias(line) for line in LINE_NAMES),
    )
    return pl.concat([events, asked])


def _check_same(ours: pl.DataFrame, theirs: pl.DataFrame, name: str) -> None:
    if not ours.select(FEATURES).equals(theirs.select(FEATURES)):
        raise SystemExit(f"{name} counts otherwise than featurise")


def main(n: int = LANDMARKS) -> None:
    """Print both tables."""
    cohort = simulate(Scenario.named("england_2014"), households=n // LANDMARKS_A_HOUSEHOLD + 100, seed=1)
    at = landmarks(cohort.record).head(n)
    record = cohort.record
    few = at.filter(pl.col("child_id") // 16 % ONE_IN == 0)
    known = known_events(record)
    known_few = known.filter(pl.col("child_id") // 16 % ONE_IN == 0)
    print(f"{at.height:,} landmarks, {known.height:,} events of children, {len(FEATURES)} counts each")
    print("load of the machine before: " + ", ".join(f"{load:.1f}" for load in os.getloadavg()))

    ours = took(lambda: featurise(at, record))
    finding = took(lambda: known_events(record))
    compiled(few, known_few)
    ways = {
        "compiled pass": (took(lambda: compiled(at, known)), ours.result, 1),
        "DuckDB": (took(lambda: by_duckdb(at, known)), ours.result, 1),
        "pandas": (took(lambda: by_pandas(few, known_few)), featurise(few, record), ONE_IN),
    }
    rows = [
        ("featurise", ours.seconds, 1.0, ""),
        ("of that: who knows what", finding.seconds, finding.seconds / ours.seconds, ""),
    ]
    for name, (took_it, expected, times) in ways.items():
        _check_same(expected, took_it.result, name)
        seconds = took_it.seconds * times
        ratio = ours.seconds / seconds if name == "compiled pass" else seconds / ours.seconds
        rows.append((name, seconds, ratio, f"{TARGETS[name]}: {'met' if _met(name, ratio) else 'not met'}"))
    _print(rows, ["way of counting", "CPU seconds", "ours to it, or it to ours", "target"])

    labelled = labels(ours.result, cohort.truth)
    answered = labelled.filter(pl.col("warranted").is_not_null()).head(FITTED)
    fit = took(lambda: CumulativeScorecard().fit(answered))
    score = took(lambda: fit.result.score_table(labelled))
    rate = labelled.height / score.seconds
    rows = [
        (f"fit {answered.height:,} rows", fit.seconds, answered.height / fit.seconds, "5 s at most"),
        (f"score {labelled.height:,} rows", score.seconds, rate, "1,000,000 rows a second"),
    ]
    _print(rows, ["work", "CPU seconds", "rows a CPU second", "target"])


def _met(name: str, ratio: float) -> bool:
    return ratio <= 6 if name == "compiled pass" else ratio >= 10


def _print(rows: list[tuple], columns: list[str]) -> None:
    table = pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col(columns[1:3]).round(2))
    with pl.Config(tbl_rows=-1, fmt_str_lengths=60, tbl_width_chars=110, tbl_hide_dataframe_shape=True):
        print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
