"""What collecting hands to the store, the outcomes of files without any file being read, and what stands in the store then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from tests.reports import FORM, report
from xltools.county.roster import Roster, RosterUnit
from xltools.county.store.access import Store
from xltools.county.store.writing import FileState, Outcome, Result
from xltools.county.summary.state import STATES
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.output.json import finding_data
from xltools.report.filled import Report, Value
from xltools.report.reading import dump_reading
from xltools.report.report_json import dump_report
from xltools.rules.review import review


def taken(
    path: str, unit: str | Unit = "甲局", year: int | None = 2024, *, modified: int = 1, received: Value = 12, **changes: Any
) -> Outcome:
    """A file with a report of this unit that was read; all figures are 0 but for what natural persons asked."""
    details = unit if isinstance(unit, Unit) else Unit(name=unit)
    figures = {"requests.received.natural_person": received, **changes.pop("figures", {})}
    return outcome_of(path, report(figures, unit=details, year=year, **changes), modified=modified)


def outcome_of(path: str, filled: Report, *, modified: int = 1) -> Outcome:
    """A file with this report that was read."""
    text = dump_report(filled)
    state = FileState(path, len(text), modified, sha256(text.encode()).hexdigest())
    form, unit = filled.form, filled.unit.name
    return Outcome(state, None, form.id, form.family, unit, filled.year, text, dump_reading(filled))


def judged(store: Store, year: int = 2024) -> None:
    """Judge what the store holds of a year, and keep what is found, as a run of collecting does."""
    results = []
    for stored in store.current(year):
        read = stored.report(find_form(None))
        findings = [finding_data(finding) for finding in review(read).findings]
        results.append(Result(stored.id, findings, form=FORM.id, adds=read.computed))
    store.record(year, FORM.id, results)


def unreadable(path: str, error: str = "文件已损坏。") -> Outcome:
    """A file that could not be read."""
    return Outcome(FileState(path, 1, 2), error=error)


def again(outcome: Outcome, modified: int) -> Outcome:
    """The same file with the same content, saved once more."""
    return replace(outcome, file=replace(outcome.file, modified=modified))


def roster(*units: tuple[str, str] | tuple[str, str, str]) -> Roster:
    """A roster of units by code, name and former name."""
    return Roster(tuple(RosterUnit(code, Unit(name=name), tuple(former)) for code, name, *former in units))


COUNTY = roster(("0001", "甲局"), ("0002", "乙局", "旧乙局"), ("0003", "丙镇人民政府"))


def ask(store: Store | Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What someone with an SQLite tool gets, beside the open store."""
    with closing(sqlite3.connect(store if isinstance(store, Path) else store.path)) as database:
        return database.execute(query, parameters).fetchall()


def counting(store: Store, year: int | None = 2024) -> dict[str, str]:
    """The file that counts for each unit."""
    return {stored.name: stored.file for stored in store.current(year)}


def states(county: Path, output: str = "county") -> dict[str, str]:
    """Return the state of each unit as the summary of a roll-up has it."""
    workbook = CalamineWorkbook.from_path(str(county / f"{output}-汇总情况.xlsx"))
    found: dict[str, str] = {}
    for row in workbook.get_sheet_by_name(workbook.sheet_names[0]).to_python():
        cells = [str(cell) for cell in row if cell != ""]
        for name in cells:
            if name.startswith("示例县") and len(cells) > 2:
                found.setdefault(name, next((cell for cell in cells if cell in STATES), ""))
    return found
