"""probe: what xltools makes of a broken file, and whether that is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.case import Case, Original, Truth
from xltools.documents.docx import write_docx
from xltools.documents.html import write_html
from xltools.errors import XltoolsError
from xltools.form.loader import find_form, load_form
from xltools.numerals import is_number, show
from xltools.output import checked
from xltools.output.json import render
from xltools.readers.dispatch import read_report
from xltools.report.conversion import blank_report
from xltools.report.filled import Report, Value
from xltools.report.report_json import dump_report
from xltools.rules.review import Review, review
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook

Said = frozenset[tuple[str, str]]
"""The codes and messages of findings."""


class WrongError(Exception):
    """What xltools must not do with any file."""


@dataclass(frozen=True)
class Outcome:
    """How a case ended: `refused`, `read` without and `findings` with anything new said of it."""

    status: str
    detail: str = ""


def probe(case: Case, folder: Path, dice: Random) -> Outcome:
    """How a file is taken. Raises whatever xltools raises but XltoolsError, and WrongError where a figure is wrong and nothing said."""
    try:
        if case.original.suffix == ".toml":
            return _probe_form(case, folder, dice)
        path = folder / f"case{case.original.suffix}"
        path.write_bytes(case.data)
        report = read_report(path, find_form(None))
        found = review(report)
        render([checked(str(path), found)])
        news = _said(found) - _usual(case.original, folder)
        wrong = [] if news else list(wrong_figures(report, case.truth))
        if wrong:
            raise WrongError(f"read wrong without a word: {'; '.join(wrong[:3])}")
        if dice.random() < 0.1:
            _export(report, folder, dice)
        if case.original.suffix == ".xlsx" and dice.random() < 0.1:
            write_annotated(case.data, found.findings, {})
    except XltoolsError as fault:
        if "\n" in str(fault) or not str(fault).strip():
            raise WrongError(f"not one line: {fault!r}") from fault
        return Outcome("refused", str(fault))
    return Outcome("findings" if news else "read")


def wrong_figures(report: Report, truth: Truth) -> Iterable[str]:
    """The figures that the report has otherwise than the file; those that it says it could not read are none, nor is a total that
    a published file lost."""
    for id in truth.keys() & report.form.figures.keys() - report.unread_figures:
        got = _stored(report, id)
        lost = got is None and report.is_published and id in report.form.definitions
        if got != truth[id] and not lost:
            yield f"{id} is {truth[id]!r}, read as {got!r}"


def _stored(report: Report, id: str) -> Value:
    """A figure as stored, a total as computed where it is not."""
    return report.figures[id] if id in report.figures else report.numbers[id]


def _said(found: Review) -> Said:
    return frozenset((finding.rule.code, finding.fault.message) for finding in found.findings)


@cache
def _usual(original: Original, folder: Path) -> Said:
    """What is said of the sound file."""
    path = folder / f"sound{original.suffix}"
    path.write_bytes(original.data)
    return _said(review(read_report(path, find_form(None))))


def _probe_form(case: Case, folder: Path, dice: Random) -> Outcome:
    (folder / "form.toml").write_bytes(case.data)
    form = load_form(str(folder))
    empty = blank_report(form, 2024)
    found = review(empty)
    if dice.random() < 0.2:
        _export(empty, folder, dice)
    return Outcome("findings" if found.findings else "read")


def _export(report: Report, folder: Path, dice: Random) -> None:
    """Writes the report in one of the formats, and reads it back."""
    writers: tuple[tuple[str, Callable[[], bytes]], ...] = (
        (".docx", lambda: write_docx(report, draft=True)),
        (".html", lambda: write_html(report, draft=True).encode()),
        (".json", lambda: dump_report(report).encode()),
        (".xlsx", lambda: write_workbook(report)),
    )
    suffix, write = dice.choice(writers)
    path = folder / f"exported{suffix}"
    path.write_bytes(write())
    if suffix == ".json" and report.form == find_form(None)(report.form.id):
        again = read_report(path, find_form(None))
        numbers = {id: value for id, value in report.figures.items() if is_number(value)}
        changed = [f"{id} {show(value)}" for id, value in numbers.items() if again.figures[id] != value]
        if changed:
            raise WrongError(f"other figures in its JSON: {changed[:3]}")
