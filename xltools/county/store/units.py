"""The units of the store: who they are by the roster, and which of them a name means."""

import sqlite3
from collections.abc import Iterable
from dataclasses import asdict

from xltools.county.roster import Roster, RosterUnit
from xltools.county.store.database import SQL
from xltools.form.unit import plain_name

FORGET_UNUSED = "FROM units WHERE in_roster = 0 AND NOT EXISTS (SELECT 1 FROM reports WHERE reports.unit_id = units.id)"


def enroll(database: sqlite3.Connection, roster: Roster) -> set[int]:
    """Make the roster the one in use, and return the units that lost or gained reports. A unit is known again by its code, else its name;
    what it was called in an earlier roster stays its own name, short and former names are of this roster alone."""
    database.execute("UPDATE units SET in_roster = 0, position = NULL")
    database.execute("DELETE FROM unit_names WHERE kind = 'listed'")
    codes = {entry.code for entry in roster.units}
    for position, entry in enumerate(roster.units, start=1):
        id = _place(database, entry, codes, position)
        for name in map(plain_name, entry.names):
            if roster.find(name) is entry:
                database.execute(SQL["name_unit"], (name, id, "own" if name == plain_name(entry.unit.name) else "listed"))
    moved = match_again(database)
    database.execute(f"DELETE FROM unit_names WHERE unit_id IN (SELECT id {FORGET_UNUSED})")
    database.execute(f"DELETE {FORGET_UNUSED}")
    return moved


def _place(database: sqlite3.Connection, entry: RosterUnit, codes: Iterable[str], position: int) -> int:
    """Return the id of the roster's unit, its row brought up to date."""
    known = _known(database, entry, codes)
    id = _add(database, entry.unit.name) if known is None else known
    own = [row[0] for row in database.execute("SELECT name FROM unit_names WHERE unit_id = ? AND kind = 'own'", (id,))]
    present = {plain_name(name) for name in entry.names}
    former = (*entry.former_names, *(name for name in own if name not in present))
    details = {**asdict(entry.unit), "code": entry.code, "former_names": "\n".join(former), "position": position, "id": id}
    database.execute(SQL["place_unit"], details)
    return id


def _known(database: sqlite3.Connection, entry: RosterUnit, codes: Iterable[str]) -> int | None:
    """Return the unit with this code, or else the one of this name whose code no other unit of the roster has."""
    if entry.code and (row := database.execute("SELECT id FROM units WHERE code = ?", (entry.code,)).fetchone()):
        return int(row[0])
    row = database.execute(
        "SELECT u.id, u.code FROM units u JOIN unit_names n ON n.unit_id = u.id WHERE n.name = ? AND n.kind = 'own' AND NOT u.in_roster",
        (plain_name(entry.unit.name),),
    ).fetchone()
    return int(row[0]) if row and (not row[1] or row[1] not in codes) else None


def _add(database: sqlite3.Connection, name: str) -> int:
    return int(database.execute("INSERT INTO units (name) VALUES (?) RETURNING id", (name,)).fetchone()[0])


def match_again(database: sqlite3.Connection) -> set[int]:
    """Return the units that lost or gained a report now that the names have changed."""
    moved: set[int] = set()
    for name, id in database.execute("SELECT DISTINCT unit_name, unit_id FROM reports WHERE unit_id IS NOT NULL").fetchall():
        meant = match(database, name)
        if meant is not None and meant != id:
            moved |= {meant, id}
            database.execute(SQL["move_reports"], (meant, name, id))
    return moved


def match(database: sqlite3.Connection, name: str, former_name: str = "") -> int | None:
    """Return the id of the unit that a report's name means; a unit that nobody knows is added. None for a report without a name."""
    if not plain_name(name):
        return None
    id = find(database, name)
    if id is None:
        id = _add(database, name)
        database.execute(SQL["name_unit"], (plain_name(name), id, "own"))
    if former_name:
        # the roster's own word about a unit that stands in it is not to be overruled by a report
        database.execute("UPDATE units SET former_names = ? WHERE id = ? AND NOT in_roster", (former_name, id))
    return id


def find(database: sqlite3.Connection, name: str) -> int | None:
    """Return the id of the unit with this name, None where there is none."""
    row = database.execute("SELECT unit_id FROM unit_names WHERE name = ?", (plain_name(name),)).fetchone()
    return int(row[0]) if row else None
