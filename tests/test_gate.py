"""What is read passes the gate first: each limit is held from both sides, and what is refused is said in one line."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import Run
from tests.fuzz.originals import originals
from tests.fuzz.packages import parts_of, zipped
from tests.refused import DTD
from tests.reports import report
from xltools.county import roster as roster_reading
from xltools.county.roster import read_roster
from xltools.documents.docx import write_docx
from xltools.errors import UnreadableFileError
from xltools.files import gate
from xltools.files.gate import DOCUMENT, WORKBOOK, kind_of, read_file
from xltools.files.outputs import is_edited, write_whole
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
from xltools.report import report_json
from xltools.workbook.locked_workbook import write_workbook

BOOK = write_workbook(report())


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
