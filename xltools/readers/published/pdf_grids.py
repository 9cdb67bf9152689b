"""Grids: where the ruled tables of a PDF page and their cells stand, from the lines that are drawn on it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, NamedTuple

CLOSE = 3.0
"""Lines this close are one, line ends this close meet, and a rectangle this thin is a line; in points."""
SMALLEST = 5.0
"""A cell narrower or lower than this is the gap of a double line."""
CORNERS = 5
"""Points of a polygon that may be a border; the outlines of letters have more."""
MOST_RULINGS = 2000
"""A page with more drawn lines is a chart or map."""
MOST_CROSSINGS = 40_000
"""So is one whose level and upright lines, each in one piece, may cross more often; all official tables together have 400 crossings."""


class Ruling(NamedTuple):
    """A drawn line: where it stands across its direction, and from where to where it goes."""

    at: float
    start: float
    end: float


@dataclass(frozen=True)
class Box:
    """A cell of a grid: its first row and column, and how many rows and columns it has."""

    row: int
    column: int
    rowspan: int
    colspan: int


@dataclass(frozen=True)
class Grid:
    """A table's grid: the positions of its lines, and for each of its squares the cell that it belongs to."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: Mapping[tuple[int, int], Box]

    def covers(self, x: float, y: float) -> bool:
        """Whether a point lies in the table."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def box_at(self, x: float, y: float) -> Box:
        """The cell that a point of the table lies in."""
        row = min(bisect_right(self.ys, y), len(self.ys) - 1) - 1
        column = min(bisect_right(self.xs, x), len(self.xs) - 1) - 1
        return self.boxes[row, column]

    def width(self, box: Box) -> float:
        """The width of a cell."""
        return self.xs[box.column + box.colspan] - self.xs[box.column]

    def is_gap(self, box: Box) -> bool:
        """Whether a cell is too small for one."""
        return self.width(box) < SMALLEST or self.ys[box.row + box.rowspan] - self.ys[box.row] < SMALLEST

    @property
    def is_table(self) -> bool:
        """Whether some cells stand side by side; else it is a frame around prose."""
        rows = [box.row for box in set(self.boxes.values()) if not self.is_gap(box)]
        return len(set(rows)) < len(rows)


def find_grids(lines: Iterable[Mapping[str, Any]], rects: Iterable[Mapping[str, Any]], curves: Iterable[Mapping[str, Any]]) -> list[Grid]:
    """The tables that a page's lines draw, from top to bottom; `lines`, `rects` and `curves` are those of a pdfplumber page."""
    drawn = [*_of_lines(lines), *_of_rects(rects), *_of_curves(curves)]
    if len(drawn) > MOST_RULINGS:
        return []
    across = _joined([ruling for level, ruling in drawn if level])
    down = _joined([ruling for level, ruling in drawn if not level])
    if len(across) * len(down) > MOST_CROSSINGS:
        return []
    grids = [_grid(*group) for group in _touching(across, down)]
    tables = [grid for grid in grids if grid and grid.is_table]
    # a table that holds another one lays out the page
    return sorted((grid for grid in tables if not any(_holds(grid, other) for other in tables)), key=lambda grid: grid.ys[0])


def _holds(grid: Grid, other: Grid) -> bool:
    return grid is not other and grid.covers(other.xs[0], other.ys[0]) and grid.covers(other.xs[-1], other.ys[-1])


Drawn = tuple[bool, Ruling]
"""Whether a line is level, and the line."""


def _of_lines(lines: Iterable[Mapping[str, Any]]) -> Iterator[Drawn]:
    for line in lines:
        yield from _edge(line["x0"], line["top"], line["x1"], line["bottom"])


def _edge(x0: float, top: float, x1: float, bottom: float) -> Iterator[Drawn]:
    """The line between two corners, if it is level or upright."""
    if abs(top - bottom) <= 1 < abs(x0 - x1):
        yield True, Ruling((top + bottom) / 2, min(x0, x1), max(x0, x1))
    elif abs(x0 - x1) <= 1 < abs(top - bottom):
        yield False, Ruling((x0 + x1) / 2, min(top, bottom), max(top, bottom))


def _of_rects(rects: Iterable[Mapping[str, Any]]) -> Iterator[Drawn]:
    """The lines of rectangles: thin ones are lines, framed ones have four; a filled area without a frame has none.

    WPS lays a white area behind each line of prose.
    """
    for rect in rects:
        x0, top, x1, bottom = rect["x0"], rect["top"], rect["x1"], rect["bottom"]
        thin, low = x1 - x0 <= CLOSE, bottom - top <= CLOSE
        if thin and low:
            continue
        if low and (rect["stroke"] or not _is_white(rect)):
            yield True, Ruling((top + bottom) / 2, x0, x1)
        elif thin and (rect["stroke"] or not _is_white(rect)):
            yield False, Ruling((x0 + x1) / 2, top, bottom)
        elif rect["stroke"]:
            yield from ((True, Ruling(at, x0, x1)) for at in (top, bottom))
            yield from ((False, Ruling(at, top, bottom)) for at in (x0, x1))


def _is_white(rect: Mapping[str, Any]) -> bool:
    color = rect["non_stroking_color"]
    parts = tuple(color) if isinstance(color, (list, tuple)) else (color,)
    return parts == (0, 0, 0, 0) if len(parts) == 4 else all(part == 1 for part in parts)


def _of_curves(curves: Iterable[Mapping[str, Any]]) -> Iterator[Drawn]:
    """The level and upright parts of drawn polygons, and polygons filled as thin as a line: programs draw a cell's border as either."""
    for curve in curves:
        width, height = curve["x1"] - curve["x0"], curve["bottom"] - curve["top"]
        if min(width, height) <= CLOSE:
            if len(curve["pts"]) <= CORNERS and max(width, height) > SMALLEST:
                yield from _of_rects([curve])
        elif curve["stroke"]:
            for (x0, top), (x1, bottom) in pairwise(curve["pts"]):
                yield from _edge(x0, top, x1, bottom)


def _joined(rulings: Sequence[Ruling]) -> list[Ruling]:
    """The lines, each made of the pieces that lie in one line and meet."""
    position = _positions([ruling.at for ruling in rulings])
    pieces = defaultdict(list)
    for ruling in rulings:
        pieces[position[ruling.at]].append(ruling)
    joined = []
    for at, parts in pieces.items():
        parts.sort(key=lambda part: part.start)
        start, end = parts[0].start, parts[0].end
        for part in parts[1:]:
            if part.start > end + CLOSE:
                joined.append(Ruling(at, start, end))
                start = part.start
            end = max(end, part.end) if part.start <= end + CLOSE else part.end
        joined.append(Ruling(at, start, end))
    return joined


def _positions(values: Iterable[float]) -> dict[float, float]:
    """For each value the one that stands for it and those close to it."""
    position: dict[float, float] = {}
    group: list[float] = []
    for value in [*sorted(set(values)), float("inf")]:
        if group and value - group[0] > CLOSE:
            position.update(dict.fromkeys(group, sum(group) / len(group)))
            group = []
        group.append(value)
    return position


class Groups:
    """Things numbered from 0, each in a group with those it was joined to."""

    def __init__(self, count: int) -> None:
        self._leader = list(range(count))

    def leader(self, one: int) -> int:
        """The number that stands for the group of a thing."""
        while self._leader[one] != one:
            self._leader[one] = one = self._leader[self._leader[one]]
        return one

    def join(self, one: int, other: int) -> None:
        """Makes one group of the groups of two things."""
        self._leader[self.leader(one)] = self.leader(other)

    def all(self) -> list[list[int]]:
        """The groups."""
        members = defaultdict(list)
        for one in range(len(self._leader)):
            members[self.leader(one)].append(one)
        return list(members.values())


def _touching(across: Sequence[Ruling], down: Sequence[Ruling]) -> Iterator[tuple[list[Ruling], list[Ruling]]]:
    """The level and the upright lines of each drawing whose lines meet."""
    groups = Groups(len(across) + len(down))
    for (i, level), (j, upright) in product(enumerate(across), enumerate(down, len(across))):
        if _reaches(level, upright.at) and _reaches(upright, level.at):
            groups.join(i, j)
    for group in groups.all():
        yield [across[i] for i in group if i < len(across)], [down[i - len(across)] for i in group if i >= len(across)]


def _reaches(ruling: Ruling, at: float) -> bool:
    return ruling.start - CLOSE <= at <= ruling.end + CLOSE


def _grid(across: Sequence[Ruling], down: Sequence[Ruling]) -> Grid | None:
    """The grid of level and upright lines that meet; None where they enclose nothing."""
    xs, ys = _marks(down, across), _marks(across, down)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1:
        return None
    groups = Groups(rows * columns)
    level, upright = _by_position(across), _by_position(down)
    for column, row in product(range(columns), range(1, rows)):
        if not _is_ruled(level[ys[row]], (xs[column] + xs[column + 1]) / 2):
            groups.join((row - 1) * columns + column, row * columns + column)
    for row, column in product(range(rows), range(1, columns)):
        if not _is_ruled(upright[xs[column]], (ys[row] + ys[row + 1]) / 2):
            groups.join(row * columns + column - 1, row * columns + column)
    boxes = {}
    for group in groups.all():
        squares = [divmod(square, columns) for square in group]
        boxes.update(dict.fromkeys(squares, _box(squares)))
    return Grid(xs, ys, boxes)


def _marks(rulings: Sequence[Ruling], crossing: Sequence[Ruling]) -> tuple[float, ...]:
    """Where the lines of a grid stand; where those across go on beyond them, the grid does: it is open there, or broken by the page's end."""
    marks = sorted({ruling.at for ruling in rulings})
    if not crossing:
        return ()
    first, last = min(ruling.start for ruling in crossing), max(ruling.end for ruling in crossing)
    if not marks or first < marks[0] - SMALLEST:
        marks.insert(0, first)
    if last > marks[-1] + SMALLEST:
        marks.append(last)
    return tuple(marks)


def _by_position(rulings: Iterable[Ruling]) -> Mapping[float, list[Ruling]]:
    """The lines that stand at each position; none at any other."""
    found = defaultdict(list)
    for ruling in rulings:
        found[ruling.at].append(ruling)
    return found


def _is_ruled(rulings: Iterable[Ruling], middle: float) -> bool:
    return any(ruling.start <= middle <= ruling.end for ruling in rulings)


def _box(squares: Sequence[tuple[int, int]]) -> Box:
    rows, columns = [row for row, _ in squares], [column for _, column in squares]
    return Box(min(rows), min(columns), max(rows) - min(rows) + 1, max(columns) - min(columns) + 1)
