"""A file that cannot be read gets one line that names it and says what to do, in little memory; never a traceback."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import docx
import olefile
import openpyxl
import pytest

from tests.engines import convert
from tests.fuzz.packages import parts_of, zipped
from tests.needed import system
from tests.reports import report
from xltools.errors import UnreadableFileError
from xltools.form.book import column_name
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.readers.workbook import sheets
from xltools.workbook.locked_workbook import write_workbook

ENCRYPTED = Path(__file__).parent / "wrong_files"
"""An empty workbook with the password “secret”, saved by an office program in each format."""

SECONDS, MEGABYTES = 10, 300
"""Of processor, beyond which the system ends the process, and of memory. The slowest case takes a fifth of the time."""
ADDRESS_SPACE = 3 * 2**30
REQUESTS = "xl/worksheets/sheet5.xml"
"""The part that holds 三、依申请公开."""

WORKBOOK = write_workbook(report())


class Ended(NamedTuple):
    """How the command line ended in a process of its own."""

    code: int
    out: str
    err: str
    megabytes: float


# the child tells its own peak; what getrusage says of it counts in what this process had before the child began
PROBE = """
import re, resource
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
from xltools.cli import main
try:
    main()
finally:
    with open("/proc/self/status") as status, open({peak!r}, "w") as file:
        file.write(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1])
"""


def _check(path: Path) -> Ended:
    peak = path.with_name("peak")
    probe = PROBE.format(limit=ADDRESS_SPACE, seconds=SECONDS, peak=str(peak))
    done = subprocess.run([sys.executable, "-c", probe, "check", str(path)], capture_output=True, encoding="utf-8", check=False)
    return Ended(done.returncode, done.stdout, done.stderr, int(peak.read_text()) / 1024 if peak.exists() else float("inf"))


def _assert_refused(path: Path, reason: str) -> None:
    ended = _check(path)
    assert ended.err.startswith(f"无法读取 {path}：{reason}"), ended.err
    assert ended.err.count("\n") == 1
    assert ended.err.endswith("。\n")
    assert (ended.code, ended.out) == (2, "")
    assert ended.megabytes < MEGABYTES


def _replaced(name: str, old: bytes, new: bytes, data: bytes = WORKBOOK) -> bytes:
    """The workbook with some text of one of its parts replaced."""
    parts = parts_of(data)
    assert old in parts[name]
    return zipped({**parts, name: parts[name].replace(old, new, 1)})


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
    return _replaced(REQUESTS, b"</sheetData>", rows + b"</sheetData>")


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
    return _replaced(REQUESTS, b"</sheetData>", tag.encode())


def _cells_without_reference() -> bytes:
    return _replaced(REQUESTS, b"</sheetData>", b'<row r="1048576">' + b"<c><v>1</v></c>" * 100 + b"</row></sheetData>")


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
    _assert_refused(path, reason)


def test_a_sound_workbook_is_not_refused_and_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "sound.xlsx"
    path.write_bytes(WORKBOOK)
    ended = _check(path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.megabytes < MEGABYTES


def test_an_enormous_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "enormous.xlsx"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)
    _assert_refused(path, "文件过大")


def test_a_file_that_is_not_there_a_folder_and_an_unknown_kind_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "report.rar").write_bytes(b"Rar!")
    _assert_refused(tmp_path / "nothing.xlsx", "文件不存在")
    _assert_refused(tmp_path / "report.rar", "不能读取压缩包。请解压")
    (tmp_path / "report.xyz").write_bytes(b"?")
    _assert_refused(tmp_path / "report.xyz", "不能读取这种文件")


@pytest.mark.parametrize("head", [b"b\x14#eE-SafeNet   LOCK", b"%TSD-Header-###%"])
@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "a.pdf", "a.txt"])
def test_what_an_office_s_software_encrypted_is_told_as_that(tmp_path: Path, name: str, head: bytes) -> None:
    (tmp_path / name).write_bytes(head + bytes(4096))
    _assert_refused(tmp_path / name, "文件已被单位的加密软件加密，在别处打不开。请报送单位用加密软件解密")


@pytest.mark.parametrize("ending", [".doc", ".wps", ".rtf", ".odt", ".ofd", ".DOC"])
def test_a_document_of_another_kind_is_told_the_way_out(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"report{ending}"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(UnreadableFileError, match=r"请在 WPS 或 Word 中另存为 \.docx"):
        read_report(path, find_form(None))


@system(hasattr(os, "mkfifo"), "named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    _assert_refused(tmp_path / "pipe.xlsx", "不是普通的文件")


def test_a_file_name_of_two_lines_still_makes_one_line(tmp_path: Path) -> None:
    path = tmp_path / "年度\n报告.xlsx"
    path.write_bytes(b"")
    ended = _check(path)
    assert (ended.code, ended.err.count("\n")) == (2, 1)


@pytest.fixture(scope="module")
def old_formats(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbook with a value in the last cell of a .xls sheet, IV65536, and one that is sound, in both formats."""
    folder = tmp_path_factory.mktemp("old")
    workbook = openpyxl.load_workbook(io.BytesIO(WORKBOOK))
    workbook["三、依申请公开"]["IV65536"] = 1
    (folder / "stray.xlsx").write_bytes(_saved(workbook))
    (folder / "sound.xlsx").write_bytes(WORKBOOK)
    files = {}
    for suffix in ("xls", "ods"):
        stray, sound = convert([folder / "stray.xlsx", folder / "sound.xlsx"], suffix, folder / suffix)
        files |= {f"stray.{suffix}": stray, f"sound.{suffix}": sound}
    return files


@pytest.mark.trial
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_a_stray_value_far_away_is_refused_in_every_format(old_formats: dict[str, Path], suffix: str) -> None:
    _assert_refused(old_formats[f"stray.{suffix}"], "工作表“三、依申请公开”中离表格很远的地方有内容")


def _with_ods_row(row: str, old_formats: dict[str, Path], tmp_path: Path) -> Path:
    path = tmp_path / "far.ods"
    path.write_bytes(_replaced("content.xml", b"</table:table>", f"{row}</table:table>".encode(), old_formats["sound.ods"].read_bytes()))
    return path


@pytest.mark.trial
def test_a_value_repeated_over_a_million_rows_is_refused(old_formats: dict[str, Path], tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="1000" office:value-type="float" office:value="1"/>'
    path = _with_ods_row(f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>', old_formats, tmp_path)
    _assert_refused(path, "工作表“填报说明”中离表格很远的地方有内容")


@pytest.mark.trial
def test_blanks_repeated_without_end_do_no_harm(old_formats: dict[str, Path], tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="2000000000"/>'
    path = _with_ods_row(f'<table:table-row table:number-rows-repeated="2000000000">{cell}</table:table-row>', old_formats, tmp_path)
    ended = _check(path)
    assert ended.err.count("\n") <= 1
    assert ended.code in (0, 2)
    assert ended.megabytes < MEGABYTES


@pytest.mark.trial
def test_a_cell_that_stands_no_times_in_rows_without_end_is_refused(old_formats: dict[str, Path], tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="0" office:value-type="float" office:value="1"/>'
    hidden = 'table:visibility="collapse" table:number-rows-repeated="2000000000"'
    _assert_refused(_with_ods_row(f"<table:table-row {hidden}>{cell}</table:table-row>", old_formats, tmp_path), "文件")


@pytest.mark.trial
def test_entities_that_expand_without_end_are_refused(old_formats: dict[str, Path], tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "年报">{levels}]>'.encode()
    content = parts_of(old_formats["sound.ods"].read_bytes())["content.xml"]
    head = content[: content.index(b"?>") + 2]
    data = _replaced("content.xml", head, head + bomb, old_formats["sound.ods"].read_bytes())
    data = _replaced("content.xml", b"<text:p>", b"<text:p>&e11;", data)
    path = tmp_path / "entities.ods"
    path.write_bytes(data)
    _assert_refused(path, "文件已损坏或不完整")


def _workbook_stream(data: bytes) -> tuple[int, bytes]:
    """Where the records of a .xls begin, and the records; LibreOffice writes them in one piece."""
    with olefile.OleFileIO(io.BytesIO(data)) as package:
        stream = package.openstream("Workbook").read()
    return data.index(stream[:1024]), stream


@pytest.mark.trial
@pytest.mark.parametrize("bounds", [(0, 0xFFFFFFF0, 0, 200), (0x7F000000, 30, 0, 10), (0, 65536, 0, 256)])
def test_a_xls_that_claims_to_be_vast_is_refused(bounds: tuple[int, int, int, int], old_formats: dict[str, Path], tmp_path: Path) -> None:
    data = bytearray(old_formats["sound.xls"].read_bytes())
    start, stream = _workbook_stream(data)
    struct.pack_into("<IIHH", data, start + stream.index(b"\x00\x02\x0e\x00") + 4, *bounds)
    path = tmp_path / "vast.xls"
    path.write_bytes(data)
    ended = _check(path)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.megabytes < MEGABYTES


def _refusals(path: Path, contents: list[bytes]) -> list[str]:
    """What is said of each content, read in this process; anything but a refusal is an error of the test."""
    said = []
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(UnreadableFileError) as fault:
            read_report(path, find_form(None))
        said.append(fault.value.reason)
    return said


@pytest.mark.trial
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_a_file_cut_off_anywhere_is_damaged(suffix: str, old_formats: dict[str, Path], tmp_path: Path) -> None:
    whole = WORKBOOK if suffix == "xlsx" else old_formats[f"sound.{suffix}"].read_bytes()
    cuts = [whole[: len(whole) * part // 40] for part in range(1, 40)] + [whole[:-1], whole[:-2]]
    said = set(_refusals(tmp_path / f"cut.{suffix}", cuts if suffix != "xls" else cuts[:-2]))
    assert said == {"文件已损坏或不完整。请在 Excel 或 WPS 中打开并另存后再试。"}


def test_a_cut_off_file_is_one_line_on_the_command_line_too(tmp_path: Path) -> None:
    path = tmp_path / "cut.xlsx"
    path.write_bytes(WORKBOOK[: len(WORKBOOK) // 2])
    _assert_refused(path, "文件已损坏或不完整")


@pytest.mark.trial
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_damage_anywhere_never_ends_in_a_traceback(suffix: str, old_formats: dict[str, Path], tmp_path: Path) -> None:
    whole = WORKBOOK if suffix == "xlsx" else old_formats[f"sound.{suffix}"].read_bytes()
    dice, path, refused = random.Random(2021), tmp_path / f"damaged.{suffix}", 0
    for _ in range(120):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 3, 30))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            read_report(path, find_form(None))
        except UnreadableFileError as fault:
            refused += 1
            assert "\n" not in str(fault)
    assert refused > 10


class PanicException(BaseException):
    """What a failure within Rust reaches Python as; the real one cannot be imported."""


def test_a_panic_of_the_library_is_a_damaged_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Panicking:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise PanicException("index out of bounds")

    monkeypatch.setattr(sheets, "CalamineWorkbook", Panicking)
    assert _refusals(tmp_path / "panic.xlsx", [WORKBOOK]) == ["文件已损坏或不完整。请在 Excel 或 WPS 中打开并另存后再试。"]


def test_an_interruption_is_not_taken_for_a_damaged_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Interrupted:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(sheets, "CalamineWorkbook", Interrupted)
    path = tmp_path / "report.xlsx"
    path.write_bytes(WORKBOOK)
    with pytest.raises(KeyboardInterrupt):
        read_report(path, find_form(None))


def test_json_in_another_encoding_is_refused_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(json.dumps({"form": "govinfo-2021", "unit": {"name": "示例县"}}, ensure_ascii=False).encode("gbk"))
    _assert_refused(path, "不是有效的 JSON（须为 UTF-8 编码）")
