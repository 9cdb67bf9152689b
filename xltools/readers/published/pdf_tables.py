"""Rows of cells of a ruled table of a PDF page: its grid and the characters in it."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xltools.readers.published.pdf_grids import Box, Grid
from xltools.readers.published.pdf_text import CUT, Glyph, TextLine, text_lines
from xltools.readers.published.source import Cell

PADDING = 1.5
"""A line is as long as its cell if less than this is free in it, in ems."""


@dataclass(frozen=True)
class Table:
    """A table on a page: where its top is, and its rows of cells."""

    top: float
    rows: tuple[tuple[Cell, ...], ...]


def fill_grids(grids: Sequence[Grid], glyphs: Iterable[Glyph]) -> tuple[list[Table], list[Glyph]]:
    """The tables of the grids, and the characters outside all of them. A grid without a character is a drawing and gives none."""
    inside: list[list[Glyph]] = [[] for _ in grids]
    outside: list[Glyph] = []
    for glyph in glyphs:
        index = next((index for index, grid in enumerate(grids) if grid.covers(*glyph.middle)), None)
        (outside if index is None else inside[index]).append(glyph)
    return [_table(grid, held) for grid, held in zip(grids, inside, strict=True) if held], outside


def _table(grid: Grid, glyphs: Iterable[Glyph]) -> Table:
    held: dict[Box, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        held[grid.box_at(*glyph.middle)].append(glyph)
    texts = {box: _text(held[box], grid.width(box)) for box in dict.fromkeys(grid.boxes.values())}
    cells = {box: text for box, text in texts.items() if text or not grid.is_gap(box)}
    return Table(grid.ys[0], _rows(cells))


def _rows(cells: Mapping[Box, str]) -> tuple[tuple[Cell, ...], ...]:
    """Cells by the row that they begin in; rows and columns of the grid in which none begins are not counted."""
    tops, lefts = sorted({box.row for box in cells}), sorted({box.column for box in cells})
    rows = defaultdict(list)
    for box, text in sorted(cells.items(), key=lambda item: item[0].column):
        column, row = bisect_left(lefts, box.column), bisect_left(tops, box.row)
        colspan = bisect_left(lefts, box.column + box.colspan) - column
        rowspan = bisect_left(tops, box.row + box.rowspan) - row
        rows[row].append(Cell(text, column, colspan, rowspan))
    return tuple(tuple(rows[row]) for row in range(len(tops)))


def _text(glyphs: Sequence[Glyph], width: float) -> str:
    """What a cell says, line by line. Text turned sideways is taken in the order in which it was written."""
    if sum(glyph.sideways for glyph in glyphs) * 2 > len(glyphs):
        return "".join(glyph.text for glyph in glyphs).strip() + (CUT if any(glyph.cut for glyph in glyphs) else "")
    lines = text_lines(glyphs)
    return "".join([*(line.text + _joint(line, after, width) for line, after in pairwise(lines)), *(line.text for line in lines[-1:])])


def _joint(line: TextLine, after: TextLine, width: float) -> str:
    """What stands between two lines of a cell: a line feed, but nothing within a number that the cell is too narrow for."""
    broken = line.text[-1] in "0123456789." and after.text[0] in "0123456789."
    return "" if broken and line.x1 - line.x0 > width - PADDING * line.size else "\n"
