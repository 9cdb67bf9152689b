"""Reads where cells and formulas stand in an OpenDocument spreadsheet, which has repeat counts and no addresses."""

from dataclasses import dataclass, field
from itertools import product
from xml.parsers import expat

from xltools.files.gate import ENCRYPTED, PROSE_LIMIT, TOO_LARGE, WORKBOOK
from xltools.files.packages import Package, write_package
from xltools.form.book import address
from xltools.numerals import from_float
from xltools.readers.workbook.facts import BookFacts, SheetFacts, ambiguous, refuse_far, refuse_names, refuse_tags
from xltools.readers.workbook.number_formats import is_written
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
NUMBERS = ("float", "percentage", "currency")
VALUES = dict.fromkeys(NUMBERS, "office:value") | {kind: f"office:{kind}-value" for kind in ("date", "time", "boolean", "string")}
"""The attribute that has the value of each type; a string may be the cell's text instead. OpenDocument 1.3, part 3, 19.387."""
LINKS = ("table:table-source", "table:cell-range-source", "table:dde-links")
HIDDEN = ("collapse", "filter")
OTHER_FILE = "'#"  # stands in a formula between the address of another file and the sheet there


def read_ods_facts(package: Package) -> BookFacts:
    """Return the facts of the workbook in a package. Raise GateError for one that must not be opened."""
    WORKBOOK.refuse(MANIFEST in package and b"encryption-data" in package.read(MANIFEST, declares=True), ENCRYPTED)
    xml = package.read(CONTENT)
    refuse_tags(xml)
    scan = _ContentScan()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = scan.start, scan.end, scan.add_text
    parser.Parse(xml, True)
    refuse_names([sheet.name for sheet in scan.sheets])
    links: tuple[Active, ...] = ("links",) if scan.links else ()
    safe = write_package(ENVELOPE | {CONTENT: xml}, compressed=False)
    return BookFacts(safe, {sheet.name: sheet for sheet in scan.sheets}, active_parts(package) + links)


@dataclass(frozen=True, slots=True)
class _OdsSheet(SheetFacts):
    """The facts of a sheet, which are added to while it is read."""

    name: str = ""
    formulas: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    raised: set[str] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)


class _ContentScan:
    """Follows rows and cells, by the prefixes by which calamine goes. Raises GateError where it would read them differently."""

    def __init__(self) -> None:
        self.sheets: list[_OdsSheet] = []
        self.links = False
        self._depth = self._blanks = 0
        self._sheet: _OdsSheet | None = None
        self._row = self._column = 0
        self._rows = self._columns = self._row_repeat = 0
        self._row_hidden = False
        self._style = ""
        self._raising: set[str] = set()  # styles that raise or lower text
        self._within: list[tuple[str, str]] = []  # the elements in the cell that are open, with their styles
        self._number: float | None = None
        self._text: list[str] | None = None  # of the cell, None where it has no paragraph
        self._repeat = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, name = tag.rpartition(":")
        sheet = self._sheet.name if self._sheet else ""
        spaces = {key: value for key, value in attributes.items() if key in SPACES}
        is_foreign = (name in PARTS_OF_TABLES and prefix != "table") or any(self._depth or SPACES[key] != spaces[key] for key in spaces)
        if is_foreign or (self._sheet and tag == "table:table"):
            raise ambiguous(sheet)
        self._depth += 1
        if tag == "table:table":
            self._sheet = _OdsSheet(name=attributes.get("table:name", ""))
            self.sheets.append(self._sheet)
            self._row = self._rows = self._column = self._columns = 0
        elif tag == "table:table-column" and self._sheet:
            columns = range(self._column, self._column + _count(attributes, "table:number-columns-repeated"))
            if attributes.get("table:visibility") in HIDDEN:
                self._sheet.hidden_columns.append(columns)
            self._column = columns.stop
        elif tag == "table:table-row":
            self._column, self._row_repeat = 0, _count(attributes, "table:number-rows-repeated")
            self._row_hidden = attributes.get("table:visibility") in HIDDEN
        elif name in CELLS:
            self._start_cell(self._sheet or _OdsSheet(), attributes)
        elif tag == "text:s":
            self._blanks += _count(attributes, "text:c")
            WORKBOOK.refuse(self._blanks > PROSE_LIMIT, TOO_LARGE)
        elif tag in LINKS:
            self.links = True
        elif tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:text-properties" and not attributes.get("style:text-position", "0%").startswith("0%"):
            self._raising.add(self._style)
        if self._within or name in CELLS:
            self._within.append((tag, attributes.get("text:style-name", "")))
            if self._is_shown() and self._text is None:
                self._text = []

    def _start_cell(self, sheet: _OdsSheet, attributes: dict[str, str]) -> None:
        repeat = self._repeat = _count(attributes, "table:number-columns-repeated")
        kind, values = attributes.get("office:value-type"), [key for key in attributes if key in VALUES.values()]
        if values and values != [VALUES.get(kind or "")]:
            raise ambiguous(sheet.name)
        if kind is not None or "table:formula" in attributes:
            self._rows = max(self._rows, self._row + self._row_repeat)
            self._columns = max(self._columns, self._column + repeat)
            refuse_far(sheet.name, self._rows, self._columns)
            if self._row_hidden:
                sheet.hidden_rows.update(range(self._row, self._row + self._row_repeat))
        if "table:formula" in attributes:
            sheet.formulas[address(self._row, self._column)] = attributes["table:formula"]
            self.links |= OTHER_FILE in attributes["table:formula"]
        rows, columns = _count(attributes, "table:number-rows-spanned"), _count(attributes, "table:number-columns-spanned")
        if rows * columns > 1:
            last = address(self._row + rows - 1, self._column + columns - 1)
            sheet.merged.append(f"{address(self._row, self._column)}:{last}")
        self._number = float(attributes.get("office:value", 0)) if kind in NUMBERS else None
        self._text = None

    def _is_shown(self) -> bool:
        """Return whether what stands here is text of the cell and not of a note or drawing at it."""
        return [tag for tag, _ in self._within[1:2]] == ["text:p"]

    def add_text(self, text: str) -> None:
        if self._text is not None and self._is_shown():
            self._text.append(text)
            if self._sheet and any(style in self._raising for _, style in self._within) and any(map(str.isdecimal, text)):
                self._sheet.raised.add(address(self._row, self._column))

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._within:
            self._within.pop()
        if tag == "table:table-row":
            self._row += self._row_repeat
        elif tag == "table:table":
            self._sheet = None
        elif tag.removeprefix("table:") in CELLS and self._sheet:
            text = None if self._text is None else "".join(self._text)
            if text is not None and self._number is not None and not is_written(text, from_float(self._number)):
                places = product(range(self._row, self._row + self._row_repeat), range(self._column, self._column + self._repeat))
                self._sheet.seen.update((address(row, column), text) for row, column in places)
            self._column += self._repeat


def _count(attributes: dict[str, str], name: str) -> int:
    """Return how often something is repeated. Raise ValueError for what is no such number."""
    count = int(attributes.get(name, 1))
    if count < 0:
        raise ValueError(name)
    return count
