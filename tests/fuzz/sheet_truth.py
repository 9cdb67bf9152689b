"""figures_of: a plain, slow reading of a workbook's figures, independent of xltools, to hold what it reads against."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from tests.fuzz.case import Truth
from xltools.form.book import plan_book
from xltools.form.definition import Form

REFERENCE = re.compile(r"[A-Z]{1,3}([1-9]\d{0,6})")
PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
FAILURES = (
    LookupError,
    ValueError,
    StopIteration,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    etree.LxmlError,
)
"""What the libraries raise over a damaged file."""

Cells = dict[str, Decimal | None]
"""By address a number, or None for a cell of which nothing is sure."""


def figures_of(data: bytes, form: Form) -> Truth:
    """The input figures that stand in a workbook for sure: plain numbers, and blanks."""
    book = plan_book(form)
    places = {figure.id: book.figures[figure.id] for figure in form.inputs}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            sheets = dict(_sheets(package, {place.sheet for place in places.values()}))
    except FAILURES:
        return {}
    sure = {id: place for id, place in places.items() if place.sheet in sheets and sheets[place.sheet].get(place.address, 0) is not None}
    return {id: sheets[place.sheet].get(place.address) for id, place in sure.items()}


def _sheets(package: zipfile.ZipFile, wanted: set[str]) -> Iterator[tuple[str, Cells]]:
    """Each wanted sheet that can be told for sure, with its cells that are not blank."""
    relations = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {str(relation.attrib["Id"]): str(relation.attrib["Target"]) for relation in relations}
    sheets = _below(etree.fromstring(package.read("xl/workbook.xml")), "sheets", "sheet")
    names = [str(sheet.attrib["name"]) for sheet in sheets]
    entries = package.namelist()
    if len(targets) < len(relations) or len(set(names)) < len(names) or len(set(entries)) < len(entries):
        return
    for name, sheet in zip(names, sheets, strict=True):
        id = next(str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id"))
        target = targets.get(id, "")
        if name not in wanted:
            continue
        try:
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            yield name, _cells(etree.fromstring(package.read(part)))
        except FAILURES:
            continue


def _below(root: etree._Element, *path: str) -> list[etree._Element]:
    """The elements below the root, by their local names all the way, in the root's own namespace."""
    found = [root]
    for name in path:
        found = [child for element in found for child in element if child.tag == f"{{{etree.QName(root).namespace}}}{name}"]
    return found


def _cells(root: etree._Element) -> Cells:
    space = etree.QName(root).namespace
    paths = ("sheetData",), ("sheetData", "row"), ("sheetData", "row", "c")
    if any(len(_below(root, *path)) != sum(1 for _ in root.iter(f"{{{space}}}{path[-1]}")) for path in paths):
        raise ValueError("rows or cells where none can stand")
    if any(etree.QName(element).namespace != space for data in _below(root, "sheetData") for element in data.iter(etree.Element)):
        raise ValueError("elements that no one knows")
    cells: Cells = {}
    for cell in _below(root, "sheetData", "row", "c"):
        reference = str(cell.attrib["r"])
        placed, row = REFERENCE.fullmatch(reference), cell.getparent()
        if row is None or not placed or placed[1] != row.attrib["r"]:
            raise ValueError(reference)  # the sheet's other cells may have been meant to stand elsewhere, too
        if len(cell) or (cell.text or "").strip() or reference in cells:
            cells[reference] = _number(cell) if reference not in cells else None
    return cells


def _number(cell: etree._Element) -> Decimal | None:
    """The number in a cell that holds nothing else."""
    text = cell[0].text or "" if len(cell) == 1 and str(cell[0].tag).endswith("}v") and not len(cell[0]) else ""
    return Decimal(text) if cell.attrib.get("t", "n") == "n" and PLAIN.fullmatch(text) else None
