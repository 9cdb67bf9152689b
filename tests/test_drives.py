"""Files are written whole on drives, beside scanners and by clocks as offices have them."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.reports import balanced_figures, report
from xltools.errors import UnwritableFileError
from xltools.files.outputs import PAUSE, TRIES, write_whole
from xltools.workbook.locked_workbook import write_workbook

PAGE = b"<!DOCTYPE html><p>x</p>"


def fail(number: int) -> object:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.EACCES])
def test_a_drive_that_knows_no_permissions_is_written_to(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", fail(number))
    write_whole(tmp_path / "a.html", PAGE)
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_a_drive_that_cannot_say_what_is_safe_is_written_to(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", fail(number))
    write_whole(tmp_path / "a.html", PAGE)
    assert (tmp_path / "a.html").read_bytes().startswith(PAGE)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_what_did_not_reach_the_drive_takes_no_file_s_place(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "a.html", PAGE)
    before = (tmp_path / "a.html").read_bytes()
    monkeypatch.setattr(os, "fsync", fail(number))
    with pytest.raises(UnwritableFileError):
        write_whole(tmp_path / "a.html", PAGE * 2)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.html", before)]


@pytest.mark.parametrize(("held", "written"), [(0, True), (1, True), (TRIES - 1, True), (TRIES, False)])
def test_a_file_that_a_scanner_holds_is_tried_again_for_a_second(
    held: int, written: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    real, tries = Path.replace, iter(range(TRIES + 1))

    def replace(self: Path, target: Path) -> Path:
        if next(tries) < held:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(time, "sleep", waited.append)
    monkeypatch.setattr(Path, "replace", replace)
    if written:
        write_whole(tmp_path / "a.html", PAGE)
    else:
        with pytest.raises(UnwritableFileError, match="正在 Excel、Word 或 WPS 中打开"):
            write_whole(tmp_path / "a.html", PAGE)
    assert waited == [PAUSE] * min(held, TRIES - 1)
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"] * written


@pytest.mark.parametrize("command", ["annotate", "export", "import", "template", "collect"])
def test_a_clock_before_1980_is_no_matter(command: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_workbook(report({**balanced_figures(1), "requests.received.business": 3})))
    os.utime(path, (86_400, 86_400))
    arguments = {
        "annotate": ["check", path, "--annotate", tmp_path / "copies"],
        "export": ["export", path, "--draft", "-o", tmp_path / "b.docx"],
        "import": ["import", path, "-o", tmp_path / "b.xlsx"],
        "template": ["template", "--year", 2024, "-o", tmp_path / "b.xlsx"],
        "collect": ["collect", path, "--unit", "县", "--year", 2024, "--jobs", 1, "--deadline", "2025-01-01", "-o", tmp_path / "b.xlsx"],
    }[command]
    local = time.localtime
    monkeypatch.setattr(time, "time", lambda: 86_400.0)
    monkeypatch.setattr(time, "localtime", lambda seconds=86_400.0: local(seconds))
    assert run(*arguments).code in (0, 1)
