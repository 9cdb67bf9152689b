"""Which of several reports counts: the one of the file that was changed last."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

Key = tuple[int, int | None]
"""A unit's id and a year."""

LIVE = """
    SELECT id, state, sha256 FROM reports
    WHERE unit_id = ? AND year IS ? AND state IN ('current', 'rival', 'duplicate') ORDER BY modified DESC, file
"""


def settle(database: sqlite3.Connection, keys: Iterable[Key]) -> None:
    """Says anew for each unit and year which report counts.

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
    """Says anew for all years of these units which report counts."""
    for unit in units:
        settle(database, database.execute("SELECT DISTINCT unit_id, year FROM reports WHERE unit_id = ?", (unit,)).fetchall())
