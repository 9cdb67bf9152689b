"""The WordprocessingML elements that a report is made of: paragraphs, official tables, and the mark 草稿."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import Element

from xltools.documents.docx_package import WordStyle, parse
from xltools.documents.table_cells import SHORT_TABLE, Slot, column_widths, slots, stands_left
from xltools.form.layout import TableLayout

TITLE_SHADE = "C6D9F1"
"""The shade of 第二十条第（一）项 and its like in the official form."""
ROW_HEIGHT = 1.9
"""The least height of a row, in characters."""
CELL_PADDING = 80
"""About what Table Grid keeps free at both sides of a cell together, in twips."""

WATERMARK_FILE, FIRST_SHAPE = "watermark.xml", 2049
"""The run that shows a mark behind a page, and the number from which shapes of headers are counted."""


def element(name: str, *children: Element, **attributes: str | int) -> Element:
    """Return the element `w:name` with these children and `w:` attributes."""
    made = Element(f"w:{name}", {f"w:{key}": str(value) for key, value in attributes.items()})
    made.extend(children)
    return made


def paragraph(text: str, style: str = "", *, align: str = "", keep_next: bool = False, spacing: int = 0) -> Element:
    """Return a paragraph with this text; style, alignment and page breaks are those of the default style where not given.

    `spacing` is what each character is set wider or closer, in twips.
    """
    properties = []
    if style:
        properties.append(element("pStyle", val=style))
    if keep_next:
        properties.append(element("keepNext"))
    if align:
        properties.append(element("jc", val=align))
    return element("p", *([element("pPr", *properties)] if properties else []), *([_run(text, spacing)] if text else []))


def _run(text: str, spacing: int) -> Element:
    pieces = [element("rPr", element("spacing", val=spacing))] if spacing else []
    for number, piece in enumerate(text.split("\t")):
        if number:
            pieces.append(element("tab"))
        written = Element("w:t", {"xml:space": "preserve"})
        written.text = piece
        pieces.append(written)
    return element("r", *pieces)


def watermark(mark: str, number: int) -> Element:
    """Return the run that shows a mark behind the text of a page, the number-th of the document, in a header."""
    source = (Path(__file__).parent / WATERMARK_FILE).read_text(encoding="utf-8")
    root = parse(source.format(mark=mark, number=number, shape=FIRST_SHAPE + number))
    for node in root.iter():
        node.text = node.tail = None  # the line breaks of the file
    return root


def word_table(layout: TableLayout, shown: Mapping[str, str], caption: str, width: int, *, style: str, text: WordStyle) -> Element:
    """Return an official table `width` twips wide, in a style of tables by its id and one of texts; `shown` says what figures show."""
    widths = column_widths(layout, width, text.em, CELL_PADDING)
    properties = element(
        "tblPr",
        element("tblStyle", val=style),
        element("tblW", w=width, type="dxa"),
        element("jc", val="center"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="0000"),
        element("tblCaption", val=caption),
    )
    grid = element("tblGrid", *(element("gridCol", w=each) for each in widths))
    return element("tbl", properties, grid, *(_row(layout, row, shown, text, widths) for row in range(layout.rows)))


def _row(layout: TableLayout, row: int, shown: Mapping[str, str], style: WordStyle, widths: list[int]) -> Element:
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
        align = "left" if slot.cell and stands_left(slot.cell, layout) else ""
        filled = paragraph(slot.text(shown), style.id, align=align, keep_next=keep_next)
        made.append(element("tc", _cell_properties(slot, sum(widths[column : column + slot.span])), filled))
        column += slot.span
    return made


def _cell_properties(slot: Slot, width: int) -> Element:
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if slot.span > 1:
        properties.append(element("gridSpan", val=slot.span))
    if slot.cell and slot.cell.rowspan > 1:
        properties.append(element("vMerge", val="restart" if slot.first else "continue"))
    if slot.cell and slot.cell.kind == "title":
        properties.append(element("shd", val="clear", color="auto", fill=TITLE_SHADE))
    properties.append(element("vAlign", val="center"))
    return properties
