"""Broken chronologies through whole commands: each ends as it should, in little time and memory, and quietly.

python tests/fuzz_commands.py 10000 500 50 [workers]

So many files go through `chronology check` and `review`; so many of these through `pack`, `chronology write` and
`merge` too; and so many through all of them as processes of their own. The others run in long-lived workers,
spawned, under a limit on memory beyond what a worker has when it has begun. Needs Linux.
"""

import collections
import itertools
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from command import risk
from fuzz_chronology import DATES, GOOD_CSV, MOST_MEGABYTES, MOST_SECONDS, files, odd
from risk.chronologies.synonyms import words_of
from risk.core.errors import UNSEEN
from sheets import HEADER

MOST_PRINTED = 1_000_000
BATCH = 200
READING = ("chronology check {file}", "review {file}")
WRITING = (
    "pack {file} --out {folder}/page.html",
    "chronology write {file} --out {folder}/again.csv",
    "chronology merge {file} {good} --out {folder}/both.xlsx",
)
rough = [*DATES[:5], "between 1990 and 2020", "before 2010", "summer 2014", "2015", "1/1/0001", "31/12/9999"]
days = st.integers(0, 6_000).map(lambda n: f"{date(2000, 1, 1) + timedelta(n):%d/%m/%Y}")
whats = st.one_of(st.just("Seen at the door, hungry"), odd.map(lambda text: f"Told: {text}"))
nouns = [st.sampled_from(sorted(words_of(noun))) for noun in ("agency", "kind")]
rows = st.tuples(days, *nouns, whats)
strange = st.tuples(st.one_of(st.sampled_from(rough), days), *nouns, odd)


@st.composite
def plausible(draw):
    """A file that is nearly a chronology, so that it is mostly read and the commands go on."""
    lines = [HEADER, *draw(st.lists(rows, min_size=1, max_size=draw(st.sampled_from([3, 30, 300]))))]
    lines += draw(st.lists(strange, max_size=draw(st.sampled_from([0, 0, 2]))))
    cells = [[re.sub(r'[\0\r\n"]', "", cell) for cell in line] for line in lines]
    return ".csv", "\n".join(",".join(f'"{cell}"' for cell in line) for line in cells).encode(
        "utf-8", "replace"
    )


class Ran(NamedTuple):
    """What a command came to; wrong: what it should not have done, if anything."""

    command: str
    status: int
    seconds: float
    megabytes: int
    wrong: str


def begin_worker() -> None:
    """Warm a worker up, then let it take little more than it has."""
    with tempfile.TemporaryDirectory() as place:  # what draws a pack's charts reserves much as it begins
        for words in ("review norfolk_review", f"pack norfolk_review --out {place}/page.html"):
            risk(*words.split())
    has = int(re.search(r"VmData:\s+(\d+)", Path("/proc/self/status").read_text())[1]) << 10
    resource.setrlimit(resource.RLIMIT_DATA, (has + (MOST_MEGABYTES << 20),) * 2)


def stopped(*_: object) -> None:
    raise AssertionError("over its time")


def most() -> int:
    """Return the most megabytes that this process had since it was last asked, and ask anew."""
    high = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) >> 10
    Path("/proc/self/clear_refs").write_text("5")
    return high


def ran(words: str, suffix: str, data: bytes) -> Ran:
    """Run a command on a file, in this process."""
    with tempfile.TemporaryDirectory() as place:
        command = prepared(words, suffix, data, Path(place))
        most()
        before, began = most(), time.process_time()
        signal.signal(signal.SIGVTALRM, stopped)
        signal.setitimer(signal.ITIMER_VIRTUAL, 4 * MOST_SECONDS)
        done = risk(*command)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        seconds, megabytes = time.process_time() - began, most() - before
        left = [p.name for p in Path(place).iterdir() if p.name.startswith(".")]
    return judged(words, done.returncode, done.stdout, done.stderr, seconds, megabytes, left)


def ran_alone(words: str, suffix: str, data: bytes) -> Ran:
    """Run a command on a file, as a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-P", "-m", "risk", *prepared(words, suffix, data, Path(place))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            stdout, stderr = process.communicate(timeout=600)
        left = [p.name for p in Path(place).iterdir() if p.name.startswith(".")]
    return judged(words, process.returncode, stdout, stderr, 0, 0, left)


def prepared(words: str, suffix: str, data: bytes, folder: Path) -> list[str]:
    """Write the files that a command reads, and return its words."""
    (folder / f"mine{suffix}").write_bytes(data)
    (folder / "good.csv").write_bytes(GOOD_CSV)
    places = {"file": folder / f"mine{suffix}", "good": folder / "good.csv", "folder": folder}
    return [word.format(**places) for word in words.split()]


def judged(
    words: str, status: int, stdout: str, stderr: str, seconds: float, megabytes: int, left: list[str]
) -> Ran:
    """Say what a command should not have done."""
    wrong = {
        f"status {status}: {stderr[-300:]}": status not in (0, 2),
        f"a traceback: {stderr[-300:]}": "Traceback" in stdout + stderr,
        "no message": status == 2 and len(stdout + stderr) < 20,
        "no memory": "the memory of this machine" in stderr,
        f"{seconds:.1f} CPU seconds": seconds > MOST_SECONDS,
        f"{megabytes} MB": megabytes > MOST_MEGABYTES,
        f"{len(stdout + stderr):,} letters": len(stdout + stderr) > MOST_PRINTED,
        "what a terminal obeys": UNSEEN.search(stdout + stderr) is not None,
        f"left {left}": bool(left),
    }
    return Ran(
        words.split(" {")[0], status, seconds, megabytes, next((w for w, is_so in wrong.items() if is_so), "")
    )


def in_worker(jobs: list[tuple[str, str, bytes]]) -> list[Ran]:
    """Run commands one after the other in a worker, and in another where one ends."""
    results: list[Ran] = []
    while len(results) < len(jobs):
        with ProcessPoolExecutor(1, get_context("spawn"), initializer=begin_worker) as worker:
            try:
                for job in jobs[len(results) :]:
                    results.append(worker.submit(ran, *job).result())
            except BrokenProcessPool:
                results.append(Ran(jobs[len(results)][0], -1, 0, 0, "the process ended"))
    return results


def made_up(n: int, batch: int) -> list[tuple[str, bytes]]:
    """Return so many broken files."""
    some: list[tuple[str, bytes]] = []

    @seed(batch)
    @settings(max_examples=n, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.booleans().flatmap(lambda good: plausible() if good else files))
    def take(file: tuple[str, bytes]) -> None:
        some.append(file)

    take()
    return some[:n]


def main(n: int, n_written: int, n_alone: int, n_workers: int = 1) -> None:
    """Run the commands, and print what each came to."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    fuzzed = itertools.chain.from_iterable(made_up(min(n, BATCH), batch) for batch in range(-(-n // BATCH)))
    every = [
        (file, READING + (WRITING if i % max(n // max(n_written, 1), 1) == 0 else ()))
        for i, file in enumerate(fuzzed)
    ]
    jobs = [(words, *file) for file, commands in every for words in commands]
    with ThreadPoolExecutor(n_workers) as threads:
        shares = threads.map(in_worker, [jobs[i::n_workers] for i in range(n_workers)])
        results = [result for share in shares for result in share]
    alone = [
        (words, *file)
        for file, _ in every[:: max(n // max(n_alone, 1), 1)][:n_alone]
        for words in READING + WRITING
    ]
    results += [ran_alone(*job)._replace(command=f"{job[0].split(' {')[0]}, alone") for job in alone]
    for command, group in itertools.groupby(sorted(results), lambda result: result.command):
        these = list(group)
        print(
            f"{command}: {len(these):,} runs, status {dict(collections.Counter(r.status for r in these))}, at most "
            f"{max(r.seconds for r in these):.1f} CPU s and {max(r.megabytes for r in these)} MB more"
        )
    wrong = [result for result in results if result.wrong]
    print(f"{len(wrong)} wrong", *wrong[:20], sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
