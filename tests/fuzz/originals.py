"""originals: the sound files of each kind that the fuzzer breaks, made from the samples and from a report of distinct figures."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.engines import LIBREOFFICE, convert
from tests.fuzz.case import Original
from tests.needed import has_program
from tests.published import adding_up, table_rows
from tests.reports import balanced_figures, report
from xltools.documents.docx import write_docx
from xltools.documents.html import write_html
from xltools.form.loader import find_form, forms_folder, load_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.report_json import dump_report
from xltools.workbook.locked_workbook import write_workbook

SAMPLES = Path(__file__).parents[2] / "samples"
KINDS = ("xlsx", "json", "docx", "html", "txt", "form", "pdf", "ods", "xls")


@cache
def originals(kind: str) -> tuple[Original, ...]:
    """The originals of a kind, always in the same order; of those that LibreOffice makes none where it is not there."""
    if kind == "form":
        return tuple(Original(path.parent.name, ".toml", path.read_bytes()) for path in sorted(forms_folder().glob("*/form.toml")))
    if kind == "xlsx":
        made = [_workbook("distinct", _distinct()), _workbook("balanced", report(balanced_figures(1)))]
        paths = sorted(SAMPLES.glob("*/*.xlsx")) + sorted((SAMPLES / "county").glob("*/*.xlsx"))[::6]
        return (*made, *(_original(path) for path in paths))
    if kind == "json":
        return (_made("distinct.json", dump_report(_distinct()).encode()), *(_original(path) for path in _samples("json")))
    if kind == "docx":
        return (_made("distinct.docx", write_docx(_distinct(), draft=False)), *(_original(path) for path in _samples("docx")))
    if kind == "html":
        reports = {"distinct": _distinct()} | {path.stem: _read(path) for path in _samples("docx")}
        return tuple(_made(f"{name}.html", write_html(read, draft=False).encode()) for name, read in reports.items())
    if kind == "txt":
        return (_made("piped.md", _piped("| ", " | ", " |").encode()), _made("tabbed.txt", _piped("", "\t", "").encode()))
    return _converted(kind)


def _samples(suffix: str) -> list[Path]:
    return [path for path in sorted(SAMPLES.glob(f"*/*.{suffix}")) if ".findings." not in path.name]


def _distinct() -> Report:
    """A report of which no two figures are alike, and all totals add up."""
    form = load_form()
    return report({id: value for id, value in adding_up().items() if id not in form.definitions}, form)


def _read(path: Path) -> Report:
    return read_report(path, find_form(None))


def _original(path: Path) -> Original:
    return Original(path.name, path.suffix, path.read_bytes(), _read(path).figures)


def _made(name: str, data: bytes) -> Original:
    """The original with this name, its figures as it is read when sound; other tests hold that they are right."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        return Original(name, path.suffix, data, _read(path).figures)


def _workbook(name: str, filled: Report) -> Original:
    return Original(name, ".xlsx", write_workbook(filled), filled.figures)


def _piped(left: str, middle: str, right: str) -> str:
    """A report as text, the cells of its tables between marks, those that span several columns or rows repeated."""
    form, values = load_form(), adding_up()
    parts = ["示例县2023年政府信息公开工作年度报告"]
    for section in form.sections:
        if section.parent or not section.heading:
            continue
        parts.append(section.title)
        table = next((table for table in form.tables if table.key == section.table), None)
        rows = table_rows(table, values) if table else []
        parts += [left + middle.join(cell.text.replace("\n", "") for cell in row) + right for row in rows] or ["本年度认真做好工作。"]
    return "\n".join(parts) + "\n"


def _converted(kind: str) -> tuple[Original, ...]:
    if not has_program(*LIBREOFFICE):
        return ()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "distinct.docx" if kind == "pdf" else "distinct.xlsx")
        source.write_bytes(write_docx(_distinct(), draft=False) if kind == "pdf" else write_workbook(_distinct()))
        (made,) = convert([source], kind, Path(folder))
        return (_original(made),)
