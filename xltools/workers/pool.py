"""Crew: workers behind an Executor, of this machine or of a cluster; work comes back in the order in which it was given.

What native parsers may do, abort or never come back, happens in a worker and costs the item that it happened to.
"""

from __future__ import annotations

import faulthandler
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from xltools.errors import XltoolsError

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 120
"""Seconds that a process of this machine has for a batch, and for an item that is done alone; a batch takes about one."""
MOST = 61
"""Processes that Windows can wait for at one time."""
AHEAD = 3
"""The batches that are given out ahead for each worker: enough to keep it busy, few enough to keep memory flat."""
KILLED = "KilledWorker"
"""dask's word for a task whose workers died of it, one after the other."""


class Crew:
    """Workers that do one thing with batches of items, through an Executor that is made anew when it breaks.

    `stop` ends an executor and what waits there; `leave` is called at the very end; `patience` is how many seconds a batch may take
    before its worker is given up, None for any.
    """

    def __init__(
        self,
        hire: Callable[[], Executor],
        workers: int,
        stop: Callable[[Executor], None],
        leave: Callable[[], None] = lambda: None,
        patience: float | None = None,
    ) -> None:
        self._hire, self._stop, self._leave, self._patience = hire, stop, leave, patience
        self._ahead = max(1, workers) * AHEAD
        self._executor = hire()

    def do(
        self, work: Callable[[Sequence[T]], list[R]], batches: Iterable[Sequence[T]], lost: Callable[[T], R]
    ) -> Iterator[tuple[Sequence[T], list[R]]]:
        """Each batch with its results, in order.

        An item that its worker dies of, or does not get done, costs itself only: `lost` says what stands for it.
        """
        waiting: deque[tuple[Sequence[T], Future[list[R]]]] = deque()
        remaining = iter(batches)
        while True:
            for batch in remaining:
                waiting.append((batch, self._submit(work, batch)))
                if len(waiting) >= self._ahead:
                    break
            if not waiting:
                return
            batch, future = waiting.popleft()
            try:
                yield batch, future.result()
            except Exception as fault:
                if not _is_death(fault):
                    raise
                yield batch, self._one_by_one(work, batch, lost)
                waiting = deque((other, self._submit(work, other)) for other, _ in waiting)

    def _submit(self, work: Callable[[Sequence[T]], list[R]], batch: Sequence[T]) -> Future[list[R]]:
        try:
            return self._hand_to(self._executor, work, batch)
        except BrokenExecutor:
            self._renew()
            return self._hand_to(self._executor, work, batch)

    def _hand_to(self, executor: Executor, work: Callable[[Sequence[T]], list[R]], batch: Sequence[T]) -> Future[list[R]]:
        return executor.submit(partial(_in_time, self._patience, work) if self._patience else work, batch)

    def _one_by_one(self, work: Callable[[Sequence[T]], list[R]], batch: Sequence[T], lost: Callable[[T], R]) -> list[R]:
        """The results of a batch that was under way when a worker died: each item alone, so that none is blamed for another's death."""
        results: list[R] = []
        executor = self._hire()
        for item in batch:
            try:
                results += self._hand_to(executor, work, [item]).result()
            except Exception as fault:
                if not _is_death(fault):
                    raise
                results.append(lost(item))
                self._stop(executor)
                executor = self._hire()
        self._stop(executor)
        return results

    def _renew(self) -> None:
        self._stop(self._executor)
        self._executor = self._hire()

    def dismiss(self) -> None:
        """Stops the workers; what was given out and not begun is not done."""
        self._stop(self._executor)
        self._leave()


def _is_death(fault: Exception) -> bool:
    """Whether a worker died, and the work itself did not fail."""
    return isinstance(fault, BrokenExecutor) or type(fault).__name__ == KILLED


def _in_time(patience: float, work: Callable[[Sequence[T]], list[R]], batch: Sequence[T]) -> list[R]:
    """The results of a batch; where it takes too long its process ends, whatever native code it is in, and counts as dead."""
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(patience, exit=True, file=nowhere)
        try:
            return work(batch)
        finally:
            faulthandler.cancel_dump_traceback_later()


def local_crew(workers: int, patience: float = PATIENCE) -> Crew:
    """A crew of processes on this machine; a worker that takes longer than `patience`, in seconds, for a batch is given up."""
    workers = min(workers, MOST)
    return Crew(
        lambda: ProcessPoolExecutor(workers, initializer=_leave_interrupts),
        workers,
        stop=lambda executor: executor.shutdown(wait=True, cancel_futures=True),
        patience=patience,
    )


def _leave_interrupts() -> None:
    """Leaves Ctrl-C to the process that gives out the work, so that what is done is kept."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def cluster_crew(address: str) -> Crew:
    """A crew of the workers of a dask cluster. Raises XltoolsError where dask is not installed or the scheduler does not answer."""
    try:
        from distributed import Client
    except ImportError as fault:
        raise XltoolsError('没有安装集群组件。请运行 pip install "xltools[cluster]"，或去掉 --cluster。') from fault
    try:
        client = Client(address, timeout=ANSWERS)
    except (OSError, TimeoutError, ValueError) as fault:
        raise XltoolsError(f"集群 {address} 没有应答。请检查地址（如 tcp://主机:8786）和网络，或去掉 --cluster。") from fault
    workers = len(client.scheduler_info()["workers"])
    if not workers:
        with suppress(OSError):
            client.close()
        raise XltoolsError(f"集群 {address} 里没有工作进程。请先启动工作进程，或去掉 --cluster。")
    # dask's executor forgets what waits when it is shut down
    return Crew(client.get_executor, workers, stop=lambda executor: executor.shutdown(wait=False), leave=client.close)


ANSWERS = 10
"""Seconds that a scheduler has to answer."""
