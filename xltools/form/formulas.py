"""The formulas of the workbook, made from the relations of the form; none with its equals sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from xltools.form.book import CHECK_PUBLISHED, Book, CheckLine, Place, column_name
from xltools.form.definition import Relation, Term


def ranges(places: Iterable[Place]) -> list[str]:
    """Return the cells of one sheet in as few ranges as possible: `["D5:I5", "J9"]`."""
    strips = _strips(sorted(places, key=lambda p: (p.row, p.column)))
    boxes: list[list[int]] = []
    for top, left, right in strips:
        below = next((box for box in boxes if box[2] == top - 1 and box[1:4:2] == [left, right]), None)
        if below:
            below[2] = top
        else:
            boxes.append([top, left, top, right])
    return [_range(top, left, bottom, right) for top, left, bottom, right in boxes]


def _strips(places: list[Place]) -> Iterator[tuple[int, int, int]]:
    """Yield the runs of neighbouring cells within a row: (row, first column, last column)."""
    run: tuple[int, int, int] | None = None
    for place in places:
        if run and run[0] == place.row and run[2] == place.column - 1:
            run = (run[0], run[1], place.column)
        else:
            if run:
                yield run
            run = (place.row, place.column, place.column)
    if run:
        yield run


def _range(top: int, left: int, bottom: int, right: int) -> str:
    first, last = f"{column_name(left)}{top + 1}", f"{column_name(right)}{bottom + 1}"
    return first if first == last else f"{first}:{last}"


def absolute(reference: str) -> str:
    """Return a reference that stays where it is: `$D$5:$I$5`."""
    return ":".join(f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" for cell in reference.split(":"))


@lru_cache(maxsize=8)
def total_formulas(book: Book) -> dict[str, str]:
    """Return the formula of each total's cell."""
    return {
        total: f"SUM({','.join(ranges(book.figures[term.figure] for term in relation.right))})"
        for total, relation in book.form.definitions.items()
    }


def difference_formula(book: Book, relation: Relation) -> str:
    """Return the condition, on its own sheet, that a relation is broken."""
    left, right = (
        f"SUM({','.join(map(absolute, ranges(book.figures[term.figure] for term in side)))})" for side in (relation.left, relation.right)
    )
    return f"ROUND({left}-{right},6)<>0"


def side_formula(book: Book, terms: tuple[Term, ...], published: frozenset[str]) -> str:
    """Return one side of a relation's line in 校验.

    A total that was published with another value (`published`) counts as published for as long as that value stands in its
    line.
    """
    lines = published_lines(book)
    parts = [f'IF({lines[t.figure]}="",{book.figures[t.figure].reference},N({lines[t.figure]}))' for t in terms if t.figure in published]
    places = [book.figures[term.figure] for term in terms if term.figure not in published]
    parts += [f"'{places[0].sheet}'!{absolute(part)}" for part in ranges(places)]
    return parts[0] if len(terms) == 1 else f"SUM({','.join(parts)})"


def published_lines(book: Book) -> dict[str, str]:
    """Return, for each total, the reference of the cell in 校验 that holds its published value."""
    cells: dict[str, str] = {}
    for line in book.checks:
        if line.relation and line.relation.total:
            cells.setdefault(line.relation.total, line.place(CHECK_PUBLISHED).reference.partition("!")[2])
    return cells


def breakdown_sides(line: CheckLine) -> tuple[str, str]:
    """Return both sides of a breakdown's line in 校验: its total and the sum below its parts; without parts there is nothing to compare."""
    assert line.breakdown is not None
    area = line.breakdown
    parts = f"'{area.total.sheet}'!{absolute(ranges(area.amounts)[0])}"
    return area.total.reference, f"IF(COUNT({parts})=0,{area.total.reference},{area.sum.reference})"
