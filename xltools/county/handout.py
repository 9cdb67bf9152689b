"""hand_out: a workbook for each unit of a roster, begun with what last year's report of the unit says."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

from xltools.county.roster import Roster, RosterUnit
from xltools.county.store.access import STORE_KINDS, open_store
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.files.outputs import file_names, make_folder, write_whole
from xltools.form.definition import Form
from xltools.form.loader import find_form
from xltools.form.unit import Unit, plain_name
from xltools.readers.dispatch import FILLED_IN, READERS, find_files, read_reports
from xltools.report.conversion import blank_report
from xltools.report.filled import Report
from xltools.report.origin import Origin

LastReport = Callable[[RosterUnit], Report | None]  # gives a unit's report of last year, None where there is none


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What became of one unit's workbook."""

    unit: RosterUnit
    path: Path
    known: bool = False  # by last year's report, as what follows
    renamed: bool = False
    unread: frozenset[str] = frozenset()  # what should have carried over from it and could not be read
    failure: str | None = None  # why it was not written


def hand_out(
    form: Form,
    year: int,
    roster: Roster,
    folder: Path,
    *,
    last_report: LastReport = lambda unit: None,
    sources: Collection[Path] = (),
    zeros: bool = False,
    password: str = "",
    force: bool = False,
) -> list[HandedOut]:
    """Write a workbook for every unit into the folder, none over `sources`; return what became of each. Raise UnwritableFileError."""
    from xltools.workbook.series import Series

    make_folder(folder)
    series = Series(blank_report(form, year, zeros=zeros), password)
    outcome = []
    for unit, name in zip(roster.units, unit_file_names(roster), strict=True):
        path, last = folder / name, last_report(unit)
        report = first_report(form, year, unit, last, zeros=zeros)
        failure = None
        try:
            inputs = [path] if sources and path.resolve() in sources else []
            write_whole(path, series.workbook(report), inputs=inputs, force=force)
        except XltoolsError as fault:  # it hides no other
            failure = str(fault)
        outcome.append(HandedOut(unit, path, last is not None, bool(report.unit.former_name), report.unread_figures, failure))
    return outcome


def unit_file_names(roster: Roster) -> list[str]:
    """Return the name of each unit's workbook: its code, where it has one, and its name."""
    return file_names(("-".join(filter(None, (unit.code, unit.unit.name))) for unit in roster.units), ".xlsx")


def first_report(form: Form, year: int, unit: RosterUnit, last: Report | None, *, zeros: bool = False) -> Report:
    """Return the report that a unit's year begins with: its details from the roster, completed from last year's, and what carries over."""
    blank = blank_report(form, year, unit=unit.unit.name, previous=last, zeros=zeros)
    return replace(blank, unit=_details(unit, last).started(form.details))


def _details(unit: RosterUnit, last: Report | None) -> Unit:
    """Return the unit's details; the former name is the one that last year's report bears, where the unit has another by now."""
    if last is None:
        return unit.unit
    ours, theirs = unit.unit, last.unit
    renamed = plain_name(theirs.name) not in map(plain_name, (ours.name, ours.short_name, ""))
    completed = Unit(*(getattr(ours, field.name) or getattr(theirs, field.name) for field in fields(Unit)))
    short_name, former_name = (ours.short_name, theirs.name) if renamed else (completed.short_name, "")
    return replace(completed, short_name=short_name, former_name=former_name, signed_on="")  # the date is of last year's report


@dataclass(frozen=True)
class LastReports:
    """Last year's reports: `find` gives a unit's, `files` are those looked at, `remarks` tell what could not be used."""

    find: LastReport
    files: frozenset[Path] = frozenset()
    remarks: tuple[str, ...] = ()


NO_REPORTS = LastReports(lambda unit: None)


@contextmanager
def find_last_reports(source: Path, roster: Roster, year: int, form_name: str | None) -> Iterator[LastReports]:
    """Yield the reports for `year` in a folder or store. Raise XltoolsError where it is neither."""
    if source.is_dir():
        yield _in_folder(source, roster, year, form_name)
    elif source.suffix.lower() in STORE_KINDS:
        with open_store(source, create=False) as store:
            look_up = partial(store.report, year=year, find_form=find_form(form_name))
            # under the first of the unit's names that has one: the store may not know this roster yet
            yield LastReports(lambda unit: next(filter(None, (look_up(name) for name in (unit.code, *unit.names) if name)), None))
    elif not source.exists():
        raise UnreadableFileError(source, "文件夹或文件不存在。请检查名称和位置。")
    else:
        raise XltoolsError(f"--previous 给的是一份报告 {source}。与 --roster 同用时，请给出放上年度各单位报告的文件夹或数据库文件。")


def _in_folder(folder: Path, roster: Roster, year: int, form_name: str | None) -> LastReports:
    reports: dict[RosterUnit, tuple[Path, Report]] = {}
    remarks = []
    files = sorted(find_files(folder), key=lambda file: (READERS.get(file.suffix.lower()) not in FILLED_IN, file))
    for file, report in read_reports(files, form_name):
        of_no_use = report.reason if isinstance(report, UnreadableFileError) else _keep(reports, file, report, roster, year)
        if of_no_use:
            remarks.append(f"未采用 {file}：{of_no_use}")
    found = {unit: report for unit, (_, report) in reports.items()}
    return LastReports(found.get, frozenset(file.resolve() for file in files), tuple(remarks))


def _keep(reports: dict[RosterUnit, tuple[Path, Report]], file: Path, report: Report, roster: Roster, year: int) -> str | None:
    """Keep a report of the year under its unit, with no more of it than the next year begins with. Returns why it is of no use, if it must be told."""
    unit = roster.find(report.unit.name) if report.unit.name else None
    if report.year not in (None, year):
        return None
    if unit is None:
        return f"单位“{report.unit.name}”不在名册中。"
    if unit in reports:
        return None if report.is_published else f"{unit.unit.name} 已有 {reports[unit][0]}。"
    reports[unit] = file, replace(report, texts={}, breakdowns=(), typed={}, explanations={}, excused={}, origin=Origin())
    return None
