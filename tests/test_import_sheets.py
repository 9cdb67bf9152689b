"""Reads the official tables in sheets that no program of ours made: by what stands in the cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import FORM, OVERVIEW, TITLE, Rows, figures, shown, table_rows
from xltools.errors import UnreadableFileError
from xltools.form.loader import find_form
from xltools.readers.published.sheet_grids import SheetGrid, read_sheets
from xltools.readers.published.source import Cell
from xltools.report.filled import Report

BOOK = Path("报告.xlsx")


def grid(rows: Rows) -> list[tuple[Cell, ...]]:
    """The rows as cells with their columns."""
    taken: set[tuple[int, int]] = set()
    lines = []
    for number, row in enumerate(rows):
        cells, column = [], 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            cells.append(Cell(cell.text, column, cell.colspan, cell.rowspan))
            taken |= {(number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            column += cell.colspan
        lines.append(tuple(cells))
    return lines


def paragraph(text: str) -> tuple[Cell, ...]:
    return (Cell(text),)


TABLES = {table.key: grid(table_rows(table, figures())) for table in FORM.tables}
EMPTY: tuple[Cell, ...] = ()


def read(*sheets: SheetGrid) -> Report:
    return read_sheets(BOOK, sheets, find_form(None))


def test_a_sheet_for_each_table_is_read_and_the_names_of_sheets_are_titles() -> None:
    names = {section.table: section.title for section in FORM.sections if section.table}
    report = read(*(SheetGrid(names[key], tuple(rows)) for key, rows in TABLES.items()))
    assert shown(report) == {id: str(number) for id, number in figures().items()}
    assert not report.unread and report.is_published
    assert list(report.titles.values()) == list(names.values())


@pytest.mark.parametrize("between", [(EMPTY,), (EMPTY, paragraph("三、收到和处理政府信息公开申请情况"))])
def test_all_tables_below_each_other_on_one_sheet_are_read(between: tuple[tuple[Cell, ...], ...]) -> None:
    rows = [paragraph(TITLE), paragraph("一、总体情况"), paragraph(OVERVIEW), paragraph("二、主动公开政府信息情况")]
    for table in TABLES.values():
        rows += [*table, *between]
    report = read(SheetGrid("Sheet1", tuple(rows)))
    assert shown(report) == {id: str(number) for id, number in figures().items()}
    assert not report.unread and report.texts["overview"] == OVERVIEW and report.year == 2023
    assert not report.origin.publication.extra_rows


def test_cells_that_are_not_given_are_blank_and_a_figure_tells_its_sheet_row_and_column() -> None:
    rows = [tuple(cell for cell in row if cell.text not in ("1000", "1002")) for row in TABLES["disclosure"]]
    report = read(SheetGrid("公开", (EMPTY, *rows)), SheetGrid("申请", tuple(TABLES["requests"])))
    ids = list(FORM.figures)
    assert [report.figures[id] for id in ids[:3]] == [None, 1001, None]
    assert str(report.origin.publication.spots[ids[1]]) == "工作表“公开”第 4 行第 3 列"


def test_an_empty_row_within_a_table_does_not_end_it() -> None:
    table = TABLES["requests"]
    report = read(SheetGrid("Sheet1", (*table[:8], EMPTY, *table[8:])))
    assert all(report.figures[id] == number for id, number in figures().items() if id.startswith("requests."))


def test_sheets_without_official_tables_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="没有找到"):
        read(SheetGrid("Sheet1", (paragraph("工资表"), (Cell("张三"), Cell("100", 1)))))
