"""The formulas of the workbook, made from the relations of the form; none with its equals sign."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from xltools.form.book import Book, Check, CheckLine, Place, address
from xltools.form.definition import Form, Relation, Term


def ranges(places: Iterable[Place]) -> list[str]:
    """Return the cells of one sheet in as few ranges as possible: `["D5:I5", "J9"]`."""
    strips: list[list[int]] = []  # of neighbours within a row: first row and column, last row and column
    for row, column in sorted((place.row, place.column) for place in places):
        if strips and strips[-1][2:] == [row, column - 1]:
            strips[-1][3] = column
        else:
            strips.append([row, column, row, column])
    boxes: list[list[int]] = []
    for strip in strips:
        above = next((box for box in boxes if box[2] == strip[0] - 1 and box[1::2] == strip[1::2]), None)
        if above:
            above[2] = strip[2]
        else:
            boxes.append(strip)
    corners = ((address(top, left), address(bottom, right)) for top, left, bottom, right in boxes)
    return [first if first == last else f"{first}:{last}" for first, last in corners]


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
    """Return the condition, on its own sheet, that a relation is broken: both of its sides are filled in and differ."""
    left, right = (
        f"SUM({','.join(map(absolute, ranges(book.figures[term.figure] for term in side)))})" for side in (relation.left, relation.right)
    )
    return f"ROUND({left}-{right},6)*({filled_formula(book, relation, on_its_sheet=True)})<>0"


def filled_formula(book: Book, relation: Relation, *, on_its_sheet: bool = False) -> str:
    """Return the condition that all inputs of both sides of a relation are filled in."""
    places = [book.figures[id] for id in input_ids(book.form, (*relation.left, *relation.right))]
    sheet = "" if on_its_sheet else f"'{places[0].sheet}'!"
    return f"COUNTA({','.join(sheet + absolute(part) for part in ranges(places))})={len(places)}"


def side_formula(book: Book, terms: tuple[Term, ...], published: frozenset[str]) -> str:
    """Return one side of a relation's line in 校验.

    A total that was published with another value (`published`) counts as published for as long as that value stands in its line.
    """
    lines = published_lines(book)
    parts = [f'IF({lines[t.figure]}="",{book.figures[t.figure].reference},N({lines[t.figure]}))' for t in terms if t.figure in published]
    places = [book.figures[term.figure] for term in terms if term.figure not in published]
    parts += [f"'{places[0].sheet}'!{absolute(part)}" for part in ranges(places)]
    return parts[0] if len(terms) == 1 else f"SUM({','.join(parts)})"


@lru_cache(maxsize=256)
def input_ids(form: Form, terms: tuple[Term, ...]) -> tuple[str, ...]:
    """Return the inputs that terms are or add up."""
    ids: list[str] = []
    for term in terms:
        ids += input_ids(form, form.definitions[term.figure].right) if term.figure in form.definitions else (term.figure,)
    return tuple(dict.fromkeys(ids))


def published_lines(book: Book) -> dict[str, str]:
    """Return, for each total, the reference of the cell in 校验 that holds its published value."""
    cells: dict[str, str] = {}
    for line in book.checks:
        if line.relation and line.relation.total:
            cells.setdefault(line.relation.total, line.place(Check.PUBLISHED).reference.partition("!")[2])
    return cells


def breakdown_sides(line: CheckLine) -> tuple[str, str]:
    """Return both sides of a breakdown's line in 校验: its total and the sum below its parts; without parts there is nothing to compare."""
    assert line.breakdown is not None
    area = line.breakdown
    parts = f"'{area.total.sheet}'!{absolute(ranges(area.amounts)[0])}"
    return area.total.reference, f"IF(COUNT({parts})=0,{area.total.reference},{area.sum.reference})"
