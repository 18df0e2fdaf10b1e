"""The engine: where partitions are made: in this process, in others on this machine, or on a cluster.

The work is a function of one partition that writes its files and returns what is small; which engine runs it
changes nothing in the files.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import connection, get_context, parent_process
from threading import Thread, current_thread, main_thread
from typing import TypeVar

from risk.core.errors import InputError

Part = TypeVar("Part")
Result = TypeVar("Result")


def each_part(
    work: Callable[[Part], Result], parts: Sequence[Part], *, workers: int = 1, scheduler: str | None = None
) -> Iterator[Result]:
    """Give the results of `work` on each part, as they come; in the parts' order, but not from a cluster.

    Raises InputError if a worker ends before its work, or the cluster cannot be reached. An error of the
    work itself is raised here, and no further part is begun.

    workers: processes on this machine. scheduler: the address of a Dask cluster, used instead of them; its
    workers need this package, and the folders that `work` names.
    """
    if scheduler is not None:
        yield from _dask()(work, parts, scheduler)
    elif workers == 1 or len(parts) == 1:
        yield from map(work, parts)
    else:
        try:
            with ProcessPoolExecutor(
                min(workers, len(parts)), get_context("spawn"), initializer=_begin_worker
            ) as pool:
                with _as_workers_begin():
                    results = pool.map(work, parts)
                yield from results
        except BrokenProcessPool:
            raise InputError(
                "a worker process ended before its work was done, perhaps for lack of memory; what is made "
                "so far is kept, and the same command, perhaps with fewer --workers, goes on from there"
            ) from None


@contextmanager
def _as_workers_begin() -> Iterator[None]:
    """Hold the surroundings that a worker takes over as it is started: one Polars thread, no interrupts."""
    # Spawned, never forked: a forked worker hangs once Polars has started its threads in the parent.
    threads = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    in_charge = current_thread() is main_thread()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_charge else None
    try:
        yield
    finally:
        if in_charge:
            signal.signal(signal.SIGINT, handler)
        if threads is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = threads


def _begin_worker() -> None:
    """Let a worker end at once when the user stops the run, and with the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _dask() -> Callable[[Callable[[Part], Result], Sequence[Part], str], Iterator[Result]]:
    try:
        module = import_module("risk.world.cluster")
    except ModuleNotFoundError as error:
        if error.name not in ("distributed", "dask"):
            raise
        raise InputError(
            "the engine dask needs the package distributed: pip install 'risk-trajectory[cluster]'"
        ) from None
    each: Callable[[Callable[[Part], Result], Sequence[Part], str], Iterator[Result]] = module.each_part
    return each
