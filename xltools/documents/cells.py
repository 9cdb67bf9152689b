"""The cells of an official table as a page shows them: what every format needs that writes a table row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xltools.documents.skeleton import clean
from xltools.form.layout import Cell, TableLayout
from xltools.numerals import show
from xltools.report.filled import Report, Value

FEW_COLUMNS = 6
"""A table with more columns is set in smaller type."""
SHORT_TABLE = 16
"""The most rows that are kept on one page."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands at one place of a row: a cell's own row, a later row of a merged cell, or nothing."""

    span: int
    cell: Cell | None
    first: bool = True


def slots(layout: TableLayout, row: int) -> Iterator[Slot]:
    """The slots of a row from left to right; places that no cell covers are filled with empty ones."""
    column = 0
    covering = (cell for cell in layout.cells if cell.row <= row < cell.row + cell.rowspan)
    for cell in sorted(covering, key=lambda cell: cell.column):
        yield from (Slot(1, None) for _ in range(column, cell.column))
        yield Slot(cell.colspan, cell, first=cell.row == row)
        column = cell.column + cell.colspan
    yield from (Slot(1, None) for _ in range(column, layout.columns))


def stands_left(cell: Cell, layout: TableLayout) -> bool:
    """Whether a label stands left, as the official form has it: titles, and the labels of rows where they form a tree."""
    return cell.kind == "title" or (cell.kind in ("corner", "row") and layout.label_columns > 1)


def shown_figures(report: Report, layout: TableLayout) -> dict[str, str]:
    """What stands in the cell of each figure of a table."""
    return {id: _shown(report.shown(id)) for id in layout.figures}


def _shown(value: Value) -> str:
    if isinstance(value, str):
        return clean(value)
    return "" if value is None else show(value)
