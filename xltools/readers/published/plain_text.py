"""Reads published reports from text: Markdown, columns kept apart by tabs or bars, or one cell a line."""

import re
from dataclasses import replace
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

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t\u3000]+|(?=[^#\s\d]))(.*?)(?:[ \t]+#+)?[ \t]*$")  # the space behind # is often left out
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
FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?:.*\n){0,60}?(?:---|\.\.\.)[ \t]*\r?\n")  # the YAML in front of a document
HTML_TABLE = re.compile(r"(<table\b.*?</table\s*>)", re.IGNORECASE | re.DOTALL)  # programs write one into Markdown where cells are merged
MARKS = re.compile(r"[\\*_~`<&\[]")  # where none of these stands, there is nothing to take away
LONGEST = 20_000  # characters of a line; where it has more, looking for marks could take long
SHELTER = 0xE000  # private characters stand for escaped ones while marks are taken away


def read_text(path: Path) -> Source:
    """Return the lines and table rows of a text file; Markdown by its ending. Raise UnreadableFileError for one without text."""
    text = read_characters(path)
    marked = path.suffix.lower() in MARKDOWN
    if PAGE_OF_THE_WEB.match(text) or (not marked and len(CLOSING_TAG.findall(text)) >= 10):
        source = _page(text)
    else:
        lines = sum(not line.isspace() for line in text.splitlines(keepends=True))
        if max(map(text.count, "\t|")) > CELL_LIMIT or lines > LINE_LIMIT:
            raise UnreadableFileError(path, TOO_LONG)
        items: list[Line | Row] = []
        for place, piece in enumerate(HTML_TABLE.split(text) if marked else [text]):  # every second one is a table
            tables = max((item.table for item in items if isinstance(item, Row)), default=0)
            found = _page(piece).items if place % 2 else parse_text(piece, marked)
            items += [replace(item, table=tables + item.table) if isinstance(item, Row) else item for item in found]
        source = Source("text", tuple(items))
    if not source.items:
        raise UnreadableFileError(path, EMPTY)
    return source


def _page(text: str) -> Source:
    from xltools.readers.published.web import parse_page  # needs lxml, which a browser does not have

    return parse_page(text)


def parse_text(text: str, marked: bool = False) -> tuple[Line | Row, ...]:
    """Return the lines and table rows of a text; `marked` where it is Markdown."""
    lines = split_lines(FRONT_MATTER.sub("", text) if marked else text)
    items: list[ProseLine | Row] = []
    at, tables, no_table_before, apart = 0, 0, 0, True
    while at < len(lines):
        line = lines[at]
        if at >= no_table_before:
            rows, no_table_before = find_table(lines, at, _without_marks if marked else str)
            if rows:
                tables += 1
                items += [replace(row, table=tables, number=number) for number, row in enumerate(rows, 1)]
                at, apart = no_table_before, True
                continue
        pieces, level, begins = _said(line, marked)
        apart = apart or begins
        for piece in pieces:
            items.append(measure(line, piece, level, apart))
            apart = level > 0
        at += 1
    onward = iter(going_on([item for item in items if isinstance(item, ProseLine)]))
    return tuple(Line(item.text, item.page, item.heading, next(onward)) if isinstance(item, ProseLine) else item for item in items)


def _said(line: FileLine, marked: bool) -> tuple[list[str], int, bool]:
    """Return what a line outside tables says, its level as a heading, and whether it is none of the paragraph above."""
    text, level, apart = line.text, 0, False
    if marked and (heading := HEADING.match(text)):
        text, level, apart = _without_marks(heading[2]), len(heading[1]), True
    elif line.is_blank or RULE.match(text := text.strip(EDGE_BARS)):
        return [], 0, True
    elif marked:
        bullet = BULLET.match(text)
        text, apart = _without_marks(text[bullet.end() :] if bullet else text).rstrip("\\"), bullet is not None
    pieces = (piece.strip(BLANK) for piece in text.replace("\t", " ").split("\n"))
    return [piece for piece in pieces if piece], level, apart


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
