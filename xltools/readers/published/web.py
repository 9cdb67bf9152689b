"""Reads the lines and table rows of a web page as a browser shows them."""

import re
from dataclasses import replace
from pathlib import Path
from typing import cast

from lxml import etree

from xltools.errors import UnreadableFileError
from xltools.readers.published.source import UNSEEN, Cell, Line, Source
from xltools.readers.published.table_rows import BLANK, COLSPAN_LIMIT, NUMBER, TABLE_DEPTH, Grid, GridPen, is_noted_number, lay_flat
from xltools.readers.published.text_lines import PAGE_MARK, PAGE_MARK_LENGTH, read_characters
from xltools.readers.published.web_styles import apply_styles
from xltools.report.origin import Remark

NOTHING = "网页中没有文字（可能是图片或由脚本生成）。请在浏览器中打开后另存为完整网页，或复制文字存为 .txt。"
ROWSPAN_LIMIT = 65534  # the most that a browser takes
DEPTH_LIMIT = 200  # elements nested deeper are read without their tables; Python's stack has an end

SKIP, BLOCK, HEADING, BREAK, TABLE, PRE, HEADER = range(1, 8)  # what an element does to the text; all others stand within a line
TAGS = {
    SKIP: "head title script style noscript template nav aside footer select option optgroup datalist button input textarea iframe object "
    "embed svg math canvas audio video map dialog rt rp del s strike",
    BLOCK: "html body address article blockquote center dd details dir div dl dt fieldset figcaption figure form legend li main "
    "menu ol p section summary ul caption thead tbody tfoot tr td th",
    HEADING: "h1 h2 h3 h4 h5 h6",
    BREAK: "br hr",
    TABLE: "table",
    PRE: "pre listing xmp",
    HEADER: "header",
}
KINDS = {tag: kind for kind, tags in TAGS.items() for tag in tags.split()}

DRAWN = ("img", "svg", "math", "canvas", "object", "embed", "iframe", "script")  # what may show a number that is no text
TYPED = ("text", "number")  # the kinds of fields whose value a browser shows; tables that were filled in on a page have them in their cells
WHITE_RUN = re.compile(r"[ \t\n\r\f]+")
WIDE = "\u2e80-\u303f\u3041-\u9fff\uf900-\ufaff\uff01-\uff60"
BROKEN = re.compile(rf"(?<=[{WIDE}])[ \t]*[\r\n][ \t\r\n]*(?=[{WIDE}])")
"""A line break of the page's source inside Chinese text; a browser that knows Chinese shows no space there."""
LEADING_DIGITS = re.compile(r"\s*\+?(\d+)")


def read_html(path: Path) -> Source:
    """Return the lines and table rows of a web page. Raise UnreadableFileError for one without text."""
    source = parse_page(read_characters(path))
    if not source.items:
        raise UnreadableFileError(path, NOTHING)
    return source


def parse_page(text: str) -> Source:
    """Return what stands in a web page."""
    root = _parse(text)
    title = _clean(root.findtext(".//title"))
    doubt = apply_styles(root)
    if items := lay_flat(_blocks(root)):
        return Source("html", items, title, doubts=(Remark(doubt),) if doubt else ())
    # a page that shows its text by a script hides all of it
    return Source("html", lay_flat(_blocks(_parse(text))), title)


def _parse(text: str) -> etree._Element:
    # bytes, since lxml does not take a str with an XML declaration; huge_tree, since else it stops in silence at 256 levels
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    return etree.Element("html") if root is None else root  # where there are only comments


def _blocks(element: etree._Element, depth: int = 0, tables: int = 0) -> list[str | Line | Grid]:
    walk = _PageWalk(tables)
    walk.walk(element, depth)
    walk.flush()
    return walk.blocks


def _clean(text: str | None) -> str:
    """Return a paragraph as a browser shows it: white space collapsed, nothing but visible characters at its ends."""
    return WHITE_RUN.sub(" ", BROKEN.sub("", text.strip(BLANK))) if text else ""


def _span(value: str | None, limit: int) -> int:
    """Return a span as a browser reads it: the digits it begins with, within limits."""
    digits = LEADING_DIGITS.match(value or "1")
    return min(int(digits[1][:9]), limit) if digits else 1


class _PageWalk:
    """Walks the elements of a page and gathers its paragraphs and tables."""

    def __init__(self, tables: int) -> None:
        self.blocks: list[str | Line | Grid] = []
        self.parts: list[str] = []
        self.heading = 0
        self.tables = tables
        self.pictures: list[tuple[list[Cell], int]] = []  # the row and the place in it of each cell that holds nothing but a picture

    def flush(self) -> None:
        """End the paragraph."""
        if self.parts:
            text = _clean("".join(self.parts))
            self.parts.clear()
            if text and not (len(text) <= PAGE_MARK_LENGTH and PAGE_MARK.fullmatch(text)):
                self.blocks.append(Line(text, heading=self.heading) if self.heading else text)

    def walk(self, element: etree._Element, depth: int) -> None:
        """Read what an element holds."""
        if depth > DEPTH_LIMIT:  # without calling itself
            for text in element.itertext():
                self.parts.append(str(text))
                self.flush()
            return
        self.parts.append(element.text or "")
        for child in element:
            self._child(child, depth)
            self.parts.append(child.tail or "")

    def _child(self, child: etree._Element, depth: int) -> None:
        kind = KINDS.get(child.tag)
        if kind is None:
            self.walk(child, depth + 1)
        elif kind != SKIP:
            self.flush()
            self._special(kind, child, depth)
            self.flush()
        elif self.tables:
            self._field(child)

    def _special(self, kind: int, child: etree._Element, depth: int) -> None:
        if kind == HEADING:
            self.heading = int(child.tag[1])
            self.walk(child, depth + 1)
            self.flush()
            self.heading = 0
        elif kind == TABLE and self.tables < TABLE_DEPTH and depth < DEPTH_LIMIT:
            self._table(child, depth)
        elif kind == PRE:  # its line breaks count
            for line in "".join(map(str, child.itertext())).splitlines():
                self.parts.append(line)
                self.flush()
        elif kind in (BLOCK, TABLE) or (kind == HEADER and next(child.iterancestors("article", "main"), None) is not None):
            self.walk(child, depth + 1)

    def _field(self, field: etree._Element) -> None:
        """Read what a browser shows in a field of a table."""
        if field.tag == "input" and field.get("type", "text").lower() in TYPED:
            self.parts.append(field.get("value", ""))
        elif field.tag == "textarea":
            self.parts.append(field.text or "")
        elif field.tag == "select":
            options = field.findall(".//option[@selected]") or field.findall(".//option")
            self.parts.append(options[0].text or "" if options else "")

    def _table(self, table: etree._Element, depth: int) -> None:
        pen = GridPen()
        self.tables += 1
        outside, self.pictures = self.pictures, []
        self._rows(table, pen, depth, in_row=False)
        pen.end_group()
        has_numbers = any(NUMBER.fullmatch(cell.text) for row in pen.grid.rows for cell in row)
        for row, place in self.pictures:
            if any(NUMBER.fullmatch(cell.text) for cell in row) or (has_numbers and place == len(row) - 1):  # else it may be an ornament
                row[place] = replace(row[place], text=UNSEEN)
        self.pictures = outside
        self.tables -= 1
        self.flush()  # what stood between the cells goes in front, where browsers put it
        self.blocks.append(pen.grid)

    def _rows(self, element: etree._Element, pen: GridPen, depth: int, *, in_row: bool) -> None:
        """Read the rows of a table or of a part of it, or the cells of a row."""
        self.parts.append(element.text or "")
        for child in element:
            tag = child.tag
            if tag in ("td", "th"):
                if not in_row:  # its <tr> was left out
                    pen.start_row()
                    in_row = True
                self._cell(child, pen, depth)
            elif tag == "tr":
                pen.start_row()
                self._rows(child, pen, depth, in_row=True)
                in_row = False
            elif depth >= DEPTH_LIMIT or tag == "table" or next(child.iter("tr", "td", "th"), None) is None:
                self.flush()  # such as a caption
                self._child(child, depth)
                self.flush()
            elif tag in ("tbody", "thead", "tfoot"):
                pen.end_group()
                self._rows(child, pen, depth + 1, in_row=False)
                pen.end_group()
            else:
                self._rows(child, pen, depth + 1, in_row=in_row)
            self.parts.append(child.tail or "")

    def _cell(self, cell: etree._Element, pen: GridPen, depth: int) -> None:
        columns = _span(cell.get("colspan"), COLSPAN_LIMIT) or 1
        rows = _span(cell.get("rowspan"), ROWSPAN_LIMIT) or ROWSPAN_LIMIT  # 0 reaches to the end
        if raised := list(cell.iter("sup")):
            texts = (cell.xpath(f".//text()[{where}]") for where in ("not(ancestor::sup)", "ancestor::sup"))
            rest, marks = ("".join(cast("list[str]", found)) for found in texts)
            for mark in raised if is_noted_number(rest, marks) else ():
                mark[:], mark.text = [], None
        blocks = _blocks(cell, depth + 1, self.tables)
        pen.add(blocks, columns, rows)
        if not blocks and next(cell.iter(*DRAWN), None) is not None:
            self.pictures.append((pen.grid.rows[-1], len(pen.grid.rows[-1]) - 1))
