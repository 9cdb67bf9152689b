"""问题清单 and 按规则: every finding of every unit, and how many there are of each rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xltools.county.summary.page import FINDINGS, OPEN, Page, column_range
from xltools.county.summary.state import Summary, SummaryFinding, UnitLine

CODE, NAME, NUMBER, SEVERITY, RULE, TITLE, WHERE, MESSAGE, BECAUSE, EXPLANATION, COPY = range(11)
COLUMNS = ("代码", "单位", "编号", "严重程度", "规则", "问题类型", "位置", "问题", "因何引起", "说明", "批注副本")
WIDTHS = (12, 24, 6, 10, 8, 20, 19, 64, 11, 20, 10)
TOP = 4
"""The row of the first finding."""
RULE_COLUMNS = ("规则", "问题类型", "严重程度", "项数", "其中另有起因", "单位数", "占全部问题")
RULE_WIDTHS = (10, 44, 12, 12, 14, 12, 14)


def first_rows(units: Sequence[UnitLine]) -> dict[int, int]:
    """The row of the first finding of each unit that has any, by the unit's place."""
    rows, row = {}, TOP
    for number, unit in enumerate(units):
        if unit.findings:
            rows[number] = row
            row += len(unit.findings)
    return rows


def write_findings(page: Page, summary: Summary) -> None:
    """Writes 问题清单."""
    count = sum(len(unit.findings) for unit in summary.units)
    page.title(
        f"{summary.office}　{summary.year} 年度　问题清单",
        "“因何引起”填有编号的，改好那一项就随之消除。点“批注副本”打开这个单位带批注的工作簿（与本文件放在一起时有效）。",
    )
    page.header(TOP - 1, COLUMNS, count, frozen=NUMBER)
    row = TOP
    for unit in summary.units:
        for finding in unit.findings:
            _write_finding(page, row, unit, finding)
            row += 1
    if not count:
        page.text(TOP, CODE, "没有发现问题。", "plain")
    page.fit()
    severity = f"$D{TOP + 1}"
    for name, style in (("错误", "bad"), ("警告", "doubt")):
        page.colour((TOP, SEVERITY, TOP + max(count, 1) - 1, SEVERITY), f'{severity}="{name}"', style)


def _write_finding(page: Page, row: int, unit: UnitLine, finding: SummaryFinding) -> None:
    page.height(row, [(NAME, unit.name), (TITLE, finding.title), (WHERE, finding.where), (MESSAGE, finding.message)])
    page.text(row, CODE, unit.code, "cell")
    page.text(row, NAME, unit.name, "cell")
    page.value(row, NUMBER, finding.id, "middle")
    page.text(row, SEVERITY, finding.severity_name, "middle")
    page.text(row, RULE, finding.code, "middle")
    page.text(row, TITLE, finding.title, "cell")
    page.text(row, WHERE, finding.where, "cell")
    page.text(row, MESSAGE, finding.message, "cell")
    page.text(row, BECAUSE, f"第 {finding.because} 项" if finding.because else "", "middle")
    page.text(row, EXPLANATION, finding.explanation, "cell")
    page.link(row, COPY, f"external:{unit.copy}", OPEN)


# ---------------------------------------------------------------------------------------------------------------- rules


@dataclass(frozen=True, slots=True)
class _RuleLine:
    finding: SummaryFinding
    count: int
    followed: int
    units: int


def write_rules(page: Page, summary: Summary) -> None:
    """Writes 按规则, the rule that is broken most often first."""
    lines = _rule_lines(summary)
    page.title(
        f"{summary.office}　{summary.year} 年度　各类问题",
        "项数由“问题清单”统计。“其中另有起因”的，改好起因那一项就随之消除。",
    )
    page.header(TOP - 1, RULE_COLUMNS, len(lines))
    total = sum(line.count for line in lines)
    last = TOP + max(len(lines), 1) - 1
    for row, line in enumerate(lines, start=TOP):
        _write_rule(page, row, line, total, last)
    if lines:
        page.text(last + 1, 0, "合计", "sum_label")
        for column in (1, 2, 5, 6):
            page.text(last + 1, column, "", "sum_label")
        page.formula(last + 1, 3, f"SUM(D{TOP + 1}:D{last + 1})", total, "sum")
        page.formula(last + 1, 4, f"SUM(E{TOP + 1}:E{last + 1})", sum(line.followed for line in lines), "sum")
        bars = {"type": "data_bar", "bar_color": "#9DC3E6"}
        page.sheet.conditional_format(TOP, 3, last, 3, bars)
    else:
        page.text(TOP, 0, "没有发现问题。", "plain")
    page.fit()


def _rule_lines(summary: Summary) -> list[_RuleLine]:
    findings = [finding for unit in summary.units for finding in unit.findings]
    samples: Mapping[str, SummaryFinding] = {finding.code: finding for finding in reversed(findings)}
    counts = Counter(finding.code for finding in findings)
    followed = Counter(finding.code for finding in findings if finding.because)
    units = Counter(code for unit in summary.units for code in {finding.code for finding in unit.findings})
    order = sorted(samples, key=lambda code: (-counts[code], code))
    return [_RuleLine(samples[code], counts[code], followed[code], units[code]) for code in order]


def _write_rule(page: Page, row: int, line: _RuleLine, total: int, last: int) -> None:
    end = TOP + total - 1
    rules, because = (column_range(FINDINGS, column, TOP, end) for column in (RULE, BECAUSE))
    page.text(row, 0, line.finding.code, "middle")
    page.text(row, 1, line.finding.title, "cell")
    page.text(row, 2, line.finding.severity_name, "middle")
    page.formula(row, 3, f"COUNTIF({rules},A{row + 1})", line.count, "large")
    page.formula(row, 4, f'COUNTIFS({rules},A{row + 1},{because},"第*")', line.followed, "large")
    page.value(row, 5, line.units, "large")
    page.formula(row, 6, f"D{row + 1}/SUM(D${TOP + 1}:D${last + 1})", line.count / total, "part")
