"""write_comparison: two reports side by side as a workbook, a sheet a table and one for the prose."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter import Workbook

from xltools.comparison.differences import Comparison, FigureChange, Side, label, split_label
from xltools.form.book import Place
from xltools.form.formulas import absolute
from xltools.form.layout import text_width
from xltools.workbook.geometry import A4, FOOTER_CENTRE, FOOTER_RIGHT, LINE_HEIGHT, MARGIN
from xltools.workbook.pen import Pen
from xltools.workbook.styles import Styles

PROSE, LEFTOVERS = "正文对比", "没有对应的格"
ROW, COLUMN, UNIT, LAST, THIS, DIFFERENCE, PERCENT = range(7)
TABLE_WIDTHS = (56, 26, 6, 13, 13, 15, 10)
PROSE_HEADER, PROSE_WIDTHS = ("部分", "变化", "句子"), (28, 8, 76)
LEFTOVER_HEADER, LEFTOVER_WIDTHS = ("报告", "情况", "格或部分", "数"), (10, 26, 60, 14)
NO_COUNTERPART, NOT_COUNTED, COUNTED_OTHERWISE = "对比的表式中没有", "这份报告没有统计", "含义不完全相同，没有比较"

BIG_CHANGE = Decimal("0.3")
"""The change, as a share of last year's figure, from which a row is coloured; staff can change it on each sheet."""
THRESHOLD = 1
"""The column of that share in its row."""
TALLEST_ROW = 409.0
"""Points; Excel knows no taller row."""


def write_comparison(comparison: Comparison) -> bytes:
    """The .xlsx of a comparison, its differences as live formulas; the same comparison gives the same bytes.

    Raises XltoolsError for a sentence that no cell can hold.
    """
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {"in_memory": True})
    styles = Styles(workbook)
    workbook.set_properties(_properties(comparison))
    taken: list[str] = []

    def pen(name: str) -> Pen:
        while name.lower() in taken:
            name += "_"
        taken.append(name.lower())
        return Pen(workbook.add_worksheet(name), styles)

    for table in comparison.form.tables:
        _write_table(pen(comparison.form.section_of_table[table.key].sheet), comparison, table.key)
    _write_prose(pen(PROSE), comparison)
    if any(_leftovers(comparison)):
        _write_leftovers(pen(LEFTOVERS), comparison)
    workbook.close()
    return buffer.getvalue()


def _properties(comparison: Comparison) -> dict[str, object]:
    year = comparison.this.year or comparison.form.first_year or 2000
    return {
        "title": f"{comparison.form.title}对比",
        "subject": comparison.form.edition,
        # A fixed date, so that the same comparison gives the same bytes.
        "created": datetime.datetime(year, 12, 31),
    }


def _set_up(pen: Pen, comparison: Comparison, title: str, widths: tuple[int, ...]) -> int:
    """Writes what stands at the top of a sheet, and gives the row below it."""
    for column, width in enumerate(widths):
        pen.sheet.set_column(column, column, width)
    sheet = pen.sheet
    sheet.set_paper(A4)
    sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&C{FOOTER_CENTRE}&R{FOOTER_RIGHT}")
    pen.label(0, 0, title, "title")
    sheet.set_row(0, LINE_HEIGHT * 2)
    lines = [f"上年：{_named(comparison.last)}；本年：{_named(comparison.this)}", *(f"注意：{note}" for note in comparison.notes)]
    for row, line in enumerate(lines, start=1):
        pen.label(row, 0, " ".join(line.split()), "hint_line")
    return len(lines) + 1


def _named(side: Side) -> str:
    return f"{side.unit} {f'{side.year} 年度' if side.year else '（没有年度）'}"


def _header(pen: Pen, row: int, names: tuple[str, ...], count: int, frozen: int = 0) -> None:
    """Writes the header above `count` rows: it stays in view, repeats on every page and filters them."""
    for column, name in enumerate(names):
        pen.label(row, column, name, "header")
    pen.sheet.freeze_panes(row + 1, frozen)
    pen.sheet.repeat_rows(row)
    pen.sheet.autofilter(row, 0, row + max(count, 1), len(names) - 1)


def _height(texts: tuple[str, ...], widths: tuple[int, ...]) -> float:
    """The height of a row such that each text, wrapped in its column, can be read."""
    lines = max(math.ceil(text_width(text) / (width - 1)) for text, width in zip(texts, widths, strict=True))
    return min(LINE_HEIGHT * max(lines, 1) + 3, TALLEST_ROW)


# --------------------------------------------------------------------------------------------------------------- tables


def _write_table(pen: Pen, comparison: Comparison, table: str) -> None:
    changes = comparison.of_table(table)
    title = comparison.form.section_of_table[table].title
    row = _set_up(pen, comparison, f"{title}　对比", TABLE_WIDTHS)
    threshold = Place(pen.sheet.name, row, THRESHOLD)
    pen.label(row, 0, "增减达到上年的这一比例时标色（可改）：", "hint_line")
    pen.number(threshold, BIG_CHANGE, "share")
    header = row + 2
    _header(pen, header, ("项目", "列", "单位", *comparison.names, "增减", "增幅"), len(changes), frozen=UNIT)
    for number, change in enumerate(changes, start=header + 1):
        _write_change(pen, number, change)
    _colour(pen, header + 1, header + len(changes), threshold)


def _write_change(pen: Pen, row: int, change: FigureChange) -> None:
    name = pen.sheet.name
    line, column = split_label(change.figure)
    for at, text in ((ROW, line), (COLUMN, column), (UNIT, change.figure.unit)):
        pen.label(row, at, text, "label" if at < UNIT else "header")
    pen.sheet.set_row(row, _height((line, column), TABLE_WIDTHS[:UNIT]))
    last, this = Place(name, row, LAST), Place(name, row, THIS)
    pen.number(last, change.last, "figure")
    pen.number(this, change.this, "figure")
    # COUNT passes over what is blank or text: blank is not 0
    both = f"COUNT({last.address}:{this.address})=2"
    difference, percent = change.difference, change.percent
    style = "signed_amount" if change.figure.domain == "amount" else "signed"
    formula = f'IF({both},ROUND({this.address}-{last.address},9),"")'
    pen.formula(Place(name, row, DIFFERENCE), formula, "" if difference is None else difference, style)
    formula = f'IF({both},IF({last.address}<>0,ROUND(({this.address}-{last.address})/ABS({last.address}),3),""),"")'
    pen.formula(Place(name, row, PERCENT), formula, "" if percent is None else percent / 100, "percent")


def _colour(pen: Pen, first: int, last: int, threshold: Place) -> None:
    """Colours the figures of a row that rose or fell much; from 0, any change is much."""
    then, now = (f"${Place('', first, column).address}" for column in (LAST, THIS))
    least = f"{absolute(threshold.address)}*ABS({then})"
    for sign, style in ((f"{now}-{then}", pen.styles.rise), (f"{then}-{now}", pen.styles.fall)):
        condition = f"=AND(COUNT({then}:{now})=2,{sign}>0,{sign}>={least})"
        pen.sheet.conditional_format(first, LAST, last, PERCENT, {"type": "formula", "criteria": condition, "format": style})


# ---------------------------------------------------------------------------------------------------------------- prose


def _write_prose(pen: Pen, comparison: Comparison) -> None:
    lines = [
        (section.title, name, sentence)
        for section in comparison.form.texts
        if (change := comparison.texts.get(section.key))
        for name, sentences in (("新增", change.new), ("删去", change.gone))
        for sentence in sentences
    ]
    _write_lines(pen, comparison, "正文对比：新增和删去的句子", PROSE_HEADER, PROSE_WIDTHS, lines)


def _write_leftovers(pen: Pen, comparison: Comparison) -> None:
    _write_lines(pen, comparison, "两版表式没有对应的格", LEFTOVER_HEADER, LEFTOVER_WIDTHS, _leftovers(comparison))


def _leftovers(comparison: Comparison) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for name, side in zip(comparison.names, (comparison.last, comparison.this), strict=True):
        for leftover in side.dropped:
            lines.append((name, NO_COUNTERPART, leftover.label, leftover.shown))
        for ids, what in ((side.missing, NOT_COUNTED), (side.uncertain, COUNTED_OTHERWISE)):
            lines += [(name, what, label(comparison.form.figures[id]), "") for id in ids]
    return lines


def _write_lines(
    pen: Pen, comparison: Comparison, title: str, names: tuple[str, ...], widths: tuple[int, ...], lines: Sequence[tuple[str, ...]]
) -> None:
    """Writes a sheet of nothing but text."""
    header = _set_up(pen, comparison, title, widths) + 1
    _header(pen, header, names, len(lines))
    for row, line in enumerate(lines, start=header + 1):
        for column, text in enumerate(line):
            pen.text(Place(pen.sheet.name, row, column), text, "words")
        pen.sheet.set_row(row, _height(line, widths))
