"""check, export, template and annotate: one report after the other, as programs work with them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from xltools.checks.batch import annotated
from xltools.documents import DOCUMENTS, write_document
from xltools.errors import XltoolsError
from xltools.files.outputs import Target, write_whole
from xltools.files.seals import seal
from xltools.form.loader import form_for_year
from xltools.form.unit import expect_year
from xltools.output import checked
from xltools.output.json import FindingRecord, record, restore_finding
from xltools.readers.dispatch import Readable, read
from xltools.report.conversion import blank_report
from xltools.report.filled import Report
from xltools.rules.review import Review, review

Kind = Literal["docx", "html", "json", "xlsx"]
To = Target | None  # the file that a result is written to, None for none


def check(report: Report, previous: Report | None = None) -> tuple[FindingRecord, ...]:
    """Return the findings of a report, as `check --format json` has them; with last year's, those against it, too."""
    return tuple(map(record, review(report, previous).findings))


def export(report: Report, to: To = None, *, kind: Kind | None = None, draft: bool = False, force: bool = False) -> bytes:
    """Return a report as a document of a `kind`, else that of the ending of `to`, else .docx; written to `to`, too, where that is given.

    Raise XltoolsError while an error of the report is unexplained, unless it is a `draft`; JSON and workbook are always written.
    """
    ending = f".{kind}" if kind else Path(to).suffix.lower() if to else ".docx"
    if ending == ".xlsx":
        from xltools.workbook.locked_workbook import write_workbook

        data = write_workbook(report)
    elif ending not in DOCUMENTS:
        raise XltoolsError(f"不能导出为“{ending}”。可以是 {'、'.join(DOCUMENTS)} 或 .xlsx。")
    elif ending != ".json" and not draft and (faults := review(report).obstacles):
        raise XltoolsError(f"报告有{faults}项错误，没有导出。请检查并改正；需要先看版面的，可导出草稿。")
    else:
        data = write_document(report, ending, draft)
    return _written(data, to, force)


def template(
    *,
    year: int,
    unit: str = "",
    previous: Report | None = None,
    form: str | None = None,
    zeros: bool = False,
    to: To = None,
    force: bool = False,
) -> bytes:
    """Return the locked workbook to fill in; written to `to`, too, where that is given.

    The unit's details and 上年结转 come from `previous`; `form` is the id or the folder of a form, else that year's edition; `zeros` fills
    every other input with 0. Raise XltoolsError for a year that is not of four digits, or an unknown form.
    """
    from xltools.workbook.locked_workbook import write_workbook

    expect_year(year)
    _expect_workbook(to)
    blank = blank_report(form_for_year(year, form), year, unit=unit, previous=previous, zeros=zeros)
    return _written(write_workbook(blank), to, force)


def annotate(
    source: Readable, findings: Sequence[FindingRecord], to: To = None, *, name: str = "", form: str | None = None, force: bool = False
) -> bytes:
    """Return a copy of a workbook with its findings as notes on the cells and as a list; written to `to`, too, where that is given.

    `source` is a path, or bytes with the name of the file that they are. Of a report that is no workbook the copy is a workbook
    made anew. An explanation that a finding bears stands in the copy, and is read with it. `form` is the folder of an own form.
    """
    _expect_workbook(to)
    report = read(source, name, form=form)
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    result = checked(name, Review(report, tuple(map(restore_finding, findings))))
    return _written(annotated(data, result, lambda: report)[0], to, force, inputs=[] if isinstance(source, bytes) else [Path(source)])


def _expect_workbook(to: Target | None) -> None:
    if to and (ending := Path(to).suffix.lower()) != ".xlsx":
        raise XltoolsError(f"工作簿不能写成“{ending}”。请用 .xlsx。")


def _written(data: bytes, to: Target | None, force: bool, inputs: Sequence[Path] = ()) -> bytes:
    """Return the document with its seal, as it stands in the file where there is one."""
    if to:
        write_whole(Path(to), data, inputs=inputs, force=force)
    return seal(data)
