"""Reads the headings that stand over the cells of a table, and puts the cells of a row into the order of the official columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xltools.numerals import is_blank
from xltools.readers.published.column_names import UNKNOWN, ColumnMeaning, ColumnNames, Order
from xltools.readers.published.labels import SUMS, core
from xltools.readers.published.records import Record
from xltools.readers.published.source import Cell

FEW = 2  # with so few columns nothing tells which of them a heading in other words is


class ColumnHeading(NamedTuple):
    """The heading over one or several grid columns: its own text, those above it, and what it means."""

    column: int
    colspan: int
    text: str
    above: tuple[str, ...]
    meaning: ColumnMeaning = UNKNOWN

    @property
    def leaf(self) -> int | None:
        """Return the number of the official column that it is; None where it is none, or could be several."""
        return self.meaning.columns[0] if self.meaning.kind == "column" and len(self.meaning.columns) == 1 else None

    def under(self, names: ColumnNames, above: Sequence[str]) -> ColumnHeading:
        """Return the heading as the column of its name in the group that is named above."""
        found = self.meaning
        return self._replace(meaning=ColumnMeaning("column", names.under(found.columns, above))) if found.kind == "column" else self

    def is_over(self, cell: Cell) -> bool:
        """Return whether it stands over a cell, or a part of it."""
        return cell.column < self.column + self.colspan and self.column < cell.column + cell.colspan


class Columns(NamedTuple):
    """The headings above a row from the first official one on; `front` are those before."""

    headings: tuple[ColumnHeading, ...]
    known: bool  # each official column has its heading
    order: Order
    front: tuple[ColumnHeading, ...] = ()
    guessed: bool = False  # a heading in other words is taken for the missing one, or those in another order may have moved

    def cells(self, record: Record) -> tuple[Cell, ...] | None:
        """Return the cells of a row below these headings, in the order of the official columns; None where it cannot be told which is whose."""
        if not (self.known and record.in_grid):
            return None
        first, end = self.headings[0].column, self.headings[-1].column + self.headings[-1].colspan
        inside = [cell for cell in record.cells if cell.column < end or not is_blank(cell.text)]
        below = [cell for cell in inside if cell.column + cell.colspan > first]
        if not below or below[0].column < first:
            return None
        # a number that stands under no heading of a column tells that the cells have moved
        over = [heading for heading in (*self.front, *self.headings) if heading.meaning.kind != "group"]
        counted = (*record.tail, *(cell for cell in below if cell.column < end))
        if any(not is_blank(cell.text) and not any(heading.is_over(cell) for heading in over) for cell in counted):
            return self._in_turn(below)
        official = sorted((heading for heading in self.headings if heading.leaf is not None), key=lambda heading: heading.leaf or 0)
        under = [[cell for cell in below if heading.is_over(cell)] for heading in official]
        # where a merged cell was taken apart, its text stands in the first part or in all
        filled = [[cell for cell in cells if not is_blank(cell.text)] or cells[:1] for cells in under]
        # of two neighbours with one text one may be the next one's, where that has none
        torn = max(map(len, filled)) > 1 and any(is_blank(cells[0].text) for cells in filled if cells)
        if not torn and all(_is_one(cells, heading) for cells, heading in zip(filled, official, strict=True)):
            return tuple(cells[0] for cells in filled)
        return tuple(below[self.headings.index(heading)] for heading in official) if len(below) == len(self.headings) else None

    def _in_turn(self, below: Sequence[Cell]) -> tuple[Cell, ...] | None:
        """Return the filled cells of a row, where each heading has one below itself or below the empty cells behind it: merged ones, taken apart."""
        filled = [cell for cell in below if not is_blank(cell.text)]
        if len(filled) != len(self.headings) or any(heading.leaf is None for heading in self.headings):
            return None
        ends = [*(heading.column for heading in self.headings[1:]), filled[-1].column + 1]
        if not all(h.column <= cell.column < end for h, cell, end in zip(self.headings, filled, ends, strict=True)):
            return None
        return tuple(cell for _, cell in sorted(zip(self.headings, filled, strict=True), key=lambda pair: pair[0].leaf or 0))


def read_columns(above: Sequence[Record], start: int, names: ColumnNames, count: int) -> Columns:
    """Return what rows of headings say of a block's `count` columns; neighbours of one text may be a merged cell that was taken apart."""
    found = (_columns_below(_lowest(above, merged), start, names, count) for merged in (False, True))
    apart = next(found)
    if apart.known:
        return apart
    return merged if (merged := next(found)).known or apart.order != "agrees" else apart


def _columns_below(headings: Sequence[ColumnHeading], start: int, names: ColumnNames, count: int) -> Columns:
    """Return what headings say of the columns below them; the figures of a row begin in the grid column `start`, -1 where that is not known."""
    headings = [_named(heading, names) for heading in headings]
    # 小计 and the like mean no official column where its own heading stands there, too
    own = {heading.leaf for heading in headings if not SUMS.fullmatch(core(heading.text))}
    headings = [h._replace(meaning=UNKNOWN) if h.leaf in own and SUMS.fullmatch(core(h.text)) else h for h in headings]
    first = next((number for number, heading in enumerate(headings) if heading.meaning.kind == "column"), len(headings))
    # where the row has moved against its headings, the first official one must do
    behind = [heading for number, heading in enumerate(headings) if (heading.column >= start if start >= 0 else number >= first)]
    strange = [heading for heading in behind if heading.meaning.kind == "unknown"]
    missing = set(range(count)).difference(heading.leaf for heading in headings if heading.leaf is not None)
    guessed = len(strange) == len(missing) == 1 and len(behind) == count > FEW
    if guessed:
        place = headings.index(strange[0])
        headings[place] = strange[0]._replace(meaning=ColumnMeaning("column", tuple(missing)))
        first = min(first, place)
    leaves = [heading.leaf for heading in headings if heading.leaf is not None]
    lacking = any(names.lacks_group(heading.leaf, heading.above) for heading in headings if heading.leaf is not None)
    guessed = guessed or (lacking and leaves != sorted(leaves))
    if any(heading.meaning.kind == "foreign" for heading in headings):  # then it is another edition's table
        return Columns(tuple(headings[first:]), known=False, order="against")
    known = sorted(leaves) == list(range(count))
    return Columns(tuple(headings[first:]), known, _order(behind, count, names), tuple(headings[:first]), guessed)


def _lowest(above: Sequence[Record], merged: bool) -> list[ColumnHeading]:
    """Return the headings that stand lowest over the columns of a table, from left to right; where `merged`, neighbours of one text as one."""
    found: list[ColumnHeading] = []
    column, width, found_start = 0, above[-1].width, 0
    while column < width:
        there = (cell for row in above for cell in row.cells if cell.column <= column < cell.column + cell.colspan)
        over = [cell for cell in there if not is_blank(cell.text)]
        start = max((cell.column for cell in over[-1:]), default=column)
        end = min((cell.column + cell.colspan for cell in over[-1:]), default=column + 1)
        if over and start == column:
            heading = ColumnHeading(column, over[-1].colspan, over[-1].text, tuple(cell.text for cell in over[:-1]))
            if merged and found and (found[-1].text, found[-1].above) == (heading.text, heading.above):
                heading = found.pop()._replace(colspan=column + heading.colspan - found_start)
            else:
                found_start = column
            found.append(heading)
        column = max(end, column + 1)
    return found


def _named(heading: ColumnHeading, names: ColumnNames) -> ColumnHeading:
    """Return the heading with its meaning: by its own words, or with those above where it is broken over two rows."""
    over = heading.above[-1] if heading.above else ""
    meanings = [names.meaning(text) for text in (heading.text, f"{over}{heading.text}" if over else "", over) if text]
    found = next((meaning for meaning in meanings if meaning.kind == "column"), meanings[0])
    return heading._replace(meaning=found).under(names, heading.above)


def _order(headings: Sequence[ColumnHeading], count: int, names: ColumnNames) -> Order:
    """Return what headings that stand over the cells behind a row's label say of the order of columns."""
    unknown = {text for heading in headings for text in heading.above if names.meaning(text).kind == "unknown" and heading.leaf is None}
    strange = sum(heading.meaning.kind == "unknown" for heading in headings) + len(unknown)
    wide = any(h.meaning.kind == "group" and h.colspan > 1 for h in headings)  # whose own columns have no headings
    start = headings[0].column if headings else 0
    places = [h.column - start if wide else place for place, h in enumerate(headings)]
    misplaced = any(h.meaning.columns and place not in h.meaning.columns for place, h in zip(places, headings, strict=True))
    if misplaced or strange or len(headings) > count:
        return "against"
    return "open" if len(headings) < count else "agrees"


def _is_one(cells: Sequence[Cell], heading: ColumnHeading) -> bool:
    """Return whether the cells under a heading are one, or a merged one that was taken apart."""
    inside = all(heading.column <= cell.column and cell.column + cell.colspan <= heading.column + heading.colspan for cell in cells)
    return len(cells) == 1 or (inside and len({cell.text for cell in cells}) == 1)
