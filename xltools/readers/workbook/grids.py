"""The sheets of a workbook as the tables of a published file, to be recognised by what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xltools.form.book import Place
from xltools.readers.published.source import Cell, Row
from xltools.readers.workbook.facts import Area, BookFacts, parse_area
from xltools.readers.workbook.sheets import Sheets, cell_text
from xltools.report.origin import Spot


def table_rows(sheets: Sheets, facts: BookFacts, names: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of these sheets, each sheet one table that is numbered as in the workbook; merged cells are one."""
    for name in names:
        areas = [parse_area(reference) for reference in facts.sheet(name).merged]
        merged = {(area.top, area.left): area for area in areas}
        rows = sheets.rows(name)
        covered = {place for area in areas for place in _covered(area, len(rows), max(map(len, rows), default=0))}
        for number, row in enumerate(rows):
            cells = []
            for column, raw in enumerate(row):
                if (number, column) not in covered:
                    area = merged.get((number, column), Area(number, column, number, column))
                    cells.append(Cell(cell_text(raw), column, area.right - column + 1, area.bottom - number + 1))
            yield Row(tuple(cells), sheets.names.index(name) + 1, number + 1)


def _covered(area: Area, rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """Yield the cells of a merged area but its first, within the sheet's rows and columns."""
    for row in range(area.top, min(area.bottom + 1, rows)):
        for column in range(area.left, min(area.right + 1, columns)):
            if (row, column) != (area.top, area.left):
                yield row, column


def place_of(spot: Spot, sheets: Sheets) -> Place:
    """Return the cell of the workbook that a place in its tables is."""
    return Place(sheets.names[spot.table - 1], spot.row - 1, spot.column - 1)
