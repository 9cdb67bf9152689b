"""总览: how many units there are in each state, and a line for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from xltools.county.summary.page import FINDINGS, OPEN, OVERVIEW, Page, column_range
from xltools.county.summary.state import MISSING, STATES, Summary, UnitLine, find_flow
from xltools.form.book import column_name
from xltools.numerals import is_number
from xltools.rules.rule import Severity

NUMBER, CODE, NAME, STATE, ERRORS, WARNINGS, NOTICES, LAST, THIS, CHANGE, FILE, COPY, NOTE = range(13)
COLUMNS = ("序号", "代码", "单位", "状态", "错误", "警告", "提示", "上年", "本年", "增减", "文件", "批注副本", "备注")
WIDTHS = (6, 12, 32, 11, 11, 11, 11, 11, 11, 11, 32, 10, 40)
SEVERITIES: tuple[tuple[int, Severity], ...] = ((ERRORS, "error"), (WARNINGS, "warning"), (NOTICES, "notice"))
STATE_STYLES = {
    "有错误": "bad",
    "无法读取": "bad",
    "有警告": "doubt",
    "没有问题": "good",
    "重复": "odd",
    "不在名册": "odd",
    "年度不符": "odd",
}


def write_overview(page: Page, summary: Summary, first_findings: Mapping[int, int]) -> int:
    """Writes the sheet, and gives the row with the names of the states, above their numbers.

    `first_findings` gives the row of the first finding of each unit that has any.
    """
    flow = find_flow(summary.form)
    row = page.title(
        f"{summary.office}　{summary.year} 年度{summary.form.title}　汇总情况",
        f"表式：{summary.form.edition}。状态可筛选；红色的是没有交的单位。{_about_columns(summary)}",
        *(f"注意：{remark}" for remark in summary.remarks),
    )
    header = row + 3
    last = header + max(len(summary.units), 1)
    _write_tally(page, summary, row, header + 1, last)
    page.header(header, COLUMNS, len(summary.units), frozen=NAME + 1)
    received = summary.numbers[flow.received] if flow else None
    for number, unit in enumerate(summary.units):
        _write_unit(page, header + 1 + number, number, unit, received, first_findings.get(number))
    page.fit()
    page.sheet.print_area(0, 0, last, NOTE)
    state = f"${column_name(STATE)}{header + 2}"
    page.colour((header + 1, 0, last, NOTE), f'{state}="{MISSING}"', "missing")
    for name, style in STATE_STYLES.items():
        page.colour((header + 1, STATE, last, STATE), f'{state}="{name}"', style)
    return row


def _about_columns(summary: Summary) -> str:
    flow = find_flow(summary.form)
    return f"上年、本年两列是“{summary.form.figures[flow.received].label}”。" if flow else ""


def _write_tally(page: Page, summary: Summary, row: int, first: int, last: int) -> None:
    """Writes how many units are in each state, by formulas over the lines below."""
    counts = Counter(unit.state for unit in summary.units)
    states = column_range(OVERVIEW, STATE, first, last).partition("!")[2]
    names = column_range(OVERVIEW, NAME, first, last).partition("!")[2]
    page.sheet.set_row(row, 20)
    page.text(row, NAME, "合计", "head")
    for column, state in enumerate(STATES, start=STATE):
        page.text(row, column, state, "head")
    page.sheet.set_row(row + 1, 28)
    page.formula(row + 1, NAME, f"COUNTA({names})", len(summary.units), "tally")
    for column, state in enumerate(STATES, start=STATE):
        label = f"{column_name(column)}{row + 1}"
        page.formula(row + 1, column, f"COUNTIF({states},{label})", counts[state], "tally")
        style = "missing" if state == MISSING else STATE_STYLES[state]
        page.colour((row, column, row + 1, column), f"${column_name(column)}${row + 2}>0", style)


def _write_unit(page: Page, row: int, number: int, unit: UnitLine, received: int | None, finding: int | None) -> None:
    page.height(row, [(NAME, unit.name), (FILE, unit.file), (NOTE, unit.note)])
    page.value(row, NUMBER, number + 1, "middle")
    page.text(row, CODE, unit.code, "cell")
    if finding is None:
        page.text(row, NAME, unit.name, "cell")
    else:
        page.link(row, NAME, f"internal:'{FINDINGS}'!A{finding + 1}", unit.name)
    page.text(row, STATE, unit.state, "middle")
    for column, severity in SEVERITIES:
        page.value(row, column, unit.count(severity) if unit.this or unit.findings else None, "large")
    _write_received(page, row, unit, received)
    page.text(row, FILE, unit.file, "cell")
    page.link(row, COPY, f"external:{unit.copy}", OPEN)
    page.text(row, NOTE, unit.note, "cell")


def _write_received(page: Page, row: int, unit: UnitLine, received: int | None) -> None:
    """Writes what the unit received last year and this year, and the change where both are numbers."""
    last = unit.last[received] if unit.last and received is not None else None
    this = unit.this[received] if unit.this and received is not None else None
    page.value(row, LAST, last, "large")
    page.value(row, THIS, this, "large")
    change = this - last if is_number(this) and is_number(last) else ""
    cells = f"H{row + 1}:I{row + 1}"
    page.formula(row, CHANGE, f'IF(COUNT({cells})=2,I{row + 1}-H{row + 1},"")', change, "change")
