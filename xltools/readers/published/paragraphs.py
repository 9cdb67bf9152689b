"""find_paragraphs: the paragraphs of a file outside its official tables, without what a printing program puts on each page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from xltools.numerals import EDGES, is_blank, leading_number
from xltools.readers.published.source import Line, Row, Source
from xltools.readers.published.titles import find_title, is_title

LATIN_END, LATIN_START = re.compile(r"[A-Za-z]$"), re.compile(r"^[A-Za-z]")
PRINTED = re.compile(r"\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s+(?:[上下]午)?\d{1,2}:\d\d(?::\d\d)?(?:\s*[AaPp][Mm])?(?!\d)\s*(?P<rest>.*)")
"""The time of printing that a browser puts above each page, in front of the page's title."""
ADDRESS_AND_PAGE = re.compile(r"\s*(?:https?|file)://\S+\s+\d{1,3}\s*/\s*\d{1,3}\s*")
"""The address and the page's number that a browser puts below each page."""
SENTENCE_END = re.compile(r"[。！？!?：:；;…][”’」）)]?$")
OPENING = 60
"""The items at the beginning of a file in which its title is looked for."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its text, the first and the last of the source's items that it takes, its page, and the level of a marked heading."""

    text: str
    first: int
    last: int
    page: int
    heading: int


def find_paragraphs(source: Source, spans: Iterable[tuple[int, int]]) -> tuple[Paragraph, ...]:
    """The paragraphs outside the tables that take these spans of items; rows of other tables become a line each."""
    taken = {index for first, last in spans for index in range(first, last + 1)}
    marks = _print_marks(source)
    lines: list[tuple[int, Line]] = []
    paragraphs: list[Paragraph] = []
    interrupted = False
    for index, item in enumerate(source.items):
        line = marks[index] if index in marks else item if isinstance(item, Line) else _as_line(item)
        if line is None:
            interrupted = True
            continue
        goes_on = bool(lines) and (_runs_over(lines[-1][1], line) if interrupted else lines[-1][1].goes_on)
        interrupted = False
        if lines and (index in taken or line.heading or not goes_on):
            paragraphs.append(_paragraph(lines))
            lines = []
        if index not in taken:
            lines.append((index, line))
    if lines:
        paragraphs.append(_paragraph(lines))
    return tuple(paragraph for paragraph in paragraphs if paragraph.text)


def _as_line(row: Row) -> Line:
    """A row of a table that is none of the official ones, as a line."""
    return Line("　".join(" ".join(cell.text.split()) for cell in row.cells if not is_blank(cell.text)), row.page)


def _paragraph(lines: Sequence[tuple[int, Line]]) -> Paragraph:
    """The lines of a paragraph as one; Latin words that the end of a line parts stay apart."""
    pieces: list[str] = []
    end = ""
    for _, line in lines:
        piece = f" {line.text}" if LATIN_END.search(end) and LATIN_START.match(line.text) else line.text
        pieces.append(piece)
        end = (end + piece)[-2:]  # all of the text would be searched for each line
    text = "".join(pieces)
    (first, line), (last, _) = lines[0], lines[-1]
    return Paragraph(EDGES.sub("", text), first, last, line.page, line.heading)


# ------------------------------------------------------------------------------------------------ printed from a browser


def _print_marks(source: Source) -> dict[int, Line | None]:
    """The lines that a browser printed around each page, None where nothing of them is the file's own.

    The title behind the time of printing is left once, where no title stands in front of it: the text itself need not have one.
    """
    marks: dict[int, Line | None] = {}
    titles: set[str] = set()
    for index, item in enumerate(source.items):
        if not isinstance(item, Line) or ":" not in item.text:
            continue
        printed = PRINTED.fullmatch(item.text)
        if printed and _is_running(rest := EDGES.sub("", printed["rest"])):
            kept = rest and rest not in titles and not _has_title(source.items[: min(index, OPENING)])
            marks[index] = replace(item, text=rest) if kept else None
            titles.add(rest)
            if not rest:
                marks |= _title_beside(source, index, titles)
        elif ADDRESS_AND_PAGE.fullmatch(item.text):
            marks[index] = None
    return marks


@lru_cache(maxsize=1)  # each page may have another title, and the beginning be the same
def _has_title(items: Sequence[Line | Row]) -> bool:
    """Whether the beginning of a file holds a report's title."""
    return find_title([item.text for item in items if isinstance(item, Line)]) is not None


def _is_running(rest: str) -> bool:
    """Whether what stands behind the time of printing is a page's title, or nothing."""
    return not rest or is_title(rest)


def _title_beside(source: Source, index: int, titles: set[str]) -> dict[int, Line | None]:
    """The report's title on the line in front of the time of printing, or behind it, where it stands a further time."""
    marks: dict[int, Line | None] = {}
    for beside in (index - 1, index + 1):
        item = source.items[beside] if 0 <= beside < len(source.items) else None
        if isinstance(item, Line) and is_title(text := EDGES.sub("", item.text)):
            if text in titles:
                marks[beside] = None
            titles.add(text)
    return marks


def _runs_over(line: Line, following: Line) -> bool:
    """Whether a paragraph goes on behind what was printed at the end of a page."""
    ended = line.heading or following.heading or SENTENCE_END.search(EDGES.sub("", line.text))
    return not ended and not leading_number(following.text) and len(line.text) > 15
