"""Looks at a spreadsheet file before calamine does: is it safe to open, where do formulas stand, what is in it beside cells.

calamine allocates a dense grid up to the farthest cell and aborts the process when that cannot be had, so a file's cells
are surveyed first; and it tells no formulas. The package passes the gate before.
"""

from __future__ import annotations

import struct
from xml.parsers import expat

from xltools.files.gate import WORKBOOK, GateError, Package, kind_of
from xltools.readers.workbook.refusals import DAMAGED, NOT_SPREADSHEET
from xltools.readers.workbook.surveyed import Surveyed

FAILURES = (expat.ExpatError, struct.error, EOFError, OSError, KeyError, IndexError, ValueError, OverflowError)
"""What the libraries raise over a damaged file."""

XLSX, ODS, XLSB = "xl/workbook.xml", "content.xml", "xl/workbook.bin"
"""The part that tells a kind of package; calamine tries one kind after the other, and .xlsb is not surveyed."""


def survey(data: bytes) -> Surveyed:
    """What is known of a spreadsheet file of any kind. Raises GateError for one that must not be opened."""
    kind = kind_of(data)
    try:
        if kind == "zip":
            return _survey_package(Package(data, WORKBOOK))
        if kind == "ole":
            from xltools.readers.workbook.survey_xls import survey_xls

            return survey_xls(data)
    except FAILURES as fault:
        raise GateError(DAMAGED) from fault
    raise GateError(NOT_SPREADSHEET)


def _survey_package(package: Package) -> Surveyed:
    if [part in package for part in (XLSX, ODS, XLSB)].count(True) > 1:
        raise GateError(DAMAGED)
    if XLSX in package:
        from xltools.readers.workbook.survey_xlsx import survey_xlsx

        return survey_xlsx(package)
    if ODS in package:
        from xltools.readers.workbook.survey_ods import survey_ods

        return survey_ods(package)
    raise GateError(NOT_SPREADSHEET)
