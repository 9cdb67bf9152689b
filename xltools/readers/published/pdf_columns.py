"""Tables of a PDF that have no ruled lines: words set in columns, told from prose by rows of numbers that stand under each other."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from xltools.readers.published.pdf_tables import RuledTable
from xltools.readers.published.pdf_text import CUT, Glyph, TextLine
from xltools.readers.published.source import Cell

COLUMN_GAP = 1.5
"""Words further apart than this stand in two columns, in ems."""
NUMBER_GAP = 0.4
"""Digits further apart than this belong to two numbers, in ems, if they end a line with others."""
SAME_START = 1.0
"""How far apart numbers below each other begin, in points, where they are set flush left."""
VALUE = re.compile(rf"[-+−]?\d[\d,，]*(?:\.\d+)?{CUT}?|[-—–/／]")
FEWEST_ROWS, ENOUGH_VALUES = 2, 8
"""A table has so many rows of two or more values, or one row of so many."""
LINES_BETWEEN = 4
"""How many lines may stand between rows of values: headings, and labels broken over several lines."""
HEADING_LINES = 6
HALF_A_LINE = 0.85
"""Lines closer than this stand beside each other, in ems."""


@dataclass(frozen=True)
class Pieces:
    """A line taken apart at its wide gaps, and how many values stand at its end."""

    line: TextLine
    parts: tuple[TextLine, ...]
    values: int

    @property
    def is_row(self) -> bool:
        """Whether it is a row of values: several, or one with a label."""
        return self.values > 1 or (self.values == 1 and len(self.parts) == 2)

    @property
    def is_bare(self) -> bool:
        """Whether it is a row of values without a label."""
        return self.values > 1 and self.values == len(self.parts)


def with_columns(elements: Sequence[TextLine | RuledTable]) -> list[TextLine | RuledTable]:
    """Return the elements of a page, with a table in place of lines that are one."""
    text = [element for element in elements if isinstance(element, TextLine)]
    width = max((line.x1 for line in text), default=0) - min((line.x0 for line in text), default=0)
    found: list[TextLine | RuledTable] = []
    for _, run in groupby(elements, lambda element: isinstance(element, TextLine)):
        members = list(run)
        lines = _with_labels(_with_values([_pieces(one) for one in members if isinstance(one, TextLine)]))
        found += _with_tables(lines, width) if lines else members
    return found


def _pieces(line: TextLine) -> Pieces:
    parts, start, end = [], 0, line.glyphs[0].x1
    for index, glyph in enumerate(line.glyphs):
        if glyph.text.isspace():
            continue
        if glyph.x0 - end > _gap(line.glyphs[index - 1], glyph) * line.size:
            parts.append(_part(line, start, index))
            start = index
        end = max(end, glyph.x1)
    parts.append(_part(line, start, len(line.glyphs)))
    values = next((n for n, part in enumerate(reversed(parts)) if not VALUE.fullmatch(part.text)), len(parts))
    return Pieces(line, tuple(parts), values)


def _gap(left: Glyph, right: Glyph) -> float:
    """Return the gap between two characters that parts columns, in ems: digits of a number stand close to each other."""
    return NUMBER_GAP if left.text.isdigit() and right.text.isdigit() else COLUMN_GAP


def _with_values(lines: Sequence[Pieces]) -> list[Pieces]:
    """Return the lines, with numbers taken off the labels in front that they touch, where those of other lines begin."""
    starts = [part.x0 for pieces in lines for part in pieces.parts if VALUE.fullmatch(part.text)]
    return [_split(pieces, starts) for pieces in lines]


def _split(pieces: Pieces, starts: Sequence[float]) -> Pieces:
    for index, part in enumerate(pieces.parts):
        at = len(part.glyphs)
        while at and part.glyphs[at - 1].text.isdigit():
            at -= 1
        in_front, follows = part.glyphs[:at], part.glyphs[at:]
        if not in_front or not follows or not "\u4e00" <= in_front[-1].text <= "\u9fff" or not _stand_there(starts, follows[0].x0):
            continue
        value = TextLine(follows)
        parts = (*pieces.parts[:index], TextLine(in_front), value, *pieces.parts[index + 1 :])
        return Pieces(pieces.line, parts, pieces.values + 1 if index + 1 + pieces.values == len(pieces.parts) else pieces.values)
    return pieces


def _stand_there(starts: Sequence[float], x: float) -> bool:
    """Return whether the numbers of several lines begin there."""
    return sum(abs(start - x) < SAME_START for start in starts) >= FEWEST_ROWS


def _part(line: TextLine, start: int, end: int) -> TextLine:
    while line.glyphs[end - 1].text.isspace():
        end -= 1
    return TextLine(line.glyphs[start:end])


def _with_labels(lines: Sequence[Pieces]) -> list[Pieces]:
    """Return the lines, with what stands half a line above and below a row of bare values in the row: its label is two lines high."""
    joined: list[Pieces] = []
    label: Pieces | None = None  # the row that the last line was added to
    for pieces in lines:
        last = joined[-1] if joined else None
        if last and not last.values and pieces.is_bare and _are_near(last, pieces):
            joined[-1] = label = Pieces(pieces.line, (*last.parts, *pieces.parts), pieces.values)
        elif last and not pieces.values and (last.is_bare or last is label) and _are_near(last, pieces):
            joined[-1] = Pieces(last.line, (*last.parts[: -last.values], *pieces.parts, *last.parts[-last.values :]), last.values)
        else:
            joined.append(pieces)
    return joined


def _are_near(upper: Pieces, lower: Pieces) -> bool:
    return lower.line.y - upper.line.y < HALF_A_LINE * lower.line.size


def _with_tables(lines: Sequence[Pieces], width: float) -> Iterator[TextLine | RuledTable]:
    done = 0
    for start, end in _blocks(lines, width):
        yield from (pieces.line for pieces in lines[done:start])
        yield from _tables(lines[start:end])
        done = end
    yield from (pieces.line for pieces in lines[done:])


def _blocks(lines: Sequence[Pieces], width: float) -> Iterator[tuple[int, int]]:
    """From where to where the lines are tables."""
    rows = [index for index, pieces in enumerate(lines) if pieces.is_row]
    blocks: list[list[int]] = []
    for index in rows:
        if blocks and _are_between(lines[blocks[-1][-1] + 1 : index], width):
            blocks[-1].append(index)
        else:
            blocks.append([index])
    end = 0
    for block in blocks:
        counts = [lines[index].values for index in block]
        if sum(count > 1 for count in counts) >= FEWEST_ROWS or max(counts) >= ENOUGH_VALUES:
            start = block[0]
            while start > max(end, block[0] - HEADING_LINES) and len(lines[start - 1].parts) > 1:
                start -= 1
            end = block[-1] + 1
            yield start, end


def _are_between(lines: Sequence[Pieces], width: float) -> bool:
    """Return whether lines between two rows of values may belong to their table: few, and none of them prose."""
    return len(lines) <= LINES_BETWEEN and all(len(pieces.parts) > 1 or pieces.line.x1 - pieces.line.x0 < width / 2 for pieces in lines)


def _tables(lines: Sequence[Pieces]) -> Iterator[RuledTable]:
    """Yield the tables of a block: a new one begins where the rows get another number of values, with the headings before it."""
    start, count, headings = 0, 0, 0
    for index, pieces in enumerate(lines):
        if pieces.is_row and pieces.values > 1:
            if count and pieces.values != count:
                yield _table(lines[start:headings])
                start = headings
            count = pieces.values
        headings = index + 1 if pieces.is_row else headings
    yield _table(lines[start:])


def _table(lines: Sequence[Pieces]) -> RuledTable:
    columns = _columns([pieces for pieces in lines if pieces.is_row and pieces.values > 1] or list(lines))
    return RuledTable(lines[0].line.top, tuple(_cells(pieces, columns) for pieces in lines))


def _columns(rows: Sequence[Pieces]) -> list[float]:
    """Return the right ends of columns: of stretches that words stand in, one above the other."""
    spans = sorted((part.x0, part.x1) for pieces in rows for part in pieces.parts)
    ends = [spans[0][1]]
    for x0, x1 in spans[1:]:
        if x0 > ends[-1]:
            ends.append(x1)
        ends[-1] = max(ends[-1], x1)
    return ends


def _cells(pieces: Pieces, columns: Sequence[float]) -> tuple[Cell, ...]:
    """Return the cells of a line; words that stand over several columns have them all."""
    texts: dict[int, list[TextLine]] = defaultdict(list)
    for part in pieces.parts:
        texts[min(bisect_left(columns, part.x0), len(columns) - 1)].append(part)
    cells = []
    for column, parts in texts.items():
        last = min(bisect_left(columns, parts[-1].x1), len(columns) - 1)
        following = min((other for other in texts if other > column), default=len(columns))
        cells.append(Cell("\n".join(part.text for part in parts), column, max(1, min(last + 1, following) - column)))
    return tuple(cells)
