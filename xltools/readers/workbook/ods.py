"""Reads where cells and formulas stand in an OpenDocument spreadsheet, which has repeat counts and no addresses."""

from __future__ import annotations

from xml.parsers import expat

from xltools.files.gate import PROSE_LIMIT, GateError
from xltools.files.packages import Package, write_package
from xltools.form.book import address
from xltools.readers.workbook.facts import (
    ENCRYPTED,
    TOO_LARGE,
    BookFacts,
    SheetFacts,
    ambiguous,
    refuse_far,
    refuse_many_tags,
    refuse_sheet_names,
)
from xltools.report.origin import Active, active_parts

MANIFEST, CONTENT, MIMETYPE = "META-INF/manifest.xml", "content.xml", "mimetype"
ENVELOPE = {
    MIMETYPE: b"application/vnd.oasis.opendocument.spreadsheet",
    MANIFEST: b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
}
"""What calamine wants to see beside the content: that it is a spreadsheet, and that nothing is encrypted."""
SPACES = {
    "xmlns:table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "xmlns:office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "xmlns:text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
"""The prefixes that calamine goes by, with what they must stand for: OpenDocument 1.3, part 3."""
CELLS = ("table-cell", "covered-table-cell")
PARTS_OF_TABLES = ("table", "table-row", *CELLS)
VALUES = {
    **dict.fromkeys(("float", "percentage", "currency"), "office:value"),
    **{kind: f"office:{kind}-value" for kind in ("date", "time", "boolean", "string")},
}
"""The attribute that has the value of each type; a string may be the cell's text instead. OpenDocument 1.3, part 3, 19.387."""
LINKS = ("table:table-source", "table:cell-range-source", "table:dde-links")
OTHER_FILE = "'#"  # stands in a formula between the address of another file and the sheet there

Attributes = dict[str, str]


def read_ods_facts(package: Package) -> BookFacts:
    """Return the facts of the workbook in a package. Raise GateError for one that must not be opened."""
    if MANIFEST in package and b"encryption-data" in package.read(MANIFEST, declares=True):
        raise GateError(ENCRYPTED)
    xml = package.read(CONTENT)
    refuse_many_tags(xml)
    scan = _ContentScan()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.Parse(xml, True)
    refuse_sheet_names(scan.sheets)
    links: tuple[Active, ...] = ("links",) if scan.links else ()
    facts = {name: SheetFacts(formulas, merged=tuple(scan.merged[name])) for name, formulas in scan.formulas.items()}
    return BookFacts(write_package(ENVELOPE | {CONTENT: xml}, compressed=False), facts, active_parts(package) + links)


class _ContentScan:
    """Follows rows and cells, by the prefixes by which calamine goes. Raises GateError where it would read them differently."""

    def __init__(self) -> None:
        self.formulas: dict[str, dict[str, str]] = {}
        self.merged: dict[str, list[str]] = {}
        self.sheets: list[str] = []
        self.links = False
        self._depth = self._blanks = 0
        self._sheet: str | None = None
        self._row = self._column = 0
        self._rows = self._columns = self._row_repeat = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        prefix, _, name = tag.rpartition(":")
        if name in PARTS_OF_TABLES and prefix != "table":
            raise ambiguous(self._sheet or "")
        if any(key in SPACES and (self._depth or value != SPACES[key]) for key, value in attributes.items()):
            raise ambiguous(self._sheet or "")
        self._depth += 1
        if tag == "table:table":
            if self._sheet is not None:
                raise ambiguous(self._sheet)
            self._sheet = attributes.get("table:name", "")
            self.sheets.append(self._sheet)
            self.formulas[self._sheet], self.merged[self._sheet] = {}, []
            self._row = self._rows = self._columns = 0
        elif tag == "table:table-row":
            self._column, self._row_repeat = 0, _count(attributes, "table:number-rows-repeated")
        elif name in CELLS:
            self._start_cell(attributes)
        elif tag == "text:s":
            self._blanks += _count(attributes, "text:c")
            if self._blanks > PROSE_LIMIT:
                raise GateError(TOO_LARGE)
        elif tag in LINKS:
            self.links = True

    def _start_cell(self, attributes: Attributes) -> None:
        sheet = self._sheet or ""
        repeat = _count(attributes, "table:number-columns-repeated")
        kind, values = attributes.get("office:value-type"), [key for key in attributes if key in VALUES.values()]
        if values and values != [VALUES.get(kind or "")]:
            raise ambiguous(sheet)
        if kind is not None or "table:formula" in attributes:
            self._rows = max(self._rows, self._row + self._row_repeat)
            self._columns = max(self._columns, self._column + repeat)
            refuse_far(sheet, self._rows, self._columns)
        if "table:formula" in attributes:
            self.formulas[sheet][address(self._row, self._column)] = attributes["table:formula"]
            self.links |= OTHER_FILE in attributes["table:formula"]
        rows, columns = _count(attributes, "table:number-rows-spanned"), _count(attributes, "table:number-columns-spanned")
        if rows * columns > 1:
            last = address(self._row + rows - 1, self._column + columns - 1)
            self.merged[sheet].append(f"{address(self._row, self._column)}:{last}")
        self._column += repeat

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag == "table:table-row":
            self._row += self._row_repeat
        elif tag == "table:table":
            self._sheet = None


def _count(attributes: Attributes, name: str) -> int:
    """Return how often something is repeated. Raise ValueError for what is no such number."""
    count = int(attributes.get(name, 1))
    if count < 0:
        raise ValueError(name)
    return count
