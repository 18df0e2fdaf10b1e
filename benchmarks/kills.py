"""What is left when `risk generate` is killed at random moments: prints one table.

    uv run python benchmarks/kills.py [kills] [seed]

A small cohort in eight partitions, on two worker processes, is killed with signal 9 again and again: all its
processes or the first alone, anywhere in the run or while the folder gets its name; then begun anew, or taken
up, or taken up by two runs at once. A folder must be absent, or whole with the content of a run that nobody
stopped; and a partition once made must still be there for the next run.

Most runs are forked from this process, which has imported the package and not yet used Polars, since starting
Python takes longer than the run; one in twenty is the real command. Needs Linux.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from risk import Pool, Scenario, generate, verify
from risk.core import interpreter
from risk.records.draft import COHORT, PARTS, draft_of
from risk.records.manifest import DATASHEET, read_manifest

RECIPE = {"households": 160, "seed": 1, "years": 1, "households_a_part": 20}
WORKERS = 2
N_PARTS = 8
OPTIONS = [f"--{name.replace('_', '-')}={value}" for name, value in RECIPE.items()] + [f"--workers={WORKERS}"]


def main(kills: int = 200, seed: int = 1) -> None:
    """Kill runs until `kills` were alive when they were killed, and print what was found."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        uninterrupted = Path(place) / "uninterrupted"
        seconds = {real: timed(begin(Path(place) / f"timed{real}", real)) for real in (False, True)}
        timed(begin(uninterrupted, False))
        content = hashes(uninterrupted)
        if content is None:
            raise RuntimeError("a run that nobody killed does not verify")
        found: Counter[str] = Counter()
        folder = Path(place) / "0"
        while found["kills"] < kills:
            before = made(folder)
            found["runs that took up a draft"] += bool(before)
            found["partitions taken up"] += len(before)
            if kill_once(folder, chance, seconds, found):
                judge(folder, content, before, found)
            if folder.exists() or chance.random() < 0.3:
                finish(folder, content, found)
                folder = Path(place) / str(found["kills"])
        finish(folder, content, found)
    rows = [(name, found[name]) for name in REPORTED]
    with pl.Config(tbl_rows=-1, fmt_str_lengths=60, tbl_hide_dataframe_shape=True):
        print(pl.DataFrame(rows, schema=["what", "how often"], orient="row"))


REPORTED = (
    "kills",
    "of these the real command",
    "of these of the first process alone",
    "of these while the folder got its name",
    "of these two runs at once",
    "found absent",
    "found whole",
    "runs that took up a draft",
    "partitions taken up",
    "finished afterwards",
    "falsely whole",
    "lost",
    "processes left over",
)


def kill_once(folder: Path, chance: random.Random, seconds: dict[bool, float], found: Counter[str]) -> bool:
    """Begin one run or two, kill them, wait until nothing of them is left; say whether one was alive."""
    real, alone, late, two = (chance.random() < share for share in (0.05, 0.25, 0.4, 0.2))
    runs = [begin(folder, real) for _ in range(1 + two)]
    if late:
        while not (draft_of(folder) / COHORT / DATASHEET).exists() and any(map(alive, runs)):
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.03))
    else:
        time.sleep(chance.uniform(0, 1.1 * seconds[real]))
    killed = [alive(run) for run in runs]
    for run in runs:
        (os.kill if alone else os.killpg)(run, signal.SIGKILL)
    for run in runs:
        os.waitpid(run, 0)
        found["processes left over"] += left_over(run)
    if any(killed):
        found["kills"] += 1
        found["of these the real command"] += real
        found["of these of the first process alone"] += alone
        found["of these while the folder got its name"] += late
        found["of these two runs at once"] += two
    return any(killed)


def judge(folder: Path, content: dict[str, str], before: set[str], found: Counter[str]) -> None:
    """Count what a killed run left: no folder, with every partition that was there before; or a whole one."""
    if not folder.exists():
        found["found absent"] += 1
        found["lost"] += not before <= made(folder)
    elif hashes(folder) == content:
        found["found whole"] += 1
    else:
        found["falsely whole"] += 1


def finish(folder: Path, content: dict[str, str], found: Counter[str]) -> None:
    """Take up what a killed run left and let it end; it must give the content of an uninterrupted run."""
    if not folder.exists():
        timed(begin(folder, False))
        found["finished afterwards"] += 1
        found["lost"] += hashes(folder) != content
    leftovers = [p for p in (draft_of(folder), folder.with_name(f".{folder.name}.lock")) if p.exists()]
    for place in [folder, *leftovers]:
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)


def begin(folder: Path, real: bool) -> int:
    """Start generating in a process group of its own, and return its number."""
    if real:
        command = [sys.executable, "-m", "risk", "generate", "norfolk_review", f"--out={folder}", *OPTIONS]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, start_new_session=True, **quiet).pid

    def work() -> None:
        interpreter.get_context = lambda _: get_context("fork")  # type: ignore[attr-defined]
        generate(Scenario.named("norfolk_review"), folder, **RECIPE, pool=Pool(WORKERS))

    return forked(work)


def forked(work: Callable[[], None]) -> int:
    """Do something in a fork of this process, quietly, and return its number."""
    child = os.fork()
    with suppress(OSError):  # whichever of the two comes first
        os.setpgid(child, child)
    if child:
        return child
    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        work()
        status = 0
    finally:
        os._exit(status)


def timed(run: int) -> float:
    """Wait for a run, and return the seconds that it took from now. Raises RuntimeError if it failed."""
    start = time.monotonic()
    if os.waitpid(run, 0)[1]:
        raise RuntimeError("a run that nobody killed has failed")
    return time.monotonic() - start


def hashes(folder: Path) -> dict[str, str] | None:
    """Return the content hashes of a folder that verifies; null for one that does not."""
    if os.waitpid(forked(lambda: verify(folder)), 0)[1]:
        return None
    return {r.name: r.contentHash for r in read_manifest(folder).resources}


def made(folder: Path) -> set[str]:
    """Return the partitions that a draft says are whole."""
    return {p.name for p in (draft_of(folder) / PARTS).glob("*.json")}


def alive(run: int) -> bool:
    """Say whether a process is there and has not ended."""
    return state(run) not in (None, "Z")


def state(process: int | str) -> str | None:
    """Return a process's letter of state, null for no such process."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def left_over(group: int, patience: float = 15) -> int:
    """Return how many processes of a group are still there after a while, and end them."""
    until = time.monotonic() + patience
    while (there := members(group)) and time.monotonic() < until:
        time.sleep(0.05)
    for process in there:
        os.kill(process, signal.SIGKILL)
    return len(there)


def members(group: int) -> list[int]:
    """Return the processes of a group that have not ended."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            letter, _, of_group, *_ = (place / "stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of_group) == group and letter != "Z":
            found.append(int(place.name))
    return found


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
