"""The report as a Word document, in the typography of the form's reference.docx."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from docx.styles.style import ParagraphStyle
from lxml.etree import LxmlError, _Element

from xltools.documents.blocks import DRAFT_MARK, Block, Heading, TableBlock, Title, compose
from xltools.documents.cells import FEW_COLUMNS, shown_figures
from xltools.documents.docx_table import TableStyle, table_element
from xltools.documents.draft_mark import mark_draft
from xltools.documents.skeleton import clean, report_title
from xltools.documents.wordml import paragraph
from xltools.errors import FormError, UnreadableFileError
from xltools.files.gate import REFERENCE, GateError, read_file
from xltools.files.packages import open_package
from xltools.form.definition import Form
from xltools.form.layout import lay_out, text_width
from xltools.form.loader import DEFAULT_FORM, forms_folder
from xltools.report.filled import Report

REFERENCE_FILE = "reference.docx"
TITLE, HEADINGS = "Title", ("Heading 1", "Heading 2", "Heading 3")
TABLE, TABLE_TEXT, TABLE_TEXT_SMALL = "Table Grid", "Table Text", "Table Text Small"
STYLES = (TITLE, *HEADINGS, TABLE, TABLE_TEXT, TABLE_TEXT_SMALL)
"""The styles that a reference.docx must have, beside Normal, the style of the prose."""

CELL_PADDING = 80
"""About what Table Grid keeps free at both sides of a cell together, in twips."""
GAPS_AT_YEAR = 1
"""What Word and LibreOffice leave free around the year's digits, in half characters."""
CLOSEST = 0.06
"""How much of a line's width a title may be set closer by."""
TWIPS_PER_POINT, EMU_PER_TWIP = 20, 635

LINK = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
"""In a package's relationships, what stands outside it."""

EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
LONGEST_PROPERTY = 255
YEARS = range(1980, 9999)


def write_docx(report: Report, *, draft: bool = False) -> bytes:
    """The report as a .docx file, every page marked 草稿 where it is a draft; the same bytes for the same report.

    Raises FormError where the form's skeleton or reference.docx is broken.
    """
    blocks = compose(report)
    page = _open_page(report.form)
    body = page.document.element.body
    body.clear_content()  # what an office typed to try its styles
    end = body.get_or_add_sectPr()
    for part in _parts(report, blocks, page):
        end.addprevious(part)
    _set_properties(page.document, report, draft)
    if draft:
        mark_draft(page.document)
    return _saved(page.document)


@dataclass(frozen=True)
class Page:
    """The empty document that a report is written into, the ids of its styles by name, and the width of its text in twips."""

    document: Document
    styles: Mapping[str, str]
    width: int


def _open_page(form: Form) -> Page:
    path = form.folder / REFERENCE_FILE
    if not path.is_file():
        path = forms_folder() / DEFAULT_FORM / REFERENCE_FILE
    try:
        document = docx.Document(BytesIO(_reference(path)))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, LxmlError, OpcError) as fault:
        raise FormError(path, "不是有效的 Word 文档（.docx）") from fault
    names = {style.name: style.style_id for style in document.styles}
    missing = [name for name in STYLES if name not in names]
    if missing:
        raise FormError(path, f"缺少样式 {'、'.join(missing)}")
    return Page(document, {name: names[name] for name in STYLES}, _text_width(document, path))


def _reference(path: Path) -> bytes:
    """The form's reference.docx, once it has passed the gate. Raises FormError for one that has not, or would bring links along."""
    try:
        data = read_file(path, REFERENCE.file, REFERENCE.what)
        package = open_package(data, REFERENCE)
        package.check_all()
        linked = any(LINK.search(package.read(name)) for name in package if name.endswith(".rels"))
    except (UnreadableFileError, GateError) as fault:
        reason = fault.reason if isinstance(fault, UnreadableFileError) else str(fault)
        raise FormError(path, f"不是有效的 Word 文档（.docx）：{reason.rstrip('。')}") from fault
    if linked:  # every report would fetch it when it is opened
        raise FormError(path, "链接到外部文件，请在 Word 中断开链接后另存")
    return data


def _text_width(document: Document, path: Path) -> int:
    """The width between the margins of the document's last section, in twips."""
    section = document.sections[-1] if len(document.sections) else None
    if section is None or section.page_width is None or section.left_margin is None or section.right_margin is None:
        raise FormError(path, "没有设置纸张大小和页边距")
    return (section.page_width - section.left_margin - section.right_margin) // EMU_PER_TWIP


def _parts(report: Report, blocks: tuple[Block, ...], page: Page) -> Iterator[_Element]:
    """The paragraphs and tables of the document; Word needs a paragraph after each table."""
    after_table = False
    for block in blocks:
        if isinstance(block, TableBlock):
            if after_table:
                yield paragraph("", page.styles[TABLE_TEXT])
            yield _table(report, block, page)
        else:
            spacing = _title_spacing(block.text, page) if isinstance(block, Title) else 0
            yield paragraph(block.text, _style(block, page), spacing=spacing)
        after_table = isinstance(block, TableBlock)
    if after_table:
        yield paragraph("", page.styles[TABLE_TEXT])


def _style(block: Block, page: Page) -> str | None:
    if isinstance(block, Title):
        return page.styles[TITLE]
    return page.styles[HEADINGS[block.level - 1]] if isinstance(block, Heading) else None


def _title_spacing(text: str, page: Page) -> int:
    """What the characters of a title are set closer, in twips, so that one a little too long does not leave two on a second line."""
    em = _em(page.document, TITLE)
    excess = (text_width(text) + GAPS_AT_YEAR) * em // 2 - page.width
    return excess // -len(text) if 0 < excess <= page.width * CLOSEST else 0


def _table(report: Report, block: TableBlock, page: Page) -> _Element:
    form = report.form
    layout = lay_out(next(table for table in form.tables if table.key == block.table))
    name = TABLE_TEXT if layout.columns <= FEW_COLUMNS else TABLE_TEXT_SMALL
    style = TableStyle(page.styles[TABLE], page.styles[name], _em(page.document, name), CELL_PADDING)
    return table_element(layout, shown_figures(report, layout), form.section_of_table[block.table].title, style, page.width)


def _em(document: Document, name: str) -> int:
    """The width of a Chinese character in this style, in twips."""
    style = document.styles[name]
    size = style.font.size if isinstance(style, ParagraphStyle) else None
    return round((size.pt if size else 10.5) * TWIPS_PER_POINT)


def _set_properties(document: Document, report: Report, draft: bool) -> None:
    """Sets the document's properties; its dates are those of the first day after the report's year, not of today."""
    year = (report.year or 0) + 1
    date = datetime(year if year in YEARS else YEARS[0], 1, 1, tzinfo=UTC)
    properties = document.core_properties
    properties.title = report_title(report)[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = clean(report.unit.name)[:LONGEST_PROPERTY]
    properties.subject = report.form.title[:LONGEST_PROPERTY]
    properties.language = "zh-CN"
    properties.content_status = DRAFT_MARK if draft else ""
    properties.revision = 1
    properties.created = properties.modified = date


def _saved(document: Document) -> bytes:
    """The document's file, with every entry dated the same."""
    written, repeatable = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(repeatable, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, UNIX
            target.writestr(entry, source.read(name))
    return repeatable.getvalue()
