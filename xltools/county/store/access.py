"""Store: all that was taken in, in one SQLite file. Written in transactions: a batch is there whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any

from xltools.county.roster import Roster
from xltools.county.store.database import clear_faults, connect, transaction
from xltools.county.store.queries import (
    MISSING,
    UNITS,
    UNREADABLE,
    YEARS,
    StoredReport,
    StoredUnit,
    UnreadableFile,
    current_reports,
    find_report,
    find_units,
    findings_of,
)
from xltools.county.store.writing import FileState, Outcome, enroll, settle_units, storable, take
from xltools.form.definition import FindForm, Form
from xltools.report.filled import Report

STORE_KINDS = (".sqlite", ".sqlite3", ".db")
"""What the name of a store ends in, where a folder could be meant instead."""
TIMEOUT = 60.0
"""Seconds to wait for another collector; it holds the store only while it writes a batch."""

KNOWN = "SELECT path, size, modified, sha256 FROM files WHERE NOT gone"
DESCRIBE = """
    INSERT INTO cells (form, cell, position, label, unit, kind) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (form, cell) DO UPDATE
    SET position = excluded.position, label = excluded.label, unit = excluded.unit, kind = excluded.kind
"""
GONE_REPORTS = "UPDATE reports SET state = 'gone' WHERE file = ? AND state <> 'superseded' RETURNING unit_id"


def open_store(path: Path, *, create: bool = True, timeout: float = TIMEOUT) -> Store:
    """Return the store in this file; a new one where there is none, unless `create` is False.

    Raise XltoolsError, in one line, for what is no store, is newer than this program, cannot be written or stays locked.
    """
    return Store(path, connect(path, create=create, timeout=timeout))


class Store:
    """An open store. Every method raises XltoolsError where the file cannot be used; what was written before stays."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self.database = database
        self._roster: Roster | None = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; nothing stands beside it then."""
        self.database.close()

    def enroll(self, roster: Roster) -> None:
        """Make the roster the one in use, for the reports taken in before, too: do it before last year's reports are asked for."""
        with clear_faults(self.path), transaction(self.database):
            self._enroll(roster)
        self._roster = roster

    def _enroll(self, roster: Roster) -> None:
        if roster is not self._roster:
            settle_units(self.database, enroll(self.database, roster))

    def describe(self, form: Form) -> None:
        """Write down what the form's cells are called, for those who look into the store."""
        figures = enumerate(form.figures.values(), start=1)
        rows = [(form.id, figure.id, position, figure.label, figure.unit, figure.kind) for position, figure in figures]
        with clear_faults(self.path), transaction(self.database):
            self.database.executemany(DESCRIBE, rows)

    def put(self, outcomes: Iterable[Outcome], roster: Roster | None = None, *, taken_at: datetime | None = None) -> None:
        """Write a batch in one transaction. Without a roster the names are those of the roster that was used last."""
        moment = (taken_at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        with clear_faults(self.path), transaction(self.database):
            if roster is not None:
                self._enroll(roster)
            take(self.database, outcomes, moment)
        self._roster = roster or self._roster

    def known(self) -> Mapping[str, FileState]:
        """Return the files that are not gone as they were when they were read, by their path as the store holds it."""
        with clear_faults(self.path):
            return {row[0]: FileState(*row) for row in self.database.execute(KNOWN)}

    def forget_missing(self, found: Iterable[str], folders: Iterable[str]) -> tuple[str, ...]:
        """Mark the files below these folders that are in the store and not among those found as gone, and return them.

        Their reports no longer count; where the unit has another file for the year, that one does. Files elsewhere stay as they
        are. Nothing is deleted, and a file that comes back is read again and counts again.
        """
        present, roots = {storable(path) for path in found}, [storable(folder) for folder in folders]
        with clear_faults(self.path), transaction(self.database):
            known = [row[0] for row in self.database.execute(KNOWN)]
            gone = [path for path in known if path not in present and any(PurePath(path).is_relative_to(root) for root in roots)]
            units: set[int] = set()
            for path in gone:
                self.database.execute("UPDATE files SET gone = 1 WHERE path = ?", (path,))
                units |= {row[0] for row in self.database.execute(GONE_REPORTS, (path,)) if row[0] is not None}
            settle_units(self.database, units)
        return tuple(gone)

    def find(self, unit: str, year: int) -> StoredReport | None:
        """Return the report that counts for a unit, by its code or any name that it has or had, and a year; None where there is none."""
        with clear_faults(self.path):
            return find_report(self.database, unit, year)

    def report(self, unit: str, year: int, find_form: FindForm) -> Report | None:
        """Return the same as a Report. Raise XltoolsError where its form is not known here."""
        stored = self.find(unit, year)
        return stored.report(find_form) if stored else None

    def years(self) -> tuple[int, ...]:
        """Return the years of which any report counts, the latest first."""
        with clear_faults(self.path):
            return tuple(year for (year,) in self.database.execute(YEARS))

    def current(self, year: int | None) -> Iterator[StoredReport]:
        """Yield the reports that count for a year, one at a time, in the roster's order; for None those that name no year."""
        with clear_faults(self.path):
            yield from current_reports(self.database, year)

    def findings(self, year: int | None) -> Iterator[tuple[StoredReport, tuple[Mapping[str, Any], ...]]]:
        """Yield the reports that count for a year with their findings, as `check --format json` has them."""
        with clear_faults(self.path):
            for stored in current_reports(self.database, year):
                yield stored, findings_of(self.database, stored.id)

    def units(self) -> tuple[StoredUnit, ...]:
        """Return all units, those of the roster first and in its order."""
        with clear_faults(self.path):
            return find_units(self.database, UNITS)

    def missing(self, year: int) -> tuple[StoredUnit, ...]:
        """Return the units of the roster without a report that counts for this year."""
        with clear_faults(self.path):
            return find_units(self.database, MISSING, year)

    def unreadable(self) -> tuple[UnreadableFile, ...]:
        """Return the files that could not be read and are still there."""
        with clear_faults(self.path):
            return tuple(UnreadableFile(*row) for row in self.database.execute(UNREADABLE))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that is read within be of one moment; other collectors wait with their next batch until it ends."""
        with clear_faults(self.path), transaction(self.database, "DEFERRED"):
            yield
