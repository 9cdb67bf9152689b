"""restore: what openpyxl loses of a workbook on saving, put back into the package that it wrote.

openpyxl drops the results of formulas, rewrites texts, sorts ranges and stamps the time of saving. So what nobody has
changed is taken over from the original as it stands there: the contents of all cells, protection, validations, merged
cells, page set-up. Every date is a fixed one.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from xltools.files.packages import write_package

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NAMES: dict[str, str] = {None: MAIN[1:-1]}  # type: ignore[dict-item]  # the stubs know of no default namespace
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
WORKBOOK, RELATIONS, STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
CONDITION = f"{MAIN}conditionalFormatting"
TAKEN_OVER = ("sheetProtection", "mergeCells", "dataValidations", "printOptions", "pageMargins", "headerFooter")
"""The parts of a sheet that refer to no other part, so that they can stand in the copy as they stood."""
STYLES = "xl/styles.xml"
FONT_ORDER = [
    "b",
    "i",
    "strike",
    "condense",
    "extend",
    "outline",
    "shadow",
    "u",
    "vertAlign",
    "sz",
    "color",
    "name",
    "family",
    "charset",
    "scheme",
]
TYPES = "[Content_Types].xml"
STRINGS_TYPE = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
STRINGS_RELATION = (
    b'<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
    b' Target="/xl/sharedStrings.xml" Id="strings"/>'
)
FORMULA, VALUE = f"{MAIN}f", f"{MAIN}v"
CORE, APP = "docProps/core.xml", "docProps/app.xml"

CREATED = re.compile(rb"(<dcterms:created[^>]*>)([^<]*)(?=<)")
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)([^<]*)(?=<)")
COMPANY = re.compile(rb"<Company>[^<]*</Company>")
UNDATED = b"2000-01-01T00:00:00Z"
"""For a workbook that does not say when it was created."""


def is_workbook(data: bytes) -> bool:
    """Whether a file is an .xlsx or .xlsm by its content."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return WORKBOOK in package.namelist()
    except zipfile.BadZipFile:
        return False


def restore(original: bytes, saved: bytes) -> bytes:
    """The saved package, its cells holding letter by letter what they hold in the original; the same input gives the same bytes."""
    with zipfile.ZipFile(io.BytesIO(original)) as source, zipfile.ZipFile(io.BytesIO(saved)) as package:
        parts, strings = dict(_sheet_parts(source)), _Strings(_read(source, STRINGS))
        changed = {
            part: _refill(package.read(part), source.read(parts[sheet]) if sheet in parts else b"", strings)
            for sheet, part in _sheet_parts(package)
        }
        changed |= {STRINGS: strings.xml(), TYPES: package.read(TYPES), RELATIONS: package.read(RELATIONS)}
        if STRINGS not in package.namelist():  # openpyxl keeps every text in its cell
            changed[TYPES] = changed[TYPES].replace(b"</Types>", STRINGS_TYPE + b"</Types>")
            changed[RELATIONS] = changed[RELATIONS].replace(b"</Relationships>", STRINGS_RELATION + b"</Relationships>")
        changed[STYLES] = _order_fonts(package.read(STYLES))
        changed[CORE] = _date(package.read(CORE), _read(source, CORE))
        changed[APP] = _name_company(package.read(APP), _read(source, APP))
        entries = {name: _relate(name, package.read(name)) for name in package.namelist()}
    return write_package(entries | changed)


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _text(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="UTF-8", xml_declaration=True, standalone=True)


def _read(package: zipfile.ZipFile, part: str) -> bytes:
    return package.read(part) if part in package.namelist() else b""


def _sheet_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet, and the entry that holds it."""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in _parse(package.read(RELATIONS)).iter(RELATION)}
    for sheet in _parse(package.read(WORKBOOK)).iter(f"{MAIN}sheet"):
        target = posixpath.normpath(posixpath.join("/xl", targets[sheet.get(RELATION_ID)])).removeprefix("/")
        yield sheet.get("name", ""), target


class _Strings:
    """The texts that cells refer to by number: those of the original, and those that the copy uses."""

    def __init__(self, original: bytes) -> None:
        self.original = list(_parse(original).iter(f"{MAIN}si")) if original else []
        self.used: dict[bytes, int] = {}

    def number(self, text: etree._Element) -> str:
        """The number of a text in the copy, given as `si` or `is`; formatting within the text is part of it."""
        item = etree.Element(f"{MAIN}si", nsmap=NAMES)
        item.extend(deepcopy(child) for child in text)
        return str(self.used.setdefault(etree.tostring(item, with_tail=False), len(self.used)))

    def xml(self) -> bytes:
        """The copy's table."""
        table = etree.Element(f"{MAIN}sst", nsmap=NAMES, uniqueCount=str(len(self.used)))
        table.extend(_parse(item) for item in self.used)
        return _text(table)


def _refill(saved: bytes, original: bytes, strings: _Strings) -> bytes:
    """A sheet as saved, its cells with what they hold in the original; nothing is the original of a new sheet."""
    sheet = _parse(saved)
    source = _parse(original) if original else etree.Element("none")
    cells = {cell.get("r"): cell for cell in source.iter(f"{MAIN}c") if len(cell)}
    for cell in sheet.iter(f"{MAIN}c"):
        _fill(cell, cells.get(cell.get("r"), cell), strings)
    for tag in TAKEN_OVER:
        ours, theirs = sheet.find(f"{MAIN}{tag}"), source.find(f"{MAIN}{tag}")
        if ours is not None and theirs is not None:
            sheet.replace(ours, deepcopy(theirs))
    areas = {frozenset(area.split()): area for item in source.iter(CONDITION) if (area := item.get("sqref"))}
    for item in sheet.iter(CONDITION):
        # openpyxl sorts the ranges, and the condition is written as seen from the first
        item.set("sqref", areas.get(frozenset(item.get("sqref", "").split()), item.get("sqref", "")))
    return _text(sheet)


def _fill(cell: etree._Element, source: etree._Element, strings: _Strings) -> None:
    """Gives a cell what another one holds, its text as a number in the table."""
    kind = source.get("t", "n")
    content = [deepcopy(child) for child in source if child.tag in (FORMULA, VALUE)]
    text = source.find(f"{MAIN}is") if kind == "inlineStr" else None
    if kind == "s":
        text = strings.original[int(source.findtext(VALUE, "0"))]
    if text is not None:
        kind, content = "s", [etree.Element(VALUE)]
        content[0].text = strings.number(text)
    cell[:] = content
    cell.attrib.update({"t": kind})
    if kind == "n":  # as is said by saying nothing
        del cell.attrib["t"]


def _relate(name: str, content: bytes) -> bytes:
    """The relations of a sheet, relative as every other program writes them: some readers know no others."""
    return content.replace(b'Target="/xl/', b'Target="../') if name.startswith("xl/worksheets/_rels/") else content


def _order_fonts(styles: bytes) -> bytes:
    """The styles with each font's properties in the order in which Excel writes them."""
    sheet = _parse(styles)
    for font in sheet.iter(f"{MAIN}font"):
        font[:] = sorted(font, key=lambda child: FONT_ORDER.index(etree.QName(child).localname))
    return _text(sheet)


def _date(core: bytes, original: bytes) -> bytes:
    """The properties with the original's date of creation, for that of the last change too: nobody has edited the copy yet."""
    found = CREATED.search(original)
    date = found[2] if found else UNDATED
    for stamp in (CREATED, MODIFIED):
        core = stamp.sub(lambda match: match[1] + date, core)
    return core


def _name_company(app: bytes, original: bytes) -> bytes:
    """The properties with the original's company, which openpyxl drops."""
    company = COMPANY.search(original)
    return app.replace(b"</Properties>", company[0] + b"</Properties>") if company else app
