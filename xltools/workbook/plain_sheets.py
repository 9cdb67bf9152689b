"""Writes 填报说明 and 基本信息."""

from __future__ import annotations

from xltools.form.book import HELP_COLUMN, LABEL_COLUMN, TEXT_COLUMN, UNIT_SHEET, Book, Place
from xltools.form.layout import text_width
from xltools.form.unit import BLANK_IS_ZERO, DETAILS, YEAR, YES
from xltools.report.filled import Report
from xltools.workbook.geometry import LINE_HEIGHT
from xltools.workbook.guide import guide_lines
from xltools.workbook.pen import Pen

GUIDE_WIDTH = 76.0
EARLIEST_YEAR, LATEST_YEAR = 2008, 2100
"""The years that a form without bounds of its own may report on; the Regulation is in force since 2008."""


def write_guide(pen: Pen, book: Book) -> None:
    """Writes 填报说明."""
    pen.sheet.set_column(0, 0, GUIDE_WIDTH)
    pen.label(0, 0, f"{book.form.title}　填报说明", "title")
    pen.label(book.identity.row, book.identity.column, book.identity_text, "hint")
    for row, (line, heading) in enumerate(guide_lines(book), start=book.identity.row + 1):
        pen.label(row, 0, line, "heading" if heading else "plain")
        pen.sheet.set_row(row, LINE_HEIGHT * (1 + text_width(line) // int(GUIDE_WIDTH - 4)) + 4)


def write_unit(pen: Pen, book: Book) -> None:
    """Writes the labels of 基本信息."""
    for column, width in ((LABEL_COLUMN, 20), (TEXT_COLUMN, 44), (HELP_COLUMN, 46)):
        pen.sheet.set_column(column, column, width)
    pen.label(0, 0, UNIT_SHEET, "title")
    pen.label(1, 0, "单位名称和报告年度必填。", "hint")
    for detail in DETAILS:
        row = book.details[detail.key].row
        pen.sheet.set_row(row, LINE_HEIGHT * 2)
        pen.label(row, LABEL_COLUMN, detail.caption, "label")
        pen.label(row, HELP_COLUMN, detail.help, "hint")


def write_details(pen: Pen, book: Book, report: Report) -> None:
    """Writes what 基本信息 says of the unit and the report."""
    for detail in DETAILS:
        place = book.details[detail.key]
        if detail.key == YEAR:
            pen.number(place, report.year)
            _expect_year(pen, book, place)
        elif detail.key == BLANK_IS_ZERO:
            pen.text(place, YES if report.blank_is_zero else "")
            pen.validate([place], {"validate": "list", "source": [YES]})
        else:
            pen.text(place, getattr(report.unit, detail.key))


def _expect_year(pen: Pen, book: Book, place: Place) -> None:
    first, last = book.form.first_year or EARLIEST_YEAR, book.form.last_year or LATEST_YEAR
    options = {"validate": "integer", "criteria": "between", "minimum": first, "maximum": last}
    pen.validate([place], {**options, "error_title": "报告年度", "error_message": f"请填 {first} 到 {last} 之间的四位年份。"})
