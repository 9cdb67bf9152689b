"""Finds the ruled tables of a PDF page: cells that drawn lines enclose, by pdfplumber, and the characters in them."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, permutations
from typing import Any, NamedTuple

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from xltools.readers.published.pdf_text import CUT, Bounds, Glyph, TextLine, text_lines
from xltools.readers.published.source import UNSEEN, Cell
from xltools.readers.published.table_rows import is_noted_number

CLOSE = 3.0  # lines this close are one, line ends this close meet, and a rectangle this thin is a line; in points
SMALLEST = 5.0  # a cell narrower or lower than this is the gap of a double line
CORNERS = 5  # points of a polygon that may be a border; the outlines of letters have more
MOST_CROSSINGS = 10_000
"""A page whose level and upright lines, each in one piece, may cross more often is a chart or map; all official tables together have 400 crossings."""
SAME_HEIGHT = 0.7  # lines closer than this stand upon each other, in ems
RAISED = 0.2  # a mark of a note stands higher than its number by more than this, in ems
PADDING, MARGINS = 1.5, 11.5
"""A line is as long as its cell if less than the first is free in it, in ems, or no more than the next digit needs beside Word's margins, in points."""

THOUSANDS = re.compile(r"\d{1,3}(?:[,，]\d{3})+")
Drawn = Mapping[str, Any]  # a line, rectangle or curve, or an edge of one, as pdfplumber describes it


class RuledTable(NamedTuple):
    """A table on a page: where its top is, and its rows of cells."""

    top: float
    rows: tuple[tuple[Cell, ...], ...]


def is_drawn(thing: Drawn) -> bool:
    """Return whether a thing on a page is a line, or a frame of lines. WPS lays a white area behind each line of prose."""
    kind = thing["object_type"]
    if kind not in ("rect", "curve"):
        return bool(kind == "line")
    width, height = thing["x1"] - thing["x0"], thing["bottom"] - thing["top"]
    color = thing["non_stroking_color"]
    parts = tuple(color) if isinstance(color, (list, tuple)) else (color,)
    white = parts == (0, 0, 0, 0) if len(parts) == 4 else all(part == 1 for part in parts)
    border = max(width, height) > CLOSE and len(thing["pts"]) <= CORNERS and (thing["stroke"] or not white)
    return bool(border or (min(width, height) > CLOSE and thing["stroke"]))


def find_tables(edges: Iterable[Drawn], glyphs: Iterable[Glyph]) -> tuple[list[RuledTable], list[Glyph]]:
    """Return the tables with text that the edges of a page's lines enclose, from top to bottom, and the characters outside all of them."""
    grids = _find_grids([edge for edge in edges if edge["orientation"]])
    inside: list[dict[Bounds, list[Glyph]]] = [defaultdict(list) for _ in grids]
    outside: list[Glyph] = []
    for glyph in glyphs:
        x, y = glyph.middle
        places = (held[cell] for held, cells in zip(inside, grids, strict=True) for cell in cells if _is_in(x, y, cell))
        next(places, outside).append(glyph)
    return [_table(cells, held) for cells, held in zip(grids, inside, strict=True) if held], outside


def _is_in(x: float, y: float, box: Bounds) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _find_grids(edges: Sequence[Drawn]) -> list[list[Bounds]]:
    """Return the cells of each table that is drawn, from top to bottom."""
    merged = _merge(edges)
    level = sum(edge["orientation"] == "h" for edge in merged)
    if level * (len(merged) - level) > MOST_CROSSINGS:
        return []
    merged = _merge([*merged, *(edge for cells in _enclosed(merged) for edge in _frame(_bounds(cells), merged))])
    tables = [cells for cells in _enclosed(merged) if _is_table(cells)]
    boxes = [_bounds(cells) for cells in tables]
    # a table that holds another one lays out the page
    holding = {box for box, other in permutations({*boxes}, 2) if _is_in(*other[:2], box) and _is_in(*other[2:], box)}
    return [cells for cells, box in zip(tables, boxes, strict=True) if box not in holding]


def _merge(edges: Sequence[Drawn]) -> list[Drawn]:
    """Return edges of one piece each, without specks."""
    merged = merge_edges([dict(edge) for edge in edges], CLOSE, CLOSE, CLOSE, CLOSE)
    return [edge for edge in merged if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) > CLOSE]


def _enclosed(edges: Sequence[Drawn]) -> list[list[Bounds]]:
    return cells_to_tables(intersections_to_cells(edges_to_intersections([dict(edge) for edge in edges], CLOSE, CLOSE)))


def _bounds(cells: Iterable[Bounds]) -> Bounds:
    lefts, tops, rights, bottoms = zip(*cells, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _frame(box: Bounds, edges: Iterable[Drawn]) -> list[Drawn]:
    """Return the four sides of a table, as far out as its lines go: it may be open at a side, or broken by the page's end."""
    left, top, right, bottom = box
    within = [edge for edge in edges if edge["x0"] <= right and edge["x1"] >= left and edge["top"] <= bottom and edge["bottom"] >= top]
    x0, x1 = min(edge["x0"] for edge in within), max(edge["x1"] for edge in within)
    y0, y1 = min(edge["top"] for edge in within), max(edge["bottom"] for edge in within)
    level = [{"x0": x0, "x1": x1, "width": x1 - x0, "top": y, "bottom": y, "orientation": "h"} for y in (y0, y1)]
    return [*level, *({"x0": x, "x1": x, "top": y0, "bottom": y1, "height": y1 - y0, "orientation": "v"} for x in (x0, x1))]


def _is_table(cells: Sequence[Bounds]) -> bool:
    """Return whether some cells stand side by side; else it is a frame around prose."""
    tops = [cell[1] for cell in cells if not _is_gap(cell)]
    return len(set(tops)) < len(tops)


def _is_gap(cell: Bounds) -> bool:
    return cell[2] - cell[0] < SMALLEST or cell[3] - cell[1] < SMALLEST


def _table(cells: Iterable[Bounds], held: Mapping[Bounds, Sequence[Glyph]]) -> RuledTable:
    """Return a table's rows; those and the columns in which no cell begins are not counted."""
    texts = {cell: _text(held.get(cell, ()), cell[2] - cell[0]) for cell in cells}
    kept = {cell: text for cell, text in texts.items() if text or not _is_gap(cell)}
    lefts, tops = sorted({cell[0] for cell in kept}), sorted({cell[1] for cell in kept})
    rows = defaultdict(list)
    for (left, top, right, bottom), text in sorted(kept.items()):
        column, row = bisect_left(lefts, left), bisect_left(tops, top)
        rows[row].append(Cell(text, column, bisect_left(lefts, right) - column, bisect_left(tops, bottom) - row))
    return RuledTable(min(tops), tuple(tuple(rows[row]) for row in range(len(tops))))


def _text(glyphs: Sequence[Glyph], width: float) -> str:
    """Return what a cell says, line by line. Text turned sideways is taken in the order in which it was written."""
    if sum(glyph.sideways for glyph in glyphs) * 2 > len(glyphs):
        return "".join(glyph.text for glyph in glyphs).strip() + (CUT if any(glyph.cut for glyph in glyphs) else "")
    lines = text_lines(glyphs)
    upon = any(after.y - line.y < SAME_HEIGHT * line.size and line.x0 < after.x1 and after.x0 < line.x1 for line, after in pairwise(lines))
    if is_unseen(lines, upon=upon):
        return UNSEEN
    if number := _without_note_mark(glyphs):
        return number
    said = [line.text for line in lines[:1]]
    has_thousands = THOUSANDS.fullmatch("".join(line.text for line in lines))
    for line, after in pairwise(lines):  # a line feed parts them, but not a number that the cell is too narrow for
        between = (line.text[-1] + after.text[0]).isdigit()
        broken = line.text[-1] in "0123456789." and after.text[0] in "0123456789."
        needed = max(PADDING * line.size, MARGINS + after.glyphs[0].x1 - after.glyphs[0].x0)
        said += ["" if (has_thousands and not between) or (broken and line.x1 - line.x0 > width - needed) else "\n", after.text]
    return "".join(said)


def is_unseen(lines: Sequence[TextLine], *, upon: bool = False) -> bool:
    """Return whether lines are a figure that is not to be seen whole, or two `upon` each other; they hold no word."""
    glyphs = [glyph for line in lines for glyph in line.glyphs]
    return (upon or any(glyph.unseen for glyph in glyphs)) and not any(glyph.text.isalpha() for glyph in glyphs)


def _without_note_mark(glyphs: Sequence[Glyph]) -> str:
    """Return the number that a cell holds beside the raised mark of a note; "" where it holds anything else."""
    base = max(glyphs, key=lambda glyph: glyph.size, default=None)
    raised = [glyph for glyph in glyphs if base and base.y - glyph.y > RAISED * base.size]
    rest = "".join(glyph.text for glyph in glyphs if glyph not in raised)
    return rest if raised and is_noted_number(rest, "".join(glyph.text for glyph in raised)) else ""
