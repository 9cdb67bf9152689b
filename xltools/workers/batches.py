"""in_batches: work on many files in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

LARGEST_BATCH = 16
"""Files that a worker is given at once."""
LOST = "读取这个文件时程序崩溃了，或者久久没有读完。请在 Excel、WPS 或 Word 中打开并另存后再试。"
"""Why a file that a worker died of was not read."""


def in_batches(work: Callable[[Sequence[T]], list[R]], items: Sequence[T], jobs: int, lost: Callable[[T], R]) -> Iterator[R]:
    """The result for each item, in their order, `jobs` processes working at a time; one item alone is done here.

    `lost` says what stands for an item that its process died of.
    """
    if len(items) == 1:
        yield from work(items)
        return
    from xltools.workers.pool import local_crew

    size = max(1, min(LARGEST_BATCH, len(items) // (jobs * 4)))
    crew = local_crew(min(jobs, max(1, len(items))))
    try:
        for _, results in crew.do(work, (items[at : at + size] for at in range(0, len(items), size)), lost):
            yield from results
    finally:
        crew.dismiss()
