"""check_files: the findings of many files, one or several at a time; one bad file never hides the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path

from xltools.errors import UnreadableFileError, XltoolsError
from xltools.form.loader import find_form
from xltools.output.checked import Checked, checked
from xltools.readers.dispatch import READER_DIED, read_report
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.workers.pool import in_batches


def check_files(
    files: Sequence[Path],
    form_name: str | None,
    previous: Path | None,
    jobs: int,
    advance: Callable[[int], None] = lambda count: None,
    *,
    keep: bool = False,
) -> list[Checked]:
    """Return the outcome of every file, in order, telling `advance`; of several each is read in another process, that none hides another.

    `keep` says whether the reports are wanted, too. Raise XltoolsError where the form or `previous` cannot be read.
    """
    find_form(form_name)  # a broken form is one error, not one a file
    read_last(form_name, previous)
    work = partial(_check_batch, form_name, previous, keep)
    results = []
    for result in in_batches(work, files, jobs, lambda file: Checked(str(file), error=READER_DIED)):
        results.append(result)
        advance(1)
    return results


@lru_cache(maxsize=1)
def read_last(form_name: str | None, previous: Path | None) -> Report | None:
    """Last year's report, read once a process. Raise UnreadableFileError."""
    return read_report(previous, find_form(form_name)) if previous else None


def _check_batch(form_name: str | None, previous: Path | None, keep: bool, files: Sequence[Path]) -> list[Checked]:
    return [_check(form_name, read_last(form_name, previous), keep, file) for file in files]


def _check(form_name: str | None, last: Report | None, keep: bool, file: Path) -> Checked:
    try:
        return checked(str(file), review(read_report(file, find_form(form_name)), last), keep=keep)
    except UnreadableFileError as fault:
        return Checked(str(file), error=fault.reason)
    except XltoolsError as fault:
        return Checked(str(file), error=str(fault))
