"""write_workbook: the locked workbook of a form, empty or filled with a report."""

from __future__ import annotations

from xltools.form.book import CHECKS, GUIDE, UNIT_SHEET, Book, plan_book
from xltools.report.filled import Report
from xltools.workbook.check_sheet import write_checks
from xltools.workbook.front_sheets import write_details, write_guide, write_unit
from xltools.workbook.pen import NewWorkbook, Pen
from xltools.workbook.prose_sheets import write_prose
from xltools.workbook.table_sheets import write_table
from xltools.workbook.verdicts import Verdicts


def write_workbook(report: Report, password: str = "") -> bytes:
    """Return the locked .xlsx of the report's form, filled with what the report holds; the same report gives the same bytes.

    Raises XltoolsError for prose that no cell can hold.
    """
    book = plan_book(report.form)
    verdicts = Verdicts(book, report)
    workbook = NewWorkbook(properties(report), report.year or book.form.first_year or 2000)
    pens = {name: workbook.add_sheet(name) for name in book.sheets}
    for pen in pens.values():
        _set_up(pen, book, password)
    workbook.lock_structure(pens[GUIDE].sheet.protect_options["password"])
    write_guide(pens[GUIDE], book)
    write_unit(pens[UNIT_SHEET], book)
    for name in dict.fromkeys(section.sheet for section in book.form.texts):
        write_prose(pens[name], verdicts, name)
    for table in book.tables.values():
        write_table(pens[table.section.sheet], verdicts, table)
    write_checks(pens[CHECKS], verdicts)
    # last, so that every other text has the same number in the table of texts whatever the unit: see series
    write_details(pens[UNIT_SHEET], book, report)
    return workbook.finish()


def _set_up(pen: Pen, book: Book, password: str) -> None:
    """Lock a sheet, set up its page and put the cursor on its first input; on sheets to fill, the cursor knows inputs only."""
    sheet = pen.sheet
    sheet.protect(password, {"select_locked_cells": pen.name in (GUIDE, CHECKS), "format_rows": True, "format_columns": True})
    sheet.hide_gridlines(2)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    places = [(place.row, place.column) for place in book.inputs if place.sheet == pen.name]
    if places:
        sheet.set_selection(*min(places), *min(places))


def properties(report: Report) -> dict[str, str]:
    """Return the document properties of the report's workbook."""
    book = plan_book(report.form)
    return {
        "title": f"{report.unit.title_name}{report.year or ''}年{book.form.title}",
        "subject": book.form.edition,
        "author": report.unit.name,
        "company": report.unit.name,
        "keywords": f"{book.form.id} {book.fingerprint}",
    }
