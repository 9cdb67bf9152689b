"""Workers: processes of this machine, or of a cluster, that survive the death of one of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
Advance = Callable[[int], None]  # tells that so many more are done


def in_batches(
    work: Callable[[T], R], items: Sequence[T], jobs: int, on_death: Callable[[T], R], advance: Advance = lambda count: None
) -> Iterator[R]:
    """Yield the result for each item, in order, made by `jobs` processes; `on_death` gives that of an item whose process died.

    `advance` is told how many are done. A single item is done in this process.
    """
    if len(items) == 1:
        yield work(items[0])
        advance(1)
        return
    from xltools.workers.pool import local_pool  # takes longer to load than one report to check

    size = max(1, min(16, len(items) // (jobs * 4)))  # items that a process is given at once
    with local_pool(min(jobs, max(1, len(items)))) as pool:
        for results in pool.run(work, items, on_death, size):
            yield from results
            advance(len(results))
