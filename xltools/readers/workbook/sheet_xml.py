"""survey_sheet: where cells and formulas stand in the XML of an .xlsx sheet, refused where programs would read it differently.

What office programs write is taken by one regular expression, which is fast and leaves room for nothing else. A sheet that
is written in another way is parsed, by `sheet_scan`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from xml.parsers import expat

from xltools.files import gate
from xltools.files.gate import GateError
from xltools.form.book import column_number
from xltools.readers.workbook.refusals import TOO_LARGE, ambiguous, refuse_far, refuse_many
from xltools.readers.workbook.sheet_scan import SHEETS, SheetScan
from xltools.readers.workbook.surveyed import UNTOLD_FORMULA

ATTRIBUTES = rb'(?: [\w:]+="[^"<>&]*+")*+'
FORMULA = rb'<f(?: [\w:]+="[^"<>]*+")*+(?: ?/>|>[^<]*+</f>)'
VALUE = rb'<v>[^<&]*+</v>|<v ?/>|<is><t(?: xml:space="preserve")?+>[^<]*+</t></is>'
CELL = rb'<c r="[A-Z]{1,3}+\1"(?: [stcmvph]{1,2}="\w*+")*+(?: ?/>|>(?:' + FORMULA + rb")?+(?:" + VALUE + rb")?+</c>)"
ROW = rb'<row r="([1-9]\d{0,6}+)"' + ATTRIBUTES + rb"(?: ?/>|>(?:" + CELL + rb")*+</row>)"
USUAL = re.compile(rb"<sheetData(?: ?/>|>(?:" + ROW + rb")*+</sheetData>)")
"""The cells of a sheet as office programs write them: those of a row bear its number, formula goes before value, and there is nothing else."""

ADDRESS = re.compile(rb'<c r="([^"]+)')
# quick to look for: a cell beyond column AZ or row 9999; a sheet without one cannot be too large
REMOTE_CELL = re.compile(rb'<c r="(?:[B-Z][A-Z]|[A-Z]{3}|[A-Z]+\d{4}\d)')
FILLED_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*(?<!/)>')
CELL_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f([^>]*?) ?(?:/>|>([^<]*)<)')
CELL_ERROR = re.compile(rb'<c r="([A-Z]+\d+)"[^>]* t="e"[^>]*><v>([^<]*)<')
SHARED_INDEX = re.compile(rb' si="(\d+)"')
ENTITIES = ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&apos;", b"'"), (b"&amp;", b"&"))


class SheetFormula(NamedTuple):
    """A cell's formula, "" where it is that of the cells that share one, by number."""

    address: str
    text: str
    shared: str = ""


def survey_sheet(sheet: str, xml: bytes) -> Callable[[], dict[str, str]]:
    """What gives the sheet's formulas, by address. Raises GateError where it has too many cells, or some that are read differently."""
    refuse_many(xml, b"mergeCell", gate.MERGED_LIMIT, f"工作表“{sheet}”的合并单元格")
    if _is_usual(xml):
        _survey_cells(sheet, xml)
        return lambda: _errors(xml) | _resolved(_formulas(xml))
    scan = SheetScan(sheet, xml)
    formulas = [SheetFormula(*found) for found in scan.formulas]
    return lambda: scan.errors | _resolved(formulas)


def _is_usual(xml: bytes) -> bool:
    """Whether the cells of a sheet are written as usual, and there are no others."""
    begin = xml.find(b"<sheetData")
    cells = USUAL.match(xml, begin) if begin >= 0 else None
    return cells is not None and b"sheetData" not in xml[cells.end() :] and _opens_sheet(xml[:begin])


def _opens_sheet(head: bytes) -> bool:
    """Whether what stands before the cells is the beginning of a sheet, of which all is closed but the sheet itself."""
    stack: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, _: stack.append(tag)
    parser.EndElementHandler = lambda _: stack.pop()
    parser.Parse(head, False)
    return len(stack) == 1 and stack[0] in SHEETS and b"sheetData" not in head


def _survey_cells(sheet: str, xml: bytes) -> None:
    """Refuses a sheet with too many cells, with two in one place or with content too far away."""
    addresses = ADDRESS.findall(xml)
    if len(addresses) > gate.AREA_LIMIT:
        raise GateError(TOO_LARGE)
    if len(set(addresses)) < len(addresses):
        raise ambiguous(sheet)
    if REMOTE_CELL.search(xml):
        rows = columns = 0
        for cell in FILLED_CELL.finditer(xml):
            rows, columns = max(rows, int(cell[2])), max(columns, column_number(cell[1].decode()))
        refuse_far(sheet, rows, columns)


def _errors(xml: bytes) -> dict[str, str]:
    if b' t="e"' not in xml:
        return {}
    return {address.decode(): _unescaped(text) for address, text in CELL_ERROR.findall(xml)}


def _formulas(xml: bytes) -> Iterable[SheetFormula]:
    for address, attributes, text in CELL_FORMULA.findall(xml):
        shared = SHARED_INDEX.search(attributes) if b' t="shared"' in attributes else None
        yield SheetFormula(address.decode(), _unescaped(text), shared[1].decode() if shared else "")


def _resolved(formulas: Iterable[SheetFormula]) -> dict[str, str]:
    """The formulas by address, those that cells share as they read in each of them."""
    texts: dict[str, str] = {}
    first: dict[str, SheetFormula] = {}
    for formula in formulas:
        if formula.text and formula.shared:
            first.setdefault(formula.shared, formula)
        texts[formula.address] = formula.text or _shared(first.get(formula.shared), formula.address)
    return texts


def _shared(first: SheetFormula | None, address: str) -> str:
    """A formula that stands in one cell, as it reads in another one."""
    if first is None:
        return UNTOLD_FORMULA
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={first.text}", origin=first.address).translate_formula(address)).removeprefix("=")


def _unescaped(text: bytes) -> str:
    """XML text without its entities."""
    if b"&#" in text:
        from html import unescape  # seldom needed, and slow to import

        return unescape(text.decode("utf-8"))
    for entity, char in ENTITIES:
        text = text.replace(entity, char)
    return text.decode("utf-8")
