"""Writes the report as a Word document in the typography of the form's reference.docx."""

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import zip_longest
from xml.etree.ElementTree import Element

from xltools.documents import blocks, docx_package, printed_tables
from xltools.documents.docx_package import HEADINGS, Reference, WordStyle, element, open_reference, paragraph, run
from xltools.documents.skeleton import clean, report_title
from xltools.form.layout import TableLayout, stands_left, text_width
from xltools.report.filled import Report

TABLE, TABLE_TEXT, TABLE_TEXT_SMALL = "Table Grid", "Table Text", "Table Text Small"
STYLES = (*HEADINGS, TABLE, TABLE_TEXT, TABLE_TEXT_SMALL)  # the styles that a reference.docx must have, beside Normal, that of the prose

GAPS_AT_YEAR = 1  # what Word and LibreOffice leave free around the year's digits, in half characters
CLOSEST = 0.06  # how much of a line's width a title may be set closer by

LONGEST_PROPERTY = 255
YEARS = range(1980, 9999)


def write_docx(report: Report, *, draft: bool = False) -> bytes:
    """Return the report as a .docx file, the same bytes for the same report. Raise FormError where skeleton or reference.docx is broken."""
    parts = blocks.compose(report)
    reference = open_reference(report.form, STYLES)
    if report.form.page_numbers == "centred":
        docx_package.centre_footers(reference.package)
    if draft:
        docx_package.put_watermark(reference, blocks.DRAFT_MARK)
        parts = (*map(blocks.ParagraphBlock, blocks.draft_notes(report)), *parts)
    docx_package.put_properties(reference.package, _properties(report, draft))
    pages = _pages(report, parts, reference)
    content = list[Element]()
    page = reference
    for number, (inside, page) in enumerate(pages, start=1):
        content += _content(report, inside, page)
        if number < len(pages):  # a paragraph ends its pages
            content.append(paragraph("", reference.styles[TABLE_TEXT].id))
            content[-1][0].append(deepcopy(page.section))
    return reference.filled(content, page.section)


def _pages(report: Report, parts: tuple[blocks.Block, ...], reference: Reference) -> list[tuple[tuple[blocks.Block, ...], Reference]]:
    """Return the blocks by their pages, upright or turned: a wide table stands on a turned one, with the headings above it."""
    turned, pages, start = reference.landscape(), list[tuple[tuple[blocks.Block, ...], Reference]](), 0
    for number, block in enumerate(parts):
        layout = printed_tables.layout_of(report, block) if isinstance(block, blocks.TableBlock) else None
        if layout and printed_tables.is_wide(layout, _space(layout, reference)):
            top = number
            while top > start and isinstance(parts[top - 1], blocks.HeadingBlock):
                top -= 1
            pages += [(parts[start:top], reference), (parts[top : number + 1], turned)]
            start = number + 1
    return [(inside, page) for inside, page in (*pages, (parts[start:], reference)) if inside]


def _content(report: Report, parts: tuple[blocks.Block, ...], reference: Reference) -> Iterator[Element]:
    """Yield the paragraphs and tables of the document; Word needs a paragraph after each table."""
    between = paragraph("", reference.styles[TABLE_TEXT].id)
    topic = reference.styles[HEADINGS[blocks.TOPIC]]
    for before, block, after in zip_longest((None, *parts[:-1]), parts, parts[1:]):
        if isinstance(block, blocks.TableBlock):
            if isinstance(before, blocks.TableBlock):
                yield between
            yield _table(report, block.table, printed_tables.layout_of(report, block), reference)
        elif isinstance(block, blocks.HeadingBlock):
            style, new_page = reference.styles[HEADINGS[block.level]].id, printed_tables.begins_a_page(report, before, after)
            yield paragraph(block.text, style, new_page=new_page) if block.level else _title(block.text, reference)
        elif isinstance(block, blocks.SignatureBlock):
            if not isinstance(before, blocks.SignatureBlock):
                yield paragraph("")
            yield paragraph(block.text, align="right", indents=(0, 2 * topic.em))
        else:
            filled = paragraph(block.text[block.lead :])
            if block.lead:
                filled.insert(0, run(block.text[: block.lead], *([] if topic.font is None else [topic.font])))
            yield filled
    if isinstance(parts[-1], blocks.TableBlock):
        yield between


def _title(text: str, reference: Reference) -> Element:
    """Return the title: one a little too long for a line is set closer, one longer than that in lines as long as each other."""
    style = reference.styles[HEADINGS[0]]
    width = (text_width(text) + GAPS_AT_YEAR) * style.em // 2
    excess = width - reference.width
    if 0 < excess <= reference.width * CLOSEST:
        return paragraph(text, style.id, spacing=excess // -len(text))
    lines = math.ceil(width / reference.width)
    indent = max(reference.width - width // lines - 2 * style.em, 0) // 2 if lines > 1 else 0
    return paragraph(text, style.id, indents=(indent, indent))


def _properties(report: Report, draft: bool) -> dict[str, str]:
    """Return the document's properties; its dates are those of the first day after the report's year, not of today."""
    year = (report.year or 0) + 1
    date = f"{year if year in YEARS else YEARS[0]}-01-01T00:00:00Z"
    unit = clean(report.unit.name)[:LONGEST_PROPERTY]
    return {
        "dc:title": report_title(report)[:LONGEST_PROPERTY],
        "dc:creator": unit,
        "cp:lastModifiedBy": unit,
        "dc:subject": report.form.title[:LONGEST_PROPERTY],
        "dc:language": "zh-CN",
        "cp:contentStatus": blocks.DRAFT_MARK if draft else "",
        "cp:revision": "1",
        "dcterms:created": date,
        "dcterms:modified": date,
    }


ROW_HEIGHT, LOW_ROW_HEIGHT = 1.9, 1.6  # the least height of a row, in characters; where a page must hold the table
SLACK = 0.3  # what a line has left over, in characters
CELL_PADDING = 80  # about what Table Grid keeps free at both sides of a cell together, in twips


def _table(report: Report, table: str, layout: TableLayout, reference: Reference) -> Element:
    text = _text_style(layout, reference)
    shown, widths = printed_tables.shown_figures(report, layout), printed_tables.column_widths(layout, _space(layout, reference))
    properties = element(
        "tblPr",
        element("tblStyle", val=reference.styles[TABLE].id),
        element("tblW", w=reference.width, type="dxa"),
        element("jc", val="center"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="0000"),
        element("tblCaption", val=report.form.section_of_table[table].title),
    )
    grid = element("tblGrid", *(element("gridCol", w=each) for each in widths))
    return element("tbl", properties, grid, *(_row(layout, row, shown, text, widths) for row in range(layout.rows)))


def _text_style(layout: TableLayout, reference: Reference) -> WordStyle:
    return reference.styles[TABLE_TEXT if layout.columns <= printed_tables.FEW_COLUMNS else TABLE_TEXT_SMALL]


def _space(layout: TableLayout, reference: Reference) -> printed_tables.Space:
    return printed_tables.Space(reference.width, _text_style(layout, reference).em, CELL_PADDING)


def _row(layout: TableLayout, row: int, shown: Mapping[str, str], style: WordStyle, widths: list[int]) -> Element:
    row_slots = list(printed_tables.slots(layout, row))
    # a short table stays on one page, and in a long one a row of headings with the row below it
    headings_alone = not any(slot.cell and slot.cell.figure for slot in row_slots)
    keep_next = row + 1 < layout.rows and (layout.rows <= printed_tables.SHORT_TABLE or headings_alone)
    height = round((LOW_ROW_HEIGHT if printed_tables.fills_a_page(layout) else ROW_HEIGHT) * style.em)
    properties = element("trPr", element("cantSplit"), element("trHeight", val=height, hRule="atLeast"))
    if row < layout.header_rows:
        properties.append(element("tblHeader"))
    made = element("tr", properties)
    column = 0
    for slot in row_slots:
        align = "left" if slot.cell and stands_left(slot.cell, layout) else ""
        width = sum(widths[column : column + slot.span])
        indent = _indent(slot.cell.text, width, style.em) if slot.first and slot.cell and slot.cell.kind == "column" else 0
        filled = paragraph(slot.text(shown), style.id, align=align, keep_next=keep_next, indents=(indent, indent))
        made.append(element("tc", _cell_properties(slot, width), filled))
        column += slot.span
    return made


def _indent(text: str, width: int, em: int) -> int:
    """Return what a column's heading keeps free at both sides, so that it breaks into even lines, 0 where it fits on one."""
    room = (width - CELL_PADDING) / em
    return 0 if len(text) <= room else max(math.floor((room - printed_tables.even_lines(text, room) - SLACK) * em / 2), 0)


def _cell_properties(slot: printed_tables.Slot, width: int) -> Element:
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if slot.span > 1:
        properties.append(element("gridSpan", val=slot.span))
    if slot.cell and slot.cell.rowspan > 1:
        properties.append(element("vMerge", val="restart" if slot.first else "continue"))
    if slot.cell and slot.cell.kind == "title":
        properties.append(element("shd", val="clear", color="auto", fill="C6D9F1"))  # as the official form shades 第二十条第（一）项
    properties.append(element("vAlign", val="center"))
    return properties
