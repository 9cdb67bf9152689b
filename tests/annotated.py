"""Annotated copies to look into: of a workbook in which nothing is wrong, and of one with faults of every kind."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from openpyxl.workbook import Workbook
from openxml_audit import OpenXmlValidator

from tests.reports import FORM, TEXTS, balanced_figures, random_breakdown, report
from xltools.form.book import REVIEW, REVIEW_TOP, Place, plan_book
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.report_json import dump_report
from xltools.rules.review import review
from xltools.rules.rule import Finding
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook

BOOK = plan_book(FORM)
SECTIONS = {section.key: section.title for section in FORM.sections}
PASSWORD = "geheim"
UNBALANCED = "unbalanced:requests.carried_out.natural_person"
RECEIVED = BOOK.figures["requests.received.natural_person"]
CLEAN = report(balanced_figures(3))
FAULTY = report(
    {"requests.received.natural_person": 12, "requests.received.business": "/", "disclosure.rules.made": None},
    texts={**TEXTS, "problems": "=1+1 不是公式。\n 前后有空格 ", "overview": "收到申请，见{没有这个数}。"},
    breakdowns=(random_breakdown(1),),
    explanations={UNBALANCED: "已向上级说明。"},
)


def opened(data: bytes) -> Workbook:
    """What openpyxl reads of a copy."""
    return openpyxl.load_workbook(BytesIO(data), rich_text=True)


def read(data: bytes) -> Report:
    """What our reader reads of it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "read.xlsx"
        path.write_bytes(data)
        return read_report(path, find_form(None))


def annotate_anew(source: Report) -> bytes:
    """The copy that `check --annotate` makes of the report's workbook."""
    data = write_workbook(source, PASSWORD)
    return write_annotated(data, review(read(data)).findings, SECTIONS)


_copies: dict[str, bytes] = {}


def annotated(source: Report) -> bytes:
    """The same, made once for all tests that look at the copy of one report."""
    key = dump_report(source)
    if key not in _copies:
        _copies[key] = annotate_anew(source)
    return _copies[key]


FOUND = review(read(write_workbook(FAULTY))).findings


def saved(workbook: Workbook) -> bytes:
    data = BytesIO()
    workbook.save(data)
    return data.getvalue()


def notes(workbook: Workbook) -> dict[Place, str]:
    """The notes, by the cells on which they stand."""
    return {
        Place(sheet.title, cell.row - 1, cell.column - 1): cell.comment.text
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def lines(workbook: Workbook) -> list[tuple[object, ...]]:
    """The lines of the list of findings."""
    return list(workbook[REVIEW].iter_rows(min_row=REVIEW_TOP + 1, values_only=True))


def told(findings: Iterable[Finding]) -> list[tuple[str, str, str | None]]:
    return [(finding.rule.code, finding.message, finding.explanation) for finding in findings]


def assert_valid(data: bytes, folder: Path) -> None:
    path = folder / "valid.xlsx"
    path.write_bytes(data)
    outcome = OpenXmlValidator().validate(str(path))
    assert outcome.is_valid, outcome.errors
    assert list(outcome.errors) == []
