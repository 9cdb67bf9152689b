"""What is in office files, apart from how it was serialized: places and what stands there.

What counts is what a spreadsheet or word processor would show or do. So the order of attributes, prefixes of namespaces, the numbers that
shared strings, formats and relationships happen to have, the compressor, the times and the seal in the properties do not count. A format is
compared as what it says, a cell as its formula, its value and its format.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LEGACY = ("docProps/app.xml", "xl/calcChain.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml")
"""Parts that hold nothing of their own, or that are compared where they are used."""
DERIVED = {
    f"{{http://purl.org/dc/{space}/}}{name}"
    for space, name in (("terms", "created"), ("terms", "modified"), ("elements/1.1", "identifier"))
}
"""Properties that differ whenever anything else does, or always: times, and the seal."""


def read_document(file: Path) -> dict[str, str]:
    """Return the parts of a .docx: elements that hold text or format one by one, in order."""
    with zipfile.ZipFile(file) as package:
        return dict(entry for part in _xml_parts(package) for entry in _elements(part, _linked(package, part)))


def read_workbook(file: Path) -> dict[str, str]:
    """Return the cells of an .xlsx by sheet and address, what else its sheets hold by kind, and the other parts."""
    with zipfile.ZipFile(file) as package:
        formats, strings = _Formats(package), _strings(package)
        sheets = _sheets(package)
        found: dict[str, str] = {}
        for part in _xml_parts(package):
            root = _linked(package, part)
            if part in sheets:
                found.update(_sheet(sheets[part], root, formats, strings))
            elif re.match(r"xl/comments", part):
                found.update(_comments(_owner(package, part, sheets), root))
            else:
                found.update(_elements(part, root))
        return found


def _xml_parts(package: zipfile.ZipFile) -> list[str]:
    return sorted(name for name in package.namelist() if name.endswith(".xml") and name not in LEGACY)


def _linked(package: zipfile.ZipFile, part: str) -> ET.Element:
    """Return a part's root, in it the targets of relationships in place of their ids, and neither times nor seal."""
    root = ET.fromstring(package.read(part))  # noqa: S314 - written by the programs that are compared
    targets = _targets(package, part)
    for element in root.iter():
        for name, value in element.attrib.items():
            if name.startswith(LINK):
                element.set(name, targets.get(value, value))
        if element.tag in DERIVED:
            element.text = None
    return root


def _targets(package: zipfile.ZipFile, part: str) -> dict[str, str]:
    folder, _, name = part.rpartition("/")
    links = f"{folder}/_rels/{name}.rels"
    if links not in package.namelist():
        return {}
    return {
        link.get("Id", ""): link.get("Target", "")
        if link.get("TargetMode") == "External"
        else posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
        for link in ET.fromstring(package.read(links))  # noqa: S314
    }


def _canonical(element: ET.Element) -> str:
    """Return an element as canonical XML with its own prefixes."""
    return ET.canonicalize(ET.tostring(element, "unicode"), rewrite_prefixes=True)


def _elements(part: str, root: ET.Element) -> Iterator[tuple[str, str]]:
    """Yield each leaf of a part, with its attributes, by a path that counts elements of a name within their parent."""

    def visit(element: ET.Element, path: str) -> Iterator[tuple[str, str]]:
        stands = " ".join(f"{_plain(name)}={value}" for name, value in sorted(element.attrib.items()))
        text = element.text or ""
        if stands or text.strip() or not len(element):
            yield path, f"{stands} {text}".strip() if text.strip() else f"{stands}{text}"
        counts: dict[str, int] = {}
        for child in element:
            name = _plain(child.tag)
            counts[name] = counts.get(name, 0) + 1
            yield from visit(child, f"{path}/{name}[{counts[name]}]")

    yield from visit(root, f"{part} {_plain(root.tag)}")


def _plain(name: str) -> str:
    return name.rpartition("}")[2]


def _sheets(package: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of the sheets by their parts."""
    part = "xl/workbook.xml"
    targets = _targets(package, part)
    root = ET.fromstring(package.read(part))  # noqa: S314
    return {targets[sheet.get(f"{LINK}id", "")]: sheet.get("name", "") for sheet in root.iter(f"{MAIN}sheet")}


def _owner(package: zipfile.ZipFile, part: str, sheets: Mapping[str, str]) -> str:
    return next((name for sheet, name in sheets.items() if part in _targets(package, sheet).values()), part)


def _comments(sheet: str, root: ET.Element) -> Iterator[tuple[str, str]]:
    for comment in root.iter(f"{MAIN}comment"):
        yield f"{sheet}!{comment.get('ref')} note", "".join(text.text or "" for text in comment.iter(f"{MAIN}t"))


def _strings(package: zipfile.ZipFile) -> list[str]:
    """Return the shared strings, those with formats of their own as XML."""
    if "xl/sharedStrings.xml" not in package.namelist():
        return []
    root = ET.fromstring(package.read("xl/sharedStrings.xml"))  # noqa: S314
    return [_rich(item) for item in root.iter(f"{MAIN}si")]


def _rich(item: ET.Element) -> str:
    if item.find(f"{MAIN}r") is not None:
        return _canonical(item)
    return item.findtext(f"{MAIN}t") or ""


class _Formats:
    """The formats of a workbook as what they say."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        root = ET.fromstring(package.read("xl/styles.xml"))  # noqa: S314

        def members(name: str) -> list[ET.Element]:
            return list(root.find(f"{MAIN}{name}") or ())

        pools = {kind: [_canonical(item) for item in members(f"{kind}s")] for kind in ("font", "fill", "border")}
        numbers = {item.get("numFmtId"): item.get("formatCode") for item in members("numFmts")}
        self.cells = []
        for item in members("cellXfs"):
            said = [pools[kind][int(item.get(f"{kind}Id", "0"))] for kind in pools]
            said += [numbers.get(item.get("numFmtId")) or item.get("numFmtId", "0"), *(_canonical(child) for child in item)]
            self.cells.append(" ".join(said))
        self.conditional = [_canonical(item) for item in members("dxfs")]


def _sheet(name: str, root: ET.Element, formats: _Formats, strings: list[str]) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        if element.get("dxfId"):
            element.set("dxfId", formats.conditional[int(element.get("dxfId", ""))])
        style = "style" if element.tag == f"{MAIN}col" else "s" if element.tag == f"{MAIN}row" else None
        if style and element.get(style):
            element.set(style, formats.cells[int(element.get(style, ""))])
        element.attrib.pop("spans", None)  # a hint for speed
    for kind in root:
        if kind.tag == f"{MAIN}sheetData":
            yield from _cells(name, kind, formats, strings)
        elif kind.tag not in (f"{MAIN}dimension", f"{MAIN}legacyDrawing"):
            yield from ((f"{name} {place}", what) for place, what in _elements("", kind))


def _cells(name: str, data: ET.Element, formats: _Formats, strings: list[str]) -> Iterator[tuple[str, str]]:
    for row in data:
        yield f"{name} row {row.get('r')}", " ".join(f"{key}={value}" for key, value in sorted(row.attrib.items()) if key != "r")
        for cell in row:
            formula, place = cell.find(f"{MAIN}f"), f"{name}!{cell.get('r')}"
            if formula is not None:
                yield (
                    f"{place} formula",
                    " ".join([*(f"{key}={value}" for key, value in sorted(formula.attrib.items())), formula.text or ""]),
                )
            yield place, _value(cell, strings)
            yield f"{place} format", formats.cells[int(cell.get("s", "0"))]


def _value(cell: ET.Element, strings: list[str]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
    inline = cell.find(f"{MAIN}is")
    if inline is not None:
        return f"text {_rich(inline)}"
    if value is None:
        return ""
    if kind == "s":
        return f"text {strings[int(value)]}"
    if kind == "str":
        return f"text {value}"
    if kind != "n":
        return f"{kind} {value}"
    try:
        return str(Decimal(value).normalize())
    except InvalidOperation:  # openpyxl writes an empty value to a formula's cell
        return value
