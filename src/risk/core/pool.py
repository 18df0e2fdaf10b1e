"""The pool: where the partitions of a cohort are worked on: in this process, in others, or on a cluster.

The work is a function of one partition that returns what is small, or writes a file; its results come in the
order of the partitions. So which pool it runs on changes nothing in what comes out.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, TypeVar

from risk.core.arguments import need_whole
from risk.core.errors import InputError, shown
from risk.core.extras import need_extra
from risk.core.interpreter import Begun, Submit, workers_of

Part = TypeVar("Part")
Result = TypeVar("Result")

PARTS_AHEAD: Final = 2
"""Of a worker: those that it works on and may have done before their turn."""


@dataclass(frozen=True)
class Pool:
    """Where the partitions of a cohort are worked on; what comes out is the same on any.

    workers: processes on this machine; with one, the work is done in this process. scheduler: the address of
    a Dask cluster that is running, used instead of them; its workers need this package, and the folders that
    the work names. trusted: whether to take a scheduler without tls://, which can run code here.

    Raises InputError for less than one worker, and for a scheduler that anybody on its network may speak for.

    >>> list(risk.Pool().each(abs, [-1, -2]))
    [1, 2]
    """

    workers: int = 1
    scheduler: str | None = None
    trusted: bool = False

    def __post_init__(self) -> None:
        """Refuse what no pool can be. Dask moves pickled Python: what answers there can run code here."""
        need_whole("workers", self.workers, 1)
        scheduler = self.scheduler
        if scheduler is not None and not scheduler.startswith("tls://") and not self.trusted:
            raise InputError(
                f"--scheduler {shown(scheduler)}: a scheduler, and whoever stands between, can run code "
                "here: give a tls:// address, or --trust-scheduler if you trust it and its network"
            )

    def each(self, work: Callable[[Part], Result], parts: Sequence[Part]) -> Iterator[Result]:
        """Give the results of `work` on each part, as they come, in the parts' order.

        Raises InputError if a worker ends before its work, or the cluster cannot be reached. An error of the
        work itself is raised here, and no further part is begun.
        """
        if self.scheduler is None and (self.workers == 1 or len(parts) == 1):
            yield from map(work, parts)
            return
        n_here = min(self.workers, len(parts))
        with workers_of(n_here) if self.scheduler is None else _of_cluster(self.scheduler) as (submit, n):
            yield from _in_turn(submit, work, parts, PARTS_AHEAD * n)


HERE: Final = Pool()
"""This process."""


def _in_turn(
    submit: Submit, work: Callable[[Part], Result], parts: Sequence[Part], ahead: int
) -> Iterator[Result]:
    """Give the results in order, with no more than so many parts begun and not yet taken."""
    begun: deque[Begun] = deque()
    try:
        for part in parts:
            begun.append(submit(work, part))
            if len(begun) == ahead:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        for left in begun:
            left.cancel()


def _of_cluster(scheduler: str) -> AbstractContextManager[tuple[Submit, int]]:
    module = need_extra("cluster", "--scheduler", "risk.core.cluster")
    workers: AbstractContextManager[tuple[Submit, int]] = module.workers_of(scheduler)
    return workers
