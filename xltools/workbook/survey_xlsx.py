"""survey_xlsx: the sheets of an .xlsx package, found as calamine finds them, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from xml.parsers import expat

from xltools import gate
from xltools.active_content import active_parts
from xltools.gate import GateError, Package
from xltools.workbook.refusals import DAMAGED, refuse_many, refuse_many_sheets
from xltools.workbook.sheet_xml import survey_sheet
from xltools.workbook.surveyed import Surveyed

WORKBOOK_PART, RELATIONS_PART = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHARED_STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
"""What calamine reads beside the sheets."""

Attributes = dict[str, str]


def survey_xlsx(package: Package) -> Surveyed:
    """What is known of the workbook in a package. Raises GateError for one that must not be opened."""
    parts = list(_sheet_parts(package))
    refuse_many_sheets([name for name, _ in parts])
    formulas = {name: survey_sheet(name, package.read(part)) for name, part in parts}
    if SHARED_STRINGS in package:
        refuse_many(package.read(SHARED_STRINGS), b"si", gate.STRING_LIMIT, "文字")
    if STYLES in package:
        refuse_many(package.read(STYLES), b"xf", gate.STYLE_LIMIT, "单元格格式")
    return Surveyed(cache(lambda sheet: formulas[sheet]() if sheet in formulas else {}), active_parts(package))


def _sheet_parts(package: Package) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the entry that holds it."""
    relations = _elements(package.read(RELATIONS_PART), "Relationship")
    targets = {relation["Id"]: relation["Target"] for relation in relations}
    if len(targets) < len(relations):
        raise GateError(DAMAGED)
    for sheet in _elements(package.read(WORKBOOK_PART), "sheet"):
        target = targets[next(value for key, value in sheet.items() if key.endswith(" id"))]
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
