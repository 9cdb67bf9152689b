"""What the store is asked: the reports that count, their findings, who is missing, what could not be read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from xltools.county.store.writing import FINDING_KEYS, find
from xltools.errors import UnreadableFileError
from xltools.form.definition import FindForm
from xltools.report.filled import Report
from xltools.report.report_json import parse_report


@dataclass(frozen=True, slots=True)
class StoredUnit:
    """A unit of the store; `former_names` with what it was called in earlier rosters."""

    code: str
    name: str
    former_names: tuple[str, ...]
    in_roster: bool


@dataclass(frozen=True, slots=True)
class UnreadableFile:
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


def current_reports(database: sqlite3.Connection, year: int | None) -> Iterator[StoredReport]:
    """Yield the reports that count for a year, those of the roster first and in its order; for None those that name no year.

    Which reports these are is settled at the start, and nothing is locked while they are worked with.
    """
    for (id,) in database.execute(ORDER, (year,)).fetchall():
        yield _report(database, id)


def _report(database: sqlite3.Connection, id: int) -> StoredReport:
    """Return the report with this id."""
    cursor = database.execute(ONE, (id,))
    row = dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))
    rivals = tuple(path for (path,) in database.execute(RIVALS, (row.pop("unit_id"), row["year"])))
    return StoredReport(**{**row, "in_roster": bool(row["in_roster"]), "rivals": rivals})


def find_report(database: sqlite3.Connection, unit: str, year: int) -> StoredReport | None:
    """Return the report that counts for a unit, by its code or any of its names, and a year; None where there is none.

    Where the unit has none under its own name, one under a name that it had before is taken.
    """
    row = database.execute("SELECT id FROM units WHERE code = ? AND code <> ''", (unit,)).fetchone()
    id = int(row[0]) if row else find(database, unit)
    if id is None:
        return None
    former = database.execute("SELECT former_names FROM units WHERE id = ?", (id,)).fetchone()[0].split("\n")
    for candidate in (id, *(find(database, name) for name in former)):
        row = database.execute(CURRENT_ID, (candidate, year)).fetchone()
        if row:
            return _report(database, row[0])
    return None


def findings_of(database: sqlite3.Connection, report: int) -> tuple[Mapping[str, Any], ...]:
    """Return the findings of a report, as `check --format json` has them."""
    return tuple(
        {"id": number, **dict(zip(FINDING_KEYS, fields, strict=True)), "figures": json.loads(figures), **json.loads(more)}
        for number, *fields, figures, more in database.execute(FINDINGS, (report,))
    )


def find_units(database: sqlite3.Connection, query: str, *parameters: int) -> tuple[StoredUnit, ...]:
    """Return the units that UNITS or MISSING gives."""
    return tuple(
        StoredUnit(code, name, tuple(filter(None, former.split("\n"))), bool(in_roster))
        for code, name, former, in_roster in database.execute(query, parameters)
    )
