"""Writes the sheets of the official tables."""

from __future__ import annotations

from xltools.form.book import TABLE_TOP, Place, TableSheet
from xltools.form.definition import Domain, Figure
from xltools.form.formulas import difference_formula, total_formulas
from xltools.workbook.geometry import LINE_HEIGHT, column_widths, row_heights
from xltools.workbook.pen import Pen
from xltools.workbook.verdicts import Verdicts

PORTRAIT_WIDTH = 100
"""The widest table, in characters, that is still printed upright."""


def write_table(pen: Pen, verdicts: Verdicts, table: TableSheet) -> None:
    """Writes one table's sheet: the title with the verdict, then the table cell by cell."""
    layout = table.layout
    widths = column_widths(layout)
    for column, width in enumerate(widths):
        pen.sheet.set_column(column, column, width)
    for row, height in enumerate(row_heights(layout, widths)):
        pen.sheet.set_row(TABLE_TOP + row, height)
    if sum(widths) > PORTRAIT_WIDTH:
        pen.sheet.set_landscape()
    _verdict(pen, verdicts, table)
    for cell in layout.headings:
        style = "label" if cell.kind == "row" else "header"
        pen.label(TABLE_TOP + cell.row, cell.column, cell.text, style, cell.rowspan, cell.colspan)
    figures = [verdicts.book.form.figures[id] for id in layout.figures]
    for figure in figures:
        _figure(pen, verdicts, figure, layout.figures[figure.id].colspan)
    inputs = [figure for figure in figures if figure.kind == "input"]
    _prompts(pen, verdicts, inputs)
    _mark_broken(pen, verdicts, table, inputs)
    pen.sheet.freeze_panes(TABLE_TOP + layout.header_rows, layout.label_columns if layout.header_rows else 0)
    pen.sheet.repeat_rows(0, TABLE_TOP + max(layout.header_rows, 1) - 1)
    pen.sheet.fit_to_pages(1, 1)


def verdict_place(table: TableSheet) -> Place:
    """The cell of a table's sheet with the verdict, behind the title."""
    return Place(table.section.sheet, 0, max(table.layout.label_columns, table.layout.columns // 2, 1))


def _verdict(pen: Pen, verdicts: Verdicts, table: TableSheet) -> None:
    place = verdict_place(table)
    assert table.section.table is not None
    pen.label(0, 0, table.section.title, "title", colspan=place.column)
    pen.label(0, place.column, "", "verdict", colspan=max(table.layout.columns - place.column, 1))
    pen.formula(place, *verdicts.of_table(table.section.table), "verdict")
    pen.sheet.set_row(0, LINE_HEIGHT * 2)


def _figure(pen: Pen, verdicts: Verdicts, figure: Figure, colspan: int) -> None:
    place, report = verdicts.book.figures[figure.id], verdicts.report
    style = "total" if figure.kind == "total" else ("amount" if figure.domain == "amount" else "count")
    if colspan > 1:
        pen.label(place.row, place.column, "", style, colspan=colspan)
    if figure.kind == "total":
        pen.formula(place, total_formulas(verdicts.book)[figure.id], report.computed[figure.id], style)
    else:
        pen.number(place, report.figures.get(figure.id), style)


def _prompts(pen: Pen, verdicts: Verdicts, inputs: list[Figure]) -> None:
    """One validation for the inputs of each line that share a help text and a domain."""
    groups: dict[tuple[str, str, Domain, int], list[Figure]] = {}
    for figure in inputs:
        groups.setdefault((figure.line, figure.help, figure.domain, figure.places), []).append(figure)
    for (line, help, domain, decimals), figures in groups.items():
        pen.expect_number([verdicts.book.figures[figure.id] for figure in figures], domain, line, help, decimals)


def _mark_broken(pen: Pen, verdicts: Verdicts, table: TableSheet, inputs: list[Figure]) -> None:
    places = [verdicts.book.figures[figure.id] for figure in inputs]
    pen.redden(places, f"ISTEXT({places[0].address})")
    for relation in verdicts.book.form.relations:
        if relation.table == table.section.table:
            pen.redden([verdicts.book.figures[id] for id in relation.figures], difference_formula(verdicts.book, relation))
