"""What each job of England would take: prints a table of disk, memory a worker and CPU, by job.

    uv run python benchmarks/jobs.py [percent of England] [households a partition]

Measured on so many percent of 12 million children (1 unless given), five years, with two worker processes,
and multiplied: every job goes by partition, so a partition takes the same in a larger cohort. Memory is the
highest of one worker, which depends on the size of a partition and not on the cohort's, and of the process
that puts the results together. CPU time counts all processes; what the same command takes on a few
households, which is how long Python needs to begin, is taken off and shown apart. `evaluate` looks at a
sample of 60,000 households.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import polars as pl

from risk.records.manifest import read_manifest

CHILDREN_OF_ENGLAND = 12_000_000
HOUSEHOLDS_A_CHILD = 0.75
"""Of the children alive in the middle of five years; `generate.py` counts them anew."""

WORKERS = 2
FEW = 200
YEAR = "2013"
MEGABYTES = 1 << 20
JOBS = {
    "generate": ("generate", "england_2014", "--out", "COHORT"),
    "verify": ("verify", "COHORT"),
    "describe": ("describe", "COHORT"),
    "describe --patterns": ("describe", "COHORT", "--patterns"),
    "replay": ("replay", "COHORT", "--set", "noticing.shares.police=1.0"),
    "review, no ceiling": ("review", "COHORT", "--no-ceiling", "--json"),
    "evaluate, no ceiling": ("evaluate", "COHORT", "--no-ceiling", "--json"),
    "export features": ("export", "COHORT", "--format", "features", "--out", "OUT"),
    "export csv": ("export", "COHORT", "--format", "csv", "--out", "OUT"),
    "export cin-census": ("export", "COHORT", "--format", "cin-census", "--year", YEAR, "--out", "OUT"),
    "export ssda903": ("export", "COHORT", "--format", "ssda903", "--year", YEAR, "--out", "OUT"),
}
PEAKS = """
import resource, sys
from risk import cli
try:
    cli.main()
finally:
    who = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    print(*(resource.getrusage(w).ru_maxrss for w in who), file=sys.stderr)
"""


class Took(NamedTuple):
    """What a job took: CPU seconds, wall seconds, and the highest memory of itself and of a worker, in MB."""

    cpu: float
    wall: float
    own: float
    worker: float


def taken(words: list[str]) -> Took:
    """Run a command with two workers, and return what it took."""
    cpu, began = _cpu(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PEAKS, *words, f"--workers={WORKERS}"],
        check=True,
        capture_output=True,
        text=True,
    )
    own, worker = (int(kilobytes) / 1024 for kilobytes in done.stderr.split()[-2:])
    return Took(_cpu() - cpu, time.perf_counter() - began, own, worker)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def on_disk(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def main(percent: float = 1, households_a_part: int = 15_000) -> None:
    """Measure every job, one after the other, then print."""
    households = round(CHILDREN_OF_ENGLAND * percent / 100 * HOUSEHOLDS_A_CHILD)
    rows = []
    with tempfile.TemporaryDirectory() as place:
        few, many = Path(place) / "few", Path(place) / "many"
        for job in JOBS:
            begun = _run(job, few, FEW, FEW // WORKERS)[0]
            took, size = _run(job, many, households, households_a_part)
            rows.append(_row(job, begun, took, size, percent))
            print(f"{job}: {took.cpu:.1f} s of CPU, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        parts = len(read_manifest(many / "cohort").partitions)
    print(
        f"{households:,} households in {parts} partitions, {percent:g} % of England; the last two columns "
        f"are EXTRAPOLATED to all of it.\nTwo workers, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}."
    )
    columns = [*("job", "begins, CPU s", "CPU s", "wall s", "MB a worker", "MB itself", "MB on disk")]
    columns += ["England: GB", "CPU hours"]
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=140, tbl_hide_dataframe_shape=True):
        print(pl.DataFrame(rows, columns, orient="row"))


def _run(job: str, place: Path, households: int, a_part: int) -> tuple[Took, int]:
    """Run a job on a cohort in a folder, and return what it took and the bytes that it wrote."""
    cohort, out = place / "cohort", place / job.replace(" ", "-")
    words = [w.replace("COHORT", str(cohort)).replace("OUT", str(out)) for w in JOBS[job]]
    if job == "generate":
        words += [f"--households={households}", f"--households-a-part={a_part}"]
    took, written = taken(words), cohort if job == "generate" else out
    return took, on_disk(written) if written.exists() else 0


def _row(job: str, begun: Took, took: Took, size: int, percent: float) -> tuple[str, ...]:
    work, times = took.cpu - begun.cpu, 100 / percent
    return (
        job,
        f"{begun.cpu:.1f}",
        f"{work:.1f}",
        f"{took.wall:.0f}",
        f"{took.worker:.0f}",
        f"{took.own:.0f}",
        f"{size / MEGABYTES:.1f}" if size else "-",
        f"{size * times / MEGABYTES / 1024:.1f}" if size else "-",
        "a sample" if job.startswith("evaluate") else f"{work * times / 3600:.2f}",
    )


if __name__ == "__main__":
    main(*(kind(word) for kind, word in zip((float, int), sys.argv[1:], strict=False)))
