"""错误排名: the units with errors, those with most first, and what is wrong most often in each."""

from __future__ import annotations

from collections import Counter

from xltools.county.summary.state import RANKING, Summary, UnitLine
from xltools.rules.rule import SEVERITY_NAMES
from xltools.workbook.pen import Pen

RANK, CODE, NAME, ERRORS, FOLLOWED, WARNINGS, MOST, PHONE = range(8)
COLUMNS = ("名次", "代码", "单位", SEVERITY_NAMES["error"], "其中由别的引起", SEVERITY_NAMES["warning"], "最多的问题", "电话")
RANKING_WIDTHS = (8, 12, 34, 10, 16, 10, 50, 18)


def write_ranking(pen: Pen, summary: Summary) -> None:
    """Write the sheet; units with equally many errors share a rank."""
    units = sorted((unit for unit in summary.units if unit.count("error")), key=lambda unit: (-unit.count("error"), -unit.count("warning")))
    row = pen.title(f"{summary.office}　{summary.year} 年度　{RANKING}", "按错误的项数排列，没有错误的单位不列。")
    pen.header(row, COLUMNS, len(units), frozen=NAME + 1)
    rank = 0
    for place, unit in enumerate(units, start=1):
        row += 1
        rank = rank if place > 1 and unit.count("error") == units[place - 2].count("error") else place
        _write_unit(pen, row, rank, unit)
    if not units:
        pen.label(row + 1, RANK, "没有错误。", "plain")
    pen.sheet.fit_to_pages(1, 0)


def _write_unit(pen: Pen, row: int, rank: int, unit: UnitLine) -> None:
    errors = [finding for finding in unit.findings if finding.severity == "error"]
    (title, count), *_ = Counter(finding.title for finding in errors).most_common(1)
    most = f"{title}（{count} 项）"
    pen.height(row, {NAME: unit.name, MOST: most})
    pen.number(row, RANK, rank, "middle")
    pen.label(row, CODE, unit.code, "cell")
    pen.label(row, NAME, unit.name, "cell")
    pen.number(row, ERRORS, len(errors), "large")
    pen.number(row, FOLLOWED, sum(finding.because is not None for finding in errors), "large")
    pen.number(row, WARNINGS, unit.count("warning"), "large")
    pen.label(row, MOST, most, "cell")
    pen.label(row, PHONE, unit.phone, "cell")
