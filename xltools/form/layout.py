"""Lays out an official table: where each heading and figure stands, in the workbook and in every document."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from typing import Literal, NamedTuple

from xltools.form.definition import Axis, Block, Node, Table, figure_id


class LayoutCell(NamedTuple):
    """A cell of an official table, merged over `rowspan` × `colspan`; rows and columns count from 0."""

    row: int
    column: int
    rowspan: int
    colspan: int
    kind: Literal["title", "corner", "column", "row", "figure"]
    text: str
    figure: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class TableLayout:
    """An official table cell by cell. `header_rows` are the rows that repeat on every page."""

    table: str
    rows: int
    columns: int
    label_columns: int
    header_rows: int
    cells: tuple[LayoutCell, ...]
    written: frozenset[int] = frozenset()  # the columns with figures that are free text, and need room
    blocks: tuple[range, ...] = ()  # the rows of each

    @cached_property
    def figures(self) -> dict[str, LayoutCell]:
        """Return the cells of the figures, by cell id."""
        return {cell.figure: cell for cell in self.cells if cell.figure}

    @cached_property
    def headings(self) -> tuple[LayoutCell, ...]:
        """Return the cells that hold an official label."""
        return tuple(cell for cell in self.cells if cell.kind != "figure")


def lay_out(table: Table) -> TableLayout:
    """Lay out a table: its blocks below each other, all as wide as the widest."""
    width = max(block.rows.depth + sum(leaf.span for leaf in block.columns.leaves) for block in table.blocks)
    cells: list[LayoutCell] = []
    blocks: list[range] = []
    for block in table.blocks:
        top = blocks[-1].stop if blocks else 0
        placed = _place(table, block, top, width)
        cells += placed
        blocks.append(range(top, max(cell.row + cell.rowspan for cell in placed)))
    first, *others = table.blocks
    label_columns = max(block.rows.depth for block in table.blocks)
    header_rows = 0 if others else first.columns.depth + (first.title is not None)
    written = frozenset(cell.column for cell in cells if cell.figure in table.written)
    in_order = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return TableLayout(table.key, blocks[-1].stop, width, label_columns, header_rows, in_order, written, tuple(blocks))


def stands_left(cell: LayoutCell, layout: TableLayout) -> bool:
    """Tell whether a label stands left, as the official form has it: titles, and the labels of rows where they form a tree."""
    return cell.kind == "title" or (cell.kind in ("corner", "row") and layout.label_columns > 1)


def _place(table: Table, block: Block, top: int, width: int) -> list[LayoutCell]:
    """Return the cells of one block that begins at row `top`."""
    cells: list[LayoutCell] = []
    if block.title is not None:
        cells.append(LayoutCell(top, 0, 1, width, "title", block.title))
        top += 1
    labels, header = block.rows.depth, block.columns.depth
    if labels:
        cells.append(LayoutCell(top, 0, header, labels, "corner", block.corner))
    for node, depth, start, size in _walk(block.columns):
        cells.append(LayoutCell(top + depth, labels + start, header - depth if node.leaf else 1, size, "column", node.label))
    body = top + header
    for node, depth, start, size in _walk(block.rows):
        cells.append(LayoutCell(body + start, depth, size, labels - depth if node.leaf else 1, "row", node.label))
    columns = list(zip(block.columns.leaves, accumulate(block.spans, initial=labels), block.spans, strict=False))
    for (row, line), (node, start, size) in product(enumerate(block.rows.leaves or (None,), start=body), columns):
        cells.append(LayoutCell(row, start, 1, size, "figure", "", figure_id(table.key, line, node)))
    return cells


def _walk(axis: Axis) -> Iterator[tuple[Node, int, int, int]]:
    """Yield each node with its depth, and the first grid line and the number of grid lines it covers."""
    starts = dict(zip((leaf.key for leaf in axis.leaves), accumulate((leaf.span for leaf in axis.leaves), initial=0), strict=False))
    for node in axis.nodes:
        leaves = axis.below[node.key]
        yield node, len(axis.paths[node.key]) - 1, starts[leaves[0].key], sum(leaf.span for leaf in leaves)


def text_width(text: str) -> int:
    """Return the width of a text in half-width characters: a Chinese character takes two."""
    return sum(2 if ord(char) > 0x2E7F or char in "“”" else 1 for char in text)


def wrapped_lines(text: str, width: float) -> int:
    """Return how many lines a text takes, each as wide as this many half-width characters."""
    return sum(max(1, math.ceil(text_width(line) / width)) for line in text.split("\n"))
