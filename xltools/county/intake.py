"""take_in_files: every file that is new or changed, read and checked by a pool of processes and put into the store, batch by batch."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from xltools.county.intake_work import Named, name_reports, take_in
from xltools.county.outcome import FileState, Outcome
from xltools.county.roster import Roster
from xltools.county.store.access import Store
from xltools.errors import UnreadableFileError
from xltools.readers.dispatch import NOT_PLAIN, READER_DIED
from xltools.workers.pool import Pool

BATCH = 16
"""The files that a process is given at once, and that one transaction writes: a few hundredths of a second's work."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files that were looked at: all of them, and those that are new or have changed since they were read."""

    all: tuple[FileState, ...]
    new: tuple[FileState, ...]


def look_at(files: Iterable[Path], store: Store) -> Found:
    """The state of each file, and which of them the store does not know as they are. Raises UnreadableFileError for one that is gone."""
    states = tuple(_state(file) for file in dict.fromkeys(files))
    known = store.known()
    return Found(states, tuple(state for state in states if not _is_known(state, known.get(state.path))))


def _state(file: Path) -> FileState:
    try:
        found = file.stat()
    except OSError as fault:
        raise UnreadableFileError(file, f"{fault.strerror}。请检查文件名和位置。") from fault
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableFileError(file, NOT_PLAIN)
    return FileState(str(file.resolve()), found.st_size, found.st_mtime_ns)


def _is_known(state: FileState, known: FileState | None) -> bool:
    return known is not None and (known.size, known.modified) == (state.size, state.modified)


@dataclass(frozen=True)
class Intake:
    """Takes the files of a year in: the pool reads and checks them, the store keeps them. The reports of the year before come from the store."""

    pool: Pool
    store: Store
    year: int
    roster: Roster | None = None
    form_name: str | None = None

    def run(self, files: Sequence[FileState]) -> Iterator[Sequence[Outcome]]:
        """The outcomes, batch by batch and in the order of the files, each once it is in the store."""
        work = partial(_take_in, self.form_name)
        for _, outcomes in self.pool.run(work, self._with_previous(files), _lost):
            self.store.put(outcomes, self.roster)
            yield outcomes

    def _with_previous(self, files: Sequence[FileState]) -> Iterator[Sequence[tuple[FileState, str | None]]]:
        """The files in batches, each with the JSON of its unit's report of the year before, where the store has one."""
        batches = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
        if self.year - 1 not in self.store.years():
            yield from ([(file, None) for file in batch] for batch in batches)
            return
        for batch, named in self.pool.run(partial(name_reports, form_name=self.form_name), batches, lambda _: ("", None)):
            yield [(file, self._previous(name)) for file, name in zip(batch, named, strict=True)]

    def _previous(self, named: Named) -> str | None:
        unit, year = named
        stored = self.store.find(unit, year - 1) if unit and year else None
        return stored.json if stored else None


def _take_in(form_name: str | None, tasks: Sequence[tuple[FileState, str | None]]) -> list[Outcome]:
    previous = {file.path: report for file, report in tasks if report}
    return take_in([file for file, _ in tasks], form_name, previous)


def _lost(task: tuple[FileState, str | None]) -> Outcome:
    return Outcome(task[0], error=READER_DIED)
