"""Refreshes the examples of docs/checks.zh-CN.md: what `check` says of small reports.

An example is a comment with JSON, and below it a fence with the findings. The report is one that is complete and all
zeros, changed by the JSON: the keys of a report's JSON (docs/json.md), merged into it, and

    "show"      the codes of the findings to show; all if it is not there
    "titles"    the sections' titles as published
    "previous"  last year's report, written in the same way
    "filing"    how it was handed in: {"year": the year that is collected, "in_roster": false, "rivals": [files]}
    "children"  the reports of the units below, by their names, written in the same way
    "expected"  the names of the units that should have reported
    "form"      its form, by its id or its folder, the default one if it is not there
    "workbook"  what was done to the filled workbook: {"cells": {"表!A1": value}, "add": [sheets], "remove": [sheets],
                "hide": ["表!row"], "merge": ["表!area"], "parts": [entries of the package]}; a value may be
                {"value": 12, "format": its number format, "locked": true, "raised": digits behind it}
    "published" the report is one published as a page, with these pieces of the page replaced: [[what, by what], …]
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Protection

from xltools.documents.html import write_html
from xltools.form.loader import find_form
from xltools.output import checked
from xltools.output.text import render
from xltools.readers.dispatch import read_report
from xltools.report.conversion import blank_report
from xltools.report.filled import Report
from xltools.report.provenance import Children
from xltools.report.report_json import dump_report
from xltools.report.sums import gather_children, part_of
from xltools.rules.hand_in import filing_findings
from xltools.rules.review import Review, review
from xltools.rules.rule import Filing
from xltools.workbook.locked_workbook import write_workbook

PAGE = Path(__file__).parent.parent / "docs" / "checks.zh-CN.md"
EXAMPLE = re.compile(r"(<!-- 例\n(?P<json>.*?)\n-->\n```\n)(?P<told>.*?)(?=```\n)", re.DOTALL)
TEXTS = {
    "overview": "本年度认真做好政府信息公开工作。",
    "problems": "公开的及时性有待提高，已建立提醒制度。",
    "other": "本年度没有收取信息处理费。",
}
NOTHING_FOUND = "没有发现问题。"
INDENT = 4


def checks_page(page: str) -> str:
    """The page with every example as the program says it today."""
    return EXAMPLE.sub(lambda example: example[1] + told(json.loads(example["json"])), page)


def told(example: Mapping[str, Any]) -> str:
    """What `check` says of an example: its findings, without the lines about the file."""
    made = _report(example, 2024)
    filed = _published(made, example["published"]) if "published" in example else _filed(made, example.get("workbook", {}))
    report = replace(filed, titles=example.get("titles", filed.titles))
    previous = _report(example["previous"], 2023) if "previous" in example else None
    children = _children(report, example["children"], example.get("expected", ())) if "children" in example else None
    found = review(report, previous, children).findings
    if "filing" in example:
        filing = example["filing"]
        found += filing_findings(report, Filing(filing.get("year", 2024), filing.get("in_roster", True), tuple(filing.get("rivals", ()))))
    shown = {finding.id for finding in found if not example.get("show") or finding.rule.code in example["show"]}
    kept = tuple(finding for finding in found if shown & {finding.id, finding.because})
    lines = render([checked("", Review(report, kept))]).splitlines()
    return "".join(f"{line[INDENT:]}\n" for line in lines if line.startswith(" " * INDENT)) or f"{NOTHING_FOUND}\n"


def _children(parent: Report, examples: Mapping[str, Any], expected: Sequence[str]) -> Children:
    """The reports of the units below the one of an example."""
    parts = ((name, part_of(_report(example, 2024), parent.form)) for name, example in examples.items())
    return gather_children(parent.form, (part._replace(counted=part.counted._replace(unit=name)) for name, part in parts), expected)


def _report(example: Mapping[str, Any], year: int) -> Report:
    """The report of an example, by way of its JSON."""
    form = find_form(example.get("form"))(None)
    data = json.loads(dump_report(blank_report(form, year, unit="示例县人民政府", zeros=True)))
    inputs = {figure.id: None if figure.is_words else 0 for figure in form.inputs}
    texts = {key: text for key, text in TEXTS.items() if key in form.section_by_key}
    data |= {"figures": inputs | example.get("figures", {}), "texts": texts | example.get("texts", {})}
    data["unit"] |= example.get("unit", {})
    data |= {
        key: value for key, value in example.items() if key in ("year", "breakdowns", "unread", "explanations", "excused", "provenance")
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return read_report(path, find_form(example.get("form")))


def _published(report: Report, changes: Sequence[tuple[str, str]]) -> Report:
    """The report as read from a page, once the page has been changed."""
    page = write_html(report)
    for what, by_what in changes:
        page = page.replace(what, by_what)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(page, encoding="utf-8")
        return read_report(path, find_form(None))


def _filed(report: Report, work: Mapping[str, Any]) -> Report:
    """The report as read from its workbook, once somebody has worked on that."""
    data = write_workbook(report)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        path.write_bytes(_worked_on(data, work) if work else data)
        return read_report(path, find_form(str(report.form.folder)))


def _cell_value(value: Any) -> Any:
    """What is put into a cell: {"value": 12, "raised": "3"} is 12 with a raised 3 behind it."""
    if isinstance(value, dict) and "raised" in value:
        return CellRichText(str(value["value"]), TextBlock(InlineFont(vertAlign="superscript"), value["raised"]))
    return value["value"] if isinstance(value, dict) else value


def _worked_on(data: bytes, work: Mapping[str, Any]) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    for address, value in work.get("cells", {}).items():
        sheet, _, cell = address.partition("!")
        if isinstance(value, dict):
            workbook[sheet][cell].number_format = value.get("format", "General")
            workbook[sheet][cell].protection = Protection(locked=value.get("locked", False))
        workbook[sheet][cell].value = _cell_value(value)
    for address in work.get("hide", ()):
        sheet, _, row = address.partition("!")
        workbook[sheet].row_dimensions[int(row)].hidden = True
    for address in work.get("merge", ()):
        sheet, _, area = address.partition("!")
        workbook[sheet].merged_cells.add(area)  # merge_cells would empty the cells below
    for sheet in work.get("remove", ()):
        workbook.remove(workbook[sheet])
    for sheet in work.get("add", ()):
        workbook.create_sheet(sheet)
    saved = io.BytesIO()
    workbook.save(saved)
    with zipfile.ZipFile(saved, "a") as package:
        for part in work.get("parts", ()):
            package.writestr(part, b"")
    return saved.getvalue()


def main() -> int:
    """Rewrites the page."""
    PAGE.write_text(checks_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
