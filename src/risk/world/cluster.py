"""The cluster: partitions made by the workers of a Dask cluster that is already running.

Only `engine` imports this module, and only when a cluster is asked for: it needs the extra `cluster`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from distributed import Client, as_completed

from risk.core.errors import InputError

SECONDS_TO_CONNECT: Final = 10

Part = TypeVar("Part")
Result = TypeVar("Result")


def each_part(work: Callable[[Part], Result], parts: Sequence[Part], scheduler: str) -> Iterator[Result]:
    """Give the results of `work` on each part, as they come. Raises InputError if no cluster answers."""
    try:
        client = Client(scheduler, timeout=SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"--scheduler {scheduler}: no Dask scheduler answers there: {error}") from None
    with client:
        # Not pure: a result that the scheduler still holds from another run says nothing about the files.
        futures = client.map(work, parts, pure=False)
        for _, result in as_completed(futures, with_results=True):  # type: ignore[no-untyped-call]
            yield result
