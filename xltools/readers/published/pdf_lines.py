"""Joins the text lines of a PDF into paragraphs, without page numbers, running heads and feet."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from xltools.numerals import leading_number
from xltools.readers.published.pdf_columns import with_columns
from xltools.readers.published.pdf_tables import RuledTable
from xltools.readers.published.pdf_text import Bounds, TextLine, is_latin
from xltools.readers.published.source import Cell, Line, Row

Element = TextLine | RuledTable

PAGE_NUMBER = re.compile(r"[-—–─~·.\s]*\d{1,3}[-—–─~·.\s]*|第\s*\d{1,4}\s*页[\s,，/]*(?:共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}")
DIGITS = re.compile(r"\d+")
MARGIN = 0.15  # page numbers and running heads stand in this part of a page's height, at its top or bottom
OUTERMOST = 2  # how many lines at each end of a page may be running heads or feet
REPEATED = 3  # a head is a running one from so many pages on
SAME_PLACE = 4.0  # how far running heads may stand from page to page, in points

REACH = 1.5  # a line that ends this close to the right edge is full, in ems
INDENT = 0.9  # a line that begins this far from the left edge begins a paragraph, in ems
SPACED = 1.6  # lines this much further apart than most belong to two paragraphs
NARROWEST = 0.75  # where no line reaches this part of the page's width, all are short
LARGER = 1.15  # titles are this much larger than most of the text
ADDRESS = re.compile(r"[/@._][!-~]*$")  # the end of a line in a web or mail address, which may break anywhere
VALUES = re.compile(r"[\d.,，/—-]+")
FEWEST_CELLS = 3  # so many last cells of two rows, one below the other, make them rows of one table
FIRST_PIECE = re.compile(
    r"[（《“‘〔【(\[「『〈]*(?:[!-~]+|.)[，。、；：！？）》”’〕】,.;:!?)\]」』〉%％]*(?:(?<=[，。；！？）》”])\d+|[“‘].)?"
)
"""What is not parted at a line's beginning: a bracket and what follows, a Latin word, punctuation after either; by LibreOffice also a number or quotation behind."""


class PageText(NamedTuple):
    """What stands on a page, from top to bottom, and how many characters, unknown ones among them; `number` counts from 1."""

    number: int
    box: Bounds
    elements: tuple[Element, ...]
    characters: int = 0
    unmapped: int = 0  # how many of its characters no one knows
    has_pictures: bool = False

    @property
    def lines(self) -> list[TextLine]:
        """Return its lines of text outside tables."""
        return [element for element in self.elements if isinstance(element, TextLine)]


def without_furniture(pages: Sequence[PageText]) -> list[PageText]:
    """Return the pages without page numbers, running heads and running feet."""
    outer = [(line, DIGITS.sub("#", line.text)) for page in pages for line in _outermost(page)]
    seen: dict[str, list[float]] = defaultdict(list)
    for line, pattern in outer:
        seen[pattern].append(line.y)
    often = max(REPEATED, len(pages) / 3)
    running = (line for line, pattern in outer if sum(abs(y - line.y) <= SAME_PLACE for y in seen[pattern]) >= often)
    dropped = {id(line) for line in (*running, *(line for line, _ in outer if PAGE_NUMBER.fullmatch(line.text)))}
    return [page._replace(elements=tuple(one for one in page.elements if id(one) not in dropped)) for page in pages]


def _outermost(page: PageText) -> list[TextLine]:
    """Return the first and last lines of a page, as far as they stand in its margins."""
    _, top, _, bottom = page.box
    margin = MARGIN * (bottom - top)
    lines = page.lines
    return [line for line in lines[:OUTERMOST] if line.y < top + margin] + [line for line in lines[-OUTERMOST:] if line.y > bottom - margin]


class Setting(NamedTuple):
    """How the text of pages is set: its left and right edge, its size, and how far its lines stand apart."""

    left: float
    right: float
    size: float
    pitch: float

    def is_title(self, line: TextLine) -> bool:
        """Return whether a line stands in the middle between the edges, and is larger than the text."""
        return abs(line.x0 + line.x1 - self.left - self.right) < 2 * line.size and line.size > LARGER * self.size


def settings(pages: Sequence[PageText]) -> Mapping[Bounds, Setting]:
    """Return the setting of the pages that have text, for each box of theirs."""
    found = {}
    for box in {page.box for page in pages if page.lines}:
        lines = [line for page in pages if page.box == box for line in page.lines]
        size = Counter(round(line.size, 1) for line in lines for _ in line.glyphs).most_common(1)[0][0]
        pairs = (pair for page in pages if page.box == box for pair in pairwise(page.lines))
        pitches = [after.y - line.y for line, after in pairs if round(line.size, 1) == round(after.size, 1) == size]
        least = box[0] + NARROWEST * (box[2] - box[0])
        right = max(-_edge([-line.x1 for line in lines], size), least)
        found[box] = Setting(_edge([line.x0 for line in lines], size), right, size, median(pitches) if pitches else 0)
    return found


def _edge(values: Iterable[float], size: float) -> float:
    """Return the outermost value that another one confirms; a single line may stick out."""
    ordered = sorted(values)
    return next((value for value, after in pairwise(ordered) if after - value < size / 2), ordered[0])


def goes_on(line: TextLine, after: TextLine, setting: Setting, *, same_page: bool) -> bool:
    """Return whether a line's paragraph goes on in the line after it."""
    if abs(line.size - after.size) > 0.1 * setting.size:
        return False
    if setting.is_title(line) and setting.is_title(after):
        return same_page
    if same_page and after.y - line.y > SPACED * max(setting.pitch, line.size):
        return False
    # a full line is a numbered heading all the same, where no Chinese character after it has its font
    is_heading = leading_number(line.text) and after.fonts and not line.fonts & after.fonts
    if after.x0 > setting.left + INDENT * after.size or is_heading:
        return False
    pieces = FIRST_PIECE.findall("".join(glyph.text[0] for glyph in after.glyphs))
    needed = after.glyphs[len(pieces[0]) - 1].x1 - after.x0 + line.size / 2
    return setting.right - line.x1 < max(REACH * line.size, needed)


def items(pages: Sequence[PageText]) -> Iterator[Line | Row]:
    """Yield the lines and table rows of the pages; a line that goes on ends in the space that parts it from the next."""
    pages = [page._replace(elements=tuple(with_columns(page.elements))) for page in pages]
    found = settings(pages)
    placed = _rejoined((page, element) for page in pages for element in page.elements)
    followers = [*placed[1:], (None, None)]
    tables = 0
    for (page, element), (next_page, after) in zip(placed, followers, strict=False):
        if isinstance(element, RuledTable):
            tables += 1
            yield from (Row(cells, tables, number, page.number) for number, cells in enumerate(element.rows, 1))
        elif isinstance(after, TextLine) and goes_on(element, after, found[page.box], same_page=page is next_page):
            yield Line(element.text + _space(element, after), page.number, goes_on=True)
        else:
            yield Line(element.text, page.number)


def _rejoined(placed: Iterable[tuple[PageText, Element]]) -> list[tuple[PageText, Element]]:
    """Return the elements of pages, with a table's row that a page's end broke as one."""
    joined: list[tuple[PageText, Element]] = []
    for page, element in placed:
        before, upper = joined[-1] if joined else (page, element)
        if before is not page and isinstance(upper, RuledTable) and isinstance(element, RuledTable):
            whole = _whole_row(upper.rows[-1], element.rows[0])
            if whole:
                joined[-1] = before, upper._replace(rows=(*upper.rows[:-1], whole))
                element = element._replace(rows=element.rows[1:])
        joined.append((page, element))
    return joined


def _whole_row(last: Sequence[Cell], first: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the row that the last row of a page and the first of the next are pieces of; none where they are two."""
    # of two pieces only one has values, and the rest of a label has no number in front
    own, rest = ([cell.text for cell in row if cell.text and not VALUES.fullmatch(cell.text)][-1:] for row in (last, first))
    pieces = sum(any(VALUES.fullmatch(cell.text) for cell in row) for row in (last, first)) == 1
    # counted from the end: the table may have more columns of labels on the next page
    ends = [[(row[-1].column - cell.column, cell.colspan) for cell in row[-FEWEST_CELLS:]] for row in (last, first) if row]
    if not own or not rest or not pieces or ends[0] != ends[1] or not leading_number(own[0]) or leading_number(rest[0]):
        return ()
    further = first[-1].column - last[-1].column
    texts = {cell.column - (further if VALUES.fullmatch(cell.text) else 0): cell.text for cell in first if cell.text}
    return tuple(replace(cell, text="\n".join(filter(None, (cell.text, texts.get(cell.column, ""))))) for cell in last)


def _space(line: TextLine, after: TextLine) -> str:
    """Return the space that a line ends in, if it parts words: one that is written, or that got lost between two Latin words."""
    last, first = line.glyphs[-1], after.glyphs[0]
    if line.ends_in_space:  # Chinese has none, and some programs write one at the end of any line
        return " " if is_latin(last) or is_latin(first) else ""
    words = last.text.isascii() and last.text.isalpha() and first.text.isascii() and first.text.isalpha()
    return " " if words and not ADDRESS.search(line.text) else ""
