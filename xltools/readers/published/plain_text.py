"""Reads published reports from text: Markdown, columns kept apart by tabs or bars, or one cell a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path

from xltools.errors import UnreadableFileError
from xltools.files.gate import CELL_LIMIT, EMPTY, LINE_LIMIT, TOO_LONG
from xltools.readers.published.source import Line, Row, Source
from xltools.readers.published.table_rows import BLANK
from xltools.readers.published.text_lines import FileLine, ProseLine, going_on, measure, read_characters, split_lines
from xltools.readers.published.text_tables import EDGE_BARS, find_table

MARKDOWN = (".md", ".markdown")
PAGE_OF_THE_WEB = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
CLOSING_TAG = re.compile(r"</(?:p|td|div|tr)>", re.IGNORECASE)
TAGS_OF_A_PAGE = 10

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t\u3000]+|(?=[^#\s\d]))(.*?)(?:[ \t]+#+)?[ \t]*$")
"""A heading; the space behind the marks is often forgotten."""
UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
RULE = re.compile(r"(?:[-=_*~—]\s*){3,}$|(?:```|~~~)\w*\s*$|:{3,}\s*(?:\{[^{}]*\}|[\w.-]+)?\s*:*$")
"""A line across the page, or the fence of a block (```, or ::: {.section}); it says nothing."""
BULLET = re.compile(r"\s*(?:[-*+•][ \t]+(?:\[[ xX]\] )?|(?:>[ \t]?)+)")
IMAGE = re.compile(r"!\[([^\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
LINK = re.compile(r"\[([^\]]*)\]\(<?[^()\s]*(?:\([^()]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\)")
AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<!--.*?-->")
DELETED = re.compile(r"~~(?=\S)[^~]+(?<=\S)~~")
STRONG = re.compile(r"(\*\*\*|\*\*|__|`+)(?=\S)(.+?)(?<=\S)\1")
EMPHASIS = re.compile(r"(?<![\\*\w])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?!\*)")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
MARKS = re.compile(r"[\\*_~`<&\[]")
"""Where none of these stands, there is nothing to take away."""
LONGEST = 20_000
"""Characters of a line; where it has more, looking for marks could take long."""
SHELTER = 0xE000
"""Private characters stand for escaped ones while marks are taken away."""


def read_text(path: Path) -> Source:
    """Return the lines and table rows of a text file; Markdown by its ending. Raise UnreadableFileError for one without text."""
    text = read_characters(path)
    marked = path.suffix.lower() in MARKDOWN
    is_page = PAGE_OF_THE_WEB.match(text) is not None or (not marked and len(CLOSING_TAG.findall(text)) >= TAGS_OF_A_PAGE)
    if not is_page and _is_long(text):
        raise UnreadableFileError(path, TOO_LONG)
    if is_page:
        from xltools.readers.published.web import parse_html  # needs lxml, which a browser does not have

        items = parse_html(text)
    else:
        items = parse_text(text, marked)
    if not items:
        raise UnreadableFileError(path, EMPTY)
    return Source("html" if is_page else "text", items)


def _is_long(text: str) -> bool:
    """Return whether there are more lines, or cells between tabs or bars, than are looked at."""
    if max(map(text.count, "\t|")) > CELL_LIMIT:
        return True
    return sum(not line.isspace() for line in text.splitlines(keepends=True)) > LINE_LIMIT


def parse_text(text: str, marked: bool = False) -> tuple[Line | Row, ...]:
    """Return the lines and table rows of a text; `marked` where it is Markdown."""
    lines = split_lines(text)
    scan = _TextScan(_without_front_matter(lines) if marked else lines, marked)
    at = 0
    while at < len(scan.lines):
        at = scan.step(at)
    prose = [item for item in scan.items if isinstance(item, ProseLine)]
    onward = iter(going_on(prose))
    return tuple(Line(item.text, item.page, item.heading, next(onward)) if isinstance(item, ProseLine) else item for item in scan.items)


class _TextScan:
    """Goes through the lines of a text and tells tables from prose."""

    def __init__(self, lines: Sequence[FileLine], marked: bool) -> None:
        self.lines = lines
        self.items: list[ProseLine | Row] = []
        self._marked = marked
        self._tables = 0
        self._no_table_before = 0
        self._apart = True

    def step(self, at: int) -> int:
        """Read the line at a place, or the table or heading that begins there; return the place behind it."""
        line = self.lines[at]
        if line.is_blank:
            self._apart = True
            return at + 1
        if at >= self._no_table_before and (stretch := find_table(self.lines, at, _without_marks if self._marked else str)):
            if stretch.rows:
                self._tables += 1
                self.items += [Row(row.cells, self._tables, number, row.page) for number, row in enumerate(stretch.rows, 1)]
                self._apart = True
                return stretch.end
            self._no_table_before = stretch.end
        if self._marked and (found := _heading(self.lines, at, self._apart)):
            level, text, count = found
            self._add(line, text, level)
            self._apart = True
            return at + count
        self._prose(line)
        return at + 1

    def _prose(self, line: FileLine) -> None:
        text = line.text.strip(EDGE_BARS)
        if RULE.match(text):
            self._apart = True
            return
        if self._marked:
            bullet = BULLET.match(text)
            self._apart = self._apart or bullet is not None
            text = _without_marks(text[bullet.end() :] if bullet else text).rstrip("\\")
        for piece in text.replace("\t", " ").split("\n"):
            self._add(line, piece)

    def _add(self, line: FileLine, text: str, heading: int = 0) -> None:
        text = text.strip(BLANK)
        if text:
            self.items.append(measure(line, text, heading, self._apart))
        self._apart = False


def _without_marks(text: str) -> str:
    """Return the text without emphasis, links, tags, escapes and what is struck through; <br> is a line feed."""
    if not MARKS.search(text) or len(text) > LONGEST:
        return text
    text = ESCAPE.sub(lambda found: chr(SHELTER + ord(found[1])), text)
    text = TAG.sub("", BREAK.sub("\n", AUTOLINK.sub(r"\1", text)))
    text = DELETED.sub("", LINK.sub(r"\1", IMAGE.sub(r"\1", text)))
    text = EMPHASIS.sub(r"\1", STRONG.sub(r"\2", STRONG.sub(r"\2", text)))
    text = unescape(text) if "&" in text else text
    return "".join(chr(ord(char) - SHELTER) if SHELTER < ord(char) < SHELTER + 128 else char for char in text)


def _heading(lines: Sequence[FileLine], at: int, apart: bool) -> tuple[int, str, int] | None:
    """Return the level and text of a heading that begins at a line, and how many lines it takes; None where none begins.

    `apart` tells that no paragraph goes on up to this line; only then a rule under it makes it a heading.
    """
    text = lines[at].text
    if marked := HEADING.match(text):
        return len(marked[1]), _without_marks(marked[2]), 1
    if at + 1 < len(lines) and apart and not lines[at + 1].joint:
        under = UNDERLINE.match(lines[at + 1].text)
        if under and text.strip() and not UNDERLINE.match(text) and "|" not in text:
            return 1 if under[1].startswith("=") else 2, _without_marks(text.strip()), 2
    return None


def _without_front_matter(lines: Sequence[FileLine]) -> Sequence[FileLine]:
    """Return the lines behind the YAML in front of a document."""
    if lines and lines[0].text.rstrip() == "---":
        for at, line in enumerate(lines[1:60], 1):
            if line.text.rstrip() in ("---", "..."):
                return lines[at + 1 :]
    return lines
