"""What it costs to begin: CPU seconds, modules loaded and peak memory of each way into the package.

    uv run python benchmarks/startup.py [times]

CPU is the least of `times` runs of a whole process, user and system, after one that is not counted, in which
Python keeps what it compiled, as it does on a user's machine unless PYTHONDONTWRITEBYTECODE is set. The first
line is an interpreter that does nothing, so that the rows can be read against it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

STARTS = {
    "an interpreter, nothing else": "pass",
    "import risk": "import risk",
    "risk --help": "main('--help')",
    "risk generate --help": "main('generate', '--help')",
    "risk review --help": "main('review', '--help')",
    "a worker of risk generate": "from risk.world.generation import make_part",
    "risk generate, 5 households": "main('generate', 'norfolk_review', '--households', '5', '--out', OUT)",
    "risk review norfolk_review": "main('review', 'norfolk_review')",
    "risk pack norfolk_review": "main('pack', 'norfolk_review', '--out', OUT + '.html')",
}
WATCHED = ("numpy", "polars", "scipy", "sklearn", "altair", "pydantic", "numba")
CHILD = """
import contextlib, io, json, resource, sys
OUT = sys.argv[1]
def main(*words):
    sys.argv = ["risk", *words]
    from risk.cli import main
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        main()
{start}
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, len(sys.modules), used.ru_maxrss // 1024,
                  [m for m in {watched} if m in sys.modules]]))
"""


def measured(start: str, bytecode: str) -> tuple[float, int, int, list[str]]:
    """One run in a process of its own: CPU seconds, modules, peak MB, and which heavy libraries it loaded."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryDirectory() as folder:
        code = CHILD.format(start=start, watched=WATCHED)
        command = [sys.executable, "-c", code, str(Path(folder) / "out")]
        ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return tuple(json.loads(ran.stdout.splitlines()[-1]))


def main() -> None:
    """Print the table."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"the least of {times} runs; load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':32}{'CPU s':>7}{'modules':>9}{'peak MB':>9}  loads")
    with tempfile.TemporaryDirectory() as bytecode:
        for name, start in STARTS.items():
            _, *runs = [measured(start, bytecode) for _ in range(times + 1)]
            cpu, modules, megabytes, heavy = min(runs)
            print(f"{name:32}{cpu:>7.2f}{modules:>9}{megabytes:>9}  {', '.join(heavy) or '–'}")


if __name__ == "__main__":
    main()
