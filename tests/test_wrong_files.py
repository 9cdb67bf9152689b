"""A file that cannot be read gets one line that names it and says what to do, in little memory; never a traceback."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.checked_apart import MEGABYTES, WORKBOOK, assert_refused, check_apart, replaced
from tests.fuzz.packages import parts_of, zipped
from tests.needed import system
from xltools.errors import UnreadableFileError
from xltools.form.book import column_name
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report

ENCRYPTED = Path(__file__).parent / "wrong_files"
"""An empty workbook with the password “secret”, saved by an office program in each format."""

REQUESTS = "xl/worksheets/sheet5.xml"
"""The part that holds 三、依申请公开."""


def _saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _document() -> bytes:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    return buffer.getvalue()


def _with_bomb(name: str) -> bytes:
    """A workbook of some 300 KB with a part that unpacks to 300 MB."""
    buffer = io.BytesIO(zipped({part: data for part, data in parts_of(WORKBOOK).items() if part != name}))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package, package.open(name, "w") as sheet:
        for _ in range(300):
            sheet.write(bytes(2**20))
    return buffer.getvalue()


def _lying_bomb(name: str) -> bytes:
    """The same, with a directory that says that the part is small."""
    data = bytearray(_with_bomb(name))
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode())) + 24, 1000)
    return bytes(data)


def _large() -> bytes:
    """Somebody's data: a million numbers in one sheet."""
    row = b"".join(b'<c r="%s#"><v>12345</v></c>' % column_name(column).encode() for column in range(100))
    rows = b"".join(b'<row r="%d">%s</row>' % (n, row.replace(b"#", b"%d" % n)) for n in range(1, 10_001))
    return replaced(REQUESTS, b"</sheetData>", rows + b"</sheetData>")


def _cut_sheet() -> bytes:
    parts = parts_of(WORKBOOK)
    return zipped({**parts, REQUESTS: parts[REQUESTS][: parts[REQUESTS].index(b'<row r="20"')]})


def _many_entries() -> bytes:
    return zipped({**parts_of(WORKBOOK), **{f"xl/media/{number}": b"" for number in range(3000)}})


def _other_form() -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(WORKBOOK))
    sheet = workbook["填报说明"]
    sheet["A2"] = str(sheet["A2"].value).replace("govinfo-2021", "govinfo-1999")
    return _saved(workbook)


def _plain(value: object = "报告") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = value  # type: ignore[index]
    return _saved(workbook)


def _far_cell(cell: str) -> bytes:
    tag = f'<row r="{cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{cell}"><v>1</v></c></row></sheetData>'
    return replaced(REQUESTS, b"</sheetData>", tag.encode())


def _cells_without_reference() -> bytes:
    return replaced(REQUESTS, b"</sheetData>", b'<row r="1048576">' + b"<c><v>1</v></c>" * 100 + b"</row></sheetData>")


FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an empty file": ("empty.xlsx", lambda: b"", "文件是空的"),
    "a text renamed": ("text.xlsx", lambda: "年度报告\n".encode() * 100, "不是电子表格文件"),
    "random bytes": ("random.xls", lambda: random.Random(1).randbytes(20_000), "不是电子表格文件"),
    "a web page renamed": ("page.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "不是电子表格文件"),
    "a document renamed": ("document.xlsx", _document, "不是电子表格文件"),
    "a zip of something else": ("archive.xlsx", lambda: zipped({"a.txt": b"a"}), "不是电子表格文件"),
    "a zip magic and nothing more": ("stub.xlsx", lambda: b"PK\x03\x04", "文件已损坏或不完整"),
    "an OLE magic and nothing more": ("stub.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "文件已损坏或不完整"),
    "a workbook that is not ours": ("plain.xlsx", _plain, "不是 xltools 生成的填报工作簿"),
    "a workbook of an unknown form": ("other.xlsx", _other_form, "没有名为“govinfo-1999”的表式"),
    "a workbook in parts": ("parts.xlsx", lambda: zipped({"xl/workbook.xml": b"<workbook/>"}), "文件已损坏或不完整"),
    "a sheet that ends in its middle": ("sheet.xlsx", _cut_sheet, "文件已损坏或不完整"),
    "an encrypted .xlsx": ("encrypted.xlsx", (ENCRYPTED / "encrypted.xlsx").read_bytes, "文件有打开密码"),
    "an encrypted .xls": ("encrypted.xls", (ENCRYPTED / "encrypted.xls").read_bytes, "文件有打开密码"),
    "an encrypted .ods": ("encrypted.ods", (ENCRYPTED / "encrypted.ods").read_bytes, "文件有打开密码"),
    "a zip bomb": ("bomb.xlsx", lambda: _with_bomb(REQUESTS), "文件过大"),
    "a zip bomb that lies about its size": ("lying.xlsx", lambda: _lying_bomb(REQUESTS), "文件已损坏或不完整"),
    "a zip bomb of strings that lies": ("strings.xlsx", lambda: _lying_bomb("xl/sharedStrings.xml"), "文件已损坏或不完整"),
    "a sheet of a million numbers": ("large.xlsx", _large, "文件过大"),
    "a zip of thousands of entries": ("entries.xlsx", _many_entries, "文件过大"),
    "a stray value in the last cell": ("stray.xlsx", lambda: _far_cell("XFD1048576"), "工作表“三、依申请公开”中离表格很远的地方有内容"),
    "a stray value in a cell that cannot be": ("beyond.xlsx", lambda: _far_cell("ZZZZ99999999"), "工作表“三、依申请公开”内部有一格"),
    "far cells without a reference": ("unplaced.xlsx", _cells_without_reference, "工作表“三、依申请公开”中离表格很远"),
}


@pytest.mark.trial
@pytest.mark.parametrize("case", FILES)
def test_it_is_refused_with_one_line(case: str, tmp_path: Path) -> None:
    name, content, reason = FILES[case]
    path = tmp_path / name
    path.write_bytes(content())
    assert_refused(path, reason)


def test_a_sound_workbook_is_not_refused_and_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "sound.xlsx"
    path.write_bytes(WORKBOOK)
    ended = check_apart(path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.megabytes < MEGABYTES


def test_an_enormous_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "enormous.xlsx"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)
    assert_refused(path, "文件过大")


def test_a_file_that_is_not_there_a_folder_and_an_unknown_kind_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "report.rar").write_bytes(b"Rar!")
    assert_refused(tmp_path / "nothing.xlsx", "文件不存在")
    assert_refused(tmp_path / "report.rar", "不能读取压缩包。请解压")
    (tmp_path / "report.xyz").write_bytes(b"?")
    assert_refused(tmp_path / "report.xyz", "不能读取这种文件")


@pytest.mark.parametrize("head", [b"b\x14#eE-SafeNet   LOCK", b"%TSD-Header-###%"])
@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "a.pdf", "a.txt"])
def test_what_an_office_s_software_encrypted_is_told_as_that(tmp_path: Path, name: str, head: bytes) -> None:
    (tmp_path / name).write_bytes(head + bytes(4096))
    assert_refused(tmp_path / name, "文件已被单位的加密软件加密，在别处打不开。请报送单位用加密软件解密")


@pytest.mark.parametrize("ending", [".doc", ".wps", ".rtf", ".odt", ".ofd", ".DOC"])
def test_a_document_of_another_kind_is_told_the_way_out(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"report{ending}"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(UnreadableFileError, match=r"请在 WPS 或 Word 中另存为 \.docx"):
        read_report(path, find_form(None))


@system(hasattr(os, "mkfifo"), "named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert_refused(tmp_path / "pipe.xlsx", "不是普通的文件")


def test_a_file_name_of_two_lines_still_makes_one_line(tmp_path: Path) -> None:
    path = tmp_path / "年度\n报告.xlsx"
    path.write_bytes(b"")
    ended = check_apart(path)
    assert (ended.code, ended.err.count("\n")) == (2, 1)


def test_json_in_another_encoding_is_refused_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(json.dumps({"form": "govinfo-2021", "unit": {"name": "示例县"}}, ensure_ascii=False).encode("gbk"))
    assert_refused(path, "不是有效的 JSON（须为 UTF-8 编码）")
