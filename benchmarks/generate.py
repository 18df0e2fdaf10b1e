"""How fast the generator is, next to the least it could take and to SimPy: prints one table.

    uv run --group benchmarks python benchmarks/generate.py [percent of England …] [--full]

Only ratios within one run mean anything on a machine with other work; CPU time is the fairer of the two,
since wall time is shared with whatever else runs. Percent: sizes of England, 1 and 4 unless given; --full
adds 16.

- *Start-up*: what a process takes before it simulates, and what compiling takes once on a machine; both are
  left out of all figures below them.
- *Steps*: where the CPU time of one partition of England goes.
- *Floor*: two Philox uniforms drawn for every household-week, and the very rows that were simulated written
  as Parquet. The generator simulates them, writes them, and hashes every column for `risk verify`.
- *England*: so many percent of 12 million children, those alive and under 18 in the middle of five years,
  made on two worker processes by the same function as `risk generate`.
- *SimPy*: the same process written the ordinary way in `simpy_twin.py`, one process of one core.
- *Dense*: families like those of the review, where far more is written down; two worker processes.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import simpy_twin

from risk import Pool, Scenario
from risk.core.draws import Stream, by_household
from risk.records.cohort import Record, Truth
from risk.records.hashing import column_hashes
from risk.records.manifest import read_manifest
from risk.records.schema import RECORD, TRUTH
from risk.world.generation import MOST_HOUSEHOLDS_A_PART, generate
from risk.world.simulate.adults import adults
from risk.world.simulate.block import Block
from risk.world.simulate.families import families
from risk.world.simulate.weeks import last_day, n_weeks, simulate_block

SEED = 1
YEARS = 5
WORKERS = 2
CHILDREN_OF_ENGLAND = 12_000_000
SAMPLE = 50_000  # households: one partition of a large cohort
TWIN = 4_000
DENSE = 40_000
COMPARED = (
    "referral",
    "contact",
    "no_further_action",
    "assessment_completed",
    "section_47_enquiry",
    "initial_child_protection_conference",
    "child_in_need_plan_started",
    "child_protection_plan_started",
    "review_conference",
    "case_closed",
)


Line = tuple[str, str, str, str, str]


class Took(NamedTuple):
    """What some work took: seconds of CPU, in worker processes too, and of wall time; and its result."""

    cpu: float
    wall: float
    result: Any


def timed(work: Callable[[], Any]) -> Took:
    """Do the work and return what it took."""
    cpu, wall = _cpu(), time.perf_counter()
    result = work()
    return Took(_cpu() - cpu, time.perf_counter() - wall, result)


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def children_alive(record: Record) -> int:
    """Return the children born and under 18 in the middle of the time."""
    day = record.from_on + timedelta(days=(record.to_on - record.from_on).days // 2)
    born = pl.col("born_on")
    return record.children.filter(born <= day, born.dt.offset_by("18y") > day).height


def child_years(record: Record) -> float:
    """Return the years that children under 18 lived while the cohort was followed."""
    from_on = pl.max_horizontal("born_on", pl.lit(record.from_on))
    to_on = pl.min_horizontal(pl.col("born_on").dt.offset_by("18y"), pl.lit(record.to_on))
    days: int = record.children.select((to_on - from_on).dt.total_days().clip(0).sum()).item()
    return days / 365.25


def write_floor(folder: Path, record: Record, truth: Truth, households: int, weeks: int) -> None:
    """Draw two uniforms a household-week and write the tables: the least that making them could take."""
    for week in range(weeks):
        by_household(SEED, Stream.HARM, week, 0, households // 2, 4)  # four numbers serve two households
    for holder, schemas in ((record, RECORD), (truth, TRUTH)):
        for name in schemas:
            table: pl.DataFrame = getattr(holder, name)
            table.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=1)


def into(folder: Path, scenario: str, households: int, a_part: int) -> Took:
    """Generate a cohort into a folder, by two workers if there are several parts."""
    world = Scenario.named(scenario)
    size = {"households": households, "households_a_part": a_part}
    return timed(lambda: generate(world, folder, seed=SEED, years=YEARS, pool=Pool(WORKERS), **size))


def rows_written(folder: Path) -> dict[str, int]:
    """Return the rows of each table of a cohort on disk."""
    return {r.name: r.rows for r in read_manifest(folder).resources}


ONE_HOME = "from risk import Scenario, simulate; simulate(Scenario.named('quiet'), households=1, seed=1)"


def a_process(caches: str) -> Took:
    """Simulate one household in a process of its own, which finds in `caches` what is compiled."""
    surroundings = os.environ | {"NUMBA_CACHE_DIR": caches, "POLARS_MAX_THREADS": "1"}
    return timed(lambda: subprocess.run([sys.executable, "-c", ONE_HOME], env=surroundings, check=True))


def start_up() -> list[Line]:
    """Measure the first process on a machine, and those after it."""
    with tempfile.TemporaryDirectory() as caches:
        first, again = a_process(caches), a_process(caches)
    compiling = Took(first.cpu - again.cpu, first.wall - again.wall, None)
    return [
        _line("compiling, once on a machine", 0, compiling, "goal 20 s of CPU"),
        _line("a process starts, and simulates one home", 1, again, "with all that is imported"),
    ]


def steps(scenario: Scenario, households: int, weeks: int) -> list[tuple[str, str, str]]:
    """Measure the steps by which one partition is made and written."""
    to_on = last_day(scenario, weeks)
    homes = timed(lambda: families(scenario, SEED, 0, households, to_on))
    lives = timed(lambda: Block.lived(scenario, SEED, 0, weeks, homes.result[0]))
    grown = timed(lambda: adults(lives.result))
    whole = timed(lambda: simulate_block(scenario, SEED, 0, households, weeks))
    tables = [
        (getattr(holder, name), schema.primary_key())
        for holder, schemas in zip(whole.result, (RECORD, TRUTH), strict=True)
        for name, schema in schemas.items()
    ]
    hashed = timed(lambda: [column_hashes(table, key) for table, key in tables])
    with tempfile.TemporaryFile() as file:
        written = timed(
            lambda: [t.write_parquet(file, compression="zstd", compression_level=1) for t, _ in tables]
        )
    rest = whole.cpu - homes.cpu - lives.cpu - grown.cpu
    took = {
        "families: who lives in each home": homes.cpu,
        "lives: every week of every home, compiled": lives.cpu,
        "adults: who comes, goes and is known": grown.cpu,
        "the other tables, as frames": rest,
        "content hashes": hashed.cpu,
        "Parquet": written.cpu,
    }
    every = sum(took.values())
    return [(step, f"{cpu:.2f}", f"{100 * cpu / every:.0f} %") for step, cpu in took.items()]


def main(percents: list[float]) -> None:
    """Measure one after the other, then print."""
    england = Scenario.named("england_2014")
    weeks = n_weeks(england, YEARS)
    lines = start_up()
    simulate_block(england, SEED, 0, 100, 10)  # what is done once a process is done now
    load = f"{os.getloadavg()[0]:.1f}"
    simulated = timed(lambda: simulate_block(england, SEED, 0, SAMPLE, weeks))
    record, truth = simulated.result
    lived = child_years(record)
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        lines += _against_the_floor(here, record, truth, weeks)
        start = into(here / "start", "england_2014", 2 * WORKERS, 2)
        lines.append(_line("two workers begin", 2 * WORKERS, start, "left out of the figures below"))
        for percent in percents:
            households = round(CHILDREN_OF_ENGLAND * percent / 100 * SAMPLE / children_alive(record))
            took = into(here / f"england-{percent}", "england_2014", households, MOST_HOUSEHOLDS_A_PART)
            lines.append(_england(percent, households, lived / SAMPLE, took, start))
        lines += [_dense(here, name, start) for name in ("norfolk_review", "good_practice")]
    twin = timed(lambda: simpy_twin.live(england, households=TWIN, seed=SEED, weeks=weeks))
    lines.append(_against_simpy(twin, lived / simulated.cpu))
    print(f"Five years. Load average {load}, at last {os.getloadavg()[0]:.1f}, of {os.cpu_count()} cores.")
    columns = ["measured", "households", "CPU s", "wall s", "what it comes to"]
    _print(pl.DataFrame(lines, columns, orient="row"))
    print(f"\nWhere the CPU time of {SAMPLE:,} households of England goes.")
    _print(pl.DataFrame(steps(england, SAMPLE, weeks), ["step", "CPU s", "share"], orient="row"))
    print("\nThe same process? Events per 1,000 child-years.")
    rates = simpy_twin.rates(*twin.result)
    kinds = dict(record.events["kind"].value_counts().iter_rows())
    both = [(k, round(1000 * kinds.get(k, 0) / lived, 1), round(rates.get(k, 0.0), 1)) for k in COMPARED]
    _print(pl.DataFrame(both, ["kind", "risk", "SimPy twin"], orient="row"))


def _against_the_floor(here: Path, record: Record, truth: Truth, weeks: int) -> list[Line]:
    floor = timed(lambda: write_floor(here, record, truth, SAMPLE, weeks))
    whole = into(here / "whole", "england_2014", SAMPLE, SAMPLE)
    times = f"{whole.cpu / floor.cpu:.1f} times the floor's CPU time (goal 3.5)"
    return [
        _line("floor: draws, and the rows as Parquet", SAMPLE, floor, ""),
        _line("generated, one process", SAMPLE, whole, times),
    ]


def _england(percent: float, households: int, years_each: float, took: Took, start: Took) -> Line:
    cpu, wall = took.cpu - start.cpu, took.wall - start.wall
    cpu_minutes, wall_minutes = (seconds / 60 * 100 / percent for seconds in (cpu / WORKERS, wall))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    return _line(
        f"England, {percent:g} %",
        households,
        took,
        f"{1e6 * cpu / (households * years_each):.1f} µs of CPU a child-year; all of it "
        f"{cpu_minutes:.1f} min of two whole cores (goal 2.5), {wall_minutes:.1f} at this wall time; "
        f"a worker's peak {peak:.2f} GB (goal 0.6)",
    )


def _dense(here: Path, name: str, start: Took) -> Line:
    took = into(here / name, name, DENSE, DENSE // WORKERS)
    cpu, wall = took.cpu - start.cpu, took.wall - start.wall
    rows = rows_written(here / name)
    events, every = rows["record-events"], sum(rows.values())
    return _line(
        name,
        DENSE,
        took,
        f"{WORKERS * events / cpu:,.0f} events a second of two whole cores (goal 800,000), "
        f"{events / wall:,.0f} at this wall time; rows of all tables {WORKERS * every / cpu:,.0f}",
    )


def _against_simpy(twin: Took, ours: float) -> Line:
    theirs = twin.result[1] / twin.cpu
    return _line(
        "SimPy twin, one process",
        TWIN,
        twin,
        f"{theirs:,.0f} child-years a second of CPU; simulate_block {ours:,.0f}: {ours / theirs:.0f} times "
        "as many (goal 90)",
    )


def _line(what: str, households: int, took: Took, comes_to: str) -> Line:
    return what, f"{households:,}", f"{took.cpu:.2f}", f"{took.wall:.2f}", comes_to


def _print(table: pl.DataFrame) -> None:
    with pl.Config(
        tbl_rows=-1,
        fmt_str_lengths=200,
        tbl_width_chars=250,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
    ):
        print(table)


if __name__ == "__main__":
    sizes = [float(a) for a in sys.argv[1:] if a != "--full"] or [1.0, 4.0]
    main([*sizes, 16.0] if "--full" in sys.argv else sizes)
