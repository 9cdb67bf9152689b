"""survey_xlsx: the sheets of an .xlsx package, found as calamine finds them, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from xml.parsers import expat

from xltools.files import gate
from xltools.files.gate import GateError, Package
from xltools.form.book import column_number
from xltools.readers.workbook.refusals import DAMAGED, TOO_WIDE, refuse_many, refuse_many_sheets
from xltools.readers.workbook.sheet_scan import REFERENCE
from xltools.readers.workbook.sheet_xml import survey_sheet
from xltools.readers.workbook.surveyed import Surveyed, only
from xltools.report.origin import active_parts

WORKBOOK_PART, RELATIONS_PART, ROOT_PART = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"
TYPES_PART, MAIN_TYPE = "[Content_Types].xml", ".main+xml"
SHARED_STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
"""What calamine reads beside the sheets."""

Attributes = dict[str, str]


def survey_xlsx(package: Package) -> Surveyed:
    """What is known of the workbook in a package. Raises GateError for one that must not be opened."""
    parts = _directory(package)
    sheets = list(_sheet_parts(parts))
    refuse_many_sheets([name for name, _ in sheets])
    parts |= {part: package.read(part) for _, part in sheets}
    formulas = {name: survey_sheet(name, parts[part]) for name, part in sheets}
    for part, tag, limit, what in ((SHARED_STRINGS, b"si", gate.STRING_LIMIT, "文字"), (STYLES, b"xf", gate.STYLE_LIMIT, "单元格格式")):
        if part in package:
            parts[part] = package.read(part)
            refuse_many(parts[part], tag, limit, what)
    return Surveyed(only(parts), cache(lambda sheet: formulas[sheet]() if sheet in formulas else {}), active_parts(package))


def refuse_unfolding(package: Package) -> None:
    """Refuses a workbook that openpyxl, which makes every cell of a merged range and up to the farthest one, could not hold.

    It finds the workbook by its content type: that must be of the usual one, too.
    """
    types = _elements(package.read(TYPES_PART), "Override")
    if [one["PartName"] for one in types if one["ContentType"].endswith(MAIN_TYPE)] != [f"/{WORKBOOK_PART}"]:
        raise GateError(DAMAGED)
    for name, part in _sheet_parts(_directory(package)):
        xml = package.read(part)
        rows = columns = merged = 0
        for reference in (attributes.get("r", "A1") for attributes in _elements(xml, "c")):
            row, column = _corner(reference)
            rows, columns = max(rows, row), max(columns, column)
        for first, _, last in (attributes["ref"].partition(":") for attributes in _elements(xml, "mergeCell")):
            (top, left), (bottom, right) = _corner(first), _corner(last or first)
            merged += (bottom - top + 1) * (right - left + 1)
        if max(merged, rows * columns) > gate.AREA_LIMIT:
            raise GateError(TOO_WIDE.format(sheet=name))


def _corner(reference: str) -> tuple[int, int]:
    """Row and column of a cell, counted from 1. Raises ValueError for what is none."""
    place = REFERENCE.fullmatch(reference)
    if not place:
        raise ValueError(reference)
    return int(place[2]), column_number(place[1])


def _directory(package: Package) -> dict[str, bytes]:
    """The parts that tell where the sheets are. Raises GateError where the package's workbook is another than the usual one."""
    parts = {part: package.read(part) for part in (ROOT_PART, RELATIONS_PART, WORKBOOK_PART)}
    roots = [one["Target"] for one in _elements(parts[ROOT_PART], "Relationship") if one["Type"].endswith("/officeDocument")]
    if [target.removeprefix("/") for target in roots] != [WORKBOOK_PART]:
        raise GateError(DAMAGED)
    return parts


def _sheet_parts(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the entry that holds it."""
    relations = _elements(parts[RELATIONS_PART], "Relationship")
    targets = {relation["Id"]: relation["Target"] for relation in relations}
    if len(targets) < len(relations):
        raise GateError(DAMAGED)
    for sheet in _elements(parts[WORKBOOK_PART], "sheet"):
        target = targets[next((value for key, value in sheet.items() if key.endswith(" id")), "")]
        yield sheet["name"], target[1:] if target.startswith("/") else f"xl/{target}"


def _elements(xml: bytes, name: str) -> list[Attributes]:
    """The attributes of every element with this local name; calamine does not look at namespaces."""
    found: list[Attributes] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag.rpartition(" ")[2] == name:
            found.append(attributes)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.Parse(xml, True)
    return found
