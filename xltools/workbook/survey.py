"""Looks at a spreadsheet file before calamine does: is it safe to open, and where do formulas stand.

calamine allocates a dense grid up to the farthest cell and aborts the process when that cannot be had, so a file's cells
are surveyed first; and it tells no formulas. The package passes the gate before.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from xml.parsers import expat

from xltools import gate
from xltools.book import address
from xltools.gate import AREA_LIMIT, MERGED_LIMIT, SHEET_LIMIT, STRING_LIMIT, STYLE_LIMIT, WORKBOOK, GateError, Package, kind_of

Formulas = Callable[[str], Mapping[str, str]]
"""Gives for a sheet the formula of each cell that has one, by address; "" where its text cannot be told.

A cell that holds an error and no formula is among them with the error, such as #N/A: calamine takes it for a blank.
"""

FAILURES = (expat.ExpatError, struct.error, EOFError, OSError, KeyError, IndexError, ValueError)
"""What the libraries raise over a damaged file."""

MANIFEST = "META-INF/manifest.xml"

ENCRYPTED, DAMAGED, TOO_LARGE = (WORKBOOK.say(reason) for reason in (gate.ENCRYPTED, gate.DAMAGED, gate.TOO_LARGE))
NOT_SPREADSHEET = "不是电子表格文件，或文件已损坏。请重新保存为 .xlsx 后再试。"
FAR_CELL = "工作表“{sheet}”中离表格很远的地方有内容（{cell} 附近）。请删去多余的行列后另存。"
AMBIGUOUS = "工作表“{sheet}”内部有一格写了两个数，分不清是哪一个。请在 Excel 或 WPS 中打开并另存，核对各格后再试。"
TOO_MANY = "{what}过多（超过 {limit:,}），不像是填报工作簿。请确认文件。"


def survey(data: bytes) -> Formulas:
    """The formulas of a spreadsheet file of any kind. Raises GateError for a file that must not be opened."""
    kind = kind_of(data)
    try:
        if kind == "zip":
            return _survey_zip(Package(data, WORKBOOK))
        if kind == "ole":
            return _survey_ole(data)
    except FAILURES as fault:
        raise GateError(DAMAGED) from fault
    raise GateError(NOT_SPREADSHEET)


def _survey_zip(package: Package) -> Formulas:
    if "xl/workbook.xml" in package:
        return _survey_xlsx(package)
    if "content.xml" in package:
        if MANIFEST in package and b"encryption-data" in package.read(MANIFEST, declares=True):
            raise GateError(ENCRYPTED)
        return _survey_ods(package.read("content.xml"))
    raise GateError(NOT_SPREADSHEET)


def _refuse_many(xml: bytes, tag: bytes, limit: int, what: str) -> None:
    """Refuses XML with more elements of a name than the limit; where it is short, they need not be counted."""
    if len(xml) > limit * len(tag) and sum(1 for _ in re.finditer(rb"<(?:\w+:)?%s[\s/>]" % tag, xml)) > limit:
        raise _too_many(what, limit)


def _too_many(what: str, limit: int) -> GateError:
    return GateError(TOO_MANY.format(what=what, limit=limit))


# ------------------------------------------------------------------------------------------------------------- .xlsx

SHARED_STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
"""What calamine reads beside the sheets."""

SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]{0,999}>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]{0,999}>")
ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
ROW = re.compile(rb'<(?:\w+:)?row\s[^>]{0,999}?\br="(\d+)"')
# a cell with something in it, its reference first as every program writes it
CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,7})(\d{1,9})"[^>]{0,999}(?<!/)>')
# quick to look for: a cell beyond column AZ or row 9999; a sheet without one cannot be too large
REMOTE_CELL = re.compile(rb'<c r="(?:[B-Z][A-Z]|[A-Z]{3,}|[A-Z]+\d{4}\d)')
PREFIX = re.compile(rb"<(/?)\w+:")
ADDRESS = re.compile(rb'<c r="([^"]+)')
TWO_VALUES = re.compile(rb"</v>\s*<v")
BROKEN_VALUE = re.compile(rb"<v>[^<]*<[!?]")
COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
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


def _survey_xlsx(package: Package) -> Formulas:
    parts = dict(_sheet_parts(package))
    if len(parts) > SHEET_LIMIT:
        raise _too_many("工作表", SHEET_LIMIT)
    sheets = {sheet: package.read(part) for sheet, part in parts.items()}
    for sheet, xml in sheets.items():
        _survey_sheet(sheet, xml)
        _refuse_ambiguous(sheet, xml)
    if SHARED_STRINGS in package:
        _refuse_many(package.read(SHARED_STRINGS), b"si", STRING_LIMIT, "文字")
    if STYLES in package:
        _refuse_many(package.read(STYLES), b"xf", STYLE_LIMIT, "单元格格式")
    return cache(lambda sheet: _sheet_formulas(sheets.get(sheet, b"")))


def _sheet_parts(package: Package) -> Iterator[tuple[str, str]]:
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
    if tags > AREA_LIMIT:
        raise GateError(TOO_LARGE)
    _refuse_many(xml, b"mergeCell", MERGED_LIMIT, f"工作表“{sheet}”的合并单元格")
    if placed and placed == tags and not REMOTE_CELL.search(xml):
        return
    rows = columns = 0
    for cell in CELL.finditer(xml):
        rows, columns = max(rows, int(cell[2])), max(columns, _column_number(cell[1]))
    if placed < tags:  # cells without a reference follow each other
        rows = max([rows, *map(int, ROW.findall(xml))])
        columns += tags - placed
    _refuse_far(sheet, rows, columns)


def _refuse_ambiguous(sheet: str, xml: bytes) -> None:
    """Refuses a sheet with a number that readers take differently: two in one place, or one with a comment inside."""
    if b":c " in xml:
        xml = PREFIX.sub(rb"<\1", xml)
    broken = None
    if b"<!" in xml or xml.count(b"<?") > 1:  # office programs write neither
        broken = BROKEN_VALUE.search(xml)
        xml = COMMENT.sub(b"", xml)
    addresses = ADDRESS.findall(xml)
    if broken or TWO_VALUES.search(xml) or len(set(addresses)) < len(addresses):
        raise GateError(AMBIGUOUS.format(sheet=sheet))


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
        raise GateError(FAR_CELL.format(sheet=sheet, cell=f"第 {rows} 行第 {columns} 列"))


# -------------------------------------------------------------------------------------------------------------- .ods


def _survey_ods(xml: bytes) -> Formulas:
    _refuse_many(xml, b"style", STYLE_LIMIT, "单元格格式")
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
        self.sheets = self.merged = 0
        self.row = self.column = 0
        self.rows = self.columns = self.row_repeat = 0

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        if tag == "table:table":
            self.sheet = attributes.get("table:name", "")
            self.sheets, self.merged = self.sheets + 1, 0
            if self.sheets > SHEET_LIMIT:
                raise _too_many("工作表", SHEET_LIMIT)
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
            if "table:number-columns-spanned" in attributes:
                self.merged += 1
                if self.merged > MERGED_LIMIT:
                    raise _too_many(f"工作表“{self.sheet}”的合并单元格", MERGED_LIMIT)
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
            raise GateError(ENCRYPTED)
        stream = next((name for name in ("Workbook", "Book") if package.exists(name)), None)
        if stream is None:
            raise GateError(NOT_SPREADSHEET)
        return _survey_biff(package.openstream(stream).read())


def _survey_biff(stream: bytes) -> Formulas:
    """Follows the records in the order in which calamine does; it makes room for what they say they hold."""
    sheets: dict[str, int] = {}
    for kind, at, size in _records(stream, 0):
        if kind == FILEPASS:
            raise GateError(ENCRYPTED)
        if kind == STRINGS and struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
            raise GateError(DAMAGED)
        if kind == BOUNDSHEET:
            name, start = _bound_sheet(stream[at : at + size])
            sheets[name] = start
    if len(sheets) > SHEET_LIMIT:
        raise _too_many("工作表", SHEET_LIMIT)
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
                raise GateError(DAMAGED)
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
