"""The sheets of a workbook as the tables of a published file, to be recognised by what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xltools.form.book import Place
from xltools.readers.published.sheet_grids import SheetGrid
from xltools.readers.published.source import Cell, Row
from xltools.readers.workbook.facts import Area, BookFacts, parse_area
from xltools.readers.workbook.sheets import Sheets, cell_text, shown_content
from xltools.report.origin import Spot


def sheet_grid(sheets: Sheets, facts: BookFacts, name: str) -> SheetGrid:
    """Return a sheet with its merged cells as one each."""
    rows = sheets.rows(name)
    areas = [parse_area(reference) for reference in facts.sheet(name).merged]
    merged = {(area.top, area.left): area for area in areas}
    covered = {place for area in areas for place in _covered(area, len(rows), max(map(len, rows), default=0))}
    grid = []
    for number, row in enumerate(rows):
        cells = []
        for column in range(len(row)):
            if (number, column) not in covered:
                area = merged.get((number, column), Area(number, column, number, column))
                text = cell_text(shown_content(sheets, facts, Place(name, number, column)))
                cells.append(Cell(text, column, area.right - column + 1, area.bottom - number + 1))
        grid.append(tuple(cells))
    return SheetGrid(name, tuple(grid))


def _covered(area: Area, rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """Yield the cells of a merged area but its first, within the sheet's rows and columns."""
    for row in range(area.top, min(area.bottom + 1, rows)):
        for column in range(area.left, min(area.right + 1, columns)):
            if (row, column) != (area.top, area.left):
                yield row, column


def table_rows(sheets: Sheets, facts: BookFacts, names: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of these sheets, each sheet one table."""
    for table, name in enumerate(names, 1):
        for number, cells in enumerate(sheet_grid(sheets, facts, name).rows, 1):
            yield Row(cells, table, number, sheet=name)


def place_of(spot: Spot) -> Place:
    """Return the cell that a place in the rows of a sheet is."""
    return Place(spot.sheet, spot.row - 1, spot.column - 1)
