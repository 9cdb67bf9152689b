"""Does work in processes of this machine, or of a cluster; where one of them aborts or hangs, only the item that it was at is lost."""

import faulthandler
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from xltools.errors import XltoolsError
from xltools.files.outputs import discard_unfinished, disown_unfinished, passing_folder

T = TypeVar("T")
R = TypeVar("R")

SECONDS = 120  # for a batch, and for an item that is done alone; a batch takes about one
AHEAD = 3  # batches that are given out ahead for each process: enough to keep it busy, few enough to keep memory flat
CLUSTER_SECONDS = 10  # for a scheduler to answer


class Pool(AbstractContextManager["Pool"]):
    """Processes behind an Executor, which is started anew when one of them dies."""

    def __init__(
        self,
        start: Callable[[], Executor],
        processes: int,
        stop: Callable[[Executor], None],
        disconnect: Callable[[], None] = lambda: None,
        break_off: Callable[[], None] = lambda: None,
        seconds: float | None = None,
    ) -> None:
        """`stop` ends an executor, `disconnect` comes last, `break_off` lets processes leave what they have not begun, `seconds` ends a batch."""
        self._start, self._stop, self._disconnect, self._break_off, self._seconds = start, stop, disconnect, break_off, seconds
        self._ahead = max(1, processes) * AHEAD
        self._executor = start()

    def run(self, work: Callable[[T], R], items: Iterable[T], on_death: Callable[[T], R], size: int) -> Iterator[list[R]]:
        """Yield the results of `size` items at a time, in order; `on_death` gives that of an item that its process died of or did not finish.

        One run ends before the next begins: an item is only known to be deadly where nothing else is at work.
        """
        timed = partial(_run_timed, self._seconds, work)
        waiting: deque[tuple[list[T], Future[list[R]]]] = deque()
        remaining = iter(items)
        while True:
            while len(waiting) < self._ahead and (batch := list(islice(remaining, size))):
                waiting.append((batch, self._submit(timed, batch)))
            if not waiting:
                return
            batch, future = waiting.popleft()
            results = _outcome(future)
            if results is None:  # each item alone, so that none is blamed for another
                alone = ((item, _outcome(self._submit(timed, [item]))) for item in batch)
                results = [on_death(item) if done is None else done[0] for item, done in alone]
                waiting = deque((other, self._submit(timed, other)) for other, _ in waiting)
            yield results

    def __exit__(self, kind: object, *_: object) -> None:
        """Stop the processes; what was not begun is not done, and where work was broken off, each finishes no more than the item that it is at."""
        if kind:
            self._break_off()  # none is killed: half a result in the pipe would be waited for without end
        self._stop(self._executor)
        self._disconnect()

    def _submit(self, work: Callable[[Sequence[T]], list[R]], batch: Sequence[T]) -> Future[list[R]]:
        """Give out a batch, anew where a process has died. The process that is started for it hears nothing of Ctrl-C, from its first moment on."""
        heard = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT]) if hasattr(signal, "pthread_sigmask") else None
        try:
            return self._executor.submit(work, batch)
        except BrokenExecutor:
            self._stop(self._executor)
            self._executor = self._start()
            return self._executor.submit(work, batch)
        finally:
            if heard is not None:
                signal.pthread_sigmask(signal.SIG_SETMASK, heard)


def end_processes() -> None:
    """End all processes at once; what they are writing is removed."""
    processes = multiprocessing.active_children()
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(2.0)  # seconds, in which it removes what it is writing


def _outcome(future: Future[R]) -> R | None:
    """Return the result of what was given out, None where a process died of it and the work itself did not fail."""
    try:
        return future.result()
    except Exception as fault:
        if isinstance(fault, BrokenExecutor) or type(fault).__name__ == "KilledWorker":  # the second is dask's
            return None
        raise


def local_pool(processes: int, seconds: float = SECONDS) -> Pool:
    """Return a pool of processes on this machine; one that takes longer than `seconds` for a batch is ended."""
    processes, passing = min(processes, 61), ExitStack()  # so many Windows can wait for at one time
    folder = passing.enter_context(passing_folder())
    return Pool(
        lambda: ProcessPoolExecutor(processes, initializer=_settle_in, initargs=(folder,)),
        processes,
        stop=lambda executor: executor.shutdown(wait=True, cancel_futures=True),
        disconnect=passing.close,
        break_off=partial(shutil.rmtree, folder, ignore_errors=True),  # again in the end: a process may be writing there
        seconds=seconds,
    )


def cluster_pool(address: str) -> Pool:
    """Return a pool of the processes of a dask cluster. Raise XltoolsError where dask is not installed or the scheduler does not answer."""
    try:
        from distributed import Client
    except ImportError as fault:
        raise XltoolsError("没有安装集群组件。请按 README 的“安装”一节加装 cluster 组件，或去掉 --cluster。") from fault
    try:
        client = Client(address, timeout=CLUSTER_SECONDS)
    except (OSError, TimeoutError, ValueError) as fault:
        raise XltoolsError(f"集群 {address} 没有应答。请检查地址（如 tcp://主机:8786）和网络，或去掉 --cluster。") from fault
    processes = len(client.scheduler_info()["workers"])
    if not processes:
        with suppress(OSError):
            client.close()
        raise XltoolsError(f"集群 {address} 里没有工作进程。请先启动工作进程，或去掉 --cluster。")
    # dask's executor forgets what waits when it is shut down
    return Pool(client.get_executor, processes, stop=lambda executor: executor.shutdown(wait=False), disconnect=client.close)


def _run_timed(seconds: float | None, work: Callable[[T], R], batch: Sequence[T]) -> list[R]:
    """Return the results of a batch; where it takes too long its process ends, whatever native code it is in, and counts as dead."""
    if seconds is None:
        return list(map(work, batch))
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            # the folder for what passes through the disk goes when the work is broken off: nobody waits for the rest
            return [work(item) for item in batch if Path(tempfile.gettempdir()).exists()]
        finally:
            faulthandler.cancel_dump_traceback_later()


def _settle_in(folder: Path) -> None:
    """Prepare a process of the pool: Ctrl-C is left to the one that gives out the work, and what only passes through the disk goes to its `folder`."""
    disown_unfinished()
    tempfile.tempdir = str(folder)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)


def _end(*_: object) -> None:
    discard_unfinished()
    os._exit(1)
