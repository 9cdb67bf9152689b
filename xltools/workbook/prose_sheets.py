"""Writes the sheets of prose, with the breakdown tables below the section they belong to."""

from __future__ import annotations

from xltools.form.book import AMOUNT, CAPTION_GAP, LABEL_COLUMN, PARAGRAPH, PARAGRAPH_NUMBER, BreakdownArea, Place, TextArea
from xltools.form.formulas import absolute, ranges
from xltools.form.layout import text_width
from xltools.numerals import Number
from xltools.report.filled import Breakdown
from xltools.workbook.geometry import LINE_HEIGHT
from xltools.workbook.pen import Pen
from xltools.workbook.verdicts import Verdicts, number

WIDTHS = {PARAGRAPH_NUMBER: 7.0, PARAGRAPH: 84.0, AMOUNT: 14.0}


def write_prose(pen: Pen, verdicts: Verdicts, name: str) -> None:
    """Writes one sheet of prose."""
    for column, width in WIDTHS.items():
        pen.sheet.set_column(column, column, width)
    pen.label(0, 0, f"{name}（一段填一格）", "title")
    pen.sheet.freeze_panes(1, 0)
    for area in verdicts.book.texts.values():
        if area.title.sheet == name:
            _caption(pen, area.title, area.caption)
            _paragraphs(pen, area, verdicts.report.paragraphs(area.section.key))
    for breakdown in verdicts.book.breakdowns:
        if breakdown.title.sheet == name:
            _breakdown(pen, breakdown, verdicts.breakdown(breakdown))
            _breakdown_sum(pen, breakdown, verdicts)


def _caption(pen: Pen, place: Place, text: str) -> None:
    """A title in bold with its help in small print behind it."""
    title, gap, help = text.partition(CAPTION_GAP)
    if help:
        pen.label(place.row, LABEL_COLUMN, "", "plain", colspan=len(WIDTHS))
        parts = (pen.styles["heading"], title, pen.styles["hint"], gap + help)
        pen.sheet.write_rich_string(place.row, LABEL_COLUMN, *parts, pen.styles["plain"])
    else:
        pen.label(place.row, LABEL_COLUMN, title, "heading", colspan=len(WIDTHS))
    pen.sheet.set_row(place.row, LINE_HEIGHT * (1 + text_width(text) // int(sum(WIDTHS.values()))) + 8)


def _paragraphs(pen: Pen, area: TextArea, paragraphs: tuple[str, ...]) -> None:
    """One paragraph a row; those beyond the last row stand together in it, one a line."""
    last = len(area.paragraphs) - 1
    rows = [*paragraphs[:last], "\n".join(paragraphs[last:])]
    for order, place in enumerate(area.paragraphs):
        pen.sheet.write_number(place.row, PARAGRAPH_NUMBER, order + 1, pen.styles["number"])
        pen.text(place, rows[order] if order < len(rows) else "", "paragraph")


def _breakdown(pen: Pen, area: BreakdownArea, given: Breakdown | None) -> None:
    for place, text in area.labels.items():
        if place == area.title:
            _caption(pen, place, text)
        else:
            pen.label(place.row, place.column, text, "header")
    pen.text(area.label, given.label if given else area.slot.label)
    pen.text(area.unit, given.unit if given else area.slot.unit)
    pen.validate([area.unit], {"validate": "any"}, "单位", "如：条、件、篇。")
    pen.number(area.total, given.total if given else None)
    parts = given.parts if given else ()
    for order, (name, amount) in enumerate(zip(area.names, area.amounts, strict=True)):
        label, value = parts[order] if order < len(parts) else ("", None)
        pen.sheet.write_number(name.row, PARAGRAPH_NUMBER, order + 1, pen.styles["number"])
        pen.text(name, label)
        pen.number(amount, value)
    pen.expect_number([area.total, *area.amounts], "count", "数量", "填整数，不带单位。")


def _breakdown_sum(pen: Pen, area: BreakdownArea, verdicts: Verdicts) -> None:
    given = verdicts.breakdown(area)
    result: Number = sum(number(value) for _, value in given.parts) if given else 0
    line = next(line for line in verdicts.book.checks if line.breakdown == area)
    pen.formula(Place(area.sum.sheet, area.sum.row, PARAGRAPH), *verdicts.of_breakdown(line), "label")
    pen.formula(area.sum, f"SUM({','.join(ranges(area.amounts))})", result, "total")
    broken = f"ROUND({absolute(area.total.address)}-{absolute(area.sum.address)},6)<>0"
    pen.redden([area.total, *area.amounts, area.sum], broken)
