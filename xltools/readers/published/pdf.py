"""read_pdf: what stands in a PDF, as lines and table rows. The only user of pdfplumber."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from xltools.errors import UnreadableFileError
from xltools.files.gate import PDF_LIMIT, PDF_MAGIC, PDF_PAGE_LIMIT, REPORT, read_file
from xltools.readers.published import pdfium
from xltools.readers.published.pdf_grids import find_grids
from xltools.readers.published.pdf_limits import Budget, limited
from xltools.readers.published.pdf_lines import Element, PageText, items, without_furniture
from xltools.readers.published.pdf_pages import choose_pages
from xltools.readers.published.pdf_tables import fill_grids
from xltools.readers.published.pdf_text import UNMAPPED, Bounds, glyphs_of, text_lines
from xltools.readers.published.source import Source

LIBRARIES = ("pdfplumber", "pdfminer", "pypdfium2")
LONG = 30
"""In a document with more pages than this the report is looked for first."""
MAGIC_WITHIN = 1024
"""Bytes within which a PDF begins; some have a few others before."""
FEWEST_CHARACTERS = 30
"""Where pages have fewer characters on average and pictures, they are scans with a stamp or page number."""

NOT_INSTALLED = '没有安装读取 PDF 的组件。请运行 pip install "xltools[pdf]"，或改用 Word 版（.docx）。'
NO_PDF = "不是 PDF 文件。请检查扩展名，或重新下载。"
LOCKED = "有打开密码。请去掉密码后另存，再试。"
DAMAGED = "文件已损坏，无法打开。请重新导出或重新下载。"
TOO_LONG = f"超过 {PDF_PAGE_LIMIT} 页。请只保留年度报告所在的页。"
TOO_MUCH = "内容过多或文件已损坏，无法读取。请只保留年度报告所在的页，重新导出后再试。"
SCANNED = "是扫描件（图片），没有文字，无法读取。请用可复制文字的 PDF 版或 Word 版（.docx）。"
NO_TEXT = "没有文字，无法读取。请用可复制文字的 PDF 版或 Word 版（.docx）。"
NO_CODES = "文字没有编码，复制出来是乱码，无法读取。请从 Word 重新导出，或改用 Word 版（.docx）。"


def read_pdf(path: Path) -> Source:
    """The lines and table rows of a PDF, in reading order. Raises UnreadableFileError.

    Texts of lines that go on are joined as they are: where a space parts them, the line ends in it. A table that a page's end breaks
    is two. Of a long document only the pages with the report are read; pages keep their numbers.
    """
    data = read_file(path, PDF_LIMIT, REPORT)
    if PDF_MAGIC not in data[:MAGIC_WITHIN]:
        raise UnreadableFileError(path, NO_PDF)
    if any(find_spec(library) is None for library in LIBRARIES):
        raise UnreadableFileError(path, NOT_INSTALLED)
    chosen = _chosen_pages(path, data)
    with limited() as budget:
        sheets = [_sheet(page) for page in _parsed_pages(path, data, chosen, budget)]
    if reason := _unreadable(sheets):
        raise UnreadableFileError(path, reason)
    return Source("pdf", tuple(items(without_furniture([sheet.text for sheet in sheets]))))


def _chosen_pages(path: Path, data: bytes) -> list[int] | None:
    """The numbers of the pages to read, None for all. PDFium is fast, and says what is wrong with a file."""
    try:
        found = pdfium.look_through(data, LONG)
    except pdfium.PdfiumError as fault:
        raise UnreadableFileError(path, TOO_MUCH if fault.has_ended else LOCKED if fault.is_locked else DAMAGED) from fault
    if found.pages > PDF_PAGE_LIMIT:
        raise UnreadableFileError(path, TOO_LONG)
    if found.pages <= LONG:
        return None
    # where there is no report, the beginning shows what the file is
    return choose_pages(found.texts) or list(range(1, LONG + 1))


@dataclass(frozen=True)
class ParsedPage:
    """A page as pdfplumber gives it: its number, its box from left and top to right and bottom, and what it holds by kind."""

    number: int
    box: Bounds
    objects: Mapping[str, Sequence[Mapping[str, Any]]]


def _parsed_pages(path: Path, data: bytes, chosen: list[int] | None, budget: Budget) -> Iterator[ParsedPage]:
    """The pages of these numbers, or all. Raises UnreadableFileError where they cannot be parsed."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns of every oddity in a file, on the terminal
    try:
        with pdfplumber.open(BytesIO(data), pages=chosen) as pdf:
            for page in pdf.pages:
                yield ParsedPage(page.page_number, page.bbox, page.objects)
                page.close()  # or the characters of all pages stay in memory
    except Exception as fault:  # a damaged file can raise anything there
        raise UnreadableFileError(path, TOO_MUCH if budget.exceeded else DAMAGED) from fault
    if budget.exceeded:  # and pdfminer went on
        raise UnreadableFileError(path, TOO_MUCH)


@dataclass(frozen=True)
class Sheet:
    """A page's text, how many characters it has and how many of them no one knows, and whether there are pictures."""

    text: PageText
    characters: int
    unmapped: int
    has_pictures: bool


def _sheet(page: ParsedPage) -> Sheet:
    """What stands on a page, its lines and tables in one order from top to bottom."""
    held = page.objects
    glyphs = glyphs_of(held.get("char", ()), page.box)
    grids = find_grids(held.get("line", ()), held.get("rect", ()), held.get("curve", ()))
    tables, outside = fill_grids(grids, glyphs)
    left, _, right, _ = page.box
    elements: list[Element] = [*tables, *text_lines(glyph for glyph in outside if glyph.x1 >= left and glyph.x0 <= right)]
    elements.sort(key=lambda element: element.top)
    said = [glyph.text for glyph in glyphs if not glyph.text.isspace()]
    return Sheet(PageText(page.number, page.box, tuple(elements)), len(said), said.count(UNMAPPED), bool(held.get("image")))


def _unreadable(sheets: Sequence[Sheet]) -> str:
    """Why these pages cannot be read; empty if they can."""
    characters = sum(sheet.characters for sheet in sheets)
    if characters < FEWEST_CHARACTERS * len(sheets) and any(sheet.has_pictures for sheet in sheets):
        return SCANNED
    if not characters:
        return NO_TEXT
    return NO_CODES if sum(sheet.unmapped for sheet in sheets) * 2 > characters else ""
