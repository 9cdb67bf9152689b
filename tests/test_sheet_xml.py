"""Where programs would read a cell of a sheet differently it is refused, however it is written; what office programs write is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.engines import convert
from tests.fuzz.packages import pack, unpack
from tests.reports import FORM, balanced_figures, report
from xltools.errors import UnreadableFileError
from xltools.files.gate import WORKBOOK
from xltools.files.packages import open_package
from xltools.form.book import Place, plan_book
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.readers.workbook import xlsx
from xltools.readers.workbook.facts import WHOLE_SHEET, Area, BookFacts, CellStyle, parse_area
from xltools.readers.workbook.sheets import inspect_book
from xltools.readers.workbook.xlsx import read_xlsx_facts
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

FILLED = report(balanced_figures(1))
BOOK = plan_book(FORM)
DATA = write_workbook(FILLED)
PARTS = dict(unpack(DATA))
SHEET = "xl/worksheets/sheet4.xml"
FIGURE = "disclosure.penalties.decisions"
PLACE = BOOK.figures[FIGURE]
CELL = next(re.finditer(rb'<c r="%s"[^>]*><v>\d+</v></c>' % PLACE.address.encode(), PARTS[SHEET]))[0]
ROW = next(row for row in re.findall(rb"<row .*?</row>", PARTS[SHEET]) if CELL in row)
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _read(path: Path, xml: bytes, **others: bytes) -> Report:
    """The report in the workbook with this sheet, and other parts by their names without ending."""
    path.write_bytes(pack(list((PARTS | {SHEET: xml} | {f"xl/{name}.xml": part for name, part in others.items()}).items())))
    return read_report(path, find_form(None))


def _edited(old: bytes, new: bytes) -> bytes:
    assert old in PARTS[SHEET]
    return PARTS[SHEET].replace(old, new, 1)


def _indented(xml: bytes) -> bytes:
    return re.sub(rb"(</?(?:row|c|sheetData)\b)", rb"\n  \1", xml)


def _prefixed(xml: bytes) -> bytes:
    head, _, body = xml.partition(b"?>")
    return head + b"?>" + re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", body).replace(b"xmlns=", b"xmlns:x=", 1)


SOUND = {
    "as it was": PARTS[SHEET],
    "indented": _indented(PARTS[SHEET]),
    "with a prefix": _prefixed(PARTS[SHEET]),
    "in single quotes": PARTS[SHEET].replace(b'<c r="', b"<c r='").replace(b'" s="', b"' s=\""),
    "without the rows' numbers": re.sub(rb'<row r="(?:\d|1[0-5])"', b"<row", PARTS[SHEET]),  # row 16 is not there
    "without the cells' addresses": re.sub(rb'<c r="[A-Z]+\d+"', b"<c", PARTS[SHEET]),
    "with a comment between cells": _edited(CELL, b"<!-- 7 -->" + CELL),
    "the rows out of order": _edited(ROW, b"").replace(b"</sheetData>", ROW + b"</sheetData>"),
    "with the style last": re.sub(rb'( s="\d+")( t="\w+")', rb"\2\1", PARTS[SHEET]),
    "strict": PARTS[SHEET].replace(MAIN, b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
}


@pytest.mark.parametrize("xml", SOUND.values(), ids=SOUND)
def test_a_sheet_may_be_written_in_many_ways(xml: bytes, tmp_path: Path) -> None:
    read = _read(tmp_path / "a.xlsx", xml)
    assert dict(read.figures) == dict(FILLED.figures)
    assert read.origin.overwritten == ()


def _with(value: bytes) -> bytes:
    """The sheet with a cell that is written in this way; `@` stands for the tag up to its end, `~` for its digits."""
    return _edited(CELL, value.replace(b"@", CELL[: CELL.index(b"><v>")]).replace(b"~", CELL[CELL.index(b"<v>") + 3 : CELL.index(b"</v>")]))


AMBIGUOUS = {
    "two cells of one address": _with(b"@><v>~</v></c>@><v>7</v></c>"),
    "two cells of one address, one of them in another way": _with(b"@><v>~</v></c>@ ><v>7</v></c >"),
    "two values": _with(b"@><v>~</v><v>7</v></c>"),
    "a value before the formula": _with(b"@><v>~</v><f>1+1</f></c>"),
    "a text beside the value": _with(b"@><v>~</v><is><t>7</t></is><is><t>8</t></is></c>"),
    "an element in the value": _with(b"@><v>~<x>7</x></v></c>"),
    "a comment in the value": _with(b"@><v>1<!-- -->2</v></c>"),
    "an instruction in the value": _with(b"@><v>1<?x y?>2</v></c>"),
    "character data in the value": _with(b"@><v><![CDATA[12]]></v></c>"),
    "digits written as references": _with(b"@><v>1&#50;</v></c>"),
    "a cell within a cell": _with(b'@><c r="Z99"><v>7</v></c><v>~</v></c>'),
    "a cell after the value": _with(b'@><v>~</v><c r="Z99"><v>7</v></c></c>'),
    "a row of another vocabulary": _edited(ROW, b'<q:row xmlns:q="urn:q" r="90"><q:c r="A90"/></q:row>' + ROW),
    "a row whose number is none": _edited(ROW, ROW.replace(b' r="', b' r="+', 1)),
    "a row within a row": _with(b'@><v>~</v></c><row r="90"><c r="A90"/></row>'),
    "a cell of another row": _with(b'@><v>~</v></c><c r="D99"><v>7</v></c>'),
    "an address written as references": _with(b'<c r="&#68;9"><v>~</v></c>'),
    "an address in small letters": _with(b'<c r="d9"><v>~</v></c>'),
    "an address that cannot be": _with(b'<c r="$D$9"><v>~</v></c>'),
    "a cell of another vocabulary": _with(b'<q:c xmlns:q="urn:q" r="D90"><q:v>7</q:v></q:c>'),
    "a cell that changes what names mean": _with(b'<c xmlns="urn:q" r="D90"><v>7</v></c>'),
    "an attribute with a bracket": _with(b'<c x=">" r="D90"><v>7</v></c>'),
    "cells for those who know more": _with(
        b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Fallback>'
        b'<c r="D90"><v>7</v></c></mc:Fallback></mc:AlternateContent>'
    ),
    "two sets of cells": PARTS[SHEET].replace(b"</sheetData>", b"</sheetData><sheetData/>"),
    "cells before the sheet's own": PARTS[SHEET].replace(
        b"<sheetData>", b"<extLst><sheetData><row r='1'/></sheetData></extLst><sheetData>"
    ),
    "cells within something else": PARTS[SHEET].replace(b"<sheetData>", b"<q><sheetData>").replace(b"</sheetData>", b"</sheetData></q>"),
    "a sheet of another vocabulary": PARTS[SHEET].replace(MAIN, b"urn:q"),
    "a root of another vocabulary": PARTS[SHEET]
    .replace(b"<worksheet ", b'<q:worksheet xmlns:q="urn:q" ')
    .replace(b"</worksheet>", b"</q:worksheet>"),
}


NO_CELLS = {
    "the cells in a comment": re.sub(rb"(<sheetData>.*</sheetData>)", rb"<!-- \1 -->", PARTS[SHEET]),
    "the cells in character data": re.sub(rb"(<sheetData>.*</sheetData>)", rb"<q><![CDATA[\1]]></q>", PARTS[SHEET]),
    "the cells in a comment, others behind it": re.sub(rb"(<sheetData>.*</sheetData>)", rb"<!-- \1 --><sheetData/>", PARTS[SHEET]),
}


@pytest.mark.parametrize("xml", NO_CELLS.values(), ids=NO_CELLS)
def test_what_is_no_cell_is_not_read(xml: bytes) -> None:
    facts = inspect_book(pack(list((PARTS | {SHEET: xml}).items()))).sheet(PLACE.sheet)
    assert (facts.formulas, facts.styles) == ({}, {})


def test_a_far_cell_behind_others_in_a_comment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="离表格很远的地方有内容"):
        _read(
            tmp_path / "a.xlsx",
            re.sub(rb"(<sheetData>.*</sheetData>)(.*)", rb"<!-- \1 -->", PARTS[SHEET]) + FAR_SHEET[FAR_SHEET.index(b"<sheetData") :],
        )


@pytest.mark.parametrize("xml", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_programs_read_differently_is_refused(xml: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"分不清是多少.*另存"):
        _read(tmp_path / "a.xlsx", xml)


FAR = {
    "a tab after the name": b'<c\tr="XFD1048576"><v>1</v></c>',
    "a line break after the name": b'<c\nr="XFD1048576"><v>1</v></c>',
    "single quotes": b"<c r='XFD1048576'><v>1</v></c>",
    "another attribute first": b'<c s="1" r="XFD1048576"><v>1</v></c>',
    "blanks around the equals sign": b'<c r = "XFD1048576"><v>1</v></c>',
    "a formula only": b'<c r="XFD1048576"><f>1+1</f></c>',
    "an empty pair of tags": b'<c r="XFD1048576"><v></v></c>',
    "no address": b"<c/>" * 600 + b"<c><v>1</v></c>",
}


@pytest.mark.parametrize("cell", FAR.values(), ids=FAR)
def test_a_cell_far_away_is_refused_however_it_is_written(cell: bytes, tmp_path: Path) -> None:
    xml = PARTS[SHEET].replace(b"</sheetData>", b'<row r="1048576">' + cell + b"</row></sheetData>")
    with pytest.raises(UnreadableFileError, match="离表格很远的地方有内容"):
        _read(tmp_path / "a.xlsx", xml)


BOOK_XML = PARTS["xl/workbook.xml"]
TAG = next(re.finditer(rb'<sheet [^>]*r:id="rId4"/>', BOOK_XML))[0]
FAR_SHEET = PARTS[SHEET].replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


@pytest.mark.parametrize(
    "tag",
    [
        TAG,
        TAG.replace(b"<sheet ", b'<sheet zz="a&gt;b" '),
        TAG.replace(b"/>", b' zz="%s"/>' % (b"a" * 5000)),
        TAG.replace(b"rId4", b"&#114;Id4"),
    ],
    ids=["as it was", "a bracket in an attribute", "a very long attribute", "an id written as references"],
)
def test_no_sheet_is_overlooked(tag: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="离表格很远的地方有内容"):
        _read(tmp_path / "a.xlsx", FAR_SHEET, workbook=BOOK_XML.replace(TAG, tag))


def test_a_sheet_that_names_no_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="已损坏"):
        _read(tmp_path / "a.xlsx", PARTS[SHEET], workbook=BOOK_XML.replace(TAG, TAG.replace(b' r:id="rId4"', b"")))


def test_two_sheets_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = BOOK_XML.replace(TAG, TAG + TAG.replace(b"rId4", b"rId5"))
    with pytest.raises(UnreadableFileError, match="已损坏"):
        _read(tmp_path / "a.xlsx", PARTS[SHEET], workbook=twice)


def test_another_workbook_than_the_usual_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    other = {name.replace("xl/", "yl/"): xml for name, xml in PARTS.items() if name.startswith("xl/")}
    roots = PARTS["_rels/.rels"].replace(b"xl/workbook.xml", b"yl/workbook.xml")
    path.write_bytes(pack(list((PARTS | other | {"_rels/.rels": roots}).items())))
    with pytest.raises(UnreadableFileError, match="已损坏"):
        read_report(path, find_form(None))


def test_only_what_was_looked_at_reaches_the_reader(tmp_path: Path) -> None:
    parts = {"xl/media/a.png": b"picture", "xl/vbaProject.bin": b"program", "xl/worksheets/sheet99.xml": FAR_SHEET}
    data = pack([*PARTS.items(), *parts.items()])
    safe = {name for name, _ in unpack(inspect_book(data).safe)}
    assert safe == {name for name in PARTS if name.startswith("xl/") and "theme" not in name} | {"_rels/.rels"}


@pytest.mark.parametrize("part", ["content.xml", "xl/workbook.bin"])
def test_a_file_of_two_kinds_is_refused(part: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(pack([*PARTS.items(), (part, b"<a/>")]))
    with pytest.raises(UnreadableFileError, match="已损坏"):
        read_report(path, find_form(None))


@pytest.mark.parametrize("program", ["xlsxwriter", "openpyxl", pytest.param("LibreOffice", marks=pytest.mark.trial)])
def test_the_cells_that_office_programs_write_need_not_be_rewritten(program: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(DATA)
    if program == "openpyxl":
        openpyxl.load_workbook(path).save(path)
    elif program == "LibreOffice":
        (path,) = convert([path], "xlsx", tmp_path / "converted")

    def refuse(*_: object) -> None:
        raise AssertionError("rewritten")

    monkeypatch.setattr(xlsx, "_rewrite_cells", refuse)
    assert read_xlsx_facts(open_package(path.read_bytes(), WORKBOOK)).sheet(PLACE.sheet).formulas


# --------------------------------------------------------------------------------------------------- formats, locks, areas


def _facts(parts: dict[str, bytes]) -> BookFacts:
    return inspect_book(pack(list((PARTS | parts).items())))


def test_a_cell_has_its_number_format_and_lock() -> None:
    book = _facts({})
    total, amount = BOOK.figures["requests.received.total"], BOOK.figures["disclosure.fees.amount"]
    assert book.style(PLACE.sheet, PLACE.address) == CellStyle("0", locked=False)
    assert book.style(total.sheet, total.address).locked
    assert not book.style(amount.sheet, amount.address).locked
    assert book.style(PLACE.sheet, "ZZ900") == CellStyle()


def test_a_number_format_that_shows_another_number_is_known() -> None:
    styles = re.sub(rb'numFmtId="1" (?=[^>]*xfId)', b'numFmtId="190" ', PARTS["xl/styles.xml"])
    styles = styles.replace(b"<fonts", b'<numFmts count="1"><numFmt numFmtId="190" formatCode="0!.0000"/></numFmts><fonts', 1)
    assert _facts({"xl/styles.xml": styles}).style(PLACE.sheet, PLACE.address).number_format == "0!.0000"


@pytest.mark.parametrize("rewrite", [bytes, _indented, _prefixed], ids=["as it was", "indented", "with a prefix"])
def test_hidden_rows_and_columns_merged_and_validated_areas_are_known(rewrite: Callable[[bytes], bytes]) -> None:
    sound = _facts({SHEET: rewrite(PARTS[SHEET])}).sheet(PLACE.sheet)
    assert (sound.hidden_rows, sound.hidden_columns) == (frozenset(), ())
    assert any(place_in(PLACE, parse_area(reference)) for reference in sound.validated)
    merged = f"{PLACE.address}:F40"
    assert sound.merged
    assert merged not in sound.merged
    row = ROW.replace(b">", b' hidden="1">', 1)
    xml = _edited(ROW, row).replace(b"</cols>", b'<col min="30" max="31" hidden="1"/></cols>')
    xml = xml.replace(b"</mergeCells>", b'<mergeCell ref="%s"/></mergeCells>' % merged.encode())
    changed = _facts({SHEET: rewrite(xml)}).sheet(PLACE.sheet)
    assert changed.hidden_rows == {PLACE.row}
    assert changed.hidden_columns == (range(29, 31),)
    assert set(changed.merged) == {*sound.merged, merged}


def place_in(place: Place, area: Area) -> bool:
    return area.top <= place.row <= area.bottom and area.left <= place.column <= area.right


@pytest.mark.parametrize(("reference", "area"), [("B2", (1, 1, 1, 1)), ("A1:$C$4", (0, 0, 3, 2)), ("A:C", WHOLE_SHEET), ("", WHOLE_SHEET)])
def test_a_reference_that_is_not_understood_counts_as_the_whole_sheet(reference: str, area: tuple[int, ...]) -> None:
    assert parse_area(reference) == area


# ------------------------------------------------------------------------------------------------------------ formulas

REQUESTS_PART, TOTALS = "xl/worksheets/sheet5.xml", [BOOK.figures[f"requests.{row}.total"] for row in ("received", "carried_in")]


def _with_formulas(path: Path, formulas: dict[Place, str]) -> Report:
    """The report in the workbook whose totals of 三、依申请公开 have these formulas, as XML."""
    xml = PARTS[REQUESTS_PART].decode()
    for place, formula in formulas.items():
        xml, count = re.subn(rf'(<c r="{place.address}"[^>]*>)<f>[^<]*</f>', rf"\1{formula}", xml)
        assert count == 1
    path.write_bytes(pack(list((PARTS | {REQUESTS_PART: xml.encode()}).items())))
    return read_report(path, find_form(None))


def _overwritten(read: Report) -> list[str]:
    told = [finding for finding in review(read).findings if finding.rule.name == "formula-overwritten"]
    return [BOOK.figures[id].address for finding in told for id in finding.fault.figures]


def test_totals_that_share_the_formula_of_the_form_are_right(tmp_path: Path) -> None:
    one, other = TOTALS
    shared = {one: f'<f t="shared" ref="{one.address}:{other.address}" si="3">SUM(D5:I5)</f>', other: '<f t="shared" si="3"/>'}
    assert _overwritten(_with_formulas(tmp_path / "a.xlsx", shared)) == []
    one, other = (BOOK.figures[f"requests.results.{column}"] for column in ("natural_person", "business"))
    shared = {one: f'<f t="shared" ref="{one.address}:{other.address}" si="3">SUM(D7:D27)</f>', other: '<f t="shared" si="3"/>'}
    assert _overwritten(_with_formulas(tmp_path / "a.xlsx", shared)) == []


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        ('<f t="shared" ref="J5:J6" si="3">SUM(D5:H5)</f>', '<f t="shared" si="3"/>', [0, 1]),
        ('<f t="shared" ref="J5:J6" si="3">SUM(D5:I5)</f>', '<f t="shared" si="4"/>', [1]),
        ('<f t="array" ref="J5:J6">SUM(D5:I6)</f>', "", [0, 1]),
        ("<f>SUM(D5:I5)</f>", '<f t="dataTable" ref="J6:J6" dt2D="0" r1="A1"/>', [1]),
    ],
    ids=["another formula shared", "a formula that is not there", "an array", "a data table"],
)
def test_other_formulas_are_told_however_they_are_kept(first: str, second: str, wrong: list[int], tmp_path: Path) -> None:
    read = _with_formulas(tmp_path / "a.xlsx", dict(zip(TOTALS, (first, second), strict=True)))
    assert _overwritten(read) == [TOTALS[number].address for number in wrong]
