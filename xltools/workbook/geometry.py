"""How wide and how high the cells of an official table must be to show every label, and the page that all sheets are printed on."""

from __future__ import annotations

import math

from xltools.form.layout import Cell, TableLayout, text_width

A4 = 9
MARGIN, FOOTER_MARGIN = 0.6, 0.3
"""Inches."""
FOOTER_CENTRE, FOOTER_RIGHT = "第 &P 页，共 &N 页", "&A"
LINE_HEIGHT = 17.0
LABEL_WIDTHS = (10.0, 46.0)
"""The narrowest and the widest label column, in characters of half width."""
FIGURE_WIDTHS = (9.0, 20.0)
ROOMY_FIGURE_WIDTH = 18.0
"""What a column of figures gets in a table with few columns."""
FEW_COLUMNS = 6


def column_widths(layout: TableLayout) -> list[float]:
    """The width of each grid column, in characters; column headings and labels over several rows may wrap once."""
    narrowest = ROOMY_FIGURE_WIDTH if layout.columns <= FEW_COLUMNS else FIGURE_WIDTHS[0]
    widths = [LABEL_WIDTHS[0] if column < layout.label_columns else narrowest for column in range(layout.columns)]
    for cell in layout.headings:
        if cell.colspan == 1:
            widest = LABEL_WIDTHS[1] if cell.column < layout.label_columns else FIGURE_WIDTHS[1]
            lines = 2 if cell.rowspan > 1 or cell.kind == "column" else 1
            wish = math.ceil(text_width(cell.text) / lines) + 2.0
            widths[cell.column] = max(widths[cell.column], min(wish, widest))
    return widths


def row_heights(layout: TableLayout, widths: list[float]) -> list[float]:
    """The height of each row, in points, such that the wrapped label of every cell fits."""
    heights = [LINE_HEIGHT + 2] * layout.rows
    for cell in sorted(layout.headings, key=lambda cell: cell.rowspan):
        missing = _lines(cell, widths) * LINE_HEIGHT + 4 - sum(heights[cell.row : cell.row + cell.rowspan])
        if missing > 0:
            for row in range(cell.row, cell.row + cell.rowspan):
                heights[row] += missing / cell.rowspan
    return heights


def _lines(cell: Cell, widths: list[float]) -> int:
    width = sum(widths[cell.column : cell.column + cell.colspan]) - 2
    return math.ceil(text_width(cell.text) / max(width, 2))
