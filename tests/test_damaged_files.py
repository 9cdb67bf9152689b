"""Files that are cut off, damaged or claim to be vast, in every format that programs save: one line, in little memory; never a traceback."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import olefile
import openpyxl
import pytest

from tests.checked_apart import MEGABYTES, WORKBOOK, assert_refused, check_apart, replaced
from tests.engines import convert
from tests.fuzz.packages import parts_of
from xltools.errors import UnreadableFileError
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.readers.workbook import sheets


@pytest.fixture(scope="module")
def old_formats(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbook with a value in the last cell of a .xls sheet, IV65536, and one that is sound, in both formats."""
    folder = tmp_path_factory.mktemp("old")
    workbook = openpyxl.load_workbook(io.BytesIO(WORKBOOK))
    workbook["三、依申请公开"]["IV65536"] = 1
    workbook.save(folder / "stray.xlsx")
    (folder / "sound.xlsx").write_bytes(WORKBOOK)
    files = {}
    for suffix in ("xls", "ods"):
        stray, sound = convert([folder / "stray.xlsx", folder / "sound.xlsx"], suffix, folder / suffix)
        files |= {f"stray.{suffix}": stray, f"sound.{suffix}": sound}
    return files


@pytest.mark.trial
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_a_stray_value_far_away_is_refused_in_every_format(old_formats: dict[str, Path], suffix: str) -> None:
    assert_refused(old_formats[f"stray.{suffix}"], "工作表“三、依申请公开”中离表格很远的地方有内容")


def _with_ods_row(row: str, old_formats: dict[str, Path], tmp_path: Path) -> Path:
    path = tmp_path / "far.ods"
    path.write_bytes(replaced("content.xml", b"</table:table>", f"{row}</table:table>".encode(), old_formats["sound.ods"].read_bytes()))
    return path


@pytest.mark.trial
@pytest.mark.parametrize(
    ("rows", "cells", "reason"),
    [
        ('number-rows-repeated="1000000"', 1000, "工作表“填报说明”中离表格很远的地方有内容"),
        ('visibility="collapse" table:number-rows-repeated="2000000000"', 0, "文件"),
    ],
)
def test_a_value_repeated_over_millions_of_rows_is_refused(
    old_formats: dict[str, Path], tmp_path: Path, rows: str, cells: int, reason: str
) -> None:
    cell = f'<table:table-cell table:number-columns-repeated="{cells}" office:value-type="float" office:value="1"/>'
    assert_refused(_with_ods_row(f"<table:table-row table:{rows}>{cell}</table:table-row>", old_formats, tmp_path), reason)


@pytest.mark.trial
def test_blanks_repeated_without_end_do_no_harm(old_formats: dict[str, Path], tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="2000000000"/>'
    path = _with_ods_row(f'<table:table-row table:number-rows-repeated="2000000000">{cell}</table:table-row>', old_formats, tmp_path)
    ended = check_apart(path)
    assert ended.err.count("\n") <= 1
    assert ended.code in (0, 2)
    assert ended.megabytes < MEGABYTES


@pytest.mark.trial
def test_entities_that_expand_without_end_are_refused(old_formats: dict[str, Path], tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "年报">{levels}]>'.encode()
    content = parts_of(old_formats["sound.ods"].read_bytes())["content.xml"]
    head = content[: content.index(b"?>") + 2]
    data = replaced("content.xml", head, head + bomb, old_formats["sound.ods"].read_bytes())
    data = replaced("content.xml", b"<text:p>", b"<text:p>&e11;", data)
    path = tmp_path / "entities.ods"
    path.write_bytes(data)
    assert_refused(path, "文件已损坏或不完整")


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
    ended = check_apart(path)
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
    assert_refused(path, "文件已损坏或不完整")


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
