"""What our workbook costs beside plain writing with its library: CPU seconds of both, and their ratio.

    uv run python benchmarks/workbook.py [households] [rounds]

In one process, by turns, the same tables: ours, then what anybody would write with XlsxWriter, `write_row`
for every row with its memory kept constant, which looks at the type of each value. Above 1, ours is slower.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from risk import Cohort, Scenario, simulate
from risk.export import write_xlsx


def plain(cohort: Cohort, out: Path) -> None:
    """Write every table as the library's own examples do."""
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy", "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        for name, table in cohort.tables().items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, table.columns)
            for number, row in enumerate(table.iter_rows(), 1):
                sheet.write_row(number, 0, row)


def seconds(write: Callable[[Path], None]) -> float:
    """Return the CPU seconds that a workbook takes."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        write(Path(folder) / "cohort.xlsx")
        return time.process_time() - start


def main(households: int = 2_000, rounds: int = 3) -> None:
    """Print a line a round, and the median of the ratios."""
    cohort = simulate(Scenario.named("england_2014"), households=households, seed=1)
    rows = sum(table.height for table in cohort.tables().values())
    print(f"{households:,} households, {rows:,} rows; load {os.getloadavg()[0]:.1f}")
    ratios = []
    for _ in range(rounds):
        ours = seconds(lambda out: write_xlsx([cohort], cohort.made, out))
        library = seconds(lambda out: plain(cohort, out))
        ratios.append(ours / library)
        print(f"ours {ours:6.2f} s, plain {library:6.2f} s: {ratios[-1]:.2f} times", flush=True)
    print(f"median: {statistics.median(ratios):.2f} times the plain writing")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
