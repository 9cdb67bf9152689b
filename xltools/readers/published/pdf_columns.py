"""Finds tables of a PDF that have no ruled lines: words set in columns, told from prose by rows of numbers that stand under each other."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

from xltools.readers.published.pdf_tables import RuledTable, is_unseen
from xltools.readers.published.pdf_text import CUT, TextLine
from xltools.readers.published.source import UNSEEN, Cell

COLUMN_GAP = 1.5  # words further apart than this stand in two columns, in ems
NUMBER_GAP = 0.2  # digits further apart than this belong to two numbers, in ems
HEADING_GAP = 0.25  # headings further apart than this stand above two columns, if there are two, in ems
SAME_START = 1.0  # how far apart numbers below each other begin, in points, where they are set flush left
VALUE = re.compile(rf"[-+−]?\d[\d,，]*(?:\.\d+)?{CUT}?|[-—–/／]")
FEWEST_ROWS, ENOUGH_VALUES = 2, 8  # a table has so many rows of two or more values, or one row of so many
LINES_BETWEEN = 4  # how many lines may stand between rows of values: headings, and labels broken over several lines
HEADING_LINES, MANY_HEADINGS = 6, 3
HALF_A_LINE, NEARLY_BESIDE, WHOLE_LINE = 0.85, 1.2, 1.8
"""Lines closer than the first stand beside each other, lines of prose further apart than the second, those of one heading closer than the third."""


@dataclass(frozen=True)
class Pieces:
    """A line taken apart at its wide gaps."""

    line: TextLine
    parts: tuple[TextLine, ...]

    @cached_property
    def values(self) -> int:
        """Return how many values stand at its end."""
        return next((number for number, part in enumerate(reversed(self.parts)) if not VALUE.fullmatch(part.text)), len(self.parts))

    @property
    def is_row(self) -> bool:
        """Tell whether it is a row of values: several, or one with a label."""
        return self.values > 1 or (self.values == 1 and len(self.parts) == 2)

    @property
    def labels(self) -> tuple[TextLine, ...]:
        """Return what stands in front of its values."""
        return self.parts[: len(self.parts) - self.values]


def with_columns(elements: Sequence[TextLine | RuledTable]) -> list[TextLine | RuledTable]:
    """Return the elements of a page, with a table in place of lines that are one."""
    text = [element for element in elements if isinstance(element, TextLine)]
    width = max((line.x1 for line in text), default=0) - min((line.x0 for line in text), default=0)
    found: list[TextLine | RuledTable] = []
    for _, run in groupby(elements, lambda element: isinstance(element, TextLine)):
        members = list(run)
        lines = [Pieces(one, tuple(_cut(one, COLUMN_GAP))) for one in members if isinstance(one, TextLine)]
        starts = [part.x0 for pieces in lines for part in pieces.parts if VALUE.fullmatch(part.text)]
        found += _with_tables(_with_labels([_split(pieces, starts) for pieces in lines]), width) if lines else members
    return found


def _cut(line: TextLine, widest: float) -> Iterator[TextLine]:
    """Yield the pieces of a line between its gaps that are wider than so many ems; in a number narrower ones part it."""
    start, behind, x1 = 0, 0, line.glyphs[0].x1
    for index, glyph in enumerate(line.glyphs):
        if not glyph.text.isspace():
            narrow = line.glyphs[index - 1].text.isdigit() and glyph.text.isdigit()
            if (glyph.x0 - x1) / line.size > (NUMBER_GAP if narrow else widest):
                yield TextLine(line.glyphs[start:behind])
                start = index
            behind, x1 = index + 1, max(x1, glyph.x1)
    yield TextLine(line.glyphs[start:behind])


def _split(pieces: Pieces, starts: Sequence[float]) -> Pieces:
    """Return a line with a number taken off the label in front that it touches, where those of other lines begin."""
    for index, part in enumerate(pieces.parts):
        at = len(part.glyphs)
        while at and part.glyphs[at - 1].text.isdigit():
            at -= 1
        in_front, follows = part.glyphs[:at], part.glyphs[at:]
        if not in_front or not follows or not "\u4e00" <= in_front[-1].text <= "\u9fff":
            continue
        if sum(abs(start - follows[0].x0) < SAME_START for start in starts) >= FEWEST_ROWS:
            return Pieces(pieces.line, (*pieces.parts[:index], TextLine(in_front), TextLine(follows), *pieces.parts[index + 1 :]))
    return pieces


def _with_labels(lines: Sequence[Pieces]) -> list[Pieces]:
    """Return the lines, with what stands half a line above and below a row that has no label there in the row: its label is two lines high."""
    joined: list[Pieces] = []
    label: Pieces | None = None  # the row that the last line was added to
    for pieces in lines:
        last = joined[-1] if joined else None
        near = last is not None and pieces.line.y - last.line.y < HALF_A_LINE * pieces.line.size
        if near and last and not last.values and pieces.values > 1 and all(part.x1 < last.parts[-1].x0 for part in pieces.labels):
            parts = (*last.parts[:-1], *pieces.labels, last.parts[-1], *pieces.parts[len(pieces.labels) :])
            joined[-1] = label = Pieces(pieces.line, parts)
        elif near and last and not pieces.values and (last is label or (last.values > 1 and not last.labels)):
            own = last.labels[-1:]
            text = TextLine((*own[0].glyphs, *pieces.parts[-1].glyphs)) if own else pieces.parts[-1]
            joined[-1] = Pieces(last.line, (*last.labels[:-1], *pieces.parts[:-1], text, *last.parts[len(last.labels) :]))
        else:
            joined.append(pieces)
    return joined


def _with_tables(lines: Sequence[Pieces], width: float) -> Iterator[TextLine | RuledTable]:
    """Yield the lines, and the tables in place of those that are some."""
    blocks: list[list[int]] = []
    for index in (index for index, pieces in enumerate(lines) if pieces.is_row):
        between = lines[blocks[-1][-1] + 1 : index] if blocks else lines
        prose = any(len(pieces.parts) == 1 and pieces.line.x1 - pieces.line.x0 >= width / 2 for pieces in between)
        if blocks and len(between) <= LINES_BETWEEN and not prose:
            blocks[-1].append(index)
        else:
            blocks.append([index])
    end = 0
    for block in blocks:
        counts = [lines[index].values for index in block]
        if sum(count > 1 for count in counts) >= FEWEST_ROWS or max(counts) >= ENOUGH_VALUES:
            start = block[0]
            while start > max(end, block[0] - HEADING_LINES) and _may_be_headings(lines[start - 1], lines[start]):
                start -= 1
            yield from (pieces.line for pieces in lines[end:start])
            end = block[-1] + 1
            for table in _tables(lines[start:end]):
                yield from _with_groups(table)
    yield from (pieces.line for pieces in lines[end:])


def _may_be_headings(pieces: Pieces, below: Pieces) -> bool:
    """Return whether a line is headings: words far apart, or many a little apart, or what stands nearly beside others."""
    beside = below.line.y - pieces.line.y < NEARLY_BESIDE * below.line.size
    return beside or len(pieces.parts) > 1 or sum(1 for _ in _cut(pieces.line, 2 * NUMBER_GAP)) >= MANY_HEADINGS


def _tables(lines: Sequence[Pieces]) -> Iterator[Sequence[Pieces]]:
    """Yield the lines of each table of a block: headings over the values of rows above begin a new one."""
    start, row, behind = 0, lines[0], len(lines)
    for index, pieces in enumerate(lines):
        if pieces.is_row:
            row, behind = pieces, index + 1
        elif index >= behind and len(pieces.parts) > 1 and pieces.line.x1 > row.parts[-row.values].x0:
            yield lines[start:behind]
            start, behind = behind, len(lines)
    yield lines[start:]


def _with_groups(lines: Sequence[Pieces]) -> Iterator[TextLine | RuledTable]:
    """Yield a table with a cell in every column of each row, behind the headings above others, whose columns cannot be told."""
    first = next(index for index, pieces in enumerate(lines) if pieces.is_row)
    rows = [pieces for pieces in lines if pieces.is_row]
    labels = max(min(len(pieces.labels), 2) for pieces in rows)
    above = [pieces.line for pieces in lines[:first]]
    columns = _columns(rows, above)
    covered = [{cell.column for cell in _heading(line, columns, labels)} for line in above]
    groups = 0
    while groups < first and covered[groups] <= set().union(*covered[groups + 1 :]) and not _goes_on(above[groups], above[groups + 1 :]):
        groups += 1
    yield from above[:groups]
    cells = [_row(pieces, columns, labels) if pieces.is_row else _heading(pieces.line, columns, labels) for pieces in lines[first:]]
    yield RuledTable(lines[groups].line.top, (*_headings(above[groups:], columns, labels), *cells))


def _goes_on(line: TextLine, below: Sequence[TextLine]) -> bool:
    """Return whether all headings of a line are continued close below."""
    near = [part for one in below if one.y - line.y < WHOLE_LINE * line.size for part in _cut(one, HEADING_GAP)]
    return all(any(abs(part.x0 + part.x1 - one.x0 - one.x1) < part.size for one in near) for part in _cut(line, HEADING_GAP))


def _columns(rows: Sequence[Pieces], headings: Sequence[TextLine]) -> list[tuple[float, float]]:
    """Return from where to where the columns reach: stretches that values stand in, one above the other, or else headings right of all labels."""
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((part.x0, part.x1) for pieces in rows for part in pieces.parts[len(pieces.labels) :]):
        if columns and x0 <= columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], x1)
        else:
            columns.append((x0, x1))
    front = max((part.x1 for pieces in rows for part in pieces.labels), default=0)
    for line in reversed(headings):  # the upper ones may stand over several columns
        parts = list(_cut(line, HEADING_GAP))
        for part in parts if len(parts) > 1 else ():
            if part.x0 > front and not any(part.x0 <= right and left <= part.x1 for left, right in columns):
                columns.append((part.x0, part.x1))
    return sorted(columns)


def _row(pieces: Pieces, columns: Sequence[tuple[float, float]], labels: int) -> tuple[Cell, ...]:
    values: dict[int, list[TextLine]] = defaultdict(list)
    for part in pieces.parts[len(pieces.labels) :]:
        values[_over(part, columns)[0]].append(part)
    front = [Cell(_text(pieces.labels[:-1])), Cell(_text(pieces.labels[-1:]), 1)]
    if len(pieces.labels) < 2:
        front = [Cell(_text(pieces.labels), 0, labels)] * (labels > 0)
    return (*front, *(Cell(_text(values[number]), labels + number) for number in range(len(columns))))


def _over(part: TextLine, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """Return the first and the last column that words stand over; where they stand over none, the next one on their right."""
    hit = [number for number, (left, right) in enumerate(columns) if left <= part.x1 and part.x0 <= right]
    following = next((number for number, (left, _) in enumerate(columns) if left > part.x0), len(columns) - 1)
    return (hit[0], hit[-1]) if hit else (following, following)


def _heading(line: TextLine, columns: Sequence[tuple[float, float]], labels: int) -> tuple[Cell, ...]:
    """Return the cells of a line without values; a heading has all columns that it stands over."""
    cells: dict[int, Cell] = {}
    for part in _cut(line, HEADING_GAP):
        first, last = _over(part, columns)
        column, span = (0, labels) if labels and part.x1 < columns[0][0] else (labels + first, last - first + 1)
        before = cells.get(column, Cell("", column))
        cells[column] = replace(before, text=before.text + part.text, colspan=max(span, before.colspan))
    free = pairwise([*cells, labels + len(columns)])  # up to where the next one begins
    return tuple(replace(cells[column], colspan=max(1, min(cells[column].colspan, end - column))) for column, end in free)


def _headings(lines: Sequence[TextLine], columns: Sequence[tuple[float, float]], labels: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of headings; one that is broken over several lines is one cell, in the row of its first line."""
    rows: list[tuple[float, list[Cell]]] = []
    last: dict[tuple[int, int], tuple[float, list[Cell], int]] = {}
    for line in lines:
        for cell in _heading(line, columns, labels):
            y, row, place = last.get((cell.column, cell.colspan), (float("-inf"), [], 0))
            if line.y - y < WHOLE_LINE * line.size:
                row[place] = replace(row[place], text=row[place].text + cell.text)
            else:
                if not rows or line.y - rows[-1][0] > HALF_A_LINE * line.size:
                    rows.append((line.y, []))
                row, place = rows[-1][1], len(rows[-1][1])
                row.append(cell)
            last[cell.column, cell.colspan] = line.y, row, place
    yield from (tuple(sorted(row, key=lambda cell: cell.column)) for _, row in rows)


def _text(parts: Sequence[TextLine]) -> str:
    return UNSEEN if is_unseen(parts) else "\n".join(part.text for part in parts)
