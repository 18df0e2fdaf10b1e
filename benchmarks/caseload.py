"""What a caseload from elsewhere costs, 50,000 events of 2,000 children: CPU seconds and peak memory.

    uv run python benchmarks/caseload.py [children] [events a child]

Each row is a process of its own, so that its memory is its own: reading the table alone, then what
`risk caseload` does with it. The events follow a rule; nothing of a real child is in them.
"""

import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl

KINDS = (
    "hunger",
    "home_conditions",
    "domestic_abuse",
    "school_absence",
    "referral",
    "parental_mental_health",
)
AGENCIES = ("school", "health_visitor", "police", "school", "childrens_services", "gp")
DAYS = 2_000


def table(children: int, each: int) -> pl.DataFrame:
    """Return a table of events: every child has as many, over about five years."""
    numbers = range(children * each)
    first = date(2018, 1, 1)
    return pl.DataFrame(
        {
            "child": [f"c{n % children}" for n in numbers],
            "date": [first + timedelta(days=n * 7_919 % DAYS) for n in numbers],
            "agency": [AGENCIES[n // children * 5 % 6] for n in numbers],
            "kind": [KINDS[n // children * 5 % 6] for n in numbers],
        }
    )


def measured(*words: str) -> tuple[float, float, int]:
    """Return the CPU seconds and the peak MB of a command that succeeded, and the bytes it printed."""
    with tempfile.TemporaryFile() as printed:
        child = subprocess.Popen([sys.executable, *words], stdout=printed)
        _, status, used = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"{' '.join(words)} failed")
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed.tell()


def main(children: int = 2_000, each: int = 25) -> None:
    """Print a row a step."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "events.csv")
        table(children, each).write_csv(file)
        steps = {
            "risk.read_events": ("-c", f"import risk; risk.read_events({file!r})"),
            "risk caseload": ("-m", "risk", "caseload", file),
            "risk caseload --json": ("-m", "risk", "caseload", file, "--json"),
            "risk caseload --html": ("-m", "risk", "caseload", file, "--html", f"{folder}/page.html"),
            "risk caseload --to": ("-m", "risk", "caseload", file, "--to", f"{folder}/caseload"),
        }
        print(f"{children * each:,} events of {children:,} children; load {os.getloadavg()[0]:.1f}\n")
        print(f"{'':24}{'CPU s':>8}{'peak MB':>9}{'printed KB':>12}")
        for name, words in steps.items():
            seconds, megabytes, printed = measured(*words)
            print(f"{name:24}{seconds:8.1f}{megabytes:9.0f}{printed / 1000:12.0f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
