"""write_workbook: the locked workbook of a form, empty or filled with a report."""

from __future__ import annotations

import datetime
import io
from typing import Any

from xlsxwriter import Workbook

from xltools.form.book import CHECKS, GUIDE, UNIT_SHEET, Book, plan_book
from xltools.report.filled import Report
from xltools.workbook.check_sheet import write_checks
from xltools.workbook.geometry import A4, FOOTER_CENTRE, FOOTER_RIGHT, MARGIN
from xltools.workbook.pen import Pen
from xltools.workbook.plain_sheets import write_details, write_guide, write_unit
from xltools.workbook.prose_sheets import write_prose
from xltools.workbook.styles import Styles
from xltools.workbook.table_sheets import write_table
from xltools.workbook.verdicts import Verdicts


def write_workbook(report: Report, password: str = "") -> bytes:
    """The locked .xlsx of the report's form, filled with what the report holds; the same report gives the same bytes.

    Raises XltoolsError for prose that no cell can hold.
    """
    book = plan_book(report.form)
    verdicts = Verdicts(book, report)
    buffer = io.BytesIO()
    workbook = _ProtectedWorkbook(buffer, {"in_memory": True})
    styles = Styles(workbook)
    pens = {name: Pen(workbook.add_worksheet(name), styles) for name in book.sheets}
    for name, pen in pens.items():
        _set_up(pen, book, name, password)
    workbook.structure_password = pens[GUIDE].sheet.protect_options["password"]
    workbook.set_properties(properties(report))
    write_guide(pens[GUIDE], book)
    write_unit(pens[UNIT_SHEET], book)
    for name in dict.fromkeys(section.sheet for section in book.form.texts):
        write_prose(pens[name], verdicts, name)
    for table in book.tables.values():
        write_table(pens[table.section.sheet], verdicts, table)
    write_checks(pens[CHECKS], verdicts)
    # last, so that every other text has the same number in the table of texts whatever the unit: see hand_out
    write_details(pens[UNIT_SHEET], book, report)
    workbook.close()
    return buffer.getvalue()


class _ProtectedWorkbook(Workbook):
    """xlsxwriter's workbook with the protection of its structure, which xlsxwriter does not offer."""

    structure_password = ""

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        attributes: list[tuple[str, Any]] = [("lockStructure", 1)]
        if self.structure_password:
            attributes.insert(0, ("workbookPassword", self.structure_password))
        self._xml_empty_tag("workbookProtection", attributes)


def _set_up(pen: Pen, book: Book, name: str, password: str) -> None:
    """Locks a sheet, sets up its page and puts the cursor on its first input; on sheets to fill, the cursor knows inputs only."""
    pen.sheet.protect(password, {"select_locked_cells": name in (GUIDE, CHECKS), "format_rows": True, "format_columns": True})
    pen.sheet.hide_gridlines(2)
    pen.sheet.set_paper(A4)
    pen.sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
    pen.sheet.center_horizontally()
    pen.sheet.fit_to_pages(1, 0)
    pen.sheet.set_footer(f"&C{FOOTER_CENTRE}&R{FOOTER_RIGHT}")
    places = [place for place in book.inputs if place.sheet == name]
    if places:
        first = min(places, key=lambda place: (place.row, place.column))
        pen.sheet.set_selection(first.row, first.column, first.row, first.column)


def properties(report: Report) -> dict[str, Any]:
    """The document properties of the report's workbook."""
    book = plan_book(report.form)
    year = report.year or book.form.first_year or 2000
    return {
        "title": f"{report.unit.title_name}{report.year or ''}年{book.form.title}",
        "subject": book.form.edition,
        "author": report.unit.name,
        "company": report.unit.name,
        "keywords": f"{book.form.id} {book.fingerprint}",
        # A fixed date, so that the same report gives the same bytes.
        "created": datetime.datetime(year, 12, 31),
    }
