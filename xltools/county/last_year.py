"""find_last_reports: last year's reports of a roster's units, from a folder of reports or from a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from xltools.county.roster import Roster, RosterUnit
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.form.loader import find_form
from xltools.readers.dispatch import READERS, find_files, read_reports
from xltools.report.filled import Report
from xltools.report.origin import Origin

STORE_KINDS = (".sqlite", ".sqlite3", ".db")
EDITABLE = ("workbook", "json")
"""The kinds of files that go before published ones, which say less."""


@dataclass(frozen=True)
class LastReports:
    """Last year's reports: `find` gives a unit's, `files` are those looked at, `remarks` tell what could not be used."""

    find: Callable[[RosterUnit], Report | None]
    files: frozenset[Path] = frozenset()
    remarks: tuple[str, ...] = ()


@contextmanager
def find_last_reports(source: Path, roster: Roster, year: int, form_name: str | None) -> Iterator[LastReports]:
    """The reports for `year` in a folder or store. Raises XltoolsError where it is neither."""
    if source.is_dir():
        yield _in_folder(source, roster, year, form_name)
    elif source.suffix.lower() in STORE_KINDS:
        from xltools.county.store.access import open_store

        with open_store(source, create=False) as store:
            yield LastReports(lambda unit: _in_store(unit, lambda name: store.report(name, year, find_form(form_name))))
    elif not source.exists():
        raise UnreadableFileError(source, "文件夹或文件不存在。请检查名称和位置。")
    else:
        raise XltoolsError(f"--previous 给的是一份报告 {source}。与 --roster 同用时，请给出放上年度各单位报告的文件夹或 .sqlite 文件。")


def _in_store(unit: RosterUnit, look_up: Callable[[str], Report | None]) -> Report | None:
    """The report under the first of the unit's names that has one; the store may not know this roster yet."""
    found = (look_up(name) for name in dict.fromkeys((unit.code, *unit.names)) if name)
    return next((report for report in found if report), None)


@dataclass
class _Found:
    """What was found in a folder so far."""

    reports: dict[RosterUnit, tuple[Path, Report]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def _in_folder(folder: Path, roster: Roster, year: int, form_name: str | None) -> LastReports:
    found = _Found()
    files = sorted(find_files(folder), key=lambda file: (READERS[file.suffix.lower()] not in EDITABLE, file))
    for file, report in read_reports(files, form_name):
        if isinstance(report, UnreadableFileError):
            found.remarks.append(f"没有用上 {file}：{report.reason}")
        else:
            _take(found, file, report, roster, year)
    reports: Mapping[RosterUnit, tuple[Path, Report]] = found.reports
    return LastReports(
        find=lambda unit: reports[unit][1] if unit in reports else None,
        files=frozenset(file.resolve() for file in files),
        remarks=tuple(found.remarks),
    )


def _take(found: _Found, file: Path, report: Report, roster: Roster, year: int) -> None:
    """Keeps a report of the year under its unit, with no more of it than the next year begins with."""
    unit = roster.find(report.unit.name) if report.unit.name else None
    if report.year not in (None, year):
        return
    if unit is None:
        found.remarks.append(f"没有用上 {file}：单位“{report.unit.name}”不在名册中。")
    elif unit in found.reports:
        if not report.is_published:
            found.remarks.append(f"没有用上 {file}：{unit.unit.name} 已有 {found.reports[unit][0]}。")
    else:
        found.reports[unit] = file, replace(report, texts={}, breakdowns=(), typed={}, explanations={}, excused={}, origin=Origin())
