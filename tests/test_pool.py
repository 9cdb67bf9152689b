"""A pool of processes: in order, none lost, and what kills one costs only itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from itertools import chain

import pytest

from xltools.errors import XltoolsError
from xltools.workers.pool import Pool, local_pool

DEADLY = {13, 40}


def double(item: int) -> int:
    return item * 2


def double_or_die(item: int) -> int:
    if item in DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return double(item)


def fail(item: int) -> int:
    raise ValueError(f"a bug over {item}")


@pytest.fixture
def pool() -> Iterator[Pool]:
    with local_pool(2) as pool:
        yield pool


def flat(pool: Pool, work: Callable[[int], int], count: int) -> list[int]:
    batches = list(pool.run(work, range(count), lambda item: -item, 4))
    assert [len(batch) for batch in batches[:-1]] == [4] * (len(batches) - 1)
    return list(chain.from_iterable(batches))


def test_results_come_in_the_order_of_the_work(pool: Pool) -> None:
    assert flat(pool, double, 103) == [item * 2 for item in range(103)]


def test_what_kills_its_worker_costs_only_itself(pool: Pool) -> None:
    assert flat(pool, double_or_die, 60) == [-item if item in DEADLY else item * 2 for item in range(60)]
    # and the pool goes on working
    assert flat(pool, double, 10) == [item * 2 for item in range(10)]


def double_or_hang(item: int) -> int:
    while item in DEADLY:
        pass
    return double(item)


@pytest.mark.trial
def test_what_its_worker_never_ends_costs_only_itself() -> None:
    with local_pool(2, seconds=1) as pool:  # a sound item takes none of it
        assert flat(pool, double_or_hang, 60) == [-item if item in DEADLY else item * 2 for item in range(60)]


def test_a_bug_in_the_work_is_a_bug(pool: Pool) -> None:
    with pytest.raises(ValueError, match="a bug"):
        flat(pool, fail, 5)


def make_much(item: int) -> int:
    return 1 << 2_400_000  # more than a pipe holds


def test_work_that_is_broken_off_waits_for_no_result_that_is_on_its_way() -> None:
    """As when the disk is full: a process that was ended in the middle of a result was waited for without end."""
    for _ in range(3):
        with pytest.raises(XltoolsError, match="full"), local_pool(2) as pool:
            for _ in pool.run(make_much, range(200), make_much, 4):
                raise XltoolsError("full")


def test_nothing_to_do_is_done(pool: Pool) -> None:
    assert flat(pool, double, 0) == []
