"""Reads the lines and table rows of a Word document, without what was deleted, struck through, hidden or said twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from xltools.errors import UnreadableFileError
from xltools.files.gate import CELL_LIMIT, TOO_LONG
from xltools.readers.published.source import Cell, Line, Source
from xltools.readers.published.table_rows import BLANK, COLSPAN_LIMIT, TABLE_DEPTH, Grid, is_noted_number, lay_flat
from xltools.readers.published.word_numbering import Numbering, join, read_numbering
from xltools.readers.published.word_package import (
    DAMAGED,
    ParagraphStyle,
    ParagraphStyles,
    WordPackage,
    is_on,
    list_of,
    outline_level,
    value,
    w,
)

NOTHING = "文档中没有文字（可能全是图片）。请使用有文字的 .docx，或在 Word 中录入后另存。"

P, R, TBL, TR, TC = w("p"), w("r"), w("tbl"), w("tr"), w("tc")
PPR, RPR, TRPR, TCPR = w("pPr"), w("rPr"), w("trPr"), w("tcPr")
TEXT_BOX, RAISED = w("txbxContent"), w("vertAlign")
TEXTS = (w("t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
CHARACTERS = {w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
WRAPPERS = {w("body"), w("sdt"), w("sdtContent"), w("customXml"), w("smartTag"), w("ins"), w("moveTo")}
"""What stands around paragraphs, rows and cells without a meaning here."""
DELETED = (w("del"), w("moveFrom"), w("cellDel"))
"""What stands around deleted runs, and among the properties of a deleted row, cell or end of a paragraph."""
UNREAD = {*DELETED, PPR, RPR, w("rt")}
"""What holds no text of a paragraph; w:rt is the reading printed above a word."""
UNSAID = (w("vanish"), w("strike"), w("dstrike"))
"""Hidden, or struck through by hand: deleted without a record of it."""
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATIVES, CHOICE = f"{COMPATIBILITY}AlternateContent", f"{COMPATIBILITY}Choice"


def read_docx(path: Path) -> Source:
    """Return the lines and table rows of a Word document. Raise UnreadableFileError for a file that is none, or has no text."""
    package = WordPackage(path)
    document = package.document()
    if sum(1 for _ in document.iter(P)) > CELL_LIMIT:  # each cell has one, and the empty ones say nothing
        raise UnreadableFileError(path, TOO_LONG)
    body = _BodyReader(ParagraphStyles(package.related("styles")), read_numbering(package.related("numbering")))
    try:
        items = lay_flat(body.blocks(document, 0))
        headers = [_text_and_boxes(paragraph)[0] for header in package.headers() for paragraph in header.iter(P)]
    except RecursionError as fault:  # elements within each other, thousands of them
        raise UnreadableFileError(path, DAMAGED) from fault
    if not items:
        raise UnreadableFileError(path, NOTHING)
    # what may be the document's title outside its text
    titles = "\n".join(filter(None, (" ".join(line.split()) for line in (*headers, package.title()))))
    return Source("docx", items, titles, package.active())


def _inside(parent: Element, tags: tuple[str, ...]) -> Iterator[Element]:
    """Yield the children with these tags, also those that content controls and the like stand around."""
    waiting = [iter(parent)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif child.tag in tags:
            yield child
        elif child.tag in WRAPPERS:
            waiting.append(iter(child))


def _text_and_boxes(paragraph: Element) -> tuple[str, list[Element]]:
    """Return the text of a paragraph, and the text boxes that hang on it; instructions of fields and references stand in other elements."""
    texts: list[str] = []
    boxes: list[Element] = []
    _collect(paragraph, texts, boxes)
    return "".join(texts), boxes


def _collect(node: Element, texts: list[str], boxes: list[Element]) -> None:
    for child in node:
        tag = child.tag
        if tag in TEXTS:
            texts.append(child.text or "")
            _collect(child, texts, boxes)
        elif tag in CHARACTERS:
            texts.append(CHARACTERS[tag])
        elif tag == TEXT_BOX:
            boxes.append(child)
        elif tag == ALTERNATIVES:
            for alternative in child.findall(CHOICE) or child:
                _collect(alternative, texts, boxes)
        elif tag not in UNREAD and not (tag == R and _is_unsaid(child)):
            _collect(child, texts, boxes)


def _is_unsaid(run: Element) -> bool:
    properties = run.find(RPR)
    return properties is not None and any(is_on(properties.find(mark)) for mark in UNSAID)


def _is_deleted(properties: Element | None) -> bool:
    """Tell whether properties say that the row, the cell or the end of the paragraph was deleted."""
    return properties is not None and any(properties.find(mark) is not None for mark in DELETED)


def _take_out_note_mark(cell: Element) -> None:
    """Empty the runs that hold the mark of a note at the number in a cell."""
    if next(cell.iter(RAISED), None) is None:
        return
    parts: dict[bool, list[Element]] = {False: [], True: []}
    for run in cell.iter(R):
        if not _is_unsaid(run):
            properties = run.find(RPR)
            parts[properties is not None and value(properties.find(RAISED)) == "superscript"].append(run)
    rest, raised = ("".join(text.text or "" for run in runs for text in run.iter(w("t"))) for runs in parts.values())
    if raised and is_noted_number(rest, raised):
        for run in parts[True]:
            run.clear()


class _BodyReader:
    """Reads paragraphs and tables in the order in which they stand, since lists count on."""

    def __init__(self, styles: ParagraphStyles, numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering

    def blocks(self, parent: Element, depth: int) -> Iterator[str | Line | Grid]:
        """Yield the paragraphs and tables of the body, a cell or a text box; what text boxes hold stands behind their paragraph."""
        carried, boxes = "", list[Element]()
        for child in _inside(parent, (P, TBL)):
            if child.tag == TBL and depth < TABLE_DEPTH:
                yield self._table(child, depth + 1)
                continue
            for paragraph in (child,) if child.tag == P else child.iter(P):
                text, hanging = _text_and_boxes(paragraph)
                carried += text
                boxes += hanging if child.tag == P else ()
                properties = paragraph.find(PPR)
                # where its end was deleted, the next one continues it
                if properties is None or not _is_deleted(properties.find(RPR)):
                    yield from self._paragraph(carried, properties)
                    for box in boxes:
                        yield from self.blocks(box, depth)
                    carried, boxes = "", []
        yield from self._paragraph(carried, None)
        for box in boxes:
            yield from self.blocks(box, depth)

    def _paragraph(self, text: str, properties: Element | None) -> Iterator[str | Line]:
        """Yield the lines of a paragraph, with its number; one without text has none, but counts."""
        style = self.styles.of(properties)
        number = self._number(properties, style)
        text = text.strip(BLANK)
        if not text or style.is_contents:
            return
        level = outline_level(properties, style)
        for line in join(number, text).replace("\t", " ").split("\n"):
            line = line.strip(BLANK)
            if line:
                yield Line(line, heading=level) if level else line

    def _number(self, properties: Element | None, style: ParagraphStyle) -> str:
        """Return the number that Word shows in front of a paragraph."""
        list_id, level = list_of(properties)
        if level is None:
            level = self.numbering.styles.get(style.id, style.level) if list_id is None else 0
        list_id = style.list_id if list_id is None else list_id
        return self.numbering.next_number(list_id, level) if list_id else ""

    def _table(self, table: Element, depth: int) -> Grid:
        grid = Grid()
        merging: dict[int, tuple[int, int]] = {}
        for row in _inside(table, (TR,)):
            if not _is_deleted(row.find(TRPR)):
                merging = self._row(row, grid, merging, depth)
        return grid

    def _row(self, row: Element, grid: Grid, merging: dict[int, tuple[int, int]], depth: int) -> dict[int, tuple[int, int]]:
        """Read a row. `merging` tells by column where the cells stand that this row may continue; return those for the next."""
        cells: list[Cell] = []
        number = len(grid.rows)
        grid.rows.append(cells)
        onward: dict[int, tuple[int, int]] = {}
        column = _number_of(row.find(TRPR), "gridBefore", 0)
        for cell in _inside(row, (TC,)):
            properties = cell.find(TCPR)
            if _is_deleted(properties):
                continue
            span = _number_of(properties, "gridSpan", 1) or 1
            vertical, horizontal = _merge(properties, "vMerge"), _merge(properties, "hMerge")
            above = merging.get(column)
            if horizontal == "continue" and cells:
                cells[-1] = replace(cells[-1], colspan=cells[-1].colspan + span)
            elif vertical == "continue" and above:
                onward[column] = above
                grid.rows[above[0]][above[1]] = replace(grid.rows[above[0]][above[1]], rowspan=number - above[0] + 1)
            else:
                if vertical:
                    onward[column] = number, len(cells)
                _take_out_note_mark(cell)
                grid.add(list(self.blocks(cell, depth)), Cell("", column, span))
            column += span
        return onward


def _number_of(properties: Element | None, name: str, default: int) -> int:
    """Return a property that counts columns, within limits."""
    text = value(properties.find(w(name))) if properties is not None else None
    return min(int(text[:9]), COLSPAN_LIMIT) if text and text.isascii() and text.isdigit() else default


def _merge(properties: Element | None, name: str) -> str:
    """Return how a cell is merged: "restart", "continue", or "" for not at all."""
    merged = properties.find(w(name)) if properties is not None else None
    return "" if merged is None else value(merged) or "continue"
