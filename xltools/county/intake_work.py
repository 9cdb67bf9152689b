"""What a worker does with files: reads, checks, and gives plain values back. Runs in other processes and on other machines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from xltools.checks.copies import annotate_files
from xltools.county.outcome import FileState, Outcome
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.form.definition import FindForm
from xltools.form.loader import find_form
from xltools.output.checked import checked
from xltools.output.json import finding_data
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.report_json import dump_report, parse_report
from xltools.rules.review import review

Named = tuple[str, int | None]
"""The unit and the year that a report names; ("", None) for a file that cannot be read."""


def name_reports(files: Sequence[FileState], form_name: str | None) -> list[Named]:
    """The unit and the year that each file's report names."""
    return [_named(file, form_name) for file in files]


def _named(file: FileState, form_name: str | None) -> Named:
    try:
        report = read_report(Path(file.path), find_form(form_name))
    except XltoolsError:
        return "", None
    return report.unit.name, report.year


def take_in(files: Sequence[FileState], form_name: str | None, previous: Mapping[str, str]) -> list[Outcome]:
    """The outcome of each file; `previous` has by a file's path the JSON of the report to compare it with."""
    return [_taken_in(file, form_name, previous.get(file.path)) for file in files]


def write_copies(tasks: Sequence[tuple[str, str, str | None]], form_name: str | None, force: bool) -> list[str | None]:
    """Writes annotated copies: of each file, to a path, with the JSON of the report of the year before. What failed, in words, or None."""
    return [_written(Path(file), Path(target), previous, form_name, force) for file, target, previous in tasks]


def _written(file: Path, target: Path, previous: str | None, form_name: str | None, force: bool) -> str | None:
    find = find_form(form_name)
    try:
        report = read_report(file, find)
        found = review(report, _last(previous, report, find))
        (copy,) = annotate_files([checked(str(file), found)], {file: target}, form_name, force=force)
    except XltoolsError as fault:
        return str(fault)
    return copy.failure


def _taken_in(file: FileState, form_name: str | None, previous: str | None) -> Outcome:
    path, find = Path(file.path), find_form(form_name)
    try:
        with path.open("rb") as opened:
            state = FileState(file.path, file.size, file.modified, hashlib.file_digest(opened, "sha256").hexdigest())
    except OSError as fault:
        return Outcome(file, error=f"{fault.strerror}。请检查文件是否存在、是否有权限。")
    try:
        report = read_report(path, find)
    except UnreadableFileError as fault:
        return Outcome(state, error=fault.reason)
    except XltoolsError as fault:
        return Outcome(state, error=str(fault))
    found = review(report, _last(previous, report, find))
    return Outcome(
        state,
        form=report.form.id,
        unit=report.unit.name,
        year=report.year,
        report=dump_report(report, compact=True),
        findings=tuple(finding_data(finding) for finding in found.findings),
    )


def _last(previous: str | None, report: Report, find: FindForm) -> Report | None:
    """The report of the year before, under the name that the unit has now: the store has joined them, by the roster where the name changed."""
    if previous is None:
        return None
    last = parse_report(previous, find)
    return replace(last, unit=replace(last.unit, name=report.unit.name))
