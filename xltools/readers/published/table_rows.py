"""Puts the cells of a table into their columns while a file is read, and takes apart tables that only lay out a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from xltools.readers.published.source import Cell, Line, Row

BLANK = " \t\n\r\f\v\u00a0\u3000\u200b\u2060\ufeff"  # what is stripped from the ends of a paragraph or a cell
COLSPAN_LIMIT = 100  # more columns no report has; pages write 100 for "all that are left"
TABLE_DEPTH = 16  # tables nested deeper are read as paragraphs

PROSE_LENGTH = 200  # characters of a cell that is prose rather than a label; the longest official label has 42
LABEL_LENGTH = 45
NUMBERS_OF_DATA = 6  # so many cells with a number make a table of data, however long its notes
NUMBER = re.compile(r"[+-]?\d[\d,.]*")
NOTE_MARK = re.compile(r"[\[(（〔［]?(?:\d{1,2}|\*{1,3}|[①-⑳]|注\d{0,2})[\])）〕］]?")  # of a note, set above the line


@dataclass(slots=True)
class Grid:
    """A table being read. `inner` holds what stands in cells that hold more than plain paragraphs, by row and place in it."""

    rows: list[list[Cell]] = field(default_factory=list)
    inner: dict[tuple[int, int], list[str | Line | Grid]] = field(default_factory=dict)

    def add(self, blocks: list[str | Line | Grid], cell: Cell) -> None:
        """Add a cell that holds these blocks to the last row."""
        if not all(isinstance(block, str) for block in blocks):
            self.inner[len(self.rows) - 1, len(self.rows[-1])] = blocks
        texts: list[str] = []
        for block in blocks:
            texts += [one.text for one in _filled(block)] if isinstance(block, Grid) else [block.text if isinstance(block, Line) else block]
        self.rows[-1].append(replace(cell, text="\n".join(texts)))


class GridPen:
    """Puts cells into a grid as a browser does: each in the first column that no cell from above reaches into."""

    def __init__(self) -> None:
        self.grid = Grid()
        self._column = 0
        self._covered: dict[int, int] = {}
        self._tall: list[tuple[int, int]] = []

    def start_row(self) -> None:
        """Begin a row."""
        self._column = 0
        self.grid.rows.append([])

    def add(self, blocks: list[str | Line | Grid], colspan: int, rowspan: int) -> None:
        """Put a cell into the row that holds paragraphs, headings and tables."""
        column, number = self._column, len(self.grid.rows)
        while self._covered.get(column, 0) >= number:
            column += 1
        if rowspan > 1:
            self._tall.append((number - 1, len(self.grid.rows[-1])))
            self._covered |= dict.fromkeys(range(column, column + colspan), number + rowspan - 1)
        self.grid.add(blocks, Cell("", column, colspan, rowspan))
        self._column = column + colspan

    def end_group(self) -> None:
        """End the rows into which cells from above may reach; a cell that would reach further is cut off."""
        end = len(self.grid.rows)
        for row, place in self._tall:
            cell = self.grid.rows[row][place]
            if row + cell.rowspan > end:
                self.grid.rows[row][place] = replace(cell, rowspan=end - row)
        self._tall.clear()
        self._covered.clear()


def is_noted_number(rest: str, raised: str) -> bool:
    """Return whether a cell holds a number and, set above the line, the mark of a note, whose digits are none of the number's."""
    return NUMBER.fullmatch(rest.strip(BLANK)) is not None and NOTE_MARK.fullmatch(raised.strip(BLANK)) is not None


def _filled(grid: Grid) -> list[Cell]:
    return [cell for row in grid.rows for cell in row if cell.text]


def lay_flat(blocks: Iterable[str | Line | Grid]) -> tuple[Line | Row, ...]:
    """Return the lines and rows of blocks in reading order, tables numbered from 1; tables of layout are taken apart."""
    items: list[Line | Row] = []
    tables = 0
    for block in _taken_apart(blocks):
        if isinstance(block, str | Line):
            items.append(block if isinstance(block, Line) else Line(block))
        elif any(block.rows):
            tables += 1
            items += [Row(tuple(row), tables, number) for number, row in enumerate(block.rows, 1) if row]
    return tuple(items)


def _taken_apart(blocks: Iterable[str | Line | Grid]) -> Iterator[str | Line | Grid]:
    """Yield the blocks, in place of a table of layout what stands in its cells, one after the other."""
    for block in blocks:
        if isinstance(block, Grid) and is_layout(block):
            for number, row in enumerate(block.rows):
                for place, cell in enumerate(row):
                    yield from _taken_apart(block.inner.get((number, place), cell.text.split("\n") if cell.text else ()))
        else:
            yield block


def is_layout(grid: Grid) -> bool:
    """Return whether a table only arranges a page: around other tables, or around prose."""
    filled = _filled(grid)
    if inside := _filled_inside(grid):
        return inside > len(filled) - len(grid.inner)
    if len(filled) == 1:
        return len(filled[0].text) > LABEL_LENGTH or "\n" in filled[0].text
    # prose, where nearly all that the cells hold is one long text
    longest = max((len(cell.text) for cell in filled), default=0)
    prose = longest >= PROSE_LENGTH and longest >= 0.8 * sum(len(cell.text) for cell in filled)
    return prose and sum(1 for cell in filled if NUMBER.fullmatch(cell.text)) < NUMBERS_OF_DATA


def _filled_inside(grid: Grid) -> int:
    tables = [block for blocks in grid.inner.values() for block in blocks if isinstance(block, Grid)]
    return sum(len(_filled(table)) + _filled_inside(table) for table in tables)
