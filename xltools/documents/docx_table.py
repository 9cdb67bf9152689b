"""An official table as WordprocessingML, merged as the layout says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml.etree import _Element

from xltools.documents.cells import SHORT_TABLE, Slot, slots, stands_left
from xltools.documents.table_widths import column_widths
from xltools.documents.wordml import element, paragraph
from xltools.form.layout import TableLayout

TITLE_SHADE = "C6D9F1"
"""The shade of 第二十条第（一）项 and its like in the official form."""
ROW_HEIGHT = 1.9
"""The least height of a row, in characters."""


@dataclass(frozen=True, slots=True)
class TableStyle:
    """How a table is set: the ids of its styles; and in twips the width of a Chinese character and what a cell keeps free."""

    table: str
    text: str
    em: int
    padding: int


def table_element(layout: TableLayout, shown: Mapping[str, str], caption: str, style: TableStyle, width: int) -> _Element:
    """The w:tbl of a table `width` twips wide; `shown` says what stands in the cell of each figure."""
    widths = column_widths(layout, width, style.em, style.padding)
    properties = element(
        "tblPr",
        element("tblStyle", val=style.table),
        element("tblW", w=width, type="dxa"),
        element("jc", val="center"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="0000"),
        element("tblCaption", val=caption),
    )
    grid = element("tblGrid", *(element("gridCol", w=each) for each in widths))
    rows = (_row(layout, row, shown, style, widths) for row in range(layout.rows))
    return element("tbl", properties, grid, *rows)


def _row(layout: TableLayout, row: int, shown: Mapping[str, str], style: TableStyle, widths: list[int]) -> _Element:
    row_slots = list(slots(layout, row))
    # a short table stays on one page, and in a long one a row of headings with the row below it
    headings_alone = not any(slot.cell and slot.cell.figure for slot in row_slots)
    keep_next = row + 1 < layout.rows and (layout.rows <= SHORT_TABLE or headings_alone)
    properties = element("trPr", element("cantSplit"), element("trHeight", val=round(ROW_HEIGHT * style.em), hRule="atLeast"))
    if row < layout.header_rows:
        properties.append(element("tblHeader"))
    made = element("tr", properties)
    column = 0
    for slot in row_slots:
        text = _text(slot, shown)
        align = "left" if slot.cell and stands_left(slot.cell, layout) else ""
        made.append(
            element(
                "tc",
                _cell_properties(slot, sum(widths[column : column + slot.span])),
                paragraph(text, style.text, align=align, keep_next=keep_next),
            )
        )
        column += slot.span
    return made


def _cell_properties(slot: Slot, width: int) -> _Element:
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if slot.span > 1:
        properties.append(element("gridSpan", val=slot.span))
    if slot.cell and slot.cell.rowspan > 1:
        properties.append(element("vMerge", val="restart" if slot.first else "continue"))
    if slot.cell and slot.cell.kind == "title":
        properties.append(element("shd", val="clear", color="auto", fill=TITLE_SHADE))
    properties.append(element("vAlign", val="center"))
    return properties


def _text(slot: Slot, shown: Mapping[str, str]) -> str:
    if slot.cell is None or not slot.first:
        return ""
    return shown[slot.cell.figure] if slot.cell.figure else slot.cell.text
