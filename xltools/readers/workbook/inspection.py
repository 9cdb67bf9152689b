"""Inspects a spreadsheet file of any kind before its values are read.

calamine makes room for every cell up to the farthest one and aborts the process when that cannot be had, so where cells stand is
looked at first; and it tells no formulas.
"""

from __future__ import annotations

import struct
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from xltools.files.gate import WORKBOOK, GateError, kind_of
from xltools.files.packages import open_package
from xltools.readers.workbook.facts import DAMAGED, NOT_SPREADSHEET, BookFacts

FAILURES = (ParseError, ExpatError, struct.error, EOFError, OSError, KeyError, IndexError, ValueError, OverflowError)
"""What the libraries raise over a damaged file."""

XLSX, ODS, XLSB = "xl/workbook.xml", "content.xml", "xl/workbook.bin"
"""The part that tells a kind of package; calamine tries one kind after the other, and .xlsb is not read."""


def inspect_book(data: bytes) -> BookFacts:
    """Return the facts of a spreadsheet file. Raises GateError for one whose values must not be read."""
    kind = kind_of(data)
    try:
        if kind == "ole":
            from xltools.readers.workbook.xls import read_xls_facts

            return read_xls_facts(data)
        package = open_package(data, WORKBOOK) if kind == "zip" else ()
        kinds = [part for part in (XLSX, ODS, XLSB) if part in package]
        if len(kinds) > 1:
            raise GateError(DAMAGED)
        if not package or kinds in ([], [XLSB]):
            raise GateError(NOT_SPREADSHEET)
        if kinds == [XLSX]:
            from xltools.readers.workbook.xlsx import read_xlsx_facts

            return read_xlsx_facts(package)
        from xltools.readers.workbook.ods import read_ods_facts

        return read_ods_facts(package)
    except FAILURES as fault:
        raise GateError(DAMAGED) from fault
