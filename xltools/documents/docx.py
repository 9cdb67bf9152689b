"""The report as a Word document, in the typography of the form's reference.docx."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from xltools.documents.blocks import DRAFT_MARK, Block, HeadingBlock, TableBlock, TitleBlock, compose
from xltools.documents.docx_package import Reference, open_reference, put_in_headers, put_properties
from xltools.documents.skeleton import clean, report_title
from xltools.documents.table_cells import FEW_COLUMNS, layout_of, shown_figures
from xltools.documents.wordml import paragraph, watermark, word_table
from xltools.form.layout import text_width
from xltools.report.filled import Report

TITLE, HEADINGS = "Title", ("Heading 1", "Heading 2", "Heading 3")
TABLE, TABLE_TEXT, TABLE_TEXT_SMALL = "Table Grid", "Table Text", "Table Text Small"
STYLES = (TITLE, *HEADINGS, TABLE, TABLE_TEXT, TABLE_TEXT_SMALL)
"""The styles that a reference.docx must have, beside Normal, the style of the prose."""

GAPS_AT_YEAR = 1
"""What Word and LibreOffice leave free around the year's digits, in half characters."""
CLOSEST = 0.06
"""How much of a line's width a title may be set closer by."""

LONGEST_PROPERTY = 255
YEARS = range(1980, 9999)


def write_docx(report: Report, *, draft: bool = False) -> bytes:
    """Return the report as a .docx file, every page marked 草稿 where it is a draft; the same bytes for the same report.

    Raise FormError where the form's skeleton or reference.docx is broken.
    """
    blocks = compose(report)
    reference = open_reference(report.form, STYLES)
    if draft:
        put_in_headers(reference, lambda number: watermark(DRAFT_MARK, number))
    put_properties(reference.package, _properties(report, draft))
    reference.fill(_content(report, blocks, reference))
    return reference.package.packed()


def _content(report: Report, blocks: tuple[Block, ...], reference: Reference) -> Iterator[Element]:
    """Yield the paragraphs and tables of the document; Word needs a paragraph after each table."""
    between = paragraph("", reference.styles[TABLE_TEXT].id)
    after_table = False
    for block in blocks:
        if isinstance(block, TableBlock):
            if after_table:
                yield between
            yield _table(report, block, reference)
        elif isinstance(block, TitleBlock):
            yield paragraph(block.text, reference.styles[TITLE].id, spacing=_title_spacing(block.text, reference))
        elif isinstance(block, HeadingBlock):
            yield paragraph(block.text, reference.styles[HEADINGS[block.level - 1]].id)
        else:
            yield paragraph(block.text)
        after_table = isinstance(block, TableBlock)
    if after_table:
        yield between


def _title_spacing(text: str, reference: Reference) -> int:
    """Return what the characters of a title are set closer, in twips, so that one a little too long does not leave two on a second line."""
    excess = (text_width(text) + GAPS_AT_YEAR) * reference.styles[TITLE].em // 2 - reference.width
    return excess // -len(text) if 0 < excess <= reference.width * CLOSEST else 0


def _table(report: Report, block: TableBlock, reference: Reference) -> Element:
    layout = layout_of(report, block)
    text = reference.styles[TABLE_TEXT if layout.columns <= FEW_COLUMNS else TABLE_TEXT_SMALL]
    title, style = report.form.section_of_table[block.table].title, reference.styles[TABLE].id
    return word_table(layout, shown_figures(report, layout), title, reference.width, style=style, text=text)


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
        "cp:contentStatus": DRAFT_MARK if draft else "",
        "cp:revision": "1",
        "dcterms:created": date,
        "dcterms:modified": date,
    }
