"""A workbook passes the gate before calamine and openpyxl open it: each limit is held from both sides, and refused in one line."""

from __future__ import annotations

import re

import pytest

from tests.fuzz.packages import parts_of, zipped
from tests.refused import DTD, refusal
from tests.reports import report
from xltools.errors import XltoolsError
from xltools.files import gate
from xltools.files.gate import WORKBOOK
from xltools.files.packages import open_package
from xltools.readers.workbook import ods
from xltools.readers.workbook.sheets import inspect_book
from xltools.workbook.annotated_copy import refuse_unfolding, write_annotated
from xltools.workbook.locked_workbook import write_workbook

BOOK = write_workbook(report())
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = b'<worksheet xmlns="' + MAIN + b'"><sheetData>%s</sheetData>%s</worksheet>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet2.xml"])
def test_a_workbook_with_a_document_type_is_refused(part: str) -> None:
    parts = parts_of(BOOK)
    head, rest = parts[part].split(b"?>", 1)
    assert "DTD" in refusal(lambda: inspect_book(zipped({**parts, part: head + b"?>" + DTD + rest})))


def test_parts_that_only_the_annotator_reads_are_looked_at_before_it() -> None:
    data = zipped({**parts_of(BOOK), "xl/comments1.xml": DTD + b"<comments/>"})
    assert inspect_book(data)
    with pytest.raises(XltoolsError, match="DTD"):
        write_annotated(data, [], {})


def _book(cells: bytes, after: bytes = b"") -> bytes:
    """Return a workbook one of whose sheets holds nothing but these cells."""
    return zipped({**parts_of(BOOK), "xl/worksheets/sheet2.xml": SHEET % (cells, after)})


def _held(monkeypatch: pytest.MonkeyPatch, limit: str, data: bytes, count: int, said: str) -> None:
    """Asserts that a workbook passes a limit of `count`, and none of one less."""
    monkeypatch.setattr(gate, limit, count)
    inspect_book(data)
    monkeypatch.setattr(gate, limit, count - 1)
    assert said in refusal(lambda: inspect_book(data))


def test_sheets_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    _held(monkeypatch, "SHEET_LIMIT", BOOK, sum("worksheets/sheet" in name for name in parts_of(BOOK)), "工作表过多")


def test_tags_of_all_that_is_parsed_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    unread = ("theme", "[Content_Types]", "docProps")
    tags = sum(xml.count(b"<") for part, xml in parts_of(BOOK).items() if not any(name in part for name in unread))
    _held(monkeypatch, "TAG_LIMIT", BOOK, tags, "文件过大")


def test_a_part_that_several_sheets_share_counts_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    relations = parts_of(BOOK)["xl/_rels/workbook.xml.rels"]
    shared = zipped({**parts_of(BOOK), "xl/_rels/workbook.xml.rels": re.sub(rb"sheet\d\.xml", b"sheet5.xml", relations)})
    monkeypatch.setattr(gate, "TAG_LIMIT", parts_of(BOOK)["xl/worksheets/sheet5.xml"].count(b"<") * 7)
    inspect_book(BOOK)
    assert "文件过大" in refusal(lambda: inspect_book(shared))


def test_the_farthest_value_has_a_limit() -> None:
    assert gate.AREA_LIMIT == 1000 * 500
    inspect_book(_book(b'<row r="1000"><c r="SF1000"><v>1</v></c></row>'))  # column 500
    assert "（第 1001 行第 500 列 附近）" in refusal(lambda: inspect_book(_book(b'<row r="1001"><c r="SF1001"><v>1</v></c></row>')))


def _ods(body: str, styles: str = "") -> bytes:
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "style", "text"))
    return zipped({"content.xml": f"<office:document-content {names}>{styles}{body}</office:document-content>".encode()})


def test_an_ods_is_held_to_the_same_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = "".join(f'<table:table table:name="{n}"/>' for n in range(5))
    _held(monkeypatch, "SHEET_LIMIT", _ods(sheets), 5, "工作表过多")
    monkeypatch.undo()
    _held(monkeypatch, "TAG_LIMIT", _ods(sheets), 7, "文件过大")


def test_blanks_that_an_ods_writes_as_their_number_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    blanks = '<table:table-cell office:value-type="string"><text:p><text:s text:c="8000"/><text:s/></text:p></table:table-cell>'
    data = _ods(f"<table:table><table:table-row>{blanks}</table:table-row></table:table>")
    monkeypatch.setattr(ods, "PROSE_LIMIT", 8_001)
    inspect_book(data)
    monkeypatch.setattr(ods, "PROSE_LIMIT", 8_000)
    assert "文件过大" in refusal(lambda: inspect_book(data))


@pytest.mark.parametrize(
    ("cells", "after", "passes"),
    [
        (b"", b'<mergeCells><mergeCell ref="A1:SF1000"/></mergeCells>', True),
        (b"", b'<mergeCells><mergeCell ref="A1:SF1000"/><mergeCell ref="A1001"/></mergeCells>', False),
        (b"", b"<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>", False),
        (b'<row r="1000"><c r="SF1000" s="1"/></row>', b"", True),
        (b'<row r="1048576"><c r="XFD1048576" s="1"/></row>', b"", False),
    ],
)
def test_a_copy_is_refused_where_all_cells_of_merged_ranges_and_formats_could_not_be_held(cells: bytes, after: bytes, passes: bool) -> None:
    data = _book(cells, after)
    inspect_book(data)
    if passes:
        refuse_unfolding(open_package(data, WORKBOOK))
    else:
        with pytest.raises(XltoolsError, match="合并的范围太大"):
            write_annotated(data, [], {})


@pytest.mark.parametrize("inside", [b"<headerFooter>", b"<si>"], ids=["of a page", "of a text"])
def test_a_copy_is_refused_in_one_line_where_parts_are_nested_without_end(inside: bytes) -> None:
    nested = inside + b"<a>" * 3_000 + b"</a>" * 3_000
    with pytest.raises(XltoolsError, match="工作簿打不开。请"):
        write_annotated(zipped({name: xml.replace(inside, nested, 1) for name, xml in parts_of(BOOK).items()}), [], {})


def test_a_copy_is_made_of_the_workbook_that_was_checked() -> None:
    types = parts_of(BOOK)["[Content_Types].xml"].replace(b"/xl/workbook.xml", b"/yl/workbook.xml")
    with pytest.raises(XltoolsError, match="已损坏"):
        write_annotated(zipped({**parts_of(BOOK), "[Content_Types].xml": types}), [], {})
