"""A pool of processes: in order, none lost, and what kills one costs only itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence

import pytest

from xltools.workers.pool import Pool, local_pool

DEADLY = {13, 40}


def double(items: Sequence[int]) -> list[int]:
    return [item * 2 for item in items]


def double_or_die(items: Sequence[int]) -> list[int]:
    if DEADLY & set(items):
        os.kill(os.getpid(), signal.SIGKILL)
    return double(items)


def fail(items: Sequence[int]) -> list[int]:
    raise ValueError(f"a bug over {items}")


def batches(count: int, size: int = 4) -> list[range]:
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = local_pool(2)
    yield pool
    pool.close()


def flat(pool: Pool, work: object, count: int) -> list[int]:
    done = pool.run(work, batches(count), lambda item: -item)  # type: ignore[arg-type]
    return [result for _, results in done for result in results]


def test_results_come_in_the_order_of_the_work(pool: Pool) -> None:
    assert flat(pool, double, 103) == [item * 2 for item in range(103)]


def test_what_kills_its_worker_costs_only_itself(pool: Pool) -> None:
    assert flat(pool, double_or_die, 60) == [-item if item in DEADLY else item * 2 for item in range(60)]
    # and the pool goes on working
    assert flat(pool, double, 10) == [item * 2 for item in range(10)]


def double_or_hang(items: Sequence[int]) -> list[int]:
    while DEADLY & set(items):
        pass
    return double(items)


def test_what_its_worker_never_ends_costs_only_itself() -> None:
    pool = local_pool(2, seconds=0.5)
    try:
        assert flat(pool, double_or_hang, 60) == [-item if item in DEADLY else item * 2 for item in range(60)]
    finally:
        pool.close()


def test_two_kinds_of_work_take_turns_and_survive_a_death(pool: Pool) -> None:
    first = (results for _, results in pool.run(double_or_die, batches(60), lambda item: -item))
    second = pool.run(double, first, lambda item: 0)
    expected = [-item if item in DEADLY else item * 2 for item in range(60)]
    assert [result for _, results in second for result in results] == [item * 2 for item in expected]


def test_a_bug_in_the_work_is_a_bug(pool: Pool) -> None:
    with pytest.raises(ValueError, match="a bug"):
        flat(pool, fail, 5)


def test_nothing_to_do_is_done(pool: Pool) -> None:
    assert flat(pool, double, 0) == []
