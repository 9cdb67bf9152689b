"""Findings as CSV for a spreadsheet program: one row a finding; a file that could not be read is a row, too."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from xltools.files.csv_cells import BYTE_ORDER_MARK, harmless
from xltools.output.checked import Checked
from xltools.rules.rule import SEVERITY_NAMES, Finding

COLUMNS = (
    "文件", "单位", "年度", "编号", "因何引起", "代码", "名称", "严重程度", "工作表", "单元格",
    "部分", "问题", "实际", "应为", "差", "依据", "说明", "建议",
)  # fmt: skip


def render(files: Sequence[Checked]) -> str:
    """Return the findings of all files as CSV, with a byte order mark."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for file in files:
        writer.writerows([harmless(cell) for cell in row] for row in _rows(file))
    return text.getvalue()


def _rows(file: Checked) -> Iterator[tuple[object, ...]]:
    about = (file.file, file.unit, file.year)
    if file.error:
        row = dict.fromkeys(COLUMNS, "") | {"严重程度": "无法读取", "问题": file.error}
        yield (*about, *tuple(row.values())[len(about) :])
    for finding in file.findings:
        yield (*about, *_finding(finding, file.sections.get(finding.fault.section or "")))


def _finding(finding: Finding, section: str | None) -> tuple[object, ...]:
    fault, rule = finding.fault, finding.rule
    return (
        finding.id,
        finding.because,
        rule.code,
        rule.title,
        SEVERITY_NAMES[finding.severity],
        fault.place.sheet if fault.place else None,
        fault.place.address if fault.place else None,
        section,
        fault.message,
        fault.actual,
        fault.expected,
        fault.difference,
        finding.basis,
        finding.explanation,
        finding.advice,
    )
