"""Reads a report from plain spreadsheets, by the content of their cells as a published page is read."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from xltools.form.definition import FindForm
from xltools.form.loader import list_editions
from xltools.numerals import is_blank
from xltools.readers.published.assembly import read_published
from xltools.readers.published.labels import Labels
from xltools.readers.published.source import Cell, Line, Row, Source
from xltools.readers.published.table_rows import LABEL_LENGTH
from xltools.report.filled import Report
from xltools.report.origin import Active

Numbered = tuple[int, tuple[Cell, ...]]  # the number of a row in its sheet, from 1, and its filled cells


class SheetGrid(NamedTuple):
    """A sheet as it is seen: the cells that begin in each row, even an empty one, without empty ones and those that a merged one covers."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read_sheets(path: Path, sheets: Sequence[SheetGrid], find_form: FindForm, active: tuple[Active, ...] = ()) -> Report:
    """Return the report in sheets that hold official tables, and maybe prose and titles in cells of their own, as `read_published` does."""
    sections = (section for form in list_editions(find_form(None)) for section in form.sections)
    titles = Labels((section.key, title) for section in sections for title in (section.title, *section.also))
    items: list[Line | Row] = []
    tables = 0
    for sheet in sheets:
        if titles.exactly(sheet.name):
            items.append(Line(sheet.name))
        for block in (block for block in _blocks(sheet, titles) if block):
            tables += not isinstance(block, Line)
            items += [block] if isinstance(block, Line) else _table(block, tables, sheet.name)
    return read_published(path, Source("sheet", tuple(items), active=active), find_form)


def _blocks(sheet: SheetGrid, titles: Labels) -> Iterator[Line | list[Numbered]]:
    """Yield the paragraphs of a sheet and the rows of its tables; an empty row ends a table only in front of a wider one."""
    table: list[Numbered] = []
    for number, row in enumerate(sheet.rows, 1):
        cells = tuple(cell for cell in row if not is_blank(cell.text))
        only = cells[0].text if len(cells) == 1 else ""
        # no row of a table: it stands above one, or is prose or the title of a section
        if only and (not table or len(only) > LABEL_LENGTH or "。" in only or titles.exactly(only)):
            yield table
            table = []
            yield from (Line(text) for text in only.split("\n") if not is_blank(text))
        elif cells:
            if table and number - table[-1][0] > 1 and _end(cells) > max(_end(before) for _, before in table):
                yield table
                table = []
            table.append((number, cells))
    yield table


def _table(rows: Sequence[Numbered], table: int, sheet: str) -> Iterator[Row]:
    """Yield the rows of a table with an empty cell wherever none stands, up to its last column."""
    first = min(cells[0].column for _, cells in rows)
    width = max(_end(cells) for _, cells in rows)
    covered: dict[int, int] = {}
    for number, cells in rows:
        for cell in cells:
            covered |= dict.fromkeys(range(cell.column, cell.column + cell.colspan), number + cell.rowspan - 1)
        empty = [Cell("", column) for column in range(first, width) if covered.get(column, 0) < number]
        yield Row(tuple(sorted((*cells, *empty), key=lambda cell: cell.column)), table, number, sheet=sheet)


def _end(cells: Sequence[Cell]) -> int:
    return max(cell.column + cell.colspan for cell in cells)
