"""restore: what openpyxl drops, rewrites, sorts or stamps on saving a workbook, put back into the package as it was in the original."""

import re
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xltools.files.gate import GateError
from xltools.files.outputs import is_edited, read_own
from xltools.files.packages import XML_ENDINGS, Package, open_package, write_package
from xltools.files.seals import OUTPUT
from xltools.form.book import REVIEW
from xltools.readers.workbook.xlsx import RELATIONS_PART, STRINGS_PART, STYLES_PART, TYPES_PART, WORKBOOK_PART, sheet_parts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE = "docProps/core.xml"
DECLARATION = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
TAKEN_OVER = ("sheetProtection", "mergeCells", "dataValidations", "printOptions", "pageMargins", "headerFooter")
"""The parts of a sheet that refer to no other part, so that they can stand in the copy as they stood."""
FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family", "charset", "scheme",
)  # fmt: skip
STRINGS_TYPE = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
STRINGS_RELATION = f'<Relationship Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml" Id="strings"/>'.encode()

STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(?=<)")
UNDATED = b"2000-01-01T00:00:00Z"  # for a workbook that does not say when it was created


def is_workbook(data: bytes) -> bool:
    """Return whether a file is an .xlsx or .xlsm by its content."""
    try:
        return WORKBOOK_PART in open_package(data, OUTPUT)
    except GateError:
        return False


def is_copy(file: Path) -> bool:
    """Return whether a file is an annotated copy that nobody has changed since it was written."""
    return not is_edited(file) and f'name="{REVIEW}"'.encode() in _read(open_package(read_own(file), OUTPUT), WORKBOOK_PART)


def restore(original: bytes, saved: bytes) -> bytes:
    """Return the saved package, its cells holding letter by letter what they hold in the original. Raise GateError for an unfit package."""
    source, package = open_package(original, OUTPUT), open_package(saved, OUTPUT)
    parts = {name: package.read(name, declares=not name.endswith(XML_ENDINGS)) for name, *_ in package.sums()}
    sheets, texts = dict(sheet_parts(source)), _SharedTexts(_read(source, STRINGS_PART))
    sheets.pop(REVIEW, None)  # that of an earlier run, which another has replaced
    for sheet, part in sheet_parts(package):
        parts[part] = _refill(parts[part], _read(source, sheets.get(sheet, "")), texts)
    if STRINGS_PART not in parts:  # openpyxl keeps every text in its cell
        parts[TYPES_PART] = parts[TYPES_PART].replace(b"</Types>", STRINGS_TYPE + b"</Types>")
        parts[RELATIONS_PART] = parts[RELATIONS_PART].replace(b"</Relationships>", STRINGS_RELATION + b"</Relationships>")
    parts[STRINGS_PART] = texts.xml()
    styles = _parse(parts[STYLES_PART])
    for font in styles.iter("font"):  # its properties in the order in which Excel writes them
        font[:] = sorted(font, key=lambda child: FONT_ORDER.index(child.tag))
    parts[STYLES_PART] = _text(styles)
    created = re.search(rb"<dcterms:created[^>]*>([^<]*)<", _read(source, CORE))
    # for that of the last change, too: nobody has edited the copy yet
    parts[CORE] = STAMP.sub(lambda match: match[1] + (created[1] if created else UNDATED), parts[CORE])
    # relative as every other program writes them: some readers know no others
    parts |= {name: xml.replace(b'Target="/xl/', b'Target="../') for name, xml in parts.items() if name.startswith("xl/worksheets/_rels/")}
    return write_package(parts)


def _read(package: Package, part: str) -> bytes:
    return package.read(part) if part in package else b""


def _parse(xml: bytes) -> Element:
    """Return a part's root. Names of the main namespace are bare, ids of relations are `r:id`: so `_text` writes them, too."""
    root = ElementTree.fromstring(xml)  # noqa: S314  # it has passed the gate, or openpyxl has written it
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{MAIN}}}")
        if id := element.attrib.pop(f"{{{OFFICE}}}id", None):
            element.set("r:id", id)
    return root


def _text(root: Element) -> bytes:
    """Return a part's XML."""
    root.attrib = {"xmlns": MAIN, "xmlns:r": OFFICE, **root.attrib}
    # a carriage return that stands there as it is would be read as a line feed
    return DECLARATION + ElementTree.tostring(root, "unicode").replace("\r", "&#13;").encode("utf-8")


class _SharedTexts:
    """The texts that cells refer to by number: those of the original, and those that the copy uses."""

    def __init__(self, original: bytes) -> None:
        self.original = list(_parse(original).iter("si")) if original else []
        self._used: dict[str, tuple[int, Element]] = {}

    def number(self, text: Element) -> str:
        """Return the number of a text in the copy, given as `si` or `is`; formatting within the text is part of it."""
        item = Element("si")
        item.extend(text)
        return str(self._used.setdefault(ElementTree.tostring(item, "unicode"), (len(self._used), item))[0])

    def xml(self) -> bytes:
        """Return the copy's table."""
        table = Element("sst", uniqueCount=str(len(self._used)))
        table.extend(item for _, item in self._used.values())
        return _text(table)


def _refill(saved: bytes, original: bytes, texts: _SharedTexts) -> bytes:
    """Return a sheet as saved, its cells with what they hold in the original; nothing is the original of a new sheet."""
    sheet = _parse(saved)
    source = _parse(original) if original else Element("none")
    cells = {cell.get("r"): cell for cell in source.iter("c") if len(cell)}
    for cell in sheet.iter("c"):
        _fill(cell, cells.get(cell.get("r"), cell), texts)
    for place, ours in enumerate(sheet):
        theirs = source.find(ours.tag) if ours.tag in TAKEN_OVER else None
        if theirs is not None:
            sheet[place] = theirs
    areas = {frozenset(area.split()): area for item in source.iter("conditionalFormatting") if (area := item.get("sqref"))}
    for item in sheet.iter("conditionalFormatting"):
        # openpyxl sorts the ranges, and the condition is written as seen from the first
        item.set("sqref", areas.get(frozenset(item.get("sqref", "").split()), item.get("sqref", "")))
    return _text(sheet)


def _fill(cell: Element, source: Element, texts: _SharedTexts) -> None:
    """Give a cell what another one holds, its text as a number in the table."""
    kind = source.get("t", "n")
    content = [child for child in source if child.tag in ("f", "v")]
    text = texts.original[int(source.findtext("v", "0"))] if kind == "s" else source.find("is") if kind == "inlineStr" else None
    if text is not None:
        kind, content = "s", [Element("v")]
        content[0].text = texts.number(text)
    cell[:] = content
    cell.set("t", kind)
    if kind == "n":  # as is said by saying nothing
        del cell.attrib["t"]
