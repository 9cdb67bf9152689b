"""Parses the PDF on standard input with PDFium and pdfplumber and prints its lines and table rows as JSON; runs as a process of its own."""

import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber
import pypdfium2
from pdfplumber.page import Page

from xltools.numerals import BLANKS
from xltools.readers.published.pdf_lines import Element, PageText, items, without_furniture
from xltools.readers.published.pdf_seen import PageDrawing
from xltools.readers.published.pdf_tables import find_tables, is_drawn
from xltools.readers.published.pdf_text import UNMAPPED, glyphs_of, text_lines

LONG = 30  # in a document with more pages than this the report is looked for first
FEWEST_CHARACTERS = 30  # where pages have fewer characters on average and pictures, they are scans with a stamp or page number


class RefusedError(Exception):
    """Why a PDF is not read: a key of pdf.REASONS."""


def main() -> None:
    """Print what stands in the PDF on standard input; the arguments are the most pages, bytes of memory and seconds of processor."""
    most_pages, memory, seconds = map(int, sys.argv[1:])
    _limit(memory, seconds)
    try:
        said: dict[str, Any] = {"items": parse(sys.stdin.buffer.read(), most_pages)}
    except RefusedError as fault:
        said = {"fault": str(fault)}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
    os._exit(0)  # PDFium's own end would only take time


def _limit(memory: int, seconds: int) -> None:
    """Limit the memory and time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        lowered = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lowered, lowered))


def parse(data: bytes, most_pages: int) -> list[dict[str, Any]]:
    """Return the lines and table rows of a PDF, each as the arguments of a Line or Row. Raise RefusedError."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns of every oddity in a file, on the terminal
    chosen, pages = _choose(data, most_pages), list[PageText]()
    try:
        with pdfplumber.open(BytesIO(data), pages=chosen) as pdf:
            for page in pdf.pages:
                pages.append(_parse_page(page))
                page.close()  # or the characters of all pages stay in memory
    except Exception as fault:  # a damaged file can raise anything there
        exhausted = isinstance(fault.__context__ or fault, (MemoryError, RecursionError))
        raise RefusedError("too-much" if exhausted else "damaged") from fault
    characters = sum(page.characters for page in pages)
    if characters < FEWEST_CHARACTERS * len(pages) and any(page.has_pictures for page in pages):
        raise RefusedError("scanned")
    if not characters:
        raise RefusedError("no-text")
    if sum(page.unmapped for page in pages) * 2 > characters:
        raise RefusedError("no-codes")
    return [asdict(item) for item in items(without_furniture(pages))]


def _choose(data: bytes, most_pages: int) -> list[int] | None:
    """Return the numbers of the pages to read, None for all, by PDFium, which is fast. Raise RefusedError for a file that it cannot open."""
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
        if count > most_pages:
            raise RefusedError("too-long")
        if count <= LONG:
            return None
        # where there is no report, the beginning shows what the file is
        return choose_pages([page.get_textpage().get_text_bounded() for page in document]) or list(range(1, LONG + 1))
    except pypdfium2.PdfiumError as fault:
        raise RefusedError("locked" if "password" in str(fault).lower() else "damaged") from fault


def _parse_page(page: Page) -> PageText:
    """Return what stands on a page, its lines and tables in one order from top to bottom."""
    drawing = PageDrawing(page)
    plain = glyphs_of(page.chars, drawing.box)
    glyphs = [glyph._replace(unseen=True) if drawing.hides(glyph) else glyph for glyph in plain]
    edges = drawing.visible_edges(page.filter(is_drawn).edges, plain)
    tables, outside = find_tables(edges, [*glyphs, *drawing.marks])
    left, _, right, _ = drawing.box
    beside = [glyph for glyph in outside if glyph.x1 >= left and glyph.x0 <= right and glyph not in drawing.marks]
    elements: list[Element] = [*tables, *text_lines(beside)]
    elements.sort(key=lambda element: element.top)
    said = [glyph.text for glyph in glyphs if not glyph.text.isspace()]
    return PageText(page.page_number, drawing.box, tuple(elements), len(said), said.count(UNMAPPED), bool(page.images))


HALLMARKS = (
    "第二十条第", "本年处理决定数量", "申请人情况", "法人或其他组织", "商业企业", "科研机构", "结转下年度继续办理", "予以公开",
    "信访举报投诉类申请", "没有现成信息", "未经复议直接起诉", "复议后起诉", "尚未审结",
)  # fmt: skip
"""Wording of the official tables: a page with three of these has a part of one; laws and other reports have one or two on a page at most."""
TITLE = re.compile(r"[^，。；：,;:]{0,40}政府信息公开(?:工作)?(?:\d{4}年)?(?:年度|情况的?)?报告")
"""A line, or two, that is the report's title, without blanks; a sentence that names the report has punctuation."""
BEFORE, AFTER = 15, 6  # pages of prose that a report may have before its first table and after its last one


def choose_pages(texts: Sequence[str]) -> list[int]:
    """Return the numbers of the pages, counted from 1, on which the first report in a document stands; empty where it has none."""
    pages = [BLANKS.sub("", text) for text in texts]
    tables = [number for number, page in enumerate(pages, 1) if sum(hallmark in page for hallmark in HALLMARKS) >= 3]
    if not tables:
        return []
    heads = ([words for line in text.splitlines() if (words := BLANKS.sub("", line))][:6] for text in texts)
    titles = ["", "", *(next(filter(TITLE.fullmatch, (*lines, *map("".join, pairwise(lines)))), "") for lines in heads)]
    # one that the pages before have too is a running head
    starts = {number for number, title in enumerate(titles[2:], 1) if title and title not in titles[number - 1 : number + 1]}
    earliest = max(tables[0] - BEFORE, 0) + 1
    first = max(starts & set(range(earliest, tables[0] + 1)), default=earliest)
    last = tables[0]
    for number in tables:
        if number - last <= AFTER and not starts & set(range(last + 1, number + 1)):
            last = number
    after = min(last + AFTER, len(texts)) + 1
    return list(range(first, min(starts & set(range(last + 1, after)), default=after)))


if __name__ == "__main__":
    main()
