"""Reads where cells and formulas stand in an .xls or .et workbook, whose records it follows in the order in which calamine does."""

import io
import struct
from collections.abc import Iterator

from xltools.files.gate import BY_ITSELF, MAYBE_BY_ITSELF, GateError
from xltools.form.book import address
from xltools.readers.workbook.facts import ENCRYPTED, NOT_SPREADSHEET, BookFacts, SheetFacts, ambiguous, refuse_far, refuse_names
from xltools.report.origin import Active

# BIFF8 record types, [MS-XLS] 2.3.2; the records of cells begin with row and column
END, BOUNDSHEET, FILEPASS, STRINGS, OTHER_BOOK = 0x000A, 0x0085, 0x002F, 0x00FC, 0x01AE
DIMENSIONS, FORMULA_RECORD, TRUTH_OR_ERROR, NUMBERS, MERGED = 0x0200, 0x0006, 0x0205, 0x00BD, 0x00E5
VALUE_RECORDS = {FORMULA_RECORD, TRUTH_OR_ERROR, NUMBERS, 0x00FD, 0x0203, 0x0204, 0x027E}
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
OWN_BOOK, ADD_INS = 0x0401, 0x3A01  # what [MS-XLS] 2.4.271 has in place of a name's length where no other file is referred to


def read_xls_facts(data: bytes) -> BookFacts:
    """Return the facts of the workbook in an OLE file. Raise GateError for one that must not be opened."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as package:
        if package.exists("EncryptedPackage"):
            raise GateError(_how_encrypted(data))
        name = next((name for name in ("Workbook", "Book") if package.exists(name)), None)
        if name is None:
            raise GateError(NOT_SPREADSHEET)
        has_macros = any(package.exists(name) for name in ("_VBA_PROJECT_CUR", "Macros"))
        has_objects = any(entry[0].startswith("MBD") for entry in package.listdir(streams=False, storages=True))
        stream = package.openstream(name).read()
    sheets: list[tuple[str, int]] = []
    has_links = False
    for kind, at, size in _records(stream, 0):
        if kind == FILEPASS:
            raise GateError(_how_encrypted(data))
        if kind == STRINGS and struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
            raise ValueError("more texts than bytes")
        if kind == BOUNDSHEET:
            # where its records begin, state, kind, length of the name, flags, name
            begin, length, flags = struct.unpack_from("<I2xBB", stream, at)
            letters = stream[at + 8 : min(at + 8 + length * (2 if flags & 1 else 1), at + size)]
            sheets.append((letters.decode("utf-16-le" if flags & 1 else "latin-1"), begin))
        has_links |= kind == OTHER_BOOK and struct.unpack_from("<H", stream, at + 2)[0] not in (OWN_BOOK, ADD_INS)
    refuse_names([name for name, _ in sheets])
    facts = {name: _read_sheet(name, stream, start) for name, start in sheets}
    noted: tuple[tuple[Active, bool], ...] = (("macros", has_macros), ("links", has_links), ("objects", has_objects))
    return BookFacts(data, facts, tuple(kind for kind, is_there in noted if is_there))


def _how_encrypted(data: bytes) -> str:
    """Return why an encrypted file is refused: Excel opens one that has its own password without asking, as a protected .xls."""
    try:
        from msoffcrypto import OfficeFile
    except ImportError:
        return MAYBE_BY_ITSELF
    try:
        file = OfficeFile(io.BytesIO(data))
        # with what Excel encrypts by itself, as everybody knows; that of an .xls is always verified
        file.load_key(password="VelvetSweatshop", **({"verify_password": True} if file.format == "ooxml" else {}))  # noqa: S106
    except Exception:  # another password, or whatever msoffcrypto stumbles over
        return ENCRYPTED
    return BY_ITSELF


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield each record up to the end of the part that begins here: its kind, and where and how long its data is."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == END:
            break
        yield kind, at + 4, size
        at += 4 + size


def _read_sheet(sheet: str, stream: bytes, start: int) -> SheetFacts:
    """Return the facts of a sheet. Raise GateError for one with values too far away, or with two in one place."""
    facts = SheetFacts()
    seen: set[tuple[int, int]] = set()
    rows = columns = 0
    for kind, at, size in _records(stream, start):
        if kind == MERGED:
            areas = struct.iter_unpack("<HHHH", stream[at + 2 : at + 2 + (size - 2) // 8 * 8])
            facts.merged.extend(f"{address(top, left)}:{address(bottom, right)}" for top, bottom, left, right in areas)
        elif kind == DIMENSIONS:
            top, bottom, left, right = struct.unpack_from("<IIHH" if size >= 14 else "<HHHH", stream, at)
            if top > bottom or left > right:
                raise ValueError("dimensions")
            refuse_far(sheet, bottom, right)
        elif kind in VALUE_RECORDS:
            row, column = struct.unpack_from("<HH", stream, at)
            places = {(row, column + i) for i in range((size - 6) // 6 if kind == NUMBERS else 1)}
            if places & seen:
                raise ambiguous(sheet)
            seen |= places
            rows, columns = max(rows, row + 1), max(columns, column + len(places))
            refuse_far(sheet, rows, columns)
            if kind == FORMULA_RECORD:
                facts.formulas[address(row, column)] = ""
            elif kind == TRUTH_OR_ERROR and stream[at + 7]:
                facts.errors[address(row, column)] = ERRORS.get(stream[at + 6], "#")
    return facts
