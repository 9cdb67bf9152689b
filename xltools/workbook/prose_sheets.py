"""Writes the sheets of prose, with the breakdown tables below the section they belong to."""

from __future__ import annotations

from xltools.form.book import AMOUNT, CAPTION_GAP, LABEL_COLUMN, PARAGRAPH, PARAGRAPH_NUMBER, BreakdownArea, TextArea
from xltools.form.formulas import absolute, ranges
from xltools.form.layout import text_width
from xltools.numerals import Number
from xltools.report.filled import Breakdown
from xltools.workbook.pen import Pen
from xltools.workbook.styles import LINE_HEIGHT
from xltools.workbook.verdicts import Verdicts, number

WIDTHS = (7.0, 84.0, 14.0)


def write_prose(pen: Pen, verdicts: Verdicts, name: str) -> None:
    """Write one sheet of prose."""
    pen.set_widths(WIDTHS)
    pen.label(0, 0, f"{name}（一段填一格）", "title")
    pen.sheet.freeze_panes(1, 0)
    for area in verdicts.book.texts.values():
        if area.title.sheet == name:
            _caption(pen, area.title.row, area.caption)
            _paragraphs(pen, area, verdicts.report.paragraphs(area.section.key))
    for line in verdicts.unread:
        if line.places[0].sheet == name:
            pen.redden(line.places[:1], line.is_blank)
    for breakdown in verdicts.book.breakdowns:
        if breakdown.title.sheet == name:
            _breakdown(pen, breakdown, verdicts.breakdown(breakdown))
            _breakdown_sum(pen, breakdown, verdicts)


def _caption(pen: Pen, row: int, text: str) -> None:
    """Write a title in bold with its help in small print behind it."""
    title, gap, help = text.partition(CAPTION_GAP)
    if help:
        pen.label(row, LABEL_COLUMN, "", "plain", colspan=len(WIDTHS))
        heading, hint, plain = map(pen.workbook.style, ("heading", "hint", "plain"))
        pen.sheet.write_rich_string(row, LABEL_COLUMN, heading, title, hint, gap + help, plain)
    else:
        pen.label(row, LABEL_COLUMN, title, "heading", colspan=len(WIDTHS))
    pen.sheet.set_row(row, LINE_HEIGHT * (1 + text_width(text) // int(sum(WIDTHS))) + 8)


def _paragraphs(pen: Pen, area: TextArea, paragraphs: tuple[str, ...]) -> None:
    """Write one paragraph a row; those beyond the last row stand together in it, one a line."""
    last = len(area.paragraphs) - 1
    rows = [*paragraphs[:last], "\n".join(paragraphs[last:])]
    for order, place in enumerate(area.paragraphs):
        pen.number(place.row, PARAGRAPH_NUMBER, order + 1, "number")
        pen.text(place.row, PARAGRAPH, rows[order] if order < len(rows) else "", "paragraph")


def _breakdown(pen: Pen, area: BreakdownArea, given: Breakdown | None) -> None:
    for place, text in area.labels.items():
        if place == area.title:
            _caption(pen, place.row, text)
        else:
            pen.label(place.row, place.column, text, "header")
    pen.text(area.label.row, PARAGRAPH, given.label if given else area.slot.label)
    pen.text(area.unit.row, AMOUNT, given.unit if given else area.slot.unit)
    pen.validate([area.unit], {"validate": "any"}, "单位", "如：条、件、篇。")
    pen.number(area.total.row, AMOUNT, given.total if given else None)
    parts = given.parts if given else ()
    for order, name in enumerate(area.names):
        label, value = parts[order] if order < len(parts) else ("", None)
        pen.number(name.row, PARAGRAPH_NUMBER, order + 1, "number")
        pen.text(name.row, PARAGRAPH, label)
        pen.number(name.row, AMOUNT, value)
    pen.expect_number([area.total, *area.amounts], "count", "数量", "填整数，不带单位。")


def _breakdown_sum(pen: Pen, area: BreakdownArea, verdicts: Verdicts) -> None:
    given = verdicts.breakdown(area)
    result: Number = sum(number(value) for _, value in given.parts) if given else 0
    line = next(line for line in verdicts.book.checks if line.breakdown == area)
    pen.formula(area.sum.row, PARAGRAPH, *verdicts.of_breakdown(line), "label")
    pen.formula(area.sum.row, AMOUNT, f"SUM({','.join(ranges(area.amounts))})", result, "total")
    broken = f"ROUND({absolute(area.total.address)}-{absolute(area.sum.address)},6)<>0"
    pen.redden([area.total, *area.amounts, area.sum], broken)
