"""Macros, links and embedded objects are noted, whatever the file, and nothing else is made of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.engines import convert
from tests.fuzz.packages import pack, unpack
from tests.reports import balanced_figures, report
from xltools.documents.docx import write_docx
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.readers.workbook.sheets import inspect_book
from xltools.report.filled import Report
from xltools.report.origin import Active, active_parts
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

FILLED = report(balanced_figures(1))
WORKBOOK, DOCUMENT = write_workbook(FILLED), write_docx(FILLED, draft=False)
RELATIONS = "word/_rels/document.xml.rels"


def _read(path: Path, data: bytes) -> Report:
    path.write_bytes(data)
    return read_report(path, find_form(None))


def _noted(read: Report) -> list[str]:
    return [finding.message for finding in review(read).findings if finding.rule.name == "active-content"]


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", WORKBOOK), ("a.docx", DOCUMENT)])
def test_nothing_is_said_of_a_file_without(name: str, data: bytes, tmp_path: Path) -> None:
    assert _noted(_read(tmp_path / name, data)) == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("xl/vbaProject.bin", "宏（程序）"),
        ("xl/macrosheets/sheet1.xml", "宏（程序）"),
        ("xl/activeX/activeX1.xml", "宏（程序）"),
        ("xl/externalLinks/externalLink1.xml", "对其他文件或数据的链接"),
        ("xl/connections.xml", "对其他文件或数据的链接"),
        ("xl/embeddings/oleObject1.bin", "嵌入的其他文件"),
    ],
)
def test_it_is_noted_in_a_workbook_whose_figures_are_read_as_they_are(part: str, said: str, tmp_path: Path) -> None:
    read = _read(tmp_path / "a.xlsm", pack([*unpack(WORKBOOK), (part, b"<a/>")]))
    assert _noted(read) == [f"文件含有{said}，本程序未运行、未打开。请核实文件来源。"]
    assert dict(read.figures) == dict(FILLED.figures)


def _linked(kind: str) -> bytes:
    """The document with a link of a kind to somewhere else."""
    link = f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="http://192.0.2.1/x" TargetMode="External"/>'
    return pack(
        [
            (name, xml.replace(b"</Relationships>", f"{link}</Relationships>".encode()) if name == RELATIONS else xml)
            for name, xml in unpack(DOCUMENT)
        ]
    )


def test_a_link_that_a_reader_clicks_is_none(tmp_path: Path) -> None:
    assert _noted(_read(tmp_path / "a.docx", _linked("hyperlink"))) == []


@pytest.mark.parametrize("kind", ["image", "oleObject"])
def test_what_a_document_would_fetch_is_noted(kind: str, tmp_path: Path) -> None:
    assert "对其他文件或数据的链接" in _noted(_read(tmp_path / "a.docx", _linked(kind)))[0]


def test_macros_of_a_document_are_noted(tmp_path: Path) -> None:
    assert "宏（程序）" in _noted(_read(tmp_path / "a.docx", pack([*unpack(DOCUMENT), ("word/vbaProject.bin", b"")])))[0]


@pytest.mark.parametrize(("name", "kind"), [("basic/standard/module1.xml", "macros"), ("object 1/content.xml", "objects")])
def test_an_open_document_has_other_names_for_them(name: str, kind: Active) -> None:
    assert active_parts(["content.xml", "configurations2/x"]) == ()
    assert active_parts(["content.xml", name]) == (kind,)


@pytest.mark.parametrize("formula", ["of:=[.A1]", "of:=['file:///other.ods'#$Sheet1.A1]"])
def test_a_formula_of_an_open_document_may_lead_to_another_file(formula: str) -> None:
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table"))
    cell = f'<table:table-row><table:table-cell table:formula="{formula}"/></table:table-row>'
    content = f'<office:document-content {names}><table:table table:name="a">{cell}</table:table></office:document-content>'
    assert inspect_book(pack([("content.xml", content.encode())])).active == (("links",) if "other" in formula else ())


@pytest.mark.trial
def test_an_xls_tells_other_files_from_itself(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(WORKBOOK))
    workbook.save(tmp_path / "own.xlsx")
    workbook["基本信息"]["H30"] = "='[other.xlsx]Sheet1'!A1"
    workbook.save(tmp_path / "linked.xlsx")
    own, linked = convert([tmp_path / "own.xlsx", tmp_path / "linked.xlsx"], "xls", tmp_path / "old")
    assert inspect_book(own.read_bytes()).active == ()
    assert inspect_book(linked.read_bytes()).active == ("links",)


def test_a_copy_with_notes_has_no_macros(tmp_path: Path) -> None:
    from xltools.workbook.annotated_copy import write_annotated

    data = pack([*unpack(WORKBOOK), ("xl/vbaProject.bin", b"")])
    with zipfile.ZipFile(io.BytesIO(write_annotated(data, [], {}))) as copy:
        assert not [name for name in copy.namelist() if "vba" in name]
