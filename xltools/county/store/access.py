"""The store: all that was taken in, in one SQLite file. Written in transactions: a batch is there whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from xltools.county.roster import Roster
from xltools.county.store import writing
from xltools.county.store.database import SQL, clear_faults, connect, transaction
from xltools.county.store.rows import StoredReport, StoredUnit, UnreadableFile
from xltools.county.store.units import enroll, find
from xltools.county.store.writing import FileState, Outcome, Result, storable
from xltools.form.definition import FindForm, Form
from xltools.form.unit import plain_name
from xltools.report.filled import Report

STORE_KINDS = (".sqlite", ".sqlite3", ".db")  # what the name of a store ends in, where a folder could be meant instead
TIMEOUT = 60.0  # seconds to wait for another collector; it holds the store only while it writes a batch


def open_store(path: Path, *, create: bool = True, timeout: float = TIMEOUT) -> Store:
    """Return the store in this file, a new one unless `create` is False. Raise XltoolsError for one that cannot be used or stays locked."""
    database = connect(path, create=create, timeout=timeout)
    with clear_faults(path):
        writing.renew_names(database)
    return Store(path, database)


class Store(AbstractContextManager["Store"]):
    """An open store. Every method raises XltoolsError where the file cannot be used; what was written before stays."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self.database = database

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; nothing stands beside it then."""
        self.database.close()

    def _ask(self, query: str, *parameters: int | str | None) -> list[tuple[Any, ...]]:
        with clear_faults(self.path):
            return self.database.execute(query, parameters).fetchall()

    def enroll(self, roster: Roster) -> None:
        """Make the roster the one in use, for the reports taken in before, too: do it before last year's reports are asked for."""
        with clear_faults(self.path), transaction(self.database):
            writing.settle_units(self.database, enroll(self.database, roster))

    def describe(self, form: Form) -> None:
        """Write down what the form's cells are called, for those who look into the store."""
        rows = [(form.id, one.id, position, one.label, one.unit, one.kind) for position, one in enumerate(form.figures.values(), start=1)]
        with clear_faults(self.path), transaction(self.database):
            self.database.executemany(SQL["describe_cell"], rows)

    def put(self, outcomes: Iterable[Outcome], year: int | None = None) -> None:
        """Write a batch collected for a year, None for each report's own, in one transaction; a report of another year is kept aside."""
        with clear_faults(self.path), transaction(self.database):
            writing.take(self.database, outcomes, datetime.now(UTC).isoformat(timespec="seconds"), year)

    def known(self) -> Mapping[str, FileState]:
        """Return the files that are not gone as they were when they were read, by their path as the store holds it."""
        return {row[0]: FileState(*row) for row in self._ask(SQL["known_files"])}

    def move(self, moved: Mapping[str, FileState]) -> None:
        """Let files be known at another place, each by its old path as the store holds it."""
        with clear_faults(self.path), transaction(self.database):
            for old, new in moved.items():
                writing.move(self.database, old, new)

    def note_states(self, states: Iterable[FileState]) -> None:
        """Write down the size and the date of files whose content is known."""
        rows = [(state.size, state.modified, storable(state.path)) for state in states]
        with clear_faults(self.path), transaction(self.database):
            self.database.executemany("UPDATE files SET size = ?, modified = ? WHERE path = ?", rows)

    def account_for(self, found: Iterable[str], folders: Iterable[str], year: int | None = None, office: str = "") -> tuple[str, ...]:
        """Bring what counts into line with the files that an office found; return those that are gone: below these folders and not found, or
        of the year and nowhere. Their reports count no more, until they come back; those of the year that were kept aside do from now on."""
        present, roots = {storable(path) for path in found}, [storable(folder) for folder in folders]
        with clear_faults(self.path), transaction(self.database):
            absent = [row[0] for row in self.database.execute(SQL["known_files"]) if row[0] not in present]
            of_year = {row[0] for row in self.database.execute(SQL["live_files"], (year,))}
            lost = {path for path in absent if any(PurePath(path).is_relative_to(root) for root in roots)}
            gone = [path for path in absent if path in lost or (path in of_year and not Path(path).exists())]
            self.database.executemany("UPDATE files SET gone = 1 WHERE path = ?", ((path,) for path in gone))
            units = {row[0] for path in gone for row in self.database.execute(SQL["gone_reports"], (path,)).fetchall()}
            units |= {row[0] for path in present for row in self.database.execute(SQL["adopt_report"], (path, year)).fetchall()}
            line = f"{storable(plain_name(office))}\n"
            self.database.executemany(SQL["collect_for"], ((line, path, line) for path in present if office))
            writing.settle_units(self.database, units - {None})
        return tuple(gone)

    def files_of(self, office: str) -> frozenset[str]:
        """Return the files that were collected for an office, and those of which that is not known."""
        return frozenset(path for (path,) in self._ask(SQL["files_of"], f"{storable(plain_name(office))}\n"))

    def record(self, year: int, family: str, results: Iterable[Result]) -> tuple[str, ...]:
        """Write what this run found of the reports of a year in the place of what the last one did; return the files of which it is another."""
        with clear_faults(self.path), transaction(self.database):
            return tuple(writing.record(self.database, year, family, results))

    def find(self, unit: str, year: int, family: str | None = None, branch: str = "") -> StoredReport | None:
        """Return the report that counts for a unit, by its code or any name, and `branch`, and a year; its own before a sum, None where none is."""
        with clear_faults(self.path):
            row = self.database.execute("SELECT id FROM units WHERE code = ? AND code <> ''", (unit,)).fetchone()
            id = int(row[0]) if row else find(self.database, unit)
            if id is None:
                return None
            # where it has none under its own name, one under a name that it had before
            former = self.database.execute("SELECT former_names FROM units WHERE id = ?", (id,)).fetchone()[0].split("\n")
            for candidate in (id, *(find(self.database, name) for name in former)):
                if row := self.database.execute(SQL["current_id"], (candidate, year, family, branch)).fetchone():
                    return self._report(row[0])
        return None

    def report(self, unit: str, year: int, find_form: FindForm) -> Report | None:
        """Return the same as a Report. Raise XltoolsError where its form is not known here."""
        stored = self.find(unit, year)
        return stored.report(find_form) if stored else None

    def count(self, year: int, family: str) -> int:
        """Return how many reports of a family of forms count for a year."""
        return len(self._ask(SQL["in_order"], year, family))

    def current(self, year: int | None, family: str | None = None) -> Iterator[StoredReport]:
        """Yield the reports that count for a year, None for those without one, in the roster's order; which they are is settled first."""
        for (id,) in self._ask(SQL["in_order"], year, family):
            yield self._report(id)

    def _report(self, id: int) -> StoredReport:
        ((*row, unit),) = self._ask(SQL["one_report"], id)
        stored = StoredReport(*row)
        others = self._ask(SQL["other_files"], unit, stored.year, stored.family, stored.is_sum, stored.branch)
        rivals = {file: json for file, json, state in others if state == "rival"}
        differing = dict.fromkeys(id for other in rivals.values() for id in writing.differing_figures(stored.json, other))
        return replace(
            stored,
            in_roster=bool(stored.in_roster),
            is_sum=bool(stored.is_sum),
            files=(stored.file, *(file for file, _, _ in others)),
            rivals=tuple(rivals),
            differing=tuple(differing),
        )

    def contents(self, year: int, family: str) -> Iterator[tuple[str, bool, str, str]]:
        """Yield what counts for a year and the files with the same, under their present SHA-256 and the earlier ones."""
        for unit, is_sum, contents, file in self._ask(SQL["contents"], year, family):
            yield from ((unit, bool(is_sum), content, file) for content in contents.split("\n"))

    def elsewhere(self, year: int, family: str, files: Collection[str]) -> Iterator[StoredReport]:
        """Yield the reports in these files that are kept aside since they are of another year, and those of another family of forms."""
        for id, file in self._ask(SQL["elsewhere"], year, family):
            if file in files:
                yield self._report(id)

    def of_other_years(self, year: int, files: Collection[str]) -> list[str]:
        """Return those of these files whose report counts for another year."""
        return [file for (file,) in self._ask(SQL["of_other_years"], year) if file in files]

    def units(self) -> tuple[StoredUnit, ...]:
        """Return all units, those of the roster first and in its order."""
        return self._units(SQL["units"])

    def missing(self, year: int, family: str | None = None) -> tuple[StoredUnit, ...]:
        """Return the units of the roster without a report, of this family of forms if any is given, that counts for this year."""
        return self._units(SQL["missing_units"], year, family)

    def _units(self, query: str, *parameters: int | str | None) -> tuple[StoredUnit, ...]:
        rows = self._ask(query, *parameters)
        return tuple(StoredUnit(code, name, tuple(filter(None, former.split("\n"))), bool(listed)) for code, name, former, listed in rows)

    def unreadable(self) -> tuple[UnreadableFile, ...]:
        """Return the files that could not be read and are still there."""
        return tuple(UnreadableFile(*row) for row in self._ask(SQL["unreadable_files"]))
