"""Files that are no PDF to be read, and what is said of each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pypdfium2
import pytest
from PIL import Image

from tests.published import pdf_refusal
from xltools.form.loader import load_form
from xltools.readers.published import pdf


def test_a_scan_is_named_one(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    Image.new("RGB", (600, 800), "white").save(path)
    assert "是扫描件（图片），没有文字，无法读取" in pdf_refusal(path)


def _blank(path: Path, pages: int) -> Path:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(path)
    return path


def test_pages_without_anything_are_refused(tmp_path: Path) -> None:
    assert pdf_refusal(_blank(tmp_path / "blank.pdf", 1)).startswith("没有文字")


def test_too_many_pages_and_too_large_a_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _blank(tmp_path / "blank.pdf", 3)
    monkeypatch.setattr(pdf, "PDF_PAGE_LIMIT", 2)
    assert "超过" in pdf_refusal(path)
    monkeypatch.setattr(pdf, "PDF_LIMIT", 100)
    assert "文件过大" in pdf_refusal(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 a Word document", "不是 PDF 文件"),
        (b"<html>404</html>", "不是 PDF 文件"),
        (b"%PDF-1.7\n", "文件已损坏"),
        (b"%PDF-1.7\n" + b"\x00\xff" * 5000, "文件已损坏"),
    ],
)
def test_what_is_no_pdf(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "wrong.pdf"
    path.write_bytes(content)
    assert said in pdf_refusal(path)


def test_a_file_that_is_missing_or_a_folder(tmp_path: Path) -> None:
    assert "文件不存在" in pdf_refusal(tmp_path / "missing.pdf")
    assert "这是文件夹" in pdf_refusal(tmp_path)


@pytest.mark.parametrize("name", ["pdfplumber", "pypdfium2"])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = _blank(tmp_path / "blank.pdf", 1)
    nothing: ModuleType | None = None
    monkeypatch.setitem(sys.modules, name, nothing)  # type: ignore[arg-type]
    assert "请按 README 的“安装”一节加装 pdf 组件" in pdf_refusal(path)


def test_importing_the_reader_loads_neither_library() -> None:
    code = "import sys, xltools.readers.published.pdf; sys.exit(bool({'pdfplumber', 'pypdfium2', 'pdfminer'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_form_has_the_wording_that_marks_a_reports_pages() -> None:
    """A new edition that words its tables otherwise has to be added there."""
    from xltools.readers.published.pdf_process import HALLMARKS

    words = (load_form().folder / "form.toml").read_text(encoding="utf-8")
    assert [hallmark for hallmark in HALLMARKS if hallmark not in words] == []
