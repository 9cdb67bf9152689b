"""first_sheet_rows: the cells of any spreadsheet's first sheet as text, with the guards of the reader of reports."""

from __future__ import annotations

from pathlib import Path

from xltools.errors import UnreadableFileError
from xltools.files.gate import GateError
from xltools.readers.workbook.sheets import Content, cell_text, open_sheets
from xltools.readers.workbook.survey import survey

EXACT = 1e15
"""Above this not all digits of a number are kept."""


def first_sheet_rows(path: Path, data: bytes) -> list[list[str]]:
    """The rows of the first sheet, from A1 on. Raises UnreadableFileError for a file that is damaged or encrypted, or whose content is enormous."""
    try:
        sheets = open_sheets(survey(data).safe)
        sheets.load(sheets.names[:1])
        rows = sheets.rows(sheets.names[0]) if sheets.names else []
    except GateError as fault:
        raise UnreadableFileError(path, str(fault)) from fault
    return [[_shown(cell) for cell in row] for row in rows]


def _shown(cell: Content) -> str:
    """A cell's text; a number of more digits than a spreadsheet program keeps in its rounded form, so that it can be told."""
    rounded = isinstance(cell, float) and abs(cell) >= EXACT
    return f"{cell:.14e}" if rounded else cell_text(cell)
