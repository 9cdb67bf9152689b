"""SheetScan: parses a sheet of an .xlsx that is not written as usual, and refuses what the standard does not have.

calamine goes by local names, skips what it does not know, takes the last of two values and not a number's characters that are written as
references; a spreadsheet program would show another number, or mend the file. So what is refused here says nothing about either.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from xml.parsers import expat

from xltools.files import gate
from xltools.files.gate import GateError
from xltools.form.book import address, column_number
from xltools.readers.workbook.refusals import DAMAGED, TOO_LARGE, ambiguous, refuse_far

# ISO/IEC 29500, transitional and strict
MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
SHEETS = tuple(f"{space} worksheet" for space in MAIN)
"""The root of a sheet, with its namespace."""
ALLOWED = {"sheetData": ("row",), "row": ("c",), "c": ("f", "v", "is"), "f": (), "v": (), "is": ("t", "r", "rPh", "phoneticPr")}
"""What may stand within what; within a text anything may that is no cell."""
CELL_ATTRIBUTES = {"r", "s", "t", "cm", "vm", "ph"}
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
NUMBER = re.compile(r"[1-9]\d{0,6}")
WORD = re.compile(r"\w*", re.ASCII)
RAW_TYPES = ("inlineStr", "str", "d")
"""Types of cells whose value calamine reads as text; of others it takes the bytes as they stand."""


class SheetScan:
    """The formulas and errors of a sheet's cells, by address. Raises GateError where programs would read it differently."""

    def __init__(self, sheet: str, xml: bytes) -> None:
        self.errors: dict[str, str] = {}
        self.formulas: list[tuple[str, str, str]] = []
        """Of each cell that has one: address, text, and number where it is shared."""
        self._sheet, self._xml = sheet, xml
        self._path: list[str] = []
        self._root, self._has_data = "", False
        self._row = self._column = self._rows = self._columns = 0
        self._seen: set[str] = set()
        self._children: list[str] = []
        self._attributes: dict[str, str] = {}
        self._formula_attributes: dict[str, str] = {}
        self._text = ""
        self._value_at = 0
        if xml.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # which calamine cannot read
            raise GateError(DAMAGED)
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._take
        self._parser.CommentHandler = self._parser.StartCdataSectionHandler = self._refuse_within_value
        self._parser.ProcessingInstructionHandler = self._refuse_within_value
        self._parser.Parse(xml, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        self._path.append(name)
        self._root = self._root or tag
        if name == "sheetData":
            if self._has_data or len(self._path) != 2 or space not in MAIN or self._root not in SHEETS:
                raise ambiguous(self._sheet)
            self._has_data = True
        elif self._within_data():
            self._start_within(space, name, attributes)

    def _within_data(self) -> bool:
        return len(self._path) > 1 and self._path[1] == "sheetData"

    def _start_within(self, space: str, name: str, attributes: dict[str, str]) -> None:
        above = self._path[-2]
        if space not in MAIN or (name not in ALLOWED[above] if above in ALLOWED else name in ALLOWED):
            raise ambiguous(self._sheet)
        if name == "row":
            self._start_row(attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif above == "c":
            self._start_child(name, attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._column = 0
        number = attributes.get("r")
        if number is None:
            self._row += 1
            return
        if not NUMBER.fullmatch(number) or b"&" in self._raw_tag():
            raise ambiguous(self._sheet)
        self._row = int(number)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if not set(attributes) <= CELL_ATTRIBUTES or not all(map(WORD.fullmatch, attributes.values())) or b"&" in self._raw_tag():
            raise ambiguous(self._sheet)
        self._column += 1
        if "r" in attributes:
            place = REFERENCE.fullmatch(attributes["r"])
            if not place or int(place[2]) != self._row:
                raise ambiguous(self._sheet)
            self._column = column_number(place[1])
        here = address(self._row - 1, self._column - 1)
        if here in self._seen:
            raise ambiguous(self._sheet)
        self._seen.add(here)
        if len(self._seen) > gate.AREA_LIMIT:
            raise GateError(TOO_LARGE)
        self._attributes, self._children = attributes | {"r": here}, []

    def _start_child(self, name: str, attributes: dict[str, str]) -> None:
        """A formula, a value or a text of a cell; each once, in this order."""
        order = ALLOWED["c"]
        if self._children and order.index(name) <= order.index(self._children[-1]):
            raise ambiguous(self._sheet)
        self._children.append(name)
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        refuse_far(self._sheet, self._rows, self._columns)
        self._text, self._value_at = "", self._parser.CurrentByteIndex
        if name == "f":
            self._formula_attributes = attributes

    def _raw_tag(self) -> bytes:
        """The tag that begins here, as it stands in the file; none of its values has a bracket."""
        at = self._parser.CurrentByteIndex
        return self._xml[at : self._xml.find(b">", at)]

    def _take(self, text: str) -> None:
        if self._path[-1] in ("f", "v"):
            self._text += text

    def _refuse_within_value(self, *_: str) -> None:
        if self._within_data() and self._path[-1] not in ("sheetData", "row"):
            raise ambiguous(self._sheet)

    def _end(self, _: str) -> None:
        name = self._path.pop()
        if not self._within_data() or self._path[-1] != "c":
            return
        here, kind = self._attributes["r"], self._attributes.get("t", "n")
        if name == "f":
            shared = self._formula_attributes.get("si", "") if self._formula_attributes.get("t") == "shared" else ""
            self.formulas.append((here, self._text, shared))
        elif name == "v":
            raw = self._xml[self._value_at : self._parser.CurrentByteIndex]
            if kind not in RAW_TYPES and b"&" in raw:
                raise ambiguous(self._sheet)
            if kind == "e" and "f" not in self._children:
                self.errors[here] = self._text
