"""The official tables as every format prints them: what stands in each row and cell, how wide the columns are, which table has a page."""

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from xltools.documents.blocks import Block, HeadingBlock, TableBlock
from xltools.documents.skeleton import clean
from xltools.form.layout import LayoutCell, TableLayout, lay_out
from xltools.numerals import is_number, show
from xltools.report.filled import UNREAD_MARK, Report

INCOMPLETE_MARK = "〔不全〕"  # what stands behind a sum that lacks some unit's number
FEW_COLUMNS = 6  # a table with more columns is set in smaller type
SHORT_TABLE, PAGE_TABLE = 16, 34  # the most rows that are kept on one page, and that have a page of their own
FIGURE_ROOMS = (3.0, 2.0)  # what a column of figures should hold, in Chinese characters of two digits each: rather six digits than four
WRITTEN_ROOM = 3  # how many times that is the room of a column of words
LABEL_LINES = range(1, 6)
MERGED_LINES, HEADING_LINES = 3, 2  # the lines that a label over several rows, and a column's heading, may always take


class Slot(NamedTuple):
    """What stands at one place of a row: a cell in its own row, a later row of a merged cell, or nothing."""

    span: int
    cell: LayoutCell | None
    first: bool = True

    def text(self, shown: Mapping[str, str]) -> str:
        """Return what is printed there; `shown` says what stands in the cell of each figure."""
        if self.cell is None or not self.first:
            return ""
        return shown[self.cell.figure] if self.cell.figure else self.cell.text


def slots(layout: TableLayout, row: int) -> Iterator[Slot]:
    """Yield the slots of a row from left to right; places that no cell covers are filled with empty ones."""
    column = 0
    covering = (cell for cell in layout.cells if cell.row <= row < cell.row + cell.rowspan)
    for cell in sorted(covering, key=lambda cell: cell.column):
        yield from (Slot(1, None) for _ in range(column, cell.column))
        yield Slot(cell.colspan, cell, first=cell.row == row)
        column = cell.column + cell.colspan
    yield from (Slot(1, None) for _ in range(column, layout.columns))


def fills_a_page(layout: TableLayout) -> bool:
    """Tell whether a table has a page of its own: one that would break over two pages and fits on one."""
    return SHORT_TABLE < layout.rows <= PAGE_TABLE


def begins_a_page(report: Report, before: Block | None, after: Block | None) -> bool:
    """Tell whether the heading between two blocks begins a page: that of a table which has one of its own, unless there is but a title above."""
    return isinstance(after, TableBlock) and fills_a_page(layout_of(report, after)) and not isinstance(before, HeadingBlock)


def even_lines(text: str, room: float) -> int:
    """Return how many characters each line should hold, at most `room`: lines are equal, and even where the text is, as most words are."""
    each = math.ceil(len(text) / math.ceil(len(text) / max(math.floor(room), 1)))
    return each - 1 if len(text) > each > 2 and each % 2 and not len(text) % 2 and text.isalpha() else each


def layout_of(report: Report, block: TableBlock) -> TableLayout:
    """Return the layout of the table that stands at a block."""
    return lay_out(next(table for table in report.form.tables if table.key == block.table))


def shown_figures(report: Report, layout: TableLayout) -> dict[str, str]:
    """Return what is printed in the cell of each figure of a table."""
    values = {id: UNREAD_MARK if report.is_unread(id) else report.shown(id) for id in layout.figures}
    lacking = {id for lack in report.lacks for id in lack.figures}
    marks = {id: INCOMPLETE_MARK for id in layout.figures if not lacking.isdisjoint(report.sources(id))} if lacking else {}
    shown = {id: clean(value) if isinstance(value, str) else "" if value is None else show(value) for id, value in values.items()}
    return {id: text + marks.get(id, "") if is_number(values[id]) else text for id, text in shown.items()}


class Space(NamedTuple):
    """The space that a page has for a table, in any one unit: the width of all columns, of a Chinese character, and what a cell keeps free."""

    width: int
    em: int
    padding: int


def column_widths(layout: TableLayout, space: Space) -> list[int]:
    """Return the widths of the columns, which fill the space, so that labels wrap as little as it allows."""
    for room, lines in product(FIGURE_ROOMS, LABEL_LINES):
        widths = _least_widths(layout, space, room, lines)
        if sum(widths) <= space.width:
            return _widened(widths, space.width, layout)
    return _widened([0] * layout.columns, space.width, layout)


def is_wide(layout: TableLayout, space: Space) -> bool:
    """Tell whether the columns do not fit into the space, however often labels wrap."""
    return sum(_least_widths(layout, space, FIGURE_ROOMS[-1], LABEL_LINES[-1])) > space.width


def _least_widths(layout: TableLayout, space: Space, room: float, lines: int) -> list[int]:
    """Return the width that each column needs to hold `room` characters of its figures, and its labels in no more than so many lines."""
    wishes = [room * WRITTEN_ROOM if column in layout.written else room for column in range(layout.columns)]
    for cell in (cell for cell in layout.headings if cell.colspan == 1):
        characters = sum(0.5 if char.isascii() else 1.0 for char in cell.text)
        # one more than the average line holds: lines break early, since no punctuation stands at the beginning of one
        wish = min(characters, math.ceil(characters / max(lines, min(cell.rowspan, MERGED_LINES))) + 1)
        wishes[cell.column] = max(wishes[cell.column], math.ceil(characters / HEADING_LINES) if cell.kind == "column" else wish)
    return [math.ceil(wish * space.em) + space.padding for wish in wishes]


def _widened(widths: list[int], total: int, layout: TableLayout) -> list[int]:
    """Return the widths, with what is left of `total` shared equally; in a list its only column has it where words are written."""
    if layout.written == {layout.label_columns} == {layout.columns - 1}:
        return [*widths[:-1], total - sum(widths[:-1])]
    each, rest = divmod(total - sum(widths), len(widths))
    return [width + each + (number < rest) for number, width in enumerate(widths)]
