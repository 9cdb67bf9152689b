"""survey_xls: the records of an .xls or .et workbook, followed in the order in which calamine follows them."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from xltools.files import gate
from xltools.files.gate import GateError
from xltools.form.book import address
from xltools.readers.workbook.refusals import DAMAGED, ENCRYPTED, NOT_SPREADSHEET, ambiguous, refuse_far, refuse_many_sheets, too_many
from xltools.readers.workbook.surveyed import Surveyed
from xltools.report.origin import Active

# BIFF8 record types, [MS-XLS] 2.3.2; the records of cells begin with row and column
END, FORMAT_OF_CELLS, BOUNDSHEET, FILEPASS, STRINGS, OTHER_BOOK = 0x000A, 0x00E0, 0x0085, 0x002F, 0x00FC, 0x01AE
DIMENSIONS, MERGED, FORMULA_RECORD, TRUTH_OR_ERROR, NUMBERS = 0x0200, 0x00E5, 0x0006, 0x0205, 0x00BD
VALUE_RECORDS = {FORMULA_RECORD, TRUTH_OR_ERROR, NUMBERS, 0x00FD, 0x0203, 0x0204, 0x027E}
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
OWN_BOOK, ADD_INS = 0x0401, 0x3A01
"""What [MS-XLS] 2.4.271 has in place of a name's length where no other file is referred to."""
MACROS = ("_VBA_PROJECT_CUR", "Macros")
"""Storages with programs."""


def survey_xls(data: bytes) -> Surveyed:
    """What is known of the workbook in an OLE file. Raises GateError for one that must not be opened."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as package:
        if package.exists("EncryptedPackage"):
            raise GateError(ENCRYPTED)
        stream = next((name for name in ("Workbook", "Book") if package.exists(name)), None)
        if stream is None:
            raise GateError(NOT_SPREADSHEET)
        has_macros = any(package.exists(name) for name in MACROS)
        has_objects = any(entry[0].startswith("MBD") for entry in package.listdir(streams=False, storages=True))
        return _survey_stream(data, package.openstream(stream).read(), has_macros, has_objects)


def _survey_stream(data: bytes, stream: bytes, has_macros: bool, has_objects: bool) -> Surveyed:
    sheets: list[tuple[str, int]] = []
    formats, has_links = 0, False
    for kind, at, size in _records(stream, 0):
        if kind == FILEPASS:
            raise GateError(ENCRYPTED)
        if kind == STRINGS and struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
            raise GateError(DAMAGED)
        if kind == BOUNDSHEET:
            sheets.append(_bound_sheet(stream[at : at + size]))
        formats += kind == FORMAT_OF_CELLS
        has_links |= kind == OTHER_BOOK and struct.unpack_from("<H", stream, at + 2)[0] not in (OWN_BOOK, ADD_INS)
    if formats > gate.STYLE_LIMIT:
        raise too_many("单元格格式", gate.STYLE_LIMIT)
    refuse_many_sheets([name for name, _ in sheets])
    formulas = {name: _survey_sheet(name, stream, start) for name, start in sheets}
    noted: tuple[tuple[Active, bool], ...] = (("macros", has_macros), ("links", has_links), ("objects", has_objects))
    return Surveyed(data, lambda sheet: formulas.get(sheet, {}), tuple(kind for kind, is_there in noted if is_there))


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Each record up to the end of the part that begins here: its kind, and where and how long its data is."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == END:
            break
        yield kind, at + 4, size
        at += 4 + size


def _survey_sheet(sheet: str, stream: bytes, start: int) -> dict[str, str]:
    """The formulas of a sheet. Refuses one with content too far away, or with two values in one place."""
    formulas: dict[str, str] = {}
    seen: set[tuple[int, int]] = set()
    rows = columns = merged = 0
    for kind, at, size in _records(stream, start):
        if kind == DIMENSIONS:
            top, bottom, left, right = struct.unpack_from("<IIHH" if size >= 14 else "<HHHH", stream, at)
            if top > bottom or left > right:
                raise GateError(DAMAGED)
            refuse_far(sheet, bottom, right)
        elif kind == MERGED:
            merged += struct.unpack_from("<H", stream, at)[0]
            if merged > gate.MERGED_LIMIT:
                raise too_many(f"工作表“{sheet}”的合并单元格", gate.MERGED_LIMIT)
        elif kind in VALUE_RECORDS:
            row, column = struct.unpack_from("<HH", stream, at)
            places = {(row, column + i) for i in range((size - 6) // 6 if kind == NUMBERS else 1)}
            if places & seen:
                raise ambiguous(sheet)
            seen |= places
            rows, columns = max(rows, row + 1), max(columns, column + len(places))
            refuse_far(sheet, rows, columns)
            if kind == FORMULA_RECORD:
                formulas[address(row, column)] = ""
            elif kind == TRUTH_OR_ERROR and stream[at + 7]:
                formulas[address(row, column)] = ERRORS.get(stream[at + 6], "#")
    return formulas


def _bound_sheet(record: bytes) -> tuple[str, int]:
    """A sheet's name and where its records begin: position, state, kind, length of the name, flags, name."""
    start, length, wide = struct.unpack_from("<I", record)[0], record[6], record[7] & 1
    name = record[8 : 8 + length * (2 if wide else 1)]
    return name.decode("utf-16-le" if wide else "latin-1"), start
