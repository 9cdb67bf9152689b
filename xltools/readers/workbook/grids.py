"""The sheets of a workbook as the tables of a published file, to be recognised by what stands in them."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from xltools.files.gate import DAMAGED, WORKBOOK
from xltools.form.book import Place
from xltools.numerals import show
from xltools.readers.published.sheet_grids import SheetGrid
from xltools.readers.published.source import Cell, Row
from xltools.readers.workbook.appearance import is_hidden, seen_number
from xltools.readers.workbook.facts import Area, BookFacts, parse_area
from xltools.readers.workbook.sheets import Sheets, cell_text, shown_content, stored_number


def sheet_grid(sheets: Sheets, facts: BookFacts, name: str) -> SheetGrid:
    """Return a sheet as it is seen, without hidden rows and columns. Raise GateError where more cells are merged than there are."""
    return SheetGrid(name, tuple(_rows(sheets, facts, name, _seen)))


def _rows(
    sheets: Sheets, facts: BookFacts, name: str, text_of: Callable[[Sheets, BookFacts, Place], str | None]
) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each row of a sheet, merged ones as one each, without those that have no text at all, not even an empty one."""
    rows = sheets.rows(name)
    height, width = len(rows), max(map(len, rows), default=0)
    areas = [area for area in map(parse_area, facts.sheet(name).merged) if area.top < height and area.left < width]
    inside = [area._replace(bottom=min(area.bottom, height - 1), right=min(area.right, width - 1)) for area in areas]
    WORKBOOK.refuse(sum(area.size for area in inside) > height * width, DAMAGED)
    merged = {(area.top, area.left): area for area in areas}
    cells_of = {(a.top, a.left): product(range(a.top, a.bottom + 1), range(a.left, a.right + 1)) for a in inside}
    covered = {place for first, places in cells_of.items() for place in places if place != first}
    for number, row in enumerate(rows):
        cells = []
        for column in (column for column in range(len(row)) if (number, column) not in covered):
            area = merged.get((number, column), Area(number, column, number, column))
            if (text := text_of(sheets, facts, Place(name, number, column))) is not None:
                cells.append(Cell(text, column, area.right - column + 1, area.bottom - number + 1))
        yield tuple(cells)


def _held(sheets: Sheets, facts: BookFacts, place: Place) -> str:
    """Return what a cell holds; a number for a formula that was never calculated, since it is the place that is looked for."""
    is_uncalculated = sheets.at(place) == "" and place.address in facts.sheet(place.sheet).formulas
    return "0" if is_uncalculated else cell_text(sheets.at(place))


def _seen(sheets: Sheets, facts: BookFacts, place: Place) -> str | None:
    """Return what is seen in a cell, None where it is hidden; words behind it, so that it is no figure, where it cannot be told."""
    if is_hidden(place.row, place.column, facts.sheet(place.sheet)):
        return None
    raw = shown_content(sheets, facts, place)
    text = cell_text(raw)
    if place.address in facts.sheet(place.sheet).raised:
        return f"{text}〔上标〕"
    number = stored_number(raw)
    if number is None:
        return text
    seen = seen_number(number, place, facts)
    return f"{text}〔格式〕" if seen is None else show(seen)


def table_rows(sheets: Sheets, facts: BookFacts, names: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of these sheets, each sheet one table."""
    for table, name in enumerate(names, 1):
        for number, cells in enumerate(_rows(sheets, facts, name, _held), 1):
            yield Row(cells, table, number, sheet=name)
