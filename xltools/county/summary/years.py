"""与上年比较: each figure of all units together against last year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from xltools.comparison.differences import split_label
from xltools.county.summary.matrix import total_cell
from xltools.county.summary.page import Page
from xltools.county.summary.state import Summary
from xltools.form.definition import Figure
from xltools.numerals import Number, from_decimal, is_number
from xltools.report.sums import total

LINE, COLUMN, UNIT, UNITS, LAST, THIS, CHANGE, PERCENT, ALL = range(9)
COLUMNS = ("项目", "列", "单位", "可比单位", "上年", "本年", "增减", "增幅", "本年全部单位")
WIDTHS = (58, 24, 8, 10, 16, 16, 16, 11, 18)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A figure over the units that gave a number in both years: how many they are, and their sums."""

    units: int = 0
    last: Number = 0
    this: Number = 0


def write_years(page: Page, summary: Summary) -> None:
    """Writes the sheet."""
    figures = list(summary.form.figures.values())
    row = page.title(
        f"{summary.office}　{summary.year} 年度与上年比较",
        "“上年”“本年”只计两年都有数的单位（可比单位），以免单位增减影响比较；“本年全部单位”是数据矩阵的合计。",
        "增减达到上年三成的标色。",
    )
    page.header(row, COLUMNS, len(figures), frozen=UNIT)
    for number, figure in enumerate(figures):
        _write_figure(page, row + 1 + number, number, figure, _pair(summary, number), summary.totals[number])
    page.fit()
    first, last = row + 1, row + len(figures)
    for sign, style in (("G{0}>0", "doubt"), ("G{0}<0", "good")):
        condition = f"AND(ISNUMBER($G{first + 1}),${sign.format(first + 1)},ABS($G{first + 1})>=0.3*ABS($E{first + 1}))"
        page.colour((first, LAST, last, PERCENT), condition, style)


def _pair(summary: Summary, number: int) -> _Pair:
    both = [
        (last, this)
        for unit in summary.units
        if unit.last and unit.this and is_number(last := unit.last[number]) and is_number(this := unit.this[number])
    ]
    return _Pair(len(both), total(last for last, _ in both), total(this for _, this in both))


def _write_figure(page: Page, row: int, number: int, figure: Figure, pair: _Pair, everyone: Number) -> None:
    line, column = split_label(figure)
    amount = figure.domain == "amount"
    page.height(row, [(LINE, line), (COLUMN, column)])
    page.text(row, LINE, line, "cell")
    page.text(row, COLUMN, column, "cell")
    page.text(row, UNIT, figure.unit, "middle")
    page.value(row, UNITS, pair.units, "large")
    for place, value in ((LAST, pair.last), (THIS, pair.this)):
        page.value(row, place, value if pair.units else None, "large_amount" if amount else "large")
    last, this = f"E{row + 1}", f"F{row + 1}"
    change = pair.this - pair.last
    percent = from_decimal((Decimal(change) / Decimal(pair.last)).quantize(Decimal("0.001"), ROUND_HALF_UP)) if pair.last > 0 else ""
    both = f"COUNT({last}:{this})=2"
    style = "signed_amount" if amount else "change"
    page.formula(row, CHANGE, f'IF({both},ROUND({this}-{last},6),"")', change if pair.units else "", style)
    page.formula(row, PERCENT, f'IF({both},IF({last}>0,ROUND(({this}-{last})/{last},3),""),"")', percent, "percent")
    page.formula(row, ALL, total_cell(number), everyone, "large_amount" if amount else "large")
