"""Outcome, what became of one file that was taken in, and its rows in the store: a new version only where the report is another one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xltools.county.store.units import Key, match, settle
from xltools.numerals import is_blank, show, understand

LARGEST = 2**63 - 1
"""The largest integer of SQLite."""

FINDING_KEYS = (
    "because", "code", "name", "severity", "sheet", "cell", "section", "message", "actual", "expected", "difference", "basis",
    "explanation", "advice",
)  # fmt: skip
"""The keys of a finding that have a column of the same name; `id` and `figures` have one, too."""
OTHER_KEYS = frozenset({"id", "figures", *FINDING_KEYS})

TAKE_FILE = """
    INSERT INTO files (path, size, modified, sha256, outcome, error, gone, taken_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?)
    ON CONFLICT (path) DO UPDATE SET size = excluded.size, modified = excluded.modified, sha256 = excluded.sha256,
      outcome = excluded.outcome, error = excluded.error, gone = 0, taken_at = excluded.taken_at
"""
NEWEST = "SELECT id, unit_id, year, json = ? FROM reports WHERE file = ? ORDER BY id DESC LIMIT 1"
# as a rival at first: settle() says which report counts
ADD_REPORT = """
    INSERT INTO reports (unit_id, unit_name, year, form, file, modified, sha256, json, taken_at, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'rival') RETURNING id
"""
KEEP_REPORT = "UPDATE reports SET unit_id = ?, modified = ?, sha256 = ?, taken_at = ?, state = 'rival' WHERE id = ?"
SUPERSEDE = "UPDATE reports SET state = 'superseded' WHERE file = ? AND state <> 'superseded'"
ADD_FIGURE = "INSERT INTO figures (report_id, cell, value, text) VALUES (?, ?, ?, ?)"
ADD_TEXT = "INSERT INTO texts (report_id, section, text) VALUES (?, ?, ?)"
ADD_FINDING = f"""
    INSERT INTO findings (report_id, number, {", ".join(FINDING_KEYS)}, figures, more)
    VALUES (?, ?, {", ".join("?" for _ in FINDING_KEYS)}, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was read: a later run reads it again where any of it has changed. `modified` is in nanoseconds."""

    path: str
    size: int
    modified: int
    sha256: str = ""


@dataclass(frozen=True)
class Outcome:
    """A file's report and findings; or `error`, the one line that tells why it could not be read.

    `report` is the report's JSON (docs/json.md) as text, `findings` are those of `check --format json`, `form`, `unit` and `year`
    what the report names.
    """

    file: FileState
    error: str | None = None
    form: str | None = None
    unit: str = ""
    year: int | None = None
    report: str | None = None
    findings: tuple[Mapping[str, Any], ...] = field(default=())


def take(database: sqlite3.Connection, outcomes: Iterable[Outcome], taken_at: str) -> None:
    """Write the outcomes; to be called within a transaction."""
    touched: dict[Key, None] = {}
    for outcome in map(_storable, outcomes):
        for unit, year in _take_one(database, outcome, taken_at):
            if unit is not None:
                touched[unit, year] = None
    settle(database, touched)


def _storable(outcome: Outcome) -> Outcome:
    file = replace(outcome.file, path=storable(outcome.file.path))
    error = outcome.error or ("没有读出报告。" if outcome.report is None else None)
    return replace(outcome, file=file, error=error and storable(error), unit=storable(outcome.unit), report=storable(outcome.report or ""))


def _take_one(database: sqlite3.Connection, outcome: Outcome, taken_at: str) -> Iterator[tuple[int | None, int | None]]:
    """Write one outcome, and yield the units and years whose reports have changed."""
    file, error = outcome.file, outcome.error
    outcome_name = "unreadable" if error else "read"
    database.execute(TAKE_FILE, (file.path, file.size, file.modified, file.sha256, outcome_name, error, taken_at))
    newest = database.execute(NEWEST, (outcome.report, file.path)).fetchone()
    if newest:
        yield newest[1:3]
    if error:
        # what the file held before is not what is handed in now
        database.execute(SUPERSEDE, (file.path,))
        return
    data: Mapping[str, Any] = json.loads(outcome.report or "")
    unit = match(database, outcome.unit, storable((data.get("unit") or {}).get("former_name") or ""))
    if newest and newest[3]:
        id = newest[0]
        database.execute(KEEP_REPORT, (unit, file.modified, file.sha256, taken_at, id))
        database.execute("DELETE FROM findings WHERE report_id = ?", (id,))
    else:
        id = _add_report(database, outcome, unit, data, taken_at)
    if unit is None:
        # nobody knows whose it is, so there is no other one to rival it
        database.execute("UPDATE reports SET state = 'current' WHERE id = ?", (id,))
    database.executemany(ADD_FINDING, (_finding(id, finding) for finding in outcome.findings))
    yield unit, outcome.year


def _add_report(database: sqlite3.Connection, outcome: Outcome, unit: int | None, data: Mapping[str, Any], taken_at: str) -> int:
    """Add a new version of the file's report, and return its id."""
    file = outcome.file
    database.execute(SUPERSEDE, (file.path,))
    row = (unit, outcome.unit, outcome.year, outcome.form or "", file.path, file.modified, file.sha256, outcome.report, taken_at)
    id = int(database.execute(ADD_REPORT, row).fetchone()[0])
    figures, texts = data.get("figures") or {}, data.get("texts") or {}
    database.executemany(ADD_FIGURE, [(id, cell, *_value(value)) for cell, value in figures.items()])
    database.executemany(ADD_TEXT, [(id, section, storable(text)) for section, text in texts.items()])
    return id


def _value(value: Any) -> tuple[int | str | None, str | None]:
    """Return a figure of the JSON as number and text, one of them NULL; a decimal number stays text until SQLite has it as a number."""
    if value is None or (type(value) is int and -LARGEST <= value <= LARGEST):
        return value, None
    if isinstance(value, str):
        if is_blank(value):
            return None, None
        number = understand(value)
        return (None, storable(value)) if number is None else (show(number), None)
    return str(value), None


def _finding(report: int, finding: Mapping[str, Any]) -> tuple[object, ...]:
    figures = json.dumps(finding.get("figures") or [], ensure_ascii=False)
    more = json.dumps({key: value for key, value in finding.items() if key not in OTHER_KEYS}, ensure_ascii=False)
    return (report, finding["id"], *(_text(finding.get(key)) for key in FINDING_KEYS), figures, storable(more))


def _text(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value


def storable(text: str) -> str:
    """Return the text as the store holds it: half characters, as in a file name that is not UTF-8, are spelled out as \\udcff."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
