"""The interpreter: every other Python process that we start, isolated and bounded, is started here.

Python begins by looking for modules in the folder it was started from, unless it is told not to. A folder
that a person was sent is data, so no child of ours looks there. What a child answers is a few words at most,
and is taken for words.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process
from threading import Thread, current_thread, main_thread
from typing import Any, Final, TypeVar

from risk.core.errors import InputError

Item = TypeVar("Item")
Result = TypeVar("Result")
Begun = Future[Any]
"""Work that somebody has begun; `result` waits for what comes of it."""

Submit = Callable[..., Begun]
"""What takes a function and what it works on, and begins it."""

ISOLATED: Final = ("-P", "-X", "utf8")
"""Nothing is imported from the working directory; files and pipes are UTF-8, as ours are on any machine."""

SURROUNDINGS: Final = {"PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", "POLARS_MAX_THREADS": "1"}
"""The same for workers, whose command line is not ours; and one Polars thread each."""

MOST_SECONDS: Final = 120
MOST_MEGABYTES: Final = 3_000
MOST_BYTES_SAID: Final = 4_096
MOST_WORKERS_ON_WINDOWS: Final = 61
"""Windows waits for no more processes at once."""

ASK: Final = (
    "import sys; from risk.core.interpreter import bound; bound(); from importlib import import_module; "
    "print(getattr(import_module(sys.argv[1]), sys.argv[2])(*sys.argv[3:]))"
)


def answer(module: str, function: str, *words: str) -> str | None:
    """Return the line that a function of ours gives in a child; null if the child ends otherwise.

    The child has so many seconds, so much memory and so few bytes to answer in. For what may end a process,
    such as decoding a damaged file.

    >>> answer("risk.core.errors", "at", "a.csv", "7")
    'a.csv, row 7'
    """
    # -B: what it compiles it does not keep, since its limit on files would keep only the beginning.
    command = [sys.executable, *ISOLATED, "-B", "-c", ASK, module, function, *words]
    with tempfile.TemporaryFile() as said:  # a file, since a pipe would be read to whatever its end is
        try:
            ended = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **SURROUNDINGS, "OPENBLAS_NUM_THREADS": "1"},  # threads reserve memory
                timeout=MOST_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return None
        said.seek(0)
        line = said.read(MOST_BYTES_SAID).decode("utf-8", "replace").partition("\n")[0]
    return "".join(c for c in line if c.isprintable()) if ended.returncode == 0 else None


def bound() -> None:
    """Hold this process to a child's time, memory and bytes written, where the operating system can."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415, not on Windows

        limits = {
            resource.RLIMIT_CPU: MOST_SECONDS,
            resource.RLIMIT_DATA: MOST_MEGABYTES << 20,
            resource.RLIMIT_FSIZE: MOST_BYTES_SAID,
            resource.RLIMIT_CORE: 0,
        }
        for kind, most in limits.items():
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            with suppress(OSError, ValueError):
                resource.setrlimit(kind, (most, most))


def run(words: Sequence[str], surroundings: dict[str, str]) -> int:
    """Run a program of Python's, as in `python -m name`, until its user ends it; return its status.

    surroundings: what is added to the environment.
    """
    return subprocess.call([sys.executable, *ISOLATED, *words], env={**os.environ, **surroundings})


def run_silently(command: Sequence[str], *, most_seconds: float) -> None:
    """Run another program to its end, or for so long; what it says is lost, and how it ends too."""
    nothing = subprocess.DEVNULL
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            command, check=False, timeout=most_seconds, stdin=nothing, stdout=nothing, stderr=nothing
        )


@contextmanager
def workers_of(n: int) -> Iterator[tuple[Submit, int]]:
    """Give what submits work to `n` processes that end with this one, and how many they are.

    Raises InputError if a worker ends before its work.
    """
    # Spawned, never forked: a forked worker hangs once Polars has started its threads in the parent.
    n = min(n, MOST_WORKERS_ON_WINDOWS) if sys.platform == "win32" else n
    try:
        with ProcessPoolExecutor(n, get_context("spawn"), initializer=_begin_worker) as pool:

            def submit(work: Callable[[Item], Result], item: Item) -> Future[Result]:
                with _as_workers_begin():  # a pool begins them, and what watches over it, as it is given work
                    return pool.submit(work, item)

            yield submit, n
    except BrokenProcessPool:
        raise InputError(
            "a worker process ended before its work was done, perhaps for lack of memory; what is made "
            "so far is kept, and the same command, perhaps with fewer --workers, goes on from there"
        ) from None


@contextmanager
def _as_workers_begin() -> Iterator[None]:
    """Hold the surroundings that a worker takes over as it is started: `SURROUNDINGS`, and no interrupts."""
    before = {name: os.environ.get(name) for name in SURROUNDINGS}
    os.environ.update(SURROUNDINGS)
    in_charge = current_thread() is main_thread()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_charge else None
    try:
        yield
    finally:
        if in_charge:
            signal.signal(signal.SIGINT, handler)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin_worker() -> None:
    """Let a worker end at once when the user stops the run, and with the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _hold_to_the_machines_memory()
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _hold_to_the_machines_memory() -> None:
    """Let a worker that asks for more memory than the machine has fail, before the machine does."""
    with suppress(ImportError, OSError, ValueError, AttributeError):
        import resource  # noqa: PLC0415, not on Windows

        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
