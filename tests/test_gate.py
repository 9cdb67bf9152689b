"""What is read passes the gate first: each limit is held from both sides, and what is refused is said in one line."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import Run
from tests.fuzz.originals import originals
from tests.fuzz.packages import parts_of, zipped
from tests.reports import report
from xltools.county import roster as roster_reading
from xltools.county.roster import read_roster
from xltools.documents.docx import write_docx
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.files import gate
from xltools.files.gate import DOCUMENT, WORKBOOK, GateError, Limits, kind_of, read_file
from xltools.files.outputs import is_edited, write_whole
from xltools.files.packages import open_package
from xltools.form.loader import find_form
from xltools.readers import dispatch as reading
from xltools.readers.published import assembly as published
from xltools.readers.published import plain_text as text
from xltools.readers.published import text_lines as files
from xltools.readers.published import word as docx
from xltools.readers.published.plain_text import read_text
from xltools.readers.published.source import Row
from xltools.readers.published.web import read_html
from xltools.readers.published.word import read_docx
from xltools.readers.published.word_package import w
from xltools.readers.workbook import ods
from xltools.readers.workbook.sheets import inspect_book
from xltools.readers.workbook.xlsx import refuse_unfolding
from xltools.report import report_json
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook

BOOK = write_workbook(report())
SMALL = Limits("样品", "Excel", file=1000, entries=3, unpacked=300)
DTD = b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">'


def _xml(size: int) -> bytes:
    return b"<x>%s</x>" % (b"a" * (size - 7))


def _refusal(call: Callable[[], object]) -> str:
    with pytest.raises(GateError) as fault:
        call()
    said = str(fault.value)
    assert "请" in said
    assert "\n" not in said
    return said


# ------------------------------------------------------------------------------------------------------ files and kinds


@pytest.mark.parametrize(
    ("data", "kind"), [(BOOK, "zip"), (b"%PDF-1.7", "pdf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"PK", "other"), (b"", "other")]
)
def test_a_kind_is_told_by_content(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


def test_a_file_as_large_as_the_limit_is_read_and_no_larger(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a" * 100)
    assert read_file(path, 100, "样品") == b"a" * 100
    with pytest.raises(UnreadableFileError, match="文件过大，不像样品。请"):
        read_file(path, 99, "样品")


def test_a_text_may_be_as_large_as_the_limit_beside_its_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.html"
    path.write_text('<img src="data:image/png;base64,' + "A" * 2000 + '">年报', encoding="utf-8")
    rest = path.stat().st_size - len("data:image/png;base64,") - 2000
    monkeypatch.setattr(files, "TEXT_LIMIT", rest)
    assert "年报" in files.read_characters(path)
    monkeypatch.setattr(files, "TEXT_LIMIT", rest - 1)
    with pytest.raises(UnreadableFileError, match="文件过大"):
        files.read_characters(path)


def test_json_and_roster_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roster, data = tmp_path / "x.csv", tmp_path / "x.json"
    roster.write_text("单位名称\n甲局\n", encoding="utf-8")
    data.write_text("{}", encoding="utf-8")
    size = roster.stat().st_size
    monkeypatch.setattr(roster_reading, "TEXT_LIMIT", size)
    assert read_roster(roster)
    monkeypatch.setattr(roster_reading, "TEXT_LIMIT", size - 1)
    with pytest.raises(UnreadableFileError, match="文件过大，不像名册"):
        read_roster(roster)
    for limit, said in ((2, "不是报告的 JSON"), (1, "文件过大，不像报告的 JSON")):
        monkeypatch.setattr(report_json, "TEXT_LIMIT", limit)
        with pytest.raises(UnreadableFileError, match=said):
            report_json.read_json(data, find_form(None))


@pytest.mark.parametrize("kind", ["txt", "html", "docx"])
def test_lines_and_cells_of_a_published_file_have_a_limit(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = originals(kind)[0]
    path = tmp_path / f"x{original.suffix}"
    path.write_bytes(original.data)
    items = {"txt": read_text, "html": read_html, "docx": read_docx}[kind](path).items
    counts = {"LINE_LIMIT": len(items), "CELL_LIMIT": sum(len(item.cells) for item in items if isinstance(item, Row))}
    for limit, count in counts.items():
        with monkeypatch.context() as patch:
            patch.setattr(published, limit, count)
            assert reading.read_report(path, find_form(None))
            patch.setattr(published, limit, count - 1)
            _is_refused(path, "文件过长（超过 50,000 行或 300,000 格）")


@pytest.mark.parametrize(
    ("module", "limit", "count", "content"),
    [
        pytest.param(text, "LINE_LIMIT", 5, b"1\n2\r\n \n3\n\n4\n5", id="lines"),
        pytest.param(text, "CELL_LIMIT", 6, b"1\t2\t3\n4\t5\t6\t7\t8", id="tabs"),
        pytest.param(text, "CELL_LIMIT", 4, b"|1|2|3|", id="pipes"),
        pytest.param(docx, "CELL_LIMIT", 7, b"", id="paragraphs"),
    ],
)
def test_a_file_is_not_looked_at_line_by_line_beyond_the_limit(
    module: ModuleType, limit: str, count: int, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ("x.txt" if content else "x.docx")
    body = b"<w:document xmlns:w='%s'><w:body>%s</w:body></w:document>" % (w("")[1:-1].encode(), b"<w:p/>" * (0 if content else count))
    path.write_bytes(content or zipped({**parts_of(originals("docx")[0].data), "word/document.xml": body}))
    monkeypatch.setattr(module, limit, count)
    _is_refused(path, "没有(找到|文字)|文档中没有文字")
    monkeypatch.setattr(module, limit, count - 1)
    _is_refused(path, "文件过长")


@pytest.mark.parametrize("kind", ["json", "xlsx", "docx"])
def test_prose_has_a_limit_however_it_is_read(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = report(texts={"overview": "主动公开信息。"})
    path = tmp_path / f"x.{kind}"
    path.write_bytes(
        {"json": report_json.dump_report(made).encode(), "xlsx": write_workbook(made), "docx": write_docx(made, draft=True)}[kind]
    )
    length = sum(map(len, reading.read_report(path, find_form(None)).texts.values()))
    assert length
    monkeypatch.setattr(reading, "PROSE_LIMIT", length)
    assert reading.read_report(path, find_form(None))
    monkeypatch.setattr(reading, "PROSE_LIMIT", length - 1)
    _is_refused(path, "正文过长（超过 300,000 字）")


def _is_refused(path: Path, why: str) -> None:
    """Asserts that a file is refused in one line that says why and what to do."""
    with pytest.raises(UnreadableFileError, match=why) as fault:
        reading.read_report(path, find_form(None))
    assert "请" in fault.value.reason
    assert "\n" not in fault.value.reason


def test_a_workbook_named_csv_is_told_from_text(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(BOOK)
    with pytest.raises(UnreadableFileError, match=r"文件名以 \.csv 结尾，内容却是"):
        read_roster(path)


# ------------------------------------------------------------------------------------------------------------ directory


@pytest.mark.parametrize("count", [3, 4])
def test_entries_have_a_limit(count: int) -> None:
    data = zipped({f"{number}.xml": b"<x/>" for number in range(count)})
    if count == SMALL.entries:
        assert "0.xml" in open_package(data, SMALL)
    else:
        assert _refusal(lambda: open_package(data, SMALL)).startswith("文件过大，不像样品")


def test_what_the_xml_unpacks_to_has_a_limit() -> None:
    assert open_package(zipped({"a.xml": _xml(150), "b.rels": _xml(150)}), SMALL).read("b.rels") == _xml(150)
    assert "文件过大" in _refusal(lambda: open_package(zipped({"a.xml": _xml(150), "b.rels": _xml(151)}), SMALL))


def test_so_has_a_part_that_does_not_say_that_it_is_xml() -> None:
    package = open_package(zipped({"a.xml": b"<x/>", "b": _xml(300), "c": _xml(301)}), SMALL)
    assert package.read("b") == _xml(300)
    assert "文件过大" in _refusal(lambda: package.read("c"))


def test_pictures_may_unpack_to_more_where_nobody_unpacks_them() -> None:
    package = open_package(zipped({"a.xml": b"<x/>", "word/media/image1.bmp": bytes(8 * 2**20)}), DOCUMENT)
    package.check_all()
    small = open_package(zipped({"a.xml": b"<x/>", "word/media/image1.bmp": bytes(297)}), SMALL)
    assert small.read("a.xml") == b"<x/>"
    assert "文件过大" in _refusal(small.check_all)


@pytest.mark.parametrize(
    "name", ["/a.xml", "../a.xml", "xl/../../a.xml", "xl/..", "C:/a.xml", "c:a.xml", "xl\\a.xml", "a\0.xml", "a\n.xml"]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    stand_in = name.replace("\0", "~")
    data = zipped({stand_in: b"<x/>"}).replace(stand_in.encode(), name.encode())
    assert "内部文件名不合规范" in _refusal(lambda: open_package(data, SMALL))


@pytest.mark.parametrize("name", ["a..b.xml", "...xml", "xl/", "汇总 表.xml", "[Content_Types].xml"])
def test_an_unusual_name_is_not(name: str) -> None:
    assert name in open_package(zipped({name: b"<x/>"}), SMALL)


def test_a_name_may_stand_there_once_in_any_case() -> None:
    assert open_package(zipped({"a.xml": b"<x/>", "b.xml": b"<x/>"}), SMALL)
    assert "内部文件重名" in _refusal(lambda: open_package(zipped({"a.xml": b"<x/>", "A.xml": b"<y/>"}), SMALL))
    twice = zipped({"a.xml": b"<x/>", "b.xml": b"<y/>"}).replace(b"b.xml", b"a.xml")
    assert "内部文件重名" in _refusal(lambda: open_package(twice, SMALL))


def _directory(data: bytes, name: bytes, at: int, form: str, value: int) -> bytes:
    """The file with a field of an entry's line in the directory set."""
    changed = bytearray(data)
    line = next(at for at in range(len(data)) if data[at : at + 4] == b"PK\x01\x02" and data[at + 46 :].startswith(name))
    struct.pack_into(form, changed, line + at, value)
    return bytes(changed)


def test_entries_that_overlap_are_refused() -> None:
    data = zipped({"a.xml": b"<x/>", "b.xml": b"<y/>"}, zipfile.ZIP_STORED)
    assert open_package(data, SMALL).read("b.xml") == b"<y/>"
    assert "互相重叠" in _refusal(lambda: open_package(_directory(data, b"b.xml", 42, "<I", 0), SMALL))
    assert "互相重叠" in _refusal(lambda: open_package(_directory(data, b"a.xml", 20, "<I", 5), SMALL))
    assert "互相重叠" in _refusal(lambda: open_package(_directory(data, b"b.xml", 20, "<I", 5), SMALL))  # into the directory


@pytest.mark.parametrize("flag", [0x01, 0x40])
def test_an_encrypted_entry_is_refused(flag: int) -> None:
    data = _directory(zipped({"a.xml": b"<x/>"}), b"a.xml", 8, "<H", flag)
    assert "文件有打开密码" in _refusal(lambda: open_package(data, SMALL))


def test_another_compression_is_refused() -> None:
    assert "文件已损坏" in _refusal(lambda: open_package(zipped({"a.xml": b"<x/>"}, zipfile.ZIP_LZMA), SMALL))


@pytest.mark.parametrize("said", [0, 99, 101])
def test_a_directory_that_lies_about_a_size_is_refused(said: int) -> None:
    data = _directory(zipped({"a.xml": _xml(100)}), b"a.xml", 24, "<I", said)
    assert "文件已损坏" in _refusal(lambda: open_package(data, SMALL).read("a.xml"))


def test_a_directory_that_lies_about_size_and_checksum_is_refused() -> None:
    data = _directory(zipped({"a.xml": _xml(100)}), b"a.xml", 24, "<I", 50)
    data = _directory(data, b"a.xml", 16, "<I", zlib.crc32(_xml(100)[:50]))
    assert "文件已损坏" in _refusal(lambda: open_package(data, SMALL).read("a.xml"))


# ------------------------------------------------------------------------------------------------------------------ XML


@pytest.mark.parametrize(
    "xml",
    [
        DTD + b"<x/>",
        b"<?xml version='1.0'?>\n<!-- > -->" + DTD + b"<x/>",
        b"\xef\xbb\xbf <?xml version='1.0' encoding='UTF-8'?><?pi ?>" + DTD + b"<x/>",
        b'<!doctype x [<!ENTITY e "e">]><x>&e;</x>',
        (DTD + b"<x/>").decode().encode("utf-16"),
    ],
)
def test_xml_with_a_document_type_is_refused(xml: bytes) -> None:
    assert "DTD" in _refusal(lambda: open_package(zipped({"a.xml": xml}), SMALL).read("a.xml"))


@pytest.mark.parametrize(
    "xml", [b"+ADw-x/+AD4-", b"<?xml version='1.0' encoding='UTF-7'?><x/>", "<x/>".encode("utf-16-le"), "<x/>".encode("utf-32"), b""]
)
def test_xml_in_an_encoding_that_hides_it_is_refused(xml: bytes) -> None:
    assert "文件已损坏" in _refusal(lambda: open_package(zipped({"a.xml": xml}), SMALL).read("a.xml"))


@pytest.mark.parametrize(
    "xml",
    [
        b"<x/>",
        b"\xef\xbb\xbf\n<x/>",
        "<?xml version='1.0' encoding='UTF-16'?><x>年报</x>".encode("utf-16"),
        "<?xml version='1.0' encoding='GB2312'?><x>年报</x>".encode("gbk"),
        b"<!-- <!DOCTYPE x> --><x><![CDATA[<!DOCTYPE html><!ENTITY>]]></x>",
        b"<x>&lt;!DOCTYPE html&gt;</x>",
    ],
)
def test_xml_that_declares_nothing_is_read(xml: bytes) -> None:
    assert open_package(zipped({"a.xml": xml}), SMALL).read("A.XML") == xml


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet2.xml"])
def test_a_workbook_with_a_document_type_is_refused(part: str) -> None:
    parts = parts_of(BOOK)
    head, rest = parts[part].split(b"?>", 1)
    assert "DTD" in _refusal(lambda: inspect_book(zipped({**parts, part: head + b"?>" + DTD + rest})))


def test_parts_that_only_the_annotator_reads_are_looked_at_before_it() -> None:
    data = zipped({**parts_of(BOOK), "xl/comments1.xml": DTD + b"<comments/>"})
    assert inspect_book(data)
    with pytest.raises(XltoolsError, match="DTD"):
        write_annotated(data, [], {})


# ---------------------------------------------------------------------------------------------------------- spreadsheets


def _with(part: str, old: bytes, new: bytes) -> bytes:
    parts = parts_of(BOOK)
    assert old in parts[part]
    return zipped({**parts, part: parts[part].replace(old, new, 1)})


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = b'<worksheet xmlns="' + MAIN + b'"><sheetData>%s</sheetData>%s</worksheet>'


def _book(cells: bytes = b"", after: bytes = b"", **parts: bytes) -> bytes:
    return zipped(
        {**parts_of(BOOK), "xl/worksheets/sheet2.xml": SHEET % (cells, after), **{f"xl/{name}.xml": xml for name, xml in parts.items()}}
    )


def _held(monkeypatch: pytest.MonkeyPatch, limit: str, data: bytes, count: int, said: str) -> None:
    """Asserts that a workbook passes a limit of `count`, and none of one less."""
    monkeypatch.setattr(gate, limit, count)
    inspect_book(data)
    monkeypatch.setattr(gate, limit, count - 1)
    assert said in _refusal(lambda: inspect_book(data))


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
    assert "文件过大" in _refusal(lambda: inspect_book(shared))


def test_the_farthest_value_has_a_limit() -> None:
    assert gate.AREA_LIMIT == 1000 * 500
    inspect_book(_book(b'<row r="1000"><c r="SF1000"><v>1</v></c></row>'))  # column 500
    assert "（第 1001 行第 500 列 附近）" in _refusal(lambda: inspect_book(_book(b'<row r="1001"><c r="SF1001"><v>1</v></c></row>')))


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
    assert "文件过大" in _refusal(lambda: inspect_book(data))


# ------------------------------------------------------------------------------------------------------------- commands


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


def test_a_copy_is_made_of_the_workbook_that_was_checked() -> None:
    types = parts_of(BOOK)["[Content_Types].xml"].replace(b"/xl/workbook.xml", b"/yl/workbook.xml")
    with pytest.raises(XltoolsError, match="已损坏"):
        write_annotated(zipped({**parts_of(BOOK), "[Content_Types].xml": types}), [], {})


def test_in_a_batch_such_a_file_costs_its_own_line_only(tmp_path: Path, run: Run) -> None:
    (tmp_path / "1.xlsx").write_bytes(zipped({**parts_of(BOOK), "../evil.xml": b"<x/>"}))
    (tmp_path / "2.docx").write_bytes(zipped({"word/document.xml": DTD + b"<w:document/>"}))
    (tmp_path / "3.xlsx").write_bytes(BOOK)
    ended = run("check", tmp_path)
    assert ended.code == 2
    assert sum("无法读取：文件已损坏或不完整（" in line for line in ended.out.splitlines()) == 2
    assert "没有发现问题" in ended.out
    assert ended.err == ""


def test_a_target_that_is_no_sound_package_counts_as_edited(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_whole(path, BOOK)
    assert not is_edited(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    path.write_bytes(zipped({**parts, "docProps/core.xml": DTD + parts["docProps/core.xml"]}))
    assert is_edited(path)


def test_the_document_states_the_limits_that_hold() -> None:
    page = (Path(__file__).parent.parent / "docs" / "security.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(\w+(?:\.\w+)?)` \| ([\d,]+(?: MB)?) \|", page, re.MULTILINE))
    limits = {name: getattr(gate, name) for name in dir(gate) if name.endswith("_LIMIT")}
    for name, package in (("WORKBOOK", WORKBOOK), ("DOCUMENT", DOCUMENT)):
        limits |= {f"{name}.{field}": getattr(package, field) for field in ("file", "entries", "unpacked")}
    megabytes = {name: value % gate.MEGABYTE == 0 for name, value in limits.items()}
    assert stated == {name: f"{value // gate.MEGABYTE} MB" if megabytes[name] else f"{value:,}" for name, value in limits.items()}
