"""Each file operation of a command fails in turn: the target is absent or whole, and a second run makes it."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "faults.py"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts in forks, and reads /proc")


def faults(*words: str) -> str:
    """What the benchmark prints, in a process of its own: it forks, which one that uses Polars must not."""
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), *words], capture_output=True, text=True, timeout=1_800
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(("command", "every"), [("chronology new", 1), ("generate", 47)])
def test_an_operation_that_fails_leaves_nothing_lost_and_nothing_falsely_whole(command, every):
    n_operations, *_ = faults("--only", command, "--every", str(every)).removeprefix(command).split()
    assert int(n_operations) >= 14  # or the operations are not seen at all
