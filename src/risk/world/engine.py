"""The engine: where partitions are made: in this process, in others on this machine, or on a cluster.

The work is a function of one partition that writes its files and returns what is small; which engine runs it
changes nothing in the files.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TypeVar

from risk.core.errors import InputError, shown
from risk.core.interpreter import in_workers

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
        yield from in_workers(work, parts, min(workers, len(parts)))


def check_scheduler(scheduler: str | None, *, trusted: bool) -> None:
    """Raise InputError for a scheduler that anybody on its network may speak for, unless it is trusted.

    Dask moves pickled Python: what answers at the address, or changes what passes, can run code here.
    """
    if scheduler is not None and not scheduler.startswith("tls://") and not trusted:
        raise InputError(
            f"--scheduler {shown(scheduler)}: a scheduler, and whoever stands between, can run code here: "
            "give a tls:// address, or --trust-scheduler if you trust it and its network"
        )


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
