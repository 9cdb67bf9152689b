"""How wide the columns of an official table are on a page."""

from __future__ import annotations

import math

from xltools.form.layout import Cell, TableLayout

FIGURE_ROOMS = (3.0, 2.0)
"""What a column of figures should hold, in Chinese characters of two digits each: rather six digits than four."""
LABEL_LINES = range(1, 6)
MERGED_LINES, HEADING_LINES = 3, 2
"""The lines that a label over several rows, and a column's heading, may always take."""


def column_widths(layout: TableLayout, total: int, em: int, padding: int) -> list[int]:
    """The width of each grid column, `total` together, such that labels wrap as little as the page allows.

    `em` is the width of a Chinese character, `padding` what a cell keeps free. Columns are equally wide where nothing fits.
    """
    for room in FIGURE_ROOMS:
        for lines in LABEL_LINES:
            wishes = [math.ceil(wish * em) + padding for wish in _wishes(layout, room, lines)]
            if sum(wishes) <= total:
                return _widened(wishes, total)
    return _widened([0] * layout.columns, total)


def _wishes(layout: TableLayout, room: float, lines: int) -> list[float]:
    """The characters that each column should hold for labels to take no more than so many lines."""
    wishes = [room] * layout.columns
    for cell in layout.headings:
        if cell.colspan == 1:
            wishes[cell.column] = max(wishes[cell.column], _wish(cell, lines))
    return wishes


def _wish(cell: Cell, lines: int) -> float:
    characters = _characters(cell.text)
    if cell.kind == "column":
        return math.ceil(characters / HEADING_LINES)
    allowed = max(lines, min(cell.rowspan, MERGED_LINES))
    # one more than the average line holds: lines break early, since no punctuation stands at the beginning of one
    return min(characters, math.ceil(characters / allowed) + 1)


def _characters(text: str) -> float:
    """The width of a text in Chinese characters; digits and Latin letters are half as wide."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _widened(widths: list[int], total: int) -> list[int]:
    """The widths, with what is left of `total` shared equally."""
    each, rest = divmod(total - sum(widths), len(widths))
    return [width + each + (number < rest) for number, width in enumerate(widths)]
