"""What is written to the store: outcomes of files, whose report each is, and which of several counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from xltools.county.roster import Roster, RosterUnit
from xltools.form.unit import plain_name
from xltools.numerals import is_blank, show, understand

Key = tuple[int, int | None]
"""A unit's id and a year."""

PLACE = """
    UPDATE units SET code = :code, name = :name, short_name = :short_name, former_names = :former_names, address = :address,
      phone = :phone, postcode = :postcode, website = :website, website_url = :website_url, in_roster = 1, position = :position
    WHERE id = :id
"""
NAME = """
    INSERT INTO unit_names (name, unit_id, kind) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET unit_id = excluded.unit_id, kind = excluded.kind
"""
# no longer current, since the unit may have another one that is
MOVE = """
    UPDATE reports SET unit_id = ?, state = CASE state WHEN 'current' THEN 'rival' ELSE state END WHERE unit_name = ? AND unit_id = ?
"""
FORGET_UNUSED = """
    FROM units WHERE in_roster = 0 AND NOT EXISTS (SELECT 1 FROM reports WHERE reports.unit_id = units.id)
"""


def enroll(database: sqlite3.Connection, roster: Roster) -> set[int]:
    """Make the roster the one in use, and return the ids of the units that lost or gained reports taken in before: they are to be settled.

    A unit is known again by its code, without one by its name. What it was called in an earlier roster stays a name of its own;
    the short and former names are those of this roster alone, so that one listed by mistake can be taken back.
    """
    database.execute("UPDATE units SET in_roster = 0, position = NULL")
    database.execute("DELETE FROM unit_names WHERE kind = 'listed'")
    codes = {entry.code for entry in roster.units}
    for position, entry in enumerate(roster.units, start=1):
        id = _place(database, entry, codes, position)
        for name in map(plain_name, entry.names):
            if roster.find(name) is entry:
                kind = "own" if name == plain_name(entry.unit.name) else "listed"
                database.execute(NAME, (name, id, kind))
    moved = _match_again(database)
    database.execute(f"DELETE FROM unit_names WHERE unit_id IN (SELECT id {FORGET_UNUSED})")
    database.execute(f"DELETE {FORGET_UNUSED}")
    return moved


def _place(database: sqlite3.Connection, entry: RosterUnit, codes: Iterable[str], position: int) -> int:
    """Return the id of the roster's unit, its row brought up to date."""
    id = _known(database, entry, codes)
    if id is None:
        id = _add(database, entry.unit.name)
    own = [row[0] for row in database.execute("SELECT name FROM unit_names WHERE unit_id = ? AND kind = 'own'", (id,))]
    present = {plain_name(name) for name in entry.names}
    former = (*entry.former_names, *(name for name in own if name not in present))
    details = {**asdict(entry.unit), "code": entry.code, "former_names": "\n".join(former), "position": position, "id": id}
    database.execute(PLACE, details)
    return id


def _known(database: sqlite3.Connection, entry: RosterUnit, codes: Iterable[str]) -> int | None:
    """Return the unit with this code, or else the one of this name whose code no other unit of the roster has."""
    if entry.code:
        row = database.execute("SELECT id FROM units WHERE code = ?", (entry.code,)).fetchone()
        if row:
            return int(row[0])
    row = database.execute(
        "SELECT u.id, u.code FROM units u JOIN unit_names n ON n.unit_id = u.id WHERE n.name = ? AND n.kind = 'own' AND NOT u.in_roster",
        (plain_name(entry.unit.name),),
    ).fetchone()
    return int(row[0]) if row and (not row[1] or row[1] not in codes) else None


def _add(database: sqlite3.Connection, name: str) -> int:
    return int(database.execute("INSERT INTO units (name) VALUES (?) RETURNING id", (name,)).fetchone()[0])


def _match_again(database: sqlite3.Connection) -> set[int]:
    """Return the units that lost or gained a report now that the names have changed."""
    moved: set[int] = set()
    for name, id in database.execute("SELECT DISTINCT unit_name, unit_id FROM reports WHERE unit_id IS NOT NULL").fetchall():
        meant = match(database, name)
        if meant is not None and meant != id:
            moved |= {meant, id}
            database.execute(MOVE, (meant, name, id))
    return moved


def match(database: sqlite3.Connection, name: str, former_name: str = "") -> int | None:
    """Return the id of the unit that a report's name means; a unit that nobody knows is added. None for a report without a name."""
    if not plain_name(name):
        return None
    id = find(database, name)
    if id is None:
        id = _add(database, name)
        database.execute(NAME, (plain_name(name), id, "own"))
    if former_name:
        # the roster's own word about a unit that stands in it is not to be overruled by a report
        database.execute("UPDATE units SET former_names = ? WHERE id = ? AND NOT in_roster", (former_name, id))
    return id


def find(database: sqlite3.Connection, name: str) -> int | None:
    """Return the id of the unit with this name, None where there is none."""
    row = database.execute("SELECT unit_id FROM unit_names WHERE name = ?", (plain_name(name),)).fetchone()
    return int(row[0]) if row else None


# --------------------------------------------------------------------------------------------------------- which one counts

LIVE = """
    SELECT id, state, sha256 FROM reports
    WHERE unit_id = ? AND year IS ? AND state IN ('current', 'rival', 'duplicate') ORDER BY modified DESC, file
"""


def settle(database: sqlite3.Connection, keys: Iterable[Key]) -> None:
    """Say anew for each unit and year which report counts.

    The newest file does; of files changed at the same moment the first by path, so that the order of reading makes no difference.
    """
    for key in keys:
        found = database.execute(LIVE, key).fetchall()
        states = [(_state(rank, sha256, found[0][2]), id) for rank, (id, _, sha256) in enumerate(found)]
        changed = [(state, id) for (state, id), (_, before, _) in zip(states, found, strict=True) if state != before]
        # the one that counts comes last: there must never be two
        database.executemany("UPDATE reports SET state = ? WHERE id = ?", reversed(changed))


def _state(rank: int, sha256: str, counting: str) -> str:
    if rank == 0:
        return "current"
    return "duplicate" if sha256 and sha256 == counting else "rival"


def settle_units(database: sqlite3.Connection, units: Iterable[int]) -> None:
    """Say anew for all years of these units which report counts."""
    for unit in units:
        settle(database, database.execute("SELECT DISTINCT unit_id, year FROM reports WHERE unit_id = ?", (unit,)).fetchall())


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
