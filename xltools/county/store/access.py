"""The store: all that was taken in, in one SQLite file. Written in transactions: a batch is there whole or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any, NamedTuple

from xltools.county.roster import Roster
from xltools.county.store.database import clear_faults, connect, transaction
from xltools.county.store.writing import FINDING_KEYS, FileState, Outcome, enroll, find, settle_units, storable, take
from xltools.errors import UnreadableFileError
from xltools.form.definition import FindForm, Form
from xltools.report.filled import Report
from xltools.report.report_json import parse_report

STORE_KINDS = (".sqlite", ".sqlite3", ".db")
"""What the name of a store ends in, where a folder could be meant instead."""
TIMEOUT = 60.0
"""Seconds to wait for another collector; it holds the store only while it writes a batch."""


class StoredUnit(NamedTuple):
    """A unit of the store; `former_names` with what it was called in earlier rosters."""

    code: str
    name: str
    former_names: tuple[str, ...]
    in_roster: bool


class UnreadableFile(NamedTuple):
    """A file that could not be read, and the unit whose report it held when it could be, "" where it never could."""

    path: str
    error: str
    code: str
    unit: str


@dataclass(frozen=True)
class StoredReport:
    """A report that counts for its unit and year, and how it was found.

    `name` is the unit's present name, `name_in_report` the one that the report bears. `rivals` are the other files of this unit
    and year, which do not count. `json` is the report as `xltools export X.json` writes it.
    """

    id: int
    code: str
    name: str
    in_roster: bool
    name_in_report: str
    year: int | None
    form: str
    file: str
    sha256: str
    taken_at: str
    errors: int
    warnings: int
    notices: int
    rivals: tuple[str, ...]
    json: str

    @cached_property
    def figures(self) -> Mapping[str, Any]:
        """The figures by cell id, as the JSON has them."""
        found: Mapping[str, Any] = json.loads(self.json)["figures"]
        return found

    def report(self, find_form: FindForm) -> Report:
        """Return the whole report; its totals count as stored. Raise XltoolsError where its form is not known here, or not the same."""
        try:
            return parse_report(self.json, find_form)
        except UnreadableFileError as fault:
            raise UnreadableFileError(Path(self.file), fault.reason) from fault


ORDER = """
    SELECT r.id FROM reports r LEFT JOIN units u ON u.id = r.unit_id
    WHERE r.state = 'current' AND r.year IS ? ORDER BY u.position IS NULL, u.position, u.name, r.file
"""
ONE = """
    SELECT r.id, coalesce(u.code, '') AS code, coalesce(u.name, r.unit_name) AS name, coalesce(u.in_roster, 0) AS in_roster,
      r.unit_name AS name_in_report, r.year, r.form, r.file, r.sha256, r.taken_at, r.json, r.unit_id,
      (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'error') AS errors,
      (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'warning') AS warnings,
      (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'notice') AS notices
    FROM reports r LEFT JOIN units u ON u.id = r.unit_id WHERE r.id = ?
"""
RIVALS = "SELECT file FROM reports WHERE unit_id = ? AND year IS ? AND state = 'rival' ORDER BY file"
CURRENT_ID = "SELECT id FROM reports WHERE unit_id = ? AND year = ? AND state = 'current'"
FINDINGS = f"SELECT number, {', '.join(FINDING_KEYS)}, figures, more FROM findings WHERE report_id = ? ORDER BY number"
YEARS = "SELECT DISTINCT year FROM reports WHERE state = 'current' AND year IS NOT NULL ORDER BY year DESC"
UNITS = "SELECT code, name, former_names, in_roster FROM units ORDER BY position IS NULL, position, name"
MISSING = """
    SELECT code, name, former_names, in_roster FROM units u WHERE in_roster AND NOT EXISTS
      (SELECT 1 FROM reports r WHERE r.unit_id = u.id AND r.year IS ? AND r.state = 'current')
    ORDER BY position
"""
UNREADABLE = """
    SELECT f.path, f.error, coalesce(u.code, ''), coalesce(u.name, r.unit_name, '') FROM files f
    LEFT JOIN reports r ON r.id = (SELECT max(id) FROM reports WHERE file = f.path)
    LEFT JOIN units u ON u.id = r.unit_id
    WHERE f.outcome = 'unreadable' AND NOT f.gone ORDER BY f.path
"""
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
            row = self.database.execute("SELECT id FROM units WHERE code = ? AND code <> ''", (unit,)).fetchone()
            id = int(row[0]) if row else find(self.database, unit)
            if id is None:
                return None
            # where it has none under its own name, one under a name that it had before
            former = self.database.execute("SELECT former_names FROM units WHERE id = ?", (id,)).fetchone()[0].split("\n")
            for candidate in (id, *(find(self.database, name) for name in former)):
                if row := self.database.execute(CURRENT_ID, (candidate, year)).fetchone():
                    return self._report(row[0])
        return None

    def report(self, unit: str, year: int, find_form: FindForm) -> Report | None:
        """Return the same as a Report. Raise XltoolsError where its form is not known here."""
        stored = self.find(unit, year)
        return stored.report(find_form) if stored else None

    def years(self) -> tuple[int, ...]:
        """Return the years of which any report counts, the latest first."""
        with clear_faults(self.path):
            return tuple(year for (year,) in self.database.execute(YEARS))

    def current(self, year: int | None) -> Iterator[StoredReport]:
        """Yield the reports that count for a year, one at a time, those of the roster first and in its order; for None those that name no year.

        Which reports these are is settled at the start, and nothing is locked while they are worked with.
        """
        with clear_faults(self.path):
            for (id,) in self.database.execute(ORDER, (year,)).fetchall():
                yield self._report(id)

    def _report(self, id: int) -> StoredReport:
        cursor = self.database.execute(ONE, (id,))
        row = dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))
        rivals = tuple(path for (path,) in self.database.execute(RIVALS, (row.pop("unit_id"), row["year"])))
        return StoredReport(**{**row, "in_roster": bool(row["in_roster"]), "rivals": rivals})

    def findings(self, year: int | None) -> Iterator[tuple[StoredReport, tuple[Mapping[str, Any], ...]]]:
        """Yield the reports that count for a year with their findings, as `check --format json` has them."""
        for stored in self.current(year):
            with clear_faults(self.path):
                rows = self.database.execute(FINDINGS, (stored.id,)).fetchall()
            yield (
                stored,
                tuple(
                    {"id": number, **dict(zip(FINDING_KEYS, fields, strict=True)), "figures": json.loads(figures), **json.loads(more)}
                    for number, *fields, figures, more in rows
                ),
            )

    def units(self) -> tuple[StoredUnit, ...]:
        """Return all units, those of the roster first and in its order."""
        return self._units(UNITS)

    def missing(self, year: int) -> tuple[StoredUnit, ...]:
        """Return the units of the roster without a report that counts for this year."""
        return self._units(MISSING, year)

    def _units(self, query: str, *parameters: int) -> tuple[StoredUnit, ...]:
        with clear_faults(self.path):
            return tuple(
                StoredUnit(code, name, tuple(filter(None, former.split("\n"))), bool(in_roster))
                for code, name, former, in_roster in self.database.execute(query, parameters)
            )

    def unreadable(self) -> tuple[UnreadableFile, ...]:
        """Return the files that could not be read and are still there."""
        with clear_faults(self.path):
            return tuple(UnreadableFile(*row) for row in self.database.execute(UNREADABLE))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that is read within be of one moment; other collectors wait with their next batch until it ends."""
        with clear_faults(self.path), transaction(self.database, "DEFERRED"):
            yield
