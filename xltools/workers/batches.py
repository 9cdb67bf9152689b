"""Work on many files in processes of their own, and read_reports: the reports in many files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from xltools.errors import UnreadableFileError
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report

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


def read_reports(files: Sequence[Path], form_name: str | None) -> Iterator[tuple[Path, Report | UnreadableFileError]]:
    """Each file with its report, or with the error that says why there is none."""
    read = in_batches(partial(_read_batch, form_name), files, os.cpu_count() or 1, lambda file: UnreadableFileError(file, LOST))
    return zip(files, read, strict=True)


def _read_batch(form_name: str | None, files: Sequence[Path]) -> list[Report | UnreadableFileError]:
    return [_read(file, form_name) for file in files]


def _read(file: Path, form_name: str | None) -> Report | UnreadableFileError:
    try:
        return read_report(file, find_form(form_name))
    except UnreadableFileError as fault:
        return fault
