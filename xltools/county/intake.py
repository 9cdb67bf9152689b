"""take_in: every file that is new or changed, read and checked by workers and put into the store, batch by batch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from xltools.checks.copies import annotate_files
from xltools.county.roster import Roster
from xltools.county.store.access import Store
from xltools.county.store.writing import FileState, Outcome, storable
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.form.definition import FindForm
from xltools.form.loader import find_form
from xltools.output.checked import checked
from xltools.output.json import finding_data
from xltools.readers.dispatch import READER_DIED, READERS, read_report
from xltools.report.filled import Report
from xltools.report.report_json import dump_report, parse_report
from xltools.rules.review import review
from xltools.workers.pool import Pool

BATCH = 16
"""The files that a worker is given at once, and that one transaction writes: a few hundredths of a second's work."""

UnitYear = tuple[str, int | None]
"""The unit and the year that a report names; ("", None) for a file that cannot be read."""


def look_at(files: Iterable[Path], store: Store) -> tuple[tuple[FileState, ...], tuple[FileState, ...]]:
    """Return the state of each file, and of those that the store does not know as they are."""
    states = tuple(_state(file) for file in dict.fromkeys(files))
    known = store.known()
    return states, tuple(state for state in states if not _is_known(state, known.get(storable(state.path))))


def _state(file: Path) -> FileState:
    """Return the state of a file; of one that cannot even be looked at, such as a link to nowhere, no more than where it is."""
    with suppress(OSError):
        found = file.stat()
        return FileState(str(file.resolve()), found.st_size, found.st_mtime_ns)
    return FileState(str(file.absolute()), 0, 0)


def _is_known(state: FileState, known: FileState | None) -> bool:
    return known is not None and (known.size, known.modified) == (state.size, state.modified)


def take_in(
    files: Sequence[FileState], pool: Pool, store: Store, year: int, roster: Roster | None = None, form_name: str | None = None
) -> Iterator[Sequence[Outcome]]:
    """Take in the files of a year: workers read and check them, the store keeps them; the reports of the year before come from the store.

    Yields the outcomes, batch by batch and in the order of the files, each once it is in the store.
    """
    batches = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
    work = partial(_take_in_batch, form_name)
    for _, outcomes in pool.run(
        work, _with_previous(batches, pool, store, year, form_name), lambda task: Outcome(task[0], error=READER_DIED)
    ):
        store.put(outcomes, roster)
        yield outcomes


def _with_previous(
    batches: Sequence[Sequence[FileState]], pool: Pool, store: Store, year: int, form_name: str | None
) -> Iterator[Sequence[tuple[FileState, str | None]]]:
    """Yield the files in batches, each with the JSON of its unit's report of the year before, where the store has one."""
    if year - 1 not in store.years():
        yield from ([(file, None) for file in batch] for batch in batches)
        return
    for batch, named in pool.run(partial(_name_reports, form_name), batches, lambda _: ("", None)):
        found = (store.find(unit, named_year - 1) if unit and named_year else None for unit, named_year in named)
        yield [(file, last.json if last else None) for file, last in zip(batch, found, strict=True)]


# -------------------------------------------------------------------- in other processes and on other machines: plain values


def _name_reports(form_name: str | None, files: Sequence[FileState]) -> list[UnitYear]:
    named: list[UnitYear] = []
    for file in files:
        try:
            report = read_report(Path(file.path), find_form(form_name))
            named.append((report.unit.name, report.year))
        except XltoolsError:
            named.append(("", None))
    return named


def _take_in_batch(form_name: str | None, tasks: Sequence[tuple[FileState, str | None]]) -> list[Outcome]:
    return [_take_in_one(form_name, file, previous) for file, previous in tasks]


def _take_in_one(form_name: str | None, file: FileState, previous: str | None) -> Outcome:
    path, find = Path(file.path), find_form(form_name)
    state = file
    try:
        if path.suffix.lower() in READERS and path.is_file():
            with path.open("rb") as opened:
                state = replace(file, sha256=hashlib.file_digest(opened, "sha256").hexdigest())
        report = read_report(path, find)
    except OSError as fault:
        return Outcome(file, error=f"{fault.strerror}。请检查文件是否存在、是否有权限。")
    except UnreadableFileError as fault:
        return Outcome(state, error=fault.reason)
    except XltoolsError as fault:
        return Outcome(state, error=str(fault))
    found = review(report, _last(previous, report, find))
    return Outcome(
        state,
        form=report.form.id,
        unit=report.unit.name,
        year=report.year,
        report=dump_report(report, compact=True),
        findings=tuple(finding_data(finding) for finding in found.findings),
    )


def _last(previous: str | None, report: Report, find: FindForm) -> Report | None:
    """Return the report of the year before, under the name that the unit has now: the store has joined them, by the roster where the name changed."""
    if previous is None:
        return None
    last = parse_report(previous, find)
    return replace(last, unit=replace(last.unit, name=report.unit.name))


def write_copies(tasks: Sequence[tuple[str, str, str | None]], form_name: str | None, force: bool) -> list[str | None]:
    """Write annotated copies: of each file, to a path, with the JSON of the report of the year before. Returns what failed, in words, or None."""
    return [_written(Path(file), Path(target), previous, form_name, force) for file, target, previous in tasks]


def _written(file: Path, target: Path, previous: str | None, form_name: str | None, force: bool) -> str | None:
    find = find_form(form_name)
    try:
        report = read_report(file, find)
        found = review(report, _last(previous, report, find))
        (copy,) = annotate_files([checked(str(file), found)], {file: target}, form_name, force=force)
    except XltoolsError as fault:
        return str(fault)
    return copy.failure
