"""read_text: the lines and table rows of a plain text or Markdown file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from xltools.errors import UnreadableFileError
from xltools.files.gate import CELL_LIMIT, EMPTY, LINE_LIMIT, TOO_LONG
from xltools.readers.published import markdown
from xltools.readers.published.characters import read_characters
from xltools.readers.published.pages import TextLine, split_pages
from xltools.readers.published.source import Line, Row, Source
from xltools.readers.published.table_rows import BLANK
from xltools.readers.published.text_columns import column_table
from xltools.readers.published.text_pipes import pipe_table
from xltools.readers.published.text_tables import separated_table, tab_table
from xltools.readers.published.web import parse_html
from xltools.readers.published.wrapping import Prose, going_on, prose

MARKDOWN = (".md", ".markdown")
PAGE_OF_THE_WEB = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
CLOSING_TAG = re.compile(r"</(?:p|td|div|tr)>", re.IGNORECASE)
TABLE_TAG = re.compile(r"<(/?)table\b", re.IGNORECASE)
CELL_TAG = re.compile(r"<t[rdh]\b", re.IGNORECASE)
TAGS_OF_A_PAGE = 10
REFUSED = 200
"""So many lines with tabs that make no table are not looked at again line by line."""


def read_text(path: Path) -> Source:
    """The lines and table rows of a text file; Markdown by its ending. Raises UnreadableFileError for one without text."""
    text = read_characters(path)
    marked = path.suffix.lower() in MARKDOWN
    is_page = _is_page(text, marked)
    if not is_page and _is_long(text):
        raise UnreadableFileError(path, TOO_LONG)
    items = parse_html(text) if is_page else parse_text(text, marked)
    if not items:
        raise UnreadableFileError(path, EMPTY)
    return Source("text", items)


def parse_text(text: str, marked: bool = False) -> tuple[Line | Row, ...]:
    """The lines and table rows of a text; `marked` where it is Markdown."""
    lines: Sequence[TextLine] = split_pages(text)
    scan = _Scan(markdown.without_tags(markdown.without_front_matter(lines)) if marked else lines, marked)
    while scan.at < len(scan.lines):
        scan.step()
    return scan.result()


def _is_long(text: str) -> bool:
    """Whether there are more lines, or cells between tabs or pipes, than are looked at."""
    if max(map(text.count, "\t|")) > CELL_LIMIT:
        return True
    return sum(not line.isspace() for line in text.splitlines(keepends=True)) > LINE_LIMIT


def _is_page(text: str, marked: bool) -> bool:
    """Whether a text is a web page's source; Markdown may hold some of it."""
    return PAGE_OF_THE_WEB.match(text) is not None or (not marked and len(CLOSING_TAG.findall(text)) >= TAGS_OF_A_PAGE)


class _Scan:
    """Goes through the lines of a text and tells tables from prose."""

    def __init__(self, lines: Sequence[TextLine], marked: bool) -> None:
        self.lines = lines
        self.marked = marked
        self.at = 0
        self.untabled = self.untagged = 0
        self.tables = 0
        self.apart = True
        self.items: list[Prose | Line | Row] = []

    def step(self) -> None:
        """Reads the next line, or the table that begins there."""
        line = self.lines[self.at]
        if line.is_blank:
            self.apart = True
            self.at += 1
        elif not (self._html_table() or self._table() or self._heading()):
            self._prose(line)

    def result(self) -> tuple[Line | Row, ...]:
        """What was read; lines that were broken for width tell that they go on."""
        lines = [item for item in self.items if isinstance(item, Prose)]
        onward = iter(going_on(lines))
        return tuple(Line(item.text, item.page, item.heading, next(onward)) if isinstance(item, Prose) else item for item in self.items)

    def _plain(self, text: str) -> str:
        return markdown.plain(text) if self.marked else text

    def _table(self) -> bool:
        """Reads a table made of characters."""
        found = pipe_table(self.lines, self.at, self._plain)
        if found is None and self.at >= self.untabled:
            found = tab_table(self.lines, self.at, self._plain)
            if found and not found.rows and found.end - self.at > REFUSED:
                self.untabled = found.end
        found = found or separated_table(self.lines, self.at, self._plain) or column_table(self.lines, self.at)
        if found is None or not found.rows:
            return False
        self.tables += 1
        self.items += [Row(row.cells, self.tables, number, row.page) for number, row in enumerate(found.rows, 1)]
        self.at, self.apart = found.end, True
        return True

    def _html_table(self) -> bool:
        """Reads a table in HTML, and what else stands on its lines."""
        end = self._html_end() if self.at >= self.untagged else self.at
        text = "\n".join(line.text for line in self.lines[self.at : end])
        if not CELL_TAG.search(text):
            self.untagged = max(self.untagged, end)
            return False
        page = self.lines[self.at].page
        first = self.tables
        for item in parse_html(text):
            if isinstance(item, Row):
                self.tables = first + item.table
                item = replace(item, table=self.tables)
            self.items.append(replace(item, page=page))
        self.at, self.apart = end, True
        return True

    def _html_end(self) -> int:
        """The line behind the one that ends the table in HTML which begins on this line; this line where none does."""
        depth = 0
        for at in range(self.at, len(self.lines)):
            for tag in TABLE_TAG.finditer(self.lines[at].text):
                depth += -1 if tag[1] else 1
            if depth <= 0:
                return self.at if at == self.at and not TABLE_TAG.search(self.lines[at].text) else at + 1
        return len(self.lines)

    def _heading(self) -> bool:
        found = markdown.heading(self.lines, self.at, self.apart) if self.marked else None
        if found:
            level, text, count = found
            self._add(self.lines[self.at], text, level)
            self.at, self.apart = self.at + count, True
        return found is not None

    def _prose(self, line: TextLine) -> None:
        self.at += 1
        if markdown.RULE.match(line.text.strip()):
            self.apart = True
            return
        text = markdown.CAPTION.sub("", line.text, count=1)
        if self.marked:
            bullet = markdown.BULLET.match(text)
            self.apart = self.apart or bullet is not None
            text = self._plain(text[bullet.end() :] if bullet else text).rstrip("\\")
        for piece in text.replace("\t", " ").split("\n"):
            self._add(line, piece)

    def _add(self, line: TextLine, text: str, heading: int = 0) -> None:
        text = text.strip(BLANK)
        if text:
            self.items.append(prose(line.text, text, page=line.page, heading=heading, joint=line.joint, apart=self.apart))
        self.apart = False
