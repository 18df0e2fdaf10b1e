"""The cluster: partitions worked on by the workers of a Dask cluster that is already running.

Only `pool` imports this module, and only when a cluster is asked for: it needs the extra `cluster`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from distributed import Client

from risk.core.errors import InputError
from risk.core.interpreter import Submit

SECONDS_TO_CONNECT: Final = 10


@contextmanager
def workers_of(scheduler: str) -> Iterator[tuple[Submit, int]]:
    """Give what submits work to a cluster's workers, and how many threads they have.

    Raises InputError if no cluster answers.
    """
    try:
        client = Client(scheduler, timeout=SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"--scheduler {scheduler}: no Dask scheduler answers there: {error}") from None
    with client:
        # Not pure: a result that the scheduler still holds from another run says nothing about the files.
        threads = sum(client.nthreads().values())  # type: ignore[no-untyped-call]
        yield partial(client.submit, pure=False), max(1, threads)  # type: ignore[misc]
