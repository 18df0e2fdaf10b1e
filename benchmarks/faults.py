"""What is left when each file operation of a command fails in turn: prints one table.

    uv run python benchmarks/faults.py [--every K] [--only COMMAND] [--loop N]

Commands that write run once undisturbed, and their file operations are counted: opening, writing, syncing,
renaming, linking, making and removing. Then each in turn meets a fault of each kind: an error, once; a disk
that is full from there on, after half of what was to be written; a disk that fails from there on; signal 9.
The target must be absent or whole, the message one line with status 2, and the same command afterwards must
give the same bytes and leave nothing beside them. Then the memory that a run may have is made smaller.

--every K: only every K-th operation. --only: the commands whose names begin so. --loop N: generate, fit,
evaluate, review and pack N times in one process instead, and what it holds of memory, descriptors and
threads. Leaves with status 1 for anything that must not be.

Runs are forked from this process, which has imported the package and not yet used Polars. A command that
does all its work before its first file operation is worked to there once; each fault meets a fork of that.
Needs Linux.
"""

import argparse
import builtins
import contextlib
import errno
import gc
import importlib
import io
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from risk import cli
from risk.core.errors import MOST_LETTERS, InputError
from risk.records.place import check_free

WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
KINDS: Final = ("error", "full", "dead", "kill")
MEGABYTES: Final = (1, 2, 4, 8, 16, 32, 64, 128)
"""So much memory a run may have beyond what it begins with; with none, nobody can say a line."""
NEED_SPACE: Final = {"open to write", "write", "fsync", "mkdir", "link"}
EVENTS: Final = {
    "os.mkdir": "mkdir",
    "os.rename": "rename",
    "os.link": "link",
    "os.remove": "unlink",
    "os.rmdir": "rmdir",
    "os.truncate": "truncate",
}
"""What Python's audit tells of, by our words; opening is told of too, writing and syncing are wrapped."""

BAD: Final = {
    "lost": "said to be done, and not there",
    "falsely whole": "there, and not whole",
    "said failed": "said to have failed, and there",
    "unclear": "no message of one line with status 2",
    "traceback": "a traceback, or more than a line",
    "blocked": "the same command afterwards did not make it",
    "other bytes": "or made other bytes",
    "left over": "or left something beside them",
}
"""What must not be."""


ENDED_FROM_OUTSIDE: Final = ("kill", "memory")
"""Kinds of fault that may end a process without a word: Polars ends it where it is given no memory."""

LONGEST_SECONDS: Final = 200
"""So long may a run take before it is ended, without a word: where it is given no memory, Polars may wait."""


class Command(NamedTuple):
    """A command that writes: its words, where {made} and {large} stand for cohorts, and what it makes."""

    words: str
    target: str
    works_first: bool = False
    """Whether all its work comes before its first file operation."""


COMMANDS: Final = {
    "chronology new": Command("chronology new new.csv", "new.csv", True),
    "chronology write": Command("chronology write norfolk_review --out written.xlsx", "written.xlsx", True),
    "generate": Command("generate norfolk_review --households=5 --years=1 --out cohort", "cohort"),
    "export csv": Command("export {made} --format csv --out tables", "tables"),
    "export xlsx": Command("export {made} --format xlsx --out tables.xlsx", "tables.xlsx"),
    "fit": Command("fit {large} --out card.json --json", "card.json", True),
    "pack": Command("pack norfolk_review --out page.html", "page.html", True),
}
INPUTS: Final = {
    "{made}": "generate norfolk_review --households=5 --years=2 --out made",
    "{large}": "generate norfolk_review --households=60 --years=2 --out large",
}


class Ended(NamedTuple):
    """How a run ended: its status, or minus a signal's number; what it complained of; its file operations.

    modules: what it had imported, for others to be forked with.
    """

    status: int
    complaint: str
    operations: list[str]
    modules: list[str]


class Operations:
    """Counts this process's file operations in a folder, and lets the `at`-th meet a fault of a kind."""

    def __init__(self, folder: Path, at: int = 0, kind: str = "") -> None:
        self.folder, self.at, self.kind = f"{folder}{os.sep}", at, kind
        self.names: list[str] = []
        self.watching = False
        self.before_first: Callable[[], None] | None = None

    def meet(self, at: int, kind: str) -> None:
        """Let the `at`-th operation meet a fault, or hold this process to so many megabytes more."""
        signal.alarm(LONGEST_SECONDS)
        if kind != "memory":
            self.at, self.kind = at, kind
            return
        has = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        most = (int(has["VmData"].split()[0]) << 10) + (at << 20)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))

    def watch(self) -> None:
        """Begin to count. Only for a process of its own: it cannot be undone."""
        real_open, real_fsync, step = io.open, os.fsync, self.step
        step_at = self.torn

        class Watched(io.FileIO):
            def write(self, data: Any) -> int:
                step_at(lambda: io.FileIO.write(self, memoryview(data)[: len(data) // 2]))
                return super().write(data)

        def open_watched(file: Any, mode: str = "r", *words: Any, **options: Any) -> Any:
            if not (set(mode) & set("wax+") and self.ours(file)):
                return real_open(file, mode, *words, **options)
            raw = Watched(file, mode.replace("b", ""), opener=options.pop("opener", None))
            buffer = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            options.pop("buffering", None)
            return buffer if "b" in mode else io.TextIOWrapper(buffer, *words[1:], **options)

        def fsync(handle: int) -> None:
            step("fsync")
            real_fsync(handle)

        io.open = builtins.open = open_watched
        os.fsync = fsync
        sys.addaudithook(self._told)
        self.watching = True

    def ours(self, path: Any) -> bool:
        """Say whether a path is below the folder; one with no folder of its own is, as we run there."""
        if isinstance(path, int):
            return False
        name = os.fsdecode(path)
        return name.startswith(self.folder) or not os.path.isabs(name)

    def _told(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.watching:
            return
        if event == "open":
            path, _, flags = given
            if self.ours(path):
                writes = flags & WRITES
                self.step("open to write" if writes else "open to read", path)
        elif event in EVENTS and self.ours(given[1 if event == "os.link" else 0]):
            self.step(EVENTS[event], given[0])

    def step(self, name: str, path: Any = None, torn: Callable[[], object] | None = None) -> None:
        """Count an operation, and let it meet its fault if its turn has come."""
        if not self.watching:
            return
        if self.before_first is not None:
            first, self.before_first = self.before_first, None
            first()
        self.names.append(name)
        now, after = len(self.names) == self.at, 0 < self.at <= len(self.names)
        if now and torn is not None and self.kind in ("full", "kill"):
            torn()
        if now and self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if after and self.kind == "full" and name in NEED_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        if (now and self.kind == "error") or (after and self.kind == "dead"):
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    def torn(self, half: Callable[[], object]) -> None:
        """Count a write, of which only half may reach the disk."""
        self.step("write", torn=half)


Begin = Callable[[int, str], Ended]
"""Runs a command whose so-many-th operation meets a fault of a kind; 0 for none."""


class GoOn(BaseException):
    """Raised in a fork that is to leave what begins runs, and to be one."""


class Run:
    """A command in a folder, in a fork of this process; or in forks of the one that has done its work."""

    def __init__(self, words: str, target: Path) -> None:
        self.words, self.target = words, target
        self.operations = Operations(target.parent)
        self.report = -1

    def anew(self, at: int, kind: str) -> Ended:
        """Run the command from its beginning."""

        def work() -> None:
            self.operations.meet(at, kind)
            self.leave(self.as_typed())

        return self.forked(work)

    def further(self, at: int, kind: str) -> Ended:
        """Run the command on from where this process is in it."""

        def work() -> None:
            if self.target.exists():  # which a command asks when it begins
                with contextlib.suppress(InputError):
                    check_free(self.target, force=False)
                self.leave(2)
            self.operations.meet(at, kind)
            raise GoOn

        return self.forked(work)

    def worked_to_first_operation(self, work: Callable[[Begin], Counter[str]]) -> Counter[str]:
        """Do some work, with what begins runs, in a process that has come to the first operation."""
        result = self.target.parent.with_suffix(".json")

        def first() -> None:
            with contextlib.suppress(GoOn):
                self.operations.watching = False
                counts = work(self.further)
                result.write_text(json.dumps(counts))
                os._exit(0)
            self.operations.watching = True

        def begin() -> None:
            self.operations.before_first = first
            self.leave(self.as_typed())

        ended = self.forked(begin)
        sys.stderr.write(ended.complaint)
        if not result.exists():
            raise RuntimeError(f"{self.words} was not worked through: {ended.status}")
        return Counter(json.loads(result.read_text()))

    def as_typed(self) -> int:
        """Run the command, in this process; return its status."""
        os.chdir(self.target.parent)
        sys.argv = ["risk", *self.words.split()]
        self.operations.watch()
        try:
            cli.main()
        except SystemExit as left:
            return left.code if isinstance(left.code, int) else 1
        finally:
            self.operations.watching = False
        return 0

    def forked(self, work: Callable[[], None]) -> Ended:
        """Do something in a fork of this process, and tell how it ended."""
        complaint, report = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        child = os.fork()
        if not child:
            self.report = report.fileno()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(complaint.fileno(), 2)
            self.kept = complaint, report
            try:
                work()
            except Exception:  # noqa: BLE001, it is told
                traceback.print_exc()
                os._exit(1)
        with complaint, report:
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            complaint.seek(0)
            report.seek(0)
            said = json.loads(report.read() or "[[], []]")
            return Ended(status, complaint.read().decode(), *said)

    def leave(self, status: int) -> None:
        """End this fork, leaving its operations for the process that began it."""
        self.operations.watching = False
        os.pwrite(self.report, json.dumps([self.operations.names, list(sys.modules)]).encode(), 0)
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(status)


def enumerated(begin: Begin, target: Path, every: int) -> Counter[str]:
    """Let each operation of a command meet each kind of fault, and count what came of it."""
    undisturbed = begin(0, "")
    if undisturbed.status or not target.exists():
        raise RuntimeError(f"a run without a fault has failed: {undisturbed}")
    whole, found = content(target), Counter({"operations": len(undisturbed.operations)})
    turns = [(kind, at) for kind in KINDS for at in range(1, found["operations"] + 1, every)]
    for kind, at in [*turns, *(("memory", megabytes) for megabytes in MEGABYTES[:: min(every, 4)])]:
        cleared(target.parent)
        ended = begin(at, kind)
        found.update([kind, "whole" if target.exists() else "absent"])
        found["told"] += ended.status == 2
        wrong = judged(ended, kind, target, whole) | judged_again(begin(0, ""), target, whole)
        for name in sorted(wrong):
            found[name] += 1
            print(f"{name}: {kind} at {at}: {ended[:3]}", file=sys.stderr)
    return found


def judged(ended: Ended, kind: str, target: Path, whole: dict[str, bytes]) -> set[str]:
    """Say what is wrong after a run that met a fault."""
    there = target.exists()
    wrong = {
        "lost": ended.status == 0 and not there,
        "falsely whole": there and content(target) != whole,
        "said failed": ended.status > 0 and there,
        "unclear": (ended.status > 0 and not is_clear(ended))
        or (ended.status < 0 and kind not in ENDED_FROM_OUTSIDE),
        "traceback": "Traceback" in ended.complaint
        or (ended.status >= 0 and len(ended.complaint.splitlines()) > 1),
    }
    return {name for name, is_so in wrong.items() if is_so}


def is_clear(ended: Ended) -> bool:
    """Say whether a run ended with status 2 and one line that says what was wrong.

    Where the system cannot even load the interpreter, nothing of ours has begun: its own line will do.
    """
    if ended.status == 127 and "cannot allocate memory" in ended.complaint:
        return True
    length = len(ended.complaint)
    return ended.status == 2 and ended.complaint.startswith("risk: ") and 40 < length < MOST_LETTERS + 10


def judged_again(ended: Ended, target: Path, whole: dict[str, bytes]) -> set[str]:
    """Say what is wrong after the same command without a fault; a target that was there stays."""
    wrong = {
        "blocked": not target.exists() or ended.status not in (0, 2),
        "other bytes": target.exists() and content(target) != whole,
        "left over": [p for p in target.parent.iterdir() if p != target] != [],
    }
    return {name for name, is_so in wrong.items() if is_so}


def content(target: Path) -> dict[str, bytes]:
    """Return every file of a target, by its path."""
    files = [p for p in [target, *target.rglob("*")] if p.is_file()]
    return {str(p.relative_to(target.parent)): p.read_bytes() for p in files}


def cleared(folder: Path) -> None:
    """Make a folder empty, which stays: it is where the commands run."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def faults(only: str, every: int) -> bool:
    """Print the table, and say whether nothing is in it that must not be."""
    columns, good = ["operations", *KINDS, "memory", "whole", "absent", "told", *BAD], True
    print(f"{'command':17}" + "".join(f"{name:>{len(name) + 2}}" for name in columns), flush=True)
    with tempfile.TemporaryDirectory() as place:
        for name, (words, target, works_first) in COMMANDS.items():
            if not name.startswith(only):
                continue
            folder = Path(place).resolve() / name.replace(" ", "-")
            folder.mkdir()
            run = Run(with_inputs(words, Path(place).resolve()), folder / target)
            work = partial(enumerated, target=folder / target, every=every)
            if not works_first:
                import_all(run.anew(0, "").modules)
                cleared(folder)
            found = run.worked_to_first_operation(work) if works_first else work(run.anew)
            print(f"{name:17}" + "".join(f"{found[c]:{len(c) + 2}}" for c in columns), flush=True)
            good = good and found["told"] > 0 and not any(found[name] for name in BAD)
    return good


def import_all(modules: list[str]) -> None:
    """Import what a run has, so that forks have it for nothing. Polars begins no thread by being imported."""
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    gc.freeze()  # what is not written to is not copied for a fork


def with_inputs(words: str, place: Path) -> str:
    """Return a command's words with the cohorts that it reads, which are made if they are not there."""
    for name, recipe in INPUTS.items():
        made = place / name.strip("{}")
        if name in words and not made.exists() and Run(recipe, made).anew(0, "").status:
            raise RuntimeError(f"{recipe} has failed")
        words = words.replace(name, str(made))
    return words


LOOP: Final = (
    "generate norfolk_review --households=60 --years=2 --out cohort",
    "fit cohort --out card.json",
    "evaluate cohort --card card.json --no-challengers --no-ceiling --resamples 10",
    "review norfolk_review --card card.json",
    "pack norfolk_review --out page.html",
)


def loop(n: int) -> bool:
    """Print what this process holds after each of `n` rounds, and say whether it stays the same."""
    held = []
    print("round  resident MB  descriptors  threads")
    for number in range(1, n + 1):
        with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
            for words in LOOP:
                sys.argv = ["risk", *words.split()]
                with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
                    cli.main()
        gc.collect()
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        memory, threads = int(status["VmRSS"].split()[0]) >> 10, int(status["Threads"])
        held.append((memory, len(os.listdir("/proc/self/fd")), threads))
        print(f"{number:5}{memory:13}{held[-1][1]:13}{threads:9}", flush=True)
    return len(held) < 3 or (held[-1][1:] == held[1][1:] and held[-1][0] < 1.1 * held[1][0])


def main() -> None:
    """Read the options, and print the table or what the loop holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--loop", type=int, default=0)
    asked = parser.parse_args()
    good = loop(asked.loop) if asked.loop else faults(asked.only, asked.every)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
