"""Looks at a spreadsheet file before calamine does: is it safe to open, and where do formulas stand.

calamine allocates a dense grid up to the farthest cell and aborts the process when that cannot be had, so a file's cells
are surveyed first; and it tells no formulas. Limits are generous: a filled workbook has about 3,000 cells in 60 KB.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from typing import Any
from xml.parsers import expat

from xltools.book import address

FILE_LIMIT = 64 * 2**20
"""Bytes of a file."""
ENTRY_LIMIT, UNPACKED_LIMIT = 2_000, 256 * 2**20
"""Entries of a zip directory, and bytes that they unpack to."""
AREA_LIMIT = 2_000_000
"""Cells of the smallest rectangle, from A1 on, that holds all values of a sheet."""

Formulas = Callable[[str], Mapping[str, str]]
"""Gives for a sheet the formula of each cell that has one, by address; "" where its text cannot be told."""

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
    if len(data) > FILE_LIMIT:
        raise SurveyError(TOO_LARGE)
    try:
        if data.startswith(ZIP_MAGIC):
            return _survey_zip(data)
        if data.startswith(OLE_MAGIC):
            return _survey_ole(data)
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, ValueError, struct.error, expat.ExpatError, NotImplementedError) as fault:
        raise SurveyError(DAMAGED) from fault
    except RuntimeError as fault:  # zipfile's word for an encrypted entry
        raise SurveyError(ENCRYPTED) from fault
    raise SurveyError(NOT_SPREADSHEET)


def _survey_zip(data: bytes) -> Formulas:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entries = package.infolist()
        if len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
            raise SurveyError(TOO_LARGE)
        names = {entry.filename for entry in entries}
        if "xl/workbook.xml" in names:
            sheets = {sheet: package.read(part) for sheet, part in _sheet_parts(package)}
            for sheet, xml in sheets.items():
                _survey_sheet(sheet, xml)
            return lambda sheet: _sheet_formulas(sheets.get(sheet, b""))
        if "content.xml" in names:
            if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
                raise SurveyError(ENCRYPTED)
            return _survey_ods(package.read("content.xml"))
    raise SurveyError(NOT_SPREADSHEET)


# ------------------------------------------------------------------------------------------------------------- .xlsx

SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"')
# a cell with something in it, its reference first as every program writes it
CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,7})(\d{1,9})"[^>]*(?<!/)>')
# quick to look for: a cell beyond column AZ or row 9999; a sheet without one cannot be too large
REMOTE_CELL = re.compile(rb'<c r="(?:[B-Z][A-Z]|[A-Z]{3,}|[A-Z]+\d{4}\d)')
FORMULA = re.compile(rb'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)<)')


def _attributes(tag: bytes) -> dict[bytes, str]:
    return {key: unescape((a or b).decode("utf-8")) for key, a, b in ATTRIBUTE.findall(tag)}


def _sheet_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each worksheet's name and the entry that holds it."""
    targets = {}
    for tag in RELATION.findall(package.read("xl/_rels/workbook.xml.rels")):
        relation = _attributes(tag)
        if relation.get(b"Type", "").endswith("/worksheet"):
            target = relation[b"Target"]
            targets[relation[b"Id"]] = target[1:] if target.startswith("/") else f"xl/{target}"
    for tag in SHEET.findall(package.read("xl/workbook.xml")):
        sheet = _attributes(tag)
        id = next((value for key, value in sheet.items() if key.endswith(b":id")), None)
        if id in targets:
            yield sheet[b"name"], targets[id]


def _survey_sheet(sheet: str, xml: bytes) -> None:
    """Refuses a sheet with content too far away."""
    placed, tags = xml.count(b"<c r="), xml.count(b"<c ") + xml.count(b"<c>")
    if placed and placed == tags and not REMOTE_CELL.search(xml):
        return
    cells = CELL.findall(xml)
    rows = max((int(row) for _, row in cells), default=0)
    columns = max((_column_number(letters) for letters, _ in cells), default=0)
    if placed < tags:  # cells without a reference follow each other
        rows = max([rows, *map(int, ROW.findall(xml))])
        columns += tags - placed
    _refuse_far(sheet, rows, columns)


def _sheet_formulas(xml: bytes) -> dict[str, str]:
    return {address.decode(): unescape(text.decode("utf-8")) for address, text in FORMULA.findall(xml)}


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
BOF, BOUNDSHEET, FILEPASS, FORMULA_RECORD = 0x0809, 0x0085, 0x002F, 0x0006
VALUE_RECORDS = {FORMULA_RECORD, 0x00BD, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E}


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
    starts: dict[int, str] = {}
    formulas: dict[str, dict[str, str]] = {}
    sheet, rows, columns, at = "", 0, 0, 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == FILEPASS:
            raise SurveyError(ENCRYPTED)
        if kind == BOUNDSHEET:
            name, start = _bound_sheet(stream[at + 4 : at + 4 + size])
            starts[start] = name
        elif kind == BOF:
            sheet, rows, columns = starts.get(at, ""), 0, 0
            formulas.setdefault(sheet, {})
        elif kind in VALUE_RECORDS:
            row, column = struct.unpack_from("<HH", stream, at + 4)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            _refuse_far(sheet, rows, columns)
            if kind == FORMULA_RECORD:
                formulas[sheet][address(row, column)] = ""
        at += 4 + size
    return lambda sheet: formulas.get(sheet, {})


def _bound_sheet(record: bytes) -> tuple[str, int]:
    """A sheet's name and where its records begin: position, state, kind, length of the name, flags, name."""
    start, length, wide = struct.unpack_from("<I", record)[0], record[6], record[7] & 1
    name = record[8 : 8 + length * (2 if wide else 1)]
    return name.decode("utf-16-le" if wide else "latin-1"), start
