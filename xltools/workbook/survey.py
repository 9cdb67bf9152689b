"""Looks at a spreadsheet file before calamine does: is it safe to open, and where do formulas stand.

calamine allocates a dense grid up to the farthest cell and aborts the process when that cannot be had, so a file's cells
are surveyed first; and it tells no formulas. Limits are generous: a filled workbook has about 3,000 cells in 60 KB.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from xml.parsers import expat

from xltools.book import address

FILE_LIMIT = 32 * 2**20
"""Bytes of a file."""
ENTRY_LIMIT, UNPACKED_LIMIT = 2_000, 64 * 2**20
"""Entries of a zip directory, and bytes that they unpack to."""
DEFLATE_RATIO = 1032
"""The most bytes that one byte can unpack to."""
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What office programs write."""
SHEET_LIMIT = 256
AREA_LIMIT = 500_000
"""Cells of the smallest rectangle, from A1 on, that holds all values of a sheet."""

Formulas = Callable[[str], Mapping[str, str]]
"""Gives for a sheet the formula of each cell that has one, by address; "" where its text cannot be told.

A cell that holds an error and no formula is among them with the error, such as #N/A: calamine takes it for a blank.
"""

FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,  # a zip of another kind than office programs write
    expat.ExpatError,
    struct.error,
    EOFError,
    OSError,
    KeyError,
    IndexError,
    ValueError,
)
"""What the libraries raise over a damaged file."""

MANIFEST = "META-INF/manifest.xml"
ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class SurveyError(Exception):
    """Why a file is refused, in Chinese, with what to do."""


ENCRYPTED = "文件有打开密码。请在 Excel 或 WPS 中取消密码后另存。"
NOT_SPREADSHEET = "不是电子表格文件，或文件已损坏。请重新保存为 .xlsx 后再试。"
DAMAGED = "文件已损坏或不完整。请在 Excel 或 WPS 中打开并另存后再试。"
TOO_LARGE = "文件过大，不像是填报工作簿。请确认文件。"
FAR_CELL = "工作表“{sheet}”中离表格很远的地方有内容（{cell} 附近）。请删去多余的行列后另存。"


def survey(data: bytes) -> Formulas:
    """The formulas of a spreadsheet file of any kind. Raises SurveyError for a file that must not be opened."""
    if not data:
        raise SurveyError("文件是空的。请重新保存或索取。")
    try:
        if data.startswith(ZIP_MAGIC):
            return _survey_zip(data)
        if data.startswith(OLE_MAGIC):
            return _survey_ole(data)
    except FAILURES as fault:
        raise SurveyError(DAMAGED) from fault
    except RuntimeError as fault:  # zipfile's word for an encrypted entry
        raise SurveyError(ENCRYPTED) from fault
    raise SurveyError(NOT_SPREADSHEET)


def _survey_zip(data: bytes) -> Formulas:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = package.infolist()
        if any(entry.compress_type not in COMPRESSIONS for entry in entries):
            raise SurveyError(DAMAGED)
        if len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
            raise SurveyError(TOO_LARGE)
        names = {entry.filename for entry in entries}
        if "xl/workbook.xml" in names:
            sheets = {sheet: _unpack(package, part) for sheet, part in _sheet_parts(package)}
            for sheet, xml in sheets.items():
                _survey_sheet(sheet, xml)
            for part in names & SHARED_PARTS:
                if package.getinfo(part).compress_size * DEFLATE_RATIO > UNPACKED_LIMIT:
                    _unpack(package, part)
            return cache(lambda sheet: _sheet_formulas(sheets.get(sheet, b"")))
        if "content.xml" in names:
            if MANIFEST in names and b"encryption-data" in _unpack(package, MANIFEST):
                raise SurveyError(ENCRYPTED)
            return _survey_ods(_unpack(package, "content.xml"))
    raise SurveyError(NOT_SPREADSHEET)


def _unpack(package: zipfile.ZipFile, name: str) -> bytes:
    """An entry, no more of it than the directory says; calamine would unpack whatever is there."""
    entry = package.getinfo(name)
    with package.open(entry) as file:
        return file.read(entry.file_size)


# ------------------------------------------------------------------------------------------------------------- .xlsx

SHARED_PARTS = {"xl/sharedStrings.xml", "xl/styles.xml"}
"""What calamine reads beside the sheets."""

SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]{0,999}>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]{0,999}>")
ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
ROW = re.compile(rb'<(?:\w+:)?row\s[^>]{0,999}?\br="(\d+)"')
# a cell with something in it, its reference first as every program writes it
CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,7})(\d{1,9})"[^>]{0,999}(?<!/)>')
# quick to look for: a cell beyond column AZ or row 9999; a sheet without one cannot be too large
REMOTE_CELL = re.compile(rb'<c r="(?:[B-Z][A-Z]|[A-Z]{3,}|[A-Z]+\d{4}\d)')
FORMULA = re.compile(rb'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]{0,999}>\s*<(?:\w+:)?f(?:\s[^>]{0,999})?(?:/>|>([^<]*)<)')
ERROR = re.compile(rb'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]{0,999}\bt="e"[^>]{0,999}>\s*<(?:\w+:)?v>([^<]*)<')


ENTITIES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&apos;", b"'"), (b"&amp;", b"&"))


def _unescaped(text: bytes) -> str:
    """XML text without its entities."""
    if b"&#" in text:
        from html import unescape  # seldom needed, and slow to import

        return unescape(text.decode("utf-8"))
    for entity, char in ENTITIES:
        text = text.replace(entity, char)
    return text.decode("utf-8")


def _attributes(tag: bytes) -> dict[bytes, str]:
    return {key: _unescaped(a or b) for key, a, b in ATTRIBUTE.findall(tag)}


def _sheet_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each worksheet's name and the entry that holds it."""
    targets = {}
    for tag in RELATION.findall(_unpack(package, "xl/_rels/workbook.xml.rels")):
        relation = _attributes(tag)
        if relation.get(b"Type", "").endswith("/worksheet"):
            target = relation[b"Target"]
            targets[relation[b"Id"]] = target[1:] if target.startswith("/") else f"xl/{target}"
    for tag in SHEET.findall(_unpack(package, "xl/workbook.xml")):
        sheet = _attributes(tag)
        id = next((value for key, value in sheet.items() if key.endswith(b":id")), None)
        if id in targets:
            yield sheet[b"name"], targets[id]


def _survey_sheet(sheet: str, xml: bytes) -> None:
    """Refuses a sheet with content too far away."""
    placed, tags = xml.count(b"<c r="), xml.count(b"<c ") + xml.count(b"<c>")
    if placed and placed == tags and not REMOTE_CELL.search(xml):
        return
    if tags > AREA_LIMIT:
        raise SurveyError(TOO_LARGE)
    rows = columns = 0
    for cell in CELL.finditer(xml):
        rows, columns = max(rows, int(cell[2])), max(columns, _column_number(cell[1]))
    if placed < tags:  # cells without a reference follow each other
        rows = max([rows, *map(int, ROW.findall(xml))])
        columns += tags - placed
    _refuse_far(sheet, rows, columns)


def _sheet_formulas(xml: bytes) -> dict[str, str]:
    cells = (ERROR.findall(xml) if b't="e"' in xml else []) + FORMULA.findall(xml)
    return {address.decode(): _unescaped(text) for address, text in cells}


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_far(sheet: str, rows: int, columns: int) -> None:
    if rows * columns > AREA_LIMIT:
        raise SurveyError(FAR_CELL.format(sheet=sheet, cell=f"第 {rows} 行第 {columns} 列"))


# -------------------------------------------------------------------------------------------------------------- .ods


def _survey_ods(xml: bytes) -> Formulas:
    scan = _OdsScan()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.Parse(xml, True)
    return lambda sheet: scan.formulas.get(sheet, {})


class _OdsScan:
    """Follows rows and cells, which OpenDocument writes with repeat counts and without addresses."""

    def __init__(self) -> None:
        self.formulas: dict[str, dict[str, str]] = {}
        self.sheet = ""
        self.row = self.column = 0
        self.rows = self.columns = self.row_repeat = 0

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        if tag == "table:table":
            self.sheet = attributes.get("table:name", "")
            self.formulas[self.sheet] = {}
            self.row = self.rows = self.columns = 0
        elif tag == "table:table-row":
            self.column, self.row_repeat = 0, int(attributes.get("table:number-rows-repeated", 1))
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            repeat = int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes or "table:formula" in attributes:
                self.rows = max(self.rows, self.row + self.row_repeat)
                self.columns = max(self.columns, self.column + repeat)
                _refuse_far(self.sheet, self.rows, self.columns)
            if "table:formula" in attributes:
                self.formulas[self.sheet][address(self.row, self.column)] = attributes["table:formula"]
            self.column += repeat

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.row_repeat


# -------------------------------------------------------------------------------------------------------------- .xls

# BIFF8 record types, [MS-XLS] 2.3.2; the records of cells begin with row and column
END, BOUNDSHEET, FILEPASS, STRINGS, DIMENSIONS = 0x000A, 0x0085, 0x002F, 0x00FC, 0x0200
FORMULA_RECORD, TRUTH_OR_ERROR, NUMBERS = 0x0006, 0x0205, 0x00BD
VALUE_RECORDS = {FORMULA_RECORD, TRUTH_OR_ERROR, NUMBERS, 0x00FD, 0x0203, 0x0204, 0x027E}
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def _survey_ole(data: bytes) -> Formulas:
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as package:
        if package.exists("EncryptedPackage"):
            raise SurveyError(ENCRYPTED)
        stream = next((name for name in ("Workbook", "Book") if package.exists(name)), None)
        if stream is None:
            raise SurveyError(NOT_SPREADSHEET)
        return _survey_biff(package.openstream(stream).read())


def _survey_biff(stream: bytes) -> Formulas:
    """Follows the records in the order in which calamine does; it makes room for what they say they hold."""
    sheets: dict[str, int] = {}
    for kind, at, size in _records(stream, 0):
        if kind == FILEPASS:
            raise SurveyError(ENCRYPTED)
        if kind == STRINGS and struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
            raise SurveyError(DAMAGED)
        if kind == BOUNDSHEET:
            name, start = _bound_sheet(stream[at : at + size])
            sheets[name] = start
    if len(sheets) > SHEET_LIMIT:
        raise SurveyError(TOO_LARGE)
    formulas = {name: _survey_biff_sheet(name, stream, start) for name, start in sheets.items()}
    return lambda sheet: formulas.get(sheet, {})


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Each record up to the end of the part that begins here: its kind, and where and how long its data is."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == END:
            break
        yield kind, at + 4, size
        at += 4 + size


def _survey_biff_sheet(sheet: str, stream: bytes, start: int) -> dict[str, str]:
    """The formulas of a sheet. Refuses one with content too far away."""
    formulas: dict[str, str] = {}
    rows = columns = 0
    for kind, at, size in _records(stream, start):
        if kind == DIMENSIONS:
            top, bottom, left, right = struct.unpack_from("<IIHH" if size >= 14 else "<HHHH", stream, at)
            if top > bottom or left > right:
                raise SurveyError(DAMAGED)
            _refuse_far(sheet, bottom, right)
        elif kind in VALUE_RECORDS:
            row, column = struct.unpack_from("<HH", stream, at)
            wide = (size - 6) // 6 if kind == NUMBERS else 1
            rows, columns = max(rows, row + 1), max(columns, column + wide)
            _refuse_far(sheet, rows, columns)
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
