"""Reads where cells and formulas stand in an OpenDocument spreadsheet, which has repeat counts and no addresses."""

from collections.abc import Container, Iterable, Iterator
from itertools import product
from xml.etree.ElementTree import Element, TreeBuilder
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
TABLE, ROW, CELLS = "table:table", "table:table-row", ("table:table-cell", "table:covered-table-cell")
PARTS_OF_TABLES = [name.removeprefix("table:") for name in (TABLE, ROW, *CELLS)]
NUMBERS = ("float", "percentage", "currency")
VALUES = dict.fromkeys(NUMBERS, "office:value") | {kind: f"office:{kind}-value" for kind in ("date", "time", "boolean", "string")}
"""The attribute that has the value of each type; a string may be the cell's text instead. OpenDocument 1.3, part 3, 19.387."""
LINKS = ("table:table-source", "table:cell-range-source", "table:dde-links")
COLUMNS_REPEATED, HIDDEN = "table:number-columns-repeated", ("collapse", "filter")
OTHER_FILE = "'#"  # stands in a formula between the address of another file and the sheet there


def read_ods_facts(package: Package) -> BookFacts:
    """Return the facts of the workbook in a package. Raise GateError for one that must not be opened."""
    WORKBOOK.refuse(MANIFEST in package and b"encryption-data" in package.read(MANIFEST, declares=True), ENCRYPTED)
    xml = package.read(CONTENT)
    refuse_tags(xml)
    root = _parse(xml)
    WORKBOOK.refuse(sum(_count(blanks, "text:c") for blanks in root.iter("text:s")) > PROSE_LIMIT, TOO_LARGE)
    positions = ((style, text) for style in root.iter("style:style") for text in style.iter("style:text-properties"))
    raising = {style.get("style:name", "") for style, text in positions if not text.get("style:text-position", "0%").startswith("0%")}
    sheets = [(table.get("table:name", ""), _read_table(table, raising)) for table in root.iter(TABLE)]
    refuse_names([name for name, _ in sheets])
    has_links = any(one.tag in LINKS or OTHER_FILE in one.get("table:formula", "") for one in root.iter())
    links: tuple[Active, ...] = ("links",) if has_links else ()
    return BookFacts(write_package(ENVELOPE | {CONTENT: xml}, compressed=False), dict(sheets), active_parts(package) + links)


def _parse(xml: bytes) -> Element:
    """Return the root, with the file's prefixes, by which calamine goes. Raise GateError where it would take elements for others."""
    builder, parser = TreeBuilder(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = builder.start, builder.end, builder.data
    parser.Parse(xml, True)
    root = builder.close()
    sheet = ""
    for element in root.iter():
        prefix, _, name = element.tag.rpartition(":")
        spaces = SPACES.keys() & element.keys()
        if (name in PARTS_OF_TABLES and prefix != "table") or any(element is not root or SPACES[key] != element.get(key) for key in spaces):
            raise ambiguous(sheet)
        sheet = element.get("table:name", "") if element.tag == TABLE else sheet
    return root


def _read_table(table: Element, raising: Container[str]) -> SheetFacts:
    """Return the facts of a sheet. Raise GateError for one with another within it, values too far away, or one that is unclear."""
    columns = _placed(table.iter("table:table-column"), COLUMNS_REPEATED)
    facts = SheetFacts(hidden_columns=[numbers for one, numbers in columns if one.get("table:visibility") in HIDDEN])
    sheet = table.get("table:name", "")
    if len(list(table.iter(TABLE))) > 1:
        raise ambiguous(sheet)
    bottom = right = 0
    for line, rows in _placed(table.iter(ROW), "table:number-rows-repeated"):
        for cell, across in _placed((one for one in line.iter() if one.tag in CELLS), COLUMNS_REPEATED):
            if "office:value-type" in cell.attrib or "table:formula" in cell.attrib:
                bottom, right = max(bottom, rows.stop), max(right, across.stop)
                refuse_far(sheet, bottom, right)
                if line.get("table:visibility") in HIDDEN:
                    facts.hidden_rows.update(rows)
            _read_cell(sheet, cell, rows, across, facts, raising)
    return facts


def _placed(elements: Iterable[Element], repeated: str) -> Iterator[tuple[Element, range]]:
    """Yield rows, columns or cells, each with the numbers that it stands for by the attribute that says how often it is `repeated`."""
    start = 0
    for element in elements:
        numbers = range(start, start + _count(element, repeated, least=1))
        yield element, numbers
        start = numbers.stop


def _read_cell(sheet: str, cell: Element, rows: range, columns: range, facts: SheetFacts, raising: Container[str]) -> None:
    """Add what a cell that is repeated over rows and columns says of itself. Raise GateError where calamine would take another value."""
    at, kind = address(rows.start, columns.start), cell.get("office:value-type", "")
    if (values := [key for key in cell.attrib if key in VALUES.values()]) and values != [VALUES.get(kind)]:
        raise ambiguous(sheet)
    if "table:formula" in cell.attrib:
        facts.formulas[at] = cell.attrib["table:formula"]
    height, width = _count(cell, "table:number-rows-spanned"), _count(cell, "table:number-columns-spanned")
    if height * width > 1:
        facts.merged.append(f"{at}:{address(rows.start + height - 1, columns.start + width - 1)}")
    paragraphs = [one for one in cell if one.tag == "text:p"]  # not those of a note or a drawing at the cell
    raised = [one for paragraph in paragraphs for one in paragraph.iter() if one.get("text:style-name", "") in raising]
    if any(char.isdecimal() for one in raised for text in one.itertext() for char in text):
        facts.raised.add(at)
    text = "".join(text for paragraph in paragraphs for text in paragraph.itertext())
    number = float(cell.get("office:value", 0)) if kind in NUMBERS else None
    if paragraphs and number is not None and not is_written(text, from_float(number)):
        facts.seen.update((address(row, column), text) for row, column in product(rows, columns))


def _count(element: Element, name: str, least: int = 0) -> int:
    """Return how often something is repeated. Raise ValueError for what is no such number."""
    count = int(element.get(name, 1))
    if count < least:
        raise ValueError(name)
    return count
