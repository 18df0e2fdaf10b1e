"""The pool: the same results in the same order, here, in workers and on a cluster, and an end to every run."""

import os
import time
from functools import partial
from pathlib import Path

import pytest

from risk.core.errors import InputError
from risk.core.pool import PARTS_AHEAD, Pool, _in_turn


def slowest_first(n: int) -> int:
    time.sleep(0.3 if n == 0 else 0)
    return n


def noted(folder: Path, n: int) -> int:
    (folder / str(n)).touch()
    if n == 1:
        raise InputError("part 1 is broken")
    return n


def test_results_come_in_the_parts_order_whichever_is_done_first():
    for pool in (Pool(), Pool(2)):
        assert list(pool.each(slowest_first, range(5))) == list(range(5))


def test_an_error_of_the_work_is_raised_and_few_further_parts_are_begun(tmp_path):
    for workers in (1, 2):
        seen = tmp_path / str(workers)
        seen.mkdir()
        with pytest.raises(InputError, match="part 1 is broken"):
            list(Pool(workers).each(partial(noted, seen), range(50)))
        assert len(list(seen.iterdir())) <= 2 + PARTS_AHEAD * workers


def test_no_more_than_a_few_parts_are_begun_before_their_turn_has_come():
    begun: list[int] = []

    class Done:
        """Work that is done as soon as it is begun."""

        def __init__(self, n: int) -> None:
            begun.append(n)
            self.n = n

        def result(self) -> int:
            return self.n

        def cancel(self) -> None:
            begun.remove(self.n)

    results = _in_turn(lambda work, n: Done(work(n)), abs, range(10), 4)
    assert next(results) == 0
    assert begun == [0, 1, 2, 3]
    results.close()
    assert begun == [0]  # what nobody waits for any more is taken back


def test_a_pool_has_a_worker_and_a_scheduler_that_can_be_trusted():
    with pytest.raises(InputError, match="workers = 0; a whole number of at least 1"):
        Pool(0)
    with pytest.raises(InputError, match="can run code here"):
        Pool(scheduler="tcp://127.0.0.1:8786")
    assert Pool(scheduler="tcp://127.0.0.1:8786", trusted=True).trusted


def test_a_worker_that_is_ended_from_outside_is_one_clear_message():
    with pytest.raises(InputError, match="a worker process ended before its work was done"):
        list(Pool(2).each(os._exit, [3, 3]))
