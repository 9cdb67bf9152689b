"""read_docx: the lines and table rows of a Word document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from xltools.errors import UnreadableFileError
from xltools.files.gate import CELL_LIMIT, TOO_LONG
from xltools.readers.published.source import Cell, Line, Source
from xltools.readers.published.table_rows import BLANK, COLSPAN_LIMIT, TABLE_DEPTH, Grid, lay_flat
from xltools.readers.published.word_numbering import Numbering, join, read_numbering
from xltools.readers.published.word_revisions import accept_revisions, merged_with_next
from xltools.readers.published.word_styles import Style, Styles, list_of, outline_level
from xltools.readers.published.word_xml import Package, value, w

NOTHING = "文档中没有文字（可能全是图片）。请使用有文字的 .docx，或在 Word 中录入后另存。"

P, TBL, TR, TC, T = w("p"), w("tbl"), w("tr"), w("tc"), w("t")
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
CHARACTERS = {w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
WRAPPERS = {w("body"), w("sdt"), w("sdtContent"), w("customXml"), w("smartTag"), w("ins"), w("moveTo")}
"""What stands around paragraphs, rows and cells without a meaning here."""


def read_docx(path: Path) -> Source:
    """The lines and table rows of a Word document. Raises UnreadableFileError for a file that is none, or has no text."""
    package = Package(path)
    document = package.document()
    if sum(1 for _ in document.iter(P)) > CELL_LIMIT:  # each cell has one, and the empty ones say nothing
        raise UnreadableFileError(path, TOO_LONG)
    accept_revisions(document)
    reading = _Reading(Styles(package.related("styles")), read_numbering(package.related("numbering")))
    items = lay_flat(reading.blocks(document, 0))
    if not items:
        raise UnreadableFileError(path, NOTHING)
    return Source("docx", items, _title(package), package.active())


def _title(package: Package) -> str:
    """What may be the document's title outside its text: the lines of its page headers, and the title among its properties."""
    headers = (_text(paragraph) for header in package.headers() for paragraph in header.iter(P))
    return "\n".join(filter(None, (" ".join(line.split()) for line in (*headers, package.title()))))


def _inside(parent: etree._Element, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """The children with these tags, also those that content controls and the like stand around."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in WRAPPERS:
            yield from _inside(child, tags)


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph; instructions of fields and references stand in other elements."""
    return "".join([CHARACTERS.get(node.tag) or node.text or "" for node in paragraph.iter(T, MATH_TEXT, *CHARACTERS)])


class _Reading:
    """Reads paragraphs and tables in the order in which they stand, since lists count on."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.styles = styles
        self.numbering = numbering

    def blocks(self, parent: etree._Element, depth: int) -> Iterator[str | Line | Grid]:
        """The paragraphs and tables of the body or of a cell."""
        carried = ""
        for child in _inside(parent, (P, TBL)):
            if child.tag == TBL and depth < TABLE_DEPTH:
                yield self._table(child, depth + 1)
                continue
            for paragraph in (child,) if child.tag == P else child.iter(P):
                carried += _text(paragraph)
                if not merged_with_next(paragraph):
                    yield from self._paragraph(carried, paragraph.find(w("pPr")))
                    carried = ""
        yield from self._paragraph(carried, None)

    def _paragraph(self, text: str, properties: etree._Element | None) -> Iterator[str | Line]:
        """The lines of a paragraph, with its number; one without text has none, but counts."""
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

    def _number(self, properties: etree._Element | None, style: Style) -> str:
        """The number that Word shows in front of a paragraph."""
        list_id, level = list_of(properties)
        if level is None:
            level = self.numbering.styles.get(style.id, style.level) if list_id is None else 0
        list_id = style.list_id if list_id is None else list_id
        return self.numbering.next_number(list_id, level) if list_id else ""

    # ------------------------------------------------------------------------------------------------------- tables

    def _table(self, table: etree._Element, depth: int) -> Grid:
        grid = Grid()
        merging: dict[int, tuple[int, int]] = {}
        for row in _inside(table, (TR,)):
            merging = self._row(row, grid, merging, depth)
        return grid

    def _row(self, row: etree._Element, grid: Grid, merging: dict[int, tuple[int, int]], depth: int) -> dict[int, tuple[int, int]]:
        """Reads a row. `merging` tells by column where the cells stand that this row may continue; gives those for the next."""
        cells: list[Cell] = []
        number = len(grid.rows)
        grid.rows.append(cells)
        onward: dict[int, tuple[int, int]] = {}
        column = _number_of(row.find(w("trPr")), "gridBefore", 0)
        for cell in _inside(row, (TC,)):
            properties = cell.find(w("tcPr"))
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
                self._cell(cell, grid, Cell("", column, span), depth)
            column += span
        return onward

    def _cell(self, element: etree._Element, grid: Grid, cell: Cell, depth: int) -> None:
        """Adds a cell with what it holds to the grid's last row."""
        blocks = list(self.blocks(element, depth))
        grid.add(blocks, cell)


def _number_of(properties: etree._Element | None, name: str, default: int) -> int:
    """A property that counts columns, within limits."""
    text = value(properties.find(w(name))) if properties is not None else None
    return min(int(text[:9]), COLSPAN_LIMIT) if text and text.isascii() and text.isdigit() else default


def _merge(properties: etree._Element | None, name: str) -> str:
    """How a cell is merged: "restart", "continue", or "" for not at all."""
    merged = properties.find(w(name)) if properties is not None else None
    return "" if merged is None else value(merged) or "continue"
