"""What is written to the store: outcomes of files, whose report each is, and which of several counts."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath
from typing import Any, NamedTuple

from xltools.county.store.database import SQL, transaction
from xltools.county.store.units import match, match_again
from xltools.form.unit import plain_name
from xltools.numerals import Number, grouped, is_blank, show, understand
from xltools.readers.dispatch import FILLED_IN, READERS
from xltools.report.doubles import find_branches

Key = tuple[int | None, int | None, str, int]  # a unit's id, a year, a family of forms, and whether it is a sum: of each one report counts


def settle(database: sqlite3.Connection, keys: Iterable[Key]) -> None:
    """Say anew for each key which report counts, of units of one name in different towns or counties one each: the newest file, the first by
    path among equals, or the workbook it was exported from."""
    for key in keys:
        found = [_Live(*row) for row in database.execute(SQL["live_reports"], key)]
        changed = []
        branches = find_branches([(one.file, one.unit_name, one.json) for one in found])
        for branch, group in grouped(zip(branches, found, strict=True)).items():
            counting = next((other for other in group if _is_export(group[0], other)), group[0])
            settled = ((_state(one, counting), branch, one) for one in group)
            changed += [(state, branch, one.id) for state, branch, one in settled if (state, branch) != (one.state, one.branch)]
        # first of all those that count no more: there must never be two that do
        database.executemany("UPDATE reports SET state = 'rival' WHERE id = ?", [(id,) for *_, id in changed])
        database.executemany("UPDATE reports SET state = ?, branch = ? WHERE id = ?", changed)


class _Live(NamedTuple):
    """A report that may count."""

    id: int
    state: str
    branch: str
    file: str
    json: str
    unit_name: str


def _state(one: _Live, counting: _Live) -> str:
    if one is counting:
        return "current"
    return "duplicate" if one.json == counting.json or _is_export(one, counting) else "rival"


def _is_export(one: _Live, other: _Live) -> bool:
    """Tell whether a file is the document, with the same figures, of another one that is filled in."""
    is_document = not _is_filled_in(one.file) and _is_filled_in(other.file)
    return is_document and not json.loads(one.json).get("unread") and not differing_figures(one.json, other.json)


def _is_filled_in(file: str) -> bool:
    return READERS.get(PurePath(file).suffix.lower()) in FILLED_IN


def differing_figures(one: str, other: str) -> list[str]:
    """Return the figures that two reports, given as JSON, do not have alike; what is unread in either is not compared."""
    both = json.loads(one), json.loads(other)
    unread = {id for report in both for part in report.get("unread") or () for id in part["figures"]}
    mine, theirs = (report.get("figures") or {} for report in both)
    return [id for id in {**mine, **theirs} if id not in unread and mine.get(id) != theirs.get(id)]


def settle_units(database: sqlite3.Connection, units: Iterable[int | None]) -> None:
    """Say anew for all years of these units which report counts."""
    keys = "SELECT DISTINCT unit_id, year, family, is_sum FROM reports WHERE unit_id = ?"
    for unit in units:
        settle(database, database.execute(keys, (unit,)).fetchall())


def renew_names(database: sqlite3.Connection) -> None:
    """Write the names of units down as names are compared now, and join the reports of units whose names have become one."""
    old = [(plain_name(name), name) for (name,) in database.execute("SELECT name FROM unit_names") if plain_name(name) != name]
    if old:
        with transaction(database):
            database.executemany("UPDATE OR IGNORE unit_names SET name = ? WHERE name = ?", old)
            database.executemany("DELETE FROM unit_names WHERE name = ?", [(name,) for _, name in old])
            settle_units(database, match_again(database))


LARGEST = 2**63 - 1  # the largest integer of SQLite

FINDING_KEYS = (
    "because", "code", "name", "severity", "sheet", "cell", "section", "message", "actual", "expected", "difference", "basis",
    "explanation", "advice",
)  # fmt: skip
"""The keys of a finding that have a column of the same name; `id` and `figures` have one, too."""
OTHER_KEYS = frozenset({"id", "figures", *FINDING_KEYS})

ADD_FINDING = f"""
    INSERT INTO findings (report_id, number, {", ".join(FINDING_KEYS)}, figures, more)
    VALUES (?, ?, {", ".join("?" for _ in FINDING_KEYS)}, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when read. `modified` is in nanoseconds; `read_by` tells by what: version, extras, form asked for."""

    path: str
    size: int
    modified: int
    sha256: str = ""
    read_by: str = ""


@dataclass(frozen=True)
class Outcome:
    """A file's report as it was read, with the form, unit and year that it names, or why it could not be."""

    file: FileState
    error: str | None = None  # the one line that tells why
    form: str = ""
    family: str = ""  # of the form and its other editions
    unit: str = ""
    year: int | None = None
    report: str | None = None  # its JSON
    reading: str = ""  # what only its reader knew


@dataclass(frozen=True)
class Result:
    """What the last run found of a report that counts for its unit."""

    report: int
    findings: Sequence[Mapping[str, Any]]  # as `check --format json` has them
    left_out: str = ""  # why it is not in the roll-up
    form: str = ""  # that of the roll-up
    adds: Mapping[str, Number] = field(default_factory=dict)  # to the roll-up, by its cell ids


def take(database: sqlite3.Connection, outcomes: Iterable[Outcome], taken_at: str, year: int | None) -> None:
    """Write the outcomes, collected for this year, None for each report's own; to be called within a transaction."""
    touched: dict[Key, None] = {}
    for outcome in map(_storable, outcomes):
        keys = _take_one(database, outcome, taken_at, outcome.year if year is None else year)
        touched |= dict.fromkeys(key for key in keys if key[0] is not None)
    settle(database, touched)


def record(database: sqlite3.Connection, year: int, family: str, results: Iterable[Result]) -> list[str]:
    """Write what this run found of a year's reports in the place of the last one's; return the files with other findings than before."""
    reports = "SELECT id FROM reports WHERE year = ? AND family = ?"
    rows = database.execute(f"SELECT * FROM findings WHERE report_id IN ({reports}) ORDER BY report_id, number", (year, family))
    before = grouped((row[0], row) for row in rows)
    left = {id for (id,) in database.execute(reports, (year, family))}
    changed = []
    for result in results:
        id = result.report
        database.execute(SQL["count_report"], (not result.left_out, storable(result.left_out) or None, id))
        found = [_finding(id, finding) for finding in result.findings]
        if found != before.pop(id, []):
            changed += database.execute("SELECT file FROM reports WHERE id = ?", (id,)).fetchone()
            database.execute("DELETE FROM findings WHERE report_id = ?", (id,))
            database.executemany(ADD_FINDING, found)
        left.discard(id)
        _record_additions(database, result)
    database.executemany(SQL["count_report"], ((False, None, id) for id in left))
    database.executemany("DELETE FROM additions WHERE report_id = ?", ((id,) for id in left))
    # what does not count any more has no findings; what counts for another office keeps its own
    forget = "DELETE FROM findings WHERE report_id = ? AND report_id IN (SELECT id FROM reports WHERE state <> 'current')"
    database.executemany(forget, ((id,) for id in before))
    return changed


def _record_additions(database: sqlite3.Connection, result: Result) -> None:
    """Write what a report adds to the roll-up, where it is not what stands there: in a county few reports change from run to run."""
    adds = {(result.form, cell): _value(value)[0] for cell, value in result.adds.items()}
    before = {(form, cell): value for form, cell, value in database.execute(SQL["additions"], (result.report,))}
    if before != {key: float(value) if isinstance(value, str) else value for key, value in adds.items()}:
        database.execute("DELETE FROM additions WHERE report_id = ?", (result.report,))
        database.executemany(SQL["add_addition"], ((result.report, *key, value) for key, value in adds.items()))


def move(database: sqlite3.Connection, old: str, new: FileState) -> None:
    """Let a file that was moved be known at its new place, with all that it ever held; say anew for its units which report counts."""
    offices, *row = database.execute("SELECT offices, outcome, error, taken_at FROM files WHERE path = ?", (old,)).fetchone()
    database.execute(SQL["take_file"], (storable(new.path), new.size, new.modified, new.sha256, new.read_by, *row))
    database.execute("UPDATE files SET offices = ? WHERE path = ?", (offices, storable(new.path)))
    units = database.execute("UPDATE reports SET file = ? WHERE file = ? RETURNING unit_id", (storable(new.path), old)).fetchall()
    database.execute("DELETE FROM files WHERE path = ?", (old,))
    settle_units(database, {id for (id,) in units if id is not None})


def _storable(outcome: Outcome) -> Outcome:
    file = replace(outcome.file, path=storable(outcome.file.path))
    unit, report, reading = map(storable, (outcome.unit, outcome.report or "", outcome.reading))
    return replace(outcome, file=file, error=outcome.error and storable(outcome.error), unit=unit, report=report, reading=reading)


def _take_one(database: sqlite3.Connection, outcome: Outcome, taken_at: str, year: int | None) -> Iterator[Key]:
    """Write one outcome, and yield the keys whose reports have changed."""
    file, error = outcome.file, outcome.error
    outcome_name = "unreadable" if error else "read"
    database.execute(SQL["take_file"], (file.path, file.size, file.modified, file.sha256, file.read_by, outcome_name, error, taken_at))
    newest = database.execute(SQL["newest_report"], (outcome.report, file.path)).fetchone()
    if newest:
        yield newest[1:5]
    if error:
        database.execute(SQL["supersede"], (file.path,))  # what the file held before is not what is handed in now
        return
    data: Mapping[str, Any] = json.loads(outcome.report or "")
    unit = match(database, outcome.unit, storable((data.get("unit") or {}).get("former_name") or ""))
    is_same = newest and newest[5]
    # one that was collected for its own year before stays what it was there; settle() says which of those that may count does
    is_aside = outcome.year != year and not (is_same and newest[6] in ("current", "rival", "duplicate"))
    # where nobody knows whose it is, there is no other one to rival it
    state = "aside" if is_aside else "rival" if unit is not None else "current"
    if is_same:
        database.execute(SQL["keep_report"], (unit, file.modified, file.sha256, outcome.reading, taken_at, state, newest[0]))
    else:
        database.execute(SQL["supersede"], (file.path,))
        whose = (unit, outcome.unit, outcome.year, outcome.form, outcome.family)
        held = (file.path, file.modified, file.sha256, outcome.report, outcome.reading, "provenance" in data)
        id = int(database.execute(SQL["add_report"], (*whose, *held, taken_at, state)).fetchone()[0])
        database.executemany(SQL["add_figure"], [(id, cell, *_value(value)) for cell, value in (data.get("figures") or {}).items()])
        database.executemany(SQL["add_text"], [(id, section, storable(text)) for section, text in (data.get("texts") or {}).items()])
    yield unit, outcome.year, outcome.family, int("provenance" in data)


def _value(value: Any) -> tuple[int | str | None, str | None]:
    """Return a figure of the JSON as number and text, one of them NULL; a decimal number stays text until SQLite has it as a number."""
    if value is None or (type(value) is int and -LARGEST <= value <= LARGEST):
        return value, None
    if isinstance(value, Decimal):
        return show(value), None
    if isinstance(value, str):
        if is_blank(value):
            return None, None
        number = understand(value)
        return (None, storable(value)) if number is None else (show(number), None)
    return str(value), None


def _finding(report: int, finding: Mapping[str, Any]) -> tuple[object, ...]:
    figures = json.dumps(finding.get("figures") or [], ensure_ascii=False)
    told = (storable(value) if isinstance(value := finding.get(key), str) else value for key in FINDING_KEYS)
    more = json.dumps({key: value for key, value in finding.items() if key not in OTHER_KEYS}, ensure_ascii=False)
    return (report, finding["id"], *told, figures, storable(more))


def storable(text: str) -> str:
    """Return the text as the store holds it: half characters, as in a file name that is not UTF-8, are spelled out as \\udcff."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
